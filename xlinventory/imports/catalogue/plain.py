# ruff: noqa: E501 - a field with its names is one line of a list that is read as a table
"""The plain layouts: files of one table of this workbook, with its own column names or usual others."""

from collections.abc import Mapping

from xlinventory.imports.catalogue.fields import (
    ITEM_NAME,
    NEGATIVE_PRICE,
    NO_UNITS,
    SOLD_OR_RETURNED,
    aside,
    moved,
)
from xlinventory.imports.catalogue.names import (
    COST,
    COUNTED,
    DATE,
    KIND_WORDS,
    NAMES,
    PO,
    PRICE,
    QUANTITY,
    SKU,
    STATUS_WORDS,
)
from xlinventory.imports.layouts import Condition, Field, KindRule, Layout, Refusal, Sign
from xlinventory.sheets import TABLES
from xlinventory.tables import Column, Kind, Writer

MOVEMENTS, ORDERS = TABLES["Movements"], TABLES["PurchaseOrders"]

NEEDED: Mapping[str, tuple[str, ...]] = {
    "Items": ("sku",),
    "Suppliers": ("supplier",),
    "SupplierPrices": ("sku", "supplier", "unit_price"),
    "PurchaseOrders": ("po", "supplier", "sku", "order_date", "quantity"),
}
NOT_IN: Mapping[str, tuple[str, ...]] = {
    "Items": ("date", "quantity", "qty", "po", "order date", "receipt date", "kind", "on hand", *COUNTED),
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
    kinds=SOLD_OR_RETURNED,
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

STOCK_COUNT = Layout(
    "Stock count", "Movements",
    (
        moved("sku", "sku", *SKU, needed=True),
        ITEM_NAME,
        moved("quantity", *COUNTED, needed=True),
        moved("date", "date", *DATE, "count date", "counted on", "stock date"),
        aside("location", "Where it was counted", "location", "warehouse", "bin", "shelf", "store"),
    ),
    counts=True,
    excluded=("kind", "movement type", "unit_price", "po", "order date"),
    own_names=False,
    file_words=("count", "stocktake", "inventory"),
    help="What was found when the stock was counted; lines of an item are added up. Without a date it is of the day the file was "
         "last written",
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

LAYOUTS: tuple[Layout, ...] = (
    SALES, STOCK_MOVEMENTS, OPENING_STOCK, STOCK_COUNT, RECEIPTS, *(plain(table) for table in NAMES),
)  # fmt: skip
