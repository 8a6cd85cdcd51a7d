"""What every service level takes in simulation: its reorder point, and the stock that it keeps.

Told from one simulation, as its stock of every moment moves by as many units as the reorder point does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.errors import WrongInput
from xlinventory.core.simulation.levels import CHANGES, Trace, targets
from xlinventory.core.simulation.periods import Length, Moment, blocks, length_of, samples, simulate
from xlinventory.core.simulation.policies import policy
from xlinventory.core.simulation.samples import Column

ORDER_RULES = ("lots", "up to")
"""As many order quantities as lift the position above the reorder point, or up to the sum of both."""


@dataclass(frozen=True, slots=True)
class ServiceCurve:
    """Reorder point and mean stock on hand of each item and target (n, m).

    NaN where nothing was ordered or asked for while it was simulated.
    """

    reorder_point: Column
    average_stock: Column


class _StockTrace(Trace):
    """Stock at both ends of both stretches of each counted period (items, periods, runs)."""

    def __init__(self, items: int, length: Length) -> None:
        super().__init__(items, length)
        self._moments = [np.zeros((items, length.periods, length.runs)) for _ in Moment._fields]

    def __call__(self, items: NDArray[np.int_], place: NDArray[np.int_], moment: Moment) -> None:
        super().__call__(items, place, moment)
        for kept, now in zip(self._moments, moment, strict=True):
            kept[items, place] = now

    def mean_stock(self, units: Column) -> Column:
        """Mean stock on hand (n, m) with so many units more all the time."""
        opened, before, arriving, closed, share = (each.reshape(len(units), -1) for each in self._moments)
        first, later = (opened, before), (before + arriving, closed)
        means = [
            share * _above_zero(first, more[:, None]) + (1 - share) * _above_zero(later, more[:, None])
            for more in units.T
        ]
        return np.stack([mean.mean(axis=1) for mean in means], axis=1)


def _above_zero(ends: tuple[Column, Column], more: Column) -> Column:
    """Mean of what is above 0 while a stock of *more* than that falls from one end to the other."""
    high, low = (np.maximum(end + more, 0.0) for end in ends)
    fallen = ends[0] - ends[1]
    return np.where(fallen > 0, (high**2 - low**2) / (2 * np.where(fallen > 0, fallen, 1.0)), high)


def simulate_curve(
    history: ArrayLike,
    lead_times: ArrayLike,
    target: ArrayLike,
    order_qty: ArrayLike,
    order_rule: str = "lots",
    review_period: ArrayLike = 1.0,
    service_type: str = "cycle",
    periods: float = 20_000,
    seed: float = 1,
) -> ServiceCurve:
    """The least reorder point that reaches each target in simulation, and the mean stock it keeps.

    As ``simulate_levels``, target (n, m). order_rule "lots": as many *order_qty* as lift the position above
    the reorder point; "up to": up to reorder point + order_qty. Where demand comes in whole units, the
    reorder point is whole.

    >>> found = simulate_curve([[10.0]], [[3.0]], [[0.9]], 50.0, periods=1000)  # 30 until it comes
    >>> float(found.reorder_point[0, 0]), float(found.average_stock[0, 0])
    (30.0, 25.0)
    """
    if order_rule not in ORDER_RULES:
        raise WrongInput(f"order_rule must be one of {', '.join(ORDER_RULES)}, got {order_rule}")
    demand, lead = samples(history, lead_times)
    count = len(demand.values)
    wanted, length = targets(target, count, service_type), length_of(periods)
    lots = order_rule == "lots"
    chosen = policy(0.0, order_qty if lots else None, None if lots else order_qty, review_period, count)
    points, stocks = [], []
    with np.errstate(all="ignore"):
        for items in blocks(lead, length.runs):
            trace = _StockTrace(len(demand.values[items]), length)
            totals = simulate(demand.of(items), lead.of(items), chosen.of(items), length, seed, trace)
            change = CHANGES[service_type](trace, totals[:, 0], wanted[items])
            points.append(_whole_where(demand.of(items).values, change))
            stocks.append(trace.mean_stock(points[-1]))
    return ServiceCurve(np.concatenate(points), np.concatenate(stocks))


def _whole_where(demand: Column, units: Column) -> Column:
    """The next whole units where demand comes in such; else as they are."""
    whole = np.all(np.isnan(demand) | (demand == np.floor(demand)), axis=1, keepdims=True)
    return np.where(whole, np.ceil(units - 1e-9), units)
