"""What a press of an entry in menu or toolbar comes to: the macro runs in the workbook in front.

Nothing leaves ``press`` as an exception: LibreOffice would swallow it, and nobody would know.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import xlwings as xw

from xlinventory.hosts.buttons import TITLE, Action, Button, find_button
from xlinventory.hosts.calc.addin.menu import SAVE
from xlinventory.hosts.calc.inside import books, windows
from xlinventory.hosts.calc.inside.at_work import alone, still
from xlinventory.hosts.calc.inside.documents import has_our_tables
from xlinventory.hosts.calc.inside.saving import into_excel_file
from xlinventory.hosts.calc.inside.typed import settle
from xlinventory.hosts.excel.live import log_file
from xlinventory.hosts.excel.live.book import LiveWorkbook
from xlinventory.hosts.excel.live.buttons import folder_of, serve, told_by
from xlinventory.workbook import WorkbookError

NO_BOOK = "Open the inventory workbook first."
NOT_OURS = (
    "This workbook has no inventory tables. Open the inventory workbook first; "
    "in a terminal, xlinventory new makes an empty one and xlinventory demo one with examples."
)
NO_SHEET = "This workbook has no sheet of that name: "
READ_ONLY = (
    "The workbook is open for reading only, so nothing was changed. Choose Edit > Edit Mode, "
    "or save it under another name, and press this again."
)
ASK_FOLDER = "Folder of your CSV files"
ONLY_LOOK = ("check", "selftest", "about")
"""Macros that write nothing, neither into the workbook nor beside it."""
NEED_NO_TABLES = ("selftest", "about")

log = logging.getLogger("xlinventory.buttons")


def press(context: Any, name: str) -> None:
    """Do what the entry of that name is for, in the workbook in front, and say what came of it."""
    log_file.open_log()
    try:
        told = told_by(name, lambda: _done(context, name, books.in_front(context)))
        if told.sentence:
            books.application(context).alert(told.sentence, title=TITLE, mode=told.mode)
    except Exception:
        log.exception("%s: what came of it could not be shown", name)


def _done(context: Any, name: str, book: xw.Book | None) -> str:
    """Do it; returns what there is to say."""
    if book is None:
        raise WorkbookError(NO_BOOK)
    with alone():
        windows.finish_typing(context, book)
        settle(book.impl.document)
        if name == SAVE.id:
            return into_excel_file(book)
        button = find_button(name)
        return _run(context, button, book) if isinstance(button, Action) else _shown(button, book)


def _shown(button: Button, book: xw.Book) -> str:
    if button.sheet not in [sheet.name for sheet in book.sheets]:
        raise WorkbookError(NO_SHEET + button.sheet)
    return serve(button, book)


def _run(context: Any, button: Action, book: xw.Book) -> str:
    """Run a macro."""
    document = book.impl.document
    if button.id not in NEED_NO_TABLES and not has_our_tables(document):
        raise WorkbookError(NOT_OURS)
    if button.id not in ONLY_LOOK and document.isReadonly():
        raise WorkbookError(READ_ONLY)
    more = ASKED.get(button.id, _nothing)(context, book)
    return "" if more is None else serve(button, book, still, **more)


def _nothing(_context: Any, _book: xw.Book) -> Mapping[str, str]:
    return {}


def _folder(context: Any, book: xw.Book) -> Mapping[str, str] | None:
    """The folder to read, asked for where the setting is blank and a person is there; None is no, thanks.

    What is wrong with the settings is left to the macro to say.
    """
    window = windows.window_of(book)
    if window is None or "Settings" not in LiveWorkbook(book).table_names():
        return {}
    settings = LiveWorkbook(book).read_table("Settings")
    folders = settings.loc[settings["setting"] == "csv_folder", "value"]
    if any(str(folder or "").strip() for folder in folders):
        return {}
    picked = windows.picked_folder(context, ASK_FOLDER, folder_of(book))
    return None if picked is None else {"folder": picked}


ASKED: Mapping[str, Callable[[Any, xw.Book], Mapping[str, str] | None]] = {"refresh": _folder}
"""What is asked before a macro begins."""
