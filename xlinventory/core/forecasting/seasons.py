"""How long a season is, if there is one: do the same phases of every cycle stand above and below it?

For each candidate length m the history is cut into cycles of m periods, back from its end. Its line and
then the mean of each cycle are taken off, which leaves the means of the m phases and what they do not
explain; an F test compares the two. The chances of a false season share the significance: 0.8 of it goes to
the lengths of the calendar, 0.2 to all others, so that searching 51 lengths finds hardly more seasons in
noise than testing one. The least likely length must then stand two more tests. Errors that follow their
predecessors make waves that look like seasons, so their autocorrelation r, as far as it is more than a
standard error, leaves only (1 - r) / (1 + r) of the degrees of freedom. And as two seasons fit as well as
one, a shorter season that divides it is taken if the longer one does not explain clearly more.

Source: F test of a randomised block design, such as Montgomery (2017), Design and analysis of experiments,
ch. 4; effective sample size of an autoregressive error, Bayley & Hammersley (1946), J. of the Royal
Statistical Society (supplement) 8.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc

from xlinventory.core.checks import at_least
from xlinventory.core.forecasting.histories import Column, Matrix, powers_of_two

LONGEST = 52
SIGNIFICANCE = 0.05
CALENDAR = (4, 6, 7, 12, 13, 24, 26, 52)
"""Quarters, days, weeks, months and hours in the cycles that people live by."""
CALENDAR_SHARE = 0.8
EXACT = 1e-20
"""Share of the unexplained below which it is rounding."""
CLEAR = 0.3
"""Autocorrelation over one season of known length above which demand repeats itself."""


class Phases(NamedTuple):
    """Histories cut into cycles: mean and number of the periods of each phase, errors around the means."""

    means: Matrix
    counts: Matrix
    errors: Matrix
    freedom: Column

    def chance(self, shorter: int = 1, kept: Column | float = 1.0) -> Column:
        """Chance of phases that differ so clearly in noise, beyond those of a *shorter* season that divides.

        *kept* is the share of the degrees of freedom that is left. 1 where nothing can be told.
        """
        counts = self.counts.reshape(len(self.counts), -1, shorter)
        means = self.means.reshape(counts.shape)
        common = np.sum(counts * means, axis=1, keepdims=True)
        common /= np.maximum(np.sum(counts, axis=1, keepdims=True), 1.0)
        explained = np.sum(counts * (means - common) ** 2, axis=(1, 2))
        unexplained = np.einsum("ij,ij->i", self.errors, self.errors)
        total = unexplained + np.einsum("ij,ij,ij->i", self.counts, self.means, self.means)
        between, within = float(self.means.shape[1] - shorter), np.maximum(self.freedom, 1.0)
        exact = unexplained <= EXACT * total
        ratio = (explained / between) / (np.where(exact, 1.0, unexplained) / within)
        chance = np.where(exact, 0.0, fdtrc(between * kept, within * kept, ratio))
        return np.where((self.freedom > 0) & (explained > EXACT * total), chance, 1.0)

    def independent_share(self) -> Column:
        """(1 - r) / (1 + r) of the errors' autocorrelation r, as far as it is more than a standard error."""
        squares = np.einsum("ij,ij->i", self.errors, self.errors)
        products = np.einsum("ij,ij->i", self.errors[:, 1:], self.errors[:, :-1])
        by_chance = 1 / np.sqrt(self.errors.shape[1])
        correlation = np.maximum(products / np.where(squares > 0, squares, 1.0) - by_chance, 0.0)
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
    found: NDArray[np.int_] = np.zeros(len(rows), dtype=int)
    if not len(lengths):
        return found
    known = (~np.isnan(rows)).astype(float)
    rows = rows / powers_of_two(rows)
    rest = _detrended(rows)
    limits = dict(zip(lengths.tolist(), _limits(lengths), strict=True))
    chances = np.stack([_phases(rest, known, m).chance() / limit for m, limit in limits.items()], axis=1)
    likely = lengths[::-1][chances[:, ::-1].argmin(axis=1)]  # the longest of those that leave no error
    likely = np.where(chances.min(axis=1) < 1, likely, 0)
    for length in np.unique(likely[likely > 0]):
        mine = np.flatnonzero(likely == length)
        phases = _phases(_detrended(rows[mine], int(length)), known[mine], int(length))
        divisors = [m for m in limits if length % m == 0]
        clear = chances[np.ix_(mine, np.array(divisors) - 2)] < 1
        found[mine] = _confirmed(phases, divisors, clear, limits[int(length)])
    return found


def _confirmed(
    phases: Phases, divisors: list[int], clear: NDArray[np.bool_], limit: float
) -> NDArray[np.int_]:
    """The season, or the shortest clear one that divides it and fits as well; 0 where its errors make it up.

    *divisors* are ascending and end with its own length; *clear*: (n_skus, n_divisors).
    """
    kept = phases.independent_share()
    found = np.full(len(kept), divisors[-1])
    for place in reversed(range(len(divisors) - 1)):
        as_good = phases.chance(divisors[place], kept) > SIGNIFICANCE
        found[clear[:, place] & as_good] = divisors[place]
    return np.where(phases.chance(kept=kept) < limit, found, 0)


def _limits(lengths: NDArray[np.int_]) -> Column:
    """The chance below which each candidate length is significant."""
    usual = np.isin(lengths, CALENDAR)
    shares = np.where(usual, CALENDAR_SHARE, 1 - CALENDAR_SHARE)
    limits: Column = SIGNIFICANCE * shares / np.where(usual, usual.sum(), (~usual).sum())
    return limits


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
    count = in_phase.sum(axis=1)
    freedom = count - np.count_nonzero(in_cycle, axis=1) - (length - 1)
    return Phases(phase_means, in_phase, errors, np.where(count >= 2 * length, freedom, 0.0))


def _detrended(rows: Matrix, length: int = 1) -> Matrix:
    """Each row less its line, fitted beside the means of a season's phases; 0 where a period is missing."""
    known = ~np.isnan(rows)
    time = np.broadcast_to(np.arange(rows.shape[1], dtype=float), rows.shape)
    values = np.where(known, rows, 0.0)
    steps = _less_phase_means(time, known, length)
    spread = np.sum(steps**2, axis=1, keepdims=True)
    rise = np.sum(steps * _less_phase_means(values, known, length), axis=1, keepdims=True)
    rest = _less_phase_means(values - rise / np.where(spread > 0, spread, 1.0) * time, known, 1)
    noise = 1e-12 * np.max(np.abs(values), axis=1, keepdims=True)
    return np.where(np.abs(rest) > noise, rest, 0.0)


def _less_phase_means(values: Matrix, known: NDArray[np.bool_], length: int) -> Matrix:
    """Values less the mean of those a whole number of seasons away; 0 where a period is missing."""
    centred = np.zeros(values.shape)
    for phase in range(length):
        here = known[:, phase::length]
        part = np.where(here, values[:, phase::length], 0.0)
        mean = part.sum(axis=1, keepdims=True) / np.maximum(here.sum(axis=1, keepdims=True), 1)
        centred[:, phase::length] = np.where(here, part - mean, 0.0)
    return centred
