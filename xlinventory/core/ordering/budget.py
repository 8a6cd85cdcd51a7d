"""Which orders to keep when the money does not reach for all: those that avoid most cost for theirs."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.ordering.price_lists import OrderLimits, PriceLists, average_price, most_for_money

Column: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

_EXACT = 1e-6
"""Money that sums of prices may be off by: 0.1 and 0.7 are 0.8."""


def within_budget(
    quantity: Column,
    avoided: Column,
    lists: PriceLists,
    limits: OrderLimits,
    budget: float,
    may_be_cut: Flags,
) -> Column:
    """Units of each line that *budget* pays for, (n,): all, fewer packs, or 0.

    Lines are taken in order of *avoided* cost per unit of money; one that does not fit any more is cut to as
    many packs as do, if it may be, else passed over for smaller ones. Prices must be known.
    Source: greedy rule for the knapsack problem, Dantzig (1957); each step is the best use of its money.

    >>> lists = PriceLists(np.zeros((2, 1)), np.array([[2.0], [2.0]]), np.array([False, False]))
    >>> limits = OrderLimits(np.zeros(2), np.full(2, 10.0), np.full(2, np.nan))
    >>> units, avoided = np.array([50.0, 50.0]), np.array([30.0, 90.0])
    >>> within_budget(units, avoided, lists, limits, 150, np.array([True, True]))
    array([20., 50.])
    """
    value = quantity * average_price(lists, quantity)
    least = limits.packed(np.minimum(quantity, 1e-9))
    cheapest = np.minimum(least * average_price(lists, least), value)
    kept, left = np.zeros(len(quantity)), float(budget) + _EXACT
    for i in np.argsort(-avoided / value, kind="stable"):
        if value[i] <= left:
            kept[i], left = quantity[i], left - value[i]
        elif may_be_cut[i] and cheapest[i] <= left:
            one = np.array([i])
            units = most_for_money(lists.of(one), limits.of(one), quantity[one], left)
            kept[i], left = units[0], left - float((units * average_price(lists.of(one), units))[0])
    return kept
