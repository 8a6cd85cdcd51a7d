"""Demands without gaps: the curves of a normal, a gamma and a lognormal, each fitted to a mean and a sd.

Every curve takes the *buffer*, the stock above the mean, so that a small buffer on a large mean keeps its
digits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from xlinventory.core.checks import Floats

Column: TypeAlias = NDArray[np.float64]
Curve: TypeAlias = Callable[[Column, Column, Column], Column]

_ndtri: Callable[..., Column] = special.ndtri
_ndtr: Callable[..., Column] = special.ndtr
_erfcx: Callable[..., Column] = special.erfcx
_gammaincinv: Callable[..., Column] = special.gammaincinv
_gammaincc: Callable[..., Column] = special.gammaincc

_SMALLEST_SPREAD = 1e-7
"""A shape whose sd is a smaller share of its mean has no skew left that a float could show: it is normal."""

_SMALLEST_SPREAD_SQUARED = 1e-4
"""The same for the lognormal's squares, from which the squared mean is taken off: its digits go first."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """A shape of demand by its curves of (buffer or level, mean, sd), and the sd it really has.

    ``quantile`` gives the buffer that covers a level, ``tail`` the probability that demand exceeds the
    buffer, ``shortage`` the expected units by which it does, ``squared`` half the expected square of them,
    which is the shortage added up over all buffers from this one on.
    """

    quantile: Curve
    tail: Curve
    shortage: Curve
    squared: Curve
    spread: Callable[[Column, Column], Column] = lambda _mean, sd: sd
    signed: bool = False
    whole: bool = False


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


def _normal_squared(buffer: Column, _mean: Column, sd: Column) -> Column:
    """σ² ((1 - Φ(z)) - z G(z)) / 2 (Snyder & Shen 2019, appendix C.3)."""
    z = buffer / sd
    return np.maximum(_ndtr(-z) - z * unit_normal_loss(z), 0.0) / 2 * sd * sd


def _or_normal(skewed: Curve, normal: Curve, smallest: float = _SMALLEST_SPREAD) -> Curve:
    """The skewed curve, or the normal's where the sd is too small a share of the mean to tell them apart."""

    def curve(at: Column, mean: Column, sd: Column) -> Column:
        return np.where(sd < smallest * mean, normal(at, mean, sd), skewed(at, mean, sd))

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


def _gamma_squared(buffer: Column, mean: Column, sd: Column) -> Column:
    """In units of the scale, with shape k and b the buffer: (P(D > x) (b² + k) - k f (b - 1)) / 2.

    f = P(D' > x) - P(D > x), D' of one more in shape; below no stock at all it is (sd² + buffer²) / 2.
    """
    scale, shape = sd * (sd / mean), (mean / sd) ** 2
    stock, above = np.maximum(mean + buffer, 0.0) / scale, buffer / scale
    tail = _gammaincc(shape, stock)
    more = _gammaincc(shape + 1, stock) - tail
    half = (tail * (above * above + shape) - shape * more * (above - 1)) / 2 * scale * scale
    return np.where(buffer < -mean, (sd * sd + buffer * buffer) / 2, np.maximum(half, 0.0))


def _logarithm(buffer: Column, mean: Column, sd: Column) -> tuple[Column, Column]:
    """How many of its sds the logarithm of the stock lies below that of the median, and that sd."""
    spread = np.sqrt(np.log1p((sd / mean) ** 2))
    return (-np.log1p(np.maximum(buffer / mean, -1.0)) - spread * spread / 2) / spread, spread


def _lognormal_quantile(level: Column, mean: Column, sd: Column) -> Column:
    spread = np.sqrt(np.log1p((sd / mean) ** 2))
    return np.expm1(spread * _ndtri(level) - spread * spread / 2) * mean


def _lognormal_tail(buffer: Column, mean: Column, sd: Column) -> Column:
    return _ndtr(_logarithm(buffer, mean, sd)[0])


def _lognormal_shortage(buffer: Column, mean: Column, sd: Column) -> Column:
    """E[(D - x)+] = mean Φ(d + s) - x Φ(d), d as ``_logarithm`` gives it and s its sd."""
    below, spread = _logarithm(buffer, mean, sd)
    stock = np.maximum(mean + buffer, 0.0)
    short = mean * _ndtr(below + spread) - stock * _ndtr(below)
    return np.maximum(short, 0.0) + np.maximum(-mean - buffer, 0.0)


def _lognormal_squared(buffer: Column, mean: Column, sd: Column) -> Column:
    """(E[D²] Φ(d + 2s) - 2 x mean Φ(d + s) + x² Φ(d)) / 2; below no stock at all (sd² + buffer²) / 2."""
    below, spread = _logarithm(buffer, mean, sd)
    stock = np.maximum(mean + buffer, 0.0)
    half = (
        (mean * mean + sd * sd) * _ndtr(below + 2 * spread)
        - 2 * stock * mean * _ndtr(below + spread)
        + stock * stock * _ndtr(below)
    ) / 2
    return np.where(buffer < -mean, (sd * sd + buffer * buffer) / 2, np.maximum(half, 0.0))


NORMAL = Distribution(_normal_quantile, _normal_tail, _normal_shortage, _normal_squared, signed=True)
GAMMA = Distribution(
    _or_normal(_gamma_quantile, _normal_quantile),
    _or_normal(_gamma_tail, _normal_tail),
    _or_normal(_gamma_shortage, _normal_shortage),
    _or_normal(_gamma_squared, _normal_squared),
)
LOGNORMAL = Distribution(
    _or_normal(_lognormal_quantile, _normal_quantile),
    _or_normal(_lognormal_tail, _normal_tail),
    _or_normal(_lognormal_shortage, _normal_shortage),
    _or_normal(_lognormal_squared, _normal_squared, _SMALLEST_SPREAD_SQUARED),
)
