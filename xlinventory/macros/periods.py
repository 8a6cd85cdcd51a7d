"""A period and what it says of every item: opening stock, purchases, cost of sales and stock at its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from xlinventory.macros.books import among, keep_books, unknown_costs
from xlinventory.macros.frame import Run
from xlinventory.macros.movement_costs import Journal, Mask, Numbers, journal
from xlinventory.tables import day_text


@dataclass(frozen=True, slots=True)
class Period:
    """Both days count; a *start* that is NaN is before the first movement."""

    start: float
    end: float
    method: str

    def __str__(self) -> str:
        """Its days, such as "2026-03-01 to 2026-03-31"."""
        return f"{day_text(self.start)} to {day_text(self.end)}".removeprefix(" ")


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of a period, (n_items,) each, NaN where the item has a problem, and what that is by item."""

    quantity: Numbers
    opening_value: Numbers
    purchases: Numbers
    cost_of_sales: Numbers
    value: Numbers
    problems: Mapping[int, str]


def figures_of(run: Run, items: pd.DataFrame, period: Period) -> Figures:
    """The movements up to the end of *period* replayed, and what came and went within it."""
    moves = journal(run.table("Movements"), items, period.end)
    problems = unknown_costs(moves)
    book = keep_books(moves, items, period.method, run.setting("negative_stock"), problems)
    before = np.floor(moves.date) < period.start
    out, back = moves.sums(book.charged, ~before), moves.sums(book.received, ~before & ~moves.purchase)
    known = np.where(among(problems, len(items)), np.nan, 1.0)
    return Figures(
        quantity=known * [stock.quantity for stock in book.stocks],
        opening_value=known * moves.sums(book.received - book.charged, before),
        purchases=known * _purchases(moves, ~before),
        cost_of_sales=known * (out - back + _purchases(moves, ~before & (moves.quantity < 0))),
        value=known * book.values,
        problems=problems,
    )


def movement_counts(movements: pd.DataFrame, skus: pd.Index, days: Sequence[float]) -> Numbers:
    """How many movements each item has up to the end of each day: (n_days, n_items); none to NaN."""
    item = skus.get_indexer(pd.Index(movements["sku"]))
    date = np.floor(movements["date"].to_numpy(dtype=float))
    return np.array([np.bincount(item[date <= day], minlength=len(skus)) for day in days], dtype=float)


def _purchases(moves: Journal, where: Mask) -> Numbers:
    return moves.sums(moves.quantity * moves.unit_cost, where & moves.purchase)
