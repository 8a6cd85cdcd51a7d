"""A plain file as Parquet of movements, with an issue for every line that is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.arguments import EPOCH
from xlinventory.imports import issues
from xlinventory.imports.bulk.line_numbers import line_numbers
from xlinventory.imports.bulk.notation import readers
from xlinventory.imports.bulk.plain import PlainFile, plain_file, quoted
from xlinventory.imports.bulk.statements import BrokenRule, Statements, is_for_sql
from xlinventory.imports.layouts import Layout
from xlinventory.imports.mapping import ColumnMapping, mapped
from xlinventory.imports.reading import Notation, notation_of, read_field
from xlinventory.tables import Kind, to_text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PARQUET = "FORMAT parquet, COMPRESSION snappy, PARQUET_VERSION v2, ROW_GROUP_SIZE 122880"
_BLANK = -1
"""Number of the rule of lines in which nothing stands that is used: they do not count as read."""
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class BulkFile:
    """A file as it was understood: *part* is Parquet of its lines, as movements, in their order.

    *left_out* are the rows of the part that are not taken. Other attributes are those of a ReadFile.
    """

    file: str
    layout: Layout
    part: Path
    left_out: Rows
    read: int
    import_map: pd.DataFrame
    issues: pd.DataFrame
    noted: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Reading:
    """What reading one file needs."""

    connection: "DuckDBPyConnection"
    plain: PlainFile
    how: ColumnMapping
    layout: Layout
    part: Path

    @property
    def file(self) -> str:
        return self.plain.path.name

    def rows(self, query: str) -> dict[str, Any]:
        """The answer to a query, column by column."""
        return self.connection.execute(query).fetchnumpy()

    @property
    def stored(self) -> str:
        """The part in SQL, each row with its number."""
        return f"read_parquet({quoted(str(self.part))}, file_row_number = true)"


def read_plain(
    path: Path, import_map: pd.DataFrame, part: Path, connection: "DuckDBPyConnection"
) -> BulkFile | None:
    """The file as *part*, written anew; None when it is for the readers of small files."""
    import duckdb

    plain = plain_file(path)
    how = plain and mapped(path.name, plain.sample.header, import_map)
    if not plain or not how or how.layout is None or not is_for_sql(how.layout, _places(plain, how)):
        return None
    try:
        return _read(_Reading(connection, plain, how, how.layout, part))
    except duckdb.Error:
        part.unlink(missing_ok=True)
        return None


def _places(plain: PlainFile, how: ColumnMapping) -> dict[str, int]:
    """The column that feeds each field."""
    return {target: plain.sample.header.index(column) for column, target in how.targets.items()}


def _read(reading: _Reading) -> BulkFile | None:
    sample = {
        target: reading.plain.sample.rows[column].str.strip()
        for column, target in reading.how.targets.items()
    }
    notation = notation_of(reading.layout, sample, reading.plain.sample.delimiter)
    found = readers(reading.connection, reading.layout, sample, notation)
    if notation.doubts or found is None:
        return None
    statements = Statements(reading.layout, _places(reading.plain, reading.how), found)
    count = _spool(reading, statements)
    odd = _odd_texts(reading, statements, count, notation)
    if odd:
        statements = Statements(reading.layout, statements.places, found, frozenset(odd))
        _spool(reading, statements)
    return _judged(reading, statements, count)


def _spool(reading: _Reading, statements: Statements) -> int:
    """Write the part; how many rows it has."""
    query = statements.spool(reading.plain.rows_of)
    done = reading.connection.execute(f"COPY ({query}) TO {quoted(str(reading.part))} ({_PARQUET})")
    return int(done.fetchall()[0][0])


def _odd_texts(reading: _Reading, statements: Statements, count: int, notation: Notation) -> list[str]:
    """Fields with texts that are not plain: for each a table of what the readers of small files make of them."""
    typed = [each for each in statements.used if each.column.kind is not Kind.TEXT]
    if not typed:
        return []
    filled = reading.rows(
        f"SELECT {', '.join(f'count({each.name}) AS {each.name}' for each in typed)} FROM {reading.stored}"
    )
    odd = []
    for each in typed:
        if filled[each.name][0] == count:
            continue
        texts = reading.rows(statements.unread(reading.plain.rows_of, each.name))["text"]
        if len(texts):
            given = pd.Series(np.asarray(texts, dtype=object))
            values, _ = read_field(each, given, notation)
            _keep_odd(reading.connection, each.name, given, values, each.column.kind)
            odd.append(each.name)
    return odd


def _keep_odd(
    connection: "DuckDBPyConnection", name: str, texts: pd.Series, values: pd.Series, kind: Kind
) -> None:
    """A table odd_<name> with each text and its value, NULL where it has none."""
    value = f"DATE '{EPOCH:%Y-%m-%d}' + value::INTEGER" if kind is Kind.DATE else "value"
    connection.register("given", pd.DataFrame({"text": texts, "value": values.astype(float)}))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE odd_{name} AS "
        f"SELECT text, CASE WHEN NOT isnan(value) THEN {value} END AS value FROM given"
    )
    connection.unregister("given")


def _judged(reading: _Reading, statements: Statements, count: int) -> BulkFile | None:
    """The part with the lines that break a rule left out."""
    rules = statements.rules()
    rows, broken = _breaking(reading, rules, _is_blank(reading, statements, count))
    noted = [
        (rule, found[~np.isin(found, rows)])
        for rule in statements.notices()
        for found, _ in [_breaking(reading, [rule], "")]
    ]
    told = [(rule, rows[broken == i]) for i, rule in enumerate(rules)]
    issue_rows = np.unique(np.concatenate([rows, *(found for _, found in noted)]))
    lines = line_numbers(reading.plain.path, issue_rows, count, reading.plain.skip) if len(issue_rows) else issue_rows
    if lines is None:
        return None
    places = pd.Series(lines, index=issue_rows)
    return BulkFile(
        reading.file, reading.layout, reading.part, rows, count - int((broken == _BLANK).sum()),
        reading.how.rows,
        issues.joined([reading.how.issues, *_issues(reading, statements, told, places)]),
        issues.joined(_issues(reading, statements, noted, places)),
    )  # fmt: skip


def _is_blank(reading: _Reading, statements: Statements, count: int) -> str:
    """That nothing stands in a row, as a condition; none where there is no such row."""
    names = statements.stored
    filled = reading.rows(f"SELECT count({names[0]}) AS filled FROM {reading.stored}")["filled"][0]
    odd = [f"odd_{name}" for name in sorted(statements.odd)]
    return " AND ".join(f"{name} IS NULL" for name in [*names, *odd]) if filled < count else ""


def _breaking(reading: _Reading, rules: Sequence[BrokenRule], blank: str) -> tuple[Rows, Rows]:
    """The rows that break a rule, and the number of the first that each breaks."""
    cases = [f"WHEN {blank} THEN {_BLANK}"] if blank else []
    cases += [f"WHEN {rule.when} THEN {i}" for i, rule in enumerate(rules)]
    found = reading.rows(
        f"SELECT row, rule FROM (SELECT file_row_number AS row, CASE {' '.join(cases)} END AS rule "
        f"FROM {reading.stored}) WHERE rule IS NOT NULL ORDER BY row"
    )
    return np.asarray(found["row"], dtype=np.int64), np.asarray(found["rule"], dtype=np.int64)


def _issues(
    reading: _Reading, statements: Statements, told: Sequence[tuple[BrokenRule, Rows]], lines: pd.Series
) -> list[pd.DataFrame]:
    columns = {target: column for column, target in reading.how.targets.items()}
    out = []
    for rule, rows in told:
        if len(rows):
            values = pd.Series(_shown(reading, statements, rule, rows), index=lines[rows].to_numpy())
            out.append(
                issues.refused_lines(
                    reading.file, columns.get(rule.field, ""), values, rule.problem, rule.action
                )
            )
    return out


def _shown(reading: _Reading, statements: Statements, rule: BrokenRule, rows: Rows) -> list[str]:
    """What stands in the cell that a rule is about, as text, row by row."""
    shown = statements.shown(rule)
    if not shown:
        return [""] * len(rows)
    reading.connection.register("wanted", pd.DataFrame({"row": rows}))
    found = reading.connection.execute(
        f"SELECT {shown} AS value FROM {reading.stored} JOIN wanted ON file_row_number = row ORDER BY row"
    ).fetchall()
    reading.connection.unregister("wanted")
    return [to_text(value) for (value,) in found]
