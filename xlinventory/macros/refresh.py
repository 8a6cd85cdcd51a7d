"""Refresh from CSV: the files of a folder into the tables, as often as you like."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from xlinventory.arguments import serial
from xlinventory.imports import counts, issues, ledger, order_lines, receipts
from xlinventory.imports.codes import with_whole_codes
from xlinventory.imports.files import shown_name
from xlinventory.imports.issues import counted
from xlinventory.imports.layouts import Mask
from xlinventory.imports.mapping import merged_rows
from xlinventory.imports.merging import merge_keyed
from xlinventory.imports.reading import ReadFile, read_again, read_file
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.stock import with_open_quantities, with_stock
from xlinventory.sheets import TABLES
from xlinventory.workbook import WorkbookError

ENDINGS = (".csv", ".csv.gz", ".tsv", ".txt")
NOTES = ".txt"
"""Such a file may be a note, so it is passed over when its header is not known."""
MOST_ROWS = 1_048_575
"""Rows of a sheet below its header."""
KEYED = ("Suppliers", "Items", "SupplierPrices", "PurchaseOrders")


@dataclass
class Tally:
    """What became of the lines of all files: every line read is taken, already there or refused."""

    read: int = 0
    taken: int = 0
    refused: int = 0
    issues: list[pd.DataFrame] = field(default_factory=list)

    def tell(self, found: pd.DataFrame) -> None:
        """Keep issues; those about a line count it as refused, those about a whole file have no line."""
        self.issues.append(found)
        self.refused += int(found["line"].notna().sum())

    def note(self, found: pd.DataFrame) -> None:
        """Keep issues of lines that are taken all the same."""
        self.issues.append(found)


@dataclass(frozen=True, slots=True)
class Ledger:
    """All movements after a refresh, the lines of each file as movements, and which of them are new."""

    movements: pd.DataFrame
    files: Mapping[str, pd.DataFrame]
    new: Mapping[str, Mask]
    refused: pd.DataFrame
    noted: pd.DataFrame

    @property
    def lines(self) -> pd.DataFrame:
        """The lines of all files."""
        return pd.concat(self.files.values(), ignore_index=True)


@macro("refresh", "Refresh from CSV")
def refresh(run: Run) -> str:
    """Bring the CSV files of a folder into the workbook; doing it again changes nothing."""
    folder = str(run.options.get("folder") or run.setting("csv_folder") or "")
    files = read_folder(run, folder)
    known = [file for file in files if file.layout is not None]
    tally = Tally(read=sum(file.read for file in known))
    for file in files:
        tally.tell(file.issues)
        tally.note(file.noted)
    run.report("Items, suppliers, prices and orders", 0.5)
    tables = {name: _keyed(run, name, known, tally) for name in KEYED}
    run.report("Movements", 0.6)
    added = _book(run, known, tables, tally)
    run.report("Writing", 0.9)
    for name, rows in tables.items():
        _write(run, name, rows)
    run.write("ImportMap", merged_rows(run.table("ImportMap"), [file.import_map for file in files]))
    _write(run, "ImportIssues", issues.joined(tally.issues))
    run.set_setting("csv_folder", folder)
    return _sentence(len(known), len(files) - len(known), tally, added)


def csv_files(folder: str) -> list[Path]:
    """Files of a folder that may be read, in name order; raises WorkbookError when there are none."""
    if not folder:
        raise WorkbookError("No folder of CSV files is given; name one, or fill the setting csv_folder.")
    path = Path(folder).expanduser()
    try:
        if not path.is_dir():
            raise WorkbookError(f"There is no folder {folder}.")
        files = [file for file in path.iterdir() if file.name.lower().endswith(ENDINGS)]
    except OSError as error:
        raise WorkbookError(f"The folder {folder} cannot be opened: {error.strerror}.") from error
    files = sorted((file for file in files if file.name[0] not in ".~"), key=lambda file: file.name)
    if not files:
        raise WorkbookError(f"There are no CSV files in the folder {folder}.")
    return files


def read_folder(run: Run, folder: str) -> list[ReadFile]:
    """Every file of the folder, in name order, notes left out."""
    paths, import_map = csv_files(folder), run.table("ImportMap")
    files = []
    for done, path in enumerate(paths):
        run.report(f"Reading {shown_name(path)}", 0.5 * done / len(paths))
        file = read_file(path, import_map)
        is_text = path.name.lower().endswith(NOTES)
        if not (is_text and file.may_be_note and path.name not in set(import_map["file"])):
            files.append(file)
    if not files:
        raise WorkbookError(f"There are no CSV files in the folder {folder}.")
    files = [read_again(path.parent / file.file, import_map, files) if file.waits else file for file in files]
    return with_whole_codes(files, set(run.table("Items")["sku"]))


def _keyed(run: Run, name: str, files: Sequence[ReadFile], tally: Tally) -> pd.DataFrame:
    """One of the keyed tables, updated by the files that hold it."""
    mine = [file for file in files if file.layout and file.layout.table == name]
    merged = merge_keyed(TABLES[name], run.table(name), mine)
    tally.taken += sum(merged.taken.values())
    tally.tell(merged.issues)
    return merged.rows


def _book(run: Run, files: Sequence[ReadFile], tables: dict[str, pd.DataFrame], tally: Tally) -> int:
    """Bring the movements into the ledger, and items and orders in *tables* up to date; items added."""
    before, listed = run.table("PurchaseOrders"), len(tables["Items"])
    moved = [file for file in files if file.layout and file.layout.table == "Movements"]
    booked = run.table("Movements")
    typed = receipts.typed_units(before, booked)
    layouts = _layouts(run.table("ImportMap"), moved)
    folder = Path(str(run.options.get("folder") or run.setting("csv_folder"))).expanduser()
    delivered, book = _with_counts(*_ledger(booked, moved, tables, layouts), moved, tables, folder)
    tally.tell(book.refused)
    tally.note(book.noted)
    tally.note(ledger.told_twice(moved))
    tables["Items"] = ledger.with_new_items(tables["Items"], book.lines) if moved else tables["Items"]
    tally.taken += sum(int(new.sum()) for new in book.new.values())
    for found in delivered:
        tally.tell(found.issues)
        tally.tell(receipts.typed_too(found, book.new[found.file], booked))
    orders = _received(tables["PurchaseOrders"], before, typed, delivered, book, files, tally)
    orders = with_open_quantities(orders, run.move_as_of(book.movements["date"]))
    tables["Items"] = with_stock(tables["Items"], book.movements, orders)
    tables["PurchaseOrders"] = orders
    in_files = _column(files, "Items", ["sku"])["sku"].tolist()
    today = serial(dt.date.today())
    allowed = run.setting("negative_stock") == "allow"
    short = ledger.shortages(book.movements.iloc[:0] if allowed else book.movements)
    for name, lines in book.files.items():
        tally.tell(ledger.unfinished_items(name, lines, tables["Items"], in_files))
        tally.tell(ledger.against_the_books(name, lines, book.movements))
        tally.tell(ledger.opened_again(name, lines, book.movements))
        tally.tell(ledger.days_to_come(name, lines, today))
        tally.tell(ledger.below_zero(name, short))
    if any(new.any() for new in book.new.values()):
        _write(run, "Movements", book.movements)
    return len(tables["Items"]) - listed


def _ledger(
    before: pd.DataFrame,
    files: Sequence[ReadFile],
    tables: Mapping[str, pd.DataFrame],
    layouts: Mapping[str, str],
) -> tuple[list[receipts.Deliveries], Ledger]:
    """Deliveries of the receipts files, and the ledger with the new lines of all files by day."""
    lines = {
        file.file: ledger.spelled_as(ledger.movements(file), file, tables["Items"]["sku"])
        for file in files
        if not _of_receipts(file) and not _is_count(file)
    }
    skus = pd.concat([tables["Items"]["sku"], *(moved["sku"] for moved in lines.values())])
    delivered = [
        receipts.deliveries(file, tables["PurchaseOrders"], skus) for file in files if _of_receipts(file)
    ]
    lines |= {found.file: receipts.movements(found) for found in delivered}
    lines = {file.file: lines[file.file] for file in files if file.file in lines}
    book = order_lines.book(before, lines, {file.file: file for file in files}, layouts)
    return delivered, Ledger(book.movements, book.lines, book.taken, book.refused, book.noted)


def _with_counts(
    delivered: list[receipts.Deliveries],
    book: Ledger,
    files: Sequence[ReadFile],
    tables: Mapping[str, pd.DataFrame],
    folder: Path,
) -> tuple[list[receipts.Deliveries], Ledger]:
    """The ledger with what the counts of stock found other than booked."""
    lines = {
        file.file: counts.lines_of(file, _day_written(folder / file.file))
        for file in files
        if _is_count(file)
    }
    if not lines:
        return delivered, book
    changes = counts.differences(lines, book.movements)
    known = pd.concat([tables["Items"]["sku"], book.movements["sku"]])
    parts = [part for part in (book.movements, changes) if len(part)] or [book.movements]
    movements = pd.concat(parts, ignore_index=True).sort_values("date", kind="stable", ignore_index=True)
    new = {name: counts.taken(counted_lines, changes, known) for name, counted_lines in lines.items()}
    noted = issues.joined([book.noted, *(counts.told(name, changes) for name in lines)])
    return delivered, Ledger(movements, {**book.files, **lines}, {**book.new, **new}, book.refused, noted)


def _day_written(path: Path) -> float:
    return serial(dt.datetime.fromtimestamp(path.stat().st_mtime).date())


def _layouts(import_map: pd.DataFrame, files: Sequence[ReadFile]) -> dict[str, str]:
    """The layout of each file, of those of earlier times, too."""
    return dict(zip(import_map["file"], import_map["layout"], strict=True)) | {
        file.file: file.layout.name for file in files if file.layout
    }


def _received(
    orders: pd.DataFrame,
    before: pd.DataFrame,
    typed: "pd.Series[float]",
    delivered: Sequence[receipts.Deliveries],
    book: Ledger,
    files: Sequence[ReadFile],
    tally: Tally,
) -> pd.DataFrame:
    """Orders with what the ledger and the receipts files say was received and refused."""
    marks = receipts.counted(delivered, [book.new[found.file] for found in delivered], before)
    parts = [found.lines[mark] for found, mark in zip(delivered, marks, strict=True)]
    tally.taken += sum(int((lines["received"] == 0).sum()) for lines in parts)
    refused = (
        pd.concat(parts)
        if parts
        else pd.DataFrame(columns=[*receipts.KEY, "rejected", "receipt_date"], dtype=float)
    )
    told = _column(files, "PurchaseOrders", [*receipts.KEY, "rejected"])
    return receipts.with_receipts(orders, book.movements, refused, told[told["rejected"].notna()], typed)


def _write(run: Run, name: str, rows: pd.DataFrame) -> None:
    if len(rows) > MOST_ROWS:
        raise WorkbookError(
            f"{name} would have {len(rows):,} rows, a sheet holds {MOST_ROWS:,}; nothing was changed."
        )
    run.write(name, rows)


def _of_receipts(file: ReadFile) -> bool:
    return file.layout is not None and file.layout.is_of_receipts


def _is_count(file: ReadFile) -> bool:
    return file.layout is not None and file.layout.counts


def _column(files: Sequence[ReadFile], table: str, columns: list[str]) -> pd.DataFrame:
    """These columns of the lines of the files that hold a table; empty where no file has them."""
    parts = [
        file.lines[columns]
        for file in files
        if file.layout and file.layout.table == table and set(columns) <= set(file.lines)
    ]
    return pd.concat(parts) if parts else pd.DataFrame(columns=columns, dtype=object)


def _sentence(known: int, unknown: int, tally: Tally, added: int) -> str:
    there = tally.read - tally.taken - tally.refused
    see = " (see ImportIssues)" if tally.refused or unknown else ""
    told = (
        f"Read {counted(tally.read, 'line')} from {counted(known, 'file')}: {tally.taken:,} taken, "
        f"{there:,} already there, {tally.refused:,} refused{see}"
    )
    if unknown:
        told += f"; {counted(unknown, 'file')} not understood"
    if added:
        told += f"; {counted(added, 'new item')} added to Items"
    return f"{told}."
