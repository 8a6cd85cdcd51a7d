"""Movements in the order of replay, each knowing where its units came from.

What comes back from a customer is linked to the sale it left with, what goes back to a supplier to its receipt:
the latest one before it of the same item and reference, else the latest one of the item where no cost was
written down. Landed cost follows the receipt it belongs to.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from xlinventory.core.ledger.codes import Integers, Mask, Numbers, coded, distinct, stable_order
from xlinventory.core.ledger.entries import NONE, Entries
from xlinventory.core.ledger.kinds import Meaning
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
        return np.flatnonzero(self.purchase & np.isnan(self.cost))

    def units(self, parts: Integers, account: Integers) -> Numbers:
        """Parts as units."""
        units: Numbers = parts / self.parts.scale[account]
        return units


def keep_journal(entries: Entries, account: Integers, accounts: int, *, receipts_first: bool) -> Journal:
    """The journal of entries whose rows (n,) belong to *accounts* accounts."""
    landed = entries.landed
    moves = (entries.meaning != Meaning.STILL.value) & (entries.quantity != 0) | landed
    rows = np.flatnonzero(moves)
    rows = rows[_order(entries, account, rows, receipts_first=receipts_first)]
    sorted_ = _Sorted(entries, account, rows, landed[rows])
    count = whole_parts(sorted_.quantity, sorted_.account, accounts)
    link, cost = _links(sorted_)
    sent = sorted_.purchase & (sorted_.quantity < 0)
    return Journal(
        row=rows,
        account=sorted_.account,
        day=sorted_.day,
        cost=np.where(sorted_.landed, entries.amount[rows], cost) if landed.any() else cost,
        link=link,
        purchase=sorted_.purchase,
        came_back=sorted_.sale & (sorted_.quantity > 0),
        credit=np.where(sent, -sorted_.quantity * cost, 0.0),
        landed=sorted_.landed,
        parts=count,
    )


def _order(entries: Entries, account: Integers, rows: Integers, *, receipts_first: bool) -> Any:
    """Account, day, receipts before issues where that is wanted, entry; landed cost right after its receipt."""
    keys: list[Any] = []
    if entries.own_day.any():
        keys.append(np.where(entries.own_day, entries.receipt, np.arange(len(account)))[rows])
    if receipts_first:
        keys.append(entries.quantity[rows] < 0)
    order = stable_order(*keys, np.floor(entries.date[rows]), account[rows])
    return slice(None) if order is None else order


class _Sorted:
    """The columns of a journal while its links are looked for."""

    def __init__(self, entries: Entries, account: Integers, rows: Integers, landed: Mask) -> None:
        self.rows, self.landed = rows, landed
        self.account, self.day = account[rows], np.floor(entries.date[rows])
        self.quantity, self.cost = entries.quantity[rows], entries.unit_cost[rows]
        meaning = entries.meaning[rows]
        self.purchase = (meaning == Meaning.PURCHASE.value) & ~landed
        self.sale = (meaning == Meaning.SALE.value) & ~landed
        self.reference, self.receipt = entries.reference, entries.receipt

    def codes(self, wanted: Integers) -> Integers:
        """A number (j,) for the reference of each row, alike where they are; -1 for one no *wanted* row has."""
        words = [self.reference[row] for row in self.rows[wanted]] if self.reference is not None else []
        codes = {word: code for word, code in distinct(words).items() if _is_name(word)}
        if not codes or self.reference is None:
            return np.full(len(self.rows), NONE)
        return coded(self.reference, codes)[self.rows]

    def last(self, marked: Mask, wanted: Integers) -> Integers:
        """The last marked row of its account before each *wanted* row, or -1."""
        places = np.append(NONE, np.flatnonzero(marked))
        found = places[np.searchsorted(places, wanted) - 1]
        return np.where((found >= 0) & (self.account[found] == self.account[wanted]), found, NONE)

    def last_of_reference(self, marked: Mask, wanted: Integers, code: Integers) -> Integers:
        """The last marked row of its account and reference before each *wanted* row, or -1."""
        found = np.full(len(wanted), NONE)
        asking = np.flatnonzero(code[wanted] >= 0)
        if not asking.size:
            return found
        places = np.flatnonzero(marked & (code >= 0))
        many = int(code.max()) + 1
        asked, known = (self.account[at] * many + code[at] for at in (wanted[asking], places))
        names = np.unique(asked)
        name = np.minimum(np.searchsorted(names, known), len(names) - 1)
        same = names[name] == known
        size = len(self.rows)
        of_name = np.append(NONE, np.sort(name[same] * size + places[same]))
        ask = np.searchsorted(names, asked) * size + wanted[asking]
        last = of_name[np.searchsorted(of_name, ask) - 1]
        there = (last >= 0) & (last // size == ask // size)
        found[asking[there]] = last[there] % size
        return found


def _links(rows: _Sorted) -> tuple[Integers, Numbers]:
    """Links (j,), and unit costs with the credit of supplier returns filled in."""
    out, into = rows.quantity < 0, rows.quantity > 0
    link, cost = np.full(len(rows.rows), NONE), rows.cost
    came_back, sent = np.flatnonzero(rows.sale & into), np.flatnonzero(rows.purchase & out)
    returned = np.append(came_back, sent)
    code = rows.codes(returned) if returned.size else returned
    if came_back.size:
        sold = rows.sale & out
        own = rows.last_of_reference(sold, came_back, code)
        at_last = (own < 0) & np.isnan(cost[came_back])
        own[at_last] = rows.last(sold, came_back[at_last])
        link[came_back] = own
    if sent.size:
        bought = rows.purchase & into
        own = rows.last_of_reference(bought, sent, code)
        at_last = (own < 0) & np.isnan(cost[sent])
        credit = own.copy()
        credit[at_last] = rows.last(bought, sent[at_last])
        link[sent], cost = own, cost.copy()
        cost[sent] = np.where(credit >= 0, cost[credit], cost[sent])
    if rows.landed.any():
        place = np.full(int(rows.rows.max()) + 1, NONE)
        place[rows.rows] = np.arange(len(rows.rows))
        link[rows.landed] = place[rows.receipt[rows.rows[rows.landed]]]
    return link, cost


def _is_name(word: Any) -> bool:
    """Whether a reference is one: not blank, not NaN."""
    return word is not None and word != "" and word == word  # noqa: PLR0124 - NaN is not itself
