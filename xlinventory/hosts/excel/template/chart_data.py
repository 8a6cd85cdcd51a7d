"""The cells behind the Dashboard's charts: blocks of fixed size on a hidden sheet, so that tables may grow.

No array formulas and nothing newer than Excel 2010, so that every program computes them alike.
"""

from collections.abc import Callable
from functools import partial

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xlinventory.hosts.excel.template import formats as look
from xlinventory.hosts.excel.template import item_cells, supplier_cells, turnover_cells
from xlinventory.hosts.excel.template.chart_blocks import SHEET, TOP, Block, Cells
from xlinventory.hosts.excel.template.formats import STATUS_COLOURS, Formats
from xlinventory.sheets.accounts import VALUATION_METHODS

STATUSES = (*STATUS_COLOURS, "SURPLUS ORDER")
SLICES, WEEKS, SUPPLIERS = 20, 8, 8

VALUE = "Items[demand_avg]*Items[unit_cost]"

FACTS = ("items", "yearly value", "top value", "sku")
FACT = Block("facts", 0, len(FACTS), ("fact", "value"))
STATUS = Block("stock by status", 3, len(STATUSES) + 1, ("status", "label", "items", "value"))
PARETO = Block(
    "yearly value, best first", 8, SLICES, ("label", "part", "rank", "least", "sum", "cumulative", "slice")
)
DUE = Block("orders due", 16, WEEKS + 2, ("label", "from", "before", "value"))
LEAD = Block("supplier lead times", 21, SUPPLIERS, ("supplier", "promised", "real", "sd"))

VALUATION = Block(
    "stock and cost of sales by method",
    item_cells.LEFT + len(item_cells.ITEMS) * item_cells.WIDTH,
    len(VALUATION_METHODS),
    ("label", "closing", "cost of sales"),
)


def fact(name: str) -> str:
    """Address of a single helper value."""
    return FACT.cell("value", FACTS.index(name))


def fact_elsewhere(name: str) -> str:
    """The same, seen from another sheet."""
    return f"{SHEET}!{fact(name)}"


def write_chart_data(book: Workbook, formats: Formats) -> Worksheet:
    """The hidden sheet with all helper cells."""
    sheet = book.add_worksheet(SHEET)
    small = {"font_color": look.GREY, "font_size": 8}
    for block in ROWS:
        sheet.write(0, block.left, block.title, formats.get(bold=True, **small))
        sheet.write_row(TOP - 1, block.left, block.columns, formats.get(italic=True, **small))
    for block, row_of in ROWS.items():
        for i in range(block.rows):
            for j, cell in enumerate(row_of(i)):
                _write(sheet, TOP + i, block.left + j, cell, formats, block.columns[j])
    sheet.hide()
    return sheet


def _write(
    sheet: Worksheet, row: int, column: int, cell: str | float | None, formats: Formats, name: str
) -> None:
    shown = {"period": look.DATE, "from": look.DATE, "before": look.DATE}.get(name, "General")
    style = formats.get(font_color=look.GREY, font_size=8, num_format=shown)
    if isinstance(cell, str) and cell.startswith("="):
        sheet.write_formula(row, column, cell, style, "")
    elif cell is not None:
        sheet.write(row, column, cell, style)


def _facts(i: int) -> Cells:
    """Also the item that WhatIf starts with: the Dashboard's first one if it was chosen, else the best."""
    top, chosen = fact("top value"), item_cells.ITEMS[0].name
    name = FACTS[i]
    formulas = {
        "items": "=COUNT(Items[demand_avg])",
        "yearly value": f"=SUMPRODUCT({VALUE})",
        "top value": f"=SUMPRODUCT(MAX({VALUE}))",
        "sku": f'=IF(LEN({chosen})>0,{chosen},IF({top}>0,'
               f'INDEX(Items[sku],SUMPRODUCT(MATCH({top},{VALUE},0)))&"",""))',
    }  # fmt: skip
    return name, formulas[name]


