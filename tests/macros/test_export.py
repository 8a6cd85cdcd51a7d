"""Export POs: one safe file an order, in the folder that was chosen and nowhere else."""

import builtins
import csv
import io
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.folders import file_names
from xlinventory.macros.frame import preview, run_macro
from xlinventory.tables import guarded
from xlinventory.workbook import WorkbookError

TODAY = 40886.0  # 9 December 2011
Row = dict[str, Any]


def order(**changes: Any) -> Row:
    return {
        "po": "PO-1", "supplier": "Acme", "sku": "A", "order_date": TODAY, "promised_date": TODAY + 14,
        "quantity": 84.0, "unit_price": 3.2,
    } | changes  # fmt: skip


@pytest.fixture
def book(make_book):
    def build(*orders: Row, settings: Row | None = None, **tables: Any) -> MemoryWorkbook:
        items = [{"sku": "A", "name": "Anvil, 2 kg"}]
        return make_book(settings, PurchaseOrders=orders, **({"Items": items} | tables))

    return build


def read(path: Path) -> list[Row]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def test_the_file_of_an_order_line_by_line(book, tmp_path: Path) -> None:
    """84 at 3.20 are 268.80; the supplier calls it ACM since last month; the price of B is not known."""
    prices = [
        {"sku": "A", "supplier": "Acme", "supplier_sku": "OLD", "unit_price": 3.0},
        {"sku": "A", "supplier": "Acme", "supplier_sku": "ACM", "unit_price": 3.2, "valid_from": TODAY - 30},
        {"sku": "A", "supplier": "Acme", "supplier_sku": "NEW", "unit_price": 3.2, "valid_from": TODAY + 30},
        {"sku": "A", "supplier": "Bolt", "supplier_sku": "B-7", "unit_price": 3.2},
    ]
    made = book(order(), order(sku="B", quantity=1.5, unit_price=None), SupplierPrices=prices)
    outcome = run_macro(made, "export", folder=str(tmp_path))
    assert read(tmp_path / "PO-1.csv") == [
        {"po": "PO-1", "supplier": "Acme", "supplier_sku": "ACM", "sku": "A", "name": "Anvil, 2 kg",
         "quantity": "84", "unit_price": "3.2", "value": "268.8", "promised_date": "2011-12-23"},
        {"po": "PO-1", "supplier": "Acme", "supplier_sku": "", "sku": "B", "name": "",
         "quantity": "1.5", "unit_price": "", "value": "", "promised_date": "2011-12-23"},
    ]  # fmt: skip
    assert outcome.sentence == f"Wrote 1 order for 268.80 GBP to {tmp_path}."
    assert outcome.findings == ("PO-1.csv, PO-1.pdf: Acme, 2 lines, 268.80",)


