"""Suppliers, their price lists and their scores."""

from xlinventory.tables import Column, Kind, Table, Writer

BUTTON = Writer.BUTTON
DISCOUNT_TYPES = ("all", "incremental")
WEEKDAYS = ("any", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

SUPPLIERS = Table(
    "Suppliers",
    "One row a supplier. What they promise is yours to enter, what they do is measured from receipts.",
    (
        Column("supplier", Kind.TEXT, "Name", required=True, width=24),
        Column("email", Kind.TEXT, "Address for orders", width=30),
        Column("currency", Kind.TEXT, "Currency of their prices", width=10),
        Column(
            "promised_lead_days",
            Kind.NUMBER,
            "Days they promise from order to receipt",
            unit="days",
            minimum=0,
        ),
        Column("order_weekday", Kind.TEXT, "Day orders go out", choices=WEEKDAYS, width=14),
        Column("min_order_value", Kind.MONEY, "Smallest order they accept", unit="money", minimum=0),
        Column("active", Kind.YES_NO, "no: nothing is ordered here", choices=("yes", "no"), width=8),
        Column("lead_time", Kind.NUMBER, "Mean days from order to receipt", BUTTON, "days"),
        Column("lead_time_sd", Kind.NUMBER, "Standard deviation of it", BUTTON, "days"),
        Column("receipts", Kind.WHOLE, "Receipts measured", BUTTON, "receipts"),
        Column("on_time", Kind.RATIO, "Share of lines on time in full", BUTTON, "0 to 1"),
        Column("accept_rate", Kind.RATIO, "Share of units accepted", BUTTON, "0 to 1"),
        Column(
            "price_index",
            Kind.NUMBER,
            "Price paid against the best or the standard price of the same items",
            BUTTON,
            "1 = best",
        ),
        Column("score", Kind.NUMBER, "0 to 100", BUTTON, "points"),
    ),
    key=("supplier",),
)

SUPPLIER_PRICES = Table(
    "SupplierPrices",
    "Price lists: one row an item, supplier and quantity break.",
    (
        Column("sku", Kind.TEXT, "Item", required=True, choices_from="Items[sku]", width=12),
        Column(
            "supplier", Kind.TEXT, "Supplier", required=True, choices_from="Suppliers[supplier]", width=24
        ),
        Column("supplier_sku", Kind.TEXT, "Their number for it", width=16),
        Column("break_qty", Kind.NUMBER, "Price holds from this quantity on", unit="units", minimum=0),
        Column("unit_price", Kind.MONEY, "Price of a unit", required=True, unit="money / unit", minimum=0),
        Column(
            "discount_type",
            Kind.TEXT,
            "all: the price of a break holds for all units; incremental: for those beyond it; blank is all",
            choices=DISCOUNT_TYPES,
            width=12,
        ),
        Column("moq", Kind.NUMBER, "Their minimum; blank takes the item's", unit="units", minimum=0),
        Column("pack_size", Kind.NUMBER, "Their pack; blank takes the item's", unit="units", minimum=0),
        Column("valid_from", Kind.DATE, "First day of the price; blank is always", unit="date"),
        Column("valid_to", Kind.DATE, "Last day of the price; blank is for ever", unit="date"),
    ),
    key=("sku", "supplier", "break_qty", "valid_from"),
)

SUPPLIER_PRICES_LATER = frozenset(("discount_type",))
"""Columns that older workbooks lack: there they count as blank, and nothing is written to them."""

SUPPLIER_SCORES = Table(
    "SupplierScores",
    "Suppliers ranked, best first: where the points come from, promised against real, and what lateness costs.",
    (
        Column("rank", Kind.WHOLE, "1 is best", BUTTON, width=8),
        Column("supplier", Kind.TEXT, "Supplier", BUTTON, required=True, width=24),
        Column("score", Kind.NUMBER, "0 to 100, the sum of the points at the right", BUTTON, "points"),
        Column("points_on_time", Kind.NUMBER, "100 x on_time x the weight's share; blank: not measured, its weight goes to the others",
               BUTTON, "score points"),
        Column("points_accepted", Kind.NUMBER, "100 x accept_rate x the weight's share", BUTTON, "score points"),
        Column("points_price", Kind.NUMBER, "100 / price_index, at most 100, x the weight's share", BUTTON, "score points"),
        Column("points_steady", Kind.NUMBER, "100 / (1 + lead_time_sd / lead_time) x the weight's share", BUTTON, "score points"),
        Column("lines", Kind.WHOLE, "Order lines looked at", BUTTON),
        Column("on_time", Kind.RATIO, "Lines on time in full, of those due", BUTTON, "0 to 1"),
        Column("accept_rate", Kind.RATIO, "Units accepted", BUTTON, "0 to 1"),
        Column("price_index", Kind.NUMBER, "Price paid against the best paid for the same items, or against their standard price: see price_reference in Settings",
               BUTTON, "1 = best"),
        Column("promised_days", Kind.NUMBER, "Lead time promised: that of Suppliers, else the mean of the order lines", BUTTON, "days"),
        Column("lead_time", Kind.NUMBER, "Lead time measured, mean; open lines count as longer than they have waited", BUTTON, "days"),
        Column("lead_time_sd", Kind.NUMBER, "Its standard deviation", BUTTON, "days"),
        Column("lead_time_p90", Kind.NUMBER, "Nine of ten deliveries are there within this", BUTTON, "days"),
        Column("share_late", Kind.RATIO, "Lines later than promised, of those due", BUTTON, "0 to 1"),
        Column("days_late", Kind.NUMBER, "Mean days after the promised date, a line in time 0", BUTTON, "days"),
        Column("days_late_of_late", Kind.NUMBER, "Mean days after the promised date of the late lines alone", BUTTON, "days"),
        Column("buffer_varying", Kind.NUMBER, "Safety stock held only because lead times vary", BUTTON, "units"),
        Column("buffer_later", Kind.NUMBER, "Safety stock held only because they are longer than promised on average", BUTTON, "units"),
        Column("buffer_units", Kind.NUMBER, "Both together", BUTTON, "units"),
        Column("buffer_value", Kind.MONEY, "The same at cost", BUTTON, "money"),
        Column("lateness_cost", Kind.MONEY, "What holding it costs a year", BUTTON, "money / year"),
        Column("why", Kind.TEXT, "How the points add up, and what is not measured", BUTTON, width=96),
    ),
    key=("supplier",),
)  # fmt: skip

SCORES_LATER = frozenset(
    ("points_on_time", "points_accepted", "points_price", "points_steady", "lead_time_p90", "share_late",
     "days_late_of_late", "buffer_varying", "buffer_later", "why")
)  # fmt: skip
"""Columns of SupplierScores that older workbooks lack: the button fills those that are there."""
