"""A workbook open in LibreOffice, saved into its Excel file: only what was changed there goes over.

Expected contents are read from the saved file by openpyxl and zipfile, which know nothing of this package.
"""

import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwings as xw
from lxml import etree

from xlinventory.hosts.calc.bridge import struct
from xlinventory.hosts.calc.files.saving import save_into_original
from xlinventory.hosts.calc.files.stamps import remember
from xlinventory.workbook import WorkbookError

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ODD_TEXTS = ["one\r\ntwo", "_x000D_", "00123", "=1+1", "'quoted", " spaced ", "TRUE", "2024-01-31", "☕ tea"]
"""Texts that a spreadsheet program reads, or would write, as something else."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A table with a calculated column beside notes, inputs and formulas of the user's own."""
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        items, notes = book.add_worksheet("Items"), book.add_worksheet("Notes")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        columns = [
            {"header": "sku"}, {"header": "name"}, {"header": "qty"}, {"header": "since"},
            {"header": "double", "formula": "=[@qty]*2"},
        ]  # fmt: skip
        items.add_table(0, 0, len(ODD_TEXTS), 4, {"name": "Items", "columns": columns})
        for i, text in enumerate(ODD_TEXTS, 1):
            items.write_string(i, 0, f"{i:04d}")
            items.write_string(i, 1, text)
            items.write_number(i, 2, 0.1 * i)
            items.write_number(i, 3, 45_000 + i, day)
            items.write_formula(i, 4, "=Items[[#This Row],[qty]]*2", None, 0.2 * i)
        notes.write_string("A1", "growth")
        notes.write_number("B1", 0.25)
        notes.write_boolean("B2", True)
        notes.write_formula("B3", "=B1*4", None, 1.0)
        notes.write_formula("B4", "=SUM(Items[qty])", None, 4.5)
        notes.write_string("A5", "a\r\nb")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Items!$C$2:$C$10"})
        notes.insert_chart("D2", chart)
    return path


@pytest.fixture
def opened(path: Path, calc: xw.App) -> xw.Book:
    return calc.books.open(path)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def different_parts(one: dict[str, bytes], other: dict[str, bytes]) -> set[str]:
    return {name for name in {*one, *other} if one.get(name) != other.get(name)}


