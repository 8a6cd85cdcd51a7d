"""What is in stock while a ledger is replayed: layers, what is owed to it, and what moved with each step.

A layer is named by the step that filled it. The layers of an account are a chain from the one the next unit
leaves; issues beyond the stock are a chain of debts, oldest first, that the next receipts settle.
"""

import numpy as np

from xlinventory.core.ledger.codes import Integers, Numbers, totals
from xlinventory.core.ledger.entries import NONE
from xlinventory.core.ledger.events import RECEIVE, Events
from xlinventory.core.ledger.parts import Parts


class Taken:
    """Which step took how much of which layer, at what unit cost; a layer of -1 is beyond the stock."""

    def __init__(self) -> None:
        self.step: list[Integers] = []
        self.layer: list[Integers] = []
        self.parts: list[Integers] = []
        self.unit_cost: list[Numbers] = []

    def add(self, step: Integers, layer: Integers, parts: Integers, unit_cost: Numbers) -> None:
        """Note what some steps took."""
        self.step.append(step)
        self.layer.append(layer)
        self.parts.append(parts)
        self.unit_cost.append(unit_cost)

    def add_lists(self, step: list[int], layer: list[int], parts: list[int], unit_cost: list[float]) -> None:
        """Note what steps took one by one."""
        steps, layers, counts = (np.array(column, dtype=np.int64) for column in (step, layer, parts))
        self.add(steps, layers, counts, np.array(unit_cost, dtype=float))

    def since(self, first_step: int) -> tuple[Integers, Integers, Integers, Numbers]:
        """Step, layer, parts and unit cost from a step on, each step's in the order in which it took them."""
        none = np.zeros(0, dtype=np.int64)
        step, layer, parts = (np.concatenate([none, *c]) for c in (self.step, self.layer, self.parts))
        order = np.argsort(step, kind="stable")
        order = order[np.searchsorted(step[order], first_step) :]
        return step[order], layer[order], parts[order], np.concatenate([np.zeros(0), *self.unit_cost])[order]


class Stock:
    """The state of a replay; arrays by step (e,) and by account (a,)."""

    def __init__(self, events: Events, parts: Parts, last_cost: Numbers) -> None:
        steps, accounts = len(events.kind), len(parts.scale)
        self.events, self.scale, self.slack = events, parts.scale, parts.slack
        self.in_units = bool((parts.scale == 1.0).all())
        self.remaining = np.zeros(steps, dtype=np.int64)
        self.unit_cost = events.cost.copy()
        self.next = np.full(steps, NONE)
        bought = self.units(events.parts, events.account) * events.cost
        self.received = np.where(events.kind == RECEIVE, bought, 0.0)
        self.charged = np.zeros(steps)
        self.variance = np.zeros(steps)
        self.recosted = np.zeros(steps)
        self.debt = np.zeros(steps, dtype=np.int64)
        self.debt_cost = np.zeros(steps)
        self.owed = np.zeros(steps, dtype=np.int64)
        self.next_debt = np.full(steps, NONE)
        self.head, self.tail = np.full(accounts, NONE), np.full(accounts, NONE)
        self.first_debt, self.last_debt = np.full(accounts, NONE), np.full(accounts, NONE)
        self.last_issued, self.last_received = np.full(accounts, np.nan), last_cost.copy()
        self.uncosted: dict[int, int] = {}
        self.taken = Taken()

    def units(self, parts: Integers, account: Integers) -> Numbers:
        """Parts as units; a division, because that of a decimal by a power of ten is its nearest float."""
        return parts.astype(float) if self.in_units else parts / self.scale[account]

    def nothing(self) -> tuple[Numbers, Numbers]:
        """What ``holdings`` are before the first step."""
        return np.zeros(len(self.head)), np.zeros(len(self.head))

    def holdings(self) -> tuple[Numbers, Numbers]:
        """Units and money of each account, (a,) each: an emptied one has exactly 0 of both."""
        account, accounts = self.events.account, len(self.head)
        held = self.remaining - self.debt
        cost = np.where(self.debt > 0, self.debt_cost, self.unit_cost)
        money = np.where(held != 0, self.units(held, account) * cost, 0.0)
        parts = totals(account, held, accounts)
        return parts / self.scale, totals(account, money, accounts)
