"""The Lite workbook: its parts, its main.py under the documented decorators, macros over an async book.

The form of the parts is compared with what Excel itself wrote into workbooks used with xlwings Lite
(``tests/hosts/excel/lite_saved_by_excel.json``). Lite itself runs nowhere here; what only it can show is in
docs/excel-checklist.md.
"""

import ast
import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pytest
import xlwings

from xlinventory.core.errors import CellError
from xlinventory.evaluation import evaluate
from xlinventory.hosts.excel import template
from xlinventory.hosts.excel.live import lite, lite_tables
from xlinventory.hosts.excel.package import lite as package
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import macros, run_macro
from xlinventory.registry import registered
from xlinventory.sheets import TABLES

VALIDATOR = os.environ.get("OOXML_VALIDATOR") or shutil.which("ooxml-validator")
WE = "{http://schemas.microsoft.com/office/webextensions/webextension/2010/11}"
SAVED_BY_EXCEL = json.loads((Path(__file__).parent / "lite_saved_by_excel.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lite") / "inventory.xlsx"
    package.build(path)
    return path


@pytest.fixture(scope="module")
def parts(book: Path) -> dict[str, str]:
    with zipfile.ZipFile(book) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if not name.endswith(".bin")}


def properties(extension: str) -> dict[str, str]:
    root = ElementTree.fromstring(extension)
    return {each.get("name", ""): each.get("value", "") for each in root.iter(f"{WE}property")}


# -- parts ------------------------------------------------------------------------------------------------


def shape(xml: str) -> list[tuple[str, tuple[str, ...]]]:
    """Elements in document order with the names of their attributes, texts and values left out."""
    return [
        (each.tag, tuple(each.attrib))
        for each in ElementTree.fromstring(xml).iter()
        if not each.tag.endswith(("}property", "}customFunctionIds"))
    ]


@pytest.mark.parametrize("name", ["taskpanes.xml", "webextension1.xml", "_rels/taskpanes.xml.rels"])
def test_parts_have_the_form_that_excel_gives_them(parts: dict[str, str], name: str) -> None:
    assert shape(parts[f"xl/webextensions/{name}"]) == shape(SAVED_BY_EXCEL[name])


def test_the_package_lists_the_parts_as_excel_does(parts: dict[str, str]) -> None:
    for line in SAVED_BY_EXCEL["content_types"]:
        assert line in parts["[Content_Types].xml"]
    kind = re.findall(r'Type="([^"]*)" Target="xl/webextensions/taskpanes.xml"', parts["_rels/.rels"])
    assert kind == [SAVED_BY_EXCEL["package_relationship"]]


def test_the_add_in_is_the_one_in_the_store(parts: dict[str, str]) -> None:
    mine, theirs = (
        [dict(each.attrib) for each in ElementTree.fromstring(xml).iter(f"{WE}reference")]
        for xml in (parts["xl/webextensions/webextension1.xml"], SAVED_BY_EXCEL["webextension1.xml"])
    )
    assert [(r["id"].upper(), r["version"], r["storeType"]) for r in mine] == [
        (r["id"].upper(), r["version"], r["storeType"]) for r in theirs
    ]


def test_code_comes_back_from_the_part_as_it_went_in(parts: dict[str, str]) -> None:
    found = properties(parts["xl/webextensions/webextension1.xml"])
    assert json.loads(found["main.py"]) == package.main_text()
    assert json.loads(found["requirements.txt"]) == package.requirements_text()


def test_code_cannot_break_out_of_its_part() -> None:
    code = "a = \"</we:property><x/>\" & '<!--'\n\t# \\ ü 😀"
    written = package.extension_parts(code, code)["xl/webextensions/webextension1.xml"]
    assert json.loads(properties(written)["main.py"]) == code


@pytest.mark.skipif(VALIDATOR is None, reason="no ooxml-validator: see test_package_schema.py")
def test_the_workbook_keeps_to_the_schema_and_a_broken_pane_is_found(book: Path, tmp_path: Path) -> None:
    assert schema_errors(book) == []
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(broken, "w") as copy:
        for name in source.namelist():
            copy.writestr(name, source.read(name).replace(b'dockstate="right"', b""))
    assert [error["path"] for error in schema_errors(broken)] == ["/xl/webextensions/taskpanes.xml"]


