"""A journal in as few steps as its replay needs: issues between two receipts are one."""

from dataclasses import dataclass

import numpy as np

from xlinventory.core.ledger.codes import Integers, Mask, Numbers, stable_order
from xlinventory.core.ledger.entries import NONE
from xlinventory.core.ledger.journal import Journal

RECEIVE, ISSUE, CHARGE = range(3)


@dataclass(frozen=True, slots=True)
class Events:
    """Steps (e,): those before the window first, then those in it, account by account in their order.

    *kind*: RECEIVE, ISSUE or CHARGE; *parts*: how much moves, all above 0 but those of a charge; *cost*: of a
    unit received, NaN where that is still to be found, or the money of a charge; *link*: the step it belongs
    to, or -1. *before*: how many steps come before the window. *first* (e + 1,): where the rows of each step
    begin among *place*, (r,) places in the journal; *row_parts* (r,): what each of these rows moves.
    """

    kind: Integers
    account: Integers
    parts: Integers
    cost: Numbers
    link: Integers
    standard: Numbers
    before: int
    first: Integers
    place: Integers
    row_parts: Integers


def window_events(
    journal: Journal, starts: Numbers, as_of: float, standard: Numbers | None, *, periodic: bool
) -> Events:
    """The steps of all days to *as_of*; a periodic method takes the receipts of each of its periods first.

    *starts* (p,): the first days of periods in their order, the last one that of the window; the days before
    all of them are a period too. *standard* (j,): the standard cost in force on each row of the journal, or
    None; with it a row of no units is an issue of none, because it may bring a new standard.
    """
    count, link = journal.parts.moved, journal.link
    within = journal.day >= starts[-1]
    if periodic:
        period = np.searchsorted(starts, journal.day, "right")
        count, link = _netted(journal, period, as_of)
    moves = (count != 0) | journal.landed | (standard is not None)
    place = np.flatnonzero((journal.day <= as_of) & moves)
    keys = [2 * period[place] + (count[place] < 0), journal.account[place]] if periodic else []
    order = stable_order(*keys, within[place])
    place = place if order is None else place[order]
    row_standard = np.full(len(place), np.nan) if standard is None else standard[place]
    first = np.flatnonzero(_new_steps(journal, place, count, link, within, row_standard))
    return _events(journal, place, first, count, link, within, row_standard)


def _new_steps(
    journal: Journal, place: Integers, count: Integers, link: Integers, within: Mask, standard: Numbers
) -> Mask:
    """Marks the rows that cannot be one step with the row before them."""
    referred = np.zeros(len(count), dtype=bool)
    referred[link[place[link[place] >= 0]]] = True
    issued = count[place] < 0
    alone = ~issued | referred[place] | (link[place] >= 0)
    new = np.ones(len(place), dtype=bool)
    account = journal.account[place]
    new[1:] = (
        alone[1:] | alone[:-1] | (account[1:] != account[:-1]) | (within[place][1:] != within[place][:-1])
    )
    changed = (standard[1:] != standard[:-1]) & ~np.isnan(standard[1:])
    new[1:] |= changed
    return new


def _events(
    journal: Journal,
    place: Integers,
    first: Integers,
    count: Integers,
    link: Integers,
    within: Mask,
    standard: Numbers,
) -> Events:
    lead = place[first]
    moved = count[place]
    step = np.full(len(count), NONE)
    step[lead] = np.arange(len(first))
    linked = link[lead]
    parts = np.abs(np.add.reduceat(moved, first)) if len(first) else np.zeros(0, dtype=np.int64)
    return Events(
        kind=np.where(journal.landed[lead], CHARGE, np.where(moved[first] > 0, RECEIVE, ISSUE)),
        account=journal.account[lead],
        parts=parts,
        cost=journal.cost[lead],
        link=np.where(linked >= 0, step[linked], NONE),
        standard=standard[first],
        before=int(np.count_nonzero(~within[lead])),
        first=np.append(first, len(place)),
        place=place,
        row_parts=np.abs(moved),
    )


def _netted(journal: Journal, period: Integers, as_of: float) -> tuple[Integers, Integers]:
    """Quantities and links of a periodic method: what comes back in the period of its sale was never sold.

    What comes back beyond its sale is a receipt at the cost of the next unit issued.
    """
    count, link = journal.parts.moved.copy(), journal.link.copy()
    back = np.flatnonzero(journal.came_back & (link >= 0) & (journal.day <= as_of))
    back = back[period[back] == period[link[back]]]
    if back.size:
        back = back[np.argsort(link[back], kind="stable")]
        sale, sold = link[back], -count[link[back]]
        total = np.cumsum(count[back])
        start = np.flatnonzero(np.diff(sale, prepend=NONE))
        so_far = total - np.repeat((total - count[back])[start], np.diff(np.append(start, len(back))))
        beyond = np.clip(so_far - sold, 0, count[back])
        np.add.at(count, sale, count[back] - beyond)
        count[back], link[back] = beyond, NONE
    return count, link
