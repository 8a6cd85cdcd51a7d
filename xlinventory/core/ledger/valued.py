"""What a ledger comes to by one method: figures of each item, and the layers and rows behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.checks import require
from xlinventory.core.ledger.codes import Integers, Numbers
from xlinventory.core.ledger.consumption import Consumed, Layers, RowMoney, consumed, layers, row_money
from xlinventory.core.ledger.problems import Problem
from xlinventory.core.ledger.replay import Replay

_NOISE = 1e-9
"""Share of the money moved below which a balance is rounding."""


@dataclass(frozen=True, slots=True)
class ValuedLedger:
    """Stock and cost of sales of a window by one method; arrays by item (n_skus,), money at cost.

    *receipts_value*: opening stock, receipts and landed cost, less the credit for what went back to suppliers.
    *cost_of_sales*: everything else that went out, less what came back. *problems*: why an item, by its place,
    has no figures but NaN.
    """

    method: str
    sku: NDArray[Any]
    quantity: Numbers
    value: Numbers
    cost_of_sales: Numbers
    opening_quantity: Numbers
    opening_value: Numbers
    receipts_value: Numbers
    problems: Mapping[int, Problem]
    _behind: "Behind"

    @property
    def check(self) -> Numbers:
        """Opening + receipts - cost of sales - value: 0, each of the four worked out by itself."""
        terms = np.array([self.opening_value, self.receipts_value, -self.cost_of_sales, -self.value])
        balance: Numbers = terms.sum(axis=0)
        return np.where(np.abs(balance) <= _NOISE * np.abs(terms).sum(axis=0), 0.0, balance)

    def layers(self) -> Layers:
        """What the stock consists of, each item's oldest layer first; they add up to *value*."""
        return layers(self._behind.replay, self._behind.item_of)

    def consumed(self) -> Consumed:
        """Which layers each issue of the window took units from."""
        return consumed(self._behind.replay)

    def by_row(self) -> RowMoney:
        """Money that came into stock and went out of it with each row, in the order they were entered."""
        return row_money(self._behind.replay, self._behind.rows)


@dataclass(frozen=True, slots=True)
class Behind:
    """The replay behind the figures, the item (a,) of each of its accounts, and how many rows were entered."""

    replay: Replay
    item_of: Integers
    rows: int


def count_up(method: str, sku: NDArray[Any], behind: Behind, problems: Mapping[int, Problem]) -> ValuedLedger:
    """The figures of a replay; NaN for items with problems. #NUM!: a figure beyond what a cell can hold."""
    done = behind.replay
    (quantity, value), (opening_quantity, opening_value) = done.closing, done.opening
    receipts, cost_of_sales = _flows(behind, len(sku))
    figures = {
        "quantity": _by_item(quantity, behind, len(sku)),
        "value": _by_item(value, behind, len(sku)),
        "cost_of_sales": cost_of_sales,
        "opening_quantity": _by_item(opening_quantity, behind, len(sku)),
        "opening_value": _by_item(opening_value, behind, len(sku)),
        "receipts_value": receipts,
    }
    left_out = np.zeros(len(sku), dtype=bool)
    left_out[list(problems)] = True
    for name, figure in figures.items():
        require(left_out | np.isfinite(figure), f"{name} is too large", figure)
        figure[left_out] = np.nan
    return ValuedLedger(method, sku, **figures, problems=problems, _behind=behind)


def _flows(behind: Behind, items: int) -> tuple[Numbers, Numbers]:
    """Receipts and cost of sales of each item in the window."""
    done = behind.replay
    events, journal, stock = done.events, done.journal, done.stock
    window = slice(events.before, None)
    lead = events.place[events.first[:-1]][window]
    item = behind.item_of[events.account[window]]
    bought = journal.purchase[lead] | journal.landed[lead]
    received, charged = stock.received[window], (stock.charged + stock.variance)[window]
    credit = _credits(behind, items)
    paid = np.bincount(item, np.where(bought, received, 0.0), items)
    went = np.bincount(item, charged - np.where(bought, 0.0, received), items)
    return paid - credit, went - credit


def _credits(behind: Behind, items: int) -> Numbers:
    """What suppliers give back to each item for what went back to them in the window."""
    events, journal = behind.replay.events, behind.replay.journal
    window = np.zeros(len(journal.row), dtype=bool)
    window[events.place[events.first[events.before] :]] = True
    rows = np.flatnonzero(window & (journal.credit != 0))
    return np.bincount(behind.item_of[journal.account[rows]], journal.credit[rows], items)


def _by_item(of_account: Numbers, behind: Behind, items: int) -> Numbers:
    """Totals of accounts by item; that of a single account is that account's, to the last digit."""
    return np.bincount(behind.item_of, of_account, items).astype(float)
