"""Reorder run: what to order now and why, and why everything else is not ordered."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.stock_control import LAST_DAY
from xlinventory.macros import reasons
from xlinventory.macros.columns import Row, column, distribution_of, records
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.prices import Offer, choose_quantity, offers
from xlinventory.macros.stock import write_stock
from xlinventory.workbook import WorkbookError

NOT_TICKED = "; not ticked: "
"""Begins what is told of a line that the budget leaves out; the next run judges such a line anew."""
ORDERED = "; ordered: "
"""Begins what is told of a line that went on a purchase order; the next run judges it anew, too."""


@macro("reorder", "Reorder run")
def reorder(run: Run) -> str:
    """List what to order now, in packs and at the best price break, each line with its reason."""
    as_of = run.as_of()
    orders = write_stock(run, run.table("PurchaseOrders"), run.table("Movements"), as_of)
    run.report("Positions and reorder points", 0.2)
    run.calculate()
    items = run.table("Items")
    if not items["reorder_point"].notna().any():
        raise WorkbookError("No item has a reorder point yet; press Forecast and Update stock levels first.")
    run.report("Quantities and reasons", 0.6)
    lines = reorder_lines(run, items, orders, as_of)
    run.write("Reorder", lines)
    return _sentence(lines)


def reorder_lines(run: Run, items: pd.DataFrame, orders: pd.DataFrame, as_of: float) -> pd.DataFrame:
    """One row an item: those to order first, the most urgent on top, then all others."""
    context = reasons.Context(reasons.forecast_lines(run.table("Forecast")), reasons.open_orders(orders))
    terms = offers(items, run.table("SupplierPrices"), run.table("Suppliers"), as_of)
    costs = run.setting("order_cost"), run.setting("holding_rate")
    lines = [_line(item, terms[item["sku"]], context, *costs) for item in records(items)]
    before = run.table("Reorder").drop_duplicates("sku").set_index("sku")
    rows = _with_decisions(_with_figures(pd.DataFrame(lines), items, as_of), before)
    return _within_budget(_urgent_first(rows), items, run.setting("budget"))


def _line(
    item: Row, offer: Offer, context: reasons.Context, order_cost: float, holding_rate: float
) -> dict[str, object]:
    """What to order of one item from whom, and why; or why nothing."""
    line = {"sku": item["sku"], "name": item["name"], "supplier": offer.supplier, "status": item["status"]}
    why_not = reasons.not_needed(item, context)
    if why_not:
        return line | {"suggested_qty": 0.0, "unit_price": offer.price_at(0), "why": why_not}
    choice = choose_quantity(offer, item, order_cost, holding_rate)
    why = reasons.needed(item, context, choice, offer)
    return line | {"suggested_qty": choice.quantity, "unit_price": choice.unit_price, "why": why}


def _with_figures(rows: pd.DataFrame, items: pd.DataFrame, as_of: float) -> pd.DataFrame:
    """Position, levels, dates, cover and risk beside each line."""
    position, rate = items["position"].to_numpy(dtype=float), items["demand_avg"].to_numpy(dtype=float)
    lead = items["lead_time"].to_numpy(dtype=float)
    for name in ("position", "reorder_point", "order_up_to"):
        rows[name] = items[name].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        rows["order_by"] = as_of + np.maximum(0.0, np.floor(position / rate - lead))
        rows["cover_after"] = (position + rows["suggested_qty"]) / rate
    rows["expected"] = np.where(rows["suggested_qty"] > 0, as_of + np.ceil(lead), np.nan)
    rows["order_by"] = rows["order_by"].where(rows["order_by"] <= LAST_DAY)
    rows["cover_after"] = rows["cover_after"].where(np.isfinite(rows["cover_after"]))
    demand = [items[name] for name in ("position", "demand_avg", "demand_sd", "lead_time", "lead_time_sd")]
    rows["stockout_risk"] = column("STOCKOUT_RISK", *demand, distribution_of(items["pattern"]))
    return rows


def _with_decisions(rows: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Keep what the user decided on a line whose suggestion has not changed; else propose anew."""
    ordered = before["why"].str.contains(ORDERED, regex=False).astype(bool)
    before = before[~ordered]
    same = before["suggested_qty"].reindex(rows["sku"]).to_numpy() == rows["suggested_qty"].to_numpy()
    edited = before["order_qty"].reindex(rows["sku"]).to_numpy()
    left_out = before["why"].str.contains(NOT_TICKED, regex=False).astype(bool)
    taken = before["take"].astype(object).mask(left_out).reindex(rows["sku"]).to_numpy()
    rows["order_qty"] = np.where(same & ~pd.isna(edited), edited, rows["suggested_qty"])
    proposed = rows["suggested_qty"].to_numpy() > 0
    rows["take"] = np.where(same & proposed & ~pd.isna(taken), taken, proposed).astype(bool)
    return rows


