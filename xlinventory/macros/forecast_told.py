"""What is told of a forecast: the sentence at its end, and the findings by their rule."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from xlinventory.core.forecasting import Forecasts
from xlinventory.macros.calendar import Periods
from xlinventory.macros.demand import Matrix, Notes, Skus
from xlinventory.tables import day_text

NAMED = 5
"""Items that a finding names; of the others it gives the number."""
METHODS_NAMED = 4


def sentence(found: Forecasts, periods: Periods, past: Notes, coming: Notes) -> str:
    """How many items were forecast from what and by which methods, and what of that is the planner's."""
    known = np.asarray(np.isfinite(found.mean).all(axis=1))
    methods = pd.Series(found.method[known]).value_counts()
    told = ", ".join(f"{method} {count}" for method, count in methods.head(METHODS_NAMED).items())
    counts = {
        "by the others of their category": found.route == "analogue",
        "have too short a history": ~known,
        "may be near a surge": np.isfinite(found.surge),
    }
    parts = [f"{which.sum()} {what}" for what, which in counts.items() if which.any()]
    yours = {
        "override": ~np.isnan(past.override),
        "event": past.event != "",
        "number for a coming period": ~np.isnan(coming.override),
    }
    used = [_some(int(which.sum()), what) for what, which in yours.items() if which.any()]
    parts += [f"with your {', '.join(used)}"] if used else []
    chosen = f" ({told})" if told else ""
    return (
        f"Forecast {known.sum()} of {len(known)} items from {len(periods)} {periods.name}s of demand"
        + "; ".join([chosen, *parts])
        + "."
    )


def _some(count: int, what: str) -> str:
    """A count and what was counted: 1 override, 2 numbers for a coming period."""
    first, *rest = what.split(" ")
    return " ".join([str(count), first + "s" * (count != 1), *rest])


def findings(
    skus: Skus,
    history: Matrix,
    found: Forecasts,
    notes: tuple[Notes, Notes],
    ahead: Periods,
    items: pd.DataFrame,
) -> list[str]:
    """What a planner should know: items without a forecast and why, by analogy, unknown ones, lost notes."""
    unknown, new = ~np.isfinite(found.mean).all(axis=1), np.isnan(history).all(axis=1)
    listed, analogue = np.isin(skus, items["sku"].to_numpy(dtype=object)), found.route == "analogue"
    past, coming = notes
    still = coming.strayed[coming.strayed["period"] >= ahead.starts[0]]
    told = [
        (_named(skus[unknown & new]), "no demand yet and no category to go by, so no forecast"),
        (_named(skus[unknown & ~new]), "too short a history and no category to go by, so no forecast"),
        (_named(skus[analogue]), "too short a history: forecast by the others of their category"),
        (_named(skus[~listed & ~unknown]), "not in Items: forecast, but not planned"),
        (_places(past.strayed), "override or event in Demand of no such item or complete period: not kept"),
        (_places(still), "override in Forecast of no such item or coming period: not kept"),
    ]  # fmt: skip
    return [f"{what}: {names}" for names, what in told if names]


def _named(skus: Iterable[str]) -> str:
    """The first few, and how many more there are."""
    names = list(skus)
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _places(rows: pd.DataFrame) -> str:
    return _named(f"{sku} {day_text(day)}" for sku, day in zip(rows["sku"], rows["period"], strict=True))
