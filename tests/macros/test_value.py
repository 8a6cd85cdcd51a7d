"""Value stock: books worked out by hand, for every kind of movement; and that they always balance."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xlinventory
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.books import METHODS, Ledger, all_items, unknown_costs
from xlinventory.macros.frame import run_macro
from xlinventory.macros.movement_costs import journal
from xlinventory.macros.value import valuation_table
from xlinventory.sheets import TABLES
from xlinventory.sheets.movements import KINDS
from xlinventory.sheets.settings import SETTINGS
from xlinventory.workbook import WorkbookError

TODAY = 40886.0
Rows = list[dict[str, Any]]


def move(day: float, kind: str, quantity: float, cost: float | None = None, **more: Any) -> dict[str, Any]:
    return {"date": TODAY + day, "sku": "A", "kind": kind, "quantity": quantity, "unit_cost": cost} | more


def filled(name: str, rows: Rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=TABLES[name].names, dtype=object)
    return frame.astype(object).where(frame.notna(), None)


def book(movements: Rows, items: Rows | None = None, **changed: Any) -> MemoryWorkbook:
    tables = {name: filled(name, []) for name in TABLES}
    given = {setting.name: setting.value for setting in SETTINGS} | {"as_of": TODAY} | changed
    tables["Settings"] = filled("Settings", [{"setting": n, "value": v} for n, v in given.items()])
    tables["Items"] = filled("Items", items or [{"sku": "A", "name": "Anvil"}])
    tables["Movements"] = filled("Movements", movements)
    return MemoryWorkbook(tables)


def run(workbook: MemoryWorkbook) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    sentence = run_macro(workbook, "value").sentence
    valued, turned = (workbook.read_table(name).set_index("sku") for name in ("Valuation", "Turnover"))
    return valued, turned, sentence


EVERY_KIND = [
    move(-20, "OPENING", 10, 4),
    move(-19, "RECEIPT", 10, 6, reference="R1"),
    move(-18, "SALE", -12, unit_price=9, reference="S1"),
    move(-17, "CUSTOMER_RETURN", 2, unit_price=9, reference="S1"),
    move(-16, "SUPPLIER_RETURN", -3, reference="R1"),
    move(-15, "WRITE_OFF", -1),
    move(-14, "ADJUSTMENT", 2),
    move(-13, "TRANSFER", -5),
    move(1, "SALE", -1),
]


def test_every_kind_of_movement_worked_out_by_hand() -> None:
    """Purchases 40 + 60 - 18 sent back.

    FIFO: the sale leaves at 10 x 4 + 2 x 6 = 52, 2 of 12 come back, 3 go back to R1 at 6; 1 x 6 written off,
    2 found at 6. LIFO: 68, back at 68/12, R1 is sold so the 2 returned and 1 at 4 go back for a credit of 18;
    1 x 4, 2 x 4. WAC: all at 5, so 3 x 5 go back for a credit of 18.
    """
    valued, _, sentence = run(book(EVERY_KIND, [{"sku": "A", "name": "Anvil", "sell_price": 5}]))
    line = valued.loc["A"]
    assert (line["name"], line["quantity"], line["purchases"], line["problem"]) == ("Anvil", 8, 82, None)
    assert line["fifo_value"] == pytest.approx(5 * 6 + 2 * 52 / 12 - 6 + 12)
    assert line["fifo_cost_of_sales"] == pytest.approx(52 - 2 * 52 / 12 + 6 - 12)
    assert line["lifo_value"] == pytest.approx(7 * 4 - 4 + 8)
    assert line["lifo_cost_of_sales"] == pytest.approx(68 - 2 * 68 / 12 + (2 * 68 / 12 + 4 - 18) + 4 - 8)
    assert line["wac_value"] == pytest.approx(8 * 5)
    assert line["wac_cost_of_sales"] == pytest.approx(60 - 10 + (15 - 18) + 5 - 10)
    assert line["nrv"] == 5
    assert line["write_down"] == pytest.approx(line["fifo_value"] - 40)
    assert line["carrying_value"] == 40
    assert sentence == (
        "Valued 1 items on 2011-12-09 in GBP: stock FIFO 44.67, LIFO 32.00, WAC 40.00; "
        "cost of sales FIFO 37.33, LIFO 50.00, WAC 42.00; written down by 4.67."
    )


def test_the_setting_chooses_the_carrying_value() -> None:
    for method, value in (("LIFO", 32), ("WAC", 40)):
        valued, _, _ = run(book(EVERY_KIND, [{"sku": "A", "sell_price": 50}], valuation_method=method))
        assert valued.loc["A", "carrying_value"] == pytest.approx(value)
        assert valued.loc["A", "write_down"] == 0


def test_without_a_selling_price_there_is_no_write_down_to_tell() -> None:
    valued, _, _ = run(book([move(-1, "RECEIPT", 2, 3)]))
    assert valued.loc["A", ["nrv", "write_down", "carrying_value"]].tolist() == [None, None, 6]


def test_a_cancellation_without_its_sale_comes_back_at_the_last_sales_cost() -> None:
    moves = [
        move(-9, "RECEIPT", 1, 4),
        move(-8, "RECEIPT", 9, 6),
        move(-7, "SALE", -1, reference="536365"),
        move(-6, "SALE", -2, reference="536366"),
        move(-5, "CUSTOMER_RETURN", 1, reference="C536379"),
        move(-4, "CUSTOMER_RETURN", 1, reference="536365"),
        move(-3, "CUSTOMER_RETURN", 1, 5.5, reference=""),
    ]
    valued, _, _ = run(book(moves))
    assert valued.loc["A", "fifo_cost_of_sales"] == pytest.approx(4 + 12 - 6 - 4 - 5.5)


def test_a_return_of_an_item_never_sold_comes_in_at_the_items_cost() -> None:
    valued, _, _ = run(book([move(-1, "CUSTOMER_RETURN", 2)], [{"sku": "A", "unit_cost": 3}]))
    assert valued.loc["A", "fifo_value"] == 6
    assert valued.loc["A", "fifo_cost_of_sales"] == -6
    valued, _, _ = run(book([move(-1, "CUSTOMER_RETURN", 2)]))
    assert "fill unit_cost" in valued.loc["A", "problem"]


def test_a_receipt_without_cost_takes_the_items() -> None:
    moves = [move(-5, "RECEIPT", 4), move(-4, "SUPPLIER_RETURN", -1), move(-3, "SUPPLIER_RETURN", -1, 1)]
    valued, _, _ = run(book(moves, [{"sku": "A", "unit_cost": 3}]))
    assert valued.loc["A", "purchases"] == pytest.approx(12 - 3 - 1)
    assert valued.loc["A", "fifo_cost_of_sales"] == pytest.approx(2), "sent back at 1 what had cost 3"
    valued, turned, sentence = run(book(moves))
    assert valued.loc["A", "problem"] == (
        "There is no cost for 4 units of 2011-12-04: fill unit_cost in Movements or in Items."
    )
    assert valued.loc["A", "quantity"] == 2
    assert valued.loc["A", ["purchases", "fifo_value", "wac_cost_of_sales", "carrying_value"]].isna().all()
    assert turned.loc["A", ["cost_of_sales", "age_0_30", "dead_stock_value"]].isna().all()
    assert sentence.endswith("1 items have no value, see the column problem.")


def test_stock_below_zero_is_that_items_problem_and_stops_nothing() -> None:
    moves = [move(-5, "RECEIPT", 4, 2), move(-4, "SALE", -5), move(-3, "RECEIPT", 4, 3)]
    others = [row | {"sku": "B", "quantity": abs(row["quantity"])} for row in moves[:1]]
    items = [{"sku": "A"}, {"sku": "B"}, {"sku": "C"}]
    valued, _, _ = run(book(moves + others, items))
    assert valued.loc["A", "problem"] == (
        "On 2011-12-05 5 units went out, 1 more than there were: add what is missing to Movements, or set "
        "negative_stock to allow."
    )
    assert valued.loc["A", "fifo_value"] is None
    assert valued.loc["B", ["fifo_value", "problem"]].tolist() == [8, None]
    assert valued.loc["C", ["quantity", "purchases", "wac_value"]].tolist() == [0, 0, 0]
    valued, _, _ = run(book(moves + others, items, negative_stock="allow"))
    assert valued.loc["A", ["fifo_value", "fifo_cost_of_sales", "problem"]].tolist() == [9, 11, None]


def test_stock_owed_is_not_written_down() -> None:
    valued, _, _ = run(
        book([move(-4, "SALE", -5)], [{"sku": "A", "unit_cost": 3, "sell_price": 1}], negative_stock="allow")
    )
    line = valued.loc["A", ["quantity", "fifo_value", "write_down", "carrying_value", "fifo_cost_of_sales"]]
    assert line.tolist() == [-5, -15, 0, -15, 15]


def test_an_item_that_is_only_in_movements_is_valued_too() -> None:
    valued, _, _ = run(book([move(-1, "RECEIPT", 2, 3, sku="Z"), move(-1, "RECEIPT", 2, 4)]))
    assert valued["fifo_value"].to_dict() == {"A": 8, "Z": 6}
    empty = book([move(-1, "RECEIPT", 2, 3)])
    empty.write_table("Items", filled("Items", []))
    assert run(empty)[0]["fifo_value"].to_dict() == {"A": 6}


def test_turnover_alone_writes_what_value_writes_and_nothing_else() -> None:
    valued, alone = book(EVERY_KIND), book(EVERY_KIND)
    run_macro(valued, "value")
    run_macro(alone, "turnover")
    pd.testing.assert_frame_equal(alone.read_table("Turnover"), valued.read_table("Turnover"))
    assert alone.read_table("Log")["tables"].tolist() == ["Turnover"]
    assert alone.read_table("Valuation").empty
    run_macro(alone, "undo")
    assert alone.read_table("Turnover").empty


def test_the_sentence_of_turnover_has_the_totals() -> None:
    """730 in stock all year less 365 sold for the last 73 of 365 days: 730 - 365 x 0.2 = 657 on average."""
    moves = [move(-364, "RECEIPT", 73, 10), move(-72, "SALE", -36.5, unit_price=15)]
    assert run_macro(book(moves), "turnover").sentence == (
        "Turnover of 1 item in the year to 2011-12-09 by FIFO, in GBP: cost of sales 365.00 on an average "
        "stock of 657.00: 0.6 turns a year, 657 days; 0.00 not sold for 180 days."
    )
    lost = run_macro(book([move(-1, "SALE", -2)]), "turnover").sentence
    assert lost == (
        "Turnover of 0 items in the year to 2011-12-09 by FIFO, in GBP: cost of sales 0.00 on an average "
        "stock of 0.00; 0.00 not sold for 180 days; 1 item without figures: press Value stock to see why."
    )


def test_there_must_be_movements_and_a_day() -> None:
    with pytest.raises(WorkbookError, match="no movements to value"):
        run(book([]))
    with pytest.raises(WorkbookError, match="as_of is blank"):
        run(book(EVERY_KIND, as_of=None))


def test_turnover_of_a_year_worked_out_by_hand() -> None:
    """20 of value on 264 of the 365 days, 10 on the last 101."""
    moves = [
        move(-400, "OPENING", 10, 2),
        move(-100, "SALE", -6, unit_price=5),
        move(-100, "CUSTOMER_RETURN", 1, unit_price=5),
    ]
    old = [move(-400, "OPENING", 3, 7, sku="B"), move(-10, "RECEIPT", 1, 5, sku="B")]
    _, turned, _ = run(book(moves + old, [{"sku": "A"}, {"sku": "B"}, {"sku": "C"}]))
    average = (20 * 264 + 10 * 101) / 365
    line = turned.loc["A"]
    assert line["cost_of_sales"] == pytest.approx(10)
    assert line["average_inventory"] == pytest.approx(average)
    assert line["turns"] == pytest.approx(10 / average)
    assert line["days"] == pytest.approx(average / 10 * 365)
    assert line["gmroi"] == pytest.approx((25 - 10) / average)
    assert line["sell_through"] == 0.5
    assert line["last_sale"] == TODAY - 100
    assert line["dead_stock_value"] == 0
    ages = ["age_0_30", "age_31_90", "age_91_180", "age_181_365", "age_over_365"]
    assert line[ages].tolist() == [0, 0, 2, 0, 8]
    assert turned.loc["B", ages].tolist() == [5, 0, 0, 0, 21]
    assert turned.loc["B", ["turns", "last_sale", "dead_stock_value"]].tolist() == [0, None, 26]
    still = turned.loc["C", ["cost_of_sales", "average_inventory", "turns", "days", "sell_through"]]
    assert still.tolist() == [0, 0, None, None, None]


def test_margin_takes_the_items_price_where_a_sale_has_none() -> None:
    moves = [move(-364, "RECEIPT", 10, 2), move(-364, "SALE", -5)]
    _, turned, _ = run(book(moves, [{"sku": "A", "sell_price": 3}]))
    assert turned.loc["A", "gmroi"] == pytest.approx((15 - 10) / 10)
    _, turned, _ = run(book(moves))
    assert turned.loc["A", "gmroi"] is None


def test_a_plain_ledger_is_worth_what_the_worksheet_functions_say() -> None:
    rng = np.random.default_rng(3)
    units = np.where(np.arange(60) % 2 == 0, rng.integers(5, 20, 60), -rng.integers(1, 6, 60)).astype(float)
    costs, days = rng.integers(1, 99, 60) / 10, np.sort(rng.integers(-300, 0, 60)).astype(float)
    moves = [
        move(d, "RECEIPT" if q > 0 else "SALE", q, c if q > 0 else None)
        for d, q, c in zip(days, units, costs, strict=True)
    ]
    valued, turned, _ = run(book(moves))
    ledger = (days + TODAY, units, costs)
    for method in METHODS:
        assert valued.loc["A", f"{method.lower()}_value"] == pytest.approx(
            xlinventory.stock_value(*ledger, method)
        )
        out = xlinventory.cost_of_sales(*ledger, method)
        assert valued.loc["A", f"{method.lower()}_cost_of_sales"] == pytest.approx(out)
    aged = xlinventory.stock_age(*ledger, TODAY, [30, 90, 180, 365])
    assert turned.loc["A", "age_0_30":"age_over_365"].tolist() == pytest.approx([row[2] for row in aged])
    balances = [xlinventory.stock_value(*ledger, "FIFO", day) for day in ledger[0]]
    held = xlinventory.average_inventory([TODAY - 400, *ledger[0]], [0.0, *balances], TODAY - 364, TODAY)
    assert turned.loc["A", "average_inventory"] == pytest.approx(held)


movement = st.fixed_dictionaries(
    {
        "date": st.integers(1, 9).map(float),
        "sku": st.sampled_from("AB"),
        "kind": st.sampled_from(KINDS),
        "quantity": st.integers(-9, 9).map(float),
        "unit_cost": st.sampled_from([np.nan, 0.0, 1.5, 4.0]),
        "unit_price": st.sampled_from([np.nan, 5.0]),
        "reference": st.sampled_from(["", "1", "2"]),
    }
)


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(movement, min_size=1, max_size=14))
def test_purchases_less_cost_of_sales_is_the_stock_whatever_moves(rows: Rows) -> None:
    moves = pd.DataFrame(rows)
    items = all_items(pd.DataFrame({"sku": ["A"], "name": "", "unit_cost": 2.5, "sell_price": 3.0}), moves)
    entries = journal(moves, items, 8.0)
    problems = unknown_costs(entries)
    books = {method: keep_books(entries, items, method, "allow", problems) for method in METHODS}
    table = valuation_table(Ledger(entries, items, books, problems, "FIFO", 8.0))
    assert 0 not in problems, "an item with a cost in Items can always be valued when stock may be negative"
    for method in ("fifo", "lifo", "wac"):
        gone = table["purchases"] - table[f"{method}_cost_of_sales"]
        np.testing.assert_allclose(gone, table[f"{method}_value"], atol=1e-9)
    counted = moves[moves["kind"].ne("TRANSFER") & (moves["date"] <= 8)].groupby("sku")["quantity"].sum()
    np.testing.assert_allclose(table["quantity"], counted.reindex(table["sku"]).fillna(0.0), atol=1e-9)
