"""The cells of the simulation: each kind of demand with each kind of supplier and review, items side by side.

Rows are items of cells: those of the first cell, then those of the next. Cells of one kind of demand have the
same items and the same sales; those of one kind of demand and supplier also wait as long for the order of an
item and day. So have all policies: they differ in nothing but what they decide.
"""

from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np

from planning_truth import demand, suppliers
from planning_truth.demand import Array
from planning_truth.suppliers import Days

WEEK = 7
HISTORY_WEEKS, WARM_UP_WEEKS, WEEKS_A_YEAR = 104, 12, 52
"""Weeks that everyone knows at the start; weeks, some lead times, that are played before it counts."""
MOST_DAYS_AHEAD = 70
"""Days of demand that is drawn and never sold, so that its mean is known up to the end."""
ITEMS_A_SUPPLIER, PAST_RECEIPTS = 10, 30
REVIEWS = {"daily": 1, "weekly": WEEK}


class Cell(NamedTuple):
    """A kind of demand and of supplier, and how often orders are placed."""

    demand: str
    supplier: str
    review: str

    def __str__(self) -> str:
        return f"{self.demand}, {self.supplier}, {self.review}"


CELLS = tuple(Cell(*each) for each in product(demand.KINDS, suppliers.KINDS, REVIEWS))


@dataclass(frozen=True)
class World:
    """What will happen. Sales are by kind and item (n_kinds items, days), all else by row (n,).

    *sold_as* is the row of *sold* that a row sells, *lead_days* (n, days) how long the order of each day
    will take, *past_lead_days* (n_suppliers, receipts) what each row's *supplier* took before the start.
    """

    cells: tuple[Cell, ...]
    items: int
    first_day: int
    counted_from: int
    end: int
    sold: demand.Demand
    sold_as: Days
    lead_days: Days
    review_days: Days
    supplier: Days
    past_lead_days: Days
    start: Array

    @property
    def rows(self) -> int:
        """Items of all cells."""
        return len(self.sold_as)

    @property
    def unit_cost(self) -> Array:
        """Of each row."""
        return self.sold.unit_cost[self.sold_as]

    def weeks(self, day: int) -> Array:
        """Sales a week of the kinds' items, from the first to the one that ends on the evening of *day*."""
        known = self.sold.units[:, : day + 1]
        return known.reshape(len(known), -1, WEEK).sum(axis=2)


def world(items: int, years: int, seed: int, cells: tuple[Cell, ...] = CELLS) -> World:
    """The same for the same numbers; *start* is where between its levels each row's stock begins (n,)."""
    first_day = HISTORY_WEEKS * WEEK
    counted_from = first_day + WARM_UP_WEEKS * WEEK
    end = counted_from + years * WEEKS_A_YEAR * WEEK
    kinds, places = (
        list(dict.fromkeys(each)) for each in ([c.demand for c in cells], [c.supplier for c in cells])
    )
    parts = [demand.drawn(kind, items, end + MOST_DAYS_AHEAD, seed) for kind in kinds]
    sold = demand.Demand(*(np.concatenate([getattr(p, n) for p in parts]) for n in demand.Demand.__slots__))
    of_demand = np.repeat([kinds.index(cell.demand) for cell in cells], items)
    of_supplier = np.repeat([places.index(cell.supplier) for cell in cells], items)
    sold_as = of_demand * items + np.tile(np.arange(items), len(cells))
    lead = np.stack([suppliers.days_taken(kind, (len(sold.units), end), seed) for kind in places])
    supplier = np.arange(len(sold_as)) // ITEMS_A_SUPPLIER
    past = [
        suppliers.days_taken(places[kind], (1, PAST_RECEIPTS), seed + 1 + place)
        for place, kind in enumerate(of_supplier[::ITEMS_A_SUPPLIER])
    ]
    random = np.random.default_rng((seed, 200))
    return World(
        cells, items, first_day, counted_from, end, sold, sold_as, lead[of_supplier, sold_as],
        np.repeat([REVIEWS[cell.review] for cell in cells], items), supplier, np.concatenate(past),
        np.tile(random.uniform(size=items), len(cells)),
    )  # fmt: skip
