"""Many demand histories side by side: when each begins, which periods are known, one scale for all.

A history array is (n_skus, n_periods), oldest first and right-aligned: the last column is the last period
of every item. NaN before an item's first value means that it did not exist yet, NaN after it that the
period is missing, which is neither zero nor a reason to forget what was known before.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import numbers, require
from xlinventory.core.errors import NotEnoughData, WrongInput

Matrix: TypeAlias = NDArray[np.float64]
Column: TypeAlias = NDArray[np.float64]

SHORTEST = 4
"""Known periods below which a history says too little to forecast from."""


def history_rows(history: ArrayLike) -> Matrix:
    """The histories as a (n_skus, n_periods) array; one history becomes one row, masked periods are NaN."""
    rows = numbers("history", history)
    if isinstance(history, np.ma.MaskedArray):
        rows = np.where(np.ma.getmaskarray(history), np.nan, rows)
    if rows.ndim > 2:
        raise WrongInput(f"history must have rows of periods, got {rows.ndim} dimensions")
    rows = np.atleast_2d(rows)
    require(~np.isinf(rows), "history must hold finite numbers", rows)
    return rows


def single_history(history: ArrayLike) -> Column:
    """One history (n_periods,) from its first known period on; fewer than 4 known periods are refused.

    >>> print(single_history([np.nan, 3, np.nan, 4, 5, 6]))
    [ 3. nan  4.  5.  6.]
    """
    values = np.ravel(np.asarray(history, dtype=float))
    require(~np.isinf(values), "history must hold finite numbers", values)
    known = np.flatnonzero(~np.isnan(values))
    if len(known) < SHORTEST:
        raise NotEnoughData(f"history must have at least {SHORTEST} known periods, got {len(known)}")
    return values[known[0] :]


def first_periods(rows: Matrix) -> NDArray[np.int_]:
    """Index of the first known period of each row; n_periods where there is none."""
    beyond = np.ones((len(rows), 1), dtype=bool)
    first: NDArray[np.int_] = np.concatenate([~np.isnan(rows), beyond], axis=1).argmax(axis=1)
    return first


def whole_units(rows: Matrix) -> NDArray[np.bool_]:
    """Rows in which all known demand comes in whole units."""
    return np.asarray(np.all(np.isnan(rows) | (rows == np.floor(rows)), axis=1))


def known_counts(rows: Matrix) -> NDArray[np.int_]:
    """Known periods of each row."""
    counts: NDArray[np.int_] = np.sum(~np.isnan(rows), axis=1)
    return counts


def known_last(rows: Matrix) -> Matrix:
    """Each row's known values in order at the right end, NaN before them.

    >>> print(known_last(np.array([[1, np.nan, 2, np.nan]])))
    [[nan nan  1.  2.]]
    """
    order = np.argsort(~np.isnan(rows), axis=1, kind="stable")
    return np.take_along_axis(rows, order, axis=1)


def carried_forward(rows: Matrix, step: int = 1) -> Matrix:
    """Each missing value replaced by the last known one *step*, 2 *step*, ... periods before it.

    >>> print(carried_forward(np.array([[1, 2, np.nan, np.nan]]), 2))
    [[1. 2. 1. 2.]]
    """
    unknown = np.isnan(rows)
    gaps = np.any(unknown[:, 1:] & ~unknown[:, :-1], axis=1)
    if not gaps.any():
        return rows
    filled, some = rows.copy(), rows[gaps]
    for period in range(step, rows.shape[1]):
        now = some[:, period]
        some[:, period] = np.where(np.isnan(now), some[:, period - step], now)
    filled[gaps] = some
    return filled


def powers_of_two(rows: Matrix) -> Column:
    """A scale (n_skus, 1) that brings each row below 1 without rounding; 1 for rows of zeros.

    Squares of very large and very small demands then neither overflow nor vanish.
    """
    size = np.max(np.abs(rows), axis=1, initial=0.0, where=~np.isnan(rows), keepdims=True)
    scale: Column = np.ldexp(1.0, np.where(size > 0, np.frexp(size)[1], 0).clip(-1022, 1022))
    return scale
