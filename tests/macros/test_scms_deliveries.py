"""Real deliveries with their oddities, through Refresh from CSV and Supplier scores.

data/scms_deliveries.csv is an extract of 267 of the 10,324 lines of the delivery history of USAID's Supply
Chain Management System, 2006 to 2015, public domain: lines as they came. Of its 68 vendors that were ordered
from it has three.
"""

from pathlib import Path

import pandas as pd
import pytest

from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.frame import run_macro

from .conftest import make_book

FILE = Path(__file__).parent / "data" / "scms_deliveries.csv"
COUNTS = {
    ("PO Sent to Vendor Date", "delivered from a distribution centre's own stock, not ordered"): 30,
    ("PO Sent to Vendor Date", "the day of the order was not captured"): 12,
    ("Delivered to Client Date", "delivered before it was ordered"): 5,
}
"""Lines set aside: as many as have that word in the file, and five whose days are in the wrong order."""


@pytest.fixture(scope="module")
def workbook() -> MemoryWorkbook:
    book = make_book({"as_of": 42300.0})  # 23 October 2015, after the last delivery
    sentence = run_macro(book, "refresh", folder=str(FILE.parent)).sentence
    assert sentence == (
        "Read 267 lines from 1 file: 220 taken, 0 already there, 47 refused (see ImportIssues)."
    )
    run_macro(book, "suppliers")
    return book


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    return pd.read_csv(FILE, dtype=str, keep_default_na=False)


def test_no_line_is_lost(workbook: MemoryWorkbook) -> None:
    issues = workbook.read_table("ImportIssues")
    aside = issues[issues["action"].str.startswith("Not taken")]
    assert aside.groupby(["column", "problem"]).size().to_dict() == COUNTS
    assert len(workbook.read_table("PurchaseOrders")) + len(aside) == 267


def test_every_odd_cell_is_told_with_its_line_and_value(
    workbook: MemoryWorkbook, lines: pd.DataFrame
) -> None:
    issues = workbook.read_table("ImportIssues")
    for line, column, value in issues[["line", "column", "value"]].itertuples(index=False):
        assert lines[column].iloc[int(line) - 2] == value  # the first line below the header is line 2
    taken = set(workbook.read_table("PurchaseOrders")["po"])
    kept = lines[lines["ID"].isin(taken)]
    weights = issues.loc[issues["column"] == "Weight (Kilograms)", "line"]
    assert len(weights) == kept["Weight (Kilograms)"].str.contains("[A-Z]").sum() > 0
    quoted = issues[issues["problem"] == "a word where a date should be"]
    assert len(quoted) == kept["PQ First Sent to Client Date"].str.contains("[A-Z]").sum() > 0


def test_days_that_a_program_swapped_are_read_back(workbook: MemoryWorkbook, lines: pd.DataFrame) -> None:
    orders = workbook.read_table("PurchaseOrders").set_index("po")
    swapped = lines[lines["PO Sent to Vendor Date"].str.match(r"\d{4}-") & lines["ID"].isin(orders.index)]
    shown = swapped.iloc[0]
    year, month, day = (int(part) for part in shown["PO Sent to Vendor Date"].split("-"))
    meant = pd.Timestamp(2000 + day, year - 2000, month)
    assert orders.loc[shown["ID"], "order_date"] == (meant - pd.Timestamp(1899, 12, 30)).days
    told = workbook.read_table("ImportIssues").query("column == 'PO Sent to Vendor Date'")
    assert told["problem"].str.startswith("month/day/year, once saved").sum() == len(swapped) > 0


def test_the_figures_are_those_of_plain_pandas(workbook: MemoryWorkbook, lines: pd.DataFrame) -> None:
    orders = workbook.read_table("PurchaseOrders")
    came, promised = (
        pd.to_datetime(lines.set_index("ID")[name], format="%d-%b-%y").loc[orders["po"]]
        for name in ("Delivered to Client Date", "Scheduled Delivery Date")
    )
    ordered = pd.Timestamp(1899, 12, 30) + pd.to_timedelta(orders["order_date"].astype(float), unit="D")
    frame = pd.DataFrame({"supplier": orders["supplier"].to_numpy()})
    frame["days"] = (came.to_numpy() - ordered.to_numpy()) / pd.Timedelta(days=1)
    frame["late"] = (came.to_numpy() - promised.to_numpy()) / pd.Timedelta(days=1)
    scores = workbook.read_table("SupplierScores").set_index("supplier")
    assert sorted(scores.index) == ["Aurobindo Pharma Limited", "CIPLA LIMITED", "Orgenics, Ltd"]
    for name, mine in frame.groupby("supplier"):
        figures = ["lead_time", "lead_time_sd", "lead_time_p90", "on_time", "days_late"]
        expected = [
            mine["days"].mean(), mine["days"].std(), mine["days"].quantile(0.9), (mine["late"] <= 0).mean(),
            mine["late"].clip(lower=0).mean(),
        ]  # fmt: skip
        assert scores.loc[name, figures].tolist() == pytest.approx(expected)


def test_the_same_file_again_changes_nothing(workbook: MemoryWorkbook) -> None:
    before = workbook.read_table("PurchaseOrders")
    sentence = run_macro(workbook, "refresh", folder=str(FILE.parent)).sentence
    assert "0 taken, 220 already there, 47 refused" in sentence
    pd.testing.assert_frame_equal(workbook.read_table("PurchaseOrders"), before)
