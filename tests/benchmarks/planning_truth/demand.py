"""Demand of which we know the truth: what each item sells each day, and the mean and sd it is drawn from.

Four kinds of items, in whole units. What is drawn for an item does not depend on how many items there are
beside it in its portfolio, nor on any policy.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array: TypeAlias = NDArray[np.float64]
Random: TypeAlias = np.random.Generator
YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Demand:
    """Units sold a day (n, days), mean (n, days) and sd (n,) of the process, and the cost of a unit (n,)."""

    units: Array
    mean: Array
    sd: Array
    unit_cost: Array


def drawn(kind: str, items: int, days: int, seed: int) -> Demand:
    """A portfolio of one kind; the same items and days for the same seed."""
    number = list(KINDS).index(kind)
    every = [_item(kind, days, np.random.default_rng((seed, number, item))) for item in range(items)]
    units, mean, sd, cost = (np.stack(part) for part in zip(*every, strict=True))
    return Demand(units, mean, sd, cost)


Item: TypeAlias = tuple[Array, Array, float]
"""One item's units and mean by day, and the sd of a day's demand."""


def _item(kind: str, days: int, random: Random) -> tuple[Array, Array, np.float64, np.float64]:
    cost = np.float64(np.exp(random.uniform(np.log(2), np.log(40))))
    units, mean, sd = KINDS[kind](days, random)
    return units, mean, np.float64(sd), cost


def _normal(days: int, random: Random) -> Item:
    """20 to 300 a week, sd of a week 10 to 30 % of them; below 0 is 0."""
    return _around(np.full(days, _level(random)), random)


def _seasonal(days: int, random: Random) -> Item:
    """The same with a wave over the year that rises 20 to 50 % above its mean."""
    height, start = random.uniform(0.2, 0.5), random.uniform()
    return _around(
        _level(random) * (1 + height * np.sin(2 * np.pi * (np.arange(days) / YEAR + start))), random
    )


def _level(random: Random) -> float:
    return float(np.exp(random.uniform(np.log(20), np.log(300)))) / 7


def _around(level: Array, random: Random) -> Item:
    spread = level.mean() * random.uniform(0.1, 0.3) * np.sqrt(7)
    units = np.round(np.maximum(level + spread * random.standard_normal(len(level)), 0.0))
    at = level / spread  # a normal that is cut off at 0 has a somewhat larger mean and a smaller sd
    density = np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi)
    mean = level * special.ndtr(at) + spread * density
    square = (level**2 + spread**2) * special.ndtr(at) + level * spread * density
    return units, mean, float(np.sqrt(np.mean(square - mean**2) + 1 / 12))


def _intermittent(days: int, random: Random) -> Item:
    """A customer on 3 to 12 % of the days, who takes 1 and a Poisson of 0.5 to 5 more."""
    chance, more = random.uniform(0.03, 0.12), random.uniform(0.5, 5)
    return _now_and_then(chance, 1.0 + random.poisson(more, days), 1 + more, more, random)


def _lumpy(days: int, random: Random) -> Item:
    """A customer on 3 to 12 % of the days; of 4 to 30 units in the mean, sd 0.8 to 1.25 of that."""
    chance, size, variation = random.uniform(0.03, 0.12), random.uniform(4, 30), random.uniform(0.8, 1.25)
    variance = (variation * size) ** 2
    rest = size - 1
    ratio = variance / rest  # of a negative binomial, which is 1 less
    sizes = 1.0 + random.negative_binomial(rest / (ratio - 1), 1 / ratio, days)
    return _now_and_then(chance, sizes, size, variance, random)


def _now_and_then(chance: float, sizes: Array, size: float, variance: float, random: Random) -> Item:
    units = np.where(random.uniform(size=len(sizes)) < chance, sizes, 0.0)
    sd = np.sqrt(chance * (variance + size**2) - (chance * size) ** 2)
    return units, np.full(len(sizes), chance * size), float(sd)


KINDS: Mapping[str, Callable[[int, Random], Item]] = {
    "normal": _normal,
    "seasonal": _seasonal,
    "intermittent": _intermittent,
    "lumpy": _lumpy,
}
"""The kinds of demand, by the words of the tables."""
