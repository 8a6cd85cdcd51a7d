"""How far demand may lie from its forecast: ranges of a period, quantiles of the total over a lead time.

An error stays in the level by the share α ("carry"), so the errors ahead go together and the total of L
periods has the variance σ² (L + α L(L-1) + α² (L-1)L(2L-1)/6), not σ² L; that of period h is
σ² (1 + (h-1) α²). Dense demand lies around its forecast as a Student t with 8 degrees of freedom; sparse
demand is a negative binomial, or a gamma where it does not come in whole units.

The constants were measured on 1,000 monthly and 1,000 intermittent public series (M1, M3, tourism,
hospital; car parts, aircraft and auto parts, online retail) and are the same for every item, so that an
item's numbers do not depend on the others of its portfolio.

Source: Hyndman, Koehler, Ord & Snyder (2008), Forecasting with Exponential Smoothing, ch. 6 (variances).
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from xlinventory.core.distributions import buffer_for_level
from xlinventory.core.forecasting.histories import Column, Matrix

DEGREES = 8.0
"""Degrees of freedom of the t that the errors of dense demand follow: quantiles 1.40, 1.86 and 2.90."""

LAW = (3.75, 1.67)
"""Variance of sparse demand per period as a power of its mean, a μ^b, across the items of a portfolio."""
LAW_PERIODS = 10.0
"""Periods of an item's own history that the law of the portfolio weighs as much as."""
TAIL = 0.8
"""Share of the probability of exceeding a quantile that the fitted distribution is asked for."""
LEAST_DEMANDS = 0.5
"""Demands in its known history that an item without any is taken to have."""


class Around(NamedTuple):
    """Forecasts (n_skus, n_steps), and by (n_skus,) how far demand lies from them.

    sd of a period, carry of its error, known periods; *whole* where demand comes in whole units.
    """

    mean: Matrix
    sd: Column
    carry: Column
    known: NDArray[np.int_]
    whole: NDArray[np.bool_]


def dense_sd(variance: Column, known: NDArray[np.int_], season: NDArray[np.int_]) -> Column:
    """Sd around the forecast, from the variance of the fit over its degrees of freedom.

    A season costs one degree for each of its periods.
    """
    parameters = np.where(season > 1, season + 2, 4)
    freedom = np.maximum(known - parameters, known / 4)
    return np.asarray(np.sqrt(variance * known / freedom))


def sparse_sd(sd: Column, level: Column, known: NDArray[np.int_], whole: NDArray[np.bool_]) -> Column:
    """Sd of a period's demand, drawn towards the law of a portfolio where it comes in whole units."""
    level = np.maximum(level, LEAST_DEMANDS / known)
    share = known / (known + LAW_PERIODS)
    law = np.sqrt((1 - share) * LAW[0]) * level ** (LAW[1] / 2)
    drawn = np.hypot(np.sqrt(share) * sd, law)
    return np.asarray(np.where(whole, drawn, sd) * np.sqrt(1 + LAW_PERIODS / known))


def dense_ranges(around: Around, coverage: float) -> tuple[Matrix, Matrix]:
    """Low and high (n_skus, n_steps) that enclose a period's demand with that probability."""
    growth = np.sqrt(1 + np.arange(around.mean.shape[1]) * around.carry[:, None] ** 2)
    half = _t_quantile(0.5 + coverage / 2) * around.sd[:, None] * growth
    return np.maximum(around.mean - half, 0.0), around.mean + half


def sparse_ranges(around: Around, coverage: float) -> tuple[Matrix, Matrix]:
    """The same for sparse demand: quantiles of its distribution, moved along with the mean."""
    first = around.mean[:, 0]
    low = _sparse_buffer(around, np.full_like(first, 0.5 - coverage / 2), first, around.sd)
    high = _sparse_buffer(around, np.full_like(first, 0.5 + coverage / 2), first, around.sd)
    below, above = around.mean + np.minimum(low, 0.0)[:, None], around.mean + np.maximum(high, 0.0)[:, None]
    return np.maximum(below, 0.0), above


def totals(mean: Matrix, lead: Column) -> Column:
    """Total of the forecasts over each lead time, its last period in part."""
    shares = np.clip(lead[:, None] - np.arange(mean.shape[1]), 0.0, 1.0)
    return np.asarray(np.sum(mean * shares, axis=1))


def spread_over(sd: Column, carry: Column, periods: Column) -> Column:
    """Sd of the total demand of some periods: σ sqrt(L + α L(L-1) + α² (L-1)L(2L-1)/6).

    sd: of one period's demand around its forecast; carry α: the share of an error that stays in the level.
    Less than a period has its share of the variance of one.

    >>> spread_over(np.array([10.0, 10.0]), np.array([0.0, 0.5]), np.array([4.0, 4.0])).round(2)
    array([20.  , 36.74])
    """
    pairs = np.maximum(periods * (periods - 1), 0.0)
    return np.asarray(sd * np.sqrt(periods + carry * pairs + carry**2 * pairs * (2 * periods - 1) / 6))


def dense_quantiles(around: Around, lead: Column, levels: Column) -> Matrix:
    """Quantiles (n_skus, n_levels) of the total demand over each lead time."""
    spread = spread_over(around.sd, around.carry, lead)[:, None] * _t_quantile(levels)
    return np.maximum(totals(around.mean, lead)[:, None] + spread, 0.0)


def sparse_quantiles(around: Around, lead: Column, levels: Column) -> Matrix:
    """The same for sparse demand; every level is asked a little higher than it says, as measured."""
    known = np.nan_to_num(lead)
    mean, sd = totals(around.mean, known), spread_over(around.sd, around.carry, known)
    asked = 1 - (1 - levels) * TAIL
    buffers = [_sparse_buffer(around, np.full_like(mean, level), mean, sd, known) for level in asked]
    quantiles = mean[:, None] + np.reshape(buffers, (len(levels), len(mean))).T
    return np.where(np.isnan(lead)[:, None], np.nan, np.maximum(quantiles, 0.0))


def _sparse_buffer(
    around: Around, level: Column, mean: Column, sd: Column, periods: Column | float = 1.0
) -> Column:
    """Quantile less mean of negative binomials, or of gammas, of that mean and sd over some periods."""
    least = np.where(around.whole, LEAST_DEMANDS / around.known * periods, _LEAST_MEAN * sd)
    fitted = np.maximum(mean, least)
    buffer = np.zeros_like(mean)
    for shape, right in (("negbin", around.whole), ("gamma", ~around.whole)):
        which = right & (sd > 0)
        buffer[which] = buffer_for_level(level[which], fitted[which], sd[which], shape)
    return np.where(sd > 0, buffer + fitted - mean, 0.0)


_LEAST_MEAN = 0.01
"""Mean in sds that a gamma has at least: one without a mean has no shape."""


def _t_quantile(level: ArrayLike) -> Column:
    return np.asarray(special.stdtrit(DEGREES, level))


class Shape(NamedTuple):
    """How one kind of demand lies around its forecast."""

    ranges: Callable[[Around, float], tuple[Matrix, Matrix]]
    quantiles: Callable[[Around, Column, Column], Matrix]


DENSE = Shape(dense_ranges, dense_quantiles)
SHAPES: Mapping[str, Shape] = {
    "dense": DENSE,
    "seasonal": DENSE,
    "sparse": Shape(sparse_ranges, sparse_quantiles),
}
"""Shapes by kind of demand."""
