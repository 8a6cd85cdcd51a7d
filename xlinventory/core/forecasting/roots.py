"""Where rising curves reach zero: many at once, each from its own guess, in a handful of evaluations.

The next place is where the line through the last two passes zero, kept between the bounds found so far; every
fourth time it is their middle, so that the bounds close whatever the curves look like. While there is no
bound on one side it goes outwards, in steps that double.

Source: Press, Teukolsky, Vetterling & Flannery (2007), Numerical Recipes, 3rd ed., ch. 9 (secant method kept
within its bracket).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.forecasting.histories import Column

ROUNDS = 100
EXACT = 1e-9
"""What is taken as zero, and the share of a step that is taken as no distance."""
FARTHEST = 8.0
"""Largest value of a curve that is looked at: beyond, it says no more than its sign."""


def rising_roots(
    curve: Callable[[Column, NDArray[np.int_]], Column],
    guess: Column,
    step: Column,
    counted: NDArray[np.bool_],
) -> Column:
    """The least place at which each curve is not below zero; where *counted*, the least whole one.

    curve: (places, which of the curves), nearly straight over some *step* (n,) around its *guess* (n,).

    >>> rising_roots(lambda at, _: at - 2.5, np.zeros(2), np.ones(2), np.array([False, True]))
    array([2.5, 3. ])
    """
    at, step = np.where(counted, np.floor(guess), guess), np.where(counted, np.maximum(step, 1.0), step)
    low, high = np.full(len(at), -np.inf), np.full(len(at), np.inf)
    before, height_before = np.full(len(at), np.nan), np.full(len(at), np.nan)
    nothing, live = np.where(counted, 1.0, EXACT * step), np.arange(len(at))
    for turn in range(1, ROUNDS + 1):
        here = at[live]
        height = np.clip(curve(here, live), -FARTHEST, FARTHEST)
        found = ~counted[live] & (np.abs(height) <= EXACT)
        low[live] = np.where((height < 0) & ~found, here, low[live])
        high[live] = np.where((height >= 0) | found, here, high[live])
        following = _next(here, height, before[live], height_before[live], step[live] * 2.0**turn)
        middle = (low[live] + high[live]) / 2
        inside = (following > low[live]) & (following < high[live]) & (turn % 4 > 0)
        following = np.where(inside | np.isinf(middle), following, middle)
        whole = np.clip(np.round(following), low[live] + 1, high[live] - 1)
        before[live], height_before[live] = here, height
        at[live] = np.where(counted[live], whole, following)
        live = live[~found & (high[live] - low[live] > nothing[live])]
        if not live.size:
            break
    return high


def _next(here: Column, height: Column, before: Column, height_before: Column, most: Column) -> Column:
    """Where the line through the last two places passes zero, *most* away at most; outwards without one."""
    rise = height - height_before
    sloping = rise * (here - before) > 0
    slope = rise / np.where(sloping, here - before, 1.0)
    away = np.where(sloping, -height / np.where(sloping, slope, 1.0), -np.copysign(most / 2, height))
    return np.asarray(here + np.clip(away, -most, most))
