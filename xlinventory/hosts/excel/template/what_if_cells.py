"""Where things stand on the WhatIf sheet, and the hidden cells that its answers lean on.

One item, of which a review that finds its position at or below the reorder point s orders up to s + Q.
Symbols: demand of mean μ and sd σ a day, lead time of mean L and sd σL days, R days between reviews. An order
is placed U = (σ²/μ + μR)/2 below s on average (0 at R = 0), and its cycle ends with a stock of s - X, where X
is demand over the lead time plus the undershoot, as in REORDER_POINT: mean μL + U, variance Lσ² + μ²σL² +
(μR)²/12 + Rσ²/2. What is simulated is what Update stock levels simulates: same draws, periods and seed.

Nothing spills, nothing is volatile, and nothing is newer than Excel 2010.
"""

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass

from xlsxwriter.utility import xl_rowcol_to_cell

from xlinventory.core.planning.check import CAREFUL, MISSED, PERIODS
from xlinventory.core.planning.draws import PARTS
from xlinventory.core.simulation.periods import LONGEST_LEAD_TIME
from xlinventory.hosts.excel.template import chart_data
from xlinventory.hosts.excel.template.chart_blocks import row_of, sought
from xlinventory.macros.lead_times import SAMPLE
from xlinventory.sheets.settings import PERIODS as PERIOD_DAYS

SHEET = "WhatIf"
CHOICE, PANELS, CHART_ROWS, CURVE = 2, 10, 17, 48
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
    "supplier", "receipts", "spread of receipts", "as received", "leads", "lead spread", "demand spread",
    "first", "rows", "known", "own", "drawn",
    "first look", "periods", "cycle service", "fill rate", "average stock", "orders a period",
    "best", "best ready", "nearest", "chosen name", "best name", "cost name",
)  # fmt: skip
FACT = Block(15, 1, len(FACTS), ("fact", "value"))
LEAD = Block(18, 1, SAMPLE, ("chance", "key", "received", "used", "raw", "lead"))
DRAW = Block(25, 1, PARTS, ("chance", "used", "raw", "demand"))
POINT = Block(30, 1, len(LEVELS), ("distance", "level", "holding", "simulated", "cost", "value", "short"))
MARK = Block(38, 1, 2, ("level", "holding", "value", "short"))
"""The chosen point and the one of least cost, as the charts show them."""
PAST = Block(43, 1, MOST_HISTORY, ("wanted", "known", "drawn"))
LAST_HELPER = 45


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


def helpers(limits: Mapping[str, tuple[float, float]]) -> dict[Block, list[list[str | float]]]:
    """Every hidden cell, block by block and row by row; *limits* are those of the numbers you may type."""
    parts = (
        _item(), _state(limits), _terms(PLAN), _terms(MINE), _receipts(), _past(), _simulated(), _best()
    )  # fmt: skip
    facts = dict(ChainMap(*parts))
    return {
        FACT: [[name, facts[name]] for name in FACTS],
        LEAD: [_lead(i) for i in range(SAMPLE)],
        DRAW: [_draw(i) for i in range(PARTS)],
        POINT: [_point(i) for i in range(len(LEVELS))],
        MARK: _marks(),
        PAST: [_past_row(i) for i in range(MOST_HISTORY)],
    }


def item(column: str) -> str:
    """Formula part: a cell of the item's row of Items."""
    return f"INDEX(Items[{column}],{fact('row')})"


def answer_cell(name: str, column: int) -> str:
    """Address of an answer in the right panel."""
    return _fixed(PANELS + ANSWERS.index(name), column)


def curve_cell(name: str, row: int) -> str:
    """Address of a cell of the curve."""
    return _fixed(CURVE + row, CURVE_COLUMNS[name])


def _item() -> dict[str, str]:
    sku, key = fact("sku"), fact("sought")
    days, review = "365.25/12", f"INT(N({MINE['review']}))"
    for word, length in PERIOD_DAYS.items():
        days = days if word == "month" else f'IF(period="{word}",{length:g},{days})'
    return {
        "sku": f'=IF(LEN({SKU})>0,{SKU}&"",{chart_data.fact_elsewhere("sku")}&"")',
        "sought": f"={sought(sku)}",
        "row": f'=IF({sku}="",0,{row_of(key, "Items[sku]")})',
        "loaded": "=IF(ISERROR(SAFETY_STOCK(20,5,4,0.95)),0,1)",
        "period days": f"={days}",
        "step days": f"=IF({review}<{fact('period days')},MAX(1,{review}),{fact('period days')})",
        "least": f"=IF({fact('row')}=0,0,MAX(N({item('moq')}),N({item('pack_size')})))",
    }


