"""Exponential smoothing: one recursion for simple, Holt's, damped and Holt-Winters' smoothing.

Each period's forecast is f = (l + φ b) + s, or times s when the season is multiplicative. Its error
e = y - f then corrects the state (k = 1, or s when multiplicative; r = 1, or l + φ b):

    level l <- l + φ b + α e / k        trend b <- φ b + α β* e / k        season s <- s + γ e / r

This is the textbook form (β* is the share of the new slope, not α β), with the season corrected by the
previous level and trend. Leaving out the trend is b = 0, leaving out the season s = 0 (or 1).
A missing period has no error: time passes, the state carries on.

Source: Hyndman & Athanasopoulos (2021), Forecasting: principles and practice, 3rd ed., ch. 8; the same
recursions as ses, holt and hw of R's forecast package with initial = "simple".
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.forecasting.histories import Column, Matrix, first_periods

Array = NDArray[np.float64]


class State(NamedTuple):
    """Level, trend and seasonal terms (n_phases, ...) before a period; phase = period index % n_phases."""

    level: Array
    trend: Array
    season: Array

    def at(self, points: NDArray[np.int_]) -> "State":
        """The states at some points of a grid, the axis before that of the SKUs."""
        return State(self.level[points], self.trend[points], self.season[:, points])

    def of_skus(self, which: NDArray[np.bool_] | slice) -> "State":
        """The states of some SKUs, the last axis."""
        return State(self.level[..., which], self.trend[..., which], self.season[..., which])


class Constants(NamedTuple):
    """The smoothing constants, numbers or arrays that broadcast against the state."""

    alpha: ArrayLike
    beta: ArrayLike = 0.0
    gamma: ArrayLike = 0.0
    phi: ArrayLike = 1.0


def _error_itself(error: Array, _part: Array, _out: Array) -> Array:
    return error


class Season(NamedTuple):
    """How the seasonal term meets the level, and what an error means for the one beside the other.

    joined(level, term, out) and correction(error, the other part, out) may write into the array given last.
    """

    neutral: float
    joined: Callable[..., Array]
    apart: Callable[[Array, Array], Array]
    correction: Callable[[Array, Array, Array], Array]


SEASONS: Mapping[str, Season] = {
    "add": Season(0.0, np.add, np.subtract, _error_itself),
    "mul": Season(1.0, np.multiply, np.divide, np.divide),
}
"""Seasonal terms that are added in units, or multiplied as ratios."""


class Step(NamedTuple):
    """What one period brought: its forecast, its error (0 when missing), and the state after it.

    The periods to come write over these arrays: copy what is to be kept.
    """

    forecast: Array
    error: Array
    state: State


def simple_start(rows: Matrix) -> State:
    """Level y1, no trend, no season.

    >>> simple_start(np.array([[7.0, 9.0]])).level
    array([7.])
    """
    level = _at(rows, first_periods(rows))
    return State(level, np.zeros_like(level), np.zeros((1, *level.shape)))


def holt_start(rows: Matrix) -> State:
    """Level y1 and trend y2 - y1 (per period, when the periods between are missing).

    >>> holt_start(np.array([[7.0, np.nan, 10.0]])).trend
    array([1.5])
    """
    start, first = simple_start(rows), first_periods(rows)
    later = rows.copy()
    np.put_along_axis(later, np.minimum(first, rows.shape[1] - 1)[:, None], np.nan, axis=1)
    second = first_periods(later)
    slope = (_at(rows, second) - start.level) / np.maximum(second - first, 1)
    return start._replace(trend=np.where(np.isnan(slope), 0.0, slope))


def seasonal_start(rows: Matrix, season_length: int, season: str) -> State:
    """R's "simple" start: level the mean of the first season, trend the step to the mean of the second.

    trend = (mean of season 2 - mean of season 1) / season_length; seasonal terms are the first season
    less (over) its mean; a missing period of the first season takes that of the second.
    """
    offsets = first_periods(rows)[:, None] + np.arange(2 * season_length)
    inside = offsets < rows.shape[1]
    two = np.take_along_axis(rows, np.minimum(offsets, rows.shape[1] - 1), axis=1)
    one, other = np.split(np.where(inside, two, np.nan), 2, axis=1)
    level, next_level = _mean(one), _mean(other)
    rule = SEASONS[season]
    with np.errstate(all="ignore"):
        terms, next_terms = rule.apart(one, level[:, None]), rule.apart(other, next_level[:, None])
    terms = np.where(np.isfinite(terms), terms, next_terms)
    terms = np.where(np.isfinite(terms), terms, rule.neutral)
    slope = (next_level - level) / season_length
    by_phase = np.empty_like(terms)
    np.put_along_axis(by_phase, offsets[:, :season_length] % season_length, terms, axis=1)
    return State(level, np.where(np.isnan(slope), 0.0, slope), by_phase.T.copy())


def walk(rows: Matrix, start: State, constants: Constants, season: str = "add") -> Iterator[Step]:
    """Smooth the histories (n_skus, n_periods) period by period from a start that holds before period 1.

    The state may have more axes before that of the SKUs, such as a grid of constants. A row's state waits
    until its first known period. All is written in place and parts that stay neutral are left out, which was
    measured to save a quarter to a third of the engine's time on monthly histories.
    """
    alpha, beta, gamma, phi = (np.asarray(constant, dtype=float) for constant in constants)
    rule, slope_share, terms = SEASONS[season], alpha * beta, _on_grid(start, constants)
    sloped, seasonal = _any(start.trend), _any(gamma, start.season - rule.neutral)
    trended = sloped or _any(slope_share)
    level, ahead, forecast, scratch, product, error = np.empty((6, *terms.shape[1:]))
    level[...], trend = start.level, np.zeros(level.shape)
    first, periods = first_periods(rows), np.array(rows.T, order="C")
    known = ~np.isnan(periods)
    complete: NDArray[np.bool_] = np.all(known, axis=1)
    np.copyto(periods, 0.0, where=~known)
    for period, actual in enumerate(periods):
        term = terms[period % len(terms)]
        if trended:
            if sloped:
                np.copyto(trend, start.trend, where=first == period)
            np.multiply(phi, trend, out=trend)
            np.add(level, trend, out=ahead)
        else:
            level, ahead = ahead, level
        expected = rule.joined(ahead, term, forecast) if seasonal else ahead
        np.subtract(actual, expected, out=error)
        if not complete[period]:
            np.multiply(error, known[period], out=error)
        correction = rule.correction(error, term, scratch)
        np.add(ahead, np.multiply(alpha, correction, out=product), out=level)
        if trended:
            np.add(trend, np.multiply(slope_share, correction, out=product), out=trend)
        if seasonal:
            correction = rule.correction(error, ahead, scratch)
            np.add(term, np.multiply(gamma, correction, out=product), out=term)
        yield Step(expected, error, State(level, trend, terms))


def _any(*parts: Array) -> bool:
    """Whether anything is not 0."""
    return any(bool(np.any(part)) for part in parts)


def ahead_of(state: State, phi: ArrayLike, periods: int, horizon: int, season: str = "add") -> Array:
    """Forecasts (..., n_skus, horizon) from the state after *periods* periods.

    l + (φ + φ² + ... + φ^h) b, with the seasonal term of each period ahead.
    """
    damped = np.asarray(phi, dtype=float)[..., None] ** np.arange(1, horizon + 1)
    path = state.level[..., None] + np.cumsum(damped, axis=-1) * state.trend[..., None]
    phases = (periods + np.arange(horizon)) % len(state.season)
    terms = np.moveaxis(state.season[phases], 0, -1)
    return SEASONS[season].joined(path, terms)


def _at(rows: Matrix, period: NDArray[np.int_]) -> Column:
    """Each row's value at its own period; NaN beyond the end."""
    padded = np.concatenate([rows, np.full((len(rows), 1), np.nan)], axis=1)
    return padded[np.arange(len(rows)), period]


def _mean(rows: Matrix) -> Column:
    """Mean of the known values of each row; NaN where there is none."""
    known = ~np.isnan(rows)
    count = known.sum(axis=1)
    total: Column = np.sum(rows, axis=1, where=known)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _on_grid(start: State, constants: Constants) -> Array:
    """A copy of the seasonal terms, with the axes of the grid before that of the SKUs."""
    shape = np.broadcast_shapes(start.level.shape, *(np.shape(constant) for constant in constants))
    new_axes = [1] * (len(shape) - start.season.ndim + 1)
    terms = start.season.reshape(len(start.season), *new_axes, *start.season.shape[1:])
    return np.array(np.broadcast_to(terms, (len(terms), *shape)))
