"""Why an item is forecast as it is, in one sentence a planner reads."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.forecasting.histories import Column

LONGEST_LABEL = 40
"""Characters of a group's name that are told."""
ROUTES = {"short": "short history"}
"""Routes that are told in other words than their name."""

NAIVE = {"naive", "snaive"}
"""Methods that are the naive forecast themselves, which is not told a second time."""
BY_SQUARES = "intermittent"
"""The route whose methods are compared by squared error: absolute ones would favour forecasting nothing."""
ROUGHLY, FAR_MORE = 10, 100
"""From here on a ratio is told in whole numbers, and not at all."""


class Found(Protocol):
    """What the sentences tell of n items: fields of ``Forecasts``, all (n,)."""

    @property
    def route(self) -> NDArray[np.object_]:
        """How it is forecast: seasonal, smooth, intermittent, short, analogue; "" where nothing is known."""
        ...

    @property
    def method(self) -> NDArray[np.object_]:
        """Name of the method."""
        ...

    @property
    def season_length(self) -> NDArray[np.int_]:
        """Periods of the season, 0 for none."""
        ...

    @property
    def error(self) -> Column:
        """Held-out MASE of the method; NaN where nothing could be held out."""
        ...

    @property
    def runner_up(self) -> NDArray[np.object_]:
        """Name of the second best method."""
        ...

    @property
    def runner_up_error(self) -> Column:
        """Its held-out MASE; NaN where there is none."""
        ...

    @property
    def naive_error(self) -> Column:
        """Held-out MASE of the (seasonal) naive forecast."""
        ...

    @property
    def analogue(self) -> NDArray[np.object_]:
        """Group that a new item is forecast from, "" else."""
        ...

    @property
    def surge(self) -> Column:
        """Demand a year ago over the forecast where that is a surge, else NaN."""
        ...


def reasons(
    found: Found, known: NDArray[np.int_] | None = None, members: NDArray[np.int_] | None = None
) -> list[str]:
    """One sentence an item: which route and method, how far off when held out, and what to look out for.

    known: known periods of each item, members: items that a new item was forecast from, both (n,), told where
    they are given.
    """
    return ["; ".join(_parts(found, item, known, members)) for item in range(len(found.route))]


def _parts(
    found: Found, item: int, known: NDArray[np.int_] | None, members: NDArray[np.int_] | None
) -> Iterator[str]:
    periods = "" if known is None else f", {_counted(known[item], 'period')}"
    if not found.route[item]:
        yield f"no forecast{periods}: too little history"
    elif found.analogue[item]:
        others = "" if members is None else f" ({_counted(members[item], 'item')})"
        yield f"new item{periods}: from category {_shortened(str(found.analogue[item]))}{others}"
    else:
        yield f"{_way(found, item)}{_error(found.error[item])}"
        yield from _rivals(found, item)
    if np.isfinite(found.surge[item]):
        yield f"a year ago {_times(found.surge[item])} the forecast was sold: one year proves no season"


def _way(found: Found, item: int) -> str:
    """Route, season and method."""
    season = int(found.season_length[item])
    route = ROUTES.get(found.route[item], found.route[item])
    cycle = f" ({season} periods)" if season > 1 else ""
    return f"{route}{cycle}: {found.method[item]}"


def _error(error: float) -> str:
    return f", MASE {error:.2f} held out" if np.isfinite(error) else ", no error could be held out"


def _rivals(found: Found, item: int) -> Iterator[str]:
    """The next best method and the naive forecast, where their errors are known, each once."""
    best = (found.method[item], found.error[item])
    second = (found.runner_up[item], found.runner_up_error[item])
    naive = found.naive_error[item]
    rivals = [(f"next best {second[0]}", second[1])]
    if not any(name in NAIVE and error == naive for name, error in (best, second)):
        rivals.append(("naive", naive))
    told = ", ".join(f"{name} {error:.2f}" for name, error in rivals if np.isfinite(error))
    if told:
        yield told + (", chosen by squared error" if found.route[item] == BY_SQUARES else "")


def _times(ratio: float) -> str:
    """A ratio as one says it: of a forecast of next to nothing it has no meaning beyond "far more"."""
    if ratio >= FAR_MORE:
        return f"over {FAR_MORE} times"
    return f"{ratio:.1f} times" if ratio < ROUGHLY else f"{ratio:.0f} times"


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _shortened(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…"
