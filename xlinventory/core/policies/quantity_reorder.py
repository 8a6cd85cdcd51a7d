"""When to order and how much, so that ordering, holding and owing units cost least: the (r, Q) policy.

An order of Q units is placed when the position falls to the reorder point r. Symbols: λ demand a year; K
money an order, h to hold a unit for a year, b to owe one for a year; D demand over the lead time, its mean μ.
A position y costs g(y) = h E[(y - D)+] + b E[(D - y)+] a year, a policy (K λ + ∫g) / Q over r to r + Q.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from xlinventory.core.checks import above, one_number, require
from xlinventory.core.distributions import FittedDemand
from xlinventory.core.policies.running_costs import comparable
from xlinventory.core.safety_stock import protection_interval
from xlinventory.core.smooth_demand import Column

MOST_UNITS = 100_000
"""Counts are tried one by one; larger orders have no use for whole units."""


_CLOSE = 1e-13
_MOST_TURNS = 1000
_HALVINGS = 100
_NARROW = 1e-4
_GAUSS_PLACES = np.array([0.5 - np.sqrt(0.15), 0.5, 0.5 + np.sqrt(0.15)])
_GAUSS_WEIGHTS = np.array([5, 8, 5]) / 18


class ReorderPolicy(NamedTuple):
    """Order *order_qty* at a position of *reorder_point*: what that costs in a year, without buying."""

    reorder_point: float
    order_qty: float
    annual_cost: float


@dataclass(frozen=True, slots=True)
class Terms:
    """What an item costs a year, and its demand; stocks are counted from the mean of lead-time demand."""

    ordering: float  # K λ
    holding: float
    owing: float
    lead_demand: FittedDemand

    def running(self, buffer: ArrayLike) -> Column:
        """g: money a year that a stock of μ + buffer costs."""
        short = self.lead_demand.shortage(buffer)
        return self.holding * np.maximum(np.asarray(buffer) + short, 0.0) + self.owing * short

    def slope(self, buffer: ArrayLike) -> Column:
        """What one more unit of stock adds to ``running``."""
        return self.holding - (self.holding + self.owing) * self.lead_demand.tail(buffer)

    def area(self, low: float, quantity: float) -> float:
        """∫g over the buffers from low to low + quantity: the shortages added up over them."""
        if quantity < _NARROW * self.lead_demand.sd:  # two squares this near have no digits left apart
            return float(_GAUSS_WEIGHTS @ self.running(low + quantity * _GAUSS_PLACES)) * quantity
        owed = self.lead_demand.squared(low) - self.lead_demand.squared(low + quantity)
        return float(self.holding * quantity * (low + quantity / 2) + (self.holding + self.owing) * owed)

    def counted(self, low: float, quantity: float) -> float:
        """Σg over the whole units above low, up to low + quantity."""
        return float(self.running(low + np.arange(1, quantity + 1)).sum())

    def cost(self, low: float, quantity: float) -> float:
        """Money a year of ordering *quantity* at a buffer of *low*."""
        held = self.counted if self.lead_demand.shape.whole else self.area
        return (self.ordering + held(low, quantity)) / quantity

    @property
    def served(self) -> float:
        """b / (h + b): the share of time that a stock should last."""
        return self.owing / (self.holding + self.owing)


@np.errstate(all="ignore")
def quantity_reorder_policy(
    demand_avg: float,
    demand_sd: float,
    lead_time: float,
    periods_per_year: float,
    order_cost: float,
    holding_cost: float,
    backorder_cost: float,
    lead_time_sd: float = 0.0,
    distribution: str = "normal",
    method: str = "exact",
) -> ReorderPolicy:
    """Reorder point and order quantity where owing a unit for a year has a cost, and what the policy costs.

    Demand and lead time are in periods, costs a year. "exact" costs least; the cost shown for the other
    methods is the true one of the policy they give. Counts give whole units.

    >>> policy = quantity_reorder_policy(1.5, 0, 2, 1, 100, 20, 150, distribution="poisson")  # Example 5.8
    >>> policy.reorder_point, policy.order_qty, round(policy.annual_cost, 2)
    (3.0, 5.0, 107.92)
    """
    above(0, order_cost=order_cost)
    comparable(holding_cost, backorder_cost)
    demand = _lead_demand(demand_avg, demand_sd, lead_time, periods_per_year, lead_time_sd, distribution)
    terms = Terms(order_cost * demand_avg * periods_per_year, holding_cost, backorder_cost, demand)
    low, quantity = METHODS[method](terms)
    point = float(demand.mean) + low
    if demand.shape.whole:
        point, quantity = float(np.rint(point)), max(1.0, float(np.rint(quantity)))
        require(quantity <= MOST_UNITS, f"whole units need an order_qty <= {MOST_UNITS}", quantity)
    cost = terms.cost(point - float(demand.mean), quantity)
    require((quantity > 0) & (cost > 0), "the costs are too far apart: order_cost is", order_cost)
    return ReorderPolicy(point, quantity, cost)


@np.errstate(all="ignore")
def shortage_reorder_policy(
    demand_avg: float,
    demand_sd: float,
    lead_time: float,
    periods_per_year: float,
    order_cost: float,
    holding_cost: float,
    shortage_cost: float,
    lead_time_sd: float = 0.0,
    distribution: str = "normal",
) -> ReorderPolicy:
    """Reorder point and order quantity where each unit short has a cost once, and what the policy costs.

    By turns the r that is short in the share h Q / (p λ) of cycles and the Q = sqrt(2 λ (K + p n(r)) / h), p
    money a unit short, n(r) units short a cycle; the cost takes h (r - μ + Q / 2) as that of holding.
    Source: Hadley & Whitin (1963), Analysis of Inventory Systems, ch. 4.2; Snyder & Shen (2019), 5.3.2.

    >>> policy = shortage_reorder_policy(1300, 150, 1 / 12, 1, 8, 0.225, 7.5)  # Example 5.2
    >>> round(policy.reorder_point, 2), round(policy.order_qty, 2), round(policy.annual_cost, 2)
    (213.97, 318.59, 95.45)
    """
    above(0, order_cost=order_cost, holding_cost=holding_cost, shortage_cost=shortage_cost)
    demand = _lead_demand(demand_avg, demand_sd, lead_time, periods_per_year, lead_time_sd, distribution)
    yearly = demand_avg * periods_per_year
    low = short = 0.0
    quantity, before, turns = float(np.sqrt(2 * yearly * (order_cost / holding_cost))), 0.0, 0
    while turns < _MOST_TURNS and quantity - before > _CLOSE * quantity:  # it only rises
        share = quantity * holding_cost / yearly / shortage_cost
        require(share < 1, "with this shortage_cost it is cheaper to hold no stock: it is", shortage_cost)
        low = float(demand.quantile(1 - share))
        short = float(demand.shortage(low))
        wanted = np.sqrt(2 * yearly * ((order_cost + shortage_cost * short) / holding_cost))
        before, quantity, turns = quantity, float(wanted), turns + 1
    if demand.shape.whole:
        quantity = max(1.0, float(np.rint(quantity)))
    running = yearly / quantity * (order_cost + shortage_cost * short)
    return ReorderPolicy(float(demand.mean) + low, quantity, running + holding_cost * (low + quantity / 2))


def _lead_demand(
    demand_avg: float,
    demand_sd: float,
    lead_time: float,
    periods_per_year: float,
    lead_time_sd: float,
    distribution: str,
) -> FittedDemand:
    one_number(demand_avg=demand_avg, demand_sd=demand_sd, lead_time=lead_time, lead_time_sd=lead_time_sd)
    above(0, demand_avg=demand_avg, periods_per_year=periods_per_year)
    interval = protection_interval(demand_avg, demand_sd, lead_time, lead_time_sd)
    return FittedDemand.of(*interval, distribution)


def _exact(terms: Terms) -> tuple[float, float]:
    """The stocks that cost no more than c a year, c such that what they save against it pays the orders.

    The cost of a policy is least where g(r) = g(r + Q) = c is that very cost, so that ∫(c - g) = K λ.
    Source: Zheng (1992), On properties of stochastic inventory systems, Management Science 38; for counts
    Federgruen & Zheng (1992), An efficient algorithm for an optimal (r, Q) policy, Operations Research 40.
    """
    # More than enough: what the policy costs without chance, where g is no less steep, and the best stock.
    without_chance = np.sqrt(2 * terms.ordering * terms.holding * terms.served)
    best = terms.running(terms.lead_demand.quantile(terms.served))
    cost = float(without_chance + np.fmin(best, terms.running(0.0)))
    return (_exact_counts if terms.lead_demand.shape.whole else _exact_amounts)(terms, cost)


def _exact_counts(terms: Terms, cost: float) -> tuple[float, float]:
    """The cheapest stocks, taken one by one while they bring the mean cost down."""
    mean = float(terms.lead_demand.mean)
    least, outside = np.inf, -np.inf
    while outside < least:  # a cheaper stock may lie beyond those that were looked at
        first, last = np.ceil(mean - cost / terms.owing) - 1, np.floor(mean + cost / terms.holding) + 1
        require(last - first <= MOST_UNITS, f"whole units need an order_qty <= {MOST_UNITS}", last - first)
        stocks = first + np.arange(last - first + 1)
        running = terms.running(stocks - mean)
        cheapest = np.argsort(running, kind="stable")
        mean_costs = (terms.ordering + np.cumsum(running[cheapest])) / np.arange(1, len(stocks) + 1)
        taken = cheapest[: int(np.argmin(mean_costs)) + 1]
        least, outside, cost = float(mean_costs.min()), float(running[[0, -1]].min()), 2 * cost
    return float(stocks[taken.min()]) - 1 - mean, float(len(taken))


def _exact_amounts(terms: Terms, cost: float) -> tuple[float, float]:
    """Newton's steps from a cost that is too high: ∫(c - g) is convex in c, and Q is its slope."""
    ends = _stocks_within(terms, cost, np.array([-cost / terms.owing, cost / terms.holding]))
    before, turns = np.inf, 0
    while turns < _MOST_TURNS and before - cost > _CLOSE * cost:  # it only falls
        low, quantity = float(ends[0]), float(ends[1] - ends[0])
        saved = cost * quantity - terms.area(low, quantity)
        before, cost, turns = cost, cost - (saved - terms.ordering) / quantity, turns + 1
        ends = _stocks_within(terms, cost, ends)
    return float(ends[0]), float(ends[1] - ends[0])


