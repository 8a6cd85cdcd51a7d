"""Why an item has no figures: it went below zero, or nobody wrote down what it cost."""

from dataclasses import dataclass

import numpy as np

from xlinventory.core.errors import InventoryError, NotEnoughData, OutOfDomain, WrongInput
from xlinventory.core.ledger.events import RECEIVE
from xlinventory.core.ledger.replay import Replay


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an item: the *row* as entered that shows it, its units, and the rule it breaks."""

    row: int
    quantity: float
    rule: str
    error: type[InventoryError]
    missing: float = 0.0

    def __str__(self) -> str:
        return self.rule

    def raised(self) -> InventoryError:
        """The problem as an error."""
        return self.error(self.rule)


class NegativeStock(OutOfDomain):
    """An issue takes more than the stock holds."""


class UnknownLot(NotEnoughData):
    """An issue takes from a lot that was never received."""


class UnknownCost(WrongInput):
    """Units came in at a cost that nobody wrote down."""


def find_problems(done: Replay, negative: str) -> dict[int, Problem]:
    """The first problem of each account, by its number."""
    found = _unknown_costs(done)
    return found if negative == "allow" else find_shortages(done) | found


def find_shortages(done: Replay) -> dict[int, Problem]:
    """The first issue beyond the stock of each account, by its number."""
    short = np.flatnonzero(done.stock.owed)
    if not short.size:
        return {}
    accounts, first = np.unique(done.events.account[short], return_index=True)
    never = set(accounts.tolist()).difference(_received(done)) if done.flow.by_lot else set()
    steps = zip(accounts.tolist(), short[first].tolist(), strict=True)
    return {a: _unknown_lot(done, step) if a in never else _shortage(done, step) for a, step in steps}


def _received(done: Replay) -> list[int]:
    """Accounts that anything came into."""
    found: list[int] = done.events.account[done.events.kind == RECEIVE].tolist()
    return found


def _unknown_costs(done: Replay) -> dict[int, Problem]:
    journal, events = done.journal, done.events
    found: dict[int, Problem] = {}
    missing, steps = journal.missing_cost, done.stock.uncosted.values()
    if missing.size:
        missing = missing[np.isin(missing, events.place)]
    places = [*missing.tolist(), *(int(events.place[events.first[s]]) for s in steps)]
    for place in places:
        account = int(journal.account[place])
        units = float(journal.units(np.abs(journal.parts.moved[[place]]), journal.account[[place]])[0])
        rule = f"a receipt needs a unit cost: none is known for {units:g} units"
        found.setdefault(account, Problem(int(journal.row[place]), units, rule, UnknownCost))
    return found


def _shortage(done: Replay, step: int) -> Problem:
    """The row of a step at which the stock ran out."""
    journal, events = done.journal, done.events
    rows = slice(int(events.first[step]), int(events.first[step + 1]))
    issued, scale = events.row_parts[rows], journal.parts.scale[events.account[step]]
    had = int(events.parts[step]) - int(done.stock.owed[step])
    at = int(np.argmax(np.cumsum(issued) > had))
    quantity, missing = float(issued[at] / scale), float((np.cumsum(issued)[at] - had) / scale)
    rule = f"an issue of {quantity:g} is {missing:g} more than the stock holds"
    return Problem(int(journal.row[events.place[rows][at]]), quantity, rule, NegativeStock, missing)


def _unknown_lot(done: Replay, step: int) -> Problem:
    """The first row of a step, which takes from nothing that ever came."""
    events, account = done.events, done.events.account[[step]]
    first = int(events.first[step])
    quantity = float(done.journal.units(events.row_parts[[first]], account)[0])
    rule = "an issue takes from a lot that was never received"
    return Problem(int(done.journal.row[events.place[first]]), quantity, rule, UnknownLot, quantity)
