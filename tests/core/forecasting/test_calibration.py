"""Recalibrated levels: what they promise comes true, for the portfolio at hand and by what is shipped."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from xlinventory import forecast_many
from xlinventory.core.errors import WrongInput
from xlinventory.core.forecasting import calibration
from xlinventory.core.forecasting.calibration import KNOTS, NONE, Shipped, asked, own_shift, shipped

LEVELS = (0.9, 0.95, 0.99)
KINDS = ("dense", "seasonal", "sparse")
levels = st.floats(0.001, 0.999)


def given_probabilities(true_sd: float, items: int, seed: int = 3) -> NDArray[np.float64]:
    """What a standard normal forecast gives to less than what came, of items whose sd is *true_sd*."""
    return np.asarray(stats.norm.cdf(true_sd * np.random.default_rng(seed).standard_normal((items, 3))))


def test_a_spread_that_is_a_quarter_too_small_is_found_out() -> None:
    """Demand of sd 1.25 forecast with 1: what came true of 0.95 has to be asked for at 1.25 * 1.645."""
    own = own_shift("sparse", given_probabilities(1.25, 20_000), shipped("sparse", "ses").total)
    found = asked(LEVELS, shipped("sparse", "ses").total, own)
    np.testing.assert_allclose(found, stats.norm.cdf(1.25 * stats.norm.ppf(LEVELS)), atol=0.004)


def test_a_portfolio_counts_the_more_the_larger_it_is() -> None:
    plain = shipped("sparse", "ses").total
    sizes = [
        own_shift("sparse", given_probabilities(1.25, items), plain)[KNOTS > 1.2]
        for items in (40, 400, 4_000)
    ]
    size = [float(np.abs(found).mean()) for found in sizes]
    assert size[1] < size[2]
    assert size[0] < size[2]


def test_a_few_items_say_nothing_about_their_portfolio() -> None:
    assert own_shift("dense", given_probabilities(2.0, 29), shipped("dense", "auto").total) is NONE


def test_what_was_not_tried_does_not_count() -> None:
    tried = given_probabilities(1.25, 200)
    gaps = np.vstack([tried, np.full((500, 3), np.nan)])
    plain = shipped("dense", "ses").period
    np.testing.assert_array_equal(own_shift("dense", tried, plain), own_shift("dense", gaps, plain))


def test_levels_that_no_stock_at_all_keeps_are_not_moved() -> None:
    """Two thirds of the items wanted nothing, to less than which no probability can be given."""
    tried = np.where(np.arange(300)[:, None] % 3 == 0, given_probabilities(1.0, 300), 0.0)
    own = own_shift("sparse", tried, shipped("sparse", "ses").total)
    assert (own[np.asarray(calibration.LEVELS) < 0.6] == 0).all()
    assert np.abs(own).max() <= calibration.LARGEST


@given(level=levels, other=levels, periods=st.floats(0.01, 100), kind=st.sampled_from(KINDS))
def test_a_higher_level_asks_for_no_less(level: float, other: float, periods: float, kind: str) -> None:
    low, high = sorted((level, other))
    for each in shipped(kind, "auto"):
        assert asked(low, each, periods=periods) <= asked(high, each, periods=periods)


@given(level=st.floats(0.02, 0.98), kind=st.sampled_from(KINDS), periods=st.sampled_from([1.0, 3.0, 6.0]))
def test_what_is_asked_for_comes_true_again(level: float, kind: str, periods: float) -> None:
    total = shipped(kind, "auto").total
    there = total.to_ask(stats.norm.ppf(level), periods)
    assert total.coming_true(there, periods) == pytest.approx(stats.norm.ppf(level), abs=1e-9)


def test_between_two_numbers_of_periods_the_shift_is_between_theirs() -> None:
    """By hand: 2 periods lie log 2 / log 4 = half way from 1 to 4."""
    total = Shipped(np.array([1.0, 4.0]), np.array([NONE, NONE + 0.3]))
    found = total.to_ask(0.0, np.array([0.5, 1.0, 2.0, 4.0, 9.0]))
    np.testing.assert_allclose(found, [0, 0, 0.15, 0.3, 0.3])


def test_a_method_asked_for_by_name_keeps_to_its_formula() -> None:
    np.testing.assert_allclose(asked(LEVELS, shipped("dense", "ses").total, periods=3.0), LEVELS)


def rows(items: int) -> NDArray[np.float64]:
    return np.random.default_rng(5).poisson(20.0, (items, 30)).astype(float)


def test_the_portfolio_moves_quantiles_but_no_mean() -> None:
    every = {
        name: forecast_many(rows(60), 0, 2, lead_time=2, levels=LEVELS, calibration=name)
        for name in ("portfolio", "shipped")
    }
    np.testing.assert_array_equal(every["portfolio"].mean, every["shipped"].mean)
    assert not np.array_equal(every["portfolio"].lead_time_quantiles, every["shipped"].lead_time_quantiles)
    again = forecast_many(rows(60), 0, 2, lead_time=2, levels=LEVELS)
    np.testing.assert_array_equal(again.lead_time_quantiles, every["portfolio"].lead_time_quantiles)


def test_a_method_asked_for_by_name_keeps_to_its_formula_in_any_company() -> None:
    together = forecast_many(rows(60), 0, 2, lead_time=2, levels=LEVELS, method="ses")
    alone = forecast_many(rows(60)[:1], 0, 2, lead_time=2, levels=LEVELS, method="ses")
    np.testing.assert_allclose(together.lead_time_quantiles[0], alone.lead_time_quantiles[0])
    np.testing.assert_allclose(together.high[0], alone.high[0])


def test_of_a_few_items_each_has_the_quantiles_it_has_alone() -> None:
    together = forecast_many(rows(20), 0, 2, lead_time=2, levels=LEVELS)
    for i, row in enumerate(rows(20)):
        alone = forecast_many(row, 0, 2, lead_time=2, levels=LEVELS)
        np.testing.assert_allclose(alone.lead_time_quantiles[0], together.lead_time_quantiles[i])


def test_another_calibration_is_refused() -> None:
    with pytest.raises(WrongInput, match="calibration must be one of portfolio, shipped, got none"):
        forecast_many(rows(1), calibration="none")
