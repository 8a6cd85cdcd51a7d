"""What happens by itself when a spreadsheet is opened: its functions work, and saving asks first."""

import logging
from collections.abc import Callable
from typing import Any

from xlinventory.hosts.calc.inside.documents import (
    has_our_tables,
    is_from_excel,
    is_of_libreoffice,
    set_modified,
    views,
)
from xlinventory.hosts.excel.live import log_file

log = logging.getLogger("xlinventory.opened")


def opened(context: Any, document: Any | None) -> None:
    """Serve a document that has got a window; what is neither from Excel nor ours is left alone at once."""
    for serve in _served(document):
        try:
            serve(context, document)
        except Exception:
            log_file.open_log()
            log.exception("%s in %s", serve.__name__, document.URL)


Serve = Callable[[Any, Any], None]


def _served(document: Any | None) -> tuple[Serve, ...]:
    """What is done for a document."""
    if document is None:
        return ()
    if is_from_excel(document):
        return _remember, _adopt, _ask_before_saving, _watch_typing
    if is_of_libreoffice(document) and has_our_tables(document):
        return _name_columns_and_adopt, _watch_typing
    return ()


def _remember(_context: Any, document: Any) -> None:
    """Know later whether another program wrote the file; a second window comes too late for that."""
    if len(views(document)) > 1:
        return
    from xlinventory.hosts.calc.files.stamps import remember  # noqa: PLC0415 - only when it is needed

    remember(document)


def _adopt(_context: Any, document: Any) -> None:
    """Make plain names of our functions work."""
    from xlinventory.hosts.calc.formulas.adoption import adopt  # noqa: PLC0415 - only when it is needed

    _unnoticed(document, adopt)


def _name_columns_and_adopt(context: Any, document: Any) -> None:
    """Let formulas follow their tables: LibreOffice's own format keeps cells, not columns, in them."""
    from xlinventory.hosts.calc.formulas.table_references import (  # noqa: PLC0415 - only when it is needed
        restore,
    )

    _unnoticed(document, restore)
    _adopt(context, document)


def _unnoticed(document: Any, change: Callable[[Any], Any]) -> None:
    """Change formulas so that there is nothing the user would save or undo.

    A second window of the same document brings nothing new. One that is open for reading only shows what the
    file says, until it is edited, which opens it anew.
    """
    if document.isReadonly() or len(views(document)) > 1:
        return
    modified, undo = document.isModified(), document.UndoManager
    steps = undo.isUndoPossible()
    undo.lock()
    try:
        change(document)
    finally:
        undo.unlock()
        if not steps:
            undo.clear()  # formulas set one by one are on the list in spite of the lock
        set_modified(document, modified=modified)


def _ask_before_saving(context: Any, document: Any) -> None:
    from xlinventory.hosts.calc.inside.save_command import take_over  # noqa: PLC0415 - only when it is needed

    take_over(context, document)


def _watch_typing(context: Any, document: Any) -> None:
    from xlinventory.hosts.calc.inside.typed import watch  # noqa: PLC0415 - only when it is needed

    watch(context, document)
