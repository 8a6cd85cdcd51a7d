"""Freight and duty on what was received: on the units still there, the rest at once to the cost of sales."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.ledger.books import close, kept, laws, layers_of
from tests.core.ledger.histories import charges, full_histories, histories
from tests.core.ledger.slow_ledger import METHODS, PERPETUAL, Charge, Movement
from xlinventory.core.errors import InventoryError
from xlinventory.core.ledger import StockLedger

NAN = np.nan


def shipment(**more: Any) -> StockLedger:
    """100 of A at 2 and 50 of B at 8 on one reference; 40 of A sold on day 3, B untouched."""
    return StockLedger(
        ["A", "B", "A"], [1, 1, 3], [100, 50, -40], [2, 8, NAN], reference=["R", "R", "S"], **more
    )


@pytest.mark.parametrize(
    ("basis", "weight", "shares"),
    [("value", None, (20, 40)), ("quantity", None, (40, 20)), ("weight", [1, 6, 1], (15, 45))],
)
def test_a_charge_goes_by_value_quantity_or_weight(
    basis: str, weight: list[float] | None, shares: tuple[float, float]
) -> None:
    """By hand: 60 on 200 and 400 of money, on 100 and 50 units, on 100 x 1 and 50 x 6 of weight."""
    found = shipment().with_charges(["R"], [60], date=[1], basis=basis, weight=weight).value("FIFO", as_of=2)
    assert found.receipts_value.tolist() == close([200 + shares[0], 400 + shares[1]])
    assert found.value.tolist() == close([200 + shares[0], 400 + shares[1]])
    assert found.cost_of_sales.tolist() == [0, 0]


@pytest.mark.parametrize("method", PERPETUAL)
def test_the_part_of_units_already_sold_is_cost_of_sales_on_the_day_of_the_charge(method: str) -> None:
    """By hand: A's 20 come on day 5, when 60 of 100 are there: 12 stay, 8 are cost of sales of day 5."""
    ledger = shipment().with_charges(["R"], [60], date=[5])
    found = ledger.value(method)
    assert found.value.tolist() == close([60 * 2 + 12, 440])
    assert found.cost_of_sales.tolist() == close([80 + 8, 0])
    assert layers_of(found)["A"][0][1:3] == close((60, 2.2))
    before = ledger.value(method, as_of=4)
    assert (before.value.tolist(), before.cost_of_sales.tolist()) == (close([120, 400]), close([80, 0]))
    day = ledger.value(method, from_date=5, as_of=5)
    assert day.receipts_value.tolist() == close([20, 40])
    assert day.cost_of_sales.tolist() == close([8, 0])
    assert day.opening_value.tolist() == close([120, 400])


@pytest.mark.parametrize("method", PERPETUAL)
@pytest.mark.parametrize("day", [NAN, 1])
def test_without_a_day_a_charge_counts_from_the_receipt(method: str, day: float) -> None:
    """By hand: 40 sold at 2.20."""
    found = shipment().with_charges(["R"], [60], date=[day]).value(method)
    assert found.cost_of_sales.tolist() == close([88, 0])
    assert found.value.tolist() == close([132, 440])
    assert shipment().with_charges(["R"], [60]).value(method).value.tolist() == close([132, 440])


def test_a_charge_dated_before_its_receipt_counts_from_the_receipt() -> None:
    found = shipment().with_charges(["R"], [60], date=[-9])
    assert found.value("FIFO", as_of=0).receipts_value.tolist() == [0, 0]
    assert found.value("FIFO").value.tolist() == close([132, 440])


@pytest.mark.parametrize("method", PERPETUAL)
def test_a_charge_on_what_is_sold_out_is_all_cost_of_sales(method: str) -> None:
    ledger = StockLedger(["A", "A"], [1, 2], [10, -10], [2, NAN], reference=["R", ""])
    found = ledger.with_charges(["R"], [7], date=[3]).value(method)
    assert (found.quantity[0], found.value[0], found.cost_of_sales[0]) == (0, 0, close(27))


def test_a_supplier_is_not_credited_with_the_freight() -> None:
    """By hand: 10 at 2 with 5 of freight are 2.50 each; 4 go back for 2 each, the 2 of freight are lost."""
    ledger = StockLedger(
        ["A", "A"], [1, 2], [10, -4], [2, NAN], kind=["RECEIPT", "SUPPLIER_RETURN"], reference=["R", "R"]
    ).with_charges(["R"], [5])
    found = ledger.value("FIFO")
    assert found.receipts_value[0] == close(20 + 5 - 8)
    assert (found.cost_of_sales[0], found.value[0]) == close((2, 15))


