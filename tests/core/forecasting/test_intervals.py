"""Ranges and quantiles against distributions computed elsewhere."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from xlinventory.core.forecasting import intervals
from xlinventory.core.forecasting.intervals import SHAPES, Around, total_spread

Matrix = NDArray[np.float64]
DENSE, SPARSE = SHAPES["dense"], SHAPES["sparse"]


def around(mean: float = 20.0, sd: float = 4.0, carry: float = 0.3, *, whole: bool = True) -> Around:
    return Around(
        np.full((1, 6), mean),
        np.array([sd]),
        np.array([carry]),
        np.array([8.0]),
        np.array([40]),
        np.array([whole]),
    )


def total(given: Around, lead: float) -> intervals.Spread:
    return total_spread(given, np.array([lead]))


def quantiles_of(shape: intervals.Shape, given: Around, lead: float, levels: list[float]) -> list[float]:
    return [float(shape.quantiles(total(given, lead), np.array([level]))[0]) for level in levels]


@pytest.mark.parametrize("carry", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("lead", [1, 2, 5])
def test_total_sd_is_that_of_simple_smoothings_errors(carry: float, lead: int) -> None:
    """An error stays in the level by alpha: that of period j counts 1 + alpha (L - j) times in the total."""
    weights = 1 + carry * np.arange(lead)
    found = intervals.spread_over(around().sd, np.array([carry]), np.array([float(lead)]))
    assert found[0] == pytest.approx(4 * np.sqrt(np.sum(weights**2)))


def test_dense_periods_are_those_of_a_t_that_widens() -> None:
    low, high = (DENSE.periods(around(), level) for level in (0.05, 0.95))
    half = stats.t(8).ppf(0.95) * 4 * np.sqrt(1 + np.arange(6) * 0.09)
    np.testing.assert_allclose(high[0], 20 + half)
    np.testing.assert_allclose(low[0], np.maximum(20 - half, 0))


def test_dense_quantiles_are_those_of_a_t() -> None:
    levels = [0.05, 0.5, 0.99]
    found = quantiles_of(DENSE, around(carry=0.0), 2.5, levels)
    np.testing.assert_allclose(found, 50 + stats.t(8).ppf(levels) * 4 * np.sqrt(2.5))


def test_sparse_quantiles_of_whole_units_are_negative_binomial() -> None:
    levels = [0.5, 0.9, 0.99]
    found = quantiles_of(SPARSE, around(0.5, 1.2, 0.0), 4.0, levels)
    variance, mean = 4 * 1.2**2, 2.0
    size, success = mean**2 / (variance - mean), mean / variance
    np.testing.assert_allclose(found, stats.nbinom(size, success).ppf(levels))


def test_sparse_quantiles_of_fractions_are_gamma() -> None:
    found = quantiles_of(SPARSE, around(0.5, 1.2, 0.0, whole=False), 4.0, [0.5, 0.9])
    np.testing.assert_allclose(found, stats.gamma((2 / 2.4) ** 2, scale=2.4**2 / 2).ppf([0.5, 0.9]))


def test_the_probability_of_less_is_that_of_each_distribution() -> None:
    """Of counts it is that of one unit less than the demand; of a constant it is 0, 1 or not a number."""
    counts, demand = total(around(0.5, 1.2, 0.0), 4.0), np.array([3.0])
    size, success = 4 / (5.76 - 2), 2 / 5.76
    np.testing.assert_allclose(SPARSE.below(counts, demand), stats.nbinom(size, success).cdf(2))
    fractions = total(around(0.5, 1.2, 0.0, whole=False), 4.0)
    np.testing.assert_allclose(SPARSE.below(fractions, demand), stats.gamma(4 / 5.76, scale=2.88).cdf(3))
    dense = total(around(carry=0.0), 4.0)
    np.testing.assert_allclose(DENSE.below(dense, np.array([90.0])), stats.t(8).cdf(10 / 8))
    constant = total(around(sd=0.0), 1.0)
    for shape in (DENSE, SPARSE):
        found = [shape.below(constant, np.array([value]))[0] for value in (19.0, 20.0, 21.0)]
        np.testing.assert_array_equal(found, [0.0, np.nan, 1.0])


def test_sparse_periods_are_quantiles_that_move_with_the_mean() -> None:
    given = around(3.0, 2.5, 0.0)._replace(mean=np.array([[3.0, 4.0]]))
    low, high = (SPARSE.periods(given, level) for level in (0.05, 0.95))
    size, success = 9 / (6.25 - 3), 3 / 6.25
    np.testing.assert_allclose(high[0], np.add(stats.nbinom(size, success).ppf(0.95), [0, 1]))
    np.testing.assert_allclose(low[0], np.add(stats.nbinom(size, success).ppf(0.05), [0, 1]))


def test_the_variance_of_a_fit_pays_for_what_was_fitted() -> None:
    known = np.array([36, 36, 4])
    found = intervals.dense_sd(np.full(3, 4.0), known, np.array([0, 12, 12]))
    np.testing.assert_allclose(found, [2 * np.sqrt(36 / 33), 2 * np.sqrt(36 / 22), 2 * np.sqrt(4)])


def test_few_known_periods_make_a_wider_t_until_sixteen() -> None:
    """By hand: half a degree a period; five a season after the first, which three seasons have in full."""
    np.testing.assert_allclose(intervals.degrees_of(np.array([3, 4, 10, 16, 40]), 0), [2, 2, 5, 8, 8])
    np.testing.assert_allclose(intervals.degrees_of(np.array([24, 30, 36]), 12), [5, 7.5, 8])


def test_the_fewer_periods_are_known_the_farther_out_lies_a_high_quantile() -> None:
    """Student's t of 2, 3 and 8 degrees at 99 %: 6.965, 4.541 and 2.896 (tables)."""
    given = [around(carry=0.0)._replace(degrees=np.array([degrees])) for degrees in (2.0, 3.0, 8.0)]
    found = [quantiles_of(DENSE, each, 1.0, [0.99])[0] for each in given]
    np.testing.assert_allclose(found, 20 + 4 * np.array([6.965, 4.541, 2.896]), atol=0.005)


def test_the_sd_of_sparse_demand_is_drawn_towards_the_law_of_portfolios() -> None:
    """By hand for 30 periods of mean 1 and variance 2: (30 * 2 + 20 * 3) / 50, and 35 / 30 for its own."""
    found = intervals.sparse_sd(
        np.sqrt([2.0, 2.0]), np.array([1.0, 1.0]), np.array([30, 30]), np.array([True, False])
    )
    np.testing.assert_allclose(found**2, [120 / 50 * 7 / 6, 2 * 7 / 6])


def test_more_variance_in_the_history_gives_more_stock() -> None:
    found = [quantiles_of(SPARSE, around(1.0, sd, 0.1), 3.0, [0.95])[0] for sd in (1.0, 2.0, 4.0)]
    assert found == sorted(found)
    assert found[0] < found[-1]
