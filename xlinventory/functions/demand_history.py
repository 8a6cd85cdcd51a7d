"""Reading a demand history: its pattern and season, what was really wanted, how good a forecast of it was."""

from typing import Annotated

import numpy as np

from xlinventory.arguments import Number, RateOrSeries, Series, Word
from xlinventory.core.checks import Floats, require
from xlinventory.core.errors import CellError
from xlinventory.core.forecasting import accuracy, cleaning, patterns, seasons
from xlinventory.core.forecasting.histories import single_history
from xlinventory.declaration import worksheet_function
from xlinventory.functions.vocabulary import (
    FloatArray,
    History,
    InStock,
    LeadTime,
    ReviewPeriod,
    SeasonLength,
)
from xlinventory.registry import Family, Shape

Actual = Annotated[
    FloatArray,
    Series("units", "What was demanded in each period; a blank is a missing period",
           group="pairs", blanks="missing"),
]  # fmt: skip
Forecast = Annotated[
    FloatArray,
    Series(
        "units", "What was forecast for each period; a blank is left out", group="pairs", blanks="missing"
    ),
]
Metric = Annotated[str, Word("", "Measure of the error:", tuple(accuracy.METRICS))]
PastHistory = Annotated[
    FloatArray | None,
    Series("units", "Demand before these periods, for MASE and RMSSE", group="past", blanks="missing"),
]
MaxLength = Annotated[float, Number("periods", "Longest season to look for; blank is 52")]
OutlierZ = Annotated[
    float, Number("robust sd", "Cap demands this many robust standard deviations above the median; 0: none")
]
ForecastRate = Annotated[
    FloatArray | float,
    RateOrSeries("units / period", "Demand of a period: one rate, or a range walked period by period",
                 group="forecast"),
]  # fmt: skip


@worksheet_function(
    Family.FORECASTING,
    example=([22, 20, 15, 22], [19, 19, 19, 19], "MASE", [17, 21, 19, 23, 18, 16, 20, 18]),
    expect=0.83695652173913,
    returns="units, or a ratio",
)
def forecast_error(
    actual: Actual,
    forecast: Forecast,
    metric: Metric = "WAPE",
    history: PastHistory = None,
    season_length: SeasonLength = 1.0,
) -> float:
    """How far a forecast was off: MAE, RMSE, WAPE, MAPE, SMAPE, BIAS, MASE or RMSSE.

    Error = actual - forecast. MAE its mean size, RMSE the root of its mean square, BIAS its mean (positive:
    too little was forecast). WAPE is the sum of sizes over the sum of actuals, MAPE the mean ratio of size to
    actual (0.15 is 15 %), SMAPE from 0 to 2. MASE and RMSSE are MAE and RMSE over those of the naive forecast
    (season_length 0 or 1) or of the seasonal naive one within the history. Pairs with a blank are left out.

    #DIV/0!: MAPE with an actual of 0, WAPE with all 0, MASE or RMSSE of a constant history. #N/A: no pairs,
    or MASE and RMSSE without a history longer than a season. #NUM!: a negative season.

    Source: Hyndman & Koehler (2006), Int. J. of Forecasting 22; example by accuracy() of R's forecast 8.20.

    >>> round(forecast_error([22, 20, 15, 22], [19, 19, 19, 19], "MAE"), 2)
    2.75
    """
    length = _whole(season_length, "season_length")
    return accuracy.forecast_error(actual, forecast, metric, history, length)


@worksheet_function(
    Family.FORECASTING, example=([8, 11, 12, 14], [10, 10, 10, 10]), expect=2.2222222222222223, returns="MADs"
)
def tracking_signal(actual: Actual, forecast: Forecast) -> float:
    """Whether a forecast is biased: its cumulative error in mean absolute errors; beyond ±4 it is.

    Sum of (actual - forecast) over the mean of |actual - forecast|, both to date. Pairs with a blank are left
    out.

    #DIV/0!: all errors are 0. #N/A: no pairs.

    Source: Brown (1963), Smoothing, Forecasting and Prediction; errors -2, 1, 2, 4: 5 / 2.25.

    >>> round(tracking_signal([8, 11, 12, 14], [10, 10, 10, 10]), 4)
    2.2222
    """
    return accuracy.tracking_signal(actual, forecast)


