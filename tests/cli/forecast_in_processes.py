"""A program that forecasts many items in two processes and tells its progress, for a test to stop it."""

import signal
import sys

import numpy as np
import pandas as pd

import xlinventory.macros  # noqa: F401 - importing it records the macros
from xlinventory.core.forecasting import batches
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES

ITEMS, WEEKS, FIRST = 1_200, 30, 40875.0


class Told(MemoryWorkbook):
    """A book in memory that tells its progress."""

    def report(self, message: str, share: float | None = None) -> None:
        """One line."""
        sys.stdout.write(f"{share} {message}\n")
        sys.stdout.flush()


def book() -> Told:
    """Many items that sell every week."""
    tables = {name: pd.DataFrame(columns=table.names, dtype=object) for name, table in TABLES.items()}
    sku = np.array([f"S{i:05}" for i in range(ITEMS)], dtype=object)
    quantity = -np.random.default_rng(1).poisson(9.0, ITEMS * WEEKS).astype(float)
    sales = {"sku": np.repeat(sku, WEEKS), "date": np.tile(FIRST + 7.0 * np.arange(WEEKS), ITEMS)}
    rows = pd.DataFrame(sales | {"kind": "SALE", "quantity": quantity}).astype(object)
    tables["Movements"] = rows.reindex(columns=TABLES["Movements"].names)
    tables["Settings"] = pd.DataFrame(
        [{"setting": "as_of", "value": FIRST + 7 * WEEKS - 1}], columns=TABLES["Settings"].names
    )
    return Told(tables)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background is begun without it
    batches.SMALLEST_BATCH = 8  # so that much is left to do when the first are done
    run_macro(book(), "forecast", processes=2)
