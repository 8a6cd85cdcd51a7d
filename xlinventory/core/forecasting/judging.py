"""What a block of items is forecast by, and how that did on periods it had not seen.

Every candidate is tried from the end of each history and from three origins before it. The best goes on;
the others' errors are kept, so that a choice can be explained, and so is what the best would have foreseen.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.forecasting import selection
from xlinventory.core.forecasting.histories import Column, Matrix, first_periods, powers_of_two
from xlinventory.core.forecasting.intervals import (
    SHAPES,
    Around,
    dense_sd,
    period_spread,
    sparse_sd,
    total_spread,
)
from xlinventory.core.forecasting.routing import AUTO, Block

CANDIDATES = ("comb", "theta", "ses", "damped", "hw", "tsb", "mean", "snaive", "naive")
"""Every method that "auto" may try."""

FITTING_SEASON = ("ses", "holt", "damped", "hw", "theta", "comb", "ets")
"""Methods that fit a season, which takes two whole ones."""
SEASONAL = ("snaive", "sma", *FITTING_SEASON)
"""Methods that use a season length."""


class Judged(NamedTuple):
    """What was found for some items, by field; see ``Forecasts``.

    below_period (n_skus, n_tries) and below_total (n_skus, n_origins): the probability that was given to less
    demand than came, in each held-out period and in the first of them together.
    """

    mean: Matrix
    sd: Column
    carry: Column
    known: NDArray[np.int_]
    whole: NDArray[np.bool_]
    kind: NDArray[np.object_]
    method: NDArray[np.object_]
    season_length: NDArray[np.int_]
    error: Column
    bias: Column
    runner_up: NDArray[np.object_]
    runner_up_error: Column
    naive_error: Column
    candidate_errors: Matrix
    held_out: Matrix
    below_period: Matrix
    below_total: Matrix


def judge(rows: Matrix, block: Block, method: str, steps: int, lead: Column) -> Judged:
    """Forecast the items of one block (n_skus, n_periods), each by its best candidate, *steps* ahead.

    lead: periods of the lead time, over whose total the held-out demand is looked at as well.
    """
    kind, scale = selection.KINDS[block.kind], powers_of_two(rows)
    history = (rows / scale)[:, first_periods(rows).min() :]
    family = kind.candidates if method == AUTO else selection.only(method)
    trial = selection.tried(history, block.season, steps, family, selection.default_window(history))
    ranking = trial.ranking(kind.loss_power)
    best, items = ranking[0], np.arange(len(rows))
    errors = selection.scaled(trial.losses(1), history, block.scored_season)
    names = np.array(trial.names, dtype=object)
    arounds = _arounds(rows, trial, best, scale, block)
    second = ranking[min(1, len(names) - 1)]
    period, total = _below(arounds, trial.actual * scale, np.nan_to_num(lead), block)
    return Judged(
        mean=arounds[0].mean[:, :steps],
        sd=arounds[0].sd,
        carry=arounds[0].carry,
        known=arounds[0].known,
        whole=arounds[0].whole,
        kind=np.full(len(rows), block.kind, dtype=object),
        method=names[best],
        season_length=np.where(np.isin(names[best], SEASONAL), block.season, 0),
        error=errors[best, items],
        bias=trial.bias()[best, items] * scale[:, 0],
        runner_up=names[second] if len(names) > 1 else np.full(len(rows), "", dtype=object),
        runner_up_error=errors[second, items] if len(names) > 1 else np.full(len(rows), np.nan),
        naive_error=_naive_error(history, block),
        candidate_errors=_by_candidate(errors, trial.names, method),
        held_out=_held_out(rows, trial, best, scale),
        below_period=period,
        below_total=total,
    )


def nothing(count: int, periods: int, steps: int, method: str) -> Judged:
    """What is known of items before anything is: NaN, "" and 0."""

    def unknown(*shape: int) -> NDArray[np.float64]:
        return np.full((count, *shape), np.nan)

    def unsaid() -> NDArray[np.object_]:
        return np.full(count, "", dtype=object)

    return Judged(
        mean=unknown(steps),
        sd=unknown(),
        carry=unknown(),
        known=np.zeros(count, dtype=int),
        whole=np.zeros(count, dtype=bool),
        kind=unsaid(),
        method=unsaid(),
        season_length=np.zeros(count, dtype=int),
        error=unknown(),
        bias=unknown(),
        runner_up=unsaid(),
        runner_up_error=unknown(),
        naive_error=unknown(),
        candidate_errors=unknown(len(candidates(method))),
        held_out=unknown(periods),
        below_period=unknown(selection.ORIGINS * selection.LONGEST_WINDOW),
        below_total=unknown(selection.ORIGINS),
    )


def candidates(method: str) -> tuple[str, ...]:
    """The methods that are tried when *method* is asked for."""
    return CANDIDATES if method == AUTO else (method,)


def _by_candidate(errors: NDArray[np.float64], names: tuple[str, ...], method: str) -> Matrix:
    """Errors (n_skus, n_candidates), NaN where one was not tried."""
    every = candidates(method)
    found = np.full((errors.shape[1], len(every)), np.nan)
    found[:, [every.index(name) for name in names]] = errors.T
    return found


def _arounds(
    rows: Matrix, trial: selection.Trial, best: NDArray[np.int_], scale: Matrix, block: Block
) -> list[Around]:
    """Forecast and spread in units, from the end of each history and from each origin before it."""
    items, fits_season = np.arange(len(rows)), np.isin(np.array(trial.names)[best], FITTING_SEASON)
    season = np.where(fits_season, block.scored_season, 0)
    whole = np.all(np.isnan(rows) | (rows == np.floor(rows)), axis=1)
    found = []
    for origin, known in enumerate(trial.known):
        mean = np.maximum(trial.mean[best, origin, items], 0.0) * scale
        variance = trial.variance[best, origin, items]
        if block.kind == "sparse":
            sd = sparse_sd(np.sqrt(variance) * scale[:, 0], mean[:, 0], known, whole)
            sd = np.where((rows > 0).any(axis=1), sd, 0.0)
        else:
            sd = dense_sd(variance, known, season) * scale[:, 0]
        carry = trial.carry[best, origin, items]
        found.append(Around(mean, sd, carry, np.zeros(len(rows)), known, whole))
    return found


def _below(
    arounds: list[Around], actual: NDArray[np.float64], lead: Column, block: Block
) -> tuple[Matrix, Matrix]:
    """Probabilities given to less than what came, in each held-out period and in their total.

    The total is that of the lead time's whole periods as far as they are held out. An origin from which a
    season could not be fitted yet is left out: it says nothing about forecasts that have one.
    """
    shape, steps = SHAPES[block.kind], actual.shape[2]
    periods, totals = [], []
    for around, came in zip(arounds[1:], actual, strict=True):
        judged = (around.known >= max(2 * block.scored_season, selection.LEAST_KNOWN)) & (around.sd >= 0)
        length = np.minimum(np.ceil(lead), np.sum(~np.isnan(came), axis=1))
        whole_total = np.sum(np.where(np.arange(steps) < length[:, None], came, 0.0), axis=1)
        near = around._replace(mean=around.mean[:, :steps])
        below = shape.below(period_spread(near), came)
        periods.append(np.where(judged[:, None] & ~np.isnan(came), below, np.nan))
        below = shape.below(total_spread(around, length), whole_total)
        totals.append(np.where(judged & (length > 0), below, np.nan))
    every = np.full((len(lead), selection.ORIGINS * selection.LONGEST_WINDOW), np.nan)
    every[:, : selection.ORIGINS * steps] = np.concatenate(periods, axis=1)
    return every, np.stack(totals, axis=1)


def _held_out(rows: Matrix, trial: selection.Trial, best: NDArray[np.int_], scale: Matrix) -> Matrix:
    """What the best would have foreseen, at the periods of *rows* that were held out; NaN elsewhere."""
    foreseen = np.full(rows.shape, np.nan)
    items, steps = np.arange(len(rows)), np.arange(trial.actual.shape[2])
    window = selection.default_window(rows)[:, None]
    for origin in range(1, len(trial.known)):
        mean = np.maximum(trial.mean[best, origin, items][:, : len(steps)], 0.0) * scale
        columns = rows.shape[1] - origin * window + steps
        inside = (steps < window) & (columns >= 0) & (columns < rows.shape[1])
        row, step = np.nonzero(inside)
        foreseen[row, columns[row, step]] = mean[row, step]
    return foreseen


def _naive_error(history: Matrix, block: Block) -> Column:
    window = selection.default_window(history)
    trial = selection.tried(history, block.season, 1, selection.only("snaive"), window)
    return np.asarray(selection.scaled(trial.losses(1), history, block.scored_season)[0])
