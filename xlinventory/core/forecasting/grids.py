"""Exponential smoothing without an optimiser: every constant of a grid at once, weighted by its likelihood.

A point of the grid with sum of squared one-step errors SSE over n periods weighs SSE^(-n/2), its Gaussian
likelihood at the best variance. So nothing fails to converge, and a flat likelihood gives an average of
constants instead of an accident.
"""

from collections.abc import Callable, Mapping
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.forecasting.histories import Column, Matrix, first_periods, known_counts
from xlinventory.core.forecasting.smoothing import Constants, State, walk

Array = NDArray[np.float64]

MEMORY = 0.97
"""Weight of a squared error against the one a period later: the recent spread counts more."""

_LEAST = 1e-24
"""Sum of squared errors, of rows scaled to 1, that is as good as none."""


class Fit(NamedTuple):
    """Forecasts (n_skus, horizon) and how far demand lies from them.

    variance (n_skus,): of one period's demand around its forecast. carry (n_skus,): the share of an error
    that stays in the level, alpha, by which the errors of the periods ahead go together.
    """

    mean: Matrix
    variance: Column
    carry: Column


def grid(
    alpha: tuple[float, ...],
    beta: tuple[float, ...] = (0.0,),
    gamma: tuple[float, ...] = (0.0,),
    phi: tuple[float, ...] = (1.0,),
) -> Constants:
    """Every combination of the constants, as columns (n_points, 1) that broadcast against the SKUs."""
    points = np.array(list(product(alpha, beta, gamma, phi))).T[..., None]
    return Constants(*points)


def beside(*grids: Constants) -> Constants:
    """One grid of the points of several."""
    return Constants(*(np.concatenate(columns) for columns in zip(*grids, strict=True)))


def recent_variance(errors: Matrix) -> Column:
    """Mean squared error of each row (n_skus, n_periods), NaN left out, older ones weighing less.

    >>> recent_variance(np.array([[np.nan, 2.0, -2.0]]))
    array([4.])
    """
    known = ~np.isnan(errors)
    weights = known * MEMORY ** np.arange(errors.shape[1])[::-1]
    total = weights.sum(axis=1)
    squares = np.sum(weights * np.where(known, errors, 0.0) ** 2, axis=1)
    return np.asarray(squares / np.where(total > 0, total, 1.0))


def smoothed(rows: Matrix, start: State, constants: Constants, horizon: int, season: str = "add") -> Fit:
    """Forecasts of one kind of smoothing, its constants weighted by likelihood."""
    total, recent, squares = np.zeros((3, *np.broadcast_shapes(np.shape(constants.alpha), start.level.shape)))
    state = start
    for step in walk(rows, start, constants, season):
        np.multiply(step.error, step.error, out=squares)
        np.add(total, squares, out=total)
        np.multiply(MEMORY, recent, out=recent)
        np.add(recent, squares, out=recent)
        state = step.state
    weights = _likelihoods(total, known_counts(rows) - 1)
    mean = _blended(state, weights, constants, rows.shape[1], horizon, season)
    variance = _average(weights, recent) / _memory_of(rows)
    return Fit(mean, variance, np.sum(weights * np.asarray(constants.alpha), axis=0))


def _likelihoods(squares: Array, errors: NDArray[np.int_]) -> Array:
    """Weights (n_points, n_skus) that add up to 1, from sums of squared errors."""
    logs = -0.5 * np.maximum(errors, 1) * np.log(np.maximum(squares, _LEAST))
    weights = np.exp(logs - logs.max(axis=0))
    return np.asarray(weights / weights.sum(axis=0))


def _blended(
    state: State, weights: Array, constants: Constants, periods: int, horizon: int, season: str
) -> Matrix:
    """Forecasts from every point's state after *periods* periods, weighted.

    Points of the same damping share the path of their trends, so only their averages are carried on.
    """
    phases = (periods + np.arange(horizon)) % len(state.season)
    damping = np.broadcast_to(constants.phi, (len(weights), 1))[:, 0]
    mean = np.zeros((horizon, weights.shape[1]))
    for phi in np.unique(damping):
        points = np.flatnonzero(damping == phi)
        level, trend = AVERAGES[season](weights[points], state.at(points))
        path = np.cumsum(phi ** np.arange(1, horizon + 1))
        mean += level[phases] + path[:, None] * trend[phases]
    return mean.T


def _average(weights: Array, values: Array) -> Array:
    """Sum of weights times values (..., n_points, n_skus) over the points of the grid."""
    return np.asarray(np.einsum("gn,...gn->...n", weights, values))


def _added(weights: Array, state: State) -> tuple[Array, Array]:
    terms, trend = _average(weights, state.season), _average(weights, state.trend)
    return terms + _average(weights, state.level), np.broadcast_to(trend, terms.shape)


def _multiplied(weights: Array, state: State) -> tuple[Array, Array]:
    level, trend = weights * state.level, weights * state.trend
    return _average(level, state.season), _average(trend, state.season)


AVERAGES: Mapping[str, Callable[[Array, State], tuple[Array, Array]]] = {"add": _added, "mul": _multiplied}
"""Level and trend (n_phases, n_skus) of the weighted forecasts, by how the season meets the level."""


def _memory_of(rows: Matrix) -> Column:
    """Sum of the weights of the known periods after each row's first, which has no error."""
    periods = np.arange(rows.shape[1])
    counted = ~np.isnan(rows) & (periods > first_periods(rows)[:, None])
    total: Column = np.sum(np.where(counted, MEMORY ** periods[::-1], 0.0), axis=1)
    return np.maximum(total, MEMORY ** len(periods))
