"""Named smoothing methods with their constants in the open: Croston's family, exponential smoothing."""

from typing import Annotated

from xlinventory.arguments import Number, NumberOrWord, Word
from xlinventory.core.checks import require
from xlinventory.core.forecasting import fitting, intermittent
from xlinventory.core.forecasting.histories import single_history
from xlinventory.declaration import worksheet_function
from xlinventory.functions.vocabulary import FloatArray, History, Horizon, SeasonLength
from xlinventory.registry import Family, Shape

CrostonVariant = Annotated[str, Word("", "Method or correction:", tuple(intermittent.VARIANTS))]
AlphaDemand = Annotated[float, Number("0 to 1", "Smoothing constant of the demand size; blank is 0.1")]
AlphaInterval = Annotated[
    float, Number("0 to 1", "Smoothing constant of the interval, or of tsb's probability; blank is 0.1")
]
CrostonStart = Annotated[
    str,
    Word("", "First interval: that of the first demand, or the mean of all:", intermittent.STARTS),
]
Alpha = Annotated[
    fitting.Constant,
    NumberOrWord("0 to 1", "Smoothing constant of the level, or fit (the default):", ("fit",)),
]
Beta = Annotated[
    fitting.Constant,
    NumberOrWord("0 to 1", "Smoothing constant of the trend, or fit; blank: no trend:", ("fit",)),
]
Gamma = Annotated[
    fitting.Constant,
    NumberOrWord("0 to 1", "Smoothing constant of the season, or fit; blank: no season:", ("fit",)),
]
Phi = Annotated[
    fitting.Constant, NumberOrWord("0 to 1", "Damping of the trend, or fit; blank: not damped:", ("fit",))
]
Season = Annotated[str, Word("", "Whether the season is added or multiplied:", ("add", "mul"))]
LONGEST_HORIZON = 10_000


@worksheet_function(
    Family.FORECASTING,
    example=([0, 0, 10, 0, 0, 20, 0, 0, 0, 15],),
    expect=3.49354838709677,
    returns="units / period",
)
def croston(
    history: History,
    variant: CrostonVariant = "sba",
    alpha_demand: AlphaDemand = 0.1,
    alpha_interval: AlphaInterval = 0.1,
    start: CrostonStart = "naive",
) -> float:
    """Demand per period of an item that sells now and then, by Croston's method or one of its successors.

    croston: smoothed size z over smoothed interval p, both corrected at each demand. sba: times 1 - β/2, sbj:
    times 1 - β/(2 - β), with β alpha_interval. tsb: smoothed size times smoothed probability of a demand, so
    that it fades when demand stops. Without any demand 0. Missing periods do not count.

    #NUM!: a constant outside 0 to 1, negative demand. #N/A: fewer than 4 periods.

    Source: Croston (1972); Syntetos & Boylan (2005); Shale et al. (2006); Teunter, Syntetos & Babai (2011);
    example by sba of R's tsintermittent 1.10 with init "naive".

    >>> round(croston([0, 0, 10, 0, 0, 20, 0, 0, 0, 15], "croston"), 4)
    3.6774
    """
    rows = single_history(history)[None, :]
    return float(intermittent.croston_rate(rows, variant, alpha_demand, alpha_interval, start)[0])


@worksheet_function(
    Family.FORECASTING,
    example=([12, 17, 20, 19, 24, 21, 31, 28, 36], 0.2, 0.4, None, None, 0, "add", 4),
    expect=[36.1391203679509, 38.0197978392049, 39.9004753104588, 41.7811527817128],
    returns="units",
    shape=Shape.COLUMN,
)
def smooth(
    history: History,
    alpha: Alpha = "fit",
    beta: Beta = None,
    gamma: Gamma = None,
    phi: Phi = None,
    season_length: SeasonLength = 0.0,
    season: Season = "add",
    horizon: Horizon = 1.0,
) -> FloatArray:
    """Forecasts by exponential smoothing with your own constants, or the ones that fit best.

    alpha alone is simple smoothing, with beta Holt's trend, with phi a damped one, with gamma and
    season_length Holt-Winters' season. Level l <- l + φb + αe, trend b <- φb + αβe, season s <- s + γe, e
    the error of a period. Starts: level y1, trend y2 - y1; with a season the mean of the first one, the step
    to the mean of the second, and the first one's differences (ratios). "fit" has the least squared error.

    #NUM!: a constant outside 0 to 1, gamma with a season below 2 periods, mul with demand that is not above
    0. #N/A: fewer than 4 periods, or than 2 seasons.

    Source: Hyndman & Athanasopoulos (2021), Forecasting: principles and practice, ch. 8; example by holt of
    R's forecast 8.20 with initial = "simple".

    >>> smooth([110, 115, 125, 120, 125, 120, 130, 115, 110, 130], 0.2).round(4)
    array([119.8114])
    """
    periods, length = int(horizon), int(season_length)
    require(1 <= periods <= LONGEST_HORIZON, f"horizon must be from 1 to {LONGEST_HORIZON:,}", horizon)
    require(
        0 <= length <= LONGEST_HORIZON, f"season_length must be from 0 to {LONGEST_HORIZON:,}", season_length
    )
    return fitting.smooth(history, alpha, beta, gamma, phi, length, season, periods)
