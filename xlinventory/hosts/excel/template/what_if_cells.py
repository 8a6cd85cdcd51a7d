"""Where things stand on the WhatIf sheet, and the hidden cells that its answers lean on.

One item, ordered when a review finds its position at or below the reorder point s, in lots of Q. Symbols:
demand of mean μ and sd σ a day, lead time of mean L and sd σL days, R days between reviews. An order cycle
ends with a stock of s - X, where X is demand over the lead time plus the undershoot, as in REORDER_POINT:
mean μL + (σ²/μ + μR)/2, variance Lσ² + μ²σL² + (μR)²/12 + Rσ²/2.

Nothing spills, nothing is volatile, and nothing is newer than Excel 2010.
"""

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass

from xlsxwriter.utility import xl_rowcol_to_cell

from xlinventory.core.forecasting.patterns import LONGEST_INTERVAL
from xlinventory.hosts.excel.template import chart_data
from xlinventory.hosts.excel.template.chart_blocks import row_of, sought
from xlinventory.sheets.settings import PERIODS

SHEET = "WhatIf"
CHOICE, PANELS, CHART_ROWS, CURVE = 2, 10, 17, 45
"""Zero-based rows: the item's dropdown, the first line of both panels and of the curve; and of the charts."""
SKU = f"$D${CHOICE + 1}"
PLANNED, YOURS, USED, UNIT = 3, 4, 5, 6
"""Columns of the left panel."""
LEVELS = (
    0.8, 0.84, 0.88, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995, 0.998, 0.999,
)  # fmt: skip
"""Service levels of the curve: closer together where a point costs more."""
DRAWS, SIMULATED_PERIODS = 20, 20_000
"""Values that stand for a mean and an sd; periods simulated."""
LEAST_HISTORY, MOST_HISTORY = 4, 260
"""Known periods that make a past; periods of it, the last ones, that are drawn from."""
INPUTS = (
    "demand", "demand_sd", "lead_time", "lead_time_sd", "review", "unit_cost", "holding_rate", "order_cost",
    "quantity", "service", "service_type", "shape", "shortage_cost",
)  # fmt: skip
"""The numbers of the item, line by line."""
NUMBERS = INPUTS[: INPUTS.index("service") + 1]
"""Those that must be known."""

