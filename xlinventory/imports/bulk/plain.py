"""Which files are plain: one table of text from the first line to the last, as programs write them.

Only the beginning is looked at. What it promises the engine then demands of every line, and a file that
breaks its promise is no plain one.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from xlinventory.archive.connection import quoted
from xlinventory.imports.lines import given
from xlinventory.imports.reading import Found, header_of
from xlinventory.imports.text import RawTable, UnreadableFileError, plain_lines, table_below

SAMPLE = 1 << 20
"""Bytes from which a file's header, delimiter and notation are told."""
MOST_SWOLLEN = 100
"""Times that the beginning of an export may be larger than it is compressed; sales are some ten times."""
_UTF8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class PlainFile:
    """A file of rows that are all as wide as its header; *sample* are its first rows."""

    path: Path
    found: Found
    sample: RawTable
    new_line: str

    @property
    def skip(self) -> int:
        """Lines before the first row."""
        return self.found.header.line

    @property
    def places(self) -> dict[str, int]:
        """The number of the column that feeds each field."""
        names = self.found.header.names
        return {target: names.index(column) for column, target in self.found.how.targets.items()}

    @property
    def texts(self) -> Mapping[str, pd.Series]:
        """The cells of the sample by field, as they are to be read."""
        layout = self.found.how.layout
        return given(self.sample, layout, self.found.how.targets).used if layout else {}

    @property
    def rows_of(self) -> str:
        """Its rows in SQL: columns c0, c1 ... of text, blank cells NULL."""
        columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(self.found.header.names)))
        # told of "\\r\\n", the engine finds no row at all below lines that are skipped
        ends = "" if self.new_line == r"\r\n" else f"new_line = '{self.new_line}', "
        return (
            f"read_csv({quoted(self.path)}, columns = {{{columns}}}, header = false, skip = {self.skip}, "
            f"delim = {quoted(self.sample.delimiter)}, quote = '\"', escape = '\"', "
            f"{ends}auto_detect = false, strict_mode = true)"
        )


def plain_file(path: Path, import_map: pd.DataFrame) -> PlainFile | None:
    """The file as a plain one of a known layout; None when its beginning shows that it is none."""
    head = beginning(path)
    new_line = _line_end(head)
    if new_line is None or b"\0" in head:
        return None
    try:
        text = plain_lines(head[: head.rfind(b"\n") + 1].removeprefix(_UTF8_MARK).decode("utf-8"))
        found = header_of(path.name, text, import_map)
        sample = table_below(text, found.header)
    except (UnicodeDecodeError, UnreadableFileError):
        return None
    if found.how.layout is None or sample.rows.empty or sample.overlong.any() or sample.misquoted.any():
        return None
    return PlainFile(path, found, sample, new_line)


def beginning(path: Path) -> bytes:
    """The first bytes of a file, unpacked."""
    try:
        with gzip.open(path) if path.name.endswith(".gz") else path.open("rb") as stream:
            return stream.read(SAMPLE)
    except (OSError, EOFError):
        return b""


def is_swollen(path: Path) -> bool:
    """Whether a compressed file begins with more of the same than any export: it may unpack without end."""
    try:
        with path.open("rb") as packed, gzip.open(packed) as stream:
            return len(stream.read(SAMPLE)) > MOST_SWOLLEN * packed.tell()
    except (OSError, EOFError):
        return False


def _line_end(head: bytes) -> str | None:
    """How lines end, as SQL says it; None where they end in several ways."""
    ends, returns = head.count(b"\n"), head.count(b"\r")
    if not ends or returns not in (0, ends) or head.count(b"\r\n") != returns:
        return None
    return r"\r\n" if returns else r"\n"
