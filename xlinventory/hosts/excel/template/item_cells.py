"""The helper cells of the Dashboard's three items: which they are, and what their charts draw.

Where nothing is chosen, three very different items are shown: the best seller of steady demand, one with a
season (or, where none has one, the one that left its forecast furthest behind), and one asked for now and
then. A kind is its pattern and the route it was forecast by, so that the words below it do not contradict.
Every lookup over a whole table is made once an item; the rows of the charts only index.
"""

from typing import NamedTuple

from xlinventory.hosts.excel.template.chart_blocks import SHEET, Block, Cells, iso_day, row_of, sought
from xlinventory.sheets.settings import PERIODS

LEFT, WIDTH = 26, 13
"""First column of the first item's cells, and columns from an item to the next."""
PAST, AHEAD = 52, 12
"""Periods shown: three held-out windows of at most 12 each, with what was known before them; and to come."""
FACTS = (
    "chosen", "first best", "second best", "any best", "sku", "role", "sought", "name",
    "demand row", "demand end", "known row", "forecast row", "forecast rows", "why", "start", "first mean",
    "from", "to",
)  # fmt: skip

SPARSE = ("intermittent", "lumpy")
_SOLD = "Forecast[mean]"


class Choice(NamedTuple):
    """A way to choose an item: what it is called, and the score of which the highest in Forecast wins.

    *score* is a formula part with a number for each row; nothing is chosen where none is above 0.
    """

    role: str
    score: str


def _of(*patterns: str) -> str:
    """1 for each row of one of these patterns."""
    return "(" + "+".join(f'(Forecast[pattern]="{pattern}")' for pattern in patterns) + ")"


def _by(route: str) -> str:
    """1 for each row that was forecast on this route."""
    return f'(Forecast[route]="{route}")'


BEST = Choice("Best seller", _SOLD)
"""What is shown where there is no item of the kind looked for."""


class Item(NamedTuple):
    """One of the items shown: the name of its dropdown's cell, and the choices made, told in *hint*."""

    name: str
    hint: str
    first: Choice
    second: Choice


ITEMS = (
    Item(
        "chosen_sku",
        "the best seller of steady demand",
        Choice("Steady best seller", f"{_of('smooth')}*{_by('smooth')}*{_SOLD}"),
        Choice("Steady best seller", f"{_of('smooth')}*{_SOLD}"),
    ),
    Item(
        "chosen_sku_2",
        "the highest peak of a season, else the demand that changed most",
        Choice("Seasonal", f"{_of('smooth', 'erratic')}*(Forecast[season_length]>1)*{_SOLD}"),
        Choice("Changed most", "Forecast[bias]*Forecast[bias]"),
    ),
    Item(
        "chosen_sku_3",
        "the best seller of those asked for now and then",
        Choice("Now and then", f"{_of('intermittent')}*{_by('intermittent')}*{_SOLD}"),
        Choice("Now and then", f"{_of('intermittent', 'lumpy')}*{_SOLD}"),
    ),
)


def _left(k: int) -> int:
    return LEFT + k * WIDTH


FACT = tuple(Block(f"item {k + 1}", _left(k), len(FACTS), ("fact", "value")) for k in range(len(ITEMS)))
HISTORY = tuple(
    Block(
        f"demand of item {k + 1}", _left(k) + 3, PAST + AHEAD,
        ("known", "row", "period", "demand", "foreseen", "forecast", "low", "band"),
    )
    for k in range(len(ITEMS))
)  # fmt: skip


def fact(k: int, name: str) -> str:
    """Address of a helper value of item *k*."""
    return FACT[k].cell("value", FACTS.index(name))


def fact_elsewhere(k: int, name: str) -> str:
    """The same, seen from another sheet."""
    return f"{SHEET}!{fact(k, name)}"


def fact_row(k: int, i: int) -> Cells:
    """The name and the formula of one helper value of item *k*."""
    return FACTS[i], (_chosen(k) | _found(k))[FACTS[i]]


def _chosen(k: int) -> dict[str, str]:
    """The item shown: that of the dropdown, else of the first choice that finds one."""
    best = ("first best", "second best", "any best")
    choices = (ITEMS[k].first, ITEMS[k].second, BEST)
    others = "".join(f"*(Forecast[sku]<>{fact(j, 'sku')})" for j in range(k))
    formulas, sku, role = {}, '""', '""'
    for name, choice in reversed(list(zip(best, choices, strict=True))):
        top, score = fact(k, name), choice.score + others
        before = [fact(k, earlier) for earlier in best[: best.index(name)]]
        settled = ",".join([f"LEN({fact(k, 'chosen')})>0", *(f"{cell}>0" for cell in before)])
        formulas[name] = f"=IF(OR({settled}),0,SUMPRODUCT(MAX({score})))"
        row = f"SUMPRODUCT(MATCH({top},{score},0))"
        sku = f'IF({top}>0,INDEX(Forecast[sku],{row})&"",{sku})'
        role = f'IF({top}>0,"{choice.role}",{role})'
    typed, name = f"LEN({fact(k, 'chosen')})>0", ITEMS[k].name
    return formulas | {
        "chosen": f'={name}&""',
        "sku": f"=IF({typed},{fact(k, 'chosen')},{sku})",
        "role": f'=IF({typed},"Item chosen",{role})',
    }


