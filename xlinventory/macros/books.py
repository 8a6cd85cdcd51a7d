"""The books of every item: each movement replayed at cost by FIFO, LIFO and weighted average.

Purchases are opening stock and receipts less what went back to suppliers, the same for every method. Cost of
sales is everything else that went out, less what came back: sales, write-offs and stock-take differences, and
the difference between what a supplier return took out of stock and what it is credited at.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.cost_layers import COST_FLOWS, EMPTY, NegativeStock, Replay, Rows, Stock, replay
from xlinventory.core.errors import NotEnoughData
from xlinventory.macros.frame import Run
from xlinventory.macros.movement_costs import Journal, Numbers, journal
from xlinventory.sheets import TABLES
from xlinventory.tables import day_text, read
from xlinventory.workbook import WorkbookError

METHODS = ("FIFO", "LIFO", "WAC")


@dataclass(frozen=True, slots=True)
class Books:
    """One method's result: the stock of each item, and the money in and out with each row of the journal."""

    stocks: list[Stock]
    received: Numbers
    charged: Numbers

    @property
    def values(self) -> Numbers:
        """Stock value of each item."""
        return np.array([stock.value for stock in self.stocks])


@dataclass(frozen=True, slots=True)
class Ledger:
    """All movements up to a day, the items they move, their books by method, and what went wrong by item.

    *chosen* is the method of the setting valuation_method.
    """

    moves: Journal
    items: pd.DataFrame
    books: Mapping[str, Books]
    problems: Mapping[int, str]
    chosen: str
    as_of: float


def keep_ledger(run: Run) -> Ledger:
    """The ledger of the workbook by every method; raises WorkbookError when there is nothing to keep."""
    movements = run.table("Movements")
    if movements.empty:
        raise WorkbookError("There are no movements to value; refresh from CSV first.")
    as_of = run.as_of()
    items = all_items(run.table("Items"), movements)
    moves = journal(movements, items, as_of)
    problems = unknown_costs(moves)
    books: dict[str, Books] = {}
    for i, method in enumerate(METHODS):
        run.report(f"{method} of {len(moves.item)} movements", 0.2 + 0.2 * i)
        books[method] = replay_items(moves, items, method, run.setting("negative_stock"), problems)
    return Ledger(moves, items, books, problems, run.setting("valuation_method"), as_of)


def all_items(items: pd.DataFrame, movements: pd.DataFrame) -> pd.DataFrame:
    """Items, and a row for every sku that moved and is not among them."""
    strange = sorted(set(movements["sku"]) - set(items["sku"]))
    if not strange:
        return items
    blank, _ = read(TABLES["Items"], pd.DataFrame({"sku": strange}, dtype=object))
    return pd.concat([items, blank], ignore_index=True) if len(items) else blank


def unknown_costs(moves: Journal) -> dict[int, str]:
    """A sentence for each item that was bought at a cost nobody wrote down."""
    rows = np.flatnonzero(moves.purchase & np.isnan(moves.unit_cost))[::-1]
    return {
        moves.item[
            row
        ]: f"There is no cost for {abs(moves.quantity[row]):g} units of {day_text(moves.date[row])}: "
        f"fill unit_cost in Movements or in Items."
        for row in rows.tolist()
    }


def replay_items(
    moves: Journal, items: pd.DataFrame, method: str, negative: str, problems: dict[int, str]
) -> Books:
    """Replay every item without a problem by one method; what goes wrong becomes the item's problem."""
    books = Books([EMPTY] * len(items), np.zeros(len(moves.item)), np.zeros(len(moves.item)))
    columns = [c.tolist() for c in (moves.date, moves.quantity, moves.unit_cost, moves.link)]
    known, start = items["unit_cost"].tolist(), moves.start.tolist()
    for item in range(len(items)):
        span = slice(start[item], start[item + 1])
        if item in problems or span.start == span.stop:
            continue
        try:
            done = _replayed(Rows(*(c[span] for c in columns)), method, negative, known[item])
        except (NegativeStock, NotEnoughData) as error:
            problems[item] = _problem(error, moves, span.start)
        else:
            books.stocks[item] = done.stock
            books.received[span], books.charged[span] = done.received, done.charged
    return books


def without_figures(rows: pd.DataFrame, problems: Mapping[int, str]) -> pd.DataFrame:
    """No figure for an item with a problem."""
    figures = rows.columns.difference(["sku", "name", "nrv"])
    rows.loc[among(problems, len(rows)), figures] = np.nan
    return rows


def among(problems: Collection[int], count: int) -> NDArray[np.bool_]:
    """Marks the positions of *problems* among *count* items."""
    marked = np.zeros(count, dtype=bool)
    marked[list(problems)] = True
    return marked


def _replayed(rows: Rows, method: str, negative: str, known_cost: float) -> Replay:
    """One item's rows, from an empty stock whose last known cost is the item's."""
    if max(rows.links) < 0:
        rows = rows._replace(links=())
    return replay(rows, COST_FLOWS[method], negative, Stock(last_received=known_cost))


def _problem(error: NegativeStock | NotEnoughData, moves: Journal, first: int) -> str:
    if isinstance(error, NotEnoughData):
        return "There is no cost for units that came in: fill unit_cost in Movements or in Items."
    day = day_text(moves.date[first + error.row])
    return (
        f"On {day} {error.quantity:g} units went out, {error.missing:g} more than there were: "
        f"add what is missing to Movements, or set negative_stock to allow."
    )
