"""What is read out of the movements kept beside a workbook."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.archive.by_day import CODES, STEPS, TEXTS, UNIT_STEPS
from xlinventory.archive.connection import MOST_MEMORY, connected
from xlinventory.archive.parts import DAY_ZERO, SOUND, Part, relation
from xlinventory.sheets.movements import MOVEMENTS
from xlinventory.tables import Kind
from xlinventory.workbook import WorkbookError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LINES = "lines"
"""Column that says how many movements a row stands for."""
AFTER_SHEET = "after_sheet"
"""Column that marks movements which, of one day, come after those of the sheet."""
READING = 512 << 20
"""Bytes for adding up by day: what does not fit goes to the disk meanwhile."""
ABSENT = -1e300
"""Stands for no number where numbers are compared."""
NO_WORD = np.array([""], dtype=object)

Words = NDArray[np.object_]


class Stored:
    """The movements of some parts; all methods raise WorkbookError when one cannot be read after all."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = tuple(parts)

    def daily(self, sheet: pd.DataFrame | None = None) -> pd.DataFrame:
        """Movements (typed, oldest first) with a day's issues of an item added up; see ``by_day``.

        *sheet*: the movements on the sheet, of which some may bring back what these took out. Beside the
        columns of Movements there are *lines*, how many movements a row stands for, and *after_sheet*.
        """
        return self._found(STEPS, _came_back(sheet))

    def units_of_days(self) -> pd.DataFrame:
        """``daily`` without money: one row for each item, day and kind, for stock and demand."""
        return self._found(UNIT_STEPS, _came_back(None))

    def _found(self, steps: Sequence[str], came_back: pd.DataFrame) -> pd.DataFrame:
        """What the *steps* make of the movements."""
        late = [place for place, part in enumerate(self.parts) if not part.was_on_the_sheet]
        with self._open() as database:
            _give(database, "sheet", came_back, {"sku": "VARCHAR", "day": "INTEGER", "reference": "VARCHAR"})
            _give(database, "after_sheet", pd.DataFrame({"part": late}, dtype=np.int64), {"part": "INTEGER"})
            for step in steps:
                database.execute(step)
            return _as_movements(database)

    def alike(self, lines: pd.DataFrame) -> pd.DataFrame:
        """The movements that are the same as any of *lines*, as they are stored, with their *part* and *row*.

        The same are those of one day, item, kind, quantity, price (else cost; a receipt is known without it)
        and reference, numbers to 6 decimals; or of one reference and order_line, where a line has both.
        """
        with self._open() as database:
            _give(database, "wanted", _known_by(lines), KNOWN_BY)
            found = database.execute(ALIKE).df()
        return _typed(found)

    def brought_by(self, sources: Sequence[str]) -> pd.DataFrame:
        """The movements that came from these files, as they are stored, with their *part* and *row*."""
        with self._open() as database:
            _give(database, "wanted", pd.DataFrame({"source": list(sources)}), {"source": "VARCHAR"})
            found = database.execute(
                'SELECT * FROM stored SEMI JOIN wanted USING (source) ORDER BY part, "row"'
            ).df()
        return _typed(found)

    def units(self) -> "pd.Series[float]":
        """Units that came less units that went, by item; transfers do not count."""
        with self._open() as database:
            sums = database.execute(UNITS).df()
        return pd.Series(sums["units"].to_numpy(dtype=float), index=sums["sku"].astype(object), name="units")

    @contextmanager
    def _open(self, memory: int = MOST_MEMORY) -> "Iterator[DuckDBPyConnection]":
        """A database that knows the movements as *stored*; what goes wrong in it is one sentence."""
        with connected(*{part.path.parent for part in self.parts}, memory=memory) as database:
            try:
                database.execute(f"CREATE TEMP VIEW stored AS SELECT * FROM {relation(self.parts)}")
                self._refuse_no_movements(database)
                yield database
            except database_errors() as error:
                files = ", ".join(part.file for part in self.parts)
                raise WorkbookError(
                    f"Movements beside the workbook cannot be read ({str(error).splitlines()[0]}): {files}."
                ) from error

    def _refuse_no_movements(self, database: "DuckDBPyConnection") -> None:
        """Raise where a file that could be read holds something else than movements."""
        odd = f"SELECT part FROM stored WHERE NOT coalesce({SOUND}, false) LIMIT 1"
        for (part,) in database.execute(odd).fetchall():
            raise WorkbookError(f"{self.parts[part].file} holds rows that are no movements; restore it.")


UNITS = """
SELECT sku, round(sum(quantity), 6) AS units FROM stored WHERE kind <> 'TRANSFER' GROUP BY sku ORDER BY sku
"""

KNOWN_BY = {
    "day": "INTEGER", "sku": "VARCHAR", "kind": "VARCHAR", "units": "DOUBLE", "price": "DOUBLE",
    "reference": "VARCHAR", "order_line": "VARCHAR",
}  # fmt: skip
"""What a movement is known by, as of ``imports.ledger.identities``, and its order line."""

