"""Pictures of a workbook's sheets for the README, drawn by LibreOffice.

    python scripts/build_pictures.py demo/inventory.xlsx

Writes docs/pictures/<sheet>.png. Needs soffice and pdftoppm (Debian: libreoffice-calc, poppler-utils).
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SHEETS = ("Start", "Dashboard", "Items", "Reorder", "Valuation", "SupplierScores", "Functions")
DOTS_PER_INCH = 96


def picture(book: Path, sheet: str, scratch: Path) -> None:
    """The first page of one sheet as docs/pictures/<sheet>.png."""
    alone = scratch / f"{sheet.lower()}.pdf"
    options = (
        '{"PageRange":{"type":"string","value":"1"},"SinglePageSheets":{"type":"boolean","value":"false"}}'
    )
    only = scratch / f"{sheet.lower()}.xlsx"
    keep_only(book, sheet, only)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{scratch}/profile", "--headless", "--convert-to",
         f"pdf:calc_pdf_Export:{options}", "--outdir", str(scratch), str(only)],
        check=True, capture_output=True,
    )  # fmt: skip
    subprocess.run(
        [
            "pdftoppm",
            "-png",
            "-r",
            str(DOTS_PER_INCH),
            "-singlefile",
            str(alone),
            str(PICTURES / sheet.lower()),
        ],
        check=True,
    )


def keep_only(book: Path, sheet: str, target: Path) -> None:
    """A copy in which the other sheets are hidden, since hidden sheets are not printed."""
    copy = openpyxl.load_workbook(book)
    copy.active = copy.sheetnames.index(sheet)
    for other in copy.worksheets:
        other.sheet_state = "visible" if other.title == sheet else "hidden"
    copy.save(target)


def main() -> None:
    """Draw all sheets of the book named on the command line."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for sheet in SHEETS:
            picture(Path(sys.argv[1]), sheet, Path(scratch))
            print(f"docs/pictures/{sheet.lower()}.png")


if __name__ == "__main__":
    main()
