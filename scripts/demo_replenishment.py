"""A year of replenishment for the demo data: suppliers, orders and deliveries behind the real sales.

Weekly reviews, order-up-to on trailing demand. The buyer is lucky in one way only: no order is smaller than
what is really sold until the next one arrives, because every sale of the extract did happen.
"""

import zlib
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

SEED = 20111209
OPENING_DAY, LAST_DAY = pd.Timestamp("2010-11-30"), pd.Timestamp("2011-12-09")
DAYS = (LAST_DAY - OPENING_DAY).days  # day 0 is the opening, day DAYS the last day of sales
HORIZON = DAYS + 200  # orders placed at the end arrive after it
TRAILING_DAYS = 56


@dataclass(frozen=True)
class Supplier:
    """One invented supplier: what it promises, and how it really behaves."""

    supplier: str
    promised_lead_days: int
    order_weekday: str
    min_order_value: int
    real_to_promised: float  # mean of real lead time / promised lead time
    lead_cv: float
    rejecting_lines: float  # share of lines with refused units; 4 to 12 % of such a line is refused
    categories: str


SUPPLIERS = (
    Supplier("Marlstone Trading", 14, "Monday", 100, 0.85, 0.10, 0.03, "home decor,lights"),
    Supplier("Fenwright Gifts", 10, "Tuesday", 60, 0.90, 0.15, 0.05, "toys,bags,accessories"),
    Supplier("Aldercombe Ceramics", 21, "Wednesday", 100, 0.88, 0.12, 0.20, "kitchen,garden"),
    Supplier("Brindle Bay Imports", 35, "Monday", 120, 1.08, 0.30, 0.25, "christmas,home decor"),
    Supplier("Quillon Paper Works", 7, "Thursday", 50, 0.80, 0.12, 0.03, "stationery,christmas"),
    Supplier("Oakhamstead Homewares", 14, "Friday", 80, 0.92, 0.20, 0.10, "home decor,kitchen,accessories"),
    Supplier("Tessaly Light Company", 28, "Tuesday", 100, 1.10, 0.35, 0.30, "lights,garden"),
    Supplier("Wrenmoor Textiles", 18, "any", 75, 0.90, 0.18, 0.12, "bags,textiles,toys"),
)
BY_NAME = {supplier.supplier: supplier for supplier in SUPPLIERS}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


@dataclass
class Line:
    """One purchase order line and its deliveries: (day, accepted, refused)."""

    supplier: str
    sku: str
    day: int
    quantity: int
    urgent: bool
    po: str = ""
    unit_price: float = 0.0
    deliveries: list[tuple[int, int, int]] = field(default_factory=list)


@dataclass
class Shelf:
    """The stock of one SKU day by day, in the least favourable order: a day's sales go out first."""

    sku: str
    opening: int
    sold: np.ndarray  # units by day, length HORIZON
    returned: np.ndarray
    accepted: np.ndarray
    lines: list[Line] = field(default_factory=list)

    def lowest_by_day(self) -> np.ndarray:
        """Stock after a day's sales, before its receipts and returns."""
        came_in = np.cumsum(self.accepted + self.returned)
        return self.opening + np.concatenate([[0], came_in[:-1]]) - np.cumsum(self.sold)

    def closing(self) -> int:
        """Stock on the evening of the last day."""
        moved = self.accepted + self.returned - self.sold
        return int(self.opening + moved[: DAYS + 1].sum())

    def position(self, day: int) -> int:
        """On hand and on order when the day begins."""
        return int(self.opening + self.accepted.sum() + (self.returned - self.sold)[:day].sum())


def stream(name: str) -> np.random.Generator:
    """A generator of its own for each step, so that a change in one leaves the others alone."""
    return np.random.default_rng([SEED, zlib.crc32(name.encode())])


def date_text(day: int) -> str:
    """The ISO date of a day of the replay."""
    return f"{OPENING_DAY + pd.Timedelta(days=int(day)):%Y-%m-%d}"


def price_on(price_rows: pd.DataFrame, quantity: int, day: str) -> float:
    """The list price of a quantity on a day."""
    valid = price_rows[
        (price_rows["valid_from"] <= day) & ((price_rows["valid_to"] >= day) | (price_rows["valid_to"] == ""))
    ]
    return float(valid[valid["break_qty"] <= quantity].sort_values("break_qty")["unit_price"].iloc[-1])


