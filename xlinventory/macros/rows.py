"""Rows between a macro and the workbook: typed rows become cells, in the workbook's own columns."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from xlinventory.arguments import serial
from xlinventory.core.errors import CellError
from xlinventory.macros import images
from xlinventory.sheets import TABLES
from xlinventory.tables import Table, read


def with_added_columns(table: Table, rows: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """*rows* with the columns a user added to the table, each value beside its key again."""
    added = [name for name in before.columns if name not in table.names and name not in rows.columns]
    if not added:
        return rows
    key = list(table.key) or [name for name in table.stored if name in rows.columns]
    notes = read(table, before)[0].drop_duplicates(key).set_index(key)[added]
    keys = read(table, rows)[0][key]
    beside = keys.join(notes, on=key)[added]
    return rows.assign(**{name: beside[name] for name in added})


def in_columns(columns: list[str], cells: pd.DataFrame) -> pd.DataFrame:
    """*cells* in exactly these columns of the workbook: what is not given is blank.

    A column the workbook does not have is left out when it is blank; else it is kept, to be refused.
    """
    surplus = [name for name in cells.columns if name not in columns and cells[name].notna().any()]
    return cells.reindex(columns=[*columns, *surplus]).astype(object).where(lambda frame: frame.notna(), None)


def as_cells(rows: pd.DataFrame) -> pd.DataFrame:
    """A typed frame as cell values: yes/no words, blanks as None, plain floats."""
    out = {}
    for name in rows.columns:
        column = rows[name]
        if column.dtype == bool:
            out[name] = column.map({True: "yes", False: "no"}).astype(object)
        elif column.dtype.kind in "iuf":
            numbers = column.astype(float)
            cells = numbers.astype(object).where(column.notna(), None)
            out[name] = cells.where(~np.isinf(numbers), CellError.NUM)
        else:
            plain = [_plain_cell(cell) for cell in column.astype(object)]
            out[name] = pd.Series(plain, index=rows.index, dtype=object)
    return pd.DataFrame(out, index=rows.index, dtype=object)


def _plain_cell(cell: Any) -> Any:
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, float):
        return None if np.isnan(cell) else CellError.NUM if np.isinf(cell) else cell
    if cell is None or cell == "" or cell is pd.NaT:
        return None
    return serial(cell) if isinstance(cell, dt.date) else cell


def any_filled(column: pd.Series) -> bool:
    """Whether any cell of a column holds something."""
    return bool((column.notna() & column.ne("")).any())


def no_rows(name: str) -> pd.DataFrame:
    """A table without rows, as an older workbook's that lacks it."""
    return pd.DataFrame(columns=TABLES[name].names, dtype=object)


def differs(before: pd.DataFrame, after: pd.DataFrame) -> bool:
    """Whether what a run wrote is something else than what was there."""
    columns = [name for name in after.columns if name in before.columns]
    if len(before) != len(after) or len(columns) != len(after.columns):
        return True
    return not images.same_cells(before[columns], after)


def _is_calculated(table: str, column: str) -> bool:
    return any(c.name == column and c.formula for c in TABLES[table].columns)


def stored_columns(table: str, columns: Iterable[str]) -> list[str]:
    """Those of *columns* that hold values rather than formulas."""
    return [column for column in columns if not _is_calculated(table, column)]
