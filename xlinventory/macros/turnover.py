"""Turnover: how fast stock moves, what it earns on itself, and how old it is, by item, class and category."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from xlinventory.arguments import serial
from xlinventory.imports.issues import counted
from xlinventory.macros.books import Books, among, keep_books
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.turnover_groups import groups_table
from xlinventory.macros.turnover_sums import AGED_BY, Window, ratios, sums_of, year_to
from xlinventory.sheets.turnover import TURNOVER
from xlinventory.tables import day_text
from xlinventory.workbook import WorkbookError

OF_UNITS = {"sell_through", "weeks_cover", "quantity", "units_sold", "last_sale", "idle_days"}
"""Figures that an item has though its stock has no value."""

NO_GROUPS = "This workbook has no table TurnoverGroups, so the groups are left out: one made now has it."


@macro("turnover", "Turnover")
def turnover(run: Run) -> str:
    """Measure how often stock was sold in a year, what it earned and how old it is, by item and group."""
    window = asked_window(run)
    books = keep_books(run, window.first, window.last, [AGED_BY])
    measured = write_turnover(run, books, window)
    return _sentence(measured, books, window, run)


def asked_window(run: Run) -> Window:
    """From the option *from_date* to *to_date*; else the 365 days to as_of."""
    as_of = np.floor(run.as_of())
    first, last = (_day(run.options.get(name)) for name in ("from_date", "to_date"))
    last = as_of if np.isnan(last) else last
    if last > as_of:
        raise WorkbookError(f"Turnover ends on {day_text(last)}, after as_of, which is {day_text(as_of)}.")
    window = year_to(last) if np.isnan(first) else Window(first, last)
    if window.first > window.last:
        raise WorkbookError(f"Turnover from {day_text(first)} cannot end before it, on {day_text(last)}.")
    return window


def _day(given: object) -> float:
    return np.nan if given is None else float(np.floor(serial(given)))


class Measured(NamedTuple):
    """The two tables of turnover."""

    items: pd.DataFrame
    groups: pd.DataFrame


def write_turnover(run: Run, books: Books, window: Window) -> Measured:
    """Measure and write both tables; the books begin with the window or before it, and end with it."""
    run.report("Turnover and age", 0.8)
    measured = measure(books, window, run.setting("dead_days"))
    run.write("Turnover", measured.items)
    if run.has("TurnoverGroups"):
        run.write("TurnoverGroups", measured.groups)
    else:
        run.findings.append(NO_GROUPS)
    return measured


def measure(books: Books, window: Window, dead_days: float) -> Measured:
    """How fast each item and each group of items sold, what it earned, and the age of what is left."""
    sums, items = sums_of(books, window, dead_days), books.items.reset_index(drop=True)
    unknown = among(books.problems, len(items))
    rows = pd.concat([items[["sku", "name", "category", "abc"]], sums], axis=1)
    rows = rows.assign(**ratios(sums, window.days))[TURNOVER.names]
    figures = [name for name in rows.columns[4:] if name not in OF_UNITS]
    rows.loc[unknown, figures] = np.nan
    return Measured(rows, groups_table(items, sums, ~unknown, window))


def _sentence(measured: Measured, books: Books, window: Window, run: Run) -> str:
    """Totals of the items that have figures; turns are those of the totals."""
    total = measured.groups.iloc[0]
    without = int(total["without_figures"])
    pace = f": {total['turns']:.1f} turns a year, {total['days']:,.0f} days" if total["days"] > 0 else ""
    told = f"{counted(without, 'item')} without figures: press Value stock to see why"
    return (
        f"Turnover of {counted(int(total['items']), 'item')} {window.told()} by {books.chosen}, in "
        f"{run.setting('currency')}: cost of sales {total['cost_of_sales']:,.2f} on an average stock of "
        f"{total['average_inventory']:,.2f}{pace}; {total['dead_stock_value']:,.2f} not sold for "
        f"{run.setting('dead_days'):g} days{f'; {told}' if without else ''}."
    )
