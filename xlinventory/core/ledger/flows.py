"""The cost flows as a table: how each stores what comes in. What goes out always leaves the head of the chain.

FIFO puts a layer at the end of the chain, LIFO at its head; an average blends it into the only layer there is,
and standard cost does the same at the cost fixed beforehand. A periodic method is its perpetual namesake with
the receipts of the period replayed before its issues; specific identification is FIFO within each lot.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from xlinventory.core.ledger.codes import Integers, Numbers
from xlinventory.core.ledger.stock import Stock

Store = Callable[[Stock, Integers, Integers, Integers], None]


@dataclass(frozen=True, slots=True)
class CostFlow:
    """A cost flow: where a receipt is stored, and what else sets a method apart.

    *pooled*: one layer an account. *by_lot*: an account is a lot, not an item.
    """

    store: Store
    pooled: bool = False
    periodic: bool = False
    standard: bool = False
    by_lot: bool = False


def at_the_end(stock: Stock, step: Integers, account: Integers, parts: Integers) -> None:
    """The new layer is the last to be issued."""
    stock.remaining[step] = parts
    empty = stock.head[account] < 0
    stock.head[account[empty]] = step[empty]
    stock.next[stock.tail[account[~empty]]] = step[~empty]
    stock.tail[account] = step


def at_the_head(stock: Stock, step: Integers, account: Integers, parts: Integers) -> None:
    """The new layer is the next to be issued."""
    stock.remaining[step] = parts
    stock.next[step] = stock.head[account]
    stock.head[account] = step


def blended(stock: Stock, step: Integers, account: Integers, parts: Integers) -> None:
    """The new layer takes in the one there is, at the mean cost of both."""
    pool = stock.head[account]
    full = pool >= 0
    pool, new = pool[full], step[full]
    stock.remaining[step] = parts
    stock.remaining[new] += stock.remaining[pool]
    share: Numbers = parts[full] / stock.remaining[new]
    stock.unit_cost[new] = stock.unit_cost[pool] + (stock.unit_cost[new] - stock.unit_cost[pool]) * share
    stock.remaining[pool] = 0
    stock.head[account] = step


_FIFO = CostFlow(at_the_end)
_LIFO = CostFlow(at_the_head)
_WAC = CostFlow(blended, pooled=True)
METHODS: Mapping[str, CostFlow] = {
    "FIFO": _FIFO,
    "LIFO": _LIFO,
    "WAC": _WAC,
    "FIFO_PERIODIC": replace(_FIFO, periodic=True),
    "LIFO_PERIODIC": replace(_LIFO, periodic=True),
    "WAC_PERIODIC": replace(_WAC, periodic=True),
    "STANDARD": replace(_WAC, standard=True),
    "SPECIFIC": replace(_FIFO, by_lot=True),
}


def head_cost(stock: Stock, account: Integers) -> Numbers:
    """Cost of the next unit issued: of the layer at the head, else the last known one, else NaN."""
    head = stock.head[account]
    last = np.where(
        np.isnan(stock.last_issued[account]), stock.last_received[account], stock.last_issued[account]
    )
    return np.where(head >= 0, stock.unit_cost[head], last)
