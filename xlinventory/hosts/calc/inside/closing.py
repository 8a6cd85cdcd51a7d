"""A changed workbook from Excel that is about to be closed: its changes go into the Excel file, if wanted.

LibreOffice asks by itself whether to save, but its own Yes would write the whole file anew.
"""

from typing import Any

from xlinventory.hosts.buttons import TITLE
from xlinventory.hosts.calc.inside import books
from xlinventory.hosts.calc.inside.documents import has_our_tables, is_from_excel, views
from xlinventory.hosts.calc.inside.saving import save_and_tell
from xlinventory.hosts.calc.inside.windows import window_of

QUESTION = """{name} was changed. Save into the Excel workbook before it is closed?

Yes: values and tables are written into it; its macros, charts and ribbon stay as they are.
No: LibreOffice asks what else to do."""


def closing(context: Any, document: Any | None) -> None:
    """Ask, where a person is there to answer and this is the last window of a changed workbook of ours."""
    if document is None or not document.isModified() or len(views(document)) > 1:
        return
    if not (is_from_excel(document) and has_our_tables(document) and document.hasLocation()):
        return
    book = books.book_of(context, document)
    if window_of(book) is None:
        return
    if book.app.alert(QUESTION.format(name=book.name), title=TITLE, buttons="yes_no") == "yes":
        save_and_tell(book)
