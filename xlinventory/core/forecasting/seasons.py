"""How long a season is, if there is one: autocorrelation of each history without its trend."""

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.checks import at_least
from xlinventory.core.forecasting.histories import Column, Matrix, powers_of_two

LONGEST = 52
SIGNIFICANCE = 1.96
"""Standard errors by which an autocorrelation must differ from 0."""
CLEAR = 0.3
"""Autocorrelation below which a season explains too little to be worth its indices."""
NEARLY = 0.9
"""The shortest lag that comes this near to the best one is taken: two seasons correlate as well as one."""


def season_lengths(rows: Matrix, max_length: int = LONGEST) -> NDArray[np.int_]:
    """Periods in the season of each row (n_skus, n_periods); 0 where none is clear.

    A season of m periods is looked for in histories of at least 2 m. The candidate is
    a local peak of the autocorrelation of the detrended history that is above 0.3 and above 1.96 standard
    errors by Bartlett's formula. Missing periods do not count.
    Source: Bartlett (1946); the significance test of the seasonal benchmark in Makridakis, Spiliotis &
    Assimakopoulos (2020), The M4 competition, Int. J. of Forecasting 36, here on many lags.

    >>> print(season_lengths(np.array([[5, 1, 1, 9] * 6, [1.0] * 24])))
    [4 0]
    """
    at_least(2, max_length=max_length)
    longest = min(int(max_length), rows.shape[1] // 2)
    if longest < 2:
        return np.zeros(len(rows), dtype=int)
    correlation = _autocorrelations(_detrended(rows / powers_of_two(rows)), longest + 1)
    known = np.sum(~np.isnan(rows), axis=1)
    peaks = _peaks(correlation, known, longest)
    best = peaks.max(axis=1, initial=0.0)
    near = peaks >= np.maximum(NEARLY * best, CLEAR)[:, None]
    return np.where(near.any(axis=1), near.argmax(axis=1) + 2, 0)


def _peaks(correlation: Matrix, known: Column, longest: int) -> Matrix:
    """Autocorrelations of lags 2 to *longest* where they are clear local peaks, else 0."""
    here, before, after = correlation[:, 2:-1], correlation[:, 1:-2], correlation[:, 3:]
    limit = SIGNIFICANCE / np.sqrt(np.maximum(known, 1))[:, None]
    enough = 2 * np.arange(2, longest + 1) <= known[:, None]
    clear = enough & (here >= before) & (here >= after) & (here > limit) & (here > CLEAR)
    return np.where(clear, here, 0.0)


def _detrended(rows: Matrix) -> Matrix:
    """Each row less its least-squares line; 0 where a period is missing."""
    known = ~np.isnan(rows)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    time = np.where(known, np.arange(rows.shape[1], dtype=float), 0.0)
    values = np.where(known, rows, 0.0)
    time = np.where(known, time - time.sum(axis=1, keepdims=True) / count, 0.0)
    values = np.where(known, values - values.sum(axis=1, keepdims=True) / count, 0.0)
    spread = np.sum(time**2, axis=1, keepdims=True)
    slope = np.sum(time * values, axis=1, keepdims=True) / np.where(spread > 0, spread, 1.0)
    rest = values - slope * time
    noise = 1e-12 * np.max(np.abs(rows), axis=1, initial=0.0, where=known, keepdims=True)
    return np.where(np.abs(rest) > noise, rest, 0.0)


def _autocorrelations(centred: Matrix, longest: int) -> Matrix:
    """Autocorrelations of lags 0 to *longest*, (n_skus, longest + 1); 0 for a row without variation."""
    total = np.sum(centred**2, axis=1)
    safe = np.where(total > 0, total, 1.0)
    lags = [np.sum(centred[:, lag:] * centred[:, : centred.shape[1] - lag], axis=1) / safe
            for lag in range(longest + 1)]  # fmt: skip
    return np.stack(lags, axis=1)
