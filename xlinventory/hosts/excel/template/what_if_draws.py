"""What the WhatIf sheet simulates with: the demands and lead times that Update stock levels draws from.

Lead times are those of the supplier's latest receipts, as PurchaseOrders tells them; the demand is the item's
own. Where there is too little of either, 24 equally likely values of a gamma stand for it.
"""

from xlinventory.core.planning.check import CAREFUL, MISSED, PERIODS
from xlinventory.core.planning.draws import PARTS
from xlinventory.core.simulation.periods import LONGEST_LEAD_TIME
from xlinventory.hosts.excel.template.chart_blocks import row_of, sought
from xlinventory.hosts.excel.template.what_if_places import (
    CURVE_PERIODS,
    DRAW,
    LEAD,
    LEAST_HISTORY,
    LEVELS,
    LINE,
    MINE,
    MOST_HISTORY,
    PAST,
    SEARCH,
    WHAT_IF,
    Block,
    answer_cell,
    curve_cell,
    fact,
    item,
)
from xlinventory.macros.lead_times import SAMPLE


def facts() -> dict[str, str]:
    """The single helper values of the simulation, by name."""
    return _receipts() | _past() | _simulated()


def blocks() -> dict[Block, list[list[str | float]]]:
    """What the simulation draws from, and where it is found, row by row."""
    rows = {SEARCH: _search_row, LINE: _line_row, LEAD: _lead, DRAW: _draw, PAST: _past_row}
    return {block: [row(i) for i in range(block.rows)] for block, row in rows.items()}


_SUPPLIER, _ORDERED, _RECEIVED = (
    f"PurchaseOrders[{column}]" for column in ("supplier", "order_date", "receipt_date")
)


def _receipts() -> dict[str, str]:
    """Where the supplier's latest receipts begin, how many there are, and whether their lead times vary."""
    count, ready, supplier = fact("receipts"), fact("ready"), fact("supplier")
    return {
        "supplier": f'=IF({fact("row")}=0,"",{item("preferred_supplier")}&"")',
        "supplier sought": f"={sought(supplier)}",
        "lines": f'=IF({supplier}="",0,COUNTA({_SUPPLIER}))',
        "receipts": f"=MIN({SAMPLE},{LINE.cell('so far', LINE.rows - 1)})",
        "spread of receipts": f"=IF({count}=0,0,{_spread(LEAD, 'received', count, 'real')})",
        "as received": f"=IF({fact('spread of receipts')}>0.000001,1,0)",
        "leads": f"=IF({fact('as received')}=1,{count},{PARTS})",
        "lead spread": f"=IF({ready}=1,{_spread(LEAD, 'raw', fact('leads'))},0)",
    }


def _search_row(i: int) -> list[str | float]:
    """Lines of PurchaseOrders, halved: the first from which on there are few enough receipts of the supplier.

    Counting over half the table a few times takes a hundredth of what sorting it by array formulas takes.
    """
    lines, middle = fact("lines"), SEARCH.cell("middle", i)
    low, high, later, half = (SEARCH.cell(name, max(0, i - 1)) for name in ("low", "high", "later", "middle"))
    supplier, received = (f"INDEX({each},{middle}):INDEX({each},{lines})" for each in (_SUPPLIER, _RECEIVED))
    count = f'COUNTIFS({supplier},"="&{fact("supplier sought")},{received},">0")'
    return [
        f"=IF({low}<{high},IF({later}>{SAMPLE},{half}+1,{low}),{low})" if i else f"=MIN(1,{lines})",
        f"=IF({low}<{high},IF({later}>{SAMPLE},{high},{half}),{high})" if i else f"={lines}",
        f"=INT(({SEARCH.cell('low', i)}+{SEARCH.cell('high', i)})/2)",
        f"=IF({middle}=0,0,{count})",
    ]


