"""Value stock: every movement at cost by FIFO, LIFO and average, and how fast the stock turns.

Purchases are opening stock and receipts less what went back to suppliers, the same for every method. Cost of
sales is everything else that went out, less what came back: sales, write-offs and stock-take differences, and
the difference between what a supplier return took out of stock and what it is credited at.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core import turnover, valuation
from xlinventory.core.cost_layers import COST_FLOWS, EMPTY, NegativeStock, Replay, Rows, Stock, replay
from xlinventory.core.errors import NotEnoughData
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.movement_costs import Journal, Numbers, journal
from xlinventory.tables import day_text
from xlinventory.workbook import WorkbookError

METHODS = ("FIFO", "LIFO", "WAC")
WINDOW_DAYS = 365.0
DEAD_DAYS = 180.0
NOISE = 1e-9
"""Share of the money received below which a balance is rounding."""
AGES = {
    "age_0_30": 30.0,
    "age_31_90": 90.0,
    "age_91_180": 180.0,
    "age_181_365": 365.0,
    "age_over_365": np.inf,
}


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


@macro("value", "Value stock")
def value(run: Run) -> str:
    """Value stock and cost of sales by FIFO, LIFO and weighted average, and measure turnover and age."""
    movements, as_of = run.table("Movements"), run.setting("as_of")
    if movements.empty:
        raise WorkbookError("There are no movements to value; refresh from CSV first.")
    if np.isnan(as_of):
        raise WorkbookError("The setting as_of is blank; refresh from CSV or type today's date there.")
    items = all_items(run.table("Items"), movements)
    moves = journal(movements, items, as_of)
    problems = unknown_costs(moves)
    books: dict[str, Books] = {}
    for i, method in enumerate(METHODS):
        run.report(f"{method} of {len(moves.item)} movements", 0.2 + 0.2 * i)
        books[method] = keep_books(moves, items, method, run.setting("negative_stock"), problems)
    run.report("Turnover and age", 0.8)
    chosen = run.setting("valuation_method")
    valued = valuation_table(moves, items, books, problems, chosen)
    run.write("Valuation", valued)
    run.write("Turnover", turnover_table(moves, items, books, problems, chosen, as_of))
    return _sentence(valued, as_of, run.setting("currency"))


def all_items(items: pd.DataFrame, movements: pd.DataFrame) -> pd.DataFrame:
    """Items, and a row for every sku that moved and is not among them."""
    columns = ["sku", "name", "unit_cost", "sell_price"]
    strange = sorted(set(movements["sku"]) - set(items["sku"]))
    if not strange:
        return items[columns]
    extra = pd.DataFrame({"sku": strange, "name": "", "unit_cost": np.nan, "sell_price": np.nan})
    return pd.concat([items[columns], extra], ignore_index=True) if len(items) else extra


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


def keep_books(
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


def valuation_table(
    moves: Journal, items: pd.DataFrame, books: Mapping[str, Books], problems: Mapping[int, str], chosen: str
) -> pd.DataFrame:
    """One row an item: stock and cost of sales by each method, and the write-down of the chosen one."""
    paid = moves.quantity * moves.unit_cost
    credited = moves.sums(paid, moves.purchase & (moves.quantity < 0))
    rows = items[["sku", "name"]].copy()
    rows["purchases"] = moves.sums(paid, moves.purchase)
    for method, book in books.items():
        rows[f"{method.lower()}_value"] = book.values
        out, back = moves.sums(book.charged), moves.sums(book.received, ~moves.purchase)
        rows[f"{method.lower()}_cost_of_sales"] = out - back + credited
    quantity = np.array([stock.quantity for stock in books[chosen].stocks])
    rows["nrv"] = items["sell_price"]
    cost = rows[f"{chosen.lower()}_value"]
    saleable = (quantity > 0) & rows["nrv"].notna()
    worth = valuation.lower_of_cost_nrv(
        1.0, cost.where(saleable, 0.0), (quantity * rows["nrv"]).where(saleable, 0.0)
    )
    rows["carrying_value"] = cost.where(~saleable, worth)
    rows["write_down"] = (cost - rows["carrying_value"]).where(rows["nrv"].notna())
    rows = _blank(rows, problems)
    rows["quantity"] = np.where(_among(problems, len(rows)), moves.sums(moves.quantity), quantity)
    rows["problem"] = [problems.get(item, "") for item in range(len(rows))]
    return rows


def turnover_table(
    moves: Journal,
    items: pd.DataFrame,
    books: Mapping[str, Books],
    problems: Mapping[int, str],
    chosen: str,
    as_of: float,
) -> pd.DataFrame:
    """One row an item: what the last year's sales cost, earned and left on the shelf, and for how long."""
    book, end = books[chosen], np.floor(as_of) + 1
    recent = moves.date >= end - WINDOW_DAYS
    rows = items[["sku", "name"]].copy()
    cost = moves.sums(book.charged, recent & (moves.sale | (moves.quantity > 0)))
    cost -= moves.sums(book.received, recent & moves.sale)
    held = np.clip(end - moves.date, 0.0, WINDOW_DAYS) / WINDOW_DAYS
    average = moves.sums((book.received - book.charged) * held)
    average[np.abs(average) < NOISE * moves.sums(book.received)] = 0.0
    margin = moves.sums(-moves.quantity * moves.unit_price, recent & moves.sale) - cost
    rows["cost_of_sales"], rows["average_inventory"] = cost, average
    rows["turns"] = _where((average > 0) & (cost >= 0), turnover.inventory_turnover, cost, average)
    rows["days"] = _where((average >= 0) & (cost > 0), turnover.days_inventory, cost, average)
    rows["gmroi"] = _where((average > 0) & np.isfinite(margin), turnover.gmroi, margin, average)
    for name, amounts in _ages(books["FIFO"], as_of).items():
        rows[name] = amounts
    rows["dead_stock_value"] = np.where(_idle_days(moves, as_of) >= DEAD_DAYS, book.values, 0.0)
    rows = _blank(rows, problems)
    rows["sell_through"] = _sell_through(moves, recent)
    rows["last_sale"] = _last_sale(moves)
    return rows


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


