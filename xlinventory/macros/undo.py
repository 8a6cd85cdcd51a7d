"""Undo the last run."""

import pandas as pd

from xlinventory.macros import images
from xlinventory.macros.frame import Run, macro
from xlinventory.workbook import WorkbookError


@macro("undo", "Undo last run", logged=False)
def undo(run: Run) -> str:
    """Put every table back as it was before the last run that is not undone yet."""
    kept = run.cells("_undo")
    numbers = [float(number) for number in kept["run"] if isinstance(number, float)]
    if not numbers:
        raise WorkbookError("There is no run to undo.")
    last = max(numbers)
    tables = kept.loc[kept["run"] == last, "table"].unique()
    for table, rows in images.recall(kept, last, {name: run.cells(name) for name in tables}).items():
        run.write(table, rows)
    log = run.cells("Log").copy()
    mine = log["run"] == last
    log.loc[mine, "undone"] = "yes"
    run.write("Log", log)
    run.write("_undo", kept[kept["run"] != last])
    return f"Undid run {last:.0f} ({_name(log, mine)}): {', '.join(tables)} are as they were before it."


def _name(log: pd.DataFrame, mine: "pd.Series[bool]") -> str:
    return str(log.loc[mine, "macro"].iloc[-1]) if mine.any() else "unknown"
