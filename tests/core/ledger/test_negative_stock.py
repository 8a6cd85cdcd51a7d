"""More issued than there is: refused with its row, or owed at the last known cost and costed anew."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given

from tests.core.ledger.books import close, kept, laws, layers_of
from tests.core.ledger.histories import plain_histories
from tests.core.ledger.slow_ledger import METHODS, PERPETUAL, Movement
from xlinventory.core.errors import OutOfDomain
from xlinventory.core.ledger import StockLedger, ValuedLedger, value_ledger

NAN = np.nan


def one_item(quantities: list[float], costs: list[float], method: str = "FIFO", **how: Any) -> ValuedLedger:
    days = range(1, len(quantities) + 1)
    how = {"negative": "allow"} | how
    return value_ledger(["A"] * len(quantities), days, quantities, costs, method=method, **how)


def test_an_issue_beyond_the_stock_is_refused_with_row_and_missing_units() -> None:
    ledger = StockLedger(["B", "A", "A"], [1, 1, 2], [1, 10, -14], [1, 5, NAN])
    found = ledger.value("LIFO", on_problem="leave_out")
    assert list(found.problems) == [1]
    problem = found.problems[1]
    assert (problem.row, problem.quantity, problem.missing) == (2, 14, 4)
    assert (found.value[0], np.isnan(found.value[1]), np.isnan(found.cost_of_sales[1])) == (1, True, True)
    with pytest.raises(OutOfDomain, match=r"14.*4"):
        ledger.value("LIFO")


def test_shortages_are_those_that_valuation_refuses_costs_known_or_not() -> None:
    """B is short by 1 of 3 on its second row; that nobody knows what A cost is another matter."""
    ledger = StockLedger(["A", "B", "B"], [1, 1, 2], [1, 2, -3], [NAN, 5, NAN])
    assert {ledger.sku[item]: (found.row, found.missing) for item, found in ledger.shortages().items()} == {
        "B": (2, 1)
    }
    assert StockLedger([], [], [], []).shortages() == {}


def test_an_item_with_a_problem_spoils_no_other() -> None:
    ledger = StockLedger(["A", "B", "A", "B"], [1, 1, 2, 2], [1, 5, -2, -2], [1, 3, NAN, NAN])
    for method in PERPETUAL:
        found = ledger.value(method, on_problem="leave_out")
        assert (found.value[1], found.cost_of_sales[1], list(found.problems)) == (9, 6, [0])
        assert set(found.layers().item.tolist()) == {1}


def test_a_row_after_the_window_refuses_nothing() -> None:
    ledger = StockLedger(["A", "A"], [1, 9], [1, -2], [1, NAN])
    assert ledger.value("FIFO", as_of=8).value[0] == 1


def test_a_row_before_the_window_does() -> None:
    ledger = StockLedger(["A", "A", "A"], [1, 2, 3], [1, -2, 5], [1, NAN, 1])
    with pytest.raises(OutOfDomain):
        ledger.value("FIFO", from_date=3)


@pytest.mark.parametrize("method", [m for m in METHODS if m not in {"STANDARD"}])
def test_units_owed_are_recosted_at_the_receipt_that_covers_them(method: str) -> None:
    """By hand: 10 at 5, then 14 out: 4 owed at 5; the receipt of day 3 covers them at 7, that is 8 more."""
    how = {"from_date": 3, "as_of": 3}
    found = one_item([10, -14, 10], [5, NAN, 7], method, **how)
    assert (found.opening_quantity[0], found.opening_value[0]) == (-4, -20)
    assert (found.receipts_value[0], found.cost_of_sales[0], found.value[0]) == (70, 8, 42)
    assert layers_of(found)["A"] == [(3, 6, 7, 2)]


def test_a_recosting_falls_in_the_window_of_the_receipt_that_covers_it() -> None:
    february = one_item([10, -14, 10], [5, NAN, 7], from_date=2, as_of=2)
    assert (february.cost_of_sales[0], february.value[0], february.check[0]) == (70, -20, 0)
    assert [layer[:3] for layer in layers_of(february)["A"]] == [(2, -4, 5)]


def test_units_owed_before_any_cost_is_known_cost_nothing_until_they_are_covered() -> None:
    owed = one_item([-3], [NAN])
    assert (owed.quantity[0], owed.value[0], owed.cost_of_sales[0]) == (-3, 0, 0)
    covered = one_item([-3, 4], [NAN, 2])
    assert (covered.quantity[0], covered.value[0], covered.cost_of_sales[0]) == (1, 2, 6)


def test_units_owed_leave_at_the_cost_known_for_the_item_beforehand() -> None:
    ledger = StockLedger(["A", "B"], [1, 1], [-5, -5], [NAN, NAN], last_cost=[3, NAN])
    found = ledger.value("FIFO", negative="allow")
    assert found.value.tolist() == [-15, 0]
    assert found.cost_of_sales.tolist() == [15, 0]


def test_the_last_known_cost_is_that_of_the_last_unit_issued() -> None:
    """By hand: FIFO's last unit is of the second receipt at 20, LIFO's of the first at 10, the average 15."""
    owed = [one_item([10, 10, -25], [10, 20, NAN], method).value[0] for method in PERPETUAL]
    assert owed == [-100, -50, -75]


def test_owed_units_under_the_average_are_one_layer() -> None:
    columns = ([-1, 10, -10, -2, -3], [NAN, 4, NAN, NAN, NAN])
    average = layers_of(one_item(*columns, "WAC"))["A"]
    assert [layer[1:3] for layer in average] == [(-6, 4)]
    assert [layer[1] for layer in layers_of(one_item(*columns))["A"]] == [-1, -2, -3]


def test_what_one_item_owes_leaves_the_average_of_another_to_the_last_digit() -> None:
    """B by itself: 2 at 0 and a third at 0.05."""
    rows = [("A", 1, -1, NAN), ("A", 1, -1, NAN), ("B", 1, 2, 0), ("B", 1, 1 / 3, 0.05)]
    together = value_ledger(
        *(list(column) for column in zip(*rows, strict=True)), method="WAC", negative="allow"
    )
    alone = value_ledger(*(list(column) for column in zip(*rows[2:], strict=True)), method="WAC")
    assert layers_of(together)["B"][0][:3] == layers_of(alone)["B"][0][:3]


@laws
@given(rows=plain_histories())
def test_allowing_stock_below_zero_changes_nothing_where_it_never_is(rows: list[Movement]) -> None:
    ledger = kept(rows)
    for method in PERPETUAL:
        refused, allowed = ledger.value(method), ledger.value(method, negative="allow")
        assert allowed.value.tolist() == close(refused.value.tolist())
        assert allowed.cost_of_sales.tolist() == close(refused.cost_of_sales.tolist())
