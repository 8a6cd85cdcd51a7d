"""Large files of a refresh: their movements go beside the workbook, but for those known already."""

import datetime as dt
import shutil
import zlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import pandas as pd

from xlinventory.archive.connection import connect, quoted
from xlinventory.archive.parts import ENDING, FOLDER, LEFT_OUT, Part, described, new_name, parts_of, without
from xlinventory.arguments import serial
from xlinventory.imports import issues, ledger
from xlinventory.imports.bulk import facts
from xlinventory.imports.bulk.known import known_rows
from xlinventory.imports.bulk.pieces import read_pieces
from xlinventory.imports.bulk.plain import beginning, is_swollen
from xlinventory.imports.bulk.reading import BulkFile, lines_of, read_plain
from xlinventory.imports.codes import Fault, refused
from xlinventory.imports.files import MOST_BYTES, size_of, unchanged
from xlinventory.imports.reading import ReadFile, unreadable
from xlinventory.imports.text import UnreadableFileError
from xlinventory.macros.folders import flush, known_folder
from xlinventory.macros.frame import Run
from xlinventory.macros.kept_beside import FILES
from xlinventory.macros.refreshing.tally import Tally
from xlinventory.workbook import WorkbookError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LEAST_ROOM = 256 << 20
"""Bytes that stay free on the disk."""
LARGE = 4 << 20
"""Bytes from which a file may have more lines than the sheet shall hold."""


