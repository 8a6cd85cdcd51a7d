"""Day after day: sell, receive, plan on the last evening of a week, review, order.

What is ordered in the evening of a day with a lead time of 7 days is in stock in the evening of the seventh
day after, before that evening's review. Unmet demand waits. All policies run side by side, each with orders,
receipts and stock of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np

from planning_truth.demand import Array
from planning_truth.suppliers import Days
from planning_truth.world import PAST_RECEIPTS, WEEK, World


class Levels(NamedTuple):
    """Position at or below which to order, and the one to order up to; by row (n,)."""

    reorder_point: Array
    order_up_to: Array


@dataclass
class Orders:
    """All orders a policy ever placed: row, day ordered, day received and units, an array an evening."""

    rows: list[Days] = field(default_factory=list)
    ordered: list[Days] = field(default_factory=list)
    received: list[Days] = field(default_factory=list)
    units: list[Array] = field(default_factory=list)


class Receipts(NamedTuple):
    """Lead times of all receipts of each supplier so far (n_suppliers,): how many, sum, sum of squares."""

    count: Array
    days: Array
    squares: Array

    def mean(self) -> Array:
        """Mean days."""
        return self.days / self.count

    def sd(self) -> Array:
        """Sample standard deviation."""
        off = np.maximum(self.squares - self.days**2 / self.count, 0.0)
        return np.asarray(np.sqrt(off / (self.count - 1)))


class Seen(NamedTuple):
    """What a planner knows in the evening of a day: sales until then, own receipts and own orders."""

    world: World
    day: int
    receipts: Receipts
    orders: Orders


class Policy(Protocol):
    """Sets its levels in the last evening of every week."""

    name: str

    def levels(self, seen: Seen) -> Levels:
        """Of all rows."""


class Played(NamedTuple):
    """What came of a policy, each (n_policies, n): totals over the days that count."""

    demand: Array
    short: Array
    cycles: Array
    good_cycles: Array
    stock_days: Array
    orders: Array


class Loop:
    """The state of all policies (n_policies, n) between two days."""

    def __init__(self, world: World, policies: Sequence[Policy]) -> None:
        self.world, self.policies = world, policies
        shape = (len(policies), world.rows)
        self._slots = int(world.lead_days.max()) + 1
        self._arriving, self._arriving_orders, self._arriving_days, self._arriving_squares = (
            np.zeros((self._slots, *shape)) for _ in range(4)
        )
        self.placed = [Orders() for _ in policies]
        count = np.full((len(policies), len(world.past_lead_days)), float(PAST_RECEIPTS))
        past = world.past_lead_days.astype(float)
        sums = count, past.sum(axis=1), (past**2).sum(axis=1)
        self._receipts = np.stack(np.broadcast_arrays(*sums))
        self.point, self.top = np.zeros(shape), np.zeros(shape)
        self._plan(world.first_day - 1)
        begun = np.ceil(self.point + world.start * (self.top - self.point))
        self.net, self.position = begun, begun.copy()
        self.totals = np.zeros((len(Played._fields), *shape))

    def play(self, progress: Callable[[float], None]) -> Played:
        """All days; *progress* is told the share of them that is over."""
        world = self.world
        for day in range(world.first_day, world.end):
            self.live(day)
            progress((day + 1 - world.first_day) / (world.end - world.first_day))
        return Played(*self.totals)

    def live(self, day: int) -> None:
        """One day, from its sales to its orders."""
        units = self.world.sold.units[self.world.sold_as, day]
        opened = np.maximum(self.net, 0.0)
        self.net -= units
        self.position -= units
        short = np.maximum(units - opened, 0.0)
        stock = (opened + np.maximum(self.net, 0.0)) / 2
        ended, good = self._receive(day)
        if day % WEEK == WEEK - 1:
            self._plan(day)
        ordered = self._order(day)
        if day >= self.world.counted_from:
            self.totals += np.stack(np.broadcast_arrays(units, short, ended, good, stock, ordered))

    def _receive(self, day: int) -> tuple[Array, Array]:
        """Cycles that end this evening, and those of them without a unit owed just before the goods came."""
        slot = day % self._slots
        ended = self._arriving_orders[slot] > 0
        good = ended & (self.net >= 0)
        self.net += self._arriving[slot]
        parts = (self._arriving_orders, self._arriving_days, self._arriving_squares)
        firsts = np.unique(self.world.supplier, return_index=True)[1]
        self._receipts += np.stack([np.add.reduceat(part[slot], firsts, axis=1) for part in parts])
        for part in (self._arriving, *parts):
            part[slot] = 0.0
        return ended.astype(float), good.astype(float)

    def _plan(self, day: int) -> None:
        for number, policy in enumerate(self.policies):
            receipts = Receipts(*self._receipts[:, number])
            levels = policy.levels(Seen(self.world, day, receipts, self.placed[number]))
            self.point[number], self.top[number] = levels

    def _order(self, day: int) -> Array:
        """Whole units up to the top where the position is at or below the point; whether any are ordered."""
        reviewed = (day + 1) % self.world.review_days == 0
        wanted = np.ceil(self.top - self.position - 1e-9)
        units = np.where(reviewed & (self.position <= self.point), np.maximum(wanted, 0.0), 0.0)
        self.position += units
        policy, row = np.nonzero(units)
        lead = self.world.lead_days[row, day]
        slot, sent = (day + lead) % self._slots, units[policy, row]
        self._arriving[slot, policy, row] += sent
        self._arriving_orders[slot, policy, row] += 1
        self._arriving_days[slot, policy, row] += lead
        self._arriving_squares[slot, policy, row] += lead**2
        for number, orders in enumerate(self.placed):
            mine = policy == number
            orders.rows.append(row[mine])
            orders.ordered.append(np.full(mine.sum(), day))
            orders.received.append(day + lead[mine])
            orders.units.append(sent[mine])
        return (units > 0).astype(float)
