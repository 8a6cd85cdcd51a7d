"""What a large file says about items and days, added up by the engine."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlinventory.archive.connection import quoted
from xlinventory.archive.parts import DAY_ZERO
from xlinventory.imports.bulk.reading import BulkFile

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def item_facts(
    database: "DuckDBPyConnection",
    files: Sequence[BulkFile],
    lines: Mapping[str, pd.DataFrame],
    skus: Collection[str],
) -> pd.DataFrame:
    """``ledger.item_facts`` of some items, from large *files* and from the *lines* of small ones."""
    _give_lines(database, lines, skus)
    rows = " UNION ALL ".join(["SELECT * FROM small", *map(_facts_of, files)])
    found = database.execute(_FACTS.format(rows=rows)).df()
    return found.astype({"sku": object, "name": object, "sell_price": float})


_FACTS = """
WITH moved AS MATERIALIZED (
    SELECT file, sku, name, unit_price, kind, count(*) AS times, min(line) AS line
    FROM ({rows}) SEMI JOIN skus USING (sku) GROUP BY ALL
), named AS (
    SELECT sku, name, sum(times) AS times, dense_rank() OVER (ORDER BY name) AS rank
    FROM moved WHERE name <> '' GROUP BY sku, name
), called AS (
    SELECT sku, arg_max(name, (times, -rank)) AS name FROM named GROUP BY sku
), priced AS (
    SELECT sku, unit_price, sum(times) AS times
    FROM moved WHERE kind = 'SALE' AND unit_price IS NOT NULL GROUP BY sku, unit_price
), placed AS (
    SELECT *, sum(times) OVER (PARTITION BY sku ORDER BY unit_price) AS up_to,
        sum(times) OVER (PARTITION BY sku) AS every FROM priced
), sold AS (
    SELECT sku, min(unit_price) FILTER (2 * up_to >= every) / 2
        + min(unit_price) FILTER (2 * up_to > every) / 2 AS sell_price FROM placed GROUP BY sku
)
SELECT sku, coalesce(called.name, '') AS name, sell_price
FROM (SELECT sku, min((file, line)) AS first FROM moved GROUP BY sku)
LEFT JOIN called USING (sku) LEFT JOIN sold USING (sku) ORDER BY first
"""
"""Equal lines are counted first: a median of 20 million prices would keep each of them."""


def _facts_of(file: BulkFile) -> str:
    """What the rows of a file say of items; a row stands about where its line does."""
    name = "name" if "name" in file.rows.columns else "NULL"
    columns = f"{quoted(file.name)}, row, sku, kind::VARCHAR, {name}, unit_price"
    return f"SELECT {columns} FROM {file.rows.movements()}"


def _give_lines(
    database: "DuckDBPyConnection", lines: Mapping[str, pd.DataFrame], skus: Collection[str]
) -> None:
    """The tables *small*, what the lines of small files say of items, and *skus*."""
    names = ("sku", "kind", "name", "unit_price")
    parts = [
        rows[[*names]].assign(file=file, line=rows.index) for file, rows in lines.items() if "name" in rows
    ]
    small = pd.concat(parts or [pd.DataFrame(columns=["file", "line", *names])])
    for name in ("file", "sku", "kind", "name"):
        small[name] = small[name].astype(object)
    database.register("given", small)
    database.execute(
        "CREATE OR REPLACE TEMP TABLE small AS SELECT file::VARCHAR AS file, line::BIGINT AS line, "
        "sku::VARCHAR AS sku, kind::VARCHAR AS kind, name::VARCHAR AS name, "
        "CASE WHEN NOT isnan(unit_price::DOUBLE) THEN unit_price::DOUBLE END AS unit_price FROM given"
    )
    database.register("given", pd.DataFrame({"sku": sorted(skus)}, dtype=object))
    database.execute("CREATE OR REPLACE TEMP TABLE skus AS SELECT sku::VARCHAR AS sku FROM given")
    database.unregister("given")


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
