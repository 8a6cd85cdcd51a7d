"""What the WhatIf sheet shows of an item: the numbers that go in, the answers, and the curve of both."""

from collections.abc import Callable
from typing import NamedTuple

from xlinventory.core.planning.closed_form import DISTRIBUTIONS
from xlinventory.hosts.excel.template import formats as look
from xlinventory.hosts.excel.template.what_if_draws import POINTS, STOCKS, simulated_curve
from xlinventory.hosts.excel.template.what_if_places import (
    BEST,
    LEVELS,
    MINE,
    NOW,
    PLAN,
    PLANNED,
    SIMULATED,
    WHAT_IF,
    YOURS,
    Terms,
    answer_cell,
    curve_cell,
    fact,
    input_cell,
    item,
)

FINE_PERCENT = "0.0#%"
SIGNED = "+#,##0;-#,##0;0"


class Input(NamedTuple):
    """One number of the item: its label, where the plan has it, how it is shown, and what may be typed."""

    label: str
    planned: str
    number_format: str
    unit: str
    help: str
    low: float = 0.0
    high: float = 1e9
    choices: tuple[str, ...] = ()


def _number(column: str) -> str:
    return f'IF(ISNUMBER({item(column)}),{item(column)},"")'


def _shape() -> str:
    """The distribution of the item's pattern, as the formulas of Items choose it."""
    text = '"negbin"'
    for shape, patterns in DISTRIBUTIONS.items():
        if "" not in patterns:
            same = ",".join(f'{item("pattern")}="{pattern}"' for pattern in patterns)
            text = f'IF(OR({same}),"{shape}",{text})'
    return text


INPUTS = {
    "demand": Input("Demand a day", _number("demand_avg"), look.TWO_DECIMALS, "units / day",
                    "Mean demand of a day."),
    "demand_sd": Input("   its standard deviation", _number("demand_sd"), look.TWO_DECIMALS, "units / day",
                       "Standard deviation of a day's demand, as its errors add up over the lead time."),
    "lead_time": Input("Lead time", _number("lead_time"), look.ONE_DECIMAL, "days",
                       "Mean days from order to receipt.", high=1000),
    "lead_time_sd": Input("   its standard deviation", f"N({item('lead_time_sd')})", look.ONE_DECIMAL, "days",
                          "Standard deviation of the lead time.", high=1000),
    "review": Input("Time between reviews", "review_days", look.ONE_DECIMAL, "days",
                    "Days between two reorder runs; 0 orders at the moment the reorder point is reached.",
                    high=1000),
    "unit_cost": Input("Unit cost", _number("unit_cost"), look.MONEY, "money / unit", "Cost of a unit."),
    "holding_rate": Input("Holding rate", "holding_rate", look.PERCENT, "1 / year",
                          "Cost of holding stock for a year, as a share of its value.", high=10),
    "order_cost": Input("Order cost", "order_cost", look.MONEY, "money / order", "Cost of placing an order."),
    "quantity": Input("Order quantity", f"MAX(1,MIN({item('eoq')},N({item('demand_avg')})*max_cover_days))",
                      look.ONE_DECIMAL, "units",
                      "Least units between both levels, unless MOQ or pack are more. The plan's: the "
                      "EOQ within max_cover_days.",
                      low=0.0001),
    "moved": Input("Units added by the check",
                   f'IF(simulated_levels="use",N({item("simulated_change")}),0)', SIGNED, "units",
                   "Units that the simulated check adds to safety stock, reorder point and top. "
                   "They stay when you change other numbers: type 0 for the formulas alone.", low=-1e9),
    "service": Input("Service target", _number("service_target"), FINE_PERCENT, "",
                     "Service wanted, such as 97 %.", low=0.01, high=0.9999),
    "service_type": Input("   what it counts", "service_type", "General", "",
                          "cycle: order cycles without a stock-out; fill: units served from stock.",
                          choices=("cycle", "fill")),
    "shape": Input("Shape of demand", _shape(), "General", "",
                   "Distribution of demand over the lead time. The plan's goes by the item's demand pattern.",
                   choices=("normal", "gamma", "negbin", "poisson")),
    "shortage_cost": Input("Cost of a unit short", '""', look.MONEY, "money / unit",
                           "Its margin, goodwill, a rush delivery. The plan has none: type one to see which "
                           "service level costs least."),
}  # fmt: skip
"""The numbers of the item, by name."""
LIMITS = {name: (given.low, given.high) for name, given in INPUTS.items() if not given.choices}