def _urgent_first(rows: pd.DataFrame) -> pd.DataFrame:
    ordered = rows["suggested_qty"] > 0
    keys = pd.DataFrame(
        {"not": ~ordered, "by": rows["order_by"], "risk": -rows["stockout_risk"], "sku": rows["sku"]}
    )
    return rows.loc[keys.sort_values(["not", "by", "risk", "sku"]).index].reset_index(drop=True)


def _within_budget(rows: pd.DataFrame, items: pd.DataFrame, budget: float) -> pd.DataFrame:
    """Untick the lines that avoid the least shortage for their money, until the rest fits the budget."""
    if np.isnan(budget):
        return rows
    value = (rows["order_qty"] * rows["unit_price"]).to_numpy()
    asked = rows["take"].to_numpy() & (value > 0)
    avoided = _shortage_cost(rows["position"], items.set_index("sku").loc[rows["sku"]].reset_index())
    per_money = np.where(asked, avoided / np.where(asked, value, 1.0), -np.inf)
    spent, left_out = 0.0, []
    for i in np.argsort(-per_money, kind="stable")[: asked.sum()]:
        if spent + value[i] <= budget:
            spent += value[i]
        else:
            left_out.append(i)
    rows.loc[left_out, "take"] = False
    rows.loc[left_out, "why"] += [
        f"{NOT_TICKED}{value[i]:,.2f} more would pass the budget of {budget:,.2f}" for i in left_out
    ]
    return rows


def _shortage_cost(position: pd.Series, items: pd.DataFrame) -> NDArray[np.float64]:
    """Margin that is expected to be lost over the lead time when nothing is ordered."""
    days, spread = items["lead_time"], items["lead_time_sd"].fillna(0.0)
    sd = np.sqrt(items["demand_sd"] ** 2 * days + (items["demand_avg"] * spread) ** 2)
    short = column("EXPECTED_SHORTAGE", position, items["demand_avg"] * days, sd)
    margin = (items["sell_price"] - items["unit_cost"]).clip(lower=0.01).fillna(1.0).to_numpy(float)
    return np.asarray(np.nan_to_num(short) * margin)


def _sentence(rows: pd.DataFrame) -> str:
    """What is ordered from how many for how much, and what of that is not known."""
    taken = rows[rows["take"] & (rows["order_qty"] > 0)]
    value = float((taken["order_qty"] * taken["unit_price"]).sum())
    suppliers = taken["supplier"].replace("", np.nan).nunique()
    unknown = {"supplier": taken["supplier"].eq("").sum(), "price": taken["unit_price"].isna().sum()}
    gaps = "".join(f", {count} without a {what}" for what, count in unknown.items() if count)
    rest = len(rows) - len(taken)
    return (
        f"{_some(len(taken), 'line')} to order from {_some(suppliers, 'supplier')} for {value:,.2f}{gaps}; "
        f"{_some(rest, 'item')} not ordered, each with its reason."
    )


def _some(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
