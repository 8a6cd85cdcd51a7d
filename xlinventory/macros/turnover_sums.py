"""What turnover is made of: money and units that add up over items, and the ratios of any such sums."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core import turnover as measures
from xlinventory.macros.books import Books
from xlinventory.sheets.turnover import AGES
from xlinventory.tables import day_text

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]

YEAR, WEEK = 365.0, 7.0
"""Days in each."""
AGED_BY = "FIFO"
"""The method whose layers say how old stock is, whatever it is valued by."""
NO_UNITS = 1e-7
"""Units below which a balance is rounding."""


class Window(NamedTuple):
    """The days that count, from the first to the last."""

    first: float
    last: float

    @property
    def days(self) -> float:
        """How many they are."""
        return self.last - self.first + 1

    def told(self) -> str:
        """In words."""
        if self.days == YEAR:
            return f"in the year to {day_text(self.last)}"
        return f"from {day_text(self.first)} to {day_text(self.last)}"


def year_to(last: float) -> Window:
    """The 365 days that end with *last*."""
    return Window(last - YEAR + 1, last)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a ledger as turnover sees them: the balance of money and units, and which rows count where.

    prices: of a unit, for each row; charges of landed cost, which come after the movements, have none.
    """

    item: NDArray[np.int_]
    items: int
    day: Numbers
    units: Numbers
    received: Numbers
    charged: Numbers
    purchase: Mask
    sale: Mask
    prices: Numbers

    def sums(self, amounts: Numbers, where: Mask) -> Numbers:
        """Total of each item, (n_items,), of the rows *where*."""
        return np.bincount(self.item, np.where(where, amounts, 0.0), self.items).astype(float)

    def average(self, changes: Numbers, opening: Numbers, window: Window) -> Numbers:
        """Time-weighted average of each item's balance."""
        return measures.average_held(self.item, self.day, changes, opening, *window)


def rows_of(books: Books) -> Rows:
    """The rows of a workbook's books by its method."""
    ledger, money = books.ledger, books.valued[books.chosen].by_row()
    prices = np.full(len(ledger.item), np.nan)
    prices[: len(books.prices)] = books.prices
    return Rows(
        ledger.item, len(books.items), np.floor(ledger.date), ledger.moved, money.received, money.charged,
        ledger.purchase, ledger.sale, prices,
    )  # fmt: skip


def sums_of(books: Books, window: Window, dead_days: float) -> pd.DataFrame:
    """What adds up, one row an item; money of an item with a problem is not to be used.

    The books must begin with the window or before it, and end with it.
    """
    rows, book = rows_of(books), books.valued[books.chosen]
    out = _money(rows, book.opening_value, window) | _units(rows, window)
    known = np.ones(rows.items, dtype=bool)
    known[list(books.problems)] = False
    out["quantity"] = np.where(known, book.quantity, out["quantity"])
    idle = window.last - out["last_sale"]
    out["idle_days"] = np.where(np.isnan(idle), window.last - out["first_day"], idle)
    ages = _ages(books, window.last, np.where(np.isnan(idle), np.inf, idle), dead_days)
    return pd.DataFrame(out | ages)


def _money(rows: Rows, opening: Numbers, window: Window) -> dict[str, Numbers]:
    """Cost of sales, average stock at cost, and margin and the stock it was earned on, if prices are known.

    Costs of sales are what sales took out less what returns brought back, and what later made them dearer:
    receipts that cover units sold before, and landed cost of units already gone.
    """
    inside = (rows.day >= window.first) & (rows.day <= window.last)
    net = rows.received - rows.charged
    cost = rows.sums(rows.charged, inside & (rows.sale | (rows.units >= 0)))
    cost -= rows.sums(rows.received, inside & rows.sale)
    held = rows.average(net, opening + rows.sums(net, rows.day < window.first), window)
    paid = np.where(rows.units == 0, 0.0, -rows.units * rows.prices)
    margin = rows.sums(paid, inside & rows.sale) - cost
    priced = np.isfinite(margin)
    return {
        "cost_of_sales": cost,
        "average_inventory": held,
        "margin": np.where(priced, margin, 0.0),
        "priced_inventory": np.where(priced, held, 0.0),
    }


def _units(rows: Rows, window: Window) -> dict[str, Numbers]:
    """Units sold, there to sell, in stock and on average; days of the first move and of the last sale."""
    inside, until = (rows.day >= window.first) & (rows.day <= window.last), rows.day <= window.last
    opening, quantity = (rows.sums(rows.units, where) for where in (rows.day < window.first, until))
    for balance in (opening, quantity):
        balance[np.abs(balance) < NO_UNITS] = 0.0
    sold = until & rows.sale & (rows.units < 0)
    first, last = np.full(rows.items, np.inf), np.full(rows.items, -np.inf)
    np.minimum.at(first, rows.item[until], rows.day[until])
    np.maximum.at(last, rows.item[sold], rows.day[sold])
    return {
        "units_sold": rows.sums(-rows.units, inside & rows.sale),
        "units_to_sell": opening + rows.sums(rows.units, inside & rows.purchase),
        "quantity": quantity,
        "average_units": rows.average(rows.units, opening, window),
        "first_day": np.where(np.isfinite(first), first, np.nan),
        "last_sale": np.where(np.isfinite(last), last, np.nan),
    }


def _ages(books: Books, last: float, idle: Numbers, dead_days: float) -> dict[str, Numbers]:
    """Stock value of each item by age of its FIFO layers, their average age, and what of it is dead."""
    held, count = books.valued[AGED_BY].layers(), len(books.items)
    ages, worth = last - np.floor(held.date), held.quantity * held.unit_cost
    ends = [days for days in AGES.values() if np.isfinite(days)]
    value = measures.stock_age(ages, held.quantity, worth, ends, item=held.item, items=count).value
    return dict(zip(AGES, value.T, strict=True)) | {
        "stock_value": value.sum(axis=1),
        "owned_value": np.maximum(value, 0.0).sum(axis=1),
        "age_average": measures.average_age(ages, worth, item=held.item, items=count),
        "dead_stock_value": measures.dead_stock(ages, worth, idle, dead_days, item=held.item),
    }


def ratios(sums: pd.DataFrame, days: float) -> dict[str, Numbers]:
    """Turns a year, days, GMROI a year, sell-through and weeks of cover; blank where one has no meaning."""
    cost, average, margin, priced, sold, to_sell, units = (
        sums[name].to_numpy(dtype=float)
        for name in ("cost_of_sales", "average_inventory", "margin", "priced_inventory", "units_sold",
                     "units_to_sell", "quantity")
    )  # fmt: skip
    period = np.full(len(sums), days)
    return {
        "turns": _where((average > 0) & (cost >= 0), measures.inventory_turnover, cost, average, period),
        "days": _where((average >= 0) & (cost > 0), measures.days_inventory, cost, average, period),
        "gmroi": _where(priced > 0, measures.gmroi, margin * YEAR / days, priced),
        "sell_through": _where((sold >= 0) & (to_sell > 0), measures.sell_through, sold, to_sell),
        "weeks_cover": _where((units >= 0) & (sold > 0), measures.days_inventory, sold, units, period / WEEK),
    }


def _where(ok: Mask, measure: Callable[..., Any], *columns: Numbers) -> Numbers:
    """*measure* of the elements that are *ok*, blank for the others."""
    out = np.full(len(ok), np.nan)
    out[ok] = measure(*(column[ok] for column in columns))
    return out
