"""Forecasts of many items at once: the one entry point of the forecasting engine, and what it gives.

Demand is cleaned, its season found, each item sent on the road of its kind (``routing``), forecast by what
did best on periods held out (``judging``), and given ranges that keep their promise (``ranges``). New items
are forecast from their group (``analogues``), and peaks ahead that cannot be proved are told (``surges``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import numbers, one_number, require, strictly_between, whole, within
from xlinventory.core.errors import WrongInput
from xlinventory.core.forecasting import analogues
from xlinventory.core.forecasting.batches import judged
from xlinventory.core.forecasting.histories import Column, Matrix, history_rows, known_counts
from xlinventory.core.forecasting.judging import Judged, candidates
from xlinventory.core.forecasting.lead_times import LeadTimes
from xlinventory.core.forecasting.methods import METHODS
from xlinventory.core.forecasting.patterns import demand_patterns
from xlinventory.core.forecasting.ranges import CALIBRATIONS, Wanted, ranges
from xlinventory.core.forecasting.routing import AUTO, FIND, LONGEST, LONGEST_SEASON, Request, cleaned_rows
from xlinventory.core.forecasting.surges import surge_ratios

SMALLEST = 1e-290
"""Demand below this counts as none: its square would vanish, and its float has lost digits."""

SURGE_STEPS = 3
"""Periods ahead in which a surge is looked for at least: of one month's 42 % came true, of three 76 %."""
MOST_PROCESSES = 1_000

SHORT = 12
"""Known periods below which a history is called short."""
ROUTES = {"seasonal": "seasonal", "dense": "smooth", "sparse": "intermittent"}
"""What a planner calls each kind of demand."""


@dataclass(frozen=True)
class Forecasts:
    """What is foreseen for each of n items; NaN, and "" for a word, where a history is too short.

    mean, low and high are (n, horizon) units, never negative; low and high enclose a period's demand with
    the coverage asked for. lead_time_quantiles (n, n_levels) are units of total demand over the lead time and
    review. By (n,) items:

    - known: periods that were learned from. pattern as DEMAND_PATTERN; route: seasonal, smooth, intermittent,
      short (fewer than 12 periods) or analogue; method, and season_length, 0 where no season was used.
    - error: held-out MASE, 1 = as good as the naive forecast within the history; NaN where nothing was held
      out, or of rare demand none was wanted then. runner_up, the second best method, with runner_up_error;
      naive_error that of the (seasonal) naive forecast, and naive_share how much of it is mixed in, which is
      as much as it takes to be no worse (rare demand: by squared error). candidate_errors (n, n_candidates)
      those of all candidates, NaN where one was not tried.
    - bias: mean of actual - forecast on the held-out periods; held_out (n, n_periods): what would have been
      foreseen for them from before, NaN elsewhere.
    - residual_sd: standard deviation of one period's demand around its forecast; carry: the share of such an
      error that stays for the periods after it (see ``intervals.spread_over``).
    - analogue: the group a new item is forecast from, and members, how many others that is; surge: demand a
      year ago over the forecast where that is a peak that no season proves yet, NaN elsewhere.
    """

    mean: Matrix
    low: Matrix
    high: Matrix
    lead_time_quantiles: Matrix
    known: NDArray[np.int_]
    pattern: NDArray[np.object_]
    route: NDArray[np.object_]
    method: NDArray[np.object_]
    season_length: NDArray[np.int_]
    error: Column
    runner_up: NDArray[np.object_]
    runner_up_error: Column
    naive_error: Column
    naive_share: Column
    candidates: tuple[str, ...]
    candidate_errors: Matrix
    bias: Column
    held_out: Matrix
    residual_sd: Column
    carry: Column
    analogue: NDArray[np.object_]
    members: NDArray[np.int_]
    surge: Column


