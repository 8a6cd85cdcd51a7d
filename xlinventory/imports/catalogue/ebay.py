# ruff: noqa: E501 - a field with its names is one line of a list that is read as a table
"""The layout of the orders report of eBay's Seller Hub."""

from xlinventory.imports.catalogue.fields import NO_SKU, NO_UNITS, aside, moved, named
from xlinventory.imports.layouts import Condition, KindRule, Layout, Refusal, Sign

BELOW_THE_TABLE = r"(?i)(\d+ *)?record\(s\) downloaded.*|seller id *:.*"
NO_LINE = "Not taken. Nothing to do."

ORDERS_REPORT = Layout(
    "eBay orders", "Movements",
    (
        aside("record", "Number of the sale", "Sales Record Number"),
        moved("reference", "Order Number", needed=True),
        aside("item_number", "Number of the listing", "Item Number", needed=True),
        named("Item Title"),
        moved("sku", "Custom Label", "Custom Label (SKU)", needed=True),
        moved("quantity", "Quantity", needed=True),
        moved("date", "Sale Date", needed=True, told_once_for="reference"),
        aside("paid", "Day of payment", "Paid On Date", needed=True, told_once_for="reference"),
        moved("order_line", "Transaction ID"),
    ),
    kinds=(KindRule("SALE", Sign.TURNED),),
    line_of=("item_number", "order_line"),
    passed_over=(
        Refusal((Condition("reference", "matches", BELOW_THE_TABLE),), "the foot of the report, no order", NO_LINE),
        Refusal((Condition("record", "matches", BELOW_THE_TABLE),), "the foot of the report, no order", NO_LINE),
        Refusal((Condition("item_number", "matches", ""),), "the order as a whole; its items stand on lines of their own", NO_LINE),
        NO_SKU,
    ),
    refusals=(
        Refusal((Condition("paid", "matches", ""),), "the order is not paid for", "Not taken. Export again when it is paid."),
        NO_UNITS,
    ),
    own_names=False,
    help="An order of several items has a line of its own, with the days, above those of its items. A line is known by the numbers of "
         "listing and transaction, as eBay's page defines. No page of eBay's says what each column of the report is, so its price (for "
         "a unit or for the line?) is not taken; cancellations and refunds are not in that file",
    source="https://developer.ebay.com/devzone/merchant-data/CallRef/SoldReport.html",
)  # fmt: skip
LAYOUTS = (ORDERS_REPORT,)
