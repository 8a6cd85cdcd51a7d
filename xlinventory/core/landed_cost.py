"""Landed cost: freight, duty and other charges shared out over what they brought in, to the last digit.

Source: IAS 2 Inventories, paragraph 10: the costs of purchase include import duties, transport and handling.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import above, at_least, finite, require
from xlinventory.core.errors import NotEnoughData, UndefinedRatio

Column: TypeAlias = NDArray[np.float64]
Keys: TypeAlias = Callable[[Column, Column, Column], Column]

BASES: Mapping[str, Keys] = {
    "value": lambda units, unit_costs, _weights: units * unit_costs,
    "quantity": lambda units, _unit_costs, _weights: units,
    "weight": lambda _units, _unit_costs, weights: weights,
}
"""What a line's share of a charge goes by, of its units, unit cost and weight."""


def share_out(total: ArrayLike, group: ArrayLike, keys: ArrayLike) -> Column:
    """Every row's part of the total of its group, by its key; the parts add up to each total exactly.

    *total* is (m,), *group* (n,) says which total each row takes part in, *keys* (n,) are >= 0. The parts
    are whole multiples of the last place of their total, so that they add up to it in whatever order they
    are added; the row of the largest key, the first of equal ones, takes the rounding.

    >>> print(share_out([100, 60], [0, 1, 0, 1], [1, 200, 3, 400]))
    [25. 20. 75. 40.]
    """
    finite(total=total)
    at_least(0, keys=keys)
    totals, place, by = np.asarray(total, float), np.asarray(group, np.intp), np.asarray(keys, float)
    largest, found = np.zeros(totals.size), np.zeros(totals.size, np.intp)
    np.maximum.at(largest, place, by)
    require(largest > 0, "there is nothing to share by: the sum is", largest, UndefinedRatio)
    at_top = np.flatnonzero(by == largest[place])[::-1]
    found[place[at_top]] = at_top  # backwards, so that the first of equal ones stays
    scaled = by / largest[place]  # keys of any size can be added up
    share = scaled / np.bincount(place, scaled, totals.size)[place]
    last_place = np.spacing(np.abs(totals))
    whole = (totals / last_place).astype(np.int64)
    parts = np.rint(whole[place] * share).astype(np.int64)
    np.subtract.at(whole, place, parts)
    parts[found] += whole
    out: Column = parts * last_place[place]
    return out


def shares(total: float, keys: ArrayLike) -> Column:
    """A total shared out by keys; the shares add up to it exactly, the largest takes the rounding.

    >>> print(shares(100, [1, 1, 1]))
    [33.33333333 33.33333333 33.33333333]
    """
    return share_out([total], np.zeros(np.size(keys), np.intp), keys)


def landed_cost(
    quantities: ArrayLike,
    unit_costs: ArrayLike,
    charge_total: float,
    basis: str = "value",
    weights: ArrayLike | None = None,
) -> Column:
    """Unit cost of each line with its share of a charge: by line value, by quantity or by line weight.

    A credit (negative charge) may not bring a unit cost below 0.

    >>> print(landed_cost([100, 50], [2, 8], 60))  # 200 and 400 of value carry 20 and 40
    [2.2 8.8]
    """
    units, costs = (np.atleast_1d(np.asarray(c, dtype=float)) for c in (quantities, unit_costs))
    above(0, quantities=units)
    at_least(0, unit_costs=costs)
    if basis == "weight" and weights is None:
        raise NotEnoughData("basis weight needs weights")
    keys = BASES[basis](units, costs, np.atleast_1d(np.asarray(weights, dtype=float)))
    landed: Column = costs + shares(charge_total, keys) / units
    require(landed >= 0, "a unit cost with its share of the charge must be >= 0", landed)
    return landed
