"""What buying from a supplier costs: prices against the standard, refused units, money a year."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from xlinventory.core.checks import Floats, above, at_least, finite, require, within
from xlinventory.core.errors import UndefinedRatio
from xlinventory.core.suppliers.waiting import Column


class CostParts(NamedTuple):
    """Money a year that goes to each part of buying an item; together they are ``supplier_cost``."""

    price: Column
    ordering: Column
    cycle_stock: Column
    safety_stock: Column
    rejects: Column


@np.errstate(all="ignore")
def price_variance(actual_price: ArrayLike, standard_price: ArrayLike, quantity: ArrayLike) -> Floats:
    """Money paid above the standard: (actual - standard) quantity, positive = unfavourable.

    >>> float(price_variance(6.0, 5.5, 100))
    50.0
    """
    at_least(0, actual_price=actual_price, standard_price=standard_price)
    finite(quantity=quantity)
    actual, standard, units = _columns(actual_price, standard_price, quantity)
    return ((actual - standard) * units)[()]


@np.errstate(all="ignore")
def defect_rate(rejected: ArrayLike, received: ArrayLike) -> Floats:
    """Share of the units received that were rejected.

    >>> float(defect_rate(3, 120))
    0.025
    """
    at_least(0, rejected=rejected, received=received)
    bad, units = _columns(rejected, received)
    require(units > 0, "received must be > 0", units, UndefinedRatio)
    require(bad <= units, "rejected must be at most received", bad)
    return (bad / units)[()]


@np.errstate(all="ignore")
def supplier_cost(
    annual_demand: ArrayLike,
    unit_price: ArrayLike,
    order_qty: ArrayLike,
    order_cost: ArrayLike,
    holding_rate: ArrayLike,
    safety_stock: ArrayLike,
    reject_rate: ArrayLike = 0.0,
) -> Floats:
    """Money a year that buying from a supplier takes: c D + K D / Q + i c (Q / 2 + SS) + r c D.

    >>> float(supplier_cost(1000, 5, 100, 20, 0.25, 40, 0.02))  # 5000 + 200 + 112.50 + 100
    5412.5
    """
    return np.asarray(
        sum(
            cost_parts(
                annual_demand, unit_price, order_qty, order_cost, holding_rate, safety_stock, reject_rate
            )
        )
    )[()]


@np.errstate(all="ignore")
def cost_parts(
    annual_demand: ArrayLike,
    unit_price: ArrayLike,
    order_qty: ArrayLike,
    order_cost: ArrayLike,
    holding_rate: ArrayLike,
    safety_stock: ArrayLike,
    reject_rate: ArrayLike = 0.0,
) -> CostParts:
    """The parts of ``supplier_cost``: price, ordering, holding of cycle and of safety stock, rejects.

    Source: Snyder & Shen (2019), eq. 3.3, with safety stock; what is refused costs its price in vain.

    >>> [float(part) for part in cost_parts(1000, 5, 100, 20, 0.25, 40, 0.02)]
    [5000.0, 200.0, 62.5, 50.0, 100.0]
    """
    above(0, order_qty=order_qty)
    at_least(
        0,
        annual_demand=annual_demand,
        order_cost=order_cost,
        unit_price=unit_price,
        holding_rate=holding_rate,
    )
    finite(safety_stock=safety_stock)
    within(0, 1, reject_rate=reject_rate)
    demand, price, size, order = _columns(annual_demand, unit_price, order_qty, order_cost)
    rate, safety, rejects = _columns(holding_rate, safety_stock, reject_rate)
    return CostParts(
        price * demand,
        order * (demand / size),
        rate * price * size / 2,
        rate * price * np.maximum(safety, -size / 2),
        rejects * price * demand,
    )


def _columns(*arguments: ArrayLike) -> tuple[Column, ...]:
    return tuple(np.asarray(argument, dtype=float) for argument in arguments)
