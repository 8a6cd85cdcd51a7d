"""Single rows of a large file as they stand in it, each with the line it begins on."""

import gzip
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_BLOCK = 1 << 19
_NEW_LINE, _QUOTE, _RETURN = (ord(sign) for sign in '\n"\r')
Numbers = NDArray[np.int64]


def original_rows(path: Path, rows: Numbers, count: int, skip: int) -> tuple[Numbers, list[bytes]] | None:
    """The lines that *rows* (0 is the first after *skip* lines) begin on, and their bytes.

    *count* is how many rows the file has, blank lines left out. None where quotation marks do not stand
    around whole cells, so that it cannot be told where a row begins.
    """
    starts = rows + skip + 1
    texts, lines = _lines(path, starts)
    if lines == count + skip:
        return starts, texts
    every = _row_starts(path, skip)
    if len(every) != count:
        return None
    starts, ends = every[rows], np.append(every, lines + 1)[rows + 1]
    spans = [np.arange(start, end) for start, end in zip(starts, ends, strict=True)]
    texts, _ = _lines(path, np.concatenate(spans)) if spans else ([], 0)
    edges = np.cumsum([0, *map(len, spans)])
    return starts, [b"".join(texts[start:end]) for start, end in pairwise(edges)]


def _lines(path: Path, wanted: Numbers) -> tuple[list[bytes], int]:
    """The lines of these numbers, in order, and the number of the last that is not blank."""
    texts, before, filled, rest = [], 0, 0, b""
    for block in _blocks(path):
        data = rest + block
        cells = np.frombuffer(data, np.uint8)
        ends = np.flatnonzero(cells == _NEW_LINE) + 1
        left, right = np.searchsorted(wanted, [before + 1, before + len(ends) + 1])
        edges = np.append(0, ends)
        here = wanted[left:right] - before - 1
        texts += [data[start:end] for start, end in zip(edges[here], edges[here + 1], strict=True)]
        filled = _last_filled(cells, ends, before) or filled
        before, rest = before + len(ends), data[edges[-1] :]
    if rest:
        texts += [rest] * int((wanted == before + 1).sum())
        filled = before + 1 if rest.strip() else filled
    return texts, filled


def _last_filled(cells: NDArray[np.uint8], ends: Numbers, before: int) -> int:
    """The number of the last whole line with something on it, 0 if there is none."""
    for place in range(len(ends) - 1, -1, -1):
        start = ends[place - 1] if place else 0
        line = cells[start : ends[place]]
        if ((line != _NEW_LINE) & (line != _RETURN)).any():
            return before + place + 1
    return 0


def _row_starts(path: Path, skip: int) -> Numbers:
    """The line of every row that is not blank: a line break between quotation marks ends no row."""
    parts, line, quotes, begins = [], 1, 0, True
    for block in _blocks(path):
        cells = np.frombuffer(block, np.uint8)
        breaks, marks = cells == _NEW_LINE, cells == _QUOTE
        ends = breaks & ((quotes + np.cumsum(marks)) % 2 == 0)
        first = np.append(begins, ends[:-1])
        filled = first & (cells != _NEW_LINE) & (cells != _RETURN)
        parts.append((line + np.cumsum(breaks) - breaks)[filled])
        line += int(breaks.sum())
        quotes += int(marks.sum())
        begins = bool(ends[-1])
    starts = np.concatenate(parts) if parts else np.array([], dtype=np.int64)
    return starts[starts > skip]


def _blocks(path: Path) -> Iterator[bytes]:
    with gzip.open(path) if path.name.endswith(".gz") else path.open("rb") as stream:
        while data := stream.read(_BLOCK):
            yield data
