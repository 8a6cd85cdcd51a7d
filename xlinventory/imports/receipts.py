"""Deliveries against purchase orders: movements for what was accepted, counts on the orders for the rest.

Received units are the sum of an order line's RECEIPT movements. Refused units leave no movement, so they are
counted once, with the line that brought them: when its movement is new or, if nothing was accepted, when its
day is later than any receipt the order knew. An order that is itself new counts all lines there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from xlinventory.imports import issues, ledger
from xlinventory.imports.layouts import Mask
from xlinventory.imports.merging import identity, new_lines
from xlinventory.imports.reading import ReadFile

KEY = ["po", "sku"]
TYPED = "PurchaseOrders"
"""Source of the movements that Receive books: they were typed there."""


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Lines of a receipts file: po, sku, receipt_date, received, rejected, unit_price; and its issues."""

    file: str
    lines: pd.DataFrame
    issues: pd.DataFrame


def deliveries(file: ReadFile, orders: pd.DataFrame, skus: pd.Series) -> Deliveries:
    """Lines of a receipts file that can be booked, priced by their order where they have no price.

    A receipt for an order line that is not known is booked into stock if the item is known, and told once
    a file; if the item is not known either, or nothing was accepted, the line is refused.
    """
    lines = file.lines.copy()
    for name in {"rejected", "unit_price"} - set(lines.columns):
        lines[name] = 0.0 if name == "rejected" else np.nan
    priced = orders.set_index(KEY)["unit_price"]
    keys = _keys(lines)
    ordered = keys.isin(priced.index)
    lines["unit_price"] = lines["unit_price"].fillna(pd.Series(priced.reindex(keys).to_numpy(), lines.index))
    booked = ordered | (lines["sku"].isin(skus) & lines["received"].gt(0)).to_numpy()
    told = issues.refused_lines(
        file.file, "po", lines.loc[~booked, "po"], "not in PurchaseOrders, and no such item or no units",
        "Not taken. Add the order or the item, then refresh again.",
    )  # fmt: skip
    strange = lines.loc[booked & ~ordered, "po"].unique().tolist()
    return Deliveries(file.file, lines[booked], issues.joined([told, _unknown_orders(file.file, strange)]))


def movements(found: Deliveries) -> pd.DataFrame:
    """Receipts as movements of the accepted units; lines without any are left out."""
    lines = found.lines[found.lines["received"] > 0]
    out = pd.DataFrame(
        {
            "date": lines["receipt_date"],
            "sku": lines["sku"],
            "kind": "RECEIPT",
            "quantity": lines["received"],
            "unit_cost": lines["unit_price"],
            "reference": lines["po"],
            "source": found.file,
            "unit_price": np.nan,
            "order_line": "",
            "name": "",
        }
    )
    return out.astype({"kind": object, "source": object, "order_line": object, "name": object})[
        [*ledger.COLUMNS, "name"]
    ]


def counted(files: Sequence[Deliveries], booked: Sequence[Mask], before: pd.DataFrame) -> list[Mask]:
    """Marks the lines whose refused units an order has not counted yet.

    *booked* marks, among the lines of each file with accepted units, those whose movement is new;
    *before* are the orders as they were.
    """
    none = np.array([], dtype=np.uint64)
    once = new_lines(none, [_identity(found.lines) for found in files])
    last = before.set_index(KEY)["receipt_date"]
    marks = []
    for found, is_new, first in zip(files, booked, once, strict=True):
        keys = _keys(found.lines)
        fresh = np.zeros(len(keys), dtype=bool)
        fresh[(found.lines["received"] > 0).to_numpy()] = is_new
        later = ~(found.lines["receipt_date"].to_numpy() <= last.reindex(keys).to_numpy(dtype=float))
        later &= (found.lines["received"] == 0).to_numpy()
        marks.append(first & (fresh | later | ~keys.isin(last.index)))
    return marks


