"""Closings: the figures of every closed period as they were reported, beside what the books say now.

No column is a formula: a year of closings of ten thousand items would be calculated anew with every run.
"""

from xlinventory.sheets.settings import SETTINGS
from xlinventory.tables import Column, Kind, Table, Writer

METHODS = next(setting.choices for setting in SETTINGS if setting.name == "valuation_method")
BUTTON = Writer.BUTTON

CLOSINGS = Table(
    "Closings",
    "Closed periods as reported, and what today's movements make of them: a change is posted in the next period.",
    (
        Column("period_end", Kind.DATE, "Last day of the period", BUTTON, "date", required=True),
        Column("sku", Kind.TEXT, "Item", BUTTON, required=True, width=12),
        Column("period_from", Kind.DATE, "First day of the period; blank is from the first movement", BUTTON, "date"),
        Column("method", Kind.TEXT, "Cost flow it was closed by", BUTTON, required=True, choices=METHODS),
        Column("quantity", Kind.NUMBER, "Units in stock at its end", BUTTON, "units"),
        Column("opening_value", Kind.MONEY, "Stock before its first day, at cost", BUTTON, "money"),
        Column("purchases", Kind.MONEY, "Opening stock and receipts at cost, less what went back", BUTTON, "money"),
        Column("cost_of_sales", Kind.MONEY, "Cost of sales as reported", BUTTON, "money"),
        Column("value", Kind.MONEY, "Stock at its end at cost, as reported", BUTTON, "money"),
        Column("check", Kind.MONEY, "Opening value + purchases - cost of sales - value: must be 0", BUTTON, "money"),
        Column("write_down", Kind.MONEY, "Stock value above net realisable value, as reported", BUTTON, "money"),
        Column("carrying_value", Kind.MONEY, "Stock value less the write-down, as reported", BUTTON, "money"),
        Column("value_now", Kind.MONEY, "Stock at its end at cost, by the movements as they are now", BUTTON, "money"),
        Column("value_change", Kind.MONEY, "What the stock value has changed by since it was reported", BUTTON, "money"),
        Column("cost_of_sales_now", Kind.MONEY, "Cost of sales by the movements as they are now", BUTTON, "money"),
        Column("cost_of_sales_change", Kind.MONEY, "What cost of sales has changed by since it was reported", BUTTON,
               "money"),
        Column("why", Kind.TEXT, "What changed a figure since, and whether a later closing has taken it up", BUTTON, width=46),
        Column("value_taken_up", Kind.MONEY, "Stock value when a later period was last closed; until then as reported", BUTTON,
               "money"),
        Column("cost_of_sales_taken_up", Kind.MONEY,
               "Cost of sales when a later period was last closed; until then as reported", BUTTON, "money"),
        Column("movements", Kind.WHOLE, "Movements of the item to its end, when it was closed", BUTTON),
        Column("movements_now", Kind.WHOLE, "Movements of the item to its end, as they are now", BUTTON),
        Column("closed_on", Kind.DATE, "as_of when it was closed; Log has the time", BUTTON, "date"),
    ),
    key=("period_end", "sku"),
)  # fmt: skip
