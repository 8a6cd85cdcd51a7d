"""Room on the sheet Movements: the oldest days go into a file beside the workbook, and count as before."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.archive.parts import SHEET, Part, new_name, table_of, write_part
from xlinventory.macros.frame import Run
from xlinventory.workbook import WorkbookError

FILES = "MovementFiles"
LAST_ROW = 1_048_575
"""Rows of a sheet below its header."""


def kept_beside(run: Run, movements: pd.DataFrame) -> pd.DataFrame:
    """Those of *movements*, all that the sheet would have, that stay on it; the others go into a new part.

    Nothing goes while there are no more than the setting movement_rows, nor where there is no folder or no
    table to name the file in and the sheet still has room. Else whole days go, the oldest first, until the
    sheet is half full. The file is written when the run has finished, so ``Run.movements`` knows it only in
    the next one.
    """
    most, workbook = int(run.setting("movement_rows")), run.book.path()
    if len(movements) <= most:
        return movements
    if workbook is None or not run.has(FILES):
        _refuse_too_many(len(movements), run)
        return movements
    goes = oldest_days(movements["date"].to_numpy(dtype=float), most // 2)
    if goes.any():
        _put_beside(run, movements[goes], workbook)
    return movements[~goes]


def oldest_days(dates: NDArray[np.float64], room: int) -> NDArray[np.bool_]:
    """Marks the rows of the oldest days without which no more than *room* are left.

    A day stays where a row of it has a time of day: a part knows days only.
    """
    days, place, counts = np.unique(np.floor(dates), return_inverse=True, return_counts=True)
    timed = np.zeros(len(days), dtype=bool)
    timed[place[dates != np.floor(dates)]] = True
    left_after = len(dates) - np.cumsum(np.where(timed, 0, counts))
    goes = ~timed & (np.append(len(dates), left_after[:-1]) > room)
    marked: NDArray[np.bool_] = goes[place]
    return marked


def _put_beside(run: Run, rows: pd.DataFrame, workbook: Path) -> None:
    """A new part of these rows, named in MovementFiles; its file is left to the end of the run."""
    ordered = rows.iloc[np.argsort(np.floor(rows["date"].to_numpy(dtype=float)), kind="stable")]
    with TemporaryDirectory(prefix="xlinventory-part-") as scratch:
        draft = Path(scratch) / "part.parquet"
        write_part(ordered, draft)
        content = draft.read_bytes()
    part = Part(
        workbook.parent, new_name(workbook, SHEET), SHEET, len(rows), 0,
        float(rows["date"].min()), float(rows["date"].max()), len(content),
    )  # fmt: skip
    known = run.table(FILES)
    run.write(FILES, pd.concat([known, table_of([part])]) if len(known) else table_of([part]))
    run.save_file(part.path, content)


def _refuse_too_many(rows: int, run: Run) -> None:
    if rows <= LAST_ROW:
        return
    remedy = (
        "save it in a folder of this computer, so that the oldest can be kept beside it"
        if run.has(FILES)
        else "build a new workbook (xlinventory new), which keeps the oldest in files beside it"
    )
    raise WorkbookError(f"Movements would have {rows:,} rows, and a sheet holds {LAST_ROW:,}: {remedy}.")
