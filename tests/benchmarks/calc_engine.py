"""Cells through the LibreOffice engine: values beside openpyxl and a file, formulas beside built-in ones.

    python tests/benchmarks/calc_engine.py
    python tests/benchmarks/calc_engine.py --extension --formula "=SAFETY_STOCK(A1,B1,C1,0.95)"

100,000 x 12 values (four columns of text, eight of numbers) are written and read through xlwings; openpyxl
writes the same to a file and reads it. 10,000 cells are filled with a formula and calculated; each formula
given is measured in times a formula of LibreOffice's own. Columns A, B and C hold numbers from 1 to 100.
``--extension`` installs our add-in first.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import xlwings as xw

from xlinventory.hosts.calc import Office, engine, register
from xlinventory.hosts.calc.program.prepared import with_extension

ROWS = 100_000
CELLS = 10_000
BUILT_IN = "=NORM.S.INV(0.95)*SQRT(A1*B1^2+C1)"
"""A safety stock by hand, the yardstick of the formulas."""


def values() -> list[list[Any]]:
    draw = np.random.default_rng(1)
    numbers = draw.gamma(2.0, 30.0, (ROWS, 8)).tolist()
    return [
        [f"SKU{i:06d}", f"name {i % 50}", f"2024-{i % 12}", "each", *row] for i, row in enumerate(numbers)
    ]


def seconds(call: Callable[[], Any], rounds: int = 3) -> float:
    """The best of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        clock = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - clock)
    return best


def by_openpyxl(path: Path, rows: list[list[Any]]) -> tuple[float, float]:
    def write() -> None:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)

    def read() -> list[list[Any]]:
        return [[cell.value for cell in row] for row in openpyxl.load_workbook(path).active.iter_rows()]

    return seconds(write, 1), seconds(read, 1)


def by_engine(sheet: xw.Sheet, rows: list[list[Any]]) -> tuple[float, float]:
    area = sheet["A1"].resize(ROWS, 12)

    def write() -> None:
        area.value = rows

    def read() -> None:
        assert area.value[-1] == rows[-1]

    return seconds(write), seconds(read)


def formulas(sheet: xw.Sheet, formula: str) -> float:
    """Seconds to fill a column and calculate it."""
    area = sheet["E1"].resize(CELLS)

    def fill() -> None:
        area.clear()
        area.formula = formula
        sheet.book.app.calculate()

    taken = seconds(fill)
    print(f"{formula}: the first cell shows {sheet['E1'].options(err_to_str=True).value}")
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--formula", action="append", default=[], help="another formula to measure")
    parser.add_argument("--extension", action="store_true", help="install our add-in first")
    options = parser.parse_args()
    rows = values()
    register()
    prepare = {"prepare": with_extension} if options.extension else {}
    with Office(**prepare) as office, tempfile.TemporaryDirectory() as folder:
        app = xw.App(impl=engine.apps.attach(office))
        book = app.books.add()
        engines, files = by_engine(book.sheets[0], rows), by_openpyxl(Path(folder) / "book.xlsx", rows)
        for verb, mine, theirs in zip(("write", "read"), engines, files, strict=True):
            print(
                f"{verb} {ROWS:,} x 12 values: engine {mine:.2f} s, openpyxl {theirs:.2f} s; "
                f"openpyxl takes {theirs / mine:.1f} times as long"
            )
        numbers = np.random.default_rng(1).uniform(1.0, 100.0, (CELLS, 3)).tolist()
        sheet = book.sheets.add()
        sheet["A1"].value = numbers
        yardstick = formulas(sheet, BUILT_IN)
        print(f"{CELLS:,} cells of it, filled and calculated: {yardstick:.3f} s")
        for formula in options.formula:
            print(f"{formula}: {formulas(sheet, formula) / yardstick:.1f} times as long")


if __name__ == "__main__":
    main()