def schema_errors(path: Path) -> list[dict[str, str]]:
    done = subprocess.run([VALIDATOR, str(path)], capture_output=True, text=True, check=False)
    return json.loads(done.stdout)["errors"]


def test_two_builds_are_the_same(book: Path, tmp_path: Path) -> None:
    package.build(tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == book.read_bytes()


def test_formulas_are_stored_as_excel_stores_those_of_an_add_in(book: Path, tmp_path: Path) -> None:
    """Every formula is the plain template's, with the add-in's prefix before our functions."""
    template.build(tmp_path / "plain.xlsx")
    plain, mine = openpyxl.load_workbook(tmp_path / "plain.xlsx"), openpyxl.load_workbook(book)
    prefixed = 0
    for sheet in plain.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                found = mine[sheet.title][cell.coordinate].value
                assert str(found).replace("_xldudf_", "") == str(cell.value)
                prefixed += str(found).count("_xldudf_")
    assert prefixed >= len(list(registered()))


def test_cached_values_are_those_of_the_plain_template(book: Path, tmp_path: Path) -> None:
    template.build(tmp_path / "plain.xlsx")
    opened = FileWorkbook.open(tmp_path / "plain.xlsx")
    opened.calculate()
    opened.save()
    plain, mine = (openpyxl.load_workbook(p, data_only=True) for p in (tmp_path / "plain.xlsx", book))
    for sheet in plain.worksheets:
        assert list(mine[sheet.title].values) == list(sheet.values)


def test_every_function_is_listed_for_excel(parts: dict[str, str]) -> None:
    root = ElementTree.fromstring(parts["xl/webextensions/webextension1.xml"])
    listed = [each.text for each in root.iter(f"{WE}customFunctionIds")]
    assert listed == [f"_xldudf_{spec.name}" for spec in registered()]


# -- main.py ----------------------------------------------------------------------------------------------


class Decorators:
    """xlwings' decorators as its documentation describes them: they take down what they are given."""

    def __init__(self) -> None:
        self.functions: dict[str, Any] = {}
        self.scripts: dict[str, tuple[str, Any]] = {}
        self.arguments: dict[str, dict[str, dict[str, Any]]] = {}

    def func(self, body: Any) -> Any:
        self.functions[body.__name__.upper()] = body
        return body

    def arg(self, name: str, **options: Any) -> Any:
        def note(body: Any) -> Any:
            assert name in body.__code__.co_varnames[: body.__code__.co_argcount]
            self.arguments.setdefault(body.__name__.upper(), {})[name] = options
            return body

        return note

    def script(self, *, name: str) -> Any:
        def note(body: Any) -> Any:
            self.scripts[body.__name__] = (name, body)
            return body

        return note


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch) -> Decorators:
    noted = Decorators()
    for name in ("func", "arg", "script"):
        monkeypatch.setattr(xlwings, name, getattr(noted, name))
    exec(compile(package.main_text(), "main.py", "exec"), {"__name__": "main"})  # our own text
    return noted


def test_every_worksheet_function_is_a_custom_function_under_its_name(main: Decorators) -> None:
    assert list(main.functions) == [spec.name for spec in registered()]


@pytest.mark.parametrize("spec", list(registered()), ids=lambda spec: spec.name)
def test_a_custom_function_gives_what_the_function_gives(main: Decorators, spec: Any) -> None:
    as_read = [value if isinstance(value, list) else [[value]] for value in map(as_rows, spec.example)]
    expected = evaluate(spec.name, *map(as_rows, spec.example))
    assert main.functions[spec.name](*as_read) == expected


def as_rows(value: Any) -> Any:
    if isinstance(value, list) and not isinstance(value[0], list):
        return [[cell] for cell in value]
    return value


@pytest.mark.parametrize("spec", list(registered()), ids=lambda spec: spec.name)
def test_help_of_function_and_arguments_is_the_registrys(main: Decorators, spec: Any) -> None:
    body, arguments = main.functions[spec.name], main.arguments[spec.name]
    assert body.__doc__ == spec.summary
    assert body.__code__.co_varnames[: body.__code__.co_argcount] == tuple(p.name for p in spec.parameters)
    assert {p.name: arguments[p.name]["doc"] for p in spec.parameters} == {
        p.name: p.help for p in spec.parameters
    }
    assert len(body.__defaults__ or ()) == sum(not p.required for p in spec.parameters)


