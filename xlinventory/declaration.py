"""How a worksheet function comes into being: a plain Python function under ``@worksheet_function``.

Its name, its arguments' types and its docstring are read once, and everything else follows from the registry.
Writing the function is all there is to adding one.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, get_args, get_type_hints

from xlinventory.arguments import Range, Scalar
from xlinventory.evaluation import call
from xlinventory.registry import ArgumentKind, Family, Parameter, Shape, WorksheetFunction, add, filled

P = ParamSpec("P")
R = TypeVar("R")

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
        name = body.__name__.upper()
        doc = inspect.getdoc(body)
        if not doc:
            raise TypeError(f"{name} needs a docstring: it is the function-wizard help")
        spec = WorksheetFunction(name, family, _parameters(body), shape, returns, example, expect, doc, body)
        add(spec)

        @functools.wraps(body)
        def public(*args: P.args, **kwargs: P.kwargs) -> R:
            return call(spec, args, kwargs)  # type: ignore[no-any-return]  # shaped like body's result

        _public[body.__name__] = public
        return public

    return record


def public_functions() -> dict[str, Callable[..., Any]]:
    """The Python functions by their snake_case names."""
    filled()
    return dict(_public)


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
