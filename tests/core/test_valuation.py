"""One item's ledger as a worksheet asks for it: windows, the next unit's cost, the comparison of methods."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.core.errors import OutOfDomain, UndefinedRatio, WrongInput
from xlinventory.core.ledger import NegativeStock
from xlinventory.core.valuation import compare, item_ledger, next_unit_cost

PERPETUAL = ("FIFO", "LIFO", "WAC")
METHODS = (*PERPETUAL, *(f"{method}_PERIODIC" for method in PERPETUAL))
NAN = np.nan


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        (([1, 2], [1], [1]), WrongInput),
        (([1], [1], [-1]), OutOfDomain),
        (([1], [np.inf], [1]), OutOfDomain),
    ],
)
def test_bad_ledgers_are_refused(columns: tuple[Any, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        item_ledger(*columns)


def test_a_receipt_without_a_cost_and_a_window_that_ends_before_it_begins_are_refused() -> None:
    with pytest.raises(WrongInput):
        item_ledger([1], [1], [NAN]).value()
    with pytest.raises(OutOfDomain):
        item_ledger([1], [1], [1]).value(from_date=3, as_of=2)


def test_the_next_unit_costs_what_its_layer_does_or_what_the_last_one_did() -> None:
    """By hand: of 10 at 10 and 10 at 20 the oldest costs 10, the newest 20, the average 15."""
    book = item_ledger([1, 2], [10, 10], [10, 20])
    assert [next_unit_cost(book.value(method)) for method in PERPETUAL] == [10, 20, 15]
    sold_out = item_ledger([1, 2], [10, -10], [10, NAN]).value(negative="allow")
    assert next_unit_cost(sold_out, "allow") == 10
    nothing = item_ledger([1], [0], [NAN]).value(negative="allow")
    for valued, negative in ((sold_out, "error"), (nothing, "allow")):
        with pytest.raises(UndefinedRatio):
            next_unit_cost(valued, negative)


def test_the_comparison_has_a_line_for_each_method() -> None:
    """By hand: 10 at 10 and 10 at 20, then 15 out: 200, 250 or 225."""
    lines = compare(item_ledger([1, 2, 3], [10, 10, -15], [10, 20, NAN]))
    assert [line.cost_of_sales for line in lines] == [200, 250, 225] * 2
    assert [line.closing for line in lines] == [100, 50, 75] * 2
    assert {(line.opening, line.purchases, line.check) for line in lines} == {(0, 300, 0)}


def test_the_comparison_of_a_window_opens_with_what_was_there() -> None:
    """By hand: January closes with 5 at 10 (FIFO), whatever comes after the window."""
    book = item_ledger([1, 2, 31, 60], [10, -5, 10, -99], [10, NAN, 20, NAN])
    fifo = compare(book, 3, 40)[0]
    assert tuple(fifo) == (50, 200, 0, 250, 0)
    with pytest.raises(NegativeStock):
        compare(book)


@settings(max_examples=25, deadline=None)
@given(
    received=st.lists(st.tuples(st.integers(1, 9), st.integers(0, 900)), min_size=1, max_size=6),
    sold=st.integers(0, 6),
)
def test_every_line_of_the_comparison_balances(received: list[tuple[int, int]], sold: int) -> None:
    """V1, of the six lines at once."""
    units = [*(quantity for quantity, _ in received), -min(sold, received[0][0])]
    costs = [*(cents / 100 for _, cents in received), NAN]
    for line in compare(item_ledger(range(len(units)), units, costs), 1, 4):
        balance = line.opening + line.purchases - line.cost_of_sales - line.closing
        assert balance == pytest.approx(0, abs=1e-9)
        assert line.check == 0
