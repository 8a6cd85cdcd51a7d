"""The sentence beside every item: why it is ordered, or why it is not. Its numbers are those of the row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from xlinventory.macros.columns import Row, records
from xlinventory.macros.reordering.outlook import spared_orders
from xlinventory.macros.reordering.words import CHOICE, Decision
from xlinventory.tables import day_text


@dataclass(frozen=True, slots=True)
class Context:
    """What the sentences of one run share, by sku: a forecast line, what is on its way, what to spare."""

    forecasts: Mapping[str, Row]
    on_its_way: Mapping[str, str]
    to_spare: Mapping[str, str]


def forecast_lines(forecasts: pd.DataFrame) -> dict[str, Row]:
    """The first forecast line of each item, with how many of its periods have an override."""
    overrides = forecasts["override"].notna().groupby(forecasts["sku"]).transform("sum")
    first = forecasts.assign(overrides=overrides).drop_duplicates("sku")
    return {line["sku"]: line for line in records(first[["sku", "method", "mase", "overrides"]])}


def open_orders(orders: pd.DataFrame) -> dict[str, str]:
    """For each item on order, "PO-1034 brings 48 by 2011-12-20 (overdue)"."""
    waiting = orders[orders["open_quantity"] > 0].sort_values("promised_date", kind="stable")
    return _listed(waiting, lambda line: f"{line['po']} brings {units(line['open_quantity'])}{_when(line)}")


def orders_to_spare(items: pd.DataFrame, orders: pd.DataFrame) -> dict[str, str]:
    """For each item with more on order than it needs, "12 of PO-1034"."""
    spare = items["surplus_order"].fillna(0.0).to_numpy(dtype=float)
    lines = spared_orders(items["sku"], spare, orders)
    return _listed(lines, lambda line: f"{units(line['spared'])} of {line['po']}")


def why(item: Row, context: Context) -> str:
    """The reason of one item: where it stands, what follows, and what is on its way."""
    told = _TOLD[item["against"]] if item["suggested_qty"] <= 0 else _ordered
    parts = [told(item, context), *(remark(item, context) for remark in _REMARKS)]
    return "; ".join(part for part in parts if part)


def units(value: float) -> str:
    """Units as a sentence tells them: whole ones, and a fraction only where it matters.

    >>> units(1234.0), units(0.25), units(3.5), units(61.7)
    ('1,234', '0.25', '3.5', '62')
    """
    if abs(value) < 10 and value != round(value):
        return f"{value:.2g}"
    return f"{value:,.0f}"


def against(position: float, point: float) -> tuple[str, str]:
    """A position and a reorder point in so many digits that it is seen which is more.

    >>> against(62.0, 61.7), against(35.0, 61.7)
    (('62', '61.7'), ('35', '62'))
    """
    texts = units(position), units(point)
    if texts[0] != texts[1] or position == point:
        return texts
    digits = next((count for count in (1, 2, 3) if round(position, count) != round(point, count)), 4)
    return f"{position:,.{digits}f}".rstrip("0").rstrip("."), f"{point:,.{digits}f}"


def _ordered(item: Row, context: Context) -> str:
    """Why an item is ordered and how much, in the numbers of its row."""
    return (
        f"{_COMES_FIRST[item['decided']](item)} ({_basis(item, context)}); {_steps(item)}; {_supplier(item)}"
    )


def _due(item: Row) -> str:
    left, point = against(item["position_then"], item["reorder_point"])
    return f"{_position(item, left)} <= reorder point {point}"


def _early(item: Row) -> str:
    return (
        f"{_above(item)}, due {day_text(item['due'])} before the next order day "
        f"{day_text(item['next_order_day'])}: goes with the other lines"
    )


def _top_up(item: Row) -> str:
    order = f"the order to {item['supplier']}, at least {item['min_order_value']:,.2f}"
    return f"{_above(item)}, due {day_text(item['due'])}: fills up {order}"


_COMES_FIRST: Mapping[str, Callable[[Row], str]] = {
    Decision.ORDER.value: _due, Decision.EARLY.value: _early, Decision.TOP_UP.value: _top_up,
}  # fmt: skip


def _above(item: Row) -> str:
    left, point = against(item["position_then"], item["reorder_point"])
    return f"{_position(item, left)} > reorder point {point}"


def _position(item: Row, left: str) -> str:
    """The sum of the position, and what is expected to go of it before the reorder point has to hold."""
    told = (
        f"on hand {units(item['on_hand'])} + on order {units(item['on_order'])} - committed "
        f"{units(item['committed'])} = "
    )
    if not item["position_then"] < item["position"]:
        return told + left
    going = item["position"] - item["position_then"]
    return f"{told}{units(item['position'])}, less {units(going)} by {day_text(item['looked_to'])} = {left}"


def _basis(item: Row, context: Context) -> str:
    """Lead time, demand and service the reorder point stands on."""
    receipts = item["lead_time_receipts"]
    measured = (
        f"from {receipts:.0f} receipt{'s' * (receipts != 1)}, sd {item['lead_time_sd']:.1f}"
        if receipts > 0
        else "not yet measured on receipts"
    )
    forecast = context.forecasts.get(item["sku"])
    method = "an entry of yours" if forecast is None else _method(forecast)
    error = "" if forecast is None or np.isnan(forecast["mase"]) else f", MASE {forecast['mase']:.2f}"
    simulated = item["simulated_service"]
    check = "" if np.isnan(simulated) else f" -> simulated {simulated:.1%}"
    return (
        f"lead time {item['lead_time']:.0f} d {measured}; demand {_rate(item['demand_avg'])}/d by "
        f"{method}{error}; service {item['service_target']:.0%}{check}"
    )


def _rate(demand: float) -> str:
    return f"{demand:,.1f}" if demand >= 1 else f"{demand:.2g}"


def _method(forecast: Row) -> str:
    """The method of a forecast, and how many of its periods the planner filled."""
    count = forecast.get("overrides", 0)
    yours = f"your number{'s' * (count > 1)} for {count:.0f} period{'s' * (count > 1)}" if count else ""
    return " and ".join(filter(None, (forecast["method"], yours)))


def _steps(item: Row) -> str:
    """How the need became the order, such as "up to 118 = 83, pack 12 -> 84, MOQ 24 met"."""
    need, packed = item["need"], item["packed"]
    told = [f"up to {units(item['order_up_to'])} = {units(need)}"]
    if item["pack_size"] not in (0.0, 1.0):
        told.append(f"pack {item['pack_size']:g} -> {units(packed)}")
    elif units(packed) != units(need):
        told.append(f"whole units -> {units(packed)}")
    if item["moq"] > 1:
        raised = "met" if need >= item["moq"] else f"raises it to {units(packed)}"
        told.append(f"MOQ {item['moq']:g} {raised if packed >= item['moq'] else 'is not reached'}")
    if item["max_qty"] < need:
        told.append(f"limited to {item['max_qty']:g}")
    return "; ".join([", ".join(told), *_more(item)])


def _more(item: Row) -> list[str]:
    """Beyond the need: what a lower price or a supplier's smallest order made of it."""
    told, whole, suggested = [], item["whole"], item["suggested_qty"]
    if item["saving"] > 0:
        price = f"raised to {units(whole)} for the price of {item['whole_price']:,.2f}"
        told.append(f"{price}, saving {item['saving']:,.2f} a year")
    if suggested != whole:
        change = "raised to" if suggested > whole else "no more than"
        least = f"{item['min_order_value']:,.2f}"
        told.append(f"{change} {units(suggested)} as {item['supplier']} takes no order below {least}")
    return told


