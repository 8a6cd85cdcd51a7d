"""What kind of demand a history shows: how often there is any, and how much its size varies.

Source: Syntetos, Boylan & Croston (2005), On the categorization of demand patterns, J. of the Operational
Research Society 56, with their limits 1.32 and 0.49.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import require
from xlinventory.core.errors import UndefinedRatio
from xlinventory.core.forecasting.histories import (
    SHORTEST,
    Column,
    Matrix,
    history_rows,
    known_counts,
    powers_of_two,
    single_history,
)

LONGEST_INTERVAL = 1.32
LARGEST_VARIATION = 0.49
PATTERNS = np.array(["smooth", "erratic", "intermittent", "lumpy"], dtype=object)


def demand_pattern(history: ArrayLike) -> str:
    """smooth, erratic, intermittent or lumpy, for one history; a missing period does not count.

    Demand is rare when there are 1.32 periods or more to each one with demand, and varies when the squared
    coefficient of variation of the demands is 0.49 or more: smooth is neither, erratic varies, intermittent
    is rare, lumpy is both. A single demand does not vary.

    >>> demand_pattern([0, 2, 0, 1, 0, 11, 0, 0, 0, 0, 2, 0, 6, 3, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0])
    'lumpy'
    """
    rows = single_history(history)[None, :]
    require(~(rows < 0), "history must be >= 0", rows)
    largest = np.nanmax(rows)
    require(largest > 0, "history must have a demand above 0", largest, UndefinedRatio)
    return str(demand_patterns(rows)[0])


def demand_patterns(history: ArrayLike) -> NDArray[np.object_]:
    """The pattern of each row (n_skus, n_periods); "" where it is shorter than 4 periods or has no demand.

    >>> print(*demand_patterns([[9, 10, 11, 10], [0, 0, 0, 10], [0, 0, 0, 0]]))
    smooth intermittent
    """
    rows = history_rows(history)
    rare = mean_interval(rows) >= LONGEST_INTERVAL
    varies = size_variation(rows) >= LARGEST_VARIATION
    shown = (known_counts(rows) >= SHORTEST) & (rows > 0).any(axis=1)
    return np.where(shown, PATTERNS[2 * rare + varies], "")


def mean_interval(rows: Matrix) -> Column:
    """Known periods to each one with demand (ADI); infinite where there is no demand.

    >>> print(mean_interval(np.array([[0, 5, 0, 0, 5, 0]])))
    [3.]
    """
    demands = np.sum(rows > 0, axis=1)
    return np.where(demands > 0, known_counts(rows) / np.maximum(demands, 1), np.inf)


def size_variation(rows: Matrix) -> Column:
    """Squared coefficient of variation of the demands above 0, with the sample sd; 0 for fewer than two.

    >>> print(size_variation(np.array([[0, 10, 0, 20, 15.0]])).round(4))
    [0.1111]
    """
    hits = rows > 0
    sizes = np.where(hits, rows, 0.0) / powers_of_two(rows)
    count = hits.sum(axis=1)
    mean = sizes.sum(axis=1) / np.maximum(count, 1)
    squares = np.sum(np.where(hits, sizes - mean[:, None], 0.0) ** 2, axis=1)
    variance = squares / np.maximum(count - 1, 1)
    return np.where(count > 1, variance / np.where(mean > 0, mean, 1.0) ** 2, 0.0)
