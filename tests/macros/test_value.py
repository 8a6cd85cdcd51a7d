"""Value stock: accounts of a period worked out by hand, for every kind of movement; and that they balance."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xlinventory
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.frame import preview, run_macro
from xlinventory.macros.valuation_tables import NOTES
from xlinventory.sheets import LATER, TABLES
from xlinventory.sheets.accounts import VALUATION_LATER, VALUATION_METHODS
from xlinventory.sheets.movements import KINDS
from xlinventory.tables import day_text
from xlinventory.workbook import WorkbookError

from .conftest import EVERY_KIND, TODAY, filled, make_book, move

Rows = list[dict[str, Any]]


def book(movements: Rows, items: Rows | None = None, **changed: Any) -> MemoryWorkbook:
    return make_book(changed, Items=items or [{"sku": "A", "name": "Anvil"}], Movements=movements)


def run(workbook: MemoryWorkbook, **options: Any) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    sentence = run_macro(workbook, "value", **options).sentence
    valued = workbook.read_table("Valuation").set_index("sku")
    return valued, workbook.read_table("ValuationTotals").set_index("method"), sentence


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
    assert line["written_off"] == pytest.approx(6 - 12)
    assert line[["fifo_opening", "lifo_opening", "wac_opening"]].tolist() == [0, 0, 0]
    assert line[["from_date", "to_date"]].tolist() == [None, TODAY]
    assert sentence == (
        "Valued 1 item by FIFO in GBP up to 2011-12-09: purchases 82.00, cost of sales 37.33, closing stock "
        "44.67 (LIFO 32.00, WAC 40.00); written down by 4.67 to 40.00."
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
    valued, totals, sentence = run(book(moves))
    assert valued.loc["A", "problem"] == (
        "There is no cost for 4 units of 2011-12-04: fill unit_cost in Movements or in Items."
    )
    assert valued.loc["A", "quantity"] == 2
    assert valued.loc["A", ["purchases", "fifo_value", "wac_cost_of_sales", "carrying_value"]].isna().all()
    assert totals["closing"].tolist() == [0.0] * 6
    assert sentence.endswith("nothing to write down; 1 item has no value, see the column problem.")


def test_stock_below_zero_is_that_items_problem_and_stops_nothing() -> None:
    moves = [move(-5, "RECEIPT", 4, 2), move(-4, "SALE", -5), move(-3, "RECEIPT", 4, 3)]
    others = [row | {"sku": "B", "quantity": abs(row["quantity"])} for row in moves[:1]]
    items = [{"sku": "A"}, {"sku": "B"}, {"sku": "C"}]
    valued, totals, _ = run(book(moves + others, items))
    assert valued.loc["A", "problem"] == (
        "On 2011-12-05 5 units went out, 1 more than there were: add what is missing to Movements, or set "
        "negative_stock to allow."
    )
    assert valued.loc["A", "fifo_value"] is None
    assert valued.loc["B", ["fifo_value", "problem"]].tolist() == [8, None]
    assert totals.loc["FIFO", ["purchases", "closing"]].tolist() == [8, 8]
    assert valued.loc["C", ["quantity", "purchases", "wac_value"]].tolist() == [0, 0, 0]
    valued, _, _ = run(book(moves + others, items, negative_stock="allow"))
    assert valued.loc["A", ["fifo_value", "fifo_cost_of_sales", "problem"]].tolist() == [9, 11, None]


def test_totals_say_what_they_are_without() -> None:
    """A went below zero. C came back after a sale that had no cost: no issue of the period to cost it by."""
    moves = [move(-5, "SALE", -5), move(-5, "RECEIPT", 3, 7, sku="B")]
    strange = [move(-5, "SALE", -5, sku="C"), move(-4, "CUSTOMER_RETURN", 8, sku="C")]
    _, totals, _ = run(book(moves, [{"sku": "A"}, {"sku": "B"}]))
    without = "Without 1 item that cannot be valued"
    assert totals["note"].tolist() == [f"{without}. {note}".removesuffix(". ") for note in NOTES.values()]
    _, totals, _ = run(book(moves[1:] + strange, [{"sku": "B"}, {"sku": "C"}], negative_stock="allow"))
    assert totals["closing"].tolist() == [21] * 6
    assert totals["note"].str.contains(without, na=False).tolist() == [False] * 3 + [True] * 3


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


def test_there_must_be_movements_and_a_day() -> None:
    with pytest.raises(WorkbookError, match="no movements to value"):
        run(book([]))
    with pytest.raises(WorkbookError, match="as_of is blank"):
        run(book(EVERY_KIND, as_of=None))


def test_a_plain_ledger_is_worth_what_the_worksheet_functions_say() -> None:
    rng = np.random.default_rng(3)
    units = np.where(np.arange(60) % 2 == 0, rng.integers(5, 20, 60), -rng.integers(1, 6, 60)).astype(float)
    costs, days = rng.integers(1, 99, 60) / 10, np.sort(rng.integers(-300, 0, 60)).astype(float)
    moves = [
        move(d, "RECEIPT" if q > 0 else "SALE", q, c if q > 0 else None)
        for d, q, c in zip(days, units, costs, strict=True)
    ]
    valued, _, _ = run(book(moves))
    ledger = (days + TODAY, units, costs)
    for method in ("FIFO", "LIFO", "WAC"):
        assert valued.loc["A", f"{method.lower()}_value"] == pytest.approx(
            xlinventory.stock_value(*ledger, method)
        )
        out = xlinventory.cost_of_sales(*ledger, method)
        assert valued.loc["A", f"{method.lower()}_cost_of_sales"] == pytest.approx(out)


def test_a_period_worked_out_by_hand() -> None:
    """Of EVERY_KIND the days with the supplier return, the write-off and the units found.

    FIFO before: 8 of R1 at 6 and 2 came back at 52/12. In it: 3 go back for 18, 1 x 6 is written off, 2 x 6
    found. LIFO before: 8 at 4 and 2 at 68/12; these 2 and 1 at 4 go back for 18. WAC: everything is at 5.
    """
    valued, totals, sentence = run(book(EVERY_KIND), from_date=TODAY - 16, to_date=TODAY - 14)
    line = valued.loc["A"]
    assert line[["from_date", "to_date"]].tolist() == [TODAY - 16, TODAY - 14]
    fifo, lifo, wac = (
        line[[f"{m}_opening", f"{m}_cost_of_sales", f"{m}_value"]].tolist() for m in ("fifo", "lifo", "wac")
    )
    assert line["purchases"] == -18
    assert fifo == pytest.approx([48 + 104 / 12, 6 - 12, 30 + 104 / 12 + 6])
    assert lifo == pytest.approx([32 + 136 / 12, 136 / 12 + 4 - 18 + 4 - 8, 28 - 4 + 8])
    assert wac == pytest.approx([50, 15 - 18 + 5 - 10, 40])
    assert line["written_off"] == pytest.approx(6 - 12)
    columns = ["opening", "purchases", "cost_of_sales", "closing"]
    assert totals.loc["LIFO", columns].tolist() == pytest.approx([lifo[0], -18, *lifo[1:]])
    assert sentence == (
        "Valued 1 item by FIFO in GBP from 2011-11-23 to 2011-11-25: opening stock 56.67, purchases -18.00, "
        "cost of sales -6.00, closing stock 44.67 (LIFO 32.00, WAC 40.00); nothing to write down."
    )


def test_the_period_is_that_of_settings_unless_it_is_given() -> None:
    workbook = book(EVERY_KIND, valuation_from=TODAY - 18, valuation_to=TODAY - 17)
    for options, days in (
        ({}, (18, 17)),
        ({"to_date": day_text(TODAY - 16)}, (18, 16)),
        ({"from_date": TODAY - 19, "to_date": TODAY - 15.5}, (19, 16)),
    ):
        valued, _, _ = run(workbook, **options)
        assert valued.loc["A", ["from_date", "to_date"]].tolist() == [TODAY - day for day in days]
    without = run(book(EVERY_KIND, as_of=None), to_date=TODAY - 19)[0]
    assert without.loc["A", ["quantity", "fifo_value"]].tolist() == [20, 100]
    with pytest.raises(WorkbookError, match="begins on 2011-12-10, after its end on 2011-12-09"):
        run(book(EVERY_KIND, valuation_from=TODAY + 1))
    with pytest.raises(
        WorkbookError, match=r"2011-12-10 is after as_of \(2011-12-09\), so the period is not"
    ):
        run(book(EVERY_KIND, valuation_to=TODAY + 1))


@pytest.mark.parametrize("verb", ["value", "close", "turnover"])
@pytest.mark.parametrize(
    ("table", "column"), [("Movements", "unit_cost"), ("Items", "sell_price"), ("LandedCosts", "basis")]
)
def test_a_renamed_column_is_not_a_blank_one(verb: str, table: str, column: str) -> None:
    """Receipts without their costs would quietly be valued at the item's."""
    made = book(EVERY_KIND)
    tables = {name: made.read_table(name) for name in made.table_names()}
    tables[table] = tables[table].rename(columns={column: "mine"})
    with pytest.raises(WorkbookError, match=f"{table} has no column {column}: it was renamed or deleted"):
        run_macro(MemoryWorkbook(tables), verb)


