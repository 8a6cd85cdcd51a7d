"""Receive: what came is booked once, at the price and on the day of its order line."""

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xlinventory.arguments import serial
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES
from xlinventory.workbook import WorkbookError

TODAY = 40886.0  # Friday 9 December 2011
Row = dict[str, Any]
ITEMS = [{"sku": "A", "name": "Anvil", "active": "yes", "unit_cost": 2.5}]


def order(**changes: Any) -> Row:
    """10 units ordered twenty days ago at 3.20, promised for tomorrow."""
    return {
        "po": "PO-1", "supplier": "Acme", "sku": "A", "order_date": TODAY - 20,
        "promised_date": TODAY + 1, "quantity": 10.0, "unit_price": 3.2,
    } | changes  # fmt: skip


def receipt(quantity: float, day: float = TODAY, **changes: Any) -> Row:
    return {
        "date": day, "sku": "A", "kind": "RECEIPT", "quantity": quantity, "unit_cost": 3.2,
        "reference": "PO-1", "source": "receipts.csv",
    } | changes  # fmt: skip


@pytest.fixture
def book(make_book):
    def build(*orders: Row, **tables: Any) -> MemoryWorkbook:
        return make_book(tables.pop("settings", None), PurchaseOrders=orders, **({"Items": ITEMS} | tables))

    return build


def movements(workbook: MemoryWorkbook) -> list[list[Any]]:
    columns = ["date", "sku", "kind", "quantity", "unit_cost", "reference", "source"]
    return workbook.read_table("Movements")[columns].to_numpy().tolist()


def first(workbook: MemoryWorkbook, name: str = "PurchaseOrders") -> Row:
    return workbook.read_table(name).iloc[0].to_dict()


def type_in(workbook: MemoryWorkbook, **cells: Any) -> None:
    rows = workbook.read_table("PurchaseOrders")
    for name, value in cells.items():
        rows[name] = value
    workbook.write_table("PurchaseOrders", rows)


def test_a_delivery_goes_into_stock_at_the_order_s_price(book) -> None:
    """Of 10 units 7 are accepted, 1 is refused: 7 in stock at 3.20 = 22.40, 2 still to come."""
    made = book(order(received=7.0, rejected=1.0, receipt_date=TODAY - 1))
    outcome = run_macro(made, "receive")
    assert movements(made) == [[TODAY - 1, "A", "RECEIPT", 7.0, 3.2, "PO-1", "PurchaseOrders"]]
    assert (first(made)["open_quantity"], first(made)["status"]) == (2.0, "partial")
    assert (first(made, "Items")["on_hand"], first(made, "Items")["on_order"]) == (7.0, 2.0)
    assert outcome.sentence == "Booked 1 receipt of 7 units for 22.40 GBP into stock."
    assert outcome.findings == ("PO-1 A: 7 booked on 2011-12-08 at 3.20; 1 refused so far; 2 still to come",)


def test_deliveries_in_parts_are_each_booked_on_their_day(book) -> None:
    """4, then up to 9, then the tenth is refused."""
    made = book(order(received=4.0, receipt_date=TODAY - 5))
    run_macro(made, "receive")
    type_in(made, received=9.0, receipt_date=TODAY - 2)
    run_macro(made, "receive")
    type_in(made, rejected=1.0)
    assert "Nothing to book" in run_macro(made, "receive").sentence
    assert [(row[0], row[3]) for row in movements(made)] == [(TODAY - 5, 4.0), (TODAY - 2, 5.0)]
    assert (first(made)["open_quantity"], first(made)["status"]) == (0.0, "received")


def test_pressing_twice_books_once(book) -> None:
    made = book(order(received=7.0, receipt_date=TODAY))
    run_macro(made, "receive")
    before = {name: made.read_table(name) for name in TABLES if name not in ("Log", "_undo")}
    outcome = run_macro(made, "receive")
    assert outcome.sentence == "Nothing to book: all that PurchaseOrders says was received is in Movements."
    for name, rows in before.items():
        pd.testing.assert_frame_equal(made.read_table(name), rows)


