"""A stock ledger in the plainest way, to hold the real one against: lists of lots, exact fractions.

Written from the policy and from nothing else, so that agreement means something:

- OPENING and RECEIPT come in at their unit cost. SUPPLIER_RETURN goes out of its receipt's lot (the latest
  receipt before it of the same reference), the rest by the rule; its credit is that receipt's cost, else its
  own, else that of the last receipt, else the one known beforehand, and lessens the receipts' value. A
  purchase without a cost is refused.
- CUSTOMER_RETURN comes back at what its sale left at (the latest sale before it of the same reference), else
  at its own cost, else at that of the last sale before it, else as an adjustment does.
- ADJUSTMENT, and whatever else comes in, at its own cost, else at the cost of the next unit issued.
- SALE, WRITE_OFF and whatever else goes out leave by the rule. TRANSFER moves nothing, but its
  standard counts.
- Receipts first: all that comes in of a day but what customers bring back, which follows its sale.
- Units beyond the stock leave at the cost of the last unit issued, else of the last that came in, else 0;
  whatever comes in next costs them anew, and the change is charged with it.
- A periodic method looks at what came in within its period before what went out; what was before the window
  is one period, or those that begin on the days it is told. What comes back in the
  period of its sale was never sold; what comes back beyond its sale comes in as an adjustment does.
- Standard cost: what comes in is stored at the standard of its row, a new one costs the stock anew; both
  differences are charged with the row.
- Specific identification: the rows of one reference are a stock of their own, first in, first out.
- A charge is shared over the receipts of its reference. Each carries its part from its own place on, or from
  the end of the day of the charge; what is no longer there is charged. An average holds no more than its pool
  of a receipt, a standard nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from math import floor, inf
from typing import Any, NamedTuple

PURCHASES = ("OPENING", "RECEIPT", "SUPPLIER_RETURN")
SALES = ("SALE", "CUSTOMER_RETURN")
PERPETUAL = ("FIFO", "LIFO", "WAC")
PERIODIC = ("FIFO_PERIODIC", "LIFO_PERIODIC", "WAC_PERIODIC")
METHODS = (*PERPETUAL, *PERIODIC, "STANDARD", "SPECIFIC")
NOTHING = Fraction(0)


class Movement(NamedTuple):
    """One row as it stands in the books; *kind* None: the sign says it."""

    sku: str
    day: float
    quantity: Fraction
    cost: Fraction | None = None
    kind: str | None = None
    reference: str = ""
    standard: Fraction | None = None
    weight: Fraction = Fraction(1)

    @property
    def word(self) -> str:
        return self.kind or ("RECEIPT" if self.quantity > 0 else "SALE")

    @property
    def purchase(self) -> bool:
        return self.word in PURCHASES

    @property
    def sale(self) -> bool:
        return self.word in SALES

    @property
    def receipt(self) -> bool:
        return self.purchase and self.quantity > 0


class Charge(NamedTuple):
    """Freight, duty or the like on the receipts of a reference; *day* None: on their own day."""

    reference: str
    amount: Fraction
    day: float | None = None
    basis: str = "value"


class Refused(Exception):
    """A row that cannot be valued; *missing* units are not there, or None: nobody knows a cost."""

    def __init__(self, sku: str, row: int, quantity: Fraction, missing: Fraction | None) -> None:
        super().__init__(sku, row, quantity, missing)
        self.sku, self.row, self.quantity, self.missing = sku, row, quantity, missing


@dataclass
class Lot:
    """Units of one cost, of row *row*; below zero they are owed."""

    day: float
    quantity: Fraction
    cost: Fraction
    row: int
    reference: str

    @property
    def value(self) -> Fraction:
        return self.quantity * self.cost


class Step(NamedTuple):
    """A movement, or the *part* of a charge on the receipt of row *on*, at its place in an item's books."""

    row: int
    move: Movement
    on: int | None = None
    part: Fraction = NOTHING
    own_day: bool = False

    @property
    def day(self) -> int:
        return floor(self.move.day)

    def place(self, *, receipts_first: bool) -> tuple[int, bool, int, int]:
        """Day, what comes in first where that is wanted, entry; a charge without a day after its receipt."""
        later = self.move.quantity < 0 or (self.move.sale and self.move.quantity > 0)
        entry = self.on if self.own_day and self.on is not None else self.row
        return self.day, receipts_first and later and self.on is None, entry, self.row


