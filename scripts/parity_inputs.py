"""What the worksheet functions are compared over: published inputs, the examples, and generated ones.

The published inputs are those that the tests in tests/published hand to our functions; they are run and
listened to, so that a case which is added there is compared in every host without another word.
"""

import importlib.util
import itertools
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from xlinventory import declaration
from xlinventory.arguments import Date, Dates, Grid, NumberOrWord, Range, Word, day_serials
from xlinventory.core.errors import CellError
from xlinventory.evaluation import evaluate
from xlinventory.registry import Parameter, WorksheetFunction, registered

PUBLISHED = Path(__file__).resolve().parent.parent / "tests" / "published"
DRAWN, VALID, FAULTY = 44, 16, 3
"""Inputs drawn for each function; of these the first so many with a result, and the first with an error."""
ERRORS = (CellError.DIV0, CellError.NA, CellError.NUM, CellError.VALUE)
"""Errors that a cell of every host can be made to hold by an everyday formula."""
QUICK: Mapping[str, Mapping[str, float]] = {
    "SERVICE_SIMULATE": {"periods": 50.0}, "REORDER_POINT_SIMULATE": {"periods": 50.0},
}  # fmt: skip
"""Arguments that only decide how long it takes."""
Arguments = tuple[Any, ...]


class Case(NamedTuple):
    """A call: cell values, and lists of rows for ranges; None is a blank cell."""

    function: str
    arguments: Arguments
    origin: str


def cases() -> list[Case]:
    """All of them, each once, function by function."""
    published = list(_published())
    return [
        case
        for spec in registered()
        for case in dict.fromkeys(
            itertools.chain(
                (case for case in published if case.function == spec.name),
                [Case(spec.name, _example(spec), "example")],
                (Case(spec.name, arguments, "generated") for arguments in generated(spec)),
            )
        )
    ]


def strict_cases() -> list[Case]:
    """What LibreOffice does not tell apart, at every argument of every example: see docs/parity.md."""
    return [
        Case(spec.name, arguments, "strict")
        for spec in registered()
        for arguments in dict.fromkeys(_strict(spec))
    ]


def _strict(spec: WorksheetFunction) -> Iterator[Arguments]:
    """Truth values, empty texts, an error inside a range, errors in two arguments."""
    example = list(_example(spec))
    for i, value in enumerate(example):
        changes: list[Any] = [True, "", ((value,), (CellError.NA,), (value,))]
        if isinstance(value, tuple):
            changes = [((cell, *value[0][1:]), *value[1:]) for cell in (True, "", CellError.NUM)]
        yield from (_quick(spec, [*example[:i], change, *example[i + 1 :]]) for change in changes)
    if len(example) > 1:
        yield _quick(spec, [CellError.DIV0, CellError.NA, *example[2:]])


