"""Create POs: what is ticked is ordered once, at today's price, from suppliers that accept it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.frame import run_macro
from xlinventory.macros.orders import next_weekday
from xlinventory.sheets import TABLES
from xlinventory.workbook import WorkbookError

TODAY = 40886.0  # Friday 9 December 2011
Row = dict[str, Any]


def item(sku: str, **changes: Any) -> Row:
    return {"sku": sku, "name": f"Item {sku}", "active": "yes", "unit_cost": 2.0} | changes


def line(sku: str, **changes: Any) -> Row:
    """A line of Reorder: 50 suggested, since 20 are there and the reorder point is 46."""
    suggested = {
        "take": "yes", "supplier": "Acme", "position": 20.0, "reorder_point": 46.0, "order_up_to": 70.0,
        "suggested_qty": 50.0, "order_qty": 50.0, "unit_price": 9.99, "why": "few left",
    }  # fmt: skip
    return {"sku": sku} | suggested | changes


@pytest.fixture
def book(make_book):
    def build(*lines: Row, settings: Mapping[str, Any] | None = None, **tables: Any) -> MemoryWorkbook:
        content: dict[str, Any] = {
            "Items": [item("A"), item("B"), item("C")],
            "Suppliers": [{"supplier": "Acme", "promised_lead_days": 14.0}, {"supplier": "Bolt"}],
            "Movements": [
                {"date": TODAY - 30, "sku": sku, "kind": "OPENING", "quantity": 20.0} for sku in "ABC"
            ],
            "Reorder": list(lines),
        }
        return make_book(settings, **(content | tables))

    return build


def orders(workbook: MemoryWorkbook) -> pd.DataFrame:
    return workbook.read_table("PurchaseOrders")


def reorder(workbook: MemoryWorkbook) -> pd.DataFrame:
    return workbook.read_table("Reorder").set_index("sku")


def test_one_order_for_each_supplier_worked_out_by_hand(book) -> None:
    """Acme: 50 at 2.00 and 30 at 2.00 = 160, promised 14 days from today. Bolt: 10 at 2.00, 14 by default."""
    made = book(line("A"), line("B", order_qty=30.0), line("C", supplier="Bolt", order_qty=10.0))
    outcome = run_macro(made, "orders")
    assert outcome.sentence == (
        "Created 2 purchase orders (PO-2011-0001 to PO-2011-0002) of 3 lines for 180.00 GBP."
    )
    columns = ["po", "supplier", "sku", "order_date", "promised_date", "quantity", "unit_price",
               "received", "open_quantity", "status"]  # fmt: skip
    assert orders(made)[columns].to_numpy().tolist() == [
        ["PO-2011-0001", "Acme", "A", TODAY, TODAY + 14, 50.0, 2.0, None, 50.0, "open"],
        ["PO-2011-0001", "Acme", "B", TODAY, TODAY + 14, 30.0, 2.0, None, 30.0, "open"],
        ["PO-2011-0002", "Bolt", "C", TODAY, TODAY + 14, 10.0, 2.0, None, 10.0, "open"],
    ]
    items = made.read_table("Items").set_index("sku")
    assert items[["on_hand", "on_order"]].to_numpy().tolist() == [[20, 50], [20, 30], [20, 10]]


def test_ordered_lines_are_ticked_off_and_say_on_which_order(book) -> None:
    made = book(line("A"), line("B", take="no"))
    run_macro(made, "orders")
    rows = reorder(made)
    assert rows["take"].to_dict() == {"A": "no", "B": "no"}
    assert rows["why"].to_dict() == {"A": "few left; ordered: 50 on PO-2011-0001", "B": "few left"}
    assert rows.loc["A", "unit_price"] == 2.0


def test_pressing_twice_orders_once(book) -> None:
    made = book(line("A"), line("B", order_qty=30.0))
    run_macro(made, "orders")
    before = {name: made.read_table(name) for name in ("PurchaseOrders", "Reorder", "Items")}
    assert run_macro(made, "orders").sentence == "Nothing ordered: no line of Reorder is ticked."
    for name, rows in before.items():
        pd.testing.assert_frame_equal(made.read_table(name), rows)


@pytest.mark.parametrize(
    ("units", "suggested"), [(50.0, 50.0), (5.0, 50.0), (5.0, 0.0)], ids=["as suggested", "fewer", "unasked"]
)
def test_a_line_ticked_again_after_it_was_ordered_waits_for_a_new_list(
    book, units: float, suggested: float
) -> None:
    """Whether or not what was ordered lifts the position above the reorder point."""
    made = book(line("A", order_qty=units, suggested_qty=suggested))
    run_macro(made, "orders")
    again = made.read_table("Reorder")
    again["take"] = "yes"
    made.write_table("Reorder", again)
    outcome = run_macro(made, "orders")
    (told,) = outcome.findings
    assert told == (
        f"A: not ordered, it was ordered from this list ({units:g} on PO-2011-0001); "
        "press Reorder run for a new one"
    )
    assert len(orders(made)) == 1


def test_an_order_typed_by_hand_since_the_list_was_made_is_not_made_again(book) -> None:
    typed = {"po": "X", "supplier": "Acme", "sku": "A", "order_date": TODAY, "quantity": 50.0}
    made = book(line("A"), PurchaseOrders=[typed])
    (told,) = run_macro(made, "orders").findings
    assert told == (
        "A: not ordered, its position has risen from 20 to 70, above the reorder point of 46; "
        "press Reorder run for a new list"
    )


def test_a_position_that_has_risen_but_not_enough_is_told(book) -> None:
    """20 more came: 40 of the reorder point of 46."""
    came = {"date": TODAY - 1, "sku": "A", "kind": "OPENING", "quantity": 40.0}
    made = book(line("A"), Movements=[came])
    assert run_macro(made, "orders").findings[1] == (
        "A: 50 ordered as it stands in order_qty, though the position has risen from 20 to 40 "
        "since the list was made"
    )


def test_each_currency_has_its_own_total(book) -> None:
    """Acme's 50 at 2.00 are dollars; Bolt names no currency, so its 10 at 2.00 are the workbook's pounds."""
    made = book(
        line("A"), line("B", supplier="Bolt", order_qty=10.0),
        Suppliers=[{"supplier": "Acme", "currency": "USD"}, {"supplier": "Bolt"}],
    )  # fmt: skip
    outcome = run_macro(made, "orders")
    assert outcome.sentence.endswith("of 2 lines for 100.00 USD and 20.00 GBP.")
    assert outcome.findings[0].startswith("PO-2011-0001 to Acme: 1 line for 100.00 USD, goes out")


def test_undo_takes_the_orders_back_and_their_numbers_are_not_used_again(book) -> None:
    made = book(line("A"))
    before = {name: made.read_table(name) for name in ("PurchaseOrders", "Reorder", "Items")}
    run_macro(made, "orders")
    run_macro(made, "undo")
    for name, rows in before.items():
        pd.testing.assert_frame_equal(made.read_table(name)[TABLES[name].stored], rows[TABLES[name].stored])
    run_macro(made, "orders")
    assert orders(made)["po"].tolist() == ["PO-2011-0002"]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ([], "PO-2011-0001"),
        (["PO-2011-0041", "PO-2011-0007"], "PO-2011-0042"),
        (["PO-2010-0041"], "PO-2011-0001"),
        (["PO-998", "PO-999"], "PO-1000"),
        (["B007", "B008", "free text"], "B009"),
        (["1334", "1335"], "1336"),
        (["free text"], "PO-2011-0001"),
        (["X-9", "X-10", "special-77"], "X-11"),
        (["PO-5", "PO-6", "po-7"], "PO-8"),
    ],
)
def test_a_new_number_goes_on_from_those_there_are(book, known: list[str], expected: str) -> None:
    there = [
        {"po": po, "supplier": "Acme", "sku": "B", "order_date": TODAY - 9, "quantity": 1.0, "received": 1.0}
        for po in known
    ]
    made = book(line("A"), PurchaseOrders=there)
    run_macro(made, "orders")
    assert orders(made)["po"].iloc[-1] == expected


def test_the_number_of_an_order_that_was_delivered_and_deleted_is_not_used_again(book) -> None:
    came = {"date": TODAY, "sku": "B", "kind": "RECEIPT", "quantity": 1.0, "reference": "PO-2011-0005"}
    made = book(line("A"), Movements=[came])
    run_macro(made, "orders")
    assert orders(made)["po"].tolist() == ["PO-2011-0006"]


@pytest.mark.parametrize(
    ("weekday", "sent"), [("any", 0), ("", 0), ("Friday", 0), ("Monday", 3), ("Thursday", 6)]
)
def test_an_order_goes_out_on_the_supplier_s_weekday_and_is_promised_from_there(
    book, weekday: str, sent: int
) -> None:
    """9 December 2011 was a Friday. Lead times are measured from order_date: no wait before it counts."""
    assert next_weekday(TODAY + 0.6, weekday) == TODAY + sent
    supplier = {"supplier": "Acme", "promised_lead_days": 10.0, "order_weekday": weekday}
    made = book(line("A"), Suppliers=[supplier])
    run_macro(made, "orders")
    assert orders(made)[["order_date", "promised_date"]].to_numpy().tolist() == [
        [TODAY + sent, TODAY + sent + 10]
    ]


def test_an_order_of_exactly_the_smallest_value_is_made(book) -> None:
    """0.70 and 0.10 are 0.80, though their sum in floating point is 0.7999999999999999."""
    assert 0.7 + 0.1 < 0.8
    made = book(
        line("A", order_qty=1.0), line("B", order_qty=1.0),
        Items=[item("A", unit_cost=0.7), item("B", unit_cost=0.1)],
        Suppliers=[{"supplier": "Acme", "min_order_value": 0.8}],
    )  # fmt: skip
    run_macro(made, "orders")
    assert len(orders(made)) == 2


def test_an_edited_quantity_has_the_price_of_its_own_break(book) -> None:
    """60 reach the break at 50, the 40 suggested do not; another supplier's list is not looked at."""
    prices = [
        {"sku": "A", "supplier": "Acme", "break_qty": 0.0, "unit_price": 3.4},
        {"sku": "A", "supplier": "Acme", "break_qty": 50.0, "unit_price": 3.2},
        {"sku": "A", "supplier": "Bolt", "break_qty": 0.0, "unit_price": 1.0},
    ]
    made = book(line("A", suggested_qty=40.0, order_qty=60.0, unit_price=3.4), SupplierPrices=prices)
    run_macro(made, "orders")
    assert orders(made)[["quantity", "unit_price"]].to_numpy().tolist() == [[60, 3.2]]
    assert reorder(made).loc["A", "unit_price"] == 3.2