def _line_row(i: int) -> list[str | float]:
    """The supplier's next line, its days from order to receipt, and how many receipts there are so far."""
    row, days, lines = LINE.cell("row", i), LINE.cell("days", i), fact("lines")
    before = LINE.cell("row", i - 1) if i else f"MAX(0,{SEARCH.cell('low', SEARCH.rows - 1)}-1)"
    rest = f"INDEX({_SUPPLIER},{before}+1):INDEX({_SUPPLIER},{lines})"
    received, ordered = (f"INDEX({each},{row})" for each in (_RECEIVED, _ORDERED))
    came = f"AND(N({received})>0,N({received})>=N({ordered}))"
    so_far = f"{LINE.cell('so far', i - 1)}+" if i else ""
    found = f"IFERROR(MATCH({fact('supplier sought')},{rest},0),{lines})"
    return [
        f"=IF({before}<{lines},{before}+{found},{lines}+1)",
        f'=IF({row}>{lines},"",IF({came},{received}-{ordered},""))',
        f"={so_far}COUNT({days})",
    ]


def _past() -> dict[str, str]:
    """The item's own demand; SERVICE_SIMULATE brings it to the mean and spread used."""
    sku, first, known = fact("sku"), fact("first"), fact("known")
    return {
        "first": f'=IF({sku}="",0,{row_of(fact("sought"), "Demand[sku]")})',
        "rows": f"=IF({first}=0,0,SUMPRODUCT(--(Demand[sku]={sku})))",
        "known": f"=COUNT({PAST.column('wanted')})",
        "own": f"=IF({known}<{LEAST_HISTORY},0,IF(SUM({PAST.column('wanted')})>0,1,0))",
        "drawn": f"=IF({fact('own')}=1,{known},{PARTS})",
        "demand spread": f"=IF({fact('ready')}=1,{_spread(DRAW, 'raw', str(PARTS))},0)",
    }


def _past_row(i: int) -> list[str | float]:
    """A period of the item's last ones in Demand, how many are known so far, and the next to be drawn."""
    rows, known = fact("rows"), fact("known")
    row = f"{fact('first')}+MAX(0,{rows}-{MOST_HISTORY})+{i}"
    mine = f"INDEX(Demand[sku],{row})={fact('sku')}"
    wanted = f"INDEX(Demand[demand],{row})"
    so_far = f"{PAST.cell('known', i - 1)}+" if i else ""
    at = f"INDEX({PAST.column('wanted')},MATCH({i + 1},{PAST.column('known')},0))"
    made = DRAW.cell("demand", i) if i < PARTS else '""'
    return [
        f'=IF({i}<{rows},IFERROR(IF({mine},IF(ISNUMBER({wanted}),{wanted},""),""),""),"")',
        f"={so_far}COUNT({PAST.cell('wanted', i)})",
        f'=IF({fact("own")}=1,IF({i}<{known},{at},""),{made})',
    ]


def _simulated() -> dict[str, str]:
    """What the levels used give when demand and lead times are drawn, looked at as the check does.

    At first over few periods; where that misses the target, or the check has moved the levels, over more.
    """
    first, service, moved = fact("first look"), MINE["service"], f"N({MINE['moved']})"
    kind = f'IF({MINE["service_type"]}="fill",2,1)'
    careful = f"OR({moved}<>0,ABS(N({first})-{service})>{MISSED:g})"
    return {
        "first look": _when_ready(f"INDEX({_service_of(str(PERIODS))},1,{kind})"),
        "periods": f"=IF({fact('ready')}=1,IF({careful},{CAREFUL},{PERIODS}),0)",
    } | {
        name: _when_ready(f"INDEX({_service_of(fact('periods'))},1,{k})")
        for k, name in enumerate(("cycle service", "fill rate", "average stock", "orders a period"), 1)
    }  # fmt: skip


POINTS, STOCKS = 1, 2
"""Columns of REORDER_POINT_SIMULATE."""


def simulated_curve(row: int, column: int, times: str = "") -> str:
    """Formula: a cell of REORDER_POINT_SIMULATE, which is asked the same in all and so simulates once."""
    levels = f"{curve_cell('service', 0)}:{curve_cell('service', len(LEVELS) - 1)}"
    call = (
        f"REORDER_POINT_SIMULATE({_sample(PAST, 'drawn', 'drawn')},{_sample(LEAD, 'lead', 'leads')},{levels},"
        f'{fact("gap")},{_review()},{MINE["service_type"]},"up to",{CURVE_PERIODS},seed,{_expected()})'
    )
    return _when_ready(f"INDEX({call},{row + 1},{column}){times}")


