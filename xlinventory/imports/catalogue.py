# ruff: noqa: E501 - a field with its names is one line of a list that is read as a table
"""The layouts that are understood: a few files as they are, and one plain layout for each table.

Adding a layout is adding a ``Layout`` here; a NAMED one is tried before the plain ones.
"""

from collections.abc import Mapping
from dataclasses import replace

from xlinventory.imports.cells import DayOrder
from xlinventory.imports.layouts import Condition, Field, KindRule, Layout, Refusal, Sign
from xlinventory.imports.scms import SCMS_DELIVERIES
from xlinventory.sheets import TABLES
from xlinventory.sheets.movements import KINDS
from xlinventory.tables import Column, Kind, Writer

MOVEMENTS, ORDERS = TABLES["Movements"], TABLES["PurchaseOrders"]

SKU = (
    "item", "item code", "item no", "item number", "item id", "item sku", "product code", "product no",
    "product number", "product id", "product sku", "stock code", "stock no", "part number", "part no", "part",
    "article no", "article number", "article", "material", "variant sku", "custom label", "product",
)  # fmt: skip
NAME = (
    "item name",
    "product name",
    "description",
    "item description",
    "product description",
    "item title",
    "title",
    "product",
)
SUPPLIER = ("supplier name", "supplier code", "vendor", "vendor name", "manufacturer")
QUANTITY = ("qty", "units", "pieces", "pcs")
DATE = ("day", "posting date", "transaction date")
COST = ("cost", "cost price", "purchase price", "buying price", "unit cost price", "cost per item")
PRICE = ("price", "price each")
MOQ = ("minimum order quantity", "min order qty", "minimum order", "minimum quantity", "min qty")
PACK = ("pack", "case size", "case pack", "units per pack", "order multiple", "lot size")
PO = ("po number", "po no", "po nr", "purchase order", "purchase order no", "purchase order number")

NAMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Items": {
        "sku": SKU,
        "name": NAME,
        "category": ("group", "item group", "product group", "product category", "product type", "department"),
        "active": ("status", "enabled"),
        "preferred_supplier": (*SUPPLIER, "supplier", "main supplier", "default supplier"),
        "unit_cost": (*COST, "standard cost"),
        "sell_price": (*PRICE, "unit price", "selling price", "sales price", "sale price", "retail price", "list price", "variant price"),
        "cost_to_sell": ("selling cost", "selling costs", "costs to sell", "cost of selling", "selling fees", "commission per unit"),
        "service_level": ("service", "service target", "target service level"),
        "moq": MOQ,
        "pack_size": PACK,
        "max_qty": ("max", "maximum", "max quantity", "maximum quantity", "max order qty", "maximum order quantity"),
        "weight": ("unit weight", "item weight", "weight per unit", "net weight", "gross weight", "shipping weight", "weight kg", "weight g", "weight lb"),
        "committed": ("allocated", "reserved", "back orders", "backorders"),
    },
    "Suppliers": {
        "supplier": (*SUPPLIER, "name", "company"),
        "email": ("e-mail", "mail", "email address", "order email", "contact email"),
        "currency": ("currency code",),
        "promised_lead_days": ("lead time", "lead days", "lead time days", "promised lead time", "delivery days"),
        "order_weekday": ("weekday", "order day", "ordering day"),
        "min_order_value": ("minimum order value", "minimum order", "min order", "minimum value"),
        "active": ("status", "enabled"),
    },
    "SupplierPrices": {
        "sku": SKU,
        "supplier": SUPPLIER,
        "supplier_sku": ("vendor sku", "supplier item", "supplier item no", "supplier code", "supplier part number",
                         "vendor item", "vendor item no", "vendor part number", "their code"),
        "break_qty": ("break", "break quantity", "quantity break", "from quantity", "from qty", "price break",
                      "min quantity", "quantity from", "qty break"),
        "unit_price": (*PRICE, *COST, "unit cost", "net price"),
        "discount_type": ("discount kind", "kind of discount", "type of discount"),
        "moq": MOQ,
        "pack_size": PACK,
        "valid_from": ("from", "start date", "from date", "effective date", "effective from"),
        "valid_to": ("to", "until", "end date", "to date", "expiry date", "valid until"),
    },
    "PurchaseOrders": {
        "po": (*PO, "order no", "order number", "order id", "order"),
        "supplier": SUPPLIER,
        "sku": SKU,
        "order_date": ("date", "ordered", "ordered on", "date ordered", "po date"),
        "promised_date": ("due date", "due", "expected date", "expected", "delivery date", "promised", "eta",
                          "date promised", "confirmed date"),
        "quantity": (*QUANTITY, "order qty", "order quantity", "ordered qty", "quantity ordered", "qty ordered"),
        "unit_price": (*PRICE, *COST, "unit cost", "net price"),
        "received": ("received qty", "received quantity", "qty received", "quantity received"),
        "rejected": ("rejected qty", "rejected quantity", "qty rejected", "quantity rejected"),
        "receipt_date": ("received date", "date received", "last receipt"),
        "status": ("state", "order status"),
    },
}  # fmt: skip
NEEDED: Mapping[str, tuple[str, ...]] = {
    "Items": ("sku",),
    "Suppliers": ("supplier",),
    "SupplierPrices": ("sku", "supplier", "unit_price"),
    "PurchaseOrders": ("po", "supplier", "sku", "order_date", "quantity"),
}
NOT_IN: Mapping[str, tuple[str, ...]] = {
    "Items": ("date", "quantity", "qty", "po", "order date", "receipt date", "kind", "on hand"),
    "Suppliers": ("date", "sku", *SKU, "quantity", "qty", "po"),
}
"""Names of a header that show a file to hold something else than the table it seems to fit."""
FILE_WORDS: Mapping[str, tuple[str, ...]] = {
    "Items": ("item", "product", "article", "sku"),
    "Suppliers": ("supplier", "vendor"),
    "SupplierPrices": ("price", "pricelist"),
    "PurchaseOrders": ("purchase", "order"),
}
BLANKS: Mapping[tuple[str, str], float] = {("SupplierPrices", "break_qty"): 0.0}
STATUS_WORDS = {
    "canceled": "cancelled", "closed": "received", "complete": "received", "completed": "received",
    "delivered": "received", "placed": "open", "sent": "open", "confirmed": "open", "pending": "open",
    "partially received": "partial", "late": "overdue",
}  # fmt: skip
"""Other words for the states of an order; only cancelled outlasts the next count of what is open."""
KIND_WORDS = {
    "sold": "SALE", "sales": "SALE", "invoice": "SALE", "issue": "SALE",
    "return": "CUSTOMER_RETURN", "refund": "CUSTOMER_RETURN", "credit": "CUSTOMER_RETURN",
    "credit note": "CUSTOMER_RETURN", "sales return": "CUSTOMER_RETURN",
    "received": "RECEIPT", "purchase": "RECEIPT", "goods in": "RECEIPT", "delivery": "RECEIPT",
    "opening stock": "OPENING", "opening balance": "OPENING", "initial": "OPENING",
    "return to supplier": "SUPPLIER_RETURN", "purchase return": "SUPPLIER_RETURN",
    "adjust": "ADJUSTMENT", "stocktake": "ADJUSTMENT", "count": "ADJUSTMENT", "correction": "ADJUSTMENT",
    "scrap": "WRITE_OFF", "damaged": "WRITE_OFF", "waste": "WRITE_OFF",
}  # fmt: skip
"""Other words for the kinds of movements."""


