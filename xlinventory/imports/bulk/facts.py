"""What a large file says about items and days, added up by the engine."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlinventory.archive.parts import DAY_ZERO
from xlinventory.imports.bulk.reading import BulkFile

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def item_facts(database: "DuckDBPyConnection", file: BulkFile) -> pd.DataFrame:
    """Each item, the first moved first: the name it is called most often, the median price of its sales."""
    name = "name" if "name" in file.rows.columns else "NULL"
    price = "median(unit_price) FILTER (kind = 'SALE')" if "unit_price" in file.rows.columns else "NULL"
    rows = file.rows.movements()
    found = database.execute(f"""
        WITH named AS (SELECT sku, {name} AS name, count(*) AS times FROM {rows} GROUP BY ALL),
        called AS (
            SELECT sku, arg_max(name, (times, -rank)) AS name FROM (
                SELECT *, dense_rank() OVER (ORDER BY name) AS rank FROM named WHERE name <> ''
            ) GROUP BY sku
        )
        SELECT sku, coalesce(called.name, '') AS name, sell_price FROM (
            SELECT sku, min(row) AS first, {price} AS sell_price FROM {rows} GROUP BY sku
        ) LEFT JOIN called USING (sku) ORDER BY first
    """).df()
    return found.astype({"sku": object, "name": object, "sell_price": float})


def items_moved(database: "DuckDBPyConnection", file: BulkFile) -> list[str]:
    """The items that it moves."""
    found = database.execute(f"SELECT DISTINCT sku FROM {file.rows.movements()} ORDER BY sku").fetchall()
    return [sku for (sku,) in found]


def rows_of_items(
    database: "DuckDBPyConnection", file: BulkFile, skus: list[str]
) -> tuple["np.ndarray[tuple[int], np.dtype[np.int64]]", list[str]]:
    """The rows that move these items, in order, and the item of each."""
    database.register("given", pd.DataFrame({"sku": skus}))
    found = database.execute(
        f"SELECT row, sku FROM {file.rows.movements()} SEMI JOIN given USING (sku) ORDER BY row"
    ).fetchnumpy()
    database.unregister("given")
    return np.asarray(found["row"], dtype=np.int64), list(found["sku"])


def kinds_moved(database: "DuckDBPyConnection", file: BulkFile) -> pd.DataFrame:
    """A row for each item and kind of movement: sku, kind and the last *date*."""
    found = database.execute(
        f"SELECT sku, kind, max(date) - {DAY_ZERO} AS date FROM {file.rows.movements()} GROUP BY sku, kind"
    ).df()
    return found.astype({"sku": object, "kind": object, "date": float})


def days_after(database: "DuckDBPyConnection", file: BulkFile, today: float) -> tuple[int, float]:
    """How many rows are dated after a day, and the last of their days."""
    late = f"FROM {file.rows.movements()} WHERE date > {DAY_ZERO} + {int(today)}"
    count, last = database.execute(f"SELECT count(*), max(date) - {DAY_ZERO} {late}").fetchall()[0]
    return int(count), float(last or 0)
