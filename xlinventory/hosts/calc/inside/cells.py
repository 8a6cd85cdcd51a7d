"""Cell values between LibreOffice's add-in calls and ``evaluate``.

Numbers, dates and truth arrive as floats, text as text, an argument left out as None, a range as rows in
which an empty cell is "". An error travels as a NaN that carries LibreOffice's error number, both ways.
"""

from collections.abc import Callable
from itertools import chain
from math import isfinite
from typing import Any

from xlinventory.arguments import Date, NumberOrWord, Word
from xlinventory.core.errors import CellError
from xlinventory.hosts.calc.error_numbers import ERRORS, nan_of, number_in
from xlinventory.registry import Parameter

NUMBERS = {
    CellError.NULL: 521, CellError.DIV0: 532, CellError.VALUE: 519, CellError.REF: 524, CellError.NAME: 525,
    CellError.NUM: 503, CellError.NA: 32767,
}  # fmt: skip
"""The error number that shows each of our errors."""
_NANS = {error: nan_of(number) for error, number in NUMBERS.items()}


def cell_of(value: Any) -> Any:
    """One value as ``evaluate`` takes it; an empty text is a blank."""
    if type(value) is float:
        return value if isfinite(value) else _error_of(value)
    return None if value == "" else value


def argument_of(value: Any) -> Any:
    """An argument as ``evaluate`` takes it: a cell value, or rows of them."""
    if type(value) is not tuple:
        return cell_of(value)
    return [[cell_of(cell) for cell in row] for row in value]


def worded_argument_of(value: Any) -> Any:
    """Like ``argument_of`` where 0 says nothing, as it does for a word or a day: then it is an empty cell."""
    return None if value == 0.0 and type(value) is float else argument_of(value)


def reader(parameter: Parameter) -> Callable[[Any], Any]:
    """What reads an argument: one empty cell comes as 0.0, which here and there can be told."""
    worded = isinstance(parameter.kind, Word | Date) and not isinstance(parameter.kind, NumberOrWord)
    return worded_argument_of if worded else argument_of


def rows_of(result: Any) -> tuple[tuple[Any, ...], ...]:
    """A result as LibreOffice takes it: always rows."""
    if type(result) is not list:
        return ((_given(result),),)
    if set(map(type, chain.from_iterable(result))) == {float}:
        return tuple(map(tuple, result))
    return tuple(tuple(map(_given, row)) for row in result)


def text_of(result: Any) -> Any:
    """A result that is one text as LibreOffice takes it; it cannot be given a column of them."""
    if type(result) is not list:
        return _given(result)
    return _given(result[0][0] if len(result) == len(result[0]) == 1 else CellError.VALUE)


def _error_of(nan: float) -> CellError:
    return ERRORS.get(number_in(nan), CellError.NUM)


def _given(cell: Any) -> Any:
    if type(cell) is CellError:
        return _NANS.get(cell, _NANS[CellError.VALUE])
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else float(cell)
