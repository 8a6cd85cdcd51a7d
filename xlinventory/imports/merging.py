"""Lines of files against those already in the workbook: what is new, what changes, what is there.

A ledger line is known by its content and by how often it stands there, so the same file again adds
nothing, a longer export adds its new lines, and a line that truly stands twice is kept twice.
A line of a keyed table is known by its key.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.imports import issues
from xlinventory.imports.layouts import Mask
from xlinventory.imports.reading import ReadFile
from xlinventory.tables import Kind, Table

DECIMALS = 6
"""Numbers that agree to this many decimals are the same."""
_ABSENT = -1e300


@dataclass(frozen=True, slots=True)
class Merged:
    """A keyed table after its files: *taken* and *refused* count their lines file by file."""

    rows: pd.DataFrame
    taken: dict[str, int]
    issues: pd.DataFrame


def identity(lines: pd.DataFrame, columns: Sequence[str]) -> NDArray[np.uint64]:
    """A number for each line that is equal where the content of *columns* is."""
    content = {name: _comparable(lines[name]) for name in columns}
    hashes = pd.util.hash_pandas_object(pd.DataFrame(content, index=lines.index), index=False)
    return np.asarray(hashes, dtype=np.uint64)


def new_lines(known: NDArray[np.uint64], files: Sequence[NDArray[np.uint64]]) -> list[Mask]:
    """Marks, for each file, the lines by their identity that neither *known* nor an earlier file has.

    The n-th line of one content in a file is new where fewer than n of it are known.

    >>> first, again, longer = (np.array(ids, dtype=np.uint64) for ids in ([1, 2, 2], [1, 2], [2, 2, 2, 3]))
    >>> [mask.tolist() for mask in new_lines(again, [first, longer])]
    [[False, False, True], [False, False, True, True]]
    """
    counts = pd.Series(known).value_counts()
    marks = []
    for ids in files:
        line = pd.Series(ids)
        nth = line.groupby(line).cumcount()
        marks.append((nth >= line.map(counts).fillna(0)).to_numpy(dtype=bool))
        counts = pd.concat([counts, line.value_counts()]).groupby(level=0).max()
    return marks


def merge_keyed(table: Table, before: pd.DataFrame, files: Sequence[ReadFile]) -> Merged:
    """The table updated by key: filled cells of the files count, later files over earlier ones.

    Columns the files do not have, blank cells and rows not in the files stay as they are.
    """
    if not files:
        return Merged(before, {}, issues.joined([]))
    parts = [_last_of_each_key(table, file) for file in files]
    lines = pd.concat([lines for lines, _ in parts])
    given = lines.drop(columns="file").groupby("key", sort=False).last()
    rows = before.set_index(pd.Index(identity(before, table.key), name="key"))
    updated = _updated(rows, given)
    fresh = _completed(table, given[~given.index.isin(rows.index)])
    changed = set(fresh.index) | set(rows.index[_differs(rows, updated)])
    taken = lines["key"].isin(list(changed)).groupby(lines["file"]).sum()
    after = pd.concat([part for part in (updated, fresh) if len(part)] or [updated])
    return Merged(
        after.reset_index(drop=True),
        {file.file: int(taken.get(file.file, 0)) for file in files},
        issues.joined([told for _, told in parts]),
    )


def _last_of_each_key(table: Table, file: ReadFile) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lines with columns key and file, one a key, and an issue for each line a later one overrules."""
    lines = file.lines[[name for name in file.lines if name in table.names]].copy()
    absent = {name: table.column(name) for name in table.key if name not in lines}
    for name, column in absent.items():
        lines[name] = "" if column.kind is Kind.TEXT else np.nan
    key, content = identity(lines, table.key), identity(lines, list(lines.columns))
    lines = lines.drop(columns=list(absent)).assign(key=key, file=file.file)
    again = lines.duplicated("key", keep="last").to_numpy()
    last = pd.Series(content, index=lines.index).groupby(key).transform("last").to_numpy()
    name = table.key[0]
    told = issues.refused_lines(
        file.file, name, lines.loc[again & (content != last), name],
        f"a later line of the file has the same {', '.join(table.key)}",
        "Not taken: the last line counts. Remove one of them.",
    )  # fmt: skip
    values = lines[~again]
    return values.astype(object).where(values.notna() & (values != "").to_numpy(), None), told


def _updated(rows: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    out = rows.copy()
    for name in given.columns:
        cells = given[name].reindex(rows.index)
        out[name] = cells.where(cells.notna(), rows[name]).astype(rows[name].dtype)
    return out


def _completed(table: Table, given: pd.DataFrame) -> pd.DataFrame:
    """New rows with every column of the table; yes/no columns are yes where the file says nothing."""
    out = pd.DataFrame(index=given.index)
    for column in table.columns:
        cells = (
            given[column.name] if column.name in given else pd.Series(None, index=given.index, dtype=object)
        )
        if column.kind is Kind.TEXT:
            out[column.name] = cells.where(cells.notna(), "").astype(object)
        elif column.kind is Kind.YES_NO:
            out[column.name] = cells.where(cells.notna(), True).astype(bool)  # noqa: FBT003 - a cell, no flag
        else:
            out[column.name] = cells.astype(float)
    return out


def _differs(before: pd.DataFrame, after: pd.DataFrame) -> Mask:
    columns = list(before.columns)
    return np.asarray(identity(before, columns) != identity(after, columns), dtype=bool)


def _comparable(values: pd.Series) -> pd.Series:
    if values.dtype.kind == "f":
        return values.round(DECIMALS).fillna(_ABSENT) + 0.0  # + 0.0 makes -0.0 the 0.0 it equals
    return values.astype(object).where(values.notna(), "").astype(str)
