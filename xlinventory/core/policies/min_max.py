"""Between which two levels to keep an item that is reviewed now and then: the (s, S) or min/max policy.

At each review a stock position at or below the minimum s is ordered up to the maximum S. Symbols, all for one
review period: K money an order, h money to hold a unit, b to owe one; D the demand between two reviews, of
which a position y meets those of the review period and the lead time. What is held and owed is counted at the
end of a review period, one lead time after the order: G(y) = h E[(y - DL)+] + b E[(DL - y)+].
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

FINEST = 1000
"""Steps into which the way from minimum to maximum is divided at most, so that a sheet stays quick."""

_FIRST_COUNT = 32
_LARGEST_COUNT = 16_384
_LARGEST_STOCK = 1e12


class MinMax(NamedTuple):
    """Order up to *maximum* at or below *minimum*: what that costs in a year, without buying."""

    minimum: float
    maximum: float
    annual_cost: float


@dataclass(frozen=True, slots=True)
class Terms:
    """Costs of one review period, demand between two reviews, and demand until the next order is there."""

    ordering: float
    holding: float
    owing: float
    between: FittedDemand
    until: FittedDemand

    def power_levels(self) -> tuple[float, float]:
        """The power approximation's minimum, and how far it puts the maximum above."""
        mean, sd = float(self.between.mean), float(self.until.sd)
        order = mean**0.494 * (self.ordering / self.holding) ** 0.506
        apart = 1.30 * order * (1 + (sd / mean) ** 2) ** 0.116
        z_sd = float(np.sqrt(apart * sd * (self.holding / self.owing)))  # z times sd
        per_z = 0.183 * sd * (sd / z_sd) if sd > 0 else 0.0
        return 0.973 * float(self.until.mean) + per_z + 1.063 * sd - 2.192 * z_sd, apart

    @property
    def step(self) -> float:
        """Whole units from one stock that is looked at to the next: 1 where the levels are not far apart."""
        return max(1.0, float(np.ceil(self.power_levels()[1] / FINEST)))

    def cheapest_stock(self) -> float:
        """The stock, in steps, whose G is least."""
        level = self.owing / (self.holding + self.owing)
        stock = float(self.until.mean + self.until.quantile(level)) / self.step
        require(abs(stock) < _LARGEST_STOCK, f"the stock must be below {_LARGEST_STOCK:g}", stock)
        near = np.floor(stock) + np.arange(-1, 3)
        return float(near[np.argmin(self.running(near))])

    def running(self, stocks: ArrayLike) -> Column:
        """G of stocks given in steps."""
        buffer = np.asarray(stocks) * self.step - self.until.mean
        short = self.until.shortage(buffer)
        return self.holding * np.maximum(buffer + short, 0.0) + self.owing * short

    def visits(self, count: int) -> Column:
        """(count,) mean number of reviews that find the position so many steps below the maximum.

        The renewal density of the demands between reviews, each rounded to whole steps.
        """
        tail = self.between.tail((np.arange(count) + 0.5) * self.step - self.between.mean)
        chance = (tail[:-1] - tail[1:])[::-1]  # of a demand of 1, 2, ... steps, the last one first
        visits = np.ones(count)
        for below in range(1, count):
            visits[below] = chance[count - 1 - below :] @ visits[:below] / tail[0]
        return np.asarray(visits / tail[0])

    def cost(self, minimum: float, maximum: float) -> float:
        """Money a review period that these levels cost, taken at the nearest steps."""
        top = np.rint(maximum / self.step)
        count = max(1, int(min(top - np.rint(minimum / self.step), _LARGEST_COUNT)))
        visits = self.visits(count)
        running = self.running(top - np.arange(count))
        return float((self.ordering + visits @ running) / visits.sum())


