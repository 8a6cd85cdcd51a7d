"""Smoothing one history with constants that are given, or fitted to it.

Fitted means the least sum of squared errors one period ahead. It often has several valleys, and narrow ones
near 0, so a search from one start is not enough: a grid, denser near 0, shows the valleys; finer grids
around the best few of them close in, all points at once. Nothing is random and nothing fails to converge.
"""

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, TypeAlias

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
FIRST_POINTS = {1: 33, 2: 17, 3: 11, 4: 7}
"""Points on each axis of the first grid, by the number of axes."""
VALLEYS = 4
POINTS = 5
ROUNDS = 18
NARROWING = 0.6
FIRST_WIDTH = 1.5
"""Half the side of the first finer grid, in steps of the grid before it."""


class Search(NamedTuple):
    """Which constants are looked for, and how to judge a list of them."""

    names: tuple[str, ...]
    error: Callable[[dict[str, Array]], Column]

    def at(self, places: Array) -> dict[str, Array]:
        """Constants at places (n_names, ...) from 0 to 1, cubed to lie denser near 0; phi evenly."""
        found = {}
        for name, place in zip(self.names, places, strict=True):
            low, high = LIMITS[name]
            found[name] = low + (high - low) * (place if name == "phi" else place**3)
        return found

    def errors(self, places: Array) -> Array:
        """Squared error at each of the places (n_names, ...); infinite where it is not a number."""
        constants = {name: values.ravel() for name, values in self.at(places).items()}
        errors = self.error(constants).reshape(places.shape[1:])
        return np.where(np.isfinite(errors), errors, np.inf)


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
    given: dict[str, Constant] = {"alpha": alpha, "beta": beta, "gamma": gamma, "phi": phi}
    within(0, 1, **{name: value for name, value in given.items() if isinstance(value, int | float)})
    given |= {"gamma": gamma if length else None, "phi": phi if beta is not None else None}
    scale = powers_of_two(values[None, :])
    rows = values[None, :] / scale
    if length and season == "mul":
        require(~(rows <= 0), "history must be > 0 for a multiplicative season", values)
    start = _start(rows, length, season, trended=beta is not None)
    constants = fitted_constants(rows, start, given, season)
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


def fitted_constants(rows: Array, start: State, given: Mapping[str, Constant], season: str) -> Constants:
    """The constants as given, left out, or fitted."""
    fixed: dict[str, ArrayLike] = {}
    for name, value in given.items():
        if value is None:
            fixed[name] = LEFT_OUT[name]
        elif value != "fit":
            fixed[name] = value
    free = tuple(name for name in given if name not in fixed)
    if not free:
        return Constants(**fixed)

    def error(constants: dict[str, Array]) -> Column:
        grid = {name: values[:, None] for name, values in constants.items()}
        return _squared_errors(rows, start, Constants(**fixed | grid), season)

    return Constants(**fixed | _least(Search(free, error)))


def _least(search: Search) -> dict[str, float]:
    """The constants with the least error."""
    axis = np.linspace(0, 1, FIRST_POINTS[len(search.names)])
    middles = _valleys(search, _grid(axis, len(search.names)))
    width = FIRST_WIDTH * axis[1]
    around = _grid(np.linspace(-1, 1, POINTS), len(search.names)).reshape(len(search.names), 1, -1)
    for _ in range(ROUNDS):
        places = np.clip(middles[:, :, None] + width * around, 0.0, 1.0)
        nearest = search.errors(places).argmin(axis=1)[None, :, None]
        middles = np.take_along_axis(places, nearest, axis=2)[:, :, 0]
        width *= NARROWING
    chosen = search.at(middles[:, search.errors(middles).argmin()])
    return {name: float(value) for name, value in chosen.items()}


def _grid(axis: Column, dimensions: int) -> Array:
    """Points (dimensions, n, n, ...) of a grid with the same axis in each dimension."""
    return np.stack(np.meshgrid(*[axis] * dimensions, indexing="ij"))


def _valleys(search: Search, places: Array) -> Array:
    """The lowest few of the places (n_names, n_valleys) that are no higher than those around them."""
    errors = search.errors(places)
    around = np.pad(errors, 1, constant_values=np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(around, [3] * errors.ndim)
    lowest = windows.min(axis=tuple(range(errors.ndim, 2 * errors.ndim)))
    valleys = np.where(errors <= lowest, errors, np.inf).ravel()
    order = np.argsort(valleys, kind="stable")[:VALLEYS]
    return places.reshape(len(places), -1)[:, order]


def _squared_errors(rows: Array, start: State, constants: Constants, season: str) -> Column:
    """Sum of squared errors at each point of a grid (n_points, 1) of constants."""
    total: Array = np.zeros(())
    with np.errstate(all="ignore"):
        for step in walk(rows, start, constants, season):
            total = total + step.error**2
    return total[:, 0]