ANSWERS = (
    "service", "safety", "point", "stock", "value", "orders", "risk", "short", "filled", "holding",
    "ordering", "shortage", "total",
)  # fmt: skip
"""The answers, line by line."""
NOW, WHAT_IF, SIMULATED, BEST = 10, 11, 12, 13
"""Columns of the right panel."""
CURVE_COLUMNS = {
    "service": 1, "safety": 2, "point": 3, "stock": 4, "value": 5, "holding": 6,
    "risk": 8, "stockouts": 9, "short_cycle": 10, "short": 11, "shortage": 12, "cost": 13,
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
    "sku", "sought", "row", "loaded", "problem", "ready", "plan ready", "period days",
    "plan mean", "plan sd", "plan orders", "plan offset", "mean", "sd", "orders", "offset",
    "first", "rows", "known", "past mean", "own", "expected", "rare", "zeros wanted", "zeros", "smaller",
    "larger", "lead spread", "demand spread",
    "cycle service", "fill rate", "average stock", "orders a period", "best", "best ready", "nearest",
    "chosen name", "best name", "cost name",
)  # fmt: skip
FACT = Block(15, 1, len(FACTS), ("fact", "value"))
DRAW = Block(18, 1, DRAWS, ("chance", "raw lead", "lead", "raw demand", "demand"))
POINT = Block(24, 1, len(LEVELS), ("distance", "level", "holding", "cost", "value", "short"))
MARK = Block(31, 1, 2, ("level", "holding", "value", "short"))
"""The chosen point and the one of least cost, as the charts show them."""
PAST = Block(36, 1, MOST_HISTORY, ("wanted", "known", "drawn"))
LAST_HELPER = 38


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
    parts = (_item(), _state(limits), _terms(PLAN), _terms(MINE), _past(), _simulated(), _best())
    facts = dict(ChainMap(*parts))
    return {
        FACT: [[name, facts[name]] for name in FACTS],
        DRAW: [_draw(i) for i in range(DRAWS)],
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
    days = "365.25/12"
    for word, length in PERIODS.items():
        days = days if word == "month" else f'IF(period="{word}",{length:g},{days})'
    return {
        "sku": f'=IF(LEN({SKU})>0,{SKU}&"",{chart_data.fact_elsewhere("sku")}&"")',
        "sought": f"={sought(sku)}",
        "row": f'=IF({sku}="",0,{row_of(key, "Items[sku]")})',
        "loaded": "=IF(ISERROR(SAFETY_STOCK(20,5,4,0.95)),0,1)",
        "period days": f"={days}",
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
    """Mean and sd of X, orders a year, and what the average stock is above the reorder point.

    A review finds what was asked for since the last, D; lots of Q leave a position that is anything from s to
    s + Q, so a review orders with probability E[min(D, Q)] / Q. The same law gives a mean stock of
    s + Q/2 - μ(L + R/2), units waited for aside.
    Source: Hadley & Whitin (1963), Analysis of Inventory Systems, ch. 5.
    """
    mean, sd, lead, lead_sd = (terms[name] for name in ("demand", "demand_sd", "lead_time", "lead_time_sd"))
    review, lot = terms["review"], terms["quantity"]
    unmet = f"EXPECTED_SHORTAGE({lot},{mean}*{review},{sd}*{review}^0.5,{terms['shape']})"
    formulas = {
        "mean": f"{mean}*{lead}+IF({review}>0,({sd}^2/{mean}+{mean}*{review})/2,0)",
        "sd": f"({lead}*{sd}^2+({mean}*{lead_sd})^2+({mean}*{review})^2/12+{review}*{sd}^2/2)^0.5",
        "orders": f"IF({review}>0,365/{review}*({mean}*{review}-{unmet})/{lot},365*{mean}/{lot})",
        "offset": f"{lot}/2-{mean}*({lead}+{review}/2)",
    }
    ready = terms.fact("ready")
    return {terms.prefix + name: f"=IF({ready}=1,{text},0)" for name, text in formulas.items()}


def _past() -> dict[str, str]:
    """The item's own demand at the level expected, as Update stock levels draws it.

    What grew is moved up, what shrank shrinks; what comes now and then comes less often: with periods of 0.
    """
    sku, first, known, mean = fact("sku"), fact("first"), fact("known"), fact("past mean")
    own, expected, rare, zeros = fact("own"), fact("expected"), fact("rare"), fact("zeros")
    wanted, past = fact("zeros wanted"), PAST.column("wanted")
    fewer = f"{expected}*({known}+{zeros})/({known}*{mean})"
    often = f'{known}/COUNTIF({past},">0")'
    return {
        "first": f'=IF({sku}="",0,{row_of(fact("sought"), "Demand[sku]")})',
        "rows": f"=IF({first}=0,0,SUMPRODUCT(--(Demand[sku]={sku})))",
        "known": f"=COUNT({past})",
        "past mean": f"=IF({known}<{LEAST_HISTORY},0,AVERAGE({past}))",
        "own": f"=IF({mean}>0,{fact('ready')},0)",
        "expected": f"=IF({own}=1,{MINE['demand']}*{fact('period days')},0)",
        "rare": f"=IF({own}=1,IF({expected}<{mean},IF({often}>={LONGEST_INTERVAL},1,0),0),0)",
        "zeros wanted": f"=IF({rare}=1,MIN(19*{known},ROUND({known}*({mean}/{expected}-1),0)),0)",
        "zeros": f"=MIN({wanted},{MOST_HISTORY}-{known})",
        "smaller": f"=IF({own}=0,1,IF({rare}=0,MIN(1,{expected}/{mean}),IF({zeros}<{wanted},{fewer},1)))",
        "larger": f"=IF({own}=1,MAX(0,{expected}-{mean}),0)",
    }


def _past_row(i: int) -> list[str | float]:
    """A period of the item's last ones in Demand, how many are known so far, and the next to be drawn."""
    rows, known = fact("rows"), fact("known")
    row = f"{fact('first')}+MAX(0,{rows}-{MOST_HISTORY})+{i}"
    mine = f"INDEX(Demand[sku],{row})={fact('sku')}"
    wanted = f"INDEX(Demand[demand],{row})"
    so_far = f"{PAST.cell('known', i - 1)}+" if i else ""
    at = f"INDEX({PAST.column('wanted')},MATCH({i + 1},{PAST.column('known')},0))"
    return [
        f'=IF({i}<{rows},IFERROR(IF({mine},IF(ISNUMBER({wanted}),{wanted},""),""),""),"")',
        f"={so_far}COUNT({PAST.cell('wanted', i)})",
        f'=IF({i}<{known},{at}*{fact("smaller")}+{fact("larger")},IF({i}<{known}+{fact("zeros")},0,""))',
    ]


def _simulated() -> dict[str, str]:
    """What the chosen point gives when demand and lead times are drawn: of the past, else made up."""
    days = fact("period days")
    policy = (
        f"{answer_cell('point', WHAT_IF)},{MINE['quantity']},{MINE['review']}/{days},{SIMULATED_PERIODS},seed"
    )
    last = f"INDEX({PAST.column('drawn')},{fact('known')}+{fact('zeros')})"
    past, made = f"{PAST.cell('drawn', 0)}:{last}", DRAW.column("demand")
    spread = {"lead spread": DRAW.column("raw lead"), "demand spread": DRAW.column("raw demand")}
    return {
        name: f'=IF({fact("ready")}=1,IFERROR(IF({fact("own")}=1,{_drawn(past, policy, k)},'
              f'{_drawn(made, policy, k)}),""),"")'
        for k, name in enumerate(("cycle service", "fill rate", "average stock", "orders a period"), 1)
    } | {
        name: f"=(SUMPRODUCT(({cells}-AVERAGE({cells}))^2)/{DRAWS})^0.5" for name, cells in spread.items()
    }  # fmt: skip


def _drawn(history: str, policy: str, k: int) -> str:
    return f"INDEX(SERVICE_SIMULATE({history},{DRAW.column('lead')},{policy}),1,{k})"


def _draw(i: int) -> list[str | float]:
    """One of the lead times and one of the demands that stand for a mean and an sd: a gamma's quantiles.

    The quantiles of the middles of equal parts spread too little: they are stretched to the sd.
    """
    chance, days = DRAW.cell("chance", i), fact("period days")
    lead, lead_sd = f"{MINE['lead_time']}/{days}", f"{MINE['lead_time_sd']}/{days}"
    mean, sd = f"{MINE['demand']}*{days}", f"{MINE['demand_sd']}*{days}^0.5"
    return [
        (i + 0.5) / DRAWS,
        _quantile(lead, lead_sd, chance),
        _stretched("lead", lead, lead_sd, i),
        _quantile(mean, sd, chance),
        _stretched("demand", mean, sd, i),
    ]


def _quantile(mean: str, sd: str, chance: str) -> str:
    quantile = f'{mean}+SAFETY_STOCK({mean},{sd},1,{chance},0,0,"cycle",1,"gamma")'
    return f"=IF({fact('ready')}=1,IF({mean}*{sd}=0,{mean},IFERROR({quantile},{mean})),0)"


def _stretched(name: str, mean: str, sd: str, i: int) -> str:
    raw, spread = DRAW.column(f"raw {name}"), fact(f"{name} spread")
    away = f"({DRAW.cell(f'raw {name}', i)}-AVERAGE({raw}))"
    return f"=IF({fact('ready')}=1,MAX(0,{mean}+IF({spread}>0,{away}*{sd}/{spread},0)),0)"


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
    holding = curve_cell("holding", i)
    shown = {
        "level": curve_cell("service", i),
        "holding": holding,
        "cost": f"IF(ISNUMBER({curve_cell('cost', i)}),{curve_cell('cost', i)},{holding})",
        "value": curve_cell("value", i),
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
