"""Seasonal indices by classical decomposition, drawn towards no season as far as they look like noise.

A centred moving average over one season is the trend; what remains, averaged by phase, is the index. It is
a ratio where every demand is above 0, else a difference. Each row's indices are shrunk by James and Stein's
rule, W = (m - 3) / (m - 1) * V / S with S the variance between the indices and V what their sampling alone
would give: no significance test switches a season on or off.

Source: Miller & Williams (2003), Shrinkage estimators of time series seasonal factors and their effect on
forecasting accuracy, International Journal of Forecasting 19, 669-684.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.forecasting.histories import Matrix, carried_forward, first_periods

Array = NDArray[np.float64]


class Season(NamedTuple):
    """Indices (n_skus, season_length) by column % season_length: y = adjusted * ratio + difference."""

    ratio: Matrix
    difference: Matrix

    def apart(self, rows: Matrix) -> Matrix:
        """The rows without their season."""
        phases = np.arange(rows.shape[1]) % self.ratio.shape[1]
        return (rows - self.difference[:, phases]) / self.ratio[:, phases]

    def joined(self, forecasts: Matrix, periods: int) -> Matrix:
        """Forecasts from the end of *periods* periods, with the season put back."""
        phases = (periods + np.arange(forecasts.shape[1])) % self.ratio.shape[1]
        return forecasts * self.ratio[:, phases] + self.difference[:, phases]


def seasonal(rows: Matrix, length: int, as_ratio: NDArray[np.bool_]) -> Season:
    """The shrunk seasonal indices of each row; neutral where there are fewer than two whole seasons."""
    if length < 2 or rows.shape[1] < 2 * length:
        return Season(np.ones((len(rows), 1)), np.zeros((len(rows), 1)))
    trend, positive = moving_average(rows, length), as_ratio[:, None]
    centre = np.where(positive, np.maximum(trend, rows / _LARGEST), trend)
    rest = (rows - centre) / np.where(positive, centre, 1.0)
    indices = _by_phase(rest, length)
    enough = (rows.shape[1] - first_periods(rows) >= 2 * length)[:, None]
    indices = np.where(enough, indices, 0.0)
    ratio = np.maximum(1 + np.where(positive, indices, 0.0), 0.01)
    return Season(ratio, np.where(positive, 0.0, indices))


REPEATS = 0.5, 0.95
"""Correlation with the season before from which that of sparse demand is believed, at least and most."""
REPEATS_ERRORS = 3.5
"""Its standard errors, 1 / sqrt(pairs), in between.

Measured on the sparse ones of 3,500 public series: between 0.5 and that limit, which short histories reach
by luck, the season made forecasts worse in 9 of 10; above both it made most of them better.
"""


def repeats(rows: Matrix, length: int) -> NDArray[np.bool_]:
    """Whether demand clearly correlates with that of a season before, over two seasons at least."""
    if length < 2 or rows.shape[1] < 2 * length:
        return np.zeros(len(rows), dtype=bool)
    known = ~np.isnan(rows)
    counts = np.maximum(known.sum(axis=1), 1)
    rest = np.where(known, rows - (np.sum(rows, axis=1, where=known) / counts)[:, None], 0.0)
    pairs = np.maximum(np.sum(known[:, length:] & known[:, :-length], axis=1), 1)
    alike = np.sum(rest[:, length:] * rest[:, :-length], axis=1) / pairs
    enough = rows.shape[1] - first_periods(rows) >= 2 * length
    least = np.clip(REPEATS_ERRORS / np.sqrt(pairs), *REPEATS)
    return np.asarray(enough & (alike > least * np.sum(rest**2, axis=1) / counts))


def moving_average(rows: Matrix, length: int) -> Matrix:
    """Centred average over *length* periods; before and after it goes on straight, as far as half a season.

    Missing periods count as the one a season before. NaN where a row has no whole window.
    """
    filled = carried_forward(carried_forward(rows, length), 1)
    sums = np.zeros((len(rows), rows.shape[1] + 1))
    np.cumsum(np.where(np.isnan(filled), 0.0, filled), axis=1, out=sums[:, 1:])
    inner = (sums[:, length:] - sums[:, :-length]) / length
    if length % 2 == 0:
        inner = (inner[:, 1:] + inner[:, :-1]) / 2
    return _straight_on(inner, first_periods(rows), length // 2, rows.shape[1])


def _straight_on(inner: Matrix, start: NDArray[np.int_], half: int, periods: int) -> Matrix:
    """The averages from column *half* on, carried on both ways at their mean slope.

    *start* (n_skus,): the first whole one of each row; those before it are replaced.
    """
    steps = inner.shape[1] - 1
    last = np.where(start <= steps, inner[:, -1], np.nan)
    first = np.where(start <= steps, inner[np.arange(len(inner)), np.minimum(start, steps)], np.nan)
    slope = (last - first) / np.maximum(steps - start, 1) * _DAMPED
    trend = np.empty((len(inner), periods))
    trend[:, half : half + inner.shape[1]] = inner
    trend[:, half + steps + 1 :] = last[:, None] + slope[:, None] * np.arange(1, periods - half - steps)
    early = half + start.max(initial=0).clip(0, periods - half)
    before = (start + half)[:, None] - np.arange(early)
    trend[:, :early] = np.where(before > 0, first[:, None] - slope[:, None] * before, trend[:, :early])
    return np.where(start[:, None] <= steps, trend, np.nan)


_LARGEST = 20.0
"""Largest seasonal ratio."""

_DAMPED = 0.8
"""Share of the mean slope with which a trend is carried on over the half season at its ends."""


def _by_phase(rest: Matrix, length: int) -> Matrix:
    """Mean of what the trend leaves, by phase, centred on 0 and shrunk."""
    padding = -rest.shape[1] % length
    seasons = np.pad(rest, ((0, 0), (0, padding)), constant_values=np.nan).reshape(len(rest), -1, length)
    known = np.isfinite(seasons)
    there, values = known.astype(float), np.where(known, seasons, 0.0)
    counts = np.einsum("ijk->ik", there)
    freedom = np.maximum(counts.sum(axis=1) - length, 1)
    counts = np.maximum(counts, 1)
    means = np.einsum("ijk->ik", values) / counts
    values -= means[:, None] * there
    sampling = np.einsum("ijk,ijk->i", values, values) / freedom * np.mean(1 / counts, axis=1)
    means -= means.mean(axis=1, keepdims=True)
    between = np.einsum("ij,ij->i", means, means) / max(length - 1, 1)
    share = max(length - 3, 1) / max(length - 1, 1) * sampling / np.where(between > 0, between, 1.0)
    return np.asarray(means * (1 - np.minimum(share, 1.0))[:, None])
