"""Whether LibreOffice and the file calculate the same: every formula cell of both, compared on saving."""

import re
from collections.abc import Iterator
from typing import Any

from openpyxl.utils import get_column_letter

from xlinventory.core.errors import CellError
from xlinventory.hosts.file import FileWorkbook
from xlinventory.workbook import Cell

NEARLY = 1e-9
"""A relative difference that counts as none."""
_CHANGES_BY_ITSELF = re.compile(r"\b(?:NOW|TODAY|RAND|RANDBETWEEN|RANDARRAY|CELL|INFO)\(", re.IGNORECASE)
Place = tuple[int, int, Cell]
"""Row, column and what the file shows there."""


def remarks(document: Any, file: FileWorkbook) -> tuple[str, ...]:
    """One sentence when a formula gives another result in LibreOffice than in the file, with the first."""
    different = list(differences(document, file))
    if not different:
        return ()
    where, here, there = different[0]
    count = len(different)
    cells = "one formula cell" if count == 1 else f"{count:,} formula cells"
    values = f"{_told(here)} in LibreOffice, {_told(there)} in the file"
    return (f"LibreOffice and the file disagree on {cells}, the first is {where}: {values}.",)


def differences(document: Any, file: FileWorkbook) -> Iterator[tuple[str, Any, Cell]]:
    """(place, LibreOffice's value, the file's) of every formula cell that shows two things."""
    uncomputed = set(file.uncomputed)
    sheets: dict[str, list[Place]] = {}
    for sheet, row, column, formula, value in file.formula_values():
        if not _CHANGES_BY_ITSELF.search(formula):
            sheets.setdefault(sheet, []).append((row, column, value))
    for name, places in sheets.items():
        if document.Sheets.hasByName(name):
            for row, column, here, there in _pairs(document.Sheets.getByName(name), places):
                where = f"{name}!{get_column_letter(column)}{row}"
                if where not in uncomputed and not same(here, there):
                    yield where, here, there


def same(here: Any, there: Cell) -> bool:
    """Whether LibreOffice's raw value (None for an error) is what the file shows.

    >>> same(1.0, True), same("", None), same(0.1 + 0.2, 0.3), same(1.0, 1.1)
    (True, True, True, False)
    """
    if here is None or isinstance(there, CellError):
        return here is None and isinstance(there, CellError)
    if isinstance(here, str) or isinstance(there, str):
        return here == (there or "") or (here, there) == ("", None)
    there = float(there or 0.0)
    return abs(here - there) <= NEARLY * max(1.0, abs(here), abs(there))


def _pairs(sheet: Any, places: list[Place]) -> Iterator[tuple[int, int, Any, Cell]]:
    """Both values of each place; the rectangle around them is one exchange."""
    top, bottom = min(row for row, _, _ in places), max(row for row, _, _ in places)
    left, right = min(column for _, column, _ in places), max(column for _, column, _ in places)
    rows = sheet.getCellRangeByPosition(left - 1, top - 1, right - 1, bottom - 1).getDataArray()
    return ((r, c, rows[r - top][c - left], value) for r, c, value in places)


def _told(value: Any) -> str:
    if value is None:
        return "an error"
    return repr(value) if isinstance(value, str) else str(value)
