"""Workbooks of every host for the conformance suite, and LibreOffice started once for all tests."""

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pytest
import xlsxwriter
import xlwings as xw

from xlinventory.hosts.calc import Office, engine, register
from xlinventory.hosts.calc.program.prepared import with_extension
from xlinventory.hosts.excel.live.book import LiveWorkbook
from xlinventory.hosts.file import FileWorkbook
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.workbook import Workbook, WorkbookError

RECALCULATE_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


@dataclass(frozen=True)
class Design:
    """A table of a test: columns, rows, formulas of calculated columns."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]] = ()
    formulas: Mapping[str, str] = field(default_factory=dict)


class MemoryHost:
    """The book in memory: no formulas, nothing to reopen."""

    calculates = False
    impossible: ClassVar = {}

    def build(self, tables: Mapping[str, Design]) -> Workbook:
        return MemoryWorkbook(
            {
                name: pd.DataFrame(list(d.rows), columns=list(d.columns), dtype=object)
                for name, d in tables.items()
            }
        )

    def reopen(self, book: Workbook) -> Workbook:
        return book


class FileHost:
    """The workbook file, built by XlsxWriter, reopened through the disk."""

    calculates = True
    impossible: ClassVar = {}

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def build(self, tables: Mapping[str, Design]) -> Workbook:
        path = self.folder / "book.xlsx"
        write_book(path, tables)
        return FileWorkbook.open(path)

    def reopen(self, book: FileWorkbook) -> Workbook:
        book.save()
        return FileWorkbook.open(self.folder / "book.xlsx")


class CalcHost:
    """LibreOffice with the workbook open, reached through xlwings; the open document is looked at anew."""

    calculates = True
    impossible: ClassVar = dict.fromkeys(
        ("carriage\rreturn", "crlf\r\n"), "LibreOffice keeps the end of a line as LF"
    )

    def __init__(self, folder: Path, app: Any) -> None:
        self.folder, self.app = folder, app

    def build(self, tables: Mapping[str, Design]) -> Workbook:
        write_book(self.folder / "book.xlsx", tables)
        return LiveWorkbook(self.app.books.open(self.folder / "book.xlsx"))

    def reopen(self, book: LiveWorkbook) -> Workbook:
        return LiveWorkbook(self.app.books[book.book.name])


HOSTS = ("memory", "file", "calc")
"""A further host joins the conformance suite by a word here and a fixture of that name."""


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(f"{request.param}_host")


@pytest.fixture
def memory_host() -> MemoryHost:
    return MemoryHost()


@pytest.fixture
def file_host(tmp_path: Path) -> FileHost:
    return FileHost(tmp_path)


@pytest.fixture
def calc_host(tmp_path: Path, calc: Any) -> CalcHost:
    return CalcHost(tmp_path, calc)


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """LibreOffice with our extension, started once; it is ended by its number even if it hangs."""
    try:
        profile = with_extension(tmp_path_factory.mktemp("libreoffice"))
    except WorkbookError as error:
        pytest.skip(str(error))
    with Office(profile) as running:
        yield running


@pytest.fixture
def calc(office: Office) -> Iterator[xw.App]:
    """LibreOffice as an application of xlwings; documents a test leaves open are closed."""
    register()
    app = xw.App(impl=engine.apps.attach(office))
    yield app
    for book in list(app.books):
        book.close()
    app.status_bar = False


def write_book(path: Path, tables: Mapping[str, Design]) -> None:
    """A workbook with one table a sheet, as Excel would save it."""
    with xlsxwriter.Workbook(path) as book:
        for name, design in tables.items():
            add_table(book.add_worksheet(name), name, design)


def add_table(sheet: Any, name: str, design: Design, row: int = 0, column: int = 0, **options: Any) -> None:
    columns = [
        {"header": title} | ({"formula": design.formulas[title]} if title in design.formulas else {})
        for title in design.columns
    ]
    last = row + max(len(design.rows), 1) + bool(options.get("total_row"))
    sheet.add_table(
        row, column, last, column + len(columns) - 1, {"name": name, "columns": columns, **options}
    )
    for i, cells in enumerate(design.rows, row + 1):
        for j, (title, cell) in enumerate(zip(design.columns, cells, strict=True), column):
            if title in design.formulas or cell is None:
                continue
            put = {bool: sheet.write_boolean, str: sheet.write_string}.get(type(cell), sheet.write_number)
            put(i, j, cell)


@pytest.fixture(scope="session")
def design() -> type[Design]:
    return Design


@pytest.fixture(scope="session")
def put_table() -> Callable[..., None]:
    return add_table


@pytest.fixture(scope="session")
def write() -> Callable[[Path, Mapping[str, Design]], None]:
    return write_book


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Sequence[Path]], list[Path]]:
    """Save workbooks again with LibreOffice, every formula calculated anew: one start for all of them."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")

    def convert(paths: Sequence[Path]) -> list[Path]:
        folder = tmp_path_factory.mktemp("libreoffice")
        profile = folder / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE_ALWAYS)
        command = [
            "soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless",
            "--convert-to", "xlsx", "--outdir", str(folder / "out"), *map(str, paths),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return [folder / "out" / path.name for path in paths]

    return convert
