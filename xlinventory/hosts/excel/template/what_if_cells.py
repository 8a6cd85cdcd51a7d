"""The hidden cells that the answers of the WhatIf sheet lean on.

One item, of which a review that finds its position at or below the reorder point s orders up to s + Q.
Symbols: demand of mean μ and sd σ a day, lead time of mean L and sd σL days, R days between reviews. An order
is placed U = (σ²/μ + μR)/2 below s on average (0 at R = 0), and its cycle ends with a stock of s - X, where X
is demand over the lead time plus the undershoot, as in REORDER_POINT: mean μL + U, variance Lσ² + μ²σL² +
(μR)²/12 + Rσ²/2. What is simulated is what Update stock levels simulates: same draws, periods and seed.

Nothing spills, nothing is volatile, and nothing is newer than Excel 2010.
"""

from collections import ChainMap
from collections.abc import Mapping

from xlinventory.hosts.excel.template import chart_data
from xlinventory.hosts.excel.template import what_if_draws as draws
from xlinventory.hosts.excel.template.chart_blocks import row_of, sought
from xlinventory.hosts.excel.template.what_if_places import (
    BEST,
    FACT,
    FACTS,
    LEVELS,
    MARK,
    MINE,
    NOW,
    NUMBERS,
    PLAN,
    PLANNED,
    POINT,
    SKU,
    WHAT_IF,
    Block,
    Terms,
    answer_cell,
    curve_cell,
    fact,
    input_cell,
    item,
    percent,
)
from xlinventory.sheets.settings import PERIODS


def helpers(limits: Mapping[str, tuple[float, float]]) -> dict[Block, list[list[str | float]]]:
    """Every hidden cell, block by block and row by row; *limits* are those of the numbers you may type."""
    parts = (_item(), _state(limits), _terms(PLAN), _terms(MINE), draws.facts(), _best())
    facts = dict(ChainMap(*parts))
    return draws.blocks() | {
        FACT: [[name, facts[name]] for name in FACTS],
        POINT: [_point(i) for i in range(len(LEVELS))],
        MARK: _marks(),
    }


def _item() -> dict[str, str]:
    sku, key = fact("sku"), fact("sought")
    days, review = "365.25/12", f"MAX(1,N({MINE['review']}))"
    for word, length in PERIODS.items():
        days = days if word == "month" else f'IF(period="{word}",{length:g},{days})'
    return {
        "sku": f'=IF(LEN({SKU})>0,{SKU}&"",{chart_data.fact_elsewhere("sku")}&"")',
        "sought": f"={sought(sku)}",
        "row": f'=IF({sku}="",0,{row_of(key, "Items[sku]")})',
        "loaded": "=IF(ISERROR(SAFETY_STOCK(20,5,4,0.95)),0,1)",
        "period days": f"={days}",
        "step days": f"={review}/MAX(1,-INT(0.000000001-{review}/{fact('period days')}))",
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
         '"No reorder point fits: a word typed is unknown, or a number does not go with the others."'),
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
