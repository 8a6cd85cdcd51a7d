"""Reorder run: what to order now and why, and why everything else is not ordered."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from xlinventory.macros import reasons
from xlinventory.macros.columns import records
from xlinventory.macros.currencies import currency_of, told_money
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.prices import Terms, terms_of
from xlinventory.macros.reordering import decisions, needs, outlook
from xlinventory.macros.reordering.remarks import remark
from xlinventory.macros.reordering.words import NOT_TICKED, ORDERED
from xlinventory.macros.stock import write_stock
from xlinventory.sheets.orders import REORDER
from xlinventory.tables import to_text
from xlinventory.workbook import WorkbookError

__all__ = ["NOT_TICKED", "ORDERED", "reorder", "reorder_lines"]


@macro("reorder", "Reorder run")
def reorder(run: Run) -> str:
    """List what to order now, in packs and at the best price break, each line with its reason."""
    as_of = run.as_of()
    run.require("Items", "position", "reorder_point", "order_up_to", "stockout_date")
    orders = write_stock(run, run.table("PurchaseOrders"), run.movements(), as_of)
    run.report("Positions and reorder points", 0.2)
    run.calculate("Items")
    items = run.table("Items")
    if not items["reorder_point"].notna().any():
        raise WorkbookError("No item has a reorder point yet; press Forecast and Update stock levels first.")
    run.report("Quantities and reasons", 0.6)
    lines = reorder_lines(run, items, orders, as_of)
    run.write("Reorder", lines)
    foreign = _foreign(run, lines)
    run.findings += [_as_it_stands(name, money, run.setting("currency")) for name, money in foreign.items()]
    return _sentence(lines, foreign)


def reorder_lines(run: Run, items: pd.DataFrame, orders: pd.DataFrame, as_of: float) -> pd.DataFrame:
    """One row an item: those to order first, the most urgent on top, then all others."""
    suppliers = run.table("Suppliers")
    items = decisions.with_suppliers(items, _your_suppliers(run, suppliers))
    terms = terms_of(items, run.table("SupplierPrices"), suppliers, as_of)
    ahead = outlook.with_outlook(items, terms, suppliers, orders, as_of, run.setting("review_days"))
    looked_at = _needed(run, ahead, terms, suppliers, orders)
    rows = _decided(run, looked_at, terms)
    rows["why"] = _told(run, rows, terms, orders, as_of)
    return _urgent_first(rows)[[name for name in REORDER.names if name != "value"]]


def _needed(
    run: Run, ahead: pd.DataFrame, terms: Terms, suppliers: pd.DataFrame, orders: pd.DataFrame
) -> pd.DataFrame:
    """What each item needs, and what is suggested to order of it."""
    names = ("order_cost", "holding_rate", "max_cover_days")
    costs = needs.Costs(*(run.setting(name) for name in names))
    looked_at = needs.with_quantities(ahead, terms, costs)
    looked_at = outlook.with_excess(looked_at, needs.ordered_at_point(looked_at, terms, costs), orders)
    return needs.with_orders(looked_at, terms, suppliers, run.setting("bring_forward"), costs.max_cover_days)


def _decided(run: Run, looked_at: pd.DataFrame, terms: Terms) -> pd.DataFrame:
    """What of it is ticked: your decisions, what suppliers accept, what the budget pays."""
    share = run.setting("shortage_cost")
    rows = decisions.with_your_decisions(looked_at, _before(run))
    rows["decided"] = rows["decision"]
    rows = decisions.without_small_orders(decisions.with_money(rows, terms, share))
    rows = decisions.within_the_budget(rows, terms, run.setting("budget"), share)
    cover = (rows["position"] + rows["order_qty"]) / rows["demand_avg"].where(rows["demand_avg"] > 0)
    rows["cover_after"] = cover.where(np.isfinite(cover))
    for name in ("order_day", "next_order_day", "expected"):
        rows[name] = rows[name].where((rows["suggested_qty"] > 0) | rows["take"])
    return rows


def _your_suppliers(run: Run, suppliers: pd.DataFrame) -> pd.Series:
    """Suppliers that you typed, by sku; one that nothing can be ordered from is told."""
    yours = decisions.your_suppliers(_before(run))
    active = yours.isin(suppliers.loc[suppliers["active"], "supplier"])
    run.findings += [
        f"{sku}: {name}, your choice, is not an active supplier in Suppliers; it was not taken"
        for sku, name in yours[~active].items()
    ]
    return yours[active]


def _before(run: Run) -> pd.DataFrame:
    """The list as you left it; an empty take is no tick of yours on a line that was not suggested."""
    before, cells = run.table("Reorder"), run.cells("Reorder")
    typed = cells.reindex(columns=["take"])["take"].map(to_text).ne("")
    return before.assign(take=before["take"] & (typed | before["suggested_qty"].gt(0)))


def _told(run: Run, rows: pd.DataFrame, terms: Terms, orders: pd.DataFrame, as_of: float) -> list[str]:
    """The reason of every item, and what is left out of it or cut."""
    context = reasons.Context(
        reasons.forecast_lines(run.table("Forecast")),
        reasons.open_orders(orders),
        reasons.orders_to_spare(rows, orders),
    )
    told = rows.assign(
        breaks=terms.breaks.tolist(),
        incremental=terms.lists.incremental,
        looked_to=as_of + rows["look_ahead"],
        committed=rows["committed"].fillna(0.0),
    )
    budget = run.setting("budget")
    return [reasons.why(item, context) + remark(item, budget) for item in records(told)]


def _urgent_first(rows: pd.DataFrame) -> pd.DataFrame:
    ordered = (rows["suggested_qty"] > 0) | rows["take"]
    keys = pd.DataFrame(
        {"not": ~ordered, "by": rows["order_by"], "risk": -rows["stockout_risk"], "sku": rows["sku"]}
    )
    return rows.loc[keys.sort_values(["not", "by", "risk", "sku"]).index].reset_index(drop=True)


def _foreign(run: Run, lines: pd.DataFrame) -> dict[str, str]:
    """The currencies of suppliers on the list whose prices are not in the workbook's."""
    ours, listed = run.setting("currency"), set(lines.loc[lines["take"], "supplier"])
    named = {row["supplier"]: currency_of(row, ours) for row in records(run.table("Suppliers"))}
    return {name: money for name, money in named.items() if name in listed and money != ours}


def _as_it_stands(supplier: str, money: str, ours: str) -> str:
    return (
        f"Prices of {supplier} are in {money}: against the budget and other suppliers they count as if they "
        f"were {ours}."
    )


def _sentence(rows: pd.DataFrame, foreign: Mapping[str, str]) -> str:
    """What is ordered from how many for how much, each currency for itself, and what of that is not known."""
    taken = rows[rows["take"] & (rows["order_qty"] > 0)]
    currencies = [foreign.get(name, "") for name in taken["supplier"]]
    money = (taken["order_qty"] * taken["unit_price"]).groupby(currencies).sum()
    value = told_money({str(name): total for name, total in money.items()} or {"": 0.0}, "")
    suppliers = taken["supplier"].replace("", np.nan).nunique()
    unknown = {"supplier": taken["supplier"].eq("").sum(), "price": taken["unit_price"].isna().sum()}
    gaps = "".join(f", {count} without a {what}" for what, count in unknown.items() if count)
    rest = len(rows) - len(taken)
    return (
        f"{_some(len(taken), 'line')} to order from {_some(suppliers, 'supplier')} for {value}{gaps}; "
        f"{_some(rest, 'item')} not ordered, each with its reason."
    )


def _some(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
