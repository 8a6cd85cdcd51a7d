"""What a unit of each movement cost, by its kind and reference: the ledger of every item, ready for replay.

In at cost: OPENING and RECEIPT at their unit_cost, else the item's. SUPPLIER_RETURN goes out of the receipt
of its reference and is credited at that receipt's cost; without one, at its own unit_cost, else that of the
last receipt. CUSTOMER_RETURN comes back at the cost at which the sale of its reference left; without one, at
its own unit_cost, else at the cost of the item's last sale before it. A positive ADJUSTMENT comes in at its
unit_cost, else at the cost of the next unit issued. SALE, WRITE_OFF and negative ADJUSTMENT go out by the
method. TRANSFER changes no value and is left out.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

PURCHASES = ("OPENING", "RECEIPT", "SUPPLIER_RETURN")
SALES = ("SALE", "CUSTOMER_RETURN")

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Journal:
    """Movements that change value, item by item, each in the order of its days; arrays (n_rows,).

    *link* counts within the item's rows: the sale that comes back, the receipt that goes back, or -1.
    *start* (n_items + 1,) is where each item's rows begin.
    """

    start: NDArray[np.int_]
    item: NDArray[np.int_]
    date: Numbers
    quantity: Numbers
    unit_cost: Numbers
    unit_price: Numbers
    link: NDArray[np.int_]
    purchase: Mask
    sale: Mask

    def sums(self, weights: Numbers, where: Mask | None = None) -> Numbers:
        """Totals of each item, (n_items,), of the rows *where*."""
        chosen = weights if where is None else np.where(where, weights, 0.0)
        return np.bincount(self.item, chosen, len(self.start) - 1).astype(float)


def journal(movements: pd.DataFrame, items: pd.DataFrame, as_of: float) -> Journal:
    """Movements to the end of *as_of* with their costs; *items* has a row for each sku."""
    kept = movements[(np.floor(movements["date"]) <= np.floor(as_of)) & movements["kind"].ne("TRANSFER")]
    item = pd.Index(items["sku"]).get_indexer(kept["sku"])
    order = np.lexsort((np.floor(kept["date"].to_numpy()), item))
    rows, item = kept.iloc[order].reset_index(drop=True), item[order]
    start = np.searchsorted(item, np.arange(len(items) + 1))
    purchase, sale = rows["kind"].isin(PURCHASES).to_numpy(), rows["kind"].isin(SALES).to_numpy()
    link, cost = _links(rows, item, purchase, sale)
    cost = np.where(purchase & np.isnan(cost), items["unit_cost"].to_numpy(dtype=float)[item], cost)
    price = rows["unit_price"].to_numpy(dtype=float)
    return Journal(
        start=start,
        item=item,
        date=rows["date"].to_numpy(dtype=float),
        quantity=rows["quantity"].to_numpy(dtype=float),
        unit_cost=cost,
        unit_price=np.where(np.isnan(price), items["sell_price"].to_numpy(dtype=float)[item], price),
        link=np.where(link >= 0, link - start[item], -1),
        purchase=purchase,
        sale=sale,
    )


def _links(
    rows: pd.DataFrame, item: NDArray[np.int_], purchase: Mask, sale: Mask
) -> tuple[NDArray[np.int_], Numbers]:
    """Row each return belongs to, or -1, and the unit costs with those of supplier returns filled in."""
    quantity, cost = rows["quantity"].to_numpy(dtype=float), rows["unit_cost"].to_numpy(dtype=float)
    came_back, sent_back = sale & (quantity > 0), purchase & (quantity < 0)
    link = np.full(len(rows), -1)
    keys = [pd.Series(item), rows["reference"]]
    named = rows["reference"].ne("").to_numpy()
    for returned, origin in ((came_back, sale & (quantity < 0)), (sent_back, purchase & (quantity > 0))):
        if returned.any():
            link = np.where(returned & named, _latest(origin, keys), link)
    last_sale, last_receipt = (
        _latest(sale & (quantity < 0), keys[:1]),
        _latest(purchase & (quantity > 0), keys[:1]),
    )
    link = np.where(came_back & (link < 0) & np.isnan(cost), last_sale, link)
    credit = np.where(link >= 0, link, np.where(np.isnan(cost), last_receipt, -1))
    return link, np.where(sent_back & (credit >= 0), cost[credit], cost)


def _latest(marked: Mask, keys: list[pd.Series]) -> NDArray[np.int_]:
    """The last marked row up to each row among those of equal keys, or -1."""
    place = pd.Series(np.where(marked, np.arange(len(marked)), np.nan))
    return place.groupby(keys).ffill().fillna(-1).to_numpy().astype(int)
