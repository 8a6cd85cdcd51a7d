"""Demand over a lead time that varies: a mixture of the demands over each part of its distribution.

The lead time is a gamma of its mean and sd, cut into parts of given probability, narrow where it is long.
Each part has its own mean, and its own variance, which adds to that of the demand; so mean and variance of
the total are those of theory, μ L and σ_L² μ² + σ² L, and the tail is that of late deliveries, which a single
distribution of that variance does not have. A review period that does not vary is added to each part.

Source: Silver, Pyke & Thomas (2017), Inventory and Production Management, 4th ed., ch. 6 (random lead
times); Burgin (1975), The gamma distribution and inventory control, Operational Research Quarterly 26.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xlinventory.core.forecasting.histories import Column, Matrix
from xlinventory.core.forecasting.intervals import Around, Shape, Spread, total_spread
from xlinventory.core.forecasting.roots import rising_roots

Array = NDArray[np.float64]
Items: TypeAlias = NDArray[np.int_] | NDArray[np.bool_]

EDGES = np.array([0.0, 0.25, 0.5, 0.75, 0.9, 0.97, 0.995, 1.0])
"""Where the distribution of the lead time is cut, as probabilities.

Against a million simulated lead times of an sd of up to twice their mean, levels from 0.9 to 0.999 are kept
to 0.4 points, and to 0.1 with an sd up to the mean; nine parts come no closer and take a third more time.
"""
WEIGHTS = np.diff(EDGES)

STEADY = 1e-6
"""A lead time whose sd is a smaller share of it does not vary."""
WILDEST = 10.0
"""Largest sd of a lead time, in its means: beyond, its gamma is next to always 0 and has no numbers left."""


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
        mean = np.where(varies, self.mean, 1.0)[:, None]
        sd = np.minimum(np.where(varies, self.sd, 1.0)[:, None], WILDEST * mean)
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
    """The demand that the mixture stays within with probability *level*; counts end on a whole one.

    It is looked for in normal deviates, in which its distribution is nearly a straight line, from the
    quantile of a single distribution with the mean and the sd of the mixture.
    """
    together = _together(parts)
    found, varies = shape.quantiles(together, level), np.flatnonzero(together.sd > 0)

    def missing(demand: Column, which: NDArray[np.int_]) -> Column:
        some = Spread._make(part[:, varies[which]] for part in parts)
        within = shape.within(some, np.broadcast_to(demand, some.mean.shape))
        certain = np.where(demand >= some.mean, 1.0, 0.0)
        share = WEIGHTS @ np.where(np.isnan(within), certain, within)
        return np.asarray(special.ndtri(np.minimum(share, 1.0)) - special.ndtri(level[varies[which]]))

    counted = together.whole[varies] & shape.counts
    found[varies] = rising_roots(missing, found[varies], together.sd[varies], counted)
    return np.maximum(found, 0.0)


def _together(parts: Spread) -> Spread:
    """Mean and sd of the mixture of all parts; an sd that only rounding makes is none."""
    mean = WEIGHTS @ parts.mean
    sd = np.sqrt(WEIGHTS @ (parts.sd**2 + (parts.mean - mean) ** 2))
    sd = np.where(sd > STEADY * mean, sd, 0.0)
    return Spread(mean, sd, parts.degrees[0], WEIGHTS @ parts.least, parts.whole[0])
