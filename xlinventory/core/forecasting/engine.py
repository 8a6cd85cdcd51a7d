"""Forecasts of many items at once: the one entry point of the forecasting engine, and what it gives.

Items are taken in blocks of one season length and kind of demand; within a block every step works on all
items together, so time grows with the number of items and memory does not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import require, strictly_between, within
from xlinventory.core.errors import NotEnoughData, WrongInput
from xlinventory.core.forecasting import intervals, selection
from xlinventory.core.forecasting.decomposition import repeats
from xlinventory.core.forecasting.histories import (
    SHORTEST,
    Column,
    Matrix,
    first_periods,
    history_rows,
    known_counts,
    powers_of_two,
    single_history,
)
from xlinventory.core.forecasting.methods import METHODS
from xlinventory.core.forecasting.seasons import likely_seasons
from xlinventory.core.forecasting.sparse import is_sparse

LONGEST = 1_000
"""Periods ahead beyond which a forecast is refused."""

BLOCK = 256
"""Items that are forecast together: their states fit into the processor's cache."""

LONGEST_SEASON = 10_000

SMALLEST = 1e-290
"""Demand below this counts as none: its square would vanish, and its float has lost digits."""

FIND = 1
"""The season length that asks for finding it."""
AUTO = "auto"
"""The method that asks for choosing one."""
FITTING_SEASON = ("ses", "holt", "damped", "hw", "theta", "comb", "ets")
"""Methods that fit a season, which takes two whole ones."""
SEASONAL = ("snaive", "sma", *FITTING_SEASON)
"""Methods that use a season length."""


@dataclass(frozen=True)
class Forecasts:
    """What is foreseen for each of n items; NaN, and method "", where a history is too short.

    mean, low and high are (n, horizon) units, never negative; low and high enclose a period's demand with
    the coverage asked for. lead_time_quantiles (n, n_levels) are units of total demand over the lead time.
    error is the held-out MASE (1 = as good as the naive forecast), bias the mean of actual - forecast on the
    held-out periods, residual_sd the standard deviation of one period's demand around its forecast, carry
    the share of such an error that stays for the periods after it (see ``intervals.spread_over``), all
    (n,); season_length is 0 where no season was used.
    """

    mean: Matrix
    low: Matrix
    high: Matrix
    lead_time_quantiles: Matrix
    method: NDArray[np.object_]
    season_length: NDArray[np.int_]
    error: Column
    bias: Column
    residual_sd: Column
    carry: Column


class _Request(NamedTuple):
    """What is asked for every item alike."""

    horizon: int
    steps: int
    method: str
    coverage: float
    levels: Column


class _Block(NamedTuple):
    """Items that share a season length and a kind of demand."""

    items: NDArray[np.int_]
    season: int
    kind: str

    @property
    def scored_season(self) -> int:
        """The season of the naive forecast that errors are compared with."""
        return self.season if self.kind == "seasonal" else 0


def forecast_many(
    history: ArrayLike,
    season_length: float = FIND,
    horizon: float = 1,
    *,
    lead_time: ArrayLike | None = None,
    levels: Sequence[float] | Column = (),
    method: str = "auto",
    coverage: float = 0.95,
) -> Forecasts:
    """Forecast every item's demand, with the method that did best on periods held out.

    history: (n_skus, n_periods), oldest first, right-aligned, >= 0; NaN before an item's first period, and
    where a period is missing. season_length: 1 finds it, 0 is none; fewer than two whole seasons show none.
    lead_time: periods, a number or one per item, may be fractional; NaN gives NaN quantiles. levels: service
    levels of the quantiles of total demand over it. Each item is forecast by itself: its numbers do not
    depend on the others.

    >>> found = forecast_many([[20, 20, 20, 20, 20, 20]], horizon=2, lead_time=3, levels=(0.95,))
    >>> print(found.mean, found.lead_time_quantiles)
    [[20. 20.]] [[60.]]
    """
    rows = history_rows(history)
    require(~(rows < 0), "history must be >= 0", rows)
    rows = np.where(rows < SMALLEST, 0.0, rows)
    require(
        method in (AUTO, *METHODS), f"method must be one of {', '.join((AUTO, *METHODS))}", method, WrongInput
    )
    _whole(0, LONGEST_SEASON, season_length=season_length)
    _whole(1, LONGEST, horizon=horizon)
    strictly_between(0, 1, service_level=levels, level=coverage)
    lead = np.full(len(rows), np.nan) if lead_time is None else _lead_times(lead_time, len(rows))
    steps = max(int(horizon), int(np.ceil(np.nanmax(lead, initial=0.0))))
    request = _Request(int(horizon), steps, method, coverage, np.asarray(levels, dtype=float).ravel())
    found = _nothing(len(rows), request)
    if not len(rows) or rows.shape[1] < SHORTEST:
        return found
    for block in _blocks(rows, int(season_length), method):
        _fill(found, rows, lead, block, request)
    return found


class Ranked(NamedTuple):
    """Methods from best to worst for one history, and the held-out MASE of each."""

    methods: tuple[str, ...]
    errors: Column


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
    (block,) = _blocks(row, int(season_length), AUTO)
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
    order = trial.ranking(kind.loss_power)[:, 0]
    errors = selection.scaled(trial.losses(1), scaled, block.scored_season)[order, 0]
    return Ranked(tuple(trial.names[i] for i in order), errors)


