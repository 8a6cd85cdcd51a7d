"""Lead times as they really were: every receipt against its order date, per supplier and per item."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.errors import NotEnoughData
from xlinventory.core.suppliers import lead_time

PRIOR_RECEIPTS = 10.0
"""An item's own lead time counts as much as its supplier's once it has this many receipts."""
SAMPLE = 60
"""Most recent receipts of a supplier that a simulation draws from."""


@dataclass(frozen=True, slots=True)
class Deliveries:
    """One row a delivery or an order line still open: supplier, sku, both dates, units."""

    rows: pd.DataFrame
    as_of: float


def deliveries(orders: pd.DataFrame, movements: pd.DataFrame, as_of: float) -> Deliveries:
    """Receipts joined with their orders; partial receipts are rows of their own, open lines have no date."""
    receipts = movements.loc[movements["kind"].eq("RECEIPT") & movements["quantity"].gt(0)]
    receipts = receipts[["reference", "sku", "date", "quantity"]]
    lines = orders[["po", "sku", "supplier", "order_date", "promised_date", "open_quantity", "status"]]
    came = receipts.merge(lines, left_on=["reference", "sku"], right_on=["po", "sku"])
    waiting = lines[(lines["open_quantity"] > 0) & lines["status"].ne("cancelled")]
    waiting = waiting.assign(date=np.nan, quantity=waiting["open_quantity"])
    columns = ["supplier", "sku", "order_date", "promised_date", "date", "quantity"]
    rows = pd.concat([came[columns], waiting[columns]], ignore_index=True)
    return Deliveries(rows[rows["date"].isna() | (rows["date"] >= rows["order_date"])], as_of)


def supplier_lead_times(found: Deliveries) -> pd.DataFrame:
    """Mean, sd and number of receipts of each supplier; lines still open count as longer than they wait."""
    columns = ["mean", "sd", "count"]
    rows = {
        str(name): [_statistic(lines, column, found.as_of) for column in columns]
        for name, lines in found.rows.groupby("supplier", sort=True)
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns, dtype=float)


def own_lead_times(found: Deliveries) -> pd.DataFrame:
    """Mean (weighted by units), sd and number of receipts of each supplier and item."""
    came = found.rows[found.rows["date"].notna()]
    days = came["date"] - came["order_date"]
    keys = [came["supplier"], came["sku"]]
    weighted = (days * came["quantity"]).groupby(keys).sum() / came["quantity"].groupby(keys).sum()
    grouped = days.groupby(keys)
    return pd.DataFrame({"mean": weighted, "sd": grouped.std(ddof=1), "count": grouped.size().astype(float)})


def item_lead_times(
    items: pd.DataFrame, suppliers: pd.DataFrame, found: Deliveries, default: float
) -> pd.DataFrame:
    """Columns lead_time, lead_time_sd, lead_time_receipts for each item.

    The item's own receipts and its supplier's are weighed by their number (a shrinkage estimate);
    without receipts the promised lead time stands, without a supplier the default.
    """
    own = own_lead_times(found)
    keys = pd.MultiIndex.from_frame(items[["preferred_supplier", "sku"]])
    mine = own.reindex(keys)
    theirs = supplier_lead_times(found).reindex(items["preferred_supplier"])
    promised = suppliers.set_index("supplier")["promised_lead_days"].reindex(items["preferred_supplier"])
    fallback = promised.fillna(default).to_numpy()
    count = mine["count"].fillna(0.0).to_numpy()
    weight = count / (count + PRIOR_RECEIPTS)
    pooled_mean = _filled(theirs["mean"], fallback)
    pooled_sd = _filled(theirs["sd"], np.zeros(len(items)))
    return pd.DataFrame(
        {
            "lead_time": weight * _filled(mine["mean"], pooled_mean) + (1 - weight) * pooled_mean,
            "lead_time_sd": weight * _filled(mine["sd"], pooled_sd) + (1 - weight) * pooled_sd,
            "lead_time_receipts": count,
        },
        index=items.index,
    )


def samples(found: Deliveries, suppliers: pd.Series) -> NDArray[np.float64]:
    """Latest lead times of each item's supplier to simulate with, (items, SAMPLE), NaN padded."""
    came = found.rows[found.rows["date"].notna()].sort_values("date", kind="stable")
    days = came["date"] - came["order_date"]
    per_supplier = {name: group.to_numpy()[-SAMPLE:] for name, group in days.groupby(came["supplier"])}
    out = np.full((len(suppliers), SAMPLE), np.nan)
    for i, name in enumerate(suppliers):
        values = per_supplier.get(name, np.empty(0))
        out[i, : len(values)] = values
    return out


def _statistic(lines: pd.DataFrame, name: str, as_of: float) -> float:
    ordered, came, units = (lines[column].to_numpy(float) for column in ("order_date", "date", "quantity"))
    try:
        return lead_time(ordered, came, units, name, as_of)
    except NotEnoughData:
        return 0.0 if name == "count" else np.nan


def _filled(values: pd.Series, otherwise: NDArray[np.float64]) -> NDArray[np.float64]:
    given = values.to_numpy(dtype=float)
    return np.where(np.isnan(given), otherwise, given)