def test_what_a_file_of_receipts_booked_is_not_booked_again(book) -> None:
    """The file brought 6 of the 7 that are typed now."""
    made = book(order(received=7.0, receipt_date=TODAY), Movements=[receipt(6.0, TODAY - 3)])
    run_macro(made, "receive")
    assert [row[3] for row in movements(made)] == [6.0, 1.0]
    whole = book(order(received=6.0, receipt_date=TODAY - 3), Movements=[receipt(6.0, TODAY - 3)])
    assert "Nothing to book" in run_macro(whole, "receive").sentence


def test_a_file_with_the_same_delivery_afterwards_adds_nothing(book, tmp_path) -> None:
    made = book(order(received=7.0, receipt_date=TODAY - 1))
    run_macro(made, "receive")
    (tmp_path / "receipts.csv").write_text(
        "po,sku,receipt_date,received,rejected,unit_price\nPO-1,A,2011-12-08,7,0,3.20\n"
    )
    run_macro(made, "refresh", folder=str(tmp_path))
    assert [row[3] for row in movements(made)] == [7.0]
    assert first(made)["received"] == 7.0
    assert not made.read_table("ImportIssues")["problem"].str.contains("typed into PurchaseOrders").any()


@pytest.mark.parametrize(
    "lines", ["PO-1,A,2011-12-07,7,0,3.20\n", "PO-1,A,2011-12-05,4,0,\nPO-1,A,2011-12-08,3,0,\n"]
)
def test_a_file_with_that_delivery_on_another_day_or_in_parts_is_told(book, tmp_path, lines: str) -> None:
    """7 typed for 8 December; the file says the 7th, or 4 on the 5th and 3 on the 8th: both are counted."""
    made = book(order(received=7.0, receipt_date=TODAY - 1))
    run_macro(made, "receive")
    (tmp_path / "receipts.csv").write_text(f"po,sku,receipt_date,received,rejected,unit_price\n{lines}")
    run_macro(made, "refresh", folder=str(tmp_path))
    assert first(made)["received"] == 14.0
    (problem,) = made.read_table("ImportIssues")["problem"]
    assert problem == "1 order line with deliveries typed into PurchaseOrders, too: PO-1 A"


def test_receipts_of_other_orders_and_items_do_not_count_as_booked(book) -> None:
    other = [receipt(5.0, reference="PO-2"), receipt(5.0, sku="B")]
    made = book(order(received=5.0, receipt_date=TODAY), Movements=other)
    assert run_macro(made, "receive").sentence.startswith("Booked 1 receipt of 5 units")


def test_undo_takes_a_receipt_out_of_stock_again(book) -> None:
    made = book(order(received=7.0, receipt_date=TODAY + 1))
    tables = ("PurchaseOrders", "Items", "Movements", "Settings")
    before = {name: made.read_table(name)[TABLES[name].stored] for name in tables}
    run_macro(made, "receive")
    run_macro(made, "undo")
    assert movements(made) == []
    for name, rows in before.items():
        pd.testing.assert_frame_equal(made.read_table(name)[TABLES[name].stored], rows)