def test_an_excel_user_sees_letters_as_they_are(book, tmp_path: Path) -> None:
    """Excel takes a CSV file for UTF-8 when it begins with the bytes EF BB BF."""
    run_macro(book(order(supplier="Müller")), "export", folder=str(tmp_path))
    content = (tmp_path / "PO-1.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert "Müller".encode() in content
    assert content.count(b"\r\n") == content.count(b"\n") == 2


def test_orders_that_wait_for_their_first_delivery_are_written(book, tmp_path: Path) -> None:
    made = book(
        order(), order(po="PO-2", promised_date=TODAY - 3),
        order(po="PO-3", received=1.0), order(po="PO-4", status="cancelled"),
        order(po="PO-5", received=84.0), order(po="PO-6", rejected=1.0), order(po="PO-6", sku="B"),
        order(po="PO-7"), order(po="PO-7", sku="B", status="cancelled"),
    )  # fmt: skip
    run_macro(made, "export", folder=str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"PO-{number}.{ending}" for number in (1, 2, 7) for ending in ("csv", "pdf")
    ]
    assert [line["sku"] for line in read(tmp_path / "PO-7.csv")] == ["A"]


def test_pressing_twice_leaves_the_files_alone_and_a_changed_order_is_written_again(
    book, tmp_path: Path
) -> None:
    made = book(order(), order(po="PO-2"))
    run_macro(made, "export", folder=str(tmp_path))
    stamps = {path: path.stat().st_ino for path in tmp_path.iterdir()}
    again = run_macro(made, "export", folder=str(tmp_path)).sentence
    assert again == f"Nothing to write: 2 orders are in {tmp_path} already, unchanged."
    assert {path: path.stat().st_ino for path in tmp_path.iterdir()} == stamps
    rows = made.read_table("PurchaseOrders")
    rows.loc[rows["po"] == "PO-2", "quantity"] = 10.0
    made.write_table("PurchaseOrders", rows)
    changed = run_macro(made, "export", folder=str(tmp_path)).sentence
    assert changed == f"Wrote 1 order for 32.00 GBP to {tmp_path}; 1 other order there already, unchanged."
    assert read(tmp_path / "PO-2.csv")[0]["quantity"] == "10"


def test_a_file_of_an_order_that_is_gone_is_told_and_others_are_none_of_ours(book, tmp_path: Path) -> None:
    """As after undo of Create POs: the file could still be sent."""
    run_macro(book(order(), order(po="PO-2")), "export", folder=str(tmp_path))
    (tmp_path / "notes.csv").write_text("po,what\nPO-2,call Acme\n")
    outcome = run_macro(book(order()), "export", folder=str(tmp_path))
    assert outcome.findings == tuple(
        f"PO-2.{ending}: no such order in PurchaseOrders any more; do not send it"
        for ending in ("csv", "pdf")
    )
    assert (tmp_path / "PO-2.csv").exists()


def test_the_files_of_a_cancelled_order_are_told(book, tmp_path: Path) -> None:
    run_macro(book(order()), "export", folder=str(tmp_path))
    outcome = run_macro(
        book(order(status="cancelled"), order(po="PO-2", received=84.0)), "export", folder=str(tmp_path)
    )
    assert outcome.findings == tuple(
        f"PO-1.{ending}: the order is cancelled; do not send it" for ending in ("csv", "pdf")
    )


def test_an_order_of_two_suppliers_is_not_written_since_neither_should_read_the_others_prices(
    book, tmp_path: Path
) -> None:
    made = book(order(), order(sku="B", supplier="Bolt"), order(po="PO-2"))
    outcome = run_macro(made, "export", folder=str(tmp_path))
    assert {path.stem for path in tmp_path.iterdir()} == {"PO-2"}
    assert outcome.findings[0] == (
        "PO-1: not written, it has lines of Acme and Bolt; give each its own number"
    )
    assert outcome.sentence.endswith("; 1 order is not written, the findings say why.")
    alone = run_macro(book(order(), order(sku="B", supplier="Bolt")), "export", folder=str(tmp_path))
    assert alone.sentence == "Nothing written; 1 order is not written, the findings say why."


def test_where_no_pdf_can_be_made_the_csv_files_are_written_and_it_is_told(
    book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a browser, which has no reportlab: Python takes a module that is None for one that is missing."""
    monkeypatch.setitem(sys.modules, "xlinventory.macros.printing", None)
    monkeypatch.delattr("xlinventory.macros.printing", raising=False)
    outcome = run_macro(book(order()), "export", folder=str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["PO-1.csv"]
    assert outcome.findings[-1] == "No PDF was written: the package reportlab is not installed here."


def test_an_import_that_fails_as_inside_libreoffice_is_no_pdf_either(
    book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LibreOffice's uno puts its own import in place of Python's, which raises a plain ImportError."""
    plain = builtins.__import__

    def unos(name: str, *rest: Any) -> Any:
        if name == "xlinventory.macros.printing":
            raise ImportError(name)
        return plain(name, *rest)

    monkeypatch.setattr(builtins, "__import__", unos)
    outcome = run_macro(book(order()), "export", folder=str(tmp_path))
    assert outcome.findings[-1] == "No PDF was written: the package reportlab is not installed here."


@pytest.mark.parametrize("verb", ["export", "overdue", "orders"])
@pytest.mark.parametrize("column", ["quantity", "received", "rejected"])
def test_a_column_that_was_renamed_is_not_taken_for_blank(
    book, tmp_path: Path, verb: str, column: str
) -> None:
    """Without *received* every finished order would wait for its first delivery."""
    made = book(order(received=84.0), Reorder=[{"take": "yes", "sku": "A", "order_qty": 1.0}])
    made._tables["PurchaseOrders"] = made._tables["PurchaseOrders"].rename(columns={column: "mine"})
    with pytest.raises(WorkbookError, match=f"PurchaseOrders has no column {column}"):
        run_macro(made, verb, folder=str(tmp_path))
    assert not list(tmp_path.iterdir())


def test_a_dry_run_writes_no_file(book, tmp_path: Path) -> None:
    outcome = preview(book(order()), "export", folder=str(tmp_path / "orders"))
    assert outcome.sentence.startswith("Dry run: would write 2 files. It would say: Wrote 1 order")
    assert list(tmp_path.iterdir()) == []


class TestFolder:
    def test_the_option_goes_before_the_setting_before_the_folder_beside_the_workbook(
        self, book, tmp_path: Path
    ) -> None:
        plain, chosen = book(order()), book(order(), settings={"orders_folder": "set"})
        run_macro(plain, "export", beside=str(tmp_path))
        assert (tmp_path / "orders" / "PO-1.csv").is_file()
        run_macro(chosen, "export", beside=str(tmp_path))
        assert (tmp_path / "set" / "PO-1.csv").is_file()
        run_macro(chosen, "export", folder=str(tmp_path / "given"), beside=str(tmp_path))
        assert (tmp_path / "given" / "PO-1.csv").is_file()

    def test_there_must_be_one(self, book, tmp_path: Path) -> None:
        with pytest.raises(WorkbookError, match="fill the setting orders_folder"):
            run_macro(book(order()), "export")
        with pytest.raises(WorkbookError, match=r"There is no folder .*missing to make orders in"):
            run_macro(book(order()), "export", folder=str(tmp_path / "missing" / "orders"))
        (tmp_path / "file").touch()
        with pytest.raises(WorkbookError, match="is a file, not a folder"):
            run_macro(book(order()), "export", folder=str(tmp_path / "file"))

    def test_a_file_that_cannot_be_replaced_leaves_all_as_they_were(self, book, tmp_path: Path) -> None:
        """A folder stands where PO-2.csv should be: nothing is logged, no draft is left behind."""
        made = book(order(po="PO-2"))
        (tmp_path / "PO-2.csv").mkdir()
        with pytest.raises(WorkbookError, match=r"PO-2\.csv could not be written"):
            run_macro(made, "export", folder=str(tmp_path))
        assert [path.name for path in tmp_path.iterdir()] == ["PO-2.csv"]
        assert made.read_table("Log").empty

    def test_a_link_that_leads_elsewhere_is_replaced_not_followed(self, book, tmp_path: Path) -> None:
        (tmp_path / "orders").mkdir()
        victim = tmp_path / "victim.txt"
        victim.write_text("mine")
        (tmp_path / "orders" / "PO-1.csv").symlink_to(victim)
        run_macro(book(order()), "export", folder=str(tmp_path / "orders"))
        assert victim.read_text() == "mine"
        assert not (tmp_path / "orders" / "PO-1.csv").is_symlink()

    @pytest.mark.parametrize(
        "po", ["../../evil", "/etc/evil", r"..\evil", "C:evil", "..", ".", "a/b", "nul", "COM1.x", "x" * 300]
    )
    def test_no_order_number_leads_out_of_it(self, book, tmp_path: Path, po: str) -> None:
        folder = tmp_path / "deep" / "orders"
        folder.parent.mkdir()
        run_macro(book(order(po=po)), "export", folder=str(folder))
        assert [path.parent for path in tmp_path.rglob("*.csv")] == [folder]


NAMES = st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6, unique=True)


@given(NAMES)
def test_file_names_are_plain_and_differ_on_every_system(names: list[str]) -> None:
    """Windows and macOS take capitals for small letters; Windows also refuses these signs and endings."""
    found = file_names(names)
    assert len({name.casefold() for name in found.values()}) == len(names)
    for name in found.values():
        assert not set(name) & set('/\\:*?"<>|\0\n\r\t')
        assert not name.startswith(".")
        assert not name.endswith((".", " "))
        assert len(name) <= 100


def test_a_name_that_imitates_another_one_s_file_gets_its_own() -> None:
    taken = file_names(["a/b"])["a/b"]
    assert file_names(["a/b", taken])[taken] != taken


def test_a_name_keeps_its_file_whoever_else_is_there() -> None:
    assert file_names(["PO/1"])["PO/1"] == file_names(["PO/1", "x", "PO-1"])["PO/1"]
    assert file_names(["po-1", "PO-1", "B"])["B"] == "B"
    assert len({name.casefold() for name in file_names(["po-1", "PO-1"]).values()}) == 2


class TestFormulas:
    @pytest.mark.parametrize(
        "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")', "＝1", ' "=1', "'=1"]
    )
    def test_no_text_begins_one(self, text: str) -> None:
        assert guarded(text).startswith("'")

    def test_a_text_that_is_none_stays_as_it_is(self) -> None:
        for text in ("Anvil, 2 kg", "A-1", "Mug (blue) = gift", "00123", "x@y.example", "a; b"):
            assert guarded(text) == text

    def test_nothing_in_the_order_can_be_one(self, book, tmp_path: Path) -> None:
        evil = "=cmd|' /C calc'!A0"
        made = book(
            order(po=evil, supplier=evil, sku=evil),
            Items=[{"sku": evil, "name": "blue;=1+1"}],
            SupplierPrices=[{"sku": evil, "supplier": evil, "supplier_sku": "-7", "unit_price": 1.0}],
        )
        run_macro(made, "export", folder=str(tmp_path))
        (path,) = tmp_path.glob("*.csv")
        (row,) = read(path)
        assert [row[name] for name in ("po", "supplier", "sku")] == [f"'{evil}"] * 3
        assert (row["supplier_sku"], row["name"]) == ("'-7", "blue;'=1+1")


@given(st.text(max_size=30))
def test_no_cell_of_any_text_begins_a_formula_whatever_separates_cells(text: str) -> None:
    """Read with commas, and with the semicolons and tabs that spreadsheets of other countries take."""
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow(["x", guarded(text)])
    (cell,) = next(csv.reader(io.StringIO(out.getvalue(), newline="")))[1:]
    assert cell == guarded(text)
    for part in (cell, *re.split(r"[;\t\r\n]", out.getvalue())):
        assert not re.match(r"[\s\"]*[=+\-@]", part)
