"""Demand in the steps that the simulated check goes in: planning periods, or parts of a review's time."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.macros.calendar import Periods, next_periods
from xlinventory.macros.demand import Matrix, Skus, in_stock_share, units_sold
from xlinventory.sheets.settings import PERIODS

MOST_STEPS = 730
"""Latest steps that are looked at: two years of days."""
LEAST_IN_STOCK = 0.5
"""Share of a step's days with stock from which on what was sold in it tells of demand."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Demand of each item and step (items, steps), NaN where it is not known, and the days of a step."""

    demand: NDArray[np.float64]
    days: float


def step_days(review_days: float, period: str) -> float:
    """As many whole steps as lie between two reviews, none longer than a planning period.

    So every review of the simulation falls on the end of a step: 10 days in weeks would be 7 and 14 in turn.
    """
    return review_days / max(float(np.ceil(review_days / PERIODS[period] - 1e-9)), 1.0)


def demand_steps(
    movements: pd.DataFrame,
    demand: pd.DataFrame,
    skus: pd.Series,
    history: Matrix,
    period: str,
    as_of: float,
    review_days: float,
) -> Steps:
    """The history of the planning periods where these are the steps, else what was sold in whole days.

    movements, demand: those two sheets. A step mostly without stock tells nothing of demand, nor does one in
    an event; where a period was capped or overridden, its sales count by the share that is learned from.
    """
    days, end = step_days(review_days, period), _last_day(movements, as_of) + 1
    names, whole = np.array(sorted(set(skus)), dtype=object), max(float(np.floor(days)), 1.0)
    mine = movements[movements["sku"].isin(names) & (movements["date"] < end)]
    if mine.empty or np.isclose(days, PERIODS[period]):
        return Steps(history, PERIODS[period])
    begin = max(float(np.floor(mine["date"].min())), end - MOST_STEPS * whole)
    steps = Periods(period, end - whole * np.arange(int((end - begin) // whole), -1.0, -1.0))
    item = np.searchsorted(names, mine["sku"].to_numpy(dtype=object))
    learned = _Learned.of(demand, names, period)
    sold = units_sold(learned.counted(mine, item), item, len(names), steps)
    stocked = in_stock_share(mine, item, len(names), steps) >= LEAST_IN_STOCK
    known = np.where(stocked & learned.tells(steps), sold, np.nan)
    return Steps(known[np.searchsorted(names, skus.to_numpy(dtype=object))], days)


def _last_day(movements: pd.DataFrame, as_of: float) -> float:
    """Today; where it is not known, the day of the last movement."""
    return float(np.floor(movements["date"].max())) if np.isnan(as_of) else float(np.floor(as_of))


@dataclass(frozen=True, slots=True)
class _Learned:
    """Share of what was sold in each period that Demand learns from (items, periods), NaN = nothing.

    *starts* has one more day than there are periods; before the first and after the last all counts.
    """

    starts: NDArray[np.float64]
    share: Matrix

    @classmethod
    def of(cls, rows: pd.DataFrame, skus: Skus, period: str) -> "_Learned":
        """From the sheet Demand."""
        starts = np.unique(rows["period"].to_numpy(dtype=float))
        ends = next_periods(period, starts[-1], 1).starts[-1:] if len(starts) else starts
        noted = rows["override"].notna() | rows["event"].ne("")
        other = rows[(noted | (rows["demand"] < rows["sold"])) & rows["sku"].isin(skus)]
        sold, demand = (other[name].to_numpy(dtype=float) for name in ("sold", "demand"))
        share = np.where(sold > 0, demand / np.where(sold > 0, sold, 1.0), np.where(demand == 0, 1.0, np.nan))
        found = np.ones((len(skus), len(starts) + 2))
        when = np.searchsorted(starts, other["period"].to_numpy(dtype=float)) + 1
        found[np.searchsorted(skus, other["sku"].to_numpy(dtype=object)), when] = share
        return cls(np.concatenate([starts, ends]), found)

    def counted(self, movements: pd.DataFrame, item: NDArray[np.int_]) -> pd.DataFrame:
        """Movements in the units that are learned from; what is not known counts as 0."""
        share = self.share[item, self._period_of(movements["date"].to_numpy(dtype=float))]
        return movements.assign(quantity=movements["quantity"] * np.nan_to_num(share))

    def tells(self, steps: Periods) -> NDArray[np.bool_]:
        """Whether all periods that a step lies in tell of demand (items, steps)."""
        unknown = np.cumsum(np.isnan(self.share), axis=1)
        first, last = self._period_of(steps.starts[:-1]), self._period_of(steps.starts[1:] - 1)
        before = np.where(first > 0, unknown[:, first - 1], 0)
        return np.asarray(unknown[:, last] == before)

    def _period_of(self, days: NDArray[np.float64]) -> NDArray[np.int_]:
        return np.searchsorted(self.starts, np.floor(days), side="right")
