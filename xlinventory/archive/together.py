"""All movements of a workbook: those of its sheet and those in the files beside it, as one table.

Of one day, what was moved from the sheet comes first, then what is on it, then what large files brought: so
nothing changes its place when rows of the sheet are moved.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.archive.parts import Part, parts_of
from xlinventory.archive.stored import AFTER_SHEET, LINES, Stored
from xlinventory.sheets.movements import MOVEMENTS
from xlinventory.workbook import WorkbookError

NOT_SAVED = (
    "Movements of this workbook are kept in files beside it, but it is saved in no folder of this computer: "
    "save it where those files are."
)


def parts_beside(rows: pd.DataFrame, workbook: Path | None) -> list[Part]:
    """The parts of typed *rows* of MovementFiles; raises WorkbookError for a workbook in no folder."""
    if rows.empty:
        return []
    if workbook is None:
        raise WorkbookError(NOT_SAVED)
    return parts_of(rows, workbook)


def together(sheet: pd.DataFrame, parts: list[Part]) -> pd.DataFrame:
    """Typed movements, oldest first: the rows of the *sheet*, and those of *parts* added up by day.

    Column *lines* says how many movements a row stands for. The index of a row of the sheet is its row there,
    that of any other is below 0.
    """
    return _by_day(sheet, Stored(parts).daily(sheet))


def units_together(sheet: pd.DataFrame, parts: list[Part]) -> pd.DataFrame:
    """``together`` for stock and demand: of *parts* the units of each item, day and kind, without money."""
    return _by_day(sheet, Stored(parts).units_of_days())


def _by_day(sheet: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    days = np.floor(np.append(stored["date"], sheet["date"]).astype(float))
    late = np.append(2 * stored.pop(AFTER_SHEET), np.ones(len(sheet)))
    order = np.lexsort((late, days))
    index = np.append(-1 - np.arange(len(stored)), sheet.index.to_numpy(dtype=int))[order]
    columns = {}
    for name in (*MOVEMENTS.names, LINES):  # one at a time: of years of movements, none is there twice
        mine = sheet[name] if name in sheet else np.ones(len(sheet))
        cells = np.append(stored.pop(name).to_numpy(), mine)[order]
        columns[name] = pd.Series(cells, index, object if cells.dtype == object else float)
    return pd.DataFrame(columns, copy=False)


def lines_of(movements: pd.DataFrame) -> NDArray[np.float64]:
    """How many movements each row stands for, (n,): on the sheet each is one."""
    return movements[LINES].to_numpy(dtype=float) if LINES in movements else np.ones(len(movements))
