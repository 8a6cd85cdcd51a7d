"""What a block of items is forecast by, and how that did on periods it had not seen.

Every candidate is tried from the end of each history and from several origins before it. The best goes on;
the others' errors are kept, so that a choice can be explained, and so is what the best would have foreseen.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.forecasting import selection
from xlinventory.core.forecasting.histories import Column, Matrix, first_periods, powers_of_two, whole_units
from xlinventory.core.forecasting.intervals import (
    SHAPES,
    Around,
    degrees_of,
    dense_sd,
    period_spread,
    sparse_sd,
    total_spread,
)
from xlinventory.core.forecasting.routing import AUTO, Block, Request

CANDIDATES = ("comb", "theta", "ses", "damped", "hw", "slow", "fading", "snaive", "naive")
"""Every method that "auto" may try."""

LATEST = 3
"""Origins whose held-out demand quantiles are recalibrated by.

From earlier ones so little was known that their tails say nothing about those of today: of 500 series of
spare parts 1.8 % of what came after the latest two was above the 99 % quantile, 3 to 4 % after earlier ones.
"""

FITTING_SEASON = ("ses", "holt", "damped", "hw", "theta", "comb", "ets")
"""Methods that fit a season, which takes two whole ones."""
SEASONAL = ("snaive", "sma", *FITTING_SEASON)
"""Methods that use a season length."""


class Judged(NamedTuple):
    """What was found for some items, by field; see ``Forecasts``.

    centre (n_skus, n_steps): what the spread is around; the mean, but see ``selection.KINDS``.
    below_period (n_skus, n_tries) and below_total (n_skus, n_origins): the probability that was given to less
    demand than came, in each held-out period and in the first total_periods (n_skus, n_origins) of them.
    """

    mean: Matrix
    centre: Matrix
    sd: Column
    carry: Column
    degrees: Column
    known: NDArray[np.int_]
    whole: NDArray[np.bool_]
    kind: NDArray[np.object_]
    method: NDArray[np.object_]
    naive_share: Column
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
    total_periods: Matrix

    def around(self) -> Around:
        """Forecasts and how far demand lies from them."""
        return Around(self.centre, self.sd, self.carry, self.degrees, self.known, self.whole)

    def of(self, items: NDArray[np.int_]) -> "Judged":
        """Some of the items."""
        return Judged._make(part[items] for part in self)


def judge(rows: Matrix, lead: Column, block: Block, request: Request) -> Judged:
    """Forecast the items of one block (n_skus, n_periods), each by its best candidate.

    lead: periods of the lead time, over whose total the held-out demand is looked at as well.
    """
    kind, auto = selection.KINDS[block.kind], request.method == AUTO
    scale = powers_of_two(rows)
    history = (rows / scale)[:, first_periods(rows).min() :]
    trial = _tried(history, block, request)
    fair = kind.fair(trial)
    choice = selection.chosen(fair, kind.loss_power) if auto else selection.first_tried(trial)
    centre = kind.centre(trial, choice)
    around = _around(rows, centre.taken(trial, 0), scale, block, trial.known[0])
    settled = None if auto and centre is choice else centre
    below = _below(
        _from_origins(rows, fair, settled, scale, block),
        trial.actual.swapaxes(0, 1)[:LATEST] * scale,
        np.nan_to_num(lead),
        block,
    )
    return Judged(
        mean=choice.taken(trial, 0).mean[:, : request.steps] * scale,
        centre=around.mean[:, : request.steps],
        sd=around.sd,
        carry=around.carry,
        degrees=around.degrees,
        known=around.known,
        whole=around.whole,
        kind=np.full(len(rows), block.kind, dtype=object),
        method=choice.method,
        naive_share=choice.naive_share,
        season_length=np.where(np.isin(choice.method, SEASONAL), block.season, 0),
        bias=selection.bias_of(choice.errors(fair)) * scale[:, 0],
        held_out=_held_out(rows, trial, choice, scale, kind.parts),
        **_scores(fair, choice, history, block, request.method)._asdict(),
        **below._asdict(),
    )


def _tried(history: Matrix, block: Block, request: Request) -> selection.Trial:
    """All that is tried for one kind of demand, or the method asked for, from the kind's origins."""
    kind = selection.KINDS[block.kind]
    family = kind.candidates if request.method == AUTO else selection.only(request.method)
    window = selection.default_window(history, kind.parts)
    return selection.tried(history, block.season, request.steps, family, window, kind.origins)


class _Scores(NamedTuple):
    """The held-out errors in ``Judged``, all MASE."""

    error: Column
    runner_up: NDArray[np.object_]
    runner_up_error: Column
    naive_error: Column
    candidate_errors: Matrix


def _scores(
    fair: selection.Trial, choice: selection.Choice, history: Matrix, block: Block, method: str
) -> _Scores:
    """Errors of the choice, of the second best, of the naive forecast and of every method tried."""
    own = selection.loss_of(choice.errors(fair), 1).mean()
    mase = selection.scaled(np.stack([own, *fair.losses(1)]), history, block.scored_season)
    errors, power = mase[1:], selection.KINDS[block.kind].loss_power
    second, second_error = _runner_up(fair, choice, errors, power)
    every = candidates(method)
    by_candidate = np.full((len(history), len(every)), np.nan)
    by_candidate[:, [every.index(name) for name in fair.names]] = errors.T
    naive = errors[-1] if method == AUTO else np.full(len(history), np.nan)
    return _Scores(mase[0], second, second_error, naive, by_candidate)


