"""Turnover and TurnoverGroups: how fast stock moves, what it earns and how old it is, by item and by group."""

from xlinventory.tables import Column, Kind, Table, Writer

BUTTON = Writer.BUTTON

AGES = {
    "age_0_30": 30.0,
    "age_31_90": 90.0,
    "age_91_180": 180.0,
    "age_181_365": 365.0,
    "age_over_365": float("inf"),
}
"""Columns of stock value by age, and the oldest day of each."""

_PACE = (
    Column("cost_of_sales", Kind.MONEY, "Cost of what was sold, less what came back, in the 365 days to as_of "
           "or in the window given", BUTTON, "money"),
    Column("average_inventory", Kind.MONEY, "Stock value averaged over all days of the window", BUTTON, "money"),
)  # fmt: skip
_RATIOS = (
    Column("turns", Kind.NUMBER, "Times the average stock is sold in a year: cost_of_sales / average_inventory, "
           "a year", BUTTON, "1 / year"),
    Column("days", Kind.NUMBER, "Days of inventory: how long the average stock lasts at that pace, 365 / turns",
           BUTTON, "days"),
    Column("gmroi", Kind.NUMBER, "Gross margin a year for each unit of money in stock, at cost: (sales - "
           "cost_of_sales) / average_inventory (Sweeney 1973)", BUTTON, "ratio"),
    Column("sell_through", Kind.RATIO, "Units sold of those there were to sell: opening stock and receipts of the "
           "window", BUTTON, "ratio"),
    Column("weeks_cover", Kind.NUMBER, "Weeks the units in stock last at the pace they sold at in the window",
           BUTTON, "weeks"),
)  # fmt: skip
_AGE = (
    Column("stock_value", Kind.MONEY, "Stock at the end of the window, by FIFO: the sum of the ages", BUTTON, "money"),
    Column("age_average", Kind.NUMBER, "Days since the stock came in, averaged over its value", BUTTON, "days"),
    Column("age_0_30", Kind.MONEY, "Stock value that came in up to 30 days ago", BUTTON, "money"),
    Column("age_31_90", Kind.MONEY, "31 to 90 days ago", BUTTON, "money"),
    Column("age_91_180", Kind.MONEY, "91 to 180 days ago", BUTTON, "money"),
    Column("age_181_365", Kind.MONEY, "181 to 365 days ago", BUTTON, "money"),
    Column("age_over_365", Kind.MONEY, "More than a year ago", BUTTON, "money"),
    Column("dead_stock_value", Kind.MONEY, "Stock that came in dead_days ago or earlier, of items not sold for as "
           "long", BUTTON, "money"),
)  # fmt: skip

TURNOVER = Table(
    "Turnover",
    "How fast each item sells, what it earns on its stock, and how old that stock is.",
    (
        Column("sku", Kind.TEXT, "Item", BUTTON, required=True, width=12),
        Column("name", Kind.TEXT, "Its name", BUTTON, width=34),
        Column("category", Kind.TEXT, "Its category", BUTTON, width=14),
        Column("abc", Kind.TEXT, "Its class by yearly value, from Items", BUTTON, width=6),
        *_PACE,
        *_RATIOS,
        Column("quantity", Kind.NUMBER, "Units in stock at the end of the window", BUTTON, "units"),
        Column("average_units", Kind.NUMBER, "Units in stock averaged over all days of the window", BUTTON,
               "units"),
        Column("units_sold", Kind.NUMBER, "Units sold in the window, less those that came back", BUTTON, "units"),
        Column("last_sale", Kind.DATE, "Day of the last sale", BUTTON, "date"),
        Column("idle_days", Kind.WHOLE, "Days since the last sale; since it first moved if it never sold", BUTTON,
               "days"),
        *_AGE,
    ),
    key=("sku",),
)  # fmt: skip

TURNOVER_GROUPS = Table(
    "TurnoverGroups",
    "Turnover of all items together, of each ABC class and of each category. Every ratio is that of the group's "
    "totals.",
    (
        Column("group", Kind.TEXT, "What the items have in common: all, abc or category", BUTTON, required=True,
               width=10),
        Column("name", Kind.TEXT, "Which class or category", BUTTON, required=True, width=20),
        Column("items", Kind.WHOLE, "Items whose figures are counted", BUTTON, "items"),
        *_PACE,
        Column("sales_share", Kind.RATIO, "Share of the cost of sales of all items", BUTTON, "0 to 1"),
        Column("stock_share", Kind.RATIO, "Share of the stock value of all items", BUTTON, "0 to 1"),
        *_RATIOS,
        *_AGE,
        Column("without_figures", Kind.WHOLE, "Items left out: their stock has no value, see Valuation", BUTTON,
               "items"),
        Column("from_date", Kind.DATE, "First day of the window", BUTTON, "date"),
        Column("to_date", Kind.DATE, "Its last day, on which the stock is valued and aged", BUTTON, "date"),
    ),
    key=("group", "name"),
)  # fmt: skip

TURNOVER_LATER = frozenset(
    ("category", "abc", "weeks_cover", "quantity", "average_units", "units_sold", "idle_days", "stock_value",
     "age_average")
)  # fmt: skip
"""Columns of Turnover that older workbooks lack: the button fills those that are there."""
