"""The Lite workbook: its parts, its its main.py under the decorators as documented, what it requires.

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
import pytest
import xlwings

from xlinventory.evaluation import evaluate
from xlinventory.hosts.excel import template
from xlinventory.hosts.excel.live import lite
from xlinventory.hosts.excel.package import lite as package
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import macros
from xlinventory.registry import registered

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


def test_a_workbook_in_a_browser_is_in_no_folder() -> None:
    assert lite.Snapshot({}, [], print).path() is None


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

ELSEWHERE = (
    "formualizer",
    "typer",
    "rich",
    "lxml",
    "xlsxwriter",
    "openpyxl",
    "win32com",
    "appscript",
    "reportlab",
)
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
