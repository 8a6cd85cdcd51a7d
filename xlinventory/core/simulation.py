"""What a reorder policy really gives: the item's own demand and lead times drawn again and again.

All items run side by side, each in many parallel runs, so that a step is a few operations on whole arrays.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import above, at_least, finite, require, within
from xlinventory.core.errors import NotEnoughData, WrongInput

Column: TypeAlias = NDArray[np.float64]

LONGEST_LEAD_TIME = 1_000.0
MOST_PERIODS = 1_000_000.0
_RUN_PERIODS, _MOST_RUNS = 100, 200
_STATE_CELLS, _PIPELINE_CELLS = 8_192, 1_000_000
"""Items x runs of one block, which stay in the processor's cache, and their limit with long lead times."""


@dataclass(frozen=True, slots=True)
class SimulatedService:
    """What a policy gave, per item (n,); both services are NaN where no demand was drawn.

    Share of order cycles without a stock-out, share of units filled from stock, mean stock on hand over
    time, orders per period.
    """

    cycle_service: Column
    fill_rate: Column
    average_stock: Column
    orders_per_period: Column


@dataclass(frozen=True, slots=True)
class _Sample:
    """Sorted values of each item (n, most), and how many each has (n, 1)."""

    values: Column
    count: NDArray[np.int_]

    def draw(self, chance: Column) -> Column:
        """One value per item and run from uniform numbers (n, runs) or (runs,)."""
        place = (chance * self.count).astype(np.intp)
        return np.take_along_axis(self.values, place, axis=1)

    def of(self, items: slice) -> "_Sample":
        return _Sample(self.values[items], self.count[items])


@dataclass(frozen=True, slots=True)
class _Policy:
    """When and how much each item orders; all (n, 1). *top* is the highest position after an order."""

    reorder_point: Column
    top: Column
    review: Column
    up_to: bool

    def of(self, items: slice) -> "_Policy":
        return _Policy(self.reorder_point[items], self.top[items], self.review[items], self.up_to)

    def reviewed(self, period: int) -> NDArray[np.bool_]:
        """Whether a multiple of the review period lies in this period (n, 1)."""
        return np.floor((period + 1) / self.review) > np.floor(period / self.review)

    def order(self, position: Column) -> Column:
        """Units to order at a review; as many whole order quantities as lift the position above the point."""
        if self.up_to:
            wanted = self.top - position
        else:
            lot = self.top - self.reorder_point
            wanted = lot * (np.floor((self.reorder_point - position) / lot) + 1)
        return np.where(position <= self.reorder_point, wanted, 0.0)


class _Pipeline:
    """Orders on their way: per coming period the units that arrive and, weighted by them, the moment."""

    def __init__(self, longest: float, shape: tuple[int, int]) -> None:
        self._slots = int(np.ceil(longest)) + 2
        self._units = np.zeros((self._slots, *shape))
        self._moment = np.zeros((self._slots, *shape))

    def order(self, period: int, units: Column, chance: Column, lead: _Sample) -> None:
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


