"""Sheets, cells, tables and names of LibreOffice as xlwings sees them: every member through its front end."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
import xlwings as xw

from xlinventory.hosts.calc import bridge


@pytest.fixture
def sheet(calc: xw.App) -> xw.Sheet:
    return calc.books.add().sheets[0]


@pytest.fixture
def goods(sheet: xw.Sheet) -> xw.main.Table:
    sheet["B2:C4"].value = [["sku", "quantity"], ["A", 1.0], ["B", 2.0]]
    return sheet.tables.add(source=sheet["B2:C4"], name="Goods")


def test_values_come_back_as_they_were_put(sheet: xw.Sheet) -> None:
    rows = [[1.5, "text", True], [None, "00123", False]]
    sheet["A1"].value = rows
    assert sheet["A1:C2"].value == rows
    assert sheet["C1"].value is True
    assert sheet["B2"].value == "00123"


def test_numbers_of_numpy_and_pandas_become_numbers(sheet: xw.Sheet) -> None:
    sheet["A1"].value = [[np.int64(3), np.float64(0.5), np.nan, pd.NaT, np.bool_(True), 7]]
    assert sheet["A1:F1"].value == [3.0, 0.5, None, None, True, 7.0]


def test_dates_are_dates_and_their_raw_values_days(sheet: xw.Sheet) -> None:
    moments = [dt.datetime(2024, 1, 31, 12), dt.date(2011, 12, 9), np.datetime64("2024-01-31")]
    sheet["A1"].value = [moments]
    assert sheet["A1:C1"].value == [
        dt.datetime(2024, 1, 31, 12), dt.datetime(2011, 12, 9), dt.datetime(2024, 1, 31),
    ]  # fmt: skip
    # Excel: =DATEVALUE("2024-01-31") is 45322, =DATEVALUE("2011-12-09") is 40886
    assert sheet["A1:C1"].raw_value == [[45322.5, 40886.0, 45322.0]]
    assert sheet["B1"].options(dates=dt.date).value == dt.date(2011, 12, 9)


def test_a_number_where_a_truth_was_is_a_number(sheet: xw.Sheet) -> None:
    sheet["A1:A2"].value = [[True], [False]]
    sheet["A1"].value = 1.0
    assert sheet["A1"].value == 1.0
    assert sheet["A1"].value is not True
    assert sheet["A2"].value is False


@pytest.mark.parametrize("error", ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"])
def test_errors_are_blank_or_their_names(sheet: xw.Sheet, error: str) -> None:
    sheet["A1"].value = [[error, f"'{error}"]]
    assert sheet["A1:B1"].value == [None, error]
    assert sheet["A1:B1"].options(err_to_str=True).value == [error, error]
    assert sheet["A1"].formula == error
    assert isinstance(sheet["A1"].raw_value, int)


def test_the_error_of_a_formula_is_told(sheet: xw.Sheet) -> None:
    sheet["A1:D1"].value = [["=1/0", "=NA()", "=1E300*1E300", "=NO_SUCH_FUNCTION(1)"]]
    assert sheet["A1:D1"].options(err_to_str=True).value == ["#DIV/0!", "#N/A", "#NUM!", "#NAME?"]


def test_what_begins_with_an_equals_sign_is_a_formula_unless_protected(sheet: xw.Sheet) -> None:
    sheet["C1"].number_format = "@"
    sheet["A1:C1"].value = [["=1+1", "'=1+1", "=1+1"]]
    assert sheet["A1:C1"].value == [2.0, "=1+1", "=1+1"]


def test_formulas_are_read_and_written_in_excels_grammar(sheet: xw.Sheet) -> None:
    sheet.book.sheets.add("Other Sheet")["A1"].value = 5.0
    sheet["A1"].value = [[1.0, 2.0]]
    sheet["A2"].formula = [["=SUM(A1,B1)", "='Other Sheet'!A1*2"]]
    assert sheet["A2:B2"].value == [3.0, 10.0]
    assert sheet["A2:B2"].formula == [["=SUM(A1,B1)", "='Other Sheet'!A1*2"]]
    assert sheet["A1"].formula == "1"
    assert sheet["D9"].formula == ""


def test_one_formula_fills_an_area_and_its_references_move(sheet: xw.Sheet) -> None:
    sheet["A1"].value = [[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]
    sheet["D1:E3"].formula = "=A1*2"
    assert sheet["D1:E3"].value == [[2.0, 20.0], [4.0, 40.0], [6.0, 60.0]]


def test_filling_down_copies_text_numbers_and_formulas(sheet: xw.Sheet) -> None:
    sheet["A1"].value = [["item 1", 5.0, "=B1+1"]]
    sheet["A1:C1"].autofill(sheet["A1:C3"], "fill_copy")
    assert sheet["A3:C3"].value == ["item 1", 5.0, 6.0]
    assert sheet["C3"].formula == "=B3+1"
    with pytest.raises(NotImplementedError):
        sheet["A1:C1"].autofill(sheet["A1:C3"], "fill_series")


def test_number_formats_are_one_or_none(sheet: xw.Sheet) -> None:
    sheet["A1:A2"].number_format = "0.00%"
    assert sheet["A1:A2"].number_format == "0.00%"
    assert sheet["A1:B2"].number_format is None


def test_clearing_takes_contents_or_everything(sheet: xw.Sheet) -> None:
    sheet["A1:A3"].value = [[1.0], [2.0], [3.0]]
    sheet["A1:A3"].number_format = "0.00"
    sheet["A1"].clear_contents()
    sheet["A2"].clear()
    sheet["A3"].clear_formats()
    assert sheet["A1:A3"].value == [None, None, 3.0]
    assert [sheet[i, 0].number_format for i in range(3)] == ["0.00", "General", "General"]


def test_ranges_are_found_in_every_way_xlwings_asks(sheet: xw.Sheet) -> None:
    sheet.book.names.add("Corner", f"={sheet.name}!$B$2:$C$3")
    area = sheet.range((2, 2), (3, 3))
    for same in (
        sheet["B2:C3"],
        sheet[1:3, 1:3],
        sheet.range("B2", "C3"),
        sheet["Corner"],
        sheet["B2"].resize(2, 2),
    ):
        assert same == area
    assert area.address == "$B$2:$C$3"
    assert area.get_address(row_absolute=False, external=True) == f"[{sheet.book.name}]{sheet.name}!$B2:$C3"
    assert (area.row, area.column, area.shape, len(area)) == (2, 2, (2, 2), 4)
    assert area(3).address == "$B$3"
    assert area.offset(1, 1).address == "$C$3:$D$4"
    with pytest.raises(IndexError):
        sheet.range((0, 1))
    with pytest.raises(xw.NoSuchObjectError):
        sheet["NoSuchName"]


def test_the_used_range_is_all_that_holds_something(sheet: xw.Sheet) -> None:
    sheet["B3"].value = 1.0
    sheet["D7"].value = "x"
    assert sheet.used_range.last_cell.address == "$D$7"
    assert sheet.cells.shape == (1_048_576, 16_384)


def test_sheets_are_added_named_hidden_and_deleted(calc: xw.App) -> None:
    book = calc.books.add()
    first = book.sheets[0]
    book.sheets.add("Last", after=first)
    book.sheets.add("First", before=first)
    assert book.sheet_names == ["First", first.name, "Last"]
    assert [sheet.index for sheet in book.sheets] == [1, 2, 3]
    book.sheets["Last"].visible = False
    assert not book.sheets["Last"].visible
    book.sheets["Last"].delete()
    assert "Last" not in book.sheet_names
    first.name = "Middle"
    assert book.sheets[1].name == "Middle"
    first.activate()
    assert book.sheets.active.name == "Middle"
    first["A1"].value = 1.0
    first.clear()
    assert first["A1"].value is None
    with pytest.raises(KeyError):
        book.sheets["Gone"]


def test_names_are_defined_read_changed_and_deleted(sheet: xw.Sheet) -> None:
    names = sheet.book.names
    names.add("Rate", f"={sheet.name}!$B$2")
    assert names["Rate"].refers_to == f"={sheet.name}!$B$2"
    assert names["Rate"].refers_to_range.address == "$B$2"
    names["Rate"].refers_to = f"={sheet.name}!$C$3"
    assert names["Rate"].refers_to_range.address == "$C$3"
    names["Rate"].name = "Ratio"
    assert [name.name for name in names] == ["Ratio"]
    names["Ratio"].delete()
    assert len(names) == 0


def test_a_table_knows_its_parts(sheet: xw.Sheet, goods: xw.main.Table) -> None:
    assert [table.name for table in sheet.tables] == ["Goods"]
    assert "Goods" in sheet.tables
    assert goods.range.address == "$B$2:$C$4"
    assert goods.header_row_range.value == ["sku", "quantity"]
    assert goods.data_body_range.address == "$B$3:$C$4"
    assert (goods.show_headers, goods.show_totals, goods.totals_row_range) == (True, False, None)
    assert goods.parent == sheet
    assert sheet["C4"].table == goods
    assert sheet["A1"].table is None
    goods.name = "Wares"
    assert sheet.tables[0].name == "Wares"
    with pytest.raises(KeyError):
        sheet.tables["Goods"]


def test_a_resized_table_is_what_formulas_see(sheet: xw.Sheet, goods: xw.main.Table) -> None:
    sheet["E1"].formula = "=SUM(Goods[quantity])"
    assert sheet["E1"].value == 3.0
    goods.resize(sheet["B2:C5"])
    sheet["C5"].value = 4.0
    sheet.book.app.calculate()
    assert goods.data_body_range.address == "$B$3:$C$5"
    assert sheet["E1"].value == 7.0


def test_pandas_frames_go_in_and_out(sheet: xw.Sheet) -> None:
    frame = pd.DataFrame({"sku": ["A", "B"], "quantity": [1.0, 2.0]})
    sheet["A1"].options(index=False).value = frame
    back = sheet["A1:B3"].options(pd.DataFrame, index=False).value
    pd.testing.assert_frame_equal(back, frame)


def test_a_filter_is_seen_and_cleared(sheet: xw.Sheet, goods: xw.main.Table) -> None:
    fields = goods.api.getFilterDescriptor()
    equal = bridge.member("sheet.FilterOperator", "EQUAL")
    fields.setFilterFields(
        (bridge.struct("sheet.TableFilterField", Field=0, Operator=equal, StringValue="A"),)
    )
    goods.api.refresh()
    rows = sheet.api.Rows
    assert not rows.getByIndex(3).IsVisible
    assert [field.type for field in goods.autofilter.criteria] == ["unknown", "none"]
    goods.autofilter.clear()
    assert rows.getByIndex(3).IsVisible
    assert [field.type for field in goods.autofilter.criteria] == ["none", "none"]
