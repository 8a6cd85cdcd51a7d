"""What a formula of ours costs in LibreOffice, over a built-in one and over ``evaluate``.

    python tests/benchmarks/calc_functions.py

10,000 formula cells, one array formula over 10,000 rows, a workbook with 20,000 of Excel's formulas: beside
the same arithmetic in LibreOffice's own functions and the same calls of ``evaluate``, in the same run.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter

from xlinventory.evaluation import evaluate
from xlinventory.hosts.calc import Office
from xlinventory.hosts.calc.bridge import member, properties, url
from xlinventory.hosts.calc.formulas.adoption import adopt
from xlinventory.hosts.calc.program.prepared import with_extension

ROWS = 10_000
CASES = {
    "EOQ": ("=EOQ(A1;10;0.5;1)", "=SQRT(2*A1*10/(0.5*1))", (10.0, 0.5, 1.0)),
    "SAFETY_STOCK": ("=SAFETY_STOCK(A1;5;4;0.95)", "=NORMSINV(0.95)*SQRT(4*5^2+A1^2*0)", (5.0, 4.0, 0.95)),
    "INVENTORY_POSITION": ("=INVENTORY_POSITION(A1;20;5;0)", "=A1+20-5-0", (20.0, 5.0, 0.0)),
}


def seconds(call: Callable[[], Any], rounds: int = 3) -> float:
    """Of one call: the best of a few."""
    best = float("inf")
    for _ in range(rounds):
        clock = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - clock)
    return best


def filled(document: Any, formula: str) -> float:
    """Seconds to calculate a column of a formula."""
    cells = document.Sheets.getByIndex(0).getCellRangeByName(f"B1:B{ROWS}")
    cells.getCellByPosition(0, 0).setFormula(formula)
    down = member("sheet.FillDirection", "TO_BOTTOM"), member("sheet.FillMode", "SIMPLE")
    cells.fillSeries(*down, member("sheet.FillDateMode", "FILL_DATE_DAY"), 0.0, 0.0)
    taken = seconds(document.calculateAll)
    cells.clearContents(1023)
    return taken


def as_array(document: Any, formula: str) -> float:
    """Seconds to calculate an array formula over the column."""
    cells = document.Sheets.getByIndex(0).getCellRangeByName(f"B1:B{ROWS}")
    cells.setArrayFormula(formula.replace("A1", f"A1:A{ROWS}"))
    taken = seconds(document.calculateAll)
    cells.clearContents(1023)
    return taken


def functions(office: Office) -> None:
    """Cells and arrays of each function."""
    document = office.desktop.loadComponentFromURL(
        "private:factory/scalc", "_blank", 0, properties(Hidden=True)
    )
    column = tuple((float(i),) for i in range(1, ROWS + 1))
    document.Sheets.getByIndex(0).getCellRangeByName(f"A1:A{ROWS}").setDataArray(column)
    rows = [list(row) for row in column]
    print(
        f"| function | a cell | of `evaluate` | of built-in | {ROWS:,} rows | of `evaluate` | of built-in |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name, (ours, builtin, others) in CASES.items():
        cell, plain_cell = filled(document, ours), filled(document, builtin)
        array, plain_array = as_array(document, ours), as_array(document, builtin)
        one = seconds(
            lambda name=name, others=others: [evaluate(name, value, *others) for (value,) in column]
        )
        many = seconds(lambda name=name, others=others: evaluate(name, rows, *others))
        print(
            f"| {name} | {cell / ROWS * 1e6:.0f} us | {cell / one:.2f} | {cell / plain_cell:.0f} "
            f"| {array * 1e3:.0f} ms | {array / many:.2f} | {array / plain_array:.0f} |"
        )
    document.close(True)


def adoption(office: Office, folder: Path) -> None:
    """A workbook of Excel's formulas: to open it, and to adopt what was opened."""
    path = folder / "excel.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        formula = "=EOQ(T[[#This Row],[x]],10,0.5,1)"
        columns = [{"header": "x"}, {"header": "y", "formula": formula}]
        sheet.add_table(0, 0, ROWS, 1, {"name": "T", "columns": columns})
        for row in range(ROWS):
            sheet.write_number(row + 1, 0, row + 1)
            sheet.write_formula(row + 1, 3, f"=EOQ(A{row + 2},10,0.5,1)")
    clock = time.perf_counter()
    document = office.service("com.sun.star.comp.Calc.SpreadsheetDocument")  # without a view nobody adopts it
    document.load(properties(URL=url(path), FilterName="Calc MS Excel 2007 XML"))
    opened = time.perf_counter() - clock
    clock = time.perf_counter()
    count = adopt(document)
    adopted = time.perf_counter() - clock
    again = seconds(lambda: adopt(document))
    print(
        f"\nadopting {count:,} formulas: {adopted:.2f} s, {adopted / opened:.2f} of opening the file "
        f"({opened:.2f} s); when there is nothing to do {again:.2f} s"
    )
    document.setModified(False)
    document.close(True)


def main() -> None:
    """Both, in a LibreOffice of its own."""
    with tempfile.TemporaryDirectory() as folder, Office(with_extension(Path(folder))) as office:
        functions(office)
        adoption(office, Path(folder))


if __name__ == "__main__":
    main()
