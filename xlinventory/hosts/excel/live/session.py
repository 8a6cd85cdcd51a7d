"""A workbook file in Excel: where it is open already, else in a hidden Excel of its own."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import xlwings as xw

from xlinventory.hosts.excel.live.book import LiveWorkbook
from xlinventory.hosts.excel.live.quiet import quiet
from xlinventory.hosts.file import disk
from xlinventory.workbook import WorkbookError

Report = Callable[[str, float | None], None]
SYSTEMS = ("win32", "darwin")
"""Where there is an Excel."""
ENDINGS = (".xlsx", ".xlsm")


@contextmanager
def open_book(path: Path, on_report: Report) -> Iterator["ExcelBook"]:
    """A workbook file in Excel: one that is open stays open, another is closed afterwards."""
    if sys.platform not in SYSTEMS:
        raise WorkbookError("Excel runs on Windows and macOS; here use --host file or --host calc")
    if path.suffix.lower() not in ENDINGS:
        raise WorkbookError(f"{path}: a workbook for Excel is an .xlsx or .xlsm file")
    if not path.is_file():
        raise WorkbookError(f"{path}: there is no such workbook")
    book = book_open_at(path)
    if book is not None:
        with quiet(book):
            yield ExcelBook(book, on_report)
        return
    disk.refuse_if_open_elsewhere(path)
    on_report("Starting Excel", None)
    with _hidden(path) as hidden, quiet(hidden):
        yield ExcelBook(hidden, on_report)


def book_open_at(path: Path) -> xw.Book | None:
    """The book of that file in a running Excel, if it is open there."""
    for app in xw.apps:
        for book in app.books:
            if Path(book.fullname).is_absolute() and Path(book.fullname).resolve() == path.resolve():
                return book
    return None


@contextmanager
def _hidden(path: Path) -> Iterator[xw.Book]:
    """The file opened in an Excel of its own, which is ended whatever happens."""
    try:
        app = xw.App(visible=False, add_book=False)
    except Exception as error:  # pywintypes.com_error, appscript's errors: no base but Exception
        raise WorkbookError("Excel could not be started; use --host file or --host calc") from error
    try:
        app.display_alerts = False
        yield app.books.open(path.resolve(), update_links=False)
    finally:
        for book in app.books:
            book.close()
        app.quit()


class ExcelBook(LiveWorkbook):
    """The workbook port over a book in Excel, with progress in the terminal."""

    uncomputed: tuple[str, ...] = ()
    """Excel computes every formula."""

    def __init__(self, book: xw.Book, on_report: Report) -> None:
        super().__init__(book)
        self._on_report = on_report

    def report(self, message: str, share: float | None = None) -> None:
        """Show a progress line in the terminal, and in the status bar of those who look at Excel."""
        self._on_report(message, share)
        super().report(message, share)

    def refuse_if_open_elsewhere(self) -> None:
        """Raise WorkbookError when Excel has it open read-only, so that it could not be saved."""
        if getattr(self.book.api, "ReadOnly", False) is True:
            raise WorkbookError(f"{self.book.name} is open read-only; nothing was changed")

    def keep(self) -> tuple[str, ...]:
        """Calculate and save it where it is."""
        self.calculate()
        try:
            self.book.save()
        except Exception as error:  # pywintypes.com_error, appscript's errors: no base but Exception
            raise WorkbookError(
                f"Excel could not save {self.book.name}, so the file is as it was: is its disk full, is it "
                "read-only, or is a dialog open? Put that right and run this again"
            ) from error
        return ()
