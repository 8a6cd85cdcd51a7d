"""The replay of a journal by one cost flow: side by side as long as many accounts go on, then one by one."""

from dataclasses import dataclass

import numpy as np

from xlinventory.core.ledger.codes import Integers, Numbers, stable_order
from xlinventory.core.ledger.events import CHARGE, Events, window_events
from xlinventory.core.ledger.flows import CostFlow
from xlinventory.core.ledger.journal import Journal
from xlinventory.core.ledger.one_by_one import OneByOne
from xlinventory.core.ledger.side_by_side import Batch, SideBySide, batches
from xlinventory.core.ledger.stock import Stock

_WIDE = 80
"""Accounts from which a step of all of them at once is faster than one after the other; measured."""


@dataclass(frozen=True, slots=True)
class Replay:
    """A stock at the end of a window, and units and money (a,) of each account at its start and end."""

    journal: Journal
    stock: Stock
    flow: CostFlow
    opening: tuple[Numbers, Numbers]
    closing: tuple[Numbers, Numbers]

    @property
    def events(self) -> Events:
        """The steps of the replay."""
        return self.stock.events


@dataclass(frozen=True, slots=True)
class Turns:
    """Steps in the order they are taken: batches of different accounts, then the *tail*."""

    batches: tuple[Batch, ...]
    tail: Integers


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a window and their turns, before it and in it; the same for all methods of one kind."""

    events: Events
    before: Turns
    within: Turns


def plan(
    journal: Journal, starts: Numbers, as_of: float, standard: Numbers | None, *, periodic: bool
) -> Plan:
    """How to take a stock through a journal to the end of *as_of*, stopping at the last start to count."""
    events = window_events(journal, starts, as_of, standard, periodic=periodic)
    steps = np.arange(len(events.kind))
    return Plan(events, _turns(events, steps[: events.before]), _turns(events, steps[events.before :]))


def replay(journal: Journal, planned: Plan, flow: CostFlow, last_cost: Numbers) -> Replay:
    """Take an empty stock through a journal as planned."""
    stock = Stock(planned.events, journal.parts, last_cost)
    _take(stock, flow, planned.before)
    opening = stock.holdings() if planned.events.before else stock.nothing()
    _take(stock, flow, planned.within)
    return Replay(journal, stock, flow, opening, stock.holdings())


def _take(stock: Stock, flow: CostFlow, turns: Turns) -> None:
    if turns.batches:
        work = SideBySide(stock, flow)
        for batch in turns.batches:
            work.take(batch)
    if turns.tail.size:
        OneByOne(stock, flow).take(turns.tail)


def _turns(events: Events, steps: Integers) -> Turns:
    """The k-th step of every account together as long as many accounts go on; the long tails alone."""
    if not steps.size:
        return Turns((), steps)
    turn = _place_in_account(events.account[steps])
    wide = np.append(np.bincount(turn) >= _WIDE, False)
    together = turn < np.argmin(wide)
    tail, steps = steps[~together], steps[together]
    key = turn[together] * (CHARGE + 1) + events.kind[steps]
    order = stable_order(key)
    if order is not None:
        steps, key = steps[order], key[order]
    edges = np.append(np.flatnonzero(np.diff(key, prepend=-1)), len(key)).tolist()
    return Turns(batches(events, steps, edges), tail)


def _place_in_account(account: Integers) -> Integers:
    """How many steps of the same account come before each."""
    first = np.flatnonzero(np.diff(account, prepend=-1))
    return np.arange(len(account)) - np.repeat(first, np.diff(np.append(first, len(account))))
