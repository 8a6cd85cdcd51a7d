"""Safety stock for one season: what to buy when it can be bought only once."""

from typing import Annotated

from xlinventory.arguments import Number, Series
from xlinventory.core import safety_stock as policy
from xlinventory.core.checks import Floats
from xlinventory.core.policies.demand_table import SeasonBuy, table_newsvendor
from xlinventory.declaration import worksheet_function
from xlinventory.functions.vocabulary import (
    DemandAvg,
    DemandDistribution,
    DemandSd,
    FloatArray,
    ShortageCost,
    UnitCost,
    UnitPrice,
)
from xlinventory.registry import Family, Shape

Salvage = Annotated[Floats, Number("money / unit", "What a unit left over still brings; blank is 0")]
SeasonDemands = Annotated[
    FloatArray, Series("units", "Demands a season may have, such as those of past seasons", group="season")
]
Chances = Annotated[
    FloatArray | None,
    Series("0 to 1", "Chance of each demand, together 1; blank: all are equally likely", group="season"),
]


@worksheet_function(
    Family.SAFETY_STOCK, example=(3192, 1181, 110, 190, 90), expect=4185.954676849612, returns="units"
)
def newsvendor(
    demand_avg: DemandAvg,
    demand_sd: DemandSd,
    unit_cost: UnitCost,
    price: UnitPrice,
    salvage: Salvage = 0.0,
    shortage_cost: ShortageCost = 0.0,
    distribution: DemandDistribution = "normal",
) -> Floats:
    """Units to buy once for a season, when too many lose cost and too few lose margin.

    The quantile of the season's demand at (p - c + B) / (p - s + B), at least 0: p price, c unit_cost, s
    salvage, B shortage_cost (the loss beyond the margin). negbin and poisson give the smallest whole number
    that reaches it; poisson ignores demand_sd.

    #NUM!: unit_cost not between salvage and price + shortage_cost, a negative argument.

    Source: Cachon & Terwiesch (2013), Matching Supply with Demand, O'Neill Hammer 3/2 (4,186).

    >>> round(float(newsvendor(3192, 1181, 110, 190, 90)))
    4186
    """
    return policy.newsvendor(demand_avg, demand_sd, unit_cost, price, salvage, shortage_cost, distribution)


@worksheet_function(
    Family.SAFETY_STOCK,
    example=([10, 20, 30, 40], 6, 12, 0, 0, [0.1, 0.2, 0.3, 0.4]),
    expect=[30, 0.6, 132],
    returns="units, 0 to 1, money",
    shape=Shape.ROW,
)
def newsvendor_table(
    demands: SeasonDemands,
    unit_cost: UnitCost,
    price: UnitPrice,
    salvage: Salvage = 0.0,
    shortage_cost: ShortageCost = 0.0,
    probabilities: Chances = None,
) -> SeasonBuy:
    """Units to buy once for a season with a list of possible demands, their chance to do, and the profit.

    The smallest demand of the list that is enough with a chance of (p - c + B) / (p - s + B) at least: p
    price, c unit_cost, s salvage, B shortage_cost (the loss beyond the margin). The profit is the mean of p
    sold + s left - c bought - B lost.

    #NUM!: unit_cost not between salvage and price + shortage_cost, a negative argument, probabilities outside
    0 to 1 or that do not add up to 1. #VALUE!: demands and probabilities of different length.

    Source: Cachon & Terwiesch (2013), Matching Supply with Demand, ch. 12; the example by hand: F(20) = 0.3
    and F(30) = 0.6 are around 0.5, and 12 (0.1 × 10 + 0.2 × 20 + 0.7 × 30) - 6 × 30 = 132.

    >>> buy = newsvendor_table([10, 20, 30, 40], 6, 12, 0, 0, [0.1, 0.2, 0.3, 0.4])
    >>> buy.quantity, round(buy.enough, 4), round(buy.profit, 4)
    (30.0, 0.6, 132.0)
    """
    return table_newsvendor(
        demands, float(unit_cost), float(price), float(salvage), float(shortage_cost), probabilities
    )
