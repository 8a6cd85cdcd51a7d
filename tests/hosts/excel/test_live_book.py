"""The live book over xlwings' own front end and its engine for Windows, with a small Excel behind it.

The Excel here is ours, since none runs where the tests run. It does what Microsoft documents of the object
model where it differs from a plain grid: text is read as typed unless the number format is ``@`` or an
apostrophe leads (Range.PrefixCharacter), ``Value`` gives a currency or a date where ``Value2`` gives a
number, errors arrive as integers (XlCVError), a protected sheet raises.
"""
# ruff: noqa: N802, N803 - the names are those of Excel's object model

import atexit
import ctypes
import datetime as dt
import decimal
import importlib
import re
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pandas as pd
import pytest
import xlwings as xw
from xlwings.constants import AutoFillType

from xlinventory.core.errors import CellError
from xlinventory.hosts.excel.live.areas import stored_values
from xlinventory.hosts.excel.live.book import LiveWorkbook
from xlinventory.hosts.excel.live.cells import as_cells
from xlinventory.hosts.excel.live.quiet import SECONDS_BETWEEN_LINES, Progress, quiet
from xlinventory.workbook import WorkbookError

AUTOMATIC, MANUAL = -4105, -4135  # XlCalculation
ERRORS = {  # https://learn.microsoft.com/office/vba/excel/concepts/cells-and-ranges/cell-error-values
    "#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029, "#NUM!": 2036,
    "#N/A": 2042,
}  # fmt: skip
SCODE = -0x7FF60000  # CVErr(n) is the HRESULT 0x800A0000 + n
LOOKS_LIKE_FORMULAS_OR_NUMBERS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "00123", "1e5", "TRUE", "2024-01-31", "#N/A", "'quoted", "Red mug 5", " ",
]  # fmt: skip
FORMULAS_ELSEWHERE = [
    "\t=1+1", "＝1+1", "＋1", "－1", "＠SUM(A1)", " =1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x.example","x")',
]  # fmt: skip
"""What Excel takes for a formula in other languages, or at other times."""


class ComError(Exception):
    """As pywintypes.com_error."""

    __module__ = "pywintypes"
    hresult = -2147352567


class Many(list):
    """A collection of the object model."""

    Count = property(len)


class Cell:
    def __init__(self, value: Any = None, number_format: str = "General") -> None:
        self.value, self.number_format, self.formula = value, number_format, None

    def enter(self, typed: Any) -> None:
        """Take what a program assigns."""
        self.formula = None
        if isinstance(typed, str) and typed[:1] == "'":
            self.value = typed[1:]
        elif self.number_format == "@":
            self.value = str(typed) if typed not in ("", None) else None
        elif isinstance(typed, str):
            self._read(typed)
        else:
            self.value = typed

    def _read(self, typed: str) -> None:
        self.value = typed or None
        if typed[:1] == "=":
            self.formula, self.value = typed, float(len(typed))
        elif typed in ERRORS:
            self.value = SCODE + ERRORS[typed]
        elif typed.upper() in ("TRUE", "FALSE"):
            self.value = typed.upper() == "TRUE"
        elif re.fullmatch(r"\d{4}-\d\d-\d\d", typed):
            self.value = float((dt.date.fromisoformat(typed) - dt.date(1899, 12, 30)).days)
        elif typed[:1] in "+-@" and len(typed) > 1:
            self.formula, self.value = f"={typed}", float(len(typed))
        else:
            try:
                self.value = float(typed)
            except ValueError:
                self.value = typed

    def shown(self) -> Any:
        if isinstance(self.value, float) and "$" in self.number_format:
            return decimal.Decimal(f"{self.value:.4f}")
        if isinstance(self.value, float) and "yy" in self.number_format:
            return dt.datetime(1899, 12, 30) + dt.timedelta(days=self.value)
        return self.value

    def typed(self) -> str:
        if self.formula:
            return self.formula
        names = {SCODE + number: name for name, number in ERRORS.items()}
        return "" if self.value is None else names.get(self.value) or str(self.value)


