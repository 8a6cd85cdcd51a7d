"""The tables of the workbook, declared once: sheet order, columns, rules, formulas, help."""

from collections.abc import Mapping

from xlinventory.sheets.accounts import VALUATION, VALUATION_LATER, VALUATION_TOTALS
from xlinventory.sheets.closings import CLOSINGS
from xlinventory.sheets.forecasts import FORECAST, FORECAST_LATER
from xlinventory.sheets.items import ITEMS, ITEMS_LATER
from xlinventory.sheets.landed_costs import LANDED_COSTS
from xlinventory.sheets.movement_files import MOVEMENT_FILES
from xlinventory.sheets.movements import DEMAND, DEMAND_LATER, MOVEMENTS, MOVEMENTS_LATER
from xlinventory.sheets.orders import OVERDUE, PURCHASE_ORDERS, REORDER, REORDER_LATER
from xlinventory.sheets.records import IMPORT_ISSUES, IMPORT_MAP, IMPORT_MAP_LATER, LOG, UNDO
from xlinventory.sheets.settings import SETTINGS_TABLE
from xlinventory.sheets.supplier_choice import SUPPLIER_CHOICE
from xlinventory.sheets.suppliers import (
    SCORES_LATER,
    SUPPLIER_PRICES,
    SUPPLIER_PRICES_LATER,
    SUPPLIER_SCORES,
    SUPPLIERS,
)
from xlinventory.sheets.turnover import TURNOVER, TURNOVER_GROUPS, TURNOVER_LATER
from xlinventory.tables import Table

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        SETTINGS_TABLE, ITEMS, SUPPLIERS, SUPPLIER_PRICES, MOVEMENTS, MOVEMENT_FILES, LANDED_COSTS, DEMAND, PURCHASE_ORDERS,
        OVERDUE, FORECAST, REORDER, VALUATION, VALUATION_TOTALS, CLOSINGS, TURNOVER, TURNOVER_GROUPS, SUPPLIER_SCORES,
        SUPPLIER_CHOICE, IMPORT_MAP, IMPORT_ISSUES, LOG, UNDO,
    )
}  # fmt: skip

LATER = frozenset(
    (
        "MovementFiles", "LandedCosts", "ValuationTotals", "Closings", "TurnoverGroups", "Overdue", "SupplierChoice",
    )
)  # fmt: skip
"""Tables that older workbooks lack: there they count as empty."""

COLUMNS_LATER: Mapping[str, frozenset[str]] = {
    "Items": ITEMS_LATER,
    "SupplierPrices": SUPPLIER_PRICES_LATER,
    "Movements": MOVEMENTS_LATER,
    "Demand": DEMAND_LATER,
    "Forecast": FORECAST_LATER,
    "Reorder": REORDER_LATER,
    "Valuation": VALUATION_LATER,
    "Turnover": TURNOVER_LATER,
    "SupplierScores": SCORES_LATER,
    "ImportMap": IMPORT_MAP_LATER,
}
"""Columns that older workbooks lack: there they count as blank, and nothing is written to them."""
