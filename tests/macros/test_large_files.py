# ruff: noqa: E501 - lines of files read best as long as they are
"""Refresh with files that have more lines than the sheet has room for: as with all on the sheet."""

import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.imports import files
from xlinventory.imports.bulk import watched
from xlinventory.imports.bulk.reading import read_plain
from xlinventory.macros.frame import preview, run_macro
from xlinventory.macros.refreshing import large
from xlinventory.sheets import TABLES
from xlinventory.tables import read
from xlinventory.workbook import WorkbookError

from .conftest import make_book

FEW, MANY = 8.0, 1_000_000.0
HEADER = "date,sku,name,quantity,unit_price,reference\n"
MARCH = HEADER + "".join(
    f"2024-03-{day:02},{sku},{name},{units},{price},S{day}\n"
    for day in range(1, 11)
    for sku, name, units, price in (
        ("001", "Mug", 2, 4.5 + day),
        ("B2", "Cup", day % 3 - 1, 3.2 + day),
        ("x", "Jug", 1, "1_000" if day == 1 else 2.1 + day),
    )
)
"""Thirty lines: of B2 some came back or moved nothing, and one price of x cannot be read."""
OPENING = "date,sku,quantity,unit_cost\n2024-02-28,001,100,2\n2024-02-28,B2,5,1\n"
Refreshed = tuple[MemoryWorkbook, str]


@pytest.fixture(autouse=True)
def _small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "LARGE", 1)


class Shop:
    """Two workbooks with one folder of files: one that keeps few movements on the sheet, one that keeps all."""

    def __init__(self, folder: Path) -> None:
        self.csv = folder / "csv"
        self.csv.mkdir(parents=True)
        settings = {"csv_folder": str(self.csv), "as_of": 45000.0}
        self.few, self.many = (
            MemoryWorkbook(
                {name: book.read_table(name) for name in book.table_names()}, folder / f"{which}.xlsx"
            )
            for which, book in (
                ("few", make_book(settings | {"movement_rows": FEW})),
                ("many", make_book(settings | {"movement_rows": MANY})),
            )
        )

    def put(self, **files: str | bytes) -> None:
        for name, text in files.items():
            data = text.encode() if isinstance(text, str) else text
            (
                self.csv / name.replace("_csv", ".csv").replace("_txt", ".txt").replace("_gz", ".gz")
            ).write_bytes(data)

    def refresh(self) -> str:
        """Refresh both; they say the same, but for what is kept beside."""
        told = [run_macro(book, "refresh").sentence for book in (self.few, self.many)]
        assert told[0].partition("; ")[0].rstrip(".") == told[1].partition("; ")[0].rstrip(".")
        self.compare()
        return told[0]

    def compare(self) -> None:
        for name in ("Items", "PurchaseOrders", "ImportMap"):
            pd.testing.assert_frame_equal(rows(self.few, name), rows(self.many, name), rtol=1e-9)
        order = ["file", "line", "column", "problem"]
        issues = [
            rows(book, "ImportIssues").sort_values(order, ignore_index=True) for book in (self.few, self.many)
        ]
        pd.testing.assert_frame_equal(issues[0], issues[1])

    @property
    def sources(self) -> list[str]:
        """Where the movements of each file beside that workbook came from."""
        return rows(self.few, "MovementFiles")["source"].tolist()

    @property
    def parts(self) -> list[str]:
        """The files beside the workbook that keeps few."""
        return sorted(path.name for path in self.few_path.parent.glob("few movements/*"))

    @property
    def few_path(self) -> Path:
        path = self.few.path()
        assert path is not None
        return path


def rows(book: MemoryWorkbook, name: str) -> pd.DataFrame:
    return read(TABLES[name], book.read_table(name))[0]


def content(book: MemoryWorkbook) -> dict[str, list[Any]]:
    return {
        name: book.read_table(name).astype(object).fillna("").to_numpy().tolist()
        for name in book.table_names()
        if name not in ("Log", "_undo")
    }