class Large:
    """The large files of one refresh, read as they come, booked when all small files are."""

    def __init__(self, run: Run, folder: str) -> None:
        workbook = run.book.path() if run.has(FILES) else None
        self.run, self.csv_folder, self.workbook = run, known_folder(folder), workbook
        self.files: dict[str, BulkFile] = {}
        self.skus: dict[str, list[str]] = {}
        self.unneeded: list[Path] = []
        self.parts = parts_of(run.table(FILES), workbook) if workbook else []
        self._database: DuckDBPyConnection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._database is not None:
            self._database.close()
        for part in self.unneeded:
            self.run.drop_file(part)

    @property
    def database(self) -> "DuckDBPyConnection":
        """The engine, for the folders of this refresh alone."""
        if self._database is None:
            folders = {self.csv_folder, *(part.path.parent for part in self.parts)}
            if self.workbook:
                folders.add(self.workbook.parent / f"{self.workbook.stem}{FOLDER}")
            self._database = connect(*folders)
        return self._database

    def read(self, path: Path, import_map: pd.DataFrame) -> ReadFile | None:
        """What is told of a file that has more lines than the sheet has room for; None for another."""
        if self.workbook is None or not self._is_too_long(path):
            return None
        part = self.workbook.parent / new_name(self.workbook, path.name)
        part.parent.mkdir(exist_ok=True)
        self.run.made_file(part)
        try:
            with unchanged(path):
                found = self._read(path, import_map, part)
        except UnreadableFileError as error:
            self.run.drop_file(part)
            return unreadable(path.name, import_map, error)
        if isinstance(found, BulkFile):
            self.files[found.name] = found
            self.skus[found.name] = facts.items_moved(self.database, found)
            return found.odd
        self.run.drop_file(part)
        return found

    def _is_too_long(self, path: Path) -> bool:
        """Whether a file has more lines than the sheet has room for, by its size and its first lines."""
        try:
            size = size_of(path)
        except OSError:
            return False
        head = beginning(path) if size >= LARGE else b""
        lines = size * head.count(b"\n") / len(head) if head else 0
        return bool(
            lines
            and not is_swollen(path)
            and lines + len(self.run.table("Movements")) > self.run.setting("movement_rows")
        )

    def _read(self, path: Path, import_map: pd.DataFrame, part: Path) -> BulkFile | ReadFile | None:
        def tell(share: float) -> None:
            self.run.report(f"Reading {path.name}: {share:.0%}", 0.5 * share)
            if shutil.disk_usage(part.parent).free < LEAST_ROOM:
                raise WorkbookError(f"There is no room on the disk beside the workbook for {path.name}.")

        found = read_plain(path, import_map, part, self.database, tell)
        if found is None and size_of(path) > MOST_BYTES:
            try:
                found = read_pieces(path, import_map, part, self.database, tell)
            except (OSError, EOFError, zlib.error) as error:
                raise UnreadableFileError(f"the file cannot be opened ({error})") from error
        return found

    def let_go(self, items: Collection[str]) -> list[str]:
        """Keep no file whose items stand in Items with other capitals; the names of those files."""
        other = {sku.upper() for sku in items if sku != sku.upper()}
        names = [
            name
            for name, file in self.files.items()
            if file.odd.layout is not None
            and any(each.capitals for each in file.odd.layout.fields)
            and not other.isdisjoint(self.skus[name])
        ]
        for name in names:
            del self.skus[name]
            self.unneeded.append(self.files.pop(name).rows.part)
        return names

    def refuse(self, name: str, faults: Mapping[str, Fault]) -> pd.DataFrame:
        """Leave out of a file the lines with these item numbers; an issue for each."""
        if not faults:
            return issues.joined([])
        file = self.files[name]
        rows, skus = facts.rows_of_items(self.database, file, list(faults))
        self.files[name] = file.leaving_out(rows, self.database)
        self.skus[name] = [sku for sku in self.skus[name] if sku not in faults]
        sources = dict(
            zip(file.odd.import_map["target_column"], file.odd.import_map["source_column"], strict=True)
        )
        lines = lines_of(file, rows, self.database)
        return refused(name, sources.get("sku", ""), pd.Series(skus, index=lines, dtype=object), faults)

    def book(self, sheet: pd.DataFrame, tally: Tally) -> list[Part]:
        """Make parts of what is new in the large files; all parts there are then.

        *sheet* are the movements of the sheet, those of the small files among them.
        """
        for file in self.files.values():
            self.run.report(f"Booking {file.name}", 0.7)
            known = known_rows(self.database, file, sheet, self.parts)
            tally.tell(known.told)
            new = file if known.all_there else file.leaving_out(known.rows, self.database)
            if new.rows.taken and not known.all_there:
                tally.taken += new.rows.taken
                self.parts.append(self._part(new))
            else:
                self.unneeded.append(file.rows.part)
        return self.parts

    def item_facts(self, lines: Mapping[str, pd.DataFrame], listed: pd.Series) -> list[pd.DataFrame]:
        """What all files say of items that are not *listed*, the *lines* of small ones among them."""
        moved = [rows["sku"] for rows in lines.values()] + [pd.Series(skus) for skus in self.skus.values()]
        new = set(pd.concat(moved).unique()) - set(listed) if self.files else set()
        return [facts.item_facts(self.database, list(self.files.values()), lines, new)] if new else []

    def take_out(self, places: pd.DataFrame) -> None:
        """Write the parts anew that have rows which a line corrected, without those (*part*, *row*)."""
        for place in places["part"].unique().tolist():
            old, rows = self.parts[place], places.loc[places["part"].eq(place), "row"]
            file = new_name(self.workbook or old.folder, old.source)
            self.run.made_file(old.folder / file)
            self.parts[place] = without(old, file, rows.tolist())
            flush(old.folder / file)

    def _part(self, file: BulkFile) -> Part:
        """The part, flushed to the disk, with the list of its rows that do not count beside it."""
        assert self.workbook is not None  # noqa: S101 - no file is read without one
        if len(file.rows.left_out):
            out = file.rows.part.with_name(file.rows.part.name.removesuffix(ENDING) + LEFT_OUT)
            self.run.made_file(out)
            self.database.execute(
                f"COPY (SELECT place AS row FROM {file.rows.out_of_it} ORDER BY place) TO {quoted(out)} "
                "(FORMAT parquet, COMPRESSION zstd)"
            )
            flush(out)
        flush(file.rows.part)
        place = f"{file.rows.part.parent.name}/{file.rows.part.name}"
        return described(self.workbook, place, file.name, len(file.rows.left_out))

    def told(
        self, items: pd.DataFrame, listed: Sequence[str], movements: pd.DataFrame, short: pd.DataFrame
    ) -> pd.DataFrame:
        """What is said of each large file against the books, as of small ones."""
        today = serial(dt.date.today())
        told = []
        for name, file in self.files.items():
            moved = facts.kinds_moved(self.database, file)
            beside = short.index < 0
            here = short[beside & short["sku"].isin(moved["sku"])].assign(source=name)
            told += [
                ledger.unfinished_items(name, moved, items, listed),
                ledger.opened_again(name, moved, movements),
                ledger.days_to_come(name, *facts.days_after(self.database, file, today)),
                ledger.below_zero(name, here),
            ]
        return issues.joined(told)