def plain(table: str) -> Layout:
    """The layout of a table's own columns, those its user fills, with their usual other names."""
    fields = tuple(
        Field(
            column,
            NAMES[table].get(column.name, ()),
            needed=column.name in NEEDED[table],
            blank=BLANKS.get((table, column.name)),
            words=STATUS_WORDS if table == "PurchaseOrders" and column.name == "status" else {},
        )
        for column in TABLES[table].columns
        if column.writer is Writer.USER
    )
    return Layout(
        table, table, fields, excluded=NOT_IN.get(table, ()), file_words=FILE_WORDS[table], least=2,
        help=f"The columns of {table}",
    )  # fmt: skip


def moved(column: str, *names: str, needed: bool = False) -> Field:
    """A field that is read as a column of Movements."""
    return Field(MOVEMENTS.column(column), names, needed=needed)


ITEM_NAME = Field(Column("name", Kind.TEXT, "Name of the item, for items that are new"), NAME)
NO_UNITS = Refusal(
    (Condition("quantity", "=", 0),),
    "no units were moved",
    "Not taken. Nothing to do, or correct the quantity.",
)
NEGATIVE_PRICE = Refusal(
    (Condition("unit_price", "<", 0),), "a price below zero", "Not taken. Book it as money, not as stock."
)

SALES = Layout(
    "Sales", "Movements",
    (
        moved("date", *DATE, "sale date", "sales date", "order date", "invoice date", "sold on", "created at", needed=True),
        moved("sku", *SKU, needed=True),
        ITEM_NAME,
        moved("quantity", *QUANTITY, "quantity sold", "qty sold", "units sold", "sold", "order qty", "order quantity",
              needed=True),
        moved("unit_price", *PRICE, "sell price", "selling price", "sale price", "sales price", "sold for"),
        moved("reference", "invoice", "invoice no", "invoice number", "order", "order no", "order number", "order id",
              "receipt no", "transaction", "transaction id", "ref", "document", "document no"),
    ),
    kinds=(
        KindRule("CUSTOMER_RETURN", Sign.TURNED, (Condition("quantity", "<", 0),)),
        KindRule("SALE", Sign.TURNED),
    ),
    refusals=(NO_UNITS, NEGATIVE_PRICE),
    excluded=("kind", "movement type", "unit_cost"),
    file_words=("sale", "sold", "invoice", "transaction"),
    help="One line a sale; a negative quantity came back from a customer",
)  # fmt: skip