def simulate_service(
    history: ArrayLike,
    lead_times: ArrayLike,
    reorder_point: ArrayLike,
    order_qty: ArrayLike | None = None,
    review_period: ArrayLike = 1.0,
    periods: float = 20_000,
    seed: float = 1,
    *,
    order_up_to: ArrayLike | None = None,
) -> SimulatedService:
    """Service, stock and orders of a policy when each item's own demand and lead times come again at random.

    history: (n, n_periods) demand, NaN = missing; lead_times: (n, n_receipts) in demand periods, NaN =
    padding; the rest (n,) or one number. At a review a position at or below *reorder_point* orders either as
    many *order_qty* as lift it above, or up to *order_up_to*. Unmet demand waits.

    Demand of a period is one of the item's own, drawn independently and spread evenly over the period; an
    order gets one of the item's own lead times, so orders may overtake one another. Time runs on within a
    period: an order of the end of period t with a lead time of 2.3 arrives when 0.3 of period t + 3 is over.
    Arrivals of the same period come together at their mean moment. Reviews are at ends of periods: a review
    period below 1 reviews every period, one of 1.5 in turn after 2 and 1 periods.

    *periods* are split into up to 200 parallel runs, started evenly over the order cycle and counted after
    a warm-up. The random stream depends on *seed* and *periods* alone, and every item maps it through its
    own sample: an item's numbers do not depend on the other items, nor on the order of its history.
    Source: bootstrap of lead-time demand, Willemain, Smart & Schwarz (2004), Int. J. of Forecasting 20.

    >>> result = simulate_service([[10.0]], [[2.0]], [20.0], [50.0], periods=1000)  # arrives as stock is 0
    >>> float(result.cycle_service[0]), float(result.fill_rate[0]), float(result.average_stock[0])
    (1.0, 1.0, 25.0)
    """
    demand = _sample(history, "history", np.finfo(float).max)
    lead = _sample(lead_times, "lead_times", LONGEST_LEAD_TIME)
    policy = _policy(reorder_point, order_qty, order_up_to, review_period, len(demand.values))
    require(
        len(lead.values) == len(demand.values), "lead_times need a row per item", len(lead.values), WrongInput
    )
    within(1, MOST_PERIODS, periods=periods)
    within(0, 2.0**53, seed=seed)
    runs = int(np.clip(periods // _RUN_PERIODS, 1, _MOST_RUNS))
    length = int(np.ceil(periods / runs))
    with np.errstate(all="ignore"):
        blocks = [
            _simulate(demand.of(items), lead.of(items), policy.of(items), length, runs, int(seed))
            for items in _blocks(lead, runs)
        ]
        return _service(np.concatenate(blocks), length * runs)


def _sample(rows: ArrayLike, name: str, most: float) -> _Sample:
    values = np.sort(np.atleast_2d(np.asarray(rows, dtype=float)), axis=1)  # NaN go last
    count = (~np.isnan(values)).sum(axis=1, keepdims=True)
    require(count[:, 0] > 0, f"{name} must have a value for every item", count[:, 0], NotEnoughData)
    lowest, highest = values[:, :1], np.take_along_axis(values, count - 1, axis=1)
    require(lowest[:, 0] >= 0, f"{name} must be >= 0", lowest[:, 0])
    require(highest[:, 0] <= most, f"{name} must be <= {most:g}", highest[:, 0])
    return _Sample(values, count)


def _policy(
    reorder_point: ArrayLike,
    order_qty: ArrayLike | None,
    order_up_to: ArrayLike | None,
    review_period: ArrayLike,
    items: int,
) -> _Policy:
    if (order_qty is None) == (order_up_to is None):
        raise WrongInput("give either order_qty or order_up_to")
    finite(reorder_point=reorder_point)
    at_least(0, review_period=review_period)
    point, review = _per_item(reorder_point, items), np.maximum(_per_item(review_period, items), 1.0)
    if order_qty is not None:
        above(0, order_qty=order_qty)
        return _Policy(point, point + _per_item(order_qty, items), review, up_to=False)
    top = _per_item(np.nan if order_up_to is None else order_up_to, items)
    finite(order_up_to=top[:, 0])
    require(top[:, 0] >= point[:, 0], "order_up_to must be >= reorder_point", top[:, 0])
    return _Policy(point, top, review, up_to=True)


def _per_item(value: ArrayLike, items: int) -> Column:
    given = np.asarray(value, dtype=float)
    require(given.size in {1, items}, "give one value, or one per item", given.size, WrongInput)
    return np.broadcast_to(given.reshape(-1, 1), (items, 1))


def _blocks(lead: _Sample, runs: int) -> list[slice]:
    """Items in blocks whose state stays small."""
    slots = float(np.nanmax(lead.values)) + 2
    size = max(1, int(min(_STATE_CELLS, _PIPELINE_CELLS / slots) / runs))
    return [slice(start, start + size) for start in range(0, len(lead.values), size)]


def _simulate(demand: _Sample, lead: _Sample, policy: _Policy, length: int, runs: int, seed: int) -> Column:
    """Totals (n, 6) over the counted periods of all runs, see ``_service``."""
    longest = np.nanmax(lead.values, axis=1, keepdims=True)
    start = np.ceil(longest) + 2 * np.ceil(np.minimum(policy.review, length)) + 10
    steps = int(start.max()) + length
    chances, lead_chances = (np.random.default_rng(s).random((steps, runs)) for s in _streams(seed))
    position = _first_position(demand, policy, runs)
    net, totals = position.copy(), np.zeros((len(position), 6))
    noise = 1e-9 * np.nanmax(demand.values, axis=1, keepdims=True)
    pipeline = _Pipeline(float(longest.max()), position.shape)
    for period in range(steps):
        drawn = demand.draw(chances[period])
        arriving, share = pipeline.arrive(period)
        happened = _period(net, drawn, arriving, share, noise)
        net += arriving - drawn
        position -= drawn
        ordered = np.where(policy.reviewed(period), policy.order(position), 0.0)
        position += ordered
        pipeline.order(period, ordered, lead_chances[period], lead)
        counted = (period >= start) & (period < start + length)
        totals += counted * np.stack([each.sum(axis=1) for each in (*happened, ordered > 0)], axis=1)
    return totals


def _streams(seed: int) -> list[np.random.SeedSequence]:
    """Independent seeds for demand and for lead times."""
    return np.random.SeedSequence(seed).spawn(2)


def _first_position(demand: _Sample, policy: _Policy, runs: int) -> Column:
    """Positions spread evenly from the top down to the reorder point, in steps of the unit of demand."""
    unit = _unit(demand)
    step = np.where(unit > 0, unit, 1.0)
    below = (policy.top - policy.reorder_point) * (np.arange(runs) / runs)
    top = policy.top if policy.up_to else np.where(unit >= 1, np.floor(policy.top), policy.top)
    return top - np.where(unit > 0, np.floor(below / step) * step, below)


def _unit(demand: _Sample) -> Column:
    """Units that demand comes in (n, 1): the greatest that divides all of an item's demands, or 0.

    Without it a demand of always 10 would be met at positions that it never reaches.
    """
    known = np.where(np.isnan(demand.values), 0.0, demand.values)
    whole = ((known == np.floor(known)) & (known < 2.0**53)).all(axis=1, keepdims=True)
    divisor = np.gcd.reduce(np.where(whole, known, 0.0).astype(np.int64), axis=1, keepdims=True)
    lowest, highest = demand.values[:, :1], known.max(axis=1, keepdims=True)
    constant = np.where(lowest == highest, lowest, 0.0)
    return np.where(whole, divisor.astype(float), constant)


def _period(
    net: Column, demand: Column, arriving: Column, share: Column, noise: Column
) -> tuple[NDArray[Any], ...]:
    """Demand, units short, stock over time, cycles ended and cycles ended without a stock-out, (n, runs).

    Two stretches, before and after the arrival; in each the stock falls in a straight line until it is gone.
    """
    first = share * demand
    opened, before = np.maximum(net, 0.0), net - first
    short = np.maximum(first - opened, 0.0)
    reopened = np.maximum(before + arriving, 0.0)
    rest = demand - first
    short_later = np.maximum(rest - reopened, 0.0)
    moving = np.where(demand > 0, demand, 1.0)
    lasted = np.where(demand > 0, (first - short) / moving, share)
    lasted_later = np.where(demand > 0, (rest - short_later) / moving, 1 - share)
    stock = lasted * (opened - (first - short) / 2) + lasted_later * (reopened - (rest - short_later) / 2)
    ended = arriving > 0
    return demand, short + short_later, stock, ended, ended & (before >= -noise)


def _service(totals: Column, periods: int) -> SimulatedService:
    demand, short, stock, cycles, good_cycles, orders = totals.T
    filled = np.where(demand > 0, 1 - short / demand, np.nan)
    no_cycle = np.where(filled < 1, 0.0, filled)
    cycle_service = np.where(cycles > 0, good_cycles / cycles, no_cycle)
    return SimulatedService(cycle_service, filled, stock / periods, orders / periods)
