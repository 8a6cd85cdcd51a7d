"""Write workbook_templates/inventory.xlsx, the empty workbook: ``python scripts/build_template.py``.

The same file as ``xlinventory new`` makes; a test builds it again and compares.
"""

from pathlib import Path

from xlinventory.hosts.excel import template
from xlinventory.hosts.file import FileWorkbook

TEMPLATE = Path(__file__).resolve().parent.parent / "workbook_templates" / "inventory.xlsx"


def build(path: Path) -> None:
    """The template with the values of its formulas."""
    template.build(path)
    book = FileWorkbook.open(path)
    book.calculate()
    book.save()


if __name__ == "__main__":
    TEMPLATE.parent.mkdir(exist_ok=True)
    build(TEMPLATE)
    print(TEMPLATE)
