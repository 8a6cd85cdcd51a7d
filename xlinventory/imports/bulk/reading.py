"""A plain file as Parquet of movements; its odd lines as the readers of small files read them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.archive.connection import quoted
from xlinventory.archive.parts import COLUMNS, DAY_ZERO
from xlinventory.imports.bulk.original import original_rows
from xlinventory.imports.bulk.plain import PlainFile, plain_file
from xlinventory.imports.bulk.statements import Statements, is_for_sql
from xlinventory.imports.bulk.watched import Tell, untold, watched
from xlinventory.imports.bulk.ways import Way, ways
from xlinventory.imports.layouts import Layout
from xlinventory.imports.lines import given
from xlinventory.imports.mapping import stated
from xlinventory.imports.notation import NUMBERS, Notation, mark_telling, notation
from xlinventory.imports.reading import ReadFile, read_rows
from xlinventory.imports.strays import headers_again
from xlinventory.imports.text import RawTable, plain_lines, table_below

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_ODD = 1_000_000
"""Odd lines that are read one by one; a file with more is none for the engine."""
FEW_BLANKS = 10_000
"""So many blank cells among numbers count as odd; of more it is asked first whether they are blank."""
_PARQUET = (
    "FORMAT parquet, COMPRESSION snappy, PARQUET_VERSION v2, ROW_GROUP_SIZE 122880, WRITE_BLOOM_FILTER false"
)
Rows = NDArray[np.int64]


def _numbered(part: Path) -> str:
    """All rows of a part in SQL, each with its number."""
    return f"read_parquet({quoted(part)}, file_row_number = true)"


@dataclass(frozen=True, slots=True)
class BulkRows:
    """*part* is Parquet of a file's rows as movements, in their order.

    *count*: how many there are. *left_out* are those that are not taken from it, in order. *columns* are
    those of movements that it has.
    """

    part: Path
    count: int
    left_out: Rows
    columns: frozenset[str]

    @property
    def taken(self) -> int:
        """How many rows count."""
        return self.count - len(self.left_out)

    @property
    def stored(self) -> str:
        """All rows in SQL, each with its number."""
        return _numbered(self.part)

    @property
    def out_of_it(self) -> str:
        """The table of the database that has the rows left out as *place*."""
        return f'"left out of {self.part.stem}: {len(self.left_out)}"'

    def movements(self) -> str:
        """The rows that count, in SQL: every column of a movement that identifies it, and *row*."""
        lacking = [
            f"NULL::{COLUMNS[name]} AS {name}"
            for name in ("unit_cost", "unit_price", "reference")
            if name not in self.columns
        ]
        return (
            f"(SELECT {', '.join(['*', *lacking])}, file_row_number AS row FROM {self.stored} "
            f"ANTI JOIN {self.out_of_it} AS out ON file_row_number = out.place)"
        )

    def leaving_out(self, rows: Rows, database: "DuckDBPyConnection") -> "BulkRows":
        """All but these rows, too; the database knows that from now on."""
        left = replace(self, left_out=np.union1d(self.left_out, rows).astype(np.int64))
        database.register("given", pd.DataFrame({"place": left.left_out}))
        database.execute(f"CREATE OR REPLACE TEMP TABLE {left.out_of_it} AS SELECT place FROM given")
        database.unregister("given")
        return left

    def days(self, database: "DuckDBPyConnection") -> tuple[float, float]:
        """The first and the last day, as serials; nan where no row counts."""
        first, last = database.execute(
            f"SELECT min(date) - {DAY_ZERO}, max(date) - {DAY_ZERO} FROM {self.movements()}"
        ).fetchall()[0]
        return (float("nan"), float("nan")) if first is None else (float(first), float(last))


@dataclass(frozen=True, slots=True)
class BulkFile:
    """A large file as it was understood.

    *odd* has what was taken of the rows that *rows* leaves out, and everything that is told of the file.
    *plain*: the file, if *rows* are its rows; else they have their lines.
    """

    path: Path
    plain: PlainFile | None
    rows: BulkRows
    odd: ReadFile

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def leaving_out(self, rows: Rows, database: "DuckDBPyConnection") -> "BulkFile":
        """The file without these of its rows."""
        return replace(self, rows=self.rows.leaving_out(rows, database))


class _NotForSql(Exception):
    """The file is one for the readers of small files."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What reading one file needs."""

    database: "DuckDBPyConnection"
    plain: PlainFile
    layout: Layout
    import_map: pd.DataFrame
    part: Path
    tell: Tell

    def columns(self, query: str) -> dict[str, Any]:
        """The answer to a query, column by column."""
        return self.database.execute(query).fetchnumpy()

    def number(self, query: str) -> int:
        """The answer to a query for one number."""
        return int(watched(self.database, query, self.tell)[0][0])

    @property
    def stored(self) -> str:
        """The part in SQL, each row with its number."""
        return _numbered(self.part)