def names_in(path: Path) -> list[str]:
    """Column B of Items, escapes undone as in ECMA-376 22.4.2.4; openpyxl does so for some cells only."""
    with zipfile.ZipFile(path) as archive:
        shared = etree.fromstring(archive.read("xl/sharedStrings.xml")).findall(f"{MAIN}si")
        cells = etree.fromstring(archive.read("xl/worksheets/sheet1.xml")).iter(f"{MAIN}c")
        mine = [cell for cell in cells if cell.get("r")[0] == "B" and cell.get("r") != "B1"]
    items = [shared[int(c.findtext(f"{MAIN}v"))] if c.get("t") == "s" else c for c in mine]
    raw = ("".join(text.text for text in item.iter(f"{MAIN}t")) for item in items)
    return [re.sub("_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), text) for text in raw]


def test_nothing_changed_is_nothing_written(path: Path, opened: xw.Book) -> None:
    before = path.read_bytes()
    opened.app.calculate()
    assert save_into_original(opened) == "book.xlsx holds all values already."
    assert path.read_bytes() == before


def test_one_cell_of_a_table_goes_over_and_odd_texts_stay_as_they_were(path: Path, opened: xw.Book) -> None:
    before = parts(path)
    assert names_in(path) == ODD_TEXTS
    opened.sheets["Items"]["C2"].value = 7.0
    assert save_into_original(opened) == "Saved Items into book.xlsx."
    after = openpyxl.load_workbook(path)["Items"]
    shown = openpyxl.load_workbook(path, data_only=True)
    assert after["C2"].value == 7
    assert names_in(path) == ODD_TEXTS
    assert after["E2"].value == "=Items[[#This Row],[qty]]*2"
    assert (shown["Items"]["E2"].value, shown["Notes"]["B4"].value) == (14, pytest.approx(4.5 - 0.1 + 7))
    assert different_parts(before, parts(path)) == {
        "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml",
    }  # fmt: skip


def test_a_number_that_became_a_truth_goes_over_as_one(path: Path, opened: xw.Book) -> None:
    """LibreOffice keeps both as 1 and tells them apart by the format alone."""
    cell = opened.sheets["Items"]["C2"]
    cell.value = 1.0
    save_into_original(opened)
    cell.value = True
    assert save_into_original(opened).startswith("Saved Items into book.xlsx")
    assert openpyxl.load_workbook(path)["Items"]["C2"].value is True


def test_rows_added_below_keep_the_texts_of_the_others(path: Path, opened: xw.Book) -> None:
    sheet = opened.sheets["Items"]
    sheet.tables["Items"].resize(sheet["A1:E11"])
    sheet["A11:D11"].value = ["0010", "new", 3.0, 45_100.0]
    sheet["E11"].formula = "=Items[[#This Row],[qty]]*2"
    assert save_into_original(opened) == "Saved Items into book.xlsx."
    assert names_in(path) == [*ODD_TEXTS, "new"]
    book = openpyxl.load_workbook(path)
    assert book["Items"].tables["Items"].ref == "A1:E11"
    assert book["Items"]["A11"].value == "0010"
    assert book["Items"]["E11"].value == "=Items[[#This Row],[qty]]*2"


def test_cells_outside_tables_go_over_in_place(path: Path, opened: xw.Book) -> None:
    notes = opened.sheets["Notes"]
    notes["B1"].value, notes["B2"].value, notes["A7"].value = 0.5, False, "'=2+2"
    assert save_into_original(opened).startswith("Saved Notes (B1, B2, A7) into book.xlsx")
    after, shown = (
        openpyxl.load_workbook(path)["Notes"],
        openpyxl.load_workbook(path, data_only=True)["Notes"],
    )
    assert (after["B1"].value, after["B2"].value) == (0.5, False)
    assert (shown["A7"].value, shown["A7"].data_type) == ("=2+2", "s")
    assert (after["B3"].value, shown["B3"].value) == ("=B1*4", 2)


def test_a_format_that_libreoffice_itself_gives_a_formula_is_no_loss(opened: xw.Book) -> None:
    """A formula without a number format takes that of the cells it reads as soon as one of them changes."""
    notes, money = opened.sheets["Notes"], 4
    notes["B1"].value = 3.0
    notes["B3"].api.NumberFormat = money
    assert save_into_original(opened) == "Saved Notes (B1) into book.xlsx."
    notes["B1"].api.NumberFormat = money
    assert "formats on Notes" in save_into_original(opened)


def test_what_cannot_go_over_is_named(path: Path, opened: xw.Book) -> None:
    notes = opened.sheets["Notes"]
    notes["B3"].formula, notes["C4"].formula = "=B1*5", "=B1+1"
    notes["A1"].api.CellBackColor = 0xFFFF00
    notes["B1"].value = 1.0
    notes["A1"].api.Columns.getByIndex(0).Width = 9000
    opened.sheets.add("More")
    told = save_into_original(opened)
    for word in (
        "Saved Notes (B1) into book.xlsx; not saved: the new sheet More", "2 formulas on Notes (B3, C4)",
        "column widths on Notes", "formats on Notes", "ODF Spreadsheet keeps everything",
    ):  # fmt: skip
        assert word in told
    after = openpyxl.load_workbook(path)
    assert after.sheetnames == ["Items", "Notes"]
    assert after["Notes"]["B3"].value == "=B1*4"
    assert after["Notes"]["C4"].value is None
    assert opened.impl.document.isModified()


def test_what_is_no_value_is_named_however_small(path: Path, opened: xw.Book) -> None:
    """A comment that went unsaved in silence would be lost with the window."""
    document = opened.impl.document
    sheet = document.Sheets.getByName("Items")
    sheet.Annotations.insertNew(sheet.getCellByPosition(0, 2).CellAddress, "ask Ann")
    sheet.Rows.getByIndex(4).IsVisible = False
    text = sheet.getCellByPosition(1, 6)
    link = document.createInstance("com.sun.star.text.TextField.URL")
    link.URL, link.Representation = "https://example.org/", text.String
    text.String = ""
    text.insertTextContent(text.createTextCursor(), link, False)
    document.NamedRanges.addNewByName("rate", "$Notes.$B$1", struct("table.CellAddress"), 0)
    document.Sheets.getByName("Notes").IsVisible = False
    told = save_into_original(opened)
    for word in (
        "comments on Items", "hidden rows on Items", "links or formats within a text on Items",
        "the new name rate", "whether it is shown on Notes",
    ):  # fmt: skip
        assert word in told
    assert document.isModified()


def test_a_comment_is_named_also_where_a_table_grew(path: Path, opened: xw.Book) -> None:
    sheet = opened.impl.document.Sheets.getByName("Items")
    sheet.Rows.insertByIndex(3, 1)
    sheet.getCellByPosition(0, 3).String = "new"
    sheet.Annotations.insertNew(sheet.getCellByPosition(0, 3).CellAddress, "ask Ann")
    assert "comments on Items" in save_into_original(opened)


def test_a_constant_typed_over_a_formula_does_not_replace_it(path: Path, opened: xw.Book) -> None:
    opened.sheets["Notes"]["B3"].value = 99.0
    assert "1 formula on Notes (B3)" in save_into_original(opened)
    assert openpyxl.load_workbook(path)["Notes"]["B3"].value == "=B1*4"


def test_a_text_longer_than_excel_takes_is_refused(path: Path, opened: xw.Book) -> None:
    """Excel calls a file with such a cell damaged; LibreOffice's cells take more."""
    before = path.read_bytes()
    opened.impl.document.Sheets.getByName("Notes").getCellRangeByName("A9").String = "x" * 32_768
    with pytest.raises(WorkbookError, match=r"Notes, A9: a text of 32,768 characters does not fit"):
        save_into_original(opened)
    assert path.read_bytes() == before


def test_a_formula_in_a_table_is_named(path: Path, opened: xw.Book) -> None:
    opened.sheets["Items"]["C3"].formula = "=1+1"
    opened.sheets["Items"]["E4"].formula = "=5"
    told = save_into_original(opened)
    assert "2 formulas in Items (C3, E4)" in told
    assert openpyxl.load_workbook(path)["Items"]["C3"].value == 2


SHIFTS: dict[str, Callable[[Any], None]] = {
    "row above formulas": lambda book: book.Sheets.getByName("Notes").Rows.insertByIndex(0, 1),
    "row above a table": lambda book: book.Sheets.getByName("Items").Rows.insertByIndex(0, 1),
    "column in a table": lambda book: book.Sheets.getByName("Items").Columns.insertByIndex(1, 1),
    "title of a column": lambda book: book.Sheets.getByName("Items").getCellByPosition(2, 0).setString("q"),
    "a sheet's table deleted": lambda book: book.DatabaseRanges.removeByName("Items"),
}


@pytest.mark.parametrize("shift", SHIFTS)
def test_moved_cells_are_refused_and_nothing_is_written(path: Path, opened: xw.Book, shift: str) -> None:
    """Values would go to places that the file's formulas do not look at."""
    before = path.read_bytes()
    SHIFTS[shift](opened.impl.document)
    opened.sheets["Notes"]["A9"].value = "a note"
    with pytest.raises(WorkbookError, match="nothing was saved"):
        save_into_original(opened)
    assert path.read_bytes() == before


def test_a_file_somebody_else_wrote_is_refused(path: Path, opened: xw.Book) -> None:
    opened.sheets["Notes"]["B1"].value = 1.0
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 3_600_000_000_000))
    with pytest.raises(WorkbookError, match="changed by another program"):
        save_into_original(opened)