def test_an_order_below_the_supplier_s_smallest_is_refused_and_its_lines_stay_ticked(book) -> None:
    """Two lines of 10 at 2.00 are 40; Bolt, with the same value and no minimum, is ordered from."""
    small = {"supplier": "Acme", "min_order_value": 40.01}
    made = book(
        line("A", order_qty=10.0), line("B", order_qty=10.0), line("C", supplier="Bolt", order_qty=20.0),
        Suppliers=[small, {"supplier": "Bolt"}],
    )  # fmt: skip
    outcome = run_macro(made, "orders")
    assert outcome.findings[1] == (
        "Acme: not ordered, 40.00 is below their smallest order of 40.01; its 2 lines stay ticked"
    )
    assert outcome.sentence.endswith("2 ticked lines are not ordered, the findings say why.")
    assert orders(made)["supplier"].tolist() == ["Bolt"]
    assert reorder(made)["take"].to_dict() == {"A": "yes", "B": "yes", "C": "no"}
    exact = book(line("A", order_qty=20.0), Suppliers=[small | {"min_order_value": 40.0}])
    run_macro(exact, "orders")
    assert len(orders(exact)) == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"supplier": "Gone"}, "Gone is not active"),
        ({"supplier": "Nobody"}, "Nobody is not in Suppliers"),
        ({"supplier": None}, "no supplier is given"),
        ({"order_qty": 0.0}, "order_qty is not above 0"),
        ({"order_qty": None}, "order_qty is not above 0"),
        ({"order_qty": 1e-9}, "order_qty is not above 0"),
        ({"sku": "X"}, "it is not in Items"),
        ({"sku": "D"}, "the item is not active"),
    ],
)
def test_a_line_that_cannot_be_ordered_is_told_and_stays(book, change: Row, told: str) -> None:
    made = book(
        line("A") | change,
        Items=[item("A"), item("D", active="no")],
        Suppliers=[{"supplier": "Acme"}, {"supplier": "Gone", "active": "no"}],
    )
    outcome = run_macro(made, "orders")
    assert outcome.findings == (f"{change.get('sku', 'A')}: not ordered, {told}",)
    assert outcome.sentence == "Nothing ordered of 1 ticked line; the findings say why, line by line."
    assert orders(made).empty
    assert made.read_table("Reorder")["take"].tolist() == ["yes"]


