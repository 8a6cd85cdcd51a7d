"""Which items matter and which are steady: ABC by value, XYZ by variability."""

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import require, within
from xlinventory.core.errors import NotEnoughData, UndefinedRatio

Words: TypeAlias = NDArray[np.object_]

_ROUNDING = 1e-12
"""A share that passes its limit by less only does so by rounding."""


def abc_class(annual_values: ArrayLike, a_share: float = 0.8, b_share: float = 0.95) -> Words:
    """Class of each item by its place in the total value: A the few that make most of it, C the many.

    annual_values: (n_items,), >= 0, in any order. Items are ranked by value, equal ones in the order given;
    A while the cumulative share including the item is <= *a_share*, B while it is <= *b_share*, then C. The
    largest item is A whatever its share. Classes do not change with the unit of value.
    Source: the Pareto rule as in Silver, Pyke & Thomas (2017), ch. 2.2; limits inclusive.

    >>> print(*abc_class([850, 90000, 26350, 77000, 15001]))
    C A B A C
    """
    within(0, 1, a_share=a_share, b_share=b_share)
    require(a_share <= b_share, "a_share must be <= b_share", a_share)
    values = np.atleast_1d(np.asarray(annual_values, dtype=float))
    require(~np.isnan(values), "annual_values must not be blank", values, NotEnoughData)
    require(np.isfinite(values) & (values >= 0), "annual_values must be >= 0", values)
    largest = values.max(initial=0.0)
    require(largest > 0, "annual_values must not all be 0", largest, UndefinedRatio)
    order = np.argsort(-values, kind="stable")
    cumulative = np.cumsum(values[order] / largest)
    share = cumulative / cumulative[-1]
    ranked = np.searchsorted([a_share, b_share], share * (1 - _ROUNDING))
    ranked[0] = 0
    classes = np.empty(len(values), dtype=object)
    classes[order] = np.array(["A", "B", "C"], dtype=object)[ranked]
    return classes


def coefficient_of_variation(history_rows: ArrayLike) -> NDArray[np.float64]:
    """Sample sd over mean of each row; NaN where the mean is not above 0 or there are fewer than 2 values.

    history_rows: (n_items, n_periods), NaN = missing period.

    >>> print(coefficient_of_variation([[1, 2, 3], [4, 4, np.nan], [0, 0, 0]]))
    [0.5 0.  nan]
    """
    rows = np.atleast_2d(np.asarray(history_rows, dtype=float))
    known = np.isfinite(rows)
    scale = np.max(np.abs(rows), axis=1, initial=0.0, where=known)[:, None]
    scaled = np.where(known, rows, 0.0) / np.where(scale > 0, scale, 1.0)
    count = known.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = scaled.sum(axis=1) / count
        apart = np.where(known, scaled - mean[:, None], 0.0)
        sd = np.sqrt((apart**2).sum(axis=1) / (count - 1))
        return np.where((count > 1) & (mean > 0), sd / mean, np.nan)


def xyz_class(history_rows: ArrayLike, x_limit: float = 0.5, y_limit: float = 1.0) -> Words:
    """Class of each row of demand by its coefficient of variation: X steady, Y variable, Z erratic.

    history_rows: (n_items, n_periods), NaN = missing period. X up to and including *x_limit*, Y up to and
    including *y_limit*, Z above. Rows without mean demand, or of fewer than 2 periods, have no class.
    Source: Scholz-Reiter et al. (2012), Integration of demand forecasts in ABC-XYZ analysis.

    >>> print(*xyz_class([[9, 10, 11], [1, 10, 19], [0, 0, 30]]))
    X Y Z
    """
    require(0 <= x_limit < np.inf, "x_limit must be >= 0", x_limit)
    require(x_limit <= y_limit < np.inf, "y_limit must be >= x_limit", y_limit)
    variation = coefficient_of_variation(history_rows)
    require(np.isfinite(variation), "a row needs 2 periods and a mean above 0", variation, UndefinedRatio)
    place = np.searchsorted([x_limit, y_limit], variation * (1 - _ROUNDING))
    return np.array(["X", "Y", "Z"], dtype=object)[place]
