"""From the bytes of a file to rows of text: encoding, delimiter, header, and the line each row stands on."""

import gzip
import io
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DELIMITERS = (",", ";", "\t", "|")
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_QUOTED = re.compile(r'"[^"]*"')
_DELIMITER_LINE = re.compile(r"sep=(.)")  # a first line by which a spreadsheet is told the delimiter


class UnreadableFileError(Exception):
    """A file is not a table of text; the message says why in plain words."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file as text: *rows* has a column per header cell, its index is the line each row begins on.

    *overlong* marks rows with more filled cells than the header has names.
    """

    header: list[str]
    rows: pd.DataFrame
    overlong: "pd.Series[bool]"
    delimiter: str


def raw_table(path: Path) -> RawTable:
    """The rows of a CSV file, plain or gzipped, as text; raises UnreadableFileError."""
    return table_of_text(decoded(_bytes(path)))


def table_of_text(text: str) -> RawTable:
    """The rows of a text with a header line; raises UnreadableFileError when there is none."""
    lines_before, delimiter, header_line, body = _split_header(text.replace("\r\n", "\n").replace("\r", "\n"))
    header = unique_names(_cells_of_line(header_line, delimiter))
    cells = _rows(body, delimiter, len(header))
    cells.index = pd.Index(lines_before + 1 + _first_lines(cells, body), name="line")
    filled = (cells != "").to_numpy(dtype=bool)
    overlong = pd.Series(filled[:, len(header) :].any(axis=1), index=cells.index, dtype=bool)
    rows = cells.iloc[:, : len(header)].set_axis(header, axis=1)
    kept = pd.Series(filled.any(axis=1), index=cells.index, dtype=bool)
    return RawTable(header, rows[kept], overlong[kept], delimiter)


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8 or UTF-16 by its mark, else UTF-8 where that is valid, else Windows-1252.

    >>> decoded("Größe".encode("cp1252")), decoded("Größe".encode("utf-16"))
    ('Größe', 'Größe')
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if b"\0" in data[:200]:
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def delimiter_of(line: str) -> str:
    """The delimiter a header line is written with: the one it has most of outside quotes.

    >>> delimiter_of('sku;"price, net";qty')
    ';'
    """
    bare = _QUOTED.sub("", line)
    return max(DELIMITERS, key=bare.count)


def name_key(name: str) -> str:
    """A header name stripped to what tells it apart: case, spaces, underscores and signs do not.

    >>> name_key("Invoice_No."), name_key("InvoiceNo")
    ('invoiceno', 'invoiceno')
    """
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def unique_names(names: list[str]) -> list[str]:
    """Header names with blanks and repetitions told apart: "column 2", "qty (2)".

    >>> unique_names(["qty", "", "qty"])
    ['qty', 'column 2', 'qty (2)']
    """
    seen: dict[str, int] = {}
    out = []
    for position, given in enumerate(names, start=1):
        name = given.strip() or f"column {position}"
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return out


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix.lower() == ".gz" else data
    except (OSError, EOFError) as error:
        raise UnreadableFileError(f"the file cannot be opened ({error})") from error


def _split_header(text: str) -> tuple[int, str, str, str]:
    """Lines up to the end of the header, the delimiter, the header line, and the rest of the text."""
    start, lines, told = 0, 0, ""
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line, start, lines = text[start:end], end + 1, lines + 1
        if match := _DELIMITER_LINE.fullmatch(line.strip(" ")):
            told = match[1]
        elif line.strip():
            if "\0" in line:
                break
            return lines, told or delimiter_of(line), line, text[start:]
    raise UnreadableFileError("the file is empty" if not text.strip() else "the file is not text")


def _cells_of_line(line: str, delimiter: str) -> list[str]:
    names = pd.read_csv(
        io.StringIO(line), sep=delimiter, header=None, dtype=str, na_filter=False, skipinitialspace=True
    )
    cells = [str(cell) for cell in names.iloc[0]]
    while len(cells) > 1 and not cells[-1].strip():
        cells.pop()  # a delimiter at the end of every line makes no column
    return cells


def _rows(body: str, delimiter: str, width: int) -> pd.DataFrame:
    """All rows, blank lines too, with at least one column more than the header."""
    if not body:
        return pd.DataFrame({i: pd.Series(dtype=object) for i in range(width + 1)})
    try:
        return _parsed(body, delimiter, width + 1)
    except pd.errors.ParserError:
        widest = 1 + max(line.count(delimiter) for line in body.split("\n"))
    try:
        return _parsed(body, delimiter, max(widest, width + 1))
    except pd.errors.ParserError as error:
        raise UnreadableFileError(f"a quotation mark is opened and never closed ({error})") from error


def _parsed(body: str, delimiter: str, width: int) -> pd.DataFrame:
    return pd.read_csv(
        io.StringIO(body), sep=delimiter, header=None, names=list(range(width)), index_col=False, dtype=str,
        na_filter=False, skip_blank_lines=False,
    ).astype(object)  # fmt: skip


def _first_lines(cells: pd.DataFrame, body: str) -> NDArray[np.int64]:
    """Offset of the line each row begins on: rows with quoted line breaks take more than one."""
    if body.rstrip("\n").count("\n") + 1 <= len(cells):
        return np.arange(len(cells))
    breaks = cells.apply(lambda column: column.str.count("\n")).sum(axis=1)
    before = np.cumsum(breaks.to_numpy(dtype=np.int64)) - breaks.to_numpy(dtype=np.int64)
    return np.asarray(np.arange(len(cells)) + before, dtype=np.int64)
