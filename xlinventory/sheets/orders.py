"""Purchase orders, and the reorder list with a reason on every line."""

from xlinventory.tables import Column, Kind, Table, Writer

BUTTON = Writer.BUTTON
ORDER_STATES = ("open", "partial", "overdue", "received", "cancelled")

PURCHASE_ORDERS = Table(
    "PurchaseOrders",
    "One row an order line. Type what came into received, rejected and receipt_date and press Receive; a cancelled line is not on order.",
    (
        Column("po", Kind.TEXT, "Order number", required=True, width=12),
        Column(
            "supplier", Kind.TEXT, "Supplier", required=True, choices_from="Suppliers[supplier]", width=24
        ),
        Column("sku", Kind.TEXT, "Item", required=True, choices_from="Items[sku]", width=12),
        Column("order_date", Kind.DATE, "Day it was ordered", required=True, unit="date"),
        Column("promised_date", Kind.DATE, "Day it was promised for", unit="date"),
        Column("quantity", Kind.NUMBER, "Units ordered", required=True, unit="units", minimum=0),
        Column("unit_price", Kind.MONEY, "Price of a unit", unit="money / unit", minimum=0),
        Column("received", Kind.NUMBER, "Units accepted so far", unit="units", minimum=0),
        Column("rejected", Kind.NUMBER, "Units refused so far", unit="units", minimum=0),
        Column("receipt_date", Kind.DATE, "Day of the last receipt", unit="date"),
        Column("open_quantity", Kind.NUMBER, "Units still to come", BUTTON, "units"),
        Column("status", Kind.TEXT, "Where the line stands", choices=ORDER_STATES, width=12),
    ),
    key=("po", "sku"),
)

OVERDUE = Table(
    "Overdue",
    "Order lines that are late, the longest wait first: when each should come, what runs out before, whom to ask. Overdue fills it.",
    (
        Column("po", Kind.TEXT, "Order number", BUTTON, required=True, width=14),
        Column("sku", Kind.TEXT, "Item", BUTTON, required=True, width=12),
        Column("name", Kind.TEXT, "Its name", BUTTON, width=34),
        Column("supplier", Kind.TEXT, "Supplier", BUTTON, width=24),
        Column("email", Kind.TEXT, "Address to ask at", BUTTON, width=30),
        Column("promised_date", Kind.DATE, "Day it was promised for", BUTTON, "date"),
        Column("days_late", Kind.WHOLE, "Days since then", BUTTON, "days"),
        Column("open_quantity", Kind.NUMBER, "Units still to come", BUTTON, "units"),
        Column("value", Kind.MONEY, "The same at the order's price; blank without one", BUTTON, "money"),
        Column(
            "expected",
            Kind.DATE,
            "Day it should come, as the supplier's receipts go that took longer than it has waited",
            BUTTON,
            "date",
        ),
        Column(
            "stockout_date",
            Kind.DATE,
            "Day the item runs out without its late lines; blank is never",
            BUTTON,
            "date",
        ),
        Column("days_out", Kind.WHOLE, "Days without stock until it should come", BUTTON, "days"),
        Column("units_short", Kind.NUMBER, "Demand of those days", BUTTON, "units"),
        Column("why", Kind.TEXT, "What the expected day stands on", BUTTON, width=90),
    ),
    key=("po", "sku"),
)

REORDER = Table(
    "Reorder",
    "What to order now and why; below, every other item and why not. Order quantity and take are yours to change.",
    (
        Column("take", Kind.YES_NO, "yes: goes on a purchase order", choices=("yes", "no"), width=8),
        Column("sku", Kind.TEXT, "Item", BUTTON, required=True, width=12),
        Column("name", Kind.TEXT, "Its name", BUTTON, width=34),
        Column("decision", Kind.TEXT, "What the run made of it. order: due now; early: due before the next order day and ordered with the rest; top up: fills the supplier's smallest order; fewer: cut to what the budget pays; over budget, too small: not ticked, see why; enough, never, no plan: not ordered", BUTTON, width=13),
        Column("supplier", Kind.TEXT, "Supplier to order from", choices_from="Suppliers[supplier]", width=22),
        Column("status", Kind.TEXT, "Where the item stands", BUTTON, width=15),
        Column("position", Kind.NUMBER, "On hand + on order - committed", BUTTON, "units"),
        Column("reorder_point", Kind.NUMBER, "Order at or below this", BUTTON, "units"),
        Column("order_up_to", Kind.NUMBER, "Order up to this", BUTTON, "units"),
        Column("suggested_qty", Kind.NUMBER, "Units to order, in packs and within limits", BUTTON, "units"),
        Column("order_qty", Kind.NUMBER, "Units you will order", unit="units", minimum=0),
        Column("unit_price", Kind.MONEY, "Price of a unit at this quantity: their average where discounts are incremental", BUTTON, "money / unit"),
        Column("value", Kind.MONEY, "Order quantity x price", Writer.FORMULA, "money", formula="=[order_qty]*[unit_price]"),
        Column("cost_avoided", Kind.MONEY, "Stock-out cost this order saves: units short between its arrival and that of the next order there could be, by what one costs", BUTTON, "money"),
        Column("order_day", Kind.DATE, "Day the order goes out", BUTTON, "date"),
        Column("expected", Kind.DATE, "Day it should arrive: order day + lead time", BUTTON, "date"),
        Column("next_order_day", Kind.DATE, "The chance to order after that: the supplier's next order day or, on any day, the next review", BUTTON, "date"),
        Column("due", Kind.DATE, "Day the position comes down to the reorder point; blank is never", BUTTON, "date"),
        Column("stockout_date", Kind.DATE, "Day the stock and what comes in run out; blank is never", BUTTON, "date"),
        Column("order_by", Kind.DATE, "Last order day to arrive before the stock runs out; today's order day where it is too late for that", BUTTON, "date"),
        Column("cover_after", Kind.NUMBER, "Days the position lasts after this order", BUTTON, "days"),
        Column("stockout_risk", Kind.RATIO, "Chance to run out before it arrives if nothing more is ordered", BUTTON, "0 to 1"),
        Column("overstock", Kind.NUMBER, "Units of the position above order_up_to", BUTTON, "units"),
        Column("overstock_value", Kind.MONEY, "The same at unit cost", BUTTON, "money"),
        Column("surplus_order", Kind.NUMBER, "Units on open orders, in packs, that are more than a new order would bring: to delay or cancel", BUTTON, "units"),
        Column("surplus_value", Kind.MONEY, "The same at the price of these orders", BUTTON, "money"),
        Column("why", Kind.TEXT, "The reason in words and numbers", BUTTON, width=185),
    ),
    key=("sku",),
)  # fmt: skip

REORDER_LATER = frozenset((
    "decision", "cost_avoided", "order_day", "next_order_day", "due", "stockout_date", "overstock", "overstock_value",
    "surplus_order", "surplus_value",
))  # fmt: skip
"""Columns that older workbooks lack: there they count as blank, and nothing is written to them."""
