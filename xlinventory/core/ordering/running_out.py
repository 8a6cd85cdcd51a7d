"""When stock and what is on its way run out, and what an order now saves from being short."""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.distributions import expected_shortage
from xlinventory.core.safety_stock import protection_interval

Column: TypeAlias = NDArray[np.float64]
Indices: TypeAlias = NDArray[np.intp]


class Arrivals(NamedTuple):
    """(k,) each: the item (its place among all), days from now, and units of what is on its way."""

    item: Indices
    days: Column
    units: Column


@np.errstate(all="ignore")
def days_until_out(stock: Column, demand: Column, arrivals: Arrivals, not_before: Column) -> Column:
    """Days from now to the first moment, at or after *not_before*, without stock; inf where it never is.

    stock, demand (a day), not_before: (n,). An arrival counts from the start of its day; stock that comes
    down to 0 just as it arrives has not run out.

    >>> one = np.array([30.0]), np.array([10.0])
    >>> days_until_out(*one, Arrivals(np.array([0]), np.array([2.0]), np.array([15.0])), np.zeros(1))
    array([4.5])
    """
    order = np.lexsort((arrivals.days, arrivals.item))
    item, day = arrivals.item[order], arrivals.days[order]
    total = np.cumsum(arrivals.units[order])
    first = np.searchsorted(item, item)  # place of the item's own first arrival
    before = np.append(0.0, total)
    until = stock[item] + before[: len(item)] - before[first]
    every = np.concatenate((item, np.arange(len(stock))))
    have = np.concatenate((until, stock + np.bincount(arrivals.item, arrivals.units, len(stock))))
    ends = np.concatenate((day, np.full(len(stock), np.inf)))
    empty = np.where(have <= 0, 0.0, have / demand[every])
    moment = np.maximum(empty, not_before[every])
    dry = (moment < ends) & np.isfinite(moment)
    out = np.full(len(stock), np.inf)
    np.minimum.at(out, every[dry], moment[dry])
    return out


@np.errstate(all="ignore")
def days_until_due(position: Column, reorder_point: Column, demand: Column) -> Column:
    """Days until the position comes down to the reorder point, 0 where it is there; inf without demand.

    >>> days_until_due(np.array([60.0, 40.0]), np.array([46.0, 46.0]), np.array([4.0, 4.0]))
    array([3.5, 0. ])
    """
    return np.where(position <= reorder_point, 0.0, (position - reorder_point) / demand)


class Outlook(NamedTuple):
    """(n,) each: demand a day and its sd, the lead time's sd, and the name of the demand's distribution."""

    demand: Column
    demand_sd: Column
    lead_time_sd: Column
    distribution: NDArray[np.object_]


def shortage_avoided(
    position: Column, quantity: Column, outlook: Outlook, arrival: Column, next_arrival: Column
) -> Column:
    """Units that an order of *quantity* saves from being short before the next order could arrive.

    With B(t, x) = expected shortage of a position x by day t, this is B(t2, x) - B(t1, x) less the same of
    x + quantity: t1 days until this order arrives, whose shortage it cannot help, t2 until the next does.
    All (n,). Source: loss function, Silver, Pyke & Thomas (2017), ch. 6.7.

    >>> steady = Outlook(np.array([4.0]), np.zeros(1), np.zeros(1), np.array(["normal"], dtype=object))
    >>> shortage_avoided(np.array([40.0]), np.array([30.0]), steady, np.array([9.0]), np.array([16.0]))
    array([24.])
    """
    out = np.zeros(len(position))
    for name in np.unique(outlook.distribution.astype(str)):
        mine = outlook.distribution == name
        with_it, without = position[mine] + quantity[mine], position[mine]
        demand = outlook.demand[mine], outlook.demand_sd[mine]
        moments = [
            protection_interval(*demand, time[mine], outlook.lead_time_sd[mine])
            for time in (arrival, next_arrival)
        ]
        first, last = (
            expected_shortage(without - it.mean, *it, name) - expected_shortage(with_it - it.mean, *it, name)
            for it in moments
        )
        out[mine] = np.maximum(last - first, 0.0)
    return out
