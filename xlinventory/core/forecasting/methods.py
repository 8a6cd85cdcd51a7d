"""The forecasting methods by name, each for all items at once.

A method takes histories (n_skus, n_periods) with at least one known period each, a season length (0 or 1:
none) and a horizon, and gives a ``Fit``. Its forecasts may fall below zero: the engine ends them there.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from xlinventory.core.forecasting.combination import dense
from xlinventory.core.forecasting.ets import ets
from xlinventory.core.forecasting.exponential import by_group, damped, holt, holt_winters, ses, theta
from xlinventory.core.forecasting.grids import Fit
from xlinventory.core.forecasting.histories import Matrix
from xlinventory.core.forecasting.intermittent import croston_rate
from xlinventory.core.forecasting.simple import flat, mean, moving_average, naive, seasonal_naive
from xlinventory.core.forecasting.sparse import fading_rate, is_sparse, slow, sparse

Method: TypeAlias = Callable[[Matrix, int, int], Fit]


def _rate(variant: str) -> Method:
    """Croston's method or a correction of it, with both constants 0.1."""

    def method(rows: Matrix, _season: int, horizon: int) -> Fit:
        rate = croston_rate(rows, variant)
        return flat(rate, rows - rate[:, None], 0.1, horizon)

    return method


def combined(rows: Matrix, season: int, horizon: int) -> Fit:
    """The combination of dense demand, or that of sparse demand without a season."""
    return by_group(
        rows,
        is_sparse(rows) & (season < 2),
        lambda some: sparse(some, horizon)["comb"],
        lambda some: dense(some, season, horizon)["comb"],
    )


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
    "slow": slow,
    "fading": fading_rate,
    "comb": combined,
    "ets": ets,
}
"""Every method a forecast can be asked for by name."""
