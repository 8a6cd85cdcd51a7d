# ruff: noqa: E501 - a column with its names is one line of a list that is read as a table
"""By which names the columns of this workbook go elsewhere, and the other words for their choices."""

from collections.abc import Mapping

from xlinventory.sheets.movements import KINDS

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
COUNTED = (
    "counted", "counted quantity", "counted qty", "quantity counted", "qty counted", "units counted",
    "physical count", "stock count", "count",
)  # fmt: skip
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


assert set(KIND_WORDS.values()) <= set(KINDS)  # noqa: S101 - a spelling mistake here shows on import
