"""The whole job on the macro workbook, without Excel: what makes it one is left alone."""

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import run_macro

if TYPE_CHECKING:
    from conftest import Built

MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06")
STEPS = ("refresh", "forecast", "plan", "reorder", "value", "suppliers")
KEPT = ("xl/vbaProject.bin", "customUI/", "_rels/", "xl/charts/", "xl/drawings/", "[Content_Types].xml")


def csv_folder(folder: Path) -> Path:
    folder.mkdir()
    days = [f"{month}-{day:02}" for month in MONTHS for day in range(1, 28, 2)]
    sales = [f"{day},{sku},{number % 7 + 1}" for number, day in enumerate(days) for sku in ("A1", "B2")]
    (folder / "sales.csv").write_text("\n".join(["date,sku,quantity", *sales]), encoding="utf-8")
    orders = "po,supplier,sku,order_date,promised_date,quantity,unit_price\n"
    orders += "P1,ACME,A1,2024-01-01,2024-01-10,500,2.5\nP2,ACME,B2,2024-05-01,2024-05-10,500,4\n"
    (folder / "purchase_orders.csv").write_text(orders, encoding="utf-8")
    receipts = "date,po,sku,quantity\n2024-01-11,P1,A1,500\n2024-05-12,P2,B2,500\n"
    (folder / "receipts.csv").write_text(receipts, encoding="utf-8")
    (folder / "suppliers.csv").write_text("supplier,promised_lead_days\nACME,9\n", encoding="utf-8")
    return folder


def test_project_ribbon_and_charts_stay_byte_for_byte(built_files: "Built", tmp_path: Path) -> None:
    path = tmp_path / "inventory.xlsm"
    path.write_bytes(built_files.workbook.read_bytes())
    book = FileWorkbook.open(path)
    folder = csv_folder(tmp_path / "csv")
    for step in STEPS:
        run_macro(book, step, **({"folder": str(folder)} if step == "refresh" else {}))
    book.calculate()
    book.save()
    with zipfile.ZipFile(built_files.workbook) as before, zipfile.ZipFile(path) as after:
        assert after.namelist() == before.namelist()
        kept = [name for name in before.namelist() if name.startswith(KEPT)]
        assert [name for name in kept if before.read(name) != after.read(name)] == []
        assert len(kept) > 10
        changed = before.read("xl/workbook.xml").replace(b' fullCalcOnLoad="1"', b"")
        assert after.read("xl/workbook.xml") == changed
    assert len(FileWorkbook.open(path).read_table("Movements")) > 100
