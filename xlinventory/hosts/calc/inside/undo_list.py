"""LibreOffice's own undo list, Ctrl+Z, beside a macro.

LibreOffice cannot take back what a program writes: values put into empty cells stay there, in 7.4 it may even
crash afterwards. So what a macro writes is kept off the list, and with it goes all that was on the list
before, which would meet other rows than it left. The button Undo takes a macro back, whole.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from xlinventory.hosts.calc.inside.documents import set_modified


@contextmanager
def kept_off_the_list(document: Any) -> Iterator[None]:
    """Nothing done meanwhile is on the undo list; the list is kept if nothing was written."""
    undo, before = document.UndoManager, document.isModified()
    set_modified(document, modified=False)
    undo.lock()
    try:
        yield
    except BaseException:
        _close(document, undo)
        set_modified(document, modified=before)  # all is as it was
        raise
    _close(document, undo)
    set_modified(document, modified=before or document.isModified())


def _close(document: Any, undo: Any) -> None:
    undo.unlock()
    if document.isModified():
        undo.clear()
