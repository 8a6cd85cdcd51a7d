"""Ratios of turnover, time-weighted balances and stock age: laws, and figures by hand or by pandas."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xlinventory
from xlinventory.core import turnover
from xlinventory.core.errors import NotEnoughData, OutOfDomain, UndefinedRatio, WrongInput

money = st.floats(1e-3, 1e9)
laws = settings(max_examples=60, deadline=None)


@laws
@given(cost=money, average=money, days=st.floats(1, 1000))
def test_turns_times_days_is_a_year(cost: float, average: float, days: float) -> None:
    """M1."""
    turns = turnover.inventory_turnover(cost, average, days)
    assert turns * turnover.days_inventory(cost, average, days) == pytest.approx(365)


@laws
@given(sales=money, share=st.floats(0.01, 0.99), average=money)
def test_gmroi_is_margin_over_cost_share_times_turnover(sales: float, share: float, average: float) -> None:
    """M1: GMROI = margin % / (1 - margin %) * turnover at cost."""
    margin = sales * share
    turns = turnover.inventory_turnover(sales - margin, average)
    assert turnover.gmroi(margin, average) == pytest.approx(share / (1 - share) * turns)


def test_a_quarter_is_turned_into_a_year() -> None:
    """By hand: 300 sold in 73 days are 1500 a year."""
    assert turnover.inventory_turnover(300, 500, 73) == pytest.approx(3)
    assert turnover.days_inventory(300, 500, 73) == pytest.approx(500 / 300 * 73)


def test_ratios_take_columns() -> None:
    np.testing.assert_allclose(turnover.inventory_turnover([10, 20], 5), [2, 4])
    np.testing.assert_allclose(turnover.sell_through([5, 10], [10, 5], [0, 3]), [0.5, 1.25])
    assert turnover.gmroi(-5, 10) == -0.5, "a loss is a negative return"


@pytest.mark.parametrize(
    ("ratio", "error"),
    [
        (lambda: turnover.inventory_turnover(1, 0), UndefinedRatio),
        (lambda: turnover.days_inventory(0, 1), UndefinedRatio),
        (lambda: turnover.gmroi(1, 0), UndefinedRatio),
        (lambda: turnover.sell_through(1, 0), UndefinedRatio),
        (lambda: turnover.inventory_turnover(-1, 1), OutOfDomain),
        (lambda: turnover.inventory_turnover(1, -1), OutOfDomain),
        (lambda: turnover.inventory_turnover(1, 1, 0), OutOfDomain),
        (lambda: turnover.days_inventory(1, -1), OutOfDomain),
        (lambda: turnover.gmroi(np.nan, 1), OutOfDomain),
        (lambda: turnover.sell_through(-1, 1), OutOfDomain),
        (lambda: turnover.sell_through(1, 2, -1), OutOfDomain),
    ],
)
def test_what_has_no_meaning_is_refused(ratio, error: type[Exception]) -> None:
    with pytest.raises(error):
        ratio()


@laws
@given(
    balances=st.lists(st.tuples(st.integers(0, 40), st.floats(-1e3, 1e3)), min_size=1, max_size=12),
    window=st.tuples(st.integers(0, 45), st.integers(0, 45)),
)
def test_average_is_the_mean_of_the_days_that_pandas_fills_in(
    balances: list[tuple[int, float]], window: tuple[int, int]
) -> None:
    first, last = min(window), max(window)
    days, values = zip(*[(0, 7.0), *balances], strict=True)
    known = pd.Series(values, index=days).groupby(level=0).last()
    daily = known.reindex(range(47)).ffill().loc[first:last]
    found = turnover.average_inventory(days, values, first, last)
    assert found == pytest.approx(daily.mean(), rel=1e-9, abs=1e-9)


def test_times_of_day_do_not_count() -> None:
    """Ten days of 100, ten of 50, whatever the hour."""
    assert turnover.average_inventory([1.25, 11.5], [100, 50], 1.5, 20.5) == 75


def test_an_average_needs_a_balance_to_start_from_and_a_window() -> None:
    with pytest.raises(NotEnoughData):
        turnover.average_inventory([2], [1], 1, 3)
    with pytest.raises(OutOfDomain):
        turnover.average_inventory([1], [1], 3, 2)
    with pytest.raises(WrongInput):
        turnover.average_inventory([1, 2], [1], 1, 2)


day = st.integers(0, 30).map(float)
changes = st.lists(st.tuples(st.integers(0, 3), day, st.integers(-50, 50)), max_size=20)


@laws
@given(rows=changes, opening=st.lists(st.integers(0, 90), min_size=4, max_size=4), window=st.tuples(day, day))
def test_every_item_s_average_is_that_of_its_balance_alone(
    rows: list[tuple[int, float, int]], opening: list[int], window: tuple[float, float]
) -> None:
    """The worksheet function's average of the balances that pandas adds up."""
    first, last = min(window), max(window)
    item, days, moved = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    found = turnover.average_held(item, days, moved, opening, first, last)
    for one in range(4):
        mine = pd.Series(moved, index=days, dtype=float)[[i == one for i in item]].loc[
            lambda s: s.index >= first
        ]
        balance = mine.sort_index(kind="stable").cumsum() + opening[one]
        expected = turnover.average_inventory(
            [first, *balance.index], [opening[one], *balance.tolist()], first, last
        )
        assert found[one] == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_what_came_and_went_on_one_day_was_never_held() -> None:
    """0.1 + 0.2 - 0.3 is not 0 in floating point, and a stock of nothing has no turns, not 10 ** 17."""
    average = turnover.average_held([0, 0, 0, 1], [5, 5.5, 5.9, 5], [0.1, 0.2, -0.3, 1], [0, 0, 0], 1, 30)
    assert average.tolist() == [0, 26 / 30, 0]


