"""Planning periods: days, weeks from Monday, or calendar months, as day serials."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.arguments import EPOCH
from xlinventory.sheets.settings import PERIODS

_FREQUENCY = {"day": "D", "week": "W-SUN", "month": "M"}
Days = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Periods:
    """Consecutive periods: ``starts`` has one more day than there are periods, the end of the last."""

    name: str
    starts: Days

    def __len__(self) -> int:
        return len(self.starts) - 1

    def index_of(self, days: Days) -> NDArray[np.int_]:
        """Position of the period each day falls in; -1 before the first, len(self) after the last."""
        return np.searchsorted(self.starts, np.floor(days), side="right") - 1

    @property
    def days_each(self) -> float:
        """Mean days in a period of this kind."""
        return PERIODS[self.name]


def complete_periods(name: str, first: float, as_of: float) -> Periods:
    """All periods from the one that holds *first* to the last one that has ended by *as_of*.

    The first counts as complete: an item's history starts where its data starts.
    """
    starts = _starts(name, first, as_of + 1)
    return Periods(name, starts[: max(int(np.searchsorted(starts, as_of + 1, side="right")), 1)])


def next_periods(name: str, after: float, count: int) -> Periods:
    """*count* periods, the first beginning on or before the day serial *after*."""
    first = pd.Period(_date(after), freq=_FREQUENCY[name])
    return Periods(name, _serials(pd.period_range(first, periods=count + 1, freq=_FREQUENCY[name])))


def _starts(name: str, first: float, last: float) -> Days:
    """First days of all periods from the one of *first* to the one of *last*."""
    return _serials(pd.period_range(_date(first), _date(last), freq=_FREQUENCY[name]))


def _serials(periods: pd.PeriodIndex) -> Days:
    days = (periods.to_timestamp() - pd.Timestamp(EPOCH)) / pd.Timedelta(days=1)
    return np.asarray(days, dtype=float)


def _date(day: float) -> pd.Timestamp:
    return pd.Timestamp(EPOCH) + pd.Timedelta(days=int(day))
