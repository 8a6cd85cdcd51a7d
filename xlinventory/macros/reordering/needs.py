"""What to order: what is due, what goes with it, what fills up a supplier's smallest order - and how much."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.ordering.price_lists import Best, average_price, best_quantity
from xlinventory.core.ordering.smallest_orders import Lines, fill_up
from xlinventory.macros.prices import Terms
from xlinventory.macros.reordering.words import Decision
from xlinventory.sheets.items import LEAST_A_YEAR

Column = NDArray[np.float64]
Flags = NDArray[np.bool_]
YEAR = 365.0


@dataclass(frozen=True, slots=True)
class Costs:
    """What a quantity is weighed by: money a line, share of its value a year, most days of cover."""

    order_cost: float
    holding_rate: float
    max_cover_days: float


STANDS_AGAINST: Mapping[str, tuple[Decision, Callable[[pd.DataFrame], pd.Series]]] = {
    "inactive": (Decision.NEVER, lambda items: ~items["active"]),
    "never": (Decision.NEVER, lambda items: items["max_qty"] == 0),
    "no forecast": (Decision.NO_PLAN, lambda items: items["demand_avg"].isna()),
    "no demand": (Decision.ENOUGH, lambda items: items["demand_avg"] * YEAR < LEAST_A_YEAR),
    "no levels": (
        Decision.NO_PLAN,
        lambda items: items[["position", "reorder_point", "order_up_to"]].isna().any(axis=1),
    ),
    "enough": (Decision.ENOUGH, lambda items: items["position_then"] > items["reorder_point"]),
    "at its level": (Decision.ENOUGH, lambda items: items["position_then"] >= items["order_up_to"]),
    "no pack": (Decision.NEVER, lambda items: (items["need"] > 0) & (items["whole"] <= 0)),
}  # fmt: skip
"""What stands against ordering an item by its own figures; the first that applies is told."""
CAN_GO_WITH = ("enough",)
"""What does not stand against sending an item with an order that its supplier gets anyway."""

GOES_WITH: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    "order days": lambda items: ~items["any_day"],
    "all": lambda items: items["any_day"] | ~items["any_day"],
    "none": lambda items: items["any_day"] & ~items["any_day"],
}
"""Whose lines go with an order that the supplier gets anyway, by the setting bring_forward."""


def with_quantities(items: pd.DataFrame, terms: Terms, costs: Costs) -> pd.DataFrame:
    """Items with the quantity each would be ordered in, its steps, and what stands against ordering it.

    *need* up to the level, *packed* within packs and limits, *whole* at the price break that pays.
    """
    out = items.copy()
    out["need"] = out["order_up_to"] - out["position_then"]
    packed, best = _quantities(out["need"].to_numpy(dtype=float), out, terms, costs)
    out["packed"], out["whole"], out["saving"] = packed, best.quantity, best.saving
    out["whole_price"] = average_price(terms.lists, best.quantity)
    rules = {name: applies(out).to_numpy(dtype=bool) for name, (_, applies) in STANDS_AGAINST.items()}
    out["against"] = np.select(list(rules.values()), list(rules), "").astype(object)
    return out


def ordered_at_point(items: pd.DataFrame, terms: Terms, costs: Costs) -> Column:
    """Units that each item would be ordered in just as its position comes down to its reorder point."""
    need = (items["order_up_to"] - items["reorder_point"]).to_numpy(dtype=float)
    return _quantities(need, items, terms, costs)[1].quantity


def with_orders(
    items: pd.DataFrame, terms: Terms, suppliers: pd.DataFrame, bring_forward: str, max_cover_days: float
) -> pd.DataFrame:
    """Items with *decision* and *suggested_qty*: due ones, what goes with them, what fills orders up."""
    out = items.copy()
    due = out["against"].eq("")
    can_go = out["against"].isin(CAN_GO_WITH) & out["whole"].gt(0) & out["supplier"].ne("")
    gets_one = out["supplier"].isin(out.loc[due, "supplier"])
    soon = out["days_to_due"] < out["days_to_next"]
    early = can_go & gets_one & soon & GOES_WITH[bring_forward](out)
    ordered = np.where(due | early, out["whole"], 0.0)
    could_be = can_go & ~early & out["days_to_due"].le(max_cover_days)
    codes, names = pd.factorize(out["supplier"], sort=True)
    least = suppliers.set_index("supplier")["min_order_value"].reindex(names).to_numpy(dtype=float)
    due_in, left, demand = (
        out[name].to_numpy(dtype=float) for name in ("days_to_due", "position_then", "demand_avg")
    )
    whole = np.where(could_be, out["whole"], 0.0)
    lines = Lines(codes, ordered, whole, due_in, left, demand, terms.lists, terms.limits)
    filled = fill_up(lines, least, max_cover_days).quantity
    out["min_order_value"] = least[codes]
    out["suggested_qty"] = filled
    out["raised"] = (ordered > 0) & (filled > ordered)
    against = {name: decision.value for name, (decision, _) in STANDS_AGAINST.items()}
    out["decision"] = out["against"].map(against).fillna(Decision.ORDER.value)
    out.loc[early, "decision"] = Decision.EARLY.value
    out.loc[(ordered == 0) & (filled > 0), "decision"] = Decision.TOP_UP.value
    return out


def _quantities(need: Column, items: pd.DataFrame, terms: Terms, costs: Costs) -> tuple[Column, Best]:
    wanted = np.maximum(np.nan_to_num(need), 0.0)
    demand = np.nan_to_num(items["demand_avg"].to_numpy(dtype=float))
    packed = terms.limits.packed(wanted)
    best = best_quantity(
        packed, terms.lists, terms.limits, demand * YEAR, costs.order_cost, costs.holding_rate,
        costs.max_cover_days * demand,
    )  # fmt: skip
    return packed, best
