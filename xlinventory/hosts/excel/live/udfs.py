"""The worksheet functions as xlwings calls them from Excel's cells: safety_stock, eoq and all others.

One function for each entry of the registry, made when this module is imported. What Excel sends becomes cell
values, ``evaluate`` answers, and the answer goes back as rows with errors as their text, which the workbook's
VBA turns into real errors. Values go through xlwings as they are ("raw"): its own conversion would look at
every cell once more and lose the errors. Away from Windows the decorators give the function back untouched.
"""

import inspect
from decimal import Decimal
from itertools import chain

import xlwings as xw

from xlinventory.core.errors import CellError
from xlinventory.evaluation import evaluate
from xlinventory.hosts.excel.error_numbers import CODES, ERRORS_BY_CODE
from xlinventory.registry import registered

MISSING = -2147352572
"""What COM sends for an argument that is left out (DISP_E_PARAMNOTFOUND)."""

_PLAIN = {float, bool, type(None)}
_ERRORS_BY_TEXT = {error.value: error for error in CellError}


def cell_values(argument):
    """An argument as ``evaluate`` takes it: a cell value, or rows of them.

    Excel sends a range as a tuple of rows; a flat tuple is one row, as in ``{1,2,3}``.
    """
    kind = type(argument)
    if kind in _PLAIN:
        return argument
    if kind is not tuple and kind is not list:
        return _cell(argument)
    rows = argument if argument and type(argument[0]) in (tuple, list) else (argument,)
    if set(map(type, chain.from_iterable(rows))) <= _PLAIN:
        return rows
    return [[_cell(value) for value in row] for row in rows]


def excel_rows(result):
    """A result as xlwings wants it: always rows, errors as their text, never None or NaN."""
    if not isinstance(result, list):
        result = [[result]]
    if CellError in set(map(type, chain.from_iterable(result))):
        return [[cell.value if type(cell) is CellError else cell for cell in row] for row in result]
    return result


def _cell(value):
    convert = _CELLS.get(type(value))
    return convert(value) if convert else value


def _whole(number):
    """An integer is a number, unless it is the code of an error value or of an argument left out."""
    if number == MISSING:
        return None
    if number in CODES:
        return ERRORS_BY_CODE.get(number, CellError.VALUE)
    return float(number)


_CELLS = {
    int: _whole,
    str: lambda text: _ERRORS_BY_TEXT.get(text, text),
    Decimal: float,  # a cell formatted as currency, where xlwings reads the range itself
}
"""How the cells that are not plain become so; dates stay, since ``evaluate`` reads them."""


def _bridge(spec):
    """The function that xlwings registers: positional, without annotations, every argument as it comes."""

    def bridge(*arguments):
        return excel_rows(evaluate(spec.name, *map(cell_values, arguments)))

    bridge.__name__ = bridge.__qualname__ = spec.name.lower()
    bridge.__doc__ = spec.summary
    bridge.__signature__ = inspect.Signature(
        [
            inspect.Parameter(
                p.name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=inspect.Parameter.empty if p.required else None,
            )
            for p in spec.parameters
        ]
    )
    for parameter in spec.parameters:
        bridge = xw.arg(parameter.name, "raw", doc=parameter.help)(bridge)
    return xw.func(xw.ret("raw")(bridge))


globals().update({spec.name.lower(): _bridge(spec) for spec in registered()})
