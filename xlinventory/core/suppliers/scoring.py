"""One figure for a supplier: points for punctuality, quality, price and steadiness, by weights."""

import numpy as np
from numpy.typing import ArrayLike

from xlinventory.core.checks import Floats, at_least, require
from xlinventory.core.errors import NotEnoughData, UndefinedRatio, WrongInput
from xlinventory.core.suppliers.waiting import Column

WEIGHTS = (0.4, 0.3, 0.2, 0.1)
"""What counts how much in a score unless said otherwise: on time, accepted, price, steady lead time."""


def supplier_score(
    on_time: ArrayLike,
    accept_rate: ArrayLike,
    price_index: ArrayLike,
    lead_time_cv: ArrayLike = np.nan,
    weights: ArrayLike = WEIGHTS,
) -> Floats:
    """Points from 0 to 100 for what a supplier does, the mean of up to four measures by their weights.

    on_time and accept_rate give 100 times the share; price_index, price over the best price, gives 100 /
    index, at most 100; lead_time_cv, sd over mean of the lead time, gives 100 / (1 + cv). A NaN measure drops
    out and the weights of the others count for all. weights: four, or three where no lead_time_cv is given; a
    NaN is 0.
    Source: weighted point plan with its ratio of the lowest price to the price paid, as in Monczka et al.
    (2016), Purchasing and Supply Chain Management.

    >>> round(float(supplier_score(0.94, 0.98, 1.25, 0.25)), 2)  # 0.4*94 + 0.3*98 + 0.2*80 + 0.1*80
    91.0
    """
    parts = score_parts(on_time, accept_rate, price_index, lead_time_cv, weights)
    known = ~np.isnan(parts)
    require(known.any(axis=0), "measures given must be at least 1", known.sum(axis=0), NotEnoughData)
    score: Column = np.nansum(parts, axis=0)
    return score[()]


def score_parts(
    on_time: ArrayLike,
    accept_rate: ArrayLike,
    price_index: ArrayLike,
    lead_time_cv: ArrayLike = np.nan,
    weights: ArrayLike = WEIGHTS,
) -> Column:
    """What each measure puts into ``supplier_score``: (4, ...) points that add up to it, NaN where it is out.

    >>> score_parts(0.94, 0.98, 1.25, 0.25).round(1).tolist()
    [37.6, 29.4, 16.0, 8.0]
    """
    counted = np.nan_to_num(np.asarray(weights, dtype=float).ravel())
    enough = counted.size == len(WEIGHTS) or (counted.size == 3 and np.isnan(lead_time_cv).all())
    require(enough, "weights must be 4, or 3 without a lead_time_cv", counted.size, WrongInput)
    at_least(0, weights=counted)
    points = np.stack(np.broadcast_arrays(*_points(on_time, accept_rate, price_index, lead_time_cv)))
    known = ~np.isnan(points)
    weight = np.zeros((len(WEIGHTS), *[1] * (points.ndim - 1)))
    weight.ravel()[: counted.size] = counted / max(counted.max(initial=0.0), np.finfo(float).tiny)
    weight = np.where(known, weight, 0.0)
    total = weight.sum(axis=0)
    nothing = known.any(axis=0) & (total <= 0)
    require(~nothing, "the weights of the measures given must not all be 0", total, UndefinedRatio)
    parts: Column = np.where(
        known, weight * np.where(known, points, 0.0) / np.where(total > 0, total, 1.0), np.nan
    )
    return parts


def _points(
    on_time: ArrayLike, accept_rate: ArrayLike, price_index: ArrayLike, lead_time_cv: ArrayLike
) -> tuple[Column, ...]:
    punctual, accepted, price, cv = (
        np.asarray(given, dtype=float) for given in (on_time, accept_rate, price_index, lead_time_cv)
    )
    for name, share in (("on_time", punctual), ("accept_rate", accepted)):
        require(~((share < 0) | (share > 1)), f"{name} must be from 0 to 1", share)
    require(~(price <= 0), "price_index must be > 0", price)
    require(~(cv < 0), "lead_time_cv must be >= 0", cv)
    with np.errstate(over="ignore"):
        return 100 * punctual, 100 * accepted, 100 / np.maximum(price, 1.0), 100 / (1 + cv)
