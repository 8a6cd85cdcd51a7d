"""What is on order counts once, whatever became of it: a workbook with formulas, run as from its buttons."""

import pandas as pd
import pytest

from xlinventory.hosts.excel import template
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import run_macro

TODAY = 40886.0
STATES = {
    "OPEN": {"quantity": 80.0},
    "PART": {"quantity": 80.0, "received": 20.0, "receipt_date": TODAY - 1},
    "REFUSED": {"quantity": 80.0, "received": 20.0, "rejected": 10.0, "receipt_date": TODAY - 1},
    "CANCELLED": {"quantity": 80.0, "status": "cancelled"},
    "DONE": {"quantity": 80.0, "received": 80.0, "receipt_date": TODAY - 1},
    "TODAY": {"quantity": 80.0, "order_date": TODAY},
    "NONE": None,
}
STILL_TO_COME = {"OPEN": 80, "PART": 60, "REFUSED": 50, "CANCELLED": 0, "DONE": 0, "TODAY": 80, "NONE": 0}
ON_HAND = 20.0


def cells(rows: list[dict[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows).astype(object)
    return frame.where(frame.notna(), None)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> FileWorkbook:
    """Each item has 20 units, 4 a day with no spread for 14 days: order at 56 and more."""
    path = tmp_path_factory.mktemp("orders") / "book.xlsx"
    template.build(path)
    book = FileWorkbook.open(path)
    measured = {
        "active": "yes", "preferred_supplier": "Acme", "unit_cost": 2.0, "sell_price": 5.0, "abc": "A",
        "demand_avg": 4.0, "demand_sd": 0.0, "lead_time": 14.0, "lead_time_sd": 0.0, "pattern": "smooth",
    }  # fmt: skip
    book.write_table("Items", cells([{"sku": sku, **measured} for sku in STATES]))
    book.write_table("Suppliers", cells([{"supplier": "Acme", "active": "yes"}]))
    stock = [{"date": TODAY - 9, "sku": sku, "kind": "OPENING", "quantity": ON_HAND} for sku in STATES]
    book.write_table("Movements", cells(stock))
    order = {"po": "P1", "supplier": "Acme", "order_date": TODAY - 9, "promised_date": TODAY + 5}
    lines = [{**order, "sku": sku, **state} for sku, state in STATES.items() if state]
    book.write_table("PurchaseOrders", cells(lines))
    settings = book.read_table("Settings").reset_index(drop=True)[["setting", "value"]]
    settings.loc[settings["setting"] == "as_of", "value"] = TODAY
    book.write_table("Settings", settings)
    run_macro(book, "reorder")
    return book


def table(book: FileWorkbook, name: str) -> pd.DataFrame:
    return book.read_table(name).set_index("sku")


def test_a_position_counts_what_is_still_to_come_once(book: FileWorkbook) -> None:
    lines = table(book, "Reorder")
    assert lines["position"].to_dict() == {sku: ON_HAND + units for sku, units in STILL_TO_COME.items()}
    due = {sku for sku, units in STILL_TO_COME.items() if ON_HAND + units <= lines.loc[sku, "reorder_point"]}
    assert due == {"PART", "REFUSED", "CANCELLED", "DONE", "NONE"}
    assert set(lines.index[lines["suggested_qty"] > 0]) == due


def test_what_was_ticked_and_ordered_is_not_ordered_twice(book: FileWorkbook) -> None:
    """Create POs, and a run on the same day: the new orders are in the position, the lines are gone."""
    first = table(book, "Reorder")
    run_macro(book, "orders")
    run_macro(book, "reorder")
    second = table(book, "Reorder")
    ordered = first["order_qty"].where(first["take"].eq("yes"), 0.0).astype(float)
    expected = (first["position"] + ordered).astype(float).to_dict()
    assert second["position"].astype(float).to_dict() == expected
    assert not second["suggested_qty"].astype(float).any()
    assert second["take"].eq("no").all()
    run_macro(book, "orders")
    assert len(book.read_table("PurchaseOrders")) == 6 + int((ordered > 0).sum())