def planned(name: str) -> str:
    """Formula: the plan's number; blank where there is no such item."""
    return f'=IF({fact("row")}=0,"",{INPUTS[name].planned})'


def used(name: str) -> str:
    """Formula: what was typed, else the plan's number."""
    yours = input_cell(name, YOURS)
    return f"=IF(LEN({yours})>0,{yours},{input_cell(name, PLANNED)})"


class Level(NamedTuple):
    """One of the levels: its column in Items, and the function that Items has it from."""

    column: str
    function: str


SAFETY, POINT = Level("safety_stock", "SAFETY_STOCK"), Level("reorder_point", "REORDER_POINT")
TOP = Level("order_up_to", "ORDER_UP_TO")


class Case(NamedTuple):
    """One column of answers: where, from which numbers, when it can be told, its target, its levels."""

    column: int
    terms: Terms
    ready: str
    service: str
    service_type: str
    level: Callable[["Case", Level], str]
    moved: str = "0"

    def __getitem__(self, name: str) -> str:
        return answer_cell(name, self.column)

    def when_ready(self, text: str) -> str:
        """Formula: *text*, or blank."""
        return f'=IF({self.ready}=1,{text},"")'

    def when(self, name: str, text: str) -> str:
        """Formula: *text* where another answer of the column is a number, else blank."""
        return f'=IF(ISNUMBER({self[name]}),{text},"")'

    def calculated(self, level: Level) -> str:
        """A level by its function."""
        return f"{level.function}({self.terms.policy(self.service, self.service_type)})"


def _as_planned(_case: Case, level: Level) -> str:
    return item(level.column)


def _by_formula(case: Case, level: Level) -> str:
    """As in Items: the units of the check on top, and the levels at least an order quantity apart."""
    if level is POINT:
        return f'IFERROR(MAX(0,{case.calculated(level)}+{case.moved}),"")'
    if level is not TOP:
        return f'IFERROR({case.calculated(level)}+{case.moved},"")'
    apart = f"{case.calculated(TOP)}-{case.calculated(POINT)}"
    return f'IFERROR({case["point"]}+MAX({apart},{case.terms["quantity"]}),"")'


CASES = (
    Case(NOW, PLAN, fact("plan ready"), PLAN["service"], PLAN["service_type"], _as_planned),
    Case(WHAT_IF, MINE, fact("ready"), MINE["service"], MINE["service_type"], _by_formula, MINE["moved"]),
    Case(BEST, MINE, fact("best ready"), fact("best"), '"cycle"', _by_formula),
)
SIMULATION = Case(SIMULATED, MINE, fact("ready"), MINE["service"], MINE["service_type"], _by_formula)


class Answer(NamedTuple):
    """One line of answers: its label, how it is shown, its formulas calculated and simulated, its help."""

    label: str
    number_format: str
    calculated: Callable[[Case], str]
    simulated: Callable[[Case], str] | None
    help: str


_DEMAND = f"365*{MINE['demand']}"
_YEAR = f"365/{fact('step days')}"


def _value(c: Case) -> str:
    return c.when("stock", f"{c['stock']}*{c.terms['unit_cost']}")


def _holding(c: Case) -> str:
    return c.when("value", f"{c['value']}*{c.terms['holding_rate']}")


