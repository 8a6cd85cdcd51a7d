"""Lead times from orders and receipts, on a table small enough to work out by hand."""

import numpy as np
import pandas as pd
import pytest

from xlinventory.macros import lead_times

TODAY = 40886.0  # 9 December 2011
NAN = np.nan


@pytest.fixture
def orders() -> pd.DataFrame:
    """Days of the orders count back from today; PO3 is half open, PO4 open, PO5 cancelled."""
    lines = pd.DataFrame(
        [
            ("PO1", "A1", "Acme", 60, 50, 100.0, 0.0, "received"),
            ("PO2", "A1", "Acme", 40, 30, 50.0, 0.0, "received"),
            ("PO3", "B1", "Acme", 12, 2, 60.0, 40.0, "overdue"),
            ("PO4", "A1", "Bolt", 5, -9, NAN, 50.0, "open"),
            ("PO5", "A1", "Bolt", 90, 80, NAN, 70.0, "cancelled"),
        ],
        columns=[
            "po",
            "sku",
            "supplier",
            "order_date",
            "promised_date",
            "received",
            "open_quantity",
            "status",
        ],
    ).assign(receipt_date=NAN)
    return lines.assign(order_date=TODAY - lines["order_date"], promised_date=TODAY - lines["promised_date"])


@pytest.fixture
def movements() -> pd.DataFrame:
    rows = pd.DataFrame(
        [
            ("RECEIPT", "PO1", "A1", 50, 100.0),  # after 10 days
            ("RECEIPT", "PO2", "A1", 26, 50.0),  # after 14 days
            ("RECEIPT", "PO3", "B1", 4, 60.0),  # after 8 days, and 40 are still open after 12
            ("RECEIPT", "PO3", "B1", 4, -5.0),  # a correction is no delivery
            ("RECEIPT", "PO1", "A1", 70, 10.0),  # dated before its order: not a lead time
            ("RECEIPT", "PO9", "A1", 3, 10.0),  # of an order that is not known
            ("SALE", "PO1", "A1", 3, -10.0),
        ],
        columns=["kind", "reference", "sku", "date", "quantity"],
    )
    return rows.assign(date=TODAY - rows["date"])


def test_each_receipt_and_each_open_line_is_a_delivery(orders: pd.DataFrame, movements: pd.DataFrame) -> None:
    rows = lead_times.deliveries(orders, movements, TODAY).rows
    assert rows[["supplier", "sku", "quantity"]].values.tolist() == [
        ["Acme", "A1", 100.0], ["Acme", "A1", 50.0], ["Acme", "B1", 60.0], ["Acme", "B1", 40.0],
        ["Bolt", "A1", 50.0],
    ]  # fmt: skip
    assert rows["date"].isna().tolist() == [False, False, False, True, True]


def test_a_suppliers_open_lines_count_as_longer_than_they_wait(
    orders: pd.DataFrame, movements: pd.DataFrame
) -> None:
    found = lead_times.supplier_lead_times(lead_times.deliveries(orders, movements, TODAY))
    # Acme's three lines count once each: one took 10 days, one 14, of one 60 % took 8 days and 40 % are open
    # for 12, so these go to the line that took 14. The 90th percentile of 2.7 lines is within that line, too.
    mean = (8 * 0.6 + 10 + 14 * 1.4) / 3
    share = np.array([0.6, 1, 1.4]) / 3
    sd = np.sqrt(np.sum(share * (np.array([8, 10, 14]) - mean) ** 2) / (1 - np.sum(share**2)))
    assert found.loc["Acme", ["mean", "sd", "p90", "count"]].tolist() == pytest.approx([mean, sd, 14, 3])
    # Bolt has delivered nothing yet.
    assert found.loc["Bolt", ["count", "lines"]].tolist() == [0, 0]
    assert found.loc["Bolt", ["mean", "sd", "p90"]].isna().all()


