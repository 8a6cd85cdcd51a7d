"""Forecasting: how demand goes on, how sure that is, and by which method."""

from typing import Annotated

import numpy as np

from xlinventory.arguments import Number, Word
from xlinventory.core.checks import Floats, at_least, strictly_between
from xlinventory.core.errors import CellError, NotEnoughData
from xlinventory.core.forecasting import Forecasts, forecast_many
from xlinventory.core.forecasting.cleaning import wanted_rows
from xlinventory.core.forecasting.histories import Column, single_history
from xlinventory.core.forecasting.methods import METHODS
from xlinventory.core.forecasting.ranking import ranked_methods
from xlinventory.core.forecasting.routing import AUTO
from xlinventory.declaration import worksheet_function
from xlinventory.functions.vocabulary import (
    FloatArray,
    History,
    Horizon,
    InStock,
    LeadTime,
    LeadTimeSd,
    ReviewPeriod,
    SeasonLength,
    ServiceLevel,
)
from xlinventory.registry import Family, Shape

Method = Annotated[str, Word("", "How to forecast; blank chooses by held-out error:", (AUTO, *METHODS))]
Coverage = Annotated[Floats, Number("0 to 1", "Probability that a period's demand lies within; blank is 0.9")]
TestPeriods = Annotated[
    Floats,
    Number(
        "periods",
        "Periods at the end to test on, in windows; blank is 3/8 of the history, 2/3 of rare demand",
    ),
]
BY_SEASON = ("snaive", "sma")
"""Methods that take the last season as it stands."""
ZIGZAG = [[10.0], [12.0], [10.0], [12.0], [10.0], [12.0], [10.0], [12.0]]


@worksheet_function(
    Family.FORECASTING,
    example=([[10.0], [20.0], [30.0], [20.0], [10.0]], 2, "sma"),
    expect=[20.0, 20.0],
    returns="units / period",
    shape=Shape.COLUMN,
)
def demand_forecast(
    history: History,
    horizon: Horizon = 1.0,
    method: Method = AUTO,
    season_length: SeasonLength = 1.0,
    in_stock: InStock = None,
) -> FloatArray:
    """Expected demand of the next periods, by the method that did best on periods held out, or a given one.

    auto: the best of a combination and its parts, see DEMAND_METHOD; where seasonal naive did better, with as
    much of it as it takes to be as good. naive: the last demand; snaive: last season; mean: of all; sma: of
    the last 3 periods, or of the last season; ses, holt, damped: exponential smoothing of level, trend,
    damped trend, and theta, all of demand without its season, which is put back; hw: a season that evolves;
    croston, sba, tsb: as CROSTON; slow, fading: ses and tsb with slow constants, for demand with many periods
    of 0; comb: the combination; ets: statsmodels, takes long. Smoothing constants are weighted by likelihood.
    Fewer than two whole seasons show none (snaive, sma: one is enough). Sales are divided by in_stock; with
    less than a quarter of a period in stock it is a missing one. Never negative.

    #N/A: fewer than 4 known periods, or than a season for snaive and sma. #NUM!: a demand below 0, a horizon
    not from 1 to 1,000.

    Source: Hyndman & Athanasopoulos (2021), Forecasting: principles and practice; (30 + 20 + 10) / 3 = 20.

    >>> demand_forecast([10, 20, 30, 20, 10], 2, "sma")
    array([20., 20.])
    """
    mean: FloatArray = _forecasts(history, in_stock, method, season_length, horizon=float(horizon)).mean[0]
    return mean


@worksheet_function(
    Family.FORECASTING,
    example=(ZIGZAG, 1, 0.9, "naive"),
    expect=[6.606807, 17.393193],
    returns="units / period",
    shape=Shape.COLUMN,
)
def demand_range(
    history: History,
    horizon: Horizon = 1.0,
    level: Coverage = 0.9,
    method: Method = AUTO,
    season_length: SeasonLength = 1.0,
    in_stock: InStock = None,
) -> FloatArray:
    """Low and high that each coming period's demand lies between with a probability.

    Around DEMAND_FORECAST, which see. Dense demand: mean ± t σ sqrt(1 + (h - 1) α²), σ the sd of one period
    around its forecast, α the share of an error that stays in the level, t of half as many degrees of freedom
    as known periods (of a season: five for each one after the first), 2 to 8.
    Demand with many periods of 0: quantiles of a negative binomial (a gamma if not in whole units). With
    method auto, level is moved by what 2,175 public series were found to need.

    #N/A: fewer than 4 known periods. #NUM!: level not strictly between 0 and 1, a demand below 0.

    Source: Hyndman et al. (2008), Forecasting with Exponential Smoothing, ch. 6; errors of ±2 in 8 periods
    are σ = 2 sqrt(8 / (8 - 3)), and 12 ± 2.1318 σ = 6.61 and 17.39.

    >>> print(demand_range([10, 12, 10, 12, 10, 12, 10, 12], 1, 0.9, "naive").round(2))
    [[ 6.61 17.39]]
    """
    strictly_between(0, 1, level=level)
    found = _forecasts(
        history, in_stock, method, season_length, horizon=float(horizon), coverage=float(level)
    )
    return np.stack([found.low[0], found.high[0]], axis=1)


