"""Safety stock, reorder point and order-up-to level of many items: what the formulas of Items say."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core import safety_stock
from xlinventory.core.forecasting.histories import Column
from xlinventory.core.planning.demand import DailyDemand

DISTRIBUTIONS = {"normal": ("smooth",), "gamma": ("erratic",), "negbin": ("intermittent", "lumpy", "")}
"""The distribution of demand over the lead time that each demand pattern is planned with."""


class ReviewPolicy(NamedTuple):
    """Days between two looks at the stock, and what a service target counts: "cycle" or "fill"."""

    review_days: float
    service_type: str = "cycle"


class Levels(NamedTuple):
    """Units (n,): kept for what varies, position at which to order, level to order up to."""

    safety_stock: Column
    reorder_point: Column
    order_up_to: Column

    def moved(self, units: ArrayLike) -> "Levels":
        """All three higher by so many units."""
        return Levels(*(level + np.asarray(units) for level in self))


def levels(
    demand: DailyDemand,
    lead_time: ArrayLike,
    lead_time_sd: ArrayLike,
    target: ArrayLike,
    policy: ReviewPolicy,
    patterns: NDArray[np.object_],
    order_qty: ArrayLike,
) -> Levels:
    """Levels (n,) that reach a service *target* by their formulas; never less than *order_qty* apart.

    A shop whose customers do not wait never gets below 0, so no reorder point lies there.
    """
    count = len(demand.mean)
    columns = [np.broadcast_to(each, count) for each in (lead_time, lead_time_sd, target, order_qty)]
    found = Levels(*(np.full(count, np.nan) for _ in Levels._fields))
    for distribution, names in DISTRIBUTIONS.items():
        mine = np.isin(patterns, names)
        lead, lead_sd, level, quantity = (column[mine] for column in columns)
        arguments = (
            demand.mean[mine], demand.sd[mine], lead, level, lead_sd, policy.review_days, policy.service_type,
            np.maximum(quantity, 1.0), distribution,
        )  # fmt: skip
        point = np.maximum(safety_stock.reorder_point(*arguments), 0.0)
        found.safety_stock[mine] = safety_stock.safety_stock(*arguments)
        found.reorder_point[mine] = point
        found.order_up_to[mine] = np.maximum(safety_stock.order_up_to(*arguments), point + quantity)
    return found
