"""A replay step by step: the same rules as side by side, for the few accounts that are far longer than others.

Numbers are read and written one at a time in the arrays of the stock, which plain Python does faster through
memory views than NumPy does with arrays of one element. A test holds both to the same result.
"""

from math import isnan

from xlinventory.core.ledger.codes import Integers
from xlinventory.core.ledger.events import CHARGE, RECEIVE
from xlinventory.core.ledger.flows import CostFlow, at_the_end, at_the_head
from xlinventory.core.ledger.stock import Stock


class OneByOne:
    """Takes a stock through steps in their order."""

    def __init__(self, stock: Stock, flow: CostFlow) -> None:
        events = stock.events
        self.stock, self.flow = stock, flow
        self.kind, self.account, self.parts = events.kind.data, events.account.data, events.parts.data
        self.cost, self.link, self.standard = events.cost.data, events.link.data, events.standard.data
        self.scale, self.slack = stock.scale.data, stock.slack.data
        self.remaining, self.unit_cost, self.next = (
            stock.remaining.data,
            stock.unit_cost.data,
            stock.next.data,
        )
        self.received, self.charged = stock.received.data, stock.charged.data
        self.variance, self.recosted = stock.variance.data, stock.recosted.data
        self.debt, self.debt_cost = stock.debt.data, stock.debt_cost.data
        self.owed, self.next_debt = stock.owed.data, stock.next_debt.data
        self.head, self.tail = stock.head.data, stock.tail.data
        self.first_debt, self.last_debt = stock.first_debt.data, stock.last_debt.data
        self.last_issued, self.last_received = stock.last_issued.data, stock.last_received.data
        self.noted: tuple[list[int], list[int], list[int], list[float]] = ([], [], [], [])

    def take(self, steps: Integers) -> None:
        """Steps in their order."""
        for step in steps.tolist():
            account, kind = self.account[step], self.kind[step]
            if self.flow.standard:
                self._revalue(step, account)
            if kind == RECEIVE:
                self._receive(step, account)
            elif kind == CHARGE:
                self._charge(step, account)
            else:
                self._issue(step, account)
        self.stock.taken.add_lists(*self.noted)

    def _receive(self, step: int, account: int) -> None:
        cost, parts = self._incoming_cost(step, account), self.parts[step]
        units = parts / self.scale[account]
        self.received[step] = units * cost
        if self.flow.standard:
            self.variance[step] += units * (cost - self.standard[step])
            cost = self.standard[step]
        self.unit_cost[step] = self.last_received[account] = cost
        if self.first_debt[account] >= 0:
            parts = self._settle(step, account, parts, cost)
        if parts > 0:
            self._store(step, account, parts)

    def _store(self, step: int, account: int, parts: int) -> None:
        head, self.remaining[step] = self.head[account], parts
        if self.flow.store is at_the_end:
            if head < 0:
                self.head[account] = step
            else:
                self.next[self.tail[account]] = step
            self.tail[account] = step
            return
        self.head[account] = step
        if self.flow.store is at_the_head:
            self.next[step] = head
        elif head >= 0:
            together = parts + self.remaining[head]
            there, here = self.unit_cost[head], self.unit_cost[step]
            self.unit_cost[step] = there + (here - there) * (parts / together)
            self.remaining[step], self.remaining[head] = together, 0

    def _issue(self, step: int, account: int) -> None:
        need, link = self.parts[step], self.link[step]
        if link >= 0 and self.remaining[link] > 0:
            need = self._take_from(step, account, link, need)
            self._advance(account)
        head = self.head[account]
        while need > 0 and head >= 0:
            need = self._take_from(step, account, head, need)
            self._advance(account)
            head = self.head[account]
        if need > 0:
            self._borrow(step, account, need)

    def _take_from(self, step: int, account: int, layer: int, need: int) -> int:
        have, slack, cost = self.remaining[layer], self.slack[account], self.unit_cost[layer]
        taken = need if need < have - slack else have
        self.charged[step] += taken / self.scale[account] * cost
        self.remaining[layer] = have - taken
        self.last_issued[account] = cost
        self._note(step, layer, taken, cost)
        return need - have if need > have + slack else 0

    def _note(self, step: int, layer: int, parts: int, cost: float) -> None:
        steps, layers, counts, costs = self.noted
        steps.append(step)
        layers.append(layer)
        counts.append(parts)
        costs.append(cost)

    def _advance(self, account: int) -> None:
        head = self.head[account]
        while head >= 0 and self.remaining[head] == 0:
            head = self.next[head]
        self.head[account] = head

    def _charge(self, step: int, account: int) -> None:
        receipt, amount = self.link[step], self.cost[step]
        layer = self.head[account] if self.flow.pooled else receipt
        left = min(self.remaining[layer], self.parts[receipt]) if layer >= 0 else 0
        kept = 0.0 if self.flow.standard else amount * (left / self.parts[receipt])
        if kept:
            self.unit_cost[layer] += kept / (self.remaining[layer] / self.scale[account])
        self.received[step], self.charged[step] = amount, amount - kept

    def _revalue(self, step: int, account: int) -> None:
        standard, head = self.standard[step], self.head[account]
        self.last_issued[account] = standard
        if head >= 0:
            units = self.remaining[head] / self.scale[account]
            self.variance[step] += units * (self.unit_cost[head] - standard)
            self.unit_cost[head] = standard

    def _incoming_cost(self, step: int, account: int) -> float:
        link = self.link[step]
        if link >= 0:
            out = self.charged[link] + self.recosted[link]
            return float(out / (self.parts[link] / self.scale[account]))
        cost = float(self.cost[step])
        if isnan(cost):
            cost = self._known_cost(account)
            if isnan(cost):
                self.stock.uncosted.setdefault(account, step)
                cost = 0.0
        return cost

    def _known_cost(self, account: int) -> float:
        head, issued = self.head[account], self.last_issued[account]
        if head >= 0:
            return float(self.unit_cost[head])
        return float(self.last_received[account] if isnan(issued) else issued)

    def _borrow(self, step: int, account: int, need: int) -> None:
        known = self._known_cost(account)
        cost = 0.0 if isnan(known) else known
        self.charged[step] += need / self.scale[account] * cost
        self.last_issued[account] = known
        self._note(step, -1, need, cost)
        self.debt[step] = self.owed[step] = need
        self.debt_cost[step] = cost
        if self.first_debt[account] >= 0:
            self.next_debt[self.last_debt[account]] = step
        else:
            self.first_debt[account] = step
        self.last_debt[account] = step

    def _settle(self, step: int, account: int, parts: int, cost: float) -> int:
        rest, slack, debt = parts, self.slack[account], self.first_debt[account]
        while rest > 0 and debt >= 0:
            covered = min(rest, self.debt[debt])
            change = covered / self.scale[account] * (cost - self.debt_cost[debt])
            self.charged[step] += change
            self.recosted[debt] += change
            self.debt[debt] -= covered
            rest -= covered
            rest = 0 if rest <= slack else rest
            if self.debt[debt] > slack:
                break
            self.debt[debt] = 0
            debt = self.first_debt[account] = self.next_debt[debt]
        if debt < 0:
            self.last_issued[account] = cost
        return rest
