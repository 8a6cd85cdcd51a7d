"""Exponential smoothing without an optimiser: every constant of a grid at once, weighted by its likelihood.

A point of the grid with sum of squared one-step errors SSE over n periods weighs SSE^(-n/2), its Gaussian
likelihood at the best variance. So nothing fails to converge, and a flat likelihood gives an average of
constants instead of an accident.
"""

from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.forecasting.histories import Column, Matrix, first_periods, known_counts
from xlinventory.core.forecasting.smoothing import SEASONS, Constants, State, walk

Array = NDArray[np.float64]

MEMORY = 0.97
"""Weight of a squared error against the one a period later: the recent spread counts more."""

_LEAST = 1e-24
"""Sum of squared errors, of rows scaled to 1, that is as good as none."""


class Fit(NamedTuple):
    """Forecasts (n_skus, horizon) and the variance (n_skus,) of one period's demand around its forecast."""

    mean: Matrix
    variance: Column


def grid(
    alpha: tuple[float, ...],
    beta: tuple[float, ...] = (0.0,),
    gamma: tuple[float, ...] = (0.0,),
    phi: tuple[float, ...] = (1.0,),
) -> Constants:
    """Every combination of the constants, as columns (n_points, 1) that broadcast against the SKUs."""
    points = np.array(list(product(alpha, beta, gamma, phi))).T[..., None]
    return Constants(*points)


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


class Fitted(NamedTuple):
    """The grid after the last period: weights (n_points, n_skus), states, and the blended variance."""

    weights: Array
    state: State
    variance: Column


def fitted(rows: Matrix, start: State, constants: Constants, season: str = "add") -> Fitted:
    """Smooth the rows with every point of the grid, and weigh the points by likelihood."""
    squares = recent = np.zeros(())
    state = start
    for step in walk(rows, start, constants, season):
        squared = step.error * step.error
        squares = squares + squared
        recent = MEMORY * recent + squared
        state = step.state
    errors = np.maximum(known_counts(rows) - 1, 1)
    logs = -0.5 * errors * np.log(np.maximum(squares, _LEAST))
    weights = np.exp(logs - logs.max(axis=0))
    weights /= weights.sum(axis=0)
    variance = np.sum(weights * recent, axis=0) / _memory_of(rows)
    return Fitted(weights, state, variance)


def blended(fit: Fitted, phi: Array, periods: int, horizon: int, season: str = "add") -> Fit:
    """Forecasts from the grid's states after *periods* periods, weighted by likelihood."""
    mean = np.empty((fit.weights.shape[1], horizon))
    damping, path, rule = phi, np.zeros_like(phi), SEASONS[season]
    for ahead in range(horizon):
        path, damping = path + damping, damping * phi
        term = fit.state.season[(periods + ahead) % len(fit.state.season)]
        forecast = rule.joined(fit.state.level + path * fit.state.trend, term)
        mean[:, ahead] = np.sum(fit.weights * forecast, axis=0)
    return Fit(mean, fit.variance)


def smoothed(rows: Matrix, start: State, constants: Constants, horizon: int, season: str = "add") -> Fit:
    """Forecasts of one kind of smoothing, its constants weighted by likelihood."""
    fit = fitted(rows, start, constants, season)
    return blended(fit, np.asarray(constants.phi), rows.shape[1], horizon, season)


def _memory_of(rows: Matrix) -> Column:
    """Sum of the weights of the known periods after each row's first, which has no error."""
    periods = np.arange(rows.shape[1])
    counted = ~np.isnan(rows) & (periods > first_periods(rows)[:, None])
    return np.maximum(np.sum(counted * MEMORY ** periods[::-1], axis=1), MEMORY ** len(periods))
