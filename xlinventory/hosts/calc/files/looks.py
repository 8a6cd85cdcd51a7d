"""What a sheet looks like beside its cells, in a document and in its file: none of it goes into the file."""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from xlinventory.hosts.calc.files.comparing import Box, used_box

FORMULAS = 16
"""com.sun.star.sheet.CellFlags.FORMULA"""
GENERAL = "0"
"""The number format of a cell that was given none."""
LOOK = (
    "CellBackColor",
    "CharColor",
    "CharWeight",
    "CharHeight",
    "HoriJustify",
    "IsTextWrapped",
)


class Look(NamedTuple):
    """How a cell looks: its number format, and all the rest."""

    number: str
    rest: tuple[str, ...]


Runs = Mapping[int, list[tuple[int, int, Look]]]
"""By column from 0: first and last row of cells that look alike, and how."""


def other_looks(now: Any, was: Any) -> Iterator[str]:
    """What looks different on a sheet."""
    box = Box(1, 1, *map(max, zip(used_box(now)[2:], used_box(was)[2:], strict=True)))
    for name, differ in LOOKS.items():
        if differ(now, was, box):
            yield name


def _charts(now: Any, was: Any, _box: Box) -> bool:
    return bool(now.Charts.Count != was.Charts.Count)


def _widths(now: Any, was: Any, box: Box) -> bool:
    one, other = (
        [(column.Width, column.IsVisible) for column in map(sheet.Columns.getByIndex, range(box.right))]
        for sheet in (now, was)
    )
    return one != other


def _formats(now: Any, was: Any, box: Box) -> bool:
    """Whether somebody gave cells another look; LibreOffice itself gives one to formulas that have none."""
    changed = list(changes(_runs(now, box), _runs(was, box)))
    return any(
        new.rest != old.rest or old.number != GENERAL or not _only_formulas(now, column, first, last)
        for column, first, last, new, old in changed
    )


LOOKS: Mapping[str, Callable[[Any, Any, Box], bool]] = {
    "charts": _charts,
    "column widths": _widths,
    "formats": _formats,
}


def changes(now: Runs, was: Runs) -> Iterator[tuple[int, int, int, Look, Look]]:
    """Where looks differ: column, first and last row, and both looks.

    >>> plain, red = Look("0", ("black",)), Look("0", ("red",))
    >>> [change[:3] for change in changes({2: [(0, 9, plain)]}, {2: [(0, 4, plain), (5, 9, red)]})]
    [(2, 5, 9)]
    """
    for column, runs in now.items():
        others = was.get(column, [])
        if sorted(runs) == sorted(others):
            continue
        edges = sorted({edge for first, last, _look in (*runs, *others) for edge in (first, last + 1)})
        for first, end in pairwise(edges):
            new, old = _at(runs, first), _at(others, first)
            if new is not None and old is not None and new != old:
                yield column, first, end - 1, new, old


def _at(runs: list[tuple[int, int, Look]], row: int) -> Look | None:
    return next((look for first, last, look in runs if first <= row <= last), None)


def _runs(sheet: Any, box: Box) -> Runs:
    """The looks of a sheet; LibreOffice groups the cells that look alike."""
    found: dict[int, list[tuple[int, int, Look]]] = {column: [] for column in range(box.right)}
    groups = sheet.getCellRangeByPosition(0, 0, box.right - 1, box.bottom - 1).UniqueCellFormatRanges
    for i in range(groups.Count):
        group = groups.getByIndex(i)
        look = Look(str(group.NumberFormat), tuple(map(str, group.getPropertyValues(LOOK))))
        for area in group.RangeAddresses:
            for column in range(area.StartColumn, area.EndColumn + 1):
                found[column].append((area.StartRow, area.EndRow, look))
    return found


def _only_formulas(sheet: Any, column: int, first: int, last: int) -> bool:
    """Whether there is a formula in every cell."""
    cells = sheet.getCellRangeByPosition(column, first, column, last).queryContentCells(FORMULAS)
    return sum(area.EndRow - area.StartRow + 1 for area in cells.RangeAddresses) == last - first + 1
