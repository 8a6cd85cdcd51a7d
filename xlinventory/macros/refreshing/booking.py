"""The lines of small files into the ledger: sales and receipts, corrections, counts of stock."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from xlinventory.archive.parts import Part
from xlinventory.archive.stored import Stored
from xlinventory.archive.together import units_together
from xlinventory.arguments import serial
from xlinventory.imports import counts, issues, order_lines, receipts
from xlinventory.imports import ledger as movements_of
from xlinventory.imports.layouts import Mask
from xlinventory.imports.merging import identity
from xlinventory.imports.reading import ReadFile
from xlinventory.macros.refreshing.large import Large
from xlinventory.macros.refreshing.tally import Tally

PLACE = ["part", "row"]
"""Where a movement is that is kept beside the workbook."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """All movements after a refresh: of the *sheet*, in *parts* beside it, and *every* one by day.

    *files* are the lines of each small file as movements, *new* marks those of them that are new.
    """

    sheet: pd.DataFrame
    parts: list[Part]
    every: pd.DataFrame
    files: Mapping[str, pd.DataFrame]
    new: Mapping[str, Mask]
    refused: pd.DataFrame
    noted: pd.DataFrame
    alike: pd.DataFrame
    parts_before: list[Part]

    @property
    def known(self) -> pd.DataFrame:
        """The movements that a line of a small file can be told from: of those beside, the ones like it."""
        return pd.concat([part for part in (self.sheet, self.alike) if len(part)] or [self.sheet])

    @property
    def has_changed(self) -> bool:
        """Whether a line of a small file changed the sheet."""
        return any(new.any() for new in self.new.values())

    @property
    def facts(self) -> list[pd.DataFrame]:
        """What the lines of small files say of their items."""
        return [movements_of.item_facts(pd.concat(self.files.values()))] if self.files else []


def book(
    before: pd.DataFrame,
    files: Sequence[ReadFile],
    tables: Mapping[str, pd.DataFrame],
    layouts: Mapping[str, str],
    large: Large,
    tally: Tally,
) -> tuple[list[receipts.Deliveries], Ledger]:
    """Deliveries of the receipts files, and the ledger with the new lines of all files by day.

    *before* are the movements of the sheet, *layouts* the layout of files of any time by their name.
    """
    parts_before = list(large.parts)
    small = [file for file in files if len(file.lines) or file.file not in large.files]
    delivered, lines = _lines(small, tables)
    alike = _alike(large, lines)
    known = pd.concat([before.assign(part=np.nan, row=np.nan), alike]) if len(alike) else before
    found = order_lines.book(known, lines, {file.file: file for file in files}, layouts)
    sheet = _without_places(found.movements, alike, large)
    parts = list(large.book(sheet, tally))
    every = units_together(sheet, parts) if parts else sheet
    return delivered, Ledger(
        sheet, parts, every, found.lines, found.taken, found.refused, found.noted, alike, parts_before
    )


def _lines(
    files: Sequence[ReadFile], tables: Mapping[str, pd.DataFrame]
) -> tuple[list[receipts.Deliveries], dict[str, pd.DataFrame]]:
    """Deliveries of the receipts files, and the lines of all files but counts as movements."""
    items = tables["Items"]["sku"]
    lines = {
        file.file: movements_of.spelled_as(movements_of.movements(file), file, items)
        for file in files
        if not _of_receipts(file) and not _is_count(file)
    }
    skus = pd.concat([items, *(moved["sku"] for moved in lines.values())])
    delivered = [
        receipts.deliveries(file, tables["PurchaseOrders"], skus) for file in files if _of_receipts(file)
    ]
    lines |= {found.file: receipts.movements(found) for found in delivered}
    return delivered, {file.file: lines[file.file] for file in files if file.file in lines}


def _alike(large: Large, lines: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The movements beside the workbook that are like a line, or came from one of the small files."""
    if not large.parts or not lines:
        return pd.DataFrame(columns=[*movements_of.COLUMNS, *PLACE])
    stored = Stored(large.parts)
    small = [name for name in lines if name not in large.files]
    found = [stored.alike(pd.concat(lines.values())), stored.brought_by(small)]
    every = pd.concat([rows for rows in found if len(rows)] or found[:1])
    return every.drop_duplicates(PLACE).reset_index(drop=True)


def _without_places(movements: pd.DataFrame, alike: pd.DataFrame, large: Large) -> pd.DataFrame:
    """The movements of the sheet: those beside it stay there, unless a line corrected them."""
    if alike.empty:
        return movements
    beside = movements["part"].notna()
    was = alike.set_index(PLACE).reindex(pd.MultiIndex.from_frame(movements.loc[beside, PLACE]))
    now = movements.loc[beside, movements_of.COLUMNS]
    corrected = identity(was.reset_index(), movements_of.COLUMNS) != identity(now, movements_of.COLUMNS)
    large.take_out(movements.loc[beside, PLACE][corrected].astype(int))
    stays = ~beside
    stays[beside] = corrected
    return movements.loc[stays, [name for name in movements if name not in PLACE]].reset_index(drop=True)


def with_counts(
    ledger: Ledger, files: Sequence[ReadFile], tables: Mapping[str, pd.DataFrame], folder: Path
) -> Ledger:
    """The ledger with what the counts of stock found other than booked."""
    lines = {
        file.file: counts.lines_of(file, _day_written(folder / file.file))
        for file in files
        if _is_count(file)
    }
    if not lines:
        return ledger
    changes = counts.differences(lines, ledger.every)
    booked = changes[movements_of.COLUMNS]
    known = pd.concat([tables["Items"]["sku"], ledger.every["sku"]])
    new = {name: counts.taken(counted, changes, known) for name, counted in lines.items()}
    noted = issues.joined([ledger.noted, *(counts.told(name, changes) for name in lines)])
    return replace(
        ledger, sheet=_by_day(ledger.sheet, booked), every=_by_day(ledger.every, booked), noted=noted,
        files={**ledger.files, **lines}, new={**ledger.new, **new},
    )  # fmt: skip


def _by_day(movements: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    parts = [part for part in (movements, more) if len(part)] or [movements]
    return pd.concat(parts, ignore_index=True).sort_values("date", kind="stable", ignore_index=True)


def _day_written(path: Path) -> float:
    return serial(dt.datetime.fromtimestamp(path.stat().st_mtime).date())


def layouts_of(import_map: pd.DataFrame, files: Sequence[ReadFile]) -> dict[str, str]:
    """The layout of each file, of those of earlier times, too."""
    return dict(zip(import_map["file"], import_map["layout"], strict=True)) | {
        file.file: file.layout.name for file in files if file.layout
    }


def _of_receipts(file: ReadFile) -> bool:
    return file.layout is not None and file.layout.is_of_receipts


def _is_count(file: ReadFile) -> bool:
    return file.layout is not None and file.layout.counts