def _found(k: int) -> dict[str, str]:
    """Where the item stands in the tables, and what they say of it."""
    sku, key, demand, row = (fact(k, name) for name in ("sku", "sought", "demand row", "forecast row"))
    text = {name: f"INDEX(Forecast[{name}],{row})" for name in ("why", "method", "mase")}
    return {
        "sought": f"={sought(sku)}",
        "name": f'=IF({sku}="","",IFERROR(INDEX(Items[name],MATCH({key},Items[sku],0))&"",""))',
        "demand row": f'=IF({sku}="",0,{row_of(key, "Demand[sku]")})',
        "demand end": f"=IF({demand}=0,0,{demand}+SUMPRODUCT(--(Demand[sku]={sku}))-1)",
        "known row": f"=MIN({fact(k, 'demand end')},{HISTORY[k].column('known')})",
        "forecast row": f'=IF({sku}="",0,{row_of(key, "Forecast[sku]")})',
        "forecast rows": f"=IF({row}=0,0,SUMPRODUCT(--(Forecast[sku]={sku})))",
        "why": f'=IF({row}=0,"",IF({text["why"]}&""<>"",{text["why"]}&"",{text["method"]}'
               f'&IF(ISNUMBER({text["mase"]}),", MASE "&FIXED({text["mase"]},2)&" held out","")))',
    } | _span(k)  # fmt: skip


def _span(k: int) -> dict[str, str]:
    """Where the chart begins, and its dates in words: its axis has labels only where periods are weeks."""
    end, row, count = (fact(k, name) for name in ("demand end", "forecast row", "forecast rows"))
    first = f"INDEX(Demand[period],MAX(1,{HISTORY[k].cell('row', 0)}))"
    ahead, last = (f"INDEX(Forecast[period],{at})" for at in (row, f"{row}+MIN({AHEAD},{count})-1"))
    own, mean = (f"INDEX(Forecast[{name}],{row})" for name in ("override", "mean"))
    to = f'"forecast "&{iso_day(ahead)}&" to "&{iso_day(last)}'
    known = f'"to "&{iso_day(f"INDEX(Demand[period],{end})")}'
    return {
        "start": f"=IF({end}>0,N({first}),IF({row}>0,N({ahead}),0))",
        "first mean": f"=IF({row}=0,0,IF(ISNUMBER({own}),{own},N({mean})))",
        "from": f'=IF({end}=0,"","demand from "&{iso_day(first)})',
        "to": f'=IF({count}>0,{to},IF({end}=0,"",{known}))',
    }


def _place(k: int, day: str) -> str:
    """Formula part: where a period lies on the axis: its date, or its number where periods are no weeks.

    The labels of a date axis stand a fixed time apart, which fits one length of period only. Numbers below
    366 have no labels.
    """
    length = f'IF(period="month",{PERIODS["month"]:g},1)'
    return f'IF(period="week",N({day}),ROUND((N({day})-{fact(k, "start")})/{length},0)+1)'


def history_row(k: int, i: int) -> Cells:
    """The last periods of demand, then the forecast.

    Where there are fewer, the first or the last one is repeated: points in the same place draw nothing.
    The last period of demand is also where forecast and band begin; without any it is the first to come.
    """
    return _past(k, i) if i < PAST else _ahead(k, i)


def _past(k: int, i: int) -> Cells:
    """What was not foreseen from before it follows the demand, whose line hides it.

    known is the row itself, or "" before the item's first movement; row is not before the first known one.
    """
    block, end = HISTORY[k], fact(k, "demand end")
    none, last = f"{end}=0", f"MAX({fact(k, 'demand row')},{end}-{PAST - 1 - i})"
    names = ("period", "demand", "sold", "foreseen")
    day, demand, sold, foreseen = (_cell(k, "Demand", name, i) for name in names)
    drawn, ahead = block.cell("demand", i), fact(k, "forecast rows")
    # LibreOffice draws no axis, not even a frame, around a single day.
    alone = "" if i else f"-({fact(k, 'known row')}={end})*({ahead}=0)-({end}=0)*({ahead}=1)"
    unknown = f"IF({ahead}=0,{i},{_place(k, fact(k, 'start'))})"
    return (
        f'=IF({none},"",IF(INDEX(Demand[sold],{last})="","",{last}))',
        f"=MAX({fact(k, 'known row')},{last})",
        f"=IF({none},{unknown},{_place(k, day)}){alone}",
        f"=IF({none},{fact(k, 'first mean')},IF(ISNUMBER({demand}),{demand},N({sold})))",
        f"=IF({none},{drawn},IF(ISNUMBER({foreseen}),{foreseen},{drawn}))",
        *((f"={drawn}", f"={drawn}", 0.0) if i == PAST - 1 else (None, None, None)),
    )


def _ahead(k: int, i: int) -> Cells:
    """The planner's own number, where there is one, is what the plan goes by: it is drawn as the forecast."""
    block, none, last = HISTORY[k], f"{fact(k, 'forecast rows')}=0", PAST - 1
    row = f"={fact(k, 'forecast row')}+MIN({i - PAST + 1},{fact(k, 'forecast rows')})-1"
    demand = block.cell("demand", last)
    mean, own, low, high = (_cell(k, "Forecast", name, i) for name in ("mean", "override", "low", "high"))
    return (
        None,
        row,
        f"=IF({none},{block.cell('period', last)},{_place(k, _cell(k, 'Forecast', 'period', i))})",
        None,
        None,
        f"=IF({none},{demand},IF(ISNUMBER({own}),{own},N({mean})))",
        f"=IF({none},{demand},N({low}))",
        f"=IF({none},0,N({high})-N({low}))",
    )


def _cell(k: int, table: str, column: str, i: int) -> str:
    return f"INDEX({table}[{column}],MAX(1,{HISTORY[k].cell('row', i)}))"
