"""Policies of the textbooks and of habit, each with what its users measure: no forecast, no distribution.

Mean and sd of the last 52 weeks' demand, mean and sd of the lead times of the supplier's receipts so far.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from planning_truth.demand import Array
from planning_truth.loop import Levels, Seen
from planning_truth.world import WEEK, WEEKS_A_YEAR
from xlinventory.core.economic_order import economic_order_quantity
from xlinventory.sheets.settings import SETTINGS

_FIRST = {setting.name: setting.value for setting in SETTINGS}
ORDER_COST, HOLDING_RATE, MAX_COVER_DAYS = (
    float(_FIRST[name]) for name in ("order_cost", "holding_rate", "max_cover_days")
)


def order_quantity(daily: Array, unit_cost: Array) -> Array:
    """The rule of Items for all: the economic order quantity, at most so many days of demand, at least 1."""
    economic = economic_order_quantity(daily * 365, ORDER_COST, unit_cost, HOLDING_RATE)
    return np.maximum(np.minimum(economic, daily * MAX_COVER_DAYS), 1.0)


def last_year(seen: Seen) -> tuple[Array, Array]:
    """Mean and sd of a week's demand over the last 52 weeks, by row."""
    weeks = seen.world.weeks(seen.day)[:, -WEEKS_A_YEAR:]
    rows = seen.world.sold_as
    return weeks.mean(axis=1)[rows], weeks.std(axis=1, ddof=1)[rows]


@dataclass(frozen=True)
class LeadTimeOnly:
    """Reorder point μL + z σ sqrt(L): the review and the spread of the lead time are not in it."""

    z: float
    name: str = "textbook, L only"

    def levels(self, seen: Seen) -> Levels:
        """By last year's demand and the mean lead time."""
        mean, sd = last_year(seen)
        lead = seen.receipts.mean()[seen.world.supplier] / WEEK
        return _with_quantity(mean * lead + self.z * sd * np.sqrt(lead), mean / WEEK, seen)


@dataclass(frozen=True)
class WithReview:
    """Reorder point μ(L + R) + z sqrt((L + R)σ² + μ²σL²): all that textbooks know, demand taken as normal."""

    z: float
    name: str = "textbook, L + R"

    def levels(self, seen: Seen) -> Levels:
        """By last year's demand, and mean and sd of the lead time."""
        mean, sd = last_year(seen)
        lead, spread = (
            part[seen.world.supplier] / WEEK for part in (seen.receipts.mean(), seen.receipts.sd())
        )
        time = lead + seen.world.review_days / WEEK
        buffer = self.z * np.hypot(np.sqrt(time) * sd, mean * spread)
        return _with_quantity(mean * time + buffer, mean / WEEK, seen)


class ByHand:
    """Min and max typed once: a year's average demand over the lead time, and an order quantity more."""

    name = "min / max by hand"

    def __init__(self) -> None:
        self._typed: Levels | None = None

    def levels(self, seen: Seen) -> Levels:
        """The same for ever."""
        if self._typed is None:
            mean, _ = last_year(seen)
            lead = seen.receipts.mean()[seen.world.supplier] / WEEK
            self._typed = _with_quantity(mean * lead, mean / WEEK, seen)
        return self._typed


def _with_quantity(point: Array, daily: Array, seen: Seen) -> Levels:
    return Levels(point, point + order_quantity(daily, seen.world.unit_cost))


def z_of(target: float) -> float:
    """Standard normal quantile."""
    return float(special.ndtri(target))
