"""Time and memory of the whole job by number of SKUs, beside openpyxl loading and saving the same workbook.

    python tests/benchmarks/pipeline.py 200 2000 10000

The shipped data are multiplied under new SKUs until there are enough items. A sheet holds 1,048,576 rows, so
of more than 800,000 sales lines only every second, third ... is kept. Each size runs in its own process, so
that peak memory is its own. The yardstick runs on the workbook the job has just saved.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path

import pandas as pd

STAGES = ("refresh", "forecast", "plan", "reorder", "value", "turnover", "suppliers")
SKU_COLUMNS = ("StockCode", "sku")
MOST_LINES = 800_000


def multiplied(folder: Path, skus: int) -> None:
    """The demo's CSV files with each item repeated under new SKUs until there are *skus* of them."""
    source = Path(str(files("xlinventory") / "demo_data"))
    items = pd.read_csv(source / "items.csv", dtype=str, keep_default_na=False)
    copies = -(-skus // len(items))
    wanted = {f"{sku}{suffix(copy)}" for copy in range(copies) for sku in items["sku"]}
    kept = set(sorted(wanted, key=lambda sku: (sku[-1], sku))[:skus])
    for path in sorted(source.glob("*.csv")):
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        column = next((name for name in SKU_COLUMNS if name in rows), None)
        if column:
            known = rows[rows[column].isin(items["sku"])]
            blocks = [known.assign(**{column: known[column] + suffix(copy)}) for copy in range(copies)]
            rows = pd.concat(blocks, ignore_index=True)
            rows = rows[rows[column].isin(kept)].iloc[:: 1 + len(rows) // MOST_LINES]
        rows.to_csv(folder / path.name, index=False)


def suffix(copy: int) -> str:
    """What tells one copy of an item from another; the original keeps its code."""
    return "" if copy == 0 else f"-{copy:03d}"


def measure(skus: int, path: Path) -> dict[str, float]:
    """Seconds of each stage and the peak memory of this process; leaves the workbook at *path*."""
    from xlinventory.hosts.excel import template  # noqa: PLC0415 - start-up is part of the first stage
    from xlinventory.hosts.file import FileWorkbook  # noqa: PLC0415
    from xlinventory.macros.frame import run_macro  # noqa: PLC0415

    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "csv"
        folder.mkdir()
        multiplied(folder, skus)
        clock = time.perf_counter()

        def lap(stage: str) -> None:
            nonlocal clock
            now = time.perf_counter()
            seconds[stage], clock = now - clock, now

        template.build(path)
        book = FileWorkbook.open(path)
        lap("build")
        for stage in STAGES:
            run_macro(book, stage, **({"folder": str(folder)} if stage == "refresh" else {}))
            lap(stage)
        book.calculate()
        lap("calculate")
        book.save()
        lap("save")
        seconds["total"] = sum(seconds.values())
        seconds["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        seconds["file MB"] = path.stat().st_size / 1e6
    return seconds


def yardstick(path: Path) -> dict[str, float]:
    """openpyxl loads and saves the same workbook, in a process of its own.

    It is started from the small process: a child's peak memory is at least its parent's.
    """
    code = (
        "import openpyxl,resource,sys,time;t=time.perf_counter();"
        "openpyxl.load_workbook(sys.argv[1]).save(sys.argv[1]+'.copy.xlsx');"
        "print(time.perf_counter()-t,resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    spent, memory = map(float, done.stdout.split())
    return {"openpyxl": spent, "openpyxl peak MB": memory}


def main() -> None:
    """Run every size in its own process and print one table."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(int(sys.argv[2]), Path(sys.argv[3]))))
        return
    columns = {}
    with tempfile.TemporaryDirectory() as scratch:
        for skus in sys.argv[1:] or ["200", "2000", "10000"]:
            path = Path(scratch) / f"{skus}.xlsx"
            command = [sys.executable, __file__, "--one", skus, str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            columns[f"{skus} SKUs"] = json.loads(done.stdout.splitlines()[-1]) | yardstick(path)
    table = pd.DataFrame(columns)
    table.loc["total / openpyxl"] = table.loc["total"] / table.loc["openpyxl"]
    print(table.round(2).to_string())


if __name__ == "__main__":
    main()
