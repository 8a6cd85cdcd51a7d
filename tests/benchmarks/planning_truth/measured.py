"""What came of each policy in each cell, pooled over items: service, stock, orders, stock at equal service.

Everything is worked out once for the items as they are and again for each bootstrap draw of them, the same
items in all cells, so that every number has the spread that other items would have given it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from forecasting.bootstrap import Estimate, Resampling, estimate

from planning_truth.demand import Array
from planning_truth.loop import Played
from planning_truth.world import World

YEAR_DAYS = 364


class Service(NamedTuple):
    """A share in per cent, and the standard error that the choice of items gives it."""

    value: float
    error: float

    def __str__(self) -> str:
        return f"{self.value:.1f} ± {self.error:.1f}"


class Outcome:
    """Sums over items (draws, n_policies, n_cells), worked out on; the first draw is all items once."""

    def __init__(self, world: World, played: Played) -> None:
        self._days = world.end - world.counted_from
        self._items = world.items
        self.cells = world.cells
        times = Resampling(world.items).times
        self._sums = Played(*(_by_cell(part, times, len(world.cells)) for part in played))

    def service(self, kind: str) -> Array:
        """Share of cycles without a stock-out, or of units filled from stock, by what the target counts."""
        sums = self._sums
        return sums.good_cycles / sums.cycles if kind == "cycle" else 1 - sums.short / sums.demand

    def stock(self) -> Array:
        """Mean units on hand, all items of a cell together."""
        return self._sums.stock_days / self._days

    def attained(self, kind: str, policy: int, cell: int) -> Service:
        """Service of a policy in a cell."""
        draws = 100 * self.service(kind)[:, policy, cell]
        return Service(float(draws[0]), float(draws[1:].std()))

    def stock_of_an_item(self, policy: int, cell: int) -> float:
        """Mean units on hand."""
        return float(self.stock()[0, policy, cell] / self._items)

    def orders_a_year(self, policy: int, cell: int) -> float:
        """Of an item."""
        return float(self._sums.orders[0, policy, cell] / self._items / self._days * YEAR_DAYS)


def _by_cell(part: Array, times: Array, cells: int) -> Array:
    of_items = part.reshape(len(part) * cells, -1)
    return (times @ of_items.T).reshape(len(times), len(part), cells)


class EqualService(NamedTuple):
    """Stock over that of the textbook at our service, less 1, in per cent: by draw and cell, and in total."""

    of_cells: Array
    in_total: Array

    def cell(self, number: int) -> Estimate:
        """Of a cell."""
        return estimate(self.of_cells[:, number], 0)

    def mean(self) -> Estimate:
        """Of all cells alike."""
        return estimate(self.of_cells.mean(axis=1), 1)

    def total(self) -> Estimate:
        """Of all units together."""
        return estimate(self.in_total, 1)


def in_each_cell(outcome: Outcome, kind: str, ours: int, grid: Sequence[int]) -> EqualService:
    """The textbook has a z of its own in each cell, the one that gives it our service there."""
    service, stock = outcome.service(kind), outcome.stock()
    needed = np.empty_like(stock[:, ours])
    for draw, cell in np.ndindex(needed.shape):
        place = draw, list(grid), cell
        needed[draw, cell] = _interpolated(service[draw, ours, cell], service[place], stock[place])
    return _compared(stock[:, ours], needed)


def with_one_z(outcome: Outcome, kind: str, ours: int, grid: Sequence[int]) -> EqualService:
    """The textbook has one z for all cells, as one has, which gives it our service in the mean of them."""
    service, stock = outcome.service(kind), outcome.stock()
    asked, given = service[:, ours].mean(axis=1), service[:, list(grid)].mean(axis=2)
    steps = np.arange(len(grid), dtype=float)
    needed = np.empty_like(stock[:, ours])
    for draw in range(len(needed)):
        step = _interpolated(asked[draw], given[draw], steps)
        for cell in range(needed.shape[1]):
            needed[draw, cell] = np.interp(step, steps, stock[draw, list(grid), cell])
    return _compared(stock[:, ours], needed)


def _interpolated(asked: float, service: Array, values: Array) -> float:
    """The value at a service between those of the grid; beyond them, that of its end."""
    return float(np.interp(asked, np.maximum.accumulate(service), values))


def _compared(stock: Array, needed: Array) -> EqualService:
    total = stock.sum(axis=1) / needed.sum(axis=1)
    return EqualService(100 * (stock / needed - 1), 100 * (total - 1))
