"""Suppliers of which we know the truth: how many days each order will take."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Days: TypeAlias = NDArray[np.int_]
Random: TypeAlias = np.random.Generator


def days_taken(kind: str, shape: tuple[int, ...], seed: int) -> Days:
    """Whole days from order to receipt, each order's drawn by itself, so that orders may overtake."""
    random = np.random.default_rng((seed, 100 + list(KINDS).index(kind)))
    return KINDS[kind](shape, random)


def _steady(shape: tuple[int, ...], _random: Random) -> Days:
    return np.full(shape, 7)


def _varying(shape: tuple[int, ...], random: Random) -> Days:
    shape_parameter = 1 / 0.35**2
    return np.maximum(np.rint(random.gamma(shape_parameter, 14 / shape_parameter, shape)), 1).astype(int)


def _late(shape: tuple[int, ...], random: Random) -> Days:
    late = random.uniform(size=shape) < 0.15
    return 10 + np.where(late, random.integers(10, 21, shape), 0)


KINDS: Mapping[str, Callable[[tuple[int, ...], Random], Days]] = {
    "steady 7 d": _steady,
    "14 d, cv 0.35": _varying,
    "10 d, 15 % late": _late,
}
"""Steady; a gamma of mean 14 days and sd 4.9; 10 days, but 15 % of the orders 10 to 20 days late."""
