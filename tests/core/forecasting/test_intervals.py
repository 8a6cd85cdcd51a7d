"""Ranges and quantiles against distributions computed elsewhere."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from xlinventory.core.forecasting import intervals
from xlinventory.core.forecasting.intervals import Around

Matrix = NDArray[np.float64]


def around(mean: float = 20.0, sd: float = 4.0, carry: float = 0.3, *, whole: bool = True) -> Around:
    return Around(np.full((1, 6), mean), np.array([sd]), np.array([carry]), np.array([40]), np.array([whole]))


@pytest.mark.parametrize("carry", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("lead", [1, 2, 5])
def test_total_sd_is_that_of_simple_smoothings_errors(carry: float, lead: int) -> None:
    """An error stays in the level by alpha: that of period j counts 1 + alpha (L - j) times in the total."""
    weights = 1 + carry * np.arange(lead)
    found = intervals.spread_over(around().sd, np.array([carry]), np.array([float(lead)]))
    assert found[0] == pytest.approx(4 * np.sqrt(np.sum(weights**2)))


def test_dense_ranges_are_those_of_a_t_that_widens() -> None:
    low, high = intervals.dense_ranges(around(), 0.9)
    half = stats.t(8).ppf(0.95) * 4 * np.sqrt(1 + np.arange(6) * 0.09)
    np.testing.assert_allclose(high[0], 20 + half)
    np.testing.assert_allclose(low[0], np.maximum(20 - half, 0))


def test_dense_quantiles_are_those_of_a_t() -> None:
    found = intervals.dense_quantiles(around(carry=0.0), np.array([2.5]), np.array([0.05, 0.5, 0.99]))
    wanted = 50 + stats.t(8).ppf([0.05, 0.5, 0.99]) * 4 * np.sqrt(2.5)
    np.testing.assert_allclose(found[0], wanted)


def test_sparse_quantiles_of_whole_units_are_negative_binomial() -> None:
    levels = np.array([0.5, 0.9, 0.99])
    found = intervals.sparse_quantiles(around(0.5, 1.2, 0.0), np.array([4.0]), levels)
    variance, mean = 4 * 1.2**2, 2.0
    size, success = mean**2 / (variance - mean), mean / variance
    np.testing.assert_allclose(found[0], stats.nbinom(size, success).ppf(1 - 0.8 * (1 - levels)))


def test_sparse_quantiles_of_fractions_are_gamma() -> None:
    levels = np.array([0.5, 0.9])
    found = intervals.sparse_quantiles(around(0.5, 1.2, 0.0, whole=False), np.array([4.0]), levels)
    wanted = stats.gamma((2 / 2.4) ** 2, scale=2.4**2 / 2).ppf(1 - 0.8 * (1 - levels))
    np.testing.assert_allclose(found[0], wanted)


def test_an_unknown_lead_time_has_no_quantile() -> None:
    levels = np.array([0.9])
    assert np.isnan(intervals.sparse_quantiles(around(), np.array([np.nan]), levels)).all()
    assert np.isnan(intervals.dense_quantiles(around(), np.array([np.nan]), levels)).all()


def test_sparse_ranges_are_quantiles_that_move_with_the_mean() -> None:
    given = around(3.0, 2.5, 0.0)._replace(mean=np.array([[3.0, 4.0]]))
    low, high = intervals.sparse_ranges(given, 0.9)
    size, success = 9 / (6.25 - 3), 3 / 6.25
    np.testing.assert_allclose(high[0], np.add(stats.nbinom(size, success).ppf(0.95), [0, 1]))
    np.testing.assert_allclose(low[0], np.add(stats.nbinom(size, success).ppf(0.05), [0, 1]))


def test_the_variance_of_a_fit_pays_for_what_was_fitted() -> None:
    known = np.array([36, 36, 4])
    found = intervals.dense_sd(np.full(3, 4.0), known, np.array([0, 12, 12]))
    np.testing.assert_allclose(found, [2 * np.sqrt(36 / 32), 2 * np.sqrt(36 / 22), 2 * np.sqrt(4)])


def test_the_sd_of_sparse_demand_is_drawn_towards_the_law_of_portfolios() -> None:
    """By hand for 30 periods of mean 1 and variance 2: (30 * 2 + 10 * 3.75) / 40, and 4 / 3 for its own."""
    found = intervals.sparse_sd(
        np.sqrt([2.0, 2.0]), np.array([1.0, 1.0]), np.array([30, 30]), np.array([True, False])
    )
    np.testing.assert_allclose(found**2, [(60 + 37.5) / 40 * 4 / 3, 2 * 4 / 3])


def test_more_variance_in_the_history_gives_more_stock() -> None:
    found = [
        intervals.sparse_quantiles(around(1.0, sd, 0.1), np.array([3.0]), np.array([0.95]))[0, 0]
        for sd in (1.0, 2.0, 4.0)
    ]
    assert found == sorted(found)
    assert found[0] < found[-1]
