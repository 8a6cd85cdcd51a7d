"""Supplier scores: what suppliers promised, what they did, and what their lateness costs."""

import numpy as np
import pandas as pd

from xlinventory.core.errors import NotEnoughData
from xlinventory.core.suppliers import on_time_rate
from xlinventory.macros import lead_times
from xlinventory.macros.columns import column, distribution_of
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.stock import with_open_quantities
from xlinventory.workbook import WorkbookError

MEASURED = ["lead_time", "lead_time_sd", "receipts", "on_time", "accept_rate", "price_index", "score"]
COSTS = ["buffer_units", "buffer_value", "lateness_cost"]


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
    scores = scores.join(buffers(run.table("Items"), run), on="supplier").fillna(dict.fromkeys(COSTS, 0.0))
    run.write("Suppliers", table.assign(**{name: scores[name] for name in MEASURED}))
    ranked = scores.sort_values(["score", "supplier"], ascending=[False, True], na_position="last")
    ranked.insert(0, "rank", np.arange(1.0, len(ranked) + 1))
    run.write("SupplierScores", ranked.drop(columns="receipts"))
    return _sentence(ranked, run.setting("currency"))


def measures(
    table: pd.DataFrame, orders: pd.DataFrame, found: lead_times.Deliveries, as_of: float
) -> pd.DataFrame:
    """One row a supplier of *table*: lines, on time in full, accepted, price index, lead times, score."""
    scores = table[["supplier"]].assign(promised_days=table["promised_lead_days"])
    real = lead_times.supplier_lead_times(found)
    real = real.rename(columns={"mean": "lead_time", "sd": "lead_time_sd", "count": "receipts"})
    scores = scores.join(_line_measures(orders, as_of), on="supplier").join(real, on="supplier")
    scores["price_index"] = scores["supplier"].map(price_indices(orders))
    scores = scores.fillna({"lines": 0.0, "receipts": 0.0})
    variation = scores["lead_time_sd"] / scores["lead_time"].where(scores["lead_time"] > 0)
    judged = (scores[name] for name in ("on_time", "accept_rate", "price_index"))
    return scores.assign(score=column("SUPPLIER_SCORE", *judged, variation))


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
    planned = items[items["active"]]
    demand = [planned[name] for name in ("demand_avg", "demand_sd", "lead_time", "service_target")]
    options: list[pd.Series | float | str] = [
        run.setting("review_days"),
        run.setting("service_type"),
        np.fmin(planned["eoq"], planned["demand_avg"] * run.setting("max_cover_days"))
        .clip(lower=1.0)
        .fillna(1.0),
        distribution_of(planned["pattern"]),
    ]
    varying = column("SAFETY_STOCK", *demand, planned["lead_time_sd"], *options)
    steady = column("SAFETY_STOCK", *demand, 0.0, *options)
    units = np.maximum(0.0, np.nan_to_num(varying - steady))
    value = units * planned["unit_cost"].fillna(0.0)
    cost = value * run.setting("holding_rate")
    rows = pd.DataFrame(dict(zip(COSTS, (units, value, cost), strict=True)), index=planned.index)
    return rows.groupby(planned["preferred_supplier"]).sum()


def _line_measures(orders: pd.DataFrame, as_of: float) -> pd.DataFrame:
    """Per supplier: lines, share on time in full, share of units accepted, mean days late."""
    columns = ["lines", "on_time", "accept_rate", "days_late"]
    rows = {
        str(supplier): [float(len(lines)), _on_time(lines, as_of), _accepted(lines), _days_late(lines, as_of)]
        for supplier, lines in orders.groupby("supplier")
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns, dtype=float)


def _complete(lines: pd.DataFrame) -> pd.Series:
    """Day of the last receipt of each line of which nothing is to come."""
    return lines["receipt_date"].where(lines["open_quantity"] <= 0)


def _on_time(lines: pd.DataFrame, as_of: float) -> float:
    got = lines["received"].fillna(0.0) + lines["rejected"].fillna(0.0)
    columns = (lines["promised_date"], _complete(lines), lines["quantity"], got)
    promised, came, ordered, received = (values.to_numpy(float) for values in columns)
    try:
        return on_time_rate(promised, came, ordered, received, as_of=as_of)
    except NotEnoughData:
        return np.nan


def _accepted(lines: pd.DataFrame) -> float:
    accepted, rejected = lines["received"].sum(), lines["rejected"].sum()
    return float(accepted / (accepted + rejected)) if accepted + rejected > 0 else np.nan


def _days_late(lines: pd.DataFrame, as_of: float) -> float:
    """Mean days after the promise, an overdue line as late as it is today; a line in time is 0 days late."""
    came = _complete(lines)
    due = came.notna() | (lines["promised_date"] < as_of)
    return float((came.fillna(as_of) - lines["promised_date"])[due].clip(lower=0.0).mean())


def _sentence(ranked: pd.DataFrame, currency: str) -> str:
    scored = ranked[ranked["score"].notna()]
    cost = f"uncertain lead times cost {ranked['lateness_cost'].sum():,.2f} {currency} a year in stock."
    if scored.empty:
        return f"None of {len(ranked)} suppliers has a receipt or a price to be scored by; {cost}"
    best, last = scored.iloc[0], scored.iloc[-1]
    return (
        f"Scored {len(scored)} of {len(ranked)} suppliers: {best['supplier']} is best with "
        f"{best['score']:.0f}, {last['supplier']} last with {last['score']:.0f}; {cost}"
    )
