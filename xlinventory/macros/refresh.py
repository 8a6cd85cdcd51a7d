"""Refresh from CSV: the files of a folder into the tables, as often as you like."""

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from xlinventory.archive.parts import table_of
from xlinventory.arguments import serial
from xlinventory.imports import issues, ledger, receipts
from xlinventory.imports.mapping import merged_rows
from xlinventory.imports.merging import merge_keyed
from xlinventory.imports.reading import ReadFile
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.kept_beside import FILES, LAST_ROW, kept_beside
from xlinventory.macros.refreshing.booking import Ledger, book, layouts_of, with_counts
from xlinventory.macros.refreshing.folder import Folder, read_folder
from xlinventory.macros.refreshing.large import Large
from xlinventory.macros.refreshing.orders import columns_of, received
from xlinventory.macros.refreshing.tally import Tally
from xlinventory.macros.stock import with_open_quantities, with_stock
from xlinventory.sheets import TABLES
from xlinventory.workbook import WorkbookError

KEYED = ("Suppliers", "Items", "SupplierPrices", "PurchaseOrders")
ALL_ISSUES = " import issues.csv"
"""Ending of the name of the file with every issue, where the sheet shows the first of each."""


@macro("refresh", "Refresh from CSV")
def refresh(run: Run) -> str:
    """Bring the CSV files of a folder into the workbook; doing it again changes nothing."""
    folder = str(run.options.get("folder") or run.setting("csv_folder") or "")
    with Large(run, folder) as large:
        found = read_folder(run, folder, large)
        tally = Tally(read=sum(file.read for file in found.known))
        for file in found.files:
            tally.tell(file.issues)
            tally.note(file.noted)
        run.report("Items, suppliers, prices and orders", 0.5)
        tables = {name: _keyed(run, name, found.known, tally) for name in KEYED}
        added, beside = _book(run, found, tables, tally, large)
    run.report("Writing", 0.9)
    for name, rows in tables.items():
        _write(run, name, rows)
    run.write("ImportMap", merged_rows(run.table("ImportMap"), [file.import_map for file in found.files]))
    _write_issues(run, issues.joined(tally.issues))
    run.set_setting("csv_folder", folder)
    return tally.sentence(len(found.known), len(found.files) - len(found.known), added, beside)


def _keyed(run: Run, name: str, files: Sequence[ReadFile], tally: Tally) -> pd.DataFrame:
    """One of the keyed tables, updated by the files that hold it."""
    mine = [file for file in files if file.layout and file.layout.table == name]
    merged = merge_keyed(TABLES[name], run.table(name), mine)
    tally.taken += sum(merged.taken.values())
    tally.tell(merged.issues)
    return merged.rows


def _book(
    run: Run, found: Folder, tables: dict[str, pd.DataFrame], tally: Tally, large: Large
) -> tuple[int, int]:
    """Bring the movements into the ledger, and items and orders in *tables* up to date.

    How many items were added, and how many movements were put beside the workbook.
    """
    run.report("Movements", 0.6)
    before, listed = run.table("PurchaseOrders"), len(tables["Items"])
    moved = [file for file in found.known if file.layout and file.layout.table == "Movements"]
    booked = run.units_moved()
    typed = receipts.typed_units(before, booked)
    layouts = layouts_of(run.table("ImportMap"), moved)
    delivered, books = book(run.table("Movements"), moved, tables, layouts, large, tally)
    books = with_counts(books, moved, tables, found.path)
    tally.tell(books.refused)
    tally.note(books.noted)
    tally.note(ledger.told_twice(moved))
    facts = large.item_facts(books.files, tables["Items"]["sku"]) if large.files else books.facts
    tables["Items"] = ledger.with_new_items(tables["Items"], facts)
    tally.taken += sum(int(new.sum()) for new in books.new.values())
    for each in delivered:
        tally.tell(each.issues)
        tally.tell(receipts.typed_too(each, books.new[each.file], booked))
    orders = received(tables["PurchaseOrders"], before, typed, delivered, books, found.known, tally)
    orders = with_open_quantities(orders, run.move_as_of(books.every["date"]))
    tables["Items"] = with_stock(tables["Items"], books.every, orders)
    tables["PurchaseOrders"] = orders
    _tell(run, found, tables["Items"], books, tally, large)
    return len(tables["Items"]) - listed, _keep(run, books)


def _tell(run: Run, found: Folder, items: pd.DataFrame, books: Ledger, tally: Tally, large: Large) -> None:
    """What there is to say of each file against the books."""
    listed = columns_of(found.known, "Items", ["sku"])["sku"].tolist()
    today = serial(dt.date.today())
    allowed = run.setting("negative_stock") == "allow"
    short = ledger.shortages(books.every.iloc[:0] if allowed else books.every)
    for name, lines in books.files.items():
        late = lines.loc[lines["date"] > today, "date"]
        tally.tell(ledger.unfinished_items(name, lines, items, listed))
        if name not in large.files:
            tally.tell(ledger.against_the_books(name, lines, books.known))
        tally.tell(ledger.opened_again(name, lines, books.every))
        tally.tell(ledger.days_to_come(name, len(late), late.max()))
        tally.tell(ledger.below_zero(name, short))
    tally.tell(large.told(items, listed, books.every, short))


def _keep(run: Run, books: Ledger) -> int:
    """Write the movements where they belong; how many went beside the workbook."""
    before = run.table(FILES)["lines"].sum()
    if books.parts != books.parts_before:
        run.write(FILES, table_of(books.parts))
    if books.has_changed:
        _write(run, "Movements", kept_beside(run, books.sheet))
    return int(run.table(FILES)["lines"].sum() - before)


def _write_issues(run: Run, rows: pd.DataFrame) -> None:
    """Every issue on the sheet; of very many the first of each problem, and all in a file."""
    workbook = run.book.path()
    if workbook is None:
        _write(run, "ImportIssues", rows)
        return
    every = workbook.with_name(workbook.stem + ALL_ISSUES)
    shown = issues.for_sheet(rows, every.name)
    if len(shown) < len(rows):
        run.save_file(every, issues.as_csv(rows))
    run.write("ImportIssues", shown)


def _write(run: Run, name: str, rows: pd.DataFrame) -> None:
    if len(rows) > LAST_ROW:
        raise WorkbookError(
            f"{name} would have {len(rows):,} rows, a sheet holds {LAST_ROW:,}; nothing was changed."
        )
    run.write(name, rows)
