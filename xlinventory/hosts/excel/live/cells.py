"""Cells between a live spreadsheet program and Python: what a raw value is, and what to enter for a value.

Facts of Excel this rests on:

- A program that assigns text to a cell does what typing does: ``=1+1`` becomes a formula, ``00123`` a number,
  ``2024-01-31`` a date, ``TRUE`` a truth value, ``#N/A`` an error. In a cell with the number format ``@``
  it stays text. A leading apostrophe does the same in any cell and is not part of the text.
- Through COM an error arrives as an integer, the only integers that ever arrive: numbers are floats.
"""

import datetime as dt
import decimal
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from xlinventory.arguments import serial
from xlinventory.core.errors import CellError
from xlinventory.hosts.values import same_cell
from xlinventory.workbook import Cell

_ERROR_NUMBERS = {
    CellError.NULL: 2000, CellError.DIV0: 2007, CellError.VALUE: 2015, CellError.REF: 2023,
    CellError.NAME: 2029, CellError.NUM: 2036, CellError.NA: 2042, CellError.SPILL: 2045,
    CellError.CALC: 2050,
}  # fmt: skip
CODES: Mapping[CellError, int] = {error: number - 2_146_828_288 for error, number in _ERROR_NUMBERS.items()}
"""Excel's error numbers (XlCVError) as COM hands them over: facility 0x800A in the upper half."""
ERROR_CODES: Mapping[int, CellError] = {code: error for error, code in CODES.items()}

ERRORS_ARE_TEXT = sys.platform in ("darwin", "emscripten")
"""Where an error arrives as its text: AppleScript and Office.js. There a text ``#N/A`` reads as the error."""
_ERROR_TEXTS = {str(error): error for error in CellError}
_NOT_ENTERED = {CellError.SPILL: CellError.VALUE, CellError.CALC: CellError.VALUE}
_TRUTH = {"TRUE", "FALSE"}
_CONTROL = re.compile("[\x00-\x1f\ufffe\uffff]")
LONGEST_READ_AS_VALUE = 40
"""A longer text that begins with a letter is no number, date or time in any language."""

_READERS: Mapping[type, Callable[[Any], Cell]] = {
    float: lambda value: value,
    bool: lambda value: value,
    str: lambda value: value or None,
    int: lambda value: ERROR_CODES.get(value, float(value)),
    decimal.Decimal: float,
    dt.datetime: serial,
    dt.date: serial,
}


def as_cells(raw: Iterable[Any], *, errors_are_text: bool = ERRORS_ARE_TEXT) -> list[Cell]:
    """Raw values of a program as cells; what is of no known type is a blank.

    >>> as_cells([1.5, "", "x", True, -2146826246], errors_are_text=False)
    [1.5, None, 'x', True, <CellError.NA: '#N/A'>]
    """
    cells = [value if type(value) is float else _cell(value) for value in raw]
    if errors_are_text:
        return [_ERROR_TEXTS.get(cell, cell) if isinstance(cell, str) else cell for cell in cells]
    return cells


def with_errors(values: Sequence[Any], shown: Sequence[str]) -> list[Any]:
    """All values of an area in order, the error of a cell in its place, as what the cells show tells.

    Excel on macOS skips cells with an error or puts a placeholder there, depending on its version (xlwings
    issues 1924, 1188 and 490).

    >>> with_errors([1.0, "x"], ["1.00", "#N/A", "x"])
    [1.0, '#N/A', 'x']
    """
    if len(values) == len(shown):
        pairs = zip(values, shown, strict=True)
        return [text if text in _ERROR_TEXTS else value for value, text in pairs]
    if len(values) + sum(text in _ERROR_TEXTS for text in shown) != len(shown):
        return list(values)
    rest = iter(values)
    return [text if text in _ERROR_TEXTS else next(rest) for text in shown]


def entry(cell: Cell, *, text_format: bool) -> Any:
    """What to enter so that the cell holds this value; *text_format*: its number format is ``@``.

    >>> [entry(text, text_format=False) for text in ("Red mug", "00123", "=1+1", "'quoted")]
    ['Red mug', "'00123", "'=1+1", "''quoted"]
    >>> entry("=1+1", text_format=True)
    '=1+1'
    """
    if isinstance(cell, CellError):
        return str(_NOT_ENTERED.get(cell, cell))  # nobody can type #SPILL!
    if not isinstance(cell, str):
        return cell
    needed = cell.startswith("'") if text_format else needs_protection(cell)
    return f"'{cell}" if needed else cell


def needs_protection(text: str) -> bool:
    """Whether Excel might take this text for something else, in whatever language it speaks.

    >>> [needs_protection(text) for text in ("Red mug", "T-light holder", "TRUE", "Mar 5", "85123A")]
    [False, False, True, True, True]
    """
    if not text[0].isalpha() or text.upper() in _TRUTH:
        return True
    return len(text) <= LONGEST_READ_AS_VALUE and any(character.isdigit() for character in text)


def taken(given: Cell, found: Cell) -> bool:
    """Whether a cell took the value given; control characters in a text may be lost (a CR is an LF)."""
    if isinstance(given, CellError):
        return _NOT_ENTERED.get(given, given) is found
    if isinstance(given, str) and isinstance(found, str) and given != found:
        return _CONTROL.sub("", given) == _CONTROL.sub("", found)
    return same_cell(given, found)


def _cell(value: Any) -> Cell:
    reader = _READERS.get(type(value))
    if reader is not None:
        return reader(value)
    kinds = (bool, float, str, dt.date)  # an engine's own types, such as pywintypes' datetime
    base = next((kind for kind in kinds if isinstance(value, kind)), None)
    return None if base is None else _READERS[base](base(value) if base is float else value)
