"""What a ledger refuses to take, and what it makes of the least it can be given."""

from typing import Any

import numpy as np
import pytest

from xlinventory.core.errors import InventoryError, OutOfDomain, WrongInput
from xlinventory.core.ledger import METHODS, StockLedger, value_ledger

GOOD: dict[str, Any] = {
    "sku": ["A", "A"],
    "date": [1, 2],
    "quantity": [3.0, -1.0],
    "unit_cost": [2.0, np.nan],
}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"date": [1]}, WrongInput),
        ({"quantity": [3.0]}, WrongInput),
        ({"unit_cost": [2.0, 1.0, 1.0]}, WrongInput),
        ({"kind": ["RECEIPT"]}, WrongInput),
        ({"reference": ["R"]}, WrongInput),
        ({"kind": ["RECEIPT", "SALES"]}, WrongInput),
        ({"quantity": [np.nan, -1.0]}, InventoryError),
        ({"quantity": [np.inf, -1.0]}, OutOfDomain),
        ({"date": [np.nan, 2]}, InventoryError),
        ({"date": ["yesterday", "soon"]}, WrongInput),
        ({"date": [1, "soon"]}, WrongInput),
        ({"date": ["2024-01-01", "today"]}, WrongInput),
        ({"as_of": "soon"}, WrongInput),
        ({"unit_cost": [-2.0, np.nan]}, OutOfDomain),
        ({"unit_cost": [np.inf, np.nan]}, OutOfDomain),
        ({"unit_cost": [np.nan, np.nan]}, InventoryError),
        ({"method": "FIF0"}, WrongInput),
        ({"negative": "maybe"}, WrongInput),
        ({"from_date": 3, "as_of": 2}, OutOfDomain),
    ],
)
def test_bad_columns_and_words_are_refused(changed: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        value_ledger(**(GOOD | changed))


@pytest.mark.parametrize("method", METHODS)
def test_of_no_movements_nothing_is_in_stock(method: str) -> None:
    ledger = StockLedger([], [], [], [], skus=["A"], standard_cost=[])
    found = ledger.value(method)
    assert [found.quantity[0], found.value[0], found.cost_of_sales[0], found.check[0]] == [0] * 4
    assert (len(found.layers().row), len(found.consumed().row)) == (0, 0)


def test_a_sku_that_is_not_asked_for_is_refused() -> None:
    with pytest.raises(InventoryError):
        StockLedger(**GOOD, skus=["B"])


def test_a_receipt_without_a_cost_is_its_items_problem() -> None:
    ledger = StockLedger(["A", "B"], [1, 1], [2, 3], [np.nan, 4])
    found = ledger.value("FIFO", on_problem="leave_out")
    assert list(found.problems) == [0]
    assert found.problems[0].row == 0
    assert "cost" in str(found.problems[0])
    assert (np.isnan(found.value[0]), found.value[1]) == (True, 12)


def test_the_cost_known_for_an_item_is_that_of_units_found_before_any_receipt() -> None:
    columns = (["A"], [1], [2], [np.nan])
    found = StockLedger(*columns, kind=["ADJUSTMENT"], last_cost=[5]).value("FIFO")
    assert (found.value[0], found.cost_of_sales[0]) == (10, -10)
    with pytest.raises(WrongInput):
        StockLedger(*columns, last_cost=[5]).value("FIFO")


def test_a_receipt_of_no_units_needs_no_cost() -> None:
    for method in ("FIFO", "STANDARD"):
        found = value_ledger(["A"], [1], [0], [np.nan], method=method, standard_cost=[3])
        assert (found.value[0], found.receipts_value[0], found.problems) == (0, 0, {})


@pytest.mark.parametrize("method", ["FIFO", "LIFO", "WAC", "FIFO_PERIODIC", "WAC_PERIODIC", "SPECIFIC"])
def test_a_ledger_without_rows_has_no_items(method: str) -> None:
    found = value_ledger([], [], [], [], method=method)
    assert (len(found.sku), len(found.value), len(found.layers().row)) == (0, 0, 0)
    assert (len(found.consumed().row), len(found.by_row().received), found.problems) == (0, 0, {})


def test_a_ledger_says_which_rows_are_purchases_and_which_are_sales() -> None:
    bought, sold = ["OPENING", "RECEIPT", "SUPPLIER_RETURN"], ["SALE", "CUSTOMER_RETURN"]
    kinds = [*bought, *sold, "ADJUSTMENT", "TRANSFER", "WRITE_OFF"]
    ledger = StockLedger(["A"] * 8, range(8), [9, 1, -1, -1, 1, 1, 1, -1], [1.0] * 8, kind=kinds)
    assert ledger.purchase.tolist() == [True, True, True, *[False] * 5]
    assert ledger.sale.tolist() == [*[False] * 3, True, True, *[False] * 3]
    assert ledger.item.tolist() == [0] * 8


def test_the_result_cannot_be_changed() -> None:
    found = value_ledger(**GOOD)
    with pytest.raises(AttributeError):
        found.method = "LIFO"  # type: ignore[misc]


def test_the_ledger_is_a_function_of_the_package() -> None:
    import xlinventory  # noqa: PLC0415 - the face of the package is what this test looks at

    found = xlinventory.value_ledger(["A"], [1], [2], [3])
    assert (list(found.sku), found.value.tolist()) == (["A"], [6])
