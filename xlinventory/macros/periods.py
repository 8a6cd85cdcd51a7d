"""A period and what it says of every item: opening stock, purchases, cost of sales and stock at its end."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xlinventory.core.ledger import StockLedger, ValuedLedger
from xlinventory.macros.books import Numbers
from xlinventory.tables import day_text


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


def movement_counts(ledger: StockLedger, movements: int, days: Sequence[float]) -> Numbers:
    """How many of the *movements*, the ledger's first rows, each item has up to the end of each day.

    (n_days, n_items), none up to a day that is NaN; what follows in the ledger are charges, not movements.
    """
    item, date = ledger.item[:movements], np.floor(ledger.date[:movements])
    return np.array([np.bincount(item[date <= day], minlength=len(ledger.sku)) for day in days], dtype=float)
