"""The worksheet functions in the cells of LibreOffice: help, arrays, errors, days, words.

Numbers of LibreOffice's errors are from its help, "Error codes in LibreOffice Calc"; results of the formulas
are worked out beside them, and those of the examples are held to their sources elsewhere.
"""

from collections.abc import Callable
from typing import Any

import pytest

from xlinventory.hosts.calc import Office
from xlinventory.hosts.calc.addin.interface import stored_name
from xlinventory.registry import Parameter, registered

Show = Callable[..., Any]
Put = Callable[..., None]
SPECS = list(registered())


@pytest.fixture(scope="module")
def described(office: Office) -> dict[str, Any]:
    """What the function wizard knows, by the names of the functions."""
    listed = office.service("com.sun.star.sheet.FunctionDescriptions")
    found = ({p.Name: p.Value for p in listed.getByIndex(i)} for i in range(listed.Count))
    return {function["Name"]: function for function in found}


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_the_function_wizard_knows_the_function_and_all_its_arguments(described, spec) -> None:
    function = described[spec.name]
    assert function["Description"] == spec.summary
    assert [a.Name for a in function["Arguments"]] == [p.name for p in spec.parameters]
    for argument, parameter in zip(function["Arguments"], spec.parameters, strict=True):
        assert parameter.kind.help in argument.Description
        assert argument.IsOptional
        assert said_to_be_needed(argument.Description) == parameter.required, parameter.name


def said_to_be_needed(help_text: str) -> bool:
    """LibreOffice calls every argument optional; the help says which of them are."""
    assert help_text.startswith("Needed. ") != ("; may be left out" in help_text)
    return help_text.startswith("Needed. ")


def test_the_help_names_what_is_taken_for_an_argument_left_out(described) -> None:
    arguments = {a.Name: a.Description for a in described["INVENTORY_TURNOVER"]["Arguments"]}
    assert arguments["period_days"].endswith("; may be left out: 365")
    words = {a.Name: a.Description for a in described["SAFETY_STOCK"]["Arguments"]}
    assert words["service_type"].endswith("cycle | fill; may be left out: cycle")
    assert words["order_qty"].endswith("; may be left out")


def test_functions_are_in_the_category_of_add_ins(described) -> None:
    assert {described[spec.name]["Category"] for spec in SPECS} == {described["BESSELI"]["Category"]}


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_a_name_is_found_in_any_case_and_kept_under_its_full_name(sheet, spec) -> None:
    cell = sheet.getCellRangeByName("Z1")
    cell.setFormula(f"={spec.name.lower()}()")
    assert cell.Formula == f"={stored_name(spec)}()"


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("=EOQ(1000;10;0.5;1)", 200.0),  # the square root of 2 x 1000 x 10 / 0.5
        ("=EOQ(1000;10;0.5;1)*2", 400.0),
        ('=IF(EOQ(1000;10;0.5;1)>5;"more";"less")', "more"),
        ("=SUM(EOQ({1000|4000};10;0.5;1))", 600.0),
        ("=SUMPRODUCT(EOQ({1000|4000};10;0.5;1))", 600.0),
        ("=INDEX(EOQ({1000|4000};10;0.5;1);2)", 400.0),
        ("=EOQ(EOQ(1000;10;0.5;1);10;0.05;2)", 200.0),  # the square root of 2 x 200 x 10 / 0.1
        ("=MATCH(EOQ(1000;10;0.5;1);{100;200};0)", 2.0),
        ('=TEXT(EOQ(1000;10;0.5;1);"0.00")', "200.00"),
        ('=STOCK_STATUS(0;5;10;20)="OUT"', 1.0),
        ('=EXACT(STOCK_STATUS(0;5;10;20);"OUT")', 1.0),
        ('=IF(TRUE();STOCK_STATUS(0;5;10;20);"")&"!"', "OUT!"),
        ('=INDEX(ABC_CLASS({80|15|5});1)="A"', 1.0),
        ('=EOQ("1000";10;0.5;1)', 200.0),  # a number as text counts where it is typed
        ("=INVENTORY_POSITION(40;30;;5)", 65.0),  # 40 + 30 - 5; committed is left out
    ],
)
def test_formulas_of_all_kinds_go_on_with_the_result(show: Show, formula: str, shown: Any) -> None:
    assert show(formula) == shown


@pytest.mark.parametrize(
    ("formula", "error", "number"),
    [
        ("EOQ(1000;10;0.5;-1)", "#NUM!", 503),
        ("GMROI(100;0)", "#DIV/0!", 532),
        ('EOQ("many";10;0.5;1)', "#VALUE!", 519),
        ('SAFETY_STOCK(20;5;4;0.95;0;0;"sometimes")', "#VALUE!", 519),
        ("EOQ(1000;10)", "#N/A", 32767),
        ("EOQ(1/0;10;0.5;1)", "#DIV/0!", 532),
        ("EOQ(NA();10;0.5;1)", "#N/A", 32767),
        ("STOCK_STATUS(-1;1/0;10;20)", "#DIV/0!", 532),
        ('STOCK_STATUS("many";5;10;20)', "#VALUE!", 519),
    ],
)
def test_errors_are_real_ones_of_their_kind(sheet, show: Show, formula: str, error: str, number: int) -> None:
    assert show(f"={formula}") == error
    assert sheet.getCellRangeByName("Z1").getError() == number
    assert show(f"=ISERROR({formula})") == 1.0
    assert show(f"=ISNA({formula})") == (number == 32767)
    assert show(f'=IFERROR({formula};"caught")') == "caught"
    assert show(f"={formula}&1") == error