@worksheet_function(
    Family.FORECASTING, example=(ZIGZAG, 2, 0.95, 0, "naive"), expect=36.059547, returns="units"
)
def demand_quantile(
    history: History,
    lead_time: LeadTime,
    service_level: ServiceLevel,
    review_period: ReviewPeriod = 0.0,
    method: Method = AUTO,
    season_length: SeasonLength = 1.0,
    in_stock: InStock = None,
    lead_time_sd: LeadTimeSd = 0.0,
) -> Floats:
    """Units that total demand over lead time and review stays within, with the probability of the service.

    The reorder point or order-up-to level for a cycle service, straight from the history. With L = lead time
    + review: mean of L periods + t σ sqrt(L + α L(L-1) + α² (L-1)L(2L-1)/6), as in DEMAND_RANGE; demand
    with many periods of 0 by its distribution. The last period counts in part. A lead time that varies by
    lead_time_sd mixes the demands of all its lengths.

    #N/A: fewer than 4 known periods. #NUM!: service_level not strictly between 0 and 1, a negative time or
    one over 1,000, a demand below 0.

    Source: Hyndman et al. (2008), ch. 6; 24 + 2.1318 * 2 sqrt(8 / 5) * sqrt(2 + 2 + 1) = 36.06.

    >>> round(demand_quantile([10, 12, 10, 12, 10, 12, 10, 12], 2, 0.95, method="naive"), 2)
    36.06
    """
    at_least(0, lead_time=lead_time, review_period=review_period, lead_time_sd=lead_time_sd)
    strictly_between(0, 1, service_level=service_level)
    levels = (float(service_level),)
    found = _forecasts(
        history,
        in_stock,
        method,
        season_length,
        lead_time=float(lead_time),
        lead_time_sd=float(lead_time_sd),
        review_period=float(review_period),
        levels=levels,
    )
    return float(found.lead_time_quantiles[0, 0])


@worksheet_function(
    Family.FORECASTING,
    example=([[20.0], [20.0], [20.0], [20.0], [20.0], [20.0]],),
    expect=["comb", 0.0, "theta", 0.0],
    shape=Shape.ROW,
)
def demand_method(
    history: History, season_length: SeasonLength = 1.0, test_periods: TestPeriods = np.nan
) -> tuple[str | float | CellError, ...]:
    """Method that forecasts this history best, its error, the runner-up and its error.

    The last test_periods are held out in three windows, six of rare demand, each forecast from the periods
    before it (rolling origin). Errors are MASE: mean absolute error over that of the (seasonal) naive
    forecast in the history, so below 1 is better than naive. Tried are the combination, theta, ses, damped
    and, with a season, hw; for demand with many periods of 0 the combination, slow and fading, by squared
    error; and seasonal naive, or naive without a season. With fewer than 12 periods held out, the error of
    ses counts 0.8 of itself.

    #N/A: fewer than 4 known periods, or fewer than 3 before the periods held out. #DIV/0! for an error where
    the history is constant. #NUM!: a demand below 0.

    Source: Hyndman & Koehler (2006), Another look at measures of forecast accuracy; steady demand has no
    error by any method.

    >>> demand_method([20, 20, 20, 20, 20, 20])
    ('comb', 0.0, 'theta', 0.0)
    """
    tests = None if np.isnan(test_periods) else float(test_periods)
    found = ranked_methods(history, float(season_length), tests)
    best, second = ((name, _error(found.errors[i])) for i, name in enumerate(found.methods[:2]))
    return *best, *second


def _error(mase: float) -> float | CellError:
    return CellError.DIV0 if np.isnan(mase) else float(mase)


def _forecasts(
    history: FloatArray,
    in_stock: FloatArray | None,
    method: str,
    season_length: Floats,
    *,
    horizon: float = 1.0,
    coverage: float = 0.95,
    lead_time: float = 0.0,
    lead_time_sd: float = 0.0,
    review_period: float = 0.0,
    levels: tuple[float, ...] = (),
) -> Forecasts:
    """Forecasts of the one history, cleaned of stock-outs."""
    share = None if in_stock is None else np.ravel(in_stock)
    demand: Column = single_history(wanted_rows(np.ravel(history), share)[0])
    if method in BY_SEASON and float(season_length) > len(demand):
        raise NotEnoughData(f"{method} needs a whole season of {season_length:g} periods, got {len(demand)}")
    return forecast_many(
        demand,
        float(season_length),
        horizon,
        lead_time=lead_time,
        lead_time_sd=lead_time_sd,
        review_period=review_period,
        levels=levels,
        method=method,
        coverage=coverage,
    )
