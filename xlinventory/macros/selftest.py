"""Self-test: every worksheet function against the result its example is known to have."""

import platform
from collections.abc import Iterator
from typing import Any

from xlinventory import __version__
from xlinventory.evaluation import evaluate
from xlinventory.macros.frame import Run, macro
from xlinventory.registry import WorksheetFunction, registered

CLOSE = 1e-6
"""Numbers agree to the sixth figure, as on the sheet Functions."""


@macro("selftest", "Self-test", logged=False)
def selftest(run: Run) -> str:
    """Calculate the example of every worksheet function and compare it with its known result."""
    specs = list(registered())
    for done, spec in enumerate(specs):
        run.report(spec.name, done / len(specs))
        run.findings += differences(spec)[:1]
    passed = len(specs) - len(run.findings)
    return (
        f"{passed} of {len(specs)} worksheet functions give what they should, calculated by xlinventory "
        f"{__version__} on Python {platform.python_version()}."
    )


def differences(spec: WorksheetFunction) -> list[str]:
    """Where the result of the example is not the expected one, value by value; empty when all agree."""
    got = list(_values(evaluate(spec.name, *map(_as_cells, spec.example))))
    wanted = list(_values(spec.expect))
    if len(got) != len(wanted):
        return [f"{spec.formula[1:]} gives {len(got)} values, should give {len(wanted)}"]
    pairs = [(a, b) for a, b in zip(got, wanted, strict=True) if not agree(a, b)]
    return [f"{spec.formula[1:]} gives {a}, should give {b}" for a, b in pairs]


def agree(one: Any, other: Any) -> bool:
    """Whether two cells show the same; numbers to the sixth figure.

    >>> agree(0.1 + 0.2, 0.3), agree(1000.0, 1000.01), agree("A", "B"), agree(1.0, "1")
    (True, False, False, False)
    """
    if isinstance(one, str) or isinstance(other, str):
        return bool(one == other)
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= CLOSE * max(1.0, abs(other))
    return one is other


def _as_cells(value: Any) -> Any:
    """An argument of an example as cells: a list is a column, a whole number a float."""
    if isinstance(value, list):
        return value if value and isinstance(value[0], list) else [[cell] for cell in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _values(result: Any) -> Iterator[Any]:
    if isinstance(result, list | tuple):
        for part in result:
            yield from _values(part)
    else:
        yield result
