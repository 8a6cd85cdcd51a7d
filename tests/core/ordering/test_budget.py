"""The budget: laws over random orders, and small cases where the best choice is known by trying all."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.core.ordering.budget import within_budget
from xlinventory.core.ordering.price_lists import OrderLimits, PriceLists, average_price

settled = settings(max_examples=60, deadline=None)
order = st.tuples(
    st.integers(1, 12), st.sampled_from([1.0, 6.0, 10.0]), st.integers(1, 400), st.integers(0, 30),
    st.integers(0, 5000), st.booleans(),
)  # fmt: skip
"""Packs, units in a pack, price in tenths, moq, cost avoided, and whether it is cheaper from 20 on."""


def of(
    rows: list[tuple[int, float, int, int, int, bool]],
) -> tuple[np.ndarray, np.ndarray, PriceLists, OrderLimits]:
    packs, pack, price, moq, avoided, breaks = (np.array(part) for part in zip(*rows, strict=True))
    lower = np.where(breaks, 0.8, 1.0) * price / 10
    lists = PriceLists(
        np.column_stack((np.zeros(len(rows)), np.full(len(rows), 20.0))),
        np.column_stack((price / 10, lower)),
        np.zeros(len(rows), dtype=bool),
    )
    quantity = np.ceil(np.maximum(packs * pack, moq) / pack) * pack
    return (
        quantity,
        avoided.astype(float),
        lists,
        OrderLimits(moq.astype(float), pack, np.full(len(rows), np.nan)),
    )


@settled
@given(rows=st.lists(order, min_size=1, max_size=15), share=st.floats(0, 1.2), may_be_cut=st.booleans())
def test_laws_of_a_budget(
    rows: list[tuple[int, float, int, int, int, bool]], share: float, may_be_cut: bool
) -> None:
    quantity, avoided, lists, limits = of(rows)
    value = quantity * average_price(lists, quantity)
    budget = share * value.sum()
    kept = within_budget(quantity, avoided, lists, limits, budget, np.full(len(rows), may_be_cut))
    spent = kept * average_price(lists, kept)
    assert spent.sum() <= budget * (1 + 1e-12)
    cut = (kept > 0) & (kept < quantity)
    assert may_be_cut or not cut.any()
    assert (kept <= quantity).all()
    np.testing.assert_allclose(kept / limits.pack_size, np.round(kept / limits.pack_size))
    assert (kept[cut] >= limits.moq[cut]).all()
    if share >= 1.0001:
        np.testing.assert_array_equal(kept, quantity)
    # No line that is left out would have fitted into what the better ones left.
    ratio = avoided / value
    for i in np.flatnonzero(kept == 0):
        before = (ratio > ratio[i]) | ((ratio == ratio[i]) & (np.arange(len(rows)) < i))
        assert value[i] > budget - spent[before].sum() - 1e-9


@settled
@given(rows=st.lists(order, min_size=1, max_size=9), share=st.floats(0.1, 1))
def test_what_it_avoids_is_within_one_line_of_the_best_choice(
    rows: list[tuple[int, float, int, int, int, bool]], share: float
) -> None:
    """The best of all subsets, each tried: greedy falls short of it by no more than the best single line."""
    quantity, avoided, lists, limits = of(rows)
    value = quantity * average_price(lists, quantity)
    budget = share * value.sum()
    kept = within_budget(quantity, avoided, lists, limits, budget, np.zeros(len(rows), dtype=bool))
    choices = np.array(list(product([0, 1], repeat=len(rows))))
    best = (choices @ avoided)[choices @ value <= budget + 1e-9].max()
    fitting = avoided[value <= budget + 1e-9].max(initial=0.0)
    assert avoided[kept > 0].sum() >= best - fitting - 1e-9


def test_a_line_that_does_not_fit_is_passed_over_for_a_smaller_one() -> None:
    # 120.00 for 600 (5.0 each), 50.00 for 200 (4.0), 30.00 for 90 (3.0): first and last fit into 150.00.
    rows = [(12, 10.0, 10, 0, 600, False), (5, 10.0, 10, 0, 200, False), (3, 10.0, 10, 0, 90, False)]
    kept = within_budget(*of(rows), 150, np.zeros(3, dtype=bool))
    np.testing.assert_array_equal(kept, [120, 0, 30])
    kept = within_budget(*of(rows), 150, np.ones(3, dtype=bool))  # cut: three packs of the second instead
    np.testing.assert_array_equal(kept, [120, 30, 0])