def test_several_charges_add_up() -> None:
    one_by_one = shipment().with_charges(["R"], [60], date=[5]).with_charges(["R"], [30], date=[6])
    at_once = shipment().with_charges(["R", "R"], [60, 30], date=[5, 6])
    for ledger in (one_by_one, at_once):
        found = ledger.value("FIFO")
        assert found.receipts_value.tolist() == close([230, 460])
        assert found.cost_of_sales.tolist() == close([80 + 12, 0])


def test_each_charge_has_its_own_basis_and_a_credit_counts_with_all_of_them() -> None:
    """By hand: 600 by quantity is 400 and 200, the credit of 900 by value is 300 and 600."""
    charges = {"reference": ["R", "R"], "amount": [-900, 600], "basis": ["value", "quantity"]}
    found = shipment().with_charges(**charges).value("FIFO", as_of=2)
    assert found.receipts_value.tolist() == close([200 - 300 + 400, 400 - 600 + 200])
    with pytest.raises(InventoryError, match="must cost >= 0"):
        shipment().with_charges(["R"], [-900])


def test_charges_are_rows_after_the_movements() -> None:
    ledger = shipment().with_charges(["R"], [60], date=[5])
    assert ledger.quantity[3:].tolist() == [0] * len(ledger.item[3:])
    assert sorted(ledger.item[3:].tolist()) == [0, 1]
    assert ledger.date[3:].tolist() == [5, 5]
    money = ledger.value("FIFO").by_row()
    assert money.received[:3].tolist() == [200, 400, 0]
    assert sorted(money.received[3:].tolist()) == close([20, 40])
    assert sorted(money.charged[3:].tolist()) == close([0, 8])


@laws
@given(
    quantities=st.lists(st.integers(1, 10**6), min_size=1, max_size=30),
    cents=st.integers(-(10**7), 10**9),
    basis=st.sampled_from(["value", "quantity"]),
)
def test_the_shares_of_a_charge_add_up_exactly(quantities: list[int], cents: int, basis: str) -> None:
    """In exact arithmetic on the doubles themselves; a credit too, where the goods are worth more than it."""
    count, amount = len(quantities), abs(cents) / 100
    ledger = StockLedger(
        [f"I{i}" for i in range(count)],
        [1] * count,
        np.array(quantities) / 7,
        [3.3] * count,
        reference=["R"] * count,
    )
    charged = ledger.with_charges(["R"], [amount], basis=basis).value("FIFO").by_row().received[count:]
    assert sum(map(Fraction, charged.tolist())) == Fraction(amount)


@pytest.mark.parametrize("method", METHODS[:6])
@laws
@given(rows=st.one_of(histories(), full_histories()), data=st.data())
def test_a_charge_is_either_in_stock_or_in_the_cost_of_sales(
    method: str, rows: list[Movement], data: st.DataObject
) -> None:
    """Value and cost of sales together grow by just what was charged; quantities do not change."""
    given_charges: list[Charge] = data.draw(charges(rows))
    how = {"negative": "allow", "on_problem": "leave_out"}
    without, found = kept(rows).value(method, **how), kept(rows, charges=given_charges).value(method, **how)
    np.testing.assert_array_equal(found.quantity, without.quantity)
    grown = found.value + found.cost_of_sales - without.value - without.cost_of_sales
    assert grown.tolist() == pytest.approx(
        (found.receipts_value - without.receipts_value).tolist(), abs=1e-7, nan_ok=True
    )
    if not found.problems:
        total = float(sum(charge.amount for charge in given_charges))
        assert np.sum(found.receipts_value - without.receipts_value) == pytest.approx(total, abs=1e-7)


@pytest.mark.parametrize(
    "charge",
    [
        {"reference": ["X"], "amount": [5]},
        {"reference": [""], "amount": [5]},
        {"reference": ["S"], "amount": [5]},
        {"reference": ["R"], "amount": [NAN]},
        {"reference": ["R"], "amount": [-1000]},
        {"reference": ["R"], "amount": [5], "basis": "colour"},
        {"reference": ["R"], "amount": [5], "basis": "weight"},
        {"reference": ["R"], "amount": [5], "basis": "weight", "weight": [0, 0, 0]},
        {"reference": ["R"], "amount": [5], "basis": "weight", "weight": [-1, 2, 0]},
        {"reference": ["R"], "amount": [5, 6]},
        {"reference": ["R"], "amount": [5], "date": [1, 2]},
        {"reference": ["R"], "amount": [5], "basis": ["value", "value"]},
    ],
)
def test_a_charge_that_cannot_be_shared_is_refused(charge: dict[str, Any]) -> None:
    with pytest.raises(InventoryError):
        shipment().with_charges(**charge)
