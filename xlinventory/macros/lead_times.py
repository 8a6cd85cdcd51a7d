"""Lead times as they really were: every receipt against its order date, per supplier and per item."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.suppliers import STATISTICS, shrunk_to_group, waits
from xlinventory.imports.issues import counted
from xlinventory.macros.stock import UNITS_DECIMALS

PRIOR_RECEIPTS = 10.0
"""The sd of an item's own lead times counts as much as its supplier's once it has this many receipts."""
SAMPLE = 60
"""Most recent receipts of a supplier that a simulation draws from."""
LINE = ["po", "sku"]


@dataclass(frozen=True, slots=True)
class Deliveries:
    """One row a delivery or a rest still open: supplier, sku, its dates, units, and its part of the line.

    An order line counts once, however large it is: its deliveries share it by their units. *backwards* is
    how many receipts are dated before their order and so left out.
    """

    rows: pd.DataFrame
    as_of: float
    backwards: int = 0

    @property
    def told(self) -> str:
        """What was left out, as the end of a sentence."""
        what = counted(self.backwards, "receipt", "are")
        return f" {what} dated before the order and left out of lead times." if self.backwards else ""


def deliveries(orders: pd.DataFrame, movements: pd.DataFrame, as_of: float) -> Deliveries:
    """Receipts, booked or only typed, each a row beside its order; open rests are rows without a date."""
    receipts = movements.loc[movements["kind"].eq("RECEIPT") & movements["quantity"].gt(0)]
    receipts = receipts[["reference", "sku", "date", "quantity"]].rename(columns={"reference": "po"})
    lines = orders[[*LINE, "supplier", "order_date", "promised_date"]]
    waiting = orders[(orders["open_quantity"] > 0) & orders["status"].ne("cancelled")]
    waiting = waiting.assign(date=np.nan, quantity=waiting["open_quantity"])
    came = pd.concat([receipts, _unbooked(orders, receipts)[receipts.columns]]).merge(lines, on=LINE)
    columns = [*lines.columns, "date", "quantity"]
    rows = pd.concat([came[columns], waiting[columns]], ignore_index=True)
    backwards = rows["date"] < rows["order_date"]
    rows = rows[~backwards]
    part = rows["quantity"] / rows.groupby(LINE)["quantity"].transform("sum")
    return Deliveries(rows.assign(part=part), as_of, int(backwards.sum()))


def _unbooked(orders: pd.DataFrame, receipts: pd.DataFrame) -> pd.DataFrame:
    """What PurchaseOrders says was received beyond the *receipts* booked, on its receipt_date.

    So does an order that came before the stock was opened, which Receive never books.
    """
    booked = receipts.groupby(LINE)["quantity"].sum()
    units = orders["received"] - booked.reindex(pd.MultiIndex.from_frame(orders[LINE])).fillna(0.0).to_numpy()
    came = orders.assign(date=orders["receipt_date"], quantity=units.round(UNITS_DECIMALS))
    return came[came["quantity"].gt(0) & came["date"].notna()]


def supplier_lead_times(found: Deliveries) -> pd.DataFrame:
    """Mean, sd, p90 and receipts of each supplier; lines still open count as longer than they wait."""
    return _measured(found, ["supplier"])


def own_lead_times(found: Deliveries) -> pd.DataFrame:
    """The same of each supplier and item."""
    return _measured(found, ["supplier", "sku"])


def item_lead_times(
    items: pd.DataFrame, suppliers: pd.DataFrame, found: Deliveries, default: float
) -> pd.DataFrame:
    """Columns lead_time, lead_time_sd, lead_time_receipts for each item.

    The mean is weighed between the item's own receipts and its supplier's by how much items differ beyond
    chance (``shrunk_to_group``), the sd by the number of own receipts; without receipts the promised lead
    time stands, without a supplier the default.
    """
    own, theirs = own_lead_times(found), supplier_lead_times(found)
    place = theirs.index.get_indexer(own.index.get_level_values("supplier"))
    columns = (own[name].to_numpy(float) for name in ("mean", "lines", "sd"))
    mean, lines, sd = columns
    received = np.where(own["count"] > 0, lines, 0.0)
    shrunk = shrunk_to_group(mean, received, sd**2, place, theirs["mean"].to_numpy(float))
    own = own.assign(mean=shrunk.mean, lines=received)
    keys = pd.MultiIndex.from_frame(items[["preferred_supplier", "sku"]])
    mine, theirs = own.reindex(keys), theirs.reindex(items["preferred_supplier"])
    promised = suppliers.set_index("supplier")["promised_lead_days"].reindex(items["preferred_supplier"])
    pooled_mean = _filled(theirs["mean"], promised.fillna(default).to_numpy())
    pooled_sd = _filled(theirs["sd"], np.zeros(len(items)))
    count = mine["lines"].fillna(0.0).to_numpy()
    weight = count / (count + PRIOR_RECEIPTS)
    return pd.DataFrame(
        {
            "lead_time": _filled(mine["mean"], pooled_mean),
            "lead_time_sd": weight * _filled(mine["sd"], pooled_sd) + (1 - weight) * pooled_sd,
            "lead_time_receipts": mine["count"].fillna(0.0).to_numpy(),
        },
        index=items.index,
    )


def samples(found: Deliveries, suppliers: pd.Series) -> NDArray[np.float64]:
    """Latest lead times of each item's supplier to simulate with, (items, SAMPLE), NaN padded."""
    came = found.rows[found.rows["date"].notna()].sort_values("date", kind="stable")
    came = came.groupby("supplier").tail(SAMPLE)
    place, names = pd.factorize(came["supplier"])
    drawn = np.full((len(names) + 1, SAMPLE), np.nan)  # the last row is that of suppliers without receipts
    drawn[place, came.groupby("supplier").cumcount()] = came["date"] - came["order_date"]
    return np.asarray(drawn[pd.Index(names).get_indexer(pd.Index(suppliers))])


def _measured(found: Deliveries, keys: list[str]) -> pd.DataFrame:
    """Mean, sd, p90, receipts and the lines these speak for, by *keys*; NaN where there is no receipt."""
    grouped = found.rows.groupby(keys, sort=True)
    ordered, came, part = (found.rows[name].to_numpy(float) for name in ("order_date", "date", "part"))
    place = grouped.ngroup().to_numpy()
    seen = waits(ordered, came, part, found.as_of, place, grouped.ngroups)
    figures = {name: STATISTICS[name](seen) for name in ("mean", "sd", "p90", "count")}
    lines = np.where(seen.received > 0, seen.lines, 0.0)
    return pd.DataFrame(figures | {"lines": lines}, index=grouped.size().index)


def _filled(values: pd.Series, otherwise: NDArray[np.float64]) -> NDArray[np.float64]:
    given = values.to_numpy(dtype=float)
    return np.where(np.isnan(given), otherwise, given)
