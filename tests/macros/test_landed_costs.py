"""Landed costs: shares worked out by hand, and every line that cannot be shared named with its cell."""

from typing import Any

import pandas as pd
import pytest

from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES
from xlinventory.sheets.settings import SETTINGS
from xlinventory.tables import BadRowsError

DAY = 45000.0
Rows = list[dict[str, Any]]

ITEMS = [{"sku": "A", "weight": 3}, {"sku": "B", "weight": 1}]
MOVEMENTS = [
    {"date": DAY, "sku": "A", "kind": "RECEIPT", "quantity": 10, "unit_cost": 4, "reference": "PO-1"},
    {"date": DAY, "sku": "B", "kind": "RECEIPT", "quantity": 10, "unit_cost": 6, "reference": "PO-1"},
    {"date": DAY + 1, "sku": "A", "kind": "SALE", "quantity": -5, "reference": "S-1"},
]


def filled(name: str, rows: Rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=TABLES[name].names, dtype=object)
    return frame.astype(object).where(frame.notna(), None)


def book(charges: Rows, items: Rows = ITEMS, movements: Rows = MOVEMENTS) -> MemoryWorkbook:
    tables = {name: filled(name, []) for name in TABLES}
    given = {setting.name: setting.value for setting in SETTINGS} | {"as_of": DAY + 9}
    tables["Settings"] = filled("Settings", [{"setting": n, "value": v} for n, v in given.items()])
    tables |= {"Items": filled("Items", items), "Movements": filled("Movements", movements)}
    return MemoryWorkbook(tables | {"LandedCosts": filled("LandedCosts", charges)})


def valued(workbook: MemoryWorkbook, **options: Any) -> pd.DataFrame:
    run_macro(workbook, "value", **options)
    return workbook.read_table("Valuation").set_index("sku")


FREIGHT = {"reference": "PO-1", "charge": "freight", "amount": 10}


@pytest.mark.parametrize(
    ("basis", "shares"),
    [("value", (4, 6)), (None, (4, 6)), ("quantity", (5, 5)), ("weight", (7.5, 2.5))],
)
def test_a_charge_is_part_of_the_cost_of_its_receipts(basis: str | None, shares: tuple[float, float]) -> None:
    """10 over receipts of 40 and 60, 10 and 10 units, 30 and 10 of weight; half of A is sold (IAS 2.10)."""
    rows = valued(book([FREIGHT | {"basis": basis}]))
    of_a, of_b = shares
    assert rows["purchases"].tolist() == pytest.approx([40 + of_a, 60 + of_b])
    for method in ("fifo", "lifo", "wac"):
        assert rows[f"{method}_value"].tolist() == pytest.approx([(40 + of_a) / 2, 60 + of_b])
        assert rows[f"{method}_cost_of_sales"].tolist() == pytest.approx([(40 + of_a) / 2, 0])


def test_a_later_charge_goes_to_what_is_left_and_to_cost_of_sales_of_its_day() -> None:
    """Of A's 4 the 5 units sold before take 2 to cost of sales, the 5 in stock carry 2."""
    workbook = book([FREIGHT | {"date": DAY + 3}])
    before = valued(workbook, to_date=DAY + 2).loc["A"]
    assert before[["purchases", "fifo_cost_of_sales", "fifo_value"]].tolist() == [40, 20, 20]
    since = valued(workbook, from_date=DAY + 3).loc["A"]
    figures = ["fifo_opening", "purchases", "fifo_cost_of_sales", "fifo_value"]
    assert since[figures].tolist() == pytest.approx([20, 4, 2, 22])


def test_charges_on_every_basis_add_up_exactly() -> None:
    charges = [FREIGHT | {"basis": basis, "amount": 0.1} for basis in ("value", "quantity", "weight")]
    workbook = book([*charges, FREIGHT | {"amount": -0.1}])
    assert valued(workbook)["purchases"].sum() == pytest.approx(100.2, abs=1e-12)


@pytest.mark.parametrize(
    ("charge", "told"),
    [
        ({"reference": "S-1"}, "reference: 'S-1' - must be the reference of a RECEIPT in Movements"),
        ({"reference": "PO-9"}, "reference: 'PO-9' - must be the reference of a RECEIPT in Movements"),
        ({"reference": None}, "reference: blank - must not be blank"),
        ({"amount": None}, "amount: blank - must not be blank"),
        ({"amount": "ten"}, "amount: 'ten' - must be a number"),
        ({"basis": "volume"}, "basis: 'volume' - must be one of value, quantity, weight"),
        (
            {"basis": "weight", "reference": "PO-2"},
            "basis: 'weight' - sharing by weight needs a weight in Items for C",
        ),
        (
            {"reference": "PO-2"},
            "basis: 'value' - sharing by value needs a unit_cost in Movements or in Items for C",
        ),
        (
            {"reference": "PO-3"},
            "basis: 'value' - there is no value to share by: that of these receipts is 0",
        ),
        ({"amount": -110.5}, "amount: -110.5 - a credit must not be more than what its receipts cost"),
        (
            {"amount": -90, "basis": "quantity"},
            "amount: -90.0 - a credit must not be more than what its receipts cost",
        ),
    ],
)
def test_a_line_that_cannot_be_shared_is_named_with_its_cell(charge: dict[str, Any], told: str) -> None:
    """Sheet, row, column, value and rule, by Value stock and by Check data; the line above it is sound."""
    more = [
        {"date": DAY, "sku": "C", "kind": "RECEIPT", "quantity": 1, "reference": "PO-2"},
        {"date": DAY, "sku": "D", "kind": "RECEIPT", "quantity": 1, "unit_cost": 0, "reference": "PO-3"},
    ]
    items = [*ITEMS, {"sku": "C"}, {"sku": "D"}]
    workbook = book([FREIGHT, FREIGHT | charge], items, MOVEMENTS + more)
    with pytest.raises(BadRowsError) as refused:
        run_macro(workbook, "value")
    assert [str(fault) for fault in refused.value.faults] == [f"LandedCosts row 3, {told}"]
    assert f"LandedCosts row 3, {told}" in run_macro(workbook, "check").findings
    assert workbook.read_table("Valuation").empty


def test_credits_count_together() -> None:
    """60 and 50 are each less than the 100 that the receipts cost, together more, but not than 100 + 10."""
    refunds = [FREIGHT | {"amount": -50}, FREIGHT | {"amount": -60}]
    with pytest.raises(BadRowsError, match=r"LandedCosts row 3, amount: -60.0 - a credit must not be more"):
        run_macro(book(refunds), "value")
    assert valued(book([*refunds, FREIGHT]))["purchases"].tolist() == pytest.approx([0, 0], abs=1e-9)


@pytest.mark.parametrize("order", [1, -1])
def test_a_credit_counts_with_charges_on_another_basis(order: int) -> None:
    """A and B cost 40 and 60: with 100 by value 80 and 120, less the credit of 150 by quantity 5 and 45."""
    lines = [FREIGHT | {"amount": 100}, FREIGHT | {"amount": -150, "basis": "quantity"}]
    assert valued(book(lines[::order]))["purchases"].tolist() == pytest.approx([5, 45])
    lines[1]["amount"] = -161
    with pytest.raises(BadRowsError, match=r"amount: -161.0 - a credit must not be more than"):
        run_macro(book(lines[::order]), "value")
