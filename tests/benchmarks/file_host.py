"""Time and memory of the file host alone, beside openpyxl loading and saving the same workbook.

    python tests/benchmarks/file_host.py

Two workbooks: 10,000 items with 12 formula columns, and 500,000 movements of 8 columns. Each runs in its own
process, so that peak memory is its own.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import xlsxwriter

from xlinventory.hosts.file import FileWorkbook

FORMULAS = {
    "buffer": "=SAFETY_STOCK({demand},{sd},{days},0.95)",
    "point": "={demand}*{days}+{buffer}",
    "order": "=EOQ({demand}*365,10,{cost},0.2)",
    "status": '=IF({demand}*3<{point},"order","ok")',
    "cover": "=IFERROR({buffer}/{demand},0)",
    "value": "=ROUND({cost}*{order},2)",
    "most": "=MAX({buffer},{order})",
    "blank": '=IF({demand}=0,"",{order}/{demand})',
    "label": '={sku}&" "&{status}',
    "share": "={value}/SUM(Data[value])",
    "rank": "=IF({share}>0.0001,1,2)",
    "last": "={rank}+1",
}


def build(path: Path, columns: list[str]) -> None:
    def full(text: str) -> str:
        return text.format_map({name: f"Data[[#This Row],[{name}]]" for name in columns})

    with xlsxwriter.Workbook(path) as book:
        formulas = {name: full(text) for name, text in FORMULAS.items() if name in columns}
        titles = [{"header": c} | ({"formula": formulas[c]} if c in formulas else {}) for c in columns]
        book.add_worksheet("Data").add_table(0, 0, 1, len(columns) - 1, {"name": "Data", "columns": titles})


def items() -> tuple[pd.DataFrame, list[str]]:
    count, draw = 10_000, np.random.default_rng(1)
    rows = {"sku": [f"{i:05d}" for i in range(count)], "demand": draw.gamma(2.0, 3.0, count)}
    rows |= {"sd": draw.gamma(2.0, 1.0, count), "days": draw.integers(3, 30, count) * 1.0}
    rows |= {"cost": draw.gamma(3.0, 4.0, count)}
    return pd.DataFrame(rows), [*rows, *FORMULAS]


def movements() -> tuple[pd.DataFrame, list[str]]:
    count, draw = 500_000, np.random.default_rng(1)
    rows: dict[str, Any] = {"date": 40_000.0 + np.sort(draw.integers(0, 700, count))}
    rows |= {"sku": [f"{i % 4_000:05d}" for i in range(count)], "kind": "SALE"}
    rows |= {"quantity": -draw.integers(1, 20, count) * 1.0, "unit_cost": draw.gamma(3.0, 4.0, count)}
    rows |= {"reference": [f"INV{i // 5}" for i in range(count)], "source": "sales.csv", "line": 1.0}
    return pd.DataFrame(rows), list(rows)


CASES = {"items": items, "movements": movements}


def ours(path: Path, rows: pd.DataFrame) -> float:
    book = FileWorkbook.open(path)
    book.write_table("Data", rows)
    book.calculate()
    book.save()
    started = time.perf_counter()
    book = FileWorkbook.open(path)
    book.write_table("Data", book.read_table("Data")[list(rows.columns)])
    book.calculate()
    book.save(path.with_name("again.xlsx"))
    return time.perf_counter() - started


def theirs(path: Path) -> float:
    started = time.perf_counter()
    openpyxl.load_workbook(path).save(path.with_name("theirs.xlsx"))
    return time.perf_counter() - started


def measure(case: str) -> None:
    rows, columns = CASES[case]()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        build(path, columns)
        took = ours(path, rows)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        yardstick = theirs(path)
    print(
        f"{case:<10} open + write + calculate + save {took:6.1f} s, {took / yardstick:4.2f} of openpyxl's "
        f"load + save ({yardstick:.1f} s, without calculating); peak {peak:,.0f} MB"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1])
    else:
        for case in CASES:
            subprocess.run([sys.executable, __file__, case], check=True)
