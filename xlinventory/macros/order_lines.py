"""Lines of Reorder on their way to an order: which can be ordered, at what price, and what is odd there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from xlinventory.core.stock_control import inventory_position, round_to_pack
from xlinventory.imports.issues import counted
from xlinventory.macros.columns import Row, records
from xlinventory.macros.frame import Run
from xlinventory.macros.prices import Offer, offers
from xlinventory.macros.reorder import ORDERED
from xlinventory.macros.stock import UNITS_DECIMALS
from xlinventory.tables import to_text

MONEY_DECIMALS = 6
"""Sums of prices are compared as if exact: 0.1 and 0.7 are 0.8."""


@dataclass(frozen=True, slots=True)
class Books:
    """What lines are judged by: items and suppliers by their key."""

    items: Mapping[str, Row]
    suppliers: Mapping[str, Row]


def ticked_lines(run: Run) -> pd.DataFrame:
    """Lines of Reorder whose take says yes; a blank is no order."""
    reorder, cells = run.table("Reorder"), run.cells("Reorder")
    return reorder[reorder["take"] & cells.reindex(columns=["take"])["take"].map(to_text).ne("")]


def orderable(run: Run, ticked: pd.DataFrame, items: pd.DataFrame, suppliers: pd.DataFrame) -> pd.DataFrame:
    """Ticked lines that can be ordered; what stands against the others is told."""
    books = Books(*({str(row[key]): row for row in records(table)} for table, key in (
        (items, "sku"), (suppliers, "supplier"),
    )))  # fmt: skip
    reasons = [_refusal(line, books) for line in records(ticked)]
    run.findings += [
        f"{sku}: not ordered, {why}" for sku, why in zip(ticked["sku"], reasons, strict=True) if why
    ]
    return ticked[np.array([not why for why in reasons], dtype=bool)]


def priced(run: Run, lines: pd.DataFrame, items: pd.DataFrame, suppliers: pd.DataFrame) -> pd.DataFrame:
    """Lines at the price their supplier's list has today for their quantity; what is odd is told."""
    mine = items.set_index("sku").loc[lines["sku"]].reset_index()
    mine["preferred_supplier"] = lines["supplier"].to_numpy(dtype=object)
    terms = offers(mine, run.table("SupplierPrices"), suppliers, run.as_of())
    quantity = dict(zip(lines["sku"], lines["order_qty"], strict=True))
    for item, line in zip(records(mine), records(lines), strict=True):
        run.findings += _odd(item, terms[item["sku"]], line)
    prices = [terms[sku].price_at(units) for sku, units in quantity.items()]
    return lines.assign(unit_price=np.array(prices, dtype=float))


def too_small(lines: pd.DataFrame, supplier: Row) -> str:
    """Why an order is refused as too small, or ""; it is not judged where a price is unknown."""
    value, least = (lines["order_qty"] * lines["unit_price"]).sum(skipna=False), supplier["min_order_value"]
    if not round(value, MONEY_DECIMALS) < least:
        return ""
    stay = "its line stays" if len(lines) == 1 else f"its {counted(len(lines), 'line')} stay"
    return (
        f"{supplier['supplier']}: not ordered, {value:,.2f} is below their smallest order of {least:,.2f}; "
        f"{stay} ticked"
    )


def _refusal(line: Row, books: Books) -> str:
    """Why a ticked line is not ordered, or ""."""
    return next((told(line, books) for applies, told in _REFUSALS if applies(line, books)), "")


def _odd(item: Row, offer: Offer, line: Row) -> list[str]:
    """What a planner should know of a line that is ordered all the same."""
    told, sku, quantity, position = [], item["sku"], line["order_qty"], _position(item)
    fitting = float(round_to_pack(quantity, offer.pack_size, offer.moq, item["max_qty"]))
    if fitting != quantity:
        told.append(
            f"{sku}: {quantity:,.10g} ordered as it stands in order_qty; in packs of "
            f"{offer.pack_size:g}, minimum {offer.moq:g}, and within max_qty it would be {fitting:,.10g}"
        )
    if line["suggested_qty"] > 0 and position > line["position"]:
        told.append(
            f"{sku}: {quantity:,.10g} ordered as it stands in order_qty, though the position has risen from "
            f"{line['position']:,.10g} to {position:,.10g} since the list was made"
        )
    if np.isnan(offer.price_at(quantity)):
        told.append(f"{sku}: ordered without a price, none is known; type it into PurchaseOrders")
    return told


def _position(item: Row) -> float:
    return float(inventory_position(item["on_hand"], item["on_order"], item["committed"]))


def _supplied_since(line: Row, books: Books) -> bool:
    """Whether what the list asked for has come or is on order now: it must not be ordered twice."""
    position = _position(books.items[line["sku"]])
    return bool(line["suggested_qty"] > 0 and position > max(line["position"], line["reorder_point"]))


Rule: TypeAlias = tuple[Callable[[Row, Books], bool], Callable[[Row, Books], str]]

_REFUSALS: tuple[Rule, ...] = (
    (lambda line, books: line["sku"] not in books.items, lambda _, __: "it is not in Items"),
    (
        lambda line, _: not round(line["order_qty"], UNITS_DECIMALS) > 0,
        lambda _, __: "order_qty is not above 0",
    ),
    (
        lambda line, _: ORDERED in line["why"],
        lambda line, _: (
            f"it was ordered from this list ({line['why'].rpartition(ORDERED)[2]}); "
            "press Reorder run for a new one"
        ),
    ),
    (lambda line, books: not books.items[line["sku"]]["active"], lambda _, __: "the item is not active"),
    (lambda line, _: not line["supplier"], lambda _, __: "no supplier is given"),
    (
        lambda line, books: line["supplier"] not in books.suppliers,
        lambda line, _: f"{line['supplier']} is not in Suppliers",
    ),
    (
        lambda line, books: not books.suppliers[line["supplier"]]["active"],
        lambda line, _: f"{line['supplier']} is not active",
    ),
    (
        _supplied_since,
        lambda line, books: (
            f"its position has risen from {line['position']:,.10g} to "
            f"{_position(books.items[line['sku']]):,.10g}, above the reorder point of "
            f"{line['reorder_point']:,.10g}; press Reorder run for a new list"
        ),
    ),
)
"""What stands against ordering a line, the first that applies is told."""
