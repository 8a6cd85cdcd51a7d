"""The file host calculates what some tables depend on, and leaves all else for later."""

from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from xlinventory.hosts.file import FileWorkbook
from xlinventory.hosts.file.references import Translator

UNREAD = -1.0  # what a formula shows until it is calculated


@pytest.fixture
def book(tmp_path: Path) -> FileWorkbook:
    """Prices[net] depends on a name in Rates, that on a loose array; a total depends on Prices."""
    path = tmp_path / "prices.xlsx"
    with xlsxwriter.Workbook(path) as made:
        prices, rates, others, loose = (made.add_worksheet(n) for n in ("Prices", "Rates", "Others", "Loose"))
        prices.add_table(
            "A1:B3",
            {
                "name": "Prices",
                "columns": [
                    {"header": "gross"},
                    {"header": "net", "formula": "=Prices[[#This Row],[gross]]*net_share"},
                ],
            },
        )
        prices.write_column("A2", [100.0, 200.0])
        rates.add_table(
            "A1:B2",
            {
                "name": "Rates",
                "columns": [
                    {"header": "share"},
                    {"header": "rate", "formula": "=1-Rates[[#This Row],[share]]"},
                ],
            },
        )
        rates.write_formula("A2", "=Loose!B2/10", None, UNREAD)
        others.add_table(
            "A1:B2",
            {
                "name": "Others",
                "columns": [{"header": "x"}, {"header": "y", "formula": "=Others[[#This Row],[x]]+1"}],
            },
        )
        others.write_formula("B2", "=Others[[#This Row],[x]]+1", None, UNREAD)
        loose.write_formula("A1", "=SUM(Prices[net])", None, UNREAD)
        loose.write_dynamic_array_formula("B1:B2", "=TRANSPOSE(Loose!D1:E1)", None, UNREAD)
        loose.write_row("D1", [1.0, 5.0])
        made.define_name("net_share", "=Rates!$B$2")
    return FileWorkbook.open(path)


def shown(book: FileWorkbook) -> dict[str, object]:
    return {f"{sheet}!{'_AB'[column]}{row}": value for sheet, row, column, _, value in book.formula_values()}


def test_only_what_the_table_depends_on_is_calculated(book: FileWorkbook) -> None:
    """5 of a spilled 1 and 5 over 10 is a share of 0.5: 100 and 200 are 50 and 100 net."""
    book.calculate("Prices")
    assert book.read_table("Prices")["net"].tolist() == [50.0, 100.0]
    now = shown(book)
    assert (now["Rates!A2"], now["Rates!B2"]) == (0.5, 0.5)
    assert (now["Others!B2"], now["Loose!A1"]) == (UNREAD, UNREAD)


def test_the_rest_follows_with_the_next_whole_calculation(book: FileWorkbook) -> None:
    book.calculate("Prices")
    book.calculate()
    now = shown(book)
    assert (now["Others!B2"], now["Loose!A1"]) == (1.0, 150.0)


def test_several_tables_and_what_was_written_in_between(book: FileWorkbook) -> None:
    book.calculate("Prices", "Others")
    book.write_table("Prices", pd.DataFrame({"gross": [10.0]}, dtype=object))
    book.calculate("Prices")
    assert book.read_table("Prices")["net"].tolist() == [5.0]
    assert shown(book)["Others!B2"] == 1.0


def test_a_formula_that_may_read_any_cell_needs_them_all(tmp_path: Path) -> None:
    path = tmp_path / "indirect.xlsx"
    with xlsxwriter.Workbook(path) as made:
        first, second = made.add_worksheet("First"), made.add_worksheet("Second")
        first.add_table(
            "A1:A2", {"name": "T", "columns": [{"header": "a", "formula": '=INDIRECT("Second!A1")'}]}
        )
        second.write_formula("A1", "=40+2", None, UNREAD)
    found = FileWorkbook.open(path)
    found.calculate("T")
    assert shown(found) == {"First!A2": 42.0, "Second!A1": 42.0}


@pytest.mark.parametrize(
    ("formula", "columns"),
    [
        ("Data!$B$2+1", {("Data", 2, 2)}),
        ("SUM(Data!C:A)", {("Data", 1, 3)}),
        ("SUM(B2:D9)", {("Own", 2, 4)}),
        ("SUM(Data!B2:INDEX(Data!C2:C9,3))", {("Data", 1, 16_384)}),
        ("OFFSET(Data!B2,0,5)", {("Data", 1, 16_384)}),
        ("nobody_knows", {("Own", 1, 16_384)}),
        ("SUM($B$2:INDEX(Data!C2:C9,3))", {("Own", 1, 16_384), ("Data", 1, 16_384)}),
    ],
)
def test_columns_that_a_formula_may_read(formula: str, columns: set[tuple[str, int, int]]) -> None:
    assert {tuple(reach) for reach in Translator({}, {}).translate(formula, "Own", 1, 1).reaches} == columns