HERMANSON = [
    (40544, 10, 8.0), (40604, 10, 8.5), (40612, -10, 0), (40691, 20, 8.4), (40738, -20, 0), (40767, 10, 9.0),
    (40793, -10, 0), (40828, 20, 8.8), (40869, -20, 0), (40886, 10, 9.1),
]  # fmt: skip


def test_the_textbook_by_six_methods() -> None:
    """Hermanson, Edwards & Maher, Accounting Principles: A Business Perspective, ch. 7, Exhibits 51 to 56.

    Goods available 690; ending inventory FIFO 179, LIFO perpetual 171 and periodic 165, average 172.50.
    """
    rows = [
        move(day - TODAY, "RECEIPT" if units > 0 else "SALE", units, cost or None)
        for day, units, cost in HERMANSON
    ]
    _, totals, _ = run(book(rows, valuation_method="LIFO"))
    assert totals.index.tolist() == list(VALUATION_METHODS)
    assert totals["purchases"].tolist() == pytest.approx([690.0] * 6)
    assert totals["closing"].tolist() == pytest.approx([179, 171, 178.583333333, 179, 165, 172.5])
    assert totals["cost_of_sales"].tolist() == pytest.approx([511, 519, 511.416666667, 511, 525, 517.5])
    assert totals["chosen"].tolist() == [None, "yes", None, None, None, None]
    assert [method for method, note in totals["note"].items() if "Not permitted under IFRS" in str(note)] == [
        "LIFO",
        "LIFO_PERIODIC",
    ]


