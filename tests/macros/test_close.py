"""Close period: figures stored as reported, and every later change of them told."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xlinventory.hosts.excel import template
from xlinventory.hosts.file import FileWorkbook
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.books import keep_books
from xlinventory.macros.close import closing_rows
from xlinventory.macros.frame import Run, preview, run_macro
from xlinventory.macros.periods import Period
from xlinventory.sheets import TABLES
from xlinventory.sheets.movements import KINDS
from xlinventory.workbook import Workbook, WorkbookError

TODAY = 40886.0  # 9 December 2011, the as_of of make_book
OCTOBER, NOVEMBER = 40847.0, 40877.0  # the last days of both months of 2011
Rows = list[dict[str, Any]]

YEAR: Rows = [
    {"date": 40800.0, "sku": "A", "kind": "OPENING", "quantity": 10.0, "unit_cost": 4.0},
    {"date": 40810.0, "sku": "A", "kind": "SALE", "quantity": -3.0},
    {"date": 40850.0, "sku": "A", "kind": "RECEIPT", "quantity": 5.0, "unit_cost": 6.0},
    {"date": 40860.0, "sku": "A", "kind": "SALE", "quantity": -8.0},
    {"date": 40880.0, "sku": "A", "kind": "SALE", "quantity": -1.0},
]
"""FIFO: October 40 - 12 = 28; November 28 + 30 - (28 + 6) = 24; December 24 - 6 = 18."""
LATE: Rows = [
    {"date": 40805.0, "sku": "A", "kind": "RECEIPT", "quantity": 2.0, "unit_cost": 5.0},
    {"date": 40806.0, "sku": "Z", "kind": "OPENING", "quantity": 2.0, "unit_cost": 7.0},
]
"""Entered late. October A: 50 - 12 = 38. November A: 7 x 4 + 5 = 33 go, 5 + 5 x 6 = 35 stay. Z: 14 twice."""


@pytest.fixture
def book(make_book) -> MemoryWorkbook:
    return make_book(Items=[{"sku": "A"}, {"sku": "B"}, {"sku": "Z"}], Movements=YEAR)


def add(book: Workbook, rows: Rows) -> None:
    moves = pd.concat([book.read_table("Movements"), pd.DataFrame(rows)], ignore_index=True)
    book.write_table("Movements", moves.astype(object).where(moves.notna(), None))


def change(book: Workbook, name: str, value: object) -> None:
    cells = book.read_table("Settings")
    cells.loc[cells["setting"] == name, "value"] = value
    book.write_table("Settings", cells)


def close(book: Workbook, day: float) -> str:
    return run_macro(book, "close", to_date=day).sentence


def closed(book: Workbook) -> pd.DataFrame:
    return book.read_table("Closings").set_index(["period_end", "sku"])


def compare(book: Workbook) -> tuple[str, list[str]]:
    """What Value stock says of the closed periods, and its findings."""
    done = run_macro(book, "value")
    told = re.search(r"; [0-9,]+ (figures?|items?) of (the|a|[0-9]+) closed.*(?=\.$)", done.sentence)
    return (told[0] if told else ""), list(done.findings)


def writes(book: Workbook) -> list[bool]:
    """For each run in Log, whether it wrote Closings."""
    return ["Closings" in str(tables) for tables in book.read_table("Log")["tables"]]


def test_two_periods_closed_by_hand_follow_each_other(book) -> None:
    assert close(book, OCTOBER) == (
        "Closed the period to 2011-10-31 by FIFO for 1 item, in GBP: opening 0.00 + purchases 40.00 - cost "
        "of sales 12.00 = stock 28.00, carried at 28.00 after a write-down of 0.00."
    )
    assert close(book, NOVEMBER).startswith("Closed the period 2011-11-01 to 2011-11-30 by FIFO for 1 item")
    names = ["period_from", "quantity", "opening_value", "purchases", "cost_of_sales", "value", "closed_on"]
    rows = closed(book)
    assert rows.loc[(OCTOBER, "A"), names].tolist() == [None, 7, 0, 40, 12, 28, TODAY]
    assert rows.loc[(NOVEMBER, "A"), names].tolist() == [OCTOBER + 1, 4, 28, 30, 34, 24, TODAY]
    assert rows["movements"].tolist() == [2, 4]
    assert len(rows) == 2, "B neither had stock nor moved"


def test_the_days_come_from_the_settings_and_as_of(book) -> None:
    change(book, "valuation_from", 40810.75)  # the time of day does not count
    change(book, "valuation_to", NOVEMBER + 0.99)
    assert "the period 2011-09-24 to 2011-11-30" in run_macro(book, "close").sentence
    row = closed(book).loc[(NOVEMBER, "A")]
    assert row[["opening_value", "purchases", "cost_of_sales", "value"]].tolist() == [40, 30, 46, 24]
    change(book, "valuation_to", None)
    assert "the period 2011-12-01 to 2011-12-09" in run_macro(book, "close").sentence


def test_stock_is_carried_at_what_selling_it_brings_in(make_book) -> None:
    """4 left at 24 sell at 5: written down by 4 (IAS 2.9). Without a price there is nothing to compare."""
    both = YEAR + [row | {"sku": "B"} for row in YEAR]
    book = make_book(Items=[{"sku": "A", "sell_price": 5.0}, {"sku": "B"}], Movements=both)
    assert close(book, NOVEMBER).endswith("= stock 48.00, carried at 44.00 after a write-down of 4.00.")
    rows = closed(book)
    assert rows.loc[(NOVEMBER, "A"), ["write_down", "carrying_value"]].tolist() == [4, 20]
    assert rows.loc[(NOVEMBER, "B"), ["write_down", "carrying_value"]].tolist() == [None, 24]


def test_a_write_down_is_assessed_anew_each_period_and_reversed_up_to_cost(make_book) -> None:
    """Stock of 500 brings in 450, then 480, then 520: 50, then 30 and 20 less, never above cost (IAS 2.33).

    The first and last are the example of ifrsclass.com, note 1043.
    """
    stock = [{"date": 40800.0, "sku": "A", "kind": "OPENING", "quantity": 10.0, "unit_cost": 50.0}]
    book = make_book(Items=[{"sku": "A"}], Movements=stock)
    told = []
    for day, price in ((OCTOBER, 45.0), (NOVEMBER, 48.0), (TODAY, 52.0)):
        book.write_table("Items", pd.DataFrame({"sku": ["A"], "sell_price": [price]}, dtype=object))
        run_macro(book, "value", to_date=day)
        close(book, day)
        told.append(book.read_table("Valuation")["write_down_change"].iloc[0])
    assert told == [None, -30, -20]
    rows = closed(book)
    assert rows["write_down"].tolist() == [50, 20, 0]
    assert rows["carrying_value"].tolist() == [450, 480, 500]
    assert rows["cost_of_sales"].tolist() == [0, 0, 0], "the change of a write-down is booked on top"


REFUSALS: Mapping[str, tuple[float, str]] = {
    "again": (
        OCTOBER,
        "2011-10-31 is closed already, the last closing being that of 2011-10-31: close up to",
    ),
    "inside": (OCTOBER - 5, "2011-10-26 lies in a period that is closed, the last closing being"),
    "later than as_of": (
        TODAY + 1,
        r"2011-12-10 is after as_of \(2011-12-09\), so the period is not over yet",
    ),
}


@pytest.mark.parametrize(("day", "told"), REFUSALS.values(), ids=REFUSALS)
def test_a_day_that_cannot_be_closed_is_refused(book, day: float, told: str) -> None:
    close(book, OCTOBER)
    before = book.read_table("Closings"), book.read_table("Log")
    with pytest.raises(WorkbookError, match=told):
        close(book, day)
    pd.testing.assert_frame_equal(book.read_table("Closings"), before[0])
    pd.testing.assert_frame_equal(book.read_table("Log"), before[1])


def test_a_first_period_that_ends_before_it_begins_is_refused(book) -> None:
    change(book, "valuation_from", NOVEMBER)
    with pytest.raises(WorkbookError, match="would end on 2011-10-31, before it begins on 2011-11-30"):
        close(book, OCTOBER)


def test_a_period_in_which_nothing_was_is_refused(book) -> None:
    with pytest.raises(
        WorkbookError, match="in stock or moved in the period to 2011-09-13, so there is nothing"
    ):
        close(book, 40799.0)
    book.write_table("Movements", book.read_table("Movements").iloc[:0])
    with pytest.raises(WorkbookError, match="There are no movements to value; refresh from CSV first"):
        close(book, OCTOBER)


def test_items_without_a_value_are_named_and_nothing_is_closed(book) -> None:
    strange = [{"date": 40810.0 + i, "sku": f"X{i}", "kind": "SALE", "quantity": -2.0} for i in range(4)]
    add(book, [*strange, {"date": TODAY, "sku": "Y", "kind": "SALE", "quantity": -1.0}])
    with pytest.raises(WorkbookError) as refused:
        close(book, OCTOBER)
    told = str(refused.value)
    assert told.startswith("The period to 2011-10-31 is not closed, because 4 items cannot be valued: X0: On")
    assert told.endswith("set negative_stock to allow; and 1 item more, which Value stock lists.")
    assert "X2" in told
    assert "X3" not in told
    assert book.read_table("Closings").empty


def test_a_problem_after_the_period_is_none_of_it(book) -> None:
    add(book, [{"date": TODAY, "sku": "A", "kind": "SALE", "quantity": -99.0}])
    assert "stock 28.00" in close(book, OCTOBER)


def test_an_older_workbook_says_what_to_do(book) -> None:
    tables = {name: book.read_table(name) for name in TABLES if name != "Closings"}
    older = MemoryWorkbook(tables)
    with pytest.raises(WorkbookError, match=r"no table Closings: .* Build a new one \(xlinventory new\)"):
        run_macro(older, "close")
    assert compare(older) == ("", [])
    assert run_macro(older, "check").findings == ()


def test_without_late_entries_nothing_is_told_and_nothing_written(book) -> None:
    close(book, OCTOBER)
    add(book, [{"date": TODAY, "sku": "A", "kind": "RECEIPT", "quantity": 9.0, "unit_cost": 9.0}])
    assert compare(book) == ("", [])
    assert writes(book) == [True, False]


def test_late_entries_show_as_differences_and_what_was_reported_stays(book) -> None:
    close(book, OCTOBER)
    close(book, NOVEMBER)
    before = closed(book)
    add(book, LATE)
    told, findings = compare(book)
    assert told == (
        "; 5 figures of 2 closed periods to 2011-11-30 have changed since (value +25.00, cost of sales "
        "-1.00), by backdated movements: Closings shows them"
    )
    cost = "cost of sales was reported as 34.00, is 33.00 now"
    more = "1 movement more than at closing"
    october, november = "closed period to 2011-10-31", "closed period 2011-11-01 to 2011-11-30"
    assert findings == [
        f"Z, {october}: stock value was reported as 0.00, is 14.00 now; {more}",
        f"Z, {november}: stock value was reported as 0.00, is 14.00 now; {more}",
        f"A, {november}: stock value was reported as 24.00, is 35.00 now; {cost}; {more}",
        f"A, {october}: stock value was reported as 28.00, is 38.00 now; {more}",
    ]
    assert list(run_macro(book, "check").findings) == findings
    now = closed(book)
    assert now["value_now"].to_dict() == {
        (OCTOBER, "A"): 38, (OCTOBER, "Z"): 14, (NOVEMBER, "A"): 35, (NOVEMBER, "Z"): 14,
    }  # fmt: skip
    assert now.loc[(NOVEMBER, "Z"), ["value", "movements", "movements_now", "why"]].tolist() == [
        0,
        0,
        1,
        more,
    ]
    lately = ("_now", "_change", "why")
    reported = [name for name in before.columns if not name.endswith(lately)]
    pd.testing.assert_frame_equal(now.loc[before.index, reported], before[reported])
    assert compare(book) == (told, findings), "told by every run"
    assert writes(book) == [True, True, True, False], "and written once"


def test_what_is_taken_back_is_no_difference_any_more(book) -> None:
    close(book, OCTOBER)
    before, moves = book.read_table("Closings"), book.read_table("Movements")
    add(book, LATE)
    compare(book)
    assert len(closed(book)) == 2
    book.write_table("Movements", moves)
    assert compare(book) == ("", [])
    pd.testing.assert_frame_equal(book.read_table("Closings"), before)


def test_the_next_closing_takes_the_change_up(book) -> None:
    """Its opening is what is in the books: 38 + 14 against the 28 that were reported."""
    close(book, OCTOBER)
    add(book, LATE)
    told = close(book, NOVEMBER)
    assert "opening 52.00 + purchases 30.00 - cost of sales 33.00 = stock 49.00" in told
    assert (
        "; the opening differs from the last closing by +24.00; 2 figures of the closed period to 2011-10-31 "
        "have changed since (value +24.00, cost of sales +0.00), by backdated movements: Closings shows them."
    ) in told
    row = closed(book).loc[(OCTOBER, "A")]
    assert row[["value", "value_now", "value_taken_up"]].tolist() == [28, 38, 38]
    assert row["why"] == "1 movement more than at closing; taken up since"
    assert compare(book) == ("", []), "told once it is in an opening no more"
    assert not writes(book)[-1]


def test_a_change_of_what_was_taken_up_is_told_from_there(book) -> None:
    close(book, OCTOBER)
    add(book, LATE[:1])
    close(book, NOVEMBER)
    moves = book.read_table("Movements")
    moves.loc[moves["unit_cost"] == 5, "unit_cost"] = 6.0
    book.write_table("Movements", moves)
    told, findings = compare(book)
    assert told == (
        "; 3 figures of 2 closed periods to 2011-11-30 have changed since (value +1.00, cost of sales "
        "+1.00), by changed movements, costs or settings: Closings shows them"
    )
    assert findings[0] == (
        "A, closed period to 2011-10-31: stock value was reported as 28.00, taken up as 38.00, is 40.00 now; "
        "1 movement more than at closing"
    )
    moves.loc[moves["unit_cost"] == 6, "unit_cost"] = 5.0
    add(book, LATE[1:])
    assert "by backdated movements and changed" in compare(book)[0]


def test_a_movement_that_is_gone_is_told(book) -> None:
    close(book, OCTOBER)
    book.write_table("Movements", book.read_table("Movements").drop(index=3))
    told, findings = compare(book)
    assert told.startswith(
        "; 2 figures of the closed period to 2011-10-31 have changed since (value +12.00, cost"
    )
    assert findings[0].endswith("; 1 movement fewer than at closing")


def test_an_item_that_lost_its_value_is_told(book) -> None:
    close(book, OCTOBER)
    add(book, [{"date": 40811.0, "sku": "A", "kind": "SALE", "quantity": -20.0}])
    told, findings = compare(book)
    assert told == "; 1 item of a closed period cannot be valued now, see the column why of Closings"
    (line,) = findings
    assert line.startswith(
        "A, closed period to 2011-10-31: no value now: On 2011-09-25 20 units went out, 13 more"
    )
    assert closed(book).loc[(OCTOBER, "A"), ["value", "value_now"]].tolist() == [28, None]
    with pytest.raises(
        WorkbookError, match="2011-11-30 is not closed, because 1 item cannot be valued: A: On"
    ):
        close(book, NOVEMBER)


def test_an_item_that_is_nowhere_any_more_is_worth_nothing_now(book) -> None:
    close(book, OCTOBER)
    book.write_table("Items", book.read_table("Items").iloc[1:])
    book.write_table("Movements", pd.DataFrame([LATE[1]], dtype=object))
    compare(book)
    assert closed(book)["value_now"].to_dict() == {(OCTOBER, "A"): 0, (OCTOBER, "Z"): 14}


def test_many_changes_are_listed_up_to_a_limit(book) -> None:
    late = [LATE[1] | {"sku": f"Z{i:02}", "quantity": 1.0 + i} for i in range(25)]
    close(book, OCTOBER)
    add(book, late)
    _, findings = compare(book)
    assert len(findings) == 21
    assert findings[0].startswith(
        "Z24, closed period to 2011-10-31: stock value was reported as 0.00, is 175.00"
    )
    assert findings[-1] == "and 5 lines more: see the column why of Closings"


def test_another_method_is_told_and_opens_with_its_own_figures(book) -> None:
    """LIFO sells the newest first: October is the same, all of one cost; November 5 x 6 + 3 x 4 go."""
    close(book, OCTOBER)
    change(book, "valuation_method", "LIFO")
    told = close(book, NOVEMBER)
    assert told.endswith("; the last closing was by FIFO.")
    assert closed(book).loc[(NOVEMBER, "A"), ["method", "opening_value", "cost_of_sales"]].tolist() == [
        "LIFO",
        28,
        42,
    ]
    assert compare(book) == ("", []), "October is still compared by FIFO"


def test_the_periodic_lines_of_the_totals_open_with_what_they_closed_with(book) -> None:
    """By hand, one average a period: October 7 x 4 = 28, November (28 + 30) / 12 x 4, of both 70 / 15 x 4."""
    month: dict[str, Any] = {"from_date": NOVEMBER + 1, "to_date": TODAY}
    totals = {}
    for closing in (OCTOBER, NOVEMBER):
        run_macro(book, "value", **month)
        totals[closing] = (
            book.read_table("ValuationTotals").set_index("method").loc["WAC_PERIODIC", "opening"]
        )
        close(book, closing)
    assert totals[OCTOBER] == pytest.approx(70 / 15 * 4), "nothing is closed yet"
    assert totals[NOVEMBER] == pytest.approx(58 / 12 * 4)


def test_reported_figures_are_cents_that_add_up_and_follow_each_other(book) -> None:
    """By hand: 3 at 1.115 are 3.345, so 3.34; 1 of them is sold: 2.23 are left, 1.11 are cost of sales.

    The last two leave for the 2.23 that were reported. Of 10 items each has its own half cent.
    """
    skus = [f"I{i}" for i in range(10)]
    come = [{"date": 40800.0, "sku": s, "kind": "RECEIPT", "quantity": 3.0, "unit_cost": 1.115} for s in skus]
    go = [
        {"date": day, "sku": sku, "kind": "SALE", "quantity": -units}
        for sku in skus
        for day, units in ((40810.0, 1.0), (40860.0, 2.0))
    ]
    book.write_table("Movements", pd.DataFrame([*come, *go], dtype=object))
    assert "purchases 33.40 - cost of sales 11.10 = stock 22.30, carried at 22.30" in close(book, OCTOBER)
    assert "opening 22.30 + purchases 0.00 - cost of sales 22.30 = stock 0.00" in close(book, NOVEMBER)
    figures = ["opening_value", "purchases", "cost_of_sales", "value"]
    rows = closed(book)[figures].astype(float)
    assert rows.loc[OCTOBER].to_numpy().tolist() == [[0, 3.34, 1.11, 2.23]] * 10
    assert rows.loc[NOVEMBER].to_numpy().tolist() == [[2.23, 0, 2.23, 0]] * 10
    assert compare(book) == ("", [])


def test_the_last_closing_can_be_taken_back(book) -> None:
    close(book, OCTOBER)
    before = book.read_table("Closings")
    close(book, NOVEMBER)
    assert run_macro(book, "close", reopen=True).sentence == (
        "The period 2011-11-01 to 2011-11-30 is open again: 1 row taken out of Closings, with a stock value "
        "of 24.00 GBP."
    )
    pd.testing.assert_frame_equal(book.read_table("Closings"), before)
    run_macro(book, "close", reopen=True)
    assert book.read_table("Closings").empty
    with pytest.raises(WorkbookError, match="No period is closed, so there is none to open again"):
        run_macro(book, "close", reopen=True)


def test_what_a_closing_took_up_is_told_again_when_it_is_taken_back(book) -> None:
    close(book, OCTOBER)
    add(book, LATE)
    told = compare(book)
    close(book, NOVEMBER)
    assert compare(book) == ("", [])
    run_macro(book, "close", reopen=True)
    assert compare(book) == told


def test_undo_takes_a_closing_back_to_the_letter(book) -> None:
    close(book, OCTOBER)
    add(book, LATE)
    before = book.read_table("Closings")
    close(book, NOVEMBER)
    run_macro(book, "undo")
    pd.testing.assert_frame_equal(book.read_table("Closings"), before)


def test_a_dry_run_closes_nothing(book) -> None:
    told = preview(book, "close", to_date=OCTOBER)
    assert [(change.table, change.added) for change in told.changed] == [("Closings", 1)]
    assert "It would say: Closed the period to 2011-10-31" in told.sentence
    assert book.read_table("Closings").empty
    assert book.read_table("Log").empty


def test_a_column_that_is_missing_is_named(book) -> None:
    close(book, OCTOBER)
    tables = {name: book.read_table(name) for name in TABLES}
    tables["Closings"] = tables["Closings"].drop(columns="value_taken_up")
    with pytest.raises(WorkbookError, match="Closings has no column value_taken_up"):
        close(MemoryWorkbook(tables), NOVEMBER)


def test_faults_of_closings_are_listed_by_check_data(book) -> None:
    close(book, OCTOBER)
    rows = book.read_table("Closings")
    rows["method"] = "HIFO"
    book.write_table("Closings", rows)
    add(book, LATE)
    assert list(run_macro(book, "check").findings) == [
        "Closings row 2, method: 'HIFO' - must be one of FIFO, LIFO, WAC"
    ]


def test_check_data_tells_of_a_closed_period_without_its_movements(book) -> None:
    close(book, OCTOBER)
    book.write_table("Movements", book.read_table("Movements").iloc[:0])
    (told,) = run_macro(book, "check").findings
    assert told.startswith("A, closed period to 2011-10-31: stock value was reported as 28.00, is 0.00 now")


movement = st.fixed_dictionaries(
    {
        "date": st.integers(1, 30).map(float),
        "sku": st.sampled_from("ABC"),
        "kind": st.sampled_from(KINDS),
        "quantity": st.integers(-9, 9).map(float),
        "unit_cost": st.sampled_from([0.0, 1.5, 4.0]),
        "reference": st.sampled_from([None, "1", "2"]),
    }
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(movement, min_size=1, max_size=20),
    late=st.lists(movement, max_size=5),
    method=st.sampled_from(["FIFO", "LIFO", "WAC"]),
)
def test_closed_periods_are_the_whole_and_every_late_entry_shows(
    make_book, rows: Rows, late: Rows, method: str
) -> None:
    """What one closing leaves, the next opens with; together they sold what one closing of both would have.

    Then, entered late or not, the columns of now are what closing would say today.
    """
    given_settings = {"as_of": 30.0, "valuation_method": method, "negative_stock": "allow"}
    items = [{"sku": sku, "unit_cost": 2.5} for sku in "ABC"]
    rows = [{"date": 1.0, "sku": "A", "kind": "OPENING", "quantity": 500.0, "unit_cost": 3.0}, *rows]
    parts, whole, today = (
        make_book(given_settings, Items=items, Movements=[*rows, *more]) for more in ([], [], late)
    )
    for day in (10.0, 20.0, 30.0):
        close(parts, day)
        close(today, day)
    close(whole, 30.0)
    first, total = closed(parts), closed(whole)
    sums = first[["purchases", "cost_of_sales"]].astype(float).groupby("sku").sum()
    for sku in total.index.get_level_values("sku"):
        for figure in sums:
            assert sums.loc[sku, figure] == pytest.approx(total.loc[(30.0, sku), figure], abs=0.02), (
                "rounding"
            )
    ends, opens = (first[name].groupby("period_end").sum() for name in ("value", "opening_value"))
    assert ends[:-1].tolist() == pytest.approx(opens[1:].tolist(), abs=1e-9)
    columns = [first[name].astype(float) for name in ("opening_value", "purchases", "cost_of_sales", "value")]
    np.testing.assert_allclose(columns[0] + columns[1] - columns[2] - columns[3], 0.0, atol=1e-9)
    assert all((column * 100).sub((column * 100).round()).abs().max() < 1e-6 for column in columns)
    add(parts, late)
    compare(parts)
    now, expected = closed(parts), closed(today)
    for figure in ("value", "cost_of_sales"):
        shown = now[f"{figure}_now"].astype(float)
        np.testing.assert_allclose(
            shown, expected[figure].astype(float).reindex(now.index).fillna(0.0), atol=0.005
        )
        left = expected[figure].astype(float).drop(now.index, errors="ignore")
        np.testing.assert_allclose(left, 0.0, atol=0.005)


def test_in_a_file_closings_and_start_show_what_changed(tmp_path: Path) -> None:
    """The same by hand in a workbook file, saved and opened again: 38 + 14 now against 28 reported."""
    path = tmp_path / "book.xlsx"
    template.build(path)
    book = FileWorkbook.open(path)
    book.write_table("Items", pd.DataFrame({"sku": ["A", "Z"]}, dtype=object))
    add(book, YEAR)
    change(book, "as_of", TODAY)
    close(book, OCTOBER)
    add(book, LATE)
    run_macro(book, "value")
    book.keep()
    book = FileWorkbook.open(path)
    rows = closed(book)
    shown = ["value", "value_now", "value_change", "cost_of_sales_change", "check"]
    assert rows.loc[(OCTOBER, "A"), shown].tolist() == [28, 38, 10, 0, 0]
    assert rows.loc[(OCTOBER, "Z"), shown].tolist() == [0, 14, 14, 0, 0]
    assert light(book, "rows with figures that changed since: 2 (Closings)") == 2
    assert book.uncomputed == []
    with pytest.raises(WorkbookError, match="2011-10-31 is closed already"):
        close(book, OCTOBER)
    close(book, NOVEMBER)
    book.calculate()
    assert light(book, "rows with figures that changed since: 0 (Closings)") == 1
    run_macro(book, "undo")
    run_macro(book, "undo")
    assert closed(book).index.tolist() == [(OCTOBER, "A")]


def light(book: FileWorkbook, word: str) -> object:
    """The light on Start of the line with that word."""
    cells = {
        (row, column): shown for sheet, row, column, _, shown in book.formula_values() if sheet == "Start"
    }
    row = next(row for (row, _), shown in cells.items() if shown == word)
    return cells[row, 2]


def test_the_check_shows_figures_that_do_not_add_up_though_cents_always_do(book) -> None:
    """A ledger that lost 1 of its closing stock: the cents take it for cost of sales, the check tells it."""
    run = Run(book, {})
    books = keep_books(run, None, OCTOBER)
    sound = books.valued["FIFO"]
    lost = replace(books, valued={"FIFO": replace(sound, value=sound.value - [1.0, 0.0, 0.0])})
    period = Period(np.nan, OCTOBER, "FIFO")
    rows = closing_rows(run, lost, period).set_index("sku")
    assert rows.loc["A", ["cost_of_sales", "value", "check"]].tolist() == [13, 27, 1]
    assert closing_rows(run, books, period)["check"].tolist() == [0]
