"""Reorder run: what to order now and why, and why everything else is not ordered."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.functions.safety_stock import expected_shortage, stockout_risk
from xlinventory.macros import reasons
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.prices import choose_quantity, offers
from xlinventory.macros.stock import with_open_quantities, with_stock
from xlinventory.sheets.items import DISTRIBUTIONS
from xlinventory.workbook import WorkbookError


@macro("reorder", "Reorder run")
def reorder(run: Run) -> str:
    """List what to order now, in packs and at the best price break, each line with its reason."""
    as_of = run.setting("as_of")
    if np.isnan(as_of):
        raise WorkbookError("The setting as_of is blank; refresh from CSV or type today's date there.")
    orders = with_open_quantities(run.table("PurchaseOrders"), as_of)
    run.write("PurchaseOrders", orders)
    run.write("Items", with_stock(run.table("Items"), run.table("Movements"), orders))
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
    forecasts = run.table("Forecast").drop_duplicates("sku").set_index("sku")
    context = reasons.Context(
        as_of, run.setting("review_days"), forecasts, reasons.open_orders(orders), run.setting("period")
    )
    terms = offers(items, run.table("SupplierPrices"), run.table("Suppliers"), as_of)
    before = run.table("Reorder").drop_duplicates("sku").set_index("sku")
    lines = []
    for _, item in items.iterrows():
        reason = reasons.not_needed(item, context)
        offer = terms[item["sku"]]
        line = {
            "sku": item["sku"],
            "name": item["name"],
            "supplier": offer.supplier,
            "status": item["status"],
        }
        if reason:
            lines.append(line | {"suggested_qty": 0.0, "unit_price": offer.price_at(0), "why": reason})
            continue
        choice = choose_quantity(offer, item, run.setting("order_cost"), run.setting("holding_rate"))
        why = reasons.needed(item, context, choice, offer)
        lines.append(line | {"suggested_qty": choice.quantity, "unit_price": choice.unit_price, "why": why})
    rows = _with_figures(pd.DataFrame(lines), items, as_of)
    rows = _with_decisions(rows, before)
    return _within_budget(_urgent_first(rows), items, run.setting("budget"))


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
    for name in ("order_by", "cover_after"):
        rows[name] = rows[name].where(np.isfinite(rows[name]))
    rows["stockout_risk"] = _per_planned(items, stockout_risk)
    return rows


def _per_planned(items: pd.DataFrame, risk: Callable[..., NDArray[np.float64]]) -> NDArray[np.float64]:
    """*risk* of each planned item's position, by the distribution its pattern asks for."""
    out = np.full(len(items), np.nan)
    planned = items[["position", "demand_avg", "demand_sd", "lead_time"]].notna().all(axis=1).to_numpy()
    for distribution, patterns in DISTRIBUTIONS.items():
        chosen = planned & items["pattern"].isin(patterns).to_numpy()
        if chosen.any():
            mine = items[chosen]
            out[chosen] = risk(
                mine["position"].to_numpy(),
                mine["demand_avg"].to_numpy(),
                mine["demand_sd"].to_numpy(),
                mine["lead_time"].to_numpy(),
                mine["lead_time_sd"].fillna(0.0).to_numpy(),
                distribution,
            )
    return out


def _with_decisions(rows: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Keep what the user decided on a line whose suggestion has not changed; else propose anew."""
    same = before["suggested_qty"].reindex(rows["sku"]).to_numpy() == rows["suggested_qty"].to_numpy()
    edited = before["order_qty"].reindex(rows["sku"]).to_numpy()
    taken = before["take"].reindex(rows["sku"]).to_numpy()
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
    by_sku = items.set_index("sku").reindex(rows["sku"])
    days = by_sku["lead_time"].to_numpy()
    mean, sd = by_sku["demand_avg"].to_numpy() * days, by_sku["demand_sd"].to_numpy() * np.sqrt(days)
    margin = (by_sku["sell_price"] - by_sku["unit_cost"]).clip(lower=0.01).fillna(1.0).to_numpy()
    value = (rows["order_qty"] * rows["unit_price"]).to_numpy()
    asked = rows["take"].to_numpy() & (value > 0)
    benefit = np.full(len(rows), -np.inf)
    benefit[asked] = (
        expected_shortage(rows["position"].to_numpy()[asked], mean[asked], sd[asked])
        * margin[asked]
        / value[asked]
    )
    spent = 0.0
    for i in np.argsort(-benefit, kind="stable"):
        if not asked[i]:
            continue
        if spent + value[i] <= budget:
            spent += value[i]
        else:
            rows.loc[i, "take"] = False
            rows.loc[i, "why"] += f"; not ticked: {value[i]:,.2f} more would pass the budget of {budget:,.2f}"
    return rows


def _sentence(rows: pd.DataFrame) -> str:
    taken = rows[rows["take"] & (rows["order_qty"] > 0)]
    value = float((taken["order_qty"] * taken["unit_price"]).sum())
    suppliers = taken["supplier"].replace("", np.nan).nunique()
    return (
        f"{len(taken)} lines to order from {suppliers} suppliers for {value:,.2f}; "
        f"{len(rows) - len(taken)} items need nothing now, each with its reason."
    )
