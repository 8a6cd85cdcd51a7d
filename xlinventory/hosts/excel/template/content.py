"""What is in the template workbook: its sheets in order, their tabs, and the names of its dropdowns."""

from collections.abc import Callable, Mapping

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xlinventory.hosts.excel.template import formats as look
from xlinventory.hosts.excel.template.chart_data import write_chart_data
from xlinventory.hosts.excel.template.dashboard import write_dashboard
from xlinventory.hosts.excel.template.formats import Formats
from xlinventory.hosts.excel.template.function_sheet import write_functions
from xlinventory.hosts.excel.template.settings_sheet import write_settings
from xlinventory.hosts.excel.template.start import write_start
from xlinventory.hosts.excel.template.supplier_sheets import write_supplier_choice, write_supplier_scores
from xlinventory.hosts.excel.template.table_sheets import list_name, write_table_sheet
from xlinventory.hosts.excel.template.turnover_groups import write_turnover_groups
from xlinventory.hosts.excel.template.valuation_totals import write_valuation_totals
from xlinventory.hosts.excel.template.what_if import write_what_if
from xlinventory.sheets import TABLES

TABS = {
    "Start": look.NAVY, "Dashboard": look.NAVY, "WhatIf": look.NAVY, "Functions": look.NAVY,
    "Settings": look.NAVY,
    "Items": look.BLUE, "Suppliers": look.BLUE, "SupplierPrices": look.BLUE,
    "Movements": look.TEAL, "MovementFiles": look.TEAL, "LandedCosts": look.TEAL, "Demand": look.TEAL,
    "PurchaseOrders": look.TEAL,
    "Overdue": look.AMBER,
    "Forecast": look.GREEN, "Reorder": look.AMBER, "Valuation": look.GREEN,
    "ValuationTotals": look.GREEN, "Closings": look.GREEN, "Turnover": look.GREEN,
    "TurnoverGroups": look.GREEN,
    "SupplierScores": look.GREEN, "SupplierChoice": look.GREEN,
    "ImportMap": look.GREY, "ImportIssues": look.GREY, "Log": look.GREY, "_undo": look.GREY,
}  # fmt: skip
"""Colour of each tab: what you set up, what you know, what happened, what follows, what was recorded."""


WITH_MORE: Mapping[str, Callable[[Workbook, Formats], Worksheet]] = {
    "Settings": write_settings,
    "ValuationTotals": write_valuation_totals,
    "TurnoverGroups": write_turnover_groups,
    "SupplierScores": write_supplier_scores,
    "SupplierChoice": write_supplier_choice,
}
"""Sheets of tables with more on them than the table."""

RECORDS = ("ImportMap", "ImportIssues", "Log", "_undo")
"""Tables that come last: what the buttons recorded."""


def fill(book: Workbook) -> None:
    """Put every sheet and name into an empty workbook."""
    formats = Formats(book)
    write_start(book, formats, TABS)
    write_dashboard(book, formats)
    write_what_if(book, formats)
    for name in TABLES:
        if name not in RECORDS:
            _write_table(book, formats, name)
    write_functions(book, formats)
    for name in RECORDS:
        _write_table(book, formats, name)
    write_chart_data(book, formats)
    _define_lists(book)
    for sheet in book.worksheets():
        sheet.set_tab_color(TABS.get(sheet.name, look.GREY))


def _write_table(book: Workbook, formats: Formats, name: str) -> None:
    if name in WITH_MORE:
        WITH_MORE[name](book, formats)
        return
    sheet = write_table_sheet(book, formats, TABLES[name])
    if TABLES[name].hidden:
        sheet.very_hidden()


def _define_lists(book: Workbook) -> None:
    """A defined name for each column that feeds dropdowns."""
    sources = {c.choices_from for table in TABLES.values() for c in table.columns if c.choices_from}
    for reference in sorted(sources):
        book.define_name(list_name(reference), f"={reference}")