def _state(limits: Mapping[str, tuple[float, float]]) -> dict[str, str]:
    """What stands in the way of an answer, in plain words; and whether the two columns can be computed."""
    used = f"{input_cell(NUMBERS[0])}:{input_cell(NUMBERS[-1])}"
    planned = f"{input_cell(NUMBERS[0], PLANNED)}:{input_cell(NUMBERS[-1], PLANNED)}"
    flow = f"{MINE['demand']}:{MINE['lead_time_sd']}"
    limited = ((MINE[name], *limits[name]) for name in NUMBERS)
    outside = ",".join(f"{cell}<{low:g},{cell}>{high:g}" for cell, low, high in limited)
    problems = (
        ("COUNTA(Items[sku])=0", '"There are no items yet: refresh from CSV first."'),
        (f"{fact('row')}=0", f'{fact("sku")}&" is not in Items: choose an item from the list."'),
        (f"{fact('loaded')}=0", '"The worksheet functions are not loaded."'),
        (f"COUNT({flow})<4",
         '"This item is not planned yet: press Forecast and Update stock levels, or type its numbers."'),
        (f"COUNT({MINE['unit_cost']})=0", '"This item has no unit cost: type one."'),
        (f"COUNT({used})<{len(NUMBERS)}", '"Something typed is not a number."'),
        (f"OR({outside})", '"Something typed is too small or too large."'),
        (f"365*{MINE['demand']}<1", '"Less than a unit a year is expected: no stock is kept."'),
        (f"ISERROR(REORDER_POINT({MINE.policy(MINE['service'], MINE['service_type'])}))",
         '"No reorder point fits: so low a target needs no stock, or a word typed is unknown."'),
    )  # fmt: skip
    text = '""'
    for condition, word in reversed(problems):
        text = f"IF({condition},{word},{text})"
    stocked = f"IF(365*{PLAN['demand']}>=1,1,0)"
    return {
        "problem": f"={text}",
        "ready": f'=IF({fact("problem")}="",1,0)',
        "plan ready": f"=IF({fact('row')}*{fact('loaded')}=0,0,"
                      f"IF(COUNT({planned})<{len(NUMBERS)},0,{stocked}))",
    }  # fmt: skip


def _terms(terms: Terms) -> dict[str, str]:
    """Units between both levels, undershoot, mean and sd of X, orders a year, and stock above the point.

    Demand since the last order has to pass the gap Q between the levels and goes U further, so a year has
    365 μ / (Q + U) orders, one a review at most. The position lies at s + Q for the part U / (Q + U) of the
    reviews and anywhere from s to s + Q for the rest, in the mean at s + Q - Q² / (2 (Q + U)); stock is what
    lead time and half a review leave of it, units waited for aside.
    Source: the asymptotic renewal function in Tijms (2003), A First Course in Stochastic Models, ch. 8.
    """
    mean, sd, lead, lead_sd = (terms[name] for name in ("demand", "demand_sd", "lead_time", "lead_time_sd"))
    review, gap, under = terms["review"], terms.fact("gap"), terms.fact("under")
    column = NOW if terms.column == PLANNED else WHAT_IF
    between = f"{answer_cell('top', column)}-{answer_cell('point', column)}"
    formulas = {
        "gap": f"IFERROR(MAX({between},{fact('least')}),0)",
        "under": f"IF({review}>0,({sd}^2/{mean}+{mean}*{review})/2,0)",
        "mean": f"{mean}*{lead}+{under}",
        "sd": f"({lead}*{sd}^2+({mean}*{lead_sd})^2+({mean}*{review})^2/12+{review}*{sd}^2/2)^0.5",
        "orders": f"IF({gap}+{under}>0,MIN(365*{mean}/({gap}+{under}),365/MAX({review},0.001)),0)",
        "offset": f"{gap}-IF({gap}>0,{gap}^2/(2*({gap}+{under})),0)-{mean}*({lead}+{review}/2)",
    }
    ready = terms.fact("ready")
    return {terms.prefix + name: f"=IF({ready}=1,{text},0)" for name, text in formulas.items()}


def _receipts() -> dict[str, str]:
    """How many of the supplier's receipts there are to draw from, and whether their lead times vary."""
    count, ready = fact("receipts"), fact("ready")
    return {
        "supplier": f'=IF({fact("row")}=0,"",{item("preferred_supplier")}&"")',
        "receipts": f'=IF({fact("supplier")}="",0,MIN({SAMPLE},SUMPRODUCT({_came()})))',
        "spread of receipts": f"=IF({count}=0,0,{_spread(LEAD, 'received', count, 'key')})",
        "as received": f"=IF({fact('spread of receipts')}>0.000001,1,0)",
        "leads": f"=IF({fact('as received')}=1,{count},{PARTS})",
        "lead spread": f"=IF({ready}=1,{_spread(LEAD, 'raw', fact('leads'))},0)",
    }


