"""Stock control: when to order and how much, or between which levels, at the least cost of all."""

from typing import Annotated

from xlinventory.arguments import Number, Word
from xlinventory.core.checks import Floats, above
from xlinventory.core.policies import min_max as levels
from xlinventory.core.policies import quantity_reorder
from xlinventory.declaration import worksheet_function
from xlinventory.functions.vocabulary import (
    BackorderCost,
    DemandAvg,
    DemandDistribution,
    DemandSd,
    HoldingRate,
    LeadTime,
    LeadTimeSd,
    OrderCost,
    ShortageCost,
    UnitCost,
)
from xlinventory.registry import Family, Shape

PeriodsPerYear = Annotated[
    Floats, Number("1 / year", "Demand periods in a year: 365 for days, 52 for weeks, 12 for months")
]
TimeBetween = Annotated[Floats, Number("periods", "Time between two reviews, above 0")]
QuantityMethod = Annotated[
    str, Word("", "How they are found (the first costs least):", tuple(quantity_reorder.METHODS))
]
LevelMethod = Annotated[str, Word("", "How they are found (the first costs least):", tuple(levels.METHODS))]


@worksheet_function(
    Family.STOCK_CONTROL,
    example=(1.5, 0, 2, 1, 100, 20, 1, 150, 0, "poisson"),
    expect=[3, 5, 107.9235806331498],
    returns="units, units, money / year",
    shape=Shape.ROW,
)
def rq_policy(
    demand_avg: DemandAvg,
    demand_sd: DemandSd,
    lead_time: LeadTime,
    periods_per_year: PeriodsPerYear,
    order_cost: OrderCost,
    unit_cost: UnitCost,
    holding_rate: HoldingRate,
    backorder_cost: BackorderCost,
    lead_time_sd: LeadTimeSd = 0.0,
    distribution: DemandDistribution = "normal",
    method: QuantityMethod = "exact",
) -> quantity_reorder.ReorderPolicy:
    """Reorder point and order quantity that cost least together, and what they cost in a year.

    Order that quantity whenever the position is at or below the reorder point. The year costs (K D + ∫g) / Q,
    g(y) = h E[(y - X)+] + b E[(X - y)+] from the reorder point to Q above it: K order_cost, D demand a year,
    Q order quantity, h = holding_rate unit_cost, b backorder_cost, X demand over the lead time, with mean μL
    and sd sqrt(Lσ² + μ²σL²); buying is left out. negbin and poisson give whole units. Rules of thumb, shown
    with their true cost: eoq (and the service b / (h + b)), eoq-backorder (with the best reorder point for
    it), loss (the stock after an order is never short).

    #NUM!: demand or a cost not above 0, another argument negative; orders above 100,000 whole units; holding
    and backorder cost a factor of 1e9 apart.

    Source: Zheng (1992), Management Science 38; Federgruen & Zheng (1992), Operations Research 40; Snyder &
    Shen (2019), section 5.3, Example 5.8.

    >>> reorder_point, order_qty, cost = rq_policy(1.5, 0, 2, 1, 100, 20, 1, 150, 0, "poisson")
    >>> reorder_point, order_qty, round(cost, 2)
    (3.0, 5.0, 107.92)
    """
    return quantity_reorder.quantity_reorder_policy(
        float(demand_avg),
        float(demand_sd),
        float(lead_time),
        float(periods_per_year),
        float(order_cost),
        _held(unit_cost, holding_rate),
        float(backorder_cost),
        float(lead_time_sd),
        distribution,
        method,
    )


