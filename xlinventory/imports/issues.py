"""Rows of ImportIssues: a line that was refused, or something its user should know about a file."""

import csv
import io
from collections.abc import Sequence

import pandas as pd

from xlinventory.sheets import TABLES
from xlinventory.tables import guarded

COLUMNS = TABLES["ImportIssues"].names
CORRECT_CELL = "Not taken. Correct the cell in the file and refresh again."

LONGEST_VALUE = 200
MOST_ON_SHEET = 100_000
"""More issues than that are no list to work through: the sheet has one of each problem, a file has all."""


def refused_lines(file: str, column: str, values: pd.Series, problem: str, action: str) -> pd.DataFrame:
    """One row for each of *values*, whose index is the line in the file."""
    return pd.DataFrame(
        {
            "file": file,
            "line": values.index.to_numpy(dtype=float),
            "column": column,
            "value": values.astype(str).str.slice(stop=LONGEST_VALUE).to_numpy(dtype=object),
            "problem": problem,
            "action": action,
        },
        columns=COLUMNS,
    )


def of_file(file: str, problem: str, action: str, column: str = "", value: str = "") -> pd.DataFrame:
    """One row about a file as a whole."""
    row = [file, float("nan"), column, value[:LONGEST_VALUE], problem, action]
    return pd.DataFrame([row], columns=COLUMNS)


def joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """All rows: those about a file first, then line by line, files in the order they came."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame(columns=COLUMNS)
    rows = pd.concat(filled, ignore_index=True)
    order = rows["file"].map({file: i for i, file in enumerate(rows["file"].unique())})
    return (
        rows.assign(order=order)
        .sort_values(["order", "line"], kind="stable", na_position="first")
        .drop(columns="order")
        .reset_index(drop=True)
    )


def for_sheet(rows: pd.DataFrame, all_in: str, most: int = MOST_ON_SHEET) -> pd.DataFrame:
    """Issues as the sheet shows them: all, or, when there are more than *most*, the first of each problem.

    That one says of how many lines it is true, and that *all_in*, the name of a file, has them all.
    """
    if len(rows) <= most:
        return rows
    lines = rows[rows["line"].notna()]
    groups = lines.groupby(["file", "column", "problem"], sort=False)
    first = lines[groups.cumcount().eq(0)]
    times = groups["line"].transform("size")[first.index]
    told = first.assign(
        problem=[f"{text} ({counted(n, 'line')})" for text, n in zip(first["problem"], times, strict=True)],
        action=first["action"] + f" All of them are in {all_in}.",
    )
    return joined([rows[rows["line"].isna()], told.where(times.gt(1), first)]).head(most)


def as_csv(rows: pd.DataFrame) -> bytes:
    """Issues as a CSV file that is safe to open in any spreadsheet: no text begins a formula there."""
    out = io.StringIO(newline="")
    safe = rows.assign(line=rows["line"].astype("Int64"))
    for name in set(COLUMNS) - {"line"}:
        safe[name] = safe[name].map({text: guarded(text) for text in safe[name].unique()})
    safe.to_csv(out, index=False, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    return out.getvalue().encode("utf-8-sig", "replace")


def counted(number: float, noun: str, verb: str = "") -> str:
    """A number of things, with the verb that goes with "are" or "is".

    >>> counted(1, "line", "are"), counted(1200, "line", "are"), counted(0, "file")
    ('1 line is', '1,200 lines are', '0 files')
    """
    one = number == 1
    words = [f"{number:,.0f}", noun if one else f"{noun}s", {"are": "is"}.get(verb, verb) if one else verb]
    return " ".join(word for word in words if word)


def some_of(names: Sequence[str]) -> str:
    """The first few of many names.

    >>> some_of(["A", "B"]), some_of(list("ABCDEFG"))
    ('A, B', 'A, B, C, D, E and 2 more')
    """
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"
