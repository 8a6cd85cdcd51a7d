"""Check data of the files beside the workbook: what is missing or damaged, and what no row names."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from xlinventory.archive.parts import Part, parts_of, strays
from xlinventory.archive.together import NOT_SAVED, together
from xlinventory.imports.issues import counted, some_of
from xlinventory.workbook import WorkbookError

BESIDE = "Movements beside the workbook"
MEGABYTE = 1e6


class Beside(NamedTuple):
    """The sound parts, what is wrong with the others, and whether movements are missing by that."""

    parts: list[Part]
    findings: list[str]
    complete: bool


def look_beside(rows: pd.DataFrame, workbook: Path | None) -> Beside:
    """The files of typed *rows* of MovementFiles, and those that no row names, which nothing here deletes."""
    if workbook is None:
        return Beside([], [NOT_SAVED] if len(rows) else [], rows.empty)
    parts: list[Part] = []
    lost: list[str] = []
    sound = rows[rows[["lines", "bytes"]].notna().all(axis=1)]
    for row in range(len(sound)):
        try:
            parts += parts_of(sound.iloc[[row]], workbook)
        except WorkbookError as error:
            lost.append(str(error))
    return Beside(parts, [*lost, *_strays(parts, sound, workbook)], len(parts) == len(rows))


def all_movements(sheet: pd.DataFrame, parts: list[Part]) -> pd.DataFrame:
    """Movements of the sheet that can be read, and those of *parts*; a row of these has an index below 0."""
    if not parts:
        return sheet
    return together(sheet[sheet["date"].notna() & sheet["quantity"].notna()], parts)


def place_of(row: int, movement: pd.Series) -> str:
    """Where a movement stands."""
    return f"Movements row {row}" if row >= 0 else f"{BESIDE}, {movement['sku']}"


def unknown_beside(movements: pd.DataFrame, known: Collection[str]) -> list[str]:
    """One finding when movements in files are of items that are not in Items."""
    skus = movements.loc[(movements.index < 0) & ~movements["sku"].isin(known), "sku"].unique().tolist()
    return (
        [f"{BESIDE}, sku: {counted(len(skus), 'item', 'are')} not in Items: {some_of(skus)}"] if skus else []
    )


def _strays(parts: Sequence[Part], rows: pd.DataFrame, workbook: Path) -> list[str]:
    """What lies in the folders and no row names; a file that a row names is not told twice."""
    named = {(workbook.parent / file).name for file in rows["file"]}
    found = [path for path in strays(parts, workbook) if path.name not in named]
    if not found:
        return []
    size = sum(path.stat().st_size for path in found) / MEGABYTE
    folders = some_of(sorted({path.parent.name for path in found}))
    told = counted(len(found), "file", "are")
    left = "runs that were undone or broken off leave them; delete them if no copy of the workbook names them"
    return [f"{folders}: {told} not named in MovementFiles, {size:,.1f} MB: {left}"]
