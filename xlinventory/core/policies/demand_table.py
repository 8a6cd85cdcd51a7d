"""What to buy once for a season whose demand is a list of cases: past seasons, or guesses with their odds."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from xlinventory.core.checks import at_least, numbers, one_number, require, within
from xlinventory.core.errors import NotEnoughData, WrongInput
from xlinventory.core.safety_stock import critical_fractile
from xlinventory.core.smooth_demand import Column

_ROUNDING = 1e-12
"""A chance that misses its target by less only does so by rounding."""


class SeasonBuy(NamedTuple):
    """Units to buy, the chance that they are enough, and the profit to be expected."""

    quantity: float
    enough: float
    profit: float


@np.errstate(all="ignore")
def table_newsvendor(
    demands: ArrayLike,
    unit_cost: float,
    price: float,
    salvage: float = 0.0,
    shortage_cost: float = 0.0,
    probabilities: ArrayLike | None = None,
) -> SeasonBuy:
    """The smallest demand of the list that is enough with a chance of (p - c + B) / (p - s + B) at least.

    demands: (n_cases,) in any order; probabilities: (n_cases,), together 1, or None: all are equally likely.
    p price, c unit cost, s salvage value, B cost of a lost sale beyond its margin.
    Source: Snyder & Shen (2019), section 4.3.2.7 (discrete demand); Cachon & Terwiesch (2013), ch. 12.

    >>> table_newsvendor([10, 30, 20, 40], 6, 12)  # two of four in stock with chance 0.5
    SeasonBuy(quantity=20.0, enough=0.5, profit=90.0)
    """
    one_number(unit_cost=unit_cost, price=price, salvage=salvage, shortage_cost=shortage_cost)
    fractile = critical_fractile(unit_cost, price, salvage, shortage_cost)
    cases, chances = _cases(demands, probabilities)
    reached = np.cumsum(chances)
    place = min(int(np.searchsorted(reached, fractile - _ROUNDING)), len(cases) - 1)
    quantity = cases[place]
    sold = chances @ np.minimum(cases, quantity)
    lost = chances @ np.maximum(cases - quantity, 0.0)
    profit = price * sold + salvage * (quantity - sold) - unit_cost * quantity - shortage_cost * lost
    return SeasonBuy(float(quantity), float(min(chances[cases <= quantity].sum(), 1.0)), float(profit))


def _cases(demands: ArrayLike, probabilities: ArrayLike | None) -> tuple[Column, Column]:
    """The demands in rising order with the chance of each."""
    at_least(0, demands=demands)
    cases = np.atleast_1d(numbers("demands", demands))
    require(cases.size > 0, "demands must not be empty: their number is", float(cases.size), NotEnoughData)
    order = np.argsort(cases, kind="stable")
    if probabilities is None:
        return cases[order], np.full(len(cases), 1 / len(cases))
    within(0, 1, probabilities=probabilities)
    chances = np.atleast_1d(numbers("probabilities", probabilities))
    if chances.shape != cases.shape:
        raise WrongInput(
            f"demands and probabilities must be equally long, got {len(cases)} and {len(chances)}"
        )
    total = float(chances.sum())
    require(abs(total - 1) <= 1e-6, "probabilities must add up to 1", total)
    return cases[order], chances[order] / total
