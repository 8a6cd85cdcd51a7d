"""What a user added to the workbook stays through the buttons and undo; a protected sheet is not written."""

import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES
from xlinventory.workbook import WorkbookError

SHOWN = {"position": 4, "service_target": 0.95, "safety_stock": 5, "reorder_point": 60, "order_up_to": 90}
"""What formulas of Items show here: nothing is tested of them."""
SALES = "".join(f"{month},A,Anvil,{month % 3 + 1},2011-{month:02}-05 10:00,9\n" for month in range(1, 13))
CSV = {
    "items.csv": "sku,name,unit_cost\nA,Anvil,2\nB,Bolt,3\nC,Cord,4\n",
    "sales.csv": f"InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice\n{SALES}",
}
ITEMS = ["bin", *TABLES["Items"].names[:2], "note", *TABLES["Items"].names[2:], "twice"]
"""The table with columns of the user's own before, between and after ours."""
ROWS = {
    "Items": [
        {"sku": "B", "name": "Bolt", "active": "yes", "unit_cost": 3.0, "bin": "b-7", "note": "of steel"},
        {"sku": "A", "name": "Amboss", "active": "yes", "unit_cost": 2.0, "bin": "a-1", "note": "heavy"},
    ],
    "Settings": [{"setting": "as_of", "value": 40886.0}],  # 9 December 2011
    "Suppliers": [{"supplier": "Acme", "active": "yes"}],
}  # fmt: skip


def formula(name: str) -> str | None:
    if name == "twice":
        return "=Items[[#This Row],[unit_cost]]*2"
    return f"={SHOWN[name]}" if name in SHOWN else None