def _stocks_within(terms: Terms, cost: float, outside: Column) -> Column:
    """The lowest and the highest buffer that cost no more than that a year, from two that do not."""
    return _from_outside(lambda at: (terms.running(at) - cost, terms.slope(at)), outside)


def _from_outside(curve: Callable[[Column], tuple[Column, Column]], at: Column) -> Column:
    """Roots of a convex curve by Newton's steps from where it is positive, which never overshoot.

    A step back, or from a slope the other way, is rounding: there the root is reached.
    """
    way, turns, going = np.sign(curve(at)[1]), 0, True
    while turns < _MOST_TURNS and going:
        value, slope = curve(at)
        step = np.where((value > 0) & (slope * way > 0), value / slope, 0.0)
        at, turns = at - step, turns + 1
        going = bool(np.any(np.abs(step) > _CLOSE * np.abs(at)))
    return at


def _economic(terms: Terms) -> tuple[float, float]:
    """The EOQ, and a reorder point that lasts the share b / (h + b) of cycles."""
    quantity = np.sqrt(2 * terms.ordering / terms.holding)
    return float(terms.lead_demand.quantile(terms.served)), float(quantity)


def _backordered(terms: Terms) -> tuple[float, float]:
    """The EOQ with backorders, and the best reorder point for it, where g(r) = g(r + Q).

    Source: Zheng (1992); Snyder & Shen (2019), section 5.3.3.
    """
    quantity = float(np.sqrt(2 * terms.ordering / terms.holding / terms.served))

    def difference(low: float) -> float:
        ends = terms.running(np.array([low, low + quantity]))
        return float(ends[1] - ends[0])

    width = quantity + float(terms.lead_demand.sd)
    low, high = (-quantity * (1 - terms.served) + side * width for side in (-1, 1))
    while difference(low) > 0:
        low -= 2 * (high - low)
    while difference(high) < 0:
        high += 2 * (high - low)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if difference(middle) > 0 else (middle, high)
    return (low + high) / 2, quantity


