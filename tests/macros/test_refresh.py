# ruff: noqa: E501 - files are written as they come
"""Refresh from CSV on small files written by hand: what is taken, what is refused and where it is told."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from xlinventory.arguments import serial
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.imports.reading import read_file
from xlinventory.macros import refresh as refresh_module
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES
from xlinventory.sheets.settings import SETTINGS
from xlinventory.tables import day_text
from xlinventory.workbook import WorkbookError

RETAIL = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
SALES = "date,sku,quantity,unit_price,reference\n"
ORDERS = "po,supplier,sku,order_date,promised_date,quantity,unit_price\n"
RECEIPTS = "po,sku,receipt_date,received,rejected,unit_price\n"
TALLY = re.compile(
    r"Read ([\d,]+) lines? from \d+ files?: ([\d,]+) taken, ([\d,]+) already there, ([\d,]+) refused"
)


def empty_book() -> MemoryWorkbook:
    tables = {name: pd.DataFrame(columns=table.names, dtype=object) for name, table in TABLES.items()}
    tables["Settings"] = pd.DataFrame(
        [{"setting": s.name, "value": s.value, "unit": s.unit, "help": s.help} for s in SETTINGS],
        dtype=object,
    )
    return MemoryWorkbook(tables)


@pytest.fixture
def book() -> MemoryWorkbook:
    return empty_book()


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., None]:
    """Write files, name=text, into the folder that is refreshed; a double underscore is the dot."""

    def write(**files: str | bytes) -> None:
        for name, text in files.items():
            path = tmp_path / (name.replace("__", ".") if "__" in name else f"{name}.csv")
            path.write_bytes(text if isinstance(text, bytes) else text.encode())

    return write


@pytest.fixture
def refresh(book: MemoryWorkbook, tmp_path: Path) -> Callable[[], str]:
    return lambda: run_macro(book, "refresh", folder=str(tmp_path)).sentence


def tally(sentence: str) -> tuple[int, int, int, int]:
    """Lines read, taken, already there, refused."""
    read, taken, there, refused = (int(n.replace(",", "")) for n in TALLY.search(sentence).groups())
    assert min(taken, there, refused) >= 0
    assert read == taken + there + refused
    return read, taken, there, refused


def told(book: MemoryWorkbook) -> list[tuple[object, ...]]:
    """Issues about lines: line, column, value, problem."""
    rows = book.read_table("ImportIssues")
    rows = rows[rows["line"].notna()]
    return [tuple(row) for row in rows[["line", "column", "value", "problem"]].to_numpy()]


def notices(book: MemoryWorkbook) -> list[str]:
    rows = book.read_table("ImportIssues")
    return rows.loc[rows["line"].isna(), "problem"].tolist()


def moves(book: MemoryWorkbook) -> list[tuple[object, ...]]:
    rows = book.read_table("Movements")
    days = rows["date"].map(day_text)
    return list(zip(days, rows["sku"], rows["kind"], rows["quantity"], strict=True))


def column(book: MemoryWorkbook, table: str, name: str, key: str = "sku") -> dict[str, object]:
    rows = book.read_table(table)
    return dict(zip(rows[key], rows[name], strict=True))


def contents(book: MemoryWorkbook) -> dict[str, pd.DataFrame]:
    return {name: book.read_table(name) for name in TABLES if name not in ("Log", "_undo")}


def same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> bool:
    return all(one[name].equals(other[name]) for name in one)


class TestOnlineRetail:
    LINES = (
        "536365,85123A,HEART HOLDER,6,2010-12-01 08:26:00,2.55,17850,United Kingdom\n"  # line 2, a sale
        "C536379,85123a,HEART HOLDER,-1,2010-12-02 09:41:00,2.55,17850,United Kingdom\n"  # 3, came back
        "536370,POST,POSTAGE,3,2010-12-01 08:45:00,18,12583,France\n"  # 4, no product
        "536414,22139,,56,2010-12-01 11:52:00,0,,United Kingdom\n"  # 5, no price and no description
        "536589,21777,,-10,2010-12-01 16:50:00,0,,United Kingdom\n"  # 6, a correction
        "536366,00123,,2,2010-12-03 08:28:00,1.85,,United Kingdom\n"  # 7, no description, sold all the same
        "536367,22745,BALL,0,2010-12-01 08:34:00,2.1,,United Kingdom\n"  # 8, no units
        "A563186,B,Adjust bad debt,1,2011-08-12 14:51:00,-11062.06,,United Kingdom\n"  # 9, no product
        "536368,22960,JAM,4,soon,4.25,13047,United Kingdom\n"  # 10, no date
        "536369,gift_0001_20,Dotcomgiftshop Gift Voucher,1,2010-12-05 10:00:00,16.67,,United Kingdom\n"  # 11
        "C536383,35004C,SET,2,2010-12-01 09:49:00,4.65,15311,United Kingdom\n"  # 12, sign and number disagree
        "536371,22086,PAPER,80,2010-12-01 09:00:00,-2.55,13748,United Kingdom\n"  # 13, a price below zero
    )

    def test_lines_go_where_they_belong(self, book, put, refresh) -> None:
        put(shop=RETAIL + self.LINES)
        assert tally(refresh()) == (12, 3, 0, 9)
        assert moves(book) == [
            ("2010-12-01", "85123A", "SALE", -6.0),
            ("2010-12-02", "85123A", "CUSTOMER_RETURN", 1.0),
            ("2010-12-03", "00123", "SALE", -2.0),
        ]
        assert column(book, "Items", "name") == {"85123A": "HEART HOLDER", "00123": None}
        assert column(book, "Items", "on_hand") == {"85123A": -5.0, "00123": -2.0}
        assert column(book, "Items", "sell_price") == {"85123A": 2.55, "00123": 1.85}

    def test_refused_lines_are_told_with_line_column_value_and_reason(self, book, put, refresh) -> None:
        put(shop=RETAIL + self.LINES)
        refresh()
        assert [row[:3] for row in told(book)] == [
            (4.0, "StockCode", "POST"), (5.0, "UnitPrice", "0"), (6.0, "Quantity", "-10"), (8.0, "Quantity", "0"),
            (9.0, "StockCode", "B"), (10.0, "InvoiceDate", "soon"), (11.0, "StockCode", "gift_0001_20"),
            (12.0, "Quantity", "2"), (13.0, "UnitPrice", "-2.55"),
        ]  # fmt: skip
        issues = book.read_table("ImportIssues")
        assert set(issues["file"]) == {"shop.csv"}
        assert issues["action"].str.len().min() > 10

    def test_the_layout_and_every_column_are_in_the_import_map(self, book, put, refresh) -> None:
        put(shop=RETAIL + self.LINES)
        refresh()
        rows = book.read_table("ImportMap")
        assert set(rows["layout"]) == {"Online Retail"}
        assert dict(zip(rows["source_column"], rows["target_column"], strict=True)) == {
            "InvoiceNo": "reference", "StockCode": "sku", "Description": "name", "Quantity": "quantity",
            "InvoiceDate": "date", "UnitPrice": "unit_price", "CustomerID": None, "Country": None,
        }  # fmt: skip


class TestAgain:
    def test_running_twice_changes_no_table(self, book, put, refresh) -> None:
        put(
            shop=RETAIL + TestOnlineRetail.LINES, orders=ORDERS + "P1,Acme,00123,2010-11-01,2010-11-20,10,1\n"
        )
        put(
            receipts=RECEIPTS
            + "P1,00123,2010-11-15,4,1,1\nP9,00123,2010-11-16,1,0,1\nP1,00123,2010-11-17,0,2,\n"
        )
        refresh()
        before = contents(book)
        assert tally(refresh())[1] == 0
        assert same(before, contents(book))
        assert len(book.read_table("Log")) == 2
        assert set(book.read_table("_undo")["run"]) == {1.0}, (
            "the second run changed nothing and keeps no image"
        )

    def test_a_file_that_grew_adds_its_new_lines_only(self, book, put, refresh) -> None:
        put(sales=SALES + "2024-01-01,A,2,1,R1\n")
        refresh()
        put(sales=SALES + "2024-01-01,A,2,1,R1\n2024-01-02,A,3,1,R2\n")
        assert tally(refresh()) == (2, 1, 1, 0)
        assert column(book, "Items", "on_hand") == {"A": -5.0}

    def test_lines_that_stand_twice_in_a_file_count_twice(self, book, put, refresh) -> None:
        put(sales=SALES + "2024-01-01,A,2,1,R1\n" * 2)
        assert tally(refresh()) == (2, 2, 0, 0)
        put(sales=SALES + "2024-01-01,A,2,1,R1\n" * 3)
        assert tally(refresh()) == (3, 1, 2, 0)
        assert column(book, "Items", "on_hand") == {"A": -6.0}

    def test_a_renamed_file_adds_nothing_and_is_told(self, book, put, refresh, tmp_path) -> None:
        put(sales=SALES + "2024-01-01,A,2,1,R1\n")
        refresh()
        (tmp_path / "sales.csv").rename(tmp_path / "sales_2024.csv")
        assert tally(refresh()) == (1, 0, 1, 0)
        assert any("1 line is in Movements already, from another file" in text for text in notices(book))

    def test_lines_of_two_overlapping_files_count_once_and_are_told(self, book, put, refresh) -> None:
        put(sales_1=SALES + "2024-01-01,A,2,1,R1\n2024-01-02,A,3,1,R2\n")
        put(sales_2=SALES + "2024-01-02,A,3,1,R2\n2024-01-03,A,4,1,R3\n")
        assert tally(refresh()) == (4, 3, 1, 0)
        assert column(book, "Items", "on_hand") == {"A": -9.0}
        assert sum("1 line is in Movements already" in text for text in notices(book)) == 1

    def test_a_line_corrected_in_the_file_is_added_and_the_old_one_told(self, book, put, refresh) -> None:
        put(sales=SALES + "2024-01-01,A,2,1,R1\n2024-01-03,A,1,1,R2\n")
        refresh()
        assert not any("no longer in it" in text for text in notices(book))
        put(sales=SALES + "2024-01-01,A,20,1,R1\n2024-01-03,A,1,1,R2\n")
        assert tally(refresh()) == (2, 1, 1, 0)
        text = "1 line taken from this file before is no longer in it, such as 2024-01-01 A -2"
        assert text in notices(book)

    def test_days_that_left_a_rolling_export_are_not_missed(self, book, put, refresh) -> None:
        put(sales=SALES + "2024-01-01,A,2,1,R1\n2024-01-02,A,3,1,R2\n")
        refresh()
        put(sales=SALES + "2024-01-02,A,3,1,R2\n2024-01-03,A,4,1,R3\n")
        assert tally(refresh()) == (2, 1, 1, 0)
        assert not any("no longer in it" in text for text in notices(book))

    def test_undo_and_again_is_as_the_first_time(self, book, put, refresh) -> None:
        put(sales=SALES + "2024-01-01,A,2,1,R1\n")
        first = refresh()
        run_macro(book, "undo")
        assert book.read_table("Movements").empty
        assert book.read_table("Items").empty
        assert refresh() == first


class TestText:
    @pytest.mark.parametrize(
        "sku", ["00123", "1E5", "85123A", "=1+1", "+49", "-7", "@SUM(A1)", "1.0", "TRUE", "12-34-56"]
    )
    def test_codes_stay_the_text_they_are(self, book, put, refresh, sku: str) -> None:
        put(sales=SALES + f"2024-01-01,{sku},2,1,007\n")
        refresh()
        refresh()
        assert book.read_table("Items")["sku"].tolist() == [sku]
        assert book.read_table("Movements")[["sku", "reference"]].to_numpy().tolist() == [[sku, "007"]]

    def test_text_that_looks_like_a_formula_is_not_touched(self, book, put, refresh) -> None:
        name = '=HYPERLINK("http://x.example","click")'
        put(items='sku,name,unit_cost\n1,"=HYPERLINK(""http://x.example"",""click"")",=1+1\n2,\t=cmd,3\n')
        assert tally(refresh()) == (2, 1, 0, 1)
        assert told(book) == [(2.0, "unit_cost", "=1+1", "must be a money")]
        put(items='sku,name,unit_cost\n1,"=HYPERLINK(""http://x.example"",""click"")",2\n2,\t=cmd,3\n')
        refresh()
        assert column(book, "Items", "name") == {"2": "=cmd", "1": name}

    @pytest.mark.parametrize("sku", ["123", "1.23E+11", "1-Mar"])
    def test_codes_that_a_spreadsheet_changed_are_refused_unless_items_has_them(
        self, book, put, refresh, sku: str
    ) -> None:
        put(
            items="sku,name\n00123,Bag\n",
            sales=f"date,sku,qty,price\n2024-01-01,{sku},2,1\n2024-01-01,A,2,1\n",
        )
        assert tally(refresh()) == (3, 2, 0, 1)
        assert [row[:3] for row in told(book)] == [(2.0, "sku", sku)]
        assert book.read_table("Items")["sku"].tolist() == ["00123", "A"]
        items = book.read_table("Items")
        book.write_table("Items", pd.concat([items, items.iloc[:1].assign(sku=sku)], ignore_index=True))
        assert tally(refresh()) == (3, 1, 2, 0)

    def test_text_longer_than_a_cell_is_refused(self, book, put, refresh) -> None:
        put(items=f"sku,name,unit_cost\n1,{'x' * 32_768},2\n2,{'y' * 32_767},2\n")
        assert tally(refresh()) == (2, 1, 0, 1)
        assert told(book)[0][3] == "must be at most 32,767 characters"
        assert len(told(book)[0][2]) <= 200

    def test_numbers_that_are_none_are_refused(self, book, put, refresh) -> None:
        put(
            sales=SALES
            + "".join(f"2024-01-01,A,{q},1,R\n" for q in ("nan", "inf", "9" * 400, "#N/A", "1/2", ""))
        )
        assert tally(refresh()) == (6, 0, 0, 6)
        assert book.read_table("Items").empty


class TestNotation:
    def test_a_german_file(self, book, put, refresh) -> None:
        text = "Datum;Artikel;Menge;Preis;Beleg\n1.2.2024;A;1.200;3,50 €;R1\n13.2.2024;B;2,5;1.234,00 €;R2\n"
        put(verkauf=text.encode("cp1252"))
        assert "1 file not understood" in refresh()
        rows = book.read_table("ImportMap")
        targets = ["date", "sku", "quantity", "unit_price", "reference"]
        book.write_table("ImportMap", rows.assign(table="Sales", target_column=targets))
        assert tally(refresh()) == (2, 2, 0, 0)
        assert moves(book) == [("2024-02-01", "A", "SALE", -1200.0), ("2024-02-13", "B", "SALE", -2.5)]
        assert column(book, "Items", "sell_price") == {"A": 3.5, "B": 1234.0}

    def test_what_can_be_read_in_two_ways_is_asked_for_and_read_once_it_is_answered(
        self, book, put, refresh
    ) -> None:
        put(sales="date;sku;quantity\n01/02/2024;A;1.500\n")
        assert "1 file not understood" in refresh()
        assert moves(book) == []
        assert [text.split(",")[0] for text in notices(book)] == [
            "01/02/2024 could be day/month/year or month/day/year",
            "1.500 could be decimal point or decimal comma",
        ]
        rows = book.read_table("ImportMap")
        book.write_table("ImportMap", rows.assign(format=["month/day/year", None, "decimal comma"]))
        assert tally(refresh()) == (1, 1, 0, 0)
        assert moves(book) == [("2024-01-02", "A", "SALE", -1500.0)]
        before = contents(book)
        refresh()
        assert same(before, contents(book))

    def test_a_file_that_does_not_tell_goes_by_one_of_the_same_columns_that_does(
        self, book, put, refresh
    ) -> None:
        header = "date,sku,quantity,unit_price\n"
        put(january=header + "03/02/2024,A,2,1.50\n", older=header + "01/13/2024,A,2,1.50\n")
        assert tally(refresh()) == (2, 2, 0, 0)
        assert [move[0] for move in moves(book)] == ["2024-01-13", "2024-03-02"]
        assert set(column(book, "ImportMap", "format", "source_column").values()) == {
            "month/day/year", "decimal point", None
        }  # fmt: skip
        put(february=header + "04/02/2024,A,2,1.50\n")
        refresh()
        assert [move[0] for move in moves(book)] == ["2024-01-13", "2024-03-02", "2024-04-02"]

    def test_days_to_come_are_told(self, book, put, refresh) -> None:
        put(sales=SALES + "2024-01-01,A,2,1,R1\n2199-01-01,A,2,1,R2\n")
        assert tally(refresh()) == (2, 2, 0, 0)
        assert any("1 line is dated after today, the last 2199-01-01" in text for text in notices(book))

    def test_as_of_never_passes_today(self, book, put, refresh) -> None:
        put(sales=SALES + "2024-01-01,A,2,1,R1\n2199-01-01,A,2,1,R2\n")
        refresh()
        assert column(book, "Settings", "value", "setting")["as_of"] == serial("2024-01-01")

    def test_dates_of_online_retail_are_month_first_however_few_there_are(self, book, put, refresh) -> None:
        """The source writes 12/1/2010 8:26 for 1 December; a file that grows is not read another way."""
        lines = RETAIL + "536365,85123A,HEART,6,12/1/2010 8:26,2.55,17850,United Kingdom\n"
        put(sales=lines)
        refresh()
        assert book.read_table("Movements")["date"].tolist() == [serial("2010-12-01")]
        put(sales=lines + "536366,85123A,HEART,6,12/15/2010 8:26,2.55,17850,United Kingdom\n")
        assert tally(refresh()) == (2, 1, 1, 0)
        assert len(book.read_table("Movements")) == 2

    def test_codes_in_any_case_are_the_item_that_is_there(self, book, put, refresh) -> None:
        put(items="sku,name\nab-1,Lamp\n", sales=RETAIL + "1,AB-1,LAMP,6,12/1/2010 8:26,2.55,1,UK\n")
        refresh()
        assert book.read_table("Movements")["sku"].tolist() == ["ab-1"]
        assert book.read_table("Items")["sku"].tolist() == ["ab-1"]

    def test_as_of_follows_the_last_movement_and_never_goes_back(self, book, put, refresh) -> None:
        put(sales=SALES + "2024-01-05,A,2,1,R1\n")
        refresh()
        assert column(book, "Settings", "value", "setting")["as_of"] == serial("2024-01-05")
        put(sales=SALES + "2024-01-02,A,2,1,R0\n")
        refresh()
        assert column(book, "Settings", "value", "setting")["as_of"] == serial("2024-01-05")

    def test_misshapen_rows_are_refused_with_their_line(self, book, put, refresh) -> None:
        put(sales=SALES + '2024-01-01,A,2,1,R1,x,y\n2024-01-01,B\n2024-01-02,"C,2,1,R3\n2024-01-02,"D,1,R4\n')
        assert tally(refresh()) == (3, 0, 0, 3)
        assert [(row[0], row[1]) for row in told(book)] == [(2.0, "date"), (3.0, "quantity"), (4.0, "date")]
        assert "header has no name" in told(book)[0][3]
        assert "quotation mark" in told(book)[2][3]


class TestFiles:
    def test_without_a_folder_or_files_one_sentence_says_so(self, book, tmp_path) -> None:
        for folder, words in (
            ("", "No folder"),
            (tmp_path / "no", "There is no folder"),
            (tmp_path, "no CSV files"),
        ):
            with pytest.raises(WorkbookError, match=words):
                run_macro(book, "refresh", folder=str(folder))
        assert all(book.read_table(name).empty for name in TABLES if name != "Settings")

    def test_a_folder_of_notes_has_no_csv_files(self, book, put, refresh) -> None:
        put(notes__txt="Remember the milk.\n")
        with pytest.raises(WorkbookError, match="no CSV files"):
            refresh()

    def test_a_text_file_with_a_known_header_is_no_note(self, book, put, refresh) -> None:
        header = "date,sku,quantity,unit_price\n"
        put(waits__txt=header + "02/03/2024,A,2,1\n", cut__txt=header + "2024-01-05,A,2,1\n2024-01-06,B")
        put(notes__txt='He said "remember\n')
        assert "2 files not understood" in refresh()
        assert {"waits.txt", "cut.txt"} == set(book.read_table("ImportIssues")["file"])

    def test_what_is_no_file_is_told(self, book, put, refresh, tmp_path) -> None:
        (tmp_path / "sales.csv").mkdir()
        assert "1 file not understood" in refresh()
        assert notices(book) == ["it is a folder, not a file"]

    def test_a_folder_that_cannot_be_opened_is_told(self, book) -> None:
        with pytest.raises(WorkbookError, match="cannot be a folder here"):
            run_macro(book, "refresh", folder="x" * 5000)

    def test_the_folder_is_remembered(self, book, put, refresh) -> None:
        put(sales=SALES + "2024-01-01,A,2,1,R1\n")
        refresh()
        assert tally(run_macro(book, "refresh").sentence) == (1, 0, 1, 0)

    def test_what_is_not_understood_is_told_and_the_rest_taken(self, book, put, refresh) -> None:
        put(sales=SALES + "2024-01-01,A,2,1,R1\n", strange="foo,bar\n1,2\n", empty="", workbook=b"PK\x03\x04")
        put(notes__txt="Remember the milk.\n", __hidden__csv="x", sales__xlsx=b"PK")
        sentence = refresh()
        assert tally(sentence) == (1, 1, 0, 0)
        assert "3 files not understood" in sentence
        assert {"the columns of this file are not known", "the file is empty"} < set(notices(book))

    def test_a_header_alone_is_no_problem(self, book, put, refresh) -> None:
        put(sales=SALES, items="sku,name,unit_cost\n", orders=ORDERS, receipts=RECEIPTS)
        assert tally(refresh()) == (0, 0, 0, 0)
        assert told(book) == []

    def test_a_failure_leaves_the_workbook_as_it_was(self, book, put, refresh, monkeypatch) -> None:
        put(sales=SALES + "2024-01-01,A,2,1,R1\n")
        before = contents(book)

        def fail(*_: object) -> str:
            raise WorkbookError("No.")

        monkeypatch.setattr(refresh_module.Tally, "sentence", fail)
        with pytest.raises(WorkbookError, match="No"):
            refresh()
        assert same(before, contents(book))
        assert book.read_table("Log").empty

    def test_more_rows_than_a_sheet_holds_are_refused(self, book, put, refresh, monkeypatch) -> None:
        monkeypatch.setattr(refresh_module, "LAST_ROW", 2)
        put(sales=SALES + "".join(f"2024-01-0{day},A,2,1,R\n" for day in (1, 2, 3)))
        with pytest.raises(
            WorkbookError, match="Movements would have 3 rows, a sheet holds 2; nothing was changed"
        ):
            refresh()
        assert book.read_table("Movements").empty


class TestOlderWorkbooks:
    ITEMS = "sku,name,selling cost,unit weight\nA,Lamp,0.5,2\nB,Wick,,\n"
    LATER = ("cost_to_sell", "weight")

    @pytest.fixture
    def told_of(self, tmp_path: Path) -> Callable[[MemoryWorkbook], list[str]]:
        return lambda book: list(run_macro(book, "refresh", folder=str(tmp_path)).findings)

    @pytest.fixture
    def older(self, book: MemoryWorkbook) -> MemoryWorkbook:
        tables = {name: book.read_table(name) for name in TABLES}
        return MemoryWorkbook(tables | {"Items": tables["Items"].drop(columns=list(self.LATER))})

    def test_cost_to_sell_and_weight_come_from_the_file_of_items(self, book, put, refresh) -> None:
        put(items=self.ITEMS)
        refresh()
        items = book.read_table("Items").set_index("sku")[list(self.LATER)]
        assert items.loc["A"].tolist() == [0.5, 2]
        assert items.loc["B"].isna().all()

    def test_a_workbook_without_them_tells_once_what_it_does_not_keep(self, older, put, told_of) -> None:
        put(items=self.ITEMS)
        told = told_of(older)
        items = older.read_table("Items")
        assert items["sku"].tolist() == ["A", "B"]
        assert not set(self.LATER) & set(items.columns)
        assert [line.split(",")[0] for line in told if "newer than this workbook" in line] == [
            f"Items has no column {column}" for column in self.LATER
        ]

    def test_nothing_is_said_where_nothing_is_lost(self, older, put, told_of) -> None:
        put(items="sku,name\nA,Lamp\n")
        assert not [line for line in told_of(older) if "newer than this workbook" in line]
        assert older.read_table("Items")["sku"].tolist() == ["A"]


class TestImportMap:
    def test_a_target_changed_by_the_user_is_used(self, book, put, refresh) -> None:
        put(sales="date,sku,quantity,ordered\n2024-01-01,A,2,5\n")
        refresh()
        run_macro(book, "undo")
        assert tally(refresh()) == (1, 1, 0, 0)
        rows = book.read_table("ImportMap").set_index("source_column")
        rows.loc["quantity", "target_column"], rows.loc["ordered", "target_column"] = None, "quantity"
        book.write_table("ImportMap", rows.reset_index())
        book.write_table("Movements", book.read_table("Movements").iloc[:0])
        refresh()
        assert [move[3] for move in moves(book)] == [-5.0]

    def test_a_target_that_does_not_exist_and_one_fed_twice_are_told(self, book, put, refresh) -> None:
        put(sales="date,sku,quantity,extra,more\n2024-01-01,A,2,5,6\n")
        refresh()
        rows = book.read_table("ImportMap").set_index("source_column")
        rows.loc["extra", "target_column"], rows.loc["more", "target_column"] = "quantity", "colour"
        book.write_table("ImportMap", rows.reset_index())
        assert tally(refresh()) == (1, 0, 1, 0)
        assert {"two columns feed quantity", "Sales has no column colour"} <= set(notices(book))

    def test_a_column_that_is_missing_is_named(self, book, put, refresh) -> None:
        put(sales="date,sku,quantity\n2024-01-01,A,2\n")
        refresh()
        rows = book.read_table("ImportMap").set_index("source_column")
        rows.loc["quantity", "target_column"] = None
        book.write_table("ImportMap", rows.reset_index())
        assert "1 file not understood" in refresh()
        assert any("no column feeds quantity" in text for text in notices(book))

    def test_an_unknown_file_is_read_once_its_columns_are_mapped(self, book, put, refresh) -> None:
        put(export="when,what,how many\n2024-01-01,A,2\n")
        assert "not understood" in refresh()
        rows = book.read_table("ImportMap")
        assert rows["source_column"].tolist() == ["when", "what", "how many"]
        book.write_table("ImportMap", rows.assign(table="Sales", target_column=["date", "sku", "quantity"]))
        assert tally(refresh()) == (1, 1, 0, 0)
        before = contents(book)
        refresh()
        assert same(before, contents(book))

    def test_naming_the_table_only_leaves_its_layout_to_the_targets(self, book, put, refresh) -> None:
        put(export="when,what,how many,why\n2024-01-01,A,2,scrap\n2024-01-02,A,5,goods in\n")
        refresh()
        rows = book.read_table("ImportMap")
        targets = ["date", "sku", "quantity", "kind"]
        book.write_table("ImportMap", rows.assign(table="Movements", target_column=targets))
        assert tally(refresh()) == (2, 2, 0, 0)
        assert [move[2:] for move in moves(book)] == [("WRITE_OFF", -2.0), ("RECEIPT", 5.0)]

    def test_targets_that_fit_no_layout_are_told(self, book, put, refresh) -> None:
        put(export="when,what\n2024-01-01,A\n")
        refresh()
        rows = book.read_table("ImportMap")
        book.write_table("ImportMap", rows.assign(target_column=["date", None]))
        assert "1 file not understood" in refresh()
        assert notices(book) == ["the columns of this file are not known"]

    def test_another_layout_may_be_chosen(self, book, put, refresh) -> None:
        put(sales="date,sku,quantity\n2024-01-01,A,2\n")
        refresh()
        run_macro(book, "undo")
        refresh()
        rows = book.read_table("ImportMap")
        book.write_table("ImportMap", rows.assign(table="opening stock"))
        book.write_table("Movements", book.read_table("Movements").iloc[:0])
        refresh()
        assert moves(book) == [("2024-01-01", "A", "OPENING", 2.0)]


class TestKeyed:
    def test_items_are_updated_by_their_key_and_blanks_change_nothing(self, book, put, refresh) -> None:
        put(items="SKU,Item Name,Unit Cost,MOQ,Active\n1,Bag,2.5,10,yes\n2,Box,,,no\n")
        assert tally(refresh()) == (2, 2, 0, 0)
        put(items="SKU,Item Name,Unit Cost,MOQ,Active\n1,Big bag,,,\n3,Cup,1,,\n")
        assert tally(refresh()) == (2, 2, 0, 0)
        rows = book.read_table("Items")[["sku", "name", "unit_cost", "moq", "active"]]
        assert rows.to_numpy().tolist() == [
            ["1", "Big bag", 2.5, 10.0, "yes"], ["2", "Box", None, None, "no"], ["3", "Cup", 1.0, None, "yes"],
        ]  # fmt: skip

    def test_a_key_that_stands_twice_counts_by_its_last_line_and_is_told(self, book, put, refresh) -> None:
        put(items="sku,name,unit_cost\n1,Bag,2\n1,Bag,3\n2,Box,1\n2,Box,1\n")
        assert tally(refresh()) == (4, 2, 1, 1)
        assert column(book, "Items", "unit_cost") == {"1": 3.0, "2": 1.0}
        assert told(book) == [(2.0, "sku", "1", "a later line of the file has the same sku")]

    def test_rules_of_the_columns_hold(self, book, put, refresh) -> None:
        put(items="sku,unit_cost,service_level,active\n1,-2,,\n2,1,95,\n3,1,95%,\n4,1,,perhaps\n,1,,\n")
        assert tally(refresh()) == (5, 1, 0, 4)
        assert [row[:2] for row in told(book)] == [
            (2.0, "unit_cost"), (3.0, "service_level"), (5.0, "active"), (6.0, "sku")
        ]  # fmt: skip
        assert column(book, "Items", "service_level") == {"3": 0.95}

    def test_suppliers_and_price_lists(self, book, put, refresh) -> None:
        put(vendors="Vendor,E-mail,Lead Time,Currency\nAcme,a@b.example,14,GBP\n")
        put(price_list="Item No,Vendor,From Qty,Net Price\n1,Acme,,3.50\n1,Acme,50,3.20\n1,Acme,50,3.10\n")
        assert tally(refresh()) == (4, 3, 0, 1)
        assert column(book, "Suppliers", "promised_lead_days", "supplier") == {"Acme": 14.0}
        rows = book.read_table("SupplierPrices")[["sku", "break_qty", "unit_price"]]
        assert rows.to_numpy().tolist() == [["1", 0.0, 3.5], ["1", 50.0, 3.1]]
        before = contents(book)
        refresh()
        assert same(before, contents(book))

    def test_opening_stock_and_movements_of_every_kind(self, book, put, refresh) -> None:
        put(opening_stock="date,sku,quantity,unit_cost\n2024-01-01,A,10,2\n")
        put(movements="date,sku,type,qty,unit cost\n2024-01-02,A,goods in,5,2\n2024-01-03,A,sale,4,\n"
            "2024-01-04,A,sale,-1,\n2024-01-05,A,scrap,1,\n2024-01-06,A,count,-2,\n2024-01-07,A,magic,1,\n")  # fmt: skip
        assert tally(refresh()) == (7, 6, 0, 1)
        assert [move[2:] for move in moves(book)] == [
            ("OPENING", 10.0), ("RECEIPT", 5.0), ("SALE", -4.0), ("SALE", -1.0), ("WRITE_OFF", -1.0), ("ADJUSTMENT", -2.0)
        ]  # fmt: skip
        assert column(book, "Items", "on_hand") == {"A": 7.0}

    def test_items_that_go_below_zero_are_told_once_a_file(self, book, put, refresh) -> None:
        """A has 10 and sells 12 in all; B has no recorded supply, so its stock is not kept here."""
        put(opening_stock="date,sku,quantity,unit_cost\n2024-01-01,A,10,2\n")
        put(sales=SALES + "2024-01-05,A,7,9,I1\n2024-01-06,A,5,9,I2\n2024-01-06,B,1,9,I3\n")
        refresh()
        assert "1 item with less than no stock, first A on 2024-01-06 by 2: A" in notices(book)
        settings_ = book.read_table("Settings")
        settings_.loc[settings_["setting"].eq("negative_stock"), "value"] = "allow"
        book.write_table("Settings", settings_)
        refresh()
        assert not any("less than no stock" in text for text in notices(book))

    def test_a_second_opening_stock_is_told(self, book, put, refresh) -> None:
        """A weekly export of the stock would otherwise add up without a word."""
        put(stock_1="date,sku,on hand,unit_cost\n2024-01-01,A,10,2\n2024-01-01,B,5,2\n2024-01-01,B,4,3\n")
        refresh()
        assert not any("opening stock of more than one day" in text for text in notices(book))
        put(stock_2="date,sku,on hand,unit_cost\n2024-01-08,A,8,2\n")
        refresh()
        assert "1 item with opening stock of more than one day: A" in notices(book)
        assert column(book, "Items", "on_hand") == {"A": 18.0, "B": 9.0}


class TestReceipts:
    ITEMS = "sku,name,unit_cost\nA,Bag,2\nB,Box,3\n"
    ORDER = ORDERS + "P1,Acme,A,2024-01-01,2024-01-20,100,2.5\nP2,Acme,B,2024-01-02,2024-01-20,10,3\n"

    def order(self, book: MemoryWorkbook, po: str = "P1") -> tuple[object, ...]:
        rows = book.read_table("PurchaseOrders").set_index("po")
        return tuple(rows.loc[po, ["received", "rejected", "open_quantity", "status"]])

    def test_partial_and_refused_units_leave_the_rest_open(self, book, put, refresh) -> None:
        put(items=self.ITEMS, purchase_orders=self.ORDER, sales=SALES + "2024-01-10,A,1,4,R\n")
        put(receipts=RECEIPTS + "P1,A,2024-01-15,40,5,\nP1,A,2024-01-18,20,0,2.6\n")
        tally(refresh())
        assert self.order(book) == (60.0, 5.0, 35.0, "partial")
        assert self.order(book, "P2") == (None, None, 10.0, "open")
        assert column(book, "Items", "on_hand") == {"A": 59.0, "B": 0.0}
        assert column(book, "Items", "on_order") == {"A": 35.0, "B": 10.0}
        costs = book.read_table("Movements").query("kind == 'RECEIPT'")["unit_cost"].tolist()
        assert costs == [2.5, 2.6], "a receipt without a price has the order's"

    def test_a_receipt_that_comes_again_with_more_counts_once(self, book, put, refresh) -> None:
        put(items=self.ITEMS, purchase_orders=self.ORDER, receipts=RECEIPTS + "P1,A,2024-01-15,40,5,\n")
        refresh()
        put(receipts=RECEIPTS + "P1,A,2024-01-15,40,5,\nP1,A,2024-01-18,0,3,\nP1,A,2024-01-19,52,0,\n")
        put(receipts_copy=RECEIPTS + "P1,A,2024-01-15,40,5,\nP1,A,2024-01-18,0,3,\n")
        assert tally(refresh()) == (9, 2, 7, 0)
        assert self.order(book) == (92.0, 8.0, 0.0, "received")
        assert tally(refresh()) == (9, 0, 9, 0)
        assert self.order(book) == (92.0, 8.0, 0.0, "received")

    def test_units_typed_and_not_booked_yet_are_kept(self, book, put, refresh) -> None:
        put(items=self.ITEMS, purchase_orders=self.ORDER, receipts=RECEIPTS + "P1,A,2024-01-15,4,0,\n")
        refresh()
        rows = book.read_table("PurchaseOrders")
        rows.loc[rows["po"] == "P1", "received"] = 9.0
        book.write_table("PurchaseOrders", rows)
        refresh()
        assert self.order(book)[0] == 9.0, "Receive has still to book five of them"
        put(receipts=RECEIPTS + "P1,A,2024-01-15,4,0,\nP1,A,2024-01-16,3,0,\n")
        refresh()
        assert self.order(book)[0] == 9.0, "three of the five came by file"
        put(receipts=RECEIPTS + "P1,A,2024-01-15,4,0,\nP1,A,2024-01-16,30,0,\n")
        refresh()
        assert self.order(book)[0] == 37.0, "4 + 3 + 30: more than was typed"

    def test_refused_units_that_were_typed_are_not_counted_again_with_their_file(
        self, book, put, refresh
    ) -> None:
        put(items=self.ITEMS, purchase_orders=self.ORDER)
        refresh()
        rows = book.read_table("PurchaseOrders")
        rows.loc[rows["po"] == "P1", ["received", "rejected"]] = [7.0, 1.0]
        book.write_table("PurchaseOrders", rows)
        put(receipts=RECEIPTS + "P1,A,2024-01-15,7,1,\n")
        refresh()
        assert self.order(book) == (7.0, 1.0, 92.0, "partial")

    def test_a_file_that_tells_only_what_was_accepted_will_do(self, book, put, refresh) -> None:
        put(
            items=self.ITEMS,
            purchase_orders=self.ORDER,
            goods_in="PO Number,Item,Received on,Qty received\nP1,A,15.1.2024,40\n",
        )
        refresh()
        assert self.order(book) == (40.0, 0.0, 60.0, "partial")
        assert column(book, "Movements", "unit_cost") == {"A": 2.5}

    def test_too_much_is_received_and_nothing_is_open(self, book, put, refresh) -> None:
        put(items=self.ITEMS, purchase_orders=self.ORDER, receipts=RECEIPTS + "P1,A,2024-01-15,140,0,\n")
        refresh()
        assert self.order(book) == (140.0, 0.0, 0.0, "received")
        assert column(book, "Items", "on_order")["A"] == 0.0
        assert column(book, "Items", "on_hand")["A"] == 140.0

    def test_receipts_without_an_order_go_into_stock_if_the_item_is_known(self, book, put, refresh) -> None:
        lines = (
            "X1,A,2024-01-15,4,0,2\nX2,unknown,2024-01-15,4,0,2\nX3,A,2024-01-15,0,4,\nP1,A,2024-01-16,0,0,\n"
        )
        put(items=self.ITEMS, purchase_orders=self.ORDER, receipts=RECEIPTS + lines)
        assert tally(refresh()) == (8, 5, 0, 3)
        assert [row[:3] for row in told(book)] == [
            (3.0, "po", "X2"),
            (4.0, "po", "X3"),
            (5.0, "received", "0"),
        ]
        assert any("order lines that are not in PurchaseOrders: X1" in text for text in notices(book))
        assert column(book, "Items", "on_hand") == {"A": 4.0, "B": 0.0}
        put(more_orders=ORDERS + "X1,Acme,A,2024-01-01,2024-01-20,10,2\n")
        refresh()
        assert self.order(book, "X1") == (4.0, 0.0, 6.0, "partial")

    def test_a_cancelled_order_stays_cancelled(self, book, put, refresh) -> None:
        put(items=self.ITEMS, purchase_orders=self.ORDER)
        refresh()
        rows = book.read_table("PurchaseOrders").set_index("po")
        rows.loc["P1", "status"] = "cancelled"
        book.write_table("PurchaseOrders", rows.reset_index())
        refresh()
        assert self.order(book)[2:] == (0.0, "cancelled")
        assert column(book, "Items", "on_order")["A"] == 0.0

    @settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        lines=st.lists(st.tuples(st.sampled_from(["P1", "P2", "X"]), st.integers(1, 28), st.integers(0, 60), st.integers(0, 9))),
        cut=st.integers(0, 8),
    )  # fmt: skip
    def test_open_units_are_never_negative_and_pieces_add_up_to_the_whole(
        self, lines, cut: int, tmp_path
    ) -> None:
        """In two steps or in one, with the first step's lines again in the second: the same stock."""
        lines = sorted(lines, key=lambda line: line[1])
        text = [
            f"{po},{'B' if po == 'P2' else 'A'},2024-01-{day:02d},{got},{bad},\n"
            for po, day, got, bad in lines
        ]
        ends = []
        for steps in ([len(text)], [min(cut, len(text)), len(text), len(text)]):
            book = empty_book()
            (tmp_path / "items.csv").write_text(self.ITEMS)
            (tmp_path / "purchase_orders.csv").write_text(self.ORDER)
            for step in steps:
                (tmp_path / "receipts.csv").write_text(RECEIPTS + "".join(text[:step]))
                tally(run_macro(book, "refresh", folder=str(tmp_path)).sentence)
            ends.append((column(book, "Items", "on_hand"), column(book, "PurchaseOrders", "received", "po")))
            assert min(book.read_table("PurchaseOrders")["open_quantity"]) >= 0
        assert ends[0] == ends[1]
        accepted = {sku: sum(got for po, _, got, _ in lines if (po == "P2") == (sku == "B")) for sku in "AB"}
        assert ends[0][0] == accepted


