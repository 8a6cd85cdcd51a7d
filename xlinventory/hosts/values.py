"""Values of a frame as a workbook's cells: what every host takes and refuses alike."""

import datetime as dt
from collections.abc import Sequence
from math import isfinite

import pandas as pd

from xlinventory.arguments import serial
from xlinventory.core.errors import CellError
from xlinventory.workbook import Cell, WorkbookError

LONGEST_TEXT = 32_767
"""Characters in one cell, as a spreadsheet counts them: an emoji is two."""


def as_cell(value: object) -> Cell:
    """A value from a frame as a cell holds it: no NumPy type, no infinity, no empty text."""
    item = getattr(value, "item", None)
    if item is not None:
        value = item()
    if isinstance(value, bool | CellError):
        return value
    if isinstance(value, int | float):
        return float(value) + 0.0 if isfinite(value) else CellError.NUM  # -0.0 is 0 in a sheet
    if isinstance(value, dt.date):
        return serial(value)
    return str(value) or None if value is not None else None


def column_cells(table: str, column: pd.Series, count: int) -> list[Cell]:
    """*count* cells of a column, blank after its end; raises WorkbookError for a text no cell can hold."""
    values = (column + 0.0 if column.dtype.kind == "f" else column).tolist()
    if column.dtype.kind != "f":
        values = [
            value
            if value is None or (type(value) is str and value)
            else value + 0.0
            if type(value) is float and isfinite(value)
            else as_cell(value)
            for value in values
        ]
    elif not all(map(isfinite, values)):
        values = [as_cell(value) for value in values]
    for i in column.isna().to_numpy().nonzero()[0]:
        values[i] = None
    for value in values:
        if type(value) is str and len(value) > LONGEST_TEXT // 2:
            refuse_long_text(value, f"table {table}, {column.name}")
    return values + [None] * (count - len(values))


def refuse_long_text(value: Cell, place: str) -> None:
    """Raise WorkbookError when a value is a text that no cell of Excel takes."""
    if isinstance(value, str) and _length(value) > LONGEST_TEXT:
        raise WorkbookError(
            f"{place}: a text of {_length(value):,} characters does not fit; a cell takes {LONGEST_TEXT:,}"
        )


def refuse_unknown_columns(table: str, rows: pd.DataFrame, columns: Sequence[str]) -> None:
    """Raise WorkbookError when *rows* has a column that the table has not."""
    unknown = [str(column) for column in rows.columns if column not in columns]
    if unknown:
        raise WorkbookError(f"table {table} has no column {unknown[0]}; it has {', '.join(columns)}")


def filled_rows(stored: pd.DataFrame) -> "pd.Series[bool]":
    """Which rows hold anything; an empty text is a blank."""
    return (stored.notna() & stored.ne("")).any(axis=1)


def same_cell(one: Cell, other: Cell) -> bool:
    """Whether two cells hold the same; 1 and TRUE do not, blank and empty text do."""
    if one in (None, "") or other in (None, ""):
        return one in (None, "") and other in (None, "")
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
