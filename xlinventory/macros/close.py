"""Close period: the figures of a period stored as they are reported, so that later changes show.

A period begins on the day after the last closing (the first one on the day of the setting valuation_from, or
with the first movement) and ends on the day of the setting valuation_to, or as_of: closed periods follow each
other without a gap. Closed figures never change. Movements that are entered later for a day of a closed
period are replayed all the same, and Closings shows what each figure would be today and the difference; the
next period opens with the stock that is in the books now, so the difference is what an accountant posts.

What cannot be valued is not closed: stock below zero and units without a cost would be a wrong figure under
a signature. Both have a remedy, so there is no way around it: an estimate is the setting negative_stock =
allow, or a unit_cost in Items.
"""

import numpy as np
import pandas as pd

from xlinventory.archive.together import lines_of
from xlinventory.imports.issues import counted
from xlinventory.macros.books import Books, keep_books
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.periods import Period, cents, in_cents, movement_counts
from xlinventory.macros.restated import (
    FIGURES,
    HALF_A_CENT,
    Restated,
    closings,
    restated,
    take_up,
    with_changes,
)
from xlinventory.macros.valuation_tables import realisable
from xlinventory.tables import day_text
from xlinventory.workbook import WorkbookError

PROBLEMS_TOLD = 3


@macro("close", "Close period")
def close(run: Run) -> str:
    """Store the figures of a period as reported; later changes to it show as differences."""
    if not run.has("Closings"):
        raise WorkbookError(
            "This workbook has no table Closings: it was deleted, or the workbook was made by an earlier "
            "version. Build a new one (xlinventory new) and bring your CSV files into it."
        )
    closed = closings(run)
    return _reopened(run, closed) if run.options.get("reopen") else _closed(run, closed)


def _reopened(run: Run, closed: pd.DataFrame) -> str:
    """Take the last closing back: what it had taken up of changes in the one before is to be told again."""
    if closed.empty:
        raise WorkbookError("No period is closed, so there is none to open again.")
    last = closed["period_end"] == closed["period_end"].max()
    period = Period(*closed.loc[last, ["period_from", "period_end", "method"]].iloc[0])
    rest = closed[~last].copy()
    latest = rest["period_end"] == rest["period_end"].max()
    for name in FIGURES:
        rest.loc[latest, f"{name}_taken_up"] = rest.loc[latest, name]
    run.write("Closings", rest)
    return (
        f"The period {period} is open again: {counted(last.sum(), 'row')} taken out of Closings, "
        f"with a stock value of {closed.loc[last, 'value'].sum():,.2f} {run.setting('currency')}."
    )


def _closed(run: Run, closed: pd.DataFrame) -> str:
    period = _next_period(run, closed)
    books = keep_books(run, period.first_day, period.end)
    earlier = restated(run, books.ledger)
    _refuse_problems(books, period)
    rows = closing_rows(run, books, period)
    if rows.empty:
        raise WorkbookError(
            f"Nothing was in stock or moved in the period {period}, so there is nothing to close: close up "
            f"to a later day."
        )
    before = [take_up(earlier.rows)] if len(closed) else []
    run.write("Closings", pd.concat([*before, rows], ignore_index=True))
    run.findings += earlier.findings
    return _sentence(run, period, rows, earlier, closed)


def _next_period(run: Run, closed: pd.DataFrame) -> Period:
    """The period that follows the last one; raises WorkbookError when its end is no day to close on."""
    as_of = run.as_of()
    end = run.options.get("to_date")
    if end is None:
        end = run.setting("valuation_to")
    end = as_of if np.isnan(end) else float(np.floor(end))
    if end > as_of:
        raise WorkbookError(
            f"{day_text(end)} is after as_of ({day_text(as_of)}), so the period is not over yet: refresh "
            f"from CSV first, or close up to {day_text(as_of)} or an earlier day."
        )
    start = float(np.floor(run.setting("valuation_from")))
    if not closed.empty:
        last = closed["period_end"].max()
        if end <= last:
            raise WorkbookError(_closed_already(end, last))
        start = last + 1
    if end < start:
        raise WorkbookError(
            f"The period would end on {day_text(end)}, before it begins on {day_text(start)}: change the "
            f"settings valuation_from and valuation_to."
        )
    return Period(start, end, run.setting("valuation_method"))


