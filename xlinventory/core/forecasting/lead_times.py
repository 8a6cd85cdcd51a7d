"""Demand over a lead time that varies: a mixture of the demands over each part of its distribution.

The lead time is a gamma of its mean and sd, cut into parts of given probability, narrow where it is long.
Each part has its own mean, and its own variance, which adds to that of the demand; so mean and variance of
the total are those of theory, μ L and σ_L² μ² + σ² L, and the tail is that of late deliveries, which a single
distribution of that variance does not have. A review period that does not vary is added to each part. The
quantile of the mixture is found between the lowest and the highest of its parts.

Source: Silver, Pyke & Thomas (2017), Inventory and Production Management, 4th ed., ch. 6 (random lead
times); Burgin (1975), The gamma distribution and inventory control, Operational Research Quarterly 26.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xlinventory.core.forecasting.histories import Column, Matrix
from xlinventory.core.forecasting.intervals import Around, Shape, Spread, total_spread

Array = NDArray[np.float64]
Items: TypeAlias = NDArray[np.int_] | NDArray[np.bool_]

EDGES = np.array([0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 0.995, 1.0])
"""Where the distribution of the lead time is cut, as probabilities."""
WEIGHTS = np.diff(EDGES)

ROUNDS = 60
EXACT = 1e-9
"""Share of the distance between the parts at which a quantile is found."""
STEADY = 1e-6
"""A lead time whose sd is a smaller share of it does not vary."""


class Parts(NamedTuple):
    """Mean, review included, and sd of the lead time within each part of it (n_skus, n_parts)."""

    mean: Matrix
    sd: Matrix


class LeadTimes(NamedTuple):
    """Lead times (n_skus,), their sd, and what is added for the review, in periods."""

    mean: Column
    sd: Column
    review: Column

    @property
    def longest(self) -> float:
        """The longest time that is looked at; 0 where none is known."""
        varying = self.of(self.varies() & (self.mean > 0))
        return float(max(np.nanmax(self.total(), initial=0.0), np.max(varying.parts().mean, initial=0.0)))

    def total(self) -> Column:
        """Expected time between an order and the receipt of the next one."""
        return self.mean + self.review

    def varies(self) -> NDArray[np.bool_]:
        """Where there is a spread to mix."""
        return np.asarray(self.sd > STEADY * self.mean)

    def of(self, items: Items) -> "LeadTimes":
        """Those of some items."""
        return LeadTimes(*(part[items] for part in self))

    def parts(self) -> Parts:
        """The gamma's parts: E[T^k] up to a probability is that of a gamma of k more in shape."""
        varies = self.varies() & (self.mean > 0)
        sd = np.where(varies, self.sd, 1.0)[:, None]
        mean = np.where(varies, self.mean, 1.0)[:, None]
        shape, scale = (mean / sd) ** 2, sd**2 / mean
        edges = special.gammaincinv(shape, EDGES)
        first = mean * np.diff(special.gammainc(shape + 1, edges), axis=1) / WEIGHTS
        second = mean * (mean + scale) * np.diff(special.gammainc(shape + 2, edges), axis=1) / WEIGHTS
        within = np.sqrt(np.maximum(second - first**2, 0.0))
        steady = np.where(varies, 0.0, self.mean)[:, None] + self.review[:, None]
        return Parts(np.where(varies[:, None], first, 0.0) + steady, np.where(varies[:, None], within, 0.0))


def quantiles(shape: Shape, around: Around, leads: LeadTimes, levels: Matrix) -> Matrix:
    """Quantiles (n_skus, n_levels) of the total demand over each lead time and review."""
    found = np.full((len(around.mean), levels.shape[1]), np.nan)
    known, varies = ~np.isnan(leads.total()), leads.varies()
    fixed, varying = np.flatnonzero(known & ~varies), np.flatnonzero(known & varies)
    spread = total_spread(around.of(fixed), leads.total()[fixed])
    parts = _spreads(around.of(varying), leads.of(varying).parts())
    for column in range(levels.shape[1]):
        found[fixed, column] = shape.quantiles(spread, levels[fixed, column])
        if varying.size:
            found[varying, column] = _of_mixture(shape, parts, levels[varying, column])
    return found


def _spreads(around: Around, parts: Parts) -> Spread:
    """Demand within each part of the lead time's distribution (n_parts, n_skus)."""
    spreads = []
    for time, time_sd in zip(parts.mean.T, parts.sd.T, strict=True):
        spread = total_spread(around, time)
        rate = spread.mean / np.where(time > 0, time, 1.0)
        spreads.append(spread._replace(sd=np.hypot(spread.sd, rate * time_sd)))
    return Spread(*(np.stack(each) for each in zip(*spreads, strict=True)))


def _of_mixture(shape: Shape, parts: Spread, level: Column) -> Column:
    """The demand that the mixture stays within with probability *level*; counts end on a whole one."""
    ends = shape.quantiles(parts, np.broadcast_to(level, parts.mean.shape))
    low, high = ends.min(axis=0), ends.max(axis=0)

    def short(demand: Column) -> Column:
        within = shape.within(parts, np.broadcast_to(demand, parts.mean.shape))
        certain = np.where(demand >= parts.mean, 1.0, 0.0)
        return np.asarray(WEIGHTS @ np.where(np.isnan(within), certain, within)) - level

    found = _root(short, low, high)
    return np.where(parts.whole[0] & (parts.sd[0] > 0), np.floor(found), found) if shape.counts else found


def _root(short: Callable[[Column], Column], low: Column, high: Column) -> Column:
    """Where a rising function passes 0 between two bounds, from above: bisection, all items at once."""
    width = EXACT * (high - low)
    for _ in range(ROUNDS):
        if np.all(high - low <= width):
            break
        middle = (low + high) / 2
        reached = short(middle) >= 0
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return high