class Range:
    def __init__(self, sheet: "Sheet", row: int, column: int, rows: int, columns: int) -> None:
        self.sheet, self.Row, self.Column, self.size = sheet, row, column, (rows, columns)
        self.Rows, self.Columns = MagicMock(Count=rows), MagicMock(Count=columns)
        self.Worksheet, self.Count = sheet, rows * columns

    def __call__(self, row: int, column: int) -> "Range":
        return Range(self.sheet, self.Row + row - 1, self.Column + column - 1, 1, 1)

    def places(self) -> Iterator[list[Cell]]:
        for row in range(self.Row, self.Row + self.size[0]):
            yield [self.sheet.cell(row, c) for c in range(self.Column, self.Column + self.size[1])]

    def _get(self, what: str) -> Any:
        self.sheet.reads[what] = self.sheet.reads.get(what, 0) + 1
        ask = {"Value": Cell.shown, "Value2": lambda cell: cell.value, "Formula": Cell.typed}[what]
        rows = tuple(tuple(ask(cell) for cell in row) for row in self.places())
        return rows if self.Count > 1 else rows[0][0]

    Value2 = property(lambda self: self._get("Value2"))

    def _enter(self, value: Any) -> None:
        if self.sheet.protected:
            raise ComError("1004")
        rows = value if isinstance(value, list | tuple) else [[value] * self.size[1]] * self.size[0]
        for cells, typed in zip(self.places(), rows, strict=True):
            for cell, one in zip(cells, typed, strict=True):
                if cell not in self.sheet.stubborn:
                    cell.enter(one)

    Value = property(lambda self: self._get("Value"), _enter)
    Formula = property(lambda self: self._get("Formula"), _enter)

    @property
    def NumberFormat(self) -> str | None:
        found = {cell.number_format for row in self.places() for cell in row}
        return found.pop() if len(found) == 1 else None

    @NumberFormat.setter
    def NumberFormat(self, value: str) -> None:
        for row in self.places():
            for cell in row:
                cell.number_format = value

    def Clear(self) -> None:
        for row in range(self.Row, self.Row + self.size[0]):
            for column in range(self.Column, self.Column + self.size[1]):
                self.sheet.cells.pop((row, column), None)

    def AutoFill(self, Destination: "Range", Type: int) -> None:
        assert Type == AutoFillType.xlFillCopy
        (source,) = self.places()
        for row in list(Destination.places())[1:]:
            for old, new in zip(source, row, strict=True):
                new.value, new.formula, new.number_format = old.value, old.formula, old.number_format

    def AutoFilter(self, Field: int) -> None:
        self.sheet.filtered.discard(Field)

    def GetAddress(self, *_absolute: Any) -> str:
        return f"{chr(64 + self.Column)}{self.Row}"


class Table:
    def __init__(self, sheet: "Sheet", name: str, width: int, rows: int) -> None:
        self.Parent, self.Name, self.ShowHeaders = sheet, name, True
        self.ShowTotals, self.ShowAutoFilter = False, True
        self.Range, self.rows = Range(sheet, 1, 1, rows + 1, width), rows
        on = lambda field: MagicMock(On=field in sheet.filtered, Criteria1="=x", Operator=0)  # noqa: E731
        self.AutoFilter = MagicMock(Filters=on)

    HeaderRowRange = property(lambda self: Range(self.Parent, 1, 1, 1, self.Range.size[1]))

    @property
    def DataBodyRange(self) -> Range | None:
        return Range(self.Parent, 2, 1, self.rows, self.Range.size[1]) if self.rows else None

    def Resize(self, area: Range) -> None:
        if self.Parent.protected:
            raise ComError("1004")
        self.Range, self.rows = area, area.size[0] - 1


class Sheet:
    def __init__(self, book: "Excel", name: str, titles: list[str], rows: list[list[Any]]) -> None:
        self.Name, self.Parent, self.protected = name, book, False
        self.cells: dict[tuple[int, int], Cell] = {}
        self.reads: dict[str, int] = {}
        self.filtered: set[int] = set()
        self.stubborn: list[Cell] = []
        for i, row in enumerate([titles, *rows], 1):
            for j, value in enumerate(row, 1):
                self.cells[i, j] = Cell(value)
        self.ListObjects = Many([Table(self, name, len(titles), len(rows))])

    def cell(self, row: int, column: int) -> Cell:
        return self.cells.setdefault((row, column), Cell())

    def Cells(self, row: int, column: int) -> Range:
        return Range(self, row, column, 1, 1)

    def Range(self, first: Range, last: Range) -> Range:
        return Range(self, first.Row, first.Column, last.Row - first.Row + 1, last.Column - first.Column + 1)

    @property
    def UsedRange(self) -> Range:
        return Range(self, 1, 1, *(max(place[axis] for place in self.cells) for axis in (0, 1)))

    def column(self, number: int) -> list[Cell]:
        return [self.cell(row, number) for row in range(2, self.ListObjects[0].rows + 2)]