@np.errstate(all="ignore")
def min_max_policy(
    demand_avg: float,
    demand_sd: float,
    lead_time: float,
    review_period: float,
    periods_per_year: float,
    order_cost: float,
    holding_cost: float,
    backorder_cost: float,
    lead_time_sd: float = 0.0,
    distribution: str = "normal",
    method: str = "exact",
) -> MinMax:
    """Minimum and maximum, and what they cost in a year; holding_cost and backorder_cost are a year's too.

    "exact" gives whole units and costs least; the cost shown for another method is the true one of its levels
    in whole units. Levels more than 1,000 units apart are looked at in steps of about a 1,000th of that.

    >>> min_max_policy(6, 0, 0, 1, 1, 5, 1, 4, distribution="poisson")[:2]  # Snyder & Shen, Example 4.7
    (4.0, 10.0)
    """
    one_number(demand_avg=demand_avg, demand_sd=demand_sd, lead_time=lead_time, lead_time_sd=lead_time_sd)
    above(0, demand_avg=demand_avg, review_period=review_period, periods_per_year=periods_per_year)
    above(0, order_cost=order_cost)
    comparable(holding_cost, backorder_cost)
    until = protection_interval(demand_avg, demand_sd, lead_time, lead_time_sd, review_period)
    between = protection_interval(demand_avg, demand_sd, 0.0, 0.0, review_period)
    year = review_period / periods_per_year
    terms = Terms(
        order_cost,
        holding_cost * year,
        backorder_cost * year,
        FittedDemand.of(*between, distribution),
        FittedDemand.of(*until, distribution),
    )
    minimum, maximum = METHODS[method](terms)
    apart = maximum - minimum
    require((apart > 0) & np.isfinite(apart), "the costs are too far apart: order_cost is", order_cost)
    return MinMax(minimum, maximum, terms.cost(minimum, maximum) / year)


def _exact(terms: Terms) -> tuple[float, float]:
    """The cheapest pair of whole levels, among all that can be.

    The maximum is no lower than the stock that costs least by itself, and that stock's best minimum is the
    lowest there is; higher maximums are tried as long as they cost less than the best pair by themselves.
    Source: Zheng & Federgruen (1991), Finding optimal (s, S) policies is about as simple as evaluating a
    single policy, Operations Research 39.
    """
    cheapest, count, found = terms.cheapest_stock(), _FIRST_COUNT, None
    while found is None:
        count *= 2
        require(count <= _LARGEST_COUNT, f"the levels must be within {_LARGEST_COUNT} steps", float(count))
        found = _cheapest_within(terms, cheapest, count)
    return found[0] * terms.step, found[1] * terms.step


def _cheapest_within(terms: Terms, cheapest: float, count: int) -> tuple[float, float] | None:
    """The cheapest pair of levels, in steps; None where *count* steps from one to the other are too few."""
    visits = terms.visits(count)
    reviews = np.cumsum(visits)
    running = terms.running(cheapest + np.arange(count, -count - 1, -1))  # at position count: the cheapest
    least, best, apart, up = np.inf, 0, count, 0
    while not running[count - up] > least:
        top, reach = count - up, apart + up - best  # down to the minimum of the best pair
        if top == 0 or reach > count:
            return None
        if terms.ordering + visits[:reach] @ running[top : top + reach] < least * reviews[reach - 1]:
            costs = terms.ordering + np.cumsum(visits[:reach] * running[top : top + reach])
            costs /= reviews[:reach]
            least, best = float(costs.min()), up
            # The minimum itself costs more than the policy, or a lower one would be better. Where demand is
            # hardly ever that small the costs do not tell, since they differ by less than a float can show.
            lower = np.flatnonzero(running[top + 1 + np.argmin(costs) : top + 1 + reach] >= least)
            if not lower.size:
                return None
            apart = int(np.argmin(costs) + lower[0]) + 1
        up += 1
    return cheapest + best - apart, cheapest + best


def _power_approximation(terms: Terms) -> tuple[float, float]:
    """Levels by a formula that was fitted to the exact ones, in whole units where demand is.

    Source: Ehrhardt & Mosier (1984), A revision of the power approximation, Management Science 30; Silver,
    Pyke & Thomas (2017), ch. 7.5; Snyder & Shen (2019), section 4.4.5.
    """
    minimum, apart = terms.power_levels()
    maximum = minimum + apart
    if terms.between.shape.whole:
        minimum = float(np.rint(minimum))
        maximum = max(minimum + 1, float(np.rint(maximum)))
    return minimum, maximum


METHODS: Mapping[str, Callable[[Terms], tuple[float, float]]] = {
    "exact": _exact,
    "power": _power_approximation,
}
"""Ways to find the two levels."""
