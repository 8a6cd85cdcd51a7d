"""Turnover: by hand, item by item and group by group; its laws; and an average that knows no formula."""

from collections import deque
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xlinventory
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.frame import preview, run_macro
from xlinventory.macros.turnover import NO_GROUPS
from xlinventory.sheets import TABLES
from xlinventory.sheets.turnover import AGES, TURNOVER_LATER
from xlinventory.tables import BadRowsError
from xlinventory.workbook import WorkbookError

from .conftest import EVERY_KIND, TODAY, make_book, move

Lines = list[dict[str, Any]]
laws = settings(max_examples=12, deadline=None)
"""Each example is a workbook of six items and their groups."""


def book(movements: Lines, items: Lines | None = None, **settings: Any) -> MemoryWorkbook:
    return make_book(settings, Items=items or [{"sku": "A", "name": "Anvil"}], Movements=movements)


def run(workbook: MemoryWorkbook, **options: Any) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    sentence = run_macro(workbook, "turnover", **options).sentence
    groups = workbook.read_table("TurnoverGroups").set_index(["group", "name"])
    return workbook.read_table("Turnover").set_index("sku"), groups, sentence


def test_every_kind_of_movement_worked_out_by_hand() -> None:
    """FIFO: the sale takes 10 x 4 + 2 x 6 = 52 and 2 of 12 come back: 52 x 10/12. The rest is no sale.

    10 units on day -20, 20 on -19, 8, 10, 7, 6, then 8 from -14 to 0: 176 unit-days of 365.
    """
    items, groups, _ = run(book(EVERY_KIND, [{"sku": "A", "category": "tools", "abc": "B"}]))
    line = items.loc["A"]
    assert line[["category", "abc", "units_sold", "quantity", "idle_days"]].tolist() == [
        "tools",
        "B",
        10,
        8,
        18,
    ]
    assert line["cost_of_sales"] == pytest.approx(52 * 10 / 12)
    assert line["average_units"] == pytest.approx((10 + 20 + 8 + 10 + 7 + 6 + 15 * 8) / 365)
    assert line["gmroi"] == pytest.approx((90 - 52 * 10 / 12) / line["average_inventory"])
    assert line["sell_through"] == pytest.approx(10 / 17), "10 opening + 10 received - 3 sent back"
    assert line["weeks_cover"] == pytest.approx(8 / (10 / (365 / 7)))
    assert line["age_average"] == pytest.approx(
        (5 * 6 * 19 - 6 * 19 + 2 * 52 / 12 * 17 + 12 * 14) / line["stock_value"]
    )
    assert line["stock_value"] == pytest.approx(5 * 6 - 6 + 2 * 52 / 12 + 12)
    assert groups.index.tolist() == [("all", "all items"), ("abc", "B"), ("category", "tools")]


def test_a_year_worked_out_by_hand() -> None:
    """20 of value on 264 of the 365 days, 10 on the last 101."""
    moves = [
        move(-400, "OPENING", 10, 2),
        move(-100, "SALE", -6, unit_price=5),
        move(-100, "CUSTOMER_RETURN", 1, unit_price=5),
        move(-400, "OPENING", 3, 7, sku="B"),
        move(-10, "RECEIPT", 1, 5, sku="B"),
    ]
    items, _, _ = run(book(moves, [{"sku": "A"}, {"sku": "B"}, {"sku": "C"}]))
    average = (20 * 264 + 10 * 101) / 365
    line = items.loc["A"]
    assert line["cost_of_sales"] == pytest.approx(10)
    assert line["average_inventory"] == pytest.approx(average)
    assert line["turns"] == pytest.approx(10 / average)
    assert line["days"] == pytest.approx(average / 10 * 365)
    assert line["gmroi"] == pytest.approx((25 - 10) / average)
    assert line["sell_through"] == 0.5
    assert line[["last_sale", "idle_days", "dead_stock_value"]].tolist() == [TODAY - 100, 100, 0]
    assert line[list(AGES)].tolist() == [0, 0, 2, 0, 8]
    assert items.loc["B", list(AGES)].tolist() == [5, 0, 0, 0, 21]
    assert items.loc["B", ["turns", "last_sale", "idle_days"]].tolist() == [0, None, 400]
    still = items.loc[
        "C", ["cost_of_sales", "average_inventory", "turns", "days", "sell_through", "idle_days"]
    ]
    assert still.tolist() == [0, 0, None, None, None, None]


