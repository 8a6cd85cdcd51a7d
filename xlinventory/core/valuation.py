"""One item's stock and sales at cost, as a worksheet asks for them: by days, signed quantities, unit costs.

Receipts are positive, issues negative and their unit cost is ignored. Windows include both end days, whatever
time of day a row carries; a bound of NaN is none.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from xlinventory.core.checks import numbers
from xlinventory.core.errors import UndefinedRatio
from xlinventory.core.ledger import METHODS, StockLedger, ValuedLedger

BY_QUANTITY_AND_COST = tuple(name for name, flow in METHODS.items() if not (flow.standard or flow.by_lot))
"""Methods that need nothing but dates, quantities and unit costs."""


def item_ledger(dates: ArrayLike, quantities: ArrayLike, unit_costs: ArrayLike) -> StockLedger:
    """The ledger of a single item."""
    moved = np.atleast_1d(numbers("quantities", quantities))
    return StockLedger(np.zeros(len(moved), dtype=np.int64), dates, moved, unit_costs, skus=[0])


def next_unit_cost(valued: ValuedLedger, negative: str = "error") -> float:
    """Cost of the next unit issued; without stock the last known cost where that is allowed."""
    cost = float(valued.next_unit_cost[0])
    if np.isnan(cost) or (negative == "error" and not valued.quantity[0] > 0):
        raise UndefinedRatio("there is no stock to issue a unit from")
    return cost


class Comparison(NamedTuple):
    """One line of the comparison of methods."""

    opening: float
    purchases: float
    cost_of_sales: float
    closing: float
    check: float


def compare(moves: StockLedger, from_date: float = np.nan, to_date: float = np.nan) -> list[Comparison]:
    """Opening, purchases, cost of sales, closing and check by each method, in the order of METHODS."""
    lines = []
    for method in BY_QUANTITY_AND_COST:
        by = moves.value(method, from_date=from_date, as_of=to_date)
        figures = (by.opening_value, by.receipts_value, by.cost_of_sales, by.value, by.check)
        lines.append(Comparison(*(float(figure[0]) for figure in figures)))
    return lines
