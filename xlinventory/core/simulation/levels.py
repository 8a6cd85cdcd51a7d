"""How many units more or fewer a policy needs to give the service that was asked for.

Both levels moved by the same units order the same quantities on the same days, so the stock of every moment
moves by just those units. One simulation, with its stock at each arrival kept, therefore tells the service at
every level, and the level of every service.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import require, strictly_between
from xlinventory.core.errors import WrongInput
from xlinventory.core.simulation.periods import Length, Moment, blocks, length_of, samples, simulate
from xlinventory.core.simulation.policies import per_item, policy
from xlinventory.core.simulation.samples import Column
from xlinventory.core.simulation.service import SimulatedService, service_of

_CERTAIN = 1e-9
"""A share that misses the target by less than this only does so by rounding."""
_MANY = 2
"""Dimensions of targets of which each item has several."""


@dataclass(frozen=True, slots=True)
class SimulatedLevels:
    """What the policy gives (n,), and the units to add to both its levels to give each target.

    change: (n,), or (n, m) where m targets were given for each item. Negative units are to spare; NaN where
    nothing was ordered or asked for while it was simulated.
    """

    service: SimulatedService
    change: Column


class Trace:
    """Stock less what is owed at each counted arrival, (items, periods x runs); inf without one."""

    def __init__(self, items: int, length: Length) -> None:
        shape = (items, length.periods, length.runs)
        self._before, self._after = np.full(shape, np.inf), np.full(shape, np.inf)
        self._opened, self._closed = (np.zeros((items, length.runs)) for _ in range(2))

    def __call__(self, items: NDArray[np.int_], place: NDArray[np.int_], moment: Moment) -> None:
        """Keep the moment of these items at their place in the counted time."""
        came = moment.arriving > 0
        self._before[items, place] = np.where(came, moment.before, np.inf)
        self._after[items, place] = np.where(came, moment.before + moment.arriving, np.inf)
        first = place == 0
        self._opened[items[first]] = moment.opened[first]
        self._closed[items] = moment.closed

    def cycle_ends(self) -> Column:
        """Stock of each item as an order arrives, lowest first; inf where there was no further one."""
        return np.sort(self._before.reshape(len(self._before), -1), axis=1)

    def falls(self) -> tuple[Column, Column]:
        """Stock at both ends of each stretch between arrivals: as low as it fell, and where it began."""
        flat = len(self._before), -1
        low = np.hstack([self._before.reshape(flat), self._closed])
        return low, np.hstack([self._after.reshape(flat), self._opened])


def simulate_levels(
    history: ArrayLike,
    lead_times: ArrayLike,
    reorder_point: ArrayLike,
    order_up_to: ArrayLike | None,
    target: ArrayLike,
    service_type: str = "cycle",
    review_period: ArrayLike = 1.0,
    periods: float = 20_000,
    seed: float = 1,
    *,
    order_qty: ArrayLike | None = None,
) -> SimulatedLevels:
    """What a policy gives in simulation, and how many units more it takes to give each target.

    As ``simulate_service``, with either *order_up_to* or *order_qty*; target: one number, (n,) or (n, m),
    strictly between 0 and 1; service_type "cycle" or "fill". A change is the least that reaches its target
    in the very draws that were simulated.

    >>> found = simulate_levels([[10.0]], [[3.0]], [20.0], [70.0], 0.95, periods=1000)  # comes a period late
    >>> float(found.service.cycle_service[0]), float(found.change[0])
    (0.0, 10.0)
    """
    demand, lead = samples(history, lead_times)
    chosen = policy(reorder_point, order_qty, order_up_to, review_period, len(demand.values))
    wanted = targets(target, len(demand.values), service_type)
    length = length_of(periods)
    totals, changes = [], []
    with np.errstate(all="ignore"):
        for items in blocks(lead, length.runs):
            trace = Trace(len(demand.values[items]), length)
            totals.append(simulate(demand.of(items), lead.of(items), chosen.of(items), length, seed, trace))
            changes.append(CHANGES[service_type](trace, totals[-1][:, 0], wanted[items]))
        change = np.concatenate(changes)
        if np.ndim(target) < _MANY:
            change = change[:, 0]
        return SimulatedLevels(service_of(np.concatenate(totals), length.total), change)


def targets(target: ArrayLike, items: int, service_type: str) -> Column:
    """Checked targets (n, m) of a service that can be counted."""
    if service_type not in CHANGES:
        raise WrongInput(f"service_type must be one of {', '.join(CHANGES)}, got {service_type}")
    strictly_between(0, 1, target=target)
    given = np.asarray(target, dtype=float)
    if given.ndim < _MANY:
        return per_item(given, items)
    require(len(given) in {1, items}, "give targets for every item", len(given), WrongInput)
    return np.broadcast_to(given, (items, given.shape[1]))


def _for_cycles(trace: Trace, _demand: Column, target: Column) -> Column:
    """Lift the stock of the cycle that is the last allowed to run short up to none."""
    ends = trace.cycle_ends()
    count = np.isfinite(ends).sum(axis=1, keepdims=True)
    allowed = np.floor((1 - target) * count + _CERTAIN).astype(int)
    last = np.take_along_axis(ends, np.minimum(allowed, np.maximum(count - 1, 0)), axis=1)
    return np.where(count > 0, -last, np.nan)


def _for_units(trace: Trace, demand: Column, target: Column) -> Column:
    """Where the units short, which grow as the levels fall, are as many as the target allows."""
    breaks, slope, short = _units_short(trace)
    allowed = (1 - target) * demand[:, None]
    row = np.arange(len(short))
    changes = np.full(allowed.shape, np.nan)
    for k, most in enumerate(allowed.T):
        place = np.sum(short <= most[:, None] * (1 + _CERTAIN), axis=1) - 1
        rest, steepness = most - short[row, place], slope[row, place]
        changes[:, k] = breaks[row, place] - np.where(steepness > 0, rest / steepness, 0.0)
    return np.where(demand[:, None] > 0, changes, np.nan)


def _units_short(trace: Trace) -> tuple[Column, Column, Column]:
    """Units short as a broken line of units added: its breaks, highest first, the slope below, the height.

    A stretch that falls from y to x is short of (-x)+ - (-y)+ units. Going down, each x that is passed adds a
    stretch that is short, each y that is passed has one owed from before.
    """
    low, high = trace.falls()
    breaks = np.hstack([-low, -high])
    there = np.isfinite(breaks)
    weight = np.where(there, np.repeat([1.0, -1.0], low.shape[1]), 0.0)
    breaks = np.where(there, breaks, np.min(breaks, axis=1, keepdims=True, where=there, initial=np.inf))
    order = np.argsort(-breaks, axis=1, kind="stable")
    breaks, weight = (np.take_along_axis(each, order, axis=1) for each in (breaks, weight))
    slope = np.cumsum(weight, axis=1)
    height = np.cumsum(slope[:, :-1] * -np.diff(breaks, axis=1), axis=1)
    return breaks, slope, np.hstack([np.zeros((len(height), 1)), height])


CHANGES: Mapping[str, Callable[[Trace, Column, Column], Column]] = {
    "cycle": _for_cycles,
    "fill": _for_units,
}
"""Units to add, by what the target counts."""
