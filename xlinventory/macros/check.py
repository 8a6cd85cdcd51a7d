"""Check data: everything in the workbook that breaks a rule, line by line."""

import numpy as np
import pandas as pd

from xlinventory.core.errors import CellError
from xlinventory.macros.frame import Run, macro, read_settings
from xlinventory.sheets import TABLES
from xlinventory.tables import BadRowsError, Column, read

REFERENCES = ("Movements", "SupplierPrices", "PurchaseOrders")


@macro("check", "Check data", logged=False)
def check(run: Run) -> str:
    """List every cell that breaks a rule, unknown items and suppliers, negative stock and formula errors."""
    run.calculate()
    findings = run.findings
    findings += _setting_faults(run)
    for share, (name, table) in enumerate(TABLES.items()):
        run.report(f"Checking {name}", share / len(TABLES))
        cells = run.cells(name)
        findings += [str(fault) for fault in read(table, cells)[1]]
        findings += _formula_errors(name, cells)
    items, suppliers = _known(run, "Items", "sku"), _known(run, "Suppliers", "supplier")
    for name in REFERENCES:
        findings += _unknown(run, name, "sku", items, "Items")
    findings += _unknown(run, "PurchaseOrders", "supplier", suppliers, "Suppliers")
    findings += _unknown(run, "Items", "preferred_supplier", suppliers, "Suppliers")
    findings += _negative_stock(run)
    return f"{len(findings)} problems found." if findings else "No problems found."


def _setting_faults(run: Run) -> list[str]:
    try:
        read_settings(run.cells("Settings"))
    except BadRowsError as error:
        return [str(fault) for fault in error.faults]
    return []


def _formula_errors(name: str, cells: pd.DataFrame) -> list[str]:
    calculated: list[Column] = [column for column in TABLES[name].columns if column.formula]
    return [
        f"{name} row {row}, {column.name}: shows {cell}"
        for column in calculated
        if column.name in cells
        for row, cell in cells[column.name].items()
        if isinstance(cell, CellError)
    ]


def _known(run: Run, table: str, column: str) -> set[str]:
    return set(read(TABLES[table], run.cells(table))[0][column])


def _unknown(run: Run, name: str, column: str, known: set[str], where: str) -> list[str]:
    """One finding for each value that is not in the table it refers to, with its first row."""
    values = read(TABLES[name], run.cells(name))[0][column]
    strange = values[~values.isin(known | {""})]
    return [
        f"{name} row {rows[0]}, {column}: {value!r} is not in {where}"
        + (f" ({len(rows)} rows)" if len(rows) > 1 else "")
        for value, rows in strange.groupby(strange).groups.items()
    ]


def _negative_stock(run: Run) -> list[str]:
    """Items whose recorded issues exceed what was recorded to come in."""
    movements = read(TABLES["Movements"], run.cells("Movements"))[0].sort_values("date", kind="stable")
    balance = movements.groupby("sku")["quantity"].cumsum()
    lowest = balance.groupby(movements["sku"]).min()
    return [
        f"Movements: stock of {sku} falls to {low:,.0f}; an opening stock or a receipt is missing"
        for sku, low in lowest[lowest < -1e-7].items()
        if np.isfinite(low)
    ]
