"""What a policy gives: service, stock and orders."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from xlinventory.core.simulation.periods import blocks, length_of, samples, simulate
from xlinventory.core.simulation.policies import policy
from xlinventory.core.simulation.samples import Column


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
    demand, lead = samples(history, lead_times)
    chosen = policy(reorder_point, order_qty, order_up_to, review_period, len(demand.values))
    length = length_of(periods)
    with np.errstate(all="ignore"):
        totals = [
            simulate(demand.of(items), lead.of(items), chosen.of(items), length, seed)
            for items in blocks(lead, length.runs)
        ]
        return service_of(np.concatenate(totals), length.total)


def service_of(totals: Column, periods: int) -> SimulatedService:
    """Shares and means from the totals of so many periods."""
    demand, short, stock, cycles, good_cycles, orders = totals.T
    filled = np.where(demand > 0, 1 - short / demand, np.nan)
    no_cycle = np.where(filled < 1, 0.0, filled)
    cycle_service = np.where(cycles > 0, good_cycles / cycles, no_cycle)
    return SimulatedService(cycle_service, filled, stock / periods, orders / periods)
