"""Values between the users of xlwings and the cells of a range."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from xlinventory.hosts.calc.engine.reading import DayNumber
from xlinventory.hosts.excel.live.cells import ERROR_CODES

_PARTS = ("year", "month", "day", "hour", "minute", "second", "microsecond")
_AS_THEY_ARE = {str, bool, type(None)}


def for_a_cell(value: Any, _options: Any) -> Any:
    """One value on its way into a cell: plain Python types, None for a blank."""
    kind = type(value)
    if kind is float:
        return value if value == value else None  # noqa: PLR0124 - NaN alone is not itself
    if kind in _AS_THEY_ARE:
        return value
    if kind is int:
        return float(value)
    return _plain(value)


def _plain(value: Any) -> Any:
    """NumPy's and pandas' values as Python's."""
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    elif isinstance(value, np.generic):
        value = value.item()
    if value is pd.NaT or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def for_a_person(
    rows: list[list[Any]],
    dates: Callable[..., Any],
    blank: Any,
    numbers: Callable[[float], Any] | None,
    err_to_str: Any,
) -> list[list[Any]]:
    """Cells on their way to the user of xlwings: dates as dates, errors as text or None."""

    def date(value: DayNumber) -> Any:
        moment = value.moment()
        return dates(**{part: getattr(moment, part) for part in _PARTS}, tzinfo=None)

    def error(value: int) -> Any:
        return str(ERROR_CODES[value]) if err_to_str else None

    readers = {DayNumber: date, int: error, type(None): lambda _: blank}
    if numbers is not None:
        readers[float] = numbers
    return [
        [readers[type(v)](v) if type(v) in readers else v for v in row]
        if not readers.keys().isdisjoint(map(type, row))
        else row
        for row in rows
    ]
