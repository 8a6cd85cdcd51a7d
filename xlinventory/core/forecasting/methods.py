"""The forecasting methods by name, each for all items at once.

A method takes histories (n_skus, n_periods) with at least one known period each, a season length (0 or 1:
none) and a horizon, and gives a ``Fit``. Its forecasts may fall below zero: the engine ends them there.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from xlinventory.core.forecasting.combination import combined, damped, holt, holt_winters, ses, theta
from xlinventory.core.forecasting.grids import Fit
from xlinventory.core.forecasting.histories import Matrix
from xlinventory.core.forecasting.intermittent import croston_rate
from xlinventory.core.forecasting.simple import flat, mean, moving_average, naive, seasonal_naive

Method: TypeAlias = Callable[[Matrix, int, int], Fit]


def _rate(variant: str) -> Method:
    def method(rows: Matrix, _season: int, horizon: int) -> Fit:
        rate = croston_rate(rows, variant)
        return flat(rate, rows - rate[:, None], horizon)

    return method


METHODS: Mapping[str, Method] = {
    "naive": naive,
    "snaive": seasonal_naive,
    "mean": mean,
    "sma": moving_average,
    "ses": ses,
    "holt": holt,
    "damped": damped,
    "hw": holt_winters,
    "theta": theta,
    "croston": _rate("croston"),
    "sba": _rate("sba"),
    "tsb": _rate("tsb"),
    "comb": combined,
}
"""Every method a forecast can be asked for by name."""
