"""How the engine reads the numbers and days of a file: the plain ways, proved on the file's first rows.

A way that reads a text of the sample in another way than the readers of small files is not used. A text that
it cannot read is no mistake yet: the readers of small files are asked. The engine knows more than they do
("1_000", "epoch"), so a way reads nothing but what looks as it should.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlinventory.archive.connection import quoted
from xlinventory.arguments import EPOCH
from xlinventory.imports.cells import DayOrder, DecimalMark
from xlinventory.imports.layouts import Field, Layout
from xlinventory.imports.lines import read_field
from xlinventory.imports.notation import Notation
from xlinventory.tables import Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_UNREAD = 0.05
"""Share of the sample's cells that a way may leave unread."""
_SHORT = "NOT contains({0}, '_') AND strlen({0}) < 20"
_POINT = f"CASE WHEN {_SHORT} THEN try_cast({{0}} AS DOUBLE) END"
_COMMA = (
    f"CASE WHEN {_SHORT} AND NOT contains({{0}}, '.') THEN try_cast(replace({{0}}, ',', '.') AS DOUBLE) END"
)
_DAY_AND_TIME = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?Z?)?"
_ISO = (
    "CASE WHEN strlen({0}) IN (10, 19) AND {0} LIKE '____-__-__%' THEN try_cast({0} AS DATE) "  # the quickest
    f"WHEN regexp_full_match({{0}}, '{_DAY_AND_TIME}') THEN try_cast({{0}} AS DATE) END"
)
_CLOCK, _HALF = "[0-9]{1,2}:[0-9]{2}", "[AaPp][Mm]"
_TIMES: Mapping[str, str] = {
    "": "", " %H:%M": f" {_CLOCK}", " %H:%M:%S": f" {_CLOCK}:[0-9]{{2}}",
    " %I:%M %p": f" {_CLOCK} {_HALF}", " %I:%M:%S %p": f" {_CLOCK}:[0-9]{{2}} {_HALF}",
}  # fmt: skip
"""Times of day after a day, and what they look like."""
_DAY = "[0-9]{1,2}[%s][0-9]{1,2}[%s][0-9]{4}"
_NUMBERS = {DecimalMark.POINT: _POINT, DecimalMark.COMMA: _COMMA}
_ORDERS = {DayOrder.DAY_FIRST: "dm", DayOrder.MONTH_FIRST: "md"}
_SEPARATORS = ("/", ".", "-")


@dataclass(frozen=True, slots=True)
class Way:
    """A way to read a cell, in SQL; NULL for what it cannot read. {0} is the cell.

    *written*: how it writes days, as of strftime.
    """

    pattern: str
    written: str = ""

    @property
    def needs_order(self) -> bool:
        """Whether days and months could be taken for each other."""
        return self.written.endswith("Y")

    def sql(self, cell: str) -> str:
        """The value of a cell."""
        return self.pattern.replace("{0}", cell)


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
    for way in _ways(each, texts, notation):
        read = _numbers(connection, way, texts, each.column.kind)
        agree = np.isnan(read) | (read == expected)
        if agree.all() and (np.isnan(read) & texts.ne("").to_numpy()).sum() <= MOST_UNREAD * filled:
            return way
    return None


def _ways(each: Field, texts: pd.Series, notation: Notation) -> Iterator[Way]:
    if each.column.kind is not Kind.DATE:
        yield Way(_NUMBERS[notation.marks[each.name]])
        return
    yield Way(_ISO, "%Y-%m-%d")
    for separator in _SEPARATORS:
        day = _DAY % (separator, separator)
        if times := [time for time, shape in _TIMES.items() if texts.str.fullmatch(day + shape).any()]:
            yield _year_last(_ORDERS[notation.days[each.name]], separator, times, texts)


def _year_last(order: str, separator: str, times: list[str], texts: pd.Series) -> Way:
    """Days of one order and separator with the *times* that some text has: each format more takes time."""
    shape = _DAY % (separator, separator) + f"({'|'.join(_TIMES[time] for time in times)})"
    day = separator.join(f"%{letter}" for letter in f"{order}Y")
    formats = ", ".join(quoted(day + time) for time in times)
    has_zeros = not texts.str.contains(r"^\d\D|^\d+\D\d\D", regex=True).any()
    read = f"try_strptime({{0}}, [{formats}])::DATE"
    return Way(
        f"CASE WHEN regexp_full_match({{0}}, {quoted(shape)}) THEN {read} END",
        day if has_zeros else re.sub("%([dm])", r"%-\1", day),
    )


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
