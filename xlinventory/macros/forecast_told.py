"""What is told of a forecast: the sentence at its end, and the findings by their rule."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.forecasting import Forecasts
from xlinventory.core.forecasting.analogues import LEAST_MEMBERS, NEW
from xlinventory.macros.calendar import Periods
from xlinventory.macros.demand import Matrix, Notes, Skus
from xlinventory.sheets.items import LEAST_A_YEAR
from xlinventory.sheets.settings import PERIODS_A_YEAR
from xlinventory.tables import day_text

NAMED = 5
"""Items that a finding names; of the others it gives the number."""
METHODS_NAMED = 4


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of: n items, what was learned from and found of them, the planner's notes, and more.

    history: (n, n_periods) demand; past and coming: notes of periods gone and ahead; shown: rows of Demand.
    """

    skus: Skus
    history: Matrix
    found: Forecasts
    past: Notes
    coming: Notes
    periods: Periods
    ahead: Periods
    items: pd.DataFrame
    shown: pd.DataFrame


def sentence(told: Told) -> str:
    """How many items were forecast from what and by which methods, and what of that is the planner's."""
    found, periods, past, coming = told.found, told.periods, told.past, told.coming
    sold = ~_among(told.skus, told.items[~told.items["active"]])
    known = np.asarray(np.isfinite(found.mean).all(axis=1))
    counts = {
        "by the others of their category": found.route == "analogue",
        "without a forecast": ~known,
        "may be near a surge": np.isfinite(found.surge) & sold,
    }
    parts = [f"{which.sum()} {what}" for what, which in counts.items() if which.any()]
    yours = {
        "override": ~np.isnan(past.override),
        "event": past.event != "",
        "number for a coming period": ~np.isnan(coming.override),
    }
    used = [_some(int(which.sum()), what) for what, which in yours.items() if which.any()]
    parts += [f"with your {', '.join(used)}"] if used else []
    counted = f"{known.sum():,} of {_some(len(known), 'item')} from {_some(len(periods), periods.name)}"
    return f"Forecast {counted} of demand{'; '.join([chosen(found.method[known]), *parts])}."


def chosen(methods: NDArray[np.object_]) -> str:
    """The commonest methods with how many items each forecasts, and how many the others do."""
    counts = pd.Series(methods).value_counts()
    told = [f"{method} {count}" for method, count in counts.head(METHODS_NAMED).items()]
    others = int(counts.iloc[METHODS_NAMED:].sum())
    return f" ({', '.join([*told, *([f'others {others}'] if others else [])])})" if told else ""


def _some(count: int, what: str) -> str:
    """A count and what was counted: 1 override, 2 numbers for a coming period."""
    first, *rest = what.split(" ")
    return " ".join([f"{count:,}", first + "s" * (count != 1), *rest])


def findings(told: Told) -> list[str]:
    """What a planner should know: items without a forecast and why, by analogy, unknown ones, lost notes."""
    lines = [*_without(told), *_with(told), *_notes(told), *_not_shown(told)]
    return [f"{what}: {names}" for names, what in lines if names]


Lines = Iterator[tuple[str, str]]
"""Names, and what is told of them."""


def _without(told: Told) -> Lines:
    """Items that have no forecast, and why."""
    unknown, new = ~np.isfinite(told.found.mean).all(axis=1), np.isnan(told.history).all(axis=1)
    grouped = _among(told.skus, told.items[told.items["active"] & told.items["category"].ne("")])
    why = {"no demand yet": new, "too short a history": ~new}
    for history, which in why.items():
        yield (
            _named(told.skus[unknown & which & ~grouped]),
            f"{history} and no category to go by, so no forecast",
        )
    few = f"in their category fewer than {LEAST_MEMBERS} others with {NEW} periods to go by, so no forecast"
    for history, which in why.items():
        yield _named(told.skus[unknown & which & grouped]), f"{history} and {few}"


def _with(told: Told) -> Lines:
    """Items that have a forecast, but one to look at."""
    known, mean = np.isfinite(told.found.mean).all(axis=1), told.found.mean
    listed, active = _among(told.skus, told.items), _among(told.skus, told.items[told.items["active"]])
    expected = np.where(np.isnan(told.coming.override), mean, told.coming.override).mean(axis=1)
    little = expected * PERIODS_A_YEAR[told.periods.name] < LEAST_A_YEAR
    short = "too short a history: forecast by the others of their category"
    yield _named(told.skus[told.found.route == "analogue"]), short
    yield (
        _named(told.skus[known & active & little]),
        "less than a unit a year expected, as little was sold of late",
    )
    yield _named(told.skus[known & ~listed]), "not in Items: forecast, but not planned"


def _notes(told: Told) -> Lines:
    """Notes of the planner's that are lost."""
    strayed = told.coming.strayed
    still = strayed[strayed["period"] >= told.ahead.starts[0]]
    past = "override or event in Demand of no such item or complete period: not kept"
    yield _places(told.past.strayed), past
    yield _places(still), "override in Forecast of no such item or coming period: not kept"


def _not_shown(told: Told) -> Lines:
    """Periods that were learned from, but that the sheet has no rows for."""
    items, periods = told.shown["sku"].nunique(), _some(len(told.periods), told.periods.name)
    latest = int(told.shown["period"].value_counts().eq(items).sum())
    if items and latest < len(told.periods):
        what = "all periods were learned from, but a sheet has no rows for them all; Demand shows"
        yield f"the latest {latest:,} of {periods}", what


def _among(skus: Skus, items: pd.DataFrame) -> NDArray[np.bool_]:
    return np.asarray(pd.Index(skus).isin(items["sku"]))


def _named(skus: Iterable[str]) -> str:
    """The first few, and how many more there are."""
    names = list(skus)
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _places(rows: pd.DataFrame) -> str:
    return _named(f"{sku} {day_text(day)}" for sku, day in zip(rows["sku"], rows["period"], strict=True))