@worksheet_function(
    Family.FORECASTING,
    example=([0, 2, 0, 1, 0, 11, 0, 0, 0, 0, 2, 0, 6, 3, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0],),
    expect="lumpy",
)
def demand_pattern(history: History) -> str:
    """One word for a demand history: smooth, erratic, intermittent or lumpy.

    Intermittent when there are 1.32 periods or more to each one with demand, erratic when the squared
    coefficient of variation of the demands (sample sd) is 0.49 or more, lumpy when both. A single demand does
    not vary.

    #N/A: fewer than 4 periods. #DIV/0!: no demand at all. #NUM!: negative demand.

    Source: Syntetos, Boylan & Croston (2005), J. of the Operational Research Society 56; the example is
    series ts.data2 of R's tsintermittent, whose idclass gives CV² 0.62.

    >>> demand_pattern([9, 10, 11, 10])
    'smooth'
    """
    return patterns.demand_pattern(history)


@worksheet_function(
    Family.FORECASTING, example=([5, 1, 1, 9, 6, 1, 2, 9, 5, 2, 1, 8],), expect=4, returns="periods"
)
def season_length(history: History, max_length: MaxLength = 52.0) -> float:
    """Periods after which a demand history repeats itself; 0 when it shows no season.

    The length, up to half the history, whose phases differ most clearly by an F test of the history without
    its trend, at 5 % for all lengths together; the usual ones (4, 6, 7, 12, 13, 24, 26, 52) are believed more
    easily. One year of history cannot show a yearly season; only the last 260 periods count.

    #N/A: fewer than 4 periods. #NUM!: max_length below 2.

    Source: Montgomery (2017), Design and analysis of experiments, ch. 4, for the test; the example repeats
    every four periods by sight.

    >>> season_length([5, 1, 1, 9, 6, 1, 2, 9, 5, 2, 1, 8])
    4.0
    """
    longest = _whole(max_length, "max_length")
    return float(seasons.season_lengths(single_history(history)[None, :], longest)[0])


@worksheet_function(
    Family.FORECASTING,
    example=([10, 8, 12], [1, 0.5, 1]),
    expect=[10, 16, 12],
    returns="units",
    shape=Shape.COLUMN,
)
def demand_clean(history: History, in_stock: InStock = None, outlier_z: OutlierZ = 0.0) -> FloatArray:
    """What would have sold had the item always been in stock, with outliers capped if asked for.

    Sales over the share of the period in stock. A period without any stock, or a missing one, is #N/A in its
    row. With outlier_z a demand is at most the median of the demands above 0 + outlier_z robust standard
    deviations: 1.4826 times their median absolute deviation or, if that is 0, 1.2533 times the mean one.

    #NUM!: negative sales or outlier_z, a share outside 0 to 1.

    Source: definition; 8 units in half a period are 16 in a whole one. Robust sd: Iglewicz & Hoaglin (1993).

    >>> print(demand_clean([10, 8, 12], [1, 0.5, 1]))
    [10. 16. 12.]
    """
    cleaned = cleaning.demand_clean(history, in_stock, outlier_z)
    if not np.isnan(cleaned).any():
        return cleaned
    cells = cleaned.astype(object)
    cells[np.isnan(cleaned)] = CellError.NA
    return cells


@worksheet_function(Family.FORECASTING, example=([10, 20, 30], 2, 0.5), expect=45, returns="units")
def lead_time_demand(forecast: ForecastRate, lead_time: LeadTime, review_period: ReviewPeriod = 0.0) -> float:
    """Units forecast for the time from order to receipt, and for the review period if there is one.

    A rate times lead_time + review_period, or a range walked period by period, the last one in part.

    #NUM!: a negative argument. #N/A: the range ends before the time does.

    Source: definition; 10 + 20 + half of 30.

    >>> lead_time_demand([10, 20, 30], 2, 0.5), lead_time_demand(10, 2.5)
    (45.0, 25.0)
    """
    return cleaning.lead_time_demand(forecast, float(lead_time), float(review_period))


def _whole(value: Floats, name: str) -> int:
    """A count of periods; fractions are cut off as spreadsheets do."""
    number = np.asarray(value, dtype=float)
    require((number >= 0) & (number <= 1e6), f"{name} must be from 0 to 1,000,000", number)
    return int(number)
