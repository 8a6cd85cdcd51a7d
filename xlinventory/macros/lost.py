"""Tables and columns that a workbook lost: renamed, which must not pass in silence, or done without."""

from collections.abc import Iterator

import pandas as pd

from xlinventory.sheets import COLUMNS_LATER
from xlinventory.tables import Table
from xlinventory.workbook import Workbook, WorkbookError


class LostColumnError(WorkbookError):
    """A column that is needed is not there."""


def lost_column(table: str, column: str) -> LostColumnError:
    """What to say of a column that is needed and not there."""
    return LostColumnError(
        f"{table} has no column {column}: it was renamed or deleted, so nothing was changed; "
        "give it its name again."
    )


def read_there(book: Workbook, name: str) -> pd.DataFrame:
    """Rows of a table; raises WorkbookError that says what to do where it is no more."""
    try:
        return book.read_table(name)
    except WorkbookError as error:
        if name.lower() in (there.lower() for there in book.table_names()):
            raise
        raise WorkbookError(
            f"There is no table {name} in the workbook: it was renamed or deleted, so nothing was changed; "
            "give it its name again, or copy its sheet from a new workbook."
        ) from error


def refuse_renamed(table: Table, cells: pd.DataFrame) -> None:
    """Raise LostColumnError when a column seems to have another name now: its values would be passed over.

    A column that is missing and has nothing in its place was deleted: it is done without.
    """
    for column, stranger in renamed(table, cells):
        raise LostColumnError(
            f"{table.name} has no column {column}, and {stranger} stands in its place, so nothing was "
            f"changed; name it {column} again, or add a blank column {column} if that is not meant."
        )


def renamed(table: Table, cells: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """(column, the filled column of another name between its neighbours) of each that is not there.

    Columns that older workbooks lack are left out: there the user's own columns may stand at the end.
    """
    there = [str(name) for name in cells.columns]
    places = {name: there.index(name) for name in table.names if name in there}
    taken = set(table.names)
    for i, name in enumerate(table.names):
        if name in places or name in COLUMNS_LATER.get(table.name, ()):
            continue
        first = max((places[known] for known in table.names[:i] if known in places), default=-1) + 1
        last = min((places[known] for known in table.names[i:] if known in places), default=len(there))
        for stranger in there[first:last]:
            if stranger not in taken and _is_filled(cells[stranger]):
                taken.add(stranger)
                yield name, stranger
                break


def lacking(table: Table, cells: pd.DataFrame) -> list[str]:
    """Names of columns that a table does without, those aside that older workbooks lack."""
    later = COLUMNS_LATER.get(table.name, ())
    return [name for name in table.names if name not in cells.columns and name not in later]


def _is_filled(column: pd.Series) -> bool:
    return bool((column.notna() & column.ne("")).any())
