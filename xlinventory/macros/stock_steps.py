"""Demand in the steps that the simulated check goes in: planning periods, or the days between two reviews."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.macros.calendar import Periods
from xlinventory.macros.demand import in_stock_share, units_sold
from xlinventory.sheets.settings import PERIODS

MOST_STEPS = 730
"""Latest steps that are looked at: two years of days."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Demand of each item and step (items, steps), NaN where it is not known, and the days of a step."""

    demand: NDArray[np.float64]
    days: float


def demand_steps(
    movements: pd.DataFrame,
    skus: pd.Series,
    history: NDArray[np.float64],
    period: str,
    as_of: float,
    review_days: float,
) -> Steps:
    """The history of the planning periods, or what was sold between reviews where those are more frequent.

    A step that began and ended without stock tells nothing of demand.
    """
    days = float(np.floor(review_days))
    if days >= PERIODS[period] or np.isnan(as_of):
        return Steps(history, PERIODS[period])
    names = np.array(sorted(set(skus)), dtype=object)
    mine = movements[movements["sku"].isin(names) & (movements["date"] < as_of + 1)]
    begin = max(float(np.floor(mine["date"].min())), as_of + 1 - MOST_STEPS * days) if len(mine) else as_of
    count = int((as_of + 1 - begin) // days)
    steps = Periods(period, as_of + 1 - days * np.arange(count, -1.0, -1.0))
    item = np.searchsorted(names, mine["sku"].to_numpy(dtype=object))
    sold = units_sold(mine, item, len(names), steps)
    known = np.where(in_stock_share(mine, item, len(names), steps) > 0, sold, np.nan)
    return Steps(known[np.searchsorted(names, skus.to_numpy(dtype=object))], days)
