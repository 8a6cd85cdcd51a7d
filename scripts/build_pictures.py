"""Pictures for the README: a workbook's sheets, drawn by LibreOffice, the ribbon from its buttons, an order.

    python scripts/build_pictures.py demo/inventory.xlsm [FOLDER]

Writes docs/pictures/<name>.png, ribbon.png and purchaseorder.png, or into FOLDER. Needs soffice and pdftoppm
(Debian: libreoffice-calc, poppler-utils) and Pillow. The stored values are shown as they are: LibreOffice
does not know our functions.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import ribbon_picture
from PIL import Image, ImageChops, ImageOps

from xlinventory.hosts.excel.template import dashboard
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
FORECASTS = f"A{dashboard.THREE + 1}:M{dashboard.LAST}"
PARTS_SHOWN = {
    "start": ("Start", ""), "dashboard": ("Dashboard", ""), "forecasts": ("Dashboard", FORECASTS),
    "whatif": ("WhatIf", ""), "functions": ("Functions", "A1:H26"), "items": ("Items", "A1:AF24"),
    "reorder": ("Reorder", "A1:AA18"), "valuation": ("Valuation", "A1:V24"),
    "valuationtotals": ("ValuationTotals", ""), "turnovergroups": ("TurnoverGroups", "A1:N40"),
    "supplierscores": ("SupplierScores", "A1:Z40"), "supplierchoice": ("SupplierChoice", "A1:T40"),
}  # fmt: skip
"""Pictures by name: the sheet to draw, and of the long ones the cells to show; "" is all."""
COLUMNS_SHOWN = {
    "Items": "sku name on_hand position demand_avg demand_sd lead_time lead_time_sd service_target "
    "simulated_service simulated_change safety_stock reorder_point order_up_to abc xyz pattern status "
    "check",
    "SupplierScores": "rank supplier score points_on_time points_accepted points_price points_steady "
    "lines promised_days lead_time lead_time_sd share_late buffer_units lateness_cost why",
    "SupplierChoice": "sku name supplier rank preferred unit_price order_qty lead_time safety_stock "
    "price_cost ordering_cost cycle_cost safety_cost reject_cost total_cost difference why",
    "Reorder": "take sku name decision status order_qty value order_day stockout_date why",
    "Valuation": "sku name quantity purchases fifo_cost_of_sales lifo_cost_of_sales wac_cost_of_sales "
    "fifo_value lifo_value wac_value check carrying_value",
}
"""Columns of tables whose others are left out of their picture, so that these can be read."""
SHOP = {
    "company": "The Gift Cellar Ltd",
    "company_address": "12 Market Street; Bath BA1 1AB; United Kingdom",
    "company_contact": "Ann Porter, +44 1225 000000; orders@giftcellar.example; VAT GB 123 4567 89",
    "delivery_address": "The Gift Cellar, goods in; Unit 7, Riverside Park; Bath BA2 3XY",
    "order_note": "Please confirm prices and the day of delivery within two working days.\n"
    "Quote the order number on the delivery note and on the invoice.",
}
"""The shop of the picture of an order."""
ORDER_DOTS = 110
DOTS_PER_INCH = 170
MARGIN = 16
EDGE = "#C5CCD6"
COLOURS = 128


def picture(book: Path, name: str, scratch: Path, target: Path) -> None:
    """One sheet, or some cells of it, on one page as a picture without its white margins."""
    only = scratch / f"{name}{book.suffix}"
    keep_only(book, *PARTS_SHOWN[name], only)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{scratch}/profile", "--headless", "--convert-to",
         'pdf:calc_pdf_Export:{"ExportNotes":{"type":"boolean","value":"false"}}',
         "--outdir", str(scratch), str(only)],
        check=True, capture_output=True,
    )  # fmt: skip
    subprocess.run(
        ["pdftoppm", "-png", "-r", str(DOTS_PER_INCH), "-f", "1", "-singlefile",
         str(only.with_suffix(".pdf")), str(target.with_suffix(""))],
        check=True,
    )  # fmt: skip
    crop(target)


def order_picture(book: Path, scratch: Path, target: Path) -> None:
    """The first page of the longest order that the workbook's ticked lines become."""
    opened = FileWorkbook.open(Path(shutil.copy(book, scratch / f"orders{book.suffix}")))
    rows = opened.read_table("Settings").reset_index(drop=True)
    for name, value in SHOP.items():
        rows.loc[rows["setting"] == name, "value"] = value
    opened.write_table("Settings", rows)
    run_macro(opened, "orders")
    run_macro(opened, "export", folder=str(scratch / "orders"))
    longest = max((scratch / "orders").glob("*.csv"), key=lambda path: (path.stat().st_size, path.name))
    subprocess.run(
        ["pdftoppm", "-png", "-r", str(ORDER_DOTS), "-f", "1", "-singlefile",
         str(longest.with_suffix(".pdf")), str(target.with_suffix(""))],
        check=True,
    )  # fmt: skip
    with Image.open(target) as page:
        framed = ImageOps.expand(page.convert("RGB"), 1, EDGE)
    framed.quantize(COLOURS).save(target, optimize=True)