def test_a_blank_tick_orders_nothing(book) -> None:
    made = book(line("A", take=None))
    assert run_macro(made, "orders").sentence == "Nothing ordered: no line of Reorder is ticked."
    assert orders(made).empty


def test_what_has_come_since_the_list_was_made_is_not_ordered_again(book) -> None:
    """20 were there and 50 were wanted; 27 more came since, so 47 stand above the reorder point of 46."""
    came = [
        {"date": TODAY - 1, "sku": "A", "kind": "OPENING", "quantity": 20.0},
        {"date": TODAY, "sku": "A", "kind": "RECEIPT", "quantity": 27.0},
    ]
    made = book(line("A"), Movements=came)
    assert "risen from 20 to 47" in run_macro(made, "orders").findings[0]
    assert orders(made).empty


def test_an_item_that_needs_nothing_is_ordered_when_its_user_says_so(book) -> None:
    made = book(line("A", suggested_qty=0.0, order_qty=5.0, position=20.0, reorder_point=10.0))
    run_macro(made, "orders")
    assert orders(made)["quantity"].tolist() == [5]


def test_a_quantity_that_is_no_whole_pack_is_ordered_and_told(book) -> None:
    """In packs of 12, 50 units would be 60."""
    made = book(line("A"), Items=[item("A", pack_size=12.0, moq=24.0)])
    outcome = run_macro(made, "orders")
    assert outcome.findings[1] == (
        "A: 50 ordered as it stands in order_qty; in packs of 12, minimum 24, and within max_qty "
        "it would be 60"
    )
    assert orders(made)["quantity"].tolist() == [50]


