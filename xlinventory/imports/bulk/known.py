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
    """The *rows* of a file that are there already, in order, and what there is to say about it.

    *all_there*: they are all of its rows, and not listed.
    """

    rows: Rows
    told: pd.DataFrame
    all_there: bool = False


def known_rows(
    database: "DuckDBPyConnection", file: BulkFile, sheet: pd.DataFrame, parts: Sequence[Part]
) -> Known:
    """What of *file* is among the movements on the *sheet* and in *parts*: the first of those alike."""
    first, last = file.rows.days(database)
    near = [part for part in parts if part.first_day <= last and part.last_day >= first]
    rows = sheet[sheet["date"].between(first, last + 1, inclusive="left")]
    if rows.empty and not near:
        return Known(_NONE, issues.joined([]))
    books = _books(database, rows, near, first, last)
    mine = f"(SELECT row, {_HASH} AS known FROM {file.rows.movements()})"
    database.execute(_COUNT.format(books=books, mine=mine), {"source": file.name})
    told = _told(database, file, books)
    there = _number(database, "SELECT sum(least(here, times)) FROM against")
    if there == file.rows.taken:
        return Known(_NONE, told, all_there=True)
    found = database.execute(_THERE.format(mine=mine)).fetchnumpy()["row"] if there else _NONE
    return Known(np.asarray(found, dtype=np.int64), told)


_NONE = np.array([], dtype=np.int64)


def _books(
    database: "DuckDBPyConnection", sheet: pd.DataFrame, parts: Sequence[Part], first: float, last: float
) -> str:
    """SQL of what the books have of some days: what it is known by, its source, what is shown of it."""
    given = sheet.assign(day=np.floor(sheet["date"]).astype(int))[["day", *_COLUMNS]]
    for name in ("sku", "kind", "reference", "source"):
        given[name] = given[name].astype(object)
    database.register("given", given)
    columns = ", ".join(_COLUMNS)
    database.execute(
        "CREATE OR REPLACE TEMP TABLE sheet AS "
        f"SELECT {DAY_ZERO} + day::INTEGER AS date, {columns} FROM given"
    )
    database.unregister("given")
    rows = f"SELECT date, {columns} FROM sheet"
    if parts:
        rows += (
            f" UNION ALL SELECT date, {columns} FROM {relation(parts)} "
            f"WHERE date BETWEEN {DAY_ZERO} + {int(first)} AND {DAY_ZERO} + {int(last)}"
        )
    return f"(SELECT {_HASH} AS known, date, sku, quantity, source FROM ({rows}))"


_COUNT = """
CREATE OR REPLACE TEMP TABLE against AS
SELECT known, here, times, own, own + greatest(here - times, 0) AS booked FROM (
    SELECT known, sum(here) AS here, sum(times) AS times, sum(own) AS own FROM (
        SELECT known, 1::UTINYINT AS here, 0::UTINYINT AS times, 0::UTINYINT AS own FROM {mine}
        UNION ALL SELECT known, 0, 1, coalesce(source = $source, false)::UTINYINT FROM {books}
    ) GROUP BY known
) WHERE times > 0
"""
"""How often the file has what the books have, and how often they have it, and have it from this file."""
_THERE = """
SELECT row FROM (
    SELECT row, times, row_number() OVER (PARTITION BY known ORDER BY row) AS nth
    FROM {mine} JOIN (SELECT known, times FROM against WHERE here > 0) USING (known)
) WHERE nth <= times ORDER BY row
"""
_SUMS = "SELECT sum(greatest(here - booked, 0)), sum(greatest(booked - here, 0)) FROM against"
_LOST = """
SELECT date - {zero}, sku, quantity FROM {books}
SEMI JOIN (SELECT known FROM against WHERE booked > here) USING (known)
WHERE source = $source ORDER BY date, sku LIMIT 1
"""


def _told(database: "DuckDBPyConnection", file: BulkFile, books: str) -> pd.DataFrame:
    """What ``ledger.against_the_books`` says of a small file."""
    other, lost = database.execute(_SUMS).fetchall()[0]
    told = []
    if other:
        told.append(ledger.from_elsewhere(file.name, other))
    if lost:
        query = _LOST.format(books=books, zero=DAY_ZERO)
        day, sku, quantity = database.execute(query, {"source": file.name}).fetchall()[0]
        told.append(ledger.lost_since(file.name, lost, f"{day_text(float(day))} {sku} {quantity:g}"))
    return issues.joined(told)


def _number(database: "DuckDBPyConnection", query: str) -> int:
    return int(database.execute(query).fetchall()[0][0] or 0)
