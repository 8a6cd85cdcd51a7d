"""The macro workbook and the add-in, read back with libraries that did not write them."""

import re
import zipfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from xlinventory.hosts.excel import package
from xlinventory.hosts.excel.package.ribbon import ADDIN, WORKBOOK, custom_ui
from xlinventory.registry import registered

if TYPE_CHECKING:
    from conftest import Built

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
COMMITTED = Path(__file__).resolve().parents[3] / "workbook_templates" / "inventory.xlsm"
OF_XLWINGS = {"xlwings", "Dictionary"}
"""Modules that are taken from the installed xlwings, whichever version that is."""
PYTHON_OF_A_MAC = str(Path("/opt/env/bin/python3"))
RELATION = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
Modules = Callable[[Path], dict[str, str]]


def part(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


def installed(name: str) -> str:
    """A module of the installed xlwings as VBA stores it: without the header of an exported class."""
    text = files("xlwings").joinpath(name).read_text(encoding="cp1252").replace("\r\n", "\n")
    return re.sub(r"\A(?:VERSION .*\nBEGIN\n(?:.*\n)*?END\n)?(?:Attribute .*\n)*", "", text)


def body(module: str) -> str:
    return re.sub(r"\A(?:Attribute .*\n)*", "", module)


@pytest.mark.parametrize("build", [package.build_workbook, package.build_addin])
def test_two_builds_are_identical(build: Callable[[Path], None], tmp_path: Path) -> None:
    build(tmp_path / "one")
    build(tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_the_committed_project_differs_at_most_in_the_modules_of_another_xlwings(
    built_files: "Built", modules: Modules
) -> None:
    """If this fails after a change of functions or buttons: python scripts/build_template.py."""
    committed, rebuilt = modules(COMMITTED), modules(built_files.workbook)
    assert list(committed) == list(rebuilt)
    ours = [name for name in rebuilt if name not in OF_XLWINGS]
    assert {name: committed[name] for name in ours} == {name: rebuilt[name] for name in ours}
    assert len(ours) > 10


def test_the_workbook_has_the_installed_module_of_xlwings_word_for_word(
    built_files: "Built", modules: Modules
) -> None:
    found = modules(built_files.workbook)
    assert body(found["xlwings"]) == installed("xlwings.bas")
    assert "Redistribution and use in source and binary forms" in found["xlwings"]
    assert body(found["Dictionary"]) == installed("addin/Dictionary.cls")


def test_the_add_in_has_its_own_with_one_line_changed(built_files: "Built", modules: Modules) -> None:
    """That line names the config sheet; xlwings' guide to custom add-ins asks to change it."""
    there = body(modules(built_files.addin)["xlwings"]).splitlines()
    theirs = installed("xlwings_custom_addin.bas").splitlines()
    different = [mine for mine, old in zip(there, theirs, strict=True) if mine != old]
    assert different == ['Public Const PROJECT_NAME As String = "xlinventory"']
    names = re.findall(rb'<sheet name="([^"]*)"', part(built_files.addin, "xl/workbook.xml"))
    assert names == [b"xlinventory.conf"]


@pytest.mark.parametrize("place", [WORKBOOK, ADDIN], ids=["workbook", "add-in"])
def test_the_ribbon_is_a_part_that_the_package_names(built_files: "Built", place: object) -> None:
    path = built_files.workbook if place is WORKBOOK else built_files.addin
    relations = ET.fromstring(part(path, "_rels/.rels"))
    targets = [relation.get("Target") for relation in relations if relation.get("Type") == RELATION]
    assert targets == ["customUI/customUI14.xml"]
    assert part(path, targets[0]) == custom_ui(place)


def test_every_callback_of_the_ribbon_is_in_the_project(built_files: "Built", modules: Modules) -> None:
    for path in built_files:
        called = set(re.findall(rb'onAction="(\w+)"', part(path, "customUI/customUI14.xml")))
        module = modules(path)["XLInventoryRibbon"]
        assert {name for name in called if f"Sub {name.decode()}(" in module} == called != set()


def test_every_code_name_has_its_document_module(built_files: "Built", modules: Modules) -> None:
    """Otherwise Excel repairs the file and drops the project."""
    for path in built_files:
        with zipfile.ZipFile(path) as archive:
            sheets = [n for n in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n)]
            named = [re.search(rb'codeName="(\w+)"', archive.read(name)).group(1).decode() for name in sheets]
            book = re.search(rb'<workbookPr codeName="(\w+)"', archive.read("xl/workbook.xml"))
        found = modules(path)
        documents = [name for name, text in found.items() if 'VB_Base = "0{000208' in text]
        assert sorted(documents) == sorted([*named, book.group(1).decode()])
        assert len({name.lower() for name in found}) == len(found)


def test_content_types_say_what_each_file_is(built_files: "Built") -> None:
    assert b"application/vnd.ms-excel.sheet.macroEnabled.main+xml" in part(
        built_files.workbook, "[Content_Types].xml"
    )
    types = part(built_files.addin, "[Content_Types].xml")
    assert b"application/vnd.ms-excel.addin.macroEnabled.main+xml" in types
    assert b"sheet.macroEnabled" not in types
    assert b"application/vnd.ms-office.vbaProject" in types


def test_the_add_in_has_no_window_and_the_workbook_has_one(built_files: "Built") -> None:
    """As in the add-in that xlwings ships, which Excel saved."""
    with zipfile.ZipFile(Path(str(files("xlwings").joinpath("quickstart_addin.xlam")))) as theirs:
        assert b'<workbookView visibility="hidden"' in theirs.read("xl/workbook.xml")
    assert b'<workbookView visibility="hidden" ' in part(built_files.addin, "xl/workbook.xml")
    assert b"visibility=" not in part(built_files.workbook, "xl/workbook.xml")


def test_the_config_sheet_is_hidden_whole_and_free_of_paths(built_files: "Built") -> None:
    """xlwings reads it down to the first blank row and refuses a name that comes twice."""
    sheet = openpyxl.load_workbook(built_files.workbook)["xlwings.conf"]
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    assert sheet.sheet_state == "hidden"
    assert dict(rows) == {
        "INTERPRETER_WIN": "pythonw",
        "INTERPRETER_MAC": "python",
        "UDF MODULES": "xlinventory.hosts.excel.live.udfs",
        "USE UDF SERVER": True,
        "ADD_WORKBOOK_TO_PYTHONPATH": False,
    }
    assert len(rows) == 5


def test_an_interpreter_that_is_given_is_the_one_that_excel_starts(tmp_path: Path) -> None:
    given = package.Interpreters(windows=r"C:\Stock & Co\pythonw.exe")
    package.build_workbook(tmp_path / "book.xlsm", given)
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsm")["xlwings.conf"]
    assert sheet["B1"].value == r"C:\Stock & Co\pythonw.exe"


@pytest.mark.parametrize(
    ("system", "running", "told"),
    [
        ("darwin", PYTHON_OF_A_MAC, package.Interpreters(mac=PYTHON_OF_A_MAC)),
        ("linux", "/usr/bin/python3", package.Interpreters()),
    ],
)
def test_a_new_workbook_starts_the_python_that_built_it(
    system: str, running: str, told: package.Interpreters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr("sys.executable", running)
    assert package.of_this_machine() == told


def test_on_windows_it_is_the_one_without_a_console(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setattr("sys.executable", str(tmp_path / "python.exe"))
    assert package.of_this_machine() == package.Interpreters(windows=str(tmp_path / "pythonw.exe"))


def test_categories_of_the_function_wizard_are_the_families(built_files: "Built", modules: Modules) -> None:
    """ECMA-376 18.2.13: the first category of ours has the number after the built-in ones."""
    for path in built_files:
        book = ET.fromstring(part(path, "xl/workbook.xml"))
        groups = book.find(f"{MAIN}functionGroups")
        names = [group.get("name") for group in groups]
        first = int(groups.get("builtInGroupCount")) + 1
        wrappers = modules(path)["xlinventory_udfs"]
        for spec in registered():
            number = re.search(rf'{spec.name}\.VB_ProcData\.VB_Invoke_Func = " \\n(\d+)"', wrappers)
            assert names[int(number.group(1)) - first] == f"Inventory: {spec.family.value}"


def test_every_argument_has_its_help_at_its_place(built_files: "Built") -> None:
    """MS-XLSB 2.5.3 ArgDesc: places count from zero, texts have 1 to 255 characters."""
    book = ET.fromstring(part(built_files.workbook, "xl/workbook.xml"))
    told = {
        name.get("name"): {int(d.get("index")): d.text for d in name.iter(f"{X14}argumentDescription")}
        for name in book.iter(f"{X14}definedName")
    }
    assert told == {spec.name: {i: p.help for i, p in enumerate(spec.parameters)} for spec in registered()}
    assert all(1 <= len(text) <= 255 for texts in told.values() for text in texts.values())


def test_parts_of_the_workbook_stand_in_the_order_of_the_schema(built_files: "Built") -> None:
    """ECMA-376 CT_Workbook: sheets, functionGroups, definedNames, calcPr, ..., extLst last."""
    order = [child.tag for child in ET.fromstring(part(built_files.workbook, "xl/workbook.xml"))]
    wanted = [f"{MAIN}{name}" for name in ("sheets", "functionGroups", "definedNames", "calcPr", "extLst")]
    assert [tag for tag in order if tag in wanted] == wanted
    assert order[-1] == f"{MAIN}extLst"


@pytest.mark.parametrize("which", ["workbook", "addin"])
def test_no_two_modules_of_ours_share_a_public_name(built_files, modules, which: str) -> None:
    """VBA takes no notice of case: a Sub Inventory_turnover would hide the function INVENTORY_TURNOVER."""
    texts = modules(getattr(built_files, which))
    ours = [text for name, text in texts.items() if name.lower().startswith("xlinventory")]
    assert len(ours) == 3
    found = [
        name.lower()
        for text in ours
        for name in re.findall(r"^(?:Public )?(?:Sub|Function) (\w+)", text, re.M)
    ]
    assert "inventory_turnover" in found
    assert sorted(found) == sorted(set(found))
