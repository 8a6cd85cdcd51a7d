"""What a sheet looks like beside its cells, in a document and in its file: none of it goes into the file."""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from xlinventory.hosts.calc.files.comparing import Box, used_box

COMMENTS, FORMULAS, PARTS_OF_TEXT = 8, 16, 512
"""com.sun.star.sheet.CellFlags: notes; formulas; links, and formats of a part of a text."""
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


Differ = Callable[[Any, Any, Box], bool]


def other_looks(now: Any, was: Any, *, moved: bool) -> Iterator[str]:
    """What looks different on a sheet, some of whose cells may have *moved*."""
    box = Box(1, 1, *map(max, zip(used_box(now)[2:], used_box(was)[2:], strict=True)))
    for name, differ in (LOOKS if moved else {**LOOKS, **LOOKS_OF_CELLS}).items():
        if differ(now, was, box):
            yield name


def _by(look: Callable[[Any, Box], Any]) -> Differ:
    """Whether something can be told apart by what it is in either sheet."""
    return lambda now, was, box: bool(look(now, box) != look(was, box))


def _widths(sheet: Any, box: Box) -> Any:
    columns = (sheet.Columns.getByIndex(j) for j in range(box.right))
    return [(column.Width, column.IsVisible) for column in columns]


def _comments(sheet: Any, _box: Box) -> Any:
    notes = sheet.Annotations
    return sorted(notes.getByIndex(i).String for i in range(notes.Count))


def _placed_comments(sheet: Any, box: Box) -> Any:
    return sheet.queryContentCells(COMMENTS).RangeAddressesAsString, _comments(sheet, box)


def _formats_within(sheet: Any, _box: Box) -> Any:
    return sheet.queryContentCells(PARTS_OF_TEXT).RangeAddressesAsString


def _shown(sheet: Any, box: Box) -> Any:
    area = sheet.getCellRangeByPosition(0, 0, box.right - 1, box.bottom - 1)
    return area.queryVisibleCells().RangeAddressesAsString


def _formats(now: Any, was: Any, box: Box) -> bool:
    """Whether somebody gave cells another look; LibreOffice itself gives one to formulas that have none."""
    changed = list(changes(_runs(now, box), _runs(was, box)))
    return any(
        new.rest != old.rest or old.number != GENERAL or not _only_formulas(now, column, first, last)
        for column, first, last, new, old in changed
    )


LOOKS: Mapping[str, Differ] = {
    "charts": _by(lambda sheet, _box: sheet.Charts.Count),
    "comments": _by(_comments),
    "whether it is shown": _by(lambda sheet, _box: sheet.IsVisible),
    "conditional formats": _by(lambda sheet, _box: len(sheet.ConditionalFormats.ConditionalFormats)),
}
"""What a sheet has, beside its cells: none of it goes into the file."""
LOOKS_OF_CELLS: Mapping[str, Differ] = {
    "comments": _by(_placed_comments),
    "column widths": _by(_widths),
    "hidden rows": _by(_shown),
    "formats": _formats,
    "links or formats within a text": _by(_formats_within),
}
"""What is bound to places, which move where a table grows or shrinks."""


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
