"""Movements: the stock ledger; and Demand: what it says was wanted, period by period."""

from xlinventory.core import ledger
from xlinventory.tables import Column, Kind, Table, Writer

KINDS = tuple(ledger.KINDS)

MOVEMENTS = Table(
    "Movements",
    "Every unit that came or went, oldest first. Receipts are positive, issues negative.",
    (
        Column("date", Kind.DATE, "Day of the movement", required=True, unit="date"),
        Column("sku", Kind.TEXT, "Item moved", required=True, choices_from="Items[sku]", width=12),
        Column("kind", Kind.TEXT, "What happened", required=True, choices=KINDS, width=18),
        Column(
            "quantity", Kind.NUMBER, "Units, signed: what came in is positive", required=True, unit="units"
        ),
        Column(
            "unit_cost",
            Kind.MONEY,
            "Cost of a unit received; blank for issues",
            unit="money / unit",
            minimum=0,
        ),
        Column("reference", Kind.TEXT, "Invoice, order or receipt number", width=16),
        Column("source", Kind.TEXT, "File the line came from", width=28),
        Column("unit_price", Kind.MONEY, "Price a unit was sold at", unit="money / unit", minimum=0),
        Column(
            "order_line",
            Kind.TEXT,
            "What its source knows the line by, where it knows it by something",
            width=16,
        ),
    ),
)

MOVEMENTS_LATER = frozenset(("order_line",))
"""Columns that older workbooks lack: there a line is known by its content."""

DEMAND = Table(
    "Demand",
    "Demand of each item and period: what was sold, corrected for time out of stock. Overrides and events are "
    "yours.",
    (
        Column("sku", Kind.TEXT, "Item", Writer.BUTTON, required=True, width=12),
        Column("period", Kind.DATE, "First day of the period", Writer.BUTTON, required=True, unit="date"),
        Column(
            "sold",
            Kind.NUMBER,
            "Units sold less units that came back; what came back beyond that is taken off earlier sales",
            Writer.BUTTON,
            "units",
        ),
        Column("in_stock", Kind.RATIO, "Share of the period the item was in stock", Writer.BUTTON, "0 to 1"),
        Column(
            "demand",
            Kind.NUMBER,
            "Units wanted, which the forecast learns from: your override, else sold / in_stock with outliers "
            "capped (outlier_z); blank where not known, and in an event",
            Writer.BUTTON,
            "units",
        ),
        Column(
            "override",
            Kind.NUMBER,
            "Your number, where you know better; it is taken as it stands",
            unit="units",
            minimum=0,
        ),
        Column(
            "event",
            Kind.TEXT,
            "What made the period unusual (promotion, strike ...): nothing is learned from it, but from an "
            "override",
            width=18,
        ),
        Column(
            "foreseen",
            Kind.NUMBER,
            "What the method would have foreseen for this period from before it; blank where none was held out",
            Writer.BUTTON,
            "units",
        ),
    ),
    key=("sku", "period"),
)

DEMAND_LATER = frozenset(("event", "foreseen"))
"""Columns that older workbooks lack: the button fills those that are there."""
