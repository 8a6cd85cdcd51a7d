"""Where stock stands, on a few rows added up by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.macros.stock import with_open_quantities, with_stock

AS_OF = 100.0


def orders(*rows: tuple[object, ...]) -> pd.DataFrame:
    columns = ["po", "sku", "promised_date", "quantity", "received", "rejected", "status", "open_quantity"]
    return pd.DataFrame([(f"P{i}", *row, np.nan) for i, row in enumerate(rows)], columns=columns)


@pytest.mark.parametrize(
    ("promised", "quantity", "received", "rejected", "status", "still_open", "state"),
    [
        (120.0, 10.0, np.nan, np.nan, "", 10.0, "open"),
        (120.0, 10.0, 4.0, 1.0, "open", 5.0, "partial"),
        (100.0, 10.0, 4.0, 1.0, "open", 5.0, "partial"),
        (120.0, 10.0, np.nan, 1.0, "open", 9.0, "partial"),
        (99.0, 10.0, 4.0, 1.0, "open", 5.0, "overdue"),
        (99.0, 10.0, 9.0, 1.0, "overdue", 0.0, "received"),
        (99.0, 10.0, 14.0, 0.0, "", 0.0, "received"),
        (np.nan, 10.0, 0.0, 0.0, "", 10.0, "open"),
        (99.0, 10.0, 4.0, np.nan, "cancelled", 0.0, "cancelled"),
        (99.0, 0.3, 0.1, 0.2, "", 0.0, "received"),
    ],
)
def test_an_order_line_has_its_open_units_and_state(
    promised, quantity, received, rejected, status, still_open, state
) -> None:
    found = with_open_quantities(orders(("A", promised, quantity, received, rejected, status)), AS_OF)
    assert found[["open_quantity", "status"]].to_numpy().tolist() == [[still_open, state]]


def test_without_a_day_nothing_is_overdue() -> None:
    found = with_open_quantities(orders(("A", 1.0, 10.0, np.nan, np.nan, "overdue")), np.nan)
    assert found["status"].tolist() == ["open"]


def test_stock_is_what_came_less_what_went_and_orders_count_once() -> None:
    items = pd.DataFrame(
        {"sku": ["A", "B", "C"], "on_hand": 9.0, "on_order": 9.0, "committed": [np.nan, 2.0, 0.0]}
    )
    moved = [
        ("A", 10.0, "RECEIPT"),
        ("A", -3.0, "SALE"),
        ("A", -4.0, "TRANSFER"),
        ("B", -1.0, "SALE"),
        ("X", 5.0, "OPENING"),
    ]
    movements = pd.DataFrame(moved, columns=["sku", "quantity", "kind"])
    lines = orders(
        ("A", 120.0, 10.0, 4.0, np.nan, "open"),
        ("A", 120.0, 5.0, np.nan, np.nan, ""),
        ("B", 1.0, 5.0, 0.0, 0.0, "cancelled"),
    )
    found = with_stock(items, movements, with_open_quantities(lines, AS_OF))
    assert found[["on_hand", "on_order", "committed"]].to_numpy().tolist() == [
        [7, 11, 0],
        [-1, 0, 2],
        [0, 0, 0],
    ]


def test_the_frames_that_come_in_stay_as_they_are() -> None:
    lines = orders(("A", 99.0, 10.0, 4.0, 1.0, "open"))
    before = lines.copy()
    with_open_quantities(lines, AS_OF)
    pd.testing.assert_frame_equal(lines, before)


UNITS = st.one_of(st.just(np.nan), st.floats(0, 1e6))


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(UNITS, st.floats(0, 1e6), UNITS, UNITS, st.sampled_from(["", "open", "cancelled"])),
        min_size=1,
    )
)
def test_open_units_are_never_negative_and_never_more_than_ordered(rows) -> None:
    found = with_open_quantities(orders(*(("A", *row) for row in rows)), AS_OF)
    assert (found["open_quantity"] >= 0).all()
    assert (found["open_quantity"] <= found["quantity"] + 1e-6).all()
    again = with_open_quantities(found, AS_OF)
    pd.testing.assert_frame_equal(again, found)
