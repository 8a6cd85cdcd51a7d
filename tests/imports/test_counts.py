"""Stock that was counted: the difference to what is booked by the end of its day."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.imports import counts
from xlinventory.imports.catalogue import LAYOUTS
from xlinventory.imports.reading import ReadFile
from xlinventory.sheets.movements import MOVEMENTS

Moves = Sequence[tuple[float, str, float]]


def moved(*rows: tuple[float, str, float], kind: str = "SALE") -> pd.DataFrame:
    """Movements of (day, sku, units)."""
    out = pd.DataFrame(list(rows), columns=["date", "sku", "quantity"]).astype({"sku": object})
    blank = dict.fromkeys(("reference", "source", "order_line"), "")
    out = out.assign(kind=kind, unit_cost=np.nan, unit_price=np.nan, **blank)[MOVEMENTS.names]
    return out.astype({"date": float, "quantity": float})


def count(
    *rows: tuple[float, str, float], name: str = "count.csv", place: str = ""
) -> dict[str, pd.DataFrame]:
    """Lines of a count of (day, sku, units), as its file tells them."""
    lines = pd.DataFrame(rows, columns=["date", "sku", "quantity"]).assign(location=place)
    none = pd.DataFrame()
    file = ReadFile(name, LAYOUTS["Amazon inventory summary"], lines, len(lines), none, none, none)
    return {name: counts.lines_of(file, 0.0)}


def found(counted: dict[str, pd.DataFrame], booked: pd.DataFrame) -> list[tuple[Any, ...]]:
    rows = counts.differences(counted, booked)
    assert set(rows["reference"]) <= {"count"}
    return list(rows[["date", "sku", "kind", "quantity"]].itertuples(index=False, name=None))


def test_the_difference_to_what_is_booked_is_booked() -> None:
    booked = moved((1.0, "A", 8.0), (2.0, "A", -1.0), (9.0, "A", 5.0), (1.0, "B", 4.0))
    assert found(count((3.5, "A", 10.0), (3.5, "B", 4.0)), booked) == [(3.0, "A", "ADJUSTMENT", 3.0)]


def test_the_first_movement_of_an_item_is_its_opening_stock() -> None:
    assert found(count((3.0, "A", 10.0), (4.0, "A", 7.0), (3.0, "B", 0.0), (3.0, "C", -2.0)), moved()) == [
        (3.0, "A", "OPENING", 10.0),
        (3.0, "C", "ADJUSTMENT", -2.0),
        (4.0, "A", "ADJUSTMENT", -3.0),
    ]


def test_what_was_sold_before_it_was_ever_counted_was_opening_stock() -> None:
    """By hand: 3 and 2 sold on days 5 and 7, 10 counted on day 9, so that 15 were there before day 5."""
    sold = moved((5.0, "A", -3.0), (7.0, "A", -2.0))
    counted = count((9.0, "A", 10.0), (12.0, "A", 8.0))
    assert found(counted, sold) == [(4.0, "A", "OPENING", 15.0), (12.0, "A", "ADJUSTMENT", -2.0)]
    changes = counts.differences(counted, sold)
    assert found(counted, pd.concat([sold, changes])) == []
    assert counts.told("count.csv", changes)["problem"].tolist() == [
        "1 count other than booked: A -2",
        "1 counted item sold before without opening stock: A +15",
    ]


def test_items_with_opening_stock_are_adjusted_even_if_more_was_sold() -> None:
    booked = pd.concat([moved((1.0, "A", 2.0), kind="OPENING"), moved((5.0, "A", -3.0))])
    assert found(count((9.0, "A", 10.0)), booked) == [(9.0, "A", "ADJUSTMENT", 11.0)]


def test_transfers_leave_the_stock_as_it_is() -> None:
    booked = pd.concat([moved((1.0, "A", 8.0)), moved((1.0, "A", -3.0), kind="TRANSFER")])
    assert found(count((2.0, "A", 8.0)), booked) == []


def test_lines_and_locations_of_a_day_are_added_up() -> None:
    both = count((2.0, "A", 1.0), (2.0, "A", 2.0), place="North") | count(
        (2.0, "A", 4.0), name="b", place="South"
    )
    assert found(both, moved()) == [(2.0, "A", "OPENING", 7.0)]


def test_a_location_counted_twice_on_a_day_counts_as_in_the_later_file() -> None:
    both = count((2.0, "A", 1.0), (2.0, "B", 1.0)) | count((2.0, "A", 4.0), name="b")
    assert found(both, moved()) == [(2.0, "A", "OPENING", 4.0), (2.0, "B", "OPENING", 1.0)]


def test_counted_again_nothing_changes_and_a_sale_that_comes_late_is_made_up_for() -> None:
    counted = count((3.0, "A", 10.0))
    booked = pd.concat([moved((1.0, "A", 8.0)), counts.differences(counted, moved((1.0, "A", 8.0)))])
    assert found(counted, booked) == []
    assert found(counted, pd.concat([booked, moved((2.0, "A", -1.0))])) == [(3.0, "A", "ADJUSTMENT", 1.0)]
    assert found(counted, pd.concat([booked, moved((4.0, "A", -1.0))])) == []


def test_lines_are_taken_when_the_stock_changes_or_the_item_is_new() -> None:
    (name, lines), *_ = count((3.0, "A", 8.0), (3.0, "B", 5.0), (3.0, "C", 0.0)).items()
    booked = moved((1.0, "A", 8.0), (1.0, "B", 4.0))
    changes = counts.differences({name: lines}, booked)
    assert counts.taken(lines, changes, booked["sku"]).tolist() == [False, True, True]
    assert counts.told(name, changes)["problem"].tolist() == ["1 count other than booked: B +1"]


DAYS, SKUS, UNITS = st.integers(1, 6).map(float), st.sampled_from("AB"), st.integers(-5, 9).map(float)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(DAYS, SKUS, UNITS), max_size=8),
    st.lists(st.tuples(DAYS, SKUS, UNITS), min_size=1, max_size=5),
)
def test_after_a_count_the_books_hold_what_was_counted(before: Moves, counted: Moves) -> None:
    """Summed one by one: at the end of each day of a count, an item's movements are its counted units."""
    changes = counts.differences(count(*counted), moved(*before))
    after = [*before, *changes[["date", "sku", "quantity"]].itertuples(index=False, name=None)]
    for day, sku, _ in counted:
        units = sum(units for when, item, units in counted if (when, item) == (day, sku))
        assert sum(change for when, item, change in after if item == sku and when <= day) == units