class TestExportsOfShops:
    def test_shopify_orders(self, book, put, refresh) -> None:
        put(orders_export=
            "Name,Email,Financial Status,Paid at,Created at,Lineitem quantity,Lineitem name,Lineitem price,"
            "Lineitem compare at price,Lineitem sku,Cancelled at,Vendor,Id\n"
            "#1001,a@x.example,paid,2024-01-05,2024-01-05 10:14:00 -0400,2,Fern Print,16.00,,FERN-1,,Us,55\n"
            "#1001,a@x.example,,,2024-01-05 10:14:00 -0400,1,Tote Bag,20.00,,TOTE-1,,Us,\n"
            "#1002,b@x.example,voided,,2024-01-06 09:00:00 -0400,3,Fern Print,16.00,,FERN-1,2024-01-06,Us,56\n"
            "#1002,b@x.example,,,2024-01-06 09:00:00 -0400,1,Mug,25.00,,MUG-1,,Us,\n"
            "#1003,c@x.example,paid,,2024-01-07 09:00:00 -0400,1,Gift wrap,2.00,,,,Us,57\n")  # fmt: skip
        assert tally(refresh()) == (5, 2, 0, 3)
        assert moves(book) == [("2024-01-05", "FERN-1", "SALE", -2.0), ("2024-01-05", "TOTE-1", "SALE", -1.0)]
        assert column(book, "Movements", "reference") == {"FERN-1": "#1001", "TOTE-1": "#1001"}
        assert column(book, "Items", "name") == {"FERN-1": "Fern Print", "TOTE-1": "Tote Bag"}
        assert [row[0] for row in told(book)] == [4.0, 5.0, 6.0], (
            "the whole cancelled order, and a line without a code"
        )

    def test_woocommerce_orders(self, book, put, refresh) -> None:
        put(orders=
            '"Order Number","Order Status","Order Date","Item #",SKU,"Item Name",Quantity,"Quantity (- Refund)","Item Cost"\n'
            '71,Completed,"2024-01-05 10:14",1,FERN-1,"Fern Print",3,2,16.00\n'
            '72,Cancelled,"2024-01-06 10:14",1,FERN-1,"Fern Print",1,1,16.00\n'
            '73,Completed,"2024-01-07 10:14",1,MUG-1,Mug,1,0,25.00\n')  # fmt: skip
        assert tally(refresh()) == (3, 1, 0, 2)
        assert moves(book) == [("2024-01-05", "FERN-1", "SALE", -2.0)]
        assert column(book, "Items", "sell_price") == {"FERN-1": 16.0}

    def test_amazon_orders(self, book, put, refresh) -> None:
        put(amazon__txt=
            "amazon-order-id\tpurchase-date\torder-status\tproduct-name\tsku\tasin\titem-status\tquantity\tcurrency\titem-price\n"
            "058-1\t2024-01-05T18:53:56+00:00\tShipped\tTruffles\tTR-1\tB0\tShipped\t2\tGBP\t30.00\n"
            "058-2\t2024-01-06T18:53:56+00:00\tCancelled\tTruffles\tTR-1\tB0\tCancelled\t0\tGBP\t\n")  # fmt: skip
        assert tally(refresh()) == (2, 1, 0, 1)
        assert moves(book) == [("2024-01-05", "TR-1", "SALE", -2.0)]
        assert column(book, "Items", "sell_price") == {"TR-1": 15.0}, "30.00 is the price of both"

    @pytest.mark.parametrize(
        "header",
        [
            "Sale Date,Item Name,Quantity,Price,SKU,Order ID,Coupon Code",
            "Date,Product SKU,Description,Qty,Unit Price,Invoice Number",
            "Order Number,Item title,Custom label,Quantity,Sold for,Sale date",
            "Transaction Date,Product Code,Units Sold,Selling Price,Transaction ID",
        ],
    )
    def test_headers_shops_have_are_sales(self, book, put, refresh, header: str) -> None:
        """As Etsy, an accounting program, eBay and a till write them."""
        by_name = {
            "date": "2024-01-05",
            "sku": "A1",
            "quantity": "3",
            "unit_price": "2.50",
            "reference": "77",
            "name": "Bag",
        }
        put(export=header + "\n")
        refresh()
        rows = book.read_table("ImportMap")
        assert set(rows["layout"]) == {"Sales"}
        put(
            export=header
            + "\n"
            + ",".join(by_name.get(target, "") for target in rows["target_column"])
            + "\n"
        )
        assert tally(refresh()) == (1, 1, 0, 0)
        assert moves(book) == [("2024-01-05", "A1", "SALE", -3.0)]
        assert book.read_table("Movements")["reference"].tolist() == ["77"]

    def test_shopify_products_are_items(self, book, put, refresh) -> None:
        put(products_export=
            "Handle,Title,Vendor,Type,Variant SKU,Variant Price,Cost per item,Status\n"
            "fern,Fern Print,Acme,Print,FERN-1,16.00,4.00,active\n"
            "mug,Mug,Acme,Mug,MUG-1,25.00,6.00,archived\n")  # fmt: skip
        assert tally(refresh()) == (2, 2, 0, 0)
        rows = book.read_table("Items")[
            ["sku", "name", "preferred_supplier", "sell_price", "unit_cost", "active"]
        ]
        assert rows.to_numpy().tolist() == [
            ["FERN-1", "Fern Print", "Acme", 16.0, 4.0, "yes"], ["MUG-1", "Mug", "Acme", 25.0, 6.0, "no"]
        ]  # fmt: skip


