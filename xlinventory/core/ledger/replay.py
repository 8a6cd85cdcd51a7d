"""The replay of a journal by one cost flow: side by side as long as many accounts go on, then one by one."""

from dataclasses import dataclass

import numpy as np

from xlinventory.core.ledger.codes import Integers, Numbers, stable_order
from xlinventory.core.ledger.events import CHARGE, Events, window_events
from xlinventory.core.ledger.flows import CostFlow
from xlinventory.core.ledger.journal import Journal
from xlinventory.core.ledger.one_by_one import OneByOne
from xlinventory.core.ledger.side_by_side import SideBySide
from xlinventory.core.ledger.stock import Stock

_WIDE = 40
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


def replay(
    journal: Journal,
    flow: CostFlow,
    last_cost: Numbers,
    standard: Numbers | None,
    from_day: float,
    as_of: float,
) -> Replay:
    """Take an empty stock through a journal to the end of *as_of*, stopping before *from_day* to count."""
    events = window_events(journal, from_day, as_of, standard, periodic=flow.periodic)
    stock = Stock(events, journal.parts, last_cost)
    _run(stock, flow, np.arange(events.before))
    opening = stock.holdings()
    _run(stock, flow, np.arange(events.before, len(events.kind)))
    return Replay(journal, stock, flow, opening, stock.holdings())


def _run(stock: Stock, flow: CostFlow, steps: Integers) -> None:
    """Steps account by account: the k-th of every account together, the long tails on their own."""
    if not steps.size:
        return
    turn = _turns(stock.events.account[steps])
    width = np.bincount(turn)
    together = int(np.argmax(width < _WIDE)) if (width < _WIDE).any() else len(width)
    if together:
        _side_by_side(stock, flow, steps[turn < together], turn[turn < together])
    if together < len(width):
        OneByOne(stock, flow).take(steps[turn >= together])


def _side_by_side(stock: Stock, flow: CostFlow, steps: Integers, turn: Integers) -> None:
    """Turn by turn, receipts, issues and charges of different accounts apart."""
    key = turn * (CHARGE + 1) + stock.events.kind[steps]
    order = stable_order(key)
    if order is not None:
        steps, key = steps[order], key[order]
    work = SideBySide(stock, flow)
    edges = np.append(np.flatnonzero(np.diff(key, prepend=-1)), len(key)).tolist()
    kinds = (key[edges[:-1]] % (CHARGE + 1)).tolist()
    for start, end, kind in zip(edges[:-1], edges[1:], kinds, strict=True):
        work.take(steps[start:end], kind)


def _turns(account: Integers) -> Integers:
    """How many steps of the same account come before each."""
    first = np.flatnonzero(np.diff(account, prepend=-1))
    return np.arange(len(account)) - np.repeat(first, np.diff(np.append(first, len(account))))
