# ruff: noqa: E501 - a field with its names is one line of a list that is read as a table
"""The layouts of WooCommerce: products as it exports them itself, orders as its usual extensions do.

WooCommerce itself exports no orders. States of orders are told in the shop's language; the English ones are known.
"""

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
from xlinventory.imports.layouts import Condition, Layout, Notice, OddCell, Refusal

CANCELLED = Refusal(
    (Condition("order_status", "matches", "(?i)(wc-)?(cancell?ed|failed|trash)"),), "the order was cancelled",
    "Not taken: nothing left the stock. Nothing to do.",
)  # fmt: skip
NOT_PAID = Refusal(
    (Condition("order_status", "matches", "(?i)(wc-)?(pending( payment)?|(checkout-)?draft)"),), "the order is not paid for",
    "Not taken: WooCommerce reduces no stock yet. Export again when it is paid.",
)  # fmt: skip

ORDERS_BY_EXTENSION = Layout(
    "WooCommerce orders", "Movements",
    (
        moved("reference", "Order Number", "Order ID", needed=True),
        moved("date", "Order Date", needed=True, told_once_for="reference"),
        moved("sku", "SKU", "Product SKU", needed=True),
        named("Item Name", "Product Name", "Name"),
        moved("quantity", "Quantity (- Refund)", "Quantity", needed=True),
        moved("unit_price", "Item Cost", needed=True),
        aside("order_status", "State of the order", "Order Status", needed=True, told_once_for="reference"),
        moved("order_line", "Item ID", "Item #"),
    ),
    kinds=SOLD_OR_RETURNED,
    line_of=("order_line", "sku"),
    passed_over=(NO_SKU,),
    undone=(CANCELLED, NO_UNITS),
    refusals=(NOT_PAID, NEGATIVE_PRICE),
    notices=(
        Notice((Condition("order_status", "matches", "(?i)(wc-)?refunded"), Condition("quantity", ">", 0)),
               "the order was refunded, but these units of it were not",
               "Taken as sold. If goods came back, refund their units in the shop or enter them in Movements as CUSTOMER_RETURN."),
    ),
    own_names=False,
    help="Orders as the extension Advanced Order Export writes them, a line an item, with at least these columns. Refunded units are "
         "taken off what was sold: a line known by Item ID (else by Item #) and SKU is corrected when it comes again changed",
    source="https://wordpress.org/plugins/woo-order-export-lite/",
)  # fmt: skip

ORDERS_BY_ITEM = Layout(
    "WooCommerce order items", "Movements",
    (
        moved("reference", "order_number", "order_id", needed=True),
        moved("date", "date", "order_date", needed=True),
        moved("sku", "item_sku", needed=True),
        named("item_name"),
        moved("quantity", "item_quantity", needed=True),
        moved("unit_price", "item_total", needed=True, total_of="quantity"),
        aside("order_status", "State of the order", "status", needed=True),
        aside("refunded", "Units refunded", "item_refunded_qty"),
        moved("order_line", "item_id"),
    ),
    kinds=SOLD_OR_RETURNED,
    line_of=("order_line",),
    passed_over=(NO_SKU,),
    undone=(CANCELLED, NO_UNITS),
    refusals=(NOT_PAID, NEGATIVE_PRICE),
    notices=(
        Notice((Condition("refunded", "matches", r"-?0*[1-9][\d.,]*"),),
               "units were refunded; the file does not say whether they came back",
               "Taken as sold. If they came back, enter them in Movements as CUSTOMER_RETURN."),
    ),
    own_names=False,
    help="Orders as the extension Customer/Order/Coupon Export writes them with one row per item; item_total is the money for "
         "all units of the line, after discounts and without tax. A line is known by its item_id",
    source="https://woocommerce.com/document/ordercustomer-csv-export-developer-documentation/",
)  # fmt: skip

PRODUCTS = Layout(
    "WooCommerce products", "Items",
    (
        aside("type", "Kind of product", "Type", needed=True),
        listed("sku", "SKU", needed=True),
        listed("name", "Name", needed=True),
        listed("category", "Categories"),
        listed("active", "Published", needed=True, odd=(OddCell("-1", "0", "", ""),)),
        listed("sell_price", "Regular price", needed=True),
        listed("weight", "Weight (kg)", "Weight (g)", "Weight (lbs)", "Weight (oz)"),
    ),
    passed_over=(
        Refusal((Condition("type", "matches", "(?i)(.*, *)?(variable|grouped|external)(,.*)?"),),
                "no item of its own: it stands for its variations, for other products, or is sold elsewhere",
                "Not taken. Nothing to do: variations and products have lines of their own."),
        NO_SKU,
    ),
    own_names=False,
    help="Products as WooCommerce exports them itself; a product with variations is not an item, its variations are. Published is "
         "1, private 0 and a draft -1: only the first is active. Stock in this file is not used",
    source="https://woocommerce.com/document/product-csv-importer-exporter/",
)  # fmt: skip

LAYOUTS = (ORDERS_BY_EXTENSION, ORDERS_BY_ITEM, PRODUCTS)
