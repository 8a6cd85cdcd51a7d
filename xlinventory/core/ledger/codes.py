"""Words and days of a ledger as numbers: what a million rows are sorted and compared by."""

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import count, repeat
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.errors import WrongInput

Numbers: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]

_FIRST_DAY = np.datetime64("1899-12-30")
_RADIX = 1 << 16
"""Keys below this are sorted digit by digit instead of by comparing: five times as fast."""


def listed(words: ArrayLike | Sequence[Any]) -> list[Any]:
    """A column as a plain list."""
    values: list[Any] = np.atleast_1d(np.asarray(words, dtype=object)).tolist()
    return values


def distinct(words: Iterable[Hashable]) -> dict[Any, int]:
    """Every different word with its number, in the order of first appearance."""
    return {word: place for place, word in enumerate(dict.fromkeys(words))}


def numbered(words: Sequence[Hashable]) -> tuple[Integers, dict[Any, int]]:
    """The number of each word, and every different word with its number, in the order of first appearance."""
    codes: defaultdict[Any, int] = defaultdict(count().__next__)
    return np.fromiter(map(codes.__getitem__, words), dtype=np.int64, count=len(words)), dict(codes)


def coded(words: Sequence[Hashable], codes: Mapping[Any, int]) -> Integers:
    """The number of each word, -1 for one that is not among *codes*."""
    return np.fromiter(map(codes.get, words, repeat(-1)), dtype=np.int64, count=len(words))


def few_coded(words: Sequence[Hashable], codes: Mapping[Any, int]) -> tuple[Integers, Integers]:
    """Places of the few words that are among *codes*, and their numbers."""
    known = np.fromiter(map(codes.__contains__, words), dtype=bool, count=len(words))
    places = np.flatnonzero(known)
    return places, coded([words[place] for place in places.tolist()], codes)


def totals(place: Integers, amounts: NDArray[Any], count: int) -> Numbers:
    """Sum (count,) of the amounts at each place; floats even of no amounts at all."""
    return np.bincount(place, amounts, count).astype(float, copy=False)


def day_serials(name: str, days: ArrayLike) -> Numbers:
    """Days as spreadsheet serials (2 January 1900 is 3): numbers stay, dates are counted.

    >>> day_serials("date", ["2024-01-01", "2024-01-02"]).tolist()
    [45292.0, 45293.0]
    """
    given = np.atleast_1d(np.asarray(days))
    calendar = given.dtype.kind in "MU" or (given.size > 0 and isinstance(given.flat[0], str | dt.date))
    try:
        if not calendar:
            return given.astype(float)
        if given.dtype.kind in "OU" and not all(str(day)[:1].isdigit() for day in given.tolist()):
            raise ValueError  # NumPy knows "today" and "now", which a ledger must not
        since = given.astype("datetime64[us]") - _FIRST_DAY
        return np.asarray(since / np.timedelta64(1, "D"), dtype=float)
    except (TypeError, ValueError):
        raise WrongInput(f"{name} must be dates or day serials") from None


def one_day(name: str, day: Any) -> float:
    """One day as a serial, NaN for none."""
    return float("nan") if day is None else float(day_serials(name, [day])[0])


def stable_order(*keys: NDArray[Any]) -> Integers | None:
    """Order that sorts by the last key, within it by the one before, rows that tie as they stand.

    None when the rows are in order already.

    >>> stable_order(np.array([3, 1, 2]), np.array([0, 1, 0])).tolist()
    [2, 0, 1]
    """
    order: Integers | None = None
    for key in keys:
        values = key if order is None else key[order]
        if (values[1:] >= values[:-1]).all():
            continue
        small = _small(values)
        step = np.argsort(values if small is None else small, kind="stable")
        order = step if order is None else order[step]
    return order


def _small(values: NDArray[Any]) -> NDArray[np.uint16] | None:
    low, high = values.min(), values.max()
    if values.dtype.kind == "b":
        return values.astype(np.uint16)
    return (values - low).astype(np.uint16) if high - low < _RADIX else None
