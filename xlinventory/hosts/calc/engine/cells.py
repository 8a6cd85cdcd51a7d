"""Cells between LibreOffice and Python, in bulk: values with their kind, errors, truth, formulas.

LibreOffice keeps numbers and text only. A date is a number with a date format, truth is a number with the
format BOOLEAN, an error is the result of a formula. ``getDataArray`` gives numbers, text and, for an error,
None; ``setDataArray`` takes numbers and text, and text stays text whatever it begins with.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from xlinventory.arguments import EPOCH, serial
from xlinventory.core.errors import CellError
from xlinventory.hosts.calc.bridge import member, struct
from xlinventory.hosts.calc.grammar import to_calc, to_excel
from xlinventory.hosts.excel.live.cells import CODES

DATE, TIME, LOGICAL, TEXT = 2, 4, 1024, 256
"""com.sun.star.util.NumberFormat: the kinds of formats that change what a cell is."""
ERRORS = {
    502: CellError.VALUE, 503: CellError.NUM, 504: CellError.REF, 519: CellError.VALUE, 521: CellError.NULL,
    524: CellError.REF, 525: CellError.NAME, 532: CellError.DIV0, 32767: CellError.NA,
}  # fmt: skip
"""LibreOffice's error numbers; whatever else it may say is #VALUE!."""
_ERROR_TEXTS = {str(error) for error in ERRORS.values()}
_TRUTH = {"=TRUE()": "TRUE", "=FALSE()": "FALSE"}
FORMULA_GIVES_ERROR = 4
"""com.sun.star.sheet.FormulaResult.ERROR"""


FORMULAS = 16
"""com.sun.star.sheet.CellFlags.FORMULA"""


class DayNumber(float):
    """The number of a cell that is shown as a date or a time."""

    def moment(self) -> dt.datetime:
        """The date and time, to the millisecond as spreadsheets show it."""
        return EPOCH + dt.timedelta(milliseconds=round(self * 86_400_000))


class Box(NamedTuple):
    """A rectangle inside a range, from 0."""

    top: int
    left: int
    bottom: int
    right: int


def read_values(document: Any, area: Any) -> list[list[Any]]:
    """What the cells hold: numbers, dates as ``DayNumber``, text, truth, errors as Excel's code numbers."""
    rows = [[None if value == "" else value for value in row] for row in _data(area, "getDataArray")]
    for kind, box in _kinds(document, area):
        if kind & (DATE | TIME):
            _change(rows, box, DayNumber)
        elif kind & LOGICAL:
            _change(rows, box, bool)
    _put_errors(area, rows)
    return rows


def read_formulas(document: Any, area: Any) -> list[list[str]]:
    """What a cell would be typed as, in Excel's grammar; the text itself for a text."""
    if not area.queryContentCells(FORMULAS).Count:
        return [[_constant(value) for value in row] for row in read_values(document, area)]
    formulas, values = _data(area, "getFormulaArray"), _data(area, "getDataArray")
    return [
        [_as_typed(formula, value) for formula, value in zip(*pair, strict=True)]
        for pair in zip(formulas, values, strict=True)
    ]


def write_values(document: Any, area: Any, rows: Sequence[Sequence[Any]]) -> None:
    """Put values in cells as Excel would take them from a program.

    ``=`` begins a formula unless the cell has the text format, an apostrophe is left away and makes a text
    of what follows, the name of an error is the error. Any other text stays as it is: Excel would look for
    numbers and dates in it.
    """
    entries = _Entries()
    plain = tuple(
        tuple(entries.take((i, j), value) for j, value in enumerate(row)) for i, row in enumerate(rows)
    )
    kinds = list(_kinds(document, area))
    _forget_truth(area, kinds)
    area.setDataArray(plain)
    _format(document, area, entries.truths, "BOOLEAN")
    _format(document, area, [place for place in entries.days if not _has(kinds, place, DATE)], "YYYY-MM-DD")
    for (i, j), formula in entries.formulas:
        if not _has(kinds, (i, j), TEXT):
            area.getCellByPosition(j, i).setFormula(to_calc(formula))


@dataclass
class _Entries:
    """Values as ``setDataArray`` takes them, and the places of those that need more than that."""

    truths: list[tuple[int, int]] = field(default_factory=list)
    days: list[tuple[int, int]] = field(default_factory=list)
    formulas: list[tuple[tuple[int, int], str]] = field(default_factory=list)

    def take(self, place: tuple[int, int], value: Any) -> float | str:
        """One value as a number or a text."""
        if value is None:
            return ""
        if isinstance(value, str):
            return self._text(place, value)
        if isinstance(value, bool):
            self.truths.append(place)
        elif isinstance(value, dt.date):
            self.days.append(place)
            return serial(value)
        return float(value)

    def _text(self, place: tuple[int, int], text: str) -> str:
        if text[:1] == "=":
            self.formulas.append((place, text))
        elif text in _ERROR_TEXTS:
            self.formulas.append((place, f"={text}"))
        return text[1:] if text[:1] == "'" else text


