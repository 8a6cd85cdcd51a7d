"""The cells behind the charts of SupplierScores and SupplierChoice."""

from xlinventory.hosts.excel.template import turnover_cells
from xlinventory.hosts.excel.template.chart_blocks import Block, Cells, row_of, sought
from xlinventory.sheets.supplier_choice import COST_PARTS

SCORED, SAVINGS, OFFERS = 8, 10, 5
"""Suppliers, items and offers shown."""
POINTS = {
    "points_on_time": "on time", "points_accepted": "accepted", "points_price": "price",
    "points_steady": "steady",
}  # fmt: skip
CHOSEN = "SupplierChoice!$B$2"
"""Where a SKU may be chosen; blank is the item that saves most."""

SCORE = Block(
    "points of suppliers",
    turnover_cells.AGE.left + len(turnover_cells.AGE.columns) + 1,
    SCORED,
    ("supplier", *POINTS, "promised", "real", "p90"),
)
SAVED = Block("biggest savings", SCORE.left + len(SCORE.columns) + 1, SAVINGS, ("row", "label", "saving"))
PARTS = Block(
    "a year at each supplier",
    SAVED.left + len(SAVED.columns) + 1,
    OFFERS,
    ("row", "label", "price paid", *COST_PARTS),
)


def score_row(i: int) -> Cells:
    """A supplier in order of its rank: the points of each measure, its lead time promised and real."""
    supplier = SCORE.cell("supplier", i)
    columns = (*POINTS, "promised_days", "lead_time", "lead_time_p90")
    return (
        f'=IFERROR(INDEX(SupplierScores[supplier],{i + 1})&"","")',
        *(f'=IF({supplier}="",0,N(INDEX(SupplierScores[{name}],{i + 1})))' for name in columns),
    )


def saved_row(i: int) -> Cells:
    """An item in order of what its cheapest supplier saves; nothing where that is the preferred one."""
    row, saving = SAVED.cell("row", i), SAVED.cell("saving", i)
    of_row = f"INDEX(SupplierChoice[{{}}],MAX(1,{row}))"
    return (
        f"=IFERROR(MATCH({i + 1},SupplierChoice[item],0),0)",
        f'=IF({saving}=0,"",{of_row.format("sku")}&" "&LEFT({of_row.format("name")},24))',
        f"=IF({row}=0,0,MAX(0,-N({of_row.format('difference')})))",
    )


def parts_row(i: int) -> Cells:
    """A supplier of the chosen item: its total, and the parts of it, the price as far as others are lower."""
    row = PARTS.cell("row", i)
    item = f'IF(LEN({CHOSEN})>0,{CHOSEN}&"",IFERROR(INDEX(SupplierChoice[sku],1)&"",""))'
    found = row_of(sought(item), "SupplierChoice[sku]")
    if i:
        above = PARTS.cell("row", i - 1)
        sku = f"INDEX(SupplierChoice[sku],{above}{{}})"
        same = f"IFERROR({sku.format('+1')}={sku.format('')},FALSE)"
        found = f"IF({above}=0,0,IF({same},{above}+1,0))"
    value = f"INDEX(SupplierChoice[{{}}],MAX(1,{row}))"
    names = list(COST_PARTS)[1:]
    return (
        f"={found}",
        f'=IF({row}=0,"",{value.format("supplier")}&IF({value.format("preferred")}="yes"," (preferred)",""))',
        f'=IF({row}=0,"",N({value.format("price_cost")}))',
        f"=IF({row}=0,0,{PARTS.cell('price paid', i)}-MIN({PARTS.column('price paid')}))",
        *(f"=IF({row}=0,0,N({value.format(name)}))" for name in names),
    )