THREE_ITEMS = [
    {"sku": "A", "category": "cups", "sell_price": 8, "cost_to_sell": 1},
    {"sku": "B", "category": "cups", "sell_price": 12},
    {"sku": "C", "category": "jugs", "sell_price": 9, "cost_to_sell": 10},
    {"sku": "D", "category": "jugs"},
]
TEN_EACH = [move(-1, "RECEIPT", 10, 10, sku=sku) for sku in "ABCD"]


@pytest.mark.parametrize(
    ("basis", "written_down"),
    [
        ("item", [30, 0, 100, None]),
        ("category", [10, 0, 100, None]),
        ("total", [110 * 30 / 130, 0, 110 * 100 / 130, None]),
    ],
)
def test_write_downs_by_item_category_and_total(basis: str, written_down: list[float | None]) -> None:
    """By hand, 10 of each at 10: A would bring in 70, B 120, C 90 - 100, so nothing, of D nobody knows.

    By category the 20 that B has in hand count for A: 30 - 20. In total they count for both: 130 - 20 = 110,
    shared by what A and C fall short. IAS 2.29 has items as the rule.
    """
    valued, totals, sentence = run(book(TEN_EACH, THREE_ITEMS, nrv_basis=basis))
    assert valued["write_down"].tolist() == [
        down if down is None else pytest.approx(down) for down in written_down
    ]
    down = sum(filter(None, written_down))
    assert valued["carrying_value"].sum() == pytest.approx(400 - down)
    assert totals.loc["WAC", ["write_down", "carrying_value"]].tolist() == pytest.approx([down, 400 - down])
    assert valued["nrv"].tolist() == [7, 12, 0, None]
    assert f"written down by {down:,.2f} to {400 - down:,.2f}" in sentence


def test_items_without_a_category_are_no_category() -> None:
    """A falls short by 30; the 20 that B has in hand help only within a category, however it is spelt."""
    for categories, short in ((("", ""), 30), (("Tools", " tools"), 10)):
        items = [item | {"category": name} for item, name in zip(THREE_ITEMS[:2], categories, strict=True)]
        valued, _, _ = run(book(TEN_EACH[:2], items, nrv_basis="category"))
        assert valued["write_down"].tolist() == pytest.approx([short, 0])


def test_the_change_of_the_write_down_is_since_the_last_closing_before_the_period_ended() -> None:
    """Items as above: A needs 30, of which 12 were written down; C's 100 were 120; B's 5 are reversed.

    The write-down before that one does not count, nor does that of a period closed on the same day or later.
    """
    closed = [(-30, "A", 3), (-9, "A", 12), (-9, "B", 5), (-9, "C", 120), (0, "A", 40), (5, "A", 50)]
    workbook = book(TEN_EACH, THREE_ITEMS)
    assert run(workbook)[0]["write_down_change"].isna().all()
    rows = [
        {"period_end": TODAY + day, "sku": sku, "method": "FIFO", "write_down": down}
        for day, sku, down in closed
    ]
    workbook.write_table("Closings", filled("Closings", rows))
    run_macro(workbook, "value", to_date=TODAY - 9)
    earlier = workbook.read_table("Valuation")
    workbook = book(TEN_EACH, THREE_ITEMS)
    workbook.write_table("Closings", filled("Closings", rows))
    valued, _, _ = run(workbook)
    assert valued["write_down_change"].tolist() == [18, -5, -20, 0]
    assert earlier["write_down_change"].tolist() == [-3, 0, 0, 0], "nothing is in stock then"


