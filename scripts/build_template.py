"""Write the empty workbooks of workbook_templates/: ``python scripts/build_template.py``.

The same files as ``xlinventory new`` makes, but for the Python that the macro workbook starts: that is
whatever Python the reader's machine finds on its path. A test builds them again and compares.
"""

from collections.abc import Callable
from pathlib import Path

from xlinventory.hosts.excel import package
from xlinventory.hosts.excel.package import lite
from xlinventory.hosts.file import FileWorkbook

FOLDER = Path(__file__).resolve().parent.parent / "workbook_templates"


def build(path: Path) -> None:
    """The macro workbook with the values of its formulas."""
    package.build_workbook(path)
    book = FileWorkbook.open(path)
    book.calculate()
    book.save()


BUILDERS: dict[str, Callable[[Path], None]] = {"inventory.xlsm": build, "inventory-lite.xlsx": lite.build}
"""The workbooks, each with its builder."""


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, builder in BUILDERS.items():
        builder(FOLDER / name)
        print(FOLDER / name)
