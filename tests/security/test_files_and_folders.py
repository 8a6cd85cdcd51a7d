"""CSV files made to harm are refused with a sentence; nothing is read or written outside chosen folders."""

import gzip
import os
from pathlib import Path

import pandas as pd
import pytest

from tests.fuzz.shop_files import NO_MAP, check, empty_book, twice_is_once
from xlinventory.core.errors import InventoryError
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.imports import files
from xlinventory.imports.reading import ReadFile, read_file
from xlinventory.macros.folders import chosen_folder, known_folder
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES
from xlinventory.workbook import WorkbookError

TODAY = 45000.0
HEADER = b"date,sku,quantity,price\n"
LINE = b"2011-12-09,A,1,2\n"


def read(folder: Path, data: bytes, name: str = "sales.csv") -> ReadFile:
    (folder / name).write_bytes(data)
    found = read_file(folder / name, NO_MAP)
    check(found)
    return found


def problem(found: ReadFile) -> str:
    """What is told of a file of which nothing was taken."""
    assert found.layout is None
    (told,) = found.issues["problem"]
    assert "\n" not in told
    return str(told)


def bomb(megabytes: int) -> bytes:
    """So many megabytes of lines in about a thousandth of that, as several packed files in one."""
    piece = gzip.compress(LINE * ((1 << 20) // len(LINE)), 9, mtime=0)
    return gzip.compress(HEADER, mtime=0) + piece * megabytes


def test_a_packed_file_is_unpacked_so_far_and_no_further(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the limit at 2 MB, a file of 100 GB would be given up as soon as one of 3."""
    monkeypatch.setattr(files, "MOST_BYTES", 2 << 20)
    assert "when unpacked" in problem(read(tmp_path, bomb(3), "sales.csv.gz"))
    assert problem(read(tmp_path, HEADER + LINE * 200_000)).startswith("the file is larger")
    assert files.MOST_BYTES <= 1 << 30


@pytest.mark.parametrize(
    "data",
    [
        b"\x1f\x8b",
        gzip.compress(HEADER, mtime=0)[:-5],
        gzip.compress(HEADER, mtime=0) + b"junk",
        b"\x1f\x8b" + b"\0" * 50,
    ],
    ids=["two bytes", "cut", "more behind it", "nothing in it"],
)
def test_a_packed_file_that_is_cut_or_false_is_told(tmp_path: Path, data: bytes) -> None:
    assert "cannot be opened" in problem(read(tmp_path, data, "sales.csv.gz"))


def test_a_header_of_a_hundred_thousand_columns_is_refused(tmp_path: Path) -> None:
    assert "100,003 columns" in problem(read(tmp_path, b"date,sku,quantity" + b",x" * 100_000 + b"\n"))


def test_a_line_of_a_hundred_thousand_cells_is_refused_alone(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + LINE + LINE[:-1] + b",x" * 100_000 + b"\n" + LINE)
    assert (len(found.lines), found.issues["line"].tolist()) == (2, [3.0])


def test_a_giant_field_is_refused_alone(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + LINE + b"2011-12-09," + b"A" * (1 << 20) + b",1,2\n" + LINE)
    assert (len(found.lines), found.issues["line"].tolist()) == (2, [3.0])
    assert max(found.issues["value"].str.len()) <= 200


def test_a_field_that_never_ends_is_told(tmp_path: Path) -> None:
    assert "quotation mark" in problem(read(tmp_path, HEADER + b'"' + LINE * 20_000))


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_a_link_that_leads_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "csv"
    folder.mkdir()
    (tmp_path / "secret.csv").write_bytes(HEADER + b"2011-12-09,secret,1,2\n")
    (folder / "sales.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "more.csv").symlink_to("../secret.csv")
    for name in ("sales.csv", "more.csv"):
        found = read_file(folder / name, NO_MAP)
        assert "link" in problem(found)
        assert "secret" not in found.issues.to_csv()


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_a_pipe_or_device_is_not_read(tmp_path: Path) -> None:
    """It would wait for ever."""
    os.mkfifo(tmp_path / "sales.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    for name in ("sales.csv", "zero.csv"):
        assert problem(read_file(tmp_path / name, NO_MAP))


FOLDERS = {
    "the home of nobody": "~nobody-of-this-name/x", "a zero byte": "a\0b", "very long": "x" * 5_000,
    "very deep": "x/" * 3_000,
    "half a sign": "x\ud800", "macro text": 'a") : Shell("calc")', "a formula": "=1+1/x",
    "up and away": "../" * 200 + "nowhere/x",
    "a device": "/dev/null", "a file in a file": "/dev/null/x",
}  # fmt: skip


def said(book: MemoryWorkbook, button: str, **options: str) -> str:
    """What a button says, whether it did its work or not."""
    try:
        return run_macro(book, button, **options).sentence
    except InventoryError as error:
        return str(error)


@pytest.mark.parametrize("case", FOLDERS)
def test_a_folder_that_cannot_be_is_one_sentence(tmp_path: Path, case: str) -> None:
    """In Settings or given; nothing is made and nothing is read."""
    given, book = FOLDERS[case], empty_book()
    for button in ("refresh", "export"):
        told = said(book, button, folder=given, beside=str(tmp_path))
        assert "\n" not in told
        assert len(told) < 7_000
        assert button == "export" or "folder" in told
    assert list(tmp_path.iterdir()) == []


def test_the_folders_of_others_are_known(tmp_path: Path) -> None:
    assert known_folder(str(tmp_path)) == tmp_path
    assert chosen_folder("orders", str(tmp_path)) == tmp_path / "orders"
    with pytest.raises(WorkbookError, match="cannot be a folder here"):
        known_folder("a\0b")


NUMBERS = (
    "../../x", "..\\..\\x", "/etc/cron.d/x", "C:\\x", "\\\\server\\share\\x", "CON", "nul.txt", "COM1",
    "x" * 5_000, ".", "..", ".bashrc",
    "a\0b", "a:b", "x.exe", 'a") : Shell("calc")', "$(touch x)", "`touch x`", "%TEMP%", "~", "-rf", "x\ny",
    "\u202egpj.exe", "x ", "\ud800",
)  # fmt: skip


def test_no_order_number_or_supplier_leads_out_of_the_folder(tmp_path: Path) -> None:
    """All at once: each order has its own plain files, none anywhere else."""
    folder = tmp_path / "deep" / "orders"
    folder.parent.mkdir()
    book = empty_book()
    rows = [
        {
            "po": number,
            "supplier": number,
            "sku": number,
            "order_date": TODAY,
            "quantity": 1.0,
            "unit_price": 1.0,
            "status": "open",
        }
        for number in NUMBERS
    ]
    book.write_table(
        "PurchaseOrders", pd.DataFrame(rows, columns=TABLES["PurchaseOrders"].names, dtype=object)
    )
    run_macro(book, "export", folder=str(folder))
    made = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.parent for path in made} == {folder}
    assert {path.suffix for path in made} == {".csv", ".pdf"}
    stems = {path.name for path in made}
    assert all(
        len(name.encode()) < 250 and name.isprintable() and not set(name) & set('<>:"/\\|?*')
        for name in stems
    )
    assert len(stems) == 2 * len({str(number).strip() for number in NUMBERS})


class TestFoundByFuzzing:
    def test_a_file_that_could_be_two_things_is_not_guessed_by_the_next_refresh(self, tmp_path: Path) -> None:
        """The second refresh took what the first had only shown as a guess for the user's choice."""
        (tmp_path / "shop.csv").write_text("date,sku,quantity\n2011-12-09,A,3\n")
        book = empty_book()
        told = [run_macro(book, "refresh", folder=str(tmp_path)).sentence for _ in range(3)]
        assert len(set(told)) == 1
        assert book.read_table("Movements").empty

    def test_a_header_again_is_told_alike_each_time(self, tmp_path: Path) -> None:
        header = "manufacturer,currency,lead time days\n"
        (tmp_path / "shop.csv").write_text(f"{header}Acme,EUR,3\n{header}Best,EUR,4\n")
        twice_is_once(empty_book(), tmp_path)

    @pytest.mark.parametrize("day", [-1e9, 1e9, 2_958_466.0, -1.0, 1e300])
    def test_a_day_that_no_calendar_has_is_a_fault_of_its_row(self, day: float) -> None:
        """It was an overflow in the sentence that named the day."""
        book = empty_book()
        row = {"date": day, "sku": "A", "kind": "SALE", "quantity": -1.0}
        book.write_table("Movements", pd.DataFrame([row], columns=TABLES["Movements"].names, dtype=object))
        with pytest.raises(WorkbookError, match=r"Movements row 2, date: .* - must be a date"):
            run_macro(book, "value")

    def test_a_long_text_in_settings_is_cut_in_the_message(self) -> None:
        book = empty_book()
        rows = book.read_table("Settings").reset_index(drop=True)
        rows.loc[rows["setting"].eq("dead_days"), "value"] = "x" * 30_000
        book.write_table("Settings", rows)
        told = said(book, "turnover")
        assert told.startswith("Settings row")
        assert len(told) < 400