def lines_of(file: BulkFile, rows: Rows, database: "DuckDBPyConnection") -> Rows:
    """The lines of the file that rows of its part begin on."""
    if file.plain:
        found = original_rows(file.path, rows, file.rows.count, file.plain.skip)
        return found[0] if found else np.full(len(rows), -1)
    database.register("given", pd.DataFrame({"row": rows}))
    lines = database.execute(
        f"SELECT line FROM {file.rows.stored} JOIN given ON file_row_number = row ORDER BY row"
    )
    found_lines = np.asarray(lines.fetchnumpy()["line"], dtype=np.int64)
    database.unregister("given")
    return found_lines


def read_plain(
    path: Path,
    import_map: pd.DataFrame,
    part: Path,
    database: "DuckDBPyConnection",
    tell: Tell = untold,
) -> BulkFile | ReadFile | None:
    """The file with its rows in *part*, which is written; None when it is one for the readers of small files.

    A file that must be asked about is a ReadFile that says so. *tell* is told the share that is read.
    """
    import duckdb  # noqa: PLC0415 - a tenth of a second that others need not wait

    plain = plain_file(path, import_map)
    layout = plain and plain.found.how.layout
    if not plain or not layout or not is_for_sql(layout, plain.found.how.targets):
        return None
    try:
        return _read(_Reading(database, plain, layout, import_map, part, tell))
    except (duckdb.Error, _NotForSql):
        part.unlink(missing_ok=True)
        return None


def _read(reading: _Reading) -> BulkFile | ReadFile:
    plain, texts = reading.plain, _texts(reading)
    way = _notation(reading, texts)
    if way.asked:
        texts = _all_texts(reading, texts)
        way = _notation(reading, texts)
    if way.asked:
        sample = replace(plain.sample, cut_off=False)
        return read_rows(plain.path.name, sample, plain.found, reading.import_map, texts)
    found = ways(reading.database, reading.layout, plain.texts, way)
    if found is None:
        raise _NotForSql
    statements = Statements(reading.layout, plain.places, found, _trimmed(reading), _untold(reading, texts))
    count = reading.number(f"COPY ({statements.spool(plain.rows_of)}) TO {quoted(reading.part)} ({_PARQUET})")
    statements = replace(statements, blanks=_blanks(reading, statements, count))
    odd = _odd_rows(reading, statements)
    lines = _original(reading, odd, count)
    blank = len(odd) - len(lines.rows)
    columns = frozenset((*(each.name for each in statements.stored), "kind"))
    rows = BulkRows(reading.part, count, odd[:0], columns).leaving_out(odd, reading.database)
    texts = _texts_found(reading, rows, found, texts, lines)
    now = _notation(reading, texts)
    if now.asked or (now.days, now.marks) != (way.days, way.marks):
        raise _NotForSql
    told = read_rows(plain.path.name, lines, plain.found, reading.import_map, texts)
    return BulkFile(plain.path, plain, rows, replace(told, read=count - blank))


def _untold(reading: _Reading, texts: Mapping[str, Collection[str]]) -> frozenset[str]:
    """The fields of numbers, if none of their *texts* tells a decimal mark."""
    kinds = {each.name: each.column.kind for each in reading.layout.fields}
    names = [name for name in texts if kinds[name] in NUMBERS]
    told = mark_telling({text for name in names for text in texts[name]}).told
    return frozenset() if told else frozenset(names)


def _texts_found(
    reading: _Reading,
    rows: BulkRows,
    found: Mapping[str, Way],
    texts: Mapping[str, Collection[str]],
    odd: RawTable,
) -> dict[str, set[str]]:
    """The *texts* by which the file's notation was told, with those of all its days and of its odd lines."""
    every = {name: set(some) for name, some in texts.items()}
    for name, way in found.items():
        if way.needs_order or (way.written and not every[name]):
            days = reading.columns(
                f"SELECT strftime({name}, {quoted(way.written)}) AS text "
                f"FROM (SELECT DISTINCT {name} FROM {rows.movements()})"
            )
            every[name] = set(days["text"])
    targets = reading.plain.found.how.targets
    for name, some in given(odd, reading.layout, targets).texts(reading.layout).items():
        every[name] |= some
    return every


