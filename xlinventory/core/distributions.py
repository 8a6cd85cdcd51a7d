"""Shapes of demand, each fitted to a mean and a standard deviation: how much a buffer above the mean covers.

All functions work on the *buffer* b, the stock above the mean, instead of on the stock itself, so that a
small safety stock on a large mean keeps its digits. Counts (negbin, poisson) are whole units; their
shortage is exact for a stock between two whole units too.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from xlinventory.core.checks import Floats, above, at_least, finite, require, strictly_between
from xlinventory.core.smooth_demand import GAMMA, LOGNORMAL, NORMAL, Column, Distribution, unit_normal_loss
from xlinventory.core.whole_demand import NEGBIN, POISSON, ROUNDING

__all__ = [
    "DISTRIBUTIONS",
    "FittedDemand",
    "buffer_for_level",
    "buffer_for_shortage",
    "exceedance",
    "expected_shortage",
    "unit_normal_loss",
]

DISTRIBUTIONS: Mapping[str, Distribution] = {
    "normal": NORMAL,
    "gamma": GAMMA,
    "negbin": NEGBIN,
    "poisson": POISSON,
    "lognormal": LOGNORMAL,
}
"""The shapes of demand by name.

gamma has shape (mean/sd)² and scale sd²/mean. negbin has that mean and sd too; where sd² <= mean, which no
negative binomial reaches, its limit stands in: the Poisson. poisson has the mean only and ignores the sd.
lognormal has that mean and sd. A sd of 0 is a demand that is always the mean, except for poisson.
"""


@np.errstate(all="ignore")
def buffer_for_level(level: ArrayLike, mean: ArrayLike, sd: ArrayLike, distribution: str) -> Floats:
    """Stock above the mean that demand exceeds with probability 1 - level at most.

    >>> round(float(buffer_for_level(0.95, 20, 5, "normal")), 4)
    8.2243
    """
    strictly_between(0, 1, service_level=level)
    shape, mean, sd = _fitted(mean, sd, distribution)
    level = np.asarray(level, dtype=float)
    return np.where(sd > 0, shape.quantile(*np.broadcast_arrays(level, mean, sd)), 0.0)[()]


@np.errstate(all="ignore")
def exceedance(buffer: ArrayLike, mean: ArrayLike, sd: ArrayLike, distribution: str) -> Floats:
    """Probability that demand is larger than mean + buffer.

    >>> round(float(exceedance(8.2243, 20, 5, "normal")), 4)
    0.05
    """
    finite(buffer=buffer)
    shape, mean, sd = _fitted(mean, sd, distribution)
    buffer = np.asarray(buffer, dtype=float)
    constant = np.where(buffer < -ROUNDING * mean, 1.0, 0.0)
    return np.where(sd > 0, shape.tail(*np.broadcast_arrays(buffer, mean, sd)), constant)[()]


@np.errstate(all="ignore")
def expected_shortage(buffer: ArrayLike, mean: ArrayLike, sd: ArrayLike, distribution: str) -> Floats:
    """Expected units by which demand exceeds mean + buffer: the loss function.

    >>> round(float(expected_shortage(5.0, 20, 5, "normal")), 4)  # 5 G(1)
    0.4166
    """
    finite(buffer=buffer)
    shape, mean, sd = _fitted(mean, sd, distribution)
    buffer = np.asarray(buffer, dtype=float)
    short = shape.shortage(*np.broadcast_arrays(buffer, mean, sd))
    return np.where(sd > 0, short, np.maximum(-buffer, 0.0))[()]


MOST_SPREADS = 8
"""Standard deviations below the mean where demand is larger for certain: what is missing is all short."""


@np.errstate(all="ignore")
def buffer_for_shortage(shortage: ArrayLike, mean: ArrayLike, sd: ArrayLike, distribution: str) -> Floats:
    """Stock above the mean that leaves this expected shortage; 0 where demand is constant.

    Solves k in loss(mean + k sd) = shortage. Where that is more than varies, it is all that is missing.

    >>> round(float(buffer_for_shortage(0.4166, 20, 5, "normal")), 3)
    5.0
    """
    above(0, shortage=shortage)
    shape, mean, sd = _fitted(mean, sd, distribution)
    short, mean, sd = np.broadcast_arrays(np.asarray(shortage, dtype=float), mean, sd)
    varies = sd > 0
    unit = np.where(varies, sd, 1.0)
    k = np.where(varies, _falling_root(shape, short / unit, mean, unit), 0.0)
    return np.where(short > MOST_SPREADS * unit, np.where(varies, -short, 0.0), k * unit)[()]


@dataclass(frozen=True, slots=True)
class FittedDemand:
    """One demand of a known shape: its curves at many buffers, without the checks of each."""

    shape: Distribution
    mean: Column
    sd: Column

    @classmethod
    @np.errstate(all="ignore")
    def of(cls, mean: ArrayLike, sd: ArrayLike, distribution: str) -> "FittedDemand":
        """The demand of that shape with this mean and sd.

        >>> demand = FittedDemand.of(20, 5, "normal")
        >>> round(float(demand.tail(5.0)), 4), round(float(demand.squared(0.0)), 4)  # 1 - Φ(1), σ² / 4
        (0.1587, 6.25)
        """
        return cls(*_fitted(mean, sd, distribution))

    @np.errstate(all="ignore")
    def quantile(self, level: float) -> Column:
        """Buffer that demand exceeds with probability 1 - level at most."""
        return np.where(self.sd > 0, self.shape.quantile(np.asarray(level), self.mean, self.sd), 0.0)

    @np.errstate(all="ignore")
    def tail(self, buffer: ArrayLike) -> Column:
        """Probability that demand is larger than mean + buffer."""
        at = np.asarray(buffer, dtype=float)
        if self.sd > 0:
            return self.shape.tail(*np.broadcast_arrays(at, self.mean, self.sd))
        return np.asarray(at < -ROUNDING * self.mean, dtype=float)

    @np.errstate(all="ignore")
    def shortage(self, buffer: ArrayLike) -> Column:
        """Expected units by which demand exceeds mean + buffer."""
        at = np.asarray(buffer, dtype=float)
        if self.sd > 0:
            return self.shape.shortage(*np.broadcast_arrays(at, self.mean, self.sd))
        return np.asarray(np.maximum(-at, 0.0))

    @np.errstate(all="ignore")
    def squared(self, buffer: ArrayLike) -> Column:
        """Half the expected square of those units: the shortage added up over all larger buffers."""
        at = np.asarray(buffer, dtype=float)
        if self.sd > 0:
            return self.shape.squared(*np.broadcast_arrays(at, self.mean, self.sd))
        return np.asarray(np.maximum(-at, 0.0) ** 2 / 2)


def _fitted(mean: ArrayLike, sd: ArrayLike, distribution: str) -> tuple[Distribution, Column, Column]:
    """The shape, the mean and the sd that the shape really has for them."""
    at_least(0, demand_avg=mean, demand_sd=sd)
    shape = DISTRIBUTIONS[distribution]
    mean, sd = np.broadcast_arrays(np.asarray(mean, dtype=float), np.asarray(sd, dtype=float))
    spread = shape.spread(mean, sd)
    possible = (mean > 0) | (spread == 0) | shape.signed
    require(possible, f"demand_sd must be 0 where demand_avg is 0 ({distribution})", sd)
    return shape, mean, spread


def _falling_root(shape: Distribution, target: Column, mean: Column, sd: Column) -> Column:
    """The k at which shortage(k sd) / sd falls to *target*, all elements at once.

    Newton's step on the logarithm, and every fourth time a bisection, between two bounds that hold for
    every distribution: loss >= -k sd, and Scarf's loss <= sd (sqrt(1 + k²) - k) / 2. Not a number where
    these bounds are not finite.
    """
    as_given = target.shape
    mean, sd, target = np.ravel(mean), np.ravel(sd), np.ravel(target)
    low, high = -target, 0.25 / target - target
    root = np.where(np.isfinite(low) & np.isfinite(high), low, np.nan)
    live = np.flatnonzero(np.isfinite(root))
    guess, turn = np.minimum((low + high)[live] / 2, 2.0), 0
    while live.size:
        m, s, t = mean[live], sd[live], target[live]
        loss = shape.shortage(guess * s, m, s) / s
        falls = loss > t
        low[live], high[live] = np.where(falls, guess, low[live]), np.where(falls, high[live], guess)
        newton = guess + loss / shape.tail(guess * s, m, s) * np.log(loss / t)
        inside = (newton >= low[live]) & (newton <= high[live])
        turn += 1
        middle = (low[live] + high[live]) / 2
        following = np.where(inside & (turn % 4 > 0), newton, middle)
        close = 4e-16 + 4e-16 * np.abs(guess)
        arrived = inside & (np.abs(newton - guess) <= close)
        root[live] = np.where(arrived, newton, following)
        going = ~arrived & (high[live] - low[live] > close)
        live, guess = live[going], following[going]
    return root.reshape(as_given)
