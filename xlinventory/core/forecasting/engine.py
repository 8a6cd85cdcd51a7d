"""Forecasts of many items at once: the one entry point of the forecasting engine, and what it gives.

Items are taken in blocks of one season length and kind of demand; within a block every step works on all
items together, so time grows with the number of items and memory does not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.errors import WrongInput
from xlinventory.core.checks import require, strictly_between, within
from xlinventory.core.forecasting import intervals, selection
from xlinventory.core.forecasting.combination import SPARSE
from xlinventory.core.forecasting.decomposition import repeats
from xlinventory.core.forecasting.histories import (
    SHORTEST,
    Column,
    Matrix,
    first_periods,
    history_rows,
    known_counts,
    powers_of_two,
)
from xlinventory.core.forecasting.patterns import mean_interval
from xlinventory.core.forecasting.seasons import season_lengths

LONGEST = 1_000
"""Periods ahead beyond which a forecast is refused."""

BLOCK = 256
"""Items that are forecast together: their states fit into the processor's cache."""

FIND = 1
"""The season length that asks for finding it."""


@dataclass(frozen=True)
class Forecasts:
    """What is foreseen for each of n items; NaN, and method "", where a history is too short.

    mean, low and high are (n, horizon) units, never negative; low and high enclose a period's demand with
    the coverage asked for. lead_time_quantiles (n, n_levels) are units of total demand over the lead time.
    error is the held-out MASE (1 = as good as the naive forecast), bias the mean of actual - forecast on the
    held-out periods, residual_sd the standard deviation of one period's demand around its forecast, all
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
    sparse: bool


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
    _whole(0, LONGEST_SEASON, season_length=season_length)
    _whole(1, LONGEST, horizon=horizon)
    strictly_between(0, 1, service_level=levels, level=coverage)
    lead = np.zeros(len(rows)) if lead_time is None else _lead_times(lead_time, len(rows))
    steps = max(int(horizon), int(np.ceil(np.nanmax(lead, initial=0.0))))
    request = _Request(int(horizon), steps, method, coverage, np.asarray(levels, dtype=float).ravel())
    found = _nothing(len(rows), request)
    for block in _blocks(rows, int(season_length)):
        _fill(found, rows, lead, block, request)
    return found


def _fill(found: Forecasts, rows: Matrix, lead: Column, block: _Block, request: _Request) -> None:
    """Forecast one block and write it into the result."""
    scale = powers_of_two(rows[block.items])
    history = rows[block.items] / scale
    history = history[:, first_periods(history).min() :]
    kind = _kind(block)
    names = kind.candidates if request.method == "auto" else (request.method,)
    trial = selection.tried(history, block.season, request.steps, names, selection.default_window(history))
    best, each = trial.ranking(kind.loss_power)[0], np.arange(len(history))
    mean = np.maximum(trial.mean[best, each], 0.0) * scale
    sd = np.sqrt(trial.variance[best, each]) * scale[:, 0]
    around = intervals.Around(mean, sd, known_counts(history), sparse=block.sparse)
    low, high = intervals.per_period(around, request.horizon, request.coverage)
    found.mean[block.items], found.low[block.items] = mean[:, : request.horizon], low
    found.high[block.items], found.residual_sd[block.items] = high, around.sd
    found.lead_time_quantiles[block.items] = intervals.total(around, lead[block.items], request.levels)
    found.method[block.items] = np.array(names, dtype=object)[best]
    found.season_length[block.items] = np.where(np.isin(np.array(names)[best], SEASONAL), block.season, 0)
    found.error[block.items] = selection.scaled(trial.losses(1), history, block.season)[best, each]
    found.bias[block.items] = trial.bias()[best, each] * scale[:, 0]


SEASONAL = ("snaive", "sma", "hw", "theta", "comb", "ets")
"""Methods that use a season length."""

LONGEST_SEASON = 10_000


def _kind(block: _Block) -> selection.Kind:
    if block.sparse:
        return selection.SPARSE
    return selection.SEASONAL if block.season > 1 else selection.DENSE


def _blocks(rows: Matrix, season_length: int) -> Iterator[_Block]:
    """The items with enough history, in blocks of like season, kind of demand and length of history."""
    first = first_periods(rows)
    span = rows.shape[1] - first
    season = season_lengths(rows) if season_length == FIND else np.full(len(rows), season_length)
    season = np.where(span >= 2 * season, season, 0)
    sparse = mean_interval(rows) >= SPARSE
    for length in np.unique(season[sparse]):
        mine = np.flatnonzero(sparse & (season == length))
        season[mine] = np.where(repeats(rows[mine], int(length)), length, 0)
    sparse &= season < 2
    order = np.lexsort((first, sparse, season))
    order = order[known_counts(rows)[order] >= SHORTEST]
    changes = np.flatnonzero(np.diff(season[order]) | np.diff(sparse[order])) + 1
    for group in np.split(order, changes):
        for start in range(0, len(group), BLOCK):
            items = group[start : start + BLOCK]
            yield _Block(items, int(season[items[0]]), bool(sparse[items[0]]))


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
    shapes = 3 * [(count, request.horizon)] + [(count, len(request.levels))]
    matrices = [np.full(shape, np.nan) for shape in shapes]
    words, lengths = np.full(count, "", dtype=object), np.zeros(count, dtype=int)
    return Forecasts(*matrices, words, lengths, *(np.full(count, np.nan) for _ in range(3)))
