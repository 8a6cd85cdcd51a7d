"""What a quantity costs under a price list with breaks, and the quantity that costs least in a year."""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.economic_order import order_cost_total
from xlinventory.core.stock_control import round_to_pack

Column: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]


_ROUNDING = 1e-12
"""Money or packs that are missed by this share are only missed by rounding."""


class PriceLists(NamedTuple):
    """One price list an item.

    breaks, prices: (n, m), lower end of each price, rising, the first 0; padded with inf and NaN.
    incremental: (n,), whether each unit pays the price of the bracket it falls into, else all pay the last.
    """

    breaks: Column
    prices: Column
    incremental: Flags

    def of(self, items: NDArray[np.intp] | Flags) -> "PriceLists":
        """The lists of some items."""
        return PriceLists(self.breaks[items], self.prices[items], self.incremental[items])


class OrderLimits(NamedTuple):
    """(n,) each: smallest order, units in a pack (0: any), largest order (NaN: none)."""

    moq: Column
    pack_size: Column
    max_qty: Column

    def of(self, items: NDArray[np.intp] | Flags) -> "OrderLimits":
        """The limits of some items."""
        return OrderLimits(*(limit[items] for limit in self))

    def packed(self, units: Column) -> Column:
        """Quantities that can be bought: whole packs, at least *moq*, at most *max_qty*; 0 stays 0."""
        across = tuple(limit.reshape(-1, *[1] * (units.ndim - 1)) for limit in self)
        moq, pack, most = across
        return np.asarray(round_to_pack(units, pack, moq, most))


class Best(NamedTuple):
    """(n,) each: the quantity to order and what it saves a year against the quantity that was needed."""

    quantity: Column
    saving: Column


@np.errstate(all="ignore")
def average_price(lists: PriceLists, quantity: Column) -> Column:
    """Money a unit when that many are ordered; quantity (n,) or (n, k). 0 units cost the first price.

    all units: the price of the last break reached. incremental: sum of p_j x units in bracket j, over all.
    Source: Snyder & Shen (2019), Fundamentals of Supply Chain Theory, 2nd ed., section 3.4.

    >>> breaks, prices = np.array([[0.0, 400.0]] * 2), np.array([[0.75, 0.72]] * 2)
    >>> lists = PriceLists(breaks, prices, np.array([False, True]))
    >>> average_price(lists, np.array([500.0, 500.0]))  # (400 x 0.75 + 100 x 0.72) / 500
    array([0.72 , 0.744])
    """
    units = quantity.reshape(len(quantity), -1)
    reached = np.maximum((lists.breaks[:, None, :] <= units[:, :, None]).sum(axis=2) - 1, 0)
    last = np.take_along_axis(lists.prices, reached, axis=1)
    if not lists.incremental.any():
        return last.reshape(quantity.shape)
    begin, paid = _brackets(lists)
    starts, before = np.take_along_axis(begin, reached, axis=1), np.take_along_axis(paid, reached, axis=1)
    mean = np.where(units > 0, (before + last * (units - starts)) / units, last)
    return np.where(lists.incremental[:, None], mean, last).reshape(quantity.shape)


@np.errstate(all="ignore")
def best_quantity(
    needed: Column,
    lists: PriceLists,
    limits: OrderLimits,
    annual_demand: Column,
    order_cost: float,
    holding_rate: float,
    most: Column,
) -> Best:
    """The quantity, *needed* or more, whose year of buying, ordering and holding costs least.

    Looked at are *needed* and, of each price beyond it that is lower, the break (in packs) and the economic
    quantity of that price; none above *most* units, which a price alone is no reason to pass.
    Source: Snyder & Shen (2019), section 3.4: the best of each price's own economic quantity.

    >>> lists = PriceLists(np.array([[0.0, 400, 800]]), np.array([[0.75, 0.72, 0.68]]), np.array([False]))
    >>> free = OrderLimits(np.zeros(1), np.ones(1), np.array([np.nan]))
    >>> best_quantity(np.array([300.0]), lists, free, np.array([1300.0]), 8, 0.3, np.array([np.inf])).quantity
    array([800.])
    """
    options = np.concatenate((needed[:, None], _larger(needed, lists, limits, annual_demand, order_cost,
                                                       holding_rate)), axis=1)  # fmt: skip
    allowed = (options > needed[:, None]) & (options <= most[:, None])
    allowed[:, 0] = True
    prices = average_price(lists, options)
    known = allowed & (prices > 0) & (options > 0) & (annual_demand > 0)[:, None]
    units, price = np.where(known, options, 1.0), np.where(known, prices, 0.0)
    demand = np.where(annual_demand > 0, annual_demand, 0.0)[:, None]
    costs = np.where(known, order_cost_total(units, demand, order_cost, price, holding_rate), np.inf)
    best = np.where(np.isfinite(costs[:, 0]), np.argmin(costs, axis=1), 0)
    rows = np.arange(len(needed))
    saving = np.where(best > 0, costs[:, 0] - costs[rows, best], 0.0)
    return Best(options[rows, best], saving)


