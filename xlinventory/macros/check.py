"""Check data: everything in the workbook that breaks a rule, line by line."""

from collections.abc import Mapping

import pandas as pd

from xlinventory.archive.parts import Part
from xlinventory.core.errors import CellError
from xlinventory.imports.ledger import shortages
from xlinventory.macros.books import all_items, stock_ledger
from xlinventory.macros.check_files import all_movements, look_beside, place_of, unknown_beside
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.landed_costs import landed_cost_faults
from xlinventory.macros.lost import LostColumnError, lacking, renamed
from xlinventory.macros.read_settings import read_settings
from xlinventory.macros.restated import restated
from xlinventory.sheets import TABLES
from xlinventory.sheets.movements import KINDS
from xlinventory.tables import BadRowsError, Column, Table, day_text, read
from xlinventory.workbook import WorkbookError

DIRECTIONS = {
    "OPENING": 1, "RECEIPT": 1, "CUSTOMER_RETURN": 1, "SALE": -1, "SUPPLIER_RETURN": -1, "WRITE_OFF": -1,
}  # fmt: skip
"""Which way stock goes with a kind of movement, where it goes one way only."""
REFERENCES = ("Movements", "SupplierPrices", "PurchaseOrders")


@macro("check", "Check data", logged=False)
def check(run: Run) -> str:
    """List every cell that breaks a rule, unknown items and suppliers, negative stock and formula errors."""
    run.calculate()
    findings = run.findings
    findings += _setting_faults(run)
    typed: dict[str, pd.DataFrame] = {}
    for done, (name, table) in enumerate(TABLES.items()):
        run.report(f"Checking {name}", done / len(TABLES))
        cells = run.cells(name)
        findings += _lost_columns(table, cells)
        typed[name], faults = read(table, cells)
        findings += [*map(str, faults), *_formula_errors(name, cells)]
    items, suppliers = set(typed["Items"]["sku"]), set(typed["Suppliers"]["supplier"])
    for name in REFERENCES:
        findings += _unknown(name, typed[name]["sku"], items, "Items")
    findings += _unknown("PurchaseOrders", typed["PurchaseOrders"]["supplier"], suppliers, "Suppliers")
    findings += _unknown("Items", typed["Items"]["preferred_supplier"], suppliers, "Suppliers")
    beside = look_beside(typed["MovementFiles"], run.book.path())
    findings += beside.findings
    if beside.complete:  # stock and costs cannot be judged by a part of the movements
        findings += _of_movements(run, typed, beside.parts)
    return f"{len(findings)} problem{'s' * (len(findings) > 1)} found." if findings else "No problems found."


def _of_movements(run: Run, typed: Mapping[str, pd.DataFrame], parts: list[Part]) -> list[str]:
    """What is odd about movements, on the sheet and in *parts*, and about figures made of them."""
    try:
        movements = all_movements(typed["Movements"], parts)
    except WorkbookError as error:
        return [str(error)]
    findings = unknown_beside(movements, set(typed["Items"]["sku"]))
    findings += map(str, landed_cost_faults(typed["LandedCosts"], movements, typed["Items"]))
    return [*findings, *_wrong_signs(movements), *_negative_stock(movements), *_restated(run)]


def _lost_columns(table: Table, cells: pd.DataFrame) -> list[str]:
    """One finding for each column that is not there, with the name it seems to have now."""
    now = dict(renamed(table, cells))
    return [
        f"{table.name} has no column {name}: it seems to be called {now[name]} now; give it its name again"
        if name in now
        else f"{table.name} has no column {name}: it was deleted, and counts as blank"
        for name in lacking(table, cells)
    ]


def _setting_faults(run: Run) -> list[str]:
    try:
        read_settings(run.cells("Settings"))
    except BadRowsError as error:
        return [str(fault) for fault in error.faults]
    return []


def _restated(run: Run) -> tuple[str, ...]:
    """Reported figures of closed periods that changed; not to be told of tables whose faults are listed."""
    try:
        if run.table("Closings").empty:
            return ()
        return restated(run, stock_ledger(run, all_items(run))).findings
    except (BadRowsError, LostColumnError):
        return ()


def _formula_errors(name: str, cells: pd.DataFrame) -> list[str]:
    calculated: list[Column] = [column for column in TABLES[name].columns if column.formula]
    return [
        f"{name} row {row}, {column.name}: shows {cell}"
        for column in calculated
        if column.name in cells
        for row, cell in cells[column.name].items()
        if isinstance(cell, CellError)
    ]


def _unknown(name: str, values: "pd.Series[str]", known: set[str], where: str) -> list[str]:
    """One finding for each value that is not in the table it refers to, with its first row."""
    strange = values[~values.isin(known | {""})]
    return [
        f"{name} row {rows[0]}, {values.name}: {value!r} is not in {where}"
        + (f" ({len(rows)} rows)" if len(rows) > 1 else "")
        for value, rows in strange.groupby(strange).groups.items()
    ]


def _wrong_signs(movements: pd.DataFrame) -> list[str]:
    """A sale typed without its minus sign comes into stock, at a cost."""
    way = movements["kind"].map(DIRECTIONS).fillna(0.0)
    wrong = movements[movements["quantity"] * way < 0]
    return [
        f"{place_of(int(str(row)), moved)}, quantity: {moved['quantity']!r} - must be "
        f"{'<' if moved['quantity'] > 0 else '>'} 0 for {moved['kind']}"
        for row, moved in wrong.iterrows()
    ]


def _negative_stock(movements: pd.DataFrame) -> list[str]:
    """Items of which more went out than was recorded to come in, by their first such movement."""
    known = movements[
        movements["date"].notna() & movements["quantity"].notna() & movements["kind"].isin(KINDS)
    ]
    return [
        f"{place_of(int(str(row)), moved)}, quantity: {moved['quantity']:g} of {moved['sku']} on "
        f"{day_text(moved['date'])} is {moved['missing']:g} more than there is; an opening stock or a "
        f"receipt is missing"
        for row, moved in shortages(known).iterrows()
    ]
