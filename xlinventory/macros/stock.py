"""Where stock stands: what is on the shelf, what is still to come, and the state of every order."""

import numpy as np
import pandas as pd

from xlinventory.macros.frame import Run

UNITS_DECIMALS = 6
COUNTED = ("quantity", "received", "rejected")
"""Columns of PurchaseOrders that say what is still to come."""


def write_stock(run: Run, orders: pd.DataFrame, movements: pd.DataFrame, as_of: float) -> pd.DataFrame:
    """Write PurchaseOrders with the state of every line and Items with the stock that follows; the orders."""
    settled = with_open_quantities(orders, as_of)
    run.write("PurchaseOrders", settled)
    run.write("Items", with_stock(run.table("Items"), movements, settled))
    return settled


def with_stock(items: pd.DataFrame, movements: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Items with on_hand from movements but transfers, on_order from open orders; committed blank is 0."""
    out = items.copy()
    out["on_hand"] = _units(movements[movements["kind"].ne("TRANSFER")], "quantity", out["sku"])
    out["on_order"] = _units(orders, "open_quantity", out["sku"])
    out["committed"] = out["committed"].fillna(0.0)
    return out


def with_open_quantities(orders: pd.DataFrame, as_of: float) -> pd.DataFrame:
    """Orders with the units still to come and each line's state on the day *as_of* (NaN: nothing is late).

    open = max(0, quantity - received - rejected), 0 when cancelled.
    """
    out = orders.copy()
    cancelled = out["status"].eq("cancelled")
    settled = out["received"].fillna(0.0) + out["rejected"].fillna(0.0)
    rest = (out["quantity"] - settled).round(UNITS_DECIMALS).clip(lower=0.0)
    out["open_quantity"] = rest.mask(cancelled, 0.0)
    states = {
        "cancelled": cancelled,
        "received": out["open_quantity"].eq(0),
        "overdue": out["promised_date"].lt(as_of),
        "partial": settled.gt(0),
    }
    out["status"] = np.select(list(states.values()), list(states), "open").astype(object)
    return out


def _units(rows: pd.DataFrame, column: str, skus: pd.Series) -> pd.Series:
    sums = rows.groupby("sku")[column].sum().round(UNITS_DECIMALS)
    return skus.map(sums).astype(float).fillna(0.0)
