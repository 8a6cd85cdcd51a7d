"""What Update stock levels says: of each item how its check went, and of the whole how it stands."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from xlinventory.core.planning.check import LEAST_KNOWN, MISSED, Check
from xlinventory.imports.issues import counted
from xlinventory.macros.columns import Row


def check_sentences(items: Sequence[Row], found: Check, *, used: bool) -> list[str]:
    """For each item what the simulation found; *items* have the levels that were simulated."""
    mine = (Check(*figures) for figures in zip(*found, strict=True))
    return [_check_sentence(item, its, used=used) for item, its in zip(items, mine, strict=True)]


def _check_sentence(item: Row, found: Check, *, used: bool) -> str:
    """*found*: the figures of this item."""
    if np.isnan(found.service):
        return ""
    target, point, change = item["service_target"], item["reorder_point"], float(found.change)
    seen = f"simulated {found.service:.1%} for a target of {target:.1%}"
    if change == 0:
        return seen if abs(found.service - target) <= MISSED else f"{seen}: {_why_not(point, found)}"
    verb = "reaches" if used else "would reach"
    digits = _decimals(change)
    more = f"{abs(change):,.{digits}f} {'more' if change > 0 else 'fewer'}"
    old, new = (f"{each:,.{digits}f}" for each in (point, point + change))
    return f"{seen} at a reorder point of {old}: {more}, {new}, {verb} {found.service_after:.1%}"


def _why_not(point: float, found: Check) -> str:
    """Why levels stay that miss their target."""
    if found.known < LEAST_KNOWN:
        return "too little is known of the past to propose another level"
    if found.orders_a_year == 0:
        return "it is never ordered in so long a time"
    return "no reorder point lies below 0" if point < 1 else "a unit fewer would miss it"


def _decimals(change: float) -> int:
    """Decimals that tell a change in two digits at least; none where it is whole."""
    return 0 if change == np.floor(change) else max(0, 1 - int(np.floor(np.log10(abs(change)))))


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
