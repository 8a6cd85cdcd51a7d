"""Shapes of demand, each fitted to a mean and a standard deviation: how much a buffer above the mean covers.

All functions work on the *buffer* b, the stock above the mean, instead of on the stock itself, so that a
small safety stock on a large mean keeps its digits. Counts (negbin, poisson) are whole units; their
shortage is exact for a stock between two whole units too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from xlinventory.core.checks import Floats, above, at_least, finite, require, strictly_between

Column: TypeAlias = NDArray[np.float64]
Curve: TypeAlias = Callable[[Column, Column, Column], Column]

_ndtri: Callable[..., Column] = special.ndtri
_ndtr: Callable[..., Column] = special.ndtr
_erfcx: Callable[..., Column] = special.erfcx
_gammaincinv: Callable[..., Column] = special.gammaincinv
_gammaincc: Callable[..., Column] = special.gammaincc
_betainc: Callable[..., Column] = special.betainc
_pdtrc: Callable[..., Column] = special.pdtrc

_LARGEST_COUNT = 1e12
"""Above this size one unit more or less no longer matters and counts are taken as continuous."""

_LAST_WHOLE = 2.0**53
"""Up to here a float still knows one unit from the next."""

_SMALLEST_SPREAD = 1e-7
"""A gamma whose sd is a smaller share of its mean has no skew left that a float could show: it is normal."""

_ROUNDING = 1e-12
"""A stock that misses a whole unit by this share only does so by rounding."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """A shape of demand by three curves of (buffer or level, mean, sd), and the sd it really has.

    ``quantile`` gives the buffer that covers a level, ``tail`` the probability that demand exceeds the
    buffer, ``shortage`` the expected units by which it does.
    """

    quantile: Curve
    tail: Curve
    shortage: Curve
    spread: Callable[[Column, Column], Column] = lambda _mean, sd: sd
    signed: bool = False


def unit_normal_loss(z: ArrayLike) -> Floats:
    """Expected shortage of a standard normal demand at z: G(z) = φ(z) - z (1 - Φ(z)).

    Written with the scaled error function, so that no digits cancel far out.

    Source: Silver, Pyke & Thomas (2017), Inventory and Production Management, 4th ed., appendix B.

    >>> round(float(unit_normal_loss(1.0)), 4)
    0.0833
    """
    z = np.asarray(z, dtype=float)
    size = np.abs(z)
    density = np.exp(-0.5 * np.minimum(size, 1e3) ** 2) / np.sqrt(2 * np.pi)
    beyond = np.maximum(1 - size * np.sqrt(np.pi / 2) * _erfcx(size / np.sqrt(2)), 0.0)
    loss: Column = density * beyond + np.maximum(-z, 0.0)
    return loss[()]


def _normal_quantile(level: Column, _mean: Column, sd: Column) -> Column:
    return _ndtri(level) * sd


def _normal_tail(buffer: Column, _mean: Column, sd: Column) -> Column:
    return _ndtr(-buffer / sd)


def _normal_shortage(buffer: Column, _mean: Column, sd: Column) -> Column:
    return np.asarray(unit_normal_loss(buffer / sd)) * sd


def _or_normal(gamma: Curve, normal: Curve) -> Curve:
    """The gamma's curve, or the normal's where the sd is too small a share of the mean to tell them apart."""

    def curve(at: Column, mean: Column, sd: Column) -> Column:
        return np.where(sd < _SMALLEST_SPREAD * mean, normal(at, mean, sd), gamma(at, mean, sd))

    return curve


def _gamma_quantile(level: Column, mean: Column, sd: Column) -> Column:
    return _gammaincinv((mean / sd) ** 2, level) * (sd * (sd / mean)) - mean


def _gamma_tail(buffer: Column, mean: Column, sd: Column) -> Column:
    stock = np.maximum(mean + buffer, 0.0)
    return _gammaincc((mean / sd) ** 2, stock / sd * (mean / sd))


def _gamma_shortage(buffer: Column, mean: Column, sd: Column) -> Column:
    """E[(D - x)+] = mean P(D' > x) - x P(D > x), D' of one more in shape (integration by parts)."""
    shape, stock = (mean / sd) ** 2, np.maximum(mean + buffer, 0.0)
    scaled = stock / sd * (mean / sd)
    short = mean * _gammaincc(shape + 1, scaled) - stock * _gammaincc(shape, scaled)
    return np.maximum(short, 0.0) + np.maximum(-mean - buffer, 0.0)


def _countable(mean: Column, sd: Column) -> NDArray[np.bool_]:
    return mean + sd <= _LARGEST_COUNT


@dataclass(frozen=True, slots=True)
class _Counts:
    """A distribution of whole units, by P(D > n) and by P(D' > n) where n P(D = n) = mean P(D' = n - 1)."""

    tail_at: Curve
    next_tail_at: Curve
    large: Distribution

    def quantile(self, level: Column, mean: Column, sd: Column) -> Column:
        """Smallest whole number n with P(D <= n) >= level, by bisection between Cantelli's bounds."""
        counted = _countable(mean, sd)
        high = np.ceil(np.minimum(mean + sd * np.sqrt(level / (1 - level)), _LAST_WHOLE))
        low = np.maximum(np.floor(mean - sd * np.sqrt((1 - level) / level)) - 1, -1.0)
        low, high = np.where(counted, low, 0.0), np.where(counted, high, 0.0)
        while np.any(high - low > 1):
            middle = np.floor((low + high) / 2)
            enough = 1 - self.tail_at(middle, mean, sd) >= level
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        found = np.where(1 - self.tail_at(high, mean, sd) >= level, high - mean, np.nan)
        return np.where(counted, found, self.large.quantile(level, mean, sd))

    def tail(self, buffer: Column, mean: Column, sd: Column) -> Column:
        stock = mean + buffer
        whole = np.floor(stock + _ROUNDING * np.maximum(np.abs(stock), 1.0))
        tail = np.where(whole < 0, 1.0, self.tail_at(np.maximum(whole, 0.0), mean, sd))
        counted = _countable(mean, sd)
        return tail if counted.all() else np.where(counted, tail, self.large.tail(buffer, mean, sd))

    def shortage(self, buffer: Column, mean: Column, sd: Column) -> Column:
        """Straight between whole units: E[(D - x)+] = mean P(D' >= n) - n P(D > n) - (x - n) P(D > n)."""
        stock = mean + buffer
        whole = np.maximum(np.floor(stock), 0.0)
        tail = self.tail_at(whole, mean, sd)
        reached = np.where(whole > 0, self.next_tail_at(np.maximum(whole - 1, 0.0), mean, sd), 1.0)
        short = np.maximum(mean * reached - np.maximum(stock, 0.0) * tail, 0.0) + np.maximum(-stock, 0.0)
        return np.where(_countable(mean, sd), short, self.large.shortage(buffer, mean, sd))

    def distribution(self, spread: Callable[[Column, Column], Column]) -> Distribution:
        return Distribution(self.quantile, self.tail, self.shortage, spread)


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
        return np.where(over > 0, _betainc(count + 1, size, safe), _pdtrc(count, mean))

    return tail_at


_NORMAL = Distribution(_normal_quantile, _normal_tail, _normal_shortage, signed=True)
_GAMMA = Distribution(
    _or_normal(_gamma_quantile, _normal_quantile),
    _or_normal(_gamma_tail, _normal_tail),
    _or_normal(_gamma_shortage, _normal_shortage),
)
DISTRIBUTIONS: Mapping[str, Distribution] = {
    "normal": _NORMAL,
    "gamma": _GAMMA,
    "negbin": _Counts(_negbin_tail_with(0.0), _negbin_tail_with(1.0), _GAMMA).distribution(
        lambda mean, sd: np.where((sd > 0) & (_over(mean, sd) == 0), np.sqrt(mean), sd)
    ),
    "poisson": _Counts(_poisson_tail, _poisson_tail, _NORMAL).distribution(lambda mean, _sd: np.sqrt(mean)),
}
"""The shapes of demand by name.

gamma has shape (mean/sd)² and scale sd²/mean. negbin has that mean and sd too; where sd² <= mean, which no
negative binomial reaches, its limit stands in: the Poisson. poisson has the mean only and ignores the sd.
A sd of 0 is a demand that is always the mean, except for poisson.
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
    constant = np.where(buffer < -_ROUNDING * mean, 1.0, 0.0)
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


@np.errstate(all="ignore")
def buffer_for_shortage(shortage: ArrayLike, mean: ArrayLike, sd: ArrayLike, distribution: str) -> Floats:
    """Stock above the mean that leaves this expected shortage; 0 where demand is constant.

    Solves k in loss(mean + k sd) = shortage; k below -8 is refused: the target asks for no stock at all.

    >>> round(float(buffer_for_shortage(0.4166, 20, 5, "normal")), 3)
    5.0
    """
    above(0, shortage=shortage)
    shape, mean, sd = _fitted(mean, sd, distribution)
    short, mean, sd = np.broadcast_arrays(np.asarray(shortage, dtype=float), mean, sd)
    varies = sd > 0
    unit = np.where(varies, sd, 1.0)
    k = np.where(varies, _falling_root(shape, short / unit, mean, unit), 0.0)
    require(~(k < -8), "the fill rate is reached with no stock at all: k must be >= -8", k)
    return (k * unit)[()]


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
