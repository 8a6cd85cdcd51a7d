"""Overdue: what is late, when it should come as its supplier's receipts go, and what runs out before."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.arrivals import after_waiting
from xlinventory.macros.frame import preview, run_macro
from xlinventory.sheets import TABLES

TODAY = 40886.0  # Friday 9 December 2011
Row = dict[str, Any]
ITEMS = [{"sku": "A", "name": "Anvil", "active": "yes", "unit_cost": 2.5}]


def order(**changes: Any) -> Row:
    """10 units ordered twenty days ago at 3.20, promised for tomorrow."""
    return {
        "po": "PO-1", "supplier": "Acme", "sku": "A", "order_date": TODAY - 20,
        "promised_date": TODAY + 1, "quantity": 10.0, "unit_price": 3.2,
    } | changes  # fmt: skip


@pytest.fixture
def book(make_book):
    def build(*orders: Row, **tables: Any) -> MemoryWorkbook:
        return make_book(tables.pop("settings", None), PurchaseOrders=orders, **({"Items": ITEMS} | tables))

    return build


def first(workbook: MemoryWorkbook, name: str = "PurchaseOrders") -> Row:
    return workbook.read_table(name).iloc[0].to_dict()


def test_late_lines_are_listed_worst_first_with_units_days_and_money(book) -> None:
    """6 of 10 open at 3.20 = 19.20, 9 days late; 5 at 1.50 = 7.50, 1 day late."""
    made = book(
        order(po="PO-2", supplier="Bolt", promised_date=TODAY - 1, quantity=5.0, unit_price=1.5),
        order(promised_date=TODAY - 9, received=4.0),
        order(po="PO-3", promised_date=TODAY),
        order(po="PO-4", promised_date=TODAY - 9, received=10.0),
        order(po="PO-5", promised_date=TODAY - 9, status="cancelled"),
        order(po="PO-6", promised_date=None),
        order(po="PO-7", promised_date=TODAY - 1, unit_price=None, quantity=1.0),
    )
    outcome = run_macro(made, "overdue")
    assert outcome.findings == (
        "PO-1, Acme, A Anvil: 6 units, 9 days late since 2011-11-30, 19.20",
        "PO-2, Bolt, A Anvil: 5 units, 1 day late since 2011-12-08, 7.50",
        "PO-7, Acme, A Anvil: 1 unit, 1 day late since 2011-12-08, price not known",
    )
    assert outcome.sentence == (
        "3 order lines are overdue on 2011-12-09 with 26.70 GBP and 1 line without a price "
        "still to come: Acme 2 lines 19.20, up to 9 days; Bolt 1 line 7.50, up to 1 day."
    )
    states = made.read_table("PurchaseOrders").set_index("po")["status"].to_dict()
    assert states == {
        "PO-1": "overdue", "PO-2": "overdue", "PO-3": "open", "PO-4": "received", "PO-5": "cancelled",
        "PO-6": "open", "PO-7": "overdue",
    }  # fmt: skip


def test_nothing_late_is_said_so(book) -> None:
    assert run_macro(book(order()), "overdue").sentence == "No order line is overdue on 2011-12-09."


def test_what_is_promised_for_today_is_not_late_whatever_time_as_of_has(book) -> None:
    """A formula such as =NOW() in as_of gives a day with a time."""
    made = book(order(promised_date=TODAY), settings={"as_of": TODAY + 0.75})
    assert run_macro(made, "overdue").sentence == "No order line is overdue on 2011-12-09."
    assert first(made)["status"] == "open"


def test_of_many_suppliers_the_largest_are_named(book) -> None:
    late = [
        order(po=f"PO-{i}", supplier=f"S{i}", promised_date=TODAY - 1, quantity=float(i))
        for i in range(1, 11)
    ]
    sentence = run_macro(book(*late), "overdue").sentence
    assert "to come: S10 1 line 32.00" in sentence
    assert sentence.endswith("; and 2 suppliers more.")


def delivered(days: float, units: float = 10.0, **changes: Any) -> tuple[Row, Row]:
    """An order line of Acme that took *days*, and its receipt in the ledger."""
    po = f"OLD-{days:g}-{units:g}"
    line = order(po=po, order_date=TODAY - 90, promised_date=TODAY - 80, quantity=units, received=units)
    came = {"date": TODAY - 90 + days, "sku": "A", "kind": "RECEIPT", "quantity": units, "reference": po}
    return line | {"receipt_date": TODAY - 90 + days} | changes, came


def with_history(book, *late: Row, lead_times: tuple[float, ...], stock: float, **tables: Any):
    """Late lines of a supplier whose receipts took so long, with *stock* on the shelf and 2 a day wanted."""
    past = [delivered(days) for days in lead_times]
    came = [receipt for _, receipt in past]
    sold = stock - sum(receipt["quantity"] for receipt in came)
    moves = [*came, {"date": TODAY - 1, "sku": "A", "kind": "ADJUSTMENT", "quantity": sold}]
    items = [{"sku": "A", "name": "Anvil", "active": "yes", "unit_cost": 2.5, "demand_avg": 2.0}]
    content = {"Items": items, "Movements": moves} | tables
    return book(*(line for line, _ in past), *late, **content)


LATE = order(promised_date=TODAY - 6)


def test_a_late_line_is_expected_as_the_receipts_that_took_longer_than_it_has_waited(book) -> None:
    """It waits for 20 days; of lead times 10, 18, 24 and 30 two are longer: (24 + 30) / 2 = 27.

    That is 7 days from now. 8 units at 2 a day last 4 days, so 3 days or 6 units are missed.
    """
    suppliers = [{"supplier": "Acme", "email": "sales@acme.example"}]
    made = with_history(book, LATE, lead_times=(10.0, 18.0, 24.0, 30.0), stock=8.0, Suppliers=suppliers)
    outcome = run_macro(made, "overdue")
    (line,) = made.read_table("Overdue").to_dict("records")
    assert line == {
        "po": "PO-1", "sku": "A", "name": "Anvil", "supplier": "Acme", "email": "sales@acme.example",
        "promised_date": TODAY - 6, "days_late": 6.0, "open_quantity": 10.0, "value": 32.0,
        "expected": TODAY + 7, "stockout_date": TODAY + 4, "days_out": 3.0, "units_short": 6.0,
        "why": "as the 2 of 4 receipts of Acme that took longer than the 20 days it has waited",
    }  # fmt: skip
    (told,) = outcome.findings
    assert told == (
        "PO-1, Acme, A Anvil: 10 units, 6 days late since 2011-12-03, 32.00; expected 2011-12-16; "
        "runs out 2011-12-13, 3 days before; ask sales@acme.example"
    )
    assert outcome.sentence.endswith("1 item runs out before the line should come: A.")


def test_a_wait_longer_than_any_receipt_took_has_no_expected_day(book) -> None:
    made = with_history(book, LATE, lead_times=(10.0, 18.0), stock=8.0)
    told = run_macro(made, "overdue").findings[0]
    line = first(made, "Overdue")
    assert (line["expected"], line["days_out"], line["stockout_date"]) == (None, None, TODAY + 4)
    assert line["why"] == (
        "none of the 2 receipts of Acme took longer than the 20 days it has waited: ask when it comes"
    )
    assert told.endswith("runs out 2011-12-13 without it")


def test_a_supplier_without_receipts_is_asked(book) -> None:
    made = book(LATE)
    run_macro(made, "overdue")
    assert first(made, "Overdue")["why"] == "no receipt of Acme to go by: ask when it comes"


def test_what_comes_in_time_from_another_order_keeps_the_item_in_stock(book) -> None:
    """8 units last until day 4; 10 promised for day 3 make it day 9, after the late line on day 7."""
    other = order(po="PO-2", promised_date=TODAY + 3)
    made = with_history(book, LATE, other, lead_times=(24.0, 30.0), stock=8.0)
    sentence = run_macro(made, "overdue").sentence
    assert (first(made, "Overdue")["stockout_date"], first(made, "Overdue")["days_out"]) == (TODAY + 9, 0.0)
    assert "runs out" not in sentence


def test_what_is_committed_is_not_free_and_an_empty_shelf_is_out_today(book) -> None:
    """8 on hand, 6 of them promised to customers: 2 last a day; of 8 committed nothing is left today."""
    for committed, day in ((6.0, TODAY + 1), (8.0, TODAY), (20.0, TODAY)):
        made = with_history(book, LATE, lead_times=(24.0,), stock=8.0)
        items = made.read_table("Items")
        items["committed"] = committed
        made.write_table("Items", items)
        run_macro(made, "overdue")
        assert first(made, "Overdue")["stockout_date"] == day


@pytest.mark.parametrize("demand", [None, 0.0])
def test_without_demand_nothing_runs_out(book, demand: float | None) -> None:
    made = book(LATE, Items=[ITEMS[0] | {"demand_avg": demand}])
    run_macro(made, "overdue")
    assert first(made, "Overdue")["stockout_date"] is None


def test_large_receipts_count_by_their_units_and_open_lines_pass_their_share_on() -> None:
    """Beyond 20 days: 24 days with 10 units, 40 days with 30 units: (240 + 1200) / 40 = 36.

    A line of 20 units open for 30 days passes its share to the 40 days, the only receipt that took longer
    (Efron 1967): (10*24 + 50*40) / 60 = 37.33.
    """
    rows = pd.DataFrame({"order_date": 0.0, "date": [10.0, 24.0, 40.0], "quantity": [20.0, 10.0, 30.0]})
    days, receipts, longer = after_waiting(rows, np.array([20.0, 9.0, 40.0]), 100.0)
    assert days.tolist() == pytest.approx([36.0, (200 + 240 + 1200) / 60, np.nan], nan_ok=True)
    assert (receipts, longer.tolist()) == (3.0, [2.0, 3.0, 0.0])
    waiting = pd.DataFrame({"order_date": [70.0], "date": [np.nan], "quantity": [20.0]})
    censored, _, _ = after_waiting(pd.concat([rows, waiting]), np.array([20.0]), 100.0)
    assert censored.tolist() == pytest.approx([(10 * 24 + 50 * 40) / 60])


def test_pressing_twice_changes_nothing_undo_takes_the_list_away_and_a_dry_run_makes_none(book) -> None:
    made = with_history(book, LATE, lead_times=(24.0, 30.0), stock=8.0)
    before = {name: made.read_table(name) for name in TABLES}
    preview(made, "overdue")
    for name, rows in before.items():
        pd.testing.assert_frame_equal(made.read_table(name), rows)
    run_macro(made, "overdue")
    once = {name: made.read_table(name) for name in TABLES if name not in ("Log", "_undo")}
    run_macro(made, "overdue")
    for name, rows in once.items():
        pd.testing.assert_frame_equal(made.read_table(name), rows)
    run_macro(made, "undo")
    for name in ("Overdue", "PurchaseOrders", "Items"):
        pd.testing.assert_frame_equal(
            made.read_table(name)[TABLES[name].stored], before[name][TABLES[name].stored]
        )


def test_a_line_that_came_leaves_the_list(book) -> None:
    made = book(LATE)
    run_macro(made, "overdue")
    rows = made.read_table("PurchaseOrders")
    rows["received"], rows["receipt_date"] = 10.0, TODAY
    made.write_table("PurchaseOrders", rows)
    run_macro(made, "receive")
    run_macro(made, "overdue")
    assert made.read_table("Overdue").empty


def test_a_workbook_without_the_list_tells_it_all_the_same(book) -> None:
    """One that was built before there was a sheet for it."""
    made = book(LATE)
    del made._tables["Overdue"]
    assert "6 days late" in run_macro(made, "overdue").findings[0]
