"""Two years of a wholesaler's stock movements, drawn at random from a seed: every kind, never below zero.

Popular items move more often (lognormal). Of the rows 12 % are receipts (opening stock among them), 3 %
customer returns - nine of ten name the invoice of a recent sale, never more than it sold -, 1 % supplier
returns of a named receipt, 2.5 % stock-count adjustments of either sign (half of the finds without a cost),
1.5 % write-offs, 2 % transfers, the rest sales. Three items of a hundred are sold by weight, to a thousandth.
Every issue belongs to one of the receipts before it, and a receipt is as large as what belongs to it and a
little more: so stock is never short, several layers are there at a time, and specific identification has a
lot for every issue.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DAYS, FIRST_DAY = 730, np.datetime64("2023-01-01")
COLUMNS = ["date", "sku", "kind", "quantity", "unit_cost", "reference"]
SHARES = {
    "RECEIPT": 0.11,
    "CUSTOMER_RETURN": 0.03,
    "SUPPLIER_RETURN": 0.01,
    "ADJUSTMENT": 0.025,
    "WRITE_OFF": 0.015,
    "TRANSFER": 0.02,
    "SALE": 0.79,
}
ROWS_OF_AN_INVOICE = 8
BY_WEIGHT, SMALLEST = 0.03, 0.001


def movements(rows: int, skus: int, seed: int = 1) -> pd.DataFrame:
    """*rows* movements of *skus* items in the order of their days; *lot* is the receipt each belongs to."""
    draw = np.random.default_rng(seed)
    item = np.repeat(np.arange(skus), _counts(draw, rows, skus))
    opening = np.r_[True, item[1:] != item[:-1]]
    moment = np.where(opening, 0.0, draw.uniform(1.0, DAYS, rows))
    moment = moment[np.lexsort((moment, item))]
    kind = draw.choice(list(SHARES), rows, p=list(SHARES.values())).astype(object)
    kind[opening] = "OPENING"
    table = pd.DataFrame({"item": item, "moment": moment, "kind": kind})
    _issue(table, draw)
    _receive(table, draw)
    table["before"] = np.arange(rows)
    table = table.sort_values("moment", kind="stable", ignore_index=True)
    _name(table)
    table["date"] = FIRST_DAY + table["moment"].to_numpy().astype("timedelta64[D]")
    table["sku"] = ("SKU" + table["item"].astype(str).str.zfill(5)).astype(object)
    return table[[*COLUMNS, "lot"]]


def one_busy_item(rows: int, seed: int = 1) -> pd.DataFrame:
    """One item with a receipt and a sale in turn, the receipts a little ahead: ever more layers."""
    draw = np.random.default_rng(seed)
    received = draw.integers(5, 50, rows // 2).astype(float)
    sold = np.minimum(received, draw.integers(5, 50, rows // 2))
    pairs = np.arange(rows // 2)
    numbers = {
        "quantity": np.stack([received, -sold], axis=1).ravel(),
        "unit_cost": np.stack([draw.uniform(8, 12, rows // 2).round(4), pairs * np.nan], axis=1).ravel(),
    }
    names = np.stack([np.char.add("GRN", pairs.astype(str)), np.char.add("INV", pairs.astype(str))], axis=1)
    table = pd.DataFrame({"date": FIRST_DAY + np.repeat(pairs * DAYS // (rows // 2), 2), "sku": "BUSY"})
    table["sku"] = table["sku"].astype(object)
    table["kind"] = np.tile(np.array(["RECEIPT", "SALE"], dtype=object), rows // 2)
    return table.assign(**numbers, reference=names.ravel().astype(object))[COLUMNS]


def _counts(draw: np.random.Generator, rows: int, skus: int) -> NDArray[np.int_]:
    """Rows of each item, at least five."""
    popularity = draw.lognormal(0.0, 1.2, skus)
    return 5 + draw.multinomial(rows - 5 * skus, popularity / popularity.sum())


def _issue(table: pd.DataFrame, draw: np.random.Generator) -> None:
    """Quantities of issues and of what came back, the sale of each customer return, the lot of every row."""
    count, item = len(table), table["item"].to_numpy()
    table["weighed"] = (draw.random(item[-1] + 1) < BY_WEIGHT)[item]
    size = draw.lognormal(1.0, 0.8, item[-1] + 1)[item]
    units = np.maximum(
        _rounded(draw.exponential(size), table["weighed"]), np.where(table["weighed"], SMALLEST, 1)
    )
    kind = table["kind"].to_numpy()
    sale = _earlier_sale(table, draw)
    orphan = (kind == "CUSTOMER_RETURN") & (sale < 0)
    table.loc[orphan, "kind"] = "ADJUSTMENT"
    back = sale >= 0
    least = np.where(table["weighed"], SMALLEST, 1)
    part = np.maximum(_rounded(draw.random(count) * units[sale], table["weighed"]), least)
    units = np.where(back, np.minimum(part, units[sale]), units)
    found = orphan | ((kind == "ADJUSTMENT") & (draw.random(count) < 0.4))
    incoming = back | found | ((kind == "TRANSFER") & (draw.random(count) < 0.5))
    table["quantity"], table["sale"] = np.where(incoming, units, -units), sale
    table["unknown"] = back & (draw.random(count) < 0.1)
    receipt = np.isin(kind, ["OPENING", "RECEIPT"])
    number = np.cumsum(receipt) - 1
    first = np.maximum.accumulate(np.where(kind == "OPENING", number, 0))
    behind = np.where(kind == "SUPPLIER_RETURN", 0, draw.integers(0, 3, count))
    table["lot_number"] = np.where(receipt, number, np.maximum(number - behind, first))
    table["receipt"] = receipt


def _earlier_sale(table: pd.DataFrame, draw: np.random.Generator) -> NDArray[np.int_]:
    """For each customer return one of the item's sales before it, a recent one, each once; else -1."""
    sale = (table["kind"] == "SALE").to_numpy()
    place = np.flatnonzero(sale)
    before = np.cumsum(sale)
    of_item = before - np.maximum.accumulate(np.where(table["kind"] == "OPENING", before, 0))
    back = draw.geometric(0.2, len(table))
    returned = (table["kind"] == "CUSTOMER_RETURN").to_numpy() & (back <= of_item)
    found = np.where(returned, place[np.clip(before - back, 0, None)], -1)
    again = pd.Series(found).where(returned).duplicated() & returned
    return np.where(again, -1, found)


