"""Write workbook_templates/inventory.xlsm, the empty macro workbook: ``python scripts/build_template.py``.

The same file as ``xlinventory new`` makes, but for the Python it starts: that is whatever Python the reader's
machine finds on its path. A test builds it again and compares.
"""

from pathlib import Path

from xlinventory.hosts.excel import package
from xlinventory.hosts.file import FileWorkbook

TEMPLATE = Path(__file__).resolve().parent.parent / "workbook_templates" / "inventory.xlsm"


def build(path: Path) -> None:
    """The template with the values of its formulas."""
    package.build_workbook(path)
    book = FileWorkbook.open(path)
    book.calculate()
    book.save()


if __name__ == "__main__":
    TEMPLATE.parent.mkdir(exist_ok=True)
    build(TEMPLATE)
    print(TEMPLATE)
