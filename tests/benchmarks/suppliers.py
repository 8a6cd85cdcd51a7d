"""Suppliers measured on 10,324 real deliveries: what was taken, scores and lead times; beside pandas.

    python tests/benchmarks/suppliers.py scms_deliveries.csv.gz
    python tests/benchmarks/suppliers.py scms_deliveries.csv.gz --docs

The file is the delivery history of USAID's Supply Chain Management System (SCMS), public domain. It goes
through Refresh from CSV and Supplier scores as any file does. Every figure of every supplier is worked out
again with pandas alone. Two tables show how well an item's mean lead time is told by several ways of
weighing its own and its supplier's receipts, in simulations and on the later half of the deliveries.
"""

import argparse
import re
from pathlib import Path

import numpy as np
import pandas as pd
from forecasting.report import GOAL_COLUMNS, Goal, Table, goal_row, progress
from publishing import Place, how_measured, publish
from supplier_history import shrinkage
from supplier_history.history import Imported, as_serial, imported, plain

PLACE = Place("suppliers.md", "<!-- suppliers: begin -->", "<!-- suppliers: end -->")
TOP = 12
ITEMS, RECEIPTS = 10_000, 200_000
AGREEMENT = 1e-8
FIGURES = {
    "lines": "lines", "lead_time": "mean lead time", "lead_time_sd": "its sd", "lead_time_p90": "its p90",
    "share_late": "share late", "days_late": "days late", "days_late_of_late": "days late of late lines",
}  # fmt: skip

SHOWN = {
    "lines": int, "score": float, "on_time": "{:.1%}".format, "promised_days": float, "lead_time": float,
    "lead_time_sd": float, "lead_time_p90": float, "share_late": "{:.1%}".format,
    "days_late_of_late": lambda days: "none late" if np.isnan(days) else float(days),
}  # fmt: skip

HEADINGS = (
    "supplier", "lines", "score", "on time in full", "promised", "real mean", "sd", "p90", "late",
    "days late of the late",
)  # fmt: skip


def became(done: Imported) -> list[Table]:
    """Every line of the file: taken, or set aside for which reason; and what is told of those taken."""
    issues, taken = done.rows("ImportIssues"), len(done.rows("PurchaseOrders"))
    aside = issues["action"].str.startswith("Not taken")
    counts = [
        issues[which].groupby(["column", "problem"], sort=False).size().sort_values(ascending=False)
        for which in (aside, ~aside)
    ]
    read = int(re.search(r"Read ([\d,]+)", done.sentences[0]).group(1).replace(",", ""))
    rows = [["taken", "", taken], *([problem, column, int(n)] for (column, problem), n in counts[0].items())]
    total = sum(row[-1] for row in rows)
    rows.append([f"together, of {read:,} read", "", total])
    if total != read:
        raise SystemExit(f"{read:,} lines read, but {total:,} told")
    told = [[problem, column, int(n)] for (column, problem), n in counts[1].items()]
    columns = ("", "column", "lines")
    return [
        Table("What became of each line:", columns, rows),
        Table("Told of lines that were taken:", columns, told),
    ]


def largest(scores: pd.DataFrame) -> Table:
    """The suppliers of most lines."""
    lines = scores.nlargest(TOP, "lines").to_dict("records")
    rows = [[str(line["supplier"]), *(show(line[name]) for name, show in SHOWN.items())] for line in lines]
    return Table(f"The {TOP} suppliers with most lines, times in days:", HEADINGS, rows)


def beside_pandas(scores: pd.DataFrame, lines: pd.DataFrame) -> Table:
    """The largest difference of any supplier between the sheet and plain pandas."""
    by = lines.groupby("supplier")
    days, late = by["days"], by["late"]
    mine = pd.DataFrame({"lines": days.size(), "lead_time": days.mean(), "lead_time_sd": days.std()})
    mine["lead_time_p90"] = days.quantile(0.9)
    mine["share_late"] = late.apply(lambda values: (values > 0).mean())
    mine["days_late"] = late.apply(lambda values: values.clip(lower=0).mean())
    mine["days_late_of_late"] = late.apply(lambda values: values[values > 0].mean())
    theirs = scores.set_index("supplier").loc[mine.index]
    if len(theirs) != len(scores) or not theirs[list(FIGURES)].isna().equals(mine[list(FIGURES)].isna()):
        raise SystemExit("the sheet and pandas know different suppliers")
    apart = {name: float((mine[column] - theirs[column]).abs().max()) for column, name in FIGURES.items()}
    rows = [
        [name, f"{len(mine)} suppliers", f"at most {AGREEMENT:g}", f"{gap:.0e}", gap <= AGREEMENT]
        for name, gap in apart.items()
    ]
    return Table("Largest difference between SupplierScores and plain pandas:", GOAL_COLUMNS, rows)


def speed(done: Imported) -> Table:
    """Seconds of the processor."""
    goal = goal_row(
        "seconds of lead times", f"{ITEMS:,} items, {RECEIPTS:,} receipts", Goal("<=", 2.0),
        shrinkage.seconds(ITEMS, RECEIPTS),
    )  # fmt: skip
    names = ("seconds of Refresh from CSV", "seconds of Supplier scores")
    rows = [[name, "this file", "", taken, ""] for name, taken in zip(names, done.seconds, strict=True)]
    return Table("Seconds of the processor:", GOAL_COLUMNS, [goal, *rows])


def measured(file: Path) -> list[Table]:
    """All tables."""
    progress("the file through the buttons")
    done = imported(file)
    scores, lines = done.rows("SupplierScores"), plain(file)
    progress("ways of weighing")
    weighed = [shrinkage.simulated(typical) for typical in (3.0, 12.0)]
    real = shrinkage.held_out(lines, as_serial(lines["ordered"]) + lines["days"].to_numpy())
    slow, quick = (float(np.mean(lines.loc[lines["swapped"] == mark, "days"])) for mark in (True, False))
    progress(
        f"mean lead time of lines with the order date restored {slow:.1f} days, of the others {quick:.1f}"
    )
    return [*became(done), largest(scores), beside_pandas(scores, lines), *weighed, real, speed(done)]


def main() -> None:
    """Measure, print, and put the tables into the docs where that is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, help="scms_deliveries.csv.gz, as published")
    parser.add_argument("--docs", action="store_true", help="put the tables into docs/suppliers.md")
    chosen = parser.parse_args()
    how = how_measured(["python tests/benchmarks/suppliers.py FILE"], ("numpy", "pandas"))
    publish(measured(chosen.file), how, PLACE, chosen)


if __name__ == "__main__":
    main()
