"""Turnover: how fast stock moves, what it earns, and how old it is."""

from typing import Annotated

import numpy as np

from xlinventory.arguments import Date, Dates, Number, Series
from xlinventory.core import turnover, valuation
from xlinventory.core.checks import Floats
from xlinventory.declaration import worksheet_function
from xlinventory.functions.vocabulary import (
    FloatArray,
    MoveDates,
    NegativeStock,
    Quantities,
    UnitCosts,
)
from xlinventory.registry import Family, Shape

CostOfSales = Annotated[Floats, Number("money", "Cost of what was sold in the period")]
AverageInventory = Annotated[Floats, Number("money", "Average stock value over the period, at cost")]
PeriodDays = Annotated[Floats, Number("days", "Days in the period; blank is 365")]
GrossMargin = Annotated[Floats, Number("money", "Sales less their cost")]
UnitsSold = Annotated[Floats, Number("units", "Units sold in the period")]
UnitsReceived = Annotated[Floats, Number("units", "Units received in the period")]
OpeningUnits = Annotated[Floats, Number("units", "Units in stock at its start; blank is 0")]
BalanceDates = Annotated[
    FloatArray, Dates("date", "Days from which each balance holds, until the next one", group="balances")
]
Balances = Annotated[FloatArray, Series("money", "Stock value from each date on", group="balances")]
WindowStart = Annotated[float, Date("date", "First day of the window")]
WindowEnd = Annotated[float, Date("date", "Last day of the window")]
AgeAsOf = Annotated[float, Date("date", "Day whose end counts, and to which ages are reckoned")]
BucketDays = Annotated[
    FloatArray | None, Series("days", "Upper ends of the ages, rising; blank is 30, 60, 90, 180, 365")
]


@worksheet_function(
    Family.TURNOVER, example=(1200000, 220000), expect=5.454545454545454, returns="turns / year"
)
def inventory_turnover(
    cost_of_sales: CostOfSales, average_inventory: AverageInventory, period_days: PeriodDays = 365.0
) -> Floats:
    """Times the stock is sold and replaced in a year.

    cost_of_sales / average_inventory * 365 / period_days.

    #DIV/0!: average_inventory is 0. #NUM!: a negative argument, period_days not above 0.

    Source: definition, Silver, Pyke & Thomas (2017), ch. 1; the example is a published retailer's.

    >>> float(inventory_turnover(600000, 125000))
    4.8
    """
    return turnover.inventory_turnover(cost_of_sales, average_inventory, period_days)


@worksheet_function(Family.TURNOVER, example=(600000, 125000), expect=76.04166666666667, returns="days")
def days_inventory(
    cost_of_sales: CostOfSales, average_inventory: AverageInventory, period_days: PeriodDays = 365.0
) -> Floats:
    """Days the average stock lasts at the pace of the period's sales.

    average_inventory / cost_of_sales * period_days, so that turns a year * days = 365.

    #DIV/0!: cost_of_sales is 0. #NUM!: a negative argument, period_days not above 0.

    Source: definition, days' sales in inventory.

    >>> round(float(days_inventory(600000, 125000)), 2)
    76.04
    """
    return turnover.days_inventory(cost_of_sales, average_inventory, period_days)


@worksheet_function(
    Family.TURNOVER,
    example=([45292, 45307], [100.0, 200.0], 45292, 45322),
    expect=151.6129032258064,
    returns="money",
)
def average_inventory(
    balance_dates: BalanceDates, balances: Balances, from_date: WindowStart, to_date: WindowEnd
) -> float:
    """Average of a stock balance from one day to another, each balance weighted by how long it held.

    A balance holds from its date until the next one; the window includes both its days. In the example 100
    holds for 15 days of January and 200 for 16: (1500 + 3200) / 31.

    #N/A: no balance is known on from_date. #NUM!: to_date before from_date. #VALUE!: ranges of different
    length.

    Source: definition of a time-weighted mean.

    >>> round(average_inventory([45292, 45307], [100, 200], 45292, 45322), 2)
    151.61
    """
    return turnover.average_inventory(balance_dates, balances, from_date, to_date)


@worksheet_function(Family.TURNOVER, example=(50000, 25000), expect=2, returns="ratio")
def gmroi(gross_margin: GrossMargin, average_inventory: AverageInventory) -> Floats:
    """Gross margin return on inventory investment: margin earned for each unit of money in stock.

    gross_margin / average_inventory at cost; 2 is what some print as 200 %.

    #DIV/0!: average_inventory is 0. #NUM!: it is negative.

    Source: Sweeney (1973), Improving the profitability of retail merchandising decisions, Journal of
    Marketing 37(1).

    >>> float(gmroi(50000, 25000))
    2.0
    """
    return turnover.gmroi(gross_margin, average_inventory)


@worksheet_function(Family.TURNOVER, example=(650000, 1000000), expect=0.65, returns="ratio")
def sell_through(
    units_sold: UnitsSold, units_received: UnitsReceived, opening_units: OpeningUnits = 0.0
) -> Floats:
    """Share sold of the units there were to sell; above 1 when more was sold than is counted as received.

    units_sold / (units_received + opening_units).

    #DIV/0!: nothing received and no opening stock. #NUM!: a negative argument.

    Source: definition, retail buying.

    >>> float(sell_through(650, 800, 200))
    0.65
    """
    return turnover.sell_through(units_sold, units_received, opening_units)


@worksheet_function(
    Family.TURNOVER,
    example=([44531, 44532, 44533], [30.0, 20.0, -10.0], [2.0, 3.0, 0.0], 44573),
    expect=[
        [30.0, 0.0, 0.0],
        [60.0, 40.0, 100.0],
        [90.0, 0.0, 0.0],
        [180.0, 0.0, 0.0],
        [365.0, 0.0, 0.0],
        ["over 365", 0.0, 0.0],
    ],
    returns="days, units, money",
    shape=Shape.COLUMN,
)
def stock_age(
    move_dates: MoveDates,
    quantities: Quantities,
    unit_costs: UnitCosts,
    as_of: AgeAsOf,
    bucket_days: BucketDays = None,
    negative: NegativeStock = "error",
) -> list[tuple[float | str, float, float]]:
    """Units and value of the stock by age: one line for each bucket of days, and one for what is older.

    Ages are whole days from the receipt of each FIFO layer to as_of; a bucket is named by its upper end and
    includes it. The lines add up to STOCK_VALUE by FIFO. With negative "allow", units issued beyond the stock
    count below 0, by the age of their issue.

    #NUM!: bucket_days not above 0 or not rising; as STOCK_VALUE. #VALUE!: as STOCK_VALUE.

    Source: Stock Ageing of ERPNext (the quantities of the example, 40 days later).

    >>> stock_age([44531, 44532, 44533], [30, 20, -10], [2, 3, 0], 44573, [30, 60])
    [(30.0, 0.0, 0.0), (60.0, 40.0, 100.0), ('over 60', 0.0, 0.0)]
    """
    moves = valuation.item_ledger(move_dates, quantities, unit_costs)
    held = moves.value("FIFO", as_of=as_of, negative=negative).layers()
    buckets = turnover.AGE_BUCKETS if bucket_days is None else bucket_days
    days, units, money = turnover.stock_age(np.floor(as_of) - held.date, held.quantity, held.value, buckets)
    names = [*days[:-1].tolist(), f"over {days[-2]:g}"]
    return list(zip(names, units[0].tolist(), money[0].tolist(), strict=True))
