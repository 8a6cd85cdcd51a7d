# ruff: noqa: E501 - a field with its names is one line of a list that is read as a table
"""The layouts of Amazon's reports: the inventory ledger, orders, shipments, settlements and returns.

Several of them tell of the same sales in other words, so one of them should go into one workbook.
"""

from xlinventory.imports.catalogue.fields import (
    NEGATIVE_PRICE,
    NO_SKU,
    NO_UNITS,
    SOLD_OR_RETURNED,
    aside,
    moved,
    named,
)
from xlinventory.imports.cells import DayOrder
from xlinventory.imports.layouts import Condition, Field, KindRule, Layout, Notice, Refusal, Sign
from xlinventory.tables import Column, Kind

SALES = "Amazon's sales"
ONE_REPORT = "Amazon's reports tell of the same sales: refresh from one of ledger, orders, order items, shipments and settlements"
CONCESSIONS = "https://developer-docs.amazon.com/sp-api/docs/fba-customer-concessions-reports-attributes"
LEDGER = "https://sellercentral.amazon.co.jp/gp/help/external/help.html?itemID=4FKT5KQWFFJ7LDN&language=en_JP"
NOT_SELLABLE = Refusal(
    (Condition("disposition", "differs from", "(?i)sellable"),), "units that cannot be sold",
    "Not taken: stock is what can be sold. Nothing to do.",
)  # fmt: skip
KNOWN_EVENTS = "(?i)Shipments|CustomerReturns|Receipts|VendorReturns|WhseTransfers|Adjustments|Found|Lost|Damaged|Disposed|Disposals"


def event(pattern: str) -> Condition:
    """Lines of one type of event of the inventory ledger."""
    return Condition("event", "matches", f"(?i){pattern}")


IN, OUT = Condition("quantity", ">", 0), Condition("quantity", "<", 0)

INVENTORY_LEDGER = Layout(
    "Amazon inventory ledger", "Movements",
    (
        moved("date", "Date and Time", "Date", needed=True),
        moved("sku", "MSKU", needed=True),
        named("Title"),
        aside("event", "What happened", "Event Type", needed=True),
        moved("reference", "Reference ID"),
        moved("quantity", "Quantity", needed=True),
        aside("disposition", "Whether the units can be sold", "Disposition", needed=True),
        aside("reason", "Code of an adjustment's reason", "Reason"),
    ),
    kinds=(
        KindRule("SALE", Sign.AS_GIVEN, (event("Shipments"), OUT)),
        KindRule("CUSTOMER_RETURN", Sign.AS_GIVEN, (event("CustomerReturns"), IN)),
        KindRule("RECEIPT", Sign.AS_GIVEN, (event("Receipts"), IN)),
        KindRule("TRANSFER", Sign.AS_GIVEN, (event("WhseTransfers"),)),
        KindRule("WRITE_OFF", Sign.AS_GIVEN, (event("Damaged|Disposed|Disposals"), OUT)),
        KindRule("WRITE_OFF", Sign.AS_GIVEN, (Condition("reason", "matches", "[DE]"), OUT)),
        KindRule("ADJUSTMENT", Sign.AS_GIVEN),
    ),
    passed_over=(NOT_SELLABLE, NO_SKU),
    refusals=(NO_UNITS,),
    notices=(
        Notice((Condition("event", "differs from", KNOWN_EVENTS),), "a type of event that is not known", "Taken as ADJUSTMENT."),
    ),
    tells=SALES,
    own_names=False,
    help="The detailed view. Only sellable units are stock here; what is damaged (reason E) or disposed of (D) is written off, lost, "
         "found and sent back to you adjusts, what moves between Amazon's warehouses stays stock. Shipments have no order "
         f"number, price or line number. {ONE_REPORT}",
    source=LEDGER,
    day_order=DayOrder.MONTH_FIRST,
)  # fmt: skip

LEDGER_SUMMARY = Layout(
    "Amazon inventory summary", "Movements",
    (
        moved("date", "Date", needed=True),
        moved("sku", "MSKU", needed=True),
        named("Title"),
        aside("disposition", "Whether the units can be sold", "Disposition", needed=True),
        moved("quantity", "Ending Warehouse Balance", needed=True),
        Field(Column("in_transit", Kind.NUMBER, "Units between warehouses; part of the stock"), ("In Transit Between Warehouses",), added_to="quantity"),
        aside("location", "Where they are", "Location"),
    ),
    counts=True,
    passed_over=(NOT_SELLABLE, NO_SKU),
    own_names=False,
    help="The summary view of the inventory ledger by day: what there was at the end of it, also between warehouses, is a count, as opening stock "
         "for the detailed view or to check it by; its sums of events are not used",
    source=LEDGER,
    day_order=DayOrder.MONTH_FIRST,
)  # fmt: skip

ALL_ORDERS = Layout(
    "Amazon orders", "Movements",
    (
        moved("reference", "amazon-order-id", needed=True),
        moved("date", "purchase-date", needed=True),
        moved("sku", "sku", needed=True),
        named("product-name"),
        moved("quantity", "quantity", "quantity-purchased", needed=True),
        moved("unit_price", "item-price", total_of="quantity"),
        aside("order_status", "State of the order", "order-status"),
    ),
    kinds=SOLD_OR_RETURNED,
    passed_over=(NO_SKU,),
    undone=(
        Refusal((Condition("order_status", "matches", "(?i)cancell?ed"),), "the order was cancelled",
                "Not taken: nothing left the stock. Nothing to do."),
        NO_UNITS,
    ),
    refusals=(
        Refusal((Condition("order_status", "matches", "(?i)pending"),), "the order is still pending",
                "Not taken: it has no price yet and may be cancelled. Export again when it is confirmed."),
        NEGATIVE_PRICE,
    ),
    tells=SALES,
    own_names=False,
    help="The All Orders report; its item-price is that of all units of the line, before discounts. Returns are not in it, and a line "
         f"has no number of its own, so it is known by its content. {ONE_REPORT}",
    source="https://developer-docs.amazon.com/sp-api/docs/order-tracking-reports-attributes",
)  # fmt: skip

