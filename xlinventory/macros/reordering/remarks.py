"""What is told, after its reason, of a line that the run leaves out or cuts: how much money is missing."""

from collections.abc import Callable, Mapping

from xlinventory.macros.columns import Row
from xlinventory.macros.reordering.words import CUT, NOT_TICKED, Decision

Remark = Callable[[Row, float], str]


def remark(item: Row, budget: float) -> str:
    """Why a line is not ticked, or cut; "" where it is as suggested."""
    told = _REMARKS.get(item["decision"])
    return told(item, budget) if told else ""


def _over_budget(item: Row, budget: float) -> str:
    line = f"{item['value']:,.2f} to avoid {item['cost_avoided']:,.2f} of stock-out cost"
    if item["below_minimum"]:
        return (
            f"{NOT_TICKED}{line}; the budget of {budget:,.2f} leaves the order to {item['supplier']} below "
            f"their smallest of {item['min_order_value']:,.2f}"
        )
    if item["value"] > budget:
        return f"{NOT_TICKED}{line} is more than the budget of {budget:,.2f}"
    return f"{NOT_TICKED}{line}; the budget of {budget:,.2f} went to better lines"


def _too_small(item: Row, _: float) -> str:
    value, least = item["order_value"], item["min_order_value"]
    return (
        f"{NOT_TICKED}the order to {item['supplier']}, {value:,.2f}, is {least - value:,.2f} short of their "
        f"smallest of {least:,.2f}"
    )


def _fewer(item: Row, budget: float) -> str:
    return (
        f"{CUT}{item['order_qty']:,.10g} of {item['asked_qty']:,.10g} for {item['value']:,.2f}, which avoid "
        f"{item['cost_avoided']:,.2f} of stock-out cost: the budget of {budget:,.2f} reaches no further"
    )


_REMARKS: Mapping[str, Remark] = {
    Decision.OVER_BUDGET.value: _over_budget,
    Decision.TOO_SMALL.value: _too_small,
    Decision.FEWER.value: _fewer,
}
