"""A replay of many accounts side by side: the first step of each, then the second of each, and so on."""

import itertools
from typing import NamedTuple

import numpy as np

from xlinventory.core.ledger.codes import Integers, Mask, Numbers
from xlinventory.core.ledger.events import CHARGE, ISSUE, RECEIVE, Events
from xlinventory.core.ledger.flows import CostFlow, head_cost
from xlinventory.core.ledger.stock import Stock


class Batch(NamedTuple):
    """Steps of one *kind* and of different accounts, with their parts.

    *linked*: places among them of those that have a link; *unknown*: of receipts whose cost is to be found.
    """

    kind: int
    step: Integers
    account: Integers
    parts: Integers
    linked: Integers
    unknown: Integers


def batches(events: Events, steps: Integers, edges: list[int]) -> tuple[Batch, ...]:
    """Steps split at *edges*; what all methods look at is gathered once."""
    account, parts, kind = events.account[steps], events.parts[steps], events.kind[steps]
    linked = events.link[steps] >= 0
    unknown = (kind == RECEIVE) & np.isnan(events.cost[steps]) & ~linked
    found = []
    for start, end in itertools.pairwise(edges):
        span = slice(start, end)
        marked = (np.flatnonzero(mask[span]) for mask in (linked, unknown))
        found.append(Batch(int(kind[start]), steps[span], account[span], parts[span], *marked))
    return tuple(found)


