"""A workbook file opened in a LibreOffice of its own, worked on there, and saved into the file as it was.

LibreOffice gets a copy of the file. So no lock lies beside the user's file, whatever becomes of LibreOffice
the file is as it was, and what is saved goes into the original package.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import xlwings as xw

from xlinventory.hosts.calc.bridge import uno
from xlinventory.hosts.calc.engine import engine, register
from xlinventory.hosts.calc.files.originals import Original, original, store
from xlinventory.hosts.calc.program.office import Office
from xlinventory.hosts.calc.program.prepared import with_extension
from xlinventory.hosts.calc.program.watch import answering, watch
from xlinventory.hosts.excel.live.book import LiveWorkbook
from xlinventory.hosts.excel.live.quiet import quiet
from xlinventory.workbook import WorkbookError

Report = Callable[[str, float | None], None]


Started = AbstractContextManager[tuple[Office, Path]]


@contextmanager
def office_with_extension() -> Iterator[tuple[Office, Path]]:
    """A LibreOffice without windows that has our extension, and a folder that goes when it does."""
    with (
        TemporaryDirectory(prefix="xlinventory-calc-", ignore_cleanup_errors=True) as folder,
        watch(Path(folder)) as started,
    ):
        scratch = Path(folder)
        start = partial(Office, temporary=scratch, on_start=started)
        with start(with_extension(scratch, start)) as office, answering(office):
            yield office, scratch


@contextmanager
def open_book(
    path: Path, on_report: Report, start: Callable[[], Started] = office_with_extension
) -> Iterator["CalcBook"]:
    """A workbook file in a LibreOffice of its own, which is ended whatever happens."""
    source = original(path)
    on_report("Starting LibreOffice", None)
    with start() as (office, scratch):
        kept: list[bool] = []
        try:
            on_report("Opening in LibreOffice", None)
            book = opened(office, Path(shutil.copy(path, scratch / f"copy{path.suffix.lower()}")), path.name)
            with quiet(book):
                yield CalcBook(book, path, source, scratch, on_report, kept)
            book.close()
        except Exception as error:
            sentence = _said_of(error, office, path.name)
            if sentence and not kept:  # what is saved is saved
                raise WorkbookError(sentence) from error
            if not sentence:
                raise


def _said_of(error: Exception, office: Office, name: str) -> str:
    """What there is to say of an error of LibreOffice itself; nothing of all others."""
    if not office.answers():
        return f"LibreOffice ended while it was at work; {name} is as it was, run this again"
    if isinstance(error, uno().getClass("com.sun.star.uno.Exception")):
        return f"LibreOffice refused something; {name} is as it was ({error})"
    return ""


def opened(office: Office, path: Path, name: str) -> xw.Book:
    """A file opened in a running LibreOffice, whose extension makes our functions known in it."""
    register()
    known = office.pid in engine.apps.keys()  # noqa: SIM118 - not a mapping
    app = xw.App(impl=engine.apps[office.pid] if known else engine.apps.attach(office))
    try:
        return app.books.open(path)
    except WorkbookError as error:
        if not office.answers():
            raise
        raise WorkbookError(
            f"LibreOffice could not open {name}: it is damaged, or it asks for a password"
        ) from error


def build(template: Path, path: Path) -> None:
    """A workbook in LibreOffice's own format from one in Excel's, formulas calculated and charts alive."""
    with office_with_extension() as (office, scratch):
        book = opened(office, template, template.name)
        store(book.impl.document, scratch / "new.ods")
        book.close()
        shutil.move(scratch / "new.ods", path)


class CalcBook(LiveWorkbook):
    """The workbook port over the open copy; knows what was written, to write it into the original."""

    def __init__(
        self,
        book: xw.Book,
        path: Path,
        source: Original,
        scratch: Path,
        on_report: Report,
        kept: list[bool],
    ) -> None:
        super().__init__(book)
        self._path = path.absolute()
        self._source, self._scratch, self._on_report, self._kept = source, scratch, on_report, kept
        self._before: dict[str, pd.DataFrame] = {}
        self._written: dict[str, pd.DataFrame] = {}

    def path(self) -> Path | None:
        """Where the user's file is, not the copy that is open; see the port."""
        return self._path

    @property
    def uncomputed(self) -> Sequence[str]:
        """Formula cells of the file that could not be calculated."""
        return self._source.uncomputed

    def read_table(self, name: str) -> pd.DataFrame:
        """All rows and columns of a table as cells; see the port."""
        rows = super().read_table(name)
        if name.lower() not in self._written:
            self._before[name.lower()] = rows
        return rows

    def write_table(self, name: str, rows: pd.DataFrame) -> None:
        """Replace all rows of a table; see the port."""
        if name.lower() not in self._before:
            self.read_table(name)
        super().write_table(name, rows)
        self._written[name.lower()] = rows

    def report(self, message: str, share: float | None = None) -> None:
        """Show a progress line."""
        self._on_report(message, share)

    def refuse_if_open_elsewhere(self) -> None:
        """Raise WorkbookError when the file could not be saved: open in a program, or read-only."""
        self._source.refuse_if_open_elsewhere()

    def keep(self) -> tuple[str, ...]:
        """Calculate here and save into the original file; what there is to remark on."""
        self.calculate()
        changes = {name: (self._before[name], rows) for name, rows in self._written.items()}
        remarks = self._source.keep(self.book.impl.document, changes, self._scratch)
        self._kept.append(True)
        return remarks