ORDER_REPORT = Layout(
    "Amazon order items", "Movements",
    (
        moved("reference", "order-id", needed=True),
        moved("order_line", "order-item-id", needed=True),
        moved("date", "purchase-date", needed=True),
        moved("sku", "sku", needed=True),
        named("product-name"),
        moved("quantity", "quantity-purchased", needed=True),
        moved("unit_price", "item-price", total_of="quantity"),
    ),
    kinds=SOLD_OR_RETURNED,
    line_of=("order_line",),
    passed_over=(NO_SKU,),
    undone=(NO_UNITS,),
    refusals=(NEGATIVE_PRICE,),
    tells=SALES,
    own_names=False,
    help="The order report of orders you send yourself, and that of unshipped orders, which has no prices; its item-price is that of "
         f"all units of the line. A line is known by its order-item-id. {ONE_REPORT}",
    source="https://developer-docs.amazon.com/sp-api/docs/order-reports-attributes",
)  # fmt: skip

FULFILLED_SHIPMENTS = Layout(
    "Amazon fulfilled shipments", "Movements",
    (
        moved("reference", "amazon-order-id", needed=True),
        moved("order_line", "shipment-item-id", needed=True),
        moved("date", "shipment-date", needed=True),
        moved("sku", "sku", needed=True),
        named("product-name"),
        moved("quantity", "quantity-shipped", needed=True),
        moved("unit_price", "item-price", total_of="quantity"),
    ),
    kinds=SOLD_OR_RETURNED,
    line_of=("order_line",),
    passed_over=(NO_SKU,),
    undone=(NO_UNITS,),
    refusals=(NEGATIVE_PRICE,),
    tells=SALES,
    own_names=False,
    help="Shipments from Amazon's warehouses, by the day they left; item-price is that of all units of the line. A line is known by "
         f"its shipment-item-id. {ONE_REPORT}",
    source="https://developer-docs.amazon.com/sp-api/docs/fba-sales-reports-attributes",
)  # fmt: skip

NO_STOCK_MOVED = "Not taken: money, no stock. Nothing to do."
SETTLEMENT = Layout(
    "Amazon settlement", "Movements",
    (
        aside("transaction", "Order, refund or other", "transaction-type", needed=True),
        aside("amount_type", "What the amount is for", "amount-type", needed=True),
        aside("amount_description", "What the amount is for, closer", "amount-description", needed=True),
        moved("reference", "order-id", needed=True),
        moved("order_line", "order-item-code", needed=True),
        aside("shipment", "Number of the shipment", "shipment-id"),
        moved("sku", "sku", needed=True),
        moved("quantity", "quantity-purchased", needed=True),
        moved("unit_price", "amount", needed=True, total_of="quantity"),
        moved("date", "posted-date-time", "posted-date", needed=True),
    ),
    kinds=(KindRule("SALE", Sign.TURNED),),
    line_of=("order_line", "shipment"),
    passed_over=(
        Refusal((Condition("transaction", "matches", ""), Condition("reference", "matches", "")), "the pay-out as a whole", NO_STOCK_MOVED),
        Refusal((Condition("transaction", "matches", "(?i).*(refund|chargeback|a-to-z).*"),), "money paid back; the report does not say whether goods came back",
                "Not taken. Returned goods stand in the inventory ledger or the customer returns report."),
        Refusal((Condition("transaction", "differs from", "(?i)order"),), "no order", NO_STOCK_MOVED),
        Refusal((Condition("amount_type", "differs from", "(?i)itemprice"),), "a fee, a tax or a promotion", NO_STOCK_MOVED),
        Refusal((Condition("amount_description", "differs from", "(?i)principal"),), "shipping, wrapping or tax of an item", NO_STOCK_MOVED),
        NO_SKU,
    ),
    undone=(NO_UNITS,),
    refusals=(NEGATIVE_PRICE,),
    tells=SALES,
    own_names=False,
    help="The flat file V2 settlement report. An item of an order has a line for each amount, all with its quantity: only that of "
         "its price (ItemPrice, Principal) is taken, for all units of the line. A line is known by its order-item-code and "
         f"shipment-id. {ONE_REPORT}",
    source="https://developer-docs.amazon.com/sp-api/docs/settlement-reports-attributes",
)  # fmt: skip

CUSTOMER_RETURNS = Layout(
    "Amazon customer returns", "Movements",
    (
        moved("date", "return-date", needed=True),
        moved("reference", "order-id", needed=True),
        moved("sku", "sku", needed=True),
        named("product-name"),
        moved("quantity", "quantity", needed=True),
        aside("disposition", "Whether the units can be sold", "detailed-disposition", needed=True),
    ),
    kinds=(KindRule("CUSTOMER_RETURN", Sign.AS_GIVEN),),
    passed_over=(NOT_SELLABLE, NO_SKU),
    refusals=(NO_UNITS,),
    own_names=False,
    help="The FBA customer returns report, beside one of orders; the inventory ledger has these returns itself. Only what can be sold "
         "again is stock. What a line is known by is not defined, so it is known by its content",
    source=CONCESSIONS,
)  # fmt: skip

LAYOUTS = (
    INVENTORY_LEDGER, LEDGER_SUMMARY, ALL_ORDERS, ORDER_REPORT, FULFILLED_SHIPMENTS, SETTLEMENT, CUSTOMER_RETURNS,
)  # fmt: skip
