# ruff: noqa: E501 - codes are listed side by side
"""Item numbers that a spreadsheet changed; what it makes of them is from Excel's own behaviour on opening a CSV."""

from dataclasses import replace

import pandas as pd
import pytest

from xlinventory.imports.catalogue import LAYOUTS
from xlinventory.imports.codes import DATED, ERROR, ROUNDED, TOTAL, changed_codes, with_whole_codes
from xlinventory.imports.issues import joined
from xlinventory.imports.reading import ReadFile
from xlinventory.sheets import TABLES


def problem(sku: str, *items: str) -> str:
    return next((fault.problem for fault in changed_codes([sku], items).values()), "")


@pytest.mark.parametrize("sku", ["1.23E+11", "1,23457E+11", "1E+12", "9.78014E+12", "5e+15"])
def test_rounded_numbers(sku: str) -> None:
    assert problem(sku) == ROUNDED.problem


@pytest.mark.parametrize(
    "sku",
    [
        "Mar-01",
        "1-Mar",
        "01-Mar",
        "12. Okt",
        "Mrz 01",
        "mars-01",
        "01.03.2024",
        "3/1/2024",
        "2024-03-01",
        "01-03-2024",
        "31-Dec",
    ],
)
def test_numbers_made_days(sku: str) -> None:
    assert problem(sku) == DATED.problem


@pytest.mark.parametrize(
    "sku",
    ["1E5", "12E4", "1E-05", "85123A", "MAR-01", "MAY-2", "12-34-56", "1/2", "3-1", "A01-03-2024", "May", "Mar-1", "99.99.2024",
     "2024-13-01", "TOTALLY", "00123", "123", "", "١٢٣"],
)  # fmt: skip
def test_codes_that_are_someones_own_are_left_alone(sku: str) -> None:
    assert problem(sku) == ""


@pytest.mark.parametrize("sku", ["1.23E+11", "Mar-01", "123", "Total"])
def test_what_stands_in_items_is_an_item(sku: str) -> None:
    assert problem(sku, sku, "00123") == ""


@pytest.mark.parametrize("sku", ["#N/A", "#NAME?", "#REF!", "########"])
def test_errors_and_columns_too_narrow(sku: str) -> None:
    assert problem(sku) == ERROR.problem


def test_a_word_for_a_total_is_no_item() -> None:
    assert problem("Grand total:") == TOTAL.problem


def test_a_number_without_its_zeros_names_the_item_it_was() -> None:
    fault = changed_codes(["123", "124", "0123"], ["00123", "A"])
    assert {sku: each.problem for sku, each in fault.items()} == {
        "123": "an item number without its zeros in front", "0123": "an item number without its zeros in front"
    }  # fmt: skip
    assert "it would split 00123 in two" in fault["123"].action
    assert problem("00123", "123") == "", "zeros do not appear by themselves"


@pytest.mark.parametrize("sku", ["85123.0", "85,123", "85.123", "85 123", "85123,00", "85,123.00"])
def test_a_number_written_as_an_amount_names_the_item_it_was(sku: str) -> None:
    fault = changed_codes([sku], ["85123"])[sku]
    assert fault.problem == "an item number written as an amount"
    assert "it would split 85123 in two" in fault.action
    assert problem(sku, "8512") == ""
    assert problem(sku, "85123", sku) == ""


def test_a_number_shorter_than_all_others_is_told_where_they_have_one_length() -> None:
    items = [f"{number:05d}" for number in range(10, 20)]
    assert problem("789", *items) == "an item number shorter than the 5 digits that all others have"
    assert problem("00789", *items) == ""
    assert problem("789", *items[1:]) == "", "nine are too few to tell"
    assert problem("789", *items, "1234") == ""
    assert problem("789", *(f"{number:05d}" for number in range(10_000, 10_020))) == "", (
        "none begins with a zero"
    )


def sold(name: str, *skus: str) -> ReadFile:
    lines = pd.DataFrame({"sku": skus}, index=range(2, 2 + len(skus)))
    rows = [(name, "Sales", "Sales", "Code", "sku", "")]
    import_map = pd.DataFrame(rows, columns=TABLES["ImportMap"].names)
    return ReadFile(name, LAYOUTS["Sales"], lines, len(skus), import_map, joined([]), joined([]))


def test_lines_are_refused_and_the_file_is_told_once() -> None:
    file, other = with_whole_codes([sold("a.csv", "123", "A", "123", "1E+11"), sold("b.csv", "B")], {"00123"})
    assert file.lines["sku"].tolist() == ["A"]
    assert file.issues[["line", "column", "value"]].fillna(0).to_numpy().tolist() == [
        [0, "Code", ""], [2, "Code", "123"], [4, "Code", "123"], [5, "Code", "1E+11"],
    ]  # fmt: skip
    assert (
        file.issues["problem"].iloc[0]
        == "2 item numbers that a spreadsheet seems to have changed: 123, 1E+11"
    )
    assert other.issues.empty


def test_the_zeros_of_one_file_speak_for_another() -> None:
    whole, changed = with_whole_codes([sold("a.csv", "00123"), sold("b.csv", "123", "7")], set())
    assert whole.lines["sku"].tolist() == ["00123"]
    assert changed.lines["sku"].tolist() == ["7"]


def test_where_a_source_has_capitals_only_a_day_is_one_too() -> None:
    shop = replace(sold("a.csv", "1-MAR", "MAY-12A"), layout=LAYOUTS["Online Retail"])
    assert with_whole_codes([shop], set())[0].lines["sku"].tolist() == ["MAY-12A"]
    assert len(with_whole_codes([shop], {"1-Mar"})[0].lines) == 2
