"""What happens by itself when a spreadsheet is opened: its functions work, and saving asks first."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from xlinventory.hosts.calc.addin.jobs import LOADED, SHOWN
from xlinventory.hosts.calc.inside.excel_files import is_from_excel
from xlinventory.hosts.excel.live import log_file

log = logging.getLogger("xlinventory.opened")


def happened(context: Any, event: str, document: Any | None) -> None:
    """Serve a document that was loaded or shown; all that is not from Excel is left alone at once."""
    if document is None or event not in SERVED or not is_from_excel(document):
        return
    log_file.open_log()
    try:
        SERVED[event](context, document)
    except Exception:
        log.exception("%s of %s", event, document.URL)


def _adopt(_context: Any, document: Any) -> None:
    """Make plain names of our functions work; that is nothing its user would save or undo."""
    from xlinventory.hosts.calc.adoption import adopt  # noqa: PLC0415 - only when it is needed

    modified, undo = document.isModified(), document.UndoManager
    undo.lock()
    try:
        adopt(document)
    finally:
        undo.unlock()
        document.setModified(modified)


def _ask_before_saving(context: Any, document: Any) -> None:
    from xlinventory.hosts.calc.inside.save_command import take_over  # noqa: PLC0415 - only when it is needed

    take_over(context, document)


SERVED: Mapping[str, Callable[[Any, Any], None]] = {LOADED: _adopt, SHOWN: _ask_before_saving}
"""What an event comes to."""
