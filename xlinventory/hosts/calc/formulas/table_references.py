"""Whole columns of tables in the formulas of an .ods file, by their table's name again.

LibreOffice writes ``Log[when]`` into its own format as ``$Log.$B$2:$B$7``, which would not grow with the
table. So on opening, what is exactly the rows of one column is that column again; other ranges stay.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from openpyxl.utils import get_column_letter

FORMULAS = 16
"""com.sun.star.sheet.CellFlags.FORMULA"""
_RANGE = re.compile(
    r'"(?:[^"]|"")*"|(?P<place>\$?(?:\'(?:[^\']|\'\')+\'|[^\W\d]\w*)\.\$[A-Z]{1,3}\$\d+(?::\$[A-Z]{1,3}\$\d+)?)'
)


def restore(document: Any) -> int:
    """Name the columns in all formulas and defined names; how many formulas were rewritten."""
    columns = dict(_columns(document))
    for name in _each(document.NamedRanges):
        if (content := named(name.Content, columns)) != name.Content:
            name.setContent(content)
    return sum(_restore_sheet(sheet, columns) for sheet in _each(document.Sheets))


def named(formula: str, columns: Mapping[str, str]) -> str:
    """A formula with the columns of tables named.

    >>> named('=SUM($Log.$B$2:$B$7)&"$Log.$B$2:$B$7"', {"$Log.$B$2:$B$7": "Log[when]"})
    '=SUM(Log[when])&"$Log.$B$2:$B$7"'
    """
    return _RANGE.sub(lambda match: columns.get(match["place"] or "", match[0]), formula)


def _columns(document: Any) -> Iterator[tuple[str, str]]:
    """The place of each column's rows, as formulas have it, and its name."""
    for table in _each(document.DatabaseRanges):
        area = table.DataArea
        sheet = document.Sheets.getByIndex(area.Sheet)
        last = area.EndRow + 1 - bool(table.TotalsRow)
        if not table.ContainsHeader or last <= area.StartRow + 1:
            continue
        header = sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.StartRow)
        for j, title in enumerate(header.getDataArray()[0], area.StartColumn + 1):
            column, first = get_column_letter(j), area.StartRow + 2
            end = f":${column}${last}" if last > first else ""
            yield f"${_quoted(sheet.Name)}.${column}${first}{end}", f"{table.Name}[{_escaped(str(title))}]"


def _restore_sheet(sheet: Any, columns: Mapping[str, str]) -> int:
    done = 0
    for place in sheet.queryContentCells(FORMULAS).RangeAddresses:
        area = sheet.getCellRangeByPosition(place.StartColumn, place.StartRow, place.EndColumn, place.EndRow)
        for i, row in enumerate(area.getFormulaArray()):
            for j, formula in enumerate(row):
                new = named(formula, columns)
                if new != formula:
                    _enter(sheet, area.getCellByPosition(j, i), new)
                    done += 1
    return done


def _enter(sheet: Any, cell: Any, formula: str) -> None:
    """A formula into its cell; an array formula into all of its cells."""
    if not formula.startswith("{"):
        cell.setFormula(formula)
        return
    whole = sheet.createCursorByRange(cell)
    whole.collapseToCurrentArray()
    whole.setArrayFormula(formula[1:-1])


def _quoted(sheet: str) -> str:
    return sheet if re.fullmatch(r"[^\W\d]\w*", sheet) else "'" + sheet.replace("'", "''") + "'"


def _escaped(title: str) -> str:
    return re.sub(r"(['\[\]#])", r"'\1", title)


def _each(container: Any) -> Iterator[Any]:
    return (container.getByIndex(i) for i in range(container.Count))