@dataclass
class Account:
    """What became of one item in a window."""

    quantity: Fraction = NOTHING
    value: Fraction = NOTHING
    cost_of_sales: Fraction = NOTHING
    opening_quantity: Fraction = NOTHING
    opening_value: Fraction = NOTHING
    receipts_value: Fraction = NOTHING
    layers: list[Lot] = field(default_factory=list)
    received: dict[int, Fraction] = field(default_factory=dict)
    charged: dict[int, Fraction] = field(default_factory=dict)
    taken: list[tuple[int, int, Fraction, Fraction]] = field(default_factory=list)
    """Row of an issue, row of its lot (-1: beyond the stock, or an average), units, cost of one."""


def slow_ledger(
    movements: Sequence[Movement],
    method: str = "FIFO",
    *,
    from_date: float | None = None,
    as_of: float | None = None,
    periods: Sequence[float] = (),
    negative: str = "error",
    receipts_first: bool = False,
    charges: Sequence[Charge] = (),
    known: Mapping[str, Fraction] | None = None,
) -> dict[str, Account | Refused]:
    """The account of every item, in the order of their first rows, or why it has none."""
    known = known or {}
    steps = [Step(row, move) for row, move in enumerate(movements)]
    steps += charge_steps(steps, charges, known)
    steps.sort(key=lambda s: s.place(receipts_first=receipts_first))
    accounts: dict[str, Account | Refused] = {}
    for sku in dict.fromkeys(move.sku for move in movements):
        own = [still(s) for s in steps if s.move.sku == sku and (as_of is None or s.day <= floor(as_of))]
        stocks = [own]
        if method == "SPECIFIC":
            lots = dict.fromkeys(move.reference for move in movements)
            stocks = [[s for s in own if s.move.reference == lot] for lot in lots]
        kept = [Bookkeeper(method, negative, stock, known.get(sku)) for stock in stocks]
        told = [account_or_refusal(keeper, from_date, periods) for keeper in kept]
        refused = [answer for answer in told if isinstance(answer, Refused)]
        earliest = min(refused, key=lambda r: (floor(movements[r.row].day), r.row), default=None)
        accounts[sku] = earliest or together([answer for answer in told if isinstance(answer, Account)])
    return accounts


def account_or_refusal(
    keeper: "Bookkeeper", from_date: float | None, periods: Sequence[float]
) -> Account | Refused:
    try:
        return keeper.account(from_date, periods)
    except Refused as refused:
        return refused


def still(step: Step) -> Step:
    """A step that moves nothing if it is a transfer."""
    return step._replace(move=step.move._replace(quantity=NOTHING)) if step.move.word == "TRANSFER" else step


def together(accounts: Sequence[Account]) -> Account:
    """The lots of an item as one account."""
    total = accounts[0]
    for account in accounts[1:]:
        total = Account(**{name: plus(getattr(total, name), getattr(account, name)) for name in vars(total)})
    if len(accounts) > 1:
        total.layers.sort(key=lambda lot: (floor(lot.day), lot.row))
    return total


def plus(one: Any, other: Any) -> Any:
    """Sum of two figures, lists or tables of different rows."""
    return one | other if isinstance(one, dict) else one + other