def _closed_already(end: float, last: float) -> str:
    what = "is closed already" if end == last else "lies in a period that is closed"
    return (
        f"{day_text(end)} {what}, the last closing being that of {day_text(last)}: close up to a later day "
        f"(setting valuation_to, or as_of), or take the last closing back with Undo last run or with "
        f"xlinventory close BOOK --reopen."
    )


def _refuse_problems(books: Books, period: Period) -> None:
    problems = books.problems
    if not problems:
        return
    told = [
        f"{books.ledger.sku[item]}: {problems[item].rstrip('.')}" for item in sorted(problems)[:PROBLEMS_TOLD]
    ]
    rest = len(problems) - len(told)
    more = f"; and {counted(rest, 'item')} more, which Value stock lists" if rest else ""
    raise WorkbookError(
        f"The period {period} is not closed, because {counted(len(problems), 'item')} cannot be valued: "
        f"{'; '.join(told)}{more}."
    )


def closing_rows(run: Run, books: Books, period: Period) -> pd.DataFrame:
    """A row for each item with stock, a movement or money in the period."""
    ledger, valued = books.ledger, books.valued[period.method]
    worth, figures = realisable(books, run.setting("nrv_basis")), in_cents(valued)
    written_down = cents(worth.write_down(valued))
    before, count = movement_counts(ledger, lines_of(run.movements()), [period.start - 1, period.end])
    rows = pd.DataFrame(
        {
            "period_end": period.end,
            "sku": ledger.sku,
            "period_from": period.start,
            "method": period.method,
            "quantity": valued.quantity,
            "opening_value": figures["opening_value"],
            "purchases": figures["purchases"],
            "write_down": np.where(np.isnan(worth.of_unit), np.nan, written_down),
            "carrying_value": cents(figures["value"] - written_down),
            "movements": count,
            "movements_now": count,
            "closed_on": run.as_of(),
        }
    )
    for name in FIGURES:
        for column in (name, f"{name}_now", f"{name}_taken_up"):
            rows[column] = figures[name]
    # Of the figures before they are in cents: in cents cost of sales is the rest, so that nothing could show.
    rows["check"] = valued.check.round(6) + 0.0
    money = rows[["opening_value", "purchases", *FIGURES]].ne(0.0).any(axis=1)
    return with_changes(rows[(count > before) | rows["quantity"].ne(0.0) | money].copy())


def _sentence(run: Run, period: Period, rows: pd.DataFrame, earlier: Restated, closed: pd.DataFrame) -> str:
    names = ("opening_value", "purchases", "cost_of_sales", "value", "write_down", "carrying_value")
    opening, bought, sold, left, written_down, carried = (rows[name].sum() for name in names)
    told = f"; {earlier.told}" if earlier.told else ""
    return (
        f"Closed the period {period} by {period.method} for {counted(len(rows), 'item')}, in "
        f"{run.setting('currency')}: opening {opening:,.2f} + purchases {bought:,.2f} - cost of sales "
        f"{sold:,.2f} = stock {left:,.2f}, carried at {carried:,.2f} after a write-down of "
        f"{written_down:,.2f}{_opening_told(period, opening, closed)}{told}."
    )


def _opening_told(period: Period, opening: float, closed: pd.DataFrame) -> str:
    """What the opening differs from the last closing by, and that the method is another."""
    if closed.empty:
        return ""
    last = closed[closed["period_end"] == period.start - 1]
    change, method = opening - last["value"].sum(), last["method"].iloc[0]
    told = (
        f"; the opening differs from the last closing by {change:+,.2f}" if abs(change) >= HALF_A_CENT else ""
    )
    return told + (f"; the last closing was by {method}" if method != period.method else "")