STOCK_MOVEMENTS = Layout(
    "Stock movements", "Movements",
    (
        moved("date", *DATE, "movement date", needed=True),
        moved("sku", *SKU, needed=True),
        Field(MOVEMENTS.column("kind"), ("type", "movement type", "movement", "transaction type"), needed=True,
              words=KIND_WORDS),
        ITEM_NAME,
        moved("quantity", *QUANTITY, needed=True),
        moved("unit_cost", *COST),
        moved("reference", "ref", "document", "document no", "invoice no", "order no", "po"),
        moved("unit_price", *PRICE, "sell price", "selling price"),
    ),
    kinds=(
        *(KindRule("", Sign.OUT, (Condition("kind", "=", kind),)) for kind in ("SALE", "SUPPLIER_RETURN", "WRITE_OFF")),
        KindRule("", Sign.AS_GIVEN),
    ),
    refusals=(
        NO_UNITS, NEGATIVE_PRICE,
        Refusal((Condition("quantity", "<", 0), Condition("kind", "=", "CUSTOMER_RETURN")),
                "a customer's return is negative", "Not taken. Make the quantity positive, or the kind SALE."),
    ),
    file_words=("movement", "ledger", "transaction"),
    help="One line a movement that says its kind; sales, supplier returns and write-offs always go out",
)  # fmt: skip

OPENING_STOCK = Layout(
    "Opening stock", "Movements",
    (
        moved("date", *DATE, "stock date", "count date", "as of", needed=True),
        moved("sku", *SKU, needed=True),
        ITEM_NAME,
        moved("quantity", *QUANTITY, "on hand", "stock", "stock on hand", "in stock", "opening", "opening stock", needed=True),
        moved("unit_cost", *COST),
        moved("reference", "ref", "document", "document no"),
    ),
    kinds=(KindRule("OPENING", Sign.AS_GIVEN),),
    refusals=(NO_UNITS,),
    excluded=("kind", "movement type", "unit_price", "po"),
    file_words=("opening", "initial", "onhand", "inventory", "stock"),
    help="The stock the books begin with, one line an item",
)  # fmt: skip

RECEIPTS = Layout(
    "Receipts", "Movements",
    (
        Field(ORDERS.column("po"), PO, needed=True),
        Field(ORDERS.column("sku"), SKU, needed=True),
        Field(Column("receipt_date", Kind.DATE, "Day of the receipt", required=True),
              ("date", "received date", "date received", "received on", "delivery date", "goods in date"), needed=True),
        Field(Column("received", Kind.NUMBER, "Units accepted", required=True, minimum=0),
              ("accepted", "quantity received", "qty received", "received quantity", "received qty", *QUANTITY, "quantity"),
              needed=True),
        Field(Column("rejected", Kind.NUMBER, "Units refused", minimum=0),
              ("refused", "quantity rejected", "qty rejected", "rejected quantity", "rejected qty"), blank=0.0),
        Field(ORDERS.column("unit_price"), (*PRICE, *COST, "unit cost")),
    ),
    kinds=(KindRule("RECEIPT", Sign.AS_GIVEN),),
    refusals=(
        Refusal((Condition("received", "=", 0), Condition("rejected", "=", 0)), "nothing was received",
                "Not taken. Nothing to do, or correct the quantity."),
    ),
    excluded=("order_date", "supplier_sku", "kind"),
    file_words=("receipt", "received", "goodsin", "delivery"),
    help="One line a delivery: units accepted, units refused",
)  # fmt: skip

NO_PRODUCT = "POST|DOT|M|D|S|B|C2|C3|CRUK|PADS|BANK CHARGES|AMAZONFEE|GIFT|GIFT_.*|ADJUST\\d*|TEST\\d*"
"""Codes of Online Retail that stand for postage, fees, discounts, samples, corrections and vouchers.

Every other code is a product: five digits with or without letters, or DCGS and a number. Letters are read
as capitals, because the source writes one item now 85123A, now 85123a.
"""