@worksheet_function(
    Family.STOCK_CONTROL,
    example=(1300, 150, 1 / 12, 1, 8, 0.75, 0.3, 7.5),
    expect=[213.9704421358024, 318.5901810768729, 95.45114022285196],
    returns="units, units, money / year",
    shape=Shape.ROW,
)
def rq_shortage(
    demand_avg: DemandAvg,
    demand_sd: DemandSd,
    lead_time: LeadTime,
    periods_per_year: PeriodsPerYear,
    order_cost: OrderCost,
    unit_cost: UnitCost,
    holding_rate: HoldingRate,
    shortage_cost: ShortageCost,
    lead_time_sd: LeadTimeSd = 0.0,
    distribution: DemandDistribution = "normal",
) -> quantity_reorder.ReorderPolicy:
    """Reorder point and order quantity when each unit short costs once, and what they cost in a year.

    By turns the reorder point that is short in the share h Q / (B D) of cycles, and the quantity Q =
    sqrt(2 D (K + B n) / h): n units short a cycle, B shortage_cost, h = holding_rate unit_cost, D demand a
    year, K order_cost. Good while few units are short; buying is left out. RQ_POLICY is for a cost that grows
    with the time a unit is owed.

    #NUM!: demand or a cost not above 0, another argument negative; a shortage cost so low that it is cheaper
    to hold no stock.

    Source: Hadley & Whitin (1963), Analysis of Inventory Systems, ch. 4; Snyder & Shen (2019), Example 5.2.

    >>> [round(value, 2) for value in rq_shortage(1300, 150, 1 / 12, 1, 8, 0.75, 0.3, 7.5)]
    [213.97, 318.59, 95.45]
    """
    return quantity_reorder.shortage_reorder_policy(
        float(demand_avg),
        float(demand_sd),
        float(lead_time),
        float(periods_per_year),
        float(order_cost),
        _held(unit_cost, holding_rate),
        float(shortage_cost),
        float(lead_time_sd),
        distribution,
    )


@worksheet_function(
    Family.STOCK_CONTROL,
    example=(6, 0, 0, 1, 1, 5, 1, 1, 4, 0, "poisson"),
    expect=[4, 10, 8.034111561471644],
    returns="units, units, money / year",
    shape=Shape.ROW,
)
def min_max(
    demand_avg: DemandAvg,
    demand_sd: DemandSd,
    lead_time: LeadTime,
    review_period: TimeBetween,
    periods_per_year: PeriodsPerYear,
    order_cost: OrderCost,
    unit_cost: UnitCost,
    holding_rate: HoldingRate,
    backorder_cost: BackorderCost,
    lead_time_sd: LeadTimeSd = 0.0,
    distribution: DemandDistribution = "normal",
    method: LevelMethod = "exact",
) -> levels.MinMax:
    """Minimum and maximum stock that cost least together, and what they cost in a year.

    At each review a position at or below the minimum is ordered up to the maximum. Costs of order_cost an
    order, holding_rate unit_cost to hold and backorder_cost to owe a unit for a year, counted at the end of
    each review period; buying is left out. Demand between reviews has mean μR and sd sqrt(R) σ, until the
    next order is there mean μ(L + R) and sd sqrt((L + R)σ² + μ²σL²). "exact" gives whole units; levels more
    than 1,000 units apart are looked at in steps of about a 1,000th of that. "power" is a formula fitted to
    such levels, quicker, and good while a maximum lasts several reviews; its true cost is shown.

    #NUM!: demand, review period or a cost not above 0, another argument negative; holding and backorder cost
    a factor of 1e9 apart.

    Source: Zheng & Federgruen (1991), Operations Research 39; Ehrhardt & Mosier (1984), Management Science
    30; Snyder & Shen (2019), section 4.4, Example 4.7.

    >>> minimum, maximum, cost = min_max(6, 0, 0, 1, 1, 5, 1, 1, 4, 0, "poisson")
    >>> minimum, maximum, round(cost, 4)
    (4.0, 10.0, 8.0341)
    """
    return levels.min_max_policy(
        float(demand_avg),
        float(demand_sd),
        float(lead_time),
        float(review_period),
        float(periods_per_year),
        float(order_cost),
        _held(unit_cost, holding_rate),
        float(backorder_cost),
        float(lead_time_sd),
        distribution,
        method,
    )


def _held(unit_cost: Floats, holding_rate: Floats) -> float:
    """Money to hold a unit for a year."""
    above(0, unit_cost=unit_cost, holding_rate=holding_rate)
    return float(unit_cost * holding_rate)
