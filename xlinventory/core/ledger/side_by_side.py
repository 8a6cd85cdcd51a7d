"""A replay of many accounts side by side: the first step of each, then the second of each, and so on."""

import numpy as np

from xlinventory.core.ledger.codes import Integers, Mask, Numbers
from xlinventory.core.ledger.events import CHARGE, ISSUE, RECEIVE
from xlinventory.core.ledger.flows import CostFlow, head_cost
from xlinventory.core.ledger.stock import Stock


class SideBySide:
    """Takes a stock through steps of different accounts at once; *step* arrays name each account once."""

    def __init__(self, stock: Stock, flow: CostFlow) -> None:
        self.stock, self.flow, self.events = stock, flow, stock.events
        self.owing = bool((stock.first_debt >= 0).any())

    def take(self, step: Integers, kind: int) -> None:
        """Steps of one kind."""
        account = self.events.account[step]
        if self.flow.standard:
            self._revalue(step, account)
        _TAKES[kind](self, step, account)

    def receive(self, step: Integers, account: Integers) -> None:
        """Units come in: they settle debts first, the rest is stored."""
        stock, parts = self.stock, self.events.parts[step]
        cost = self._incoming_cost(step, account)
        units = stock.units(parts, account)
        stock.received[step] = units * cost
        if self.flow.standard:
            standard = self.events.standard[step]
            stock.variance[step] += units * (cost - standard)
            cost = standard
        stock.unit_cost[step] = cost
        stock.last_received[account] = cost
        if self.owing:
            parts = self._settle(step, account, parts, cost)
            rest = parts > 0
            step, account, parts = step[rest], account[rest], parts[rest]
        self.flow.store(stock, step, account, parts)

    def issue(self, step: Integers, account: Integers) -> None:
        """Units go out: those sent back from their own layer, all others from the head of the chain."""
        need = self.events.parts[step]
        link = self.events.link[step]
        if (link >= 0).any():
            need = self._send_back(step, account, link, need)
        while True:
            open_ = (need > 0) & (self.stock.head[account] >= 0)
            if not open_.all():
                self._borrow(step, account, need)
                step, account, need = step[open_], account[open_], need[open_]
            if not step.size:
                return
            head = self.stock.head[account]
            need = self._take_from(step, account, head, need)
            self._advance(account, head)

    def charge(self, step: Integers, account: Integers) -> None:
        """Landed cost: units of its receipt that are still there carry their part, the rest is charged."""
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

    def _incoming_cost(self, step: Integers, account: Integers) -> Numbers:
        stock, link, cost = self.stock, self.events.link[step], self.events.cost[step]
        linked = np.flatnonzero(link >= 0)
        if linked.size:
            sale = link[linked]
            out = stock.charged[sale] + stock.recosted[sale]
            cost[linked] = out / stock.units(self.events.parts[sale], account[linked])
        unknown = np.isnan(cost)
        if unknown.any():
            cost = np.where(unknown, head_cost(stock, account), cost)
            for nowhere in np.flatnonzero(np.isnan(cost)).tolist():
                stock.uncosted.setdefault(int(account[nowhere]), int(step[nowhere]))
            cost = np.nan_to_num(cost, nan=0.0)
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
        have, slack = stock.remaining[layer], stock.slack[account]
        taken = np.where(need < have - slack, need, have)
        cost = stock.unit_cost[layer]
        stock.charged[step] += stock.units(taken, account) * cost
        stock.remaining[layer] = have - taken
        stock.last_issued[account] = cost
        stock.taken.add(step, layer, taken, cost)
        return np.where(need > have + slack, need - have, 0)

    def _send_back(self, step: Integers, account: Integers, link: Integers, need: Integers) -> Integers:
        own = np.flatnonzero((link >= 0) & (self.stock.remaining[link] > 0))
        need = need.copy()
        need[own] = self._take_from(step[own], account[own], link[own], need[own])
        self._advance(account[own], self.stock.head[account[own]])
        return need

    def _advance(self, account: Integers, head: Integers) -> None:
        """Move the head of chains past empty layers."""
        stock = self.stock
        empty = (head >= 0) & (stock.remaining[head] == 0)
        while empty.any():
            account, head = account[empty], stock.next[head[empty]]
            stock.head[account] = head
            empty = (head >= 0) & (stock.remaining[head] == 0)

    def _borrow(self, step: Integers, account: Integers, need: Integers) -> None:
        """Units that the stock does not have leave at the last known cost, or at 0 while none is known."""
        stock = self.stock
        short = (need > 0) & (stock.head[account] < 0)
        if not short.any():
            return
        self.owing = True
        step, account, need = step[short], account[short], need[short]
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