def test_a_large_order_tells_no_more_of_a_supplier_than_a_small_one(
    orders: pd.DataFrame, movements: pd.DataFrame
) -> None:
    huge = movements.assign(quantity=movements["quantity"].where(movements["reference"] != "PO1", 1e6))
    first = lead_times.supplier_lead_times(lead_times.deliveries(orders, movements, TODAY))
    second = lead_times.supplier_lead_times(lead_times.deliveries(orders, huge, TODAY))
    pd.testing.assert_frame_equal(first, second)


def test_a_receipt_dated_before_its_order_is_told(orders: pd.DataFrame, movements: pd.DataFrame) -> None:
    found = lead_times.deliveries(orders, movements, TODAY)
    assert found.told == " 1 receipt is dated before the order and left out of lead times."
    assert not lead_times.deliveries(orders, movements[:3], TODAY).told


def test_a_single_receipt_has_a_mean_but_no_sd(orders: pd.DataFrame, movements: pd.DataFrame) -> None:
    found = lead_times.supplier_lead_times(lead_times.deliveries(orders[:1], movements, TODAY))
    assert found.loc["Acme", "mean"] == 10
    assert np.isnan(found.loc["Acme", "sd"])


def test_an_item_and_its_supplier_are_weighed_by_what_items_differ_by(
    orders: pd.DataFrame, movements: pd.DataFrame
) -> None:
    found = lead_times.deliveries(orders, movements, TODAY)
    items = pd.DataFrame(
        {"sku": ["A1", "B1", "C1", "D1", "E1"], "preferred_supplier": ["Acme", "Acme", "Acme", "Bolt", ""]}
    )
    suppliers = pd.DataFrame({"supplier": ["Acme", "Bolt"], "promised_lead_days": [9.0, 21.0]})
    result = lead_times.item_lead_times(items, suppliers, found, default=30)
    # A1: two lines of mean 12 and variance 8. B1: 60 % took 8 days, 40 % wait for 12, longer than any took,
    # so 9.6 from 1 / (0.6² + 0.4²) lines. By the formulas of Bühlmann & Straub, with 200 lines of ratio 1/10:
    theirs, few = (8 * 0.6 + 10 + 14 * 1.4) / 3, 1 / 0.52
    centre = (2 * 12 + few * 9.6) / (2 + few)
    excess = (2 * (12 - centre) ** 2 + few * (9.6 - centre) ** 2) / 8 - 1
    ratio = (excess + 20) / (2 + few - (4 + few**2) / (2 + few) + 200)
    a, b = (lines * ratio / (1 + lines * ratio) for lines in (2, few))
    assert result["lead_time"].tolist() == pytest.approx(
        [12 * a + theirs * (1 - a), 9.6 * b + theirs * (1 - b), theirs, 21, 30]
    )
    assert result["lead_time_receipts"].tolist() == [2, 1, 0, 0, 0]
    sd = lead_times.supplier_lead_times(found).loc["Acme", "sd"]
    own_sd = np.std([10, 14], ddof=1)
    assert result["lead_time_sd"].tolist() == pytest.approx([own_sd * 2 / 12 + sd * 10 / 12, sd, sd, 0, 0])


def test_a_simulation_draws_from_the_latest_receipts_of_the_supplier(
    orders: pd.DataFrame, movements: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lead_times, "SAMPLE", 2)
    drawn = lead_times.samples(
        lead_times.deliveries(orders, movements, TODAY), pd.Series(["Acme", "Bolt", ""])
    )
    np.testing.assert_array_equal(drawn, [[14, 8], [NAN, NAN], [NAN, NAN]])


def test_an_order_that_only_says_it_was_received_counts_like_one_that_is_booked(
    orders: pd.DataFrame, movements: pd.DataFrame
) -> None:
    # Such as orders from before the stock was opened: PO2 came after 14 days, and is not in Movements.
    typed = orders.assign(receipt_date=orders["po"].map({"PO2": TODAY - 26}))
    first = lead_times.deliveries(typed, movements, TODAY)
    second = lead_times.deliveries(typed, movements[movements["reference"] != "PO2"], TODAY)
    pd.testing.assert_frame_equal(
        lead_times.supplier_lead_times(first), lead_times.supplier_lead_times(second)
    )
    assert first.rows["date"].notna().sum() == 3