def _receive(table: pd.DataFrame, draw: np.random.Generator) -> None:
    """Quantities of receipts, as large as what belongs to them, and unit costs that drift."""
    quantity, receipt = table["quantity"].to_numpy(copy=True), table["receipt"].to_numpy()
    out = (quantity < 0) & (table["kind"] != "TRANSFER").to_numpy() & ~receipt
    taken = np.bincount(table["lot_number"][out], -quantity[out], int(receipt.sum()))
    spare = draw.integers(0, 4, len(taken)) + np.ceil(0.02 * taken) + (taken == 0)
    quantity[receipt] = np.round(taken + spare, 3)
    table["quantity"] = quantity
    item = table["item"].to_numpy()[receipt]
    walk = np.cumsum(draw.normal(0.002, 0.03, len(item)))
    first = np.maximum.accumulate(np.where(np.r_[True, item[1:] != item[:-1]], np.arange(len(item)), 0))
    drift = np.exp(walk - walk[first])
    cost = np.full(len(table), np.nan)
    cost[receipt] = np.round(draw.lognormal(2.0, 1.0, item[-1] + 1)[item] * drift, 4)
    found = (table["kind"] == "ADJUSTMENT").to_numpy() & (quantity > 0) & (draw.random(len(table)) < 0.5)
    cost[found] = np.round(cost[receipt][table["lot_number"][found]], 4)
    table["unit_cost"] = cost


def _name(table: pd.DataFrame) -> None:
    """References: invoices of several lines, a number for each receipt, those of their origin on returns."""
    count, kind = len(table), table["kind"]
    sold, received = (kind == "SALE").to_numpy(), table["receipt"].to_numpy()
    invoice = "INV" + pd.Series(np.arange(count) // ROWS_OF_AN_INVOICE).astype(str).str.zfill(6)
    again = table["item"].where(sold, -1).groupby([table["item"], invoice, sold]).cumcount()
    invoice = invoice.where(again == 0, invoice + "-" + again.astype(str))
    number = "GRN" + pd.Series(np.arange(count)).astype(str).str.zfill(7)
    lots = pd.Series(number[received].to_numpy(), index=table["lot_number"][received])
    table["lot"] = table["lot_number"].map(lots).astype(object)
    place = np.empty(count, dtype=int)
    place[table["before"]] = np.arange(count)
    sale = np.where(table["sale"] >= 0, place[table["sale"]], -1)
    linked = sale >= 0
    table.loc[linked, "lot"] = table["lot"].to_numpy()[sale[linked]]
    reference = np.where(sold, invoice, "").astype(object)
    reference[linked] = np.where(table["unknown"][linked], "C" + number[linked], reference[sale[linked]])
    named = (received | (kind == "SUPPLIER_RETURN")).to_numpy()
    table["reference"] = np.where(named, table["lot"], reference)


def _rounded(units: NDArray[np.float64], weighed: pd.Series) -> NDArray[np.float64]:
    return np.where(weighed, np.round(units, 3), np.ceil(units))
