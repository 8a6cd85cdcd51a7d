"""Means over series with what would have come of other series: 95 % bootstrap intervals.

A ``Resampling`` draws the series with replacement, 1,000 times and always alike. Its ``mean`` of a column is
an array: the mean itself, then that of every draw. What is worked out from such arrays is worked out for
every draw, on the same series for both sides of a ratio; ``estimate`` gives the number and its interval.

Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 13, the percentile interval.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasting.series import Column

DRAWS = 1_000
SEED = 5


class Estimate(NamedTuple):
    """A number and its 95 % interval; written with so many places, or with as many as it is worth."""

    value: float
    low: float
    high: float
    places: int | None = None


def estimate(draws: Column, places: int | None = None) -> Estimate:
    """The number that comes first, and the middle 95 % of the rest."""
    low, high = np.quantile(draws[1:], (0.025, 0.975))
    return Estimate(float(draws[0]), float(low), float(high), places)


class Resampling:
    """How often each of n series is in each draw; in the first, every one is once."""

    def __init__(self, count: int) -> None:
        self.times = _drawn(count)

    def as_is(self) -> "Resampling":
        """Without any draws: what is worked out from its means is the number alone."""
        alone = Resampling.__new__(Resampling)
        alone.times = self.times[:1]
        return alone

    def mean(self, values: ArrayLike) -> Column:
        """Mean of the values that there are, of each draw."""
        column = np.asarray(values, dtype=float)
        there = np.isfinite(column)
        return np.asarray(self.times[:, there] @ column[there] / self.times[:, there].sum(axis=1))

    def quantile(self, values: Column, share: float) -> Column:
        """The least value that this share of the series does not exceed, of each draw."""
        order = np.argsort(values)
        heaped = np.cumsum(self.times[:, order], axis=1)
        place = np.argmax(heaped >= share * len(values) - 1e-9, axis=1)
        return np.asarray(values[order][place])


@cache
def _drawn(count: int) -> NDArray[np.float64]:
    drawn = np.random.default_rng(SEED).multinomial(count, np.full(count, 1 / count), DRAWS)
    return np.vstack([np.ones(count), drawn])