def forecast_many(
    history: ArrayLike,
    season_length: float = FIND,
    horizon: float = 1,
    *,
    lead_time: ArrayLike | None = None,
    lead_time_sd: ArrayLike = 0.0,
    review_period: ArrayLike = 0.0,
    levels: Sequence[float] | Column = (),
    method: str = AUTO,
    coverage: float = 0.95,
    calibration: str = "portfolio",
    in_stock: ArrayLike | None = None,
    outlier_z: float = 0.0,
    groups: ArrayLike | None = None,
    periods_per_year: int | None = None,
    processes: int = 1,
    progress: Callable[[float], None] | None = None,
) -> Forecasts:
    """Forecast every item's demand, with the method that did best on periods held out.

    history: (n_skus, n_periods), oldest first, right-aligned, >= 0; NaN before an item's first period, and
    where a period is missing. season_length: 1 finds it, 0 is none; fewer than two whole seasons show none.
    lead_time, its standard deviation lead_time_sd and review_period: periods, a number or one per item, may
    be fractional; NaN gives NaN quantiles. levels: service levels of the quantiles of total demand over them.

    in_stock (n_skus, n_periods) and outlier_z: see ``cleaning.wanted_rows``. groups (n_skus,): labels, "" for
    none; an item with fewer than 6 known periods is forecast from the others of its group, where they are 5.
    periods_per_year: for surges, and as the season to try where no other is clear; 0 or None is not
    known. processes: more than one
    share a large batch; progress is told shares of 1.

    An item's mean does not depend on the others. Its ranges and quantiles are made true by what was held out
    of all items of its kind ("portfolio", from 30 items of a kind on), or of public series only ("shipped");
    those of a method asked for by name follow its formula.

    >>> found = forecast_many([[20, 20, 20, 20, 20, 20]], horizon=2, lead_time=3, levels=(0.95,))
    >>> print(found.mean, found.lead_time_quantiles)
    [[20. 20.]] [[60.]]
    """
    rows = history_rows(history)
    require(~(rows < 0), "history must be >= 0", rows)
    _one_of(method=(method, (AUTO, *METHODS)), calibration=(calibration, CALIBRATIONS))
    whole(0, LONGEST_SEASON, season_length=season_length)
    whole(1, LONGEST, horizon=horizon)
    whole(1, MOST_PROCESSES, processes=processes)
    year = 0 if periods_per_year is None else periods_per_year
    whole(0, LONGEST_SEASON, periods_per_year=year)
    one_number(coverage=coverage, outlier_z=outlier_z)
    strictly_between(0, 1, levels=levels, coverage=coverage)
    leads = _lead_times(len(rows), lead_time, lead_time_sd, review_period)
    labels = None if groups is None else analogues.group_labels(groups, len(rows))
    rows = cleaned_rows(
        np.where(rows < SMALLEST, 0.0, rows), in_stock, outlier_z, int(season_length), int(year)
    )
    least = max(int(horizon), SURGE_STEPS) if year else int(horizon)
    steps = max(least, int(np.ceil(leads.longest)))
    request = Request(int(season_length), int(year), method, steps)
    found = judged(rows, leads.total(), request, int(processes), progress)
    asked = np.asarray(levels, dtype=float).ravel()
    wanted = Wanted(int(horizon), leads, asked, coverage, method, calibration)
    surge = surge_ratios(rows, found.mean[:, :least], found.season_length, int(year))
    told = _told(rows, found, wanted, surge)
    return told if labels is None else _with_analogues(told, rows, labels, found, wanted)


def _told(rows: Matrix, found: Judged, wanted: Wanted, surge: Column) -> Forecasts:
    """What was found, in a planner's words."""
    spread, count = ranges(found, wanted), len(rows)
    return Forecasts(
        mean=found.mean[:, : wanted.horizon].copy(),
        low=spread.low,
        high=spread.high,
        lead_time_quantiles=spread.quantiles,
        known=known_counts(rows),
        pattern=demand_patterns(rows),
        route=_routes(found),
        method=found.method,
        season_length=found.season_length,
        error=found.error,
        runner_up=found.runner_up,
        runner_up_error=found.runner_up_error,
        naive_error=found.naive_error,
        naive_share=found.naive_share,
        candidates=candidates(wanted.method),
        candidate_errors=found.candidate_errors,
        bias=found.bias,
        held_out=found.held_out,
        residual_sd=found.sd,
        carry=found.carry,
        analogue=np.full(count, "", dtype=object),
        members=np.zeros(count, dtype=int),
        surge=surge,
    )


