"""How the engine reads the numbers and days of a file: the plain ways, proved on the file's first rows.

A way that reads a text of the sample in another way than the readers of small files is not used. A text that
it cannot read is no mistake yet: the readers of small files are asked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlinventory.arguments import EPOCH
from xlinventory.imports.layouts import Field, Layout
from xlinventory.imports.lines import read_field
from xlinventory.imports.notation import Notation
from xlinventory.tables import Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_UNREAD = 0.05
"""Share of the sample's cells that a way may leave unread."""
_POINT = "try_cast({0} AS DOUBLE)"
_COMMA = "CASE WHEN NOT contains({0}, '.') THEN try_cast(replace({0}, ',', '.') AS DOUBLE) END"
_ISO = "try_cast({0} AS DATE)"
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_ORDERS = ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y")
_SEPARATORS = ("/", ".", "-")


@dataclass(frozen=True, slots=True)
class Way:
    """A way to read a cell, in SQL; NULL for what it cannot read. {0} is the cell."""

    pattern: str

    def sql(self, cell: str) -> str:
        """The value of a cell."""
        return self.pattern.format(cell)


def ways(
    connection: "DuckDBPyConnection", layout: Layout, sample: Mapping[str, pd.Series], notation: Notation
) -> dict[str, Way] | None:
    """How to read each field of numbers or days in the *sample*; None if one has no plain way."""
    found: dict[str, Way] = {}
    for each in layout.fields:
        if each.name in sample and each.column.kind is not Kind.TEXT:
            way = _way(connection, each, sample[each.name].drop_duplicates(), notation)
            if way is None:
                return None
            found[each.name] = way
    return found


def _way(connection: "DuckDBPyConnection", each: Field, texts: pd.Series, notation: Notation) -> Way | None:
    """The first way that reads nearly all of the texts, and none of them otherwise."""
    values, _ = read_field(each, texts, notation)
    expected = values.to_numpy(dtype=float)
    filled = max(int(texts.ne("").sum()), 1)
    for way in map(Way, _ways(each.column.kind)):
        read = _numbers(connection, way, texts, each.column.kind)
        agree = np.isnan(read) | (read == expected)
        if agree.all() and (np.isnan(read) & texts.ne("").to_numpy()).sum() <= MOST_UNREAD * filled:
            return way
    return None


def _ways(kind: Kind) -> Iterator[str]:
    if kind is not Kind.DATE:
        yield from (_POINT, _COMMA)
        return
    yield _ISO
    for order in _ORDERS:
        for separator in _SEPARATORS:
            day = order.format(separator)
            formats = ", ".join(f"'{day}{time}'" for time in _TIMES)
            yield f"try_strptime({{0}}, [{formats}])::DATE"


def _numbers(
    connection: "DuckDBPyConnection", way: Way, texts: pd.Series, kind: Kind
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """What a way reads the texts as, days as serials; NaN for what it cannot read."""
    value = way.sql("text")
    if kind is Kind.DATE:
        value = f"date_diff('day', DATE '{EPOCH:%Y-%m-%d}', {value})"
    given = pd.DataFrame({"text": texts.where(texts.ne(""), None).astype(object).to_numpy()})
    connection.register("texts", given)
    found = connection.execute(f"SELECT ({value})::DOUBLE AS value FROM texts").fetchnumpy()["value"]
    connection.unregister("texts")
    return np.ma.filled(np.ma.asarray(found, dtype=float), np.nan)
