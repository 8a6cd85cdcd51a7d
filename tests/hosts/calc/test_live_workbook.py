"""The live book over LibreOffice: what only a real program shows, and whole macros beside the file host."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
import xlwings as xw

from xlinventory.core.errors import CellError
from xlinventory.hosts.calc.formulas.adoption import adopt
from xlinventory.hosts.excel import template
from xlinventory.hosts.excel.live.book import LiveWorkbook
from xlinventory.hosts.excel.live.quiet import quiet
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES
from xlinventory.workbook import WorkbookError

Open = Callable[[Callable[[xlsxwriter.Workbook], None]], LiveWorkbook]


@pytest.fixture
def opened(calc: xw.App, tmp_path: Path) -> Open:
    def build(fill: Callable[[xlsxwriter.Workbook], None]) -> LiveWorkbook:
        path = tmp_path / "book.xlsx"
        with xlsxwriter.Workbook(path) as book:
            fill(book)
        return LiveWorkbook(calc.books.open(path))

    return build


def test_new_rows_have_the_formats_and_rules_of_the_last_one(opened: Open) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet, text = book.add_worksheet("T"), book.add_format({"num_format": "@"})
        money = book.add_format({"num_format": "#,##0.00"})
        sheet.add_table("A1:B2", {"name": "T", "columns": [{"header": "sku"}, {"header": "cost"}]})
        sheet.write_string("A2", "00123", text)
        sheet.write_number("B2", 1.5, money)
        sheet.data_validation("B2", {"validate": "decimal", "criteria": ">=", "value": 0})
        red = {"type": "cell", "criteria": ">", "value": 9, "format": book.add_format({"bg_color": "red"})}
        sheet.conditional_format("B2", red)

    book = opened(fill)
    rows = [[f"00{i}", float(i)] for i in range(200)]
    book.write_table("T", pd.DataFrame(rows, columns=["sku", "cost"]))
    sheet = book.book.sheets["T"]
    assert sheet["A2:A201"].number_format == "@"
    assert sheet["B2:B201"].number_format == "#,##0.00"
    assert sheet["B201"].api.Validation.Type.value == "DECIMAL"
    (formats,) = sheet.api.ConditionalFormats.getConditionalFormats()
    assert formats.Range.RangeAddressesAsString == "T.B2:B201"
    book.write_table("T", pd.DataFrame(rows[:1], columns=["sku", "cost"]))
    assert sheet["A3:B201"].value == [[None, None]] * 199
    assert sheet["A3:B201"].number_format == "General"


def test_a_totals_row_moves_with_the_end_of_its_table(opened: Open) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        columns = [{"header": "a", "total_string": "Total"}, {"header": "b", "total_function": "sum"}]
        sheet.add_table("C3:D6", {"name": "T", "columns": columns, "total_row": True})
        for row in (3, 4):
            sheet.write_row(row, 2, [f"r{row}", row])
        sheet.write("F6", "beside the totals")
        sheet.write("C20", "below")

    book = opened(fill)
    sheet = book.book.sheets["S"]
    for values in ([5.0, 6.0, 7.0, 8.0], [1.0], [2.0, 3.0]):
        book.write_table("T", pd.DataFrame({"a": ["x"] * len(values), "b": values}))
        book.calculate()
        assert book.read_table("T")["b"].tolist() == values
        last = 4 + len(values)
        assert sheet.tables["T"].range.address == f"$C$3:$D${last}"
        assert sheet[f"C{last}:D{last}"].value == ["Total", sum(values)]
        assert sheet[f"C{last + 1}:D19"].value == [[None, None]] * (19 - last)
    assert (sheet["F6"].value, sheet["C20"].value) == ("beside the totals", "below")
    with pytest.raises(WorkbookError, match="S: table T needs row 20, but there is something below it"):
        book.write_table("T", pd.DataFrame({"b": [1.0] * 16}))
    book.write_table("T", pd.DataFrame({"b": [1.0] * 15}))


def test_two_tables_on_one_sheet_are_both_read_and_written(opened: Open, put_table, design) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        put_table(sheet, "Left", design(["a", "b"], [["x", 1.0], ["y", 2.0]]), 1, 0)
        formulas = {"d": "=Right[[#This Row],[c]]+SUM(Left[b])"}
        put_table(sheet, "Right", design(["c", "d"], [[float(i), None] for i in range(6)], formulas), 0, 4)
        put_table(sheet, "Below", design(["e"], [["z"]]), 12, 0)

    book = opened(fill)
    assert book.table_names() == ["Left", "Below", "Right"]
    book.write_table("Left", pd.DataFrame({"a": ["p", "q", "r"], "b": [10.0, 20.0, 30.0]}))
    book.write_table("Right", pd.DataFrame({"c": [1.0, 2.0]}))
    book.calculate()
    assert book.read_table("Right")["d"].tolist() == [61.0, 62.0]
    assert book.read_table("Below")["e"].tolist() == ["z"]
    with pytest.raises(WorkbookError, match="S: table Left needs row 13, but there is something below it"):
        book.write_table("Left", pd.DataFrame({"a": ["x"] * 11}))


def test_formulas_with_relative_references_fill_down_each_in_its_row(opened: Open) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("T")
        sheet.add_table("A1:B4", {"name": "T", "columns": [{"header": "a"}, {"header": "b"}]})
        for row in (2, 3, 4):
            sheet.write_number(f"A{row}", row - 1)
            sheet.write_formula(f"B{row}", f"=A{row}*$A$2+SUM(A$2:A{row})")
        sheet.write_number("B3", 77)

    book = opened(fill)
    # by hand: 1*1+1, 77 typed over, 3*1+(1+2+3)
    assert book.read_table("T")["b"].tolist() == [2.0, 77.0, 9.0]
    book.write_table("T", pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0]}))
    book.calculate()
    assert book.read_table("T")["b"].tolist() == [2.0, 5.0, 9.0, 14.0]
    assert book.book.sheets["T"]["B5"].formula == "=A5*$A$2+SUM(A$2:A5)"


def test_what_formulas_show_is_read_with_its_kind(opened: Open) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("T")
        titles = ["number", "text", "truth", "error", "date"]
        sheet.add_table("A1:E2", {"name": "T", "columns": [{"header": title} for title in titles]})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for column, formula in zip("ABCD", ["=1/4", '="=1+1"', "=1>0", "=1/0"], strict=True):
            sheet.write_formula(f"{column}2", formula)
        sheet.write_formula("E2", "=DATE(2024,1,31)+0.25", day)

    # Excel: =DATEVALUE("2024-01-31") is 45322
    row = opened(fill).read_table("T").iloc[0].tolist()
    assert row == [0.25, "=1+1", True, CellError.DIV0, 45322.25]
    assert [type(cell) for cell in row] == [float, str, bool, CellError, float]


def test_a_protected_sheet_is_refused_in_one_sentence(opened: Open, put_table, design) -> None:
    book = opened(lambda made: put_table(made.add_worksheet("T"), "T", design(["a"], [["x"]])))
    book.book.sheets["T"].api.protect("secret")
    with pytest.raises(WorkbookError, match=r"^table T could not be written: is its sheet protected"):
        book.write_table("T", pd.DataFrame({"a": ["p", "q"]}))
    assert book.read_table("T")["a"].tolist() == ["x"]


def test_what_was_written_survives_the_file(opened: Open, put_table, design, tmp_path: Path) -> None:
    """LibreOffice saves 15 digits of a number; all else comes back from .xlsx as it was."""
    rows = [["=1+1", 0.5], ["00123", CellError.NA], ["#N/A", True], [" two\nlines\t", None]]
    book = opened(lambda made: put_table(made.add_worksheet("T"), "T", design(["a", "b"], [["x", 1.0]])))
    book.write_table("T", pd.DataFrame(rows, columns=["a", "b"], dtype=object))
    book.book.save(tmp_path / "saved.xlsx")
    again = FileWorkbook.open(tmp_path / "saved.xlsx").read_table("T")
    assert again.to_numpy(dtype=object).tolist() == rows
    cells = openpyxl.load_workbook(tmp_path / "saved.xlsx")["T"]
    assert [cells[f"A{row}"].data_type for row in range(2, 6)] == ["s"] * 4


@pytest.fixture
def both(calc: xw.App, tmp_path: Path) -> tuple[LiveWorkbook, FileWorkbook]:
    """The template with all formulas calculated, open in LibreOffice and as a file."""
    path = tmp_path / "inventory.xlsx"
    template.build(path)
    book = FileWorkbook.open(path)
    book.calculate()
    book.save()
    live = calc.books.open(path)
    adopt(live.impl.document)
    return LiveWorkbook(live), FileWorkbook.open(path)


EVERY_TABLE = set(TABLES) - {"Log", "_undo"}  # these say when it was


def assert_same(live: LiveWorkbook, file: FileWorkbook, tables: set[str] = EVERY_TABLE) -> None:
    """All columns are alike: those that people and buttons fill exactly, calculated ones within 1e-9."""
    assert live.table_names() == file.table_names()
    for name in tables:
        stored = TABLES[name].stored
        mine, theirs = live.read_table(name), file.read_table(name)
        pd.testing.assert_frame_equal(mine[stored], theirs[stored], rtol=1e-9, obj=name)
        pd.testing.assert_frame_equal(mine, theirs, rtol=1e-9, obj=name)


STEPS = (
    "refresh", "forecast", "plan", "reorder", "orders", "value", "close", "turnover", "suppliers", "overdue",
    "check", "undo",
)  # fmt: skip


def test_macros_do_the_same_in_libreoffice_as_in_the_file(both, first_items) -> None:
    """The whole job: both hosts say the same sentence after each step and hold the same tables."""
    live, file = both
    options = {"refresh": {"folder": str(first_items(12))}}
    for name in STEPS:
        with quiet(live.book):
            sentences = [run_macro(book, name, **options.get(name, {})).sentence for book in both]
        assert sentences[0] == sentences[1]
    for book in both:
        book.calculate()
    assert_same(live, file)
    assert live.read_table("Log")["macro"].tolist() == file.read_table("Log")["macro"].tolist()
    assert live.book.app.status_bar is False
    assert len(live.read_table("Items")["position"].dropna()) == 12


def test_the_examples_of_all_functions_test_themselves(both) -> None:
    live, _ = both
    live.calculate()
    assert run_macro(live, "selftest").sentence == run_macro(both[1], "selftest").sentence


def test_a_macro_that_fails_leaves_the_workbook_as_it_was(
    both, first_items, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, file = both
    write, written = LiveWorkbook.write_table, []

    def failing(book: LiveWorkbook, name: str, rows: pd.DataFrame) -> None:
        written.append(name)
        if len(written) == 3:
            raise WorkbookError("the third table is refused")
        write(book, name, rows)

    monkeypatch.setattr(LiveWorkbook, "write_table", failing)
    with pytest.raises(WorkbookError, match="the third table is refused"), quiet(live.book):
        run_macro(live, "refresh", folder=str(first_items(12)))
    assert len(written) > 3
    assert_same(live, file)
