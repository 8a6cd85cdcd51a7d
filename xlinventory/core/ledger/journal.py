"""Movements in the order of replay, each knowing where its units came from.

A replay looks at them account by account and day by day; what is not moved is left out.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from xlinventory.core.ledger.codes import Integers, Mask, Numbers, stable_order
from xlinventory.core.ledger.entries import Entries
from xlinventory.core.ledger.kinds import Meaning
from xlinventory.core.ledger.links import find_links, sorted_columns
from xlinventory.core.ledger.parts import Parts, whole_parts


@dataclass(frozen=True, slots=True)
class Journal:
    """Rows (j,) that change quantity or value, account by account, each in the order of its days.

    *row* is the row as entered. *link*: the place in the journal of the sale that comes back, of the receipt
    that goes back or of the receipt a landed cost belongs to, or -1. *credit*: money a supplier gives back.
    """

    row: Integers
    account: Integers
    day: Numbers
    cost: Numbers
    link: Integers
    purchase: Mask
    came_back: Mask
    credit: Numbers
    landed: Mask
    parts: Parts

    @property
    def missing_cost(self) -> Integers:
        """Places of purchases whose cost nobody wrote down."""
        return np.flatnonzero(self.purchase & np.isnan(self.cost) & (self.parts.moved != 0))

    def units(self, parts: Integers, account: Integers) -> Numbers:
        """Parts as units."""
        units: Numbers = parts / self.parts.scale[account]
        return units


def keep_journal(
    entries: Entries,
    account: Integers,
    known_cost: Numbers,
    *,
    receipts_first: bool,
    empty_rows: bool = False,
) -> Journal:
    """The journal of entries whose rows (n,) belong to accounts of a *known_cost* (a,) or NaN.

    *empty_rows*: rows of no units count too; what stands still must then have none.
    """
    moves = empty_rows | ((entries.meaning != Meaning.STILL.value) & (entries.quantity != 0))
    rows = _in_order(entries, account, np.flatnonzero(moves | entries.landed), receipts_first=receipts_first)
    columns = sorted_columns(entries, account, rows)
    link, cost = find_links(columns, known_cost)
    sent = np.flatnonzero(columns.purchase & (columns.quantity < 0))
    credit = np.zeros(len(rows))
    credit[sent] = -columns.quantity[sent] * cost[sent]
    return Journal(
        row=rows,
        account=columns.account,
        day=columns.day,
        cost=np.where(columns.landed, entries.amount[rows], cost) if columns.landed.any() else cost,
        link=link,
        purchase=columns.purchase,
        came_back=columns.sale & (columns.quantity > 0),
        credit=credit,
        landed=columns.landed,
        parts=whole_parts(columns.quantity, columns.account, len(known_cost)),
    )


def _in_order(entries: Entries, account: Integers, rows: Integers, *, receipts_first: bool) -> Integers:
    """*rows* by account, day, receipts first where that is wanted, and entry.

    Landed cost of no day of its own stands right after its receipt. What customers bring back is no receipt:
    it follows its sale.
    """
    keys: list[Any] = [np.floor(entries.date), account]
    if receipts_first:
        keys.insert(0, (entries.quantity < 0) | (entries.sale & (entries.quantity > 0)))
    if entries.own_day.any():
        keys.insert(0, np.where(entries.own_day, entries.receipt, np.arange(len(account))))
    order = stable_order(*(keys if len(rows) == len(account) else (key[rows] for key in keys)))
    return rows if order is None else rows[order]