def _supplier(item: Row) -> str:
    nobody = "no supplier" if item["passed_over"] else "no supplier known"
    supplier = f"supplier {item['supplier']}" if item["supplier"] else nobody
    instead = f", as {item['passed_over']}" if item["passed_over"] else ""
    if item["chosen"] and not item["passed_over"]:
        instead = CHOICE + (f" instead of {item['instead_of']}" if item["instead_of"] else "")
    known = item["unit_price"] >= 0
    price = f" at {item['unit_price']:,.2f}" if known else " (no price known)"
    ordered = item["order_qty"] if item["order_qty"] > 0 else item["suggested_qty"]
    reached = [q for q in item["breaks"] if 0 < q <= ordered] if known else []
    average = " on average" if item["incremental"] and reached else ""
    from_break = f" from {max(reached):g}" if reached else ""
    return f"{supplier}{price}{average}{from_break}{instead}"


def _enough(item: Row, _: Context) -> str:
    due = "" if np.isnan(item["due"]) else f", due {day_text(item['due'])}"
    return f"{_above(item)}: enough for {item['cover_after']:,.0f} days{due}"


def _at_level(item: Row, _: Context) -> str:
    left, level = against(item["position_then"], item["order_up_to"])
    return f"{_position(item, left)} is already at its level of {level}"


