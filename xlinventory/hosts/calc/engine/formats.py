"""Number formats of ranges: LibreOffice says by them alone whether a number is a date or a truth value."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from xlinventory.hosts.calc.bridge import struct

DATE, TIME, LOGICAL, TEXT = 2, 4, 1024, 256
"""com.sun.star.util.NumberFormat: the kinds of formats that change what a cell is."""


class Box(NamedTuple):
    """A rectangle inside a range, from 0."""

    top: int
    left: int
    bottom: int
    right: int


def kinds_of(document: Any, area: Any) -> Iterator[tuple[int, Box]]:
    """The kind of number format of every part of an area."""
    formats, home = document.NumberFormats, area.RangeAddress
    if is_uniform(area):
        whole = Box(0, 0, home.EndRow - home.StartRow, home.EndColumn - home.StartColumn)
        yield formats.getByKey(area.NumberFormat).Type, whole
        return
    groups = area.UniqueCellFormatRanges
    for i in range(groups.Count):
        group = groups.getByIndex(i)
        kind = formats.getByKey(group.NumberFormat).Type
        for place in group.RangeAddresses:
            yield kind, _box(place, home)


def is_uniform(area: Any) -> bool:
    """Whether all cells have one number format."""
    return area.getPropertyState("NumberFormat").value != "AMBIGUOUS_VALUE"


def outside(rows: Iterable[int], column: int, kinds: Sequence[tuple[int, Box]], kind: int) -> list[int]:
    """Those rows of a column that are in no box of a kind."""
    spans = [
        (box.top, box.bottom) for known, box in kinds if known & kind and box.left <= column <= box.right
    ]
    return [i for i in rows if not any(top <= i <= bottom for top, bottom in spans)]


def format_key(document: Any, code: str) -> int:
    """The number of a number format, made when it is new."""
    formats, locale = document.NumberFormats, struct("lang.Locale", Language="en", Country="US")
    key = formats.queryKey(code, locale, False)  # noqa: FBT003 - UNO takes no names
    return key if key != -1 else formats.addNew(code, locale)


def _box(place: Any, home: Any) -> Box:
    return Box(
        place.StartRow - home.StartRow,
        place.StartColumn - home.StartColumn,
        place.EndRow - home.StartRow,
        place.EndColumn - home.StartColumn,
    )
