"""The service that levels give when the item's own demand and lead times come again, and what it takes."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.forecasting.histories import Column, Matrix
from xlinventory.core.planning.closed_form import Levels, ReviewPolicy
from xlinventory.core.planning.demand import DailyDemand
from xlinventory.core.planning.draws import demand_draws, lead_time_draws
from xlinventory.core.simulation import SimulatedService, simulate_levels, simulate_service
from xlinventory.core.simulation.periods import LONGEST_LEAD_TIME

PERIODS = 2_000
"""Periods in which every item is checked."""
CAREFUL = 10_000
"""Periods in which one that seems to miss its target is looked at again, before it is believed."""
MISSED = 0.02
"""Difference from the target from which on other levels are proposed."""
LEAST_KNOWN = 12
"""Periods of demand that must be known before the past can say more than a formula."""
YEAR = 365.0


Progress: TypeAlias = Callable[[float], None]


class Check(NamedTuple):
    """What the simulation says of each item (n,); all NaN where it cannot be simulated.

    service: what the levels give; change: units to add to all of them so that the target is reached, 0 where
    they miss it by 2 points at most; service_after, average_stock and orders_a_year: with that change;
    known: steps of the past of which demand is known.
    """

    service: Column
    change: Column
    service_after: Column
    average_stock: Column
    orders_a_year: Column
    known: Column


class LeadTimes(NamedTuple):
    """Mean and sd of each item's lead time (n,); past ones that lend it their shape (n, m), NaN padded."""

    mean: Column
    sd: Column
    samples: Matrix


class _Case(NamedTuple):
    """What is simulated, in steps: demands, lead times, levels, target, and whether units are whole."""

    demand: Matrix
    lead: Matrix
    point: Column
    top: Column
    target: Column
    whole: NDArray[np.bool_]

    def of(self, items: NDArray[np.int_]) -> "_Case":
        demand, lead, point, top, target, whole = self
        return _Case(demand[items], lead[items], point[items], top[items], target[items], whole[items])

    def moved(self, units: Column) -> "_Case":
        return self._replace(point=self.point + units, top=self.top + units)


def check_levels(
    history: Matrix,
    step_days: float,
    demand: DailyDemand,
    lead: LeadTimes,
    levels: Levels,
    target: ArrayLike,
    policy: ReviewPolicy,
    *,
    seed: float = 1,
    periods: int = PERIODS,
    progress: Progress | None = None,
) -> Check:
    """Simulate every item's levels on its own demand and lead times, and propose others where they miss.

    history: (n, n_steps) demand per step of *step_days*, NaN = unknown; the rest (n,). Items are simulated
    that have levels, a demand in the past and one expected, and a lead time of 1,000 steps at most. A miss by
    more than 2 points is looked at again over more periods; an item of which fewer than 12 steps are known
    keeps its closed form.
    """
    report = progress or (lambda _share: None)
    review = max(1.0, policy.review_days / step_days)
    ready = np.flatnonzero(_ready(history, step_days, demand, lead, levels))
    found = np.full((len(Check._fields), len(demand.mean)), np.nan)
    if ready.size:
        case = _case(ready, history, step_days, demand, lead, levels, np.asarray(target, dtype=float))
        simulation = _Simulation(policy.service_type, review, seed)
        known = np.sum(~np.isnan(history[ready]), axis=1)
        found[:, ready] = *_checked(case, simulation, periods, known >= LEAST_KNOWN, report), known
        found[Check._fields.index("orders_a_year")] *= YEAR / step_days
    return Check(*found)


class _Simulation(NamedTuple):
    """How a case is simulated."""

    service_type: str
    review: float
    seed: float

    def service(self, case: _Case, periods: int) -> Column:
        """Service, average stock and orders a period (3, n)."""
        found = simulate_service(
            case.demand, case.lead, case.point, None, self.review, periods, self.seed, order_up_to=case.top
        )
        return np.stack([self.asked(found), found.average_stock, found.orders_per_period])

    def levels(self, case: _Case) -> tuple[Column, Column]:
        """Service (n,), and the units it takes to reach the target."""
        found = simulate_levels(
            case.demand, case.lead, case.point, case.top, case.target, self.service_type, self.review,
            CAREFUL, self.seed,
        )  # fmt: skip
        return self.asked(found.service), found.change

    def asked(self, found: SimulatedService) -> Column:
        """The service that the target counts."""
        return found.fill_rate if self.service_type == "fill" else found.cycle_service


def _checked(
    case: _Case, simulation: _Simulation, periods: int, enough: NDArray[np.bool_], report: Progress
) -> Column:
    """The rows of ``Check`` without the last, orders a period."""
    service, stock, orders = simulation.service(case, periods)
    after, change = service.copy(), np.zeros(len(service))
    report(0.5)
    suspect = np.flatnonzero((np.abs(service - case.target) > MISSED) & enough)
    if suspect.size:
        careful, units = simulation.levels(case.of(suspect))
        service[suspect] = after[suspect] = careful
        missed = (np.abs(careful - case.target[suspect]) > MISSED) & ~np.isnan(units)
        report(0.8)
        moved = suspect[missed]
        if moved.size:
            change[moved] = _possible(units[missed], case.of(moved))
            again = case.of(moved).moved(change[moved])
            after[moved], stock[moved], orders[moved] = simulation.service(again, CAREFUL)
    return np.stack([service, change, after, stock, orders])


def _ready(
    history: Matrix, step_days: float, demand: DailyDemand, lead: LeadTimes, levels: Levels
) -> NDArray[np.bool_]:
    """Items that are stocked, and of which demand and lead time are known, and the latter not without end."""
    stocked = np.isfinite(levels.reorder_point) & (levels.order_up_to > 0)
    known = (demand.mean > 0) & np.isfinite(demand.sd) & (lead.mean <= LONGEST_LEAD_TIME * step_days)
    return np.asarray(stocked & known & (np.nansum(history, axis=1) > 0))


def _case(
    ready: NDArray[np.int_],
    history: Matrix,
    step_days: float,
    demand: DailyDemand,
    lead: LeadTimes,
    levels: Levels,
    target: Column,
) -> _Case:
    """These items in steps."""
    mean, sd = demand.mean[ready] * step_days, demand.sd[ready] * np.sqrt(step_days)
    times = lead_time_draws(lead.samples[ready], lead.mean[ready], np.nan_to_num(lead.sd[ready]))
    return _Case(
        demand_draws(history[ready], mean, sd),
        np.minimum(times / step_days, LONGEST_LEAD_TIME),
        levels.reorder_point[ready],
        levels.order_up_to[ready],
        np.broadcast_to(target, len(demand.mean))[ready],
        _mostly_whole(history[ready]),
    )


def _mostly_whole(history: Matrix) -> NDArray[np.bool_]:
    """Items of which most demands are whole; what was estimated of a time without stock is not."""
    demands, whole = history > 0, (history > 0) & (history == np.floor(history))
    return np.asarray(2 * whole.sum(axis=1) >= demands.sum(axis=1))


def _possible(units: Column, case: _Case) -> Column:
    """The least units that reach the target: whole, where demand is, and no reorder point below 0."""
    least = np.fmax(units, -np.maximum(case.point, 0.0))
    return np.where(case.whole, np.ceil(least - 1e-9), least)
