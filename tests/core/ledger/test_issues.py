"""What an issue costs and what is left of the layers: before, action, after, worked out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings

from tests.core.ledger.books import kept, layers_of
from tests.core.ledger.histories import plain_histories
from tests.core.ledger.slow_ledger import PERIODIC, PERPETUAL, Movement
from xlinventory.core.errors import OutOfDomain
from xlinventory.core.ledger import ValuedLedger, value_ledger

Layers = list[tuple[float, float, float, int]]


def one_item(quantities: list[float], costs: list[float], method: str = "FIFO") -> ValuedLedger:
    """An item whose rows are on days 1, 2, 3 ..."""
    days = range(1, len(quantities) + 1)
    return value_ledger(["A"] * len(quantities), days, quantities, costs, method=method)


@pytest.mark.parametrize(
    ("method", "after", "cost"),
    [("FIFO", (2, 5, 20), 200), ("LIFO", (1, 5, 10), 250), ("WAC", (2, 5, 15), 225)],
)
def test_an_issue_of_15_from_10_at_10_and_10_at_20(
    method: str, after: tuple[float, float, float], cost: float
) -> None:
    """Odoo test_normal_1 for FIFO and average; ERPNext test_lifo_consumption for LIFO."""
    found = one_item([10, 10, -15], [10, 20, np.nan], method)
    assert [layer[:3] for layer in layers_of(found)["A"]] == [after]
    assert found.by_row().received.tolist() == [100, 200, 0]
    assert found.by_row().charged.tolist() == [0, 0, cost]


@pytest.mark.parametrize(
    ("method", "took"),
    [
        ("FIFO", [(2, 0, 10, 10), (2, 1, 5, 20)]),
        ("LIFO", [(2, 1, 10, 20), (2, 0, 5, 10)]),
        ("WAC", [(2, -1, 15, 15)]),
    ],
)
def test_an_issue_names_the_layers_it_took(method: str, took: Layers) -> None:
    taken = one_item([10, 10, -15], [10, 20, np.nan], method).consumed()
    rows = zip(taken.row, taken.layer_row, taken.quantity, taken.unit_cost, strict=True)
    assert sorted(tuple(map(float, row)) for row in rows) == sorted(took)


def test_the_cost_written_beside_an_issue_is_ignored() -> None:
    assert one_item([10, -4], [3, 99]).cost_of_sales[0] == 12


def test_the_layer_of_an_average_has_the_date_of_the_last_receipt() -> None:
    found = value_ledger(["A"] * 3, [1, 5, 9], [10, 10, -5], [1, 3, np.nan], method="WAC")
    assert layers_of(found)["A"][0][:3] == (5, 15, 2)


def test_a_periodic_method_counts_receipts_of_the_period_before_its_issues() -> None:
    early = ([-5, 10], [np.nan, 3])
    assert [one_item(*early, method).value[0] for method in PERIODIC] == [15, 15, 15]
    with pytest.raises(OutOfDomain):
        one_item(*early, "FIFO")
    with pytest.raises(OutOfDomain):
        one_item([-11, 10], [np.nan, 3], "WAC_PERIODIC")


def test_a_periodic_method_takes_the_window_as_its_period() -> None:
    """By hand: 10 at 1 and 10 at 3 make 2; five issued; then 15 at 2 with 5 at 6 make 3."""
    columns = (["A"] * 5, [1, 2, 3, 11, 12], [10, -5, 10, -8, 5], [1, np.nan, 3, np.nan, 6])
    first = value_ledger(*columns, method="WAC_PERIODIC", from_date=1, as_of=9)
    assert first.cost_of_sales[0] == 10
    second = value_ledger(*columns, method="WAC_PERIODIC", from_date=10, as_of=19)
    assert (second.opening_value[0], second.cost_of_sales[0], second.value[0]) == (30, 24, 36)
    assert (second.opening_quantity[0], second.receipts_value[0]) == (15, 30)


def test_free_goods_are_layers_too() -> None:
    """By hand: 10 at 6 and 2 for nothing average 5; FIFO sells the paid ones first, LIFO the free ones."""
    values = [one_item([10, 2, -3], [6, 0, np.nan], method).value[0] for method in PERPETUAL]
    assert values == [42, 54, 45]


def test_empty_rows_receive_and_cost_nothing() -> None:
    found = one_item([0, 10, 0, -4], [np.nan, 2, 9, np.nan])
    assert (found.value[0], found.cost_of_sales[0], found.receipts_value[0]) == (12, 8, 20)


def test_a_transfer_moves_nothing() -> None:
    found = value_ledger(
        ["A"] * 3, [1, 2, 3], [10, -4, 4], [2, np.nan, 9], kind=["RECEIPT", "TRANSFER", "TRANSFER"]
    )
    assert (found.quantity[0], found.value[0], found.cost_of_sales[0], found.receipts_value[0]) == (
        10,
        20,
        0,
        20,
    )


def test_a_write_off_and_a_shortage_are_cost_of_sales() -> None:
    """By hand: 10 at 2, then 1 broken and 3 not found at the count."""
    found = value_ledger(
        ["A"] * 3, [1, 2, 3], [10, -1, -3], [2, np.nan, np.nan], kind=["OPENING", "WRITE_OFF", "ADJUSTMENT"]
    )
    assert (found.value[0], found.cost_of_sales[0]) == (12, 8)


def test_units_found_at_the_count_come_in_at_the_cost_of_the_next_issue() -> None:
    """By hand: after 10 at 10 and 10 at 20 the next unit is 10, 20 or 15; what is found lessens cost of sales."""
    columns = (["A"] * 3, [1, 2, 3], [10, 10, 2], [10, 20, np.nan])
    kinds = ["RECEIPT", "RECEIPT", "ADJUSTMENT"]
    found = [value_ledger(*columns, kind=kinds, method=method) for method in PERPETUAL]
    assert [one.by_row().received[2] for one in found] == [20, 40, 30]
    assert [one.cost_of_sales[0] for one in found] == [-20, -40, -30]
    assert [one.receipts_value[0] for one in found] == [300, 300, 300]


def test_units_found_come_in_at_their_own_cost_where_there_is_one() -> None:
    found = value_ledger(["A"] * 2, [1, 2], [10, 2], [10, 3], kind=["RECEIPT", "ADJUSTMENT"])
    assert (found.value[0], found.cost_of_sales[0]) == (106, -6)


@settings(max_examples=60, deadline=None)
@given(rows=plain_histories(items=["A"]))
def test_the_average_moves_only_towards_a_receipt(rows: list[Movement]) -> None:
    """V14."""
    before: float | None = None
    ledger = kept([m._replace(day=float(i)) for i, m in enumerate(rows)])
    for day, row in enumerate(rows):
        layers = layers_of(ledger.value("WAC", as_of=day))["A"]
        if not layers:
            before = None
            continue
        after, cost = layers[0][2], float(row.cost or 0)
        if before is not None and row.quantity <= 0:
            assert after == pytest.approx(before, rel=1e-14)
        if before is not None and row.quantity > 0:
            assert min(before, cost) - 1e-9 <= after <= max(before, cost) + 1e-9
        before = after
