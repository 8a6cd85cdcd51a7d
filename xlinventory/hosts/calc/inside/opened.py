"""What happens by itself when a spreadsheet is opened: its functions work, and saving asks first."""

import logging
from typing import Any

from xlinventory.hosts.calc.inside.documents import is_from_excel, set_modified, views
from xlinventory.hosts.excel.live import log_file

log = logging.getLogger("xlinventory.opened")


def opened(context: Any, document: Any | None) -> None:
    """Serve a document that has got a window; all that is not from Excel is left alone at once."""
    if document is None or not is_from_excel(document):
        return
    log_file.open_log()
    for serve in SERVED:
        try:
            serve(context, document)
        except Exception:
            log.exception("%s in %s", serve.__name__, document.URL)


def _remember(_context: Any, document: Any) -> None:
    """Know later whether another program wrote the file; a second window comes too late for that."""
    if len(views(document)) > 1:
        return
    from xlinventory.hosts.calc.files.stamps import remember  # noqa: PLC0415 - only when it is needed

    remember(document)


def _adopt(_context: Any, document: Any) -> None:
    """Make plain names of our functions work; that is nothing its user would save or undo.

    A second window of the same document brings nothing new. One that is open for reading only shows what the
    file says, until it is edited, which opens it anew.
    """
    if document.isReadonly() or len(views(document)) > 1:
        return
    from xlinventory.hosts.calc.formulas.adoption import adopt  # noqa: PLC0415 - only when it is needed

    modified, undo = document.isModified(), document.UndoManager
    undo.lock()
    try:
        adopt(document)
    finally:
        undo.unlock()
        set_modified(document, modified=modified)


def _ask_before_saving(context: Any, document: Any) -> None:
    from xlinventory.hosts.calc.inside.save_command import take_over  # noqa: PLC0415 - only when it is needed

    take_over(context, document)


def _watch_typing(context: Any, document: Any) -> None:
    from xlinventory.hosts.calc.inside.typed import watch  # noqa: PLC0415 - only when it is needed

    watch(context, document)


SERVED = (_remember, _adopt, _ask_before_saving, _watch_typing)
"""What is done for every workbook from Excel."""
