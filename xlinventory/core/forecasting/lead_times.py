"""Demand over a lead time that varies: a mixture of the demands over each time it may take.

The lead time is a gamma of its mean and sd, taken at Gauss-Hermite's nodes of the normal that it is the image
of; a review period that does not vary is added to each. The quantile of the mixture is found between the
lowest and the highest of its parts. (Adding the variances, σ² L + μ² σ_L², has the right spread, but not the
long tail that a late delivery makes.)

Source: Silver, Pyke & Thomas (2017), Inventory and Production Management, 4th ed., ch. 6 (random lead
times); Burgin (1975), The gamma distribution and inventory control, Operational Research Quarterly 26.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xlinventory.core.forecasting.histories import Column, Matrix
from xlinventory.core.forecasting.intervals import Around, Shape, Spread, total_spread

Array = NDArray[np.float64]

NODES = 9
_ABSCISSAE, _WEIGHTS = np.polynomial.hermite_e.hermegauss(NODES)
PROBABILITIES: Column = special.ndtr(_ABSCISSAE)
WEIGHTS: Column = _WEIGHTS / _WEIGHTS.sum()
"""Where the lead time is taken, as probabilities, and how much each counts."""

LONGEST_SDS = 4.0
"""A lead time is at most so many sds above its mean."""

ROUNDS = 60
EXACT = 1e-9
"""Share of the distance between the parts at which a quantile is found."""


class LeadTimes(NamedTuple):
    """Lead times (n_skus,), their sd, and what is added for the review, in periods."""

    mean: Column
    sd: Column
    review: Column

    @property
    def longest(self) -> float:
        """The longest time that is looked at; 0 where none is known."""
        return float(np.nanmax(self.mean + LONGEST_SDS * self.sd + self.review, initial=0.0))

    def total(self) -> Column:
        """Expected time between an order and the receipt of the next one."""
        return self.mean + self.review

    def of(self, items: NDArray[np.int_] | NDArray[np.bool_]) -> "LeadTimes":
        """Those of some items."""
        return LeadTimes(*(part[items] for part in self))

    def nodes(self) -> Matrix:
        """Times (n_skus, NODES), each as likely as its weight; all alike where the time does not vary."""
        shape = (self.mean / np.where(self.sd > 0, self.sd, 1.0)) ** 2
        taken = (
            special.gammaincinv(shape[:, None], PROBABILITIES)
            * (self.mean / np.maximum(shape, _TINY))[:, None]
        )
        taken = np.minimum(taken, (self.mean + LONGEST_SDS * self.sd)[:, None])
        varies = (self.sd > 0) & (self.mean > 0)
        return np.where(varies[:, None], taken, self.mean[:, None]) + self.review[:, None]


_TINY = 1e-300


def quantiles(shape: Shape, around: Around, leads: LeadTimes, levels: Matrix) -> Matrix:
    """Quantiles (n_skus, n_levels) of the total demand over each lead time and review."""
    found = np.full((len(around.mean), levels.shape[1]), np.nan)
    fixed = np.flatnonzero(~np.isnan(leads.total()) & ~(leads.sd > 0))
    spread = total_spread(around.of(fixed), leads.total()[fixed])
    for column in range(levels.shape[1]):
        found[fixed, column] = shape.quantiles(spread, levels[fixed, column])
    varying = np.flatnonzero(leads.sd > 0)
    if varying.size:
        parts = _parts(around.of(varying), leads.of(varying))
        for column in range(levels.shape[1]):
            found[varying, column] = _of_mixture(shape, parts, levels[varying, column])
    return found


def _parts(around: Around, leads: LeadTimes) -> Spread:
    """Demand over each of the times that the lead time may take (NODES, n_skus)."""
    spreads = [total_spread(around, time) for time in leads.nodes().T]
    return Spread(*(np.stack(parts) for parts in zip(*spreads, strict=True)))


def _of_mixture(shape: Shape, parts: Spread, level: Column) -> Column:
    """The demand that the mixture stays within with probability *level*; counts end on a whole one."""
    ends = shape.quantiles(parts, np.broadcast_to(level, parts.mean.shape))
    low, high = ends.min(axis=0), ends.max(axis=0)

    def short(demand: Column) -> Column:
        below = shape.below(parts, np.broadcast_to(demand, parts.mean.shape))
        certain = np.where(demand >= parts.mean, 1.0, 0.0)
        return np.asarray(WEIGHTS @ np.where(np.isnan(below), certain, below)) - level

    return _root(short, low, high)


def _root(short: Callable[[Column], Column], low: Column, high: Column) -> Column:
    """Where a rising function passes 0 between two bounds: bisection, all items at once."""
    width = EXACT * (high - low)
    for _ in range(ROUNDS):
        if np.all(high - low <= width):
            break
        middle = (low + high) / 2
        reached = short(middle) >= 0
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return high