@pytest.fixture(name="shop")
def _shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_a_large_file_comes_to_what_it_comes_to_on_the_sheet(shop: Shop) -> None:
    shop.put(opening_csv=OPENING, march_csv=MARCH)
    told = shop.refresh()
    # by hand: 2 lines of opening; of 30, one of x cannot be read, on days 1, 4, 7, 10 no unit of B2 moves
    assert told.startswith("Read 32 lines from 2 files: 27 taken, 0 already there, 5 refused")
    assert rows(shop.few, "MovementFiles")["lines"].tolist() == [25.0]
    assert rows(shop.few, "Items").set_index("sku")["on_hand"].to_dict() == {"001": 80, "B2": 5, "x": -9}
    assert shop.sources == ["march.csv"]
    for book in (shop.few, shop.many):
        run_macro(book, "forecast")
    pd.testing.assert_frame_equal(rows(shop.few, "Demand"), rows(shop.many, "Demand"), rtol=1e-9)
    before, parts = content(shop.few), shop.parts
    assert "0 taken, 27 already there" in shop.refresh()
    assert (content(shop.few), shop.parts) == (before, parts)


def test_overlapping_exports_add_their_new_lines_and_tell_of_lost_ones(shop: Shop) -> None:
    lines = MARCH.splitlines(keepends=True)[1:]
    shop.put(march_csv=HEADER + "".join(lines[:20]))
    shop.refresh()
    shop.put(march_csv=HEADER + "".join(lines[:6] + lines[7:]))
    shop.refresh()
    told = rows(shop.few, "ImportIssues")["problem"]
    assert told.str.contains("no longer in it, such as").sum() == 1
    assert shop.sources == ["march.csv", "march.csv"]


def test_two_large_files_one_of_them_packed(shop: Shop) -> None:
    other = MARCH.replace("2024-03", "2024-04").replace("\n", "\r\n").encode()
    shop.put(march_csv=MARCH, april_csv_gz=gzip.compress(other))
    shop.refresh()
    assert shop.sources == ["april.csv.gz", "march.csv"]
    assert "0 taken" in shop.refresh()


def test_a_small_file_that_repeats_archived_lines_adds_nothing(shop: Shop) -> None:
    shop.put(march_csv=MARCH)
    shop.refresh()
    shop.put(again_csv="".join(MARCH.splitlines(keepends=True)[:4]))
    before = rows(shop.few, "MovementFiles")
    assert "0 taken" in shop.refresh()
    pd.testing.assert_frame_equal(rows(shop.few, "MovementFiles"), before)
    assert len(rows(shop.few, "Movements")) == 0


def test_lines_on_the_sheet_already_are_not_put_beside_again(shop: Shop) -> None:
    shop.put(march_csv="".join(MARCH.splitlines(keepends=True)[:4]))
    shop.refresh()
    assert len(rows(shop.few, "Movements")) == 1
    shop.put(march_csv=MARCH)
    shop.refresh()
    assert rows(shop.few, "MovementFiles")["lines"].tolist() == [24.0]


def test_a_count_of_stock_goes_by_the_movements_beside_the_workbook(shop: Shop) -> None:
    shop.put(opening_csv=OPENING, march_csv=MARCH)
    shop.refresh()
    shop.put(count_csv="sku,counted,date\n001,70,2024-03-20\n")
    shop.refresh()
    assert rows(shop.few, "Items").set_index("sku").loc["001", "on_hand"] == 70


def test_a_dry_run_leaves_nothing_behind(shop: Shop) -> None:
    shop.put(march_csv=MARCH)
    before = content(shop.few)
    outcome = preview(shop.few, "refresh")
    assert "25 taken" in outcome.sentence
    assert (content(shop.few), shop.parts) == (before, [])


