"""Undo the last run."""

import pandas as pd

from xlinventory.macros import images
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.rows import with_added_columns
from xlinventory.sheets import TABLES
from xlinventory.tables import Table
from xlinventory.workbook import WorkbookError

HERE = "\x00 in the table"
"""A column no user has: marks the rows that are there now."""


@macro("undo", "Undo last run", logged=False)
def undo(run: Run) -> str:
    """Put every table back as it was before the last run that is not undone yet."""
    run.require("_undo", *TABLES["_undo"].names)
    run.require("Log", "run", "macro", "undone")
    kept = run.cells("_undo")
    numbers = [float(number) for number in kept["run"] if isinstance(number, float)]
    if not numbers:
        raise WorkbookError("There is no run to undo.")
    last = max(numbers)
    tables = kept.loc[kept["run"] == last, "table"].unique()
    for table, rows in images.recall(kept, last, {name: run.cells(name) for name in tables}).items():
        run.write(table, with_notes(TABLES[table], rows, run.cells(table)))
    log = run.cells("Log").copy()
    mine = log["run"] == last
    log.loc[mine, "undone"] = "yes"
    run.write("Log", log)
    run.write("_undo", kept[kept["run"] != last])
    verb = "is" if len(tables) == 1 else "are"
    return f"Undid run {last:.0f} ({_name(log, mine)}): {', '.join(tables)} {verb} as before it."


def with_notes(table: Table, rows: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """*rows* of an image with the user's own columns as they are now, where a row is there now."""
    added = [name for name in rows.columns if name not in table.names]
    if not added:
        return rows
    mine = now.assign(**{HERE: 1.0})
    beside = with_added_columns(table, rows.drop(columns=added), mine)
    notes = beside[added].where(beside[HERE].notna(), rows[added])
    return rows.assign(**{name: notes[name] for name in added})


def _name(log: pd.DataFrame, mine: "pd.Series[bool]") -> str:
    return str(log.loc[mine, "macro"].iloc[-1]) if mine.any() else "unknown"