def _ordering(c: Case) -> str:
    return c.when("orders", f"{c['orders']}*{c.terms['order_cost']}")


def _shortage(c: Case) -> str:
    """What is not in the plan, its price of a shortage, is lent to it, so that the columns compare."""
    price = MINE["shortage_cost"]
    return c.when("short", f'IF(N({price})>0,{c["short"]}*{price},"")')


def _total(c: Case) -> str:
    return c.when("holding", f"SUM({c['holding']}:{c['shortage']})")


def _from_simulation(name: str, text: str) -> Callable[[Case], str]:
    return lambda _: f'=IF(ISNUMBER({fact(name)}),{text},"")'


ANSWERS = {
    "service": Answer(
        "Service level", FINE_PERCENT,
        lambda c: c.when_ready(c.service),
        _from_simulation("fill rate", f'IF({MINE["service_type"]}="cycle",{fact("cycle service")},'
                                      f'{fact("fill rate")})'),
        "The target; simulated: what it gives. Least cost: always of order cycles.",
    ),
    "safety": Answer(
        "Safety stock, units", look.UNITS, lambda c: c.when_ready(c.level(c, SAFETY)), None,
        "SAFETY_STOCK: units above mean demand over lead time and review; and what the check added.",
    ),
    "point": Answer(
        "Reorder point, units", look.UNITS, lambda c: c.when_ready(c.level(c, POINT)), None,
        "REORDER_POINT: position at or below which to order; and what the check added.",
    ),
    "top": Answer(
        "Order-up-to level, units", look.UNITS, lambda c: c.when("point", c.level(c, TOP)), None,
        "ORDER_UP_TO, at least reorder point + order quantity; and what the check added.",
    ),
    "stock": Answer(
        "Average stock, units", look.UNITS,
        lambda c: c.when("point", f"MAX(0,{c['point']}+{c.terms.fact('offset')})"),
        _from_simulation("average stock", fact("average stock")),
        "Mean position of a policy that orders up to a level - demand over the lead time and half a review.",
    ),
    "value": Answer('="Average stock value, "&currency', look.WHOLE_MONEY, _value, _value,
                    "Average stock at unit cost."),
    "orders": Answer(
        "Orders a year", look.ONE_DECIMAL,
        lambda c: c.when_ready(c.terms.fact("orders")),
        _from_simulation("orders a period", f"{fact('orders a period')}*{_YEAR}"),
        "Chances to run short: demand of a year / (units between the levels + what an order is placed below "
        "the reorder point), at most one at each review.",
    ),
    "risk": Answer(
        "Stock-out risk of a cycle", FINE_PERCENT,
        lambda c: c.when("point", c.terms.risk(c["point"])),
        _from_simulation("cycle service", f"1-{fact('cycle service')}"),
        "Probability that stock runs out before an order arrives: STOCKOUT_RISK.",
    ),
    "short": Answer(
        "Units short a year", look.ONE_DECIMAL,
        lambda c: c.when("point", f"{c.terms.fact('orders')}*{c.terms.short(c['point'])}"),
        _from_simulation("fill rate", f"(1-{fact('fill rate')})*{_DEMAND}"),
        "EXPECTED_SHORTAGE of a cycle times orders a year.",
    ),
    "filled": Answer(
        "Units filled from stock", FINE_PERCENT,
        lambda c: c.when("short", f"MAX(0,1-{c['short']}/(365*{c.terms['demand']}))"),
        _from_simulation("fill rate", fact("fill rate")),
        "Share of a year's demand that does not have to wait.",
    ),
    "holding": Answer('="Holding cost a year, "&currency', look.WHOLE_MONEY, _holding, _holding,
                      "Average stock value times holding rate."),
    "ordering": Answer('="Ordering cost a year, "&currency', look.WHOLE_MONEY, _ordering, _ordering,
                       "Orders a year times order cost."),
    "shortage": Answer('="Shortage cost a year, "&currency', look.WHOLE_MONEY, _shortage, _shortage,
                       "Units short a year times the cost of a unit short."),
    "total": Answer('="Total cost a year, "&currency', look.WHOLE_MONEY, _total, _total,
                    "Holding, ordering and, if you typed what a unit short costs, shortages."),
}  # fmt: skip
"""The answers, by name."""


