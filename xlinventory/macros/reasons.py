"""The sentence beside every item: why it is ordered, or why it is not. Its numbers are those of the row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from xlinventory.macros.columns import Row, records
from xlinventory.macros.prices import Choice, Offer
from xlinventory.sheets.items import LEAST_A_YEAR
from xlinventory.tables import day_text


@dataclass(frozen=True, slots=True)
class Context:
    """What the sentences of one run share: the first forecast line and what is on its way, by sku."""

    forecasts: Mapping[str, Row]
    on_its_way: Mapping[str, str]


def forecast_lines(forecasts: pd.DataFrame) -> dict[str, Row]:
    """The first forecast line of each item, with how many of its periods have an override."""
    overrides = forecasts["override"].notna().groupby(forecasts["sku"]).transform("sum")
    first = forecasts.assign(overrides=overrides).drop_duplicates("sku")
    return {line["sku"]: line for line in records(first)}


def open_orders(orders: pd.DataFrame) -> dict[str, str]:
    """For each item on order, "PO-1034 brings 48 by 2011-12-20 (overdue)"."""
    waiting = orders[orders["open_quantity"] > 0].sort_values("promised_date", kind="stable")
    told: dict[str, list[str]] = {}
    for line in records(waiting):
        when = "" if np.isnan(line["promised_date"]) else f" by {day_text(line['promised_date'])}"
        late = " (overdue)" if line["status"] == "overdue" else ""
        part = f"{line['po']} brings {line['open_quantity']:,.0f}{when}{late}"
        told.setdefault(line["sku"], []).append(part)
    return {sku: ", ".join(parts) for sku, parts in told.items()}


def not_needed(item: Row, context: Context) -> str:
    """Why this item is not ordered now, or "" if it is to be ordered."""
    return next((told(item, context) for applies, told in _NOT_NEEDED if applies(item)), "")


def needed(item: Row, context: Context, choice: Choice, offer: Offer) -> str:
    """Why this item is ordered now and how much, in the numbers of its row."""
    coming = context.on_its_way.get(item["sku"], "")
    nobody = "no supplier" if offer.passed_over else "no supplier known"
    supplier = f"supplier {offer.supplier}" if offer.supplier else nobody
    instead = f", as {offer.passed_over}" if offer.passed_over else ""
    price = f" at {choice.unit_price:,.2f}" if choice.unit_price >= 0 else " (no price known)"
    reached = [q for q in offer.break_qtys if 0 < q <= choice.quantity]
    from_break = f" from {max(reached):g}" if reached else ""
    return (
        f"{_position(item)} <= reorder point {item['reorder_point']:,.0f} ({_basis(item, context)}); "
        f"{choice.steps}; {supplier}{price}{from_break}{instead}" + (f"; {coming}" if coming else "")
    )


def _enough(item: Row, context: Context) -> str:
    cover = item["position"] / item["demand_avg"]
    coming = context.on_its_way.get(item["sku"], "")
    text = f"{_position(item)} > reorder point {item['reorder_point']:,.0f}: enough for {cover:,.0f} days"
    surplus = item["position"] - item["order_up_to"]
    if surplus > 0:
        worth = f" worth {surplus * item['unit_cost']:,.2f}" if item["unit_cost"] > 0 else ""
        text += f"; {surplus:,.0f} above the level of {item['order_up_to']:,.0f}{worth}"
    return text + (f"; {coming}" if coming else "")


def _position(item: Row) -> str:
    committed = 0.0 if np.isnan(item["committed"]) else item["committed"]
    return (
        f"on hand {item['on_hand']:,.0f} + on order {item['on_order']:,.0f} - committed {committed:,.0f} "
        f"= {item['position']:,.0f}"
    )


def _basis(item: Row, context: Context) -> str:
    """Lead time, demand and service the reorder point stands on."""
    receipts = item["lead_time_receipts"]
    measured = (
        f"from {receipts:.0f} receipts, sd {item['lead_time_sd']:.1f}"
        if receipts > 0
        else "not yet measured on receipts"
    )
    forecast = context.forecasts.get(item["sku"])
    method = "an entry of yours" if forecast is None else _method(forecast)
    error = "" if forecast is None or np.isnan(forecast["mase"]) else f", MASE {forecast['mase']:.2f}"
    simulated = item["simulated_service"]
    check = "" if np.isnan(simulated) else f" -> simulated {simulated:.1%}"
    return (
        f"lead time {item['lead_time']:.0f} d {measured}; demand {item['demand_avg']:.1f}/d by "
        f"{method}{error}; service {item['service_target']:.0%}{check}"
    )


def _method(forecast: Row) -> str:
    """The method of a forecast, and how many of its periods the planner filled."""
    count = forecast.get("overrides", 0)
    yours = f"your number{'s' * (count > 1)} for {count:.0f} period{'s' * (count > 1)}" if count else ""
    return " and ".join(filter(None, (forecast["method"], yours)))


def _unplanned(item: Row) -> str:
    if np.isnan(item["lead_time"]):
        return "the lead time is not known"
    return "press Update stock levels"


Rule: TypeAlias = tuple[Callable[[Row], bool], Callable[[Row, Context], str]]

_NOT_NEEDED: tuple[Rule, ...] = (
    (lambda item: not item["active"], lambda _item, _: "not active"),
    (lambda item: item["max_qty"] == 0, lambda _item, _: "max_qty is 0: never ordered"),
    (
        lambda item: np.isnan(item["demand_avg"]),
        lambda _item, _: "no forecast: fewer than 4 periods of history, or none",
    ),
    (
        lambda item: item["demand_avg"] * 365 < LEAST_A_YEAR,
        lambda item, _: f"no demand expected, less than a unit a year: {_position(item)}",
    ),
    (
        lambda item: np.isnan(item["reorder_point"]) or np.isnan(item["order_up_to"]),
        lambda item, _: f"no reorder point: {_unplanned(item)}",
    ),
    (lambda item: item["position"] > item["reorder_point"], _enough),
    (
        lambda item: item["position"] >= item["order_up_to"],
        lambda item, _: f"{_position(item)} is already at its level of {item['order_up_to']:,.0f}",
    ),
)
"""The reasons not to order, the first that applies is told."""