def add(book: xlsxwriter.Workbook, name: str, columns: list[str]) -> Any:
    sheet, rows = book.add_worksheet(name), ROWS.get(name, [])
    heads = [
        {"header": column} | ({"formula": formula(column)} if name == "Items" and formula(column) else {})
        for column in columns
    ]
    sheet.add_table(0, 0, max(len(rows), 1), len(columns) - 1, {"name": name, "columns": heads})
    for i, row in enumerate(rows, 1):
        for column, value in row.items():
            sheet.write(i, columns.index(column), value)
    return sheet


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of files and of all tables, with about everything a user may add to one of them."""
    folder = tmp_path_factory.mktemp("own")
    for name, text in CSV.items():
        (folder / name).write_text(text)
    path = folder / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        mine, bold = book.add_worksheet("Mine"), book.add_format({"bold": True})
        mine.write("A1", "my text", bold)
        mine.write_formula("A2", "=SUM(Items[unit_cost])", None, 5)
        for name, table in TABLES.items():
            sheet = add(book, name, ITEMS if name == "Items" else table.names)
            if name == "Items":
                sheet.write_comment("B2", "ask Anna")
                sheet.write_formula(0, len(ITEMS) + 2, "=MAX(Items[twice])", None, 6)
                sheet.write_string(3, len(ITEMS) + 2, "beside the table")
                sheet.set_column("B:B", 33, bold)
    return folder


@pytest.fixture
def path(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "own") / "book.xlsx"


def edited(path: Path, part: str, pattern: str, replacement: str) -> None:
    """Rewrite one part of a workbook file, as Excel would when a user does that in it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part], count = re.subn(pattern.encode(), replacement.encode(), parts[part], count=1)
    assert count
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def part(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


def press(path: Path, name: str) -> str:
    book = FileWorkbook.open(path)
    outcome = run_macro(book, name, folder=str(path.parent))
    book.keep()
    return outcome.sentence


def items(path: Path, *columns: str) -> list[list[object]]:
    return FileWorkbook.open(path).read_table("Items")[list(columns)].to_numpy(dtype=object).tolist()


OWN = ("sku", "bin", "note", "twice")
BEFORE = [["B", "b-7", "of steel", 6.0], ["A", "a-1", "heavy", 4.0]]
AFTER = [*BEFORE, ["C", None, None, 8.0]]
"""Costs of 3, 2 and 4, twice."""


def test_what_a_user_added_stays_through_buttons_and_undo(path: Path) -> None:
    """Cells beside the table are asked of another program, which reads what the file says of them."""
    kept = [
        name for name in zipfile.ZipFile(path).namelist() if "omment" in name or "drawing" in name.lower()
    ]
    notes, before = {name: part(path, name) for name in kept}, items(path, *OWN[:3])
    assert notes
    assert before == [row[:3] for row in BEFORE]
    for button, told in (("refresh", "taken"), ("forecast", "Forecast"), ("reorder", "order")):
        assert told in press(path, button)
        assert items(path, *OWN) == AFTER
    for _ in range(3):
        press(path, "undo")
    assert items(path, *OWN) == BEFORE
    assert items(path, "name") == [["Bolt"], ["Amboss"]]
    assert {name: part(path, name) for name in kept} == notes
    shown = openpyxl.load_workbook(path, data_only=True)
    assert [shown["Mine"]["A1"].value, shown["Mine"]["A2"].value] == ["my text", 5]
    sheet, beside = shown["Items"], len(ITEMS) + 3
    assert [sheet.cell(1, beside).value, sheet.cell(4, beside).value] == [6, "beside the table"]
    assert (sheet.column_dimensions["B"].width, sheet["B2"].comment.text) == (
        pytest.approx(33.7, abs=1),
        "ask Anna",
    )
    formulas = openpyxl.load_workbook(path)["Items"]
    assert formulas.cell(1, beside).value == "=MAX(Items[twice])"


def items_part(path: Path, kind: str) -> str:
    """The name of the sheet or table part of Items: the sheet Mine comes first."""
    number = list(TABLES).index("Items") + 1
    return f"xl/worksheets/sheet{number + 1}.xml" if kind == "sheet" else f"xl/tables/table{number}.xml"


@pytest.fixture
def filtered(path: Path) -> Path:
    """Only B is shown: the row of A is hidden."""
    column = ITEMS.index("sku")
    one = f'<filterColumn colId="{column}"><filters><filter val="B"/></filters></filterColumn>'
    edited(path, items_part(path, "table"), r'(<autoFilter ref="[^"]*")/>', rf"\1>{one}</autoFilter>")
    edited(path, items_part(path, "sheet"), r'<row r="3"', '<row r="3" hidden="1"')
    return path


def hidden(path: Path) -> list[int]:
    sheet = openpyxl.load_workbook(path)["Items"]
    return [row for row, found in sheet.row_dimensions.items() if found.hidden]


def test_a_filter_does_not_hide_other_rows_than_those_it_was_set_for(filtered: Path) -> None:
    assert hidden(filtered) == [3]
    press(filtered, "refresh")
    assert hidden(filtered) == []
    table = part(filtered, items_part(filtered, "table"))
    assert b"filterColumn" not in table
    assert b"<autoFilter" in table
    assert items(filtered, *OWN) == AFTER


def test_a_filter_stays_where_no_row_changes(filtered: Path) -> None:
    book = FileWorkbook.open(filtered)
    book.write_table("Items", book.read_table("Items"))
    book.keep()
    assert hidden(filtered) == [3]
    assert b"<filters><filter" in part(filtered, items_part(filtered, "table"))


@pytest.fixture
def protect(path: Path) -> Callable[[str], None]:
    def one(table: str) -> None:
        number = list(TABLES).index(table) + 2
        edited(
            path,
            f"xl/worksheets/sheet{number}.xml",
            "</sheetData>",
            '</sheetData><sheetProtection sheet="1"/>',
        )

    return one


def test_a_protected_sheet_is_named_and_nothing_is_written(
    path: Path, protect: Callable[[str], None]
) -> None:
    protect("Items")
    before = path.read_bytes()
    with pytest.raises(WorkbookError) as caught:
        press(path, "refresh")
    assert str(caught.value) == (
        "sheet Items of book.xlsx is protected, so table Items could not be changed and nothing was; "
        "unprotect it in Excel (Review > Unprotect Sheet), save, and run this again"
    )
    assert path.read_bytes() == before


def test_a_protected_sheet_that_does_not_change_is_in_nobodys_way(
    path: Path, protect: Callable[[str], None]
) -> None:
    """The refresh brings no supplier; formulas on a protected sheet are calculated, as in Excel."""
    protect("Suppliers")
    edited(path, "xl/worksheets/sheet1.xml", "</sheetData>", '</sheetData><sheetProtection sheet="1"/>')
    press(path, "refresh")
    assert items(path, *OWN) == AFTER
    assert openpyxl.load_workbook(path, data_only=True)["Mine"]["A2"].value == 9  # 3 + 2 + 4


def test_unprotected_again_it_is_written(path: Path) -> None:
    edited(path, items_part(path, "sheet"), "</sheetData>", '</sheetData><sheetProtection sheet="0"/>')
    press(path, "refresh")
    assert items(path, *OWN) == AFTER


def test_a_renamed_sheet_is_found_by_its_table(path: Path) -> None:
    edited(path, "xl/workbook.xml", 'sheet name="Items"', 'sheet name="My articles"')
    press(path, "refresh")
    assert items(path, *OWN) == AFTER


def test_a_deleted_sheet_is_named_by_its_table(path: Path) -> None:
    edited(path, "xl/workbook.xml", '<sheet name="Suppliers"[^>]*/>', "")
    before = path.read_bytes()
    with pytest.raises(WorkbookError) as caught:
        press(path, "refresh")
    assert str(caught.value) == (
        "There is no table Suppliers in the workbook: it was renamed or deleted, so nothing was changed; "
        "give it its name again, or copy its sheet from a new workbook."
    )
    assert path.read_bytes() == before