@dataclass(frozen=True)
class Habit:
    """How one SKU is planned and delivered: fixed before the year is played."""

    supplier: tuple[str, ...]  # by review
    review: tuple[int, ...]  # day of each review
    arrival: tuple[int, ...]  # first delivery of an order placed at that review
    rest: tuple[int, ...]  # its last delivery; the same day unless it comes in two
    first_share: tuple[float, ...]
    refused: tuple[float, ...]
    extra: tuple[float, ...]  # share delivered beyond the order
    buffer_days: float
    cycle_days: float
    caught_short: bool


def order_days(supplier: Supplier) -> list[int]:
    """The days of the year on which orders may go to a supplier: one weekday."""
    weekday = WEEKDAYS.index("Monday" if supplier.order_weekday == "any" else supplier.order_weekday)
    return [day for day in range(1, DAYS + 1) if (OPENING_DAY + pd.Timedelta(days=day)).weekday() == weekday]


def lead_times() -> dict[tuple[str, int], int]:
    """Days from order to arrival of each possible order: gamma around the supplier's mean."""
    draw = stream("lead times")
    found = {}
    for supplier in SUPPLIERS:
        mean, shape = supplier.promised_lead_days * supplier.real_to_promised, supplier.lead_cv**-2
        for day in order_days(supplier):
            found[supplier.supplier, day] = max(2, round(float(draw.gamma(shape, mean / shape))))
    return found


def habits(price_rows: pd.DataFrame, strata: pd.Series) -> dict[str, Habit]:
    """The habit of every SKU."""
    draw, leads = stream("habits"), lead_times()
    return {sku: habit(rows, strata[sku], leads, draw) for sku, rows in price_rows.groupby("sku")}


def reviews(early: str, later: str) -> list[tuple[int, str]]:
    """Day and supplier of each review; the early supplier serves until the end of May."""
    change = 182
    before = [(day, early) for day in order_days(BY_NAME[early]) if day < change]
    return before + [(day, later) for day in order_days(BY_NAME[later]) if day >= change]


def habit(
    price_rows: pd.DataFrame, pattern: str, leads: dict[tuple[str, int], int], draw: np.random.Generator
) -> Habit:
    """Draw the habit of one SKU; a third of those with a second supplier came from it until May."""
    switched, level, caught = draw.random() < 0.35, draw.random(), draw.random()
    names = list(dict.fromkeys(price_rows["supplier"]))  # the preferred one, then the second if there is one
    when = reviews(names[-1] if switched else names[0], names[0])
    n = len(when)
    straggle = np.where(draw.random(n) < 0.10, draw.integers(1, 9, n), 0)
    arrival = np.array([day + leads[name, day] for day, name in when]) + straggle
    split = draw.random(n) < 0.20
    rest = arrival + np.where(split, draw.integers(4, 16, n), 0)
    rejecting = np.array([BY_NAME[name].rejecting_lines for _, name in when])
    refused = np.where(draw.random(n) < rejecting, draw.uniform(0.04, 0.12, n), 0.0)
    return Habit(
        supplier=tuple(name for _, name in when),
        review=tuple(day for day, _ in when),
        arrival=tuple(arrival.tolist()),
        rest=tuple(rest.tolist()),
        first_share=tuple(np.where(split, draw.uniform(0.4, 0.8, n), 1.0).tolist()),
        refused=tuple(refused.tolist()),
        extra=tuple(np.where(draw.random(n) < 0.015, 0.04, 0.0).tolist()),
        buffer_days=float(draw.uniform(12, 35) * (3.0 if level > 0.88 else 1.0)),
        cycle_days=float(draw.uniform(28, 63) * (2.5 if level > 0.88 else 1.0)),
        caught_short=caught < 0.13 and pattern in {"smooth", "erratic", "intermittent", "lumpy", "seasonal"},
    )


def daily(numbers: pd.DataFrame, flag: str, sku: str) -> np.ndarray:
    """Units of one SKU by day."""
    rows = numbers[numbers[flag] & (numbers["sku"] == sku)]
    return np.bincount(rows["day"], weights=rows["quantity"].abs(), minlength=HORIZON).astype(int)


