"""How long suppliers take: lead times as they were, lines still open included, of one or of many groups."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import at_least, finite, require
from xlinventory.core.errors import NotEnoughData

Column: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]


class Waits(NamedTuple):
    """Lead times in days, those of a group together and shortest first.

    *share* is the part of its group that each speaks for, *group* (n_waits,) the place of that group,
    *received* (n_groups,) how many lines of each were received.
    """

    days: Column
    share: Column
    group: Places
    received: Places

    @property
    def lines(self) -> Column:
        """Kish's effective number of lines of each group: how many equal ones would tell as much."""
        with np.errstate(divide="ignore"):
            return np.asarray(1 / self.sum(self.share**2))

    def sum(self, values: Column) -> Column:
        """A value of each wait summed up by group."""
        return np.bincount(self.group, values, len(self.received)).astype(float)


def lead_time(
    order_dates: ArrayLike,
    receipt_dates: ArrayLike,
    quantities: ArrayLike | None = None,
    statistic: str = "mean",
    as_of: float = np.nan,
) -> float:
    """Days from order to receipt, each line weighted by its units: mean, sd, median, p90, or lines received.

    order_dates, receipt_dates, quantities: (n_lines,), a receipt NaN while the line is open. *as_of* is the
    day of which this is the view: what came later is still open then, what was ordered later is not known.
    NaN looks at received lines only. The sd is the sample's; quantiles are those of PERCENTILE with weights.
    See ``waits`` for open lines.
    Source: the weighted sd as in numpy.cov(aweights=); Akinshin (2023), Weighted quantile estimators.

    >>> lead_time([0, 10, 20], [10, 22, 28], [100, 100, 200])
    9.5
    >>> round(lead_time([0, 10, 20], [10, 22, np.nan], as_of=31), 4)  # open for 11 days, so it will take 12
    11.3333
    """
    seen = waits(order_dates, receipt_dates, quantities, as_of)
    least = 2 if statistic == "sd" else 1
    received = int(seen.received[0])
    require(received >= least, f"lines received must be at least {least}", received, NotEnoughData)
    return float(STATISTICS[statistic](seen)[0])


def waits(
    order_dates: ArrayLike,
    receipt_dates: ArrayLike,
    quantities: ArrayLike | None,
    as_of: float,
    group: ArrayLike | None = None,
    groups: int = 1,
) -> Waits:
    """Lead times that were seen, with the share of its group that each speaks for.

    A line that is still open has taken longer than it has waited so far: what it counts for passes on to the
    lines of its group that took longer, in proportion to theirs. One that has waited longer than any receipt
    took counts by its wait as it stands, so a mean or quantile that reaches it is a lower bound. *group*
    (n_lines,) is each line's place among *groups*; without it all are one.
    Source: Kaplan & Meier (1958), J. of the American Statistical Association 53, in the redistributing form
    of Efron (1967), Proc. 5th Berkeley Symposium 4; beyond the last receipt, where they know nothing, ours.
    """
    ordered, came = (np.asarray(dates, dtype=float) for dates in (order_dates, receipt_dates))
    units = np.ones(len(ordered)) if quantities is None else np.asarray(quantities, dtype=float)
    place = np.zeros(len(ordered), dtype=np.intp) if group is None else np.asarray(group, dtype=np.intp)
    finite(order_dates=ordered)
    at_least(0, quantities=units)
    require(~(came < ordered), "a receipt date must not be before its order date", came)
    now = last_day(as_of)
    received = np.floor(came) <= now
    used = (units > 0) & (np.floor(ordered) <= now) & (received | np.isfinite(now))
    days = np.where(received, came, np.maximum(now, ordered)) - ordered
    order = np.lexsort((~received, days, place))
    order = order[used[order]]
    place, received = place[order], received[order]
    counts = np.bincount(place[received], minlength=groups)
    return Waits(days[order], _shares(units[order], received, place), place, counts)


def last_day(as_of: float) -> float:
    """The whole day of a view; NaN, no day, is for ever."""
    require(not np.isinf(as_of), "as_of must be a date", as_of)
    return np.inf if np.isnan(as_of) else float(np.floor(as_of))


def _shares(units: Column, received: NDArray[np.bool_], place: Places) -> Column:
    """Kaplan-Meier masses of lines in order of group and wait: an open line's goes to those after it."""
    if not len(units):
        return units
    first = np.flatnonzero(np.diff(place, prepend=-1))
    own = np.repeat(np.arange(len(first)), np.diff(first, append=len(units)))
    weight = units / np.maximum.reduceat(units, first)[own]
    from_here = np.append(np.cumsum(weight[::-1])[::-1], 0.0)
    waiting = np.maximum(from_here[:-1] - np.append(from_here[first[1:]], 0.0)[own], weight)
    rows = np.arange(len(units))
    last = np.maximum.reduceat(np.where(received, rows, -1), first)[own]
    kept = received | (rows > last)
    passed_on = np.zeros(len(units))
    open_ = np.flatnonzero(~kept)  # a receipt of the same group follows each
    passed_on[open_] = np.log(waiting[open_] / waiting[open_ + 1])
    before = np.cumsum(passed_on) - passed_on
    raised = weight * np.exp(before - before[first][own])
    share: Column = np.where(kept, raised, 0.0) / waiting[first][own]
    return share


def _mean(seen: Waits) -> Column:
    return np.where(seen.received > 0, seen.sum(seen.share * seen.days), np.nan)


@np.errstate(divide="ignore", invalid="ignore")
def _sd(seen: Waits) -> Column:
    """The sample's; NaN below two lines received."""
    off = seen.days - seen.sum(seen.share * seen.days)[seen.group]
    variance = seen.sum(seen.share * off**2) / (1 - 1 / seen.lines)
    return np.where(seen.received > 1, np.sqrt(np.maximum(variance, 0.0)), np.nan)


def _quantile(level: float) -> Callable[[Waits], Column]:
    """PERCENTILE with weights: the mean over the window of one line that begins at level (lines - 1)."""

    def of(seen: Waits) -> Column:
        lines = seen.lines[seen.group]
        start = level * (lines - 1) / lines
        total = np.cumsum(seen.share)
        gone = np.append(0.0, seen.sum(seen.share).cumsum())[seen.group]
        upper = np.clip(total - gone, start, start + 1 / lines)
        lower = np.clip(total - seen.share - gone, start, start + 1 / lines)
        with np.errstate(invalid="ignore"):
            found = seen.sum((upper - lower) * seen.days) / seen.sum(upper - lower)
        return np.where(seen.received > 0, found, np.nan)

    return of


STATISTICS: Mapping[str, Callable[[Waits], Column]] = {
    "mean": _mean,
    "sd": _sd,
    "median": _quantile(0.5),
    "p90": _quantile(0.9),
    "count": lambda seen: seen.received.astype(float),
}
"""What can be asked of lead times, a number for each group, NaN where too few lines were received."""
