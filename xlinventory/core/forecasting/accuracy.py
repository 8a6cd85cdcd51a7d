"""How good a forecast was: errors are actual - forecast, so a positive one means too little was foreseen.

Source: Hyndman & Koehler (2006), Another look at measures of forecast accuracy, Int. J. of Forecasting 22
(MASE); Makridakis, Spiliotis & Assimakopoulos (2022), M5, Int. J. of Forecasting 38 (RMSSE).
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from xlinventory.core.checks import require
from xlinventory.core.errors import NotEnoughData, UndefinedRatio, WrongInput
from xlinventory.core.forecasting.histories import Column, powers_of_two


class Compared(NamedTuple):
    """Actual values and forecasts of the same periods, and the history a scaled error is measured against."""

    actual: Column
    forecast: Column
    history: Column
    season_length: int

    @property
    def error(self) -> Column:
        """Actual - forecast."""
        return self.actual - self.forecast


def forecast_error(
    actual: ArrayLike,
    forecast: ArrayLike,
    metric: str = "WAPE",
    history: ArrayLike | None = None,
    season_length: int = 1,
) -> float:
    """One measure of the error of a forecast; periods in which either is missing are left out.

    actual, forecast: (n_periods,). MASE and RMSSE are scaled by the seasonal naive forecast within *history*
    (season_length 0 or 1: by the naive one).

    >>> forecast_error([22, 20, 15, 22], [19, 19, 19, 19], "MAE")
    2.75
    """
    past = np.empty(0) if history is None else np.ravel(np.asarray(history, dtype=float))
    values, foreseen = _pairs(actual, forecast)
    scale = _scale(values, foreseen, past)
    compared = Compared(values / scale, foreseen / scale, past / scale, max(int(season_length), 1))
    measure = METRICS[metric]
    return float(measure.of(compared)) * (scale if measure.in_units else 1.0)


def tracking_signal(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Cumulative error over the mean absolute error, both to date: beyond ±4 the forecast is biased.

    Source: Brown (1963), Smoothing, Forecasting and Prediction; Heizer & Render, ch. 4.

    >>> round(tracking_signal([8, 11, 12, 14], [10, 10, 10, 10]), 4)
    2.2222
    """
    values, foreseen = _pairs(actual, forecast)
    scale = _scale(values, foreseen)
    error = values / scale - foreseen / scale
    return float(_over(error.sum(), np.abs(error).mean(), "the mean absolute error must not be 0"))


class Measure(NamedTuple):
    """How an error is measured, and whether in units rather than as a ratio."""

    of: Callable[[Compared], float]
    in_units: bool = False


def _pairs(actual: ArrayLike, forecast: ArrayLike) -> tuple[Column, Column]:
    values, foreseen = (np.ravel(np.asarray(given, dtype=float)) for given in (actual, forecast))
    if values.shape != foreseen.shape:
        raise WrongInput(f"actual and forecast must be equally long, got {len(values)} and {len(foreseen)}")
    known = ~(np.isnan(values) | np.isnan(foreseen))
    if not known.any():
        raise NotEnoughData("actual and forecast have no period in common")
    return values[known], foreseen[known]


def _scale(*numbers: Column) -> float:
    """A power of two that brings all numbers below 1, so that neither squares nor sums of them overflow."""
    return float(powers_of_two(np.concatenate(numbers)[None, :])[0, 0])


def _over(above: float, below: float, rule: str) -> float:
    require(below != 0, rule, below, UndefinedRatio)
    return above / below


def _wape(pairs: Compared) -> float:
    total = float(np.abs(pairs.actual).sum())
    return _over(float(np.abs(pairs.error).sum()), total, "the actuals must not all be 0")


def _mape(pairs: Compared) -> float:
    require(pairs.actual != 0, "MAPE needs every actual to differ from 0", pairs.actual, UndefinedRatio)
    return float(np.mean(np.abs(pairs.error / pairs.actual)))


def _smape(pairs: Compared) -> float:
    """Mean of 2 |error| / (|actual| + |forecast|); a period in which both are 0 counts 0."""
    size = np.abs(pairs.actual) + np.abs(pairs.forecast)
    return float(np.mean(2 * np.abs(pairs.error) / np.where(size > 0, size, 1.0)))


def _naive_steps(pairs: Compared) -> Column:
    """What the (seasonal) naive forecast missed by within the history."""
    steps = pairs.history[pairs.season_length :] - pairs.history[: -pairs.season_length]
    steps = steps[~np.isnan(steps)]
    if not steps.size:
        raise NotEnoughData("history must be longer than a season, to scale the error by")
    return steps


def _scaled(pairs: Compared, power: int) -> float:
    """Mean |error|^power over that of the naive forecast within the history."""
    naive = float(np.mean(np.abs(_naive_steps(pairs)) ** power))
    return _over(float(np.mean(np.abs(pairs.error) ** power)), naive, "the history must not be constant")


METRICS: Mapping[str, Measure] = {
    "MAE": Measure(lambda pairs: float(np.mean(np.abs(pairs.error))), in_units=True),
    "RMSE": Measure(lambda pairs: float(np.sqrt(np.mean(pairs.error**2))), in_units=True),
    "WAPE": Measure(_wape),
    "MAPE": Measure(_mape),
    "SMAPE": Measure(_smape),
    "BIAS": Measure(lambda pairs: float(np.mean(pairs.error)), in_units=True),
    "MASE": Measure(lambda pairs: _scaled(pairs, 1)),
    "RMSSE": Measure(lambda pairs: float(np.sqrt(_scaled(pairs, 2)))),
}
"""Measures by name; percentages are ratios, SMAPE is from 0 to 2."""