def test_without_a_known_price_the_order_is_made_and_its_minimum_not_judged(book) -> None:
    made = book(
        line("A"), Items=[item("A", unit_cost=None)],
        Suppliers=[{"supplier": "Acme", "min_order_value": 100.0}],
    )  # fmt: skip
    outcome = run_macro(made, "orders")
    assert "A: ordered without a price, none is known; type it into PurchaseOrders" in outcome.findings
    assert orders(made)[["quantity", "unit_price"]].to_numpy().tolist() == [[50, None]]


def test_columns_of_the_user_stay_beside_their_rows(book) -> None:
    made = book(
        line("A"),
        PurchaseOrders=[
            {"po": "PO-7", "supplier": "Acme", "sku": "B", "order_date": TODAY - 9, "quantity": 4.0}
        ],
    )
    made.add_column("PurchaseOrders", "buyer", ["Ann"])
    run_macro(made, "orders")
    assert orders(made)[["po", "buyer"]].to_numpy().tolist() == [["PO-7", "Ann"], ["PO-8", None]]


def test_there_must_be_a_list_and_a_day(book) -> None:
    with pytest.raises(WorkbookError, match="press Reorder run first"):
        run_macro(book(), "orders")
    with pytest.raises(WorkbookError, match="as_of is blank"):
        run_macro(book(line("A"), settings={"as_of": None}), "orders")


TICKED = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from(["Acme", "Bolt", "Gone", None])), min_size=1, max_size=5
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # the fixture gives a function
@given(ticked=TICKED, least=st.integers(0, 150))
def test_a_ticked_line_is_on_one_order_or_stays_ticked_and_is_told(
    make_book, ticked: list[tuple[int, str | None]], least: int
) -> None:
    """However often it is pressed; whoever is ordered from gets at least what they accept."""
    skus = [f"S{i}" for i in range(len(ticked))]
    made = make_book(
        Items=[item(sku) for sku in skus],
        Suppliers=[{"supplier": "Acme", "min_order_value": float(least)}, {"supplier": "Bolt"},
                   {"supplier": "Gone", "active": "no"}],
        Reorder=[
            line(sku, order_qty=float(units), supplier=name, position=0.0)
            for sku, (units, name) in zip(skus, ticked, strict=True)
        ],
    )  # fmt: skip
    first = run_macro(made, "orders")
    once = orders(made)
    run_macro(made, "orders")
    pd.testing.assert_frame_equal(orders(made), once)
    still = set(reorder(made).query("take == 'yes'").index)
    assert sorted([*once["sku"], *still]) == skus
    refused = [told.split(":")[0] for told in first.findings if "not ordered" in told]
    names = dict(zip(skus, (name for _, name in ticked), strict=True))
    assert all(sku in refused or names[sku] in refused for sku in still)
    assert once.loc[once["supplier"] == "Acme", "quantity"].sum() * 2.0 >= (
        least if "Acme" in set(once["supplier"]) else 0
    )