def keep_only(book: Path, sheet: str, area: str, target: Path) -> None:
    """A copy in which the other sheets are hidden, since hidden sheets are not printed, on one page."""
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        names = re.findall(r'<sheet\b[^>]*?\bname="([^"]*)"', source.read("xl/workbook.xml").decode())
        for part in source.namelist():
            data = source.read(part)
            if part == "xl/workbook.xml":
                data = alone(data.decode(), names, sheet, area).encode()
            elif part == f"xl/worksheets/sheet{names.index(sheet) + 1}.xml":
                data = folded(on_one_page(data.decode(), wide=bool(area)), sheet).encode()
            copy.writestr(part, data)


def alone(xml: str, names: list[str], sheet: str, area: str) -> str:
    """The workbook part with one sheet in sight and, if asked, a print area of its own.

    A hidden sheet with a print area would be printed.
    """

    def shown(match: re.Match[str]) -> str:
        tag = re.sub(r'\s+state="\w+"', "", match.group(0))
        mine = f'name="{sheet}"' in tag
        return tag if mine else tag.replace("<sheet ", '<sheet state="hidden" ', 1)

    def kept(match: re.Match[str]) -> str:
        return match.group(0) if f'localSheetId="{index}"' in match.group(0) and not area else ""

    index = names.index(sheet)
    xml = re.sub(r'<definedName name="_xlnm.Print_Area".*?</definedName>', kept, xml)
    xml = re.sub(r"<sheet\b[^>]*>", shown, xml)
    xml = re.sub(r'\s+(?:activeTab|firstSheet)="\d+"', "", xml)
    xml = xml.replace("<workbookView ", f'<workbookView activeTab="{index}" ', 1)
    if area:
        left, right = area.split(":")
        fixed = ":".join(re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", corner) for corner in (left, right))
        name = f'<definedName name="_xlnm.Print_Area" localSheetId="{index}">{sheet}!{fixed}</definedName>'
        xml = xml.replace("<definedNames>", f"<definedNames>{name}", 1)
    return xml


def on_one_page(xml: str, *, wide: bool) -> str:
    """The sheet part on one page without header and footer; a long table on paper as large as it takes."""
    xml = re.sub(r"<headerFooter>.*?</headerFooter>", "", xml, flags=re.S)
    xml = re.sub(r'\s+fitTo(Height|Width)="\d+"', "", xml)
    return re.sub(r'(<pageSetup\b[^>]*?)paperSize="\d+"', r'\1paperSize="8"', xml) if wide else xml


def folded(xml: str, sheet: str) -> str:
    """The sheet part with the columns hidden that are not to be shown."""
    if sheet not in COLUMNS_SHOWN:
        return xml
    shown = COLUMNS_SHOWN[sheet].split()
    left_out = {at for at, name in enumerate(TABLES[sheet].names, 1) if name not in shown}

    def hidden(match: re.Match[str]) -> str:
        inside = int(match.group(1)) in left_out
        return match.group(0).replace("<col ", '<col hidden="1" ') if inside else match.group(0)

    return re.sub(r'<col min="(\d+)"[^>]*>', hidden, xml)


def crop(target: Path) -> None:
    """Cut the white margins off, and the shades that nobody sees."""
    with Image.open(target) as opened:
        page = opened.convert("RGB")
    box = ImageChops.difference(page, Image.new("RGB", page.size, "white")).getbbox()
    if box:
        left, top, right, bottom = box
        page = page.crop(
            (
                max(0, left - MARGIN),
                max(0, top - MARGIN),
                min(page.width, right + MARGIN),
                min(page.height, bottom + MARGIN),
            )
        )
    page.quantize(COLOURS).save(target, optimize=True)


def main() -> None:
    """Draw all sheets of the book named on the command line."""
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    ribbon_picture.save(folder / "ribbon.png")
    print(folder / "ribbon.png")
    with tempfile.TemporaryDirectory() as scratch:
        for name in PARTS_SHOWN:
            picture(Path(sys.argv[1]), name, Path(scratch), folder / f"{name}.png")
            print(folder / f"{name}.png")
        order_picture(Path(sys.argv[1]), Path(scratch), folder / "purchaseorder.png")
        print(folder / "purchaseorder.png")


if __name__ == "__main__":
    main()
