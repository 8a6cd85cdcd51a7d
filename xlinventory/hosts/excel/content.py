"""What is in the template workbook: its sheets in order, their tabs, and the names formulas and dropdowns use."""

from xlsxwriter.workbook import Workbook

from xlinventory.hosts.excel import formats as look
from xlinventory.hosts.excel.formats import Formats
from xlinventory.hosts.excel.settings_sheet import write_settings
from xlinventory.hosts.excel.table_sheets import list_name, write_table_sheet
from xlinventory.sheets import TABLES

TABS = {
    "Settings": look.NAVY,
    "Items": look.BLUE, "Suppliers": look.BLUE, "SupplierPrices": look.BLUE,
    "Movements": look.TEAL, "Demand": look.TEAL, "PurchaseOrders": look.TEAL,
    "Forecast": look.GREEN, "Reorder": look.AMBER, "Valuation": look.GREEN, "Turnover": look.GREEN,
    "SupplierScores": look.GREEN,
    "ImportMap": look.GREY, "ImportIssues": look.GREY, "Log": look.GREY, "_undo": look.GREY,
}  # fmt: skip
"""Colour of each tab: what you set up, what you know, what happened, what follows, what was recorded."""


def fill(book: Workbook) -> None:
    """Put every sheet and name into an empty workbook."""
    formats = Formats(book)
    for name, table in TABLES.items():
        sheet = (
            write_settings(book, formats)
            if name == "Settings"
            else write_table_sheet(book, formats, table)
        )
        sheet.set_tab_color(TABS[name])
        if table.hidden:
            sheet.very_hidden()
    _define_lists(book)


def _define_lists(book: Workbook) -> None:
    """A defined name for each column that feeds dropdowns."""
    sources = {c.choices_from for table in TABLES.values() for c in table.columns if c.choices_from}
    for reference in sorted(sources):
        book.define_name(list_name(reference), f"={reference}")
