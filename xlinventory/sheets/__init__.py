"""The tables of the workbook, declared once: sheet order, columns, rules, formulas, help."""

from collections.abc import Mapping

from xlinventory.sheets.accounts import VALUATION, VALUATION_TOTALS
from xlinventory.sheets.closings import CLOSINGS
from xlinventory.sheets.forecasts import FORECAST
from xlinventory.sheets.items import ITEMS
from xlinventory.sheets.landed_costs import LANDED_COSTS
from xlinventory.sheets.movements import DEMAND, MOVEMENTS
from xlinventory.sheets.orders import PURCHASE_ORDERS, REORDER
from xlinventory.sheets.records import IMPORT_ISSUES, IMPORT_MAP, LOG, UNDO
from xlinventory.sheets.settings import SETTINGS_TABLE
from xlinventory.sheets.suppliers import SUPPLIER_PRICES, SUPPLIER_SCORES, SUPPLIERS
from xlinventory.sheets.turnover import TURNOVER, TURNOVER_GROUPS
from xlinventory.tables import Table

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        SETTINGS_TABLE, ITEMS, SUPPLIERS, SUPPLIER_PRICES, MOVEMENTS, LANDED_COSTS, DEMAND, PURCHASE_ORDERS, FORECAST,
        REORDER, VALUATION, VALUATION_TOTALS, CLOSINGS, TURNOVER, TURNOVER_GROUPS, SUPPLIER_SCORES,
        IMPORT_MAP, IMPORT_ISSUES, LOG, UNDO,
    )
}  # fmt: skip

LATER = frozenset(("LandedCosts", "ValuationTotals", "Closings", "TurnoverGroups"))
"""Tables that older workbooks lack: there they count as empty."""
