"""V1 to V12 of costing: balances, layers, equal, rising and scaled costs, split rows, what comes later."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.ledger.books import close, figures, kept, laws, layers_of, near
from tests.core.ledger.histories import charges, full_histories, histories, plain_histories, windows
from tests.core.ledger.slow_ledger import PERIODIC, PERPETUAL, Movement
from xlinventory.core.ledger import StockLedger, value_ledger

Window = tuple[int | None, int | None]
FLOWS = (*PERPETUAL, *PERIODIC)
every_flow = pytest.mark.parametrize("method", FLOWS)


def within(move: Movement, window: Window) -> bool:
    first, last = window
    return (first is None or move.day // 1 >= first) and (last is None or move.day // 1 <= last)


@pytest.mark.parametrize("method", [*FLOWS, "SPECIFIC"])
@laws
@given(rows=st.one_of(histories(), full_histories()), window=windows, data=st.data())
def test_every_window_balances(
    method: str, rows: list[Movement], window: Window, data: st.DataObject
) -> None:
    """V1: opening + receipts - cost of sales = closing, in money and in units, charges and all."""
    ledger = kept(rows, charges=data.draw(charges(rows)))
    found = ledger.value(
        method, from_date=window[0], as_of=window[1], negative="allow", on_problem="leave_out"
    )
    for item, sku in enumerate(found.sku):
        moved = sum(m.quantity for m in rows if m.sku == sku and m.kind != "TRANSFER" and within(m, window))
        if item in found.problems:
            continue
        assert found.check[item] == pytest.approx(0, abs=1e-9)
        balance = found.opening_value + found.receipts_value - found.cost_of_sales - found.value
        assert balance[item] == pytest.approx(0, abs=1e-7)
        assert (found.quantity - found.opening_quantity)[item] == close(float(moved))


@pytest.mark.parametrize(
    ("method", "closings"),
    [("FIFO_PERIODIC", [4, 16, 32]), ("LIFO_PERIODIC", [4, 12, 12]), ("WAC_PERIODIC", [4, 14, 23])],
)
def test_a_periodic_method_opens_with_what_the_period_before_closed_with(
    method: str, closings: list[float]
) -> None:
    """By hand: 10 at 1 come and 6 go, 12 at 2 and 8, 8 at 4 and 8; the issues stand before the receipts.

    Left are 4, 8 and 8. FIFO 4, 8 x 2, 8 x 4; LIFO 4, 4 + 4 x 2, the same; averages 1, 28 / 16 and 46 / 16.
    """
    days, units = [2, 1, 12, 11, 22, 21], [10, -6, 12, -8, 8, -8]
    ledger = StockLedger(["A"] * 6, days, units, [1, 0, 2, 0, 4, 0])
    found = [
        ledger.value(method, from_date=day, as_of=day + 9, periods=[11, 1]) for day in (1, 11, 21)
    ]  # whatever the order of the periods
    assert [float(each.value[0]) for each in found] == closings
    assert [float(each.opening_value[0]) for each in found] == [0, *closings[:-1]]


@pytest.mark.parametrize("method", PERPETUAL)
@laws
@given(rows=plain_histories(), window=st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted))
def test_windows_follow_on_each_other_and_add_up(
    method: str, rows: list[Movement], window: list[int]
) -> None:
    """V1 and V3: each day opens at what the day before closed at; the days sum to the window."""
    ledger, (first, last) = kept(rows), window
    found = ledger.value(method, from_date=first, as_of=last)
    before = ledger.value(method, as_of=first - 1)
    daily = [ledger.value(method, from_date=day, as_of=day) for day in range(first, last + 1)]
    assert found.opening_value == near(before.value)
    assert found.opening_quantity == near(before.quantity)
    assert sum(day.cost_of_sales for day in daily) == near(found.cost_of_sales)
    assert sum(day.receipts_value for day in daily) == near(found.receipts_value)


@every_flow
@laws
@given(rows=plain_histories(), window=windows)
def test_what_the_issues_took_is_the_cost_of_sales(method: str, rows: list[Movement], window: Window) -> None:
    """V3: row by row, and layer by layer."""
    ledger = kept(rows)
    found = ledger.value(method, from_date=window[0], as_of=window[1])
    items = len(found.sku)
    assert np.bincount(ledger.item, found.by_row().charged, items) == near(found.cost_of_sales)
    assert np.bincount(ledger.item, found.by_row().received, items) == near(found.receipts_value)
    taken = found.consumed()
    by_item = np.bincount(ledger.item[taken.row], taken.quantity * taken.unit_cost, items)
    assert by_item == near(found.cost_of_sales)
    sold = [-float(m.quantity) if m.quantity < 0 and within(m, window) else 0.0 for m in rows]
    assert np.bincount(taken.row, taken.quantity, len(rows)) == near(sold)


@every_flow
@laws
@given(rows=histories(), as_of=st.none() | st.integers(0, 13))
def test_layers_sum_to_the_stock_and_none_is_empty(
    method: str, rows: list[Movement], as_of: int | None
) -> None:
    """V2, below zero too: all above or all below, the oldest first."""
    found = kept(rows).value(method, as_of=as_of, negative="allow", on_problem="leave_out")
    for item, (sku, layers) in enumerate(layers_of(found).items()):
        if item in found.problems:
            continue
        assert sum(layer[1] for layer in layers) == close(found.quantity[item])
        assert sum(layer[1] * layer[2] for layer in layers) == close(found.value[item]), sku
        assert {np.sign(layer[1]) for layer in layers} in (set(), {1.0}, {-1.0})
        assert [layer[0] // 1 for layer in layers] == sorted(layer[0] // 1 for layer in layers)
    assert found.layers().value == near(found.layers().quantity * found.layers().unit_cost)


@every_flow
@laws
@given(rows=plain_histories(), cents=st.integers(0, 900))
def test_at_one_unit_cost_every_method_agrees(method: str, rows: list[Movement], cents: int) -> None:
    """V4."""
    cost = Fraction(cents, 100)
    found = kept([m._replace(cost=cost) for m in rows]).value(method)
    for sku, value, sales in zip(found.sku, found.value, found.cost_of_sales, strict=True):
        own = [m.quantity for m in rows if m.sku == sku]
        assert value == close(float(sum(own) * cost))
        assert sales == close(float(-sum(q for q in own if q < 0) * cost))


@laws
@given(rows=plain_histories())
def test_fifo_is_the_same_periodic_and_perpetual(rows: list[Movement]) -> None:
    """V5."""
    assert figures(kept(rows).value("FIFO_PERIODIC")) == {
        sku: close(line) for sku, line in figures(kept(rows).value("FIFO")).items()
    }


@laws
@given(rows=plain_histories())
def test_receipts_before_issues_make_periodic_and_perpetual_equal(rows: list[Movement]) -> None:
    """V6."""
    ledger = kept([m._replace(day=1.0) for m in sorted(rows, key=lambda move: move.quantity < 0)])
    for perpetual, periodic in zip(PERPETUAL, PERIODIC, strict=True):
        assert ledger.value(perpetual).value == near(ledger.value(periodic).value)
        assert ledger.value(perpetual).cost_of_sales == near(ledger.value(periodic).cost_of_sales)


@laws
@given(quantity=st.integers(1, 50), out=st.lists(st.integers(1, 9), max_size=6), cents=st.integers(0, 900))
def test_one_lot_costs_the_same_by_every_method(quantity: int, out: list[int], cents: int) -> None:
    """V6, the single lot."""
    units = [quantity + sum(out), *(-x for x in out)]
    cost = [cents / 100] * len(units)
    for method in FLOWS:
        found = value_ledger(["A"] * len(units), range(len(units)), units, cost, method=method)
        assert found.value[0] == close(quantity * cents / 100)


@laws
@given(rows=plain_histories(), falling=st.booleans())
def test_rising_costs_order_the_methods(rows: list[Movement], falling: bool) -> None:
    """V7."""
    costs = sorted((m.cost for m in rows if m.cost is not None), reverse=falling)
    ledger = kept([m._replace(cost=cost) for m, cost in zip(rows, costs, strict=True)])
    sales = {method: ledger.value(method).cost_of_sales for method in FLOWS}
    sign = -1 if falling else 1
    for lower, higher in (
        ("FIFO", "WAC"),
        ("WAC", "LIFO"),
        ("FIFO", "WAC_PERIODIC"),
        ("WAC_PERIODIC", "LIFO_PERIODIC"),
    ):
        assert np.all(sign * sales[lower] <= sign * sales[higher] + 1e-9)


@every_flow
@laws
@given(rows=plain_histories(), factor=st.sampled_from([1e-6, 0.1, 3.0, 1e6]))
def test_bounds_and_scale(method: str, rows: list[Movement], factor: float) -> None:
    """V8 and V9."""
    found = kept(rows).value(method)
    for item, sku in enumerate(found.sku):
        own = [m for m in rows if m.sku == sku]
        sold = float(-sum(m.quantity for m in own if m.quantity < 0))
        costs = [float(m.cost or 0) for m in own if m.quantity > 0] or [0.0]
        assert min(costs) * sold - 1e-9 <= found.cost_of_sales[item] <= max(costs) * sold + 1e-9
    exact = Fraction(str(factor)) if factor < 1 else Fraction(factor)
    dearer = kept([m._replace(cost=(m.cost or 0) * exact) for m in rows]).value(method)
    more = kept([m._replace(quantity=m.quantity * exact) for m in rows]).value(method)
    for scaled in (dearer, more):
        for name in ("value", "cost_of_sales", "receipts_value"):
            expected = getattr(found, name) * factor
            assert getattr(scaled, name) == pytest.approx(expected, rel=1e-9, abs=1e-9 * factor)
    assert dearer.quantity == near(found.quantity)
    assert more.quantity == pytest.approx(found.quantity * factor, rel=1e-9, abs=0)


@every_flow
@laws
@given(rows=plain_histories(), data=st.data())
def test_splitting_a_row_or_adding_an_empty_one_changes_nothing(
    method: str, rows: list[Movement], data: st.DataObject
) -> None:
    """V10 and V11."""
    at = data.draw(st.integers(0, len(rows) - 1))
    row = rows[at]
    part = row.quantity * data.draw(st.sampled_from([Fraction(1, 2), Fraction(1, 3), Fraction(3, 10)]))
    first, rest = row._replace(quantity=part), row._replace(quantity=row.quantity - part)
    empty = row._replace(quantity=Fraction(0), cost=Fraction(7))
    split = kept([*rows[:at], first, empty, rest, *rows[at + 1 :]]).value(method)
    assert figures(split) == {sku: close(line) for sku, line in figures(kept(rows).value(method)).items()}


@every_flow
@laws
@given(
    parts=st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 900)), min_size=1, max_size=8),
    pieces=st.integers(1, 70),
)
def test_selling_everything_leaves_exactly_nothing(
    method: str, parts: list[tuple[int, int]], pieces: int
) -> None:
    """V11, in tenths of units and uneven pieces, neither of which a float holds exactly."""
    total = sum(units for units, _ in parts) / 10
    units = [units / 10 for units, _ in parts] + [-total / pieces] * pieces
    costs = [cents / 100 for _, cents in parts] + [0.0] * pieces
    found = value_ledger(["A"] * len(units), range(len(units)), units, costs, method=method)
    assert (found.quantity[0], found.value[0], len(found.layers().row)) == (0.0, 0.0, 0)
    assert found.cost_of_sales[0] == close(sum(u * c for u, c in zip(units, costs, strict=True)))


@every_flow
def test_seventy_tenths_empty_a_receipt_of_seven(method: str) -> None:
    """The rounding trap of Odoo's issue with 70 x 0.1."""
    found = value_ledger(["A"] * 71, range(71), [7, *[-0.1] * 70], [3.3] * 71, method=method)
    assert (found.quantity[0], found.value[0], len(found.layers().row)) == (0.0, 0.0, 0)