class SideBySide:
    """Takes a stock through steps of different accounts at once; *step* arrays name each account once."""

    def __init__(self, stock: Stock, flow: CostFlow) -> None:
        self.stock, self.flow, self.events = stock, flow, stock.events
        self.owing = bool((stock.first_debt >= 0).any())
        self.exact = not stock.slack.any()
        self.holes = bool(stock.taken.step)

    def take(self, batch: Batch) -> None:
        """A batch of steps."""
        if self.flow.standard:
            self._revalue(batch.step, batch.account)
        _TAKES[batch.kind](self, batch)

    def receive(self, batch: Batch) -> None:
        """Units come in: they settle debts first, the rest is stored."""
        stock, (_, step, account, parts, linked, unknown) = self.stock, batch
        if linked.size:
            self._cost(step[linked], account[linked], self._cost_of_sale(step[linked], account[linked]))
        if unknown.size:
            self._cost(step[unknown], account[unknown], self._cost_of_next(step[unknown], account[unknown]))
        if self.flow.standard:
            standard = self.events.standard[step]
            stock.variance[step] += stock.units(parts, account) * (stock.unit_cost[step] - standard)
            stock.unit_cost[step] = standard
        if self.owing:
            parts = self._settle(step, account, parts, stock.unit_cost[step])
            rest = parts > 0
            step, account, parts = step[rest], account[rest], parts[rest]
        self.flow.store(stock, step, account, parts)

    def issue(self, batch: Batch) -> None:
        """Units go out: those sent back from their own layer, all others from the head of the chain."""
        _, step, account, need, linked, _ = batch
        if linked.size:
            need = need.copy()
            self._send_back(step, account, need, linked)
            step, account, need = (column[need > 0] for column in (step, account, need))
        head = self.stock.head[account]
        while True:
            if (head < 0).any():
                self._borrow(step[head < 0], account[head < 0], need[head < 0])
                step, account, need, head = (column[head >= 0] for column in (step, account, need, head))
            if not step.size:
                return
            need = self._take_from(step, account, head, need)
            (still,) = need.nonzero()
            step, account, need = step[still], account[still], need[still]
            head = self.stock.head[account]

    def charge(self, batch: Batch) -> None:
        """Landed cost: units of its receipt that are still there carry their part, the rest is charged."""
        step, account = batch.step, batch.account
        stock, receipt, amount = self.stock, self.events.link[step], self.events.cost[step]
        layer = stock.head[account] if self.flow.pooled else receipt
        left = np.where(layer >= 0, stock.remaining[layer], 0)
        left = np.minimum(left, self.events.parts[receipt])
        kept = amount * (left / self.events.parts[receipt])
        if self.flow.standard:
            kept = np.zeros(len(step))
        some = kept != 0
        units = stock.units(stock.remaining[layer[some]], account[some])
        stock.unit_cost[layer[some]] += kept[some] / units
        stock.received[step], stock.charged[step] = amount, amount - kept

    def _cost(self, step: Integers, account: Integers, cost: Numbers) -> None:
        """Receipts come in at a cost that was not known before."""
        self.stock.unit_cost[step] = cost
        self.stock.received[step] = self.stock.units(self.events.parts[step], account) * cost

    def _cost_of_sale(self, step: Integers, account: Integers) -> Numbers:
        """What a unit of the sale that comes back cost."""
        stock, sale = self.stock, self.events.link[step]
        out = stock.charged[sale] + stock.recosted[sale]
        return out / stock.units(self.events.parts[sale], account)

    def _cost_of_next(self, step: Integers, account: Integers) -> Numbers:
        """What the next unit issued costs; 0 and a note where that is not known."""
        cost = head_cost(self.stock, account)
        for nowhere in np.flatnonzero(np.isnan(cost)).tolist():
            self.stock.uncosted.setdefault(int(account[nowhere]), int(step[nowhere]))
            cost[nowhere] = 0.0
        return cost

    def _revalue(self, step: Integers, account: Integers) -> None:
        """A new standard cost revalues what is there; the difference is charged."""
        stock, standard = self.stock, self.events.standard[step]
        stock.last_issued[account] = standard
        there = stock.head[account] >= 0
        head, new = stock.head[account[there]], standard[there]
        units = stock.units(stock.remaining[head], account[there])
        stock.variance[step[there]] += units * (stock.unit_cost[head] - new)
        stock.unit_cost[head] = new

    def _take_from(self, step: Integers, account: Integers, layer: Integers, need: Integers) -> Integers:
        """Take what steps need out of layers, as far as they have it; what is still needed then."""
        stock = self.stock
        have, cost = stock.remaining[layer], stock.unit_cost[layer]
        if self.exact:
            taken = np.minimum(need, have)
            rest = need - taken
        else:
            slack = stock.slack[account]
            taken = np.where(need < have - slack, need, have)
            rest = np.where(need > have + slack, need - have, 0)
        stock.charged[step] += stock.units(taken, account) * cost
        left = have - taken
        stock.remaining[layer] = left
        stock.taken.add(step, layer, taken, cost)
        (empty,) = (left == 0).nonzero()
        if empty.size:
            stock.last_issued[account[empty]] = cost[empty]
            self._advance(account[empty], layer[empty])
        return rest

    def _send_back(self, step: Integers, account: Integers, need: Integers, linked: Integers) -> None:
        """Take from the layers that steps are linked to, as far as these have units; *need* becomes less."""
        link = self.events.link[step[linked]]
        there = self.stock.remaining[link] > 0
        own, layer = linked[there], link[there]
        need[own] = self._take_from(step[own], account[own], layer, need[own])

    def _advance(self, account: Integers, layer: Integers) -> None:
        """Move the head of chains past layers that are empty now; those inside a chain stay as holes."""
        stock = self.stock
        first = stock.head[account] == layer
        self.holes |= not first.all()
        account, head = account[first], stock.next[layer[first]]
        stock.head[account] = head
        while self.holes and account.size:
            empty = (head >= 0) & (stock.remaining[head] == 0)
            account, head = account[empty], stock.next[head[empty]]
            stock.head[account] = head

    def _borrow(self, step: Integers, account: Integers, need: Integers) -> None:
        """Units that the stock does not have leave at the last known cost, or at 0 while none is known."""
        stock = self.stock
        self.owing = True
        known = head_cost(stock, account)
        cost = np.nan_to_num(known, nan=0.0)
        stock.charged[step] += stock.units(need, account) * cost
        stock.last_issued[account] = known
        stock.taken.add(step, np.full(len(step), -1), need, cost)
        stock.debt[step], stock.debt_cost[step] = need, cost
        stock.owed[step] = need
        chained: Mask = stock.first_debt[account] >= 0
        stock.next_debt[stock.last_debt[account[chained]]] = step[chained]
        stock.first_debt[account[~chained]] = step[~chained]
        stock.last_debt[account] = step

    def _settle(self, step: Integers, account: Integers, parts: Integers, cost: Numbers) -> Integers:
        """Cost the oldest debts anew at what comes in; how much of that is left."""
        stock, rest = self.stock, parts.copy()
        stock.last_received[account] = cost
        at = np.flatnonzero(stock.first_debt[account] >= 0)
        while at.size:
            debt, slack = stock.first_debt[account[at]], stock.slack[account[at]]
            covered = np.minimum(rest[at], stock.debt[debt])
            change = stock.units(covered, account[at]) * (cost[at] - stock.debt_cost[debt])
            stock.charged[step[at]] += change
            stock.recosted[debt] += change
            stock.debt[debt] -= covered
            rest[at] -= covered
            rest[at[rest[at] <= slack]] = 0
            settled = stock.debt[debt] <= slack
            stock.debt[debt[settled]] = 0
            stock.first_debt[account[at[settled]]] = stock.next_debt[debt[settled]]
            free = at[stock.first_debt[account[at]] < 0]
            stock.last_issued[account[free]] = cost[free]
            at = at[(rest[at] > 0) & (stock.first_debt[account[at]] >= 0)]
        return rest


_TAKES = {RECEIVE: SideBySide.receive, ISSUE: SideBySide.issue, CHARGE: SideBySide.charge}
