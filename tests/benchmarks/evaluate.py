"""What a cell costs beyond the science: ``evaluate``, and the way from Excel, over the bare core function.

    python tests/benchmarks/evaluate.py

The yardstick is the body of the worksheet function with the same numbers as plain floats or as arrays, in
the same run; figures are times as long as it. "cells" is a call of ``evaluate`` with cell values, "Excel" one
of the function that xlwings calls, with what COM hands over (the journey through COM itself is not there).
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from xlinventory.evaluation import evaluate
from xlinventory.hosts.excel.live import udfs
from xlinventory.registry import find

ROWS = 10_000
CASES: dict[str, tuple[float, ...]] = {
    "EOQ": (1000.0, 10.0, 0.5, 1.0),
    "INVENTORY_POSITION": (100.0, 20.0, 5.0, 0.0),
    "REORDER_POINT": (20.0, 5.0, 4.0, 0.95),
    "SAFETY_STOCK": (20.0, 5.0, 4.0, 0.95, 1.0, 2.0),
    "STOCK_STATUS": (40.0, 40.0, 62.0, 118.0),
}


def seconds(call: Callable[[], Any]) -> float:
    """Of one call: the best of five rounds that last a twentieth of a second each."""
    clock = time.perf_counter()
    call()
    count = max(1, int(0.05 / (time.perf_counter() - clock)))
    best = float("inf")
    for _ in range(5):
        clock = time.perf_counter()
        for _ in range(count):
            call()
        best = min(best, (time.perf_counter() - clock) / count)
    return best


def column(value: float) -> np.ndarray:
    """The value with a little more in each row."""
    return value * (1 + np.arange(ROWS) / (100 * ROWS))


def measured(name: str, arguments: tuple[float, ...]) -> list[float]:
    """Seconds of body, evaluate and bridge: for one cell, then for a column."""
    spec = find(name)
    names = [parameter.name for parameter in spec.parameters]
    bridge = getattr(udfs, name.lower())
    defaults = {p.name: p.default for p in spec.parameters if not p.required}
    columns = [column(argument) for argument in arguments]
    scalar = defaults | dict(zip(names, arguments, strict=False))
    arrays = defaults | dict(zip(names, columns, strict=False))
    rows = [[[cell] for cell in values.tolist()] for values in columns]
    block = [tuple((cell,) for cell in values.tolist()) for values in columns]
    return [
        seconds(lambda: spec.body(**scalar)),
        seconds(lambda: evaluate(name, *arguments)),
        seconds(lambda: bridge(*arguments)),
        seconds(lambda: spec.body(**arrays)),
        seconds(lambda: evaluate(name, *rows)),
        seconds(lambda: bridge(*block)),
    ]


def main() -> None:
    """One line a function."""
    print(f"| function | one: body | cells | Excel | {ROWS:,} rows: body | cells | Excel | a row |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for name, arguments in CASES.items():
        one, cells, excel, many, many_cells, many_excel = measured(name, arguments)
        print(
            f"| {name} | {one * 1e6:.1f} us | {cells / one:.2f} | {excel / one:.2f} "
            f"| {many * 1e3:.2f} ms | {many_cells / many:.1f} | {many_excel / many:.1f} "
            f"| {many_excel / ROWS * 1e6:.1f} us |"
        )


if __name__ == "__main__":
    main()
