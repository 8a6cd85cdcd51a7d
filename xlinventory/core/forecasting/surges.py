"""Peaks ahead that one year of history shows but cannot prove: demand a year ago far above the forecast.

A season takes two years to be seen. An item with less may have had a peak in the very periods that are
coming; its forecast knows nothing of it, and the planner should.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.forecasting.histories import Column, Matrix, first_periods, powers_of_two, whole_units
from xlinventory.core.forecasting.patterns import LONGEST_INTERVAL, mean_interval

SURGE = 1.5
"""Demand a year ago over the forecast, from which on it is a surge.

Measured on 1,000 monthly series (M1, M3, tourism, hospital) from three origins, cut to the 12 to 23 months
before them, with all rules of this module. Of the flags came true (the coming 3 and 6 months sold 1.25 times
the forecast or more, as 9 % of all did) 68 and 77 % from 1.3 on, 76 and 87 % from 1.5, 90 and 97 % from 2; of
the surges were flagged 22 and 32 %, 17 and 23 %, 9 and 12 %. For a single coming month 42 % came true.
"""
NOISE = 2.0
"""Standard deviations of the other periods' demand that a surge is above the forecast at least."""
ABOVE_LINE = 1.2
"""Demand a year ago over the line through all other periods: less is a decline that has gone on since."""
SPARSE_NOISE = 3.0
"""The same as NOISE for demand that comes now and then, where a few demands together are mostly chance."""
SPARSE_DEMANDS = 4
"""Periods with demand that a surge of such demand has, twice as close together as in the other periods.

With two or three 34 % of the flags of 650 series of parts came true, and 27 % of all; with four 59 and 30 %.
"""
LEAST_REST = 4
"""Other known periods without which nothing can be told."""


def surge_ratios(
    rows: Matrix, mean: Matrix, season_length: ArrayLike, periods_per_year: int | None
) -> Column:
    """Demand a year ago over the forecast (n_skus,) where that is a surge no season can prove; NaN elsewhere.

    rows: histories (n_skus, n_periods); mean (n_skus, steps): forecasts; season_length (n_skus,): periods of
    the season a forecast uses, 0 for none. Told of items with at least one and less than two years of history
    whose forecast uses no season of a year. Of more steps than a year the first year counts.

    >>> year = [10, 11, 30, 31, 10, 9, 11, 10, 9, 10, 11, 10, 10, 11]
    >>> print(surge_ratios(np.array([year]) * 1.0, np.array([[10.0, 10.0]]), [0], 12))
    [3.05]
    """
    none = np.full(len(rows), np.nan)
    if not periods_per_year or rows.shape[1] < periods_per_year:
        return none
    scale = powers_of_two(rows)
    year = _Year(rows / scale, mean / scale, periods_per_year)
    lasted = rows.shape[1] - first_periods(rows)
    able = (lasted >= periods_per_year) & (lasted < 2 * periods_per_year)
    able &= (np.asarray(season_length) < periods_per_year) & (year.others >= LEAST_REST)
    unit = np.where(whole_units(rows), 1 / scale[:, 0], 0.0)
    found = able & (year.sold >= SURGE * year.foreseen) & year.stands_out(unit) & (year.foreseen > 0)
    return np.where(found, year.sold / np.where(found, year.foreseen, 1.0), none)


class _Year:
    """The coming periods a year ago beside the forecast for them and beside the other periods."""

    def __init__(self, rows: Matrix, mean: Matrix, periods_per_year: int) -> None:
        start = rows.shape[1] - periods_per_year
        steps = min(mean.shape[1], periods_per_year)
        known = ~np.isnan(rows)
        self.there, self.rest = known.copy(), known.copy()
        self.there[:, :start] = self.there[:, start + steps :] = False
        self.rest[:, start : start + steps] = False
        self.values = np.where(known, rows, 0.0)
        self.sparse = mean_interval(rows) >= LONGEST_INTERVAL
        self.sold = np.sum(self.values, axis=1, where=self.there)
        self.foreseen = np.sum(mean[:, :steps], axis=1, where=self.there[:, start : start + steps])
        self.periods, self.others = self.there.sum(axis=1), self.rest.sum(axis=1)

    def stands_out(self, unit: Column) -> NDArray[np.bool_]:
        """Whether more was sold than chance, a decline or a few demands now and then explain."""
        noise = np.where(self.sparse, SPARSE_NOISE, NOISE) * np.sqrt(self._variance(unit))
        clear = self.sold - self.foreseen > noise
        dense = self._share(self.there) >= 2 * self._share(self.rest)
        dense &= np.sum((self.values > 0) & self.there, axis=1) >= SPARSE_DEMANDS
        return np.asarray(clear & (self.sold > ABOVE_LINE * self._line()) & (~self.sparse | dense))

    def _variance(self, unit: Column) -> Column:
        """Of a total of as many other periods around their mean; at least that of a Poisson distribution."""
        middle = self._mean(self.values)
        around = np.sum((self.values - middle[:, None]) ** 2, axis=1, where=self.rest)
        around /= np.maximum(self.others - 1, 1)
        total = self.periods * around * (1 + self.periods / np.maximum(self.others, 1))
        return np.asarray(np.maximum(total, unit * self.foreseen))

    def _line(self) -> Column:
        """Total of the periods a year ago on the line through the others."""
        time = np.broadcast_to(np.arange(self.values.shape[1], dtype=float), self.values.shape)
        middle, level = self._mean(time), self._mean(self.values)
        away = time - middle[:, None]
        rise = np.sum(away * self.values, axis=1, where=self.rest)
        rise /= np.maximum(np.sum(away**2, axis=1, where=self.rest), 1.0)
        return np.asarray(self.periods * level + rise * np.sum(away, axis=1, where=self.there))

    def _share(self, which: NDArray[np.bool_]) -> Column:
        """Share of these periods that have demand."""
        return np.asarray(np.sum((self.values > 0) & which, axis=1) / np.maximum(which.sum(axis=1), 1))

    def _mean(self, values: Matrix) -> Column:
        """Mean over the other periods."""
        return np.asarray(np.sum(values, axis=1, where=self.rest) / np.maximum(self.others, 1))