def shelves(sold: pd.DataFrame, numbers: pd.DataFrame, plans: dict[str, Habit]) -> dict[str, Shelf]:
    """A shelf per SKU with an opening that lasts until its first order can arrive."""
    # A reader may drop a repeated return line or one under a code in small letters: never count on them.
    once = numbers[~sold.duplicated() & (sold["StockCode"] == numbers["sku"])]
    found = {}
    for sku, plan in plans.items():
        nothing = np.zeros(HORIZON, dtype=int)
        shelf = Shelf(sku, 0, daily(numbers, "sale", sku), daily(once, "customer_return", sku), nothing)
        before_first = -int(shelf.lowest_by_day()[: plan.rest[0] + 1].min())
        shelf.opening = max(
            0, before_first, round(daily_rate(shelf, 1) * (plan.buffer_days + plan.cycle_days / 2))
        )
        found[sku] = shelf
    return found


def daily_rate(shelf: Shelf, day: int) -> float:
    """Trailing mean, its highest week at half weight; the first eight weeks stand in for the year before."""
    end = max(day, TRAILING_DAYS + 1)
    weeks = shelf.sold[end - TRAILING_DAYS : end].reshape(-1, 7).sum(axis=1)
    return float(weeks.sum() - weeks.max() / 2) / (TRAILING_DAYS - 3.5)


def wanted_by_plan(shelf: Shelf, plan: Habit, turn: int, ahead: float) -> float:
    """Units up to the order-up-to level, if the position is at or near the reorder level.

    `ahead` is how near, as a share of the order cycle: 0 asks for what is due, 0.6 fills up an order.
    """
    day, supplier = plan.review[turn], BY_NAME[plan.supplier[turn]]
    rate, position = daily_rate(shelf, day), shelf.position(day)
    reorder_level = rate * (supplier.promised_lead_days + 7 + plan.buffer_days)
    forgotten = plan.caught_short and plan.arrival[turn] <= DAYS
    cycle = rate * plan.cycle_days
    return 0.0 if position > reorder_level + ahead * cycle or forgotten else reorder_level + cycle - position


def wanted_by_sales(shelf: Shelf, plan: Habit, turn: int) -> float:
    """Units without which a sale that really happened could not be served before the next order arrives."""
    following = plan.rest[turn + 1] if turn + 1 < len(plan.rest) else DAYS
    stretch = shelf.lowest_by_day()[plan.rest[turn] + 1 : min(following, DAYS) + 1]
    return max(0.0, -float(stretch.min())) if len(stretch) else 0.0


def order_line(item: pd.Series, shelf: Shelf, plan: Habit, turn: int, ahead: float) -> Line | None:
    """The line of one SKU at one review, or None: the plan, and never less than what really sold."""
    planned, needed = wanted_by_plan(shelf, plan, turn, ahead), wanted_by_sales(shelf, plan, turn)
    if item["active"] == "no" and not needed:
        planned = planned if plan.review[turn] < 150 else 0.0
    if item["max_qty"]:
        planned = min(planned, float(item["max_qty"]))
    wanted = max(planned, needed / (1 - plan.refused[turn]))
    if wanted <= 0:
        return None
    if needed and not (plan.caught_short and plan.review[turn] > DAYS - 90):
        wanted += daily_rate(shelf, plan.review[turn]) * plan.cycle_days / 2
    packs = int(np.ceil(max(wanted + (needed > 0), item["moq"]) / item["pack_size"]))
    return Line(plan.supplier[turn], item["sku"], plan.review[turn], packs * item["pack_size"], needed > 0)


def receipts_of(line: Line, plan: Habit, turn: int) -> list[tuple[int, int, int]]:
    """Accepted and refused units of a line, in one delivery or two; refusals are found in the first."""
    sent = line.quantity + int(line.quantity * plan.extra[turn])
    refused = int(line.quantity * plan.refused[turn])
    first = max(round(sent * plan.first_share[turn]), refused)
    parts = [(plan.arrival[turn], first - refused, refused), (plan.rest[turn], sent - first, 0)]
    return [part for part in parts if part[1] or part[2]]


