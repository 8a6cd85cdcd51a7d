"""Stock control: where the stock stands, what to order, how long it lasts."""

from typing import Annotated

import numpy as np

from xlinventory.arguments import Date, Dates, Number, RateOrSeries, Series, Word
from xlinventory.core import economic_order, stock_control
from xlinventory.core import safety_stock as policy
from xlinventory.core.checks import Floats
from xlinventory.declaration import worksheet_function
from xlinventory.functions.vocabulary import (
    AnnualDemand,
    DemandAvg,
    DemandDistribution,
    DemandSd,
    FloatArray,
    HoldingRate,
    LeadTime,
    LeadTimeSd,
    MaximumQty,
    MinimumOrderQty,
    OnHand,
    OnOrder,
    OrderCost,
    OrderQty,
    PackSize,
    Position,
    ReorderPoint,
    ReviewPeriod,
    SafetyStock,
    ServiceLevel,
    ServiceType,
    TargetLevel,
    UnitCost,
)
from xlinventory.registry import Family, Shape

Committed = Annotated[Floats, Number("units", "Units promised and not yet shipped; blank is 0")]
Backorders = Annotated[Floats, Number("units", "Units owed to customers; blank is 0")]
Quantity = Annotated[Floats, Number("units", "Units wanted")]
ProjectedMin = Annotated[
    Floats, Number("units", "Lowest stock foreseen before an order placed now arrives; blank is not known")
]
Today = Annotated[float, Date("date", "Day to count from, at its start")]
StockNow = Annotated[float, Number("units", "Units in stock on that day")]
PositionNow = Annotated[float, Number("units", "On hand + on order - committed - backorders")]
Forecast = Annotated[
    FloatArray | float,
    RateOrSeries("units / period", "Demand of a period: one rate, or a range walked period by period",
                 group="forecast"),
]  # fmt: skip
DailyForecast = Annotated[
    FloatArray | float,
    RateOrSeries("units / day", "Demand of a day: one rate, or a range walked day by day", group="forecast"),
]
ReceiptDates = Annotated[
    FloatArray | None, Dates("date", "Days on which receipts are expected; earlier ones count as in stock",
                             group="receipts")
]  # fmt: skip
ReceiptQtys = Annotated[FloatArray | None, Series("units", "Units of each receipt", group="receipts")]
BreakQtys = Annotated[
    FloatArray, Series("units", "Lower end of each price bracket, rising, the first 0", group="breaks")
]
BreakCosts = Annotated[FloatArray, Series("money / unit", "Unit cost in each bracket", group="breaks")]
DiscountType = Annotated[
    str, Word("", "Whether the price of a break holds for all units or for those beyond it:",
              ("all", "incremental"))
]  # fmt: skip


@worksheet_function(Family.STOCK_CONTROL, example=(40, 30, 5, 2), expect=63, returns="units")
def inventory_position(
    on_hand: OnHand, on_order: OnOrder, committed: Committed = 0.0, backorders: Backorders = 0.0
) -> Floats:
    """Units that future demand can count on: on hand + on order - committed - backorders.

    Source: Silver, Pyke & Thomas (2017), Inventory and Production Management, 4th ed., ch. 6.2.

    >>> float(inventory_position(40, 30, 5, 2))
    63.0
    """
    return stock_control.inventory_position(on_hand, on_order, committed, backorders)


@worksheet_function(Family.STOCK_CONTROL, example=(12, 5, 6, 0.95), expect=92.1452604379867, returns="units")
def reorder_point(
    demand_avg: DemandAvg,
    demand_sd: DemandSd,
    lead_time: LeadTime,
    service_level: ServiceLevel,
    lead_time_sd: LeadTimeSd = 0.0,
    review_period: ReviewPeriod = 0.0,
    service_type: ServiceType = "cycle",
    order_qty: OrderQty = np.nan,
    distribution: DemandDistribution = "normal",
) -> Floats:
    """Position at or below which to order, so that a cycle service or fill rate target is reached.

    Continuous review (review_period 0): mean demand over the lead time + safety stock, for the normal
    μL + z sqrt(Lσ² + μ²σL²). With a review every R periods the stock is found below the reorder point, on
    average by E[U] = (Rσ² + (μR)²) / (2μR); that is added, and (μR)²/12 + Rσ²/2 to the variance under the
    root. These are approximations: SERVICE_SIMULATE is the check. service_type, order_qty and distribution
    as in SAFETY_STOCK.

    #NUM!: service_level not strictly between 0 and 1, a negative argument. #N/A: fill without order_qty.
    #DIV/0!: a review period with variable demand of mean 0.

    Source: Silver, Pyke & Thomas (2017), ch. 6 and 7; example: King's bookstore problem with z = 1.6449.

    >>> round(float(reorder_point(12, 5, 6, 0.95)), 4)
    92.1453
    """
    return policy.reorder_point(
        demand_avg,
        demand_sd,
        lead_time,
        service_level,
        lead_time_sd,
        review_period,
        service_type,
        order_qty,
        distribution,
    )