def test_progress_by_method_and_a_dry_run_and_undo() -> None:
    workbook = book(EVERY_KIND)
    before = {name: workbook.read_table(name) for name in TABLES}
    told = preview(workbook, "value").sentence
    assert told.startswith("Dry run: would change 7 rows (Valuation 1 added; ValuationTotals 6 added).")
    for name, rows in before.items():
        pd.testing.assert_frame_equal(workbook.read_table(name), rows)
    workbook.reports.clear()
    assert told.endswith(run(workbook)[2])
    messages, shares = zip(*workbook.reports, strict=True)
    for method in VALUATION_METHODS:
        assert any(message.startswith(f"{method} of") for message in messages)
    assert list(shares) == sorted(shares)
    assert workbook.read_table("Log")["tables"].tolist() == ["Valuation, ValuationTotals"]
    run_macro(workbook, "undo")
    assert workbook.read_table("Valuation").empty
    assert workbook.read_table("ValuationTotals").empty


def older(movements: Rows) -> MemoryWorkbook:
    """A workbook made before there were periods, landed costs and totals."""
    there = book(movements)
    tables = {name: there.read_table(name) for name in TABLES if name not in LATER}
    tables["Valuation"] = tables["Valuation"].drop(columns=list(VALUATION_LATER))
    tables["Items"] = tables["Items"].drop(columns=["cost_to_sell", "weight"])
    names = tables["Settings"]["setting"]
    tables["Settings"] = tables["Settings"][
        ~names.isin(["valuation_from", "valuation_to", "nrv_basis", "dead_days"])
    ]
    return MemoryWorkbook(tables)


def test_an_older_workbook_is_valued_as_far_as_it_has_columns() -> None:
    workbook = older(EVERY_KIND)
    run_macro(workbook, "value")
    line = workbook.read_table("Valuation").iloc[0]
    assert line[["quantity", "purchases", "wac_value"]].tolist() == pytest.approx([8, 82, 40])
    assert not VALUATION_LATER & set(line.index)
    with pytest.raises(WorkbookError, match="no columns for the opening stock"):
        run_macro(workbook, "value", from_date=TODAY - 16)
    assert run_macro(workbook, "check").findings == ()


movement = st.fixed_dictionaries(
    {
        "date": st.integers(1, 9).map(float),
        "sku": st.sampled_from("ABCDEF"),
        "kind": st.sampled_from(KINDS),
        "quantity": st.integers(-9, 9).map(float),
        "unit_cost": st.sampled_from([None, 0.0, 1.5, 4.0]),
        "unit_price": st.sampled_from([None, 5.0]),
        "reference": st.sampled_from(["", "1", "2"]),
    }
)


@settings(max_examples=12, deadline=None)
@given(rows=st.lists(movement, min_size=1, max_size=60), split=st.integers(2, 8))
def test_every_period_balances_and_opens_with_what_the_one_before_closed_with(rows: Rows, split: int) -> None:
    items = [{"sku": "A", "unit_cost": 2.5, "sell_price": 3.0}]
    workbook = book(rows, items, negative_stock="allow", as_of=8)
    whole, first, second = (
        run(workbook, **period)
        for period in ({}, {"to_date": split - 1.0}, {"from_date": float(split), "to_date": 8.0})
    )
    assert whole[0].loc["A", "problem"] is None, "with a cost in Items stock below zero has a value too"
    for valued, totals, _ in (whole, first, second):
        for method in ("fifo", "lifo", "wac"):
            opening, cost, closing = (
                _numbers(valued[f"{method}_{name}"]) for name in ("opening", "cost_of_sales", "value")
            )
            balance = opening + _numbers(valued["purchases"]) - cost - closing
            np.testing.assert_allclose(balance.fillna(0.0), 0.0, atol=1e-9)
            assert totals.loc[method.upper(), "closing"] == pytest.approx(closing.sum(), abs=1e-9)
    for method in ("fifo", "lifo", "wac"):
        closed, opened = _numbers(first[0][f"{method}_value"]), _numbers(second[0][f"{method}_opening"])
        both = closed.notna() & opened.notna()
        np.testing.assert_allclose(opened[both], closed[both], atol=1e-9)
        parts = sum(_numbers(part[0][f"{method}_cost_of_sales"]) for part in (first, second))
        np.testing.assert_allclose(
            parts[both], _numbers(whole[0][f"{method}_cost_of_sales"])[both], atol=1e-9
        )
    moved = pd.DataFrame(rows)
    moved = moved[moved["kind"].ne("TRANSFER") & (moved["date"] <= 8)].groupby("sku")["quantity"].sum()
    counted = _numbers(whole[0]["quantity"])
    np.testing.assert_allclose(counted, moved.reindex(counted.index).fillna(0.0), atol=1e-9)


def _numbers(column: pd.Series) -> pd.Series:
    return column.astype(float)