def test_dead_is_what_lay_for_dead_days_of_an_item_not_sold_for_as_long() -> None:
    """B never sold: its old layer is dead, the one of last week is not. A sold 100 days ago."""
    moves = [
        move(-400, "OPENING", 10, 2),
        move(-100, "SALE", -1),
        move(-400, "OPENING", 3, 7, sku="B"),
        move(-7, "RECEIPT", 1, 5, sku="B"),
    ]
    for days, dead in ((180, [0, 21]), (100, [18, 21]), (401, [0, 0]), (7, [18, 26])):
        items, groups, sentence = run(book(moves, [{"sku": "A"}, {"sku": "B"}], dead_days=days))
        assert items["dead_stock_value"].tolist() == dead
        assert groups.loc[("all", "all items"), "dead_stock_value"] == sum(dead)
        assert sentence.endswith(f"; {sum(dead):.2f} not sold for {days} days.")


def test_margin_takes_the_items_price_where_a_sale_has_none() -> None:
    moves = [move(-364, "RECEIPT", 10, 2), move(-364, "SALE", -5)]
    items, _, _ = run(book(moves, [{"sku": "A", "sell_price": 3}]))
    assert items.loc["A", "gmroi"] == pytest.approx((15 - 10) / 10)
    items, _, _ = run(book(moves))
    assert items.loc["A", "gmroi"] is None


GROUPED = [
    *(move(-364, "RECEIPT", 100, 1, sku=sku) for sku in "ABCD"),
    move(-364, "SALE", -60, unit_price=2, sku="A"),
    move(-364, "SALE", -20, unit_price=3, sku="B"),
    move(-364, "SALE", -50, sku="C"),
    move(-300, "SALE", -1, sku="E"),
]
ITEMS = [
    {"sku": "A", "category": "tools", "abc": "A"},
    {"sku": "B", "category": "tools", "abc": "B"},
    {"sku": "C", "category": "", "abc": "A"},
    {"sku": "D", "category": "toys"},
    {"sku": "E", "category": "toys", "abc": "C"},
]


def test_groups_worked_out_by_hand() -> None:
    """All year 40 of A, 80 of B, 50 of C and 100 of D at a cost of 1; E was sold without having been there.

    Turns of tools: 80 / 120, not the mean of 60 / 40 and 20 / 80. The price of C is not known: GMROI of class
    A is that of item A, (120 - 60) / 40.
    """
    _, groups, sentence = run(book(GROUPED, ITEMS))
    assert groups.index.tolist() == [
        ("all", "all items"), ("abc", "A"), ("abc", "B"), ("abc", "C"), ("abc", "no class"),
        ("category", "tools"), ("category", "toys"), ("category", "no category"),
    ]  # fmt: skip
    assert groups["items"].tolist() == [4, 2, 1, 0, 1, 2, 1, 1]
    assert groups["without_figures"].tolist() == [1, 0, 0, 1, 0, 0, 1, 0]
    assert groups["stock_value"].tolist() == [270, 90, 80, 0, 100, 120, 100, 50]
    assert groups["cost_of_sales"].tolist() == [130, 110, 20, 0, 0, 80, 0, 50]
    turns, sold = groups["turns"].astype(float), groups["sell_through"].astype(float)
    np.testing.assert_allclose(turns, [130 / 270, 110 / 90, 20 / 80, np.nan, 0, 80 / 120, 0, 1])
    np.testing.assert_allclose(sold, [130 / 400, 110 / 200, 0.2, np.nan, 0, 80 / 200, 0, 0.5])
    assert groups.loc[("abc", "A"), "gmroi"] == pytest.approx(60 / 40)
    assert groups.loc[("category", "tools"), "gmroi"] == pytest.approx((180 - 80) / 120)
    assert groups.loc[("category", "no category"), "gmroi"] is None
    assert groups["age_181_365"].tolist() == groups["stock_value"].tolist()
    assert groups.loc[("all", "all items"), "age_average"] == 364
    assert "4 items in the year to 2011-12-09 by FIFO" in sentence
    assert sentence.endswith("; 1 item without figures: press Value stock to see why.")


