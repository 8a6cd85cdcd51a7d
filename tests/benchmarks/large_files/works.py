"""The works that are compared: our way from the file to the Demand table, and others that read and group it.

Ours calls what the buttons Refresh from CSV and Forecast call, all but the workbook: the file becomes Parquet
beside it, every line is held against the rules and those that are refused are told, items get their names and
prices, the movements are added up by day and then by week, with the share of days in stock. The others add up
a column by item and week and keep nothing.
"""

import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.archive.connection import connect, quoted
from xlinventory.archive.parts import ENDING, FOLDER, LEFT_OUT, Part, described
from xlinventory.archive.stored import Stored
from xlinventory.imports.bulk import facts
from xlinventory.imports.bulk.reading import BulkFile, read_plain
from xlinventory.imports.reading import read_file
from xlinventory.macros.calendar import complete_periods
from xlinventory.macros.demand import demand_table, notes_of
from xlinventory.sheets import TABLES

OURS = "the file to the Demand table"
FLOOR, PANDAS, POLARS = "DuckDB: read and group", "pandas: read_csv and groupby", "Polars: read and group"
READ, FACTS, DEMAND = "Parquet beside the workbook, odd lines told", "names and prices of items", "Demand"
NO_MAP = pd.DataFrame(columns=TABLES["ImportMap"].names, dtype=object)
TEXTS = {"InvoiceNo": "str", "StockCode": "str"}
Told = dict[str, Any]


def ours(path: Path) -> Told:
    """Processor seconds of each step, lines read and left out, megabytes of Parquet."""
    return _to_demand(path)[1]


def _to_demand(path: Path) -> tuple[pd.DataFrame, Told]:
    """The Demand table of a file, and what ``ours`` tells; what was written is gone afterwards."""
    with (
        TemporaryDirectory(dir=path.parent, suffix=FOLDER) as scratch,
        connect(path.parent, Path(scratch)) as database,
    ):
        laps, folder = _Laps(), Path(scratch)
        file = read_plain(path, NO_MAP, folder / f"sales{ENDING}", database)
        assert isinstance(file, BulkFile), "else there is nothing to measure"
        laps.lap(READ)
        part = _part(file, database)
        laps.lap(FACTS)
        demand = demand_of(Stored([part]).units_of_days())
        laps.lap(DEMAND)
        size = part.bytes / 1e6
    return demand, {"steps": laps.seconds, "read": file.odd.read, "left out": part.left_out, "MB": size}


def _part(file: BulkFile, database: duckdb.DuckDBPyConnection) -> Part:
    """The part with its list of what is left out, as Refresh books it; names and prices are asked for."""
    facts.item_facts(database, [file], {}, facts.items_moved(database, file))
    path = file.rows.part
    out = path.with_name(path.name.removesuffix(ENDING) + LEFT_OUT)
    database.execute(f"COPY (SELECT place AS row FROM {file.rows.out_of_it} ORDER BY place) TO {quoted(out)}")
    beside, place = path.parent.with_suffix(".xlsx"), f"{path.parent.name}/{path.name}"
    return described(beside, place, file.name, len(file.rows.left_out))


def demand_of(movements: pd.DataFrame) -> pd.DataFrame:
    """The Demand table by weeks until the last movement, as Forecast makes it in a new workbook."""
    skus = np.array(sorted(set(movements["sku"])), dtype=object)
    periods = complete_periods("week", movements["date"].min(), movements["date"].max())
    rows = pd.DataFrame({name: [] for name in ("sku", "period", "override", "event")})
    return demand_table(movements, notes_of(rows, skus, periods), skus, periods, 0.0, 1)


class _Laps:
    """Processor seconds of one step after the other."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = time.process_time()

    def lap(self, name: str) -> None:
        """The step of this name is done."""
        now = time.process_time()
        self.seconds[name], self._since = now - self._since, now


def by_duckdb(path: Path) -> int:
    """One query, its columns' kinds found by the engine; the rows that come out."""
    week = "date_trunc('week', InvoiceDate)"
    query = f"SELECT StockCode, {week} AS week, sum(Quantity) FROM read_csv({quoted(path)}) GROUP BY ALL"
    with duckdb.connect() as database:
        return len(database.execute(query).fetchall())


def by_pandas(path: Path) -> int:
    """The same with a table in memory."""
    table = pd.read_csv(path, parse_dates=["InvoiceDate"], dtype=TEXTS)
    return len(table.groupby(["StockCode", table["InvoiceDate"].dt.to_period("W")])["Quantity"].sum())


def by_polars(path: Path) -> int:
    """The same with Polars, as a stream."""
    import polars as pl  # noqa: PLC0415 - not everyone has it

    texts = {"InvoiceNo": pl.String, "StockCode": pl.String}
    week = pl.col("InvoiceDate").dt.truncate("1w")
    lines = pl.scan_csv(path, schema_overrides=texts, try_parse_dates=True)
    return len(lines.group_by("StockCode", week).agg(pl.col("Quantity").sum()).collect(engine="streaming"))


