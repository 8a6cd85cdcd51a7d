"""Valuation and Turnover: what the stock is worth and how fast it moves."""

from xlinventory.tables import Column, Kind, Table, Writer

BUTTON = Writer.BUTTON

VALUATION = Table(
    "Valuation",
    "Stock and cost of sales by FIFO, LIFO and weighted average side by side. LIFO is not permitted under IFRS.",
    (
        Column("sku", Kind.TEXT, "Item", BUTTON, required=True, width=12),
        Column("name", Kind.TEXT, "Its name", BUTTON, width=34),
        Column("quantity", Kind.NUMBER, "Units in stock at as_of", BUTTON, "units"),
        Column("purchases", Kind.MONEY, "Opening stock and receipts at cost, less what went back", BUTTON, "money"),
        Column("fifo_value", Kind.MONEY, "Stock, first in first out", BUTTON, "money"),
        Column("lifo_value", Kind.MONEY, "Stock, last in first out", BUTTON, "money"),
        Column("wac_value", Kind.MONEY, "Stock, moving weighted average", BUTTON, "money"),
        Column("fifo_cost_of_sales", Kind.MONEY, "Cost of sales, FIFO", BUTTON, "money"),
        Column("lifo_cost_of_sales", Kind.MONEY, "Cost of sales, LIFO", BUTTON, "money"),
        Column("wac_cost_of_sales", Kind.MONEY, "Cost of sales, weighted average", BUTTON, "money"),
        Column("nrv", Kind.MONEY, "Net realisable value of a unit: its selling price", BUTTON, "money / unit"),
        Column("write_down", Kind.MONEY, "Stock value above net realisable value", BUTTON, "money"),
        Column("carrying_value", Kind.MONEY, "Stock by the method of Settings, less the write-down", BUTTON, "money"),
        Column("check", Kind.MONEY, "Purchases - cost of sales - stock, all three methods: must be 0",
               Writer.FORMULA, "money",
               formula="=ROUND(ABS([purchases]-[fifo_cost_of_sales]-[fifo_value])"
                       "+ABS([purchases]-[lifo_cost_of_sales]-[lifo_value])"
                       "+ABS([purchases]-[wac_cost_of_sales]-[wac_value]),6)"),
        Column("problem", Kind.TEXT, "Why an item has no value", BUTTON, width=50),
    ),
    key=("sku",),
)  # fmt: skip

TURNOVER = Table(
    "Turnover",
    "How fast each item sells, what it earns on its stock, and how old that stock is.",
    (
        Column("sku", Kind.TEXT, "Item", BUTTON, required=True, width=12),
        Column("name", Kind.TEXT, "Its name", BUTTON, width=34),
        Column("cost_of_sales", Kind.MONEY, "Cost of what was sold in the last 365 days", BUTTON, "money"),
        Column("average_inventory", Kind.MONEY, "Stock value, averaged over those days", BUTTON, "money"),
        Column("turns", Kind.NUMBER, "Times the stock was sold in a year", BUTTON, "1 / year"),
        Column("days", Kind.NUMBER, "Days the stock lasts at that pace", BUTTON, "days"),
        Column("gmroi", Kind.NUMBER, "Gross margin for each unit of money in stock", BUTTON, "ratio"),
        Column("sell_through", Kind.RATIO, "Units sold of those available", BUTTON, "ratio"),
        Column("last_sale", Kind.DATE, "Day of the last sale", BUTTON, "date"),
        Column("age_0_30", Kind.MONEY, "Stock value up to 30 days old", BUTTON, "money"),
        Column("age_31_90", Kind.MONEY, "31 to 90 days", BUTTON, "money"),
        Column("age_91_180", Kind.MONEY, "91 to 180 days", BUTTON, "money"),
        Column("age_181_365", Kind.MONEY, "181 to 365 days", BUTTON, "money"),
        Column("age_over_365", Kind.MONEY, "Older than a year", BUTTON, "money"),
        Column(
            "dead_stock_value", Kind.MONEY, "Stock value of an item not sold for 180 days", BUTTON, "money"
        ),
    ),
    key=("sku",),
)
