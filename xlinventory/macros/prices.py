"""What an order costs where: the price list lines that hold today, and the quantity worth ordering."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from xlinventory.core.economic_order import order_cost_total
from xlinventory.core.stock_control import reorder_qty, round_to_pack
from xlinventory.macros.columns import Row, records

PriceLists: TypeAlias = Mapping[str, Mapping[str, list[Row]]]
"""Lines of today's prices by item and supplier, in order of their breaks."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One supplier's terms for one item: breaks ascending, each with its unit price.

    *passed_over* says why the preferred supplier is not the one, if there is one.
    """

    supplier: str
    break_qtys: tuple[float, ...]
    unit_prices: tuple[float, ...]
    moq: float
    pack_size: float
    passed_over: str = ""

    def price_at(self, quantity: float) -> float:
        """Unit price of an order of that many units (all-units discount)."""
        reached = [p for q, p in zip(self.break_qtys, self.unit_prices, strict=True) if q <= quantity]
        return reached[-1] if reached else self.unit_prices[0]


@dataclass(frozen=True, slots=True)
class Choice:
    """A quantity and why it is that one."""

    quantity: float
    unit_price: float
    steps: str


def offers(
    items: pd.DataFrame, prices: pd.DataFrame, suppliers: pd.DataFrame, as_of: float
) -> dict[str, Offer]:
    """The offer each item is ordered at: its preferred supplier's, else the cheapest active one's."""
    active = dict(zip(suppliers["supplier"], suppliers["active"], strict=True))
    lists = _price_lists(prices[prices["supplier"].map(active).eq(True)], as_of)  # noqa: FBT003 - a cell
    columns = ["sku", "preferred_supplier", "unit_cost", "moq", "pack_size"]
    return {item["sku"]: _offer(item, lists.get(item["sku"], {}), active) for item in records(items[columns])}


def choose_quantity(offer: Offer, item: Row, order_cost: float, holding_rate: float) -> Choice:
    """Up to the target, in packs and within limits - or up to the price break that saves most over a year."""
    limits = (offer.moq, offer.pack_size, item["max_qty"])
    quantity = float(reorder_qty(item["position"], item["reorder_point"], item["order_up_to"], *limits))
    price = offer.price_at(quantity)
    choice = Choice(quantity, price, _steps(item, offer, quantity))
    larger = list(_larger_orders(offer, quantity, item["max_qty"])) if quantity > 0 and price > 0 else []
    if not larger:
        return choice
    annual = max(float(item["demand_avg"]) * 365.0, 1e-9)
    units = np.array([(quantity, price), *larger])
    costs = np.asarray(order_cost_total(units[:, 0], annual, order_cost, units[:, 1], holding_rate))
    best = int(np.argmin(costs))
    if best == 0:
        return choice
    units_then, price_then = larger[best - 1]
    told = (
        f"raised to {units_then:g} for the price of {price_then:,.2f}, saving {costs[0] - costs[best]:,.2f}"
    )
    return Choice(units_then, price_then, f"{choice.steps}; {told} a year")


def _price_lists(prices: pd.DataFrame, as_of: float) -> PriceLists:
    """Where several lines of a break hold today, the one that began last does."""
    valid = prices[~(prices["valid_from"] > as_of) & ~(prices["valid_to"] < as_of)]
    valid = valid.assign(break_qty=valid["break_qty"].fillna(0.0))
    valid = valid.sort_values(["break_qty", "valid_from"], na_position="first", kind="stable")
    lists: dict[str, dict[str, list[Row]]] = {}
    for line in records(valid.drop_duplicates(["sku", "supplier", "break_qty"], keep="last")):
        lists.setdefault(line["sku"], {}).setdefault(line["supplier"], []).append(line)
    return lists


def _offer(item: Row, lists: Mapping[str, list[Row]], active: Mapping[str, bool]) -> Offer:
    preferred, passed_over = item["preferred_supplier"], ""
    if preferred and not active.get(preferred):
        passed_over = f"{preferred} is not {'active' if preferred in active else 'in Suppliers'}"
    cheapest = min(lists, key=lambda name: min(r["unit_price"] for r in lists[name]), default="")
    supplier = cheapest if passed_over or not preferred else preferred
    moq, pack = _filled(item["moq"], 0.0), _filled(item["pack_size"], 1.0)
    lines = lists.get(supplier)
    if lines is None:
        return Offer(supplier, (0.0,), (float(item["unit_cost"]),), moq, pack, passed_over)
    return Offer(
        supplier,
        tuple(line["break_qty"] for line in lines),
        tuple(line["unit_price"] for line in lines),
        _filled(lines[0]["moq"], moq),
        _filled(lines[0]["pack_size"], pack),
        passed_over,
    )


def _filled(value: float, otherwise: float) -> float:
    return otherwise if np.isnan(value) else float(value)


def _larger_orders(offer: Offer, quantity: float, max_qty: float) -> Iterator[tuple[float, float]]:
    """Orders that reach a break beyond *quantity* with a lower price, and that price."""
    for break_qty, price in zip(offer.break_qtys, offer.unit_prices, strict=True):
        if break_qty > quantity and price < offer.price_at(quantity):
            larger = float(round_to_pack(break_qty, offer.pack_size, offer.moq, max_qty))
            if larger >= break_qty:
                yield larger, offer.price_at(larger)


def _steps(item: Row, offer: Offer, quantity: float) -> str:
    """How the need became the order, such as "up to 118 = 83, pack 12 -> 84, MOQ 24 met"."""
    need = item["order_up_to"] - item["position"]
    told = [f"up to {item['order_up_to']:,.0f} = {need:,.0f}"]
    if offer.pack_size not in (0.0, 1.0):
        told.append(f"pack {offer.pack_size:g} -> {quantity:,.0f}")
    elif quantity != round(need):
        told.append(f"whole units -> {quantity:,.0f}")
    if offer.moq > 1:
        raised = "met" if need >= offer.moq else f"raises it to {quantity:,.0f}"
        told.append(f"MOQ {offer.moq:g} {raised if quantity >= offer.moq else 'is not reached'}")
    if item["max_qty"] < need:
        told.append(f"limited to {item['max_qty']:g}")
    return ", ".join(told)
