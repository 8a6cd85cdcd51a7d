"""LandedCosts: what getting goods into stock cost beyond their price, to be shared over their receipts."""

from xlinventory.tables import Column, Kind, Table

BASES = ("value", "quantity", "weight")

LANDED_COSTS = Table(
    "LandedCosts",
    "Freight, duty and other charges: one row each, shared over the receipts of its reference, sold or not.",
    (
        Column("date", Kind.DATE, "Day of the charge; blank is the day of the receipts", unit="date"),
        Column(
            "reference",
            Kind.TEXT,
            "Order or receipt number: the reference of the RECEIPT lines in Movements that it is for",
            required=True,
            width=18,
        ),
        Column("charge", Kind.TEXT, "What it was for: freight, duty, insurance ...", width=20),
        Column(
            "amount",
            Kind.MONEY,
            "What it cost; a credit is negative",
            unit="money",
            required=True,
        ),
        Column(
            "basis",
            Kind.TEXT,
            "Shared by what: value of each receipt line (blank too), its quantity, or its weight by the weight "
            "of a unit in Items",
            choices=BASES,
            width=12,
        ),
        Column("note", Kind.TEXT, "Your note", width=44),
    ),
)