def rows(value: Any) -> Any:
    """A value in cells: what is a list already becomes rows of the plainest cells."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return tuple(tuple(map(_cell, row if isinstance(row, list | tuple) else [row])) for row in value)
    return _cell(value)


def _cell(value: Any) -> Any:
    """15 digits, as every file format keeps them."""
    if value is None or isinstance(value, str | bool | CellError):
        return value
    number = float(value)
    return None if np.isnan(number) else float(f"{number:.15g}")


def _example(spec: WorksheetFunction) -> Arguments:
    return _quick(spec, [rows(value) for value in spec.example])


def _quick(spec: WorksheetFunction, arguments: list[Any]) -> Arguments:
    for i, parameter in enumerate(spec.parameters):
        if parameter.name in QUICK.get(spec.name, ()):
            arguments += [None] * (i + 1 - len(arguments))
            arguments[i] = QUICK[spec.name][parameter.name]
    return tuple(arguments)


def _published() -> Iterator[Case]:
    """Every call that the published tests make, with the arguments as cells."""
    heard: list[Case] = []
    call = declaration.call

    def listening(spec: WorksheetFunction, args: Any, kwargs: Any) -> Any:
        heard.append(Case(spec.name, _as_cells(spec, args, kwargs), "published"))
        return call(spec, args, kwargs)

    declaration.call = listening
    try:
        for path in sorted(PUBLISHED.glob("test_*.py")):
            _run_tests(_module(path))
    finally:
        declaration.call = call
    return iter(heard)


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _run_tests(module: ModuleType) -> None:
    for name, test in vars(module).items():
        if name.startswith("test_"):
            marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
            for chosen in itertools.product(*map(_parameters, marks)):
                test(**{key: value for values in chosen for key, value in values.items()})


def _parameters(mark: Any) -> list[dict[str, Any]]:
    names, values = mark.args
    names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    found = [value.values if hasattr(value, "marks") else value for value in values]
    return [dict(zip(names, value if isinstance(value, tuple) else (value,), strict=True)) for value in found]


def _as_cells(spec: WorksheetFunction, args: Any, kwargs: Any) -> Arguments:
    given_by_name = dict(zip((p.name for p in spec.parameters), args, strict=False)) | kwargs
    last = max(i for i, p in enumerate(spec.parameters) if p.name in given_by_name)
    return _quick(spec, [_argument(p, given_by_name.get(p.name)) for p in spec.parameters[: last + 1]])


def _argument(parameter: Parameter, value: Any) -> Any:
    if value is None or (isinstance(value, str) and not isinstance(parameter.kind, Date | Dates)):
        return value
    if isinstance(parameter.kind, Date | Dates):
        days = rows(day_serials(value))
        return days if isinstance(parameter.kind, Dates) or np.ndim(value) else days[0][0]
    if isinstance(parameter.kind, Grid):
        return rows(np.atleast_2d(value))
    if isinstance(parameter.kind, Range):
        return rows(np.ravel(np.asarray(value, dtype=float)))
    return rows(value)


def generated(spec: WorksheetFunction) -> list[Arguments]:
    """Seeded variations of the example, most of them with a result; always the same."""
    found: Mapping[bool, list[Arguments]] = {False: [], True: []}
    for arguments in dict.fromkeys(_drawn(spec)):
        found[_is_faulty(evaluate(spec.name, *arguments))].append(arguments)
    return found[False][:VALID] + found[True][:FAULTY]


def _is_faulty(result: Any) -> bool:
    """Whether there is an error where a value could be."""
    cells = itertools.chain.from_iterable(result) if isinstance(result, list) else [result]
    return any(isinstance(cell, CellError) for cell in cells)


def _drawn(spec: WorksheetFunction) -> list[Arguments]:
    """Other values, blanks, texts, errors, columns."""
    found: list[Arguments] = []

    @settings(derandomize=True, database=None, deadline=None, max_examples=DRAWN, phases=[Phase.generate])
    @given(st.data())
    def collect(data: st.DataObject) -> None:
        arguments = list(_example(spec))
        for i in data.draw(st.lists(st.integers(0, len(spec.parameters) - 1), min_size=1, max_size=2)):
            arguments += [None] * (i + 1 - len(arguments))
            arguments[i] = data.draw(_other(spec.parameters[i], arguments[i]))
        if (
            sum(isinstance(value, CellError) for value in arguments) < 2
        ):  # which one comes out is another matter
            found.append(_quick(spec, arguments))

    collect()
    return found


numbers = st.one_of(
    st.sampled_from([0.0, -1.0, 1.0, 2.0, 0.5, 0.95, 7.0, 95.0, 1234.5]),
    st.floats(-100, 1000, allow_subnormal=False).map(lambda x: float(f"{x:.6g}")),
)
junk = st.one_of(st.none(), st.sampled_from(["many", "12"]), st.sampled_from(ERRORS))
days = st.integers(43_000, 46_000).map(float)


def _near(now: Any) -> st.SearchStrategy[Any]:
    """Numbers not far from one that is known to be sensible."""
    if not isinstance(now, float):
        return numbers
    return st.sampled_from([0.25, 0.5, 0.9, 1.1, 2.0]).map(lambda factor: float(f"{now * factor:.6g}"))


@cache  # what takes long is not drawing but making something to draw from
def _other(parameter: Parameter, now: Any) -> st.SearchStrategy[Any]:
    kind = parameter.kind
    if isinstance(kind, Word) and not isinstance(kind, NumberOrWord):
        words = st.sampled_from([*kind.choices, *kind.choices, kind.choices[0].swapcase(), "none of them"])
        return st.one_of(words, words, st.none(), _column(words))
    if isinstance(kind, Date):
        return st.one_of(
            _moved(now), _moved(now), days, st.none(), st.sampled_from(["2024-02-30", "2024-02-29"])
        )
    if isinstance(kind, Range):
        return st.one_of(*[_varied(kind, now)] * 8, st.sampled_from([*ERRORS, None]))
    near = _near(now)
    mixed = st.one_of(*[near] * 3, numbers, junk.filter(_is_no_error))
    return st.one_of(*[near] * 5, numbers, junk, _column(near), _column(mixed))


def _is_no_error(cell: Any) -> bool:
    return not isinstance(cell, CellError)


def _moved(day: Any) -> st.SearchStrategy[float]:
    return st.integers(-5, 30).map(lambda by: day + by) if isinstance(day, float) else days


def _column(cells: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(cells, min_size=2, max_size=4).map(lambda values: tuple((value,) for value in values))


def _varied(kind: Range, now: Any) -> st.SearchStrategy[Any]:
    """A range of the same shape with other cells here and there; now and then one of another length."""
    cells = now if isinstance(now, tuple) else ((1.0,), (2.0,), (0.0,), (4.0,))
    near = _moved if isinstance(kind, Dates) else _near

    def changed(draw: st.DrawFn) -> Any:
        block = [list(row) for row in cells]
        for _ in range(draw(st.integers(0, 3))):
            i, j = draw(st.integers(0, len(block) - 1)), draw(st.integers(0, len(block[0]) - 1))
            block[i][j] = draw(st.one_of(*[near(block[i][j])] * 8, numbers, st.none(), st.just("many")))
        keep = draw(st.sampled_from([len(block), len(block), len(block), max(1, len(block) - 1)]))
        return tuple(map(tuple, block[:keep]))

    return st.composite(changed)()
