"""Which rows of a large file the books have already, and which the books had from it that it lost since."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.archive.parts import DAY_ZERO, Part, relation
from xlinventory.archive.stored import ABSENT
from xlinventory.imports import issues, ledger
from xlinventory.imports.bulk.reading import BulkFile
from xlinventory.tables import day_text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Rows = NDArray[np.int64]
_PRICE = f"coalesce(round(coalesce(unit_price, unit_cost), 6), {ABSENT})"
_HASH = f"""hash(date, sku, kind, round(quantity, 6), coalesce(reference, ''),
    CASE WHEN kind = 'RECEIPT' THEN {ABSENT} ELSE {_PRICE} END)"""
"""What a movement is known by, as of ``ledger.identities``, in eight bytes."""
_COLUMNS = ("sku", "kind", "quantity", "unit_cost", "unit_price", "reference", "source")


@dataclass(frozen=True, slots=True)
class Known:
    """The *rows* of a file that are there already, in order, and what there is to say about it."""

    rows: Rows
    told: pd.DataFrame


def known_rows(
    database: "DuckDBPyConnection", file: BulkFile, sheet: pd.DataFrame, parts: Sequence[Part]
) -> Known:
    """What of *file* is among the movements on the *sheet* and in *parts*: the first of those alike."""
    first, last = file.days(database)
    near = [part for part in parts if part.first_day <= last and part.last_day >= first]
    rows = sheet[sheet["date"].between(first, last + 1, inclusive="left")]
    if rows.empty and not near:
        return Known(np.array([], dtype=np.int64), issues.joined([]))
    _give_books(database, rows, near, first, last)
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE mine AS SELECT row, known FROM "
        f"(SELECT row, {_HASH} AS known FROM {file.movements()}) SEMI JOIN books USING (known)"
    )
    found = database.execute(_THERE).fetchnumpy()["row"]
    return Known(np.asarray(found, dtype=np.int64), _told(database, file))


def _give_books(
    database: "DuckDBPyConnection", sheet: pd.DataFrame, parts: Sequence[Part], first: float, last: float
) -> None:
    """The table *books*: what is known, how often, and how often from which source, of some days."""
    given = sheet.assign(day=np.floor(sheet["date"]).astype(int))[["day", *_COLUMNS]]
    for name in ("sku", "kind", "reference", "source"):
        given[name] = given[name].astype(object)
    database.register("sheet", given)
    columns = ", ".join(_COLUMNS)
    rows = f"SELECT {DAY_ZERO} + day::INTEGER AS date, {columns} FROM sheet"
    if parts:
        rows += (
            f" UNION ALL SELECT date, {columns} FROM {relation(parts)} "
            f"WHERE date BETWEEN {DAY_ZERO} + {int(first)} AND {DAY_ZERO} + {int(last)}"
        )
    database.execute(
        "CREATE OR REPLACE TEMP TABLE books AS SELECT known, source, count(*) AS times, "
        "any_value(date) AS date, any_value(sku) AS sku, any_value(quantity) AS quantity "
        f"FROM (SELECT {_HASH} AS known, date, sku, quantity, source FROM ({rows})) GROUP BY known, source"
    )
    database.unregister("sheet")


_THERE = """
SELECT row FROM (
    SELECT row, known, row_number() OVER (PARTITION BY known ORDER BY row) AS nth FROM mine
) JOIN (SELECT known, sum(times) AS times FROM books GROUP BY known) USING (known)
WHERE nth <= times ORDER BY row
"""
_AGAINST = """
CREATE OR REPLACE TEMP TABLE against AS
SELECT known, coalesce(file.times, 0) AS here, coalesce(own.times, 0) AS own,
    coalesce(own.times, 0) + greatest(coalesce(file.times, 0) - every.times, 0) AS booked,
    own.date, own.sku, own.quantity
FROM (SELECT known, sum(times) AS times FROM books GROUP BY known) AS every
LEFT JOIN (SELECT known, count(*) AS times FROM mine GROUP BY known) AS file USING (known)
LEFT JOIN (SELECT * FROM books WHERE source = $source) AS own USING (known)
"""
_SUMS = "SELECT sum(greatest(here - booked, 0)), sum(greatest(booked - here, 0)) FROM against"
_LOST = f"SELECT date - {DAY_ZERO}, sku, quantity FROM against WHERE booked > here ORDER BY date, sku LIMIT 1"


def _told(database: "DuckDBPyConnection", file: BulkFile) -> pd.DataFrame:
    """What ``ledger.against_the_books`` says of a small file."""
    database.execute(_AGAINST, {"source": file.name})
    other, lost = database.execute(_SUMS).fetchall()[0]
    told = []
    if other:
        told.append(ledger.from_elsewhere(file.name, other))
    if lost:
        day, sku, quantity = database.execute(_LOST).fetchall()[0]
        told.append(ledger.lost_since(file.name, lost, f"{day_text(float(day))} {sku} {quantity:g}"))
    return issues.joined(told)
