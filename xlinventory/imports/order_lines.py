"""Lines of files into the ledger: which are new, which are there, and which correct one of an earlier time.

A line that its source has a number for is known by its reference and that number, and within one layout only,
since two reports may tell of one sale. Of several such lines the last counts. Any other line is known by its
content and by how often it stands there, and so is one that the workbook has without its number.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from xlinventory.imports import issues
from xlinventory.imports.layouts import Mask, Refusal, holds
from xlinventory.imports.ledger import COLUMNS, identities
from xlinventory.imports.merging import DECIMALS, identity, new_lines
from xlinventory.imports.reading import ReadFile
from xlinventory.tables import day_text, to_text

KNOWN_BY = ("reference", "order_line")

NONE = -1


def _number_text(value: float) -> str:
    return "" if np.isnan(value) else f"{round(value, DECIMALS):.15g}"


CHANGES: Mapping[str, Callable[[Any], str]] = {
    "date": day_text,
    "sku": str,
    "kind": str,
    "quantity": _number_text,
    "unit_cost": _number_text,
    "unit_price": _number_text,
}
"""What a line that comes again may tell otherwise, and how it is shown."""
OVERRULED = Refusal(
    (), "a later line of the file has the same number", "Not taken: the last line counts. Remove one of them."
)


@dataclass(frozen=True, slots=True)
class Booked:
    """All movements by day, the *lines* of each file that count, and what there is to tell.

    A line does not count when it is refused or a later one tells it otherwise. *taken* marks those of the
    others that are new or correct one that was there.
    """

    movements: pd.DataFrame
    lines: dict[str, pd.DataFrame]
    taken: dict[str, Mask]
    refused: pd.DataFrame
    noted: pd.DataFrame


def book(
    before: pd.DataFrame,
    lines: Mapping[str, pd.DataFrame],
    files: Mapping[str, ReadFile],
    layouts: Mapping[str, str],
) -> Booked:
    """Movements *before* and *lines* of *files* together; *layouts* names those of all files ever read."""
    every = _every(lines, files)
    known = every["order_line"].ne("")
    _judge_by_content(before, every, ~known)
    if known.any():
        _judge_by_line(before, every, known, layouts)
    corrected = every[every["row"].ne(NONE)]
    parts = [_replaced(before, corrected), every.loc[every["new"], COLUMNS]]
    rows = pd.concat([part for part in parts if len(part)] or [before])
    taken, kept = every["new"] | every["row"].ne(NONE), ~every["refused"] & ~every["outdated"]
    mine = {name: every["file"].eq(name) for name in lines}
    return Booked(
        rows.sort_values("date", kind="stable", ignore_index=True),
        {name: moved[kept[mine[name]].to_numpy(dtype=bool)] for name, moved in lines.items()},
        {name: taken[mine[name] & kept].to_numpy(dtype=bool) for name in lines},
        issues.joined(list(_refused(every, files))),
        issues.joined([*_corrections(before, corrected, files), *_undone_since(before, every)]),
    )


def _every(lines: Mapping[str, pd.DataFrame], files: Mapping[str, ReadFile]) -> pd.DataFrame:
    """The lines of all files, with nothing judged yet.

    *undone* is the place of the rule by which a line moves nothing, *row* that of the movement it corrects.
    *refused* marks the lines that are, *overruled* those of them that a later line of the file stands for,
    *outdated* all that a later line of any file tells otherwise.
    """
    parts = [
        moved[COLUMNS].assign(
            file=name, line=moved.index, layout=_layout_name(files[name]), undone=_undone(files[name], moved)
        )
        for name, moved in lines.items()
    ]
    extra = ["file", "line", "layout", "undone"]
    every = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*COLUMNS, *extra])
    return every.assign(new=False, row=NONE, refused=False, overruled=False, outdated=False)


def _layout_name(file: ReadFile) -> str:
    return file.layout.name if file.layout else ""


def _undone(file: ReadFile, moved: pd.DataFrame) -> "np.ndarray[tuple[int], np.dtype[np.int_]]":
    rules = file.layout.undone if file.layout else ()
    places = np.full(len(moved), NONE)
    for place, rule in reversed(list(enumerate(rules))):
        places[holds(rule.when, file.lines)] = place
    return places


def _judge_by_content(before: pd.DataFrame, every: pd.DataFrame, those: "pd.Series[bool]") -> None:
    """What is new among lines that have no number; those that move nothing are refused."""
    live = every[those & every["undone"].eq(NONE)]
    parts = [part for _, part in live.groupby("file", sort=False)]
    marks = new_lines(identities(before), [identities(part) for part in parts])
    for part, new in zip(parts, marks, strict=True):
        every.loc[part.index, "new"] = new
    every["refused"] |= those & every["undone"].ne(NONE)


def _judge_by_line(
    before: pd.DataFrame, every: pd.DataFrame, those: "pd.Series[bool]", layouts: Mapping[str, str]
) -> None:
    """What is new and what corrects an earlier line among those that have a number."""
    lines = every[those]
    key = pd.Series(identity(lines, KNOWN_BY), lines.index)
    place = _places(before)
    row = key.map(place).fillna(NONE).astype(int)
    owners = before["source"].map(layouts).fillna("").reset_index(drop=True)
    owner = owners.reindex(row).set_axis(lines.index).fillna("")
    mine = lines["layout"].eq(owner.where(owner.ne(""), lines["layout"].groupby(key).transform("first")))
    last = (~key[mine].duplicated(keep="last")).reindex(lines.index, fill_value=False)
    there, undone = row.ne(NONE), lines["undone"].ne(NONE)
    _take_over(before, every, row[last & there])
    fresh = lines[last & ~there & ~undone]
    numberless = before[before["order_line"].eq("")]
    every.loc[fresh.index, "new"] = new_lines(identities(numberless), [identities(fresh)])[0]
    overruled = mine & ~last & _told_otherwise_below(lines, [lines["file"], key])
    every.loc[lines.index, "overruled"] = overruled
    every.loc[lines.index, "outdated"] = mine & ~last & _told_otherwise_below(lines, [key])
    every.loc[lines.index, "refused"] = overruled | (last & ~there & undone)


def _places(before: pd.DataFrame) -> "pd.Series[int]":
    """Where the movement of each number stands: the first, should there be two."""
    places = np.flatnonzero(before["order_line"].ne(""))
    found = pd.Series(places, index=identity(before.iloc[places], KNOWN_BY))
    return found[~found.index.duplicated()]


def _take_over(before: pd.DataFrame, every: pd.DataFrame, row: "pd.Series[int]") -> None:
    """Marks the lines that correct the movement in their *row*; what they do not tell stays as it was."""
    new = every.loc[row.index, [*CHANGES, "reference", "undone"]]
    old = before.iloc[row].set_index(row.index)
    for name in CHANGES:
        new[name] = new[name].where(new["undone"].eq(NONE) & new[name].notna(), old[name])
    new["quantity"] = new["quantity"].where(new["undone"].eq(NONE), 0.0)
    differs = identities(new) != identities(old)
    every.loc[row.index, list(CHANGES)] = new[list(CHANGES)]
    every.loc[row.index[differs], "row"] = row[differs]


def _told_otherwise_below(lines: pd.DataFrame, group: "list[pd.Series[Any]]") -> "pd.Series[bool]":
    """Marks lines of which a later one of their group tells something else."""
    content = pd.Series(identities(lines), lines.index)
    last = content.groupby(group).transform("last"), lines["undone"].groupby(group).transform("last")
    return content.ne(last[0]) | lines["undone"].ne(last[1])


def _replaced(before: pd.DataFrame, corrected: pd.DataFrame) -> pd.DataFrame:
    """Movements with the corrected ones in their places."""
    if corrected.empty:
        return before
    out = before.copy()
    rows = out.index[corrected["row"]]
    for name in (*CHANGES, "source"):
        out.loc[rows, name] = corrected[name].to_numpy()
    return out


def _refused(every: pd.DataFrame, files: Mapping[str, ReadFile]) -> Iterator[pd.DataFrame]:
    """What is told of the lines that move nothing and of those that a later line stands for."""
    for name, lines in every[every["refused"]].groupby("file", sort=False):
        file = files[str(name)]
        again = lines["overruled"]
        yield _told(file, OVERRULED, "reference", lines.loc[again, "line"])
        for place, rule in enumerate(file.layout.undone if file.layout else ()):
            yield _told(file, rule, rule.shown, lines.loc[~again & lines["undone"].eq(place), "line"])


def _told(file: ReadFile, rule: Refusal, field: str, lines: pd.Series) -> pd.DataFrame:
    values = file.lines.loc[lines, field].map(to_text)
    return issues.refused_lines(file.file, _column_of(file, field), values, rule.problem, rule.action)


def _corrections(
    before: pd.DataFrame, corrected: pd.DataFrame, files: Mapping[str, ReadFile]
) -> Iterator[pd.DataFrame]:
    """What changed in the movements that a line corrected, old and new, column by column."""
    old = before.iloc[corrected["row"]].set_index(corrected.index)
    for column, shown in CHANGES.items():
        was, now = (rows[column].map(shown) for rows in (old, corrected))
        for name, lines in corrected[was.ne(now)].groupby("file", sort=False):
            file = files[str(name)]
            for line, before_it, after_it in zip(
                lines["line"], was[lines.index], now[lines.index], strict=True
            ):
                yield issues.refused_lines(
                    file.file, _column_of(file, column), pd.Series([after_it], index=[line]),
                    f"corrected: {before_it or 'blank'} before", "Taken: it stands in Movements now.",
                )  # fmt: skip


def _undone_since(before: pd.DataFrame, every: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """One issue a file whose undone lines are in the books from before, known by their content alone."""
    undone = every[every["refused"] & every["undone"].ne(NONE) & every["order_line"].eq("")]
    for name, lines in undone.groupby("file", sort=False):
        booked = lines.loc[np.isin(identities(lines), identities(before)), "reference"]
        if len(booked):
            problem = (
                f"{issues.counted(len(booked), 'line')} in Movements since undone: "
                f"{issues.some_of(booked.unique().tolist())}"
            )
            action = "They stay. Delete them in Movements, and the older file from the folder."
            yield issues.of_file(str(name), problem, action, "reference")


def _column_of(file: ReadFile, field: str) -> str:
    """What the file calls the column of a field."""
    named = file.import_map.loc[file.import_map["target_column"].eq(field), "source_column"]
    return str(named.iloc[0]) if len(named) else field
