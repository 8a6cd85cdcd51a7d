"""A macro at work in a LibreOffice that people use: alone, undisturbed, and taken back whole or not at all.

The status bar is kept alive by letting events in; a second press, or a cell typed over, would come with them.

LibreOffice's own undo list, Ctrl+Z, cannot take back what a program writes: values put into empty cells stay
there, in 7.4 it may even crash afterwards. So what a macro writes is kept off the list, and with it goes all
that was on the list before, which would meet other rows than it left. The button Undo takes a macro back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import xlwings as xw

from xlinventory.hosts.calc.inside.documents import set_modified, views
from xlinventory.hosts.calc.inside.windows import window_of
from xlinventory.hosts.excel.live.one_at_a_time import STILL_WORKING
from xlinventory.hosts.excel.live.quiet import quiet
from xlinventory.workbook import WorkbookError

_lock = Lock()


@contextmanager
def alone() -> Iterator[None]:
    """WorkbookError while another macro is at work, whichever workbook it works in."""
    if not _lock.acquire(blocking=False):
        raise WorkbookError(STILL_WORKING)
    try:
        yield
    finally:
        _lock.release()


def at_work() -> bool:
    """Whether a macro is."""
    return _lock.locked()


@contextmanager
def still(book: xw.Book) -> Iterator[xw.Book]:
    """Keep program and user still; whether the book counts as changed then is up to what was written."""
    document = book.impl.document
    before, wrote = document.isModified(), []
    with closed_to_input(book):
        try:
            with quiet(book), _off_the_undo_list(document, wrote):
                yield book
        finally:
            set_modified(document, modified=before or any(wrote))  # keeping still would count as a change


@contextmanager
def _off_the_undo_list(document: Any, wrote: list[bool]) -> Iterator[None]:
    """Nothing that is written meanwhile can be undone; the list is kept if nothing was."""
    set_modified(document, modified=False)
    document.UndoManager.lock()
    try:
        yield
    finally:
        document.UndoManager.unlock()
        wrote.append(document.isModified())
        if any(wrote):
            document.UndoManager.clear()


@contextmanager
def closed_to_input(book: xw.Book) -> Iterator[None]:
    """Neither keys nor clicks reach the windows of the book."""
    windows = [view.Frame.ContainerWindow for view in views(book.impl.document)]
    focus = window_of(book)
    for window in windows:
        window.setEnable(False)
    try:
        yield
    finally:
        for window in windows:
            window.setEnable(True)
        if focus is not None:
            focus.setFocus()
