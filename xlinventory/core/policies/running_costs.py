"""Costs of holding a unit and of owing one, as policies weigh them against each other."""

import numpy as np

from xlinventory.core.checks import above, require

FURTHEST = 1e9
"""More than this between the two, and a float no longer shows the smaller beside the larger."""


def comparable(holding_cost: float, backorder_cost: float) -> None:
    """Both costs are above 0, and near enough to be weighed."""
    above(0, holding_cost=holding_cost, backorder_cost=backorder_cost)
    apart = abs(np.log(backorder_cost) - np.log(holding_cost))
    rule = f"backorder_cost must be within {FURTHEST:g} times the holding cost {holding_cost:g} or its part"
    require(apart <= np.log(FURTHEST), rule, backorder_cost)
