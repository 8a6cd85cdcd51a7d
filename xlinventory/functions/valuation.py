"""Valuation: what stock and sales cost by FIFO, LIFO and average, landed cost, lower of cost or NRV."""

from typing import Annotated

import numpy as np

from xlinventory.arguments import Number, Series, Word
from xlinventory.core import landed_cost as landing
from xlinventory.core import net_realisable_value, valuation
from xlinventory.core.checks import Floats
from xlinventory.declaration import worksheet_function
from xlinventory.functions.vocabulary import (
    AsOf,
    CostMethod,
    FloatArray,
    FromDate,
    MoveDates,
    NegativeStock,
    Quantities,
    ToDate,
    UnitCost,
    UnitCosts,
    UnitPrice,
)
from xlinventory.registry import Family, Shape

LineQuantities = Annotated[FloatArray, Series("units", "Units of each line received", group="lines")]
LineCosts = Annotated[FloatArray, Series("money / unit", "Unit cost of each line", group="lines")]
LineWeights = Annotated[
    FloatArray | None, Series("any", "Weight of each line, for the basis weight", group="lines")
]
ChargeTotal = Annotated[float, Number("money", "Freight, duty or another charge to share out")]
ChargeBasis = Annotated[
    str, Word("", "What a line's share of the charge goes by:", ("value", "quantity", "weight"))
]
UnitsHeld = Annotated[Floats, Number("units", "Units in stock")]
CostToSell = Annotated[Floats, Number("money / unit", "Cost of completing and selling a unit; blank is 0")]

_DAYS = [45293.0, 45353.0, 45361.0, 45440.0, 45487.0, 45516.0, 45542.0, 45577.0, 45618.0, 45647.0]
_UNITS = [10.0, 10.0, -10.0, 20.0, -20.0, 10.0, -10.0, 20.0, -20.0, 10.0]
_COSTS = [8.0, 8.5, 0.0, 8.4, 0.0, 9.0, 0.0, 8.8, 0.0, 9.1]  # the cost of an issue is ignored
_LEDGER = (_DAYS, _UNITS, _COSTS)  # Hermanson, Edwards & Maher, ch. 7; opening stock on 1 January 2024


@worksheet_function(Family.VALUATION, example=(*_LEDGER, "FIFO"), expect=179.0, returns="money")
def stock_value(
    move_dates: MoveDates,
    quantities: Quantities,
    unit_costs: UnitCosts,
    method: CostMethod = "FIFO",
    as_of: AsOf = np.nan,
    negative: NegativeStock = "error",
) -> float:
    """What the stock is worth at cost by FIFO, LIFO (not permitted under IFRS) or weighted average.

    The ledger is replayed in date order, rows of a day as they stand. FIFO issues the oldest units, LIFO the
    newest, WAC all at the moving average. A *_PERIODIC method counts all receipts up to as_of before the
    issues. With negative "allow", units beyond the stock leave at the cost of the last unit issued (else of
    the last receipt) and are costed anew at the receipt that covers them. An empty stock is worth 0.

    #NUM!: an issue beyond the stock under negative "error" (for a periodic method: over the whole period),
    a negative unit cost. #VALUE!: a receipt without a unit cost, ranges of different length.

    Source: Hermanson, Edwards & Maher, Accounting Principles: A Business Perspective, ch. 7 (the example).

    >>> round(stock_value([1, 2, 3], [10, 10, -15], [10, 20, 0], "WAC"), 2)
    75.0
    """
    moves = valuation.ledger(move_dates, quantities, unit_costs)
    return valuation.stock(moves, method, float(as_of), negative).value


@worksheet_function(Family.VALUATION, example=(*_LEDGER, "LIFO"), expect=519.0, returns="money")
def cost_of_sales(
    move_dates: MoveDates,
    quantities: Quantities,
    unit_costs: UnitCosts,
    method: CostMethod = "FIFO",
    from_date: FromDate = np.nan,
    to_date: ToDate = np.nan,
    negative: NegativeStock = "error",
) -> float:
    """What the units issued from one day to another cost by FIFO, LIFO (not under IFRS) or weighted average.

    Methods and negative as in STOCK_VALUE. A *_PERIODIC method takes the window as its period: opening stock
    by the same method, then all receipts, then the issues. Where a receipt covers earlier issues beyond
    stock, their change in cost falls in the window of that receipt.

    #NUM!: as STOCK_VALUE, and to_date before from_date. #VALUE!: as STOCK_VALUE.

    Source: Hermanson, Edwards & Maher, Accounting Principles: A Business Perspective, ch. 7 (the example).

    >>> cost_of_sales([1, 2, 3], [10, 10, -15], [10, 20, 0], "LIFO")
    250.0
    """
    moves = valuation.ledger(move_dates, quantities, unit_costs)
    return valuation.period(moves, method, float(from_date), float(to_date), negative).cost_of_sales


@worksheet_function(
    Family.VALUATION, example=(*_LEDGER, "WAC"), expect=8.929166666666667, returns="money / unit"
)
def unit_cost(
    move_dates: MoveDates,
    quantities: Quantities,
    unit_costs: UnitCosts,
    method: CostMethod = "FIFO",
    as_of: AsOf = np.nan,
    negative: NegativeStock = "error",
) -> float:
    """What the next unit issued costs: the oldest layer's cost by FIFO, the newest's by LIFO, or the average.

    Methods and negative as in STOCK_VALUE; LIFO is not permitted under IFRS. Without stock and with negative
    "allow" it is the last known cost.

    #DIV/0!: no stock to issue from. #NUM!, #VALUE!: as STOCK_VALUE.

    Source: Hermanson, Edwards & Maher, Accounting Principles: A Business Perspective, ch. 7 (the example).

    >>> unit_cost([1, 2, 3], [10, 10, -15], [10, 20, 0], "WAC")
    15.0
    """
    moves = valuation.ledger(move_dates, quantities, unit_costs)
    held = valuation.stock(moves, method, float(as_of), negative)
    return valuation.next_unit_cost(held, method, negative)


