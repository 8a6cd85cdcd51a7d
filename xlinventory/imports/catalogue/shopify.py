# ruff: noqa: E501 - a field with its names is one line of a list that is read as a table
"""The layouts of what Shopify exports: orders, inventory and products."""

from xlinventory.imports.catalogue.fields import (
    NEGATIVE_PRICE,
    NO_SKU,
    NO_UNITS,
    SOLD_OR_RETURNED,
    aside,
    listed,
    moved,
    named,
)
from xlinventory.imports.layouts import Condition, Field, Layout, Notice, OddCell, Refusal, Sign
from xlinventory.tables import Column, Kind

ORDER = "reference"
INVENTORY = (
    "https://help.shopify.com/en/manual/products/inventory/getting-started-with-inventory/inventory-csv"
)
ALL_LOCATIONS = (
    "The locations of an item are added up, so export all of them into one file. The file tells no day: it counts for "
    "the day it was last written"
)
NOT_STOCKED = OddCell("(?i:not stocked)", "0", "", "")
"""What stands for the units of an item that a location never has."""

SHOPIFY_ORDERS = Layout(
    "Shopify orders", "Movements",
    (
        moved("reference", "Name", needed=True),
        moved("date", "Created at", needed=True, told_once_for=ORDER),
        moved("sku", "Lineitem sku", needed=True),
        named("Lineitem name"),
        moved("quantity", "Lineitem quantity", needed=True),
        moved("unit_price", "Lineitem price"),
        aside("order_status", "Day the order was cancelled", "Cancelled at", told_once_for=ORDER),
        aside("financial_status", "State of the payment", "Financial Status", told_once_for=ORDER),
        aside("fulfillment_status", "Whether the line was sent", "Lineitem fulfillment status"),
    ),
    kinds=SOLD_OR_RETURNED,
    passed_over=(NO_SKU,),
    undone=(
        Refusal((Condition("order_status", "matches", ".+"),), "the order was cancelled",
                "Not taken: nothing left the stock. Nothing to do."),
        Refusal((Condition("financial_status", "matches", "(?i)voided"), Condition("fulfillment_status", "differs from", "(?i)fulfilled")),
                "the payment was voided and nothing was sent", "Not taken: nothing left the stock. Nothing to do."),
        NO_UNITS,
    ),
    refusals=(NEGATIVE_PRICE,),
    notices=(
        Notice((Condition("financial_status", "matches", "(?i)(partially_)?refunded"), Condition("order_status", "matches", "")),
               "money was paid back; the file does not say which goods came back, if any",
               "Taken as sold. If goods came back, enter them in Movements as CUSTOMER_RETURN."),
    ),
    own_names=False,
    help="A line an item; what is told of the order as a whole stands on its first line only. An order counts on the day it was "
         "made, whether it was sent or not, at the price before discounts of the order. Returns are not in that file, and a line "
         "has no number of its own, so it is known by its content",
    source="https://help.shopify.com/en/manual/fulfillment/managing-orders/exporting-orders",
)  # fmt: skip

SHOPIFY_INVENTORY = Layout(
    "Shopify inventory", "Movements",
    (
        aside("handle", "Product", "Handle", needed=True),
        named("Title"),
        aside("option", "First option of the variant", "Option1 Name", needed=True),
        moved("sku", "SKU", needed=True),
        aside("location", "Where it was counted", "Location", needed=True),
        moved("quantity", "On hand (current)", "On hand", needed=True, odd=(NOT_STOCKED,)),
        Field(Column("committed", Kind.NUMBER, "Units of orders that are not sent yet: sold already"), ("Committed (not editable)", "Committed"),
              added_to="quantity", added_as=Sign.TURNED, odd=(NOT_STOCKED,)),
    ),
    counts=True,
    passed_over=(
        NO_SKU,
        Refusal((Condition("quantity", "matches", ""),), "no quantity", "Not taken: the item was not counted there."),
    ),
    own_names=False,
    help="The export with All quantity types: units on hand by location, less those committed to orders, since an order counts as "
         f"sold on the day it was made. {ALL_LOCATIONS}",
    source=INVENTORY,
)  # fmt: skip

SHOPIFY_AVAILABLE = Layout(
    "Shopify available stock", "Movements",
    (
        aside("handle", "Product", "Handle", needed=True),
        named("Title"),
        aside("option", "First option of the variant", "Option1 Name", needed=True),
        moved("sku", "SKU", needed=True),
        aside("origin", "Country of origin", "COO", needed=True),
        Field(Column("quantity", Kind.NUMBER, "Units available, a column for each location"), needed=True, blank=0.0, odd=(NOT_STOCKED,),
              repeats=True),
    ),
    counts=True,
    passed_over=(NO_SKU,),
    excluded=("Location", "On hand", "On hand (current)", "On hand (new)", "Vendor", "Variant SKU", "Status"),
    unused=("Option1 Value", *(f"Option{number} {what}" for number in (2, 3) for what in ("Name", "Value")), "HS Code", "Bin name", "Barcode"),
    own_names=False,
    help="The export with Only Available quantities: a column for each location, called by its name; every column that is not known is "
         f"one, so blank its target in ImportMap if it is not. {ALL_LOCATIONS}",
    source=INVENTORY,
)  # fmt: skip

SHOPIFY_PRODUCTS = Layout(
    "Shopify products", "Items",
    (
        aside("handle", "Product", "Handle", "URL handle", needed=True),
        listed("sku", "Variant SKU", "SKU", needed=True),
        listed("name", "Title", needed=True, told_once_for="handle"),
        listed("category", "Type", told_once_for="handle"),
        listed("active", "Status", told_once_for="handle", odd=(OddCell("(?i:unlisted)", "active", "", ""),)),
        listed("preferred_supplier", "Vendor", needed=True, told_once_for="handle"),
        listed("unit_cost", "Cost per item"),
        listed("sell_price", "Variant Price", "Price", needed=True),
        listed("weight", "Variant Grams", "Weight value (grams)"),
    ),
    passed_over=(
        Refusal((Condition("sku", "matches", ""), Condition("sell_price", "matches", "")), "one more image of a product, no variant of it",
                "Not taken. Nothing to do."),
        NO_SKU,
    ),
    own_names=False,
    help="A line a variant; title, type, vendor and status stand on the first line of a product. The vendor is taken as "
         "the supplier, weights are grams. Quantities in this file are not used: export the inventory",
    source="https://help.shopify.com/en/manual/products/import-export/using-csv",
)  # fmt: skip

LAYOUTS = (SHOPIFY_ORDERS, SHOPIFY_INVENTORY, SHOPIFY_AVAILABLE, SHOPIFY_PRODUCTS)
