"""Where things stand on the WhatIf sheet: rows, columns, the hidden blocks, and the terms of its formulas."""

from dataclasses import dataclass

from xlsxwriter.utility import xl_rowcol_to_cell

from xlinventory.core.planning.draws import PARTS
from xlinventory.macros.lead_times import SAMPLE

SHEET = "WhatIf"
CHOICE, PANELS, CHART_ROWS, CURVE = 2, 10, 17, 47
"""Zero-based rows: the item's dropdown, the first line of both panels and of the curve; and of the charts."""
SKU = f"$D${CHOICE + 1}"
PLANNED, YOURS, USED, UNIT = 3, 4, 5, 6
"""Columns of the left panel."""
LEVELS = (
    0.8, 0.84, 0.88, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995, 0.998, 0.999,
)  # fmt: skip
"""Service levels of the curve: closer together where a point costs more."""
CURVE_PERIODS = 20_000
"""Periods simulated for the curve: of 99.9 % of the cycles few are allowed to run short."""
LEAST_HISTORY, MOST_HISTORY = 4, 260
"""Known periods that make a past; periods of it, the last ones, that are drawn from."""
INPUTS = (
    "demand", "demand_sd", "lead_time", "lead_time_sd", "review", "unit_cost", "holding_rate", "order_cost",
    "quantity", "moved", "service", "service_type", "shape", "shortage_cost",
)  # fmt: skip
"""The numbers of the item, line by line."""
NUMBERS = INPUTS[: INPUTS.index("service") + 1]
"""Those that must be known."""

ANSWERS = (
    "service", "safety", "point", "top", "stock", "value", "orders", "risk", "short", "filled", "holding",
    "ordering", "shortage", "total",
)  # fmt: skip
"""The answers, line by line."""
NOW, WHAT_IF, SIMULATED, BEST = 10, 11, 12, 13
"""Columns of the right panel."""
CURVE_COLUMNS = {
    "service": 1, "safety": 2, "point": 3, "simulated": 4, "holding": 5, "simulated_holding": 6,
    "stock": 8, "risk": 9, "stockouts": 10, "short": 11, "shortage": 12, "cost": 13,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of hidden cells: where it starts, how many rows, and its columns by name."""

    left: int
    top: int
    rows: int
    columns: tuple[str, ...]

    def cell(self, column: str, row: int) -> str:
        """Address of one cell, all fixed."""
        return _fixed(self.top + row, self.left + self.columns.index(column))

    def column(self, name: str) -> str:
        """Address of a whole column."""
        return f"{self.cell(name, 0)}:{self.cell(name, self.rows - 1)}"

    def range(self, name: str) -> list[str | int]:
        """A whole column as a chart takes it."""
        j = self.left + self.columns.index(name)
        return [SHEET, self.top, j, self.top + self.rows - 1, j]


FACTS = (
    "sku", "sought", "row", "loaded", "problem", "ready", "plan ready", "period days", "step days", "least",
    "plan gap", "plan under", "plan mean", "plan sd", "plan orders", "plan offset",
    "gap", "under", "mean", "sd", "orders", "offset",
    "supplier", "supplier sought", "lines", "receipts", "spread of receipts", "as received", "leads",
    "lead spread", "demand spread",
    "first", "rows", "known", "own", "drawn",
    "first look", "periods", "cycle service", "fill rate", "average stock", "orders a period",
    "best", "best ready", "nearest", "chosen name", "best name", "cost name",
)  # fmt: skip
FACT = Block(15, 1, len(FACTS), ("fact", "value"))
LEAD = Block(18, 1, SAMPLE, ("chance", "received", "real", "used", "raw", "lead"))
DRAW = Block(25, 1, PARTS, ("chance", "used", "raw", "demand"))
POINT = Block(30, 1, len(LEVELS), ("distance", "level", "holding", "simulated", "cost", "value", "short"))
MARK = Block(38, 1, 2, ("level", "holding", "value", "short"))
"""The chosen point and the one of least cost, as the charts show them."""
PAST = Block(43, 1, MOST_HISTORY, ("wanted", "known", "drawn"))
SEARCH = Block(47, 1, 20, ("low", "high", "middle", "later"))
"""Halves PurchaseOrders until the supplier's latest receipts are left; a sheet has 2^20 rows."""
LINE = Block(52, 1, SAMPLE + 40, ("row", "days", "so far"))
"""The supplier's latest lines: its receipts to draw from, and others among them."""
LAST_HELPER = 54


def _fixed(row: int, column: int) -> str:
    return xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)


def fact(name: str) -> str:
    """Address of a single helper value."""
    return FACT.cell("value", FACTS.index(name))


def input_cell(name: str, column: int = USED) -> str:
    """Address of a number of the item: as used, unless another column is asked for."""
    return _fixed(PANELS + INPUTS.index(name), column)


@dataclass(frozen=True, slots=True)
class Terms:
    """The numbers of one column of the left panel as parts of formulas; *prefix* names its facts."""

    column: int
    prefix: str = ""

    def __getitem__(self, name: str) -> str:
        return input_cell(name, self.column)

    def fact(self, name: str) -> str:
        """Address of a helper value of these numbers."""
        return fact(self.prefix + name)

    def policy(self, service: str, service_type: str) -> str:
        """The arguments of SAFETY_STOCK and REORDER_POINT, in the order that Items gives them."""
        return (
            f"{self['demand']},{self['demand_sd']},{self['lead_time']},{service},{self['lead_time_sd']},"
            f"{self['review']},{service_type},{self['quantity']},{self['shape']}"
        )

    def risk(self, point: str) -> str:
        """Probability that a cycle ends without stock: P(X > s)."""
        return f"STOCKOUT_RISK({point},{self.fact('mean')},{self.fact('sd')},1,0,{self['shape']})"

    def short(self, point: str) -> str:
        """Units short in a cycle: E[(X - s)+]."""
        return f"EXPECTED_SHORTAGE({point},{self.fact('mean')},{self.fact('sd')},{self['shape']})"


PLAN, MINE = Terms(PLANNED, "plan "), Terms(USED)


def item(column: str) -> str:
    """Formula part: a cell of the item's row of Items."""
    return f"INDEX(Items[{column}],{fact('row')})"


def answer_cell(name: str, column: int) -> str:
    """Address of an answer in the right panel."""
    return _fixed(PANELS + ANSWERS.index(name), column)


def curve_cell(name: str, row: int) -> str:
    """Address of a cell of the curve."""
    return _fixed(CURVE + row, CURVE_COLUMNS[name])


def percent(share: str) -> str:
    """Formula part: a share as text, 97.5 %."""
    return f'FIXED(100*{share},1)&" %"'
