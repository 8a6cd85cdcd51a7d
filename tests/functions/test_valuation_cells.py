"""Ledger functions as a cell sees them: errors of the contract, blanks, dates, columns of days."""

import pytest

from xlinventory import CellError, evaluate

DAYS = [["2024-01-01"], ["2024-01-02"], ["2024-01-03"], [None]]
UNITS = [[10.0], [10.0], [-15.0], [None]]
COSTS = [[10.0], [20.0], [None], [None]]
LEDGER = (DAYS, UNITS, COSTS)
LEDGER_FUNCTIONS = (
    "STOCK_VALUE",
    "COST_OF_SALES",
    "UNIT_COST",
    "COST_LAYERS",
    "VALUATION_COMPARE",
    "STOCK_AGE",
)


def call(name: str, *ledger: object) -> object:
    return evaluate(name, *ledger, *(["2024-01-05"] if name == "STOCK_AGE" else []))


def test_blank_rows_below_and_the_blank_cost_of_an_issue_are_ignored() -> None:
    assert evaluate("STOCK_VALUE", *LEDGER) == 100
    assert evaluate("COST_OF_SALES", *LEDGER, "lifo") == 250
    assert evaluate("UNIT_COST", *LEDGER, "Wac") == 15
    assert evaluate("COST_LAYERS", *LEDGER, "WAC") == [[45293.0, 5, 15, 75]]


def test_a_column_of_days_gives_a_column_of_values() -> None:
    days = [[45291.0], [45292.0], [45293.5], [None]]
    assert evaluate("STOCK_VALUE", *LEDGER, "FIFO", days) == [[0], [100], [300], [100]]
    assert evaluate("UNIT_COST", *LEDGER, None, days)[0] == [CellError.DIV0]
    assert evaluate("COST_OF_SALES", *LEDGER, None, days) == [[200], [200], [200], [200]]


def test_windows_include_both_ends() -> None:
    january_2 = ("2024-01-02", "2024-01-02")
    assert evaluate("VALUATION_COMPARE", *LEDGER, *january_2) == [[100, 200, 0, 300, 0]] * 6
    assert evaluate("COST_OF_SALES", *LEDGER, None, "2024-01-03", "2024-01-03") == 200
    assert evaluate("COST_OF_SALES", *LEDGER, None, "2024-01-03", "2024-01-02") is CellError.NUM


@pytest.mark.parametrize("name", LEDGER_FUNCTIONS)
def test_bad_ledgers_show_the_error_of_the_contract(name: str) -> None:
    assert call(name, DAYS, [[10.0], [10.0], [-25.0], [None]], COSTS) is CellError.NUM
    assert call(name, DAYS, UNITS, [[10.0], [None], [None], [None]]) is CellError.VALUE
    assert call(name, DAYS, UNITS, [[10.0], [-1.0], [None], [None]]) is CellError.NUM
    assert call(name, DAYS, UNITS[:3], COSTS) is CellError.VALUE
    assert call(name, DAYS, [[10.0], ["ten"], [-15.0], [None]], COSTS) is CellError.VALUE
    assert call(name, [["2024-01-01"], ["soon"], ["2024-01-03"], [None]], UNITS, COSTS) is CellError.VALUE
    assert call(name, DAYS, [[10.0], [CellError.DIV0], [-15.0], [None]], COSTS) is CellError.DIV0


def test_unknown_words_are_refused() -> None:
    assert evaluate("STOCK_VALUE", *LEDGER, "FIF0") is CellError.VALUE
    assert evaluate("STOCK_VALUE", *LEDGER, "FIFO", None, "maybe") is CellError.VALUE


def test_negative_stock_can_be_allowed() -> None:
    """10 at 5, then 14 out: 4 owed at 5; covered at 7 they cost 8 more."""
    short = ([[1.0], [2.0]], [[10.0], [-14.0]], [[5.0], [None]])
    assert evaluate("STOCK_VALUE", *short, None, None, "allow") == -20
    assert evaluate("COST_LAYERS", *short, None, None, "allow") == [[2, -4, 5, -20]]
    assert evaluate("UNIT_COST", *short, None, None, "allow") == 5
    assert evaluate("STOCK_AGE", *short, 2.0, [[30.0]], "allow") == [[30, -4, -20], ["over 30", 0, 0]]
    covered = ([[1.0], [2.0], [3.0]], [[10.0], [-14.0], [10.0]], [[5.0], [None], [7.0]])
    assert evaluate("STOCK_VALUE", *covered, None, None, "allow") == 42
    assert evaluate("COST_OF_SALES", *covered, None, None, None, "allow") == 78


def test_sold_out_is_worth_exactly_nothing_and_has_no_layers() -> None:
    sold = ([[1.0], [2.0]], [[0.3], [-0.3]], [[5.0], [None]])
    assert evaluate("STOCK_VALUE", *sold) == 0
    assert evaluate("COST_LAYERS", *sold) is CellError.NA
    assert evaluate("UNIT_COST", *sold) is CellError.DIV0
    assert evaluate("STOCK_AGE", *sold, 9.0)[0] == [30, 0, 0]


def test_landed_cost_shows_the_error_of_the_contract() -> None:
    assert evaluate("LANDED_COST", [[100.0], [50.0]], [[2.0], [8.0]], 60.0, "weight") is CellError.NA
    assert evaluate("LANDED_COST", [[100.0], [0.0]], [[2.0], [8.0]], 60.0) is CellError.NUM
    assert evaluate("LANDED_COST", [[1.0], [1.0]], [[0.0], [0.0]], 60.0) is CellError.DIV0
    assert evaluate("LANDED_COST", [[1.0], [1.0]], [[0.0]], 60.0) is CellError.VALUE


def test_a_bad_row_of_a_column_spoils_only_itself() -> None:
    column = evaluate("INVENTORY_TURNOVER", [[10.0], [10.0], [-1.0], [10.0]], [[5.0], [0.0], [5.0], [2.0]])
    assert column == [[2], [CellError.DIV0], [CellError.NUM], [5]]
    assert evaluate("LOWER_OF_COST_NRV", [[1.0], [-1.0]], 3.0, 2.0) == [[2], [CellError.NUM]]
    assert evaluate("AVERAGE_INVENTORY", [[5.0]], [[1.0]], 4.0, 6.0) is CellError.NA
