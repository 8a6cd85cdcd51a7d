"""The one list of worksheet functions, and what is known about each.

A worksheet function is a plain Python function under ``@worksheet_function``: its name, its arguments'
types and its docstring are read once, and every host - formulas, command line, help, tests - is made
from that. Writing the function is all there is to adding one.
"""

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, ParamSpec, TypeVar, get_args, get_type_hints

from xlinventory.arguments import Range, Scalar, Word

P = ParamSpec("P")
R = TypeVar("R")
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
_public: dict[str, Callable[..., Any]] = {}


def worksheet_function(
    family: Family,
    *,
    example: tuple[Any, ...],
    expect: Any,
    returns: str = "",
    shape: Shape = Shape.VALUE,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Record a function under its name in capitals; the decorated one reads and broadcasts Python values.

    *returns* is the unit of the result; *example* the arguments of a worked example (a list is a
    column, a list of lists a range) and *expect* its published or independently worked result.
    """

    def record(body: Callable[P, R]) -> Callable[P, R]:
        from xlinventory.evaluation import call  # noqa: PLC0415 - the caller needs the types above

        name = body.__name__.upper()
        if name in _functions:
            raise ValueError(f"{name} is already registered")
        doc = inspect.getdoc(body)
        if not doc:
            raise TypeError(f"{name} needs a docstring: it is the function-wizard help")
        spec = WorksheetFunction(name, family, _parameters(body), shape, returns, example, expect, doc, body)
        _functions[name] = spec

        @functools.wraps(body)
        def public(*args: P.args, **kwargs: P.kwargs) -> R:
            return call(spec, args, kwargs)  # type: ignore[no-any-return]  # shaped like body's result

        _public[body.__name__] = public
        return public

    return record


def registered() -> Iterator[WorksheetFunction]:
    """All worksheet functions, family by family in the order of the code."""
    order = list(Family)
    return iter(sorted(_functions.values(), key=lambda spec: order.index(spec.family)))


def find(name: str) -> WorksheetFunction | None:
    """The function of that name in any case, or None."""
    return _functions.get(name.upper())


def public_functions() -> dict[str, Callable[..., Any]]:
    """The Python functions by their snake_case names."""
    return dict(_public)


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


def _parameters(body: Callable[..., Any]) -> tuple[Parameter, ...]:
    hints = get_type_hints(body, include_extras=True)
    return tuple(
        Parameter(name, _kind(body, name, hints[name]), parameter.default)
        for name, parameter in inspect.signature(body).parameters.items()
    )


def _kind(body: Callable[..., Any], name: str, hint: Any) -> ArgumentKind:
    for extra in get_args(hint):
        if isinstance(extra, Scalar | Range):
            return extra
    raise TypeError(f"{body.__name__}: annotate {name} with an argument kind of functions/vocabulary.py")
