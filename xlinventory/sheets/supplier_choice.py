"""SupplierChoice: what buying an item costs a year at each supplier that offers it, and whom to buy from."""

from xlinventory.tables import Column, Kind, Table, Writer

BUTTON = Writer.BUTTON

COST_PARTS = {
    "price_cost": "price", "ordering_cost": "ordering", "cycle_cost": "cycle stock",
    "safety_cost": "safety stock", "reject_cost": "refused units",
}  # fmt: skip
"""Columns of the parts of the cost, in the order of ``core.suppliers.CostParts``, and their words."""

SUPPLIER_CHOICE = Table(
    "SupplierChoice",
    "Items with two or more offers today: what a year costs at each supplier. The biggest saving comes first.",
    (
        Column("sku", Kind.TEXT, "Item", BUTTON, required=True, width=12),
        Column("name", Kind.TEXT, "Its name", BUTTON, width=28),
        Column("supplier", Kind.TEXT, "Supplier that offers it", BUTTON, required=True, width=24),
        Column("rank", Kind.WHOLE, "1 costs least", BUTTON, width=8),
        Column("preferred", Kind.TEXT, "yes: the item's preferred supplier", BUTTON, width=10),
        Column("item", Kind.WHOLE, "Number of the item: 1 saves most by another supplier", BUTTON, width=8),
        Column("unit_price", Kind.MONEY, "Their price at the order quantity", BUTTON, "money / unit"),
        Column("order_qty", Kind.NUMBER, "What to order at a time there: the quantity that costs least, in packs and within limits",
               BUTTON, "units"),
        Column("lead_time", Kind.NUMBER, "Their mean lead time for the item; what they promise where nothing was received", BUTTON, "days"),
        Column("lead_time_sd", Kind.NUMBER, "Its standard deviation", BUTTON, "days"),
        Column("safety_stock", Kind.NUMBER, "Units needed for the service target with their lead time", BUTTON, "units"),
        Column("reject_rate", Kind.RATIO, "Share of their units that was refused", BUTTON, "0 to 1"),
        Column("price_cost", Kind.MONEY, "A year's demand at their price", BUTTON, "money / year"),
        Column("ordering_cost", Kind.MONEY, "Orders a year x order_cost", BUTTON, "money / year"),
        Column("cycle_cost", Kind.MONEY, "Holding half an order quantity", BUTTON, "money / year"),
        Column("safety_cost", Kind.MONEY, "Holding the safety stock", BUTTON, "money / year"),
        Column("reject_cost", Kind.MONEY, "Units refused, at their price", BUTTON, "money / year"),
        Column("total_cost", Kind.MONEY, "The five parts together", BUTTON, "money / year"),
        Column("difference", Kind.MONEY, "Dearer than the preferred supplier; below 0 is saved there; blank: it makes no offer",
               BUTTON, "money / year"),
        Column("why", Kind.TEXT, "Whom to buy from, and where the difference comes from", BUTTON, width=120),
    ),
    key=("sku", "supplier"),
)  # fmt: skip