def charge_steps(
    steps: Sequence[Step], charges: Iterable[Charge], known: Mapping[str, Fraction]
) -> list[Step]:
    """The parts of all charges, as steps after the movements: charge by charge, receipt by receipt."""
    parts: list[Step] = []
    for charge in charges:
        on = [s for s in steps if s.move.receipt and s.move.reference == charge.reference]
        keys = [key_of(s.move, charge.basis, known) for s in on]
        for step, key in zip(on, keys, strict=True):
            day = step.move.day if charge.day is None else max(charge.day, step.move.day)
            move = step.move._replace(day=day, quantity=NOTHING)
            part = charge.amount * key / sum(keys)
            parts.append(Step(len(steps) + len(parts), move, step.row, part, charge.day is None))
    return parts


def key_of(move: Movement, basis: str, known: Mapping[str, Fraction]) -> Fraction:
    """What a receipt's part of a charge goes by."""
    cost = known.get(move.sku, NOTHING) if move.cost is None else move.cost
    return move.quantity * {"value": cost, "quantity": Fraction(1), "weight": move.weight}[basis]


class Bookkeeper:
    """The books of one item by one method; the rules of the methods are the few ifs that ask for them."""

    def __init__(self, method: str, negative: str, steps: Sequence[Step], known: Fraction | None) -> None:
        self.flow, self.periodic = method.removesuffix("_PERIODIC"), method in PERIODIC
        self.negative, self.steps, self.known = negative, steps, known
        self.lots: list[Lot] = []
        self.owed: list[Lot] = []
        self.last_out: Fraction | None = None
        self.last_in = known
        self.standard: Fraction | None = None
        self.book = Account()
        self.recosted: dict[int, Fraction] = {}
        self.variance: dict[int, Fraction] = {}
        self.left: dict[int, Fraction] = {}
        self.short: Refused | None = None
        self.costless: Refused | None = None

    # ------------------------------------------------------------ the window

    def account(self, from_date: float | None, periods: Sequence[float]) -> Account:
        first = None if from_date is None else floor(from_date)
        for step in self.steps:
            self.purchased(step)  # refuses a purchase without a cost, whatever else is wrong
        starts = [day for day in sorted(periods) if self.periodic and first is not None and day < first]
        for start, end in pairwise([-inf, *starts, -inf if first is None else first]):
            self.through([s for s in self.steps if start <= s.day < end])
        quantity, value = self.quantity, self.value
        received, charged, taken = (self.book.received, self.book.charged, self.book.taken)
        before = {s.row for s in self.steps if first is not None and s.day < first}
        self.through([s for s in self.steps if s.row not in before])
        after = [s for s in self.steps if s.row not in before]
        if self.costless or self.short:
            raise self.costless or self.short
        for row, money in self.variance.items():
            charged[row] = charged.get(row, NOTHING) + money
        return Account(
            quantity=self.quantity,
            value=self.value,
            cost_of_sales=sum((self.cost_of_sales(s) for s in after), NOTHING),
            opening_quantity=quantity,
            opening_value=value,
            receipts_value=sum((self.purchased(s) for s in after), NOTHING),
            layers=[replace(lot) for lot in (self.lots + self.owed) if lot.quantity],
            received={row: money for row, money in received.items() if row not in before},
            charged={row: money for row, money in charged.items() if row not in before},
            taken=[take for take in taken if take[0] not in before],
        )

    @property
    def quantity(self) -> Fraction:
        return sum((lot.quantity for lot in self.lots + self.owed), NOTHING)

    @property
    def value(self) -> Fraction:
        return sum((lot.value for lot in self.lots + self.owed), NOTHING)

    def purchased(self, step: Step) -> Fraction:
        """What a row adds to the receipts' value."""
        if step.on is not None:
            return step.part
        if not step.move.purchase or not step.move.quantity:
            return NOTHING
        if step.move.quantity > 0:
            return step.move.quantity * self.receipt_cost(step)
        return step.move.quantity * self.credit(step)

    def cost_of_sales(self, step: Step) -> Fraction:
        """What a row adds to the cost of sales: what it took, less its credit or what came back."""
        charged = self.book.charged.get(step.row, NOTHING)
        if step.on is not None or step.move.receipt:
            return charged
        if step.move.purchase:
            return charged + self.purchased(step)
        return charged - self.book.received.get(step.row, NOTHING)

    # ------------------------------------------------------------ the rows

    def through(self, steps: Sequence[Step]) -> None:
        if self.periodic:
            steps = sorted(self.netted(steps), key=lambda s: s.move.quantity < 0)
        for step in steps:
            if self.flow == "STANDARD":
                self.revalue(step)
            if step.on is not None:
                self.charge(step)
            elif step.move.quantity > 0:
                self.come_in(step)
            elif step.move.quantity < 0:
                self.go_out(step)

    def netted(self, steps: Sequence[Step]) -> list[Step]:
        """A period in which what came back was never sold; what came back beyond that has no sale."""
        units = {s.row: s.move.quantity for s in steps}
        for step in steps:
            sale = self.origin(step) if step.move.sale and step.move.quantity > 0 else None
            if sale is not None and sale.row in units:
                back = min(step.move.quantity, -units[sale.row])
                units[sale.row] += back
                units[step.row] -= back
                self.left[step.row] = NOTHING
        return [s._replace(move=s.move._replace(quantity=units[s.row])) for s in steps]

    def revalue(self, step: Step) -> None:
        """What is there at the standard of this row; a charge has none."""
        if step.on is not None:
            return
        self.standard = self.last_out = step.move.standard
        for lot in self.lots:
            new = step.move.standard or NOTHING
            self.vary(step, lot.value - lot.quantity * new)
            lot.cost = new

    def vary(self, step: Step, money: Fraction) -> None:
        self.variance[step.row] = self.variance.get(step.row, NOTHING) + money

    def come_in(self, step: Step) -> None:
        cost = self.incoming_cost(step)
        self.book.received[step.row] = step.move.quantity * cost
        if self.flow == "STANDARD":
            self.vary(step, step.move.quantity * (cost - (self.standard or NOTHING)))
            cost = self.standard or NOTHING
        self.last_in = cost
        rest = self.cover(step, step.move.quantity, cost)
        if not rest:
            return
        lot = Lot(step.move.day, rest, cost, step.row, step.move.reference)
        if self.flow in ("WAC", "STANDARD") and self.lots:
            pool = self.lots.pop()
            lot.quantity += pool.quantity
            lot.cost = (rest * cost + pool.value) / lot.quantity
        self.lots.append(lot)

    def go_out(self, step: Step) -> None:
        need = -step.move.quantity
        receipt = self.origin(step) if step.move.purchase else None
        if receipt is not None:
            need = self.take(step, need, [lot for lot in self.lots if lot.row == receipt.row])
        need = self.take(step, need, self.lots[::-1] if self.flow == "LIFO" else self.lots)
        if not need:
            return
        if self.negative == "error":
            self.short = self.short or Refused(step.move.sku, step.row, -step.move.quantity, need)
        cost = self.last_cost or NOTHING
        self.last_out = self.last_cost
        self.owed.append(Lot(step.move.day, -need, cost, step.row, step.move.reference))
        self.charge_row(step.row, -1, need, cost)

    def charge(self, step: Step) -> None:
        """A receipt's part of a charge: on the units still there, the rest at once to the cost of sales."""
        self.book.received[step.row] = step.part
        receipt = next(s for s in self.steps if s.row == step.on)
        there = [lot for lot in self.lots if self.flow == "WAC" or lot.row == receipt.row]
        there = [] if self.flow == "STANDARD" else there
        units = min(sum((lot.quantity for lot in there), NOTHING), receipt.move.quantity)
        stays = step.part * units / receipt.move.quantity
        if stays:
            there[0].cost += stays / there[0].quantity
        self.book.charged[step.row] = step.part - stays

    # ------------------------------------------------------------ lots

    def take(self, step: Step, need: Fraction, lots: Iterable[Lot]) -> Fraction:
        """Take units from lots in this order; how many are still needed."""
        for lot in list(lots):
            units = min(need, lot.quantity)
            if units:
                lot.quantity -= units
                need -= units
                self.last_out = lot.cost
                self.charge_row(step.row, -1 if self.flow == "WAC" else lot.row, units, lot.cost)
        self.lots = [lot for lot in self.lots if lot.quantity]
        return need

    def charge_row(self, row: int, lot_row: int, units: Fraction, cost: Fraction) -> None:
        self.book.charged[row] = self.book.charged.get(row, NOTHING) + units * cost
        self.book.taken.append((row, lot_row, units, cost))

    def cover(self, step: Step, units: Fraction, cost: Fraction) -> Fraction:
        """Cost what is owed anew, the oldest first; how many units are left to store."""
        owed = list(self.owed)
        for debt in owed:
            covered = min(units, -debt.quantity)
            change = covered * (cost - debt.cost)
            self.book.charged[step.row] = self.book.charged.get(step.row, NOTHING) + change
            self.recosted[debt.row] = self.recosted.get(debt.row, NOTHING) + change
            debt.quantity += covered
            units -= covered
        self.owed = [lot for lot in self.owed if lot.quantity]
        if owed and not self.owed:
            self.last_out = cost
        return units

    # ------------------------------------------------------------ costs

    @property
    def last_cost(self) -> Fraction | None:
        return self.last_in if self.last_out is None else self.last_out

    def incoming_cost(self, step: Step) -> Fraction:
        if step.move.receipt:
            return self.receipt_cost(step)
        sale = self.origin(step) if step.move.sale and step.row not in self.left else None
        if sale is not None:
            left_at = self.book.charged.get(sale.row, NOTHING) + self.recosted.get(sale.row, NOTHING)
            return left_at / self.issued(sale)
        if step.move.cost is not None:
            return step.move.cost
        cost = self.lots[-1 if self.flow == "LIFO" else 0].cost if self.lots else self.last_cost
        if cost is None:
            self.costless = self.costless or Refused(step.move.sku, step.row, step.move.quantity, None)
        return cost or NOTHING

    def issued(self, sale: Step) -> Fraction:
        """Units that left with a sale."""
        return sum((units for row, _, units, _ in self.book.taken if row == sale.row), NOTHING)

    def receipt_cost(self, step: Step) -> Fraction:
        if step.move.cost is None:
            raise Refused(step.move.sku, step.row, abs(step.move.quantity), None)
        return step.move.cost

    def credit(self, step: Step) -> Fraction:
        """What the supplier pays for a unit sent back."""
        receipt = self.origin(step)
        if receipt is None and step.move.cost is None:
            receipt = self.latest(step, lambda s: s.move.receipt)
        if receipt is None and step.move.cost is None and self.known is not None:
            return self.known
        return self.receipt_cost(receipt or step)

    # ------------------------------------------------------------ links

    def origin(self, step: Step) -> Step | None:
        """The row that a return belongs to."""
        if step.move.sale:
            named = self.latest(step, lambda s: s.move.sale and s.move.quantity < 0, step.move.reference)
            if named is None and step.move.cost is None:
                return self.latest(step, lambda s: s.move.sale and s.move.quantity < 0)
            return named
        return self.latest(step, lambda s: s.move.receipt, step.move.reference)

    def latest(self, step: Step, is_one: Callable[[Step], bool], reference: str | None = None) -> Step | None:
        """The last step before this one that is one, of a reference that must not be blank."""
        earlier = self.steps[: self.steps.index(step)]
        fitting = [s for s in earlier if s.on is None and is_one(s)]
        if reference is not None:
            fitting = [s for s in fitting if reference and s.move.reference == reference]
        return fitting[-1] if fitting else None
