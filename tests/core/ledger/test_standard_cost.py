"""Stock at its standard: every difference to what was paid is cost of sales with its row."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given

from tests.core.ledger.books import kept, laws, near
from tests.core.ledger.histories import full_histories, standards, windows
from tests.core.ledger.slow_ledger import Movement
from xlinventory.core.errors import InventoryError, OutOfDomain
from xlinventory.core.ledger import ValuedLedger, value_ledger

NAN = np.nan


def one_item(quantities: list[float], costs: list[float], standard: list[float], **how: Any) -> ValuedLedger:
    days = range(1, len(quantities) + 1)
    columns = (["A"] * len(quantities), days, quantities, costs)
    return value_ledger(*columns, method="STANDARD", standard_cost=standard, **how)


def test_what_was_paid_above_the_standard_is_cost_of_sales() -> None:
    """By hand: 10 bought at 6 against a standard of 5: 50 in stock, 10 of variance; 4 sold at 5."""
    found = one_item([10, -4], [6, NAN], [5, 5])
    assert (found.receipts_value[0], found.value[0], found.cost_of_sales[0]) == (60, 30, 30)
    assert one_item([10], [4], [5]).cost_of_sales[0] == -10


def test_a_new_standard_revalues_the_stock_on_hand() -> None:
    """By hand: 10 at 5; 2 sold on the day the standard becomes 7: 20 gained, 14 out; 8 x 7 left."""
    found = one_item([10, -2], [5, NAN], [5, 7])
    assert (found.value[0], found.cost_of_sales[0]) == (56, 14 - 20)
    second = one_item([10, -2], [5, NAN], [5, 7], from_date=2)
    assert (second.opening_value[0], second.receipts_value[0], second.cost_of_sales[0]) == (50, 0, -6)


def test_a_row_of_no_units_may_bring_a_new_standard() -> None:
    """By hand: 10 at 5 become 10 at 4."""
    found = one_item([10, 0], [5, NAN], [5, 4])
    assert (found.value[0], found.cost_of_sales[0]) == (40, 10)


def test_a_transfer_moves_nothing_and_may_bring_a_new_standard() -> None:
    """By hand: 10 at 5 become 10 at 4 on the day 3 of them change their place."""
    found = one_item([10, -3], [5, NAN], [5, 4], kind=["RECEIPT", "TRANSFER"])
    assert (found.quantity[0], found.value[0], found.cost_of_sales[0]) == (10, 40, 10)
    assert found.consumed().quantity.tolist() == []


def test_a_standard_holds_until_the_next_one_and_the_first_before_it() -> None:
    """By hand: 10 at 5, one sold; then 9 at 6, one sold; a blank is no new standard."""
    found = one_item([10, -1, -1, -1], [5, NAN, NAN, NAN], [NAN, 5, 6, NAN])
    assert (found.value[0], found.cost_of_sales[0]) == (7 * 6, 5 - 9 + 6 + 6)


def test_a_row_of_no_units_before_all_others_takes_nothing() -> None:
    found = one_item([0, 10, 0, 0, -4], [NAN, 5, NAN, NAN, NAN], [3, 5, 5, 6, 6])
    taken = found.consumed()
    assert (taken.row.tolist(), taken.quantity.tolist(), taken.unit_cost.tolist()) == ([4], [4], [6])
    assert found.by_row().charged.tolist() == [0, 0, 0, -10, 24]


def test_stock_below_zero_is_at_the_standard_too() -> None:
    found = one_item([-3, 10], [NAN, 6], [5, 5], negative="allow")
    assert (found.value[0], found.cost_of_sales[0], found.receipts_value[0]) == (35, 25, 60)
    with pytest.raises(OutOfDomain):
        one_item([-3, 10], [NAN, 6], [5, 5])


@laws
@given(rows=full_histories(), window=windows)
def test_the_stock_is_its_units_at_the_last_standard(
    rows: list[Movement], window: tuple[int | None, int | None]
) -> None:
    known = [m._replace(cost=m.cost or m.quantity * 0 + 3) for m in standards(rows)]
    found = kept(known).value("STANDARD", from_date=window[0], as_of=window[1])
    last = [
        [m.standard for m in known if m.sku == sku and (window[1] is None or m.day // 1 <= window[1])]
        for sku in found.sku
    ]
    in_order = [max(own) if own else 0 for own in last]  # the standards of histories only rise
    assert found.value == near(found.quantity * np.array(in_order, dtype=float))
    assert found.check == near(np.zeros(len(found.sku)))


@pytest.mark.parametrize("standard", [None, [5.0], [NAN, NAN], [-1.0, 5.0]])
def test_standards_that_cannot_be_used_are_refused(standard: list[float] | None) -> None:
    with pytest.raises(InventoryError):
        value_ledger(["A", "A"], [1, 2], [3, -1], [2, NAN], method="STANDARD", standard_cost=standard)