def test_a_failure_leaves_nothing_behind(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.put(march_csv=MARCH)
    before = content(shop.few)
    write = MemoryWorkbook.write_table

    def broken(self: MemoryWorkbook, name: str, table: pd.DataFrame) -> None:
        if name == "ImportMap" and len(table):
            raise WorkbookError("The disk is full.")
        write(self, name, table)

    monkeypatch.setattr(MemoryWorkbook, "write_table", broken)
    with pytest.raises(WorkbookError, match="The disk is full"):
        run_macro(shop.few, "refresh")
    assert (content(shop.few), shop.parts) == (before, [])


def test_undo_takes_it_back_and_refreshing_brings_it_again(shop: Shop) -> None:
    shop.put(opening_csv=OPENING, march_csv=MARCH)
    run_macro(shop.few, "refresh")
    after = rows(shop.few, "Items")
    run_macro(shop.few, "undo")
    assert rows(shop.few, "Items").empty
    assert rows(shop.few, "MovementFiles").empty
    assert [line for line in run_macro(shop.few, "check").findings if "not named in MovementFiles" in line]
    run_macro(shop.few, "refresh")
    pd.testing.assert_frame_equal(rows(shop.few, "Items"), after)


def test_a_moved_workbook_finds_its_movements(shop: Shop, tmp_path: Path) -> None:
    shop.put(march_csv=MARCH)
    run_macro(shop.few, "refresh")
    moved = tmp_path / "elsewhere"
    shutil.copytree(shop.few_path.parent / "few movements", moved / "few movements")
    tables = {name: shop.few.read_table(name) for name in shop.few.table_names()}
    assert "0 taken" in run_macro(MemoryWorkbook(tables, moved / "few.xlsx"), "refresh").sentence
    with pytest.raises(WorkbookError, match="move the folder along"):
        run_macro(MemoryWorkbook(tables, tmp_path / "nowhere" / "few.xlsx"), "refresh")


@pytest.mark.parametrize("how", ["in no folder", "without MovementFiles"])
def test_a_workbook_that_can_keep_nothing_beside_it_keeps_all(shop: Shop, how: str) -> None:
    shop.put(march_csv=MARCH)
    tables = {name: shop.few.read_table(name) for name in shop.few.table_names()}
    if how == "without MovementFiles":
        del tables["MovementFiles"]
    book = MemoryWorkbook(tables, None if how == "in no folder" else shop.few_path)
    run_macro(book, "refresh")
    assert (len(rows(book, "Movements")), shop.parts) == (25, [])


def test_movement_rows_may_change_later(shop: Shop) -> None:
    shop.put(march_csv=MARCH)
    run_macro(shop.few, "refresh")
    for most in (MANY, 2.0):
        settings = shop.few.read_table("Settings").set_index("setting")
        settings.loc["movement_rows", "value"] = most
        shop.few.write_table("Settings", settings.reset_index())
        assert "0 taken" in run_macro(shop.few, "refresh").sentence
    assert len(rows(shop.few, "MovementFiles")) == 1


def test_a_file_waits_for_the_order_of_its_days(shop: Shop) -> None:
    lines = "".join(f"0{day}/03/2024,001,1,5\n" for day in (1, 2, 4, 5)) * 5
    shop.put(sales_csv="date,sku,quantity,unit_price\n" + lines)
    assert "1 file not understood" in shop.refresh()
    assert shop.parts == []
    for book in (shop.few, shop.many):
        known = book.read_table("ImportMap")
        known.loc[known["source_column"].eq("date"), "format"] = "day/month/year"
        book.write_table("ImportMap", known)
    assert "20 taken" in shop.refresh()
    assert rows(shop.few, "MovementFiles")["last_day"].tolist() == [45356.0]  # 5 March 2024


def test_item_numbers_that_a_spreadsheet_changed_are_refused(shop: Shop) -> None:
    shop.put(items_csv="sku,name\n001,Mug\n", march_csv=MARCH.replace("B2", "1").replace("x,", "1.2E+11,"))
    shop.refresh()
    told = rows(shop.few, "ImportIssues")["problem"]
    assert told.str.contains("an item number without its zeros in front").sum() == 6


def test_items_may_have_other_capitals(shop: Shop) -> None:
    shop.put(
        items_csv="sku,name\n85123a,Holder\n",
        retail_csv="InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        + "536365,85123A,HOLDER,2,12/1/2010 8:26,2.55,17850,United Kingdom\n" * 12,
    )
    shop.refresh()
    assert rows(shop.few, "Items")["sku"].tolist() == ["85123a"]


def test_a_corrected_line_of_an_order_leaves_the_file_beside_the_workbook(shop: Shop) -> None:
    """The first order, long beside the workbook, was one unit, not two: its part is another one without it."""
    header = "order-id\torder-item-id\tpurchase-date\tsku\tproduct-name\tquantity-purchased\titem-price\n"
    lines = [f"114-{n}\t77{n}\t2024-03-{n:02}T10:00:00Z\t001\tMug\t2\t9.00\n" for n in range(1, 13)]
    shop.put(orders_1_txt=header + "".join(lines))
    shop.refresh()
    (before,) = rows(shop.few, "MovementFiles")[["file", "lines"]].itertuples(index=False, name=None)
    shop.put(orders_2_txt=header + lines[0].replace("\t2\t9.00", "\t1\t4.50"))
    (shop.csv / "orders_1.txt").unlink()
    assert "1 taken" in shop.refresh()
    (after,) = rows(shop.few, "MovementFiles")[["file", "lines"]].itertuples(index=False, name=None)
    assert (after[0] != before[0], after[1]) == (True, before[1] - 1)
    assert rows(shop.few, "Items")["on_hand"].tolist() == [-23.0]
    assert "corrected: -2 before" in rows(shop.few, "ImportIssues")["problem"].tolist()
    assert "0 taken" in shop.refresh()


@pytest.mark.parametrize("data", [gzip.compress(b"0" * (3 << 20)), gzip.compress(MARCH.encode() * 20_000)])
def test_a_file_that_unpacks_to_more_of_the_same_is_one_sentence(
    shop: Shop, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 1 << 20)
    shop.put(swollen_csv_gz=data)
    run_macro(shop.few, "refresh")
    told = rows(shop.few, "ImportIssues")["problem"].tolist()
    assert told == ["the file is larger than 256 MB when unpacked"]
    assert shop.parts == []


def test_a_damaged_file_is_one_sentence(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "MOST_BYTES", 10)
    shop.put(broken_csv_gz=gzip.compress(MARCH.encode() + os.urandom(1 << 17))[:-5000])
    run_macro(shop.few, "refresh")
    told = rows(shop.few, "ImportIssues")["problem"].tolist()
    assert len(told) == 1
    assert shop.parts == []


def test_a_file_that_is_being_written_is_left_for_the_next_refresh(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.put(march_csv=MARCH)

    def meanwhile(path: Path, *given: Any) -> Any:
        found = read_plain(path, *given)
        with path.open("a") as file:
            file.write("2024-03-11,001,Mug,1,1,S11\n")
        return found

    monkeypatch.setattr(large, "read_plain", meanwhile)
    run_macro(shop.few, "refresh")
    told = rows(shop.few, "ImportIssues")["problem"].tolist()
    assert told == ["the file was being written while it was read"]
    assert shop.parts == []


def test_who_waits_is_told_the_share_and_may_stop_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "_SECONDS", 0.0)
    shop.put(march_csv=MARCH)

    def report(_book: MemoryWorkbook, message: str, _share: float | None = None) -> None:
        if message.startswith("Reading march.csv: "):
            raise KeyboardInterrupt

    monkeypatch.setattr(MemoryWorkbook, "report", report)
    with pytest.raises(KeyboardInterrupt):
        run_macro(shop.few, "refresh")
    assert shop.parts == []


WITHOUT = """
import sys
from pathlib import Path
sys.modules.update({{"duckdb": None}} if {missing} else {{}})
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.frame import run_macro
from tests.macros.conftest import make_book
import xlinventory.macros.refresh
book = make_book({{"csv_folder": {folder!r}, "movement_rows": {most}}})
book = MemoryWorkbook({{name: book.read_table(name) for name in book.table_names()}}, Path({book!r}))
try:
    print(run_macro(book, "refresh").sentence)
except Exception as error:
    print(error)
print(bool(sys.modules.get("duckdb")))
"""


@pytest.mark.parametrize(
    ("missing", "most", "told"),
    [(True, MANY, "25 taken"), (True, FEW, "pip install duckdb")],
)
def test_small_files_need_no_engine(shop: Shop, missing: bool, most: float, told: str) -> None:
    shop.put(march_csv=MARCH)
    code = WITHOUT.format(missing=missing, folder=str(shop.csv), most=most, book=str(shop.few_path))
    if most == FEW:
        code = code.replace(
            "import xlinventory.macros.refresh",
            "from xlinventory.macros.refreshing import large; large.LARGE = 1\nimport xlinventory.macros.refresh",
        )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    sentence, used = done.stdout.splitlines()
    assert told in sentence
    assert used == "False"