@worksheet_function(
    Family.STOCK_CONTROL, example=(30, 3, 2, 0.99, 0, 7), expect=290.9371308663698, returns="units"
)
def order_up_to(
    demand_avg: DemandAvg,
    demand_sd: DemandSd,
    lead_time: LeadTime,
    service_level: ServiceLevel,
    lead_time_sd: LeadTimeSd = 0.0,
    review_period: ReviewPeriod = 0.0,
    service_type: ServiceType = "cycle",
    order_qty: OrderQty = np.nan,
    distribution: DemandDistribution = "normal",
) -> Floats:
    """Level to order up to: mean demand over lead time and review period + safety stock over both.

    μ(L + R) + SAFETY_STOCK of the same arguments, with the same errors.

    Source: Stevenson, Operations Management, 14th ed., fixed-interval model (there z is rounded to 2.33).

    >>> round(float(order_up_to(30, 3, 2, 0.99, 0, 7)), 2)
    290.94
    """
    return policy.order_up_to(
        demand_avg,
        demand_sd,
        lead_time,
        service_level,
        lead_time_sd,
        review_period,
        service_type,
        order_qty,
        distribution,
    )


@worksheet_function(Family.STOCK_CONTROL, example=(35, 62, 118, 50, 12), expect=84, returns="units")
def reorder_qty(
    position: Position,
    reorder_point: ReorderPoint,
    target_level: TargetLevel,
    moq: MinimumOrderQty = 0.0,
    pack_size: PackSize = 1.0,
    max_qty: MaximumQty = np.nan,
) -> Floats:
    """Units to order now: none above the reorder point, else up to the target level in whole packs.

    target - position, at least moq, rounded up to packs, at most max_qty rounded down to packs (which holds
    where it contradicts moq). 0 where the position is already at the target.

    #NUM!: negative moq, pack_size or max_qty.

    Source: order-point, order-up-to-level (s, S) rule, Silver, Pyke & Thomas (2017), ch. 6.3.

    >>> float(reorder_qty(35, 62, 118, 50, 12))
    84.0
    """
    return stock_control.reorder_qty(position, reorder_point, target_level, moq, pack_size, max_qty)


@worksheet_function(Family.STOCK_CONTROL, example=(83, 12), expect=84, returns="units")
def round_to_pack(
    qty: Quantity, pack_size: PackSize, moq: MinimumOrderQty = 0.0, max_qty: MaximumQty = np.nan
) -> Floats:
    """Quantity that can be ordered: whole packs, at least the minimum, at most the maximum; 0 stays 0.

    Rounded up to packs of pack_size (0: no rounding); moq is rounded up and max_qty down to packs.

    #NUM!: a negative argument.

    Source: definition; 83 units in packs of 12 are 7 packs.

    >>> float(round_to_pack(83, 12))
    84.0
    """
    return stock_control.round_to_pack(qty, pack_size, moq, max_qty)


@worksheet_function(Family.STOCK_CONTROL, example=(900, 4, 2, 1), expect=60, returns="units")
def eoq(
    annual_demand: AnnualDemand, order_cost: OrderCost, unit_cost: UnitCost, holding_rate: HoldingRate
) -> Floats:
    """Economic order quantity: units per order at which ordering and holding cost least together.

    sqrt(2 D K / (i c)): D annual_demand, K order_cost, i holding_rate, c unit_cost.

    #NUM!: negative demand or order cost; unit cost or holding rate not above 0.

    Source: Harris (1913), How many parts to make at once; Snyder & Shen (2019), eq. 3.4.

    >>> float(eoq(900, 4, 2, 1))
    60.0
    """
    return economic_order.economic_order_quantity(annual_demand, order_cost, unit_cost, holding_rate)


@worksheet_function(
    Family.STOCK_CONTROL,
    example=(1300, 8, 0.3, [0, 400, 800], [0.75, 0.72, 0.68]),
    expect=[800, 0.68, 978.6],
    returns="units, money / unit, money / year",
    shape=Shape.ROW,
)
def eoq_discount(
    annual_demand: AnnualDemand,
    order_cost: OrderCost,
    holding_rate: HoldingRate,
    break_qtys: BreakQtys,
    break_costs: BreakCosts,
    discount_type: DiscountType = "all",
) -> economic_order.DiscountedOrder:
    """Best order quantity under quantity discounts, the unit cost it gets, and the cost of a year.

    The year's cost is K D / Q + i Q c(Q) / 2 + c(Q) D with c(Q) the unit cost: under "all" that of the
    bracket the order falls into, under "incremental" the average over the brackets it fills.

    #NUM!: demand, order cost, holding rate or a unit cost not above 0; breaks that do not rise from 0.
    #VALUE!: break_qtys and break_costs of different length.

    Source: Snyder & Shen (2019), Fundamentals of Supply Chain Theory, 2nd ed., section 3.4, Example 3.6.

    >>> quantity, unit_cost, annual_cost = eoq_discount(1300, 8, 0.3, [0, 400, 800], [0.75, 0.72, 0.68])
    >>> quantity, unit_cost, round(annual_cost, 2)
    (800.0, 0.68, 978.6)
    """
    return economic_order.discounted_order(
        float(annual_demand), float(order_cost), float(holding_rate), break_qtys, break_costs, discount_type
    )


