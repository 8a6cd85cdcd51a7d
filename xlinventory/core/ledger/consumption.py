"""Which rows took which layers: the steps of a replay taken apart into the movements they are made of."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from xlinventory.core.ledger.codes import Integers, Numbers, totals
from xlinventory.core.ledger.entries import NONE
from xlinventory.core.ledger.events import ISSUE
from xlinventory.core.ledger.replay import Replay


@dataclass(frozen=True, slots=True)
class Consumed:
    """What issues took (c,): their row, the row of the receipt that filled the layer, units and unit cost.

    *layer_row* is -1 for units beyond the stock; under an average it is the last receipt before the issue.
    """

    row: Integers
    layer_row: Integers
    quantity: Numbers
    unit_cost: Numbers


@dataclass(frozen=True, slots=True)
class Layers:
    """Units in stock (l,), each item's oldest first: item, day, units, unit cost, and the row they came with.

    A negative quantity was issued beyond the stock, by that row, and waits for a receipt.
    """

    item: Integers
    date: Numbers
    quantity: Numbers
    unit_cost: Numbers
    row: Integers

    @property
    def value(self) -> Numbers:
        """Money in each layer."""
        return self.quantity * self.unit_cost


@dataclass(frozen=True, slots=True)
class RowMoney:
    """Money that came into stock and went out of it with each row (n,) as entered, landed cost after them.

    What goes out with a receipt is the change in cost of earlier issues that it covers, or its variance.
    """

    received: Numbers
    charged: Numbers


def row_money(done: Replay, rows: int) -> RowMoney:
    """Money in and out with each of *rows* rows; 0 for those outside the window."""
    events, stock = done.events, done.stock
    received, charged = np.zeros(rows), np.zeros(rows)
    within = np.arange(len(events.kind)) >= events.before
    lead = done.journal.row[events.place[events.first[:-1]]]
    outside_issues = within & (events.kind != ISSUE)
    received[lead[outside_issues]] = stock.received[outside_issues]
    charged[lead[outside_issues]] = stock.charged[outside_issues]
    charged[lead[within]] += stock.variance[within]
    took = consumed(done)
    return RowMoney(received, charged + totals(took.row, took.quantity * took.unit_cost, rows))


def consumed(done: Replay) -> Consumed:
    """What each issue of the window took."""
    events, journal = done.events, done.journal
    step, layer, parts, unit_cost = done.stock.taken.since(events.before)
    if not len(step):
        return Consumed(step, layer, unit_cost, unit_cost)
    issued = (events.kind == ISSUE) & (np.arange(len(events.kind)) >= events.before)
    row_step = np.repeat(np.arange(len(events.kind)), np.diff(events.first))
    rows = np.flatnonzero(issued[row_step])
    row_end = np.cumsum(events.row_parts[rows])
    step_start = _starts(row_end, events.row_parts[rows], row_step[rows], len(events.kind))
    piece_end = _piece_ends(step, parts, step_start, events.parts)
    end = np.sort(np.concatenate([row_end, piece_end]), kind="stable")  # merges what is sorted already
    size = np.diff(end, prepend=0)
    end, size = end[size > 0], size[size > 0]
    piece, at = np.searchsorted(piece_end, end), np.searchsorted(row_end, end)
    place = events.place[rows[at]]
    lead = journal.row[events.place[events.first[:-1]]]
    layer_row = np.where(layer >= 0, lead[layer], NONE)
    return Consumed(
        journal.row[place], layer_row[piece], journal.units(size, journal.account[place]), unit_cost[piece]
    )


def layers(done: Replay, item_of: Integers, without: Collection[int] = ()) -> Layers:
    """What is in stock at the end, *without* some items; *item_of* (a,) names the item of each account."""
    stock, journal, events = done.stock, done.journal, done.events
    held, owing = np.flatnonzero(stock.remaining), np.flatnonzero(stock.debt)
    owing, owed_place, owed = _owing_rows(done, owing)
    step = np.append(held, owing)
    account = events.account[step]
    place = np.append(events.place[events.first[held]], owed_place)
    found = Layers(
        item=item_of[account],
        date=journal.day[place],
        quantity=journal.units(np.append(stock.remaining[held], -owed), account),
        unit_cost=np.append(stock.unit_cost[held], stock.debt_cost[owing]),
        row=journal.row[place],
    )
    order = np.lexsort((found.row if done.flow.by_lot else place, found.date, found.item))
    found = _picked(found, order[~np.isin(found.item[order], list(without))] if without else order)
    return _pooled_debts(found) if done.flow.pooled else found


def _owing_rows(done: Replay, owing: Integers) -> tuple[Integers, Integers, Integers]:
    """Rows that took what steps still owe, the last ones of each: step, place in the journal and parts."""
    events, debt = done.events, done.stock.debt
    first, count = events.first[owing], np.diff(events.first)[owing]
    step = np.repeat(owing, count)
    nth = np.arange(len(step)) - np.repeat(np.cumsum(count) - count, count)
    row = np.repeat(first, count) + nth
    end = np.cumsum(events.row_parts[row])
    end -= np.repeat(np.append(0, end)[np.cumsum(count) - count], count)
    start = events.parts[step] - debt[step]
    owed = np.minimum(events.row_parts[row], end - start)
    kept = owed > 0
    return step[kept], events.place[row[kept]], owed[kept]


def _starts(row_end: Integers, row_parts: Integers, row_step: Integers, steps: int) -> Integers:
    """Where each step begins on the line of all issued parts."""
    start = np.zeros(steps, dtype=np.int64)
    first = np.flatnonzero(np.diff(row_step, prepend=-1))
    start[row_step[first]] = row_end[first] - row_parts[first]
    return start


def _piece_ends(step: Integers, parts: Integers, step_start: Integers, step_parts: Integers) -> Integers:
    """Where what a step took of each layer ends on that line; its last piece ends where the step does."""
    total = np.cumsum(parts)
    first = np.flatnonzero(np.diff(step, prepend=-1))
    counts = np.diff(np.append(first, len(step)))
    so_far = total - np.repeat(total[first] - parts[first], counts)
    ends = np.minimum(so_far, step_parts[step])
    last = first + counts - 1
    ends[last] = step_parts[step[last]]
    return ends + step_start[step]


def _picked(found: Layers, order: Integers) -> Layers:
    return Layers(
        found.item[order], found.date[order], found.quantity[order], found.unit_cost[order], found.row[order]
    )


def _pooled_debts(found: Layers) -> Layers:
    """Debts of an averaged stock as one layer at their mean cost."""
    first = np.flatnonzero(np.diff(found.item, prepend=-1))
    if len(first) == len(found.item):
        return found
    quantity, value = np.add.reduceat(found.quantity, first), np.add.reduceat(found.value, first)
    alone = np.diff(np.append(first, len(found.item))) == 1
    cost = np.where(alone, found.unit_cost[first], value / quantity)
    return Layers(found.item[first], found.date[first], quantity, cost, found.row[first])
