"""The cells behind the Dashboard's charts: blocks of fixed size on a hidden sheet, so that tables may grow.

No array formulas and nothing newer than Excel 2010, so that every program computes them alike.
"""

from collections.abc import Callable
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xlinventory.hosts.excel.template import formats as look
from xlinventory.hosts.excel.template.formats import STATUS_COLOURS, Formats

SHEET = "_chart"
TOP = 2
"""Zero-based row of the first cell of every block, below its title and its headings."""
CHOSEN = "chosen_sku"
"""Defined name of the Dashboard's dropdown."""

STATUSES = (*STATUS_COLOURS, "SURPLUS ORDER")
SLICES, PAST, AHEAD, WEEKS, SUPPLIERS = 20, 26, 12, 8, 8

VALUE = "Items[demand_avg]*Items[unit_cost]"


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of helper cells: where it starts, how many rows, and its columns by name."""

    title: str
    left: int
    rows: int
    columns: tuple[str, ...]

    def range(self, column: str, first: int = 0) -> list[str | int]:
        """One of its columns as a chart takes it: sheet, first row and column, last row and column."""
        j = self.left + self.columns.index(column)
        return [SHEET, TOP + first, j, TOP + self.rows - 1, j]

    def cell(self, column: str, row: int) -> str:
        """Address of one cell, all fixed."""
        j = self.left + self.columns.index(column)
        return xl_rowcol_to_cell(TOP + row, j, row_abs=True, col_abs=True)

    def column(self, name: str) -> str:
        """Address of a whole column of the block."""
        letter = xl_col_to_name(self.left + self.columns.index(name))
        return f"${letter}${TOP + 1}:${letter}${TOP + self.rows}"


FACTS = (
    "items", "yearly value", "top value", "sku", "name", "demand row", "demand rows", "known rows",
    "forecast row", "forecast rows", "method", "error",
)  # fmt: skip
FACT = Block("facts", 0, len(FACTS), ("fact", "value"))
STATUS = Block("stock by status", 3, len(STATUSES) + 1, ("status", "label", "items", "value"))
PARETO = Block(
    "yearly value, best first", 8, SLICES, ("label", "part", "rank", "least", "sum", "cumulative", "slice")
)
DUE = Block("orders due", 16, WEEKS + 2, ("label", "from", "before", "value"))
LEAD = Block("supplier lead times", 21, SUPPLIERS, ("supplier", "promised", "real", "sd"))
DEMAND = Block(
    "demand of the chosen item", 26, PAST + AHEAD, ("row", "period", "demand", "forecast", "low", "band")
)
BLOCKS = (FACT, STATUS, PARETO, DUE, LEAD, DEMAND)


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
    for block in BLOCKS:
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


Cells = tuple[str | float | None, ...]


def _facts(i: int) -> Cells:
    sku, top = fact("sku"), fact("top value")
    name = FACTS[i]
    formulas = {
        "items": "=COUNT(Items[demand_avg])",
        "yearly value": f"=SUMPRODUCT({VALUE})",
        "top value": f"=SUMPRODUCT(MAX({VALUE}))",
        "sku": f'=IF(LEN({CHOSEN})>0,{CHOSEN},IF({top}>0,'
               f'INDEX(Items[sku],SUMPRODUCT(MATCH({top},{VALUE},0)))&"",""))',
        "name": f'=IFERROR(INDEX(Items[name],MATCH({sku},Items[sku],0))&"","")',
        "demand row": f"=IFERROR(MATCH({sku},Demand[sku],0),0)",
        "demand rows": f"=IF({fact('demand row')}=0,0,SUMPRODUCT(--(Demand[sku]={sku})))",
        "known rows": f"=IF({fact('demand row')}=0,0,"
                      f'SUMPRODUCT((Demand[sku]={sku})*(Demand[sold]<>"")))',
        "forecast row": f"=IFERROR(MATCH({sku},Forecast[sku],0),0)",
        "forecast rows": f"=IF({fact('forecast row')}=0,0,SUMPRODUCT(--(Forecast[sku]={sku})))",
        "method": f'=IF({fact("forecast row")}=0,"",INDEX(Forecast[method],{fact("forecast row")})&"")',
        "error": f"=IF({fact('forecast row')}=0,0,N(INDEX(Forecast[mase],{fact('forecast row')})))",
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


def _demand(i: int) -> Cells:
    """The last periods of demand, then the forecast.

    Where there are fewer, the first or the last one is repeated: points in the same place draw nothing.
    The last period of demand is also where forecast and band begin.
    """
    return _past(i) if i < PAST else _ahead(i)


def _past(i: int) -> Cells:
    end = f"{fact('demand row')}+{fact('demand rows')}"
    row = f"=MAX({end}-MAX(1,{fact('known rows')}),{end}-{PAST - i})"
    none = f"{fact('demand rows')}=0"
    demand, sold = _cell("Demand", "demand", i), _cell("Demand", "sold", i)
    tie = f"={DEMAND.cell('demand', i)}"
    return (
        row,
        f"=IF({none},{i},N({_cell('Demand', 'period', i)}))",
        f"=IF({none},0,IF(ISNUMBER({demand}),{demand},N({sold})))",
        *((tie, tie, 0.0) if i == PAST - 1 else (None, None, None)),
    )


def _ahead(i: int) -> Cells:
    row = f"={fact('forecast row')}+MIN({i - PAST + 1},{fact('forecast rows')})-1"
    none, last = f"{fact('forecast rows')}=0", PAST - 1
    low, high = _cell("Forecast", "low", i), _cell("Forecast", "high", i)
    return (
        row,
        f"=IF({none},{DEMAND.cell('period', last)},N({_cell('Forecast', 'period', i)}))",
        None,
        f"=IF({none},{DEMAND.cell('demand', last)},N({_cell('Forecast', 'mean', i)}))",
        f"=IF({none},{DEMAND.cell('demand', last)},N({low}))",
        f"=IF({none},0,{high}-{low})",
    )


def _cell(table: str, column: str, i: int) -> str:
    return f"INDEX({table}[{column}],MAX(1,{DEMAND.cell('row', i)}))"


ROWS: dict[Block, Callable[[int], Cells]] = {
    FACT: _facts,
    STATUS: _status,
    PARETO: _pareto,
    DUE: _due,
    LEAD: _lead,
    DEMAND: _demand,
}
