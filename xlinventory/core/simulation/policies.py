"""When and how much each item orders, and what is on its way."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import above, at_least, finite, require
from xlinventory.core.errors import WrongInput
from xlinventory.core.simulation.samples import Column, Sample

_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Policy:
    """When and how much each item orders; all (n, 1). *top* is the highest position after an order."""

    reorder_point: Column
    top: Column
    review: Column
    up_to: bool

    def of(self, items: slice) -> "Policy":
        """That of some items."""
        return Policy(self.reorder_point[items], self.top[items], self.review[items], self.up_to)

    def reviewed(self, period: int) -> NDArray[np.bool_]:
        """Whether a multiple of the review period lies in this period (n, 1)."""
        return np.floor((period + 1) / self.review) > np.floor(period / self.review)

    def order(self, position: Column) -> Column:
        """Units to order at a review; as many whole order quantities as lift the position above the point.

        A position that is above it by rounding only is at it.
        """
        point = self.reorder_point + _ROUNDING * np.abs(self.top)
        if self.up_to:
            wanted = self.top - position
        else:
            lot = self.top - self.reorder_point
            wanted = lot * (np.floor((point - position) / lot) + 1)
        return np.where(position <= point, wanted, 0.0)

    def first_position(self, demand: Sample, runs: int) -> Column:
        """Positions spread evenly from the top down to the reorder point, in steps of the unit of demand."""
        unit = demand.unit()
        step = np.where(unit > 0, unit, 1.0)
        below = (self.top - self.reorder_point) * (np.arange(runs) / runs)
        top = self.top if self.up_to else np.where(unit >= 1, np.floor(self.top), self.top)
        return top - np.where(unit > 0, np.floor(below / step) * step, below)


def policy(
    reorder_point: ArrayLike,
    order_qty: ArrayLike | None,
    order_up_to: ArrayLike | None,
    review_period: ArrayLike,
    items: int,
) -> Policy:
    """Checked: either an order quantity or a level to order up to, one number or one per item."""
    if (order_qty is None) == (order_up_to is None):
        raise WrongInput("give either order_qty or order_up_to")
    finite(reorder_point=reorder_point)
    at_least(0, review_period=review_period)
    point, review = per_item(reorder_point, items), np.maximum(per_item(review_period, items), 1.0)
    if order_qty is not None:
        above(0, order_qty=order_qty)
        return Policy(point, point + per_item(order_qty, items), review, up_to=False)
    top = per_item(np.nan if order_up_to is None else order_up_to, items)
    finite(order_up_to=top[:, 0])
    require(top[:, 0] >= point[:, 0], "order_up_to must be >= reorder_point", top[:, 0])
    return Policy(point, top, review, up_to=True)


def per_item(value: ArrayLike, items: int) -> Column:
    """One number for all items, or one for each, as (n, 1)."""
    given = np.asarray(value, dtype=float)
    require(given.size in {1, items}, "give one value, or one per item", given.size, WrongInput)
    return np.broadcast_to(given.reshape(-1, 1), (items, 1))


class Pipeline:
    """Orders on their way: per coming period the units that arrive and, weighted by them, the moment."""

    def __init__(self, longest: float, shape: tuple[int, int]) -> None:
        self._slots = int(np.ceil(longest)) + 2
        self._units = np.zeros((self._slots, *shape))
        self._moment = np.zeros((self._slots, *shape))

    def order(self, period: int, units: Column, chance: Column, lead: Sample) -> None:
        """Send the orders of the end of *period* on their way, each with a lead time of its own."""
        item, run = np.nonzero(units > 0)
        place = (chance[run] * lead.count[item, 0]).astype(np.intp)
        time = lead.values[item, place]
        ahead = np.maximum(np.ceil(time), 1).astype(np.intp)
        slot, sent = (period + ahead) % self._slots, units[item, run]
        self._units[slot, item, run] += sent
        self._moment[slot, item, run] += sent * (time - (ahead - 1))

    def arrive(self, period: int) -> tuple[Column, Column]:
        """Units that arrive in *period* and the share of it that is over by then (1 without arrivals)."""
        slot = period % self._slots
        units, moment = self._units[slot].copy(), self._moment[slot]
        share = np.divide(moment, units, out=np.ones_like(units), where=units > 0)
        self._units[slot], self._moment[slot] = 0.0, 0.0
        return units, share