def _fill(found: Forecasts, rows: Matrix, lead: Column, block: _Block, request: _Request) -> None:
    """Forecast one block and write it into the result."""
    items, kind = block.items, selection.KINDS[block.kind]
    scale = powers_of_two(rows[items])
    history = (rows[items] / scale)[:, first_periods(rows[items]).min() :]
    family = kind.candidates if request.method == AUTO else selection.only(request.method)
    window = selection.default_window(history)
    trial = selection.tried(history, block.season, request.steps, family, window)
    auto = request.method == AUTO
    choice = selection.chosen(trial, kind.loss_power) if auto else selection.as_asked(trial)
    mean = choice.mean * scale
    found.method[items] = method = choice.method
    found.season_length[items] = np.where(np.isin(method, SEASONAL), block.season, 0)
    season = np.where(np.isin(method, FITTING_SEASON), block.scored_season, 0)
    around = _around(rows[items], mean, choice.variance, choice.carry, season, block.kind)
    shape, near = intervals.SHAPES[block.kind], around._replace(mean=mean[:, : request.horizon])
    found.mean[items] = near.mean
    found.low[items], found.high[items] = shape.ranges(near, request.coverage)
    found.lead_time_quantiles[items] = shape.quantiles(around, lead[items], request.levels)
    found.error[items] = selection.scaled(choice.loss(1), history, block.scored_season)
    found.bias[items] = choice.bias() * scale[:, 0]
    found.residual_sd[items], found.carry[items] = around.sd, around.carry


def _around(
    rows: Matrix, mean: Matrix, variance: Column, carry: Column, season: NDArray[np.int_], kind: str
) -> intervals.Around:
    """The spread in units, from variances of rows scaled to 1."""
    known, scale = known_counts(rows), powers_of_two(rows)[:, 0]
    whole = np.all(np.isnan(rows) | (rows == np.floor(rows)), axis=1)
    if kind == "sparse":
        sd = intervals.sparse_sd(np.sqrt(variance) * scale, mean[:, 0], known, whole)
        sd = np.where((rows > 0).any(axis=1), sd, 0.0)
    else:
        sd = intervals.dense_sd(variance, known, season) * scale
    return intervals.Around(mean, sd, carry, known, whole)


def _blocks(rows: Matrix, season_length: int, method: str) -> Iterator[_Block]:
    """The items with enough history, in blocks of like season, kind of demand and length of history."""
    season = _found_seasons(rows) if season_length == FIND else np.full(len(rows), season_length)
    fits = rows.shape[1] - first_periods(rows) >= 2 * season
    rare = is_sparse(rows)
    if method in (AUTO, "comb"):
        season = np.where(fits, season, 0)
        season = np.where(rare, _clear_seasons(rows, season), season)
    kind = np.where((season > 1) & fits, "seasonal", np.where(rare, "sparse", "dense"))
    order = np.lexsort((first_periods(rows), kind, season))
    order = order[known_counts(rows)[order] >= SHORTEST]
    changes = (season[order][1:] != season[order][:-1]) | (kind[order][1:] != kind[order][:-1])
    for group in np.split(order, np.flatnonzero(changes) + 1):
        for start in range(0, len(group), BLOCK):
            items = group[start : start + BLOCK]
            yield _Block(items, int(season[items[0]]), str(kind[items[0]]))


def _found_seasons(rows: Matrix) -> NDArray[np.int_]:
    """The season length of each row, looked for in its own periods: what is tried depends on their number."""
    found, first = np.zeros(len(rows), dtype=int), first_periods(rows)
    for start in np.unique(first):
        mine = np.flatnonzero(first == start)
        for part in np.split(mine, range(_SEARCHED, len(mine), _SEARCHED)):
            found[part] = likely_seasons(rows[part, start:])
    return found


_SEARCHED = 4096
"""Items whose season is looked for at once, to bound the memory it takes."""


def _clear_seasons(rows: Matrix, season: NDArray[np.int_]) -> NDArray[np.int_]:
    """The season length of each row where demand really repeats with it, else 0."""
    clear, scaled = np.zeros(len(rows), dtype=int), rows / powers_of_two(rows)
    for length in np.unique(season[season > 1]):
        mine = np.flatnonzero(season == length)
        clear[mine] = np.where(repeats(scaled[mine], int(length)), length, 0)
    return clear


def _lead_times(lead_time: ArrayLike, count: int) -> Column:
    lead = np.asarray(lead_time, dtype=float)
    if lead.ndim > 1 or lead.size not in (1, count):
        raise WrongInput(f"lead_time must be one number or one per item, got {lead.size} for {count}")
    lead = np.broadcast_to(lead.ravel(), count)
    within(0, LONGEST, lead_time=lead[~np.isnan(lead)])
    return lead


def _whole(low: int, high: int, **arguments: float) -> None:
    within(low, high, **arguments)
    for name, value in arguments.items():
        require(float(value).is_integer(), f"{name} must be a whole number", value)


def _nothing(count: int, request: _Request) -> Forecasts:
    """A result in which nothing is known yet."""
    mean, low, high = (np.full((count, request.horizon), np.nan) for _ in range(3))
    columns = (np.full(count, np.nan) for _ in range(4))
    quantiles, methods = np.full((count, len(request.levels)), np.nan), np.full(count, "", dtype=object)
    return Forecasts(mean, low, high, quantiles, methods, np.zeros(count, dtype=int), *columns)
