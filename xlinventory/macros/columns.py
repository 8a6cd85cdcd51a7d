"""Tables row by row and column by column: plain rows to walk, and worksheet functions over whole columns."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.planning.closed_form import DISTRIBUTIONS
from xlinventory.evaluation import evaluate

Row: TypeAlias = Mapping[str, Any]
"""One row of a table by its column names."""
Given: TypeAlias = "pd.Series | float | str"

_DISTRIBUTION_OF = {pattern: name for name, patterns in DISTRIBUTIONS.items() for pattern in patterns}


def records(rows: pd.DataFrame) -> list[Row]:
    """The rows with their cells as plain Python values, many times quicker to walk than pandas' rows."""
    columns = {str(name): rows[name].tolist() for name in rows.columns}
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def column(function: str, *arguments: Given) -> NDArray[np.float64]:
    """What the formula gives in each row of the columns, NaN where its cell would show an error.

    >>> column("EOQ", pd.Series([1000.0, -1.0]), 10.0, 0.5, 1.0)
    array([200.,  nan])
    """
    length = max((len(given) for given in arguments if isinstance(given, pd.Series)), default=1)
    results = evaluate(function, *(_cells(given) for given in arguments)) if length else []
    rows = results if isinstance(results, list) else [[results]] * length
    return np.array([cell if isinstance(cell, float) else np.nan for (cell,) in rows], dtype=float)


def distribution_of(patterns: pd.Series) -> pd.Series:
    """The distribution of demand over the lead time that items of these patterns are planned with."""
    return patterns.map(_DISTRIBUTION_OF).fillna(_DISTRIBUTION_OF[""])


def _cells(given: Given) -> Any:
    if not isinstance(given, pd.Series):
        return given
    return [[cell] for cell in given.astype(object).where(given.notna(), None)]