@np.errstate(all="ignore")
def most_for_money(lists: PriceLists, limits: OrderLimits, wanted: Column, money: float) -> Column:
    """The largest order of whole packs, below *wanted*, that costs no more than *money*; 0 if there is none.

    An order below the item's smallest is none.

    >>> lists = PriceLists(np.array([[0.0, 50]]), np.array([[3.4, 3.2]]), np.array([False]))
    >>> limits = OrderLimits(np.array([24.0]), np.array([12.0]), np.array([np.nan]))
    >>> most_for_money(lists, limits, np.array([84.0]), 200.0)  # 60 at 3.20; 84 would be 268.80
    array([60.])
    """
    begin, paid = _brackets(lists)
    last = np.append(lists.breaks[:, 1:], np.full((len(begin), 1), np.inf), axis=1)
    affordable = np.where(
        lists.incremental[:, None], begin + (money - paid) / lists.prices, money / lists.prices
    )
    pack = np.where(limits.pack_size > 0, limits.pack_size, 1.0)[:, None]
    units = np.minimum(np.minimum(affordable, last), wanted[:, None] - pack)
    units = np.floor(units / pack * (1 + _ROUNDING)) * pack
    price = average_price(lists, units)
    fits = (units > 0) & (units >= limits.moq[:, None]) & (units * price <= money * (1 + _ROUNDING))
    return np.asarray(np.max(np.where(fits, units, 0.0), axis=1, initial=0.0))


def _brackets(lists: PriceLists) -> tuple[Column, Column]:
    """(n, m) each: where a bracket begins, and what all units before it cost by brackets."""
    begin = np.where(np.isfinite(lists.breaks), lists.breaks, 0.0)
    widths = np.diff(lists.breaks, axis=1, append=np.inf)
    steps = np.where(np.isfinite(widths), widths * lists.prices, 0.0)[:, :-1]
    paid = np.concatenate((np.zeros((len(begin), 1)), np.cumsum(steps, axis=1)), axis=1)
    return begin, paid


def _larger(
    needed: Column,
    lists: PriceLists,
    limits: OrderLimits,
    annual_demand: Column,
    order_cost: float,
    holding_rate: float,
) -> Column:
    """(n, 3 m): of each lower price beyond *needed*, its break and its economic quantity in packs.

    Under incremental prices what the dearer first units cost extra counts as if it were ordering cost.
    """
    begin, paid = _brackets(lists)
    extra = np.where(lists.incremental[:, None], paid - lists.prices * begin, 0.0)
    fixed = np.maximum(order_cost + extra, 0.0)
    economic = np.sqrt(2 * annual_demand[:, None] * fixed / (holding_rate * lists.prices))
    economic = np.maximum(economic, lists.breaks)
    pack = np.where(limits.pack_size > 0, limits.pack_size, 0.0)[:, None]
    lower = np.maximum(economic - pack, lists.breaks)
    first = lists.prices[:, :1]
    cheaper = np.minimum.accumulate(np.append(first, lists.prices[:, :-1], axis=1), axis=1) > lists.prices
    wanted = np.isfinite(lists.breaks) & (lists.breaks > needed[:, None]) & cheaper
    options = np.stack((lists.breaks, lower, economic), axis=2)
    options = limits.packed(np.where(wanted[:, :, None] & np.isfinite(options), options, 0.0))
    kept = (options >= lists.breaks[:, :, None]) & wanted[:, :, None]
    return np.where(kept, options, 0.0).reshape(len(needed), -1)
