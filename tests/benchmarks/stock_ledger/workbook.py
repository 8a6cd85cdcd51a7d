"""A workbook full of movements: valued from the button in a file, beside openpyxl loading and saving it."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from forecasting.report import Table

from stock_ledger.measuring import taken_by
from stock_ledger.movements import COLUMNS, movements
from xlinventory.hosts.excel import template
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import run_macro

ITEMS, GROUPS, MARGIN = 2_000, 12, 1.6
FIRST_SERIAL = np.datetime64("1899-12-30")
_OPENPYXL = "import openpyxl, sys; openpyxl.load_workbook(sys.argv[1]).save(sys.argv[1] + '.theirs.xlsx')"


def measured(rows: int, progress: Callable[[str], None]) -> Table:
    """Seconds of every step on a workbook with that many movements of 2,000 items."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "book.xlsx"
        progress(f"a workbook of {rows:,} movements")
        build(path, movements(rows, ITEMS))
        steps, reports, _ = press_value(path, path.with_name("valued.xlsx"))
        progress("openpyxl: load and save")
        theirs = taken_by(lambda: _run(_OPENPYXL, path)).clock
    total = sum(seconds for _, seconds in steps)
    lines = [[name, seconds, seconds / theirs] for name, seconds in steps]
    lines += [["all of it", total, total / theirs], ["openpyxl: load and save, no values", theirs, 1.0]]
    title = (
        f"A workbook of {rows:,} movements of {ITEMS:,} items, Value stock from its button in a file, by the "
        f"clock ({reports} reports of progress):"
    )
    return Table(title, ("step", "seconds", "of openpyxl's load and save"), lines)


def build(
    path: Path, table: pd.DataFrame, prices: pd.Series | None = None, names: pd.Series | None = None
) -> None:
    """The template with these movements, their items and the last day as today."""
    template.build(path)
    book = FileWorkbook.open(path)
    first = table.loc[table["unit_cost"].notna()].groupby("sku", sort=False)["unit_cost"].first()
    price = (first * MARGIN).round(2) if prices is None else prices.reindex(first.index)
    called = "Item " + first.index.to_series() if names is None else names.reindex(first.index)
    groups = [f"Group {1 + place % GROUPS}" for place in range(len(first))]
    items = {"sku": first.index, "name": called, "category": groups, "active": "yes"}
    book.write_table("Items", _cells(pd.DataFrame(items | {"unit_cost": first, "sell_price": price})))
    moves = table[COLUMNS].assign(date=(table["date"].to_numpy() - FIRST_SERIAL) / np.timedelta64(1, "D"))
    moves["source"] = "movements.csv"
    sold = moves["kind"].isin(["SALE", "CUSTOMER_RETURN"])
    given = table["unit_price"] if "unit_price" in table else moves["sku"].map(price)
    book.write_table("Movements", _cells(moves.assign(unit_price=given.where(sold))))
    settings = book.read_table("Settings").reset_index(drop=True)[["setting", "value"]]
    settings.loc[settings["setting"] == "as_of", "value"] = float(np.floor(moves["date"].max()))
    book.write_table("Settings", settings)
    book.calculate()
    book.save()


def press_value(path: Path, to: Path) -> tuple[list[tuple[str, float]], int, str]:
    """Seconds of every step of Value stock, how often it reported progress, and its sentence."""
    reports: list[str] = []
    book, sentence = FileWorkbook.open(path, lambda message, _=None: reports.append(message)), ""

    def value() -> None:
        nonlocal sentence
        sentence = run_macro(book, "value").sentence

    steps: dict[str, Callable[[], object]] = {
        "open and read Movements": lambda: book.read_table("Movements"),
        "value: by six methods, undo, log": value,
        "calculate the formulas": book.calculate,
        "save": lambda: book.save(to),
    }
    return [(name, taken_by(step).clock) for name, step in steps.items()], len(reports), sentence


def _cells(rows: pd.DataFrame) -> pd.DataFrame:
    plain = rows.astype(object).reset_index(drop=True)
    return plain.where(plain.notna(), None)


def _run(code: str, path: Path) -> None:
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