def _service_of(periods: str) -> str:
    return (
        f"SERVICE_SIMULATE({_sample(PAST, 'drawn', 'drawn')},{_sample(LEAD, 'lead', 'leads')},"
        f'{answer_cell("point", WHAT_IF)},{fact("gap")},{_review()},{periods},seed,"up to",{_expected()})'
    )


def _when_ready(text: str) -> str:
    return f'=IF({fact("ready")}=1,IFERROR({text},""),"")'


def _sample(block: Block, column: str, count: str) -> str:
    """Formula part: the cells of a column that are filled."""
    return f"{block.cell(column, 0)}:INDEX({block.column(column)},{fact(count)})"


def _review() -> str:
    return f"{MINE['review']}/{fact('step days')}"


def _expected() -> str:
    """Formula part: mean and sd of demand in a step of the simulation."""
    return f"{MINE['demand']}*{fact('step days')},{MINE['demand_sd']}*{fact('step days')}^0.5"


def _lead(i: int) -> list[str | float]:
    """One of the lead times to draw: the supplier's latest, else a gamma's, of the mean and sd used."""
    step, chance = fact("step days"), LEAD.cell("chance", i)
    lead, lead_sd = f"{MINE['lead_time']}/{step}", f"{MINE['lead_time_sd']}/{step}"
    received, used = LEAD.cell("received", i), LEAD.cell("used", i)
    place = f"MATCH({i + 1},{LINE.column('so far')},0)"
    made, made_up = ((i + 0.5) / PARTS, _quantile(lead, lead_sd, chance)) if i < PARTS else ("", "0")
    raw = f"IF({fact('as received')}=1,{received}/{step},{made_up})"
    stretched = _stretched(LEAD, fact("leads"), (lead, lead_sd), i)
    return [
        made,
        f"=IF({i}<{fact('receipts')},INDEX({LINE.column('days')},{place}),0)",
        f"=IF({i}<{fact('receipts')},1,0)",
        f"=IF({fact('ready')}=1,IF({i}<{fact('leads')},1,0),0)",
        f"=IF({used}=1,{raw},0)",
        f'=IF({used}=1,MIN({LONGEST_LEAD_TIME:g},{stretched}),"")',
    ]


def _draw(i: int) -> list[str | float]:
    """One of the demands that stand for a mean and an sd where there is too little past.

    The quantiles of the middles of equal parts spread too little: they are stretched to the sd.
    """
    days = fact("step days")
    mean, sd = f"{MINE['demand']}*{days}", f"{MINE['demand_sd']}*{days}^0.5"
    chance = DRAW.cell("chance", i)
    used = f"{DRAW.cell('used', i)}=1"
    stretched = _stretched(DRAW, str(PARTS), (mean, sd), i)
    return [
        (i + 0.5) / PARTS,
        f"={fact('ready')}",
        f"=IF({used},{_quantile(mean, sd, chance)},0)",
        f"=IF({used},{stretched},0)",
    ]


def _quantile(mean: str, sd: str, chance: str) -> str:
    quantile = f'{mean}+SAFETY_STOCK({mean},{sd},1,{chance},0,0,"cycle",1,"gamma")'
    return f"IF({mean}*{sd}=0,{mean},IFERROR({quantile},{mean}))"


def _stretched(block: Block, count: str, wanted: tuple[str, str], i: int) -> str:
    """Formula part: raw value *i*, moved and stretched so that those used have this mean and sd."""
    mean, sd = wanted
    spread = fact(f"{block.columns[-1]} spread")
    away = f"({block.cell('raw', i)}-SUM({block.column('raw')})/{count})"
    return f"MAX(0,{mean}+IF({spread}>0,{away}*{sd}/{spread},0))"


def _spread(block: Block, values: str, count: str, used: str = "used") -> str:
    """Formula part: population sd of the values of a column that are *used*; the others are 0."""
    column = block.column(values)
    return f"(SUMPRODUCT(({block.column(used)}>0)*({column}-SUM({column})/{count})^2)/{count})^0.5"