class Excel:
    """Application and workbook in one."""

    def __init__(self) -> None:
        self.Name, self.Hwnd, self.Worksheets = "book.xlsx", 1, Many()
        self.ScreenUpdating, self.EnableEvents, self.StatusBar = True, True, False
        self.Calculation, self.calculated = AUTOMATIC, 0
        self.Application = self

    def Calculate(self) -> None:
        self.calculated += 1


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Any:
    """xlwings' engine for Windows, loaded over stand-ins for pywin32 and ctypes' Windows parts."""
    module = "xlwings._xlwindows"
    for name in ("oledll", "windll", "PyDLL"):
        monkeypatch.setattr(ctypes, name, MagicMock(), raising=False)
    kinds = {name: type(name, (), {}) for name in ("CDispatch", "CoClassBaseClass", "DispatchBaseClass")}
    client = MagicMock(**kinds)
    stand_ins = {
        "pywintypes": MagicMock(com_error=ComError, error=ComError, TimeType=type("Time", (), {})),
        "win32com": MagicMock(client=client), "win32com.client": client,
        "win32process": MagicMock(GetWindowThreadProcessId=lambda _window: (0, 4242)),
        "pythoncom": MagicMock(__file__="pythoncom.dll"),
        **{name: MagicMock() for name in ("win32api", "win32con", "win32gui", "win32timezone")},
    }  # fmt: skip
    for name, stand_in in stand_ins.items():
        monkeypatch.setitem(sys.modules, name, stand_in)
    for name in (module, "xlwings._win32patch"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    loaded = importlib.import_module(module)
    atexit.unregister(loaded.cleanup)
    yield loaded
    for name in (module, "xlwings._win32patch"):
        sys.modules.pop(name, None)


@pytest.fixture
def excel() -> Excel:
    return Excel()


@pytest.fixture
def sheet(excel: Excel) -> Sheet:
    rows = [["A", 1.0, None], ["B", 2.0, "x"]]
    excel.Worksheets.append(Sheet(excel, "Goods", ["sku", "quantity", "note"], rows))
    return excel.Worksheets[0]


@pytest.fixture
def xw_book(windows: Any, excel: Excel) -> xw.Book:
    return xw.Book(impl=windows.Book(excel))


@pytest.fixture
def book(xw_book: xw.Book, sheet: Sheet) -> LiveWorkbook:
    return LiveWorkbook(xw_book)


def frame(columns: list[str], rows: list[list[Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns, dtype=object)


def cells(book: LiveWorkbook) -> list[list[Any]]:
    return book.read_table("Goods").to_numpy(dtype=object).tolist()


@pytest.mark.parametrize("number_format", ["General", "@", "0.00"])
def test_text_never_becomes_anything_else(book, sheet: Sheet, number_format: str) -> None:
    for cell in sheet.column(3):
        cell.number_format = number_format
    given = [*LOOKS_LIKE_FORMULAS_OR_NUMBERS, *FORMULAS_ELSEWHERE]
    texts = [["k", None, text] for text in given]
    book.write_table("Goods", frame(["sku", "quantity", "note"], texts))
    assert [cell.value for cell in sheet.column(3)] == given
    assert not any(cell.formula for cell in sheet.column(3))
    assert [row[2] for row in cells(book)] == given
    assert {cell.number_format for cell in sheet.column(3)} == {number_format}


def test_the_excel_of_these_tests_turns_unprotected_text(sheet: Sheet) -> None:
    """The tests of protection could not fail otherwise."""
    turned = [Cell() for _ in LOOKS_LIKE_FORMULAS_OR_NUMBERS]
    for cell, text in zip(turned, LOOKS_LIKE_FORMULAS_OR_NUMBERS, strict=True):
        cell.enter(text)
    assert (
        sum(cell.value != text for cell, text in zip(turned, LOOKS_LIKE_FORMULAS_OR_NUMBERS, strict=True))
        == 10
    )


def test_numbers_errors_and_truth_keep_their_kind_under_the_text_format(book, sheet: Sheet) -> None:
    for cell in sheet.column(2):
        cell.number_format = "@"
    rows = [["a", 5.0, None], ["b", CellError.NA, None], ["c", True, None], ["d", "007", None]]
    book.write_table("Goods", frame(["sku", "quantity", "note"], rows))
    assert cells(book) == rows
    assert [cell.value for cell in sheet.column(2)] == [5.0, -2146826246, True, "007"]  # xlErrNA is 2042


def test_every_error_is_read_from_its_number(book, sheet: Sheet) -> None:
    for row, number in enumerate(ERRORS.values(), 2):
        sheet.cells[row, 2] = Cell(SCODE + number)
    sheet.ListObjects[0].Resize(Range(sheet, 1, 1, len(ERRORS) + 1, 3))
    assert [str(error) for error in book.read_table("Goods")["quantity"]] == list(ERRORS)


def test_money_and_dates_are_read_with_every_digit(book, sheet: Sheet) -> None:
    """Range.Value would give a currency of four decimals and a date cut to the microsecond."""
    sheet.cells[2, 2] = Cell(0.123456789, "$#,##0.00")
    sheet.cells[3, 2] = Cell(45322.123456789, "yyyy-mm-dd hh:mm")
    assert book.read_table("Goods")["quantity"].tolist() == [0.123456789, 45322.123456789]


def test_a_table_is_read_in_three_exchanges_whatever_its_size(book, sheet: Sheet) -> None:
    book.write_table("Goods", frame(["sku"], [[f"S{i}"] for i in range(500)]))
    sheet.reads.clear()
    assert len(book.read_table("Goods")) == 500
    assert sheet.reads == {"Value2": 2, "Formula": 1}  # the header; the values, the formulas


def test_new_rows_are_like_the_last_one_and_rows_left_over_are_emptied(book, sheet: Sheet) -> None:
    sheet.cells[3, 2].number_format = "0.00"
    book.write_table("Goods", frame(["sku", "quantity"], [["S", 1.0]] * 5))
    assert [cell.number_format for cell in sheet.column(2)] == ["General"] + ["0.00"] * 4
    book.write_table("Goods", frame(["sku"], [["only"]]))
    assert sheet.ListObjects[0].Range.size == (2, 3)
    assert not [place for place in sheet.cells if place[0] > 2 and sheet.cells[place].value is not None]


def test_a_table_without_rows_is_read_and_filled(book, sheet: Sheet) -> None:
    sheet.ListObjects[0] = Table(sheet, "Goods", 3, 0)
    for place in [place for place in sheet.cells if place[0] > 1]:
        del sheet.cells[place]
    assert book.read_table("Goods").empty
    assert list(book.read_table("Goods").columns) == ["sku", "quantity", "note"]
    book.write_table("Goods", frame(["sku"], [["A"], ["B"]]))
    assert cells(book) == [["A", None, None], ["B", None, None]]


def calculated(sheet: Sheet, formulas: list[str]) -> None:
    for row, formula in enumerate(formulas, 2):
        sheet.cell(row, 3).enter(formula)


def test_a_calculated_column_is_completed_and_never_overwritten(book, sheet: Sheet) -> None:
    calculated(sheet, ["=[@quantity]*2", "=[@quantity]*2"])
    rows = [["A", 1.0, 99.0], ["B", 2.0, 99.0], ["C", 3.0, 99.0]]
    book.write_table("Goods", frame(["sku", "quantity", "note"], rows))
    assert [cell.formula for cell in sheet.column(3)] == ["=[@quantity]*2"] * 3


def test_a_row_that_only_calculates_is_blank(book, sheet: Sheet) -> None:
    calculated(sheet, ["=[@quantity]*2", "=[@quantity]*2"])
    book.write_table("Goods", frame(["sku", "quantity"], []))
    assert [cell.formula for cell in sheet.column(3)] == ["=[@quantity]*2"]
    assert book.read_table("Goods").empty


def test_a_formula_typed_in_the_only_row_does_not_take_the_column(book, sheet: Sheet) -> None:
    book.write_table("Goods", frame(["sku"], [["A"]]))
    sheet.cell(2, 3).enter("=2*3")
    book.write_table("Goods", frame(["sku", "note"], [["A", 7.0], ["B", 8.0]]))
    assert [cell.value for cell in sheet.column(3)] == [7.0, 8.0]


def test_a_formula_a_person_typed_stays_where_it_shows_the_given_value(book, sheet: Sheet) -> None:
    sheet.cell(3, 2).enter("=H1*2")  # this Excel shows the length of a formula: 5
    book.write_table("Goods", frame(["sku", "quantity"], [["A", 1.0], ["B", 5.0], ["C", 9.0]]))
    assert [cell.formula for cell in sheet.column(2)] == [None, "=H1*2", None]
    assert [cell.value for cell in sheet.column(2)] == [1.0, 5.0, 9.0]
    book.write_table("Goods", frame(["sku", "quantity"], [["A", 1.0], ["B", 6.0]]))
    assert [(cell.formula, cell.value) for cell in sheet.column(2)] == [(None, 1.0), (None, 6.0)]


def test_a_filter_is_lifted_before_rows_are_replaced(book, sheet: Sheet) -> None:
    sheet.filtered.add(2)
    book.write_table("Goods", frame(["sku"], [["A"], ["B"]]))
    assert sheet.filtered == set()


def test_a_protected_sheet_is_refused_in_one_sentence(book, sheet: Sheet) -> None:
    sheet.protected = True
    with pytest.raises(WorkbookError, match=r"^table Goods could not be written: is its sheet protected"):
        book.write_table("Goods", frame(["sku"], [["A"], ["B"], ["C"]]))
    assert cells(book) == [["A", 1.0, None], ["B", 2.0, "x"]]


def test_a_cell_that_does_not_take_its_value_is_named(book, sheet: Sheet) -> None:
    sheet.stubborn.append(sheet.cell(3, 2))
    with pytest.raises(WorkbookError, match=r"^Goods!B3 did not take 9\.0; is the sheet protected"):
        book.write_table("Goods", frame(["sku", "quantity"], [["A", 8.0], ["B", 9.0]]))


def test_a_table_without_a_header_row_is_refused(book, sheet: Sheet) -> None:
    sheet.ListObjects[0].ShowHeaders = False
    with pytest.raises(WorkbookError, match="table Goods has no header row"):
        book.read_table("Goods")


def test_a_table_that_was_renamed_is_missed_by_its_old_name(book, sheet: Sheet) -> None:
    assert len(book.read_table("goods")) == 2
    sheet.ListObjects[0].Name = "Wares"
    with pytest.raises(WorkbookError, match="there is no table Goods in the workbook; it has Wares"):
        book.read_table("Goods")
    assert book.table_names() == ["Wares"]


def test_a_table_does_not_grow_over_what_stands_below_it(book, sheet: Sheet) -> None:
    sheet.cells[6, 2] = Cell("below")
    with pytest.raises(
        WorkbookError, match="Goods: table Goods needs row 6, but there is something below it"
    ):
        book.write_table("Goods", frame(["sku"], [["x"]] * 5))
    book.write_table("Goods", frame(["sku"], [["x"]] * 4))
    assert sheet.cells[6, 2].value == "below"


def test_more_rows_than_a_sheet_has_are_refused(book) -> None:
    with pytest.raises(WorkbookError, match="a sheet ends at row 1,048,576"):
        book.write_table("Goods", pd.DataFrame({"sku": ["x"] * 1_048_576}))


def test_calculating_is_left_to_the_program(book, excel: Excel) -> None:
    book.calculate()
    assert excel.calculated == 1


def test_quiet_restores_everything_after_a_failure(xw_book: xw.Book, excel: Excel) -> None:
    excel.EnableEvents = False
    seen = []

    def fail() -> None:
        with quiet(xw_book) as still:
            still.app.status_bar = "Working 40 %"
            seen.append((excel.ScreenUpdating, excel.EnableEvents, excel.Calculation))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert seen == [(False, False, MANUAL)]
    assert (excel.ScreenUpdating, excel.EnableEvents, excel.Calculation) == (True, False, AUTOMATIC)
    assert excel.StatusBar is False


def test_quiet_restores_the_rest_when_one_thing_cannot_be(
    xw_book: xw.Book, excel: Excel, monkeypatch: pytest.MonkeyPatch
) -> None:
    with quiet(xw_book):
        refuse = property(lambda _excel: MANUAL, lambda _excel, _value: (_ for _ in ()).throw(ComError()))
        monkeypatch.setattr(Excel, "Calculation", refuse, raising=False)
    assert (excel.ScreenUpdating, excel.EnableEvents, excel.StatusBar) == (True, True, False)


def test_progress_is_shown_when_it_can_be_read(xw_book: xw.Book, excel: Excel) -> None:
    now = [0.0]
    progress, seen = Progress(xw_book.app, clock=lambda: now[0]), []
    for moment, message, share in (
        (0.0, "Forecasting", None), (0.1, "Forecasting", 0.25), (0.3, "Forecasting", 0.4),
        (0.31, "Planning", 0.5), (0.32, "Planning", 0.6), (0.31 + SECONDS_BETWEEN_LINES, "Planning", 1.0),
    ):  # fmt: skip
        now[0] = moment
        progress.show(message, share)
        seen.append(excel.StatusBar)
    assert seen == [
        "Forecasting", "Forecasting", "Forecasting 40 %", "Planning 50 %", "Planning 50 %", "Planning 100 %",
    ]  # fmt: skip


def test_where_errors_arrive_as_text_they_are_errors() -> None:
    """AppleScript and Office.js hand over the error's text."""
    assert as_cells(["#N/A", "n/a", 1.0], errors_are_text=True) == [CellError.NA, "n/a", 1.0]
    assert as_cells(["#N/A"], errors_are_text=False) == ["#N/A"]


class MacRange:
    """An area as appscript answers for it; *raw* is what Excel's ``value`` gives."""

    def __init__(self, raw: Any, shown: Any, shape: tuple[int, int]) -> None:
        self.raw_value, self.shape, self.address = raw, shape, "$A$1:$B$3"
        self.api = SimpleNamespace(string_value=SimpleNamespace(get=lambda: shown))
        self.sheet = SimpleNamespace(name="Goods")


SHOWN_ON_A_MAC = [["1.00", "#N/A"], ["#DIV/0!", "x"], ["#N/A", "#N/A"]]


@pytest.mark.parametrize(
    "raw",
    [
        [[1.0], ["x"]],  # error cells left out, with rows of nothing else (issue 1924)
        [[1.0], ["x"], []],
        [[1.0, "placeholder"], ["placeholder", "x"], ["placeholder", "placeholder"]],  # issue 490
    ],
)
def test_errors_that_excel_on_a_mac_leaves_out_are_found(raw: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The forms are those of https://github.com/xlwings/xlwings/issues/ 1924, 1188 and 490."""
    monkeypatch.setattr("sys.platform", "darwin")
    found = stored_values(MacRange(raw, SHOWN_ON_A_MAC, (3, 2)))
    assert found == [[1.0, "#N/A"], ["#DIV/0!", "x"], ["#N/A", "#N/A"]]


def test_a_program_on_a_mac_that_shows_no_words_is_taken_at_its_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """LibreOffice there: it leaves no cell out."""
    monkeypatch.setattr("sys.platform", "darwin")
    area = MacRange([[1.0, 2.0]], None, (1, 2))
    area.api = SimpleNamespace()
    assert stored_values(area) == [[1.0, 2.0]]


def test_excel_on_a_mac_refuses_what_needs_its_functions(
    book: LiveWorkbook, excel: Excel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """https://github.com/xlwings/xlwings/issues/1112: worksheet functions are not supported there."""
    assert book.book.app.engine.name == "excel"
    monkeypatch.setattr("sys.platform", "darwin")
    with pytest.raises(WorkbookError, match="Excel for Mac does not calculate; nothing was changed"):
        book.calculate()
    assert excel.calculated == 0


def test_one_cell_of_a_mac_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert stored_values(MacRange(2.5, "2.50", (1, 1))) == [[2.5]]
    assert stored_values(MacRange("placeholder", "#REF!", (1, 1))) == [["#REF!"]]


def test_cells_missing_for_another_reason_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel answers with one placeholder for an area that is too large (issue 490)."""
    monkeypatch.setattr("sys.platform", "darwin")
    with pytest.raises(
        WorkbookError, match=r"^Goods!\$A\$1:\$B\$3 could not be read: Excel gave 1 cells of it$"
    ):
        stored_values(MacRange("placeholder", [["a", "b"], ["c", "d"], ["e", "f"]], (3, 2)))
