"""Supplier scores: what suppliers promised, what they did, and what their lateness costs."""

import numpy as np
import pandas as pd

from xlinventory.functions.safety_stock import safety_stock
from xlinventory.functions.suppliers import defect_rate, on_time_rate, supplier_score
from xlinventory.macros import lead_times
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.stock import with_open_quantities
from xlinventory.sheets.items import DISTRIBUTIONS
from xlinventory.workbook import WorkbookError


@macro("suppliers", "Supplier scores")
def suppliers(run: Run) -> str:
    """Score every supplier on time, quality, price and reliability, and price their lateness in stock."""
    as_of, table = run.setting("as_of"), run.table("Suppliers")
    if table.empty:
        raise WorkbookError("There are no suppliers to score; fill Suppliers or refresh from CSV first.")
    orders = with_open_quantities(run.table("PurchaseOrders"), as_of)
    orders = orders[orders["status"].ne("cancelled") & ~(orders["order_date"] > as_of)]
    found = lead_times.deliveries(orders, run.table("Movements"), as_of)
    run.report("Delivery and quality", 0.3)
    scores = measures(table, orders, found, as_of)
    run.report("What lateness costs", 0.7)
    scores = scores.join(buffers(run.table("Items"), run), on="supplier").fillna(
        {"buffer_units": 0.0, "buffer_value": 0.0, "lateness_cost": 0.0}
    )
    columns = ["lead_time", "lead_time_sd", "receipts", "on_time", "accept_rate", "price_index", "score"]
    by_name = scores.set_index("supplier")
    for column in columns:
        table[column] = by_name[column].reindex(table["supplier"]).to_numpy()
    run.write("Suppliers", table)
    ranked = scores.sort_values(["score", "supplier"], ascending=[False, True], na_position="last")
    ranked.insert(0, "rank", np.arange(1.0, len(ranked) + 1))
    run.write("SupplierScores", ranked.drop(columns="receipts"))
    return _sentence(ranked, run.setting("currency"))


def measures(
    table: pd.DataFrame, orders: pd.DataFrame, found: lead_times.Deliveries, as_of: float
) -> pd.DataFrame:
    """One row a supplier: lines, on time in full, accepted, price index, lead times, score."""
    real = lead_times.supplier_lead_times(found)
    index = price_indices(orders)
    lines = dict(list(orders.groupby("supplier")))
    rows = [
        _measure(supplier, lines.get(supplier), real, index.get(supplier, np.nan), as_of)
        | {"supplier": supplier, "promised_days": promised}
        for supplier, promised in zip(table["supplier"], table["promised_lead_days"], strict=True)
    ]
    return pd.DataFrame(rows)


def price_indices(orders: pd.DataFrame) -> pd.Series:
    """Mean price paid to each supplier against the best supplier's mean price for the same item, by value."""
    priced = orders[orders["unit_price"] > 0]
    paid = priced.assign(value=priced["quantity"] * priced["unit_price"])
    mean = paid.groupby(["sku", "supplier"])[["value", "quantity"]].sum()
    mean["price"] = mean["value"] / mean["quantity"]
    best = mean.groupby("sku")["price"].transform("min")
    at_best = (best * mean["quantity"]).groupby("supplier").sum()
    return mean["value"].groupby("supplier").sum() / at_best


def buffers(items: pd.DataFrame, run: Run) -> pd.DataFrame:
    """Per supplier: safety stock there would be no need for if its lead time never varied, and its cost."""
    needed = ["demand_avg", "demand_sd", "lead_time", "lead_time_sd", "service_target"]
    planned = items[items[needed].notna().all(axis=1)]
    extra = pd.Series(0.0, index=planned.index)
    for distribution, patterns in DISTRIBUTIONS.items():
        mine = planned[planned["pattern"].isin(patterns)]
        if mine.empty:
            continue
        policy = [
            mine[name].to_numpy() for name in ("demand_avg", "demand_sd", "lead_time", "service_target")
        ]
        options = (
            run.setting("review_days"),
            run.setting("service_type"),
            np.maximum(1.0, mine["eoq"]),
            distribution,
        )
        varying = safety_stock(*policy, mine["lead_time_sd"].to_numpy(), *options)
        extra[mine.index] = np.maximum(0.0, varying - safety_stock(*policy, 0.0, *options))
    value = extra * planned["unit_cost"].fillna(0.0)
    out = pd.DataFrame({"buffer_units": extra, "buffer_value": value})
    out["lateness_cost"] = value * run.setting("holding_rate")
    return out.groupby(planned["preferred_supplier"]).sum()


def _measure(
    supplier: str, lines: pd.DataFrame | None, real: pd.DataFrame, price_index: float, as_of: float
) -> dict[str, float]:
    row = dict.fromkeys(
        ("on_time", "accept_rate", "days_late", "lead_time", "lead_time_sd", "receipts"), np.nan
    )
    row |= {"lines": 0.0, "price_index": price_index}
    if supplier in real.index:
        row |= dict(
            zip(
                ("lead_time", "lead_time_sd", "receipts"),
                real.loc[supplier, ["mean", "sd", "count"]],
                strict=True,
            )
        )
    if lines is not None:
        row |= _line_measures(lines, as_of)
    variation = row["lead_time_sd"] / row["lead_time"] if row["lead_time"] > 0 else np.nan
    known = [row["on_time"], row["accept_rate"], row["price_index"], variation]
    row["score"] = np.nan if np.isnan(known).all() else float(supplier_score(*known))
    return row


def _line_measures(lines: pd.DataFrame, as_of: float) -> dict[str, float]:
    due = lines[lines["receipt_date"].notna() | (lines["promised_date"] < as_of)]
    due = due[due["promised_date"].notna()]
    row = {"lines": float(len(lines))}
    if len(due):
        came = due["receipt_date"].where(due["open_quantity"] <= 0).to_numpy()
        full = due["received"].fillna(0.0) + due["rejected"].fillna(0.0)
        row["on_time"] = float(
            on_time_rate(
                due["promised_date"].to_numpy(),
                came,
                due["quantity"].to_numpy(),
                full.to_numpy(),
                as_of=as_of,
            )
        )
        row["days_late"] = float((due["receipt_date"] - due["promised_date"]).clip(lower=0.0).mean())
    accepted, rejected = lines["received"].fillna(0.0).sum(), lines["rejected"].fillna(0.0).sum()
    if accepted + rejected > 0:
        row["accept_rate"] = 1.0 - float(defect_rate(rejected, accepted + rejected))
    return row


def _sentence(ranked: pd.DataFrame, currency: str) -> str:
    best, last = ranked.iloc[0], ranked.iloc[-1]
    cost = ranked["lateness_cost"].sum()
    return (
        f"Scored {len(ranked)} suppliers: {best['supplier']} is best with {best['score']:.0f}, "
        f"{last['supplier']} last with {last['score']:.0f}; uncertain lead times cost {cost:,.2f} {currency} a year in stock."
    )
