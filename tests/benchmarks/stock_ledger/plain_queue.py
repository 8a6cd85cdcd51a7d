"""A stock ledger the way business software keeps it: one movement after the other, a queue of layers an item.

Written plainly and not stupidly: dictionaries, deques, no copies, nothing computed twice. It does the job
that the engine does: customer returns come back at what their sale cost, supplier returns leave the layer of
their receipt, finds come in at the next cost. Rows are given in the order of their days.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from math import isnan
from typing import NamedTuple

Row = tuple[str, str, float, float, str]
"""sku, kind, quantity, unit cost (NaN: not known), reference."""
COLUMNS = ("sku", "kind", "quantity", "unit_cost", "reference")
NOTHING = 1e-9


class Figures(NamedTuple):
    """By item: units and money in stock, and what sales cost."""

    quantity: dict[str, float]
    value: dict[str, float]
    cost_of_sales: dict[str, float]


def fifo(rows: Iterable[Row]) -> Figures:
    """Oldest units first."""
    return _layers(rows, 0)


def lifo(rows: Iterable[Row]) -> Figures:
    """Newest units first."""
    return _layers(rows, -1)


def _layers(rows: Iterable[Row], end: int) -> Figures:  # noqa: C901, PLR0912 - one loop, as it is written
    stock: dict[str, deque[list[float]]] = defaultdict(deque)
    charged: dict[str, float] = defaultdict(float)
    layer_of: dict[tuple[str, str], tuple[list[float], float]] = {}
    sold_at: dict[tuple[str, str], float] = {}
    last_sold: dict[str, float] = {}
    last_bought: dict[str, float] = {}
    for sku, kind, quantity, unit_cost, reference in rows:
        if kind == "TRANSFER":
            continue
        layers = stock[sku]
        if quantity > 0:
            if kind in ("RECEIPT", "OPENING"):
                cost = last_bought[sku] = unit_cost
                layer = [quantity, cost]
                layer_of[sku, reference] = (layer, cost)
            else:
                if kind == "CUSTOMER_RETURN":
                    cost = sold_at.get((sku, reference), unit_cost)
                    if isnan(cost):
                        cost = last_sold[sku]
                else:
                    while layers and layers[end][0] <= NOTHING:
                        layers.pop() if end else layers.popleft()
                    cost = unit_cost
                    if isnan(cost):
                        cost = layers[end][1] if layers else last_bought[sku]
                charged[sku] -= quantity * cost
                layer = [quantity, cost]
            layers.append(layer)
            continue
        need, money = -quantity, 0.0
        credit = 0.0
        if kind == "SUPPLIER_RETURN":
            layer, cost = layer_of.get((sku, reference), ([0.0, 0.0], unit_cost))
            credit = need * (last_bought[sku] if isnan(cost) else cost)
            taken = min(need, layer[0])
            layer[0] -= taken
            need -= taken
            money = taken * layer[1]
        while need > NOTHING:
            layer = layers[end]
            held = layer[0]
            if held > need + NOTHING:
                layer[0] = held - need
                money += need * layer[1]
                break
            layer[0] = 0.0  # its receipt may still be sent back
            money += held * layer[1]
            need -= held
            layers.pop() if end else layers.popleft()
        if kind == "SALE":
            sold_at[sku, reference] = last_sold[sku] = money / -quantity
        charged[sku] += money - credit
    held_units = {sku: sum(units for units, _ in layers) for sku, layers in stock.items()}
    held_value = {sku: sum(units * cost for units, cost in layers) for sku, layers in stock.items()}
    return Figures(held_units, held_value, dict(charged))


def moving_average(rows: Iterable[Row]) -> Figures:  # noqa: C901 - one loop, as it is written
    """Every unit at the mean cost of those in stock."""
    units: dict[str, float] = defaultdict(float)
    value: dict[str, float] = defaultdict(float)
    charged: dict[str, float] = defaultdict(float)
    bought_at: dict[tuple[str, str], float] = {}
    sold_at: dict[tuple[str, str], float] = {}
    last_sold: dict[str, float] = {}
    last_bought: dict[str, float] = {}
    for sku, kind, quantity, unit_cost, reference in rows:
        if kind == "TRANSFER":
            continue
        held = units[sku]
        average = value[sku] / held if held > NOTHING else last_sold.get(sku, last_bought.get(sku, 0.0))
        if quantity > 0:
            if kind in ("RECEIPT", "OPENING"):
                cost = bought_at[sku, reference] = last_bought[sku] = unit_cost
            else:
                cost = unit_cost
                if kind == "CUSTOMER_RETURN":
                    cost = sold_at.get((sku, reference), unit_cost)
                    if isnan(cost):
                        cost = last_sold[sku]
                elif isnan(cost):
                    cost = average
                charged[sku] -= quantity * cost
            units[sku] = held + quantity
            value[sku] += quantity * cost
            continue
        money = -quantity * average
        units[sku] = held + quantity
        value[sku] -= money
        if units[sku] <= NOTHING:
            units[sku] = value[sku] = 0.0
        if kind == "SALE":
            sold_at[sku, reference] = last_sold[sku] = average
        elif kind == "SUPPLIER_RETURN":
            cost = bought_at.get((sku, reference), unit_cost)
            money += quantity * (last_bought[sku] if isnan(cost) else cost)
        charged[sku] += money
    return Figures(dict(units), dict(value), dict(charged))


METHODS = {"FIFO": fifo, "LIFO": lifo, "WAC": moving_average}