def with_receipts(
    orders: pd.DataFrame,
    movements: pd.DataFrame,
    refused: pd.DataFrame,
    told: pd.DataFrame,
    typed: "pd.Series[float]",
) -> pd.DataFrame:
    """Orders with received, rejected and receipt_date from all receipts known.

    *refused* are the lines whose refused units are still to be counted; *told* the order lines (po, sku)
    whose refused units a file of orders gives itself; *typed* the units that wait to be booked, by order
    line. Orders without receipts keep what they have.
    """
    out = orders.copy()
    keys = _keys(out)
    came = _received(movements)
    sums = came["quantity"].sum().reindex(keys).to_numpy(dtype=float)
    out["received"] = np.where(np.isnan(sums), out["received"], sums)
    out["received"] = np.fmax(out["received"], typed.reindex(keys).to_numpy(dtype=float))
    extra = refused.groupby(KEY)["rejected"].sum().reindex(keys).to_numpy(dtype=float)
    extra = np.where(keys.isin(_keys(told)), np.nan, extra)
    known, new = out["rejected"].fillna(0.0), np.where(np.isnan(extra), 0.0, extra)
    # With units that were typed and wait, refused ones were typed too: the file's may be the same.
    counted = np.where(keys.isin(typed.index), np.fmax(known, new), known + new)
    out["rejected"] = np.where(np.isnan(extra) & np.isnan(sums), out["rejected"], counted)
    receipts = movements[movements["kind"].eq("RECEIPT")].groupby(["reference", "sku"])
    days = [receipts["date"].max(), refused.groupby(KEY)["receipt_date"].max()]
    for day in days:
        out["receipt_date"] = np.fmax(out["receipt_date"], day.reindex(keys).to_numpy(dtype=float))
    return out


def typed_units(orders: pd.DataFrame, movements: pd.DataFrame) -> "pd.Series[float]":
    """Received units of the order lines on which someone typed more than is booked, by order line."""
    received = orders.drop_duplicates(KEY).set_index(KEY)["received"]
    booked = _received(movements)["quantity"].sum().reindex(received.index).fillna(0.0)
    waiting: pd.Series[float] = received[received > booked]
    return waiting


def typed_too(found: Deliveries, new: Mask, booked: pd.DataFrame) -> pd.DataFrame:
    """One issue when a file brings more to order lines that Receive has booked deliveries of.

    A delivery typed on another day, or two in one, cannot be told from one that came besides. *new* marks
    the lines with accepted units that were taken; *booked* are the movements there were before.
    """
    came = found.lines[found.lines["received"] > 0][new]
    by_hand = booked[booked["kind"].eq("RECEIPT") & booked["source"].eq(TYPED)]
    both = came.loc[_keys(came).isin(pd.MultiIndex.from_frame(by_hand[["reference", "sku"]])), KEY]
    if both.empty:
        return issues.joined([])
    names = [f"{po} {sku}" for po, sku in both.drop_duplicates().itertuples(index=False)]
    problem = (
        f"{issues.counted(len(names), 'order line')} with deliveries typed into PurchaseOrders, too: "
        f"{issues.some_of(names)}"
    )
    return issues.of_file(
        file=found.file, problem=problem, column="po",
        action="Added up. If it is the same delivery: undo, make typed day and units those of the file.",
    )  # fmt: skip


def _received(movements: pd.DataFrame) -> Any:
    """Receipts of the ledger, less what Receive sent back of them, grouped by order line."""
    sent_back = movements["kind"].eq("SUPPLIER_RETURN") & movements["source"].eq(TYPED)
    return movements[movements["kind"].eq("RECEIPT") | sent_back].groupby(["reference", "sku"])


def _identity(lines: pd.DataFrame) -> np.ndarray:
    """A delivery's day, order line and accepted units; where there are none, the refused ones."""
    units = lines["received"].where(lines["received"] > 0, -lines["rejected"])
    return identity(lines.assign(units=units), [*KEY, "receipt_date", "units"])


def _unknown_orders(file: str, orders: list[str]) -> pd.DataFrame:
    if not orders:
        return issues.joined([])
    return issues.of_file(
        file,
        f"order lines that are not in PurchaseOrders: {issues.some_of(orders)}",
        "Taken into stock, without a lead time. Add the orders, then refresh again.",
        "po",
    )


def _keys(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[KEY])
