"""A large file that is not plain: piece by piece through the readers of small files, into one part.

A piece ends where a row does. All pieces go by the header and the notation of the first ones, so layouts in
which one line speaks for others, or that count, are not for it.
"""

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlinventory.archive.connection import quoted
from xlinventory.archive.parts import COLUMNS, written
from xlinventory.imports import issues
from xlinventory.imports.bulk.plain import beginning
from xlinventory.imports.bulk.reading import BulkFile, BulkRows
from xlinventory.imports.bulk.watched import Tell, untold
from xlinventory.imports.files import EITHER, size_of
from xlinventory.imports.layouts import Layout
from xlinventory.imports.ledger import movements
from xlinventory.imports.lines import OTHER_HEADER, SPLIT, given
from xlinventory.imports.mapping import stated
from xlinventory.imports.notation import Notation, notation
from xlinventory.imports.reading import Found, ReadFile, header_of, read_rows
from xlinventory.imports.text import RawTable, UnreadableFileError, plain_lines, table_below

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PIECE = 1 << 24
"""Characters of a piece."""
MOST_REFUSED = 1_000_000
_TOO_MANY = (
    f"more than {MOST_REFUSED:,} lines are refused",
    "Nothing of the file was taken. Look at its first lines, correct the export, and refresh again.",
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Rows of a file as text, and the lines before them."""

    text: str
    before: int


def read_pieces(
    path: Path,
    import_map: pd.DataFrame,
    part: Path,
    database: "DuckDBPyConnection",
    tell: Tell = untold,
) -> BulkFile | ReadFile | None:
    """The file with its rows in *part*, which is written; None when its layout is not for pieces.

    *tell* is told the share that is read. Raises UnreadableFileError as the readers of small files do.
    """
    found = header_of(path.name, plain_lines(_text(beginning(path), path)), import_map)
    if found.how.layout is None or not is_for_pieces(found.how.layout):
        return None
    reading = _Pieces(path, found, found.how.layout, import_map, database, tell)
    texts = reading.telling()
    told, now = reading.booked(texts)
    if told[0].layout and reading.notation(texts) != reading.notation(now):
        texts = now  # the first pieces told another way than all of them
        told, _ = reading.booked(texts)
    if told[0].layout is None:
        return told[0]
    if sum(len(each.issues) for each in told) > MOST_REFUSED:
        raise UnreadableFileError(*_TOO_MANY)
    database.execute(f"COPY pieces TO {quoted(part)} (FORMAT parquet, COMPRESSION zstd)")
    count = int(database.execute("SELECT count(*) FROM pieces").fetchall()[0][0])
    database.execute("DROP TABLE pieces")
    none = np.array([], dtype=np.int64)
    rows = BulkRows(part, count, none, frozenset(COLUMNS)).leaving_out(none, database)
    return BulkFile(path, None, rows, _together(told))


def is_for_pieces(layout: Layout) -> bool:
    """Whether each line of the layout is understood by itself and known by its content."""
    return (
        layout.table == "Movements"
        and not (layout.is_of_receipts or layout.counts or layout.line_of or layout.undone)
        and not any(each.told_once_for for each in layout.fields)
    )


@dataclass(frozen=True, slots=True)
class _Pieces:
    """A file that is read piece by piece."""

    path: Path
    found: Found
    layout: Layout
    import_map: pd.DataFrame
    database: "DuckDBPyConnection"
    tell: Tell

    def notation(self, texts: Mapping[str, set[str]]) -> Notation:
        """How the file is written, by distinct texts of its days and numbers."""
        header = self.found.header
        said = stated(self.path.name, header.names, self.found.how, self.import_map, header.delimiter)
        return notation(self.layout, texts, said)

    def telling(self) -> dict[str, set[str]]:
        """The distinct texts of days and numbers in the first pieces, as many as tell how to read them."""
        texts: dict[str, set[str]] = {}
        for raw in _tables(self.path, self.found):
            _add(texts, self._texts(raw))
            if not self.notation(texts).asked:
                break
        return texts

    def booked(self, texts: Mapping[str, set[str]]) -> tuple[list[ReadFile], dict[str, set[str]]]:
        """The pieces as they were understood, their movements in the table *pieces*; and all their texts."""
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        self.database.execute(f"CREATE OR REPLACE TEMP TABLE pieces ({columns})")
        told, found = [], {name: set(some) for name, some in texts.items()}
        lines = size_of(self.path) / max(self._bytes_of_a_line(), 1.0)
        for raw in _tables(self.path, self.found):
            told.append(self._booked(raw, texts))
            if told[0].layout is None:
                break
            _add(found, self._texts(raw))
            self.tell(min(float(raw.rows.index.max()) / lines, 1.0) if len(raw.rows) else 0.0)
        return told, found

    def _bytes_of_a_line(self) -> float:
        head = beginning(self.path)
        return len(head) / max(head.count(b"\n"), 1)

    def _texts(self, raw: RawTable) -> dict[str, set[str]]:
        return given(raw, self.layout, self.found.how.targets).texts(self.layout)

    def _booked(self, raw: RawTable, texts: Mapping[str, set[str]]) -> ReadFile:
        """One piece as it was understood; its movements are in the table *pieces*, and not in it."""
        file = read_rows(self.path.name, raw, self.found, self.import_map, texts)
        if file.layout is None:
            return file
        if line := _other_header(file.issues):
            raise UnreadableFileError(f"another header stands in line {line:.0f}", SPLIT)
        rows = movements(file)
        rows = rows.assign(line=rows.index)
        rows = rows.astype({name: object for name in rows if rows[name].dtype == object})
        columns = ", ".join(written(name, name) for name in COLUMNS)
        self.database.register("rows", rows)
        self.database.execute(f"INSERT INTO pieces SELECT {columns} FROM rows")
        self.database.unregister("rows")
        return replace(file, lines=file.lines.iloc[:0])


def _add(texts: dict[str, set[str]], more: Mapping[str, set[str]]) -> None:
    for name, some in more.items():
        texts.setdefault(name, set()).update(some)


def _other_header(told: pd.DataFrame) -> float | None:
    """The first line below a header in another order: of later pieces nobody would know that they are."""
    lines = told.loc[told["problem"].eq(OTHER_HEADER), "line"]
    return float(lines.min()) if len(lines) else None


def _together(told: list[ReadFile]) -> ReadFile:
    """What is told of all pieces, once what is true of the whole file."""
    every = issues.joined([each.issues for each in told])
    return replace(
        told[0],
        read=sum(each.read for each in told),
        issues=every[every["line"].notna() | ~every.duplicated()].reset_index(drop=True),
        noted=issues.joined([each.noted for each in told]),
    )


def _tables(path: Path, found: Found) -> Iterator[RawTable]:
    """The rows of the file, a piece at a time, the index being the lines they begin on."""
    below = replace(found.header, line=0, end=0)
    for piece in _pieces(path, found):
        table = table_below(piece.text, below)
        lines = pd.Index(table.rows.index + piece.before, name="line")
        yield replace(table, rows=table.rows.set_axis(lines))


def _pieces(path: Path, found: Found) -> Iterator[_Piece]:
    rest, before = "", 0
    with _opened(path) as stream:
        for _ in range(found.header.line):
            stream.readline()
        before = found.header.line
        while more := stream.read(PIECE):
            text = plain_lines(rest + more)
            end = _end_of_rows(text, found.header.delimiter)
            if end:
                yield _Piece(text[:end], before)
            before += text.count("\n", 0, end)
            rest = text[end:]
            if len(rest) > 4 * PIECE:
                raise UnreadableFileError(f"a quotation mark in line {before + 1} is opened and never closed")
    if rest:
        yield _Piece(rest, before)


def _end_of_rows(text: str, delimiter: str) -> int:
    """Where the last row ends that surely does: at a line end with no quotation mark open."""
    end = text.rfind("\n") + 1
    if text.count('"', 0, end) % 2 == 0:
        return end
    ends, lines = 0, io.StringIO(text[:end])
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    places = np.cumsum([0, *(len(line) for line in text[:end].splitlines(keepends=True))])
    try:
        for _ in reader:
            if reader.line_num < len(places) - 1:
                ends = int(places[reader.line_num])
    except csv.Error:
        return ends
    return ends


def _opened(path: Path) -> io.TextIOBase:
    is_wide = beginning(path)[:2] in (b"\xff\xfe", b"\xfe\xff")
    encoding, errors = ("utf-16", "replace") if is_wide else ("utf-8-sig", EITHER)
    if path.name.endswith(".gz"):
        return gzip.open(path, "rt", encoding=encoding, errors=errors)
    return path.open(encoding=encoding, errors=errors)


def _text(head: bytes, path: Path) -> str:
    """The beginning of a file as text."""
    with _opened(path) as stream:
        return stream.read(len(head))
