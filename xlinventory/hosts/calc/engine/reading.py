"""What the cells of a range hold, in bulk: values with their kind, errors, truth, formulas.

LibreOffice keeps numbers and text only. A date is a number with a date format, truth is a number with the
format BOOLEAN, an error is the result of a formula: ``getDataArray`` gives None for it.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from xlinventory.arguments import EPOCH
from xlinventory.hosts.calc.bridge import uno
from xlinventory.hosts.calc.engine.formats import DATE, LOGICAL, TIME, Box, kinds_of
from xlinventory.hosts.calc.error_numbers import error_of, number_in
from xlinventory.hosts.calc.formulas.grammar import to_excel
from xlinventory.hosts.excel.live.cells import CODES

FORMULAS = 16
"""com.sun.star.sheet.CellFlags.FORMULA"""
FEW = 3
"""So many errors are asked for one by one."""
_TRUTH = {"=TRUE()": "TRUE", "=FALSE()": "FALSE"}
Rows = Sequence[Sequence[Any]]


class DayNumber(float):
    """The number of a cell that is shown as a date or a time."""

    __slots__ = ()

    def moment(self) -> dt.datetime:
        """The date and time, to the millisecond as spreadsheets show it."""
        return EPOCH + dt.timedelta(milliseconds=round(self * 86_400_000))


def read_values(office: Any, document: Any, area: Any) -> list[list[Any]]:
    """What the cells hold: numbers, dates as ``DayNumber``, text, truth, errors as Excel's code numbers."""
    data = area.getDataArray()
    rows = [[None if value == "" else value for value in row] if "" in row else list(row) for row in data]
    for kind, box in kinds_of(document, area):
        if kind & (DATE | TIME):
            _change(rows, box, DayNumber)
        elif kind & LOGICAL:
            _change(rows, box, bool)
    places = [(i, j) for i, row in enumerate(data) if None in row for j, v in enumerate(row) if v is None]
    for (i, j), number in _errors(office, area, places):
        rows[i][j] = CODES[error_of(number)]
    return rows


def read_formulas(office: Any, document: Any, area: Any) -> list[list[str]]:
    """What a cell would be typed as, in Excel's grammar; the text itself for a text."""
    if not area.queryContentCells(FORMULAS).Count:
        return [[_constant(value) for value in row] for row in read_values(office, document, area)]
    return [
        [_as_typed(formula, value) for formula, value in zip(*pair, strict=True)]
        for pair in zip(area.getFormulaArray(), area.getDataArray(), strict=True)
    ]


def _errors(
    office: Any, area: Any, places: Sequence[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], int]]:
    """The error number of every cell that has one; of many cells in one call."""
    if len(places) <= FEW:
        yield from ((place, _error(area, place)) for place in places)
        return
    rows, columns = [i for i, _ in places], [j for _, j in places]
    box = Box(min(rows), min(columns), max(rows), max(columns))
    found = _with_errors(office, area, box, places)
    for i, j in places:
        number = found[i - box.top][j - box.left]
        corner = (i, j) == (box.top, box.left)
        yield (i, j), _error(area, (i, j)) if corner else number_in(number)


def _with_errors(office: Any, area: Any, box: Box, places: Sequence[tuple[int, int]]) -> Rows:
    """The cells at these places, each error as a NaN with its number; all others and the first are 0.

    ``IF`` over arrays, calculated apart from the document, hands the errors through. The result's first cell
    decides whether LibreOffice gives any result, so it must be none.
    """
    width = box.right - box.left + 1
    mask = [[0.0] * width for _ in range(box.bottom - box.top + 1)]
    for i, j in places:
        mask[i - box.top][j - box.left] = 1.0
    mask[0][0] = 0.0
    wanted = uno().Any("[][]double", tuple(map(tuple, mask)))
    part = area.getCellRangeByPosition(box.left, box.top, box.right, box.bottom)
    functions = office.service("com.sun.star.sheet.FunctionAccess")
    return uno().invoke(functions, "callFunction", ("IF", (wanted, part, 0.0)))


def _error(area: Any, place: tuple[int, int]) -> int:
    row, column = place
    return area.getCellByPosition(column, row).getError()


def _change(rows: list[list[Any]], box: Box, kind: type) -> None:
    """Numbers of a part of the rows become of another kind."""
    for row in rows[box.top : box.bottom + 1]:
        for j in range(box.left, box.right + 1):
            if type(row[j]) is float:
                row[j] = kind(row[j])


def _constant(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value).upper() if isinstance(value, bool) else value or ""


def _as_typed(formula: str, value: Any) -> str:
    if isinstance(value, str) and formula in (value, f"'{value}"):
        return value
    return _TRUTH.get(formula) or (to_excel(formula) if formula[:1] == "=" else formula)
