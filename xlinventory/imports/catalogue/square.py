# ruff: noqa: E501 - a field with its names is one line of a list that is read as a table
"""The layout of Square's item details: what was sold and refunded, item by item."""

from xlinventory.imports.catalogue.fields import (
    NEGATIVE_PRICE,
    NO_SKU,
    NO_UNITS,
    WITHOUT_MINUS,
    aside,
    moved,
    named,
)
from xlinventory.imports.layouts import Condition, KindRule, Layout, Notice, Refusal, Sign

REFUND = Condition("event", "matches", "(?i)refund")

ITEM_DETAILS = Layout(
    "Square item details", "Movements",
    (
        moved("date", "Date", needed=True),
        named("Item"),
        moved("quantity", "Qty", needed=True),
        moved("sku", "SKU", needed=True),
        moved("unit_price", "Net Sales", needed=True, total_of="quantity", odd=(WITHOUT_MINUS,)),
        moved("reference", "Transaction ID", needed=True),
        aside("event", "Payment or refund", "Event Type", needed=True),
    ),
    kinds=(
        KindRule("CUSTOMER_RETURN", Sign.IN, (REFUND,)),
        KindRule("CUSTOMER_RETURN", Sign.TURNED, (Condition("quantity", "<", 0),)),
        KindRule("SALE", Sign.TURNED),
    ),
    passed_over=(
        NO_SKU,
        Refusal((Condition("unit_price", "matches", "[-(].*"), Condition("event", "differs from", "(?i)refund")), NEGATIVE_PRICE.problem, NEGATIVE_PRICE.action),
    ),
    refusals=(NO_UNITS,),
    notices=(
        Notice((REFUND,), "an item was refunded; the file does not say whether it came back into stock",
               "Taken as come back. If it did not, enter it in Movements as WRITE_OFF."),
    ),
    own_names=False,
    help="A line an item of a payment or refund. Net sales are the money for all units of the line, after discounts and without "
         "tax, as Square's page defines; it does not say that a line has a number of its own, so it is known by its content",
    source="https://squareup.com/help/us/en/article/5530",
)  # fmt: skip
LAYOUTS = (ITEM_DETAILS,)
