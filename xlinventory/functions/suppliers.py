"""Suppliers: how long they take, whether they keep their word, and what buying from them costs."""

from typing import Annotated

import numpy as np

from xlinventory.arguments import Date, Dates, Number, Series, Word
from xlinventory.core import suppliers
from xlinventory.core.checks import Floats
from xlinventory.declaration import worksheet_function
from xlinventory.functions.vocabulary import (
    AnnualDemand,
    FloatArray,
    HoldingRate,
    OrderCost,
    OrderQty,
    SafetyStock,
)
from xlinventory.registry import Family

OrderDates = Annotated[FloatArray, Dates("date", "Day each line was ordered", group="lines")]
PromisedDates = Annotated[
    FloatArray,
    Dates(
        "date", "Day each line was promised for; a line without is left out", group="lines", blanks="missing"
    ),
]
ReceiptDates = Annotated[
    FloatArray,
    Dates("date", "Day each line was received; blank while it is open", group="lines", blanks="missing"),
]
LineQuantities = Annotated[
    FloatArray | None, Series("units", "Units of each line; blank weighs all lines the same", group="lines")
]
OrderedQtys = Annotated[
    FloatArray | None, Series("units", "Units ordered; blank looks at dates only", group="lines")
]
ReceivedQtys = Annotated[
    FloatArray | None, Series("units", "Units received; blank is 0", group="lines", blanks="missing")
]
Statistic = Annotated[
    str, Word("", "What is asked of the lead times:", ("mean", "sd", "median", "p90", "count"))
]
ViewDate = Annotated[
    float, Date("date", "Day of the view: later receipts are still open; blank leaves out open lines")
]
DueDate = Annotated[
    float, Date("date", "Day of the view: what was promised earlier is due; blank is the last receipt")
]
ToleranceDays = Annotated[
    float, Number("days", "Days after the promise that still count as on time; blank is 0")
]
OnTime = Annotated[Floats, Number("0 to 1", "Share of lines on time; blank drops out")]
AcceptRate = Annotated[Floats, Number("0 to 1", "Share of units accepted; blank drops out")]
PriceIndex = Annotated[Floats, Number("1 = best", "Price paid over the best price; blank drops out")]
LeadTimeCv = Annotated[Floats, Number("ratio", "Sd over mean of the lead time; 0 = best; blank drops out")]
ScoreWeights = Annotated[
    FloatArray | None,
    Series("", "Weights of the four measures in their order; blank is 0.4, 0.3, 0.2, 0.1", group="weights",
           blanks="missing"),
]  # fmt: skip
ActualPrice = Annotated[Floats, Number("money / unit", "Price paid for a unit")]
StandardPrice = Annotated[Floats, Number("money / unit", "Price a unit should cost")]
QuantityBought = Annotated[Floats, Number("units", "Units bought; returns negative")]
Rejected = Annotated[Floats, Number("units", "Units refused")]
Received = Annotated[Floats, Number("units", "Units received, refused ones included")]
SupplierPrice = Annotated[Floats, Number("money / unit", "Price of a unit from this supplier")]
RejectRate = Annotated[Floats, Number("0 to 1", "Share of units refused; blank is 0")]


@worksheet_function(
    Family.SUPPLIERS,
    example=([40800, 40810, 40820], [40810, 40822, 40828], [100, 100, 200]),
    expect=9.5,
    returns="days",
)
def lead_time(
    order_dates: OrderDates,
    receipt_dates: ReceiptDates,
    quantities: LineQuantities = None,
    statistic: Statistic = "mean",
    as_of: ViewDate = np.nan,
) -> float:
    """Days from order to receipt as they were: mean, sd, median, p90 (the 90th percentile), or count.

    Lines are weighted by quantities. The sd is the sample's, sqrt(sum p (x - mean)² / (1 - sum p²)) with p a
    line's share of the units; median and p90 are those of PERCENTILE, with weights. count is the number of
    lines received. With as_of, a line not received by then counts as one that takes longer than it has waited
    (Kaplan-Meier): its weight passes on to the lines that took longer. A wait longer than any receipt took
    counts as it stands, so a result that reaches one is a lower bound.

    #N/A: no line received, for sd fewer than 2. #NUM!: a receipt before its order, a negative quantity.
    #VALUE!: a blank order date or quantity, ranges of different length.

    Source: Kaplan & Meier (1958) as in Efron (1967); Akinshin (2023), Weighted quantile estimators; the
    example by hand: 10, 12 and 8 days for 100, 100 and 200 units.

    >>> lead_time([40800, 40810, 40820], [40810, 40822, 40828], [100, 100, 200])
    9.5
    """
    return suppliers.lead_time(order_dates, receipt_dates, quantities, statistic, as_of)


