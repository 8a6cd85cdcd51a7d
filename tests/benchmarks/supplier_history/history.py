"""The delivery history as the buttons take it, and as plain pandas reads it."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import NamedTuple, TypeVar

import numpy as np
import pandas as pd

from xlinventory.arguments import serial
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES
from xlinventory.sheets.settings import SETTINGS
from xlinventory.tables import read

Result = TypeVar("Result")
ORDERED, PROMISED, CAME = "PO Sent to Vendor Date", "Scheduled Delivery Date", "Delivered to Client Date"


class Imported(NamedTuple):
    """The workbook after Refresh from CSV and Supplier scores, and what these said and took."""

    book: MemoryWorkbook
    sentences: tuple[str, str]
    seconds: tuple[float, float]

    def rows(self, table: str) -> pd.DataFrame:
        """A table's rows, typed."""
        return read(TABLES[table], self.book.read_table(table))[0]


def imported(file: Path) -> Imported:
    """The file through both buttons; as_of is the day of its last delivery."""
    book = MemoryWorkbook({name: _blank(name) for name in TABLES})
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(file, folder)
        refreshed, first = _taken(lambda: run_macro(book, "refresh", folder=folder))
    last = read(TABLES["PurchaseOrders"], book.read_table("PurchaseOrders"))[0]["receipt_date"].max()
    settings = book.read_table("Settings")
    settings.loc[settings["setting"] == "as_of", "value"] = float(last)
    book.write_table("Settings", settings.reset_index(drop=True))
    scored, second = _taken(lambda: run_macro(book, "suppliers"))
    return Imported(book, (refreshed.sentence, scored.sentence), (first, second))


def plain(file: Path) -> pd.DataFrame:
    """Lines with a day of order, read by pandas alone: supplier, item, days taken, days late."""
    lines = pd.read_csv(file, dtype=str, keep_default_na=False)
    lines = lines[lines[ORDERED].str.match(r"\d")]
    swapped = lines[ORDERED].str.match(r"\d{4}-")
    parts = lines[ORDERED].str.split("[-/]", expand=True).astype(int)
    month, day, year = parts[0] % 100, parts[1], parts[2] % 100 + 2000  # 2009-11-14 is 9/11/14
    ordered = pd.to_datetime(pd.DataFrame({"year": year, "month": month, "day": day}))
    came, promised = (pd.to_datetime(lines[name], format="%d-%b-%y") for name in (CAME, PROMISED))
    taken = {"supplier": lines["Vendor"].str.strip(), "sku": lines["Item Description"].str.strip()}
    taken |= {"ordered": ordered, "days": (came - ordered).dt.days, "late": (came - promised).dt.days}
    return pd.DataFrame(taken | {"swapped": swapped}).query("days >= 0")


def as_serial(days: pd.Series) -> np.ndarray:
    """Days as a workbook counts them."""
    return np.array([serial(day.to_pydatetime()) for day in days])


def _blank(name: str) -> pd.DataFrame:
    rows = [{"setting": each.name, "value": each.value} for each in SETTINGS] if name == "Settings" else []
    cells = pd.DataFrame(rows, columns=TABLES[name].names, dtype=object)
    return cells.astype(object).where(cells.notna(), None)


def _taken(work: Callable[[], Result]) -> tuple[Result, float]:
    started = process_time()
    return work(), process_time() - started