class CurveColumn(NamedTuple):
    """One column of the curve: heading, how it is shown, its formula in a row, its help."""

    heading: str
    number_format: str
    formula: Callable[[int], str | float]
    help: str


def _policy_of(function: str) -> Callable[[int], str]:
    return lambda i: (
        f"=IF({fact('ready')}=1,IFERROR({function}("
        f'{MINE.policy(curve_cell("service", i), MINE["service_type"])}),""),"")'
    )


def _of(name: str, text: Callable[[str], str]) -> Callable[[int], str]:
    """Formula in terms of another cell of the row; blank where that is."""
    return lambda i: f'=IF(ISNUMBER({curve_cell(name, i)}),{text(curve_cell(name, i))},"")'


_PRICE = MINE["shortage_cost"]
_WORTH = f"{MINE['unit_cost']}*{MINE['holding_rate']}"
CURVE = {
    "service": CurveColumn("service level", FINE_PERCENT, lambda i: LEVELS[i],
                           "Targets to compare. The marked row is the one nearest to the chosen target."),
    "safety": CurveColumn("safety stock", look.UNITS, _policy_of("SAFETY_STOCK"),
                          "Units, by formula: SAFETY_STOCK."),
    "point": CurveColumn("reorder point", look.UNITS, _policy_of("REORDER_POINT"),
                         "Units, by formula: REORDER_POINT. Nothing of the check is added."),
    "simulated": CurveColumn("reorder point, simulated", look.UNITS, lambda i: simulated_curve(i, POINTS),
                             "The reorder point that reaches the level when past demand and lead times come "
                             "again at random: REORDER_POINT_SIMULATE."),
    "holding": CurveColumn("holding cost a year", look.WHOLE_MONEY,
                           _of("stock", lambda cell: f"{cell}*{_WORTH}"), ANSWERS["holding"].help),
    "simulated_holding": CurveColumn("holding cost, simulated", look.WHOLE_MONEY,
                                     lambda i: simulated_curve(i, STOCKS, f"*{_WORTH}"),
                                     "That of the average stock which the simulated reorder point keeps."),
    "stock": CurveColumn("average stock", look.UNITS,
                         _of("point", lambda cell: f"MAX(0,{cell}+{fact('offset')})"),
                         ANSWERS["stock"].help),
    "risk": CurveColumn("stock-out risk of a cycle", FINE_PERCENT, _of("point", MINE.risk),
                        ANSWERS["risk"].help),
    "stockouts": CurveColumn("stock-outs a year", look.TWO_DECIMALS,
                             _of("risk", lambda cell: f"{cell}*{fact('orders')}"),
                             "Stock-out risk of a cycle times orders a year."),
    "short": CurveColumn("units short a year", look.ONE_DECIMAL,
                         _of("point", lambda cell: f"{MINE.short(cell)}*{fact('orders')}"),
                         ANSWERS["short"].help),
    "shortage": CurveColumn("shortage cost a year", look.WHOLE_MONEY,
                            _of("short", lambda cell: f'IF(N({_PRICE})>0,{cell}*{_PRICE},"")'),
                            ANSWERS["shortage"].help),
    "cost": CurveColumn("holding + shortage cost", look.WHOLE_MONEY,
                        lambda i: f'=IF(ISNUMBER({curve_cell("shortage", i)}),{curve_cell("holding", i)}'
                                  f'+{curve_cell("shortage", i)},"")',
                        "What the service level decides; ordering costs the same at each."),
}  # fmt: skip
"""The curve, column by column."""