@worksheet_function(
    Family.SUPPLIERS,
    example=([40886] * 4, [40884, 40886, 40888, 40886], [50, 50, 50, 50], [50, 50, 50, 40]),
    expect=0.5,
    returns="0 to 1",
)
def on_time_rate(
    promised_dates: PromisedDates,
    receipt_dates: ReceiptDates,
    ordered_qtys: OrderedQtys = None,
    received_qtys: ReceivedQtys = None,
    tolerance_days: ToleranceDays = 0.0,
    as_of: DueDate = np.nan,
) -> float:
    """Share of order lines received by the day promised - and in full, when quantities are given.

    On time: receipt_dates <= promised_dates + tolerance_days, whatever the time of day. In full:
    received_qtys >= ordered_qtys on the same line (OTIF). A line not received counts as late once its promise
    and tolerance lie before as_of (blank: the last receipt); until then it is not due and is left out. So is
    a line without a promise.

    #N/A: no line is due, or none was received at all. #VALUE!: only one of the quantities given, a blank
    ordered quantity, ranges of different length. #NUM!: negative quantities or tolerance.

    Source: definition of on time in full, per line; the example by hand: one line late, one short.

    >>> on_time_rate([40886] * 4, [40884, 40886, 40888, 40886], [50] * 4, [50, 50, 50, 40])
    0.5
    """
    return suppliers.on_time_rate(
        promised_dates, receipt_dates, ordered_qtys, received_qtys, tolerance_days, as_of
    )


@worksheet_function(Family.SUPPLIERS, example=(0.94, 0.98, 1.25, 0.25), expect=91, returns="0 to 100")
def supplier_score(
    on_time: OnTime = np.nan,
    accept_rate: AcceptRate = np.nan,
    price_index: PriceIndex = np.nan,
    lead_time_cv: LeadTimeCv = np.nan,
    weights: ScoreWeights = None,
) -> Floats:
    """Points from 0 to 100 for punctuality, quality, price and steadiness; a blank measure drops out.

    Points of each: 100 on_time; 100 accept_rate; 100 / price_index, at most 100; 100 / (1 + lead_time_cv).
    Their mean by weights, by 0.4, 0.3, 0.2 and 0.1 unless given; the weights of the measures that are there
    count for all. A weight left blank is 0.

    #N/A: no measure. #NUM!: a rate outside 0 to 1, price_index not above 0, a negative cv or weight.
    #DIV/0!: only measures of weight 0. #VALUE!: not four weights, nor three without a lead_time_cv.

    Source: weighted point plan, Monczka et al. (2016), Purchasing and Supply Chain Management; the
    mapping is this package's: 0.4 * 94 + 0.3 * 98 + 0.2 * 80 + 0.1 * 80 = 91.

    >>> round(float(supplier_score(0.94, 0.98, 1.25, 0.25)), 6)
    91.0
    """
    return suppliers.supplier_score(
        on_time, accept_rate, price_index, lead_time_cv, suppliers.WEIGHTS if weights is None else weights
    )


@worksheet_function(Family.SUPPLIERS, example=(5.1, 5.0, 4500), expect=450, returns="money")
def price_variance(
    actual_price: ActualPrice, standard_price: StandardPrice, quantity: QuantityBought
) -> Floats:
    """Money paid above the standard price; positive is unfavourable.

    (actual_price - standard_price) * quantity.

    #NUM!: a negative price.

    Source: purchase price variance of standard costing; 0.10 too much on 4,500 units.

    >>> round(float(price_variance(5.1, 5.0, 4500)), 6)
    450.0
    """
    return suppliers.price_variance(actual_price, standard_price, quantity)


@worksheet_function(Family.SUPPLIERS, example=(332, 1000000), expect=0.000332, returns="0 to 1")
def defect_rate(rejected: Rejected, received: Received) -> Floats:
    """Share of the units received that were refused; times a million it is parts per million (ppm).

    rejected / received.

    #DIV/0!: nothing received. #NUM!: a negative argument, more rejected than received.

    Source: definition; 332 ppm.

    >>> float(defect_rate(332, 1_000_000))
    0.000332
    """
    return suppliers.defect_rate(rejected, received)


@worksheet_function(
    Family.SUPPLIERS, example=(1000, 5, 100, 20, 0.25, 40, 0.02), expect=5412.5, returns="money / year"
)
def supplier_cost(
    annual_demand: AnnualDemand,
    unit_price: SupplierPrice,
    order_qty: OrderQty,
    order_cost: OrderCost,
    holding_rate: HoldingRate,
    safety_stock: SafetyStock,
    reject_rate: RejectRate = 0.0,
) -> Floats:
    """Money a year to buy an item from a supplier: price, ordering, holding, and units refused.

    c D + K D / Q + i c (Q / 2 + SS) + r c D: D annual_demand, c unit_price, Q order_qty, K order_cost, i
    holding_rate, SS safety_stock, r reject_rate, of units that cost their price in vain. A negative safety
    stock lowers the stock held to 0 at most.

    #NUM!: order_qty not above 0, reject_rate outside 0 to 1, another argument but safety_stock negative.

    Source: total cost of ownership, Snyder & Shen (2019), eq. 3.3, with safety stock and rejects; by hand:
    5000 + 200 + 0.25 * 5 * 90 + 100 = 5412.50.

    >>> float(supplier_cost(1000, 5, 100, 20, 0.25, 40, 0.02))
    5412.5
    """
    return suppliers.supplier_cost(
        annual_demand, unit_price, order_qty, order_cost, holding_rate, safety_stock, reject_rate
    )
