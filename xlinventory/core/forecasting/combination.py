"""The combination of methods that forecasts best on average where there is demand in nearly every period.

It takes the season out with shrunk indices, averages simple smoothing, Theta and the damped trend, halves
that with Holt-Winters' evolving season, averages the result with the same on logarithms and, for long
histories, on their last periods alone, and adds a little of last season. Sparse demand has ``sparse``.

The shares were measured on 1,000 public monthly series; Makridakis, Spiliotis & Assimakopoulos (2020), The
M4 competition, Int. J. of Forecasting 36, found the same of combinations in general.
"""

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.forecasting.decomposition import seasonal
from xlinventory.core.forecasting.exponential import (
    all_positive,
    damped_smoothing,
    level_smoothing,
    reseasoned,
    winters,
    with_drift,
)
from xlinventory.core.forecasting.grids import Fit
from xlinventory.core.forecasting.histories import Matrix, first_periods
from xlinventory.core.forecasting.simple import seasonal_naive

RECENT = 60
"""Periods, or 4 seasons if these are longer, that are forecast from alone as well in a longer history."""
RECENT_FROM = 1.1
"""Times as long a history must be for that."""

LAST_SEASON = 0.1
LEAST_VARIANCE = 1e-30


def dense(rows: Matrix, season: int, horizon: int) -> dict[str, Fit]:
    """The combination "comb" for demand that comes in nearly every period, and its parts by their names."""
    positive, window = all_positive(rows), max(RECENT, 4 * season)
    fits = _core(rows, season, horizon, positive)
    mean = _with_logarithms(fits["comb"].mean, rows, season, positive)
    long = rows.shape[1] - first_periods(rows) > RECENT_FROM * window
    if long.any():
        recent, part = rows[long, -window:], positive[long]
        of_recent = _core(recent, season, horizon, part)["comb"].mean
        mean[long] = (mean[long] + _with_logarithms(of_recent, recent, season, part)) / 2
    last = seasonal_naive(rows, season, horizon).mean
    fits["comb"] = fits["comb"]._replace(mean=(1 - LAST_SEASON) * mean + LAST_SEASON * last)
    return fits


def mixed(*parts: tuple[float, Fit]) -> Fit:
    """Weighted sum of forecasts.

    The variance is the harmonic mean, near that of the best part: together they err less than on average.
    """
    mean = sum(share * fit.mean for share, fit in parts)
    precision = sum(share / np.maximum(fit.variance, LEAST_VARIANCE) for share, fit in parts)
    carry = sum(share * fit.carry for share, fit in parts)
    return Fit(np.asarray(mean), np.asarray(1 / precision), np.asarray(carry))


def _with_logarithms(mean: Matrix, rows: Matrix, season: int, positive: NDArray[np.bool_]) -> Matrix:
    """The core's forecasts, averaged with those of the logarithms where every demand is above 0."""
    logs, mean = np.log(rows[positive]), mean.copy()
    if len(logs):
        of_logs = _core(logs, season, mean.shape[1], np.zeros(len(logs), dtype=bool))["comb"].mean
        most = np.max(logs, axis=1, keepdims=True, initial=-np.inf, where=~np.isnan(logs)) + _MOST_GROWTH
        mean[positive] = (mean[positive] + np.exp(np.minimum(of_logs, most))) / 2
    return mean


_MOST_GROWTH = np.log(10)
"""Ten times the largest demand is the most that the logarithms may foresee."""


def _core(rows: Matrix, season: int, horizon: int, as_ratio: NDArray[np.bool_]) -> dict[str, Fit]:
    """Three methods without the season and their blend "comb", halved with Holt-Winters if there is one."""
    indices = seasonal(rows, season, as_ratio)
    adjusted = indices.apart(rows)
    level, trend = level_smoothing(adjusted, horizon), damped_smoothing(adjusted, horizon)
    line = with_drift(level, adjusted)
    blend = mixed((0.1, level), (0.4, line), (0.5, trend))
    parts = {"comb": blend, "theta": line, "ses": level, "damped": trend}
    if season < 2:
        return parts
    parts = {name: reseasoned(fit, indices, rows.shape[1]) for name, fit in parts.items()}
    parts["hw"] = winters(rows, season, horizon, as_ratio)
    return parts | {"comb": mixed((0.5, parts["comb"]), (0.5, parts["hw"]))}