def _no_demand(item: Row, _: Context) -> str:
    return f"no demand expected, less than a unit a year: {_position(item, units(item['position_then']))}"


def _no_pack(item: Row, _: Context) -> str:
    most, pack = f"{item['max_qty']:g}", f"{item['pack_size']:g}"
    return f"needs {units(item['need'])}, but max_qty {most} is less than a pack of {pack}"


def _no_levels(item: Row, _: Context) -> str:
    if np.isnan(item["lead_time"]):
        return "no reorder point: the lead time is not known"
    known = not np.isnan(item["reorder_point"] + item["order_up_to"])
    return "its position is not known" if known else "no reorder point: press Update stock levels"


_TOLD: Mapping[str, Callable[[Row, Context], str]] = {
    "inactive": lambda _item, _: "not active",
    "never": lambda _item, _: "max_qty is 0: never ordered",
    "no forecast": lambda _item, _: "no forecast: fewer than 4 periods of history, or none",
    "no demand": _no_demand,
    "no levels": _no_levels,
    "no pack": _no_pack,
    "enough": _enough,
    "at its level": _at_level,
}
"""How each thing that stands against an order is told."""


def _excess(item: Row, _: Context) -> str:
    if not item["overstock"] > 0:
        return ""
    worth = f" worth {item['overstock_value']:,.2f}" if item["overstock_value"] > 0 else ""
    return f"{units(item['overstock'])} above the level of {units(item['order_up_to'])}{worth}"


def _to_spare(item: Row, context: Context) -> str:
    if not item["surplus_order"] > 0:
        return ""
    worth = f" worth {item['surplus_value']:,.2f}" if item["surplus_value"] > 0 else ""
    lines = context.to_spare[item["sku"]]
    return f"{units(item['surplus_order'])} on order{worth} could be delayed or cancelled: {lines}"


def _on_its_way(item: Row, context: Context) -> str:
    return context.on_its_way.get(item["sku"], "")


def _runs_out(item: Row, _: Context) -> str:
    if not (item["suggested_qty"] > 0 and item["stockout_date"] < item["expected"]):
        return ""
    return f"runs out {day_text(item['stockout_date'])}, before it arrives {day_text(item['expected'])}"


def _yours(item: Row, _: Context) -> str:
    """Your quantity; of a line that was not suggested its supplier, too, and whether you left one out."""
    left_out = item["suggested_qty"] > 0 and not item["take"] and item["decision"] == item["decided"]
    told = ["left out by you"] if left_out else []
    if item["asked_qty"] != item["suggested_qty"]:
        told.append(f"your {units(item['asked_qty'])} instead of {units(item['suggested_qty'])}")
        told += [_supplier(item)] if item["suggested_qty"] <= 0 else []
    return "; ".join(told)


_REMARKS = (_excess, _to_spare, _on_its_way, _runs_out, _yours)
"""What is told after the reason, where there is something to tell."""


def _when(line: Row) -> str:
    by = "" if np.isnan(line["promised_date"]) else f" by {day_text(line['promised_date'])}"
    return by + (" (overdue)" if line["status"] == "overdue" else "")


def _listed(lines: pd.DataFrame, told: Callable[[Row], str]) -> dict[str, str]:
    texts: dict[str, list[str]] = {}
    for line in records(lines):
        texts.setdefault(line["sku"], []).append(told(line))
    return {sku: ", ".join(parts) for sku, parts in texts.items()}
