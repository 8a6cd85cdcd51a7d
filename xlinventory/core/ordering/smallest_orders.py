"""Suppliers that take no order below some value: what fills such an order up, and what is still missing."""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.ordering.price_lists import OrderLimits, PriceLists, average_price

Column: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Indices: TypeAlias = NDArray[np.intp]

_HALVINGS = 40
_EXACT = 1e-6
"""Money that sums of prices may be off by: 0.1 and 0.7 are 0.8."""


class Lines(NamedTuple):
    """What suppliers' orders are made of; (n,) each.

    supplier: number of the line's supplier. ordered: units that are to be ordered in any case. whole: units
    that would be ordered of another line if it were brought forward, 0 where it cannot be. due: days until it
    would be ordered anyway. position, demand: units, and units a day.
    """

    supplier: Indices
    ordered: Column
    whole: Column
    due: Column
    position: Column
    demand: Column
    lists: PriceLists
    limits: OrderLimits

    def of(self, rows: Flags) -> "Lines":
        """Some of the lines."""
        return Lines(
            self.supplier[rows],
            self.ordered[rows],
            self.whole[rows],
            self.due[rows],
            self.position[rows],
            self.demand[rows],
            self.lists.of(rows),
            self.limits.of(rows),
        )

    def value(self, units: Column) -> Column:
        """Money of each line at that many units; 0 units cost nothing, even of an unknown price."""
        return np.asarray(np.where(units > 0, units * average_price(self.lists, units), 0.0))

    def totals(self, units: Column, suppliers: int) -> Column:
        """Money of each supplier's order; NaN where a price in it is not known."""
        return np.bincount(self.supplier, self.value(units), suppliers).astype(float)


class Filled(NamedTuple):
    """quantity (n,): units of each line. short (suppliers,): money an order lacks all the same, else 0."""

    quantity: Column
    short: Column


def fill_up(lines: Lines, minimum: Column, most_cover: float) -> Filled:
    """Bring every order up to its supplier's minimum (suppliers,), NaN for none.

    First other lines are brought forward, those due soonest first, the last of them in no more packs than
    it takes. Where all are too little, the lines of the order are raised to cover the same number of days, no
    more than it takes and at most *most_cover*. An order that is too small even so is left as it was. One
    with an unknown price is not judged.
    """
    suppliers, asked = len(minimum), minimum
    minimum = minimum - _EXACT
    total = lines.totals(lines.ordered, suppliers)
    missing = np.where((total > 0) & (total < minimum), asked - total, 0.0)
    short = (missing > 0)[lines.supplier]
    if not short.any():
        return Filled(lines.ordered, missing)
    quantity = lines.ordered.copy()
    mine = lines.of(short)
    brought = _bring_forward(mine, missing)
    quantity[short] = _raise(mine, brought, minimum, most_cover)
    reached = lines.totals(quantity, suppliers) >= minimum
    done = (missing == 0) | reached
    return Filled(np.where(done[lines.supplier], quantity, lines.ordered), np.where(done, 0.0, missing))


def _bring_forward(lines: Lines, missing: Column) -> Column:
    """Units with other lines added, those due soonest first, until no money is missing."""
    value = lines.value(lines.whole)
    offered = (lines.ordered == 0) & (value > 0)
    order = np.lexsort((lines.due, lines.supplier))
    order = order[offered[order]]
    supplier = lines.supplier[order]
    so_far = np.append(0.0, np.cumsum(value[order]))
    before = so_far[:-1] - so_far[np.searchsorted(supplier, supplier)]
    lacking = missing[supplier] - before
    added = np.zeros(len(value))
    added[order] = np.where(lacking > _EXACT, lines.whole[order], 0.0)
    needed = np.zeros(len(value))
    needed[order] = np.maximum(lacking, 0.0)
    return np.where(lines.ordered > 0, lines.ordered, _no_more_than(lines, added, needed))


def _no_more_than(lines: Lines, units: Column, needed: Column) -> Column:
    """Fewer packs of a line where these are worth the money that is needed, too."""
    price = np.where(units > 0, average_price(lines.lists, units), 1.0)
    fewer = lines.limits.packed(np.where(units > 0, needed / price, 0.0))
    enough = (fewer < units) & (lines.value(fewer) >= needed - _EXACT)
    return np.where(enough, fewer, units)


def _raise(lines: Lines, units: Column, minimum: Column, most_cover: float) -> Column:
    """Units raised to as many days of cover as each order needs to be large enough, at most *most_cover*."""
    suppliers = len(minimum)

    def covering(days: Column) -> Column:
        wanted = np.minimum(days[lines.supplier], most_cover) * lines.demand - lines.position
        raised = lines.limits.packed(np.maximum(wanted, 0.0))
        beyond = lines.position + raised > most_cover * lines.demand
        raised = np.where(beyond, raised - np.maximum(lines.limits.pack_size, 1.0), raised)
        return np.where(units > 0, np.maximum(units, raised), 0.0)

    low, high = np.zeros(suppliers), np.full(suppliers, most_cover)
    low_enough = lines.totals(covering(low), suppliers) >= minimum
    high = np.where(low_enough, 0.0, high)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        enough = lines.totals(covering(middle), suppliers) >= minimum
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return covering(high)
