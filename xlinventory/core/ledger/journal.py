"""Movements in the order of replay, each knowing where its units came from.

What comes back from a customer is linked to the sale it left with, what goes back to a supplier to its receipt:
the latest one before it of the same item and reference, else the latest one of the item where no cost was
written down. Landed cost follows the receipt it belongs to.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from xlinventory.core.ledger.codes import Integers, Mask, Numbers, distinct, few_coded, stable_order
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
    count = whole_parts(entries.quantity[rows], account[rows], accounts)
    sorted_ = _Sorted(entries, account, rows, landed[rows])
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

    def first_places(self) -> Integers:
        """Where the account of each row begins."""
        first = np.flatnonzero(np.diff(self.account, prepend=-1))
        return np.repeat(first, np.diff(np.append(first, len(self.account))))

    def last(self, marked: Mask) -> Integers:
        """The last marked row of its account up to each row, or -1."""
        last = np.maximum.accumulate(np.where(marked, np.arange(len(marked)), NONE))
        return np.where(last >= self.first_places(), last, NONE)

    def of_reference(self, wanted: Integers) -> tuple[Integers, Integers]:
        """Rows that have the account and reference of some *wanted* row, and the number of what they share."""
        words = [] if self.reference is None else [self.reference[row] for row in self.rows[wanted].tolist()]
        codes = distinct(filter(_is_name, words))
        if not codes or self.reference is None:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        entered, word = few_coded(self.reference, codes)
        place = np.full(len(self.reference), NONE)
        movements = self.rows < len(self.reference)
        place[self.rows[movements]] = np.flatnonzero(movements)
        place, word = place[entered], word[place[entered] >= 0]
        place = place[place >= 0]
        return place, np.unique(self.account[place] * len(codes) + word, return_inverse=True)[1]


class _SameReference:
    """Rows by what they share with a return, to find the last one before it."""

    def __init__(self, rows: _Sorted, wanted: Integers) -> None:
        self.size = max(1, len(rows.rows))
        self.place, shared = rows.of_reference(wanted)
        self.key = np.full(self.size, NONE)
        self.key[self.place] = shared

    def last(self, marked: Mask, wanted: Integers) -> Integers:
        """The last marked row of its account and reference before each *wanted* row, or -1."""
        found = np.full(len(wanted), NONE)
        among = self.place[marked[self.place]]
        if not among.size:
            return found
        known = np.sort(self.key[among] * self.size + among)
        asked = self.key[wanted] * self.size + wanted
        before = known[np.maximum(np.searchsorted(known, asked) - 1, 0)]
        same = (self.key[wanted] >= 0) & (before < asked) & (before // self.size == self.key[wanted])
        found[same] = before[same] % self.size
        return found


def _links(rows: _Sorted) -> tuple[Integers, Numbers]:
    """Links (j,), and unit costs with the credit of supplier returns filled in."""
    out, into = rows.quantity < 0, rows.quantity > 0
    link, cost = np.full(len(rows.rows), NONE), rows.cost
    came_back, sent = np.flatnonzero(rows.sale & into), np.flatnonzero(rows.purchase & out)
    same = _SameReference(rows, np.concatenate([came_back, sent])) if came_back.size + sent.size else None
    if same and came_back.size:
        sold = rows.sale & out
        own = same.last(sold, came_back)
        at_last = (own < 0) & np.isnan(cost[came_back])
        link[came_back] = np.where(at_last, rows.last(sold)[came_back], own) if at_last.any() else own
    if same and sent.size:
        bought = rows.purchase & into
        own = same.last(bought, sent)
        credit = np.where((own < 0) & np.isnan(cost[sent]), rows.last(bought)[sent], own)
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
