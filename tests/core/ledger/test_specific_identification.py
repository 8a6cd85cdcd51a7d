"""Specific identification: what an issue costs hangs on the lot it names, and on nothing else (V16)."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.ledger.books import close, laws, layers_of
from xlinventory.core.errors import InventoryError, NotEnoughData, OutOfDomain
from xlinventory.core.ledger import ValuedLedger, value_ledger

NAN = np.nan


def one_item(rows: list[tuple[float, float, str]], **how: Any) -> ValuedLedger:
    quantities, costs, lots = (list(column) for column in zip(*rows, strict=True))
    days = range(1, len(rows) + 1)
    columns = (["A"] * len(rows), days, quantities, costs)
    return value_ledger(*columns, reference=lots, method="SPECIFIC", **how)


def test_a_sale_takes_the_lot_it_names() -> None:
    """By hand, the middle lot."""
    found = one_item([(10, 1, "x"), (10, 5, "y"), (10, 9, "z"), (-4, NAN, "y")])
    assert (found.cost_of_sales[0], found.value[0]) == (20, 130)
    assert [layer[1:3] for layer in layers_of(found)["A"]] == [(10, 1), (6, 5), (10, 9)]


@pytest.mark.parametrize("lot", ["x", "unknown", ""])
def test_a_lot_with_too_little_or_none_is_refused_though_others_have_units(lot: str) -> None:
    with pytest.raises(InventoryError):
        one_item([(10, 1, "x"), (50, 5, "y"), (-11, NAN, lot)])


def test_one_more_than_the_lot_holds_is_one_missing() -> None:
    with pytest.raises(OutOfDomain, match=r"11.*1"):
        one_item([(10, 1, "x"), (50, 5, "y"), (-11, NAN, "x")])


def test_a_lot_never_received_is_not_found_one_received_later_is_short() -> None:
    with pytest.raises(NotEnoughData, match="never received"):
        one_item([(50, 5, "y"), (-11, NAN, "x")])
    with pytest.raises(OutOfDomain, match=r"11.*11"):
        one_item([(-11, NAN, "x"), (50, 5, "x")])


def test_a_lot_received_twice_leaves_the_older_part_first() -> None:
    found = one_item([(2, 1, "x"), (2, 5, "x"), (-3, NAN, "x")])
    assert (found.cost_of_sales[0], found.value[0]) == (7, 5)


def test_rows_without_a_lot_are_a_lot_of_their_own() -> None:
    found = one_item([(2, 1, ""), (2, 5, "x"), (-1, NAN, "")])
    assert (found.cost_of_sales[0], found.value[0]) == (1, 11)


def test_what_comes_back_belongs_to_its_lot_again() -> None:
    """By hand: 2 of lot x sold at 1, one back, and it can be sold again as x."""
    kinds = ["RECEIPT", "RECEIPT", "SALE", "CUSTOMER_RETURN", "SALE"]
    lots = ["x", "y", "x", "x", "x"]
    columns = (["A"] * 5, range(1, 6), [2, 2, -2, 1, -1], [1, 5, NAN, NAN, NAN])
    found = value_ledger(*columns, kind=kinds, reference=lots, method="SPECIFIC")
    assert (found.quantity[0], found.value[0], found.cost_of_sales[0]) == (2, 10, 2)


@laws
@given(
    costs=st.lists(st.integers(0, 900), min_size=1, max_size=5),
    picks=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 3)), max_size=8),
    data=st.data(),
)
def test_cost_of_sales_is_the_sum_of_the_picks_in_whatever_order(
    costs: list[int], picks: list[tuple[int, int]], data: st.DataObject
) -> None:
    """V16."""
    receipts = [(24.0, cents / 100, str(lot)) for lot, cents in enumerate(costs)]
    known = [(lot % len(costs), units) for lot, units in picks]
    expected = float(sum(Fraction(costs[lot] * units, 100) for lot, units in known))
    for order in (known, data.draw(st.permutations(known))):
        found = one_item(receipts + [(-float(units), NAN, str(lot)) for lot, units in order])
        assert found.cost_of_sales[0] == close(expected)
        assert found.value[0] == close(24 * sum(costs) / 100 - expected)