def test_every_macro_is_a_script_with_the_book_as_its_only_argument(main: Decorators) -> None:
    """Documented: a script has one argument with the type hint of a book."""
    assert {name: title for name, (title, _) in main.scripts.items()} == {m.name: m.title for m in macros()}
    for _, body in main.scripts.values():
        assert asyncio.iscoroutinefunction(body)
        assert body.__annotations__ == {"book": xlwings.BookAsync}


def test_no_name_is_defined_twice() -> None:
    names = [
        n.name for n in ast.walk(ast.parse(package.main_text())) if hasattr(n, "name") and hasattr(n, "body")
    ]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (([["#N/A"]], [[10]], [[0.5]], [[1]]), "#N/A"),  # an error that comes in goes out
        (([[-1]], [[10]], [[0.5]], [[1]]), "#NUM!"),
        (([[None]], [[10]], [[0.5]], [[1]]), "#N/A"),  # required and blank
        (([[""]], [[10]], [[0.5]], [[1]]), "#N/A"),  # Office.js gives a blank cell as an empty text
        (([[1000], ["#DIV/0!"]], [[10]], [[0.5]], [[1]]), [[200.0], ["#DIV/0!"]]),
    ],
)
def test_errors_come_and_go_as_their_texts(arguments: tuple[Any, ...], expected: Any) -> None:
    """sqrt(2 * 1000 * 10 / (0.5 * 1)) = 200; Lite shows an error's text as a real error value."""
    assert lite.cell("EOQ", *arguments) == expected


# -- requirements -----------------------------------------------------------------------------------------

ELSEWHERE = ("formualizer", "typer", "rich", "lxml", "xlsxwriter", "openpyxl", "win32com", "appscript")
"""What a browser has not, or need not load."""
BLOCKED = f"""
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {ELSEWHERE!r}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Block())
import xlinventory
from xlinventory.hosts.excel.live import lite
from xlinventory.macros.frame import macros
assert lite.cell("EOQ", [[1000]], [[10]], [[0.5]], [[1]]) == 200.0
exec(compile(sys.stdin.read(), "main.py", "exec"), {{"__name__": "main"}})
print(len(xlinventory.__all__), len(list(macros())), "statsmodels" in sys.modules)
"""


