"""Target *functions*: every worksheet function with junk of every type in place of some or all arguments."""

import datetime as dt
import json
import logging
import math
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np

from tests.fuzz.mutating import ODD_TEXTS, odd_text, some
from tests.fuzz.running import Target, Wrong
from xlinventory.arguments import Range
from xlinventory.core.errors import CellError
from xlinventory.evaluation import evaluate
from xlinventory.registry import WorksheetFunction, registered

FUNCTIONS = list(registered())
# fmt: off
NUMBERS = (
    0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 7.0, 12.0, 95.0, 1e6, 1e9, 1e15, 1e16, 1e100, 1e300, -1e300, 1.797e308,
    5e-324, 1e-300, 1e-9,
    float("nan"), float("inf"), float("-inf"), 40886.0, 2958465.0, 2958466.0, -1e9, 0.1, 0.999999999999,
    1.0000000001, 4503599627370497.0,
)
# fmt: on
WORDS = sorted(
    {word for spec in FUNCTIONS for p in spec.parameters for word in getattr(p.kind, "choices", ())}
)
DAYS = ("0001-01-01", "9999-12-31", "1899-12-30", "2011-12-09", "2024-02-29")
WHOLE = (0, 1, -1, 10**18, -(10**30), 10**400)
MOST_CELLS = 3_000
ODD = {
    "not a time": np.datetime64("NaT"),
    "a far day": np.datetime64("9999-12-31T23:59:59"),
    "a time": dt.time(23, 59),
    "a span": dt.timedelta(days=1e8),
    "bytes": b"=1+1",
    "complex": 1 + 2j,
    "decimal": Decimal("sNaN"),
    "fraction": Fraction(1, 3),
    "masked": np.ma.masked,
    "an array": np.array([[1.0, np.nan]]),
    "a dict": {"a": 1.0},
    "nothing at all": object(),
}
"""No host gives these, but a program that calls ``evaluate`` may."""


def make(chance: Random) -> bytes:
    """A function and its arguments, as JSON."""
    spec = chance.choice(FUNCTIONS)
    arguments = [_rows(value) if isinstance(value, list) else value for value in spec.example]
    arguments += [None] * (len(spec.parameters) - len(arguments))
    if chance.random() < 0.2:
        arguments = [argument(chance) for _ in arguments]
    for _ in range(some(chance)):
        place = chance.randrange(len(arguments))
        arguments[place] = _spoilt(chance, spec, place, arguments[place])
    if chance.random() < 0.05:
        arguments.append(argument(chance))
    return json.dumps([spec.name, arguments[: chance.randint(0, len(arguments) + 30)]]).encode()


def attempt(data: bytes) -> None:
    """Whatever comes in, values or errors of a spreadsheet go out, and nothing fails on the way."""
    name, arguments = json.loads(data)
    failed: list[logging.LogRecord] = []
    log = logging.getLogger("xlinventory.evaluation")
    log.addFilter(lambda record: failed.append(record) or False)
    try:
        result = evaluate(name, *map(meant, arguments))
    finally:
        log.filters.clear()
    for record in failed:
        raise record.exc_info[1]
    for cell in _cells(result):
        if type(cell) not in {float, str, bool, CellError}:
            raise Wrong(f"no cell value: {cell!r}")
        if isinstance(cell, float) and not math.isfinite(cell):
            raise Wrong(f"not finite: {cell!r}")
        if isinstance(cell, str) and cell.startswith(("#", "Traceback")):
            raise Wrong(f"no text of ours: {cell!r}")


def argument(chance: Random) -> Any:
    """Junk: a cell, or rows of cells."""
    if chance.random() < 0.5:
        return cell(chance)
    if chance.random() < 0.02:
        return [[cell(chance)]] * chance.randint(1, MOST_CELLS)
    width = chance.randint(0, 4)
    ragged = chance.random() < 0.1
    return [
        [cell(chance) for _ in range(chance.randint(0, 3) if ragged else width)]
        for _ in range(chance.randint(0, 8))
    ]


def cell(chance: Random) -> Any:
    """Junk of one cell; what JSON does not know is {kind: text}."""
    return chance.choice(_CELLS)(chance)


def meant(value: Any) -> Any:
    """An argument from its JSON."""
    if isinstance(value, list):
        return [meant(each) for each in value]
    if isinstance(value, dict):
        ((kind, text),) = value.items()
        return _KINDS[kind](text)
    return value


def _spoilt(chance: Random, spec: WorksheetFunction, place: int, value: Any) -> Any:
    """One argument changed: all of it, one of its cells, its shape."""
    if isinstance(value, list) and value and all(isinstance(row, list) and row for row in value):
        if chance.random() < 0.6:
            rows = [list(row) for row in value]
            row = chance.choice(rows)
            row[chance.randrange(len(row))] = cell(chance)
            return rows
        if chance.random() < 0.5:
            return chance.choice(
                (value * chance.randint(0, 40), value[1:], [row * 2 for row in value], [value])
            )
    if not isinstance(spec.parameters[place].kind, Range) and chance.random() < 0.3:
        return [[cell(chance)] for _ in range(chance.randint(1, 5))]
    return argument(chance)


def _rows(value: list[Any]) -> list[list[Any]]:
    return value if value and isinstance(value[0], list) else [[each] for each in value]


def _cells(result: Any) -> list[Any]:
    if not isinstance(result, list):
        return [result]
    if not result or not all(isinstance(row, list) and row for row in result):
        raise Wrong(f"no rows: {result!r}"[:200])
    if len({len(row) for row in result}) > 1:
        raise Wrong(f"rows of different length: {result!r}"[:200])
    return [each for row in result for each in row]


_CELLS = (
    lambda chance: chance.choice(NUMBERS),
    lambda chance: chance.choice(NUMBERS),
    lambda chance: chance.choice((-1, 1)) * 10.0 ** chance.uniform(-12, 12),
    lambda chance: float(chance.randint(-3, 60)),
    lambda chance: float(chance.randint(0, 60)),
    lambda chance: chance.choice((None, None, True, False, "")),
    lambda chance: chance.choice(WORDS),
    odd_text,
    lambda chance: {"error": chance.choice(list(CellError)).value},
    lambda chance: {"day": chance.choice(DAYS)},
    lambda chance: {"moment": chance.choice(DAYS) + "T23:59:59"},
    lambda chance: {"whole": str(chance.choice(WHOLE))},
    lambda chance: {"numpy": str(chance.choice(NUMBERS))},
    lambda chance: {"odd": chance.choice(list(ODD))},
    lambda chance: [cell(chance)] if chance.random() < 0.3 else chance.choice(ODD_TEXTS),
)
_KINDS = {
    "error": CellError,
    "day": dt.date.fromisoformat,
    "moment": dt.datetime.fromisoformat,
    "whole": lambda text: int(text) if len(text) < 300 else 10 ** (len(text) - 1),
    "numpy": np.float64,
    "odd": ODD.__getitem__,
}

TARGET = Target("functions", make, attempt)
