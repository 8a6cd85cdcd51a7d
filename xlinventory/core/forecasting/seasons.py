"""How long a season is, if there is one: do the same phases of every cycle stand above and below it?

For each candidate length m the history is cut into cycles of m periods, back from its end. Its line and
then the mean of each cycle are taken off, which leaves the means of the m phases and what they do not
explain; an F test compares the two. The chances of a false season share the significance: 0.8 of it goes to
the lengths of the calendar, 0.2 to all others, so that searching 51 lengths finds hardly more seasons in
noise than testing one. The least likely length must then stand a second test: errors that follow their
predecessors make waves that look like seasons, so their autocorrelation r, as far as it is more than a
standard error, leaves only (1 - r) / (1 + r) of the degrees of freedom.

Source: F test of a randomised block design, such as Montgomery (2017), Design and analysis of experiments,
ch. 4; effective sample size of an autoregressive error, Bayley & Hammersley (1946), J. of the Royal
Statistical Society (supplement) 8.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc

from xlinventory.core.checks import at_least
from xlinventory.core.forecasting.histories import Column, Matrix, known_counts, powers_of_two

LONGEST = 52
SIGNIFICANCE = 0.05
CALENDAR = (4, 6, 7, 12, 13, 24, 26, 52)
"""Quarters, days, weeks, months and hours in the cycles that people live by."""
CALENDAR_SHARE = 0.8
NEARLY = 0.9
"""A shorter season is taken when the logarithm of its chance is this near to that of a multiple of it."""
EXACT = 1e-20
"""Share of the unexplained below which it is rounding."""
CLEAR = 0.3
"""Autocorrelation over one season of known length above which demand repeats itself."""


class Phases(NamedTuple):
    """What the phases of a season explain of each history, and what not, with its degrees of freedom."""

    explained: Column
    errors: Matrix
    freedom: Column
    length: int

    def chance(self, kept: Column | float = 1.0) -> Column:
        """Chance of so clear a season in noise when *kept* of the degrees of freedom are left; 1 = none."""
        unexplained = np.einsum("ij,ij->i", self.errors, self.errors)
        between, within = self.length - 1.0, np.maximum(self.freedom, 1.0)
        exact = unexplained <= EXACT * self.explained
        ratio = (self.explained / between) / (np.where(exact, 1.0, unexplained) / within)
        chance = np.where(exact, 0.0, fdtrc(between * kept, within * kept, ratio))
        return np.where((self.freedom > 0) & (self.explained > 0), chance, 1.0)

    def independent_share(self) -> Column:
        """(1 - r) / (1 + r) of the errors' autocorrelation r, as far as it is more than a standard error."""
        squares = np.einsum("ij,ij->i", self.errors, self.errors)
        products = np.einsum("ij,ij->i", self.errors[:, 1:], self.errors[:, :-1])
        chance = 1 / np.sqrt(self.errors.shape[1])
        correlation = np.maximum(products / np.where(squares > 0, squares, 1.0) - chance, 0.0)
        share: Column = (1 - correlation) / (1 + correlation)
        return share


def season_lengths(rows: Matrix, max_length: int = LONGEST) -> NDArray[np.int_]:
    """Periods in the season of each row (n_skus, n_periods); 0 where none is clear.

    A season of m periods is looked for in histories of at least 2 m known ones.

    >>> print(season_lengths(np.array([[5, 1, 1, 9] * 6, [1.0] * 24])))
    [4 0]
    """
    at_least(2, max_length=max_length)
    lengths = np.arange(2, min(int(max_length), rows.shape[1] // 2) + 1)
    found = np.zeros(len(rows), dtype=int)
    if not len(lengths):
        return found
    known = (~np.isnan(rows)).astype(float)
    rest = _detrended(rows / powers_of_two(rows))
    limits = _limits(lengths)
    chances = np.stack([_phases(rest, known, int(length)).chance() for length in lengths], axis=1)
    likely = _shortest_likely(chances / limits, lengths)
    for place in np.unique(likely[likely >= 0]):
        mine = np.flatnonzero(likely == place)
        phases = _phases(rest[mine], known[mine], int(lengths[place]))
        clear = phases.chance(phases.independent_share()) < limits[place]
        found[mine[clear]] = lengths[place]
    return found


def _limits(lengths: NDArray[np.int_]) -> Column:
    """The chance below which each candidate length is significant."""
    usual = np.isin(lengths, CALENDAR)
    shares = np.where(usual, CALENDAR_SHARE, 1 - CALENDAR_SHARE)
    limits: Column = SIGNIFICANCE * shares / np.where(usual, usual.sum(), (~usual).sum())
    return limits


def _shortest_likely(chances: Matrix, lengths: NDArray[np.int_]) -> NDArray[np.int_]:
    """Place of the least chance below 1, or of nearly the same one of a length that divides it; else -1."""
    best = chances.argmin(axis=1)[:, None]
    least = np.take_along_axis(chances, best, axis=1)
    fits = (lengths[best] % lengths == 0) & (chances <= least**NEARLY)
    return np.where(least[:, 0] < 1, fits.argmax(axis=1), -1)


def _phases(rest: Matrix, known: Matrix, length: int) -> Phases:
    """Cycles of *length* periods without their means, split into the means of their phases and errors."""
    short = -rest.shape[1] % length
    cycles = np.pad(rest, ((0, 0), (short, 0))).reshape(len(rest), -1, length)
    there = np.pad(known, ((0, 0), (short, 0))).reshape(cycles.shape)
    in_cycle, in_phase = np.einsum("ijk->ij", there), np.einsum("ijk->ik", there)
    cycle_means = np.einsum("ijk->ij", cycles) / np.maximum(in_cycle, 1.0)
    cycles = (cycles - cycle_means[:, :, None]) * there
    phase_means = np.einsum("ijk->ik", cycles) / np.maximum(in_phase, 1.0)
    errors = ((cycles - phase_means[:, None]) * there).reshape(len(rest), -1)
    explained = np.einsum("ik,ik,ik->i", in_phase, phase_means, phase_means)
    count = in_phase.sum(axis=1)
    freedom = count - np.count_nonzero(in_cycle, axis=1) - (length - 1)
    return Phases(explained, errors, np.where(count >= 2 * length, freedom, 0.0), length)


def _detrended(rows: Matrix) -> Matrix:
    """Each row less its least-squares line; 0 where a period is missing."""
    known = ~np.isnan(rows)
    count = np.maximum(known_counts(rows)[:, None], 1)
    time = np.where(known, np.arange(rows.shape[1], dtype=float), 0.0)
    values = np.where(known, rows, 0.0)
    time = np.where(known, time - time.sum(axis=1, keepdims=True) / count, 0.0)
    values = np.where(known, values - values.sum(axis=1, keepdims=True) / count, 0.0)
    spread = np.sum(time**2, axis=1, keepdims=True)
    slope = np.sum(time * values, axis=1, keepdims=True) / np.where(spread > 0, spread, 1.0)
    rest = values - slope * time
    noise = 1e-12 * np.max(np.abs(rows), axis=1, initial=0.0, where=known, keepdims=True)
    return np.where(np.abs(rest) > noise, rest, 0.0)
