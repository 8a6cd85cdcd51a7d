"""What comes back from customers and goes back to suppliers, linked to its row by its reference."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.ledger.books import close, kept, layers_of
from tests.core.ledger.histories import plain_histories
from tests.core.ledger.slow_ledger import PERPETUAL, Movement
from xlinventory.core.errors import InventoryError
from xlinventory.core.ledger import ValuedLedger, value_ledger

NAN = np.nan
Row = tuple[str, float, float, str]  # kind, quantity, unit cost, reference


def one_item(rows: list[Row], method: str = "FIFO", **how: Any) -> ValuedLedger:
    """An item whose rows are on days 1, 2, 3 ..."""
    kinds, quantities, costs, references = (list(column) for column in zip(*rows, strict=True))
    days = range(1, len(rows) + 1)
    return value_ledger(
        ["A"] * len(rows), days, quantities, costs, kind=kinds, reference=references, method=method, **how
    )


def held(valued: ValuedLedger) -> list[tuple[float, float]]:
    """Quantity and unit cost of the layers."""
    return [layer[1:3] for layer in layers_of(valued)["A"]]


TWO_RECEIPTS: list[Row] = [("RECEIPT", 10, 10, "R1"), ("RECEIPT", 10, 20, "R2")]


def test_every_kind_of_movement_worked_out_by_hand() -> None:
    """Receipts 40 + 60 - 18 sent back.

    FIFO: the sale leaves at 10 x 4 + 2 x 6 = 52, 2 of 12 come back, 3 go back to R1 at 6; 1 x 6 written off,
    2 found at 6. LIFO: 68, back at 68/12, R1 is sold so the 2 returned and 1 at 4 go back for a credit of 18;
    1 x 4, 2 x 4. WAC: all at 5, so 3 x 5 go back for a credit of 18.
    """
    rows: list[Row] = [
        ("OPENING", 10, 4, ""),
        ("RECEIPT", 10, 6, "R1"),
        ("SALE", -12, NAN, "S1"),
        ("CUSTOMER_RETURN", 2, NAN, "S1"),
        ("SUPPLIER_RETURN", -3, NAN, "R1"),
        ("WRITE_OFF", -1, NAN, ""),
        ("ADJUSTMENT", 2, NAN, ""),
        ("TRANSFER", -5, NAN, ""),
    ]
    for method, value, cost_of_sales in (
        ("FIFO", 5 * 6 + 2 * 52 / 12 - 6 + 12, 52 - 2 * 52 / 12 + 6 - 12),
        ("LIFO", 7 * 4 - 4 + 8, 68 - 2 * 68 / 12 + (2 * 68 / 12 + 4 - 18) + 4 - 8),
        ("WAC", 8 * 5, 60 - 10 + (15 - 18) + 5 - 10),
    ):
        found = one_item(rows, method)
        assert (found.quantity[0], found.receipts_value[0]) == close((8, 82))
        assert (found.value[0], found.cost_of_sales[0]) == close((value, cost_of_sales))


# ---------------------------------------------------------------- to suppliers


def test_what_is_sent_back_leaves_the_layer_it_came_with() -> None:
    rows = [*TWO_RECEIPTS, ("SUPPLIER_RETURN", -2, NAN, "R2"), ("SALE", -9, NAN, "")]
    fifo = one_item(rows)
    assert fifo.by_row().charged.tolist() == [0, 0, 40, 90]
    assert held(fifo) == [(1, 10), (8, 20)]
    assert (fifo.receipts_value[0], fifo.cost_of_sales[0]) == (260, 90)
    average = one_item(rows, "WAC")
    assert average.by_row().charged.tolist() == [0, 0, 30, 135]
    assert (average.receipts_value[0], average.cost_of_sales[0]) == (260, 125)


def test_what_is_sent_back_and_no_longer_there_goes_by_the_method() -> None:
    """The credit is still the receipt's cost: the difference is cost of sales."""
    some = one_item([*TWO_RECEIPTS, ("SALE", -8, NAN, ""), ("SUPPLIER_RETURN", -5, NAN, "R1")])
    assert some.by_row().charged.tolist() == [0, 0, 80, 2 * 10 + 3 * 20]
    assert (some.receipts_value[0], some.cost_of_sales[0]) == (250, 80 + 80 - 50)
    none = one_item([*TWO_RECEIPTS, ("SALE", -10, NAN, ""), ("SUPPLIER_RETURN", -5, NAN, "R1")])
    assert none.by_row().charged.tolist() == [0, 0, 100, 100]