def duckdb_parquet(path: Path) -> int:
    """All cells as text into Parquet, in their order, in a gigabyte."""
    to = path.with_suffix(".duckdb.parquet")
    options = "FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880"
    with duckdb.connect(config={"memory_limit": "1GiB"}) as database:
        database.execute(f"COPY (FROM read_csv({quoted(path)}, all_varchar = true)) TO '{to}' ({options})")
    return _gone(to)


def polars_parquet(path: Path) -> int:
    """The same as a stream of Polars."""
    import polars as pl  # noqa: PLC0415

    to = path.with_suffix(".polars.parquet")
    pl.scan_csv(path, infer_schema=False).sink_parquet(to, compression="snappy", row_group_size=122_880)
    return _gone(to)


def arrow_parquet(path: Path) -> int:
    """The same batch by batch with pyarrow, which wants to be told that all is text."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import csv, parquet  # noqa: PLC0415

    to = path.with_suffix(".arrow.parquet")
    with path.open(encoding="utf-8") as stream:
        names = stream.readline().strip().split(",")
    texts = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    blocks = csv.ReadOptions(block_size=16 << 20)
    with (
        csv.open_csv(path, blocks, convert_options=texts) as reader,
        parquet.ParquetWriter(to, reader.schema, compression="snappy") as writer,
    ):
        for batch in reader:
            writer.write_batch(batch, row_group_size=122_880)
    return _gone(to)


def _gone(path: Path) -> int:
    size = path.stat().st_size
    path.unlink()
    return size


def careful(path: Path) -> int:
    """The readers of small files, a table in memory."""
    return read_file(path, NO_MAP).read


WORKS: Mapping[str, Callable[[Path], Any]] = {
    OURS: ours, FLOOR: by_duckdb, PANDAS: by_pandas, POLARS: by_polars,
}  # fmt: skip
TO_PARQUET: Mapping[str, Callable[[Path], Any]] = {
    "DuckDB": duckdb_parquet, "pyarrow": arrow_parquet, "Polars": polars_parquet,
}  # fmt: skip
CAREFUL = "the readers of small files, into memory"
NEEDED = {POLARS: "polars", "pyarrow": "pyarrow", "Polars": "polars"}
"""Packages that may be missing; their works are then left out."""


def there(names: Mapping[str, Any]) -> list[str]:
    """Those of the works whose package is installed."""
    return [name for name in names if find_spec(NEEDED.get(name, "duckdb"))]


PLAIN_RULES = """
    NOT regexp_full_match(upper(trim(StockCode)), 'POST|DOT|M|D|S|B|C2|C3|CRUK|PADS|BANK CHARGES|AMAZONFEE|'
        'GIFT|GIFT_.*|ADJUST[0-9]*|TEST[0-9]*')
    AND Quantity <> 0 AND UnitPrice > 0 AND (Quantity < 0) = (upper(InvoiceNo[1]) = 'C')
"""
"""Which lines are taken, written down by hand from docs/csv.md."""


def disagreement(path: Path) -> tuple[float, int]:
    """The largest difference in units, of any item and week, between Demand and a query by hand; rows.

    Units that came back beyond those sold in a week undo the sales of the weeks before, as docs say.
    """
    demand, _ = _to_demand(path)
    kinds = "types = {'InvoiceNo': 'VARCHAR', 'StockCode': 'VARCHAR'}"
    with duckdb.connect() as database:
        by_hand = database.execute(f"""
            SELECT upper(trim(StockCode)) AS sku, sum(Quantity) AS units,
                date_trunc('week', InvoiceDate)::DATE - DATE '1899-12-30' AS period
            FROM read_csv({quoted(path)}, {kinds}) WHERE {PLAIN_RULES} GROUP BY ALL
        """).df()
    sold = demand.set_index(["sku", "period"])["sold"].unstack().fillna(0.0)  # noqa: PD010 - no pair twice
    net = by_hand.set_index(["sku", "period"])["units"].unstack().fillna(0.0)  # noqa: PD010
    weeks = net.reindex(columns=sold.columns, fill_value=0.0)
    if set(sold.index) != set(net.index):
        return float("inf"), len(demand)
    expected = np.array([_carried_back(row) for row in weeks.to_numpy(dtype=float)])
    return float(np.abs(expected - sold.reindex(net.index).to_numpy()).max()), len(demand)


def _carried_back(weeks: NDArray[np.float64]) -> list[float]:
    """Units sold week by week; what came back beyond them is owed by the weeks before."""
    owed, found = 0.0, []
    for units in weeks[::-1]:
        owed += units
        found.append(max(owed, 0.0))
        owed = min(owed, 0.0)
    return found[::-1]
