"""Saving a workbook that came from Excel: into the Excel file, LibreOffice's own way, or not at all."""

from collections.abc import Callable
from typing import Any

import xlwings as xw

from xlinventory.hosts.buttons import TITLE
from xlinventory.hosts.calc.inside import books
from xlinventory.hosts.calc.inside.at_work import alone, closed_to_input
from xlinventory.hosts.calc.inside.documents import has_our_tables, is_from_excel
from xlinventory.hosts.calc.inside.typed import settle
from xlinventory.hosts.calc.inside.windows import finish_typing
from xlinventory.hosts.excel.live.buttons import told_by

QUESTION = """Save into the Excel workbook {name}?

Yes: values and tables are written into it; its macros, charts and ribbon stay as they are.
No: LibreOffice writes the whole file anew; table styles, ribbon and macros of Excel are lost."""


def into_excel_file(book: xw.Book) -> str:
    """Write values and tables into the Excel file it came from; returns one sentence."""
    from xlinventory.hosts.calc.files.saving import save_into_original  # noqa: PLC0415 - only when it is needed

    with closed_to_input(book):
        book.app.status_bar = f"Saving into {book.name}"
        try:
            return save_into_original(book)
        finally:
            book.app.status_bar = False


def save(context: Any, document: Any, own_way: Callable[[], None]) -> None:
    """What the command Save does; *own_way* is what LibreOffice would do.

    A document that was saved under another name since it was opened is what that file is.
    """
    if not (is_from_excel(document) and has_our_tables(document) and document.hasLocation()):
        own_way()
        return
    book = books.book_of(context, document)
    finish_typing(context, book)
    answer = book.app.alert(QUESTION.format(name=book.name), title=TITLE, buttons="yes_no_cancel")
    if answer == "no":
        own_way()
    elif answer == "yes":
        save_and_tell(book)


def save_and_tell(book: xw.Book) -> None:
    """Save into the Excel file; only what could not be saved is told."""
    told = told_by("save", lambda: _saved(book))
    if book.impl.document.isModified():
        book.app.alert(told.sentence, title=TITLE, mode=told.mode)


def _saved(book: xw.Book) -> str:
    with alone():
        settle(book.impl.document)
        return into_excel_file(book)
