"""One replay of a stock ledger, and the cost flows - FIFO, LIFO, average - as a table of pick rules.

Stock is a row of layers, oldest first: units received together at one unit cost. A receipt stores a layer,
an issue takes units from the end its rule points at. Averaging keeps a single layer at the mean cost. A
periodic method is its perpetual namesake with all receipts of the period replayed before its issues.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, isnan, nan
from typing import Literal, NamedTuple, TypeAlias

from xlinventory.core.errors import NotEnoughData, OutOfDomain

Negative: TypeAlias = Literal["error", "allow"]

_SLACK = 1e-10
"""Share of a receipt or an issue within which a rest is rounding: 70 issues of 0.1 empty a receipt of 7."""


class NegativeStock(OutOfDomain):
    """An issue takes more than the stock holds; carries its row and the units that are missing."""

    def __init__(self, row: int, quantity: float, missing: float) -> None:
        super().__init__(f"an issue of {quantity:g} is {missing:g} more than the stock holds")
        self.row, self.quantity, self.missing = row, quantity, missing


class Layer(NamedTuple):
    """Units in stock at one cost; *received* is how many they were at first.

    A negative quantity was issued beyond the stock and waits for a receipt; its cost is provisional.
    """

    date: float
    quantity: float
    unit_cost: float
    received: float

    @property
    def value(self) -> float:
        """Money the layer is worth."""
        return self.quantity * self.unit_cost


@dataclass(frozen=True, slots=True)
class Stock:
    """Layers oldest first, all above zero or all below; NaN costs are not known yet."""

    layers: tuple[Layer, ...] = ()
    last_issued: float = nan
    last_received: float = nan

    @property
    def quantity(self) -> float:
        """Units in stock, below 0 when more was issued than received."""
        return fsum(layer.quantity for layer in self.layers)

    @property
    def value(self) -> float:
        """Money in stock, recomputed from the layers: an empty stock is worth exactly 0."""
        return fsum(layer.value for layer in self.layers)

    @property
    def last_cost(self) -> float:
        """Cost of the last unit issued, else of the last receipt, else NaN."""
        return self.last_received if isnan(self.last_issued) else self.last_issued


EMPTY = Stock()


class Rows(NamedTuple):
    """Rows of a ledger in the order of replay: receipts positive, issues negative, their cost ignored.

    *links*: -1, or for units that come back the row they left with, whose cost they take, and for units
    sent back the row they came with. A receipt of NaN cost comes in at the cost of the next unit issued.
    """

    dates: Sequence[float]
    quantities: Sequence[float]
    unit_costs: Sequence[float]
    links: Sequence[int] = ()


class Replay(NamedTuple):
    """Stock at the end, and the money that came in and went out with each row.

    What goes out with a receipt is the change in cost of earlier issues that it covers.
    """

    stock: Stock
    received: list[float]
    charged: list[float]


class _Bin:
    """A layer while it is worked on."""

    __slots__ = ("date", "quantity", "received", "row", "unit_cost")

    def __init__(self, date: float, quantity: float, unit_cost: float, received: float, row: int) -> None:
        self.date, self.quantity, self.unit_cost = date, quantity, unit_cost
        self.received, self.row = received, row


_Bins: TypeAlias = deque[_Bin]


def _blend(bins: _Bins, new: _Bin) -> None:
    """Keep one layer at the mean cost, dated by the last receipt."""
    if not bins:
        bins.append(new)
        return
    pool = bins[0]
    quantity = pool.quantity + new.quantity
    pool.unit_cost += (new.unit_cost - pool.unit_cost) * (new.quantity / quantity)
    pool.date, pool.quantity, pool.received = new.date, quantity, max(pool.received, quantity)


def _take(bin_: _Bin, need: float, quantity: float) -> tuple[float, float]:
    """Take what an issue of *quantity* still needs out of a bin: what it needs then, what it got."""
    have = bin_.quantity
    slack = _SLACK * max(bin_.received, quantity)
    if need < have - slack:
        bin_.quantity = have - need
        return 0.0, need
    bin_.quantity = 0.0
    return (need - have if need > have + slack else 0.0), have


class CostFlow(NamedTuple):
    """A cost flow: which layer the next unit leaves, and how a receipt is stored."""

    next: Literal[0, -1]
    remove: Callable[[_Bins], _Bin]
    store: Callable[[_Bins, _Bin], None] = deque.append
    periodic: bool = False

    def order(self, quantities: Sequence[float]) -> Iterable[int]:
        """Rows in the order in which this flow looks at them."""
        rows = range(len(quantities))
        return sorted(rows, key=lambda row: quantities[row] <= 0) if self.periodic else rows


_OLDEST = CostFlow(0, deque.popleft)
_NEWEST = CostFlow(-1, deque.pop)
_AVERAGE = CostFlow(0, deque.popleft, _blend)
COST_FLOWS: Mapping[str, CostFlow] = {
    "FIFO": _OLDEST,
    "LIFO": _NEWEST,
    "WAC": _AVERAGE,
    "FIFO_PERIODIC": _OLDEST._replace(periodic=True),
    "LIFO_PERIODIC": _NEWEST._replace(periodic=True),
    "WAC_PERIODIC": _AVERAGE._replace(periodic=True),
}


def replay(rows: Rows, flow: CostFlow, negative: str = "error", opening: Stock = EMPTY) -> Replay:
    """Take a stock through the rows of a ledger.

    With *negative* "allow", units beyond the stock leave at the last known cost (0 while none is known) and
    are costed anew at the receipt that covers them; with "error" they raise NegativeStock.

    >>> moves = Rows([1, 2, 3], [10, 10, -15], [10, 20, 0])
    >>> [replay(moves, COST_FLOWS[method]).charged[-1] for method in ("FIFO", "LIFO", "WAC")]
    [200.0, 250.0, 225.0]
    """
    work = _Work(rows, flow, negative, opening)
    for row in flow.order(rows.quantities):
        quantity = rows.quantities[row]
        if quantity > 0:
            work.receive(row, quantity)
        elif quantity < 0:
            work.issue(row, -quantity)
    return Replay(work.stock(), work.received, work.charged)


class _Work:
    """The state of one replay: bins in stock, or debts owed by it, never both."""

    def __init__(self, rows: Rows, flow: CostFlow, negative: str, opening: Stock) -> None:
        self.rows, self.flow, self.negative = rows, flow, negative
        bins = deque(_Bin(*layer, -1) for layer in opening.layers)
        short = bool(bins) and bins[0].quantity < 0
        self.bins: _Bins = deque() if short else bins
        self.debts: _Bins = bins if short else deque()
        self.last_issued, self.last_received = opening.last_issued, opening.last_received
        self.received, self.charged = [0.0] * len(rows.quantities), [0.0] * len(rows.quantities)
        self.recosted: dict[int, float] = {}
        self.bin_of: dict[int, _Bin] = {}

    def receive(self, row: int, quantity: float) -> None:
        """Units come in: they settle debts first, the rest is stored."""
        cost = self._incoming_cost(row)
        self.received[row] = quantity * cost
        self.last_received = cost
        rest = self._settle(row, quantity, cost) if self.debts else quantity
        if rest > 0:
            new = _Bin(self.rows.dates[row], rest, cost, quantity, row)
            self.flow.store(self.bins, new)
            if self.bins[-1] is new:
                self.bin_of[row] = new

    def issue(self, row: int, quantity: float) -> None:
        """Units go out: those sent back from their own layer, all others from the layer of the rule."""
        need = self._send_back(row, quantity) if self.rows.links else quantity
        cost = self.charged[row]
        while need > 0 and self.bins:
            bin_ = self.bins[self.flow.next]
            need, taken = _take(bin_, need, quantity)
            cost += taken * bin_.unit_cost
            self.last_issued = bin_.unit_cost
            if not bin_.quantity:
                self._drop_empty()
        self.charged[row] = cost + (self._borrow(row, quantity, need) if need > 0 else 0.0)

    def stock(self) -> Stock:
        """The state as a value; an averaged debt is one layer too."""
        bins = [bin_ for bin_ in self.bins or self.debts if bin_.quantity]
        layers = [Layer(b.date, b.quantity, b.unit_cost, b.received) for b in bins]
        if self.flow.store is _blend and len(layers) > 1:
            quantity = fsum(layer.quantity for layer in layers)
            value = fsum(layer.value for layer in layers)
            layers = [Layer(layers[0].date, quantity, value / quantity, -quantity)]
        return Stock(tuple(layers), self.last_issued, self.last_received)

    def _incoming_cost(self, row: int) -> float:
        link = self.rows.links[row] if self.rows.links else -1
        if link >= 0:
            return (self.charged[link] + self.recosted.get(link, 0.0)) / -self.rows.quantities[link]
        cost = self.rows.unit_costs[row]
        return self._current_cost() if isnan(cost) else cost

    def _current_cost(self) -> float:
        cost = self.bins[self.flow.next].unit_cost if self.bins else self._last_cost()
        if isnan(cost):
            raise NotEnoughData("no cost is known for units that come in")
        return cost

    def _last_cost(self) -> float:
        return self.last_received if isnan(self.last_issued) else self.last_issued

    def _send_back(self, row: int, quantity: float) -> float:
        """Take units from the layer they came with, as far as it has them; how many are still needed."""
        bin_ = self.bin_of.get(self.rows.links[row])
        if bin_ is None or not bin_.quantity:
            return quantity
        need, taken = _take(bin_, quantity, quantity)
        self.charged[row] = taken * bin_.unit_cost
        self.last_issued = bin_.unit_cost
        self._drop_empty()
        return need

    def _drop_empty(self) -> None:
        while self.bins and not self.bins[self.flow.next].quantity:
            self.flow.remove(self.bins)

    def _borrow(self, row: int, quantity: float, need: float) -> float:
        """Provisional cost of units that the stock does not have."""
        if self.negative == "error":
            raise NegativeStock(row, quantity, need)
        known = self._last_cost()
        cost = 0.0 if isnan(known) else known
        self.last_issued = known
        self.debts.append(_Bin(self.rows.dates[row], -need, cost, quantity, row))
        return need * cost

    def _settle(self, row: int, quantity: float, cost: float) -> float:
        """Cost the oldest debts anew at what comes in; how much of that is left."""
        rest = quantity
        while rest > 0 and self.debts:
            debt = self.debts[0]
            slack = _SLACK * max(debt.received, quantity)
            covered = min(rest, -debt.quantity)
            change = covered * (cost - debt.unit_cost)
            self.charged[row] += change
            self.recosted[debt.row] = self.recosted.get(debt.row, 0.0) + change
            debt.quantity += covered
            rest -= covered
            if debt.quantity > -slack:
                self.debts.popleft()
            if rest <= slack:
                rest = 0.0
        if not self.debts:
            self.last_issued = cost
        return rest
