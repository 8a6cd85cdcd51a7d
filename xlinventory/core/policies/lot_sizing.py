"""Which periods to order in when the demand of each is known and differs: dynamic lot sizing.

Symbols: demand d of each period; K money an order; h money to hold a unit from one period to the next. An
order is there at the start of its period; what is left at its end is held.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import above, at_least, one_number, require

Column: TypeAlias = NDArray[np.float64]

MOST_PERIODS = 10_000
"""More periods than anybody plans, and few enough to be done while a sheet recalculates."""


class LotSizes(NamedTuple):
    """(n_periods,) each: units ordered, units left at the end, and what the period costs."""

    orders: Column
    closing_stock: Column
    cost: Column


class _Terms(NamedTuple):
    needs: Column
    order_cost: float
    holding_cost: float


@np.errstate(all="ignore")
def lot_sizes(
    demand: ArrayLike,
    order_cost: float,
    holding_cost: float,
    on_hand: float = 0.0,
    method: str = "wagner-whitin",
) -> LotSizes:
    """Order of each period (n_periods,) so that all demand is met, the stock it leaves and its cost.

    The stock on hand is used up first; orders follow for what it does not cover. "wagner-whitin" costs least
    over the periods given, the others are rules of thumb that look no further than they must.

    >>> plan = lot_sizes([90, 120, 80, 70], 500, 2)  # Snyder & Shen (2019), Example 3.9
    >>> plan.orders.tolist(), float(plan.cost.sum())
    ([210.0, 0.0, 150.0, 0.0], 1380.0)
    """
    one_number(order_cost=order_cost, holding_cost=holding_cost, on_hand=on_hand)
    at_least(0, demand=demand, order_cost=order_cost, on_hand=on_hand)
    above(0, holding_cost=holding_cost)
    asked = np.atleast_1d(np.asarray(demand, dtype=float))
    require(asked.size <= MOST_PERIODS, f"periods must be at most {MOST_PERIODS}", float(asked.size))
    met = np.minimum(np.cumsum(asked), on_hand)
    covered = np.diff(met, prepend=0.0)
    orders = METHODS[method](_Terms(asked - covered, order_cost, holding_cost))
    stock = np.maximum(np.cumsum(orders - (asked - covered)), 0.0) + (on_hand - met)
    return LotSizes(orders, stock, np.where(orders > 0, order_cost, 0.0) + holding_cost * stock)


def _in_lots(needs: Column, starts: list[int]) -> Column:
    """Each need ordered at the last start at or before it."""
    orders = np.zeros(len(needs))
    if starts:
        orders[starts] = np.add.reduceat(needs, starts)
    return orders


def _wagner_whitin(terms: _Terms) -> Column:
    """The cheapest of all plans, by dynamic programming over the periods that need anything.

    best[t] is the least cost of the first t needs, by the start of the last lot among them. That start never
    moves back when a need is added (the planning horizon theorem), so only later ones are tried.
    Source: Wagner & Whitin (1958), Dynamic version of the economic lot size model, Management Science 5.
    """
    periods = np.flatnonzero(terms.needs > 0)
    best, last = np.zeros(len(periods) + 1), np.zeros(len(periods) + 1, dtype=int)
    with_lot = np.zeros(len(periods))
    for count, period in enumerate(periods, start=1):
        first = last[count - 1]
        with_lot[count - 1] = best[count - 1] + terms.order_cost
        held = period - periods[first:count]
        with_lot[first:count] += terms.holding_cost * terms.needs[period] * held
        last[count] = first + int(np.argmin(with_lot[first:count]))
        best[count] = with_lot[last[count]]
    starts, count = [], len(periods)
    while count:
        count = last[count]
        starts.append(int(periods[count]))
    return _in_lots(terms.needs, starts[::-1])


class _Lot(NamedTuple):
    """A lot that covers so many periods: its units and the units times periods they are held."""

    periods: int
    units: float
    held: float

    def longer(self, need: float) -> "_Lot":
        return _Lot(self.periods + 1, self.units + need, self.held + self.periods * need)


_Goes: TypeAlias = Callable[[_Terms, _Lot, _Lot], bool]


def _one_by_one(goes_on: _Goes) -> Callable[[_Terms], Column]:
    """A rule that lets a lot grow by a period for as long as it *goes on*, then starts the next lot."""

    def plan(terms: _Terms) -> Column:
        starts: list[int] = []
        lot = _Lot(0, 0.0, 0.0)
        for period, need in enumerate(terms.needs.tolist()):
            longer = lot.longer(need)
            if lot.periods and goes_on(terms, lot, longer):
                lot = longer
            elif need > 0:
                starts.append(period)
                lot = _Lot(1, need, 0.0)
            else:
                lot = _Lot(0, 0.0, 0.0)
        return _in_lots(terms.needs, starts)

    return plan


def _cheaper_a_period(terms: _Terms, lot: _Lot, longer: _Lot) -> bool:
    """Source: Silver & Meal (1973), A heuristic for selecting lot size quantities, Prod. Inv. Mgmt. 14."""
    order, hold = terms.order_cost, terms.holding_cost
    return (order + hold * longer.held) / longer.periods <= (order + hold * lot.held) / lot.periods


def _cheaper_a_unit(terms: _Terms, lot: _Lot, longer: _Lot) -> bool:
    order, hold = terms.order_cost, terms.holding_cost
    return (order + hold * longer.held) / longer.units <= (order + hold * lot.held) / lot.units


def _nearer_to_the_order_cost(terms: _Terms, lot: _Lot, longer: _Lot) -> bool:
    """Source: DeMatteis (1968), An economic lot-sizing technique: the part-period algorithm, IBM Syst. J."""
    order, hold = terms.order_cost, terms.holding_cost
    return abs(hold * longer.held - order) <= abs(hold * lot.held - order)


def _economic_quantity(terms: _Terms) -> Column:
    """The EOQ of the mean need, or all of a larger need, whenever the stock does not cover the period."""
    lot = np.sqrt(2 * terms.needs.mean() * terms.order_cost / terms.holding_cost)
    orders, stock = np.zeros(len(terms.needs)), 0.0
    for period, need in enumerate(terms.needs.tolist()):
        if need > stock:
            orders[period] = max(lot, need - stock)
        stock += orders[period] - need
    return orders


def _periods_of_the_economic_quantity(terms: _Terms) -> Column:
    """Lots of as many periods, a whole number, as the EOQ of the mean need covers."""
    mean = terms.needs.mean()
    covers = np.sqrt(2 * terms.order_cost / terms.holding_cost / mean) if mean > 0 else 1.0
    periods = max(1, round(min(covers, len(terms.needs))))
    return _one_by_one(lambda _terms, lot, _longer: lot.periods < periods)(terms)


METHODS: Mapping[str, Callable[[_Terms], Column]] = {
    "wagner-whitin": _wagner_whitin,
    "silver-meal": _one_by_one(_cheaper_a_period),
    "least-unit-cost": _one_by_one(_cheaper_a_unit),
    "part-period": _one_by_one(_nearer_to_the_order_cost),
    "period-quantity": _periods_of_the_economic_quantity,
    "eoq": _economic_quantity,
    "lot-for-lot": _one_by_one(lambda _terms, _lot, _longer: False),
}
"""Ways to choose the lots: the cheapest plan, four rules that let a lot grow, a fixed lot, and none."""
