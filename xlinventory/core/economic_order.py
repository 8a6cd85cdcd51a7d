"""How much to order at a time: the economic order quantity, its variants and cost, quantity discounts."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import Floats, above, at_least, require
from xlinventory.core.errors import WrongInput

Column: TypeAlias = NDArray[np.float64]


@np.errstate(all="ignore")
def economic_order_quantity(
    annual_demand: ArrayLike, order_cost: ArrayLike, unit_cost: ArrayLike, holding_rate: ArrayLike
) -> Floats:
    """Units per order at which ordering and holding cost least together: sqrt(2 D K / (i c)).

    D units a year, K money an order, c money a unit, i share of the stock's value a year.
    Source: Harris (1913), How many parts to make at once; Snyder & Shen (2019), eq. 3.4.

    >>> float(economic_order_quantity(900, 4, 2, 1))
    60.0
    """
    at_least(0, annual_demand=annual_demand, order_cost=order_cost)
    above(0, unit_cost=unit_cost, holding_rate=holding_rate)
    demand, order, unit, rate = _columns(annual_demand, order_cost, unit_cost, holding_rate)
    return np.sqrt(2 * demand * order / (rate * unit))[()]


@np.errstate(all="ignore")
def order_cost_total(
    order_qty: ArrayLike,
    annual_demand: ArrayLike,
    order_cost: ArrayLike,
    unit_cost: ArrayLike,
    holding_rate: ArrayLike,
    safety_stock: ArrayLike = 0.0,
) -> Floats:
    """Money a year to order, hold and buy: K D / Q + i c (Q / 2 + SS) + c D.

    A negative safety stock lowers the holding cost, as far as there is cycle stock to lower.
    Source: Silver, Pyke & Thomas (2017), ch. 4.3; Snyder & Shen (2019), eq. 3.3.

    >>> round(float(order_cost_total(250, 1300, 8, 0.75, 0.3)), 3)  # 69.725 to order and hold + 975
    1044.725
    """
    above(0, order_qty=order_qty)
    at_least(
        0, annual_demand=annual_demand, order_cost=order_cost, unit_cost=unit_cost, holding_rate=holding_rate
    )
    require(np.isfinite(safety_stock), "safety_stock must be a number", safety_stock)
    quantity, demand, order = _columns(order_qty, annual_demand, order_cost)
    unit, rate, safety = _columns(unit_cost, holding_rate, safety_stock)
    held = np.maximum(quantity / 2 + safety, 0.0)
    return (order * (demand / quantity) + rate * unit * held + unit * demand)[()]


@np.errstate(all="ignore")
def economic_production_quantity(
    annual_demand: ArrayLike,
    order_cost: ArrayLike,
    unit_cost: ArrayLike,
    holding_rate: ArrayLike,
    production_rate: ArrayLike,
) -> Floats:
    """Units per run where they come in at a rate instead of all at once: sqrt(2 D K / (i c (1 - D / P))).

    P units a year while a run lasts, more than the D that are used meanwhile; the other symbols as in
    ``economic_order_quantity``, which this is for an endless P.
    Source: Taft (1918), The most economical production lot; Snyder & Shen (2019), section 3.6.

    >>> round(float(economic_production_quantity(1300, 8, 0.75, 0.3, 2000)), 2)
    513.93
    """
    at_least(0, annual_demand=annual_demand, order_cost=order_cost)
    above(0, unit_cost=unit_cost, holding_rate=holding_rate, production_rate=production_rate)
    demand, order, unit, rate, speed = _columns(
        annual_demand, order_cost, unit_cost, holding_rate, production_rate
    )
    require(speed > demand, "production_rate must be above annual_demand", speed)
    return np.sqrt(2 * demand * order / (rate * unit * ((speed - demand) / speed)))[()]


class BackorderedOrder(NamedTuple):
    """An order that comes when customers already wait: its units, those waiting, the cost of the year."""

    quantity: Floats
    backorders: Floats
    annual_cost: Floats


@np.errstate(all="ignore")
def backordered_order(
    annual_demand: ArrayLike,
    order_cost: ArrayLike,
    unit_cost: ArrayLike,
    holding_rate: ArrayLike,
    backorder_cost: ArrayLike,
) -> BackorderedOrder:
    """Order quantity where customers may wait at a price, how many units then wait, and what a year costs.

    Q = sqrt(2 D K (h + b) / (h b)), of which Q h / (h + b) are owed when it comes; h = i c money to hold a
    unit for a year, b to owe one. The year's cost sqrt(2 D K h b / (h + b)) is without buying.
    Source: Snyder & Shen (2019), section 3.5; Zipkin (2000), Foundations of Inventory Management, ch. 3.3.

    >>> order = backordered_order(1300, 8, 0.75, 0.3, 5)  # Example 3.8
    >>> round(float(order.quantity), 2), round(float(order.annual_cost), 2)
    (310.81, 66.92)
    """
    at_least(0, annual_demand=annual_demand, order_cost=order_cost)
    above(0, unit_cost=unit_cost, holding_rate=holding_rate, backorder_cost=backorder_cost)
    demand, order, unit, rate, owed = _columns(
        annual_demand, order_cost, unit_cost, holding_rate, backorder_cost
    )
    held = rate * unit
    waiting, served = held / (held + owed), owed / (held + owed)
    quantity = np.sqrt(2 * demand * order / held / served)
    cost = np.sqrt(2 * demand * order * held * served)
    return BackorderedOrder(quantity[()], (quantity * waiting)[()], cost[()])


class DiscountedOrder(NamedTuple):
    """The order that costs least in a year, what one of its units costs, and the cost of the year."""

    quantity: float
    unit_cost: float
    annual_cost: float


class _Terms(NamedTuple):
    demand: float
    order_cost: float
    holding_rate: float
    breaks: Column
    costs: Column
    ends: Column


@np.errstate(all="ignore")
def discounted_order(
    annual_demand: float,
    order_cost: float,
    holding_rate: float,
    break_qtys: ArrayLike,
    break_costs: ArrayLike,
    discount_type: str = "all",
) -> DiscountedOrder:
    """Order quantity under a price list with breaks, the unit cost it gets and the cost of a year.

    break_qtys: (n_breaks,) lower end of each price, the first 0, rising; break_costs: (n_breaks,) unit
    costs. "all": the price of the order's size holds for all its units; "incremental": each unit pays the
    price of the bracket it falls into, and the unit cost is their average.
    Source: Snyder & Shen (2019), Fundamentals of Supply Chain Theory, 2nd ed., section 3.4.

    >>> order = discounted_order(1300, 8, 0.3, [0, 400, 800], [0.75, 0.72, 0.68])  # Example 3.6
    >>> order.quantity, order.unit_cost, round(order.annual_cost, 2)
    (800.0, 0.68, 978.6)
    """
    above(0, annual_demand=annual_demand, order_cost=order_cost, holding_rate=holding_rate)
    breaks, costs = _price_list(break_qtys, break_costs)
    terms = _Terms(annual_demand, order_cost, holding_rate, breaks, costs, np.append(breaks[1:], np.inf))
    quantities, units, totals = _DISCOUNTS[discount_type](terms)
    best = int(np.argmin(np.where(np.isnan(totals), np.inf, totals)))
    return DiscountedOrder(float(quantities[best]), float(units[best]), float(totals[best]))


def _price_list(break_qtys: ArrayLike, break_costs: ArrayLike) -> tuple[Column, Column]:
    breaks, costs = np.atleast_1d(*_columns(break_qtys, break_costs))
    if breaks.shape != costs.shape:
        raise WrongInput(
            f"break_qtys and break_costs must be equally long, got {len(breaks)} and {len(costs)}"
        )
    require(breaks[0] == 0, "the first of break_qtys must be 0", breaks[0])
    require(np.all(np.diff(breaks) > 0), "break_qtys must rise", breaks[-1])
    require(np.all(np.isfinite(costs) & (costs > 0)), "break_costs must be > 0", costs.min())
    return breaks, costs


def _all_units(terms: _Terms) -> tuple[Column, Column, Column]:
    """Each price at its own EOQ, raised to the break that earns it; out of reach where that is too much."""
    carrying = terms.holding_rate * terms.costs
    economic = np.sqrt(2 * terms.demand * terms.order_cost / carrying)
    quantity = np.maximum(economic, terms.breaks)
    total = (
        terms.order_cost * (terms.demand / quantity) + carrying * quantity / 2 + terms.costs * terms.demand
    )
    return quantity, terms.costs, np.where(quantity < terms.ends, total, np.inf)


def _incremental(terms: _Terms) -> tuple[Column, Column, Column]:
    """Each bracket with what its dearer first units cost extra, as if that were part of the order cost."""
    paid = np.append(0.0, np.cumsum(terms.costs[:-1] * np.diff(terms.breaks)))
    extra = paid - terms.costs * terms.breaks
    fixed = np.maximum(terms.order_cost + extra, 0.0)
    economic = np.sqrt(2 * terms.demand * fixed / (terms.holding_rate * terms.costs))
    quantity = np.clip(economic, terms.breaks, terms.ends)
    unit = terms.costs + extra / quantity
    total = (terms.order_cost / quantity + unit) * terms.demand + terms.holding_rate * unit * quantity / 2
    return quantity, unit, total


_DISCOUNTS: Mapping[str, Callable[[_Terms], tuple[Column, Column, Column]]] = {
    "all": _all_units,
    "incremental": _incremental,
}


def _columns(*arguments: ArrayLike) -> tuple[Column, ...]:
    return tuple(np.asarray(argument, dtype=float) for argument in arguments)
