"""Receive: what was typed into PurchaseOrders goes into stock, each unit once.

Booked already are the RECEIPT movements that name the order and the item, whoever booked them: an earlier
Receive or a file of receipts. What *received* says beyond them is booked now, at the order's price, on its
*receipt_date*; a line without that day is told, not guessed, since lead times are measured by it. Refused
units are no stock, they only close the line. What came before the opening stock of an item is part of it.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd

from xlinventory.arguments import serial
from xlinventory.imports.issues import counted, some_of
from xlinventory.imports.receipts import TYPED
from xlinventory.macros.columns import Row, records
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.orders import with_rows
from xlinventory.macros.stock import UNITS_DECIMALS, write_stock
from xlinventory.tables import day_text
from xlinventory.workbook import WorkbookError


@macro("receive", "Receive")
def receive(run: Run) -> str:
    """Book what is received in PurchaseOrders into stock: accepted units only, each unit once."""
    orders, movements = run.table("PurchaseOrders"), run.table("Movements")
    if orders.empty:
        raise WorkbookError("There are no purchase orders; press Create POs or refresh from CSV first.")
    lines = with_due(orders, movements, run.table("Items"))
    early = lines["due"].gt(0) & lines["receipt_date"].lt(lines["opened"])
    waiting = lines[lines["due"].ne(0) & ~early]
    refusals = [_refusal(line) for line in records(waiting)]
    booked = waiting[np.array([not why for why in refusals], dtype=bool)]
    if len(booked):
        movements = _with_receipts(movements, booked)
        run.write("Movements", movements)
    as_of = run.move_as_of(booked["receipt_date"])
    orders["received"] = orders["received"].fillna(lines["booked"].where(lines["booked"].ne(0)))
    settled = write_stock(run, orders, movements, as_of)
    booked = booked.assign(open_quantity=settled.loc[booked.index, "open_quantity"])
    run.findings += [_told(line) for line in records(booked)]
    run.findings += [
        f"{_name(line)}: {why}" for line, why in zip(records(waiting), refusals, strict=True) if why
    ]
    run.findings += _part_of_the_opening(lines[early])
    return _sentence(booked, len(waiting) - len(booked), run.setting("currency"))


def with_due(orders: pd.DataFrame, movements: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Orders with units booked and due, the day last booked, the day the item was opened, if it is known."""
    out = orders.copy()
    came = movements[movements["kind"].eq("RECEIPT")].groupby(["reference", "sku"])["quantity"].sum()
    keys = pd.MultiIndex.from_frame(out[["po", "sku"]])
    out["booked"] = np.nan_to_num(came.reindex(keys).to_numpy(dtype=float))
    out["due"] = (out["received"] - out["booked"]).round(UNITS_DECIMALS).fillna(0.0)
    opened = movements[movements["kind"].eq("OPENING")].groupby("sku")["date"].max()
    out["opened"] = np.floor(out["sku"].map(opened).astype(float))
    out["known"] = out["sku"].isin(items["sku"])
    latest = movements[movements["kind"].eq("RECEIPT")].groupby(["reference", "sku"])["date"].max()
    out["last_booked"] = np.floor(latest.reindex(keys).to_numpy(dtype=float))
    return out


def _with_receipts(movements: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """The ledger, oldest first, with a receipt for what is due of each line."""
    rows = pd.DataFrame(
        {
            "date": np.floor(lines["receipt_date"]),
            "sku": lines["sku"],
            "kind": "RECEIPT",
            "quantity": lines["due"],
            "unit_cost": lines["unit_price"],
            "reference": lines["po"],
            "source": TYPED,
        }
    )
    return with_rows(movements, [rows]).sort_values("date", kind="stable", ignore_index=True)


Remark: TypeAlias = tuple[Callable[[Row], bool], Callable[[Row], str]]

_REFUSALS: Sequence[Remark] = (
    (
        lambda line: line["due"] < 0,
        lambda line: (
            f"received says {line['received']:,.10g}, but {line['booked']:,.10g} are booked in Movements; "
            "nothing is taken back: undo that run, correct received, or enter a SUPPLIER_RETURN"
        ),
    ),
    (lambda line: not line["known"], lambda _: "not booked, the item is not in Items"),
    (
        lambda line: np.isnan(line["receipt_date"]),
        lambda line: f"{line['due']:,.10g} not booked, there is no receipt_date; type the day it came",
    ),
    (
        lambda line: np.floor(line["receipt_date"]) > serial(dt.date.today()),
        lambda line: f"not booked, {day_text(line['receipt_date'])} is still to come; correct receipt_date",
    ),
)
"""What stands against booking a line, the first that applies is told."""

_REMARKS: Sequence[Remark] = (
    (lambda line: np.isnan(line["unit_price"]), lambda _: "without a price, at the item's unit_cost"),
    (lambda line: line["rejected"] > 0, lambda line: f"{line['rejected']:,.10g} refused so far"),
    (lambda line: _over(line) > 0, lambda line: f"{_over(line):,.10g} more than ordered"),
    (lambda line: line["open_quantity"] > 0, lambda line: f"{line['open_quantity']:,.10g} still to come"),
    (lambda line: line["status"] == "cancelled", lambda _: "though the line is cancelled"),
    (lambda line: line["receipt_date"] < line["order_date"], lambda _: "a day before it was ordered"),
    (
        lambda line: np.floor(line["receipt_date"]) <= line["last_booked"],
        lambda line: f"one of {day_text(line['last_booked'])} was booked before: is receipt_date right?",
    ),
)
"""What else there is to say of a line that is booked, all that applies."""


def _refusal(line: Row) -> str:
    return next((told(line) for applies, told in _REFUSALS if applies(line)), "")


def _told(line: Row) -> str:
    remarks = [told(line) for applies, told in _REMARKS if applies(line)]
    price = "" if np.isnan(line["unit_price"]) else f" at {line['unit_price']:,.2f}"
    done = f"{line['due']:,.10g} booked on {day_text(line['receipt_date'])}{price}"
    return f"{_name(line)}: {'; '.join([done, *remarks])}"


def _over(line: Row) -> float:
    settled = line["received"] + np.nan_to_num(line["rejected"])
    return float(round(settled - line["quantity"], UNITS_DECIMALS))


def _name(line: Row) -> str:
    return f"{line['po']} {line['sku']}"


def _part_of_the_opening(lines: pd.DataFrame) -> list[str]:
    if lines.empty:
        return []
    shown = some_of([_name(line) for line in records(lines)])
    what = counted(len(lines), "line")
    return [f"{what} received before the opening stock of the item, which holds it: {shown}"]


def _sentence(booked: pd.DataFrame, refused: int, currency: str) -> str:
    rest = f"; {counted(refused, 'line', 'are')} not booked, the findings say why" if refused else ""
    if booked.empty and refused:
        return f"Nothing booked{rest}."
    if booked.empty:
        return "Nothing to book: all that PurchaseOrders says was received is in Movements."
    money = float((booked["due"] * booked["unit_price"]).sum())
    return (
        f"Booked {counted(len(booked), 'receipt')} of {booked['due'].sum():,.10g} units for {money:,.2f} "
        f"{currency} into stock{rest}."
    )
