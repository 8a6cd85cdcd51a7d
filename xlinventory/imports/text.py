"""From text to rows of text: where a header may stand, the delimiter, and the line each row begins on."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DELIMITERS = (",", ";", "\t", "|")
_QUOTED = re.compile(r'"[^"]*"')
_DELIMITER_LINE = re.compile(r'"?sep=([^\w"\s]|\t)"?')  # a first line that tells a spreadsheet the delimiter
NOT_IN_TEXT = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters no text holds and no workbook file can store."""
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_SAMPLE = 2000
MOST_COLUMNS = 16_384
"""Columns of a sheet."""
LONGEST_NAME = 1_000
"""Characters in the name of a column; a longer one is no name."""
HEADER_WITHIN = 20
"""Lines among which a header is looked for: titles, periods and blank lines may stand before it."""
EXPORT_AGAIN = "Nothing of the file was taken. Export it again as CSV."


class UnreadableFileError(Exception):
    """A file is not a table of text; the message says why in plain words, *action* what to do."""

    def __init__(self, problem: str, action: str = EXPORT_AGAIN) -> None:
        super().__init__(problem)
        self.action = action


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line begins in a text, how many lines stand before it, and its delimiter."""

    start: int
    line: int
    delimiter: str


@dataclass(frozen=True, slots=True)
class Header:
    """A line that may be the header: its cells, told apart, those that came *again*, and its delimiter.

    *line* is the number of its last line, *end* the place in the text where the rows begin. *words* counts
    the cells with a letter in them: a header has more than titles, periods and rows of values.
    """

    names: list[str]
    again: list[str]
    words: int
    delimiter: str
    line: int
    end: int


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file as text: *rows* has a column per header cell, its index is the line each row begins on.

    *overlong* marks rows with filled cells where the header has no name, *misquoted* those that run over
    several lines because a quotation mark does not stand around a whole cell. *cut_off*: the last line does
    not end and has fewer cells than the header.
    """

    header: list[str]
    rows: pd.DataFrame
    overlong: NDArray[np.bool_]
    misquoted: NDArray[np.bool_]
    delimiter: str
    cut_off: bool = False


def table_of_text(text: str) -> RawTable:
    """The rows of a text whose first line that is not blank is the header; raises UnreadableFileError."""
    plain = plain_lines(text)
    return table_below(plain, header_at(plain, places(plain)[0]))


def table_below(text: str, header: Header) -> RawTable:
    """The rows that follow a header in a text of plain lines."""
    body, names, delimiter = text[header.end :], header.names, header.delimiter
    cells = _rows(body, delimiter, len(names), header.line)
    starts, misquoted = _row_starts(body, delimiter, len(cells))
    cells.index = pd.Index(header.line + 1 + starts, name="line")
    filled = (cells != "").to_numpy(dtype=bool)
    kept = np.asarray(filled.any(axis=1))
    overlong = np.asarray(filled[:, len(names) :].any(axis=1))
    rows = cells.iloc[:, : len(names)].set_axis(names, axis=1).loc[kept]
    cut_off = _is_cut_off(body, delimiter, len(names))
    return RawTable(names, rows, overlong[kept], misquoted[kept], delimiter, cut_off)


def places(text: str) -> list[Place]:
    """Where a header may stand: the first lines that are not blank; raises UnreadableFileError if all are."""
    found: list[Place] = []
    start, line, told = 0, 0, ""
    while start < len(text) and (line < HEADER_WITHIN or not found):
        end = text.find("\n", start)
        shown = text[start : end if end >= 0 else len(text)]
        if match := _DELIMITER_LINE.fullmatch(shown.strip(" ")):
            told = match[1]
        elif shown.strip():
            found.append(Place(start, line, told or delimiter_of(shown)))
        start, line = start + len(shown) + 1, line + 1
    if not found:
        raise UnreadableFileError("the file is empty")
    return found


def header_at(text: str, place: Place) -> Header:
    """The header that begins at a place of a text; raises UnreadableFileError when it is none."""
    given, end = _first_row(text, place.start, place.delimiter)
    if len(given) > MOST_COLUMNS:
        raise UnreadableFileError(
            f"the header has {len(given):,} columns, more than the {MOST_COLUMNS:,} of a sheet"
        )
    if (longest := max(map(len, given))) > LONGEST_NAME:
        raise UnreadableFileError(f"the header has a cell of {longest:,} characters")
    counts = Counter(" ".join(name.split()) for name in given)
    again = [name for name, times in counts.items() if name and times > 1]
    last = place.line + text.count("\n", place.start, end - 1) + 1
    words = sum(any(map(str.isalpha, name)) for name in given)
    return Header(unique_names(given), again, words, place.delimiter, last, end)


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
    out: dict[str, int] = {}
    for position, given in enumerate(names, start=1):
        name = " ".join(given.split()) or f"column {position}"
        again = (f"{name} ({number})" for number in count(out.get(name, 1) + 1))
        chosen = name if name not in out else next(other for other in again if other not in out)
        out[name] = out.get(name, 0) + 1
        out.setdefault(chosen, 1)
    return list(out)


def plain_lines(text: str) -> str:
    """The text with one kind of line end, without marks of byte order; what is no text shows as \ufffd."""
    sample = text[:_SAMPLE]
    if 20 * len(NOT_IN_TEXT.findall(sample)) > len(sample):
        raise UnreadableFileError("the file is not text")
    plain = text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n")
    return NOT_IN_TEXT.sub("\ufffd", plain)


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


def _is_cut_off(body: str, delimiter: str, width: int) -> bool:
    """Whether the last line has no end, more than one cell, and fewer than the header and all other lines."""
    last = body[body.rfind("\n") + 1 :]
    if last.count('"') % 2 or len(last) > csv.field_size_limit():
        return False
    if not 1 < len(next(_reader([last], delimiter), [])) < width:
        return False
    others = filter(None, body.split("\n")[:-1])
    return all(line.count(delimiter) >= width - 1 for line in others)


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