def test_a_grouping_that_no_item_has_is_left_out() -> None:
    _, groups, _ = run(book(GROUPED, [{"sku": sku} for sku in "ABCDE"]))
    assert groups.index.tolist() == [("all", "all items")]


def test_shares_are_those_of_a_published_abc_analysis() -> None:
    """Heizer & Render, Operations Management, example Silicon Chips: annual volume in money of ten items."""
    values = [90000, 77000, 26350, 15001, 12500, 8502, 1200, 850, 504, 150]
    shares = [38.8, 33.2, 11.3, 6.4, 5.4, 3.7, 0.5, 0.4, 0.2, 0.1]
    classes = xlinventory.abc_class(values).tolist()
    items = [{"sku": str(i), "category": f"#{i}", "abc": word} for i, word in enumerate(classes)]
    moves = [move(-9, "RECEIPT", 2, value, sku=str(i)) for i, value in enumerate(values)]
    moves += [move(-8, "SALE", -1, sku=str(i)) for i in range(len(values))]
    _, groups, _ = run(book(moves, items))
    for share in ("sales_share", "stock_share"):
        found = groups.loc["category", share]
        assert (100 * found).tolist() == pytest.approx(shares, abs=0.07)  # the book truncates some
        assert groups.loc["abc", share].sum() == pytest.approx(1)
    assert groups.loc["category"].index.tolist() == [f"#{i}" for i in range(10)], "most stock first"


SKUS = "ABCDEF"
steps = st.lists(
    st.tuples(
        st.integers(-12, 0),
        st.sampled_from(SKUS),
        st.sampled_from([1, -1]),
        st.integers(1, 9).map(float),
        st.integers(0, 500),
    ),
    min_size=1,
    max_size=40,
)
Step = tuple[int, str, int, float, int]


def possible(given_steps: list[Step]) -> Lines:
    """The movements in the order of their days, no issue beyond the stock."""
    held, moves = dict.fromkeys(SKUS, 0.0), []
    for day, sku, sign, units, cents in sorted(given_steps, key=lambda step: step[0]):
        quantity = units if sign > 0 else -min(units, held[sku])
        held[sku] += quantity
        if quantity:
            word = ("RECEIPT", cents / 100) if sign > 0 else ("SALE", None)
            price = None if sign > 0 else cents / 50
            moves.append(move(day, word[0], quantity, word[1], sku=sku, unit_price=price))
    return moves


def fifo_values(moves: Lines, first: int) -> list[float]:
    """Stock value at the end of each day, by a queue of single units."""
    values, queue = [], deque()
    for day in range(-12, 1):
        for line in moves:
            if line["date"] == TODAY + day:
                whole = int(abs(line["quantity"]))
                queue.extend([line["unit_cost"]] * whole if line["quantity"] > 0 else [])
                for _ in range(whole if line["quantity"] < 0 else 0):
                    queue.popleft()
        values.append(sum(queue))
    return values[12 + first :]


@laws
@given(given_steps=steps, first=st.integers(-12, 0))
def test_the_average_is_the_mean_of_what_a_plain_queue_is_worth_each_night(
    given_steps: list[Step], first: int
) -> None:
    """And AVERAGE_INVENTORY of those daily balances; exactly 0 where every night was empty."""
    moves = possible(given_steps)
    if not moves:
        return
    items, _, _ = run(book(moves, [{"sku": sku} for sku in SKUS]), from_date=TODAY + first)
    for sku in SKUS:
        nights = fifo_values([line for line in moves if line["sku"] == sku], first)
        days = np.arange(TODAY + first, TODAY + 1)
        by_formula = xlinventory.average_inventory(days, nights, TODAY + first, TODAY)
        found = items.loc[sku, "average_inventory"]
        assert found == pytest.approx(np.mean(nights), rel=1e-9, abs=1e-12) == pytest.approx(by_formula)
        assert (found == 0) == (not any(nights))


