"""Which line of a file each of its rows begins on, in one pass over its bytes."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_BLOCK = 1 << 19
_NEW_LINE, _QUOTE, _RETURN = (ord(sign) for sign in '\n"\r')
Numbers = NDArray[np.int64]


def line_numbers(path: Path, rows: Numbers, count: int, skip: int) -> Numbers | None:
    """The lines that *rows* (0 is the first after *skip* lines) of the file's *count* rows begin on.

    None where quotation marks do not stand around whole cells, so that it cannot be told.
    """
    if _filled_lines(path) == count + skip:
        return rows + skip + 1
    starts = _row_starts(path, skip)
    return starts[rows] if len(starts) == count else None


def _filled_lines(path: Path) -> int:
    """Lines up to the last that is not blank."""
    lines = blank = 0
    last = _NEW_LINE
    for block in _blocks(path):
        lines += int(np.count_nonzero(block == _NEW_LINE))
        filled = np.flatnonzero((block != _NEW_LINE) & (block != _RETURN))
        if len(filled):
            blank = int(np.count_nonzero(block[filled[-1] :] == _NEW_LINE))
        else:
            blank += int(np.count_nonzero(block == _NEW_LINE))
        last = block[-1]
    return lines - max(blank - 1, 0) + (last != _NEW_LINE)


def _row_starts(path: Path, skip: int) -> Numbers:
    """The line of every row that is not blank: a line break between quotation marks ends no row."""
    parts, line, quotes, begins = [], 1, 0, True
    for block in _blocks(path):
        breaks, marks = block == _NEW_LINE, block == _QUOTE
        inside = (quotes + np.cumsum(marks)) % 2 == 1
        ends = breaks & ~inside
        lines = line + np.cumsum(breaks) - breaks
        first = np.concatenate([[begins], ends[:-1]])
        filled = first & (block != _NEW_LINE) & (block != _RETURN)
        parts.append(lines[filled])
        line += int(breaks.sum())
        quotes += int(marks.sum())
        begins = bool(ends[-1])
    starts = np.concatenate(parts) if parts else np.array([], dtype=np.int64)
    return starts[starts > skip]


def _blocks(path: Path) -> Iterator[NDArray[np.uint8]]:
    with gzip.open(path) if path.name.endswith(".gz") else path.open("rb") as stream:
        while data := stream.read(_BLOCK):
            yield np.frombuffer(data, np.uint8)
