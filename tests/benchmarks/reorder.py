"""Time of the reorder run by its stages, beside openpyxl loading and saving the same workbook.

    python tests/benchmarks/reorder.py
    python tests/benchmarks/reorder.py 2000 10000 --docs

The workbook is made up: items with measured demand and lead times, two suppliers and four price breaks each
(a third of the lists incremental), stock, open orders, suppliers with order days and smallest orders. Its
formulas make the levels. Every size runs several times in a process of its own, the best turn counts; the
same process then has openpyxl load and save that file. A second run with a budget, and one that finds the
list of the first, show what these add.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
from forecasting.report import Table, progress
from publishing import Place, how_measured, publish

from xlinventory.hosts.excel import template
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import Run, run_macro
from xlinventory.macros.reorder import reorder_lines
from xlinventory.macros.stock import with_open_quantities

PLACE = Place("ordering.md", "<!-- reorder_speed: begin -->", "<!-- reorder_speed: end -->")
TODAY, SUPPLIERS = 40886.0, 40
STAGES = {
    "": "read orders and movements, count stock",
    "Positions and reorder points": "bring the formulas up to date",
    "Quantities and reasons": "read prices and forecasts; quantities and reasons",
    "Keeping for undo what was there": "undo and log",
}
"""Stages by the progress line that begins them."""
Rows = dict[str, Any]


def build(path: Path, count: int) -> None:
    """The template filled with *count* items, ready for a reorder run."""
    draw = np.random.default_rng(7)
    skus = [f"{i:05d}" for i in range(count)]
    names = [f"Supplier {i:02d}" for i in range(SUPPLIERS)]
    template.build(path)
    book = FileWorkbook.open(path)
    days = ["any", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    suppliers = {"supplier": names, "active": "yes", "order_weekday": draw.choice(days, SUPPLIERS)}
    _write(
        book,
        "Suppliers",
        suppliers | {"min_order_value": draw.choice([0.0, 100.0, 500.0, 2000.0], SUPPLIERS)},
    )
    mean, cost = draw.gamma(1.2, 2.0, count) + 0.05, draw.gamma(2.0, 3.0, count).round(2) + 0.1
    mine = draw.integers(0, SUPPLIERS, count)
    _write(book, "Items", _items(draw, skus, names, (mean, cost, mine)))
    _write(book, "SupplierPrices", _prices(draw, skus, names, (cost, mine)))
    stock = np.floor(mean * draw.uniform(0, 80, count))
    sold = np.floor(mean * 5)
    moves = pd.DataFrame({"sku": skus * 2, "kind": ["OPENING"] * count + ["SALE"] * count})
    moves["quantity"] = np.concatenate((stock + sold, -sold))
    moves["date"] = np.repeat([TODAY - 60, TODAY - 2], count)
    _write(book, "Movements", moves[moves["quantity"] != 0])
    _write(book, "PurchaseOrders", _orders(draw, skus, names, (mean, cost, mine)))
    forecast = {
        "sku": skus,
        "period": TODAY + 7,
        "method": "ses",
        "mean": mean * 7,
        "mase": draw.gamma(4, 0.2, count),
    }
    _write(book, "Forecast", forecast | {"sd": mean * 3})
    settings = book.read_table("Settings").reset_index(drop=True)[["setting", "value"]]
    settings.loc[settings["setting"] == "as_of", "value"] = TODAY
    _write(book, "Settings", settings)
    book.calculate()
    book.save()


def _items(draw: np.random.Generator, skus: list[str], names: list[str], known: tuple[Any, ...]) -> Rows:
    mean, cost, mine = known
    count = len(skus)
    return {
        "sku": skus, "name": [f"Item {sku}" for sku in skus], "active": "yes", "unit_cost": cost,
        "preferred_supplier": np.array(names)[mine], "sell_price": (cost * 1.6).round(2),
        "moq": draw.choice([0.0, 6.0, 24.0], count), "pack_size": draw.choice([1.0, 6.0, 12.0], count),
        "demand_avg": mean, "demand_sd": mean * draw.uniform(0.3, 1.5, count),
        "lead_time": draw.integers(3, 40, count) * 1.0, "lead_time_sd": draw.uniform(0.5, 6.0, count),
        "lead_time_receipts": draw.integers(0, 20, count) * 1.0, "abc": draw.choice(["A", "B", "C"], count),
        "pattern": draw.choice(["smooth", "erratic", "intermittent", "lumpy"], count, p=[0.4, 0.2, 0.2, 0.2]),
        "simulated_service": draw.uniform(0.85, 0.99, count),
    }  # fmt: skip


def _prices(draw: np.random.Generator, skus: list[str], names: list[str], known: tuple[Any, ...]) -> Rows:
    cost, mine = known
    kinds = draw.choice(["all", "all", "incremental"], len(skus))
    lines = [
        (sku, names[(at + other) % SUPPLIERS], q, round(c * f * (1 + 0.1 * other), 3), kind)
        for sku, at, c, kind in zip(skus, mine, cost, kinds, strict=True)
        for other in (0, 1)
        for q, f in ((0.0, 1.05), (50.0, 1.0), (200.0, 0.97), (1000.0, 0.94))
    ]  # fmt: skip
    return dict(
        zip(
            ("sku", "supplier", "break_qty", "unit_price", "discount_type"),
            zip(*lines, strict=True),
            strict=True,
        )
    )


def _orders(draw: np.random.Generator, skus: list[str], names: list[str], known: tuple[Any, ...]) -> Rows:
    mean, cost, mine = known
    count = len(skus)
    some = draw.choice(count, count // 2, replace=False)
    quantity = np.ceil(mean[some] * 30)
    return {
        "po": [f"PO-{1000 + i // 8}" for i in range(len(some))], "supplier": np.array(names)[mine[some]],
        "sku": np.array(skus)[some], "order_date": TODAY - draw.integers(0, 40, len(some)),
        "promised_date": TODAY + draw.integers(-10, 30, len(some)), "quantity": quantity,
        "unit_price": cost[some], "received": np.where(draw.random(len(some)) < 0.4, quantity, 0.0),
        "receipt_date": TODAY - 1,
    }  # fmt: skip


def _write(book: FileWorkbook, name: str, rows: Rows | pd.DataFrame) -> None:
    plain = pd.DataFrame(rows).reset_index(drop=True)
    plain = plain.astype({c: float for c in plain if plain[c].dtype.kind in "iu"}).astype(object)
    book.write_table(name, plain.where(plain.notna(), None))


def turn(path: Path) -> dict[str, float]:
    """Seconds of the processor for each stage of opening the file, a reorder run, and saving it."""
    spent: dict[str, float] = {}
    stage, since = "", 0.0

    def lap(_name: str, _share: float | None = None) -> None:
        nonlocal stage, since
        if _name not in STAGES and _name != "end":
            return
        now = time.process_time()
        spent[STAGES[stage]] = spent.get(STAGES[stage], 0.0) + now - since
        stage, since = ("" if _name == "end" else _name), now

    book = timed(spent, "open", lambda: FileWorkbook.open(path, lap))
    since = time.process_time()
    run_macro(book, "reorder")
    lap("end")
    timed(spent, "calculate what is in sight", book.calculate)
    timed(spent, "save", lambda: book.save(path.with_name("run.xlsx")))
    spent["all of it"] = sum(spent.values())
    again = FileWorkbook.open(path.with_name("run.xlsx"))
    timed(spent, "the run alone, pressed again", lambda: run_macro(again, "reorder"))
    timed(spent, "quantities and reasons alone", listed(again))
    settings = again.read_table("Settings").reset_index(drop=True)[["setting", "value"]]
    settings.loc[settings["setting"] == "budget", "value"] = 20_000.0
    again.write_table("Settings", settings)
    timed(spent, "the run alone, with a budget", lambda: run_macro(again, "reorder"))
    timed(
        spent,
        "openpyxl: load and save",
        lambda: openpyxl.load_workbook(path).save(path.with_name("theirs.xlsx")),
    )
    return spent


def listed(book: FileWorkbook) -> Callable[[], Any]:
    """The list alone, with all tables read before."""
    run = Run(book)
    items, orders = run.table("Items"), with_open_quantities(run.table("PurchaseOrders"), TODAY)
    for name in ("SupplierPrices", "Suppliers", "Forecast", "Reorder"):
        run.table(name)
    return lambda: reorder_lines(run, items, orders, TODAY)


def timed(spent: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    """What the work gives; its seconds go into *spent*."""
    started = time.process_time()
    result = work()
    spent[name] = time.process_time() - started
    return result


def measured(count: int, wanted: int) -> Table:
    """The table of one size, each figure the best of all turns."""
    progress(f"a workbook of {count:,} items")
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "book.xlsx"
        build(path, count)
        command = [sys.executable, __file__, "--one", str(path)]
        turns = []
        for number in range(wanted):
            progress(f"turn {number + 1} of {wanted}")
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            turns.append(json.loads(done.stdout.splitlines()[-1]))
    best = pd.DataFrame(turns).min()
    theirs = best["openpyxl: load and save"]
    rows = [[name, seconds, seconds / theirs] for name, seconds in best.items()]
    return Table(
        f"Reorder run of {count:,} items in a file, seconds of the processor, best of {wanted}:",
        ("stage", "seconds", "of openpyxl's load and save"),
        rows,
    )


def main() -> None:
    """Measure every size and print the tables; or be the process that measures one turn."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("items", nargs="*", type=int, default=[10_000], help="numbers of items (10,000)")
    parser.add_argument("--turns", type=int, default=3, help="runs of each size (3)")
    parser.add_argument("--docs", action="store_true", help="put the tables into docs/ordering.md")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(turn(chosen.one)))
        return
    words = ["python tests/benchmarks/reorder.py", *map(str, chosen.items), f"--turns {chosen.turns}"]
    how = how_measured(words, ("numpy", "pandas", "openpyxl"))
    publish([measured(count, chosen.turns) for count in chosen.items], how, PLACE, chosen)


if __name__ == "__main__":
    main()