def _status(i: int) -> Cells:
    label = f'={STATUS.cell("status", i)}&" ("&{STATUS.cell("items", i)}&")"'
    if i < len(STATUSES):
        word = STATUSES[i]
        items = f'=COUNTIF(Items[status],"{word}")'
        return word, label, items, f'=SUMIFS(Items[stock_value],Items[status],"{word}")'
    known = {name: f"{STATUS.cell(name, 0)}:{STATUS.cell(name, i - 1)}" for name in ("items", "value")}
    return (
        "not planned",
        label,
        f"=COUNTA(Items[sku])-SUM({known['items']})",
        f"=SUM(Items[stock_value])-SUM({known['value']})",
    )


def _pareto(i: int) -> Cells:
    """The best 5 %, 10 %, ... of the items: the rank, the value of the item at it, the sum down to it."""
    rank, least = PARETO.cell("rank", i), PARETO.cell("least", i)
    total, above = fact("yearly value"), f"({VALUE}>{least})"
    before = PARETO.cell("cumulative", i - 1) if i else "0"
    return (
        100 * (i + 1) / SLICES if i % 2 else "",
        (i + 1) / SLICES,
        f"=ROUND({fact('items')}*{i + 1}/{SLICES},0)",  # 175 * 0.7 would be a little less than 122.5
        f"=IF({rank}<1,0,SUMPRODUCT(LARGE({VALUE},{rank})))",
        f"=IF({rank}<1,0,SUMPRODUCT({above}*{VALUE})+({rank}-SUMPRODUCT(--{above}))*{least})",
        f"=IF({total}=0,0,{PARETO.cell('sum', i)}/{total})",
        f"={PARETO.cell('cumulative', i)}-{before}",
    )


def _due(i: int) -> Cells:
    """Value still to come: overdue, then week by week, then all later."""
    start, end = DUE.cell("from", i), DUE.cell("before", i)
    day = "PurchaseOrders[promised_date]"
    value = (
        f"=SUMPRODUCT(({day}>={start})*({day}<{end})"
        "*PurchaseOrders[open_quantity]*PurchaseOrders[unit_price])"
    )
    if i == 0:
        return "overdue", 1, "=N(as_of)", value
    first = f"=N(as_of)+{7 * (i - 1)}"
    if i > WEEKS:
        return "later", first, 2958465, value
    return (f"week {i}" if i > 1 else "this week"), first, f"=N(as_of)+{7 * i}", value


def _lead(i: int) -> Cells:
    supplier = LEAD.cell("supplier", i)
    return (
        f'=IFERROR(INDEX(SupplierScores[supplier],{i + 1})&"","")',
        *(
            f'=IF({supplier}="",0,N(INDEX(SupplierScores[{name}],{i + 1})))'
            for name in ("promised_days", "lead_time", "lead_time_sd")
        ),
    )


def _valuation(i: int) -> Cells:
    """A method as ValuationTotals has it, periodic ones in words."""
    of_line = "IFERROR(INDEX(ValuationTotals[{}],{}),{})"
    return (
        f'=SUBSTITUTE({of_line.format("method", i + 1, chr(34) * 2)}&"","_PERIODIC"," periodic")',
        f"=N({of_line.format('closing', i + 1, 0)})",
        f"=N({of_line.format('cost_of_sales', i + 1, 0)})",
    )


ROWS: dict[Block, Callable[[int], Cells]] = {
    FACT: _facts,
    STATUS: _status,
    PARETO: _pareto,
    DUE: _due,
    LEAD: _lead,
    VALUATION: _valuation,
    turnover_cells.PACE: turnover_cells.pace_row,
    turnover_cells.AGE: turnover_cells.age_row,
    supplier_cells.SCORE: supplier_cells.score_row,
    supplier_cells.SAVED: supplier_cells.saved_row,
    supplier_cells.PARTS: supplier_cells.parts_row,
    **{block: partial(item_cells.fact_row, k) for k, block in enumerate(item_cells.FACT)},
    **{block: partial(item_cells.history_row, k) for k, block in enumerate(item_cells.HISTORY)},
}
"""Every block, with what stands in its rows."""