ONLINE_RETAIL = Layout(
    "Online Retail", "Movements",
    (
        moved("reference", "InvoiceNo", "Invoice", needed=True),
        Field(MOVEMENTS.column("sku"), ("StockCode",), needed=True, capitals=True),
        ITEM_NAME,
        moved("quantity", needed=True),
        moved("date", "InvoiceDate", needed=True),
        Field(Column("unit_price", Kind.MONEY, "Price a unit was sold at", required=True), ("Price",), needed=True),
    ),
    kinds=(
        KindRule("CUSTOMER_RETURN", Sign.TURNED, (Condition("reference", "matches", "[Cc].*"),)),
        KindRule("SALE", Sign.TURNED),
    ),
    refusals=(
        Refusal((Condition("sku", "matches", NO_PRODUCT),), "not a product",
                "Not taken: postage, fees, discounts, vouchers and corrections move no stock. Nothing to do."),
        NO_UNITS,
        Refusal((Condition("quantity", "<", 0), Condition("reference", "differs from", "[Cc].*")),
                "a negative quantity on an invoice that is no cancellation (damaged, lost or corrected)",
                "Not taken. If the stock is gone, enter it in Movements as WRITE_OFF or ADJUSTMENT."),
        Refusal((Condition("quantity", ">", 0), Condition("reference", "matches", "[Cc].*")),
                "a positive quantity on a cancellation", "Not taken. Correct the sign or the invoice number."),
        Refusal((Condition("unit_price", "=", 0),), "no price: given away, found or corrected, not sold",
                "Not taken. If stock moved, enter it in Movements as ADJUSTMENT."),
        NEGATIVE_PRICE,
    ),
    help="The UCI Online Retail columns; invoices that begin with C are cancellations, their units came back",
    day_order=DayOrder.MONTH_FIRST,
)  # fmt: skip

CANCELLED = Refusal(
    (Condition("order_status", "matches", "(?i)cancell?ed|failed|trash"),), "the order was cancelled",
    "Not taken: nothing left the stock. Nothing to do.",
)  # fmt: skip
SOLD_OR_RETURNED = SALES.kinds


def order_status(*names: str, needed: bool = False, told_once_for: str = "") -> Field:
    """The state of a customer's order, for orders that were cancelled."""
    column = Column("order_status", Kind.TEXT, "State of the order")
    return Field(column, names, needed=needed, told_once_for=told_once_for)


SHOPIFY_ORDERS = Layout(
    "Shopify orders", "Movements",
    (
        moved("reference", "Name", needed=True),
        moved("date", "Created at", needed=True),
        moved("sku", "Lineitem sku", needed=True),
        Field(ITEM_NAME.column, ("Lineitem name",)),
        moved("quantity", "Lineitem quantity", needed=True),
        moved("unit_price", "Lineitem price"),
        order_status("Cancelled at", told_once_for="reference"),
    ),
    kinds=SOLD_OR_RETURNED,
    refusals=(replace(CANCELLED, when=(Condition("order_status", "matches", ".+"),)), NO_UNITS, NEGATIVE_PRICE),
    own_names=False,
    help="Orders as Shopify exports them; refunds are not in that file",
)  # fmt: skip

WOOCOMMERCE_ORDERS = Layout(
    "WooCommerce orders", "Movements",
    (
        moved("reference", "Order Number", "Order ID", needed=True),
        moved("date", "Order Date", needed=True),
        moved("sku", "SKU", "Product SKU", needed=True),
        Field(ITEM_NAME.column, ("Item Name", "Product Name", "Name")),
        moved("quantity", "Quantity (- Refund)", "Quantity", needed=True),
        moved("unit_price", "Item Cost", needed=True),
        order_status("Order Status", needed=True),
    ),
    kinds=SOLD_OR_RETURNED,
    refusals=(CANCELLED, NO_UNITS, NEGATIVE_PRICE),
    own_names=False,
    help="Orders as the Advanced Order Export of WooCommerce writes them, a line an item",
)  # fmt: skip

AMAZON_ORDERS = Layout(
    "Amazon orders", "Movements",
    (
        moved("reference", "amazon-order-id", needed=True),
        moved("date", "purchase-date", needed=True),
        moved("sku", "sku", needed=True),
        Field(ITEM_NAME.column, ("product-name",)),
        moved("quantity", "quantity", "quantity-purchased", needed=True),
        order_status("order-status"),
    ),
    kinds=SOLD_OR_RETURNED,
    refusals=(CANCELLED, NO_UNITS),
    own_names=False,
    help="The All Orders report; its item-price is that of the whole line, so it is not used",
)  # fmt: skip

NAMED: tuple[Layout, ...] = (
    ONLINE_RETAIL,
    SHOPIFY_ORDERS,
    WOOCOMMERCE_ORDERS,
    AMAZON_ORDERS,
    SCMS_DELIVERIES,
)
PLAIN: tuple[Layout, ...] = (
    SALES, STOCK_MOVEMENTS, OPENING_STOCK, RECEIPTS, *(plain(table) for table in NAMES),
)  # fmt: skip
LAYOUTS: Mapping[str, Layout] = {layout.name: layout for layout in (*NAMED, *PLAIN)}

assert set(KIND_WORDS.values()) <= set(KINDS)  # noqa: S101 - a spelling mistake here shows on import