def test_the_day_of_today_moves_on_with_a_delivery(book) -> None:
    made = book(order(received=10.0, receipt_date=TODAY + 4))
    run_macro(made, "receive")
    known = made.read_table("Settings").set_index("setting")["value"]
    assert known["as_of"] == TODAY + 4


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"receipt_date": None}, "7 not booked, there is no receipt_date; type the day it came"),
        ({"sku": "X"}, "not booked, the item is not in Items"),
        ({"receipt_date": serial(dt.date(9999, 1, 1))},
         "not booked, 9999-01-01 is still to come; correct receipt_date"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_booked_is_told_and_holds_up_no_other(book, changes: Row, told: str) -> None:
    good = order(po="PO-9", received=1.0, receipt_date=TODAY)
    made = book(order(received=7.0, receipt_date=TODAY) | changes, good)
    outcome = run_macro(made, "receive")
    assert outcome.findings[-1] == f"PO-1 {changes.get('sku', 'A')}: {told}"
    assert outcome.sentence.endswith("into stock; 1 line is not booked, the findings say why.")
    assert [row[5] for row in movements(made)] == ["PO-9"]


def test_less_than_is_booked_is_told_and_changes_no_stock(book) -> None:
    made = book(order(received=7.0, receipt_date=TODAY), Movements=[receipt(9.0)])
    outcome = run_macro(made, "receive")
    assert outcome.findings[0].startswith("PO-1 A: received says 7, but 9 are booked in Movements")
    assert outcome.sentence == "Nothing booked; 1 line is not booked, the findings say why."
    assert [row[3] for row in movements(made)] == [9.0]


def test_units_found_bad_after_they_were_booked_go_back_once(book) -> None:
    """10 came and were booked; 2 of them turn out broken: 8 stay, 2 go back at 3.20 = 6.40."""
    made = book(order(received=10.0, receipt_date=TODAY - 3))
    run_macro(made, "receive")
    type_in(made, received=8.0, rejected=2.0)
    outcome = run_macro(made, "receive")
    assert outcome.sentence == "Sent back 1 line of 2 units for 6.40 GBP."
    assert outcome.findings == ("PO-1 A: 2 sent back on 2011-12-09, found bad since they came",)
    assert movements(made) == [
        [TODAY - 3, "A", "RECEIPT", 10.0, 3.2, "PO-1", "PurchaseOrders"],
        [TODAY, "A", "SUPPLIER_RETURN", -2.0, 3.2, "PO-1", "PurchaseOrders"],
    ]
    assert "Nothing to book" in run_macro(made, "receive").sentence
    assert (first(made)["received"], first(made)["rejected"], first(made)["open_quantity"]) == (8, 2, 0)
    assert first(made, "Items")["on_hand"] == 8


def test_a_refresh_leaves_what_was_sent_back_as_it_is(book, tmp_path) -> None:
    made = book(order(received=10.0, receipt_date=TODAY - 3))
    run_macro(made, "receive")
    type_in(made, received=8.0, rejected=2.0)
    run_macro(made, "receive")
    (tmp_path / "receipts.csv").write_text(
        "po,sku,receipt_date,received,rejected,unit_price\nPO-1,A,2011-12-06,10,0,3.20\n"
    )
    run_macro(made, "refresh", folder=str(tmp_path))
    line = first(made)
    assert (line["received"], line["rejected"], line["receipt_date"]) == (8.0, 2.0, TODAY - 3)
    assert "Nothing to book" in run_macro(made, "receive").sentence


def test_a_count_that_is_corrected_is_no_return(book) -> None:
    """10 accepted and 2 refused of 12; then 8 and 2: where 2 units went is not known."""
    made = book(order(quantity=12.0, received=10.0, rejected=2.0, receipt_date=TODAY - 3))
    run_macro(made, "receive")
    type_in(made, received=8.0)
    assert (
        run_macro(made, "receive").sentence == "Nothing booked; 1 line is not booked, the findings say why."
    )
    assert [row[2:4] for row in movements(made)] == [["RECEIPT", 10.0]]


def test_a_delivery_and_a_return_in_one_press_are_told_apart(book) -> None:
    made = book(order(received=10.0, receipt_date=TODAY - 3), order(po="PO-2"))
    run_macro(made, "receive")
    type_in(made, received=[9.0, 4.0], rejected=[1.0, None], receipt_date=[TODAY - 3, TODAY])
    assert run_macro(made, "receive").sentence == (
        "Booked 1 receipt of 4 units for 12.80 GBP into stock; sent back 1 line of 1 unit for 3.20 GBP."
    )


def test_refused_units_are_no_stock_and_count_against_their_supplier(book) -> None:
    """Of 10 and 10 units 5 are refused: 15 in stock, accepted 15 / 20 = 75 %."""
    made = book(
        order(received=10.0, receipt_date=TODAY),
        order(po="PO-2", received=5.0, rejected=5.0, receipt_date=TODAY),
        Suppliers=[{"supplier": "Acme"}],
    )
    run_macro(made, "receive")
    assert (first(made, "Items")["on_hand"], first(made, "Items")["on_order"]) == (15, 0)
    run_macro(made, "suppliers")
    assert first(made, "Suppliers")["accept_rate"] == 0.75


def test_refused_units_without_their_day_are_asked_about(book) -> None:
    made = book(order(rejected=10.0))
    outcome = run_macro(made, "receive")
    assert outcome.findings == ("PO-1 A: 10 refused, but no receipt_date; type the day they came",)
    assert (first(made)["open_quantity"], first(made)["status"]) == (0, "received")
    assert movements(made) == []


def test_a_price_in_another_currency_is_told(book) -> None:
    dollars = [{"supplier": "Acme", "currency": "USD"}]
    made = book(order(received=10.0, receipt_date=TODAY), Suppliers=dollars)
    assert run_macro(made, "receive").findings == (
        "PO-1 A: 10 booked on 2011-12-09 at 3.20; that is USD: correct unit_cost in Movements",
    )


def test_received_left_blank_says_what_is_booked(book) -> None:
    made = book(order(), Movements=[receipt(6.0)])
    run_macro(made, "receive")
    assert (first(made)["received"], first(made)["open_quantity"]) == (6.0, 4.0)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"received": 12.0}, "12 booked on 2011-12-09 at 3.20; 2 more than ordered"),
        ({"received": 8.0, "rejected": 4.0},
         "8 booked on 2011-12-09 at 3.20; 4 refused so far; 2 more than ordered"),
        ({"unit_price": None}, "10 booked on 2011-12-09; without a price, at the item's unit_cost"),
        ({"status": "cancelled"}, "10 booked on 2011-12-09 at 3.20; though the line is cancelled"),
        ({"order_date": TODAY + 2}, "10 booked on 2011-12-09 at 3.20; a day before it was ordered"),
    ],
)  # fmt: skip
def test_what_is_odd_is_booked_and_told(book, changes: Row, told: str) -> None:
    made = book(order(received=10.0, receipt_date=TODAY) | changes)
    assert run_macro(made, "receive").findings == (f"PO-1 A: {told}",)
    assert first(made, "Items")["on_hand"] == changes.get("received", 10.0)


