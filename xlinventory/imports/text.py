"""From the bytes of a file to rows of text: encoding, delimiter, header, and the line each row stands on."""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
_DELIMITER_LINE = re.compile(r'"?sep=([^\w"\s]|\t)"?')  # a first line that tells a spreadsheet the delimiter
_NOT_IN_TEXT = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters no text holds and no workbook file can store."""
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_GZIP = b"\x1f\x8b"
_NO_CSV = {
    b"PK\x03\x04": "it is an Excel workbook or a zip file, not CSV",
    b"\xd0\xcf\x11\xe0": "it is an old Excel workbook, not CSV",
    b"%PDF": "it is a PDF, not CSV",
}
_SAMPLE = 2000


class UnreadableFileError(Exception):
    """A file is not a table of text; the message says why in plain words."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file as text: *rows* has a column per header cell, its index is the line each row begins on.

    *overlong* marks rows with filled cells where the header has no name, *misquoted* those that run over
    several lines because a quotation mark does not stand around a whole cell.
    """

    header: list[str]
    rows: pd.DataFrame
    overlong: NDArray[np.bool_]
    misquoted: NDArray[np.bool_]
    delimiter: str


def raw_table(path: Path) -> RawTable:
    """The rows of a CSV file, plain or gzipped, as text; raises UnreadableFileError."""
    data = _bytes(path)
    for mark, what in _NO_CSV.items():
        if data.startswith(mark):
            raise UnreadableFileError(what)
    return table_of_text(decoded(data))


def table_of_text(text: str) -> RawTable:
    """The rows of a text with a header line; raises UnreadableFileError when there is none."""
    names, delimiter, lines_before, body = _split_header(_plain_lines(text))
    header = unique_names(names)
    cells = _rows(body, delimiter, len(header), lines_before)
    starts, misquoted = _row_starts(body, delimiter, len(cells))
    cells.index = pd.Index(lines_before + 1 + starts, name="line")
    filled = (cells != "").to_numpy(dtype=bool)
    kept = np.asarray(filled.any(axis=1))
    overlong = np.asarray(filled[:, len(header) :].any(axis=1))
    rows = cells.iloc[:, : len(header)].set_axis(header, axis=1).loc[kept]
    return RawTable(header, rows, overlong[kept], misquoted[kept], delimiter)


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8 or UTF-16 by its mark, else UTF-8 where that is valid, else Windows-1252.

    >>> decoded("Größe".encode("cp1252")), decoded("Größe".encode("utf-16"))
    ('Größe', 'Größe')
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    for encoding, zeros in (("utf-16-le", data[1:_SAMPLE:2]), ("utf-16-be", data[:_SAMPLE:2])):
        if 2 * zeros.count(0) > len(zeros):
            return data.decode(encoding, errors="replace")
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
    out: list[str] = []
    for position, given in enumerate(names, start=1):
        name = " ".join(given.split()) or f"column {position}"
        again = (f"{name} ({number})" for number in range(2, len(names) + 2))
        out.append(name if name not in out else next(other for other in again if other not in out))
    return out


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if data.startswith(_GZIP) else data
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFileError(f"the file cannot be opened ({error})") from error


def _plain_lines(text: str) -> str:
    """The text with one kind of line end; what is no text in it shows as \ufffd."""
    sample = text[:_SAMPLE]
    if 20 * len(_NOT_IN_TEXT.findall(sample)) > len(sample):
        raise UnreadableFileError("the file is not text")
    return _NOT_IN_TEXT.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def _split_header(text: str) -> tuple[list[str], str, int, str]:
    """The header's cells, the delimiter, the lines up to the end of the header, and the rest of the text."""
    start, lines, told = 0, 0, ""
    while start < len(text):
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)]
        if match := _DELIMITER_LINE.fullmatch(line.strip(" ")):
            told = match[1]
        elif line.strip():
            delimiter = told or delimiter_of(line)
            names, end = _first_row(text, start, delimiter)
            return names, delimiter, lines + text.count("\n", start, end - 1) + 1, text[end:]
        start, lines = start + len(line) + 1, lines + 1
    raise UnreadableFileError("the file is empty")


def _first_row(text: str, start: int, delimiter: str) -> tuple[list[str], int]:
    """Cells of the row that begins at *start*, and where the next one begins."""
    used: list[str] = []

    def lines() -> Iterator[str]:
        for line in _LINE.finditer(text, start):
            used.append(line[0])
            yield line[0]

    try:
        cells = next(_reader(lines(), delimiter))
    except csv.Error as error:
        raise UnreadableFileError(f"the header line is no header ({error})") from error
    row = "".join(used)
    if len(used) > 1 and not _is_well_quoted(row, delimiter):
        raise UnreadableFileError("a quotation mark in the header line is opened and never closed")
    while len(cells) > 1 and not cells[-1].strip():
        cells.pop()  # a delimiter at the end of every line makes no column
    return cells, start + len(row)


def _rows(body: str, delimiter: str, width: int, lines_before: int) -> pd.DataFrame:
    """All rows, blank lines too, with one column more than the header; what is beyond that is cut off."""
    if not body.strip("\n"):
        return pd.DataFrame({i: pd.Series(dtype=object) for i in range(width + 1)})
    widest = delimiter * width + "\n"  # the parser expects what it meets first
    try:
        return pd.read_csv(
            io.StringIO(widest + body.rstrip("\n")), sep=delimiter, header=0, names=range(width + 1),
            usecols=range(width + 1), index_col=False, dtype=str, na_filter=False, skip_blank_lines=False,
            skipinitialspace=True,
        ).astype(object)  # fmt: skip
    except pd.errors.ParserError as error:
        line = lines_before + 1 + max(_counted_starts(body, delimiter))
        raise UnreadableFileError(f"a quotation mark in line {line} is opened and never closed") from error


def _row_starts(body: str, delimiter: str, count: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Offset of the line each of *count* rows begins on, and the misquoted rows.

    Rows with line breaks inside quotation marks take more than one line.
    """
    body = body.rstrip("\n")
    lines = body.count("\n") + 1 if body else 0
    if lines == count:
        return np.arange(count), np.zeros(count, dtype=bool)
    starts = np.fromiter(_counted_starts(body, delimiter), dtype=np.int64)
    ends = np.append(starts[1:], lines)
    text = body.split("\n")
    misquoted = np.zeros(len(starts), dtype=bool)
    for row in np.flatnonzero(ends - starts > 1):
        misquoted[row] = not _is_well_quoted("\n".join(text[starts[row] : ends[row]]), delimiter)
    return starts, misquoted


def _counted_starts(body: str, delimiter: str) -> Iterator[int]:
    rows = _reader(io.StringIO(body), delimiter)
    start = 0
    try:
        for _ in rows:
            yield start
            start = rows.line_num
    except csv.Error as error:
        raise UnreadableFileError(f"a quotation mark is probably missing ({error})") from error


def _reader(lines: Iterable[str], delimiter: str, *, strict: bool = False) -> Any:
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=strict)


def _is_well_quoted(text: str, delimiter: str) -> bool:
    try:
        list(_reader(io.StringIO(text), delimiter, strict=True))
    except csv.Error:
        return False
    return True
