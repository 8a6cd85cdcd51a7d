"""The rows of a table from LibreOffice into the workbook file, where they differ from what it opened.

LibreOffice reads some cells otherwise than they stand in the file: the end of a line, a control character, a
number's last digit. What it has not changed must not be written that way, so a value is taken back to what
the file had where LibreOffice read it.
"""

from collections.abc import Sequence

import pandas as pd

from xlinventory.hosts.file import FileWorkbook
from xlinventory.hosts.values import column_cells
from xlinventory.workbook import Cell

Key = tuple[type, Cell]


def carry(file: FileWorkbook, table: str, before: pd.DataFrame, after: pd.DataFrame) -> bool:
    """Write a table's rows into the file; whether there was anything to write.

    *before* is the table as LibreOffice read it, by row number of the sheet; *after* is what it holds now.
    """
    stored = [column for column in file.stored_columns(table) if column in after]
    was = {column: column_cells(table, before[column], len(before)) for column in stored}
    now = {column: column_cells(table, after[column], len(after)) for column in stored}
    if len(before) == len(after) and all(_same(was[column], now[column]) for column in stored):
        return False
    held = file.read_table(table)
    there = before.index.isin(held.index).tolist()
    kept = held.reindex(before.index)
    back = {
        column: as_in_file(now[column], was[column], column_cells(table, kept[column], len(kept)), there)
        for column in stored
    }
    rows = {column: back.get(column, after[column].tolist()) for column in after.columns}
    file.put_rows(table, pd.DataFrame(rows, columns=after.columns, dtype=object))
    return True


def as_in_file(
    now: Sequence[Cell], was: Sequence[Cell], kept: Sequence[Cell], there: Sequence[bool]
) -> list[Cell]:
    r"""Values of a column as the file had them where LibreOffice read the same.

    >>> as_in_file(["b", "one\ntwo", "new"], ["one\ntwo", "b"], ["one\r\ntwo", "b"], [True, True])
    ['b', 'one\r\ntwo', 'new']
    """
    read_otherwise = {
        key(old): mine
        for old, mine, is_there in zip(was, kept, there, strict=True)
        if is_there and key(old) != key(mine)
    }
    if not read_otherwise:
        return list(now)
    out = []
    for i, cell in enumerate(now):
        unmoved = i < len(was) and there[i] and key(was[i]) == key(cell)
        out.append(kept[i] if unmoved else read_otherwise.get(key(cell), cell))
    return out


def key(cell: Cell) -> Key:
    """What tells cells apart: 1 and TRUE are two, a date is its number, empty text is a blank."""
    if cell is None or cell == "":
        return type(None), None
    return (float, float(cell)) if isinstance(cell, float) else (type(cell), cell)


def _same(one: Sequence[Cell], other: Sequence[Cell]) -> bool:
    return one == other and list(map(key, one)) == list(map(key, other))