@pytest.mark.parametrize("lock", ["~$book.xlsx", ".~lock.book.xlsx#"])
def test_a_lock_of_somebody_else_is_refused(path: Path, opened: xw.Book, lock: str) -> None:
    own = path.with_name(".~lock.book.xlsx#")
    assert own.exists(), "LibreOffice locks what it has open, and that alone is no reason to refuse"
    opened.sheets["Notes"]["B1"].value = 1.0
    kept = own.read_text()
    path.with_name(lock).write_text(",ann,elsewhere,25.11.2026 10:00,file:///home/ann/profile;")
    with pytest.raises(WorkbookError, match="is open in"):
        save_into_original(opened)
    own.write_text(kept)


def age(file: Path) -> None:
    status = file.stat()
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns - 3_600_000_000_000))


def test_the_lock_of_a_killed_libreoffice_is_no_strangers_work(path: Path, opened: xw.Book) -> None:
    """LibreOffice takes over an old lock of its own profile as it is (sfx2/source/doc/docfile.cxx)."""
    age(path.with_name(".~lock.book.xlsx#"))
    remember(opened.impl.document)
    opened.sheets["Notes"]["B1"].value = 1.0
    assert save_into_original(opened) == "Saved Notes (B1) into book.xlsx."
    opened.sheets["Notes"]["B1"].value = 2.0
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(WorkbookError, match="changed by another program"):
        save_into_original(opened)


def test_saving_again_finds_its_own_work(path: Path, opened: xw.Book) -> None:
    opened.sheets["Notes"]["B1"].value = 1.0
    assert save_into_original(opened) == "Saved Notes (B1) into book.xlsx."
    assert save_into_original(opened) == "book.xlsx holds all values already."
    opened.sheets["Notes"]["B1"].value = 2.0
    assert save_into_original(opened) == "Saved Notes (B1) into book.xlsx."
    assert openpyxl.load_workbook(path)["Notes"]["B1"].value == 2
    assert not opened.impl.document.isModified()
