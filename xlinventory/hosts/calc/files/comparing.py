"""A document as it is beside the file as LibreOffice opened it: cells outside tables.

Both are read by LibreOffice, so a difference is what somebody did to the document and never a matter of how
LibreOffice reads. What a workbook file cannot be given is named, place by place.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import xlwings as xw
from openpyxl.utils import get_column_letter

from xlinventory.hosts.calc.files.carrying import key
from xlinventory.hosts.calc.formulas.home import plain_names
from xlinventory.hosts.excel.live.areas import held
from xlinventory.workbook import Cell

Spot = tuple[int, int]
"""Row and column of a cell, from 1."""
_REFERENCE = re.compile(r"\$?[a-z]{1,3}\$?\d+|\$?[a-z]{1,3}(?=:)|\$?\d+(?=:)")


class Box(NamedTuple):
    """A rectangle of a sheet: first and last row and column, from 1."""

    top: int
    left: int
    bottom: int
    right: int


class Content(NamedTuple):
    """What a cell holds: a formula as LibreOffice writes it ("" for none), or a value."""

    formula: str
    value: Cell


TRUTH = {"=TRUE()": True, "=FALSE()": False}
"""How LibreOffice keeps the truth values of a file."""
NOTHING = Content("", None)


@dataclass
class SheetChanges:
    """Cells of one sheet outside tables that differ: new constants, and the places of other formulas."""

    constants: dict[Spot, Cell] = field(default_factory=dict)
    rewritten: list[Spot] = field(default_factory=list)
    added: list[Spot] = field(default_factory=list)
    removed: list[Spot] = field(default_factory=list)
    only_moved: bool = False

    @property
    def formulas(self) -> list[Spot]:
        """All places whose formula is another one now."""
        return sorted([*self.rewritten, *self.added, *self.removed])

    @property
    def moved(self) -> bool:
        """Whether cells seem to have been inserted, deleted or moved rather than typed in."""
        return self.only_moved or bool(self.added and self.removed)


def changes(now: Mapping[Spot, Content], was: Mapping[Spot, Content]) -> SheetChanges:
    """What differs between two states of a sheet.

    >>> found = changes({(1, 1): Content("", 2.0), (2, 1): Content("=a1", 2.0)}, {(1, 1): Content("", 1.0)})
    >>> found.constants, found.added
    ({(1, 1): 2.0}, [(2, 1)])
    """
    out = SheetChanges()
    for spot in sorted({*now, *was}):
        new, old = now.get(spot, NOTHING), was.get(spot, NOTHING)
        if new.formula != old.formula:
            out.only_moved = out.only_moved or _differ_in_references(new.formula, old.formula)
            (
                out.rewritten if new.formula and old.formula else out.added if new.formula else out.removed
            ).append(spot)
        elif not new.formula and key(new.value) != key(old.value):
            out.constants[spot] = new.value
    return out


def contents(sheet: xw.Sheet, holes: Iterable[Box]) -> dict[Spot, Content]:
    """All cells of a sheet that hold something, outside of *holes*."""
    found: dict[Spot, Content] = {}
    for box in outside(used_box(sheet.api), holes):
        area = sheet.range((box.top, box.left), (box.bottom, box.right))
        values, texts = held(area), area.api.getFormulaArray()
        for i, row in enumerate(texts):
            for j, text in enumerate(row):
                if text:
                    found[box.top + i, box.left + j] = _content(text, values[j][i])
    return found


def used_box(sheet: Any) -> Box:
    """The rectangle from A1 around all cells in use."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)  # noqa: FBT003 - UNO takes no names
    end = cursor.RangeAddress
    return Box(1, 1, end.EndRow + 1, end.EndColumn + 1)


def outside(box: Box, holes: Iterable[Box]) -> list[Box]:
    """Rectangles that cover *box* without the *holes*.

    >>> outside(Box(1, 1, 9, 3), [Box(1, 1, 8, 2)])
    [Box(top=9, left=1, bottom=9, right=3), Box(top=1, left=3, bottom=8, right=3)]
    """
    left = [box]
    for hole in holes:
        left = [piece for each in left for piece in _around(each, hole)]
    return left


def one_name(formula: str) -> str:
    """A formula in small letters, our functions as Excel knows them whichever way LibreOffice has them.

    >>> one_name('=ORG.XLINVENTORY.FUNCTIONS.EOQ(IF(ISBLANK(A1);"";(A1)))') == one_name("=eoq(A1)")
    True
    """
    return plain_names(formula).lower()


def address(spot: Spot) -> str:
    """The address of a cell.

    >>> address((3, 2))
    'B3'
    """
    return f"{get_column_letter(spot[1])}{spot[0]}"


def _content(text: str, value: Cell) -> Content:
    if text in TRUTH:
        return Content("", TRUTH[text])
    if text[:1] in ("=", "{") and text not in (value, f"'{value}"):
        return Content(one_name(text), None)
    return Content("", value)


def _differ_in_references(one: str, other: str) -> bool:
    """Whether two formulas are one that now looks elsewhere."""
    return bool(one and other) and _REFERENCE.sub("", one) == _REFERENCE.sub("", other)


def _around(box: Box, hole: Box) -> list[Box]:
    top, bottom = max(box.top, hole.top), min(box.bottom, hole.bottom)
    if top > bottom or box.left > hole.right or hole.left > box.right:
        return [box]
    pieces = [
        Box(box.top, box.left, top - 1, box.right),
        Box(bottom + 1, box.left, box.bottom, box.right),
        Box(top, box.left, bottom, hole.left - 1),
        Box(top, hole.right + 1, bottom, box.right),
    ]
    return [piece for piece in pieces if piece.top <= piece.bottom and piece.left <= piece.right]
