"""Which files are plain: one table of text from the first line to the last, as programs write them.

Only the beginning is looked at. What it promises the engine then demands of every line, and a file that
breaks its promise is no plain one.
"""

import gzip
from dataclasses import dataclass
from pathlib import Path

from xlinventory.archive.connection import quoted
from xlinventory.imports.text import UnreadableFileError

SAMPLE = 1 << 20
"""Bytes from which a file's header, delimiter and notation are told."""
_UTF8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class PlainFile:
    """A file of rows that are all as wide as its header. *sample* are its first rows.

    *skip*: lines before the first row.
    """

    path: Path
    sample: RawTable
    new_line: str
    skip: int

    @property
    def rows_of(self) -> str:
        """Its rows in SQL: columns c0, c1 ... of text, blank cells NULL."""
        columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(self.sample.header)))
        end = {"\n": r"\n", "\r\n": r"\r\n"}[self.new_line]
        return (
            f"read_csv({quoted(str(self.path))}, columns = {{{columns}}}, header = false, skip = {self.skip}, "
            f"delim = {quoted(self.sample.delimiter)}, quote = '\"', escape = '\"', new_line = '{end}', "
            "auto_detect = false, strict_mode = true)"
        )


def plain_file(path: Path) -> PlainFile | None:
    """The file as a plain one; None when its beginning shows that it is none."""
    head = beginning(path).removeprefix(_UTF8_MARK)
    new_line = _line_end(head)
    if new_line is None:
        return None
    try:
        text = head[: head.rfind(b"\n") + 1].decode("utf-8")
        sample = table_of_text(text)
    except (UnicodeDecodeError, UnreadableFileError):
        return None
    if sample.rows.empty or sample.overlong.any() or sample.misquoted.any() or "\0" in text:
        return None
    skip = int(sample.rows.index[0]) - 1
    return PlainFile(path, sample, new_line, skip)


def beginning(path: Path) -> bytes:
    """The first bytes of a file, unpacked."""
    try:
        with gzip.open(path) if path.name.endswith(".gz") else path.open("rb") as stream:
            return stream.read(SAMPLE)
    except (OSError, EOFError):
        return b""


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _line_end(head: bytes) -> str | None:
    """How lines end, None where they end in several ways or there is only one."""
    ends, returns = head.count(b"\n"), head.count(b"\r")
    if not ends or returns not in (0, ends) or head.count(b"\r\n") != returns:
        return None
    return "\r\n" if returns else "\n"
