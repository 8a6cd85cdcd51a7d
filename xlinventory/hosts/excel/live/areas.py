"""Rectangles of cells in bulk: everything they hold, their formulas, and values put in."""

import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import xlwings as xw

from xlinventory.hosts.excel.live.cells import as_cells, entry, needs_protection, taken, with_errors
from xlinventory.hosts.runs import runs
from xlinventory.workbook import Cell, WorkbookError

CELLS_AT_ONCE = 500_000
"""Cells in one exchange: below what an Apple event and a COM call take."""
TEXT_FORMAT = "@"
Columns = list[list[Cell]]


def held(area: xw.Range) -> Columns:
    """What the cells hold, column by column."""
    rows = [row for part in _parts(area) for row in _as_rows(stored_values(part), part.shape[1])]
    return [as_cells(column) for column in zip(*rows, strict=True)]


def formulas(area: xw.Range) -> list[list[str]]:
    """What the cells would be typed as, column by column; "" for a blank."""
    rows = [row for part in _parts(area) for row in _as_rows(part.formula, part.shape[1])]
    return [[text if isinstance(text, str) else "" for text in column] for column in zip(*rows, strict=True)]


def stored_values(area: xw.Range) -> Any:
    """Raw values as the program stores them: the one place that looks behind xlwings.

    xlwings reads ``Range.Value``, and Excel on Windows gives that as a currency of four decimals where the
    number format has a currency sign, and as a date where it is one. ``Value2`` is the number itself.
    Excel on macOS leaves cells with an error out of what it hands over, and xlwings' ``err_to_str`` fails
    there for more than one cell; what the cells show tells which they are.
    Other programs have no such property and give numbers, or dates that ``as_cells`` turns back.
    """
    native = getattr(area.api, "Value2", None)
    if native is not None:
        return native
    raw, (rows, columns) = area.raw_value, area.shape
    words = getattr(area.api, "string_value", None) if sys.platform == "darwin" else None
    if words is None:
        return raw
    shown = list(chain.from_iterable(_as_rows(words.get(), columns)))
    values = with_errors(list(chain.from_iterable(_as_rows(raw, columns))), shown)
    if len(values) != rows * columns:
        raise WorkbookError(
            f"{area.sheet.name}!{area.address} could not be read: Excel gave {len(values):,} cells of it"
        )
    return [values[start : start + columns] for start in range(0, len(values), columns)]


def put(area: xw.Range, columns: Columns) -> None:
    """Values into cells, all at once; raises WorkbookError when the program does not take one."""
    texts = [_is_text_column(area, j, column) for j, column in enumerate(columns)]
    entries = [
        [entry(cell, text_format=text) for cell in column]
        for column, text in zip(columns, texts, strict=True)
    ]
    area.value = [list(row) for row in zip(*entries, strict=True)]
    for j, first, last in _not_taken(columns, held(area)):
        _insist(area[first : last + 1, j], columns[j][first : last + 1])


def _is_text_column(area: xw.Range, j: int, column: list[Cell]) -> bool:
    """Whether texts of a column need no protection because of its format; asked only where it matters."""
    doubtful = any(isinstance(cell, str) and needs_protection(cell) for cell in column)
    return doubtful and area[:, j].number_format == TEXT_FORMAT


def _not_taken(given: Columns, found: Columns) -> Iterator[tuple[int, int, int]]:
    """(column, first row, last row) of the runs of cells that hold something else than was given."""
    for j, (mine, theirs) in enumerate(zip(given, found, strict=True)):
        if mine == theirs and list(map(type, mine)) == list(map(type, theirs)):
            continue
        wrong = [i for i, pair in enumerate(zip(mine, theirs, strict=True)) if not taken(*pair)]
        for run in runs(wrong):
            yield j, run[0], run[-1]


def _insist(area: xw.Range, cells: list[Cell]) -> None:
    """Enter the cells of one column once more, each under the number format that leaves it what it is.

    A number entered in a cell of the format ``@`` would be a text, a text elsewhere perhaps a number. Texts
    keep the format ``@``: without it, the next edit by hand would turn them.
    """
    for same in _of_one_kind(cells):
        part, text = area[same[0] : same[-1] + 1, 0], isinstance(cells[same[0]], str)
        usual = part.number_format
        part.number_format = TEXT_FORMAT if text else "General"
        part.value = [[entry(cells[i], text_format=text)] for i in same]
        if not text and usual:
            part.number_format = usual
    for i, (given, found) in enumerate(zip(cells, held(area)[0], strict=True)):
        if not taken(given, found):
            cell = area[i, 0]
            raise WorkbookError(
                f"{cell.sheet.name}!{cell.get_address(row_absolute=False, column_absolute=False)} "
                f"did not take {_shown(given)}; "
                "is the sheet protected, or are cells merged there?"
            )


def _of_one_kind(cells: Sequence[Cell]) -> Iterator[list[int]]:
    """Places of neighbours that are all text or all something else."""
    run: list[int] = []
    for i, cell in enumerate(cells):
        if run and isinstance(cell, str) != isinstance(cells[run[-1]], str):
            yield run
            run = []
        run.append(i)
    if run:
        yield run


def _shown(cell: Cell) -> str:
    text = str(cell)
    return repr(text if len(text) <= 40 else f"{text[:40]}...") if isinstance(cell, str) else text


def _parts(area: xw.Range) -> Iterator[xw.Range]:
    """An area in parts of whole rows that a program hands over at once."""
    rows, columns = area.shape
    step = max(1, CELLS_AT_ONCE // columns)
    if rows <= step:
        yield area
        return
    for start in range(0, rows, step):
        yield area[start : start + step, :]


def _as_rows(raw: Any, width: int) -> Sequence[Sequence[Any]]:
    """Raw values as rows: programs give one cell as no list, and one row or column perhaps as a flat one."""
    if not isinstance(raw, list | tuple):
        return [[raw]]
    if raw and isinstance(raw[0], list | tuple):
        return raw
    return [raw] if width > 1 else [[value] for value in raw]
