"""Smoothing methods on grids of constants, and the combination of them that forecasts best on average.

The combination takes the season out with shrunk indices, averages simple smoothing, Theta and the damped
trend, halves that with Holt-Winters' evolving season, averages the result with the same on logarithms and,
for long histories, on their last five years, and adds a little of last season. For intermittent demand it
is the mean of simple smoothing and TSB, both on grids.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.forecasting.decomposition import Season, repeats, seasonal
from xlinventory.core.forecasting.grids import Fit, grid, recent_variance, smoothed
from xlinventory.core.forecasting.histories import (
    Column,
    Matrix,
    carried_forward,
    first_periods,
)
from xlinventory.core.forecasting.patterns import mean_interval
from xlinventory.core.forecasting.simple import seasonal_naive
from xlinventory.core.forecasting.smoothing import State

LEVELS = grid((0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0))
TRENDS = grid((0.05, 0.15, 0.35, 0.7), (0.05, 0.2))
DAMPED = grid((0.05, 0.15, 0.35, 0.7), (0.05, 0.2), phi=(0.85, 0.95))
SEASONS = grid((0.05, 0.2, 0.5), (0.05, 0.2), (0.05, 0.2), (0.9,))
RECENT = 60
SLOW = grid((0.02, 0.05, 0.1, 0.15, 0.2, 0.3))
SHARES = {"ses": 0.1, "theta": 0.4, "damped": 0.5}

SPARSE = 1.05
"""Mean periods to each one with demand from which the periods without any have to be forecast as such.

It is lower than the 1.32 of "intermittent": measured, a season and a trend mislead well before that.
"""


def early_start(rows: Matrix, periods: int = 4) -> State:
    """Level the mean of the first few known periods, no trend."""
    known = ~np.isnan(rows)
    early = known & (np.cumsum(known, axis=1) <= periods)
    level = np.sum(np.where(early, rows, 0.0), axis=1) / np.maximum(early.sum(axis=1), 1)
    return State(level, np.zeros_like(level), np.zeros((1, len(rows))))


def ses(rows: Matrix, _season: int, horizon: int) -> Fit:
    """Simple exponential smoothing."""
    return smoothed(rows, early_start(rows), LEVELS, horizon)


def holt(rows: Matrix, _season: int, horizon: int) -> Fit:
    """Holt's linear trend."""
    return smoothed(rows, trend_start(rows), TRENDS, horizon)


def damped(rows: Matrix, _season: int, horizon: int) -> Fit:
    """A trend that flattens out."""
    return smoothed(rows, early_start(rows), DAMPED, horizon)


def theta(rows: Matrix, season: int, horizon: int) -> Fit:
    """Theta: simple smoothing of the seasonally adjusted demand, with half its trend as drift.

    Source: Assimakopoulos & Nikolopoulos (2000); Hyndman & Billah (2003), Unmasking the Theta method.
    """
    indices, adjusted = _adjusted(rows, season, all_positive(rows))
    fit = _theta(adjusted, horizon)
    return fit._replace(mean=indices.joined(fit.mean, rows.shape[1]))


def holt_winters(rows: Matrix, season: int, horizon: int) -> Fit:
    """Damped Holt-Winters with a season that evolves; multiplicative where every demand is above 0."""
    return by_group(
        rows,
        all_positive(rows),
        lambda some: _holt_winters(some, season, horizon, "mul"),
        lambda some: _holt_winters(some, season, horizon, "add"),
    )


def trend_start(rows: Matrix) -> State:
    """Level and slope of the straight line through the first few known periods."""
    start = early_start(rows)
    return start


def combined(rows: Matrix, season: int, horizon: int) -> Fit:
    """The combination: of smooth and seasonal methods, or of those for intermittent demand."""
    return by_group(
        rows,
        is_sparse(rows, season),
        lambda some: _sparse(some, horizon),
        lambda some: _dense(some, season, horizon),
    )


def is_sparse(rows: Matrix, season: int) -> NDArray[np.bool_]:
    """Whether a row has periods without demand, and no clear season that would explain them."""
    return (mean_interval(rows) >= SPARSE) & ~repeats(rows, season)


def all_positive(rows: Matrix) -> NDArray[np.bool_]:
    """Whether every known demand of a row is above 0."""
    return ~np.any(rows <= 0, axis=1)


def by_group(
    rows: Matrix, chosen: NDArray[np.bool_], one: Callable[[Matrix], Fit], other: Callable[[Matrix], Fit]
) -> Fit:
    """One method for the chosen rows, the other for the rest."""
    if chosen.all() or not chosen.any():
        return one(rows) if chosen.all() else other(rows)
    fits = one(rows[chosen]), other(rows[~chosen])
    mean, variance = np.empty((len(rows), fits[0].mean.shape[1])), np.empty(len(rows))
    for which, fit in zip((chosen, ~chosen), fits, strict=True):
        mean[which], variance[which] = fit
    return Fit(mean, variance)


