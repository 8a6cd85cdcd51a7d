"""Ratios of turnover, time-weighted balances and stock age: laws, and figures by hand or by pandas."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.core import turnover
from xlinventory.core.cost_layers import EMPTY, Layer, Stock
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


layers = st.lists(
    st.tuples(st.integers(0, 900), st.integers(1, 99), st.integers(0, 900)), min_size=1, max_size=9
).map(lambda rows: Stock(tuple(Layer(1000 - age, units, cents / 100, units) for age, units, cents in rows)))


@laws
@given(held=layers)
def test_ages_add_up_to_the_stock(held: Stock) -> None:
    """M4."""
    buckets = turnover.stock_age(held, 1000)
    assert sum(bucket.quantity for bucket in buckets) == pytest.approx(held.quantity)
    assert sum(bucket.value for bucket in buckets) == pytest.approx(held.value)
    for lower, bucket in zip([-1, *turnover.AGE_BUCKETS], buckets, strict=True):
        mine = [layer.quantity for layer in held.layers if lower < 1000 - layer.date <= bucket.days]
        assert bucket.quantity == sum(mine)


def test_a_layer_of_exactly_30_days_is_in_the_bucket_of_30_whatever_its_time_of_day() -> None:
    held = Stock((Layer(70.9, 4, 2, 4), Layer(69.1, 1, 2, 4)))
    assert [bucket.quantity for bucket in turnover.stock_age(held, 100.2, [30, 31])] == [4, 1, 0]


def test_no_stock_has_empty_buckets_and_stock_below_zero_counts_negative() -> None:
    assert [bucket.quantity for bucket in turnover.stock_age(EMPTY, 100)] == [0] * 6
    owed = Stock((Layer(90, -4, 2, 4),))
    assert turnover.stock_age(owed, 100, [30])[0] == (30, -4, -8)


def test_buckets_must_rise_from_above_zero() -> None:
    for ends in ([0, 30], [30, 30], [60, 30]):
        with pytest.raises(OutOfDomain):
            turnover.stock_age(EMPTY, 100, ends)