def _among(problems: Collection[int], count: int) -> NDArray[np.bool_]:
    marked = np.zeros(count, dtype=bool)
    marked[list(problems)] = True
    return marked


def _blank(rows: pd.DataFrame, problems: Mapping[int, str]) -> pd.DataFrame:
    """No figure for an item with a problem."""
    figures = rows.columns.difference(["sku", "name", "nrv"])
    rows.loc[_among(problems, len(rows)), figures] = np.nan
    return rows


def _where(ok: NDArray[np.bool_], measure: Callable[..., Any], *columns: Numbers) -> Numbers:
    """*measure* of the elements that are *ok*, blank for the others."""
    out = np.full(len(ok), np.nan)
    out[ok] = measure(*(column[ok] for column in columns))
    return out


def _ages(book: Books, as_of: float) -> dict[str, Numbers]:
    """Stock value of each item by age of its FIFO layers."""
    ends = [days for days in AGES.values() if np.isfinite(days)]
    values = [[bucket.value for bucket in turnover.stock_age(stock, as_of, ends)] for stock in book.stocks]
    return dict(zip(AGES, np.array(values).reshape(-1, len(AGES)).T, strict=True))


def _sell_through(moves: Journal, recent: NDArray[np.bool_]) -> Numbers:
    sold = moves.sums(-moves.quantity, recent & moves.sale)
    received, opening = (
        moves.sums(moves.quantity, recent & moves.purchase),
        moves.sums(moves.quantity, ~recent),
    )
    ok = (sold >= 0) & (received >= 0) & (opening >= 0) & (received + opening > 0)
    return _where(ok, turnover.sell_through, sold, received, opening)


def _last_sale(moves: Journal) -> Numbers:
    """Day of each item's last sale, blank for none."""
    sold = moves.sale & (moves.quantity < 0)
    last = np.full(len(moves.start) - 1, -np.inf)
    np.maximum.at(last, moves.item[sold], np.floor(moves.date[sold]))
    return np.where(np.isfinite(last), last, np.nan)


def _idle_days(moves: Journal, as_of: float) -> Numbers:
    """Days since each item's last sale, or since it first moved if it never sold."""
    first = np.full(len(moves.start) - 1, np.inf)
    np.minimum.at(first, moves.item, np.floor(moves.date))
    last = _last_sale(moves)
    since = np.where(np.isnan(last), first, last)
    idle: Numbers = np.floor(as_of) - since
    return idle


def _sentence(rows: pd.DataFrame, as_of: float, currency: str) -> str:
    valued = rows[rows["problem"].eq("")]
    written_down = valued["write_down"].sum()
    stock, sales = (
        ", ".join(f"{method} {valued[f'{method.lower()}_{what}'].sum():,.2f}" for method in METHODS)
        for what in ("value", "cost_of_sales")
    )
    without = len(rows) - len(valued)
    rest = f"; {without} items have no value, see the column problem" if without else ""
    return (
        f"Valued {len(valued)} items on {day_text(as_of)} in {currency}: stock {stock}; "
        f"cost of sales {sales}; written down by {written_down:,.2f}{rest}."
    )