ADDED = ["cost_of_sales", "average_inventory", "stock_value", *AGES, "dead_stock_value"]
NAMED = [
    {"sku": sku, "category": category, "abc": word}
    for sku, category, word in zip(SKUS, ["a", "b", "c", "c", "c", ""], "AABBCC", strict=True)
]


@laws
@given(given_steps=steps, first=st.integers(-12, 0))
def test_the_laws_hold_in_every_line(given_steps: list[Step], first: int) -> None:
    """M1, M2, M4 and M5, of the items and of what they add up to."""
    moves = possible(given_steps)
    if not moves:
        return
    items, groups, _ = run(book(moves, NAMED), from_date=TODAY + first)
    for line in [*items.to_dict("records"), *groups.to_dict("records")]:
        if line["turns"] and line["days"]:
            assert line["turns"] * line["days"] == pytest.approx(365)
        assert sum(line[age] for age in AGES) == pytest.approx(line["stock_value"])
        assert line["age_average"] is None or 0 <= line["age_average"] <= 12 + 1e-9
        assert line["sell_through"] is None or 0 <= line["sell_through"] <= 1 + 1e-9
        assert 0 <= line["dead_stock_value"] <= line["stock_value"] * (1 + 1e-9)
    for category, sku in (("a", "A"), ("b", "B"), ("no category", "F")):
        alone, group = items.loc[sku], groups.loc[("category", category)]
        for name in [*ADDED, "turns", "days", "gmroi", "sell_through", "weeks_cover", "age_average"]:
            assert group[name] == (None if alone[name] is None else pytest.approx(alone[name]))
    total = items[ADDED].astype(float).sum()
    np.testing.assert_allclose(groups.loc[("all", "all items"), ADDED].astype(float), total, atol=1e-9)
    for grouping in ("abc", "category"):
        mine = groups.loc[grouping]
        np.testing.assert_allclose(mine[ADDED].astype(float).sum(), total, atol=1e-9)
        for share in ("sales_share", "stock_share"):
            assert mine[share].isna().all() or mine[share].sum() == pytest.approx(1)


def test_gmroi_is_margin_over_cost_share_times_turns() -> None:
    """M1, for a window that is no year: 20 units of cost 1 are sold at 3, 80 are left for 73 days."""
    moves = [move(-72, "RECEIPT", 100, 1), move(-72, "SALE", -20, unit_price=3)]
    items, _, sentence = run(book(moves), from_date=TODAY - 72)
    line = items.loc["A"]
    assert line["turns"] == pytest.approx(20 / 80 * 5)
    assert line["gmroi"] == pytest.approx((2 / 3) / (1 - 2 / 3) * line["turns"])
    assert line["weeks_cover"] == pytest.approx(80 / (20 / 73 * 7))
    assert sentence == (
        "Turnover of 1 item from 2011-09-28 to 2011-12-09 by FIFO, in GBP: cost of sales 20.00 on an average "
        "stock of 80.00: 1.2 turns a year, 292 days; 0.00 not sold for 180 days."
    )


def test_a_window_in_the_past_knows_nothing_of_what_came_after() -> None:
    moves = [move(-30, "RECEIPT", 10, 2), move(-20, "SALE", -4, unit_price=3)]
    later = [move(-5, "SALE", -6, unit_price=3), move(-4, "RECEIPT", 50, 9)]
    options = {"from_date": "2011-11-04", "to_date": "2011-11-24"}  # 35 to 15 days ago
    found, _, _ = run(book(moves + later), **options)
    alone, _, _ = run(book(moves), **options)
    pd.testing.assert_frame_equal(found, alone)
    assert found.loc["A", ["quantity", "idle_days", "stock_value"]].tolist() == [6, 5, 12]
    assert found.loc["A", "average_inventory"] == pytest.approx((10 * 20 + 6 * 12) / 21)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"to_date": TODAY + 1}, "Turnover ends on 2011-12-10, after as_of, which is 2011-12-09."),
        ({"from_date": "2011-12-09", "to_date": "2011-12-01"}, "cannot end before it, on 2011-12-01."),
        ({"from_date": TODAY + 3}, "Turnover from 2011-12-12 cannot end before it, on 2011-12-09."),
    ],
)
def test_a_window_that_cannot_be_is_refused(options: dict[str, Any], told: str) -> None:
    workbook = book(EVERY_KIND)
    with pytest.raises(WorkbookError, match=told):
        run(workbook, **options)
    assert workbook.read_table("Turnover").empty