def test_a_layer_sent_back_from_the_middle_is_skipped_later() -> None:
    rows: list[Row] = [
        ("RECEIPT", 1, 10, "R1"),
        ("RECEIPT", 1, 20, "R2"),
        ("RECEIPT", 1, 30, "R3"),
        ("SUPPLIER_RETURN", -1, NAN, "R2"),
        ("SALE", -1, NAN, ""),
        ("ADJUSTMENT", 1, NAN, ""),
    ]
    found = one_item(rows)
    assert found.by_row().charged.tolist() == [0, 0, 0, 20, 10, 0]
    assert found.by_row().received[5] == 30, "the next unit would cost 30"
    assert held(found) == [(1, 30), (1, 30)]


def test_the_latest_receipt_of_a_reference_is_meant() -> None:
    rows: list[Row] = [
        ("RECEIPT", 5, 1, "R"),
        ("RECEIPT", 5, 3, "R"),
        ("SUPPLIER_RETURN", -2, NAN, "R"),
        ("RECEIPT", 5, 9, "R"),
    ]
    assert held(one_item(rows)) == [(5, 1), (3, 3), (5, 9)]


@pytest.mark.parametrize(
    ("cost", "reference", "credit"),
    [(NAN, "R1", 10), (7, "R1", 10), (7, "X", 7), (NAN, "X", 20), (NAN, "", 20)],
)
def test_the_credit_is_the_receipts_cost_else_the_rows_own_else_the_last_receipts(
    cost: float, reference: str, credit: float
) -> None:
    found = one_item([*TWO_RECEIPTS, ("SUPPLIER_RETURN", -1, cost, reference)])
    assert found.receipts_value[0] == 300 - credit
    assert found.check[0] == 0


# ---------------------------------------------------------------- from customers


def test_a_return_without_its_sale_comes_back_at_its_own_cost_else_the_last_sales() -> None:
    """By hand: 1 x 4, then 2 x 6; the unknown one at 6, the named one at 4, the last at its own 5.5."""
    rows: list[Row] = [
        ("RECEIPT", 1, 4, ""),
        ("RECEIPT", 9, 6, ""),
        ("SALE", -1, NAN, "536365"),
        ("SALE", -2, NAN, "536366"),
        ("CUSTOMER_RETURN", 1, NAN, "C536379"),
        ("CUSTOMER_RETURN", 1, NAN, "536365"),
        ("CUSTOMER_RETURN", 1, 5.5, ""),
    ]
    found = one_item(rows)
    assert found.by_row().received.tolist() == [4, 54, 0, 0, 6, 4, 5.5]
    assert found.cost_of_sales[0] == close(4 + 12 - 6 - 4 - 5.5)


def test_a_named_sale_has_the_word_before_the_rows_own_cost() -> None:
    rows: list[Row] = [("RECEIPT", 2, 4, ""), ("SALE", -1, NAN, "S"), ("CUSTOMER_RETURN", 1, 99, "S")]
    assert one_item(rows).value[0] == 8


def test_the_sale_of_another_item_is_not_meant() -> None:
    """By hand: B's sale has the reference too, at 9; A's return finds its own at 2."""
    found = value_ledger(
        ["A", "B", "A", "B", "A"],
        [1, 1, 2, 3, 4],
        [5, 5, -1, -1, 1],
        [2, 9, NAN, NAN, NAN],
        kind=["RECEIPT", "RECEIPT", "SALE", "SALE", "CUSTOMER_RETURN"],
        reference=["", "", "S", "S", "S"],
    )
    assert found.value.tolist() == [10, 36]