def write_formulas(area: Any, rows: Sequence[Sequence[Any]]) -> None:
    """Put formulas, or what could be typed, in cells."""
    area.setFormulaArray(tuple(tuple(to_calc("" if f is None else str(f)) for f in row) for row in rows))


def write_formula(area: Any, formula: str, rows: int, columns: int) -> None:
    """Fill one formula over an area, its references moving along: a thousand times faster than an array."""
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


def format_key(document: Any, code: str) -> int:
    """The number of a number format, made when it is new."""
    formats, locale = document.NumberFormats, struct("lang.Locale", Language="en", Country="US")
    key = formats.queryKey(code, locale, False)  # noqa: FBT003 - UNO takes no names
    return key if key != -1 else formats.addNew(code, locale)


def _data(area: Any, method: str) -> tuple[tuple[Any, ...], ...]:
    return getattr(area, method)()


def _change(rows: list[list[Any]], box: Box, kind: type) -> None:
    for i in range(box.top, box.bottom + 1):
        row = rows[i]
        for j in range(box.left, box.right + 1):
            if type(row[j]) is float:
                row[j] = kind(row[j])


def _kinds(document: Any, area: Any) -> Iterator[tuple[int, Box]]:
    """The kind of number format of every part of an area."""
    formats, home = document.NumberFormats, area.RangeAddress
    if area.getPropertyState("NumberFormat").value != "AMBIGUOUS_VALUE":
        whole = Box(0, 0, home.EndRow - home.StartRow, home.EndColumn - home.StartColumn)
        yield formats.getByKey(area.NumberFormat).Type, whole
        return
    groups = area.UniqueCellFormatRanges
    for i in range(groups.Count):
        group = groups.getByIndex(i)
        kind = formats.getByKey(group.NumberFormat).Type
        for place in group.RangeAddresses:
            yield kind, _box(place, home)


def _box(place: Any, home: Any) -> Box:
    return Box(
        place.StartRow - home.StartRow,
        place.StartColumn - home.StartColumn,
        place.EndRow - home.StartRow,
        place.EndColumn - home.StartColumn,
    )


def _has(kinds: Sequence[tuple[int, Box]], place: tuple[int, int], kind: int) -> bool:
    i, j = place
    return any(
        known & kind and box.top <= i <= box.bottom and box.left <= j <= box.right for known, box in kinds
    )


def _put_errors(area: Any, rows: list[list[Any]]) -> None:
    """Say which error every cell shows that shows one."""
    home = area.RangeAddress
    for place in area.queryFormulaCells(FORMULA_GIVES_ERROR).RangeAddresses:
        box = _box(place, home)
        for i in range(box.top, box.bottom + 1):
            for j in range(box.left, box.right + 1):
                number = area.getCellByPosition(j, i).getError()
                rows[i][j] = CODES[ERRORS.get(number, CellError.VALUE)]


def _forget_truth(area: Any, kinds: Sequence[tuple[int, Box]]) -> None:
    """Take the format BOOLEAN off cells that are written anew: a number in them would be a truth value."""
    for kind, box in kinds:
        if kind & LOGICAL:
            area.getCellRangeByPosition(box.left, box.top, box.right, box.bottom).NumberFormat = 0


def _format(document: Any, area: Any, places: Sequence[tuple[int, int]], code: str) -> None:
    """Give cells a number format, in runs one below the other."""
    if not places:
        return
    key = format_key(document, code)
    for i, j, last in _runs(places):
        area.getCellRangeByPosition(j, i, j, last).NumberFormat = key


def _runs(places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """(first row, column, last row) of places that touch."""
    ordered = sorted((j, i) for i, j in places)
    start = 0
    for k in range(1, len(ordered) + 1):
        if k == len(ordered) or ordered[k] != (ordered[k - 1][0], ordered[k - 1][1] + 1):
            yield ordered[start][1], ordered[start][0], ordered[k - 1][1]
            start = k


def _constant(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value).upper() if isinstance(value, bool) else value or ""


def _as_typed(formula: str, value: Any) -> str:
    if isinstance(value, str) and formula in (value, f"'{value}"):
        return value
    return _TRUTH.get(formula) or (to_excel(formula) if formula[:1] == "=" else formula)
