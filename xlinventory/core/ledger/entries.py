"""The columns of a ledger as they were entered, checked."""

from collections.abc import Sequence, Sized
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from xlinventory.core.checks import finite, numbers, require
from xlinventory.core.errors import WrongInput
from xlinventory.core.ledger.codes import Integers, Mask, Numbers
from xlinventory.core.ledger.kinds import Meaning

NONE = -1


@dataclass(frozen=True, slots=True)
class Entries:
    """Rows (n,) as they were entered, landed cost after them.

    *amount*: money of a landed cost, NaN for a movement; *receipt*: the row it belongs to, or -1.
    *own_day*: marks landed cost that has no day of its own.
    """

    item: Integers
    date: Numbers
    quantity: Numbers
    unit_cost: Numbers
    meaning: Integers
    reference: Sequence[Any] | None
    amount: Numbers
    receipt: Integers
    own_day: Mask

    @property
    def purchase(self) -> Mask:
        """Marks rows that were bought, went back to a supplier, or are landed cost."""
        return self.meaning == Meaning.PURCHASE.value

    @property
    def landed(self) -> Mask:
        """Marks landed cost."""
        return self.receipt >= 0


def column(name: str, given: ArrayLike) -> Numbers:
    """A column of numbers."""
    return np.atleast_1d(numbers(name, given))


def same_length(**columns: Sized | None) -> None:
    """Columns have one length; None is no column."""
    rows = {name: len(values) for name, values in columns.items() if values is not None}
    if len(set(rows.values())) > 1:
        told = ", ".join(f"{name} {count}" for name, count in rows.items())
        raise WrongInput(f"the columns of a ledger must have equal length, got {told}")


def enter(
    item: Integers,
    date: Numbers,
    quantity: Numbers,
    unit_cost: Numbers,
    meaning: Integers,
    reference: Sequence[Any] | None,
) -> Entries:
    """Movements (n,), checked: known items, days, quantities, and no negative cost of what comes in."""
    require(item >= 0, "every sku must be one of skus: row", np.arange(len(item)) + 1, WrongInput)
    finite(date=date, quantity=quantity)
    costed = (quantity > 0) | (meaning == Meaning.PURCHASE.value)
    legal = np.isnan(unit_cost) | ((unit_cost >= 0) & (unit_cost < np.inf))
    require(~costed | legal, "unit_cost must be >= 0", unit_cost)
    nothing = np.full(len(item), np.nan)
    none = np.full(len(item), NONE)
    return Entries(item, date, quantity, unit_cost, meaning, reference, nothing, none, none >= 0)
