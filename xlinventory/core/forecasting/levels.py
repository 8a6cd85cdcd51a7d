"""Past demand seen from the level that is expected: how far it may spread, and what it would have been.

The level is a forecast, the sizes and the rhythm are those of the past. Histories are (n_skus, n_periods),
NaN where a period is missing.
"""

import numpy as np

from xlinventory.core.forecasting.histories import Column, Matrix
from xlinventory.core.forecasting.patterns import LONGEST_INTERVAL, mean_interval


def largest_sd(expected: Column, history: Matrix) -> Column:
    """Largest sd of a period's demand of mean *expected* in the sizes of the past; NaN without any.

    sqrt(mean * Σy² / Σy): the variance of demands like those of the past that come as seldom as expected.
    Without it an item that has nearly ceased to sell would be planned with the spread of its best days.
    """
    total = np.nansum(history, axis=1)
    size = np.nansum(history**2, axis=1) / np.where(total > 0, total, 1.0)
    return np.where(total > 0, np.sqrt(expected * size), np.nan)


def at_level(history: Matrix, expected: Column) -> Matrix:
    """Histories, each with a demand, whose mean is what is *expected* a period.

    Demand that grew is moved up with its spread as it is. Demand that shrank shrinks in size, or, if it comes
    now and then, comes less often: periods of 0 are added, at most 19 for each period there is.
    """
    known = ~np.isnan(history)
    count = known.sum(axis=1)
    mean = np.sum(history, axis=1, where=known) / count
    ratio = expected / mean
    rarer = (ratio < 1) & (mean_interval(history) >= LONGEST_INTERVAL)
    zeros = np.where(rarer, np.round(count * (1 / ratio - 1)), 0.0).clip(max=19 * count)
    added = np.where(np.arange(int(zeros.max(initial=0))) < zeros[:, None], 0.0, np.nan)
    smaller, larger = np.where(rarer, 1.0, np.minimum(ratio, 1.0)), np.maximum(expected - mean, 0.0)
    return np.hstack([history * smaller[:, None] + larger[:, None], added])
