"""Whether suppliers keep their word: lines on time in full, how late the late ones are."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import at_least, require
from xlinventory.core.errors import NotEnoughData, WrongInput
from xlinventory.core.suppliers.waiting import Column, last_day

_ROUNDING = 1e-9
"""A line that is short of its order by this share only is so by rounding."""


class _Judged(NamedTuple):
    """Marks each line that is due, and of those the ones that kept their day, and in full; days after it."""

    due: NDArray[np.bool_]
    in_time: NDArray[np.bool_]
    in_full: NDArray[np.bool_]
    days_late: Column


class Punctuality(NamedTuple):
    """Lines due of each group; shares on time in full and late; mean days late of all and of late ones.

    Each (n_groups,); shares and means are NaN where there are none.
    """

    due: Column
    on_time: Column
    late: Column
    days_late: Column
    days_late_of_late: Column


def on_time_rate(
    promised_dates: ArrayLike,
    receipt_dates: ArrayLike,
    ordered_qtys: ArrayLike | None = None,
    received_qtys: ArrayLike | None = None,
    tolerance_days: float = 0.0,
    as_of: float = np.nan,
) -> float:
    """Share of due lines received by the day promised, and in full where quantities are given.

    All (n_lines,); a receipt is NaN while nothing or not all has come. Due is what was received, and what
    was promised for a day (with its tolerance) before *as_of*, which is the last receipt's day where NaN.
    A line without a promise cannot be late and is left out.

    >>> on_time_rate([10, 10, 10, 10], [9, 10, 12, np.nan], as_of=11)  # day 12 is not known yet: 2 of 4
    0.5
    """
    judged = _judge(promised_dates, receipt_dates, ordered_qtys, received_qtys, tolerance_days, as_of)
    require(judged.due.any(), "lines due must be at least 1", 0, NotEnoughData)
    return float(np.mean((judged.in_time & judged.in_full)[judged.due]))


def punctuality(
    promised_dates: ArrayLike,
    receipt_dates: ArrayLike,
    ordered_qtys: ArrayLike,
    received_qtys: ArrayLike,
    as_of: float,
    group: ArrayLike,
    groups: int,
) -> Punctuality:
    """``on_time_rate`` of many groups of lines, and how late their lines were.

    *group* (n_lines,) is each line's place among *groups*. A line that is overdue is as late as it is on the
    day *as_of*; one in time is 0 days late.

    >>> found = punctuality([10, 10, 10], [9, 14, np.nan], [5, 5, 5], [5, 5, 0], 12, [0, 0, 1], 2)
    >>> found.late.tolist(), found.days_late_of_late.tolist()  # the second is 2 days late by day 12
    ([0.5, 1.0], [2.0, 2.0])
    """
    judged = _judge(promised_dates, receipt_dates, ordered_qtys, received_qtys, 0.0, as_of)
    place = np.asarray(group, dtype=np.intp)[judged.due]
    late = ~judged.in_time
    count, slow, kept, days = (
        np.bincount(place, values[judged.due].astype(float), groups).astype(float)
        for values in (judged.due, late, judged.in_time & judged.in_full, judged.days_late)
    )
    with np.errstate(invalid="ignore"):
        return Punctuality(count, kept / count, slow / count, days / count, days / slow)


def _judge(
    promised_dates: ArrayLike,
    receipt_dates: ArrayLike,
    ordered_qtys: ArrayLike | None,
    received_qtys: ArrayLike | None,
    tolerance_days: float,
    as_of: float,
) -> _Judged:
    promised, came = (np.asarray(dates, dtype=float) for dates in (promised_dates, receipt_dates))
    at_least(0, tolerance_days=tolerance_days)
    full = _in_full(ordered_qtys, received_qtys, promised)
    day, last = np.floor(came), promised + tolerance_days
    now = last_day(as_of)
    received = day <= now
    if np.isinf(now):
        now = float(np.max(day, initial=-np.inf, where=received))
    due = ~np.isnan(promised) & (received | (last < now))
    overdue = np.where(received, day, now) - promised
    late_by = np.maximum(0.0, np.where(due, overdue, 0.0))
    return _Judged(due, received & (day <= last), full, late_by)


def _in_full(ordered: ArrayLike | None, received: ArrayLike | None, like: Column) -> NDArray[np.bool_]:
    if ordered is None and received is None:
        return np.ones(like.shape, dtype=bool)
    if ordered is None or received is None:
        raise WrongInput("ordered_qtys and received_qtys must be given together")
    wanted, got = np.asarray(ordered, dtype=float), np.nan_to_num(np.asarray(received, dtype=float))
    at_least(0, ordered_qtys=wanted, received_qtys=got)
    return np.asarray(got >= wanted * (1 - _ROUNDING))
