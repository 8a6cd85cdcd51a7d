"""The argument types of the worksheet functions: one name, one unit and one help text everywhere.

A type used by one family only stands at the top of that family's module.
"""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from xlinventory.arguments import Date, Dates, Number, Series, Word
from xlinventory.core.checks import Floats

FloatArray = NDArray[np.float64]

# Demand and lead time: rates per period, durations in the same periods.
DemandAvg = Annotated[Floats, Number("units / period", "Mean demand per period")]
DemandSd = Annotated[Floats, Number("units / period", "Standard deviation of demand per period")]
AnnualDemand = Annotated[Floats, Number("units / year", "Demand of a year")]
LeadTime = Annotated[Floats, Number("periods", "Mean time from order to receipt, in demand periods")]
LeadTimeSd = Annotated[Floats, Number("periods", "Standard deviation of the lead time; blank is 0")]
ReviewPeriod = Annotated[Floats, Number("periods", "Time between two reviews; 0 is continuous review")]

# Targets.
ServiceLevel = Annotated[Floats, Number("0 to 1", "Service wanted, strictly between 0 and 1, such as 0.95")]
ServiceType = Annotated[
    str, Word("", "What the service level counts: cycles without stock-out, or units filled from stock:",
              ("cycle", "fill"))
]  # fmt: skip
DemandDistribution = Annotated[
    str,
    Word("", "Shape of demand over the lead time:", ("normal", "gamma", "negbin", "poisson", "lognormal")),
]

# Stock and policy.
OnHand = Annotated[Floats, Number("units", "Units in stock now")]
OnOrder = Annotated[Floats, Number("units", "Units ordered and not yet received")]
Position = Annotated[Floats, Number("units", "On hand + on order - committed - backorders")]
ReorderPoint = Annotated[Floats, Number("units", "Position at or below which to order")]
TargetLevel = Annotated[Floats, Number("units", "Level to order up to")]
OrderQty = Annotated[Floats, Number("units", "Order quantity")]
SafetyStock = Annotated[Floats, Number("units", "Safety stock")]
MinimumOrderQty = Annotated[Floats, Number("units", "Minimum order quantity; blank or 0 is none")]
PackSize = Annotated[Floats, Number("units", "Units in a pack; 0 is no rounding, blank is 1")]
MaximumQty = Annotated[Floats, Number("units", "Largest order, rounded down to packs; blank is none")]

# Money.
OrderCost = Annotated[Floats, Number("money / order", "Cost of placing one order")]
UnitCost = Annotated[Floats, Number("money / unit", "Cost of one unit")]
UnitPrice = Annotated[Floats, Number("money / unit", "Selling price of one unit")]
HoldingRate = Annotated[Floats, Number("1 / year", "Holding cost as a share of stock value a year: 0.25")]
ShortageCost = Annotated[Floats, Number("money / unit", "Cost of one unit short")]
BackorderCost = Annotated[
    Floats, Number("money / unit / year", "Cost of owing a customer one unit for a year")
]

# Histories.
History = Annotated[
    FloatArray,
    Series("units", "Demand of each period, oldest first; a blank is a missing period, 0 is zero",
           group="history", blanks="missing"),
]  # fmt: skip
InStock = Annotated[
    FloatArray | None,
    Series("0 to 1", "Share of each period in which the item was in stock; blank is 1",
           group="history", blanks="missing"),
]  # fmt: skip
SeasonLength = Annotated[Floats, Number("periods", "Length of a season: 1 find it, 0 none, else its length")]
Horizon = Annotated[Floats, Number("periods", "Number of periods ahead")]

# Ledgers and dates.
MoveDates = Annotated[
    FloatArray, Dates("date", "Date of each movement; same-day rows keep their order", group="ledger")
]
Quantities = Annotated[
    FloatArray, Series("units", "Units of each movement: receipts positive, issues negative", group="ledger")
]
UnitCosts = Annotated[
    FloatArray,
    Series("money / unit", "Unit cost of each receipt; that of an issue is ignored",
           group="ledger", blanks="missing"),
]  # fmt: skip
AsOf = Annotated[Floats, Date("date", "Day whose end counts; blank is after the last movement")]
FromDate = Annotated[Floats, Date("date", "First day of the window; blank is the first movement")]
ToDate = Annotated[Floats, Date("date", "Last day of the window; blank is the last movement")]
NegativeStock = Annotated[
    str, Word("", "When issues exceed the stock: refuse, or cost now and re-cost at the next receipt:",
              ("error", "allow"))
]  # fmt: skip
CostMethod = Annotated[
    str,
    Word("", "Cost flow (LIFO is not permitted under IFRS):",
         ("FIFO", "LIFO", "WAC", "FIFO_PERIODIC", "LIFO_PERIODIC", "WAC_PERIODIC")),
]  # fmt: skip
