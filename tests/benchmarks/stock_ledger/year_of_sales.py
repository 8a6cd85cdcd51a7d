"""A real year valued: every line of the Online Retail data set, with receipts that could have served it.

Sales, returns and stock corrections are the published lines. Receipts are drawn from a seed: opening stock
for the first eight weeks, then every four weeks what will go out in the four after next, at a cost that
starts at about half the mean price and drifts. A cancellation (invoice C...) names no sale; where its
customer bought at least as much of the item before, it is linked to the latest such invoice.

Source: Chen, D. (2015). Online Retail. UCI Machine Learning Repository, https://doi.org/10.24432/C5BW33, CC
BY 4.0.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from forecasting.report import Table

from stock_ledger.measuring import taken_by
from stock_ledger.movements import COLUMNS
from xlinventory.core.ledger import METHODS, StockLedger

PRODUCT = r"\d{5}[A-Z]{0,2}"
BLOCK = 28
WITHOUT_LOTS = tuple(name for name, flow in METHODS.items() if not (flow.by_lot or flow.standard))


def valued(file: Path, seed: int = 1) -> Table:
    """Totals of the year by every method, and whether the books of every item add up."""
    moves = year(file, seed)
    data = {name: moves[name].to_numpy() for name in COLUMNS}
    named: dict[str, Any] = {"kind": data["kind"], "reference": data["reference"]}
    ledger = StockLedger(data["sku"], data["date"], data["quantity"], data["unit_cost"], **named)
    rows = []
    for method in WITHOUT_LOTS:
        taken = taken_by(lambda method=method: ledger.value(method))
        book = taken.told
        uneven = int(np.count_nonzero(book.check))
        paid, sold, left = (float(f.sum()) for f in (book.receipts_value, book.cost_of_sales, book.value))
        rows.append([method, paid, sold, left, uneven, float(book.value.min()), taken.seconds])
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in moves["kind"].value_counts().items())
    linked = int(moves["linked"].sum())
    title = (
        f"Real sales of a year, generated receipts: {len(moves):,} movements of {len(ledger.sku):,} items "
        f"({kinds}; {linked:,} returns linked to their sale):"
    )
    columns = ("method", "opening and receipts", "cost of sales", "stock", "items whose check is not 0",
               "least stock value of an item", "seconds")  # fmt: skip
    return Table(title, columns, rows)


def year(file: Path, seed: int = 1) -> pd.DataFrame:
    """All movements in the order of their days; *linked* marks returns that name their sale."""
    sold = _with_origin(_lines(file))
    bought = _receipts(sold, np.random.default_rng(seed))
    moves = pd.concat([bought, sold], ignore_index=True)
    order = np.lexsort((~moves["kind"].isin(["OPENING", "RECEIPT"]), moves["moment"]))
    moves = moves.iloc[order].reset_index(drop=True)
    return moves.assign(date=moves["moment"].dt.normalize(), linked=moves["linked"].eq(True))


def _lines(file: Path) -> pd.DataFrame:
    """The published lines of products as movements: what they sold is negative."""
    lines = pd.read_csv(
        file, dtype={"InvoiceNo": str, "StockCode": str, "CustomerID": str}, parse_dates=["InvoiceDate"]
    )
    lines["sku"] = lines["StockCode"].str.upper()
    lines = lines[lines["sku"].str.fullmatch(PRODUCT) & (lines["Quantity"] != 0)].reset_index(drop=True)
    cancelled, priced = lines["InvoiceNo"].str.startswith("C"), lines["UnitPrice"] > 0
    kind = np.select([cancelled, priced & (lines["Quantity"] > 0)], ["CUSTOMER_RETURN", "SALE"], "ADJUSTMENT")
    quantity = np.where(kind == "ADJUSTMENT", -lines["Quantity"].abs(), -lines["Quantity"]).astype(float)
    moves = {"moment": lines["InvoiceDate"], "sku": lines["sku"].astype(object), "kind": kind.astype(object)}
    moves |= {"quantity": quantity, "unit_cost": np.nan, "reference": lines["InvoiceNo"].astype(object)}
    moves |= {
        "customer": lines["CustomerID"].astype(object),
        "unit_price": lines["UnitPrice"].clip(lower=0.0),
    }
    return pd.DataFrame(moves | {"name": lines["Description"].astype(object)}).sort_values(
        "moment", kind="stable"
    )


def _with_origin(moves: pd.DataFrame) -> pd.DataFrame:
    """Each return with the invoice of its customer's latest sale of the item, if that was as large."""
    keys = ["sku", "customer"]
    known = moves[moves["customer"].notna()]
    sales = known.loc[known["kind"] == "SALE", ["moment", *keys, "reference", "quantity"]]
    sales = sales.rename(columns={"reference": "origin", "quantity": "sold"})
    back = known[known["kind"] == "CUSTOMER_RETURN"].reset_index(names="place")
    found = pd.merge_asof(back, sales, on="moment", by=keys)
    found = found[found["origin"].notna() & (found["quantity"] <= -found["sold"])]
    moves = moves.assign(linked=False)
    moves.loc[found["place"], "reference"] = found["origin"].to_numpy()
    moves.loc[found["place"], "linked"] = True
    return moves


def _receipts(sold: pd.DataFrame, draw: np.random.Generator) -> pd.DataFrame:
    """Opening stock and receipts that cover all that goes out, and the unit cost each came at."""
    start = sold["moment"].min().normalize()
    block = (sold["moment"] - start).dt.days // BLOCK
    out = (-sold["quantity"]).where(sold["kind"] != "CUSTOMER_RETURN", 0.0)
    need = np.ceil(1.03 * pd.crosstab(sold["sku"], block, out, aggfunc="sum").fillna(0.0))
    sales = sold[sold["kind"] == "SALE"]
    money = (sales["unit_price"] * -sales["quantity"]).groupby(sales["sku"]).sum()
    price = (money / -sales.groupby("sku")["quantity"].sum()).reindex(need.index).fillna(1.0)
    share = draw.uniform(0.4, 0.65, len(need))
    first = pd.DataFrame(
        {"block": -1, "sku": need.index, "quantity": need.iloc[:, :2].sum(axis=1).to_numpy() + 1}
    )
    later = need.iloc[:, 2:].melt(ignore_index=False, var_name="for", value_name="quantity").reset_index()
    later = later[later["quantity"] > 0].assign(block=later["for"] - 2)
    rows = pd.concat([first, later[["block", "sku", "quantity"]]]).sort_values(
        ["sku", "block"], ignore_index=True
    )
    steps = draw.normal(0.004, 0.03, len(rows))
    drift = np.exp(pd.Series(steps).groupby(rows["sku"]).cumsum().to_numpy())
    cost = np.round((price * share).reindex(rows["sku"]).to_numpy() * drift, 4)
    opening = rows["block"] < 0
    moment = start + pd.to_timedelta(np.where(opening, -1, rows["block"] * BLOCK), unit="D")
    named = "GRN" + pd.Series(np.arange(len(rows))).astype(str).str.zfill(6)
    kind = np.where(opening, "OPENING", "RECEIPT").astype(object)
    return rows.assign(moment=moment, kind=kind, unit_cost=cost, reference=named.astype(object))