_KNOWN = f"""
SELECT part, "row", date - {DAY_ZERO} AS day, sku, kind, round(quantity, 6) AS units,
    CASE WHEN kind = 'RECEIPT' THEN {ABSENT}
         ELSE coalesce(round(coalesce(unit_price, unit_cost), 6), {ABSENT}) END AS price,
    coalesce(reference, '') AS reference, coalesce(order_line, '') AS order_line
FROM stored
"""
ALIKE = f"""
WITH known AS ({_KNOWN}), numbered AS (
    SELECT DISTINCT reference, order_line FROM wanted WHERE reference <> '' AND order_line <> ''
), found AS (
    SELECT part, "row" FROM known SEMI JOIN wanted USING (day, sku, kind, units, price, reference)
    UNION SELECT part, "row" FROM known SEMI JOIN numbered USING (reference, order_line)
)
SELECT * FROM stored SEMI JOIN found USING (part, "row") ORDER BY part, "row"
"""


def database_errors() -> type[Exception]:
    """What DuckDB raises."""
    import duckdb  # noqa: PLC0415 - only where it was needed before

    return duckdb.Error


def _give(database: "DuckDBPyConnection", name: str, rows: pd.DataFrame, types: Mapping[str, str]) -> None:
    """A table of the database from rows, of these types whatever is in them."""
    columns = ", ".join(f"{column} {kind}" for column, kind in types.items())
    database.execute(f"CREATE TEMP TABLE {name} ({columns})")
    database.register("given", rows[list(types)])
    database.execute(f"INSERT INTO {name} SELECT * FROM given")
    database.unregister("given")


def _came_back(sheet: pd.DataFrame | None) -> pd.DataFrame:
    """Item, day and reference of what came back on the sheet."""
    if sheet is None:
        return pd.DataFrame({"sku": [], "day": [], "reference": []})
    back = sheet[sheet["kind"].isin(["SALE", "CUSTOMER_RETURN"]) & sheet["quantity"].gt(0)]
    named = back["reference"].ne("")
    return pd.DataFrame(
        {"sku": back["sku"], "day": np.floor(back["date"]), "reference": back["reference"].where(named, None)}
    )


def _known_by(lines: pd.DataFrame) -> pd.DataFrame:
    price = lines["unit_price"].fillna(lines["unit_cost"]).where(lines["kind"].ne("RECEIPT"))
    content = lines[["sku", "kind", "reference", "order_line"]]
    numbers = {"units": lines["quantity"].round(6), "price": price.round(6).fillna(ABSENT)}
    return content.assign(day=np.floor(lines["date"]), **numbers)


def _as_movements(database: "DuckDBPyConnection") -> pd.DataFrame:
    """The table *ordered* as typed rows; words come once and are shared by the rows that have them.

    Column by column, so that no more than one is there twice.
    """
    words = {
        "sku": _words(database, "SELECT sku FROM items ORDER BY item"),
        "kind": np.array(list(CODES), dtype=object),
    } | {
        name: np.append(NO_WORD, _words(database, f"SELECT {name} FROM {name}_words ORDER BY code"))
        for name in TEXTS
    }
    columns = {}
    for name in (*MOVEMENTS.names, LINES, AFTER_SHEET):
        cells = _numbers(database, SELECTED.get(name, name))
        columns[name] = pd.Series(words[name][cells], dtype=object) if name in words else pd.Series(cells)
    return pd.DataFrame(columns, copy=False)


SELECTED = {
    "date": "CAST(day AS DOUBLE)", "sku": "item",
    LINES: "CAST(lines AS DOUBLE)", AFTER_SHEET: "late",
}  # fmt: skip
"""What a column of movements is in *ordered*, where it has another name."""


def _words(database: "DuckDBPyConnection", select: str) -> Words:
    """A column of texts."""
    return np.array([text for (text,) in database.execute(select).fetchall()], dtype=object)


def _numbers(database: "DuckDBPyConnection", name: str) -> NDArray[Any]:
    """A column of numbers or truths, NaN where there is none."""
    cells: Any = database.execute(f"SELECT {name} AS cells FROM ordered").fetchnumpy()["cells"]
    return np.asarray(cells.filled(np.nan) if np.ma.is_masked(cells) else cells)


def _typed(found: pd.DataFrame) -> pd.DataFrame:
    """Rows as the database gives them, as typed rows of Movements."""
    rows = pd.DataFrame(index=found.index)
    for column in MOVEMENTS.columns:
        cells = found[column.name]
        if column.kind is Kind.TEXT:
            rows[column.name] = pd.Series(cells.astype(object).where(cells.notna(), ""), dtype=object)
        elif column.kind is Kind.DATE:
            rows[column.name] = (cells - pd.Timestamp("1899-12-30")) / pd.Timedelta(days=1)
        else:
            rows[column.name] = cells.astype(float)
    return rows.assign(part=found["part"], row=found["row"])
