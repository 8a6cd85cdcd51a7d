"""Conditional formats: what stands out on which sheet, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xlinventory.core.planning.check import MISSED
from xlinventory.hosts.excel.template.formats import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    PALE_AMBER,
    PALE_BLUE,
    PALE_GREEN,
    PALE_RED,
    RED,
    STATUS_COLOURS,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Cells of some columns look different while a condition holds.

    In *condition* a bare ``[name]`` is the cell of that column in the same row, ``[^name]`` that in the row
    above. No columns means all.
    """

    condition: str
    look: Mapping[str, Any]
    columns: tuple[str, ...] = field(default=())


ALARM = {"font_color": RED, "bg_color": PALE_RED, "bold": True}
WARNING = {"font_color": AMBER, "bg_color": PALE_AMBER}
GOOD = {"font_color": GREEN, "bg_color": PALE_GREEN}
PLAIN_BLUE = {"font_color": BLUE, "bg_color": PALE_BLUE}
FADED = {"font_color": GREY}
CHOSEN = PLAIN_BLUE | {"bold": True}


def _is(column: str, word: str, look: Mapping[str, Any], *columns: str) -> Rule:
    return Rule(f'=[{column}]="{word}"', look, columns or (column,))


def _below_zero(column: str) -> Rule:
    return Rule(f"=AND(ISNUMBER([{column}]),[{column}]<0)", ALARM, (column,))


MOVED = "N([simulated_change])<>0"
"""The simulated check found other levels."""
LEVELS = ("safety_stock", "reorder_point", "order_up_to")

STATUS = (
    *(
        _is("status", word, {"font_color": ink, "bg_color": fill, "bold": True})
        for word, (ink, fill) in STATUS_COLOURS.items()
    ),
    _is("status", "SURPLUS ORDER", PLAIN_BLUE),
)

OF_AN_ITEM = (
    "sku", "route", "method", "pattern", "season_length", "mase", "runner_up", "runner_up_mase", "naive_mase",
    "bias", "sd", "carry", "surge", "why",
)  # fmt: skip
"""Columns of Forecast that say the same on all lines of an item."""

NOT_ORDERED = (
    "take",
    "sku",
    "name",
    "decision",
    "supplier",
    "suggested_qty",
    "order_qty",
    "unit_price",
    "value",
    "why",
)
"""Columns of Reorder that are pale where nothing is to be ordered."""
TOO_MUCH = ("overstock", "overstock_value", "surplus_order", "surplus_value")

TOTALS = (
    "method", "chosen", "from_date", "to_date", "opening", "purchases", "cost_of_sales", "closing", "check",
    "write_down", "carrying_value", "note",
)  # fmt: skip

