"""Forecasts of many items at once: the one entry point of the forecasting engine, and what it gives."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import require, strictly_between, within
from xlinventory.core.errors import NotEnoughData, WrongInput
from xlinventory.core.forecasting import lead_times, selection
from xlinventory.core.forecasting.batches import judged
from xlinventory.core.forecasting.calibration import NONE, asked, own_shift, shipped
from xlinventory.core.forecasting.histories import (
    Column,
    Matrix,
    history_rows,
    known_counts,
    powers_of_two,
    single_history,
)
from xlinventory.core.forecasting.intervals import SHAPES, Around
from xlinventory.core.forecasting.judging import Judged, candidates
from xlinventory.core.forecasting.lead_times import LeadTimes
from xlinventory.core.forecasting.methods import METHODS
from xlinventory.core.forecasting.patterns import demand_patterns
from xlinventory.core.forecasting.routing import AUTO, FIND, blocks

LONGEST = 1_000
"""Periods ahead beyond which a forecast is refused."""

LONGEST_SEASON = 10_000

SMALLEST = 1e-290
"""Demand below this counts as none: its square would vanish, and its float has lost digits."""

CALIBRATIONS = ("portfolio", "shipped")
"""Whose held-out demand the quantiles are made true by: that of the items at hand, or of public series."""

SHORT = 12
"""Known periods below which a history is called short."""
ROUTES = {"seasonal": "seasonal", "dense": "smooth", "sparse": "intermittent", "analogue": "analogue"}
"""What a planner calls each kind of demand."""


@dataclass(frozen=True)
class Forecasts:
    """What is foreseen for each of n items; NaN, and "" for a word, where a history is too short.

    mean, low and high are (n, horizon) units, never negative; low and high enclose a period's demand with
    the coverage asked for. lead_time_quantiles (n, n_levels) are units of total demand over the lead time and
    review. By (n,) items:

    - route: seasonal, smooth, intermittent, short or analogue; pattern as DEMAND_PATTERN; method, and
      season_length, 0 where no season was used.
    - error: held-out MASE (1 = as good as the naive forecast within the history); runner_up the second best
      method, runner_up_error its MASE; naive_error that of the (seasonal) naive forecast; candidate_errors
      (n, n_candidates) those of all candidates, NaN where one was not tried.
    - bias: mean of actual - forecast on the held-out periods; held_out (n, n_periods): what the method would
      have foreseen for them from before, NaN elsewhere.
    - residual_sd: standard deviation of one period's demand around its forecast; carry: the share of such an
      error that stays for the periods after it (see ``intervals.spread_over``).
    """

    mean: Matrix
    low: Matrix
    high: Matrix
    lead_time_quantiles: Matrix
    route: NDArray[np.object_]
    pattern: NDArray[np.object_]
    method: NDArray[np.object_]
    season_length: NDArray[np.int_]
    error: Column
    runner_up: NDArray[np.object_]
    runner_up_error: Column
    naive_error: Column
    candidates: tuple[str, ...]
    candidate_errors: Matrix
    bias: Column
    held_out: Matrix
    residual_sd: Column
    carry: Column


class Ranked(NamedTuple):
    """The method chosen for one history, then the others from best to worst, and the held-out MASE of each.

    Where the naive forecast was better than the method that is chosen, a share of it is mixed in, and the
    error is that of both.
    """

    methods: tuple[str, ...]
    errors: Column


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
    processes: int = 1,
    progress: Callable[[float], None] | None = None,
) -> Forecasts:
    """Forecast every item's demand, with the method that did best on periods held out.

    history: (n_skus, n_periods), oldest first, right-aligned, >= 0; NaN before an item's first period, and
    where a period is missing. season_length: 1 finds it, 0 is none; fewer than two whole seasons show none.
    lead_time, its standard deviation lead_time_sd and review_period: periods, a number or one per item, may
    be fractional; NaN gives NaN quantiles. levels: service levels of the quantiles of total demand over them.

    An item's mean does not depend on the others. Its ranges and quantiles are made true by what was held out
    of all items of its kind ("portfolio", from 30 items of a kind on), or of public series only ("shipped");
    those of a method asked for by name follow its formula.

    >>> found = forecast_many([[20, 20, 20, 20, 20, 20]], horizon=2, lead_time=3, levels=(0.95,))
    >>> print(found.mean, found.lead_time_quantiles)
    [[20. 20.]] [[60.]]
    """
    rows = history_rows(history)
    require(~(rows < 0), "history must be >= 0", rows)
    rows = np.where(rows < SMALLEST, 0.0, rows)
    _known("method", method, (AUTO, *METHODS))
    _known("calibration", calibration, CALIBRATIONS)
    _whole(0, LONGEST_SEASON, season_length=season_length)
    _whole(1, LONGEST, horizon=horizon)
    strictly_between(0, 1, service_level=levels, level=coverage)
    leads = _lead_times(len(rows), lead_time, lead_time_sd, review_period)
    steps = max(int(horizon), int(np.ceil(leads.longest)))
    found = judged(rows, int(season_length), method, steps, leads.total(), processes, progress)
    wanted = _Wanted(
        int(horizon), leads, np.asarray(levels, dtype=float).ravel(), coverage, method, calibration
    )
    low, high, quantiles = _spread(found, wanted)
    return Forecasts(
        mean=found.mean[:, : wanted.horizon],
        low=low,
        high=high,
        lead_time_quantiles=quantiles,
        route=_routes(found),
        pattern=demand_patterns(rows),
        method=found.method,
        season_length=found.season_length,
        error=found.error,
        runner_up=found.runner_up,
        runner_up_error=found.runner_up_error,
        naive_error=found.naive_error,
        candidates=candidates(method),
        candidate_errors=found.candidate_errors,
        bias=found.bias,
        held_out=found.held_out,
        residual_sd=found.sd,
        carry=found.carry,
    )


def ranked_methods(
    history: ArrayLike, season_length: float = FIND, test_periods: float | None = None
) -> Ranked:
    """The methods that "auto" chooses from, ranked on the last *test_periods* of one history.

    They are held out in four windows, each forecast from its own origin; None holds out four ninths.
    Dense demand is ranked by absolute error, as MASE is, sparse demand by squared error.

    >>> ranked_methods([20, 20, 20, 20, 20, 20]).methods[:2]
    ('comb', 'theta')
    """
    row = single_history(history)[None, :]
    require(~(row < 0), "history must be >= 0", row)
    _whole(0, LONGEST_SEASON, season_length=season_length)
    (block,) = blocks(row, int(season_length), AUTO)
    window = selection.default_window(row)
    if test_periods is not None:
        _whole(1, LONGEST, test_periods=test_periods)
        window = np.array([-(-int(test_periods) // selection.ORIGINS)])
        trained = row.shape[1] - selection.ORIGINS * int(window[0])
        if known_counts(row[:, : max(trained, 0)])[0] < selection.LEAST_KNOWN:
            raise NotEnoughData(f"history is too short to hold out {test_periods:g} periods")
    kind, scaled = selection.KINDS[block.kind], row / powers_of_two(row)
    trial = selection.tried(scaled, block.season, 1, kind.candidates, window)
    if np.isnan(trial.losses(1)).any():
        raise NotEnoughData("history has no known period to hold out")
    choice = selection.chosen(trial, kind.loss_power)
    others = [i for i in trial.ranking(kind.loss_power)[:, 0] if trial.names[i] != choice.method[0]]
    losses = np.append(choice.loss(1), trial.losses(1)[others, 0])
    errors = selection.scaled(losses[:, None], scaled, block.scored_season)[:, 0]
    return Ranked((choice.method[0], *(trial.names[i] for i in others)), errors)


class _Wanted(NamedTuple):
    """Which ranges and quantiles are asked for."""

    horizon: int
    leads: LeadTimes
    levels: Column
    coverage: float
    method: str
    calibration: str


def _spread(found: Judged, wanted: _Wanted) -> tuple[Matrix, Matrix, Matrix]:
    """Low and high of each period, and quantiles of the total over each lead time, kind by kind."""
    count = len(found.mean)
    low, high = (np.full((count, wanted.horizon), np.nan) for _ in range(2))
    quantiles = np.full((count, len(wanted.levels)), np.nan)
    for kind in np.unique(found.kind[found.kind != ""]):
        items, shape = np.flatnonzero(found.kind == kind), SHAPES[kind]
        around = Around(found.centre, found.sd, found.carry, np.zeros(count), found.known, found.whole).of(
            items
        )
        kept, own_period, own_total = shipped(kind, wanted.method), NONE, NONE
        if wanted.calibration == "portfolio":
            own_period = own_shift(kind, found.below_period[items], kept.period)
            own_total = own_shift(kind, found.below_total[items], kept.total, found.total_periods[items])
        near = around._replace(mean=around.mean[:, : wanted.horizon])
        ends = asked([0.5 - wanted.coverage / 2, 0.5 + wanted.coverage / 2], kept.period, own_period)
        low[items], high[items] = (shape.periods(near, float(end)) for end in ends)
        leads = wanted.leads.of(items)
        levels = asked(wanted.levels, kept.total, own_total, leads.total()[:, None])
        quantiles[items] = lead_times.quantiles(shape, around, leads, levels)
    mean = found.mean[:, : wanted.horizon]
    return np.minimum(low, mean), np.maximum(high, mean), quantiles


def _routes(found: Judged) -> NDArray[np.object_]:
    """What a planner calls the road each item took; "" where nothing was foreseen."""
    told = np.array([ROUTES.get(kind, "") for kind in found.kind], dtype=object)
    short = (found.known < SHORT) & np.isin(found.kind, ("dense", "sparse"))
    return np.where(short, "short", told)


def _known(name: str, word: str, words: tuple[str, ...]) -> None:
    require(word in words, f"{name} must be one of {', '.join(words)}", word, WrongInput)


def _lead_times(count: int, mean: ArrayLike | None, sd: ArrayLike, review: ArrayLike) -> LeadTimes:
    given = LeadTimes(
        _per_item("lead_time", np.nan if mean is None else mean, count),
        _per_item("lead_time_sd", sd, count),
        _per_item("review_period", review, count),
    )
    within(0, LONGEST, lead_time=given.longest)
    return given


def _per_item(name: str, values: ArrayLike, count: int) -> Column:
    """One number for all items, or one for each; NaN where it is not known."""
    column = np.asarray(values, dtype=float)
    if column.ndim > 1 or column.size not in (1, count):
        raise WrongInput(f"{name} must be one number or one per item, got {column.size} for {count}")
    column = np.broadcast_to(column.ravel(), count)
    within(0, LONGEST, **{name: column[~np.isnan(column)]})
    return column


def _whole(low: int, high: int, **arguments: float) -> None:
    within(low, high, **arguments)
    for name, value in arguments.items():
        require(float(value).is_integer(), f"{name} must be a whole number", value)