def _with_analogues(
    told: Forecasts, rows: Matrix, labels: NDArray[np.object_], found: Judged, wanted: Wanted
) -> Forecasts:
    """The same, with new items forecast from the others of their group: nothing was held out of them."""
    new = analogues.borrowed(rows, labels, found.mean, found.sd)
    near, leads = new._replace(mean=new.mean[:, : wanted.horizon]), wanted.leads.of(new.items)
    periods = np.where(np.isnan(leads.total()), wanted.horizon, leads.total())
    low, high = analogues.borrowed_ranges(near, wanted.coverage)
    words, nothing = np.full(len(new.items), "", dtype=object), np.full(len(new.items), np.nan)
    changes: dict[str, Any] = {
        "mean": near.mean,
        "low": low,
        "high": high,
        "lead_time_quantiles": analogues.borrowed_quantiles(new, leads.total(), wanted.levels, leads.sd),
        "route": np.full(len(new.items), "analogue", dtype=object),
        "method": np.full(len(new.items), "analogue", dtype=object),
        "runner_up": words,
        "season_length": np.zeros(len(new.items), dtype=int),
        "residual_sd": np.hypot(new.sd, new.level_sd),
        "carry": analogues.level_carry(new, periods),
        "analogue": new.label,
        "members": new.members,
    }
    unjudged = ("error", "runner_up_error", "naive_error", "naive_share", "bias")
    changes |= dict.fromkeys((*unjudged, "surge"), nothing)
    changes |= dict.fromkeys(("candidate_errors", "held_out"), np.nan)
    changed: dict[str, Any] = {
        name: _put(getattr(told, name), new.items, part) for name, part in changes.items()
    }
    return replace(told, **changed)


def _put(whole: NDArray[Any], items: NDArray[np.int_], part: ArrayLike) -> NDArray[Any]:
    changed = whole.copy()
    changed[items] = part
    return changed


def _routes(found: Judged) -> NDArray[np.object_]:
    """What a planner calls the road each item took; "" where nothing was foreseen."""
    told = np.array([ROUTES.get(kind, "") for kind in found.kind], dtype=object)
    short = (found.known < SHORT) & np.isin(found.kind, ("dense", "sparse"))
    return np.where(short, "short", told)


def _one_of(**words: tuple[str, tuple[str, ...]]) -> None:
    for name, (word, allowed) in words.items():
        if not (isinstance(word, str) and word in allowed):
            raise WrongInput(f"{name} must be one of {', '.join(allowed)}, got {word}")


def _lead_times(count: int, mean: ArrayLike | None, sd: ArrayLike, review: ArrayLike) -> LeadTimes:
    """Checked, one for each item; not known where any part of it is not."""
    time = _per_item("lead_time", np.nan if mean is None else mean, count)
    spread, added = _per_item("lead_time_sd", sd, count), _per_item("review_period", review, count)
    given = LeadTimes(np.where(np.isnan(spread + added), np.nan, time), spread, added)
    rule = "lead_time, with its spread and the review_period, must end within"
    require(given.longest <= LONGEST, f"{rule} {LONGEST:,} periods", given.longest)
    return given


def _per_item(name: str, values: ArrayLike, count: int) -> Column:
    """One number for all items, or one for each; NaN where it is not known."""
    column = numbers(name, values)
    if column.ndim > 1 or column.size not in (1, count):
        raise WrongInput(f"{name} must be one number or one per item, got {column.size} for {count}")
    column = np.broadcast_to(column.ravel(), count)
    within(0, LONGEST, **{name: column[~np.isnan(column)]})
    return column