def _came() -> str:
    """Formula part: 1 for each line of PurchaseOrders that this supplier delivered."""
    order, receipt = "PurchaseOrders[order_date]", "PurchaseOrders[receipt_date]"
    return f"(PurchaseOrders[supplier]={fact('supplier')})*({receipt}>0)*({receipt}>={order})"


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
    """One of the lead times to draw: the supplier's latest, else a gamma's, of the mean and sd used.

    A receipt is found by a number that sorts by its day and, of one day, by its lead time.
    """
    step, chance = fact("step days"), LEAD.cell("chance", i)
    lead, lead_sd = f"{MINE['lead_time']}/{step}", f"{MINE['lead_time_sd']}/{step}"
    order, receipt = "PurchaseOrders[order_date]", "PurchaseOrders[receipt_date]"
    number = f"{_came()}*({receipt}+({receipt}-{order})/10^9)"
    came, key, used = f"{i}<{fact('receipts')}", LEAD.cell("key", i), LEAD.cell("used", i)
    made, made_up = ((i + 0.5) / PARTS, _quantile(lead, lead_sd, chance)) if i < PARTS else ("", "0")
    place = f"SUMPRODUCT(MATCH({key},{number},0))"
    raw = f"IF({fact('as received')}=1,{LEAD.cell('received', i)}/{step},{made_up})"
    stretched = _stretched(LEAD, fact("leads"), (lead, lead_sd), i)
    return [
        made,
        f"=IF({came},SUMPRODUCT(LARGE({number},{i + 1})),0)",
        f"=IF({came},INDEX({receipt},{place})-INDEX({order},{place}),0)",
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


def _best() -> dict[str, str]:
    short, holding = f"N({MINE['shortage_cost']})", f"{MINE['unit_cost']}*{MINE['holding_rate']}"
    best = f"BEST_SERVICE_LEVEL({short},{MINE['unit_cost']},{MINE['holding_rate']},{fact('orders')})"
    distance = POINT.column("distance")
    return {
        "best": f'=IF({fact("ready")}=0,"",IF({short}<=0,"",IF({holding}<=0,"",{best})))',
        "best ready": f"=IF(N({fact('best')})>0,1,0)",
        "nearest": f"=IF({fact('ready')}=1,MATCH(MIN({distance}),{distance},0),0)",
        "chosen name": f'=IF({fact("ready")}=1,"chosen "&{percent(MINE["service"])},"chosen")',
        "best name": f'=IF({fact("best ready")}=1,"least cost "&{percent(MARK.cell("level", 1))},'
                     f'"least cost")',
        "cost name": f'=IF({short}>0,"holding + shortages","+ shortages (no cost typed)")',
    }  # fmt: skip


def percent(share: str) -> str:
    """Formula part: a share as text, 97.5 %."""
    return f'FIXED(100*{share},1)&" %"'


def _point(i: int) -> list[str | float]:
    """A point of the curve as the charts take it; one that has no answer stands in the place of the next."""
    holding, simulated = curve_cell("holding", i), curve_cell("simulated_holding", i)
    shown = {
        "level": curve_cell("service", i),
        "holding": holding,
        "simulated": f"IF(ISNUMBER({simulated}),{simulated},{holding})",
        "cost": f"IF(ISNUMBER({curve_cell('cost', i)}),{curve_cell('cost', i)},{holding})",
        "value": f"{curve_cell('stock', i)}*{MINE['unit_cost']}",
        "short": curve_cell("short", i),
    }
    last = i == len(LEVELS) - 1
    return [
        f"=ABS({curve_cell('service', i)}-N({MINE['service']}))",
        *(
            f"=IF(ISNUMBER({holding}),{text},{0 if last else POINT.cell(name, i + 1)})"
            for name, text in shown.items()
        ),
    ]


def _marks() -> list[list[str | float]]:
    """The chosen point on the curve of holding cost; that of least cost on the curve with shortages.

    Where there is none, the chosen one is repeated: points in the same place draw nothing.
    """
    names = ("holding", "value", "short")
    chosen = [f"=N({answer_cell(name, WHAT_IF)})" for name in ("service", *names)]
    best = {name: answer_cell(name, BEST) for name in ("service", "filled", "shortage", *names)}
    level = f'IF({MINE["service_type"]}="cycle",{best["service"]},{best["filled"]})'
    shown = (level, f"{best['holding']}+{best['shortage']}", best["value"], best["short"])
    return [
        chosen,
        [
            f"=IF({fact('best ready')}=1,{text},{MARK.cell(name, 0)})"
            for name, text in zip(MARK.columns, shown, strict=True)
        ],
    ]
