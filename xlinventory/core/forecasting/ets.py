"""Exponential smoothing chosen by information criterion and fitted by maximum likelihood: statsmodels' ETS.

It is imported when it is asked for by name only, since it takes seconds, and its fits take a hundred times
as long as the methods of this package.
"""

import warnings
from itertools import product
from typing import Any

import numpy as np

from xlinventory.core.errors import OutOfDomain
from xlinventory.core.forecasting.grids import Fit
from xlinventory.core.forecasting.histories import Column, Matrix, carried_forward, first_periods

TRENDS: tuple[dict[str, Any], ...] = ({}, {"trend": "add", "damped_trend": True})
"""Trends that are tried; errors are additive, seasons additive and none."""


def ets(rows: Matrix, season: int, horizon: int) -> Fit:
    """The model of the least corrected AIC; a missing period repeats the one before it.

    #NUM!: statsmodels finds no model.
    """
    first, filled = first_periods(rows), carried_forward(rows)
    fits = [_one(row[start:], season, horizon) for row, start in zip(filled, first, strict=True)]
    mean, variance, carry = zip(*fits, strict=True)
    return Fit(np.array(mean), np.array(variance), np.array(carry))


def _one(history: Column, season: int, horizon: int) -> tuple[Column, float, float]:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # noqa: PLC0415 - slow to import

    def fitted(shape: dict[str, Any]) -> Any:
        return ETSModel(history, **shape).fit(disp=False)

    seasons = [{"seasonal": "add", "seasonal_periods": season}] if 1 < season <= len(history) // 2 else []
    shapes = [trend | seasonal for trend, seasonal in product(TRENDS, [{}, *seasons])]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # fits that do not converge lose by their criterion
        results = [result for shape in shapes if (result := _or_none(fitted, shape)) is not None]
    if not results:
        raise OutOfDomain("ets finds no model for this history")
    best = min(results, key=lambda result: float(np.nan_to_num(result.aicc, nan=np.inf)))
    mean = np.asarray(best.forecast(horizon), dtype=float)
    return mean, float(np.mean(np.asarray(best.resid) ** 2)), float(best.smoothing_level)


def _or_none(fitted: Any, shape: dict[str, Any]) -> Any:
    try:
        return fitted(shape)
    except (ValueError, ArithmeticError, np.linalg.LinAlgError):
        return None
