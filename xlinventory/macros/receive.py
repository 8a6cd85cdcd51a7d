"""Receive: what was typed into PurchaseOrders goes into stock, each unit once.

Booked already are the RECEIPT movements that name the order and the item, whoever booked them: an earlier
Receive or a file of receipts. What *received* says beyond them is booked now, at the order's price, on its
*receipt_date*; a line without that day is told, not guessed, since lead times are measured by it. Refused
units are no stock, they only close the line. Units found bad after they were booked leave stock again as a
SUPPLIER_RETURN: lower *received* and raise *rejected* by them. What came before the opening stock of an item
is part of it.
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
from xlinventory.macros.currencies import currency_of
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.orders import with_rows
from xlinventory.macros.stock import UNITS_DECIMALS, with_open_quantities, write_stock
from xlinventory.tables import day_text
from xlinventory.workbook import WorkbookError


@macro("receive", "Receive")
def receive(run: Run) -> str:
    """Book what is received in PurchaseOrders into stock: accepted units only, each unit once."""
    orders, movements = run.table("PurchaseOrders"), run.movements()
    if orders.empty:
        raise WorkbookError("There are no purchase orders; press Create POs or refresh from CSV first.")
    lines = with_due(orders, movements, run.table("Items"), run.setting("as_of"))
    lines["foreign"] = _foreign(lines["supplier"], run.table("Suppliers"), run.setting("currency"))
    early = lines["due"].gt(0) & lines["receipt_date"].lt(lines["opened"])
    waiting = lines[lines["due"].ne(0) & ~early]
    refusals = [_refusal(line) for line in records(waiting)]
    booked = waiting[np.array([not why for why in refusals], dtype=bool)]
    if len(booked):
        run.write("Movements", _with_receipts(run.table("Movements"), booked))
        movements = _with_receipts(movements, booked)
    as_of = run.move_as_of(booked["day"])
    orders["received"] = orders["received"].fillna(lines["booked"].where(lines["booked"].ne(0)))
    settled = write_stock(run, orders, movements, as_of)
    booked = booked.assign(open_quantity=settled.loc[booked.index, "open_quantity"])
    run.findings += [_told(line) for line in records(booked)]
    run.findings += [
        f"{_name(line)}: {why}" for line, why in zip(records(waiting), refusals, strict=True) if why
    ]
    run.findings += _part_of_the_opening(lines[early])
    run.findings += _refused_without_a_day(lines)
    return _sentence(booked, len(waiting) - len(booked), run.setting("currency"))


def with_due(
    orders: pd.DataFrame, movements: pd.DataFrame, items: pd.DataFrame, as_of: float
) -> pd.DataFrame:
    """Orders with units booked and due, the *day* to book them on, the days last booked and opened.

    Due is negative where units are to leave stock again.
    """
    out = orders.copy()
    keys = pd.MultiIndex.from_frame(out[["po", "sku"]])
    receipts = movements[movements["kind"].eq("RECEIPT")]
    came = pd.concat([receipts, _sent_back(movements)]).groupby(["reference", "sku"])["quantity"].sum()
    out["booked"] = np.nan_to_num(came.reindex(keys).to_numpy(dtype=float))
    out["due"] = (out["received"] - out["booked"]).round(UNITS_DECIMALS).fillna(0.0)
    opened = movements[movements["kind"].eq("OPENING")].groupby("sku")["date"].max()
    out["opened"] = np.floor(out["sku"].map(opened).astype(float))
    out["known"] = out["sku"].isin(items["sku"])
    latest = receipts.groupby(["reference", "sku"])["date"].max()
    out["last_booked"] = np.floor(latest.reindex(keys).to_numpy(dtype=float))
    out["found_bad"] = _found_bad(out, as_of)
    back = np.fmax(out["receipt_date"], as_of)
    return out.assign(day=np.floor(out["receipt_date"].where(~out["found_bad"], back)))


def _found_bad(lines: pd.DataFrame, as_of: float) -> "pd.Series[bool]":
    """Whether units that are booked were refused since: as many went from received to rejected.

    What was still open has not changed by that, while a corrected count changes it.
    """
    still = with_open_quantities(lines, as_of)["open_quantity"].eq(lines["open_quantity"])
    return lines["due"].lt(0) & lines["rejected"].ge(-lines["due"]) & still


def _sent_back(movements: pd.DataFrame) -> pd.DataFrame:
    """Returns that an earlier Receive booked."""
    return movements[movements["kind"].eq("SUPPLIER_RETURN") & movements["source"].eq(TYPED)]


def _foreign(names: pd.Series, suppliers: pd.DataFrame, currency: str) -> pd.Series:
    """The currency of each line's supplier where it is not the workbook's, else ""."""
    found = {row["supplier"]: currency_of(row, currency) for row in records(suppliers)}
    return names.map(lambda name: "" if found.get(name, currency) == currency else found[name]).astype(object)


def _with_receipts(movements: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """The ledger, oldest first, with a receipt or return for what is due of each line."""
    rows = pd.DataFrame(
        {
            "date": lines["day"],
            "sku": lines["sku"],
            "kind": np.where(lines["due"] > 0, "RECEIPT", "SUPPLIER_RETURN").astype(object),
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
        lambda line: line["due"] < 0 and not line["found_bad"],
        lambda line: (
            f"received says {line['received']:,.10g}, but {line['booked']:,.10g} are booked in Movements; "
            "undo that run, correct received, or add to rejected what was found bad since"
        ),
    ),
    (lambda line: not line["known"], lambda _: "not booked, the item is not in Items"),
    (
        lambda line: np.isnan(line["day"]),
        lambda line: f"{line['due']:,.10g} not booked, there is no receipt_date; type the day it came",
    ),
    (
        lambda line: line["day"] > serial(dt.date.today()),
        lambda line: f"not booked, {day_text(line['day'])} is still to come; correct receipt_date",
    ),
)
"""What stands against booking a line, the first that applies is told."""

_REMARKS: Sequence[Remark] = (
    (lambda line: np.isnan(line["unit_price"]), lambda _: "without a price, at the item's unit_cost"),
    (
        lambda line: line["foreign"] and line["unit_price"] > 0,
        lambda line: f"that is {line['foreign']}: correct unit_cost in Movements",
    ),
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
    if line["due"] < 0:
        day = day_text(line["day"])
        return f"{_name(line)}: {-line['due']:,.10g} sent back on {day}, found bad since they came"
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


def _refused_without_a_day(lines: pd.DataFrame) -> list[str]:
    dateless = lines["rejected"].gt(0) & lines["receipt_date"].isna() & lines["due"].eq(0)
    return [
        f"{_name(line)}: {line['rejected']:,.10g} refused, but no receipt_date; type the day they came"
        for line in records(lines[dateless])
    ]


def _sentence(booked: pd.DataFrame, refused: int, currency: str) -> str:
    rest = f"; {counted(refused, 'line', 'are')} not booked, the findings say why" if refused else ""
    came, back = booked[booked["due"] > 0], booked[booked["due"] < 0]
    done = [f"Booked {_so_much(came, 'receipt', currency)} into stock"] if len(came) else []
    done += [f"{'S' if came.empty else 's'}ent back {_so_much(back, 'line', currency)}"] if len(back) else []
    if done or refused:
        return f"{'; '.join(done) or 'Nothing booked'}{rest}."
    return "Nothing to book: all that PurchaseOrders says was received is in Movements."


def _so_much(lines: pd.DataFrame, noun: str, currency: str) -> str:
    units, money = float(lines["due"].abs().sum()), float((lines["due"] * lines["unit_price"]).abs().sum())
    amount = f"{units:,.10g} unit" if units == 1 else f"{units:,.10g} units"
    return f"{counted(len(lines), noun)} of {amount} for {money:,.2f} {currency}"