@worksheet_function(
    Family.VALUATION,
    example=(*_LEDGER, "LIFO"),
    expect=[[45293.0, 10.0, 8.0, 80.0], [45647.0, 10.0, 9.1, 91.0]],
    returns="date, units, money / unit, money",
    shape=Shape.COLUMN,
)
def cost_layers(
    move_dates: MoveDates,
    quantities: Quantities,
    unit_costs: UnitCosts,
    method: CostMethod = "FIFO",
    as_of: AsOf = np.nan,
    negative: NegativeStock = "error",
) -> list[tuple[float, float, float, float]]:
    """Layers the stock consists of: date, quantity, unit cost and value, oldest first; sums to STOCK_VALUE.

    Methods and negative as in STOCK_VALUE; LIFO is not permitted under IFRS. Under an average there is one
    layer, dated by the last receipt. Units issued beyond the stock are layers of negative quantity.

    #N/A: no stock. #NUM!, #VALUE!: as STOCK_VALUE.

    Source: Hermanson, Edwards & Maher, Accounting Principles: A Business Perspective, ch. 7 (the example).

    >>> cost_layers([1, 2, 3], [10, 10, -15], [10, 20, 0])
    [(2.0, 5.0, 20.0, 100.0)]
    """
    moves = valuation.ledger(move_dates, quantities, unit_costs)
    return valuation.layers(valuation.stock(moves, method, float(as_of), negative))


@worksheet_function(
    Family.VALUATION,
    example=_LEDGER,
    expect=[
        [0.0, 690.0, 511.0, 179.0, 0.0],
        [0.0, 690.0, 519.0, 171.0, 0.0],
        [0.0, 690.0, 511.4166666666667, 178.5833333333333, 0.0],
        [0.0, 690.0, 511.0, 179.0, 0.0],
        [0.0, 690.0, 525.0, 165.0, 0.0],
        [0.0, 690.0, 517.5, 172.5, 0.0],
    ],
    returns="money",
    shape=Shape.COLUMN,
)
def valuation_compare(
    move_dates: MoveDates,
    quantities: Quantities,
    unit_costs: UnitCosts,
    from_date: FromDate = np.nan,
    to_date: ToDate = np.nan,
) -> list[valuation.Comparison]:
    """Opening stock, purchases, cost of sales, closing stock and a check of 0, one line for each method.

    The lines are FIFO, LIFO (not permitted under IFRS), WAC, FIFO_PERIODIC, LIFO_PERIODIC and WAC_PERIODIC.
    check = opening + purchases - cost of sales - closing, each of them worked out by itself.

    #NUM!: an issue beyond the stock by any method, to_date before from_date. #VALUE!: as STOCK_VALUE.

    Source: Hermanson, Edwards & Maher, Accounting Principles: A Business Perspective, ch. 7, Exhibits 51-56.

    >>> valuation_compare([1, 2, 3], [10, 10, -15], [10, 20, 0])[1]
    Comparison(opening=0.0, purchases=300.0, cost_of_sales=250.0, closing=50.0, check=0.0)
    """
    moves = valuation.ledger(move_dates, quantities, unit_costs)
    return valuation.compare(moves, float(from_date), float(to_date))


@worksheet_function(
    Family.VALUATION,
    example=([100.0, 50.0], [2.0, 8.0], 60.0),
    expect=[2.2, 8.8],
    returns="money / unit",
    shape=Shape.COLUMN,
)
def landed_cost(
    quantities: LineQuantities,
    unit_costs: LineCosts,
    charge_total: ChargeTotal,
    basis: ChargeBasis = "value",
    weights: LineWeights = None,
) -> FloatArray:
    """Unit cost of each line with its share of freight, duty or another charge.

    A line's share goes by its value (quantity * unit cost), its quantity or its weight; the shares add up to
    charge_total exactly. A credit is a negative charge.

    #NUM!: a quantity not above 0, a negative unit cost or weight, a credit beyond a line's cost. #N/A: basis
    weight without weights. #DIV/0!: all values or weights are 0. #VALUE!: ranges of different length.

    Source: IAS 2 Inventories, paragraph 10 (costs of purchase); 60 on values of 200 and 400 is 20 and 40.

    >>> print(landed_cost([100, 50], [2, 8], 60))
    [2.2 8.8]
    """
    return landing.landed_cost(quantities, unit_costs, charge_total, basis, weights)


@worksheet_function(Family.VALUATION, example=(18, 43, 40), expect=720, returns="money")
def lower_of_cost_nrv(
    quantity: UnitsHeld, unit_cost: UnitCost, selling_price: UnitPrice, cost_to_sell: CostToSell = 0.0
) -> Floats:
    """What stock may be shown at: the lower of its cost and what selling it will bring in.

    quantity * min(unit_cost, selling_price - cost_to_sell), item by item; never below 0.

    #NUM!: a negative argument.

    Source: IAS 2 Inventories, paragraphs 9 and 28 to 33.

    >>> float(lower_of_cost_nrv(1, 150, 100, 8))
    92.0
    """
    return net_realisable_value.lower_of_cost_nrv(quantity, unit_cost, selling_price, cost_to_sell)