def test_functions_and_macros_work_with_what_the_browser_has() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED],
        input=package.main_text(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    exported, verbs, heavy = done.stdout.split()
    assert int(exported) > len(list(registered()))
    assert int(verbs) == len(list(macros()))
    assert heavy == "False"  # the largest package is loaded when it is asked for


def test_nothing_blocked_is_required_in_the_browser() -> None:
    """The markers of pyproject.toml, judged by the reference implementation of requirements."""
    requirements = pytest.importorskip("packaging.requirements")
    tomllib = pytest.importorskip("tomllib")
    root = Path(__file__).parents[3]
    listed = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    browser = {"sys_platform": "emscripten", "platform_system": "Emscripten", "platform_machine": "wasm32"}
    needed = {
        each.name.lower()
        for each in map(requirements.Requirement, listed)
        if each.marker is None or each.marker.evaluate(browser)
    }
    assert needed == {"numpy", "pandas", "scipy", "statsmodels", "xlwings"}


# -- macros over an asynchronous book -----------------------------------------------------------------------


class SheetOfOneTable:
    """A sheet with one table as Lite shows it: values by ``await``, writes that wait for a flush.

    Its calculation is the file host's: what is written goes into a workbook file's table, the calculated
    columns come back from there.
    """

    def __init__(self, book: "BookInLite", name: str) -> None:
        self.book, self.name = book, name
        self.tables = TablesOfSheet(TableInLite(self))
        frame = book.file.read_table(name)
        self.columns = list(frame.columns)
        self.grid: list[list[Any]] = [[_as_excel(v) for v in row] for row in frame.to_numpy(dtype=object)]
        self.grid = self.grid or [[None] * len(self.columns)]
        self.top = 5

    def range(self, first: tuple[int, int], last: tuple[int, int]) -> "RangeInLite":
        return RangeInLite(self, first, last)

    def formula(self, column: str) -> str:
        known = TABLES[self.name]
        return (
            known.formula_of(known.column(column))
            if column in known.names and column not in known.stored
            else ""
        )


class TablesOfSheet(list):
    def __init__(self, table: "TableInLite") -> None:
        super().__init__([table])

    def __getitem__(self, name: Any) -> Any:
        return super().__getitem__(0)


class TableInLite:
    def __init__(self, sheet: SheetOfOneTable) -> None:
        self.sheet, self.name = sheet, sheet.name

    @property
    def header_row_range(self) -> "RangeInLite":
        return self.sheet.range((self.sheet.top, 1), (self.sheet.top, len(self.sheet.columns)))

    @property
    def data_body_range(self) -> "RangeInLite":
        last = self.sheet.top + len(self.sheet.grid)
        return self.sheet.range((self.sheet.top + 1, 1), (last, len(self.sheet.columns)))

    def resize(self, place: "RangeInLite") -> None:
        height = place.last[0] - self.sheet.top

        def act() -> None:
            blank = [None] * len(self.sheet.columns)
            self.sheet.grid = (self.sheet.grid + [list(blank) for _ in range(height)])[:height]

        self.sheet.book.later(act)


class RangeInLite:
    def __init__(self, sheet: SheetOfOneTable, first: tuple[int, int], last: tuple[int, int]) -> None:
        self.sheet, self.first, self.last = sheet, first, last
        self.row, self.column = first
        self.shape = (last[0] - first[0] + 1, last[1] - first[1] + 1)

    def options(self, **_options: Any) -> "RangeInLite":
        return self

    async def get_value(self) -> list[list[Any]]:
        await self.sheet.book.flush()
        if self.row == self.sheet.top:
            return [self.sheet.columns]
        if self.sheet.book.busy and any(map(self.sheet.formula, self.sheet.columns)):
            self.sheet.book.busy -= 1
            own = [bool(self.sheet.formula(column)) for column in self.sheet.columns]
            return [["#BUSY!" if f else v for f, v in zip(own, row, strict=True)] for row in self.sheet.grid]
        return [self.sheet.grid[i][self._columns] for i in self._rows]

    async def get_formula(self) -> list[list[Any]]:
        await self.sheet.book.flush()
        formulas = [self.sheet.formula(column) for column in self.sheet.columns]
        return [
            [f or v for f, v in zip(formulas, self.sheet.grid[i], strict=True)][self._columns]
            for i in self._rows
        ]

    @property
    def _rows(self) -> range:
        return range(self.first[0] - self.sheet.top - 1, self.last[0] - self.sheet.top)

    @property
    def _columns(self) -> slice:
        return slice(self.first[1] - 1, self.last[1])

    def _set(self, rows: list[list[Any]]) -> None:
        def act() -> None:
            for i, row in zip(self._rows, rows, strict=True):
                for j, value in enumerate(row, self.first[1] - 1):
                    assert not self.sheet.formula(self.sheet.columns[j]) or value is None
                    self.sheet.grid[i][j] = _typed(value)

        self.sheet.book.later(act)

    value = property(None, lambda self, rows: self._set(rows))
    formula = property(None, lambda self, text: self.sheet.book.filled.append((self.sheet.name, text)))

    def clear_contents(self) -> None:
        self._set([[None] * self.shape[1]] * self.shape[0])


class BookInLite:
    """An open workbook: writes are queued, and Excel begins to calculate when they are flushed."""

    def __init__(self, path: Path) -> None:
        self.file = FileWorkbook.open(path)
        self.file.calculate()
        self.filled: list[tuple[str, str]] = []
        self.busy = 0
        self._queue: list[Any] = []
        self.sheets = SheetsInLite({name: SheetOfOneTable(self, name) for name in self.file.table_names()})

    def later(self, act: Any) -> None:
        self._queue.append(act)

    async def flush(self) -> None:
        if not self._queue:
            return
        for act in self._queue:
            act()
        self._queue = []
        for sheet in self.sheets:
            frame = pd.DataFrame(sheet.grid, columns=sheet.columns, dtype=object)
            frame = frame.map(lambda v: lite_tables.ERRORS.get(v, v) if isinstance(v, str) else v)
            self.file.write_table(sheet.name, frame)
        self.file.calculate()
        self.busy = 2
        for sheet in self.sheets:
            found = self.file.read_table(sheet.name)
            for column in filter(sheet.formula, sheet.columns):
                for row, value in zip(sheet.grid, found[column], strict=False):
                    row[sheet.columns.index(column)] = _as_excel(value)


class SheetsInLite(dict):
    def __iter__(self) -> Any:
        return iter(self.values())


def _as_excel(value: Any) -> Any:
    return str(value) if isinstance(value, CellError) else value


def _typed(value: Any) -> Any:
    """What Excel makes of a value put into a cell: after an apostrophe it is text for sure."""
    if not isinstance(value, str) or value in lite_tables.ERRORS:
        return value
    assert value.startswith("'"), f"Excel would read {value!r} its own way"
    return value[1:] or None


@pytest.fixture
def small_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A template and a folder of CSV files: two items, one with leading zeros and a name like a formula."""
    path, folder = tmp_path / "book.xlsx", tmp_path / "csv"
    monkeypatch.setattr(lite, "IMPORTED", str(folder))
    monkeypatch.setattr(lite_tables, "PAUSE", 0)
    template.build(path)
    folder.mkdir()
    (folder / "items.csv").write_text(
        "sku,name,unit_cost,preferred_supplier\n00123,=1+1,2.5,ACME\nB-2,Bolt,1,ACME\n"
    )
    (folder / "suppliers.csv").write_text("supplier,promised_lead_days\nACME,7\n")
    days = pd.date_range("2025-01-06", periods=84)
    lines = [
        f"{d:%Y-%m-%d},{s},SALE,-{q}"
        for i, d in enumerate(days)
        for s, q in (("00123", 1 + i % 3), ("B-2", 2))
    ]
    (folder / "movements.csv").write_text(
        "date,sku,kind,quantity\n2025-01-05,00123,OPENING,400\n2025-01-05,B-2,OPENING,100\n"
        + "\n".join(lines)
        + "\n"
    )
    return path, folder


STEPS = ("refresh", "forecast", "plan", "reorder", "orders", "value", "check", "undo")


def test_macros_leave_the_same_tables_and_sentences_as_on_a_file(small_job: tuple[Path, Path]) -> None:
    path, folder = small_job
    live, file = BookInLite(path), FileWorkbook.open(path)
    for step in STEPS:
        told: list[str] = []
        asyncio.run(lite.run(live, step, told.append))
        outcome = run_macro(file, step, **({"folder": str(folder)} if step == "refresh" else {}))
        file.calculate()
        assert told[-1] == outcome.sentence
        for name in file.table_names():
            pd.testing.assert_frame_equal(content(name, live.file), content(name, file))
    items = TABLES["Items"]
    assert {text for name, text in live.filled if name == "Items"} == {  # added rows got their formulas
        items.formula_of(column) for column in items.columns if column.formula
    }


def content(name: str, book: FileWorkbook) -> pd.DataFrame:
    """Cells of a table but for times of day and durations."""
    rows = book.read_table(name).reset_index(drop=True)
    rows = rows.drop(columns=["when", "seconds"], errors="ignore")
    return (
        rows.where(rows.ne(""), None)
        if name != "_undo"
        else rows.drop(columns=[c for c in rows if c != "run"])
    )


def test_a_failure_after_a_calculation_leaves_the_workbook_as_it_was(small_job: tuple[Path, Path]) -> None:
    live = BookInLite(small_job[0])
    asyncio.run(lite.run(live, "refresh", [].append))
    before = {name: live.file.read_table(name) for name in live.file.table_names()}
    told: list[str] = []
    asyncio.run(
        lite.run(live, "reorder", told.append)
    )  # there is no plan yet: it fails behind the calculation
    assert told[-1].startswith("No item has a reorder point yet")
    for name, rows in before.items():
        pd.testing.assert_frame_equal(live.file.read_table(name), rows)


def test_a_calculation_that_does_not_end_is_given_up_with_a_sentence(
    small_job: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    live, told = BookInLite(small_job[0]), []
    for step in ("refresh", "forecast"):
        asyncio.run(lite.run(live, step, told.append))
    before = live.file.read_table("Items")
    monkeypatch.setattr(lite_tables, "LONGEST_WAIT", 2)  # the book below shows #BUSY! twice
    asyncio.run(lite.run(live, "plan", told.append))
    assert "still calculating" in told[-1]
    pd.testing.assert_frame_equal(live.file.read_table("Items"), before)
