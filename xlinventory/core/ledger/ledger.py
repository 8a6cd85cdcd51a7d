"""A stock ledger: movements of many items, checked, ordered and linked once, valued by any method."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from math import inf
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from xlinventory.core.checks import require
from xlinventory.core.errors import WrongInput
from xlinventory.core.ledger.charges import charge
from xlinventory.core.ledger.codes import (
    Integers,
    Mask,
    Numbers,
    coded,
    day_serials,
    distinct,
    listed,
    numbered,
    one_day,
)
from xlinventory.core.ledger.entries import Entries, column, enter, same_length
from xlinventory.core.ledger.flows import METHODS, CostFlow
from xlinventory.core.ledger.journal import Journal, keep_journal
from xlinventory.core.ledger.kinds import Meaning, meanings
from xlinventory.core.ledger.problems import Problem, find_problems, find_shortages
from xlinventory.core.ledger.replay import Plan, plan, replay
from xlinventory.core.ledger.standards import standards_in_force
from xlinventory.core.ledger.valued import Behind, ValuedLedger, count_up

OnProblem = Literal["raise", "leave_out"]


class StockLedger:
    """Movements of many items, checked, ordered and linked once; ``value`` them by any method.

    Arrays of equal length n, in the order of entry. *date*: days or day serials; *quantity*: signed units;
    *unit_cost*: of what came in, NaN where not known; *kind*: words of KINDS, or None where the sign says it
    all; *reference*: what links a return to its sale or receipt, "" for nothing. *receipts_first*: receipts
    of a day before its issues, whatever their entry. *standard_cost*: the standard in force at each row.
    *skus*: the items of the result and their order; *last_cost*: a cost known of each beforehand, or NaN.

    #VALUE!: columns of unequal length, an unknown kind or item. #NUM!: a negative cost, a quantity that is no
    number.
    """

    def __init__(
        self,
        sku: ArrayLike,
        date: ArrayLike,
        quantity: ArrayLike,
        unit_cost: ArrayLike,
        *,
        kind: ArrayLike | None = None,
        reference: ArrayLike | None = None,
        receipts_first: bool = False,
        standard_cost: ArrayLike | None = None,
        skus: ArrayLike | None = None,
        last_cost: ArrayLike | None = None,
    ) -> None:
        words, days = listed(sku), day_serials("date", date)
        units, costs = column("quantity", quantity), column("unit_cost", unit_cost)
        kinds = None if kind is None else listed(kind)
        references = None if reference is None else listed(reference)
        standards = None if standard_cost is None else column("standard_cost", standard_cost)
        same_length(
            sku=words, date=days, quantity=units, unit_cost=costs, kind=kinds, reference=references,
            standard_cost=standards,
        )  # fmt: skip
        item, codes = numbered(words) if skus is None else _among(words, listed(skus))
        self.sku = np.fromiter(codes, dtype=object, count=len(codes))
        known = np.full(len(codes), np.nan) if last_cost is None else column("last_cost", last_cost)
        same_length(skus=codes, last_cost=known)
        self._receipts_first, self._standard, self._last_cost = receipts_first, standards, known
        self._kept: tuple[Any, Any] = (None, None)
        self._entries = enter(item, days, units, costs, meanings(kinds, units), references)

    @property
    def item(self) -> Integers:
        """Place of each row's item in *sku*, (n,)."""
        return self._entries.item

    @property
    def date(self) -> Numbers:
        """Day serial of each row, (n,)."""
        return self._entries.date

    @property
    def quantity(self) -> Numbers:
        """Units of each row, (n,)."""
        return self._entries.quantity

    @property
    def moved(self) -> Numbers:
        """Units that came into stock or went out of it with each row, (n,): 0 for a transfer."""
        still = self._entries.meaning == Meaning.STILL.value
        return np.where(still, 0.0, self._entries.quantity)

    @property
    def purchase(self) -> Mask:
        """Marks rows (n,) that were bought, went back to a supplier, or are landed cost."""
        return self._entries.purchase

    @property
    def sale(self) -> Mask:
        """Marks rows (n,) that were sold or came back."""
        return self._entries.sale

    def value(
        self,
        method: str = "FIFO",
        *,
        from_date: object = None,
        as_of: object = None,
        periods: ArrayLike = (),
        negative: str = "error",
        on_problem: OnProblem = "raise",
    ) -> ValuedLedger:
        """Stock, cost of sales, opening stock and receipts of each item in a window that includes both days.

        A periodic method takes the window as its period; its opening stock is what the same method makes of
        all days before as one period, or of those that begin on the days *periods*: then a period opens with
        what the last one closed with.

        *negative*: "error" refuses an issue beyond the stock, "allow" costs it at the last known cost and
        anew at the receipt that covers it. *on_problem*: raise the first problem, or leave out the items that
        have one.

        #NUM!: an issue beyond the stock, as_of before from_date. #VALUE!: a purchase without a cost.
        #N/A: an issue of a lot that was never received, STANDARD without standard costs.
        """
        first, last = np.floor(one_day("from_date", from_date)), np.floor(one_day("as_of", as_of))
        require(not last < first, "as_of must not be before from_date", last)
        flow = _flow(method, negative)
        journal, item_of = self._journal(flow)
        start, end = -inf if np.isnan(first) else first, inf if np.isnan(last) else last
        planned = self._planned(flow, _starts(periods if flow.periodic else (), start), float(end))
        done = replay(journal, planned, flow, self._last_cost[item_of])
        of_account = find_problems(done, negative)
        problems = self._earliest(of_account, item_of)
        if problems and on_problem == "raise":
            raise problems[min(problems)].raised()
        return count_up(method, self.sku, Behind(done, item_of, len(self.item)), problems)

    def shortages(self) -> dict[int, Problem]:
        """The first issue of each item beyond its stock, by its place; perpetual methods agree on it."""
        journal, _ = self._items
        planned = self._planned(METHODS["WAC"], np.array([-inf]), inf)
        return find_shortages(replay(journal, planned, METHODS["WAC"], self._last_cost))

    def with_charges(
        self,
        reference: ArrayLike,
        amount: ArrayLike,
        *,
        date: ArrayLike | None = None,
        basis: ArrayLike = "value",
        weight: ArrayLike | None = None,
    ) -> "StockLedger":
        """This ledger with landed cost: freight, duty or other charges (m,) on the receipts of a *reference*.

        A charge is shared over the receipts by "value", "quantity" or "weight" (*basis*: (m,) or one for all;
        *weight*: (n,) of a unit of each row) and its shares add up to it exactly. From its *date* on (NaN:
        from the receipt's own) what is left of a receipt carries its part; the part of what is gone is cost
        of sales of that day. Credits and charges of one call count together.

        #N/A: a reference without a receipt. #DIV/0!: nothing to share by. #NUM!: a credit beyond the cost.
        """
        names = listed(reference)
        days = np.full(len(names), np.nan) if date is None else day_serials("date", date)
        bases = [basis] * len(names) if isinstance(basis, str) else listed(basis)
        ledger = object.__new__(StockLedger)
        ledger.sku, ledger._receipts_first = self.sku, self._receipts_first
        ledger._standard, ledger._last_cost = self._standard, self._last_cost
        ledger._kept = (None, None)
        ledger._entries = charge(self._entries, names, column("amount", amount), days, bases, weight)
        return ledger

    def _earliest(self, of_account: Mapping[int, Problem], item_of: Integers) -> dict[int, Problem]:
        """The problem of each item: of several lots that of the earliest row."""
        found: dict[int, Problem] = {}
        day = self._entries.date
        for account, problem in sorted(of_account.items(), key=lambda it: (day[it[1].row] // 1, it[1].row)):
            found.setdefault(int(item_of[account]), problem)
        return found

    def _planned(self, flow: CostFlow, starts: Numbers, end: float) -> Plan:
        """The steps of a window; those of the last one asked for are kept for the next method."""
        key = (tuple(starts), end, flow.periodic, flow.standard, flow.by_lot)
        if key != self._kept[0]:
            journal, _ = self._journal(flow)
            standard = standards_in_force(self._standard, journal) if flow.standard else None
            self._kept = (key, plan(journal, starts, end, standard, periodic=flow.periodic))
        planned: Plan = self._kept[1]
        return planned

    def _journal(self, flow: CostFlow) -> tuple[Journal, Integers]:
        """The journal a cost flow is replayed from, and the item of each of its accounts."""
        return self._lots if flow.by_lot else self._revalued if flow.standard else self._items

    @cached_property
    def _items(self) -> tuple[Journal, Integers]:
        """The journal with an account for each item."""
        first = self._receipts_first
        journal = keep_journal(self._entries, self.item, self._last_cost, receipts_first=first)
        return journal, np.arange(len(self.sku))

    @cached_property
    def _revalued(self) -> tuple[Journal, Integers]:
        """As _items, with the rows that move nothing: each may bring a new standard."""
        first, known = self._receipts_first, self._last_cost
        entries = replace(self._entries, quantity=self.moved)
        journal = keep_journal(entries, self.item, known, receipts_first=first, empty_rows=True)
        return journal, np.arange(len(self.sku))

    @cached_property
    def _lots(self) -> tuple[Journal, Integers]:
        """The journal with an account for each lot: the rows of an item that have one reference."""
        lot, item_of = _lots_of(self._entries)
        known = self._last_cost[item_of]
        return keep_journal(self._entries, lot, known, receipts_first=self._receipts_first), item_of


def value_ledger(
    sku: ArrayLike,
    date: ArrayLike,
    quantity: ArrayLike,
    unit_cost: ArrayLike,
    *,
    kind: ArrayLike | None = None,
    reference: ArrayLike | None = None,
    method: str = "FIFO",
    from_date: object = None,
    as_of: object = None,
    negative: str = "error",
    receipts_first: bool = False,
    standard_cost: ArrayLike | None = None,
) -> ValuedLedger:
    """Stock and cost of sales of many items by one method; arguments and errors as of ``StockLedger``.

    >>> valued = value_ledger(["A", "A", "A"], [1, 2, 3], [10, 10, -15], [10, 20, 0], method="LIFO")
    >>> valued.cost_of_sales.tolist(), valued.value.tolist()
    ([250.0], [50.0])
    """
    ledger = StockLedger(
        sku, date, quantity, unit_cost, kind=kind, reference=reference, receipts_first=receipts_first,
        standard_cost=standard_cost,
    )  # fmt: skip
    return ledger.value(method, from_date=from_date, as_of=as_of, negative=negative)


def _flow(method: str, negative: str) -> CostFlow:
    if method not in METHODS:
        raise WrongInput(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    if negative not in ("error", "allow"):
        raise WrongInput(f"negative must be error or allow, got {negative!r}")
    return METHODS[method]


def _starts(periods: ArrayLike, start: float) -> Numbers:
    """First days of the periods before a window, in their order, and then its own."""
    if np.size(periods) == 0:
        return np.array([start])
    first = np.unique(np.floor(day_serials("periods", periods)))
    return np.append(first[first < start], start)


def _among(words: list[Any], skus: list[Any]) -> tuple[Integers, dict[Any, int]]:
    """Place of each word among *skus*, -1 for none, and the place of each of these."""
    codes = distinct(skus)
    return coded(words, codes), codes


def _lots_of(entries: Entries) -> tuple[Integers, Integers]:
    """Lot (n,) of each row, and the item of each lot: lots by item, each item's by their first rows."""
    name, words = numbered(entries.reference or [""] * len(entries.item))
    width = max(1, len(words))
    lots, first, lot = np.unique(entries.item * width + name, return_index=True, return_inverse=True)
    order = np.lexsort((first, lots // width))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return place[lot], lots[order] // width
