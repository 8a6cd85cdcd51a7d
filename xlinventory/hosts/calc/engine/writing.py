"""Values and formulas into the cells of a range, in bulk.

``setDataArray`` takes numbers and text, and text stays text whatever it begins with; everything else is a
number format or a formula on top of that.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from xlinventory.arguments import serial
from xlinventory.core.errors import CellError
from xlinventory.hosts.calc.bridge import member
from xlinventory.hosts.calc.engine.formats import (
    DATE,
    LOGICAL,
    TEXT,
    Box,
    format_key,
    kinds_of,
    outside,
)
from xlinventory.hosts.calc.formulas.grammar import to_calc
from xlinventory.hosts.relative_formulas import at_row, relative
from xlinventory.hosts.runs import runs

CONTENTS = 1 | 2 | 4 | 16
"""com.sun.star.sheet.CellFlags: numbers, dates, text and formulas."""
ROWS_AT_ONCE = 500
"""Rows of formulas in one call."""
_ERROR_TEXTS = {str(error) for error in CellError if error not in (CellError.SPILL, CellError.CALC)}
_MARKS = ("=", "'", "#")
"""What begins a text that may be more than a text."""
_PLAIN = {float, str, type(None)}


def write_values(document: Any, area: Any, rows: Sequence[Sequence[Any]]) -> None:
    """Put values in cells as Excel would take them from a program.

    ``=`` begins a formula unless the cell has the text format, an apostrophe is left away and makes a text
    of what follows, the name of an error is the error. Any other text stays as it is: Excel would look for
    numbers and dates in it.
    """
    columns = [_Column.of(column) for column in zip(*rows, strict=True)]
    kinds = list(kinds_of(document, area))
    for j, column in enumerate(columns):
        column.take_formulas_in(outside(column.formulas, j, kinds, TEXT))
    _forget_truth(area, kinds)
    area.setDataArray(tuple(zip(*(column.plain for column in columns), strict=True)))
    for j, column in enumerate(columns):
        _format(document, area, j, column.truths, "BOOLEAN")
        _format(document, area, j, outside(column.days, j, kinds, DATE), "YYYY-MM-DD")
        for run in runs(list(column.formulas)):
            part = area.getCellRangeByPosition(j, run[0], j, run[-1])
            write_formulas(part, [(column.formulas[i],) for i in run])


@dataclass
class _Column:
    """A column as ``setDataArray`` takes it, and its rows that need more than that."""

    plain: Sequence[float | str] = ()
    truths: list[int] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    formulas: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Sequence[Any]) -> "_Column":
        """A column of values; one of plain numbers and texts is taken as it is."""
        kinds = set(map(type, values))
        if kinds <= _PLAIN and not (str in kinds and any(map(_is_special, values))):
            blanks = type(None) in kinds
            return cls(["" if value is None else value for value in values] if blanks else values)
        column = cls()
        column.plain = [column._taken(i, value) for i, value in enumerate(values)]
        return column

    def take_formulas_in(self, rows: Sequence[int]) -> None:
        """Take formulas for formulas in these rows alone; elsewhere they are text.

        Their cells are emptied first: for a text that could be something else, LibreOffice sets the format @.
        """
        self.formulas = {i: self.formulas[i] for i in rows}
        if self.formulas:
            self.plain = ["" if i in self.formulas else value for i, value in enumerate(self.plain)]

    def _taken(self, i: int, value: Any) -> float | str:
        """One value as a number or a text."""
        if value is None:
            return ""
        if isinstance(value, str):
            return self._text(i, value)
        if isinstance(value, bool):
            self.truths.append(i)
        elif isinstance(value, dt.date):
            self.days.append(i)
            return serial(value)
        return float(value)

    def _text(self, i: int, text: str) -> str:
        if text[:1] == "=":
            self.formulas[i] = text
        elif text in _ERROR_TEXTS:
            self.formulas[i] = f"={text}"
        return text[1:] if text[:1] == "'" else text


def _is_special(value: Any) -> bool:
    return type(value) is str and value.startswith(_MARKS)


def write_formulas(area: Any, rows: Sequence[Sequence[Any]]) -> None:
    """Put formulas, or what could be typed, in cells.

    From the bottom up and into empty cells: LibreOffice keeps equal formulas below each other together, and
    every formula put below or among others of its kind makes it sort all of them anew.
    """
    texts = [tuple(to_calc("" if text is None else str(text)) for text in row) for row in rows]
    area.clearContents(CONTENTS)
    right = len(texts[0]) - 1
    for top in reversed(range(0, len(texts), ROWS_AT_ONCE)):
        part = tuple(texts[top : top + ROWS_AT_ONCE])
        area.getCellRangeByPosition(0, top, right, top + len(part) - 1).setFormulaArray(part)


def write_formula(area: Any, formula: str, rows: int, columns: int, row: int) -> None:
    """Put one formula in an area that begins in a row of the sheet, its references moving along.

    Filling takes formats along; so where they differ, the formula of every row of a column is put in.
    """
    if columns == 1 and rows > 1 and area.CellFormatRanges.Count > 1:
        form = relative(formula, row)
        write_formulas(area, [[at_row(form, row + i)] for i in range(rows)])
        return
    area.getCellByPosition(0, 0).setFormula(to_calc(formula))
    if rows > 1:
        fill(area.getCellRangeByPosition(0, 0, 0, rows - 1), "TO_BOTTOM")
    if columns > 1:
        fill(area, "TO_RIGHT")


def fill(area: Any, direction: str) -> None:
    """Copy the first row (or column) of an area over the rest: contents, formats, rules."""
    area.fillSeries(
        member("sheet.FillDirection", direction),
        member("sheet.FillMode", "SIMPLE"),
        member("sheet.FillDateMode", "FILL_DATE_DAY"),
        0.0,
        0.0,
    )


def _forget_truth(area: Any, kinds: Sequence[tuple[int, Box]]) -> None:
    """Take the format BOOLEAN off: what is put there now says itself what it is."""
    for kind, box in kinds:
        if kind & LOGICAL:
            area.getCellRangeByPosition(box.left, box.top, box.right, box.bottom).NumberFormat = 0


def _format(document: Any, area: Any, column: int, rows: Sequence[int], code: str) -> None:
    """Give cells of a column a number format, in runs one below the other."""
    if not rows:
        return
    key = format_key(document, code)
    for run in runs(rows):
        area.getCellRangeByPosition(column, run[0], column, run[-1]).NumberFormat = key
