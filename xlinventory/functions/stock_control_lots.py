"""Stock control: how large a run or an order is, and which periods to order in."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from xlinventory.arguments import Number, Series, Word
from xlinventory.core import economic_order
from xlinventory.core.checks import Floats
from xlinventory.core.policies import lot_sizing
from xlinventory.declaration import worksheet_function
from xlinventory.functions.vocabulary import (
    AnnualDemand,
    BackorderCost,
    FloatArray,
    HoldingRate,
    OrderCost,
    UnitCost,
)
from xlinventory.registry import Family, Shape

ProductionRate = Annotated[
    Floats, Number("units / year", "Units that come in, in a year, while a run lasts: above the demand")
]
PlannedDemand = Annotated[
    FloatArray, Series("units", "Demand of each period ahead, the next one first; 0 where there is none")
]
HoldingCost = Annotated[float, Number("money / unit / period", "Cost of holding a unit to the next period")]
StockAtStart = Annotated[float, Number("units", "Units in stock before the first period; blank is 0")]
LotMethod = Annotated[
    str,
    Word("", "How the lots are found (the first costs least):", tuple(lot_sizing.METHODS)),
]


@worksheet_function(
    Family.STOCK_CONTROL, example=(1300, 8, 0.75, 0.3, 2000), expect=513.9328595516969, returns="units"
)
def epq(
    annual_demand: AnnualDemand,
    order_cost: OrderCost,
    unit_cost: UnitCost,
    holding_rate: HoldingRate,
    production_rate: ProductionRate,
) -> Floats:
    """Economic production quantity: units per run when they come in at a rate, not all at once.

    sqrt(2 D K / (i c (1 - D / P))): D annual_demand, K order_cost (of setting up a run), i holding_rate, c
    unit_cost, P production_rate. A year costs ORDER_COST_TOTAL with a holding rate of i (1 - D / P).

    #NUM!: negative demand or order cost; unit cost or holding rate not above 0; a production rate that is not
    above the demand.

    Source: Taft (1918), The most economical production lot; Snyder & Shen (2019), section 3.6, Example 3.1
    with 2,000 units a year.

    >>> round(float(epq(1300, 8, 0.75, 0.3, 2000)), 2)
    513.93
    """
    return economic_order.economic_production_quantity(
        annual_demand, order_cost, unit_cost, holding_rate, production_rate
    )


@worksheet_function(
    Family.STOCK_CONTROL,
    example=(1300, 8, 0.75, 0.3, 5),
    expect=[310.8125551589646, 13.384272709524, 66.92136355097325],
    returns="units, units, money / year",
    shape=Shape.ROW,
)
def eoq_backorder(
    annual_demand: AnnualDemand,
    order_cost: OrderCost,
    unit_cost: UnitCost,
    holding_rate: HoldingRate,
    backorder_cost: BackorderCost,
) -> economic_order.BackorderedOrder:
    """Best order quantity when customers may wait at a price, the units then owed, and the cost of a year.

    Q = sqrt(2 D K (h + b) / (h b)), of which Q h / (h + b) are owed when the order arrives; the year costs
    sqrt(2 D K h b / (h + b)) without buying. D annual_demand, K order_cost, h = holding_rate unit_cost, b
    backorder_cost. Order when the stock is so many units below what the lead time needs.

    #NUM!: negative demand or order cost; unit cost, holding rate or backorder cost not above 0.

    Source: Snyder & Shen (2019), Fundamentals of Supply Chain Theory, 2nd ed., section 3.5, Example 3.8.

    >>> [round(float(value), 2) for value in eoq_backorder(1300, 8, 0.75, 0.3, 5)]
    [310.81, 13.38, 66.92]
    """
    return economic_order.backordered_order(
        annual_demand, order_cost, unit_cost, holding_rate, backorder_cost
    )


@worksheet_function(
    Family.STOCK_CONTROL,
    example=([90, 120, 80, 70], 500, 2),
    expect=[[210, 120, 740], [0, 0, 0], [150, 70, 640], [0, 0, 0]],
    returns="units, units, money",
    shape=Shape.COLUMN,
)
def lot_sizes(
    demand: PlannedDemand,
    order_cost: OrderCost,
    holding_cost: HoldingCost,
    on_hand: StockAtStart = 0.0,
    method: LotMethod = "wagner-whitin",
) -> NDArray[np.float64]:
    """What to order in each period for a demand known ahead: the order, the stock it leaves, the cost.

    A row for each period. The stock at hand is used up first. An order arrives at the start of its period and
    costs order_cost; what is left at the end of a period costs holding_cost a unit. wagner-whitin is the plan
    that costs least over these periods. Rules of thumb: silver-meal lets a lot grow while the cost a period
    does not rise, least-unit-cost while the cost a unit does not, part-period while its holding comes nearer
    to order_cost; period-quantity covers the periods that an EOQ lasts, eoq orders the EOQ (or more, if
    short), lot-for-lot what each period needs.

    #NUM!: negative demand, order cost or stock; holding cost not above 0; more than 10,000 periods.

    Source: Wagner & Whitin (1958), Management Science 5; Snyder & Shen (2019), section 3.7, Example 3.9.

    >>> print(lot_sizes([90, 120, 80, 70], 500, 2).astype(int).tolist())
    [[210, 120, 740], [0, 0, 0], [150, 70, 640], [0, 0, 0]]
    """
    plan = lot_sizing.lot_sizes(demand, float(order_cost), holding_cost, on_hand, method)
    return np.column_stack(plan)
