"""A period and what it says of every item: opening stock, purchases, cost of sales and stock at its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from xlinventory.core.ledger import StockLedger, ValuedLedger
from xlinventory.macros.books import Numbers
from xlinventory.tables import day_text

_DIGITS = 5
"""Decimals of a cent that are no noise of the arithmetic: the same books must come to the same cents."""


@dataclass(frozen=True, slots=True)
class Period:
    """Both days count; a *start* that is NaN is before the first movement."""

    start: float
    end: float
    method: str

    @property
    def first_day(self) -> float | None:
        """Its first day, None for the beginning."""
        return None if np.isnan(self.start) else self.start

    def __str__(self) -> str:
        """Its days, such as "2026-03-01 to 2026-03-31"."""
        return f"{day_text(self.start)} to {day_text(self.end)}".removeprefix(" ")


def figures_of(ledger: StockLedger, period: Period, negative: str) -> ValuedLedger:
    """The figures of a period by its method; NaN for an item that cannot be valued up to its end."""
    return ledger.value(
        period.method,
        from_date=period.first_day,
        as_of=period.end,
        negative=negative,
        on_problem="leave_out",
    )


def in_cents(valued: ValuedLedger) -> Mapping[str, Numbers]:
    """The figures of a period as they are reported: whole cents that add up, item by item and in all.

    Cost of sales is what makes opening stock and purchases into the stock at the end, so that it takes the
    rounding, and one period ends with the cents that the next begins with.
    """
    opening, bought, left = map(cents, (valued.opening_value, valued.receipts_value, valued.value))
    sold = cents(opening + bought - left)
    return {"opening_value": opening, "purchases": bought, "cost_of_sales": sold, "value": left}


def cents(money: Numbers) -> Numbers:
    """Money rounded to cents, halves to the even one, so that many of them do not add up to a bias.

    >>> cents(np.array([1.005, 1.015, -0.125, 2.0])).tolist()
    [1.0, 1.02, -0.12, 2.0]
    """
    whole: Numbers = np.round(np.round(money * 100, _DIGITS))
    return whole / 100 + 0.0


def movement_counts(ledger: StockLedger, lines: Numbers, days: Sequence[float]) -> Numbers:
    """How many movements each item has up to the end of each day, (n_days, n_items); none up to NaN.

    *lines* (n,): how many movements each of the ledger's first rows stands for; what follows in the ledger
    are charges, not movements.
    """
    item, date, items = ledger.item[: len(lines)], np.floor(ledger.date[: len(lines)]), len(ledger.sku)
    until = [date <= day for day in days]
    return np.array([np.bincount(item[mine], lines[mine], items) for mine in until], dtype=float)
