"""Demands of whole units: the curves of a Poisson and a negative binomial, fitted to a mean and a sd.

The shortage is exact for a stock between two whole units too. Counts too large to be counted are taken as
the demand without gaps that they come close to.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xlinventory.core.smooth_demand import GAMMA, NORMAL, Column, Curve, Distribution

_betainc: Callable[..., Column] = special.betainc
_pdtrc: Callable[..., Column] = special.pdtrc

_LARGEST_COUNT = 1e12
"""Above this size one unit more or less no longer matters and counts are taken as continuous."""

_LAST_WHOLE = 2.0**53
"""Up to here a float still knows one unit from the next."""

ROUNDING = 1e-12
"""A stock that misses a whole unit by this share only does so by rounding."""


def _unless(
    known: NDArray[np.bool_], value: Column, curve: Curve, at: Column, mean: Column, sd: Column
) -> Column:
    """The value where it is known, the curve elsewhere, which is worked out only if it is needed."""
    return value if known.all() else np.where(known, value, curve(at, mean, sd))


def _countable(mean: Column, sd: Column) -> NDArray[np.bool_]:
    return mean + sd <= _LARGEST_COUNT


@dataclass(frozen=True, slots=True)
class _Counts:
    """A distribution of whole units, by P(D > n) and by P(D' > n) where n P(D = n) = mean P(D' = n - 1).

    D'' is to D' what D' is to D; ``next_mean`` gives the mean of D'.
    """

    tail_at: Curve
    next_tail_at: Curve
    second_tail_at: Curve
    next_mean: Callable[[Column, Column], Column]
    large: Distribution

    def quantile(self, level: Column, mean: Column, sd: Column) -> Column:
        """Smallest whole number n with P(D <= n) >= level, by bisection between Cantelli's bounds."""
        counted = _countable(mean, sd)
        high = np.ceil(np.minimum(mean + sd * np.sqrt(level / (1 - level)), _LAST_WHOLE))
        low = np.maximum(np.floor(mean - sd * np.sqrt((1 - level) / level)) - 1, -1.0)
        high = self._closed_in(np.where(counted, low, 0.0), np.where(counted, high, 0.0), level, mean, sd)
        found = np.where(1 - self.tail_at(high, mean, sd) >= level, high - mean, np.nan)
        return _unless(counted, found, self.large.quantile, level, mean, sd)

    def _closed_in(self, low: Column, high: Column, level: Column, mean: Column, sd: Column) -> Column:
        """The upper bounds, bisected until they are a unit above the lower ones; open ones only are tried."""
        shape = np.shape(high)
        low, high, level, mean, sd = (np.array(part).ravel() for part in (low, high, level, mean, sd))
        still = np.flatnonzero(high - low > 1)
        while still.size:
            middle = np.floor((low[still] + high[still]) / 2)
            enough = 1 - self.tail_at(middle, mean[still], sd[still]) >= level[still]
            high[still] = np.where(enough, middle, high[still])
            low[still] = np.where(enough, low[still], middle)
            still = still[high[still] - low[still] > 1]
        return high.reshape(shape)

    def tail(self, buffer: Column, mean: Column, sd: Column) -> Column:
        stock = mean + buffer
        whole = np.floor(stock + ROUNDING * np.maximum(np.abs(stock), 1.0))
        tail, some = np.ones(whole.shape), ~(whole < 0)  # all demand is more than less than none
        tail[some] = self.tail_at(whole[some], mean[some], sd[some])
        return _unless(_countable(mean, sd), tail, self.large.tail, buffer, mean, sd)

    def shortage(self, buffer: Column, mean: Column, sd: Column) -> Column:
        """Straight between whole units: E[(D - x)+] = mean P(D' >= n) - n P(D > n) - (x - n) P(D > n)."""
        stock = mean + buffer
        whole = np.maximum(np.floor(stock), 0.0)
        tail, reached = self.tail_at(whole, mean, sd), _reached(self.next_tail_at, whole - 1, mean, sd)
        short = np.maximum(mean * reached - np.maximum(stock, 0.0) * tail, 0.0) + np.maximum(-stock, 0.0)
        return _unless(_countable(mean, sd), short, self.large.shortage, buffer, mean, sd)

    def squared(self, buffer: Column, mean: Column, sd: Column) -> Column:
        """E[((D - x)+)²] / 2 from E[D (D - 1)], E[D] and 1 over the demands above x, each a tail."""
        stock = mean + buffer
        whole, at = np.maximum(np.floor(stock), 0.0), np.maximum(stock, 0.0)
        pairs = mean * self.next_mean(mean, sd) * _reached(self.second_tail_at, whole - 2, mean, sd)
        units = mean * _reached(self.next_tail_at, whole - 1, mean, sd)
        half = (pairs + units * (1 - 2 * at) + at * at * self.tail_at(whole, mean, sd)) / 2
        half = np.where(stock < 0, (sd * sd + buffer * buffer) / 2, np.maximum(half, 0.0))
        return _unless(_countable(mean, sd), half, self.large.squared, buffer, mean, sd)

    def distribution(self, spread: Callable[[Column, Column], Column]) -> Distribution:
        return Distribution(self.quantile, self.tail, self.shortage, self.squared, spread, whole=True)


def _reached(tail_at: Curve, count: Column, mean: Column, sd: Column) -> Column:
    """P(D > count), which is certain below 0."""
    return np.where(count < 0, 1.0, tail_at(np.maximum(count, 0.0), mean, sd))


def _poisson_tail(count: Column, mean: Column, _sd: Column) -> Column:
    return _pdtrc(count, mean)


def _over(mean: Column, sd: Column) -> Column:
    """The variance beyond a Poisson's as a share of the variance: 1 - mean / sd², 0 where there is none."""
    share = 1 - mean / sd / sd
    return np.where(share > 1e-9, share, 0.0)


def _negbin_tail_with(extra: float) -> Curve:
    """P(D > n) = I_q(n + 1, r + extra); q is the share of variance beyond Poisson, r = mean (1 - q) / q."""

    def tail_at(count: Column, mean: Column, sd: Column) -> Column:
        over = _over(mean, sd)
        safe = np.where(over > 0, over, 0.5)
        size = mean * (mean / sd / sd) / safe + extra
        return _unless(over > 0, _betainc(count + 1, size, safe), _poisson_tail, count, mean, sd)

    return tail_at


NEGBIN = _Counts(
    _negbin_tail_with(0.0),
    _negbin_tail_with(1.0),
    _negbin_tail_with(2.0),
    lambda mean, sd: mean + np.where(_over(mean, sd) > 0, sd * (sd / mean) - 1, 0.0),
    GAMMA,
).distribution(lambda mean, sd: np.where((sd > 0) & (_over(mean, sd) == 0), np.sqrt(mean), sd))
POISSON = _Counts(_poisson_tail, _poisson_tail, _poisson_tail, lambda mean, _sd: mean, NORMAL).distribution(
    lambda mean, _sd: np.sqrt(mean)
)