def test_an_array_formula_fills_its_cells(sheet, put: Put) -> None:
    put([[1000], [4000], [9000]], "A1:A3")
    cells = sheet.getCellRangeByName("B1:B3")
    cells.setArrayFormula("=EOQ(A1:A3;10;0.5;1)")
    assert cells.getDataArray() == ((200.0,), (400.0,), (600.0,))


def test_a_bad_row_spoils_itself_only(sheet, put: Put) -> None:
    put([[1000], [-1], [""], ["many"], [4000]], "A1:A5")
    cells = sheet.getCellRangeByName("B1:B5")
    cells.setArrayFormula("=EOQ(A1:A5;10;0.5;1)")
    assert [cells.getCellByPosition(0, i).getError() for i in range(5)] == [0, 503, 32767, 519, 0]
    assert cells.getDataArray()[4] == (400.0,)


def test_columns_and_rows_broadcast(sheet, put: Put) -> None:
    put([["", 0.5, 2], [1000, "", ""], [4000, "", ""]], "A1:C3")
    cells = sheet.getCellRangeByName("B2:C3")
    cells.setArrayFormula("=EOQ(A2:A3;10;B1:C1;1)")
    assert cells.getDataArray() == ((200.0, 100.0), (400.0, 200.0))


def test_a_table_comes_out_as_rows_and_columns(sheet) -> None:
    cells = sheet.getCellRangeByName("A1:D2")
    cells.setArrayFormula("=COST_LAYERS({43831|43832};{10|5};{2|3})")
    # two receipts and no issue: date, quantity, unit cost and value of each, as received
    assert cells.getDataArray() == ((43831.0, 10.0, 2.0, 20.0), (43832.0, 5.0, 3.0, 15.0))


def test_a_range_of_one_cell_is_a_history_of_one(show: Show, put: Put) -> None:
    put([[12]], "A1:A1")
    assert show("=DEMAND_CLEAN(A1)") == show("=DEMAND_CLEAN(A1:A1)") == 12.0


def test_days_are_dates_serials_or_iso_texts(show: Show, put: Put) -> None:
    put([["=DATE(2024;1;31)"]], "A1:A1")
    # 10 units at 2 a day last 5 days: 5 February 2024
    for day in ("A1", "DATE(2024;1;31)", "45322", '"2024-01-31"'):
        assert show(f"=STOCKOUT_DATE({day};10;2)-DATE(2024;2;5)") == 0.0


def test_a_blank_word_or_day_is_its_default(show: Show) -> None:
    """LibreOffice hands one empty cell over as 0, which is no word and no day."""
    assert show("=SAFETY_STOCK(20;5;4;0.95;0;0;A1)") == show("=SAFETY_STOCK(20;5;4;0.95)")
    ledger = "{45000|45010};{10|5};{2|3}"
    assert show(f'=STOCK_VALUE({ledger};"FIFO";A1)') == 35.0  # 10 x 2 + 5 x 3
    assert show(f"=STOCK_VALUE({ledger};A1;45000;A1)") == 20.0
    assert show("=STOCKOUT_DATE(A1;10;2)") == "#N/A"


def test_a_column_with_blanks_has_blanks(show: Show, put: Put) -> None:
    put([[45000, 10, 2], [45010, -4, ""]], "A1:C2")
    assert show("=STOCK_VALUE(A1:A2;B1:B2;C1:C2)") == 12.0  # 6 of 10 are left at 2; an issue has no cost
    put([[45000, 10, ""]], "A1:C1")
    assert show("=STOCK_VALUE(A1:A2;B1:B2;C1:C2)") == "#N/A"  # a receipt without one, which is not 0


def test_ten_thousand_rows_in_one_array_formula(sheet) -> None:
    sheet.getCellRangeByName("A1:A10000").setDataArray(tuple((float(i),) for i in range(1, 10_001)))
    cells = sheet.getCellRangeByName("B1:B10000")
    cells.setArrayFormula("=EOQ(A1:A10000;10;0.5;1)")
    assert [value for (value,) in cells.getDataArray()] == pytest.approx(
        [(40.0 * i) ** 0.5 for i in range(1, 10_001)], rel=1e-12
    )


def test_help_of_an_argument_says_what_is_needed() -> None:
    from xlinventory.hosts.calc.inside.functions import argument_help  # noqa: PLC0415

    spec = next(spec for spec in SPECS if spec.name == "DEMAND_FORECAST")
    told = {parameter.name: argument_help(parameter) for parameter in spec.parameters}
    assert told["history"].startswith("Needed. Demand of each period")
    assert told["horizon"].endswith("; may be left out: 1")
    assert isinstance(spec.parameters[0], Parameter)
