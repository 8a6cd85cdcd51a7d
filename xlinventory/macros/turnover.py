"""Turnover: how fast each item sells, what it earns on its stock, and how old that stock is."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core import turnover as measures
from xlinventory.imports.issues import counted
from xlinventory.macros.books import Books, Ledger, keep_ledger, without_figures
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.movement_costs import Journal, Numbers
from xlinventory.tables import day_text

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


@macro("turnover", "Turnover")
def turnover(run: Run) -> str:
    """Measure how often each item's stock was sold in a year, what it earned, and how old it is."""
    ledger = keep_ledger(run)
    run.report("Turnover and age", 0.8)
    rows = turnover_table(ledger)
    run.write("Turnover", rows)
    return _sentence(rows, ledger, run.setting("currency"))


def turnover_table(ledger: Ledger) -> pd.DataFrame:
    """One row an item: what the last year's sales cost, earned and left on the shelf, and for how long."""
    moves, items, as_of = ledger.moves, ledger.items, ledger.as_of
    book, end = ledger.books[ledger.chosen], np.floor(as_of) + 1
    recent = moves.date >= end - WINDOW_DAYS
    rows = items[["sku", "name"]].copy()
    cost = moves.sums(book.charged, recent & (moves.sale | (moves.quantity > 0)))
    cost -= moves.sums(book.received, recent & moves.sale)
    held = np.clip(end - moves.date, 0.0, WINDOW_DAYS) / WINDOW_DAYS
    average = moves.sums((book.received - book.charged) * held)
    average[np.abs(average) < NOISE * moves.sums(book.received)] = 0.0
    margin = moves.sums(-moves.quantity * moves.unit_price, recent & moves.sale) - cost
    rows["cost_of_sales"], rows["average_inventory"] = cost, average
    rows["turns"] = _where((average > 0) & (cost >= 0), measures.inventory_turnover, cost, average)
    rows["days"] = _where((average >= 0) & (cost > 0), measures.days_inventory, cost, average)
    rows["gmroi"] = _where((average > 0) & np.isfinite(margin), measures.gmroi, margin, average)
    for name, amounts in _ages(ledger.books["FIFO"], as_of).items():
        rows[name] = amounts
    rows["dead_stock_value"] = np.where(_idle_days(moves, as_of) >= DEAD_DAYS, book.values, 0.0)
    rows = without_figures(rows, ledger.problems)
    rows["sell_through"] = _sell_through(moves, recent)
    rows["last_sale"] = _last_sale(moves)
    return rows


def _where(ok: NDArray[np.bool_], measure: Callable[..., Any], *columns: Numbers) -> Numbers:
    """*measure* of the elements that are *ok*, blank for the others."""
    out = np.full(len(ok), np.nan)
    out[ok] = measure(*(column[ok] for column in columns))
    return out


def _ages(book: Books, as_of: float) -> dict[str, Numbers]:
    """Stock value of each item by age of its FIFO layers."""
    ends = [days for days in AGES.values() if np.isfinite(days)]
    values = [[bucket.value for bucket in measures.stock_age(stock, as_of, ends)] for stock in book.stocks]
    return dict(zip(AGES, np.array(values).reshape(-1, len(AGES)).T, strict=True))


def _sell_through(moves: Journal, recent: NDArray[np.bool_]) -> Numbers:
    sold = moves.sums(-moves.quantity, recent & moves.sale)
    received, opening = (
        moves.sums(moves.quantity, recent & moves.purchase),
        moves.sums(moves.quantity, ~recent),
    )
    ok = (sold >= 0) & (received >= 0) & (opening >= 0) & (received + opening > 0)
    return _where(ok, measures.sell_through, sold, received, opening)


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


def _sentence(rows: pd.DataFrame, ledger: Ledger, currency: str) -> str:
    """Totals of the items that have figures; turns are those of the totals."""
    cost, average = rows["cost_of_sales"].sum(), rows["average_inventory"].sum()
    pace = (
        f": {cost / average:.1f} turns a year, {average / cost * 365:,.0f} days" if cost > 0 < average else ""
    )
    without = len(ledger.problems)
    told = f"{counted(without, 'item')} without figures: press Value stock to see why"
    rest = f"; {told}" if without else ""
    return (
        f"Turnover of {counted(len(rows) - without, 'item')} in the year to {day_text(ledger.as_of)} "
        f"by {ledger.chosen}, in {currency}: cost of sales {cost:,.2f} on an average stock of {average:,.2f}"
        f"{pace}; {rows['dead_stock_value'].sum():,.2f} not sold for {DEAD_DAYS:.0f} days{rest}."
    )