@worksheet_function(
    Family.STOCK_CONTROL, example=(250, 1300, 8, 0.75, 0.3), expect=1044.725, returns="money / year"
)
def order_cost_total(
    order_qty: OrderQty,
    annual_demand: AnnualDemand,
    order_cost: OrderCost,
    unit_cost: UnitCost,
    holding_rate: HoldingRate,
    safety_stock: SafetyStock = 0.0,
) -> Floats:
    """Money a year to order, hold and buy an item in orders of a given size.

    K D / Q + i c (Q / 2 + SS) + c D: Q order_qty, D annual_demand, K order_cost, c unit_cost, i holding_rate,
    SS safety_stock. A negative safety stock lowers the stock held to 0 at most.

    #NUM!: order_qty not above 0; another argument but safety_stock negative.

    Source: Snyder & Shen (2019), Example 3.1: 69.725 for ordering and holding, and 1300 * 0.75 for buying.

    >>> round(float(order_cost_total(250, 1300, 8, 0.75, 0.3)), 3)
    1044.725
    """
    return economic_order.order_cost_total(
        order_qty, annual_demand, order_cost, unit_cost, holding_rate, safety_stock
    )


@worksheet_function(Family.STOCK_CONTROL, example=(25, [10, 10, 10]), expect=2.5, returns="periods")
def days_of_cover(position: PositionNow, demand_forecast: Forecast) -> Floats:
    """Periods until the position is used up by the forecast; 0 when it already is.

    position / rate, or for a range the periods walked, the last one in part.

    #N/A: the stock never runs out, or outlasts the range. #NUM!: negative demand.

    Source: definition; 25 units at 10 a period last two periods and half of the third.

    >>> float(days_of_cover(25, [10, 10, 10])), float(days_of_cover(63, 9))
    (2.5, 7.0)
    """
    return stock_control.days_of_cover(position, demand_forecast)


@worksheet_function(Family.STOCK_CONTROL, example=(40886, 30, 10), expect=40889, returns="date")
def stockout_date(
    as_of: Today,
    on_hand: StockNow,
    demand_forecast: DailyForecast,
    receipt_dates: ReceiptDates = None,
    receipt_qtys: ReceiptQtys = None,
) -> float:
    """Day on which the stock runs out at the forecast demand, with the receipts still to come.

    Demand is per day from as_of on and even within a day, so the result has a time of day as its fraction.
    A receipt counts from the start of its day; one dated before as_of is taken as in the stock on hand.

    #N/A: the stock never runs out, or outlasts a range of demand. #VALUE!: dates without quantities or of
    another number. #NUM!: negative demand or receipts.

    Source: definition; 30 units at 10 a day from 9 December 2011 last until 12 December.

    >>> stockout_date(40886, 30, 10), stockout_date(40886, 30, 10, [40888], [15])
    (40889.0, 40890.5)
    """
    return stock_control.stockout_date(as_of, on_hand, demand_forecast, receipt_dates, receipt_qtys)


@worksheet_function(Family.STOCK_CONTROL, example=(30, 30, 40, 80), expect="REORDER")
def stock_status(
    on_hand: OnHand,
    position: Position,
    reorder_point: ReorderPoint,
    order_up_to: TargetLevel,
    projected_min: ProjectedMin = np.nan,
) -> stock_control.Words:
    """One word for where an item stands: OUT, AT RISK, REORDER, OK, EXCESS or SURPLUS ORDER.

    The first that applies, shortage before surplus. OUT: nothing on hand. AT RISK: projected_min < 0, or
    position < 0. REORDER: position <= reorder_point. EXCESS: on_hand > order_up_to. SURPLUS ORDER: only with
    what is on order is the position > order_up_to. OK: none of these.

    Source: definition of this package, after the exception messages of time-phased replenishment planning.

    >>> print(stock_status(30, 30, 40, 80))
    REORDER
    """
    return stock_control.stock_status(on_hand, position, reorder_point, order_up_to, projected_min)


@worksheet_function(Family.STOCK_CONTROL, example=(130, 118, 3.5), expect=42, returns="units, or money")
def excess_stock(position: Position, order_up_to: TargetLevel, unit_cost: UnitCost = 1.0) -> Floats:
    """Units above the order-up-to level, or what they cost when a unit cost is given; else 0.

    max(0, position - order_up_to) * unit_cost.

    #NUM!: negative unit cost.

    Source: definition; (130 - 118) * 3.5 = 42.

    >>> float(excess_stock(130, 118, 3.5))
    42.0
    """
    return stock_control.excess_stock(position, order_up_to, unit_cost)
