"""Errors of point forecasts, a number a series: sMAPE (%), MASE and RMSSE.

Sources: Makridakis (1993), sMAPE; Hyndman & Koehler (2006), MASE; Makridakis, Spiliotis & Assimakopoulos
(2022), The M5 Accuracy competition, RMSSE. MASE is scaled by the seasonal naive forecast's errors of monthly
series with more than a season, else by the naive one's; RMSSE by the naive one's from the first sale on.
"""

from typing import NamedTuple

import numpy as np

from forecasting.series import Column, Matrix, SeriesSet

NOTHING = 1e-12
"""Forecast and demand below this are both zero, and sMAPE of them is zero."""


class Scores(NamedTuple):
    """Errors of each series; NaN where a history that never changes gives no scale."""

    smape: Column
    mase: Column
    rmsse: Column


def scores(series: SeriesSet, mean: Matrix) -> Scores:
    """The errors of forecasts (n_series, longest horizon) against the test parts."""
    rows = [
        _one(known, after, mean[i, : len(after)], int(series.season[i]) if series.kind == "monthly" else 1)
        for i, (known, after) in enumerate(zip(series.train, series.test, strict=True))
    ]
    return Scores(*np.array(rows).T)


def _one(known: Column, after: Column, forecast: Column, season: int) -> tuple[float, float, float]:
    error, size = np.abs(forecast - after), np.abs(forecast) + np.abs(after)
    lag = season if len(known) > season else 1
    scale = np.abs(known[lag:] - known[:-lag]).mean()
    sold = np.trim_zeros(known, "f")
    steps = np.diff(sold if len(sold) else known)
    square = np.mean(steps**2) if len(steps) else 0.0
    return (
        float(200 * np.mean(np.where(size > NOTHING, error / np.maximum(size, NOTHING), 0.0))),
        float(error.mean() / scale) if scale > 0 else np.nan,
        float(np.sqrt(np.mean(error**2) / square)) if square > 0 else np.nan,
    )
