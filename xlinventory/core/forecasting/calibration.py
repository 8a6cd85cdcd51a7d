"""Quantiles that keep their promise: levels asked a little higher or lower than they say, as measured.

For demand held out, u is the probability that was given to less than what came. Were the distributions
right, u would stay below 0.95 in 95 of 100 cases; if it does so in 92, then 0.95 has to be asked of them as
whatever level u stays below in 95. The distance between the two, in normal deviates, is the shift. It is
measured on public series, and shipped; a portfolio's own shift, from its items' held-out windows, takes over
by the share τ² / (τ² + v / n): v / n is the sampling variance of a quantile, p (1 - p) / (φ(z)² n), and τ the
sd that shifts differ by between portfolios. Below 30 items of a kind nothing is taken from the portfolio.

Source: probability integral transform, Dawid (1984), J. of the Royal Statistical Society A 147; recalibration
by its empirical quantiles, Kuleshov, Fenner & Ermon (2018), ICML; conformal prediction, Vovk, Gammerman &
Shafer (2005), Algorithmic Learning in a Random World; weights as in Efron & Morris (1973), J. of the American
Statistical Association 68.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from xlinventory.core.forecasting.calibration_constants import BETWEEN, LEVELS, PER_ITEM, SHIPPED
from xlinventory.core.forecasting.histories import Column, Matrix

Array = NDArray[np.float64]

LEAST_ITEMS = 30
"""Items of a kind below which a portfolio says nothing about its own shifts."""
LARGEST = 0.75
"""Largest shift, in normal deviates."""

_KNOTS: Column = special.ndtri(LEVELS)


class Shifts(NamedTuple):
    """Shifts at the knots (n_knots,) for the demand of a period, and for the total over a lead time."""

    period: Column
    total: Column


class HeldOut(NamedTuple):
    """Probabilities given to less than what came (n_skus, n_tries); NaN where nothing was tried."""

    period: Matrix
    total: Matrix


def shipped(kind: str) -> Shifts:
    """The shifts of a kind of demand, measured on public series."""
    return Shifts(*(np.array(SHIPPED[kind][what]) for what in Shifts._fields))


def of_portfolio(kind: str, held_out: HeldOut) -> Shifts:
    """Shifts of a portfolio's own items of a kind, drawn towards those that are shipped."""
    mixed = (_mixed(*both) for both in zip(shipped(kind), held_out, strict=True))
    return Shifts(*mixed)


def asked(level: ArrayLike, shift: Column) -> Array:
    """The level to ask of the distribution for what should be *level*.

    >>> float(asked(0.95, np.zeros(len(LEVELS))).round(12))
    0.95
    """
    moved = np.maximum.accumulate(_KNOTS + shift)
    deviates = special.ndtri(np.asarray(level, dtype=float))
    return np.asarray(special.ndtr(deviates + np.interp(deviates, _KNOTS, moved - _KNOTS)))


def shift_of(tried: Matrix) -> Column:
    """Shifts at the knots that make the levels true for what was held out (n_skus, n_tries).

    >>> even = (np.arange(1000)[:, None] + 0.5) / 1000
    >>> bool(np.abs(shift_of(even)).max() < 0.02)
    True
    """
    reached = special.ndtri(np.quantile(tried[~np.isnan(tried)], LEVELS))
    return np.asarray(np.clip(reached - _KNOTS, -LARGEST, LARGEST))


def _mixed(prior: Column, tried: Matrix) -> Column:
    items = int(np.sum(~np.isnan(tried).all(axis=1)))
    if items < LEAST_ITEMS:
        return prior
    levels, density = np.asarray(LEVELS), np.exp(-(_KNOTS**2) / 2) / np.sqrt(2 * np.pi)
    sampling = levels * (1 - levels) / density**2 / (items * PER_ITEM)
    share = BETWEEN**2 / (BETWEEN**2 + sampling)
    return np.asarray(prior + share * (shift_of(tried) - prior))