def test_an_item_whose_stock_has_no_value_keeps_its_units() -> None:
    moves = [move(-5, "RECEIPT", 4), move(-4, "SALE", -1)]
    items, groups, sentence = run(book(moves))
    assert items.loc["A", ["quantity", "units_sold", "last_sale", "sell_through"]].tolist() == [
        3, 1, TODAY - 4, 0.25,
    ]  # fmt: skip
    money = ["cost_of_sales", "average_inventory", "turns", "gmroi", "stock_value", "age_average", "age_0_30"]
    assert items.loc["A", [*money, "dead_stock_value"]].isna().all()
    assert groups.loc[("all", "all items"), ["items", "without_figures", "stock_share"]].tolist() == [
        0,
        1,
        None,
    ]
    assert sentence == (
        "Turnover of 0 items in the year to 2011-12-09 by FIFO, in GBP: cost of sales 0.00 on an average "
        "stock of 0.00; 0.00 not sold for 180 days; 1 item without figures: press Value stock to see why."
    )


def test_units_owed_have_no_age_and_are_not_dead() -> None:
    moves = [move(-300, "SALE", -5, unit_price=4)]
    items, _, _ = run(book(moves, [{"sku": "A", "unit_cost": 3}], negative_stock="allow"))
    line = items.loc[
        "A", ["quantity", "stock_value", "age_181_365", "age_average", "dead_stock_value", "turns"]
    ]
    assert line.tolist() == [-5, -15, -15, None, 0, None]


def test_landed_cost_of_units_already_sold_is_cost_of_sales_of_its_day() -> None:
    """Freight of 30 on 10 units, 4 of which were sold: 12 go to cost of sales, 18 into the stock of 6."""
    moves = [move(-20, "RECEIPT", 10, 2, reference="R1"), move(-10, "SALE", -4, unit_price=9)]
    workbook = make_book(
        Items=[{"sku": "A"}],
        Movements=moves,
        LandedCosts=[{"date": TODAY - 5, "reference": "R1", "amount": 30, "basis": "quantity"}],
    )
    items, _, _ = run(workbook, from_date=TODAY - 19)
    line = items.loc["A"]
    average = (20 * 9 + 12 * 5 + (12 + 18) * 6) / 20
    assert line["cost_of_sales"] == pytest.approx(8 + 12)
    assert line["average_inventory"] == pytest.approx(average)
    assert line["gmroi"] == pytest.approx((36 - 20) * 365 / 20 / average)
    assert line[["age_0_30", "age_average"]].tolist() == pytest.approx([30, 20])
    assert line[["units_sold", "quantity", "average_units"]].tolist() == pytest.approx(
        [4, 6, (10 * 9 + 6 * 11) / 20]
    )


def test_the_sentence_has_the_totals() -> None:
    """730 in stock all year less 365 sold for the last 73 of 365 days: 730 - 365 x 0.2 = 657 on average."""
    moves = [move(-364, "RECEIPT", 73, 10), move(-72, "SALE", -36.5, unit_price=15)]
    assert run(book(moves))[2] == (
        "Turnover of 1 item in the year to 2011-12-09 by FIFO, in GBP: cost of sales 365.00 on an average "
        "stock of 657.00: 0.6 turns a year, 657 days; 0.00 not sold for 180 days."
    )