def _runner_up(
    trial: selection.Trial, choice: selection.Choice, errors: NDArray[np.float64], power: int
) -> tuple[NDArray[np.object_], Column]:
    """The best of the methods that were not chosen, and its error; "" where there is no other."""
    if len(trial.names) == 1:
        return np.full(len(choice.method), "", dtype=object), np.full(len(choice.method), np.nan)
    ranking, items = trial.ranking(power), np.arange(len(choice.method))
    names = np.array(trial.names, dtype=object)
    second = np.where(names[ranking[0]] == choice.method, ranking[1], ranking[0])
    return names[second], errors[second, items]


def nothing(count: int, periods: int, request: Request) -> Judged:
    """What is known of items before anything is: NaN, "" and 0."""

    def unknown(*shape: int) -> NDArray[np.float64]:
        return np.full((count, *shape), np.nan)

    def unsaid() -> NDArray[np.object_]:
        return np.full(count, "", dtype=object)

    return Judged(
        mean=unknown(request.steps),
        centre=unknown(request.steps),
        sd=unknown(),
        carry=unknown(),
        degrees=unknown(),
        known=np.zeros(count, dtype=int),
        whole=np.zeros(count, dtype=bool),
        kind=unsaid(),
        method=unsaid(),
        naive_share=unknown(),
        season_length=np.zeros(count, dtype=int),
        error=unknown(),
        bias=unknown(),
        runner_up=unsaid(),
        runner_up_error=unknown(),
        naive_error=unknown(),
        candidate_errors=unknown(len(candidates(request.method))),
        held_out=unknown(periods),
        below_period=unknown(LATEST * selection.LONGEST_WINDOW),
        below_total=unknown(LATEST),
        total_periods=unknown(LATEST),
    )


def candidates(method: str) -> tuple[str, ...]:
    """The methods that are tried when *method* is asked for."""
    return CANDIDATES if method == AUTO else (method,)


def _from_origins(
    rows: Matrix, trial: selection.Trial, settled: selection.Choice | None, scale: Matrix, block: Block
) -> list[Around]:
    """Forecasts from the latest origins, by a choice that is settled or what the others would have chosen.

    What was chosen by the very demand it is compared with would look better than it is.
    """
    if settled:
        choices = [settled] * LATEST
    else:
        choices = selection.chosen_without(trial, selection.KINDS[block.kind].loss_power, range(LATEST))
    return [
        _around(rows, choice.taken(trial, origin), scale, block, trial.known[origin])
        for origin, choice in enumerate(choices, start=1)
    ]


def _around(
    rows: Matrix, taken: selection.Taken, scale: Matrix, block: Block, known: NDArray[np.int_]
) -> Around:
    """Forecast and spread in units, from one origin."""
    whole = whole_units(rows)
    mean = taken.mean * scale
    if block.kind == "sparse":
        sd = sparse_sd(np.sqrt(taken.variance) * scale[:, 0], mean[:, 0], known, whole)
        sd = np.where((rows > 0).any(axis=1), sd, 0.0)
    else:
        season = np.where(np.isin(taken.method, FITTING_SEASON), block.scored_season, 0)
        sd = dense_sd(taken.variance, known, season) * scale[:, 0]
    return Around(mean, sd, taken.carry, degrees_of(known, block.scored_season), known, whole)


class _Below(NamedTuple):
    """The last three fields of ``Judged``."""

    below_period: Matrix
    below_total: Matrix
    total_periods: Matrix


def _below(arounds: list[Around], actual: NDArray[np.float64], lead: Column, block: Block) -> _Below:
    """Probabilities given to less than what came, in each held-out period and in the total of so many.

    The total is that of the lead time's whole periods as far as they are held out. Left out are an origin
    from which a season could not be fitted yet, as it says nothing about forecasts that have one, and demand
    that had never varied, as no level asked for would change its quantile.
    """
    shape, steps = SHAPES[block.kind], actual.shape[2]
    every = np.full((len(lead), LATEST, selection.LONGEST_WINDOW), np.nan)
    totals, lengths = np.full((2, len(lead), LATEST), np.nan)
    for origin, (around, came) in enumerate(zip(arounds, actual, strict=True)):
        judged = (around.known >= max(2 * block.scored_season, selection.LEAST_KNOWN)) & (around.sd > 0)
        below = shape.below(period_spread(around._replace(mean=around.mean[:, :steps])), came)
        every[:, origin, :steps] = np.where(judged[:, None] & ~np.isnan(came), below, np.nan)
        length = np.minimum(np.ceil(lead), np.sum(~np.isnan(came), axis=1))
        total = np.nansum(np.where(np.arange(steps) < length[:, None], came, 0.0), axis=1)
        below = shape.below(total_spread(around, length), total)
        totals[:, origin] = np.where(judged & (length > 0), below, np.nan)
        lengths[:, origin] = length
    return _Below(every.reshape(len(lead), -1), totals, lengths)


def _held_out(
    rows: Matrix, trial: selection.Trial, choice: selection.Choice, scale: Matrix, parts: int
) -> Matrix:
    """What was chosen would have foreseen this, in the periods of *rows* held out; NaN elsewhere."""
    foreseen, ahead = np.full(rows.shape, np.nan), np.arange(trial.actual.shape[2])
    window = selection.default_window(rows, parts)[:, None]
    for origin in range(1, len(trial.known)):
        mean, columns = choice.taken(trial, origin).mean, rows.shape[1] - origin * window + ahead
        row, step = np.nonzero((ahead < window) & (columns >= 0))
        foreseen[row, columns[row, step]] = mean[row, step] * scale[row, 0]
    return foreseen
