# ruff: noqa: E501 - a field with its names is one line of a list that is read as a table
"""The layout of a public delivery history with all its oddities: who delivered what, when it was ordered and promised.

USAID Supply Chain Management System (SCMS) delivery history, public domain: 10,324 lines, 2006 to 2015.
"""

from xlinventory.imports.cells import DayOrder
from xlinventory.imports.layouts import Condition, Field, Layout, OddCell, OtherField, Refusal
from xlinventory.sheets import TABLES
from xlinventory.tables import Column, Kind

ORDERS = TABLES["PurchaseOrders"]
NOTHING_TO_DO = "Not taken. Nothing to do."
SWAPPED = OddCell(
    r"20(\d\d)-(\d\d)-(\d\d)", r"\1/\2/20\3", "month/day/year, once saved as if it were year-month-day",
    "Taken as month/day/year. Its other days have the day above 12, in these none has; else undo, correct the cell.",
)  # fmt: skip
"""Days of SCMS deliveries such as 2009-11-14 for 11 September 2014.

Each of its 1,712 order dates written year first has month and day up to 12, each of the 2,880 written
month/day/year a day above 12: some program read the first as year-month-day. As they stand, lead times of
them are 5.3 years on average; so read, 104 days, as those of the others are 107.
"""


def ordered(
    column: str, *names: str, needed: bool = False, odd: tuple[OddCell, ...] = (), same_as: str = ""
) -> Field:
    """A field that is read as a column of PurchaseOrders."""
    return Field(ORDERS.column(column), names, needed=needed, odd=odd, same_as=same_as)


SCMS_DELIVERIES = Layout(
    "SCMS deliveries", "PurchaseOrders",
    (
        ordered("po", "ID", needed=True),
        ordered("supplier", "Vendor", needed=True),
        ordered("sku", "Item Description", needed=True),
        ordered("order_date", "PO Sent to Vendor Date", needed=True, odd=(
            OddCell("N/A - From RDC", None, "delivered from a distribution centre's own stock, not ordered", NOTHING_TO_DO),
            OddCell("Date Not Captured", None, "the day of the order was not captured",
                    "Not taken: its lead time is not known. Find the day, and refresh again."),
            SWAPPED,
        )),
        ordered("promised_date", "Scheduled Delivery Date"),
        ordered("quantity", "Line Item Quantity", needed=True),
        ordered("unit_price", "Pack Price"),
        ordered("received", same_as="quantity"),
        ordered("receipt_date", "Delivered to Client Date", needed=True),
        Field(Column("quote_date", Kind.DATE, "Day the quotation was sent; not kept"), ("PQ First Sent to Client Date",), odd=(
            OddCell("Pre-PQ Process|Date Not Captured", "", "a word where a date should be", "Taken without that date."),
            SWAPPED,
        )),
        Field(Column("weight", Kind.NUMBER, "Weight of the delivery; not kept"), ("Weight (Kilograms)",), odd=(
            OddCell("Weight Captured Separately|See (?:ASN|DN)-.*", "", "words where a weight should be", "Taken without a weight."),
        )),
    ),
    refusals=(
        Refusal((Condition("receipt_date", "<", OtherField("order_date")),), "delivered before it was ordered",
                "Not taken: one of the two days is wrong. Correct it, and refresh again."),
    ),
    own_names=False,
    help="The delivery history of USAID's Supply Chain Management System; each line is an order line by its ID",
    source="https://catalog.data.gov/dataset/supply-chain-shipment-pricing-data",
    day_order=DayOrder.MONTH_FIRST,
)  # fmt: skip
LAYOUTS = (SCMS_DELIVERIES,)
