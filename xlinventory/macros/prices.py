"""What an order costs where: the price list lines that hold today, and the quantity worth ordering."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from xlinventory.functions.stock_control import order_cost_total, reorder_qty, round_to_pack


@dataclass(frozen=True, slots=True)
class Offer:
    """One supplier's terms for one item: breaks ascending, each with its unit price."""

    supplier: str
    break_qtys: tuple[float, ...]
    unit_prices: tuple[float, ...]
    moq: float
    pack_size: float

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
    active = set(suppliers.loc[suppliers["active"], "supplier"])
    valid = prices[
        prices["supplier"].isin(active) & ~(prices["valid_from"] > as_of) & ~(prices["valid_to"] < as_of)
    ].assign(break_qty=lambda rows: rows["break_qty"].fillna(0.0))
    by_item = dict(list(valid.groupby("sku")))
    chosen = {}
    for item in items.itertuples():
        rows = by_item.get(item.sku)
        preferred = item.preferred_supplier if item.preferred_supplier in active else ""
        chosen[item.sku] = _offer(item, rows, preferred)
    return chosen


def choose_quantity(offer: Offer, item: pd.Series, order_cost: float, holding_rate: float) -> Choice:
    """Up to the target, in packs and within limits - or up to a price break that saves money over a year."""
    limits = (offer.moq, offer.pack_size, item["max_qty"])
    need = float(item["order_up_to"] - item["position"])
    quantity = float(reorder_qty(item["position"], item["reorder_point"], item["order_up_to"], *limits))
    steps = _steps(item, offer, need, quantity)
    price = offer.price_at(quantity)
    if quantity <= 0 or not price > 0:
        return Choice(quantity, price, steps)
    annual = max(float(item["demand_avg"]) * 365.0, 1e-9)
    cost = float(order_cost_total(quantity, annual, order_cost, price, holding_rate))
    for break_qty, lower in zip(offer.break_qtys, offer.unit_prices, strict=True):
        if break_qty <= quantity or lower >= price:
            continue
        larger = float(round_to_pack(break_qty, offer.pack_size, offer.moq, item["max_qty"]))
        if larger < break_qty:
            continue
        saved = cost - float(order_cost_total(larger, annual, order_cost, lower, holding_rate))
        if saved > 0:
            told = f"{steps}; raised to {larger:g} for the price of {lower:,.2f}, saving {saved:,.2f} a year"
            return Choice(larger, lower, told)
    return Choice(quantity, price, steps)


def _offer(item: object, rows: pd.DataFrame | None, preferred: str) -> Offer:
    moq, pack = _number(item, "moq", 0.0), _number(item, "pack_size", 1.0)
    if rows is not None:
        mine = rows[rows["supplier"] == preferred]
        if mine.empty:
            cheapest = preferred or rows.loc[rows["unit_price"].idxmin(), "supplier"]
            mine = rows[rows["supplier"] == cheapest]
        if not mine.empty:
            mine = mine.sort_values(["break_qty", "valid_from"]).drop_duplicates("break_qty", keep="last")
            first = mine.iloc[0]
            return Offer(
                str(first["supplier"]),
                tuple(mine["break_qty"]),
                tuple(mine["unit_price"]),
                moq if np.isnan(first["moq"]) else float(first["moq"]),
                pack if np.isnan(first["pack_size"]) else float(first["pack_size"]),
            )
    return Offer(preferred, (0.0,), (_number(item, "unit_cost", np.nan),), moq, pack)


def _number(item: object, name: str, otherwise: float) -> float:
    value = float(getattr(item, name))
    return otherwise if np.isnan(value) else value


def _steps(item: pd.Series, offer: Offer, need: float, quantity: float) -> str:
    """How the need became the order, such as "up to 118 = 83, pack 12 -> 84, MOQ 24 met"."""
    told = [f"up to {item['order_up_to']:,.0f} = {need:,.0f}"]
    if offer.pack_size not in (0.0, 1.0):
        told.append(f"pack {offer.pack_size:g} -> {quantity:,.0f}")
    elif quantity != round(need):
        told.append(f"whole units -> {quantity:,.0f}")
    if offer.moq > 1:
        told.append(f"MOQ {offer.moq:g} {'met' if need >= offer.moq else f'raises it to {quantity:,.0f}'}")
    if item["max_qty"] < need:
        told.append(f"limited to {item['max_qty']:g}")
    return ", ".join(told)
