"""What stock and sales cost: value, cost of sales, unit cost and layers of a ledger, by six cost flows.

A ledger is three columns: day serials, signed quantities (receipts positive, issues negative) and unit costs
(of receipts; that of an issue is ignored). It is replayed in the order of its days, rows of one day as they
stand. Windows include both end days, whatever time of day a row carries; a bound of NaN is none.
"""

from dataclasses import dataclass
from math import isnan
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import finite, require
from xlinventory.core.cost_layers import COST_FLOWS, EMPTY, Replay, Rows, Stock, replay
from xlinventory.core.errors import UndefinedRatio, WrongInput

Column: TypeAlias = NDArray[np.float64]

_NOISE = 1e-9
"""Share of the money moved below which a balance is rounding."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Rows in the order of replay; make one with ``ledger``."""

    days: Column
    quantities: Column
    unit_costs: Column

    def window(self, first_day: float, last_day: float) -> "Ledger":
        """Rows of the days from *first_day* to *last_day*."""
        start = 0 if isnan(first_day) else np.searchsorted(np.floor(self.days), np.floor(first_day))
        end = None if isnan(last_day) else np.searchsorted(np.floor(self.days), np.floor(last_day), "right")
        return Ledger(self.days[start:end], self.quantities[start:end], self.unit_costs[start:end])

    def through(self, method: str, negative: str = "error", opening: Stock = EMPTY) -> Replay:
        """What the rows make of an opening stock."""
        rows = Rows(self.days.tolist(), self.quantities.tolist(), self.unit_costs.tolist())
        return replay(rows, COST_FLOWS[method], negative, opening)


def ledger(dates: ArrayLike, quantities: ArrayLike, unit_costs: ArrayLike) -> Ledger:
    """A checked ledger in the order of its days; a receipt without a cost is refused."""
    days, moved, costs = (np.atleast_1d(np.asarray(c, dtype=float)) for c in (dates, quantities, unit_costs))
    if not days.shape == moved.shape == costs.shape:
        raise WrongInput(f"a ledger's columns have {days.size}, {moved.size} and {costs.size} rows")
    finite(move_dates=days, quantities=moved)
    received = moved > 0
    require(~received | ~np.isnan(costs), "a receipt needs a unit cost", costs, WrongInput)
    require(~received | ((costs >= 0) & (costs < np.inf)), "unit_costs must be >= 0", costs)
    order = np.argsort(np.floor(days), kind="stable")
    return Ledger(days[order], moved[order], costs[order])


def stock(moves: Ledger, method: str = "FIFO", as_of: float = np.nan, negative: str = "error") -> Stock:
    """Stock at the end of the day *as_of*."""
    return moves.window(np.nan, as_of).through(method, negative).stock


class Period(NamedTuple):
    """Stock before and after a window, and the money that came in and went out within it."""

    opening: Stock
    purchases: float
    cost_of_sales: float
    closing: Stock

    @property
    def check(self) -> float:
        """Opening + purchases - cost of sales - closing: 0, each of the four worked out by itself."""
        terms = (self.opening.value, self.purchases, -self.cost_of_sales, -self.closing.value)
        balance = sum(terms)
        return 0.0 if abs(balance) <= _NOISE * sum(map(abs, terms)) else balance


def period(
    moves: Ledger,
    method: str = "FIFO",
    from_date: float = np.nan,
    to_date: float = np.nan,
    negative: str = "error",
) -> Period:
    """What happened from *from_date* to *to_date*: a periodic method treats that window as its period.

    The opening stock is what the same method makes of all rows before. Issues beyond stock that a receipt of
    this window covers add their change in cost to it, so that an earlier window keeps its figures.

    >>> moves = ledger([1, 2, 3], [10, 10, -15], [10, 20, 0])
    >>> period(moves, "FIFO", 2, 3).cost_of_sales
    200.0
    """
    in_order = not np.floor(to_date) < np.floor(from_date)
    require(in_order, "to_date must not be before from_date", to_date)
    before = EMPTY
    if not isnan(from_date):
        before = stock(moves, method, np.floor(from_date) - 1, negative)
    during = moves.window(from_date, to_date).through(method, negative, before)
    return Period(before, float(np.sum(during.received)), float(np.sum(during.charged)), during.stock)


def next_unit_cost(held: Stock, method: str, negative: str = "error") -> float:
    """Cost of the next unit issued from a stock; without stock the last known cost where that is allowed."""
    if held.layers and held.layers[0].quantity > 0:
        return held.layers[COST_FLOWS[method].next].unit_cost
    if negative == "error" or isnan(held.last_cost):
        raise UndefinedRatio("there is no stock to issue a unit from")
    return held.last_cost


def layers(held: Stock) -> list[tuple[float, float, float, float]]:
    """Date, quantity, unit cost and value of each layer, oldest first."""
    return [(layer.date, layer.quantity, layer.unit_cost, layer.value) for layer in held.layers]


class Comparison(NamedTuple):
    """One line of the comparison of methods."""

    opening: float
    purchases: float
    cost_of_sales: float
    closing: float
    check: float


def compare(moves: Ledger, from_date: float = np.nan, to_date: float = np.nan) -> list[Comparison]:
    """Opening, purchases, cost of sales, closing and check of every method, in the order of COST_FLOWS."""
    periods = [period(moves, method, from_date, to_date) for method in COST_FLOWS]
    return [
        Comparison(p.opening.value, p.purchases, p.cost_of_sales, p.closing.value, p.check) for p in periods
    ]
