"""The one list of worksheet functions, and what is known about each.

Every host - formulas, command line, help, tests - is made from it. What enters a function is its
declaration, ``@worksheet_function``.
"""

import functools
import importlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from xlinventory.arguments import Range, Scalar, Word

ArgumentKind = Scalar | Range
REQUIRED = inspect.Parameter.empty


class Family(Enum):
    """The chapters of inventory management; also the categories in the function wizard."""

    STOCK_CONTROL = "Stock control"
    FORECASTING = "Forecasting"
    VALUATION = "Valuation"
    TURNOVER = "Turnover"
    SAFETY_STOCK = "Safety stock"
    SUPPLIERS = "Suppliers"


class Shape(Enum):
    """What a function gives for scalar arguments: one cell, one row, or a column (a table)."""

    VALUE = "value"
    ROW = "row"
    COLUMN = "column"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument as the function wizard shows it."""

    name: str
    kind: ArgumentKind
    default: Any

    @property
    def required(self) -> bool:
        """Whether leaving it blank is an error."""
        return self.default is REQUIRED

    @property
    def help(self) -> str:
        """What it is, its unit and its choices, in at most 255 characters."""
        words = f" {' | '.join(self.kind.choices)}" if isinstance(self.kind, Word) else ""
        unit = f" [{self.kind.unit}]" if self.kind.unit else ""
        return f"{self.kind.help}{unit}{words}"


@dataclass(frozen=True)
class WorksheetFunction:
    """A function of the sheet: what it is called, what it takes, gives and means."""

    name: str
    family: Family
    parameters: tuple[Parameter, ...]
    shape: Shape
    returns: str
    example: tuple[Any, ...]
    expect: Any
    doc: str
    body: Callable[..., Any]

    @property
    def summary(self) -> str:
        """First line of the docstring: the function-wizard help."""
        return self.doc.splitlines()[0]

    @functools.cached_property
    def ranged(self) -> bool:
        """Whether an argument is a range by nature."""
        return any(isinstance(p.kind, Range) for p in self.parameters)

    @functools.cached_property
    def elementwise(self) -> bool:
        """Whether whole columns go through the body at once, element by element."""
        return self.shape is Shape.VALUE and not self.ranged

    @property
    def syntax(self) -> str:
        """Such as ``EOQ(annual_demand, order_cost, unit_cost, holding_rate)``."""
        words = (p.name if p.required else f"[{p.name}]" for p in self.parameters)
        return f"{self.name}({', '.join(words)})"

    @property
    def formula(self) -> str:
        """The example as a formula with constants."""
        return f"={self.name}({','.join(as_constant(argument) for argument in self.example)})"


_functions: dict[str, WorksheetFunction] = {}


def add(spec: WorksheetFunction) -> None:
    """Enter a function under its name; raises ValueError when the name is taken."""
    if spec.name in _functions:
        raise ValueError(f"{spec.name} is already registered")
    _functions[spec.name] = spec


def filled() -> None:
    """Import the package of worksheet functions, whose modules enter themselves, unless that is done."""
    importlib.import_module("xlinventory.functions")


def registered() -> Iterator[WorksheetFunction]:
    """All worksheet functions, family by family in the order of the code."""
    filled()
    order = list(Family)
    return iter(sorted(_functions.values(), key=lambda spec: order.index(spec.family)))


def find(name: str) -> WorksheetFunction | None:
    """The function of that name in any case, or None."""
    filled()
    return _functions.get(name.upper())


def as_constant(value: Any) -> str:
    """A Python value as it is written in a formula: ``{1,2;3,4}`` for a range, nothing for None.

    >>> as_constant([[1, "a"], [2.5, True]])
    '{1,"a";2.5,TRUE}'
    """
    if isinstance(value, list):
        rows = value if value and isinstance(value[0], list) else [[cell] for cell in value]
        return "{" + ";".join(",".join(as_constant(cell) for cell in row) for row in rows) + "}"
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    if isinstance(value, bool):
        return str(value).upper()
    return "" if value is None else f"{value!r}".removesuffix(".0")
