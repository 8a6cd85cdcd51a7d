"""The simplest methods: the last demand, the last season, means."""

import numpy as np

from xlinventory.core.forecasting.grids import Fit, recent_variance
from xlinventory.core.forecasting.histories import Column, Matrix, carried_forward


def naive(rows: Matrix, _season: int, horizon: int) -> Fit:
    """The last known demand goes on."""
    filled = carried_forward(rows)
    return flat(filled[:, -1], rows[:, 1:] - filled[:, :-1], 1.0, horizon)


def seasonal_naive(rows: Matrix, season: int, horizon: int) -> Fit:
    """Each period repeats the one a season before; the last known demand where there was none."""
    season = max(season, 1)
    filled = carried_forward(rows, season)
    last = np.where(np.isnan(filled), carried_forward(filled)[:, [-1]], filled)[:, -season:]
    last = np.pad(last, ((0, 0), (season - last.shape[1], 0)), mode="edge")
    errors = rows[:, season:] - filled[:, : max(rows.shape[1] - season, 0)]
    return Fit(
        np.take(last, np.arange(horizon) % season, axis=1),
        recent_variance(errors),
        np.full(len(rows), 1 / season),
    )


def mean(rows: Matrix, _season: int, horizon: int) -> Fit:
    """The mean of all known periods."""
    return _moving(rows, rows.shape[1], horizon)


def moving_average(rows: Matrix, season: int, horizon: int) -> Fit:
    """The mean of the last 3 periods, or of the last season."""
    return _moving(rows, season if season > 1 else 3, horizon)


def _moving(rows: Matrix, window: int, horizon: int) -> Fit:
    """Mean of the known periods among the last *window*; the last known one where there is none."""
    known = ~np.isnan(rows)
    sums, counts = (_rolling(np.where(known, values, 0.0), window) for values in (rows, np.ones(rows.shape)))
    means = carried_forward(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan))
    return flat(means[:, -1], rows[:, 1:] - means[:, :-1], 1 / window, horizon)


def _rolling(rows: Matrix, window: int) -> Matrix:
    """Sums over each period and the *window* - 1 before it."""
    sums = np.cumsum(rows, axis=1)
    sums[:, window:] -= sums[:, :-window].copy()
    return sums


def flat(level: Column, errors: Matrix, carry: float, horizon: int) -> Fit:
    """A level that stays, with the errors it made and the share of an error that moves it."""
    mean = np.repeat(level[:, None], horizon, axis=1)
    return Fit(mean, recent_variance(errors), np.full(len(level), carry))