def _texts(reading: _Reading) -> dict[str, set[str]]:
    """The distinct texts of the sample, field by field of days and numbers."""
    return given(reading.plain.sample, reading.layout, reading.plain.found.how.targets).texts(reading.layout)


def _all_texts(reading: _Reading, names: Iterable[str]) -> dict[str, set[str]]:
    """The distinct texts of the whole file, lines that are passed over left out."""
    passed, found = Statements(reading.layout, reading.plain.places, {}).passed(), {}
    for name in names:
        cell = f"trim(c{reading.plain.places[name]})"
        counts = f"{cell} <> '' AND NOT ({passed})"
        rows = reading.columns(f"SELECT DISTINCT {cell} AS text FROM {reading.plain.rows_of} WHERE {counts}")
        found[name] = set(rows["text"])
    return found


def _notation(reading: _Reading, texts: Mapping[str, Collection[str]]) -> Notation:
    plain = reading.plain
    header, how, delimiter = plain.found.header.names, plain.found.how, plain.sample.delimiter
    said = stated(plain.path.name, header, how, reading.import_map, delimiter)
    return notation(reading.layout, texts, said)


def _trimmed(reading: _Reading) -> frozenset[str]:
    """The fields whose texts have spaces around them in the sample."""
    sample = reading.plain.sample.rows
    return frozenset(
        target
        for column, target in reading.plain.found.how.targets.items()
        if (sample[column] != sample[column].str.strip()).any()
    )


def _blanks(reading: _Reading, statements: Statements, count: int) -> frozenset[str]:
    """The fields with so many blank cells that those are nothing odd: nothing unread is among them."""
    names = [each.name for each in statements.optional]
    if not names:
        return frozenset()
    filled = reading.columns(
        f"SELECT {', '.join(f'count({name}) AS {name}' for name in names)} FROM {reading.stored}"
    )
    many = [name for name in names if count - filled[name][0] > FEW_BLANKS]
    if any(reading.number(statements.unread(reading.plain.rows_of, name)) for name in many):
        raise _NotForSql
    return frozenset(many)


def _odd_rows(reading: _Reading, statements: Statements) -> Rows:
    texts = [name for name, when in statements.odd_texts().items() if _has_odd(reading, name, when)]
    found = reading.columns(
        f"SELECT file_row_number AS row FROM {reading.stored} WHERE {statements.odd(texts)} "
        f"ORDER BY row LIMIT {MOST_ODD + 1}"
    )["row"]
    if len(found) > MOST_ODD:
        raise _NotForSql
    return np.asarray(found, dtype=np.int64)


def _has_odd(reading: _Reading, name: str, when: str) -> bool:
    """Whether a field has odd texts; the table odd_<field> has them then.

    In two statements: in one, every line would be looked at, and only then the different texts be found.
    """
    create = f"CREATE OR REPLACE TEMP TABLE odd_{name} AS SELECT"
    reading.database.execute(f"{create} DISTINCT {name} FROM {reading.stored}")
    reading.database.execute(f"{create} {name} FROM odd_{name} WHERE {when}")
    return bool(reading.number(f"SELECT count(*) FROM odd_{name}"))


def _original(reading: _Reading, rows: Rows, count: int) -> RawTable:
    """Rows as they stand in the file, as a table whose index is the lines that they begin on.

    Below a header with the columns in another order, cells are not what they seem: nothing is for SQL there.
    """
    plain = reading.plain
    found = original_rows(plain.path, rows, count, plain.skip) if len(rows) else (rows, [])
    if found is None:
        raise _NotForSql
    lines, cells = found
    text = plain_lines(b"".join(cells).decode("utf-8"))
    table = table_below(text, replace(plain.found.header, line=0, end=0))
    begins = np.cumsum([1, *(cell.count(b"\n") for cell in cells)])[: len(cells)]
    places = np.searchsorted(begins, table.rows.index.to_numpy())
    if not np.array_equal(begins[places], table.rows.index.to_numpy()):
        raise _NotForSql
    columns = {target: column for column, target in plain.found.how.targets.items()}
    used = {target: table.rows[column].str.strip() for target, column in columns.items()}
    if len(table.rows) and headers_again(used, columns)[1].any():
        raise _NotForSql
    index = pd.Index(lines[places], name="line")
    return replace(table, rows=table.rows.set_axis(index), cut_off=False)