def test_a_second_delivery_on_the_day_of_the_first_is_asked_about(book) -> None:
    made = book(order(received=4.0, receipt_date=TODAY))
    run_macro(made, "receive")
    type_in(made, received=10.0)
    told = run_macro(made, "receive").findings[0]
    assert told.endswith("one of 2011-12-09 was booked before: is receipt_date right?")
    assert [row[3] for row in movements(made)] == [4.0, 6.0]


def test_what_came_before_the_opening_stock_is_part_of_it(book) -> None:
    opening = {"date": TODAY - 5, "sku": "A", "kind": "OPENING", "quantity": 100.0}
    old = order(received=10.0, receipt_date=TODAY - 6)
    new = order(po="PO-2", received=3.0, receipt_date=TODAY - 5)
    made = book(old, new, Movements=[opening])
    outcome = run_macro(made, "receive")
    assert first(made, "Items")["on_hand"] == 103
    assert (
        outcome.findings[-1] == "1 line received before the opening stock of the item, which holds it: PO-1 A"
    )


def test_without_orders_there_is_nothing_to_receive_or_to_wait_for(book) -> None:
    for name in ("receive", "overdue"):
        with pytest.raises(WorkbookError, match="no purchase orders"):
            run_macro(book(), name)


LINES = st.lists(
    st.tuples(st.sampled_from("AB"), st.integers(1, 500), st.integers(0, 500), st.integers(0, 50)),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # the fixture gives a function
@given(lines=LINES, part=st.floats(0, 1))
def test_stock_rises_by_exactly_the_accepted_units_however_often_it_is_pressed(
    make_book, lines, part: float
) -> None:
    """Booked in two parts and once more: on hand is what was accepted, without the refused units."""
    orders = [
        order(po=f"PO-{i}", sku=sku, quantity=float(quantity), received=float(int(accepted * part)),
              rejected=float(refused), receipt_date=TODAY - 2)
        for i, (sku, quantity, accepted, refused) in enumerate(lines)
    ]  # fmt: skip
    made = make_book(PurchaseOrders=orders, Items=[{"sku": "A"}, {"sku": "B"}])
    run_macro(made, "receive")
    type_in(made, received=[float(accepted) for _, _, accepted, _ in lines], receipt_date=TODAY - 1)
    run_macro(made, "receive")
    run_macro(made, "receive")
    on_hand = made.read_table("Items").set_index("sku")["on_hand"]
    for sku in "AB":
        assert on_hand[sku] == sum(accepted for mine, _, accepted, _ in lines if mine == sku)