RULES: Mapping[str, tuple[Rule, ...]] = {
    "Items": (
        *STATUS,
        _below_zero("on_hand"),
        _below_zero("position"),
        _is("abc", "A", {"bold": True}),
        _is("active", "no", FADED, "sku", "name", "active"),
        Rule(
            "=AND(ISNUMBER([simulated_service]),ISNUMBER([service_target]),"
            f"[simulated_service]<[service_target]-{MISSED:g})",
            WARNING,
            ("simulated_service", "check"),
        ),
        Rule(f'=AND({MOVED},simulated_levels="use")', PLAIN_BLUE, ("simulated_change", *LEVELS)),
        Rule(f'=AND({MOVED},simulated_levels="propose")', WARNING, ("simulated_change",)),
        Rule("=AND(ISNUMBER([stockout_date]),[stockout_date]<=as_of)", ALARM, ("stockout_date",)),
    ),
    "Suppliers": (_is("active", "no", FADED, "supplier", "active"),),
    "Demand": (
        Rule("=ISNUMBER([override])", {"bold": True}, ("demand",)),
        Rule("=LEN([event])>0", PLAIN_BLUE, ("sku", "period", "event")),
        Rule("=AND(ISNUMBER([in_stock]),[in_stock]<1)", WARNING, ("in_stock",)),
    ),
    "PurchaseOrders": (
        _is("status", "overdue", ALARM, "status", "promised_date"),
        _is("status", "partial", WARNING),
        _is("status", "open", PLAIN_BLUE),
        _is("status", "received", GOOD),
        _is("status", "cancelled", FADED, "po", "supplier", "sku", "status"),
        Rule("=N([rejected])>0", WARNING, ("rejected",)),
    ),
    "Overdue": (
        Rule("=N([days_out])>0", ALARM, ("sku", "name", "stockout_date", "days_out", "units_short")),
        Rule("=AND(LEN([po])>0,N([expected])=0)", WARNING, ("expected", "why")),
    ),
    "Forecast": (
        Rule("=ISNUMBER([override])", FADED, ("mean",)),
        Rule('=AND(ISNUMBER([mase]),[mase]>1,[route]<>"intermittent")', WARNING, ("mase",)),
        Rule("=ISNUMBER([surge])", WARNING, ("surge",)),
        _is("route", "analogue", PLAIN_BLUE),
        _is("route", "short", WARNING),
        Rule("=[sku]=[^sku]", FADED, OF_AN_ITEM),  # told once in full, and found by any filter
    ),
    "Reorder": (
        *STATUS,
        Rule(
            '=LEN(SUBSTITUTE([why],"; ordered: ",""))<LEN([why])',
            PLAIN_BLUE,
            ("take", "decision", "order_qty", "value"),
        ),
        Rule('=AND([take]="yes",N([order_qty])>0,[decision]="fewer")', WARNING, ("decision", "order_qty")),
        Rule(
            '=AND([take]="yes",N([order_qty])>0)',
            GOOD,
            ("take", "decision", "suggested_qty", "order_qty", "unit_price", "value"),
        ),
        *(
            _is("decision", word, WARNING, "take", "decision", "order_qty", "value")
            for word in ("over budget", "too small")
        ),
        Rule('=AND([take]="no",N([suggested_qty])>0)', ALARM, ("take",)),
        Rule("=AND(N([suggested_qty])=0,LEN([sku])>0)", FADED, NOT_ORDERED),
        Rule("=AND(ISNUMBER([stockout_date]),[stockout_date]<=as_of)", ALARM, ("stockout_date",)),
        Rule(
            "=AND(N([suggested_qty])>0,ISNUMBER([stockout_date]),[stockout_date]<[expected])",
            {"font_color": RED},
            ("stockout_date",),
        ),
        Rule("=N([surplus_order])>0", WARNING, ("surplus_order", "surplus_value")),
        *(Rule(f"=AND(ISNUMBER([{name}]),[{name}]=0)", FADED, (name,)) for name in TOO_MUCH),
        Rule(
            "=AND(N([suggested_qty])>0,ISNUMBER([order_by]),[order_by]<=as_of)",
            {"font_color": RED, "bold": True},
            ("order_by",),
        ),
        Rule(
            "=AND(ISNUMBER([stockout_risk]),[stockout_risk]>=0.5)",
            {"font_color": RED, "bold": True},
            ("stockout_risk",),
        ),
        _below_zero("position"),
    ),
    "Valuation": (
        *(Rule(f"=[{name}]=0", FADED, (name,)) for name in ("check", "write_down")),
        Rule("=AND(ISNUMBER([check]),[check]<>0)", ALARM, ("check",)),
        Rule("=AND(ISNUMBER([write_down]),[write_down]>0)", WARNING, ("write_down",)),
        Rule("=AND(ISNUMBER([write_down_change]),[write_down_change]>0)", WARNING, ("write_down_change",)),
        Rule("=AND(ISNUMBER([write_down_change]),[write_down_change]<0)", GOOD, ("write_down_change",)),
        Rule("=[sku]<>[^sku]", FADED, ("from_date", "to_date")),  # the same on every row
        Rule("=LEN([problem])>0", WARNING, ("sku", "name", "problem")),
    ),
    "Closings": (
        *(
            Rule(
                f"=AND(ISNUMBER([{figure}_change]),[{figure}_change]<>0,[{figure}_now]{sign}[{figure}_taken_up])",
                colours,
                (f"{figure}_now", f"{figure}_change", "why"),
            )
            for sign, colours in (("<>", WARNING), ("=", PLAIN_BLUE))
            for figure in ("value", "cost_of_sales")
        ),
        Rule("=LEN([why])>0", WARNING, ("why",)),
        Rule("=AND(ISNUMBER([movements]),[movements_now]<>[movements])", {"bold": True}, ("movements_now",)),
        Rule("=AND(ISNUMBER([check]),[check]<>0)", ALARM, ("check",)),
        *(Rule(f"=[{name}]=0", FADED, (name,)) for name in ("check", "value_change", "cost_of_sales_change")),
        Rule("=[period_end]=[^period_end]", FADED, ("period_end", "period_from", "method", "closed_on")),
    ),
    "ValuationTotals": (
        Rule("=AND(ISNUMBER([check]),[check]<>0)", ALARM, ("check",)),
        Rule('=[chosen]="yes"', CHOSEN, TOTALS),
    ),
    "Turnover": (
        _is("abc", "A", {"bold": True}),
        Rule("=AND(ISNUMBER([dead_stock_value]),[dead_stock_value]>0)", WARNING, ("dead_stock_value",)),
        Rule("=AND(ISNUMBER([idle_days]),[idle_days]>=dead_days,N([quantity])>0)", WARNING, ("idle_days",)),
        Rule("=AND(ISNUMBER([gmroi]),[gmroi]<0)", ALARM, ("gmroi",)),
        _below_zero("quantity"),
    ),
    "TurnoverGroups": (
        Rule(
            '=[group]="all"',
            {"bold": True},
            ("group", "name", "cost_of_sales", "average_inventory", "turns", "days", "stock_value"),
        ),
        Rule("=[group]=[^group]", FADED, ("group",)),
        Rule("=AND(ISNUMBER([dead_stock_value]),[dead_stock_value]>0)", WARNING, ("dead_stock_value",)),
        Rule("=N([without_figures])>0", WARNING, ("without_figures",)),
        Rule("=AND(ISNUMBER([gmroi]),[gmroi]<0)", ALARM, ("gmroi",)),
    ),
    "SupplierScores": (
        Rule("=AND(ISNUMBER([score]),[score]>=80)", GOOD, ("score",)),
        Rule("=AND(ISNUMBER([score]),[score]<60)", WARNING, ("score",)),
        Rule("=AND(ISNUMBER([days_late]),[days_late]>=3)", WARNING, ("days_late",)),
        Rule(
            "=AND(ISNUMBER([promised_days]),ISNUMBER([lead_time]),[lead_time]>[promised_days]*1.1)",
            WARNING,
            ("promised_days", "lead_time"),
        ),
        Rule(
            "=[lateness_cost]=0",
            FADED,
            ("buffer_varying", "buffer_later", "buffer_units", "buffer_value", "lateness_cost"),
        ),
    ),
    "SupplierChoice": (
        Rule("=AND([rank]=1,N([difference])<0)", GOOD, ("supplier", "rank", "total_cost", "difference")),
        Rule("=[rank]=1", {"bold": True}, ("supplier", "rank", "total_cost", "why")),
        Rule("=[sku]=[^sku]", FADED, ("sku", "name", "item")),
        _is("preferred", "yes", PLAIN_BLUE),
    ),
    "Log": (_is("undone", "yes", {"font_color": GREY, "font_strikeout": True}, "macro", "result", "tables"),),
}
"""Rules by sheet; within a column the first that holds wins."""
