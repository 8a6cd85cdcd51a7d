"""Smoothing one history with constants that are given, or fitted to it."""

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from xlinventory.core.checks import require, within
from xlinventory.core.errors import NotEnoughData
from xlinventory.core.forecasting.histories import Column, powers_of_two, single_history
from xlinventory.core.forecasting.seasons import season_lengths
from xlinventory.core.forecasting.smoothing import (
    Array,
    Constants,
    State,
    ahead_of,
    holt_start,
    seasonal_start,
    simple_start,
    walk,
)

Constant: TypeAlias = float | Literal["fit"] | None
"""A smoothing constant: a number, "fit", or None to leave its part out."""

LIMITS = {"alpha": (0.0, 1.0), "beta": (0.0, 1.0), "gamma": (0.0, 1.0), "phi": (0.8, 0.98)}
"""Where a constant is looked for; damping by less than 2 % or more than 20 % a period is not told apart."""
LEFT_OUT = {"beta": 0.0, "gamma": 0.0, "phi": 1.0}
POINTS = 5
ROUNDS = 14
NARROWING = 0.5


def smooth(
    history: ArrayLike,
    alpha: Constant = "fit",
    beta: Constant = None,
    gamma: Constant = None,
    phi: Constant = None,
    season_length: int = 0,
    season: str = "add",
    horizon: int = 1,
) -> Column:
    """Forecasts (horizon,) of a history (n_periods,) by exponential smoothing.

    Without beta there is no trend, without gamma no season, without phi no damping. "fit" takes the constant
    with the least sum of squared errors one period ahead.

    >>> smooth([110, 115, 125, 120, 125, 120, 130, 115, 110, 130], 0.2).round(4)
    array([119.8114])
    """
    values = single_history(history)
    length = _season_length(values, gamma, season_length)
    given: dict[str, Constant] = {
        "alpha": alpha,
        "beta": beta,
        "gamma": gamma if length else None,
        "phi": phi,
    }
    if beta is None:
        given["phi"] = None
    scale = powers_of_two(values[None, :])
    rows = values[None, :] / scale
    if length and season == "mul":
        require(~(rows <= 0), "history must be > 0 for a multiplicative season", values)
    start = _start(rows, length, season, trended=beta is not None)
    constants = _fitted(rows, start, given, season)
    *_, last = walk(rows, start, constants, season)
    ahead: Column = ahead_of(last.state, constants.phi, rows.shape[1], horizon, season)[0]
    ahead *= scale[0]
    return ahead


def _season_length(values: Column, gamma: Constant, season_length: int) -> int:
    """Season asked for, or found; 0 when there is to be none."""
    if gamma is None:
        return 0
    length = int(season_lengths(values[None, :])[0]) if season_length == 1 else season_length
    require(season_length == 1 or length >= 2, "season_length must be >= 2 where gamma is given", length)
    if 2 * length > len(values):
        raise NotEnoughData(f"history must have 2 seasons of {length} periods, got {len(values)}")
    return length


def _start(rows: Array, season_length: int, season: str, *, trended: bool) -> State:
    if not season_length:
        return holt_start(rows) if trended else simple_start(rows)
    start = seasonal_start(rows, season_length, season)
    return start if trended else start._replace(trend=np.zeros_like(start.trend))


def _fitted(rows: Array, start: State, given: dict[str, Constant], season: str) -> Constants:
    """The constants, those to be fitted by a grid that closes in on its best point."""
    fixed: dict[str, ArrayLike] = {}
    for name, value in given.items():
        if value is not None and value != "fit":
            within(0, 1, **{name: value})
            fixed[name] = value
        elif value is None:
            fixed[name] = LEFT_OUT[name]
    free = [name for name, value in given.items() if value == "fit"]
    best = {name: sum(LIMITS[name]) / 2 for name in free}
    width = 0.5
    for _ in range(ROUNDS if free else 0):
        axes = [_axis(name, best[name], width) for name in free]
        grid = dict(zip(free, (axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")), strict=True))
        errors = _squared_errors(rows, start, fixed | {n: v[:, None] for n, v in grid.items()}, season)
        place = int(np.argmin(np.where(np.isfinite(errors), errors, np.inf)))
        best = {name: float(values[place]) for name, values in grid.items()}
        width *= NARROWING
    return Constants(**fixed | best)


def _axis(name: str, middle: float, width: float) -> Column:
    low, high = LIMITS[name]
    return np.clip(middle + np.linspace(-width, width, POINTS) * (high - low), low, high)


def _squared_errors(rows: Array, start: State, constants: dict[str, ArrayLike], season: str) -> Column:
    """Sum of squared errors at each point of a grid."""
    shape = np.broadcast_shapes(*(np.shape(value) for value in constants.values()))
    total = np.zeros(shape)
    with np.errstate(all="ignore"):
        for step in walk(rows, start, Constants(**constants), season):
            total += step.error**2
    return total[:, 0]
