"""Orders that are too small for their supplier, worked out by hand, and laws over random ones."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.core.ordering.price_lists import OrderLimits, PriceLists
from xlinventory.core.ordering.smallest_orders import Lines, fill_up


def lines(*rows: tuple[float, float, float, float, float], price: float = 2.0, **more: float) -> Lines:
    """Rows of (supplier, ordered, whole, due, position), a unit a day, in packs of 10 at 2.00."""
    supplier, ordered, whole, due, position = np.array(rows, dtype=float).T
    count = len(rows)
    lists = PriceLists(np.zeros((count, 1)), np.full((count, 1), price), np.zeros(count, dtype=bool))
    most = np.full(count, more.get("max_qty", np.nan))
    limits = OrderLimits(np.full(count, more.get("moq", 0.0)), np.full(count, 10.0), most)
    return Lines(supplier.astype(int), ordered, whole, due, position, np.full(count, 1.0), lists, limits)


def test_lines_due_soonest_are_brought_forward_and_the_last_in_no_more_packs_than_needed() -> None:
    # 30 units are 60.00 of 200.00; the line due in 5 days adds 80.00, that in 9 days 60.00: 30 of 50.
    found = fill_up(
        lines((0, 30, 0, 0, 5), (0, 0, 50, 9, 40), (0, 0, 40, 5, 40), (0, 0, 50, 30, 40)),
        np.array([200.0]), 120,
    )  # fmt: skip
    np.testing.assert_array_equal(found.quantity, [30, 30, 40, 0])
    assert found.short[0] == 0


def test_an_order_that_is_large_enough_or_has_no_minimum_stays() -> None:
    found = fill_up(
        lines((0, 30, 0, 0, 5), (0, 0, 50, 9, 40), (1, 10, 0, 0, 5), (1, 0, 50, 9, 40)),
        np.array([60.0, np.nan]), 120,
    )  # fmt: skip
    np.testing.assert_array_equal(found.quantity, [30, 0, 10, 0])


def test_a_supplier_without_an_order_gets_none() -> None:
    found = fill_up(lines((0, 0, 50, 9, 40)), np.array([60.0]), 120)
    np.testing.assert_array_equal(found.quantity, [0])
    np.testing.assert_array_equal(found.short, [0])


def test_where_no_line_is_left_those_of_the_order_are_raised_to_the_same_cover() -> None:
    # 60.00 of 240.00 ordered: 120 units are needed. Positions 5 and 25 and packs of 10: 70 days of cover take
    # 65 -> 70 and 45 -> 50, together 120; a day of cover less takes 70 and 40 or less.
    found = fill_up(lines((0, 20, 0, 0, 5), (0, 10, 0, 0, 25)), np.array([240.0]), 120)
    assert found.quantity.sum() >= 120
    cover = np.array([5.0, 25.0]) + found.quantity
    assert found.quantity.tolist() == [70.0, 50.0]
    assert abs(cover[0] - cover[1]) <= 10


def test_what_cannot_be_reached_within_the_most_cover_is_left_and_told() -> None:
    # At most 40 days: 35 and 15 units, so 30 and 10 in packs that stay below: 80.00 of 240.00, from 60.00.
    found = fill_up(lines((0, 20, 0, 0, 5), (0, 10, 0, 0, 25)), np.array([240.0]), 40)
    np.testing.assert_array_equal(found.quantity, [20, 10])
    assert found.short[0] == 180


def test_an_order_with_an_unknown_price_is_not_judged() -> None:
    found = fill_up(lines((0, 20, 0, 0, 5), price=np.nan), np.array([240.0]), 120)
    np.testing.assert_array_equal(found.quantity, [20])
    assert found.short[0] == 0


@settings(max_examples=50, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.integers(0, 2), st.sampled_from([0.0, 0.0, 10.0, 30.0]), st.sampled_from([0.0, 20.0, 50.0]),
            st.integers(0, 90), st.integers(0, 80),
        ),
        min_size=1, max_size=12,
    ),
    minimum=st.lists(st.sampled_from([np.nan, 50.0, 300.0, 2000.0]), min_size=3, max_size=3),
)  # fmt: skip
def test_laws_of_filling_up(rows: list[tuple[float, ...]], minimum: list[float]) -> None:
    given_lines, least = lines(*rows), np.array(minimum)
    found = fill_up(given_lines, least, 120)
    before = given_lines.totals(given_lines.ordered, 3)
    after = given_lines.totals(found.quantity, 3)
    assert (found.quantity % 10 == 0).all()
    assert (found.quantity >= given_lines.ordered).all()
    untouched = ~(before < least) | (before == 0) | (found.short > 0)
    np.testing.assert_array_equal(after[untouched], before[untouched])
    assert (after[~untouched] >= least[~untouched]).all()
    np.testing.assert_allclose(found.short[found.short > 0], (least - before)[found.short > 0])
    raised = found.quantity > np.maximum(given_lines.ordered, given_lines.whole)
    assert (given_lines.position + found.quantity)[raised].max(initial=0.0) <= 120
    # A line is brought forward only when every line of its supplier that is due sooner is, too.
    added = (given_lines.ordered == 0) & (found.quantity > 0)
    for i in np.flatnonzero(added):
        mine = (given_lines.supplier == given_lines.supplier[i]) & (given_lines.ordered == 0)
        sooner = mine & (given_lines.whole > 0) & (given_lines.due < given_lines.due[i])
        assert (found.quantity[sooner] > 0).all()