@every_flow
@laws
@given(rows=st.one_of(histories(), full_histories()), last=st.integers(0, 11), data=st.data())
def test_what_comes_later_changes_no_figure_of_a_window(
    method: str, rows: list[Movement], last: int, data: st.DataObject
) -> None:
    """V12: no later row, not even an impossible one, and no later charge."""
    first = data.draw(st.none() | st.integers(0, last))
    shared = [c._replace(day=float(last + 1 + i)) for i, c in enumerate(data.draw(charges(rows)))]
    impossible = Movement("A", 14.0, Fraction(-1000), None, "SALE")
    how = {"from_date": first, "as_of": last, "negative": "allow", "on_problem": "leave_out"}
    items = {m.sku for m in rows if m.day // 1 <= last}
    before = kept([m for m in rows if m.day // 1 <= last]).value(method, **how) if items else None
    after = kept([*rows, impossible], charges=shared).value(method, **how)
    assert not any(line[0] for sku, line in figures(after).items() if sku not in items)
    for item, sku in enumerate(before.sku if before is not None else ()):
        if item not in before.problems:
            assert figures(after)[sku] == close(figures(before)[sku])
            told, known = ([layer[:3] for layer in layers_of(found)[sku]] for found in (after, before))
            assert np.array(told) == near(known)
