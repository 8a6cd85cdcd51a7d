"""Tables of the open workbook in xlwings Lite: read in bulk, written where they differ, calculated by Excel.

Only what the documentation of xlwings promises for Lite is used: a book's sheets and tables, a table's
ranges and ``resize``, values and formulas read with ``await``, values and formulas written, ``flush``.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from xlinventory.core.errors import CellError
from xlinventory.hosts.values import column_cells, same_cell
from xlinventory.sheets import TABLES
from xlinventory.workbook import Cell, WorkbookError

ERRORS = {
    str(error): error
    for error in CellError
    if error not in {CellError.SPILL, CellError.CALC}  # Lite writes these as text
}
"""Error values by the texts that Lite reads and writes them as."""
LONGEST_WAIT, PAUSE = 300, 0.2
"""How often a calculation is looked at before giving up, and seconds between two looks."""
BLOCK = 5000
"""Rows in one message to Excel, which takes 5 MB at a time in the browser."""


@dataclass(frozen=True)
class LiteTable:
    """A table in the workbook: its place, its columns of formulas, its cells by row of the sheet."""

    name: str
    sheet: str
    first_row: int
    left: int
    height: int
    calculated: frozenset[str]
    rows: pd.DataFrame

    def with_rows(self, rows: pd.DataFrame) -> "LiteTable":
        """The same place with other cells."""
        return replace(self, rows=rows)


async def read_tables(book: Any) -> dict[str, LiteTable]:
    """All tables of a book, in sheet order."""
    found = {}
    for sheet in book.sheets:
        for table in sheet.tables:
            found[table.name] = await _read(sheet, table)
    return found


async def _read(sheet: Any, table: Any) -> LiteTable:
    header = table.header_row_range
    columns = [str(title) for title in (await header.options(ndim=2).get_value())[0]]
    body = table.data_body_range
    top, left = header.row + 1, header.column
    height = body.shape[0] if body else 1
    place = LiteTable(table.name, sheet.name, top, left, height, frozenset(), pd.DataFrame(columns=columns))
    first = sheet.range((top, left), (top, left + len(columns) - 1))
    values = (await first.options(ndim=2, err_to_str=True).get_value())[0]
    formulas = (await first.options(ndim=2).get_formula())[0]
    own = {c for c, f, v in zip(columns, formulas, values, strict=True) if _is_formula(f, v)}
    return await _with_values(sheet, replace(place, calculated=frozenset(own | _declared(table.name))))


def _declared(name: str) -> set[str]:
    """Columns that this package gives a formula."""
    return set(TABLES[name].names) - set(TABLES[name].stored) if name in TABLES else set()


async def _with_values(sheet: Any, table: LiteTable) -> LiteTable:
    """The table with the values that are in the sheet now."""
    columns = list(table.rows.columns)
    place = _range(sheet, table, 0, table.height, 0, len(columns))
    values = await place.options(ndim=2, err_to_str=True, chunksize=BLOCK).get_value()
    index = range(table.first_row, table.first_row + table.height)
    cells = {
        column: column_cells(
            table.name, pd.Series([_read_cell(row[j]) for row in values], dtype=object), len(index)
        )
        for j, column in enumerate(columns)
    }
    return table.with_rows(pd.DataFrame(cells, index=index, columns=columns, dtype=object))


def _read_cell(value: Any) -> Any:
    return ERRORS.get(value, value) if isinstance(value, str) else value


async def write_tables(
    book: Any, inside: Mapping[str, LiteTable], wanted: Mapping[str, LiteTable]
) -> dict[str, LiteTable]:
    """Bring the tables in the workbook from *inside* to *wanted*; returns what is inside then."""
    after = dict(inside)
    for name, table in wanted.items():
        if table.rows is not inside[name].rows:
            after[name] = await _write(book.sheets[table.sheet], inside[name], table)
    await book.flush()
    return after


async def _write(sheet: Any, old: LiteTable, new: LiteTable) -> LiteTable:
    """Resize the table and write each stored column that differs; a formula that shows its value stays."""
    width, height = len(new.rows.columns), max(len(new.rows), 1)
    formulas = (
        await _range(sheet, old, 0, old.height, 0, width).options(ndim=2, chunksize=BLOCK).get_formula()
    )
    if height < old.height:
        _range(sheet, old, height, old.height, 0, width).clear_contents()
    if height != old.height:
        top, left = old.first_row - 1, old.left
        corner = (old.first_row + height - 1, left + width - 1)
        sheet.tables[old.name].resize(sheet.range((top, left), corner))
    for j, column in enumerate(new.rows.columns):
        if column in new.calculated:
            if height > old.height:
                _range(sheet, old, old.height, height, j, j + 1).formula = formulas[0][j]
            continue
        _write_column(sheet, old, j, _cells(old, column, height), _cells(new, column, height), formulas)
    return replace(new, height=height)


def _cells(table: LiteTable, column: str, height: int) -> list[Cell]:
    given = table.rows[column].tolist()[:height]
    return given + [None] * (height - len(given))


def _write_column(
    sheet: Any,
    old: LiteTable,
    j: int,
    before: Sequence[Cell],
    after: Sequence[Cell],
    formulas: Sequence[Sequence[Any]],
) -> None:
    """Write the blocks of a column in which a cell differs."""
    put: list[Any] = []
    for i, (was, now) in enumerate(zip(before, after, strict=True)):
        formula = formulas[i][j] if i < len(formulas) else None
        keeps = _is_formula(formula, was) and same_cell(was, now)
        put.append(formula if keeps else _written(now))
    for start in range(0, len(after), BLOCK):
        end = min(start + BLOCK, len(after))
        if not all(map(same_cell, before[start:end], after[start:end])):
            _range(sheet, old, start, end, j, j + 1).value = [[value] for value in put[start:end]]


def _is_formula(formula: Any, value: Any) -> bool:
    """Whether a cell holds a formula; of a text that only looks like one, formula and value are the same."""
    return isinstance(formula, str) and formula.startswith("=") and formula != value


def _written(value: Cell) -> Any:
    """A cell as it is handed to Excel: the apostrophe keeps text text, whatever it looks like."""
    if isinstance(value, CellError):
        return str(value)
    return f"'{value}" if isinstance(value, str) else value


def _range(sheet: Any, table: LiteTable, top: int, bottom: int, left: int, right: int) -> Any:
    """Rows *top* up to *bottom* and columns *left* up to *right* of a table's body, counted from 0."""
    row, column = table.first_row, table.left
    return sheet.range((row + top, column + left), (row + bottom - 1, column + right - 1))


async def calculate(book: Any, tables: Mapping[str, LiteTable]) -> dict[str, LiteTable]:
    """The tables that hold formulas, once none of their cells is at work any more."""
    found = {}
    for name, table in tables.items():
        if table.calculated:
            found[name] = await _calculated(book.sheets[table.sheet], table)
    return found


async def _calculated(sheet: Any, table: LiteTable) -> LiteTable:
    for _ in range(LONGEST_WAIT):
        current = await _with_values(sheet, table)
        cells = current.rows[sorted(table.calculated)]
        if cells.isin([CellError.NAME]).any(axis=None):
            raise WorkbookError("Excel does not know the formulas yet; restart xlwings Lite from its menu.")
        if not cells.map(_is_at_work).any(axis=None):
            return current.with_rows(current.rows.loc[table.rows.index])
        await asyncio.sleep(PAUSE)
    raise WorkbookError(f"Excel is still calculating table {table.name}; press the button again in a minute.")


def _is_at_work(value: Cell) -> bool:
    """Whether a cell shows that its function is not done, such as #BUSY!: a mark that is no error value."""
    return isinstance(value, str) and value.startswith("#")
