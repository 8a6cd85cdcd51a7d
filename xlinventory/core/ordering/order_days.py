"""The days on which orders can go out, and how far ahead a decision has to look because of them."""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Column: TypeAlias = NDArray[np.float64]

ANY_DAY = -1
WEEK = 7


class OrderDays(NamedTuple):
    """(n,) each: the day this order goes out, the next one after it, and days to look ahead."""

    first: Column
    following: Column
    look_ahead: Column


def order_days(today: float, weekday: NDArray[np.int_], review_days: float) -> OrderDays:
    """When the next two orders can go out; weekday (n,): 0 Monday to 6 Sunday, ANY_DAY for any.

    first d1: the first such day from *today* on. following d2: the first one after it that a review can still
    reach, so not before today + R. The reorder point already covers a wait of one review period R between
    coming down to it and going out. Waiting for d2 would make that wait longer than R for every item that
    comes down to it before d2 - R: so h = d2 - R - today days are looked ahead, 0 on any day, where d2 is the
    next review itself.

    >>> order_days(40886, np.array([ANY_DAY, 0]), 7)  # a Friday; orders go out any day, on Mondays
    OrderDays(first=array([40886., 40889.]), following=array([40893., 40896.]), look_ahead=array([0., 3.]))
    """
    day, review = float(np.floor(today)), max(review_days, 1.0)
    first = _from(np.full(weekday.shape, day), weekday)
    reviewed = _from(np.maximum(first + 1, np.ceil(day + review)), weekday)
    following = np.where(weekday == ANY_DAY, day + review, reviewed)
    ahead = np.where(weekday == ANY_DAY, 0.0, np.maximum(following - review - day, 0.0))
    return OrderDays(first, following, ahead)


def last_order_day(day: Column, weekday: NDArray[np.int_], first: Column) -> Column:
    """The last day on which an order can go out at or before *day*, but not before *first*; NaN stays NaN.

    >>> last_order_day(np.array([40895.5, 40895.5]), np.array([ANY_DAY, 0]), np.array([40886.0, 40889.0]))
    array([40895., 40889.])
    """
    whole = np.floor(day)
    back = np.where(weekday == ANY_DAY, 0.0, (_days_after_monday(whole) - weekday) % WEEK)
    return np.asarray(np.maximum(whole - back, first))


def _from(day: Column, weekday: NDArray[np.int_]) -> Column:
    ahead = (weekday - _days_after_monday(day)) % WEEK
    return np.asarray(np.where(weekday == ANY_DAY, day, day + ahead))


def _days_after_monday(day: Column) -> Column:
    return np.asarray((day - 2) % WEEK)  # day 2 of spreadsheets, 1 January 1900, is a Monday
