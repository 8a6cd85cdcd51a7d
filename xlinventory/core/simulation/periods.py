"""All items side by side, each in many parallel runs: a period is a few operations on whole arrays."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import require, within
from xlinventory.core.errors import WrongInput
from xlinventory.core.simulation.policies import Pipeline, Policy
from xlinventory.core.simulation.samples import Column, Sample, sample

LONGEST_LEAD_TIME = 1_000.0
MOST_PERIODS = 1_000_000.0
_RUN_PERIODS, _MOST_RUNS = 100, 200
_STATE_CELLS, _PIPELINE_CELLS = 8_192, 1_000_000
"""Items x runs of one block, which stay in the processor's cache, and their limit with long lead times."""


class Moment(NamedTuple):
    """Stock less what is owed of some items in a period (items, runs), and what comes in.

    opened at its start, before what arrives, closed at its end; share of the period that is over by then.
    """

    opened: Column
    before: Column
    arriving: Column
    closed: Column
    share: Column


Watch = Callable[[NDArray[np.int_], NDArray[np.int_], Moment], None]
"""Is told of each period which items are counted, their place in the counted time, and their moment."""


@dataclass(frozen=True, slots=True)
class Length:
    """Counted periods of a run, and how many runs there are."""

    periods: int
    runs: int

    @property
    def total(self) -> int:
        """Counted periods in all."""
        return self.periods * self.runs


def length_of(periods: float) -> Length:
    """As many parallel runs of 100 periods as *periods* fill, at most 200 of them."""
    within(1, MOST_PERIODS, periods=periods)
    runs = int(np.clip(periods // _RUN_PERIODS, 1, _MOST_RUNS))
    return Length(int(np.ceil(periods / runs)), runs)


def samples(history: ArrayLike, lead_times: ArrayLike) -> tuple[Sample, Sample]:
    """Checked demands and lead times, a row of each for every item."""
    demand = sample(history, "history", np.finfo(float).max)
    lead = sample(lead_times, "lead_times", LONGEST_LEAD_TIME)
    same = len(lead.values) == len(demand.values)
    require(same, "lead_times need a row per item", len(lead.values), WrongInput)
    return demand, lead


def blocks(lead: Sample, runs: int) -> Iterator[slice]:
    """Items in blocks whose state stays small."""
    slots = float(np.nanmax(lead.values)) + 2
    size = max(1, int(min(_STATE_CELLS, _PIPELINE_CELLS / slots) / runs))
    for start in range(0, len(lead.values), size):
        yield slice(start, start + size)


def simulate(
    demand: Sample, lead: Sample, policy: Policy, length: Length, seed: float, watch: Watch | None = None
) -> Column:
    """Totals (n, 5) over the counted periods of all runs, see ``_period``, and orders; (n, 6) in all."""
    within(0, 2.0**53, seed=seed)
    longest = np.nanmax(lead.values, axis=1, keepdims=True)
    start = np.ceil(longest) + 2 * np.ceil(np.minimum(policy.review, length.periods)) + 10
    steps = int(start.max()) + length.periods
    chances, lead_chances = (
        np.random.default_rng(stream).random((steps, length.runs)) for stream in _streams(int(seed))
    )
    position = policy.first_position(demand, length.runs)
    net, totals = position.copy(), np.zeros((len(position), 6))
    noise = 1e-9 * np.nanmax(demand.values, axis=1, keepdims=True)
    pipeline = Pipeline(float(longest.max()), position.shape)
    for period in range(steps):
        drawn = demand.draw(chances[period])
        arriving, share = pipeline.arrive(period)
        happened = _period(net, drawn, arriving, share, noise)
        counted = (period >= start) & (period < start + length.periods)
        if watch:
            items = np.flatnonzero(counted)
            stock = net, net - share * drawn, arriving, net + arriving - drawn, share
            watch(items, period - start[items, 0].astype(int), Moment(*(each[items] for each in stock)))
        net += arriving - drawn
        position -= drawn
        ordered = np.where(policy.reviewed(period), policy.order(position), 0.0)
        position += ordered
        pipeline.order(period, ordered, lead_chances[period], lead)
        totals += counted * np.stack([each.sum(axis=1) for each in (*happened, ordered > 0)], axis=1)
    return totals


def _streams(seed: int) -> list[np.random.SeedSequence]:
    """Independent seeds for demand and for lead times."""
    return np.random.SeedSequence(seed).spawn(2)


def _period(
    net: Column, demand: Column, arriving: Column, share: Column, noise: Column
) -> tuple[NDArray[Any], ...]:
    """Demand, units short, stock over time, cycles ended and cycles ended without a stock-out, (n, runs).

    Two stretches, before and after the arrival; in each the stock falls in a straight line until it is gone.
    """
    first = share * demand
    opened, before = np.maximum(net, 0.0), net - first
    short = np.maximum(first - opened, 0.0)
    reopened = np.maximum(before + arriving, 0.0)
    rest = demand - first
    short_later = np.maximum(rest - reopened, 0.0)
    moving = np.where(demand > 0, demand, 1.0)
    lasted = np.where(demand > 0, (first - short) / moving, share)
    lasted_later = np.where(demand > 0, (rest - short_later) / moving, 1 - share)
    stock = lasted * (opened - (first - short) / 2) + lasted_later * (reopened - (rest - short_later) / 2)
    ended = arriving > 0
    return demand, short + short_later, stock, ended, ended & (before >= -noise)