@dataclass(frozen=True)
class Buyer:
    """What the buyer of the shop has on the desk."""

    items: dict[str, pd.Series]
    stock: dict[str, Shelf]
    plans: dict[str, Habit]
    lists: dict[tuple[str, str], pd.DataFrame]
    calendar: dict[
        tuple[int, str], list[tuple[str, int]]
    ]  # (day, supplier) -> SKUs and the number of their review


def drafts(buyer: Buyer, day: int, supplier: str, ahead: float) -> list[tuple[Line, int]]:
    """The lines of one review with their list prices."""
    found = []
    for sku, turn in buyer.calendar[day, supplier]:
        line = order_line(buyer.items[sku], buyer.stock[sku], buyer.plans[sku], turn, ahead)
        if line is not None:
            line.unit_price = price_on(buyer.lists[sku, supplier], line.quantity, date_text(day))
            found.append((line, turn))
    return found


def value_of(lines: list[tuple[Line, int]]) -> float:
    """What the lines cost together."""
    return sum(line.quantity * line.unit_price for line, _ in lines)


def order(buyer: Buyer, day: int, supplier: str) -> list[tuple[Line, int]]:
    """One order: below the supplier's minimum it waits, or, if a line cannot wait, is filled up."""
    lines, minimum = drafts(buyer, day, supplier, 0.0), BY_NAME[supplier].min_order_value
    if value_of(lines) >= minimum:
        return lines
    return drafts(buyer, day, supplier, 0.6) if any(line.urgent for line, _ in lines) else []


def calendar_of(plans: dict[str, Habit]) -> dict[tuple[int, str], list[tuple[str, int]]]:
    """Which SKUs are looked at on each day, by supplier."""
    found: dict[tuple[int, str], list[tuple[str, int]]] = {}
    for sku, plan in plans.items():
        for turn, day in enumerate(plan.review):
            found.setdefault((day, plan.supplier[turn]), []).append((sku, turn))
    return found


def replenishment(
    catalogue: pd.DataFrame, stock: dict[str, Shelf], plans: dict[str, Habit], price_rows: pd.DataFrame
) -> list[Line]:
    """A year of weekly reviews: order lines with their deliveries, numbered by order."""
    rows = {item["sku"]: item for _, item in catalogue.iterrows()}
    buyer = Buyer(rows, stock, plans, dict(list(price_rows.groupby(["sku", "supplier"]))), calendar_of(plans))
    ordered: list[Line] = []
    number = 1000
    for day, supplier in sorted(buyer.calendar):
        lines = order(buyer, day, supplier)
        number += bool(lines)
        ordered += [
            placed(line, f"PO-{number}", stock[line.sku], plans[line.sku], turn) for line, turn in lines
        ]
    return ordered


def placed(line: Line, po: str, shelf: Shelf, plan: Habit, turn: int) -> Line:
    """The line with its number, and its deliveries on the shelf."""
    line.po, line.deliveries = po, receipts_of(line, plan, turn)
    for day, accepted, _ in line.deliveries:
        shelf.accepted[day] += accepted
    shelf.lines.append(line)
    return line


def sold_out(shelf: Shelf) -> None:
    """Leave nothing on the shelf on the last day: the last deliveries came short, the rest is open."""
    for line in reversed(shelf.lines):
        for at, (day, accepted, refused) in reversed(list(enumerate(line.deliveries))):
            if not DAYS - 75 < day <= DAYS:
                continue
            spare = min(
                accepted,
                shelf.closing(),
                int(shelf.lowest_by_day()[day + 1 : DAYS + 1].min(initial=shelf.closing())),
            )
            line.deliveries[at] = (day, accepted - max(spare, 0), refused)
            shelf.accepted[day] -= max(spare, 0)
    spare = min(shelf.closing(), int(shelf.lowest_by_day()[: DAYS + 1].min()), shelf.opening)
    shelf.opening -= max(spare, 0)


def settle(stock: dict[str, Shelf], plans: dict[str, Habit]) -> None:
    """Raise openings until no day ends below nothing; let the shelves that were caught short run out."""
    for sku, shelf in stock.items():
        shelf.opening += max(0, -int(shelf.lowest_by_day()[: DAYS + 1].min()))
        if plans[sku].caught_short:
            sold_out(shelf)