def test_a_sale_after_the_return_is_not_meant() -> None:
    """By hand: the return of day 2 finds no sale before it, the next unit issued costs 2."""
    rows: list[Row] = [("RECEIPT", 5, 2, ""), ("CUSTOMER_RETURN", 1, NAN, "S"), ("SALE", -1, NAN, "S")]
    assert one_item(rows).value[0] == 10


def test_a_return_of_an_item_never_seen_has_no_cost() -> None:
    with pytest.raises(InventoryError):
        one_item([("CUSTOMER_RETURN", 2, NAN, "")])


def test_what_comes_back_has_the_cost_at_which_it_left_even_if_that_was_recosted() -> None:
    rows: list[Row] = [
        ("RECEIPT", 10, 5, ""),
        ("SALE", -14, NAN, "S"),
        ("RECEIPT", 10, 7, ""),
        ("CUSTOMER_RETURN", 7, NAN, "S"),
    ]
    found = one_item(rows, negative="allow")
    assert found.by_row().received[3] == close(7 * (10 * 5 + 4 * 7) / 14)


def test_a_return_in_the_next_period_comes_back_at_the_cost_of_its_sale() -> None:
    """By hand: sold at 2 last period; this period buys at 10. 4 left at 2, 1 back at 2, 5 bought at 10."""
    rows: list[Row] = [
        ("RECEIPT", 5, 2, ""),
        ("SALE", -1, NAN, "S"),
        ("RECEIPT", 5, 10, ""),
        ("CUSTOMER_RETURN", 1, NAN, "S"),
    ]
    for method in ("FIFO", "LIFO", "WAC", "FIFO_PERIODIC", "LIFO_PERIODIC", "WAC_PERIODIC"):
        found = one_item(rows, method, from_date=3)
        assert (found.opening_value[0], found.receipts_value[0]) == (8, 50)
        assert (found.cost_of_sales[0], found.value[0]) == close((-2, 60))


def test_a_periodic_return_of_a_sale_of_the_same_period_takes_back_its_cost() -> None:
    """By hand: 10 at 1 and 10 at 3 average 2; 5 sold and 5 back is nothing sold."""
    rows: list[Row] = [
        ("RECEIPT", 10, 1, ""),
        ("SALE", -5, NAN, "S"),
        ("CUSTOMER_RETURN", 5, NAN, "S"),
        ("RECEIPT", 10, 3, ""),
    ]
    for method in ("FIFO_PERIODIC", "LIFO_PERIODIC", "WAC_PERIODIC"):
        found = one_item(rows, method)
        assert (found.cost_of_sales[0], found.value[0]) == close((0, 40))


@pytest.mark.parametrize("method", PERPETUAL)
@settings(max_examples=60, deadline=None)
@given(rows=plain_histories(items=["A"]), cents=st.integers(0, 900), units=st.integers(1, 9))
def test_a_sale_that_comes_back_in_full_restores_quantity_and_value(
    method: str, rows: list[Movement], cents: int, units: int
) -> None:
    """V15; the average comes back exactly, up to rounding."""
    known = [m._replace(kind=m.word) for m in rows]
    received = Movement("A", 99.0, Fraction(units), Fraction(cents, 100), "RECEIPT")
    sold = Movement("A", 99.0, Fraction(-units), None, "SALE", "S")
    back = sold._replace(quantity=Fraction(units), kind="CUSTOMER_RETURN")
    before = kept([*known, received]).value(method)
    after = kept([*known, received, sold, back]).value(method)
    assert after.quantity[0] == before.quantity[0]
    assert after.value[0] == close(before.value[0])
    assert after.cost_of_sales[0] == close(before.cost_of_sales[0])
