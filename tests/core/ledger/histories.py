"""Random books of several items: every kind of movement, odd quantities, unsorted days, all returns."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.core.ledger.slow_ledger import Charge, Movement

SKUS = ("A", "B", "007")
DAYS = 12
INCOMING = ("OPENING", "RECEIPT", "RECEIPT", "CUSTOMER_RETURN", "ADJUSTMENT")
OUTGOING = ("SALE", "SALE", "SALE", "SUPPLIER_RETURN", "ADJUSTMENT", "WRITE_OFF")

skus = st.sampled_from(SKUS)
references = st.sampled_from(("", "", "1", "2", "Z-3"))
days = st.integers(1, DAYS).flatmap(lambda day: st.sampled_from((float(day), day + 0.75)))
units = st.one_of(
    st.integers(0, 12).map(Fraction),
    st.integers(0, 60).map(lambda n: Fraction(n, 10)),
    st.integers(0, 2000).map(lambda n: Fraction(n, 1000)),
    st.integers(0, 9).map(lambda n: Fraction(n, 3)),
    st.integers(0, 9).map(lambda n: Fraction(n, 7)),
)
costs = st.one_of(st.just(Fraction(0)), st.integers(0, 900).map(lambda cents: Fraction(cents, 100)))
costs_if_known = st.one_of(costs, costs, st.none())


@st.composite
def movements(draw: st.DrawFn, *, odd_signs: bool = False, unknown_costs: bool = False) -> Movement:
    """One row of any kind; *unknown_costs*: receipts too may lack one; *odd_signs*: any sign."""
    if draw(st.integers(0, 19)) == 0:
        kind, sign = "TRANSFER", draw(st.sampled_from((-1, 1)))
    elif draw(st.booleans()):
        kind, sign = draw(st.sampled_from(INCOMING)), 1
    else:
        kind, sign = draw(st.sampled_from(OUTGOING)), -1
    if odd_signs:
        sign *= draw(st.sampled_from((1, 1, 1, -1)))
    always = kind in {"OPENING", "RECEIPT"} and sign > 0 and not unknown_costs
    return Movement(
        sku=draw(skus),
        day=draw(days),
        quantity=sign * draw(units),
        cost=draw(costs if always else costs_if_known),
        kind=kind,
        reference=draw(references),
        weight=draw(st.integers(1, 5).map(lambda n: Fraction(n, 4))),
    )


@st.composite
def histories(
    draw: st.DrawFn, *, odd_signs: bool = False, unknown_costs: bool = False, most: int = 22
) -> list[Movement]:
    """Books of several items as they stand: not in order of their days; they may go below zero."""
    rows = draw(
        st.lists(movements(odd_signs=odd_signs, unknown_costs=unknown_costs), min_size=1, max_size=most)
    )
    if draw(st.booleans()):
        rows.sort(key=lambda move: move.day)
    return rows


@st.composite
def full_histories(draw: st.DrawFn, *, most: int = 18) -> list[Movement]:
    """Books that never go below zero in the order of their days: what goes out is cut to what there is."""
    held: dict[str, Fraction] = {}
    rows = []
    for move in sorted(draw(st.lists(movements(), min_size=1, max_size=most)), key=lambda m: int(m.day)):
        quantity = move.quantity
        if move.kind != "TRANSFER":
            quantity = max(quantity, -held.get(move.sku, Fraction(0)))
            held[move.sku] = held.get(move.sku, Fraction(0)) + quantity
        rows.append(move._replace(quantity=quantity))
    return rows


@st.composite
def plain_histories(draw: st.DrawFn, *, most: int = 14, items: Sequence[str] = SKUS) -> list[Movement]:
    """Receipts and issues alone, in whole units, never below zero: what laws are stated for."""
    held: dict[str, int] = {}
    rows, day = [], 1
    for _ in range(draw(st.integers(1, most))):
        day += draw(st.integers(0, 2))
        sku = draw(st.sampled_from(items))
        quantity = max(draw(st.integers(-12, 12)), -held.get(sku, 0))
        held[sku] = held.get(sku, 0) + quantity
        rows.append(Movement(sku, float(day), Fraction(quantity), draw(costs)))
    return rows


@st.composite
def charges(draw: st.DrawFn, rows: Sequence[Movement]) -> list[Charge]:
    """Charges on references with receipts of some value, before, at or after what is sold of them."""
    worth = {m.reference for m in rows if m.receipt and m.reference and m.cost}
    if not worth:
        return []
    one = st.builds(
        Charge,
        reference=st.sampled_from(sorted(worth)),
        amount=st.integers(0, 5000).map(lambda cents: Fraction(cents, 100)),
        day=st.one_of(st.none(), st.integers(0, DAYS + 2).map(float)),
        basis=st.sampled_from(("value", "quantity", "weight")),
    )
    return draw(st.lists(one, max_size=3))


windows = st.tuples(st.none() | st.integers(0, DAYS + 1), st.none() | st.integers(0, DAYS + 1)).map(
    lambda pair: (min(pair), max(pair)) if None not in pair else pair
)


def standards(rows: Sequence[Movement]) -> list[Movement]:
    """The rows with a standard cost that changes twice, the same for every row of a day."""
    return [m._replace(standard=Fraction(2 + len(m.sku) + int(m.day) // 4)) for m in rows]


def columns(rows: Sequence[Movement]) -> dict[str, Any]:
    """The rows as the arrays that the ledger takes."""
    out: dict[str, Any] = {
        "sku": np.array([m.sku for m in rows], dtype=object),
        "date": np.array([m.day for m in rows], dtype=float),
        "quantity": np.array([float(m.quantity) for m in rows]),
        "unit_cost": np.array([np.nan if m.cost is None else float(m.cost) for m in rows]),
        "reference": np.array([m.reference for m in rows], dtype=object),
    }
    if any(m.kind for m in rows):
        out["kind"] = np.array([m.kind for m in rows], dtype=object)
    if any(m.standard is not None for m in rows):
        out["standard_cost"] = np.array([float(m.standard or 0) for m in rows])
    return out


def charge_columns(given: Sequence[Charge], rows: Sequence[Movement]) -> dict[str, Any]:
    """Charges as the arrays that the ledger takes."""
    return {
        "reference": np.array([c.reference for c in given], dtype=object),
        "amount": np.array([float(c.amount) for c in given]),
        "date": np.array([np.nan if c.day is None else c.day for c in given]),
        "basis": [c.basis for c in given],
        "weight": np.array([float(m.weight) for m in rows]),
    }
