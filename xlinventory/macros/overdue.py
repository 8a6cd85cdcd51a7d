"""Overdue: order lines whose promised day is past and that are still to come, the longest wait first."""

import pandas as pd

from xlinventory.imports.issues import counted
from xlinventory.macros.columns import records
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.stock import COUNTED, write_stock
from xlinventory.tables import day_text
from xlinventory.workbook import WorkbookError

SUPPLIERS_TOLD = 8


@macro("overdue", "Overdue")
def overdue(run: Run) -> str:
    """List the order lines that are late, with what is still to come of each and how late it is."""
    run.require("PurchaseOrders", *COUNTED)
    if run.table("PurchaseOrders").empty:
        raise WorkbookError("There are no purchase orders; press Create POs or refresh from CSV first.")
    as_of = run.as_of()
    orders = write_stock(run, run.table("PurchaseOrders"), run.table("Movements"), as_of)
    late = late_lines(orders, as_of)
    run.findings += _findings(late, run.table("Items"))
    return _sentence(late, as_of, run.setting("currency"))


def late_lines(orders: pd.DataFrame, as_of: float) -> pd.DataFrame:
    """Overdue lines with *days_late* and their open *money* (NaN without a price), the latest first."""
    late = orders[orders["status"].eq("overdue")]
    late = late.assign(
        days_late=(as_of // 1) - late["promised_date"] // 1, money=late["open_quantity"] * late["unit_price"]
    )
    return late.sort_values(["days_late", "money", "po", "sku"], ascending=[False, False, True, True])


def _findings(late: pd.DataFrame, items: pd.DataFrame) -> list[str]:
    names = dict(zip(items["sku"], items["name"], strict=True))
    told = []
    for line in records(late):
        name = f" {names[line['sku']]}" if names.get(line["sku"]) else ""
        money = f"{line['money']:,.2f}" if line["money"] >= 0 else "price not known"
        told.append(
            f"{line['po']}, {line['supplier']}, {line['sku']}{name}: {_units(line['open_quantity'])}, "
            f"{counted(line['days_late'], 'day')} late since {day_text(line['promised_date'])}, {money}"
        )
    return told


def _units(quantity: float) -> str:
    return f"{quantity:,.10g} unit{'s' * (quantity != 1)}"


def _sentence(late: pd.DataFrame, as_of: float, currency: str) -> str:
    if late.empty:
        return f"No order line is overdue on {day_text(as_of)}."
    totals = late.groupby("supplier").agg(
        lines=("sku", "size"), money=("money", "sum"), days=("days_late", "max")
    )
    totals = totals.sort_values(["money", "lines"], ascending=False, kind="stable")
    told = [
        f"{name} {counted(row['lines'], 'line')} {row['money']:,.2f}, up to {counted(row['days'], 'day')}"
        for name, row in totals.head(SUPPLIERS_TOLD).iterrows()
    ]
    more = (
        f"; and {counted(len(totals) - SUPPLIERS_TOLD, 'supplier')} more"
        if len(totals) > SUPPLIERS_TOLD
        else ""
    )
    money, unpriced = late["money"].sum(), int(late["money"].isna().sum())
    without = f" and {counted(unpriced, 'line')} without a price" if unpriced else ""
    return (
        f"{counted(len(late), 'order line', 'are')} overdue on {day_text(as_of)} with {money:,.2f} "
        f"{currency}{without} still to come: {'; '.join(told)}{more}."
    )
