"""In which order rows are looked at: days, entry within a day, receipts first, items side by side (V13)."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.ledger.books import close, figures, kept, layers_of, near
from tests.core.ledger.histories import full_histories, histories, plain_histories
from tests.core.ledger.slow_ledger import METHODS, PERIODIC, PERPETUAL, Movement
from xlinventory.core.errors import OutOfDomain
from xlinventory.core.ledger import StockLedger, value_ledger

FLOWS = (*PERPETUAL, *PERIODIC)
every_flow = pytest.mark.parametrize("method", FLOWS)
laws = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize("method", [m for m in METHODS if m != "STANDARD"])
@laws
@given(rows=st.one_of(histories(), full_histories()))
def test_items_valued_together_are_worth_what_each_is_alone(method: str, rows: list[Movement]) -> None:
    together = kept(rows).value(method, negative="allow", on_problem="leave_out")
    for item, sku in enumerate(together.sku):
        own = [row for row, m in enumerate(rows) if m.sku == sku]
        alone = kept([rows[row] for row in own]).value(method, negative="allow", on_problem="leave_out")
        assert (item in together.problems) == (0 in alone.problems)
        if item not in together.problems:
            assert figures(together)[sku] == figures(alone)[sku], "to the last bit"
            assert together.by_row().charged[own] == near(alone.by_row().charged)
            assert [x[:3] for x in layers_of(together)[sku]] == [x[:3] for x in layers_of(alone)[sku]]


@every_flow
@laws
@given(rows=st.one_of(histories(), full_histories()), data=st.data())
def test_how_the_rows_of_items_interleave_does_not_matter(
    method: str, rows: list[Movement], data: st.DataObject
) -> None:
    turns = data.draw(st.permutations([m.sku for m in rows]))
    piles = {sku: iter([m for m in rows if m.sku == sku]) for sku in turns}
    again = [next(piles[sku]) for sku in turns]
    how = {"negative": "allow", "on_problem": "leave_out"}
    found, other = kept(rows).value(method, **how), kept(again).value(method, **how)
    shown = {sku: str(line) for sku, line in figures(found).items()}
    assert shown == {sku: str(figures(other)[sku]) for sku in found.sku}


@every_flow
@laws
@given(rows=plain_histories(), data=st.data())
def test_rows_of_different_days_may_stand_in_any_order(
    method: str, rows: list[Movement], data: st.DataObject
) -> None:
    """V13."""
    apart = [m._replace(day=float(i)) for i, m in enumerate(rows)]
    shuffled = data.draw(st.permutations(apart))
    found, again = kept(apart).value(method), kept(shuffled).value(method)
    assert figures(again) == figures(found)
    assert {sku: [x[:3] for x in own] for sku, own in layers_of(again).items()} == {
        sku: [x[:3] for x in own] for sku, own in layers_of(found).items()
    }


@laws
@given(rows=plain_histories(), data=st.data())
def test_the_periodic_average_does_not_care_for_order(rows: list[Movement], data: st.DataObject) -> None:
    """V13."""
    shuffled = data.draw(st.permutations(rows))
    found, again = kept(rows).value("WAC_PERIODIC"), kept(shuffled).value("WAC_PERIODIC")
    assert figures(again) == {sku: close(figures(found)[sku]) for sku in again.sku}


@every_flow
@laws
@given(quantities=st.lists(st.integers(1, 9), min_size=2, max_size=6), data=st.data())
def test_receipts_of_a_day_at_one_cost_may_stand_in_any_order(
    method: str, quantities: list[int], data: st.DataObject
) -> None:
    """V13."""
    values = []
    for received in (quantities, data.draw(st.permutations(quantities))):
        units = [*received, -sum(received) // 2]
        found = value_ledger(
            ["A"] * len(units), [1] * len(received) + [2], units, [3.7] * len(units), method=method
        )
        values.append((found.quantity[0], found.value[0], found.cost_of_sales[0]))
    assert values[0] == close(values[1])


@laws
@given(rows=plain_histories())
def test_with_receipts_first_entry_within_a_day_decides_among_equals_only(rows: list[Movement]) -> None:
    by_hand = sorted(rows, key=lambda m: (m.day, m.quantity <= 0))
    found, expected = kept(rows, receipts_first=True), kept(by_hand)
    for method in PERPETUAL:
        told, wanted = figures(found.value(method)), figures(expected.value(method))
        assert told == {sku: close(wanted[sku]) for sku in told}


def test_receipts_first_lets_a_day_sell_what_it_receives() -> None:
    """By hand: 5 sold before 10 are received at 2 the same day."""
    day = (["A", "A"], [1.2, 1.7], [-5, 10], [np.nan, 2.0])
    with pytest.raises(OutOfDomain):
        value_ledger(*day)
    found = value_ledger(*day, receipts_first=True)
    assert (found.value[0], found.cost_of_sales[0]) == (10, 10)


def test_a_return_of_the_same_day_still_follows_its_sale_when_receipts_come_first() -> None:
    """By hand: 10 at 2, 4 sold, 10 more at 5 received, 4 come back at the 2 they left at."""
    found = value_ledger(
        ["A"] * 4,
        [1, 2, 2, 2],
        [10, -4, 10, 4],
        [2, np.nan, 5, np.nan],
        kind=["RECEIPT", "SALE", "RECEIPT", "CUSTOMER_RETURN"],
        reference=["", "S1", "", "S1"],
        receipts_first=True,
    )
    assert (found.value[0], found.cost_of_sales[0]) == (70, 0)


def test_rows_of_a_day_stay_as_they_stand_and_a_window_includes_its_whole_last_day() -> None:
    """By hand; the time of day counts neither for rows nor for the ends of a window."""
    ledger = StockLedger(["A"] * 4, [1.9, 1.2, 2.75, 3.1], [10, 10, -5, -5], [1, 2, np.nan, np.nan])
    assert layers_of(ledger.value("FIFO"))["A"][0] == (1, 10, 2, 1)
    assert ledger.value("FIFO", from_date=2, as_of=2).cost_of_sales[0] == 5
    assert ledger.value("FIFO", from_date=2.9, as_of=2.1).cost_of_sales[0] == 5
    assert ledger.value("FIFO", as_of=2).quantity[0] == 15


def test_dates_may_be_dates() -> None:
    """A day is a day: serials of the 1900 system, dates and times give one ledger."""
    days = np.array(["2024-01-01", "2024-01-02T18:00"], dtype="datetime64[s]")
    found = value_ledger(["A", "A"], days, [2, -1], [3, np.nan], as_of=45292)
    assert (found.quantity[0], found.layers().date.tolist()) == (2, [45292])


def test_items_come_in_the_order_asked_for_or_of_their_first_rows() -> None:
    """By hand; an item without rows has nothing."""
    rows = (["B", "A", "B"], [3, 1, 2], [1, 2, 4], [1, 10, 100])
    assert list(value_ledger(*rows).sku) == ["B", "A"]
    found = StockLedger(*rows, skus=["Z", "A", "B"]).value("FIFO")
    assert list(found.sku) == ["Z", "A", "B"]
    assert found.value.tolist() == [0, 20, 401]


def test_skus_stay_text() -> None:
    found = value_ledger(["007", "7", "007"], [1, 1, 2], [1, 2, 4], [1, 1, 1])
    assert (list(found.sku), found.quantity.tolist()) == (["007", "7"], [5, 2])


@laws
@given(rows=histories())
def test_the_ledger_leaves_its_columns_alone(rows: list[Movement]) -> None:
    moved = np.array([float(m.quantity) for m in rows])
    costs = np.array([np.nan if m.cost is None else float(m.cost) for m in rows])
    kinds = np.array([m.kind for m in rows], dtype=object)
    columns = (np.array([m.sku for m in rows], dtype=object), np.array([m.day for m in rows]), moved, costs)
    before = [column.copy() for column in columns]
    StockLedger(*columns, kind=kinds).value("WAC", negative="allow", on_problem="leave_out")
    for column, copy in zip(columns, before, strict=True):
        np.testing.assert_array_equal(column, copy)


def test_a_fraction_is_counted_as_the_decimals_it_is_written_with() -> None:
    """0.1 + 0.2 is 0.3: no hundred-millionth of a unit is left, nor missing."""
    found = value_ledger(["A"] * 3, [1, 2, 3], [0.1, 0.2, -0.3], [1, 2, np.nan], method="LIFO")
    assert (found.quantity[0], found.value[0]) == (0.0, 0.0)
    assert found.cost_of_sales[0] == close(float(Fraction(5, 10)))
