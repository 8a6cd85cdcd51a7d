"""Rows of ImportIssues: a line that was refused, or something its user should know about a file."""

from collections.abc import Sequence

import pandas as pd

from xlinventory.sheets import TABLES

COLUMNS = TABLES["ImportIssues"].names
CORRECT_CELL = "Not taken. Correct the cell in the file and refresh again."

LONGEST_VALUE = 200


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
    return pd.DataFrame([[file, float("nan"), column, value, problem, action]], columns=COLUMNS)


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
