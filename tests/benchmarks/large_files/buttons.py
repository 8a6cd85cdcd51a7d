"""The buttons Refresh from CSV and Forecast on a workbook file, a large file's movements beside it."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from forecasting.report import Table
from stock_ledger.measuring import Taken, taken_by

from xlinventory.hosts.excel import template
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import run_macro

COLUMNS = ("step", "seconds", "by the clock", "peak memory, MB")
OPEN, REFRESH, FORECAST = "open the workbook", "Refresh from CSV", "Forecast"
FORMULAS, SAVE, AGAIN = "calculate the formulas", "save", "Refresh from CSV again"
WORKBOOK = (OPEN, FORMULAS, SAVE)
"""Steps in which nothing but the workbook file is at work."""


def pressed(path: Path) -> dict[str, Taken]:
    """What each step took on a new workbook, the file alone in the folder; told are the sentences."""
    found: dict[str, Taken] = {}
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        folder = Path(scratch) / "csv"
        folder.mkdir()
        (folder / "sales.csv").hardlink_to(path)
        book_path = Path(scratch) / "shop.xlsx"
        template.build(book_path)
        book = FileWorkbook.open(book_path)

        def refresh() -> str:
            return run_macro(book, "refresh", folder=str(folder)).sentence

        steps: dict[str, Callable[[], object]] = {
            OPEN: lambda: book.read_table("Settings") is None,
            REFRESH: refresh,
            FORECAST: lambda: run_macro(book, "forecast").sentence,
            FORMULAS: lambda: book.calculate() and None,
            SAVE: lambda: book.save() and None,
            AGAIN: refresh,
        }
        for name, step in steps.items():
            found[name] = taken_by(step)
    return found


def shown(title: str, steps: dict[str, Taken]) -> Table:
    """The steps one by one, what the workbook is of them, and all of it."""
    rows = [[name, taken.seconds, taken.clock, taken.megabytes] for name, taken in steps.items()]
    first = [taken for name, taken in steps.items() if name != AGAIN]
    whole, clock = (sum(getattr(taken, kind) for taken in first) for kind in ("seconds", "clock"))
    book = sum(steps[name].seconds for name in WORKBOOK) / whole
    rows.append([f"all but the last; the workbook file is {book:.0%} of it", whole, clock, ""])
    return Table(title, COLUMNS, rows)
