"""Export POs: a CSV file for every order that a supplier has still to deliver from."""

from pathlib import Path

import pandas as pd

from xlinventory.imports.issues import counted
from xlinventory.macros.folders import chosen_folder, file_names, holds
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.order_files import file_content, is_order_file, order_lines
from xlinventory.macros.stock import COUNTED, with_open_quantities
from xlinventory.workbook import WorkbookError

FOLDER = "orders"
"""The folder beside the workbook where nothing else is chosen."""


@macro("export", "Export POs")
def export(run: Run) -> str:
    """Write a CSV file for each order of which nothing came yet; files that are right already stay."""
    run.require("PurchaseOrders", *COUNTED)
    folder = _folder(run)
    orders, as_of = run.table("PurchaseOrders"), run.setting("as_of")
    lines = order_lines(
        to_send(with_open_quantities(orders, as_of)), run.table("Items"), run.table("SupplierPrices"), as_of
    )
    names = file_names(orders["po"].unique().tolist())
    there, written, money = 0, 0, 0.0
    for po, mine in lines.groupby("po", sort=False):
        path, content = folder / f"{names[str(po)]}.csv", file_content(mine)
        if holds(path, content):
            there += 1
            continue
        run.save_file(path, content)
        written, money = written + 1, money + mine["value"].sum()
        supplier = ", ".join(mine["supplier"].unique())
        run.findings.append(
            f"{path.name}: {supplier}, {counted(len(mine), 'line')}, {mine['value'].sum():,.2f}"
        )
    run.findings += _left_over(folder, set(names.values()))
    return _sentence(written, there, money, run.setting("currency"), folder)


def _left_over(folder: Path, known: set[str]) -> list[str]:
    """A finding for each file of an order that is not in the workbook, such as one that was undone."""
    files = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    return [
        f"{path.name}: no such order in PurchaseOrders any more; do not send it"
        for path in files
        if path.stem not in known and is_order_file(path)
    ]


def to_send(orders: pd.DataFrame) -> pd.DataFrame:
    """All lines but cancelled ones of the orders that wait for their first delivery."""
    lines = orders[orders["status"].ne("cancelled")]
    came = (lines["received"].fillna(0.0) + lines["rejected"].fillna(0.0)).gt(0)
    begun = set(lines.loc[came, "po"])
    open_orders = set(lines.loc[lines["open_quantity"].gt(0), "po"]) - begun
    return lines[lines["po"].isin(open_orders)]


def _folder(run: Run) -> Path:
    """Option *folder*, else the setting, else a folder beside the workbook (option *beside*)."""
    beside = str(run.options.get("beside") or "")
    given = str(run.options.get("folder") or run.setting("orders_folder") or "")
    if not given and not beside:
        raise WorkbookError("No folder for the orders is given; name one, or fill the setting orders_folder.")
    return chosen_folder(given or FOLDER, beside)


def _sentence(written: int, there: int, money: float, currency: str, folder: Path) -> str:
    if not written and not there:
        return "No order waits for its first delivery; nothing to write."
    if not written:
        return f"Nothing to write: {counted(there, 'order', 'are')} in {folder} already, unchanged."
    rest = f"; {counted(there, 'other order')} there already, unchanged" if there else ""
    return f"Wrote {counted(written, 'order')} for {money:,.2f} {currency} to {folder}{rest}."