def lines_in(data: bytes, header: str) -> int:
    """Rows with a filled cell after the header, counted by the csv module."""
    rows = csv.reader(io.StringIO(data.decode().removeprefix(header)), skipinitialspace=True)
    return sum(any(cell for cell in row) for row in rows)


VALUES = st.one_of(
    st.sampled_from(["2024-01-05", "05/01/2024", "A1", "00123", "3", "-2", "1,5", "1.234", "", " ", "POST", "C536379", "nan",
                     "1e308", "=1+1", "x" * 40, "Total", "1.23E+11", "Mar-01", "123", "sku", "#N/A", "é", "\u2028", "SALE", "magic", "0"]),
    st.text(st.characters(codec="utf-8", exclude_characters='"\n\r\0\ufeff', exclude_categories=("Cc", "Cs")), max_size=5),
)  # fmt: skip
HEADERS = st.sampled_from(
    [RETAIL, SALES, ORDERS, RECEIPTS, "sku,name,unit_cost\n", "date,sku,kind,quantity,unit_cost\n"]
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(header=HEADERS, rows=st.lists(st.lists(VALUES, min_size=1, max_size=9), max_size=12))
def test_no_line_of_a_file_is_lost(header: str, rows: list[list[str]], tmp_path: Path) -> None:
    """Every line is taken, was there or is told; twice is as once."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    data = (header + out.getvalue()).encode()
    (tmp_path / "sales.csv").write_bytes(data)
    book = empty_book()
    read, taken, _, refused = tally(run_macro(book, "refresh", folder=str(tmp_path)).sentence)
    asked = any("no cell of the file tells" in text or "in two ways" in text for text in notices(book))
    assert read == (0 if asked else lines_in(data, header))
    assert refused == len(told(book))
    before = contents(book)
    assert tally(run_macro(book, "refresh", folder=str(tmp_path)).sentence)[1] == 0
    assert same(before, contents(book))
    assert np.isfinite(book.read_table("Movements")["quantity"].astype(float)).all()
    assert taken >= len(book.read_table("Movements"))


ANY_BYTES = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
    st.text('",;\n\r\t=|0A', max_size=60).map(str.encode),
    st.text('",;\n\r0A', max_size=60).map(lambda text: (SALES + text).encode()),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=ANY_BYTES)
@example(data=b'"')
@example(data=b'date,sku,quantity\n"')
@example(data=b'sep="\n')
def test_any_bytes_are_read_or_told(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes(data)
    file = read_file(path, pd.DataFrame(columns=TABLES["ImportMap"].names, dtype=object))
    if file.layout is None:
        assert file.read == 0
        assert file.issues["line"].isna().all()
        assert len(file.issues) >= 1
    else:
        assert file.read == len(file.lines) + file.issues["line"].notna().sum()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=ANY_BYTES)
def test_any_bytes_leave_a_workbook_that_can_be_refreshed_again(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_bytes(data)
    book = empty_book()
    tally(run_macro(book, "refresh", folder=str(tmp_path)).sentence)
    before = contents(book)
    run_macro(book, "refresh", folder=str(tmp_path))
    assert same(before, contents(book))