def mixed(*parts: tuple[float, Fit]) -> Fit:
    """Weighted sum of forecasts; the variance is the weighted mean, as if their errors were alike."""
    mean = sum(share * fit.mean for share, fit in parts)
    return Fit(np.asarray(mean), np.asarray(sum(share * fit.variance for share, fit in parts)))


def _adjusted(rows: Matrix, season: int, positive: NDArray[np.bool_]) -> tuple[Season, Matrix]:
    indices = seasonal(rows, season, positive)
    return indices, indices.apart(rows)


def _theta(rows: Matrix, horizon: int) -> Fit:
    fit = ses(rows, 0, horizon)
    drift = _slope(rows) / 2
    return fit._replace(mean=fit.mean + drift[:, None] * np.arange(1, horizon + 1))


def _slope(rows: Matrix) -> Column:
    """Least-squares slope of each row's known periods."""
    known = ~np.isnan(rows)
    counts = np.maximum(known.sum(axis=1), 1)
    time = np.where(known, np.arange(rows.shape[1], dtype=float), 0.0)
    time = np.where(known, time - (time.sum(axis=1) / counts)[:, None], 0.0)
    squares = np.sum(time**2, axis=1)
    return np.sum(time * np.where(known, rows, 0.0), axis=1) / np.where(squares > 0, squares, 1.0)


def _holt_winters(rows: Matrix, season: int, horizon: int, kind: str) -> Fit:
    indices, adjusted = _adjusted(rows, season, np.full(len(rows), kind == "mul"))
    terms = indices.ratio if kind == "mul" else indices.difference
    start = early_start(adjusted)._replace(season=terms.T)
    return smoothed(rows, start, SEASONS, horizon, kind)


def _core(rows: Matrix, season: int, horizon: int, positive: NDArray[np.bool_]) -> Fit:
    """The three flat methods without season, halved with Holt-Winters."""
    indices, adjusted = _adjusted(rows, season, positive)
    flat = mixed(
        (SHARES["ses"], ses(adjusted, 0, horizon)),
        (SHARES["theta"], _theta(adjusted, horizon)),
        (SHARES["damped"], damped(adjusted, 0, horizon)),
    )
    flat = flat._replace(mean=indices.joined(flat.mean, rows.shape[1]))
    if season < 2:
        return flat
    winters = by_group(
        rows,
        positive,
        lambda some: _holt_winters(some, season, horizon, "mul"),
        lambda some: _holt_winters(some, season, horizon, "add"),
    )
    return mixed((0.5, flat), (0.5, winters))


def _with_logs(rows: Matrix, season: int, horizon: int) -> Fit:
    """The core, averaged with the core of the logarithms where every demand is above 0."""
    positive = all_positive(rows)
    fit = _core(rows, season, horizon, positive)
    if not positive.any():
        return fit
    logs = np.log(rows[positive])
    ceiling = np.nanmax(logs, axis=1, keepdims=True, initial=-np.inf) + np.log(10)
    above = _core(logs, season, horizon, np.zeros(len(logs), dtype=bool)).mean
    fit.mean[positive] = (fit.mean[positive] + np.exp(np.minimum(above, ceiling))) / 2
    return fit


def _dense(rows: Matrix, season: int, horizon: int) -> Fit:
    fit = _with_logs(rows, season, horizon)
    long = rows.shape[1] - first_periods(rows) > RECENT + 6
    if long.any():
        recent = _with_logs(rows[long, -RECENT:], season, horizon)
        fit.mean[long] = (fit.mean[long] + recent.mean) / 2
    return mixed((0.9, fit), (0.1, seasonal_naive(rows, season, horizon)))


def _sparse(rows: Matrix, horizon: int) -> Fit:
    return mixed((0.5, smoothed(rows, early_start(rows, 8), SLOW, horizon)), (0.5, tsb_grid(rows, horizon)))


def tsb_grid(rows, horizon):
    demand = rows > 0
    share = smoothed(
        np.where(np.isnan(rows), np.nan, demand),
        early_start(np.where(np.isnan(rows), np.nan, demand), 8),
        SLOW,
        1,
    )
    sizes = np.where(demand, rows, np.nan)
    size = smoothed(sizes, early_start(sizes), SLOW, 1)
    rate = np.where(demand.any(axis=1), share.mean[:, 0] * size.mean[:, 0], 0.0)
    return Fit(np.repeat(rate[:, None], horizon, axis=1), recent_variance(rows - rate[:, None]))
