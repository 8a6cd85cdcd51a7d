"""Value stock: what is in stock and what sales cost in a period, by FIFO, LIFO and average side by side."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.arguments import serial
from xlinventory.core.ledger import ValuedLedger
from xlinventory.imports.issues import counted
from xlinventory.macros.books import Books, keep_books
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.restated import write_restated
from xlinventory.macros.valuation_tables import (
    NOTES,
    SIDE_BY_SIDE,
    realisable,
    totals_table,
    valuation_table,
)
from xlinventory.tables import day_text
from xlinventory.workbook import WorkbookError

CLOSINGS = "Closings"
ACCOUNT = {
    "opening": "opening stock",
    "purchases": "purchases",
    "cost_of_sales": "cost of sales",
    "closing": "closing stock",
}
"""What the sentence tells of the period, in the words of the trade."""


@macro("value", "Value stock")
def value(run: Run) -> str:
    """Value stock and cost of sales of a period by FIFO, LIFO and weighted average, with write-downs."""
    from_date, as_of = valuation_period(run)
    _refuse_lost_columns(run, from_date)
    books = keep_books(run, from_date, as_of, SIDE_BY_SIDE)
    valued = _by_every_method(run, books)
    run.report("Write-downs", 0.85)
    worth = realisable(books, run.setting("nrv_basis"))
    rows = valuation_table(books, worth, last_write_downs(run, as_of))
    rows["quantity"] = rows["quantity"].fillna(_moved(run, rows["sku"], as_of))
    totals = totals_table(books, valued, worth)
    run.write("Valuation", rows)
    if run.has("ValuationTotals"):
        run.write("ValuationTotals", totals)
    told = _sentence(rows, totals.set_index("method"), books, run.setting("currency"))
    return f"{told.removesuffix('.')}{write_restated(run, books.ledger)}."


def valuation_period(run: Run) -> tuple[float | None, float]:
    """First day (None: from the beginning) and last day: of the options, else of Settings, else to as_of."""
    first, last = (_day(run, option) for option in ("from_date", "to_date"))
    today = run.as_of() if last is None else run.setting("as_of")
    as_of = today if last is None else last
    if as_of > today:
        raise WorkbookError(
            f"{day_text(as_of)} is after as_of ({day_text(today)}), so the period is not over yet: refresh "
            f"from CSV first, or value up to {day_text(today)} or an earlier day."
        )
    if first is not None and first > as_of:
        raise WorkbookError(
            f"The period to value begins on {day_text(first)}, after its end on {day_text(as_of)}: change "
            f"the settings valuation_from and valuation_to."
        )
    return first, as_of


def last_write_downs(run: Run, as_of: float) -> "pd.Series[float] | None":
    """Write-down by sku of the last period closed before the day *as_of*; None where none was."""
    if not run.has(CLOSINGS):
        return None
    closed = run.table(CLOSINGS)
    closed = closed[np.floor(closed["period_end"]) < np.floor(as_of)]
    if closed.empty:
        return None
    last = closed[closed["period_end"].eq(closed["period_end"].max())]
    return pd.Series(last["write_down"].fillna(0.0).to_numpy(dtype=float), index=last["sku"])


def closed_periods(run: Run) -> NDArray[np.float64]:
    """First days of the closed periods and of what follows, so that a periodic method opens as it closed."""
    if not run.has(CLOSINGS):
        return np.zeros(0)
    closed = run.table(CLOSINGS)
    first: NDArray[np.float64] = np.append(closed["period_from"].dropna(), closed["period_end"] + 1)
    return first


def _day(run: Run, option: str) -> float | None:
    given = run.options.get(option)
    day = run.setting(f"valuation_{option.removesuffix('_date')}") if given is None else serial(given)
    return None if np.isnan(day) else float(np.floor(day))


def _refuse_lost_columns(run: Run, from_date: float | None) -> None:
    """An older workbook has no place for an opening stock: without it the check column could not be 0."""
    opening = [f"{method.lower()}_opening" for method in SIDE_BY_SIDE]
    if from_date is not None and not set(opening) <= set(run.cells("Valuation").columns):
        raise WorkbookError(
            "This workbook's sheet Valuation has no columns for the opening stock of a period: clear "
            "valuation_from in Settings, or build a new workbook and refresh it from the same files."
        )


def _by_every_method(run: Run, books: Books) -> Mapping[str, ValuedLedger]:
    """The three methods side by side, and the periodic ones for the totals."""
    valued = dict(books.valued)
    for done, method in enumerate(method for method in NOTES if method not in SIDE_BY_SIDE):
        run.report(f"{method} of the period", 0.7 + 0.05 * done)
        valued[method] = books.ledger.value(
            method,
            from_date=books.from_date,
            as_of=books.as_of,
            periods=closed_periods(run),
            negative=run.setting("negative_stock"),
            on_problem="leave_out",
        )
    return {method: valued[method] for method in NOTES}


def _moved(run: Run, skus: "pd.Series[str]", as_of: float) -> "pd.Series[float]":
    """Units that came less units that went, by the end of the period, whatever they cost."""
    movements = run.movements()
    counted_ = movements[movements["kind"].ne("TRANSFER") & (np.floor(movements["date"]) <= as_of)]
    return skus.map(counted_.groupby("sku")["quantity"].sum()).astype(float).fillna(0.0)


def _sentence(rows: pd.DataFrame, totals: pd.DataFrame, books: Books, currency: str) -> str:
    """The period's account by the method of Settings, the stock by the others, and what has no value."""
    without, figures = len(books.problems), totals[[*ACCOUNT, "write_down", "carrying_value"]].astype(float)
    line = dict(figures.loc[books.chosen].items())
    since = f"from {day_text(books.from_date)} to" if books.from_date is not None else "up to"
    account = ", ".join(
        f"{told} {line[name]:,.2f}"
        for name, told in ACCOUNT.items()
        if name != "opening" or books.from_date is not None
    )
    others = ", ".join(
        f"{method} {closing:,.2f}"
        for method, closing in zip(SIDE_BY_SIDE, figures["closing"].loc[list(SIDE_BY_SIDE)], strict=True)
        if method != books.chosen
    )
    down = f"written down by {line['write_down']:,.2f} to {line['carrying_value']:,.2f}"
    if not round(line["write_down"], 2):
        down = "nothing to write down"
    have = counted(without, "item", "have").replace("item have", "item has")
    rest = f"; {have} no value, see the column problem" if without else ""
    return (
        f"Valued {counted(len(rows) - without, 'item')} by {books.chosen} in {currency} {since} "
        f"{day_text(books.as_of)}: {account} ({others}); {down}{rest}."
    )