def test_an_average_of_many_needs_a_window() -> None:
    with pytest.raises(OutOfDomain, match="to_date must not be before from_date"):
        turnover.average_held([0], [1], [1], [0], 3, 2)


Layers = list[tuple[int, int, int, int]]
layers = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 900), st.integers(1, 99), st.integers(0, 900)),
    min_size=1,
    max_size=12,
)
"""Item, age in days, units, unit cost in cents."""


def columns(held: Layers) -> tuple[list[int], list[int], list[int], list[float]]:
    """Item, age, units and value of each layer."""
    return (
        [i for i, *_ in held],
        [age for _, age, *_ in held],
        [units for *_, units, _ in held],
        [units * cents / 100 for *_, units, cents in held],
    )


@laws
@given(held=layers)
def test_ages_add_up_to_the_stock_of_each_item(held: Layers) -> None:
    """M4."""
    item, ages, units, values = columns(held)
    aged = turnover.stock_age(ages, units, values, item=item, items=3)
    assert aged.days.tolist() == [*turnover.AGE_BUCKETS, np.inf]
    for one in range(3):
        mine = [layer for layer in held if layer[0] == one]
        assert aged.value[one].sum() == pytest.approx(sum(u * c / 100 for *_, u, c in mine))
        for lower, upper, found in zip([-1, *aged.days], aged.days, aged.quantity[one], strict=False):
            assert found == sum(u for _, age, u, _ in mine if lower < age <= upper)


@laws
@given(held=layers)
def test_the_average_age_lies_between_the_newest_and_the_oldest_and_grows_by_a_day_a_day(
    held: Layers,
) -> None:
    """M4."""
    item, ages, units, _ = columns(held)
    mean = turnover.average_age(ages, units, item=item, items=3)
    later = turnover.average_age(np.add(ages, 1), units, item=item, items=3)
    np.testing.assert_allclose(later, mean + 1)
    for one in range(3):
        mine = [age for i, age in zip(item, ages, strict=True) if i == one]
        assert np.isnan(mean[one]) if not mine else min(mine) - 1e-9 <= mean[one] <= max(mine) + 1e-9


def test_layers_of_no_value_and_units_owed_have_no_age() -> None:
    ages = turnover.average_age([10, 400, 20, 7], [5, 0, 0, -3], item=[0, 0, 1, 2], items=3)
    np.testing.assert_array_equal(ages, [10, np.nan, np.nan])


def test_a_layer_of_exactly_30_days_is_in_the_bucket_of_30() -> None:
    assert turnover.stock_age([31, 30], [1, 4], [2, 8], [30, 31]).quantity.tolist() == [[4, 1, 0]]


def test_no_stock_has_empty_buckets_and_stock_below_zero_counts_negative() -> None:
    assert turnover.stock_age([], [], [], items=2).quantity.tolist() == [[0] * 6] * 2
    owed = turnover.stock_age([10], [-4], [-8], [30])
    assert (owed.quantity[0, 0], owed.value[0, 0]) == (-4, -8)


def test_buckets_must_rise_from_above_zero() -> None:
    for ends in ([0, 30], [30, 30], [60, 30]):
        with pytest.raises(OutOfDomain):
            turnover.stock_age([], [], [], ends)


@laws
@given(held=layers, idle=st.lists(st.integers(0, 900), min_size=3, max_size=3), limit=st.integers(1, 400))
def test_dead_is_what_lay_as_long_as_nothing_was_sold(held: Layers, idle: list[int], limit: int) -> None:
    """All layers of an item that are old enough, or nothing of an item that sells."""
    item, ages, _, values = columns(held)
    dead = turnover.dead_stock(ages, values, idle, limit, item=item)
    for one in range(3):
        old = [v for i, age, v in zip(item, ages, values, strict=True) if i == one and age >= limit]
        assert dead[one] == pytest.approx(sum(old) if idle[one] >= limit else 0)


def test_units_owed_are_not_dead_and_the_limit_is_above_zero() -> None:
    assert turnover.dead_stock([300, 300], [-8, 5], [np.inf, np.inf], 180, item=[0, 1]).tolist() == [0, 5]
    with pytest.raises(OutOfDomain, match="dead_days must be > 0"):
        turnover.dead_stock([300], [5], [400], 0)


ledgers = st.lists(
    st.tuples(st.integers(0, 400), st.integers(1, 20), st.integers(0, 500)), min_size=1, max_size=10
)


@laws
@given(receipts=ledgers, taken=st.integers(0, 100))
def test_the_ages_of_a_ledger_are_those_of_its_fifo_layers(
    receipts: list[tuple[int, int, int]], taken: int
) -> None:
    """M4: the same layers as COST_LAYERS; a time of day makes nothing older."""
    sold = min(taken, sum(units for _, units, _ in receipts))
    ledger = (
        [*(1000.3 - age for age, *_ in receipts), 1000.9],
        [*(units for _, units, _ in receipts), -sold],
        [*(cents / 100 for *_, cents in receipts), 0],
    )
    held = xlinventory.cost_layers(*ledger, "FIFO") if sold < sum(ledger[1][:-1]) else []
    for end, units, value in xlinventory.stock_age(*ledger, 1000.1, [100, 200])[:2]:
        mine = [layer for layer in held if end - 100 < max(1000 - np.floor(layer[0]), 1) <= end]
        assert units == pytest.approx(sum(layer[1] for layer in mine))
        assert value == pytest.approx(sum(layer[3] for layer in mine))
