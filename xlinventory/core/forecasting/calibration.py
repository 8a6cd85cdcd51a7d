"""Quantiles that keep their promise: levels asked a little higher or lower than they say, as measured.

For demand that came, u is the probability that was given to less. Were the distributions right, u would
stay below 0.95 in 95 of 100 cases; if it does so in 92, then 0.95 has to be asked of them as whatever level
u stays below in 95. The distance between the two, in normal deviates, is the shift. It depends on how many
periods are added up, and is measured on public series and shipped; not on how many are known, as short
histories have wider distributions already (``intervals.DEGREES``). A portfolio's own shift on top of that,
from its items' held-out windows, counts by the share τ² / (τ² + v / n): v / n is the sampling variance of a
quantile, p (1 - p) / (φ(z)² n), and τ the sd of what portfolios' shifts before and after an end have in
common. Below 30 items of a kind nothing is taken from the portfolio. Same items, same numbers: nothing is
drawn at random.

Source: probability integral transform, Dawid (1984), J. of the Royal Statistical Society A 147;
recalibration by its empirical quantiles, Kuleshov, Fenner & Ermon (2018), ICML; the sampling variance of a
quantile, Kendall & Stuart (1977), The Advanced Theory of Statistics 1, ch. 10; the share as in Efron &
Morris (1973), J. of the American Statistical Association 68.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from xlinventory.core.forecasting.calibration_constants import (
    BETWEEN,
    LEVELS,
    PER_ITEM,
    PERIOD_SHIFTS,
    TOTAL_PERIODS,
    TOTAL_SHIFTS,
)
from xlinventory.core.forecasting.histories import Column, Matrix
from xlinventory.core.forecasting.routing import AUTO

Array = NDArray[np.float64]

LEAST_ITEMS = 30
"""Items of a kind below which a portfolio says nothing about its own shifts."""
LARGEST = 1.0
"""Largest shift, in normal deviates, that a portfolio may have of its own."""

KNOTS: Column = special.ndtri(LEVELS)
NONE: Column = np.zeros(len(LEVELS))


class Shipped(NamedTuple):
    """Shifts at the knots (n_lengths, n_knots), by how many periods are added up (n_lengths,)."""

    periods: Column
    shifts: Matrix

    def to_ask(self, deviates: ArrayLike, periods: ArrayLike) -> Array:
        """The deviates to ask for so that these come true, of the total of some periods (they broadcast)."""
        return self._moved(deviates, periods, [KNOTS] * len(self.shifts), self.shifts)

    def coming_true(self, deviates: ArrayLike, periods: ArrayLike) -> Array:
        """The deviates that come true when these are asked for: the way back."""
        return self._moved(deviates, periods, list(KNOTS + self.shifts), -self.shifts)

    def _moved(self, deviates: ArrayLike, periods: ArrayLike, knots: list[Column], shifts: Matrix) -> Array:
        """Shifted as between the knots around them, and between the lengths around them by logarithms."""
        length = np.log(np.maximum(periods, SHORTEST_TIME))
        moved = np.asarray(deviates, dtype=float)
        for unit, at, shift in zip(np.eye(len(shifts)), knots, shifts, strict=True):
            share = np.interp(length, np.log(self.periods), unit)
            moved = moved + share * np.interp(np.asarray(deviates, dtype=float), at, shift)
        return moved


SHORTEST_TIME = 1e-3
"""Periods below which a lead time is taken to be that long where its logarithm is needed."""

PERIOD: Mapping[str, Shipped] = {
    kind: Shipped(np.ones(1), np.array([shifts])) for kind, shifts in PERIOD_SHIFTS.items()
}
"""Shifts of the demand of a single period ahead, by kind of demand."""
TOTAL: Mapping[str, Shipped] = {
    kind: Shipped(np.array(TOTAL_PERIODS), np.array(shifts)) for kind, shifts in TOTAL_SHIFTS.items()
}
"""Shifts of the total demand over some periods, by kind of demand."""


class Kept(NamedTuple):
    """What is asked for at one kind of demand, of a single period and of a total."""

    period: Shipped
    total: Shipped


_UNMOVED = Shipped(np.ones(1), NONE[None])


def shipped(kind: str, method: str) -> Kept:
    """The shifts measured for a kind of demand; a method asked for by name keeps to its formula."""
    if method != AUTO:
        return Kept(_UNMOVED, _UNMOVED)
    return Kept(PERIOD[kind], TOTAL[kind])


def asked(level: ArrayLike, shipped: Shipped, own: Column = NONE, periods: ArrayLike = 1.0) -> Array:
    """The level to ask for what should be *level*: a portfolio's own shift, then the shipped one.

    >>> float(asked(0.95, Shipped(np.ones(1), NONE[None])).round(12))
    0.95
    """
    deviates = special.ndtri(np.asarray(level, dtype=float))
    wanted = deviates + np.interp(deviates, KNOTS, np.maximum.accumulate(KNOTS + own) - KNOTS)
    return np.asarray(special.ndtr(shipped.to_ask(wanted, periods)))


def own_shift(kind: str, tried: Matrix, shipped: Shipped, periods: ArrayLike = 1.0) -> Column:
    """A portfolio's shift at the knots beyond the shipped, as far as its size allows to tell.

    tried (n_skus, n_tries): the probability given to less than what came, NaN where nothing was tried;
    periods: those that were added up, broadcast against it.
    """
    items = int(np.sum(~np.isnan(tried).all(axis=1)))
    if items < LEAST_ITEMS:
        return NONE
    came_true = shipped.coming_true(special.ndtri(tried), periods)
    levels, density = np.asarray(LEVELS), np.exp(-(KNOTS**2) / 2) / np.sqrt(2 * np.pi)
    sampling = levels * (1 - levels) / density**2 / (items * PER_ITEM)
    return np.asarray(BETWEEN[kind] ** 2 / (BETWEEN[kind] ** 2 + sampling) * shift_of(came_true))


def shift_of(deviates: Array) -> Column:
    """Shifts at the knots that make the levels true for what came, as normal deviates of its probability.

    Levels that no demand at all keeps already have none.

    >>> even = special.ndtri((np.arange(1000) + 0.5) / 1000)
    >>> bool(np.abs(shift_of(even)).max() < 0.02)
    True
    """
    came = np.clip(deviates[~np.isnan(deviates)], -_FAR, _FAR)
    shift = np.clip(np.quantile(came, LEVELS) - KNOTS, -LARGEST, LARGEST)
    return np.where(np.asarray(LEVELS) > np.mean(came <= -_FAR), shift, 0.0)


_FAR = 6.0
"""Deviates beyond which a probability is as good as 0 or 1."""
