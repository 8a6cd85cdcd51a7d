"""Naive2, the yardstick of the M competitions: the last value, with the season where a test finds one.

Source: Makridakis, Spiliotis & Assimakopoulos (2020), The M4 Competition, International Journal of
Forecasting 36, 54-74, and the code published with it.
"""

import numpy as np

from forecasting.series import Column, Matrix, SeriesSet

LONGEST_SEASON = 12
ONE_SIDED_5_PERCENT = 1.645


def naive2(series: SeriesSet) -> Matrix:
    """Forecasts (n_series, longest horizon); NaN beyond a series' own horizon."""
    mean = np.full((len(series), int(series.horizon.max())), np.nan)
    for row, known, season, horizon in zip(mean, series.train, series.season, series.horizon, strict=True):
        row[:horizon] = _one(known, int(season), int(horizon))
    return mean


def _one(known: Column, season: int, horizon: int) -> Column:
    if season > LONGEST_SEASON or (known <= 0).any() or not _is_seasonal(known, season):
        return np.repeat(known[-1], horizon)
    indices = _indices(known, season)
    phases = (len(known) + np.arange(horizon)) % season
    ahead: Column = known[-1] / indices[(len(known) - 1) % season] * indices[phases]
    return ahead


def _is_seasonal(known: Column, season: int) -> bool:
    """Whether the autocorrelation at the season stands out, 90 % two-sided, over three seasons at least."""
    if season <= 1 or len(known) < 3 * season:
        return False
    rest = known - known.mean()
    total = (rest**2).sum()
    if total <= 0:
        return False
    at_lag = np.array([(rest[lag:] * rest[:-lag]).sum() for lag in range(1, season + 1)]) / total
    limit = ONE_SIDED_5_PERCENT * np.sqrt((1 + 2 * (at_lag[:-1] ** 2).sum()) / len(known))
    return bool(abs(at_lag[-1]) > limit)


def _indices(known: Column, season: int) -> Column:
    """Multiplicative indices of a classical decomposition, by the place of a period % season."""
    kernel = np.ones(season + 1 if season % 2 == 0 else season)
    if season % 2 == 0:
        kernel[[0, -1]] = 0.5
    trend = np.convolve(known, kernel / season, "valid")
    start = (len(known) - len(trend)) // 2
    ratio, phase = known[start : start + len(trend)] / trend, np.arange(start, start + len(trend)) % season
    means = np.array([ratio[phase == place].mean() for place in range(season)])
    return np.asarray(means * season / means.sum())
