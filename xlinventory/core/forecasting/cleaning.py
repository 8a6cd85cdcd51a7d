"""What was wanted rather than what was sold; and what will be wanted while an order is on its way."""

import numpy as np
from numpy.typing import ArrayLike

from xlinventory.core.checks import at_least, require, within
from xlinventory.core.errors import NotEnoughData
from xlinventory.core.forecasting.histories import Column

MAD_TO_SD = 1.4826
"""Standard deviation of a normal variable over its median absolute deviation."""
MEAN_DEVIATION_TO_SD = 1.2533
"""Standard deviation of a normal variable over its mean absolute deviation."""


def demand_clean(history: ArrayLike, in_stock: ArrayLike | None = None, outlier_z: float = 0.0) -> Column:
    """Demand of each period had the item always been in stock, with outliers capped; NaN where not known.

    history, in_stock: (n_periods,). Sales are scaled up by the share of the period in which the item was in
    stock; a period without any stock is not known. With outlier_z > 0 a demand is at most the median of the
    demands above 0 + outlier_z robust standard deviations of them: 1.4826 times their median absolute
    deviation or, where that is 0 because most are alike, 1.2533 times the mean one.
    Source: Silver, Pyke & Thomas (2017), ch. 3; Iglewicz & Hoaglin (1993), How to detect and handle outliers.

    >>> print(demand_clean([10, 8, 0], [1, 0.5, 0]))
    [10. 16. nan]
    """
    at_least(0, outlier_z=outlier_z)
    sold = np.ravel(np.asarray(history, dtype=float))
    require(~(sold < 0), "history must be >= 0", sold)
    if in_stock is None:
        demand = sold.copy()
    else:
        share = np.ravel(np.asarray(in_stock, dtype=float))
        share = np.where(np.isnan(share), 1.0, share)
        within(0, 1, in_stock=share)
        demand = np.where(share > 0, sold / np.where(share > 0, share, 1.0), np.nan)
    return np.minimum(demand, _cap(demand, outlier_z)) if outlier_z > 0 else demand


def lead_time_demand(forecast: ArrayLike, lead_time: float, review_period: float = 0.0) -> float:
    """Units forecast over lead time + review: rate times time, or a range walked period by period.

    The last period counts in part.

    >>> lead_time_demand(10, 2.5), lead_time_demand([10, 20, 30], 2, 0.5)
    (25.0, 45.0)
    """
    at_least(0, lead_time=lead_time, review_period=review_period)
    time = float(lead_time + review_period)
    if np.ndim(forecast) == 0:
        at_least(0, forecast=forecast)
        return float(np.asarray(forecast, dtype=float) * time)
    periods = np.ravel(np.asarray(forecast, dtype=float))
    at_least(0, forecast=periods)
    if time > len(periods) * (1 + 1e-12):
        raise NotEnoughData(f"forecast must reach over {time:g} periods, got {len(periods)}")
    shares = np.clip(time - np.arange(len(periods)), 0.0, 1.0)
    return float(periods @ shares)


def _cap(demand: Column, outlier_z: float) -> float:
    sizes = demand[demand > 0]
    if not sizes.size:
        return np.inf
    middle = float(np.median(sizes))
    away = np.abs(sizes - middle)
    spread = MAD_TO_SD * float(np.median(away)) or MEAN_DEVIATION_TO_SD * float(np.mean(away))
    return middle + outlier_z * spread
