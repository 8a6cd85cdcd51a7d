"""Past demand and lead times seen from what is expected now: what a simulation of the coming time draws from.

Sizes and rhythm are those of the past, the mean is the forecast's, and so is the spread: a season that the
forecast follows is no uncertainty, an error that stays in its level is one.
"""

import numpy as np
from scipy import special

from xlinventory.core.forecasting.histories import Column, Matrix
from xlinventory.core.forecasting.lead_times import STEADY
from xlinventory.core.forecasting.patterns import LONGEST_INTERVAL, mean_interval

MOST_ZEROS = 19
"""Periods without demand that are added at most for each period known."""
SIZES = (0.5, 2.0)
"""Least and most that the sizes of demand that comes now and then are multiplied with."""
STRETCHES, NEAR = 8, 0.02
"""Times that demand cut off at 0 is stretched further, until its spread is that near."""
PARTS = 24
"""Lead times, each as likely as the other, that stand for a gamma."""


def demand_draws(history: Matrix, mean: Column, sd: Column) -> Matrix:
    """Demands per period (n, any) of that mean and, as nearly as their shape allows, sd; NaN = padding.

    history: (n, n_periods), NaN = unknown, each row with a demand. Demand that comes in most periods is moved
    and stretched around its mean, down to 0 at most. Demand that comes now and then keeps its sizes, which
    are multiplied to give the sd, and comes as often as the mean wants; whole sizes stay whole.
    """
    rare = mean_interval(history) >= LONGEST_INTERVAL
    dense, sparse = (
        _stretched(history[~rare], mean[~rare], sd[~rare]),
        _as_often(history[rare], mean[rare], sd[rare]),
    )
    drawn = np.full((len(history), max(dense.shape[1], sparse.shape[1])), np.nan)
    drawn[~rare, : dense.shape[1]] = dense
    drawn[rare, : sparse.shape[1]] = sparse
    return drawn


def _stretched(history: Matrix, mean: Column, sd: Column) -> Matrix:
    """Each row moved to its mean and stretched to its sd; what is cut off at 0 is taken from the others.

    What is cut off makes the spread less, so such rows are stretched further.
    """
    centre, own = _moments(history)
    away = history - centre[:, None]
    stretch = np.where(own > 0, sd / np.where(own > 0, own, 1.0), 0.0)
    drawn = _cut(away, mean, stretch)
    for _ in range(STRETCHES):
        spread = _moments(drawn)[1]
        short = np.flatnonzero((spread > 0) & (spread < (1 - NEAR) * sd))
        stretch[short] *= sd[short] / spread[short]
        drawn[short] = _cut(away[short], mean[short], stretch[short])
    return drawn


def _cut(away: Matrix, mean: Column, stretch: Column) -> Matrix:
    """Values so far away from the mean, 0 at least, brought back to that mean."""
    drawn = np.maximum(mean[:, None] + away * stretch[:, None], 0.0)
    reached = _moments(drawn)[0]
    return np.asarray(drawn * (mean / np.where(reached > 0, reached, 1.0))[:, None])


def _moments(rows: Matrix) -> tuple[Column, Column]:
    """Mean and sd of what is known of each row."""
    known = ~np.isnan(rows)
    count = known.sum(axis=1)
    mean = np.sum(rows, axis=1, where=known) / count
    return mean, np.sqrt(np.sum((rows - mean[:, None]) ** 2, axis=1, where=known) / count)


def _as_often(history: Matrix, mean: Column, sd: Column) -> Matrix:
    """Sizes of the past times f, and as many periods without demand as give the mean.

    With N periods in all the mean is f Σy / N and the mean square f² Σy² / N.
    """
    most = MOST_ZEROS * np.sum(~np.isnan(history), axis=1)
    sizes = _fewer(np.sort(np.where(history > 0, history, np.nan), axis=1), most * mean)
    demands = np.sum(sizes > 0, axis=1)
    total, squares = np.nansum(sizes, axis=1), np.nansum(sizes**2, axis=1)
    factor = np.clip((sd**2 + mean**2) / mean * total / squares, *SIZES)
    sizes = np.where(
        _whole(sizes)[:, None], _rounded_together(sizes * factor[:, None]), sizes * factor[:, None]
    )
    periods = np.nansum(sizes, axis=1) / mean
    zeros = np.clip(np.round(periods) - demands, 0, most)
    without = np.where(np.arange(int(zeros.max(initial=0))) < zeros[:, None], 0.0, np.nan)
    drawn = np.hstack([sizes, without])
    more = mean * (demands + zeros) / np.nansum(drawn, axis=1)
    close = (zeros > 0) & (np.abs(more - 1) * (demands + zeros) <= 1)
    return np.asarray(drawn * np.where(close, 1.0, more)[:, None])


def _fewer(sizes: Matrix, most: Column) -> Matrix:
    """Sorted sizes; where their sum is beyond *most*, evenly fewer of them, one at least.

    So demand that has nearly ceased comes in the sizes it had, and not in parts of them.
    """
    demands = np.maximum(np.sum(~np.isnan(sizes), axis=1), 1)
    every = np.clip(np.ceil(np.nansum(sizes, axis=1) / most), 1, demands)
    kept = np.arange(sizes.shape[1]) % every[:, None] == ((every - 1) // 2)[:, None]
    return np.asarray(np.where(kept, sizes, np.nan))


def _whole(sizes: Matrix) -> np.ndarray:
    return np.asarray(np.all(np.isnan(sizes) | (sizes == np.floor(sizes)), axis=1))


def _rounded_together(sizes: Matrix) -> Matrix:
    """Whole numbers whose running totals are those of *sizes*, rounded, a half up; NaN stays.

    A half is the least that a size can have become, so that some demand always remains.
    """
    running = np.floor(np.cumsum(np.nan_to_num(sizes), axis=1) + 0.5)
    return np.where(np.isnan(sizes), np.nan, np.diff(running, axis=1, prepend=0.0))


def lead_time_draws(samples: Matrix, mean: Column, sd: Column) -> Matrix:
    """Lead times (n, any) of that mean and sd, shaped like the past ones; NaN = padding, never negative.

    samples: (n, m) past ones. Where fewer than two differ, a gamma lends its shape.
    """
    known = ~np.isnan(samples)
    count = np.maximum(known.sum(axis=1), 1)
    centre = np.sum(samples, axis=1, where=known) / count
    away = samples - centre[:, None]
    own = np.sqrt(np.sum(away**2, axis=1, where=known) / count)
    varied = own > STEADY * centre
    shaped = np.where(varied[:, None], away / np.where(varied, own, 1.0)[:, None], np.nan)
    lent = _gamma_deviates(mean, sd)
    width = max(shaped.shape[1], lent.shape[1])
    drawn = np.full((len(mean), width), np.nan)
    drawn[:, : shaped.shape[1]] = shaped
    drawn[~varied, : lent.shape[1]] = lent[~varied]
    return np.maximum(mean[:, None] + sd[:, None] * drawn, 0.0)


def _gamma_deviates(mean: Column, sd: Column) -> Matrix:
    """Values around 0 with an sd of 1, shaped like a gamma of that mean and sd; 0 where nothing varies."""
    varies = (sd > STEADY * mean) & (mean > 0)
    shape = np.where(varies, mean / np.where(varies, sd, 1.0), 1.0) ** 2
    values = special.gammaincinv(shape[:, None], (np.arange(PARTS) + 0.5) / PARTS)
    away = values - values.mean(axis=1, keepdims=True)
    return np.asarray(np.where(varies[:, None], away / away.std(axis=1, keepdims=True), 0.0))
