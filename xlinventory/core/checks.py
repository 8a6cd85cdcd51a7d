"""Domain checks on whole columns: each names the argument, the rule and the first value that breaks it.

Checks are written as ``not (value >= limit)``, so that NaN never passes one.
"""

from reprlib import repr as shortened
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.errors import InventoryError, OutOfDomain, WrongInput

Floats: TypeAlias = NDArray[np.float64] | float
"""A number or a column of numbers: every closed-form function takes and gives either."""


def require(ok: ArrayLike, rule: str, value: ArrayLike, error: type[InventoryError] = OutOfDomain) -> None:
    """Raise *error* for the elements that are not *ok*, quoting the first offending *value*.

    >>> require([True, False], "lead_time must be >= 0", [1.0, -3.0])
    Traceback (most recent call last):
    xlinventory.core.errors.OutOfDomain: lead_time must be >= 0, got -3
    """
    bad = ~np.asarray(ok, dtype=bool)
    if bad.any():
        first = np.broadcast_to(np.asarray(value), bad.shape)[bad].flat[0]
        shown = f"{first:g}" if isinstance(first, float) else str(first)
        raise error(f"{rule}, got {shown}", bad)


def numbers(name: str, given: ArrayLike) -> NDArray[np.float64]:
    """The argument as floats; words and rows of unequal length are refused, None is NaN.

    >>> numbers("lead_time", "soon")
    Traceback (most recent call last):
    xlinventory.core.errors.WrongInput: lead_time must be numbers, got 'soon'
    """
    try:
        return np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise WrongInput(f"{name} must be numbers, got {shortened(given)}") from None


def one_number(**arguments: ArrayLike) -> None:
    """Every argument is a single number, which may be NaN."""
    for name, given in arguments.items():
        if numbers(name, given).ndim:
            raise WrongInput(f"{name} must be one number, got {shortened(given)}")


def at_least(limit: float, **arguments: ArrayLike) -> None:
    """Every argument is finite and >= *limit*."""
    for name, given in arguments.items():
        value = numbers(name, given)
        require(np.isfinite(value) & (value >= limit), f"{name} must be >= {limit:g}", value)


def above(limit: float, **arguments: ArrayLike) -> None:
    """Every argument is finite and > *limit*."""
    for name, given in arguments.items():
        value = numbers(name, given)
        require(np.isfinite(value) & (value > limit), f"{name} must be > {limit:g}", value)


def finite(**arguments: ArrayLike) -> None:
    """Every argument is a finite number."""
    for name, given in arguments.items():
        value = numbers(name, given)
        require(np.isfinite(value), f"{name} must be a number", value)


def strictly_between(low: float, high: float, **arguments: ArrayLike) -> None:
    """Every argument is > *low* and < *high*; a percentage typed as 95 is refused, never divided."""
    for name, given in arguments.items():
        value = numbers(name, given)
        rule = f"{name} must be strictly between {low:g} and {high:g}"
        require((value > low) & (value < high), rule, value)


def within(low: float, high: float, **arguments: ArrayLike) -> None:
    """Every argument is >= *low* and <= *high*."""
    for name, given in arguments.items():
        value = numbers(name, given)
        rule = f"{name} must be from {low:g} to {high:g}"
        require((value >= low) & (value <= high), rule, value)


def whole(low: float, high: float, **arguments: float) -> None:
    """Every argument is a whole number from *low* to *high*."""
    one_number(**arguments)
    within(low, high, **arguments)
    for name, value in arguments.items():
        require(float(value).is_integer(), f"{name} must be a whole number", value)
