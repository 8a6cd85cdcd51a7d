"""What Update stock levels says: of each item how its check went, and of the whole how it stands."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from xlinventory.core.planning.check import MISSED, Check
from xlinventory.imports.issues import counted
from xlinventory.macros.columns import Row


def check_sentences(items: Sequence[Row], found: Check, *, used: bool) -> list[str]:
    """For each item what the simulation found; *items* have the levels that were simulated."""
    return [
        _check_sentence(item, service, change, after, used=used)
        for item, service, change, after in zip(
            items, found.service, found.change, found.service_after, strict=True
        )
    ]


def _check_sentence(item: Row, service: float, change: float, after: float, *, used: bool) -> str:
    if np.isnan(service):
        return ""
    target, point = item["service_target"], item["reorder_point"]
    seen = f"simulated {service:.1%} for a target of {target:.1%}"
    if change == 0:
        near = abs(service - target) <= MISSED
        return seen if near else f"{seen}: too little is known of the past to propose another level"
    verb = "reaches" if used else "would reach"
    more = f"{abs(change):,.4g} {'more' if change > 0 else 'fewer'}"
    return f"{seen} at a reorder point of {point:,.0f}: {more}, {point + change:,.0f}, {verb} {after:.1%}"


def sentence(items: pd.DataFrame, moved: int, *, used: bool) -> str:
    """How many items are planned, where they stand, and what the simulated check found."""
    planned = items["reorder_point"].notna()
    states = items.loc[planned, "status"].value_counts()
    told = ", ".join(f"{state} {count}" for state, count in states.items())
    gap = (items["simulated_service"] - items["service_target"]).dropna()
    check = (
        f" Simulated service is {gap.mean() * 100:+.1f} points from target on average." if len(gap) else ""
    )
    verb = "moved" if used else "would move"
    others = f" The simulated check {verb} the levels of {counted(moved, 'item')}." if moved else ""
    return f"Planned {planned.sum()} of {len(items)} items: {told}.{others}{check}"