def test_the_setting_chooses_the_cost_of_sales() -> None:
    """4 + 2 x 6 by FIFO, 3 x 6 by LIFO, 3 x 5 by WAC; ages are FIFO's whatever is chosen."""
    moves = [move(-9, "RECEIPT", 2, 4), move(-8, "RECEIPT", 2, 6), move(-7, "SALE", -3)]
    for method, cost in (("FIFO", 14), ("LIFO", 16), ("WAC", 15)):
        items, _, _ = run(book(moves, valuation_method=method))
        assert items.loc["A", ["cost_of_sales", "stock_value"]].tolist() == [cost, 6]


def test_it_writes_its_two_tables_with_progress_and_can_be_undone() -> None:
    alone = book(EVERY_KIND)
    run_macro(alone, "turnover")
    assert alone.read_table("Log")["tables"].tolist() == ["Turnover, TurnoverGroups"]
    shares = [share for _, share in alone.reports if share is not None]
    assert len(shares) > 1
    assert shares == sorted(shares)
    run_macro(alone, "undo")
    assert alone.read_table("Turnover").empty
    assert alone.read_table("TurnoverGroups").empty


def test_twice_is_once_and_a_dry_run_is_nothing() -> None:
    workbook = book(EVERY_KIND)
    told = preview(workbook, "turnover").sentence
    assert (
        told.startswith("Dry run: would change Turnover 1 added, TurnoverGroups 1 added")
        or "Turnover" in told
    )
    assert workbook.read_table("Turnover").empty
    assert workbook.read_table("Log").empty
    first = run(workbook)
    again = run(workbook)
    pd.testing.assert_frame_equal(first[0], again[0])
    assert workbook.read_table("Log")["tables"].tolist() == ["Turnover, TurnoverGroups", None]


def test_an_older_workbook_gets_the_columns_it_has() -> None:
    new, tables = book(EVERY_KIND), book(EVERY_KIND)
    older = MemoryWorkbook(
        {
            name: tables.read_table(name).drop(columns=TURNOVER_LATER & set(TABLES[name].names))
            if name == "Turnover"
            else tables.read_table(name)
            for name in tables.table_names()
            if name != "TurnoverGroups"
        }
    )
    outcome = run_macro(older, "turnover")
    assert outcome.sentence == run_macro(new, "turnover").sentence
    assert outcome.findings == (NO_GROUPS,)
    written = older.read_table("Turnover")
    pd.testing.assert_frame_equal(written, new.read_table("Turnover")[written.columns])
    assert not TURNOVER_LATER & set(written.columns)
    run_macro(older, "undo")
    assert older.read_table("Turnover").empty


def test_there_must_be_movements_and_a_day() -> None:
    with pytest.raises(WorkbookError, match="no movements to value"):
        run(book([]))
    with pytest.raises(WorkbookError, match="as_of is blank"):
        run(book(EVERY_KIND, as_of=None))


@pytest.mark.parametrize("bad", [0, -3, "soon"])
def test_a_bad_setting_is_named(bad: Any) -> None:
    with pytest.raises(BadRowsError, match="dead_days"):
        run(book(EVERY_KIND, dead_days=bad))


def test_a_plain_ledger_is_aged_as_the_worksheet_function_says() -> None:
    rng = np.random.default_rng(3)
    units = np.where(np.arange(60) % 2 == 0, rng.integers(5, 20, 60), -rng.integers(1, 6, 60)).astype(float)
    costs, days = rng.integers(1, 99, 60) / 10, np.sort(rng.integers(-300, 0, 60)).astype(float)
    moves = [
        move(d, "RECEIPT" if q > 0 else "SALE", q, c if q > 0 else None)
        for d, q, c in zip(days, units, costs, strict=True)
    ]
    items, _, _ = run(book(moves))
    ledger = (days + TODAY, units, costs)
    aged = xlinventory.stock_age(*ledger, TODAY, [30, 90, 180, 365])
    assert items.loc["A", list(AGES)].tolist() == pytest.approx([row[2] for row in aged])
    balances = [xlinventory.stock_value(*ledger, "FIFO", day) for day in ledger[0]]
    held = xlinventory.average_inventory([TODAY - 400, *ledger[0]], [0.0, *balances], TODAY - 364, TODAY)
    assert items.loc["A", "average_inventory"] == pytest.approx(held)