def _by_losses(terms: Terms) -> tuple[float, float]:
    """By turns the r with n(r) = h Q / (h + b) and the Q = sqrt(2 (K λ + (h + b) n2(r)) / h).

    Takes the stock at r + Q as never short. Source: Snyder & Shen (2019), section 5.3.5.
    """
    low, before, turns = 0.0, 0.0, 0
    quantity = float(np.sqrt(2 * terms.ordering / terms.holding))
    while turns < _MOST_TURNS and quantity - before > _CLOSE * quantity:  # it only rises
        low = _short_by(terms.lead_demand, quantity * (1 - terms.served))
        owed = (terms.holding + terms.owing) * float(terms.lead_demand.squared(low))
        wanted = np.sqrt(2 * (terms.ordering + owed) / terms.holding)
        before, quantity, turns = quantity, float(wanted), turns + 1
    return low, quantity


def _short_by(demand: FittedDemand, units: float) -> float:
    """The buffer that leaves an expected shortage of so many units."""
    return float(_from_outside(lambda at: (demand.shortage(at) - units, -demand.tail(at)), np.array(-units)))


METHODS: Mapping[str, Callable[[Terms], tuple[float, float]]] = {
    "exact": _exact,
    "eoq": _economic,
    "eoq-backorder": _backordered,
    "loss": _by_losses,
}
"""Ways to find the policy: the buffer to reorder at, and the quantity."""
