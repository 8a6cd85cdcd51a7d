# ruff: noqa: E501 - a field with its names is one line of a list that is read as a table
"""The layout of the UCI Online Retail data: a year of a gift shop's invoices, all cancellations included."""

from xlinventory.imports.catalogue.fields import ITEM_NAME, MOVEMENTS, NEGATIVE_PRICE, NO_UNITS, moved
from xlinventory.imports.cells import DayOrder
from xlinventory.imports.layouts import Condition, Field, KindRule, Layout, Refusal, Sign
from xlinventory.tables import Column, Kind

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
        moved("quantity", "Quantity", needed=True),
        moved("date", "InvoiceDate", needed=True),
        Field(Column("unit_price", Kind.MONEY, "Price a unit was sold at", required=True), ("UnitPrice", "Price"), needed=True),
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
    own_names=False,
    help="The UCI Online Retail columns; invoices that begin with C are cancellations, their units came back",
    source="https://archive.ics.uci.edu/dataset/352/online+retail",
    day_order=DayOrder.MONTH_FIRST,
)  # fmt: skip
LAYOUTS = (ONLINE_RETAIL,)
