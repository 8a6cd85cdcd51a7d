"""Demand that comes now and then: Croston's method, its corrections, and TSB, for many items at once.

Both smooth the size of a demand when there is one. Croston smooths the interval between demands as well,
and only when there is one, so an item that dies keeps its rate; TSB smooths the probability of a demand in
every period, so its rate fades.

Source: Croston (1972), Operational Research Quarterly 23; Syntetos & Boylan (2005), Int. J. of Forecasting
21 (sba); Shale, Boylan & Johnston (2006), J. of the Operational Research Society 57 (sbj); Teunter,
Syntetos & Babai (2011), European J. of Operational Research 214 (tsb).
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import require, within
from xlinventory.core.forecasting.histories import Matrix, first_periods, known_last

Array = NDArray[np.float64]
STARTS = ("naive", "mean")


class Rhythm(NamedTuple):
    """Smoothed size of a demand, and the smoothed interval or probability that goes with it."""

    size: Array
    pace: Array


class Variant(NamedTuple):
    """How a rhythm is kept, and the rate it stands for given the constant of its pace."""

    walk: Callable[[Matrix, Array, Array, str], Rhythm]
    rate: Callable[[Rhythm, Array], Array]


def croston_rate(
    rows: Matrix,
    variant: str = "sba",
    alpha_demand: ArrayLike = 0.1,
    alpha_interval: ArrayLike = 0.1,
    start: str = "naive",
) -> Array:
    """Demand per period of each item, (..., n_skus); 0 where there never was a demand.

    rows: (n_skus, n_periods), right-aligned, NaN = not yet there or missing; missing periods do not count.
    The constants may have axes in front of that of the items, such as a grid (n, 1).
    *start*: size is the first demand; interval the first one, counted from period 1 ("naive") or the mean
    of all ("mean"); probability 1 or 0 from period 1 ("naive") or the share of periods with demand ("mean").

    >>> round(float(croston_rate(np.array([[0, 0, 10, 0, 0, 20, 0, 0, 0, 15.0]]), "croston")[0]), 6)
    3.677419
    """
    within(0, 1, alpha_demand=alpha_demand, alpha_interval=alpha_interval)
    require(~(rows < 0), "history must be >= 0", rows)
    kind = VARIANTS[variant]
    alpha, beta = np.asarray(alpha_demand, dtype=float), np.asarray(alpha_interval, dtype=float)
    known = known_last(rows)
    rate = kind.rate(kind.walk(known, alpha, beta, start), beta)
    return np.where((known > 0).any(axis=1), rate, 0.0)


def _intervals(known: Matrix, alpha: Array, beta: Array, start: str) -> Rhythm:
    """Size and interval, both corrected at each demand after the first."""
    first, size = _first_demand(known)
    begun = first_periods(known)
    demands = np.sum(known > 0, axis=1)
    last = known.shape[1] - np.argmax(known[:, ::-1] > 0, axis=1)
    since_begin, mean = first - begun + 1, (last - begun) / np.maximum(demands, 1)
    interval = (since_begin if start == "naive" else mean).astype(np.float64)
    shape = np.broadcast_shapes(alpha.shape, beta.shape, size.shape)
    size, interval = (np.broadcast_to(part, shape).astype(float) for part in (size, interval))
    waited: Array = np.ones(len(known))
    for period in range(int(first.min(initial=known.shape[1])) + 1, known.shape[1]):
        demand = known[:, period]
        hit = (demand > 0) & (period > first)
        size = np.where(hit, size + alpha * (demand - size), size)
        interval = np.where(hit, interval + beta * (waited - interval), interval)
        waited = np.where(hit | (period <= first), 1.0, waited + 1.0)
    return Rhythm(size, interval)


def _probabilities(known: Matrix, alpha: Array, beta: Array, start: str) -> Rhythm:
    """Size corrected at each demand, probability in every period after the first."""
    begun = first_periods(known)
    first, size = _first_demand(known)
    occurs = (known > 0).astype(float)
    share = occurs.sum(axis=1) / np.maximum(known.shape[1] - begun, 1)
    probability = (first == begun).astype(float) if start == "naive" else share
    shape = np.broadcast_shapes(alpha.shape, beta.shape, size.shape)
    size, probability = (np.broadcast_to(part, shape).astype(float) for part in (size, probability))
    for period in range(int(begun.min(initial=known.shape[1])) + 1, known.shape[1]):
        demand = known[:, period]
        size = np.where((demand > 0) & (period > first), size + alpha * (demand - size), size)
        moved = probability + beta * (occurs[:, period] - probability)
        probability = np.where(period > begun, moved, probability)
    return Rhythm(size, probability)


def _first_demand(known: Matrix) -> tuple[NDArray[np.int_], Array]:
    """Period and size of each row's first demand; n_periods and 0 where there is none."""
    hits = known > 0
    first = np.where(hits.any(axis=1), hits.argmax(axis=1), known.shape[1])
    padded = np.concatenate([known, np.zeros((len(known), 1))], axis=1)
    return first, padded[np.arange(len(known)), first]


def _per_interval(rhythm: Rhythm, _beta: Array) -> Array:
    return rhythm.size / np.maximum(rhythm.pace, 1.0)


VARIANTS: Mapping[str, Variant] = {
    "croston": Variant(_intervals, _per_interval),
    "sba": Variant(_intervals, lambda rhythm, beta: (1 - beta / 2) * _per_interval(rhythm, beta)),
    "sbj": Variant(_intervals, lambda rhythm, beta: (1 - beta / (2 - beta)) * _per_interval(rhythm, beta)),
    "tsb": Variant(_probabilities, lambda rhythm, _beta: rhythm.size * rhythm.pace),
}
"""Croston's rate, its corrections for bias, and Teunter, Syntetos and Babai's."""
