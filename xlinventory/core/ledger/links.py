"""Where units that move came from.

What comes back from a customer is linked to the sale it left with, what goes back to a supplier to its
receipt: the latest one before it of the same item and reference, else the latest one of the item where no
cost was written down. Landed cost is linked to the receipt it belongs to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xlinventory.core.ledger.codes import Integers, Mask, Numbers, distinct, few_coded
from xlinventory.core.ledger.entries import NONE, Entries
from xlinventory.core.ledger.kinds import Meaning


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns (j,) of a journal before its links are known; *reference* and *receipt* are as entered."""

    rows: Integers
    account: Integers
    day: Numbers
    quantity: Numbers
    cost: Numbers
    purchase: Mask
    sale: Mask
    landed: Mask
    reference: Sequence[Any] | None
    receipt: Integers


def sorted_columns(entries: Entries, account: Integers, rows: Integers) -> Columns:
    """The columns of entries in the order of *rows*."""
    any_landed = bool(entries.landed.any())
    landed = entries.landed[rows] if any_landed else np.zeros(len(rows), dtype=bool)
    meaning = entries.meaning[rows]
    bought = meaning == Meaning.PURCHASE.value
    return Columns(
        rows=rows,
        account=account[rows],
        day=np.floor(entries.date[rows]),
        quantity=entries.quantity[rows],
        cost=entries.unit_cost[rows],
        purchase=bought & ~landed if any_landed else bought,
        sale=meaning == Meaning.SALE.value,
        landed=landed,
        reference=entries.reference,
        receipt=entries.receipt,
    )


def find_links(columns: Columns, known_cost: Numbers) -> tuple[Integers, Numbers]:
    """Links (j,) or -1, and unit costs with the credit of supplier returns filled in.

    *known_cost* (a,): of each account, for what goes back to suppliers without ever having come, or NaN.
    """
    out, into = columns.quantity < 0, columns.quantity > 0
    link, cost = np.full(len(columns.rows), NONE), columns.cost
    came_back, sent = np.flatnonzero(columns.sale & into), np.flatnonzero(columns.purchase & out)
    pairs = _Pairs(columns, np.concatenate([came_back, sent]))
    if came_back.size:
        sold = columns.sale & out
        link[came_back] = pairs.last(sold, came_back)
        unknown = came_back[(link[came_back] < 0) & np.isnan(cost[came_back])]
        link[unknown] = _last_of_account(columns, sold, unknown)
    if sent.size:
        bought = columns.purchase & into
        link[sent], cost = pairs.last(bought, sent), cost.copy()
        source = link[sent]
        unknown = np.flatnonzero((source < 0) & np.isnan(cost[sent]))
        source[unknown] = _last_of_account(columns, bought, sent[unknown])
        cost[sent] = np.where(source >= 0, cost[source], cost[sent])
        cost[sent] = np.where(np.isnan(cost[sent]), known_cost[columns.account[sent]], cost[sent])
    if columns.landed.any():
        place = np.full(len(columns.receipt), NONE)
        place[columns.rows] = np.arange(len(columns.rows))
        link[columns.landed] = place[columns.receipt[columns.rows[columns.landed]]]
    return link, cost


def _last_of_account(columns: Columns, marked: Mask, wanted: Integers) -> Integers:
    """The last marked row of its account before each *wanted* row, or -1."""
    places = np.append(NONE, np.flatnonzero(marked))
    last = places[np.searchsorted(places, wanted) - 1]
    return np.where((last >= 0) & (columns.account[last] == columns.account[wanted]), last, NONE)


class _Pairs:
    """Rows that share their account and reference with a return, by the number of that pair."""

    def __init__(self, columns: Columns, returned: Integers) -> None:
        self.size = max(1, len(columns.rows))
        self.place, shared = _paired(columns, returned)
        self.pair = np.full(self.size, NONE)
        self.pair[self.place] = shared

    def last(self, marked: Mask, wanted: Integers) -> Integers:
        """The last marked row of its pair before each *wanted* row, or -1."""
        among = self.place[marked[self.place]]
        known = np.append(NONE, np.sort(self.pair[among] * self.size + among))
        pair = self.pair[wanted]
        before = known[np.searchsorted(known, pair * self.size + wanted) - 1]
        return np.where((pair >= 0) & (before // self.size == pair), before % self.size, NONE)


def _paired(columns: Columns, returned: Integers) -> tuple[Integers, Integers]:
    """Places of rows that have the account and reference of a returned one, and the number of that pair."""
    reference, rows = columns.reference, columns.rows
    words = [] if reference is None else [reference[row] for row in rows[returned].tolist()]
    codes = distinct(filter(_is_name, words))
    if not codes or reference is None:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    entered, word = few_coded(reference, codes)
    of_row = np.full(len(columns.receipt), NONE, dtype=np.int32)
    of_row[entered] = word
    code = of_row[rows]
    place = np.flatnonzero(code >= 0)
    return place, np.unique(columns.account[place] * len(codes) + code[place], return_inverse=True)[1]


def _is_name(word: Any) -> bool:
    """Whether a reference is one: not blank, not NaN."""
    return word is not None and word != "" and word == word  # noqa: PLR0124 - NaN is not itself
