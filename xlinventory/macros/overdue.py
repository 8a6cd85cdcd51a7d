"""Overdue: order lines whose promised day is past and that are still to come, the longest wait first."""

import pandas as pd

from xlinventory.imports.issues import counted, some_of
from xlinventory.macros.arrivals import reasons, with_expected, with_stockouts
from xlinventory.macros.columns import Row, records
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.lead_times import deliveries
from xlinventory.macros.stock import COUNTED, write_stock
from xlinventory.sheets import TABLES
from xlinventory.tables import day_text
from xlinventory.workbook import WorkbookError

SUPPLIERS_TOLD = 8


@macro("overdue", "Overdue")
def overdue(run: Run) -> str:
    """List the order lines that are late: how late, when they should come, what runs out before."""
    run.require("PurchaseOrders", *COUNTED)
    if run.table("PurchaseOrders").empty:
        raise WorkbookError("There are no purchase orders; press Create POs or refresh from CSV first.")
    as_of = run.as_of()
    orders = write_stock(run, run.table("PurchaseOrders"), run.movements(), as_of)
    late = late_lines(orders, as_of)
    found = deliveries(orders, run.movements(), as_of)
    late = with_stockouts(with_expected(late, found), run.table("Items"), orders, as_of)
    late = _named(late, run.table("Items"), run.table("Suppliers"))
    if run.has("Overdue"):
        run.write("Overdue", late[TABLES["Overdue"].names])
    run.findings += [_told(line) for line in records(late)]
    return _sentence(late, as_of, run.setting("currency"))


def late_lines(orders: pd.DataFrame, as_of: float) -> pd.DataFrame:
    """Overdue lines with *days_late* and the *value* still open (NaN without a price), the latest first."""
    late = orders[orders["status"].eq("overdue")]
    late = late.assign(
        days_late=(as_of // 1) - late["promised_date"] // 1, value=late["open_quantity"] * late["unit_price"]
    )
    return late.sort_values(["days_late", "value", "po", "sku"], ascending=[False, False, True, True])


def _named(late: pd.DataFrame, items: pd.DataFrame, suppliers: pd.DataFrame) -> pd.DataFrame:
    """With the item's name, the supplier's address and what the expected day stands on."""
    names, emails = items.set_index("sku")["name"], suppliers.set_index("supplier")["email"]
    return late.assign(
        name=late["sku"].map(names).astype(object).fillna(""),
        email=late["supplier"].map(emails).astype(object).fillna(""),
        why=pd.Series(reasons(late), index=late.index, dtype=object),
    )


def _told(line: Row) -> str:
    """How late a line is and, where that is known, what follows."""
    name = f" {line['name']}" if line["name"] else ""
    money = f"{line['value']:,.2f}" if line["value"] >= 0 else "price not known"
    what = f"{line['po']}, {line['supplier']}, {line['sku']}{name}: {_units(line['open_quantity'])}"
    late = f"{counted(line['days_late'], 'day')} late since {day_text(line['promised_date'])}"
    parts = [f"{what}, {late}, {money}"]
    if line["expected"] > 0:
        parts.append(f"expected {day_text(line['expected'])}")
    if line["days_out"] > 0:
        parts.append(f"runs out {day_text(line['stockout_date'])}, {counted(line['days_out'], 'day')} before")
    elif line["stockout_date"] > 0 and not line["expected"] > 0:
        parts.append(f"runs out {day_text(line['stockout_date'])} without it")
    if line["email"]:
        parts.append(f"ask {line['email']}")
    return "; ".join(parts)


def _units(quantity: float) -> str:
    return f"{quantity:,.10g} unit{'s' * (quantity != 1)}"


def _sentence(late: pd.DataFrame, as_of: float, currency: str) -> str:
    if late.empty:
        return f"No order line is overdue on {day_text(as_of)}."
    totals = late.groupby("supplier").agg(
        lines=("sku", "size"), money=("value", "sum"), days=("days_late", "max")
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
    money, unpriced = late["value"].sum(), int(late["value"].isna().sum())
    without = f" and {counted(unpriced, 'line')} without a price" if unpriced else ""
    return (
        f"{counted(len(late), 'order line', 'are')} overdue on {day_text(as_of)} with {money:,.2f} "
        f"{currency}{without} still to come: {'; '.join(told)}{more}.{_short(late)}"
    )


def _short(late: pd.DataFrame) -> str:
    """Items that run out before their line should come, the longest without stock first."""
    short = late[late["days_out"].gt(0)].sort_values("days_out", ascending=False, kind="stable")
    skus = short["sku"].drop_duplicates().tolist()
    if not skus:
        return ""
    verb = "runs" if len(skus) == 1 else "run"
    return f" {counted(len(skus), 'item')} {verb} out before the line should come: {some_of(skus)}."
