"""Calling a worksheet function: from Python, which raises, and from cells, which never does.

Both ways share one rule for columns: scalar arguments broadcast like a NumPy ufunc. From cells a bad
element spoils its own result only: a domain check names the elements at fault (``InventoryError.where``),
they get their error, and the rest goes through again.
"""

import inspect
import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, product
from math import isfinite
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xlinventory.arguments import Date, Grid, Number, Range, Scalar, Word, as_grid, settle_groups
from xlinventory.core.errors import CellError, InventoryError, NotEnoughData, OutOfDomain, WrongInput
from xlinventory.registry import Parameter, Shape, WorksheetFunction, find

log = logging.getLogger(__name__)
Values = dict[str, Any]
Column: TypeAlias = NDArray[Any]
"""Values of one argument: floats where there is nothing else, else objects with errors among them."""


def call(spec: WorksheetFunction, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Call from Python: scalars and arrays in, scalars and arrays out; raises InventoryError."""
    bound = inspect.signature(spec.body).bind(*args, **kwargs)
    bound.apply_defaults()
    scalars = {p.name: _python_scalar(p, bound.arguments[p.name]) for p in _scalars(spec)}
    ranges = _python_ranges(spec, bound.arguments)
    shape = _common_shape({name: np.shape(value) for name, value in scalars.items()})
    if spec.elementwise and not any(
        isinstance(p.kind, Word) and np.ndim(scalars[p.name]) for p in _scalars(spec)
    ):
        return _finite(spec, _quiet(spec.body, scalars))
    if shape == ():
        return _finite(spec, _quiet(spec.body, {**scalars, **ranges}))
    _refuse_columns(spec)
    columns = {name: np.broadcast_to(value, shape).ravel() for name, value in scalars.items()}
    results = [
        _finite(
            spec, _quiet(spec.body, {name: _item(column[i]) for name, column in columns.items()} | ranges)
        )
        for i in range(int(np.prod(shape)))
    ]
    return np.array(results).reshape(shape + np.shape(results[0])) if results else np.empty(shape)


def evaluate(name: str, *cells: Any) -> Any:
    """Evaluate a worksheet function as a spreadsheet does; never raises.

    *cells* are cell values - float, str, bool, None for blank or omitted, ``CellError`` - or lists of
    rows for ranges. The result is a cell value, a list of rows, or a ``CellError``.

    >>> evaluate("EOQ", 1000.0, 10.0, 0.5, 1.0)
    200.0
    >>> str(evaluate("EOQ", 1000.0, 10.0, 0.5, -1.0))
    '#NUM!'
    >>> evaluate("EOQ", [[1000.0], [4000.0]], 10.0, 0.5, 1.0)
    [[200.0], [400.0]]
    """
    spec = find(name) if isinstance(name, str) else None
    if spec is None:
        return CellError.NAME
    try:
        return evaluate_or_raise(spec, cells)
    except InventoryError as error:
        return error.cell_error
    except Exception:  # the outermost wrapper: a sheet shows an error value, the log the rest
        log.exception("%s failed", spec.name)
        return CellError.VALUE


def evaluate_or_raise(spec: WorksheetFunction, cells: Sequence[Any]) -> Any:
    """Like ``evaluate``, but what spoils the whole call raises, so that a person can be told why."""
    if len(cells) > len(spec.parameters):
        raise WrongInput(f"{spec.name} takes at most {len(spec.parameters)} arguments, got {len(cells)}")
    padded = [*cells, *[None] * (len(spec.parameters) - len(cells))]
    error = _error_of_the_whole(spec, padded)
    if error is not None:
        return error
    if not spec.ranged and not any(isinstance(cell, list | tuple) for cell in cells):
        return _single(
            spec,
            {
                p.name: _scalar_cell(p, c, in_range=False)
                for p, c in zip(spec.parameters, padded, strict=True)
            },
        )
    scalars: dict[str, Column] = {}
    raw_ranges: dict[str, tuple[Range, NDArray[np.float64] | None]] = {}
    for parameter, cell in zip(spec.parameters, padded, strict=True):
        if isinstance(parameter.kind, Range):
            raw_ranges[parameter.name] = parameter.kind, _range_of_cells(parameter, cell)
        else:
            scalars[parameter.name] = _scalar_grid(parameter, cell)
    ranges = settle_groups(raw_ranges)
    shape = _common_shape({name: grid.shape for name, grid in scalars.items()}) or (1, 1)
    if shape == (1, 1):
        return _single(spec, {name: grid.item(0) for name, grid in scalars.items()} | ranges)
    _refuse_columns(spec)
    columns = {name: np.broadcast_to(grid, shape).ravel() for name, grid in scalars.items()}
    errors = _errors_by_element([columns[name] for name, grid in scalars.items() if _has_error(grid)])
    return _laid_out(
        spec, _per_element(spec, columns, ranges, errors or [None] * (shape[0] * shape[1])), shape
    )


def _error_of_the_whole(spec: WorksheetFunction, cells: Sequence[Any]) -> CellError | None:
    """First error, in reading order, among cells that every result needs; a column's are its own rows'."""
    for parameter, cell in zip(spec.parameters, cells, strict=True):
        if isinstance(cell, CellError):
            return cell
        if isinstance(cell, list | tuple) and (isinstance(parameter.kind, Range) or _one_cell(cell)):
            found = next((value for value in _flat(cell) if isinstance(value, CellError)), None)
            if found is not None:
                return found
    return None


def _flat(cell: Sequence[Any]) -> Iterator[Any]:
    for row in cell:
        if isinstance(row, list | tuple):
            yield from row
        else:
            yield row


def _one_cell(cell: Sequence[Any]) -> bool:
    return len(cell) == 1 and (not isinstance(cell[0], list | tuple) or len(cell[0]) == 1)


def _single(spec: WorksheetFunction, values: Values) -> Any:
    for value in values.values():
        if isinstance(value, InventoryError):
            raise value
        if isinstance(value, CellError):
            return value
    result = _quiet(spec.body, values)
    return _cell(result) if spec.shape is Shape.VALUE else _rows(spec, result)


def _per_element(
    spec: WorksheetFunction, columns: dict[str, Column], ranges: Values, results: list[Any]
) -> list[Any]:
    """One result for every element of the broadcast columns, except where *results* has an error already."""
    live = np.array([i for i, error in enumerate(results) if error is None], dtype=int)
    if not spec.elementwise:
        plain = {name: column.tolist() for name, column in columns.items()}
        for i in live:
            results[i] = _guarded(spec, {name: column[i] for name, column in plain.items()} | ranges)
        return results
    for words, chosen in _by_word(spec, columns, live):
        numbers = {n: c[chosen].astype(float) for n, c in columns.items() if n not in words}
        for i, result in zip(chosen.tolist(), _settled(spec.body, numbers, words, len(chosen)), strict=True):
            results[i] = result
    return results


def _by_word(
    spec: WorksheetFunction, columns: dict[str, Column], live: NDArray[np.int_]
) -> list[tuple[dict[str, str], NDArray[np.int_]]]:
    """The elements that share the same option words, since a body takes each word once."""
    names = [p.name for p in spec.parameters if isinstance(p.kind, Word)]
    choices = [sorted(set(columns[name][live])) for name in names]
    groups = []
    for combination in product(*choices):
        match = np.ones(len(live), dtype=bool)
        for name, word in zip(names, combination, strict=True):
            match &= columns[name][live] == word
        groups.append((dict(zip(names, combination, strict=True)), live[match]))
    return [(words, chosen) for words, chosen in groups if len(chosen)]


def _settled(
    body: Callable[..., Any], numbers: dict[str, NDArray[np.float64]], words: dict[str, str], count: int
) -> list[Any]:
    """Results of whole columns; elements that a check refuses get their error, the rest goes again."""
    results: list[Any] = [None] * count
    live = np.arange(count)
    while len(live):
        try:
            computed = _quiet(body, {name: column[live] for name, column in numbers.items()} | words)
        except InventoryError as error:
            bad = np.ones(len(live), dtype=bool)
            if error.where is not None:
                bad = np.broadcast_to(error.where, live.shape)
            for i in live[bad]:
                results[i] = error.cell_error
            live = live[~bad]
        else:
            for i, cell in zip(live.tolist(), _cells(np.broadcast_to(computed, live.shape)), strict=True):
                results[i] = cell
            break
    return results


def _cells(values: NDArray[Any]) -> list[Any]:
    """Results as cells hold them: ``_cell`` of each, all numbers at once."""
    if values.dtype.kind != "f":
        return [_cell(value) for value in values]
    cells: list[Any] = (values + 0.0).tolist()
    for i in np.flatnonzero(~np.isfinite(values)):
        cells[i] = CellError.NUM
    return cells


def _guarded(spec: WorksheetFunction, values: Values) -> Any:
    try:
        return _single(spec, values)
    except InventoryError as error:
        return error.cell_error


def _laid_out(spec: WorksheetFunction, results: list[Any], shape: tuple[int, ...]) -> list[list[Any]]:
    if spec.shape is Shape.VALUE:
        width = shape[1]
        return [results[start : start + width] for start in range(0, len(results), width)]
    if shape[1] != 1:
        raise WrongInput(f"{spec.name} gives a row for each cell, so its arguments must be single columns")
    rows = [result[0] if isinstance(result, list) else result for result in results]
    width = max((len(row) for row in rows if isinstance(row, list)), default=1)
    return [row if isinstance(row, list) else [row] * width for row in rows]


def _rows(spec: WorksheetFunction, result: Any) -> list[list[Any]]:
    if spec.shape is Shape.ROW:
        return [[_cell(value) for value in result]]
    rows = [[_cell(v) for v in row] if np.ndim(row) else [_cell(row)] for row in result]
    if not rows:
        raise NotEnoughData(f"{spec.name} has nothing to show")
    return rows


def _cell(value: Any) -> Any:
    """A result as a cell holds it: float, text, or an error - never NaN, None or a NumPy type."""
    if isinstance(value, CellError | bool):
        return value
    if isinstance(value, str):
        return str(value)
    number = float(value) + 0.0  # a cell knows no -0
    return number if isfinite(number) else CellError.NUM


def _quiet(body: Callable[..., Any], values: Values) -> Any:
    """Call without floating-point warnings: what overflows is an error in the result, not on a console."""
    try:
        with np.errstate(all="ignore"):
            return body(**values)
    except ArithmeticError as error:  # plain floats raise where arrays give inf or NaN
        raise OutOfDomain(f"the result is out of range: {error}") from error


def _finite(spec: WorksheetFunction, result: Any) -> Any:
    if spec.shape is Shape.VALUE and np.asarray(result).dtype.kind == "f" and not np.all(np.isfinite(result)):
        raise OutOfDomain(f"{spec.name} is not a finite number for these arguments", ~np.isfinite(result))
    return result


def _scalars(spec: WorksheetFunction) -> list[Parameter]:
    return [p for p in spec.parameters if isinstance(p.kind, Scalar)]


def _python_scalar(parameter: Parameter, value: Any) -> Any:
    assert isinstance(parameter.kind, Scalar)  # noqa: S101 - narrows the type for the checker
    if value is None and parameter.required:
        raise NotEnoughData(f"{parameter.name} is blank")
    return parameter.default if value is None else parameter.kind.of_python(value)


def _python_ranges(spec: WorksheetFunction, values: Values) -> Values:
    raw: dict[str, tuple[Range, NDArray[np.float64] | None]] = {}
    for p in spec.parameters:
        if isinstance(p.kind, Range):
            value = values[p.name]
            if value is None and p.required:
                raise NotEnoughData(f"{p.name} is blank")
            raw[p.name] = p.kind, None if value is None else p.kind.of_python(value)
    return settle_groups(raw)


def _range_of_cells(parameter: Parameter, cell: Any) -> NDArray[np.float64] | None:
    assert isinstance(parameter.kind, Range)  # noqa: S101 - narrows the type for the checker
    floats = _floats(cell)
    if floats is None:
        values = parameter.kind.of_cells(cell)
    else:
        values = floats if isinstance(parameter.kind, Grid) else floats.ravel()
    if not np.isnan(values).all():
        return values
    if parameter.required:
        raise NotEnoughData(f"{parameter.name} is blank")
    return None


def _floats(cells: Any) -> NDArray[np.float64] | None:
    """Rows of nothing but finite numbers, read at once; None when there is anything else, however little."""
    if not isinstance(cells, list | tuple) or set(map(type, cells)) - {list, tuple}:
        return None
    if set(map(type, chain.from_iterable(cells))) != {float} or len(set(map(len, cells))) > 1:
        return None
    floats = np.fromiter(chain.from_iterable(cells), float).reshape(len(cells), -1)
    return floats if np.isfinite(floats).all() else None


def _scalar_grid(parameter: Parameter, cell: Any) -> Column:
    """Canonical values, errors that came in, or faults of a scalar argument; one cell may be numeric text."""
    floats = _floats(cell) if type(parameter.kind) in (Number, Date) else None
    if floats is not None:
        return floats
    grid = as_grid(cell)
    in_range = grid.size > 1
    out = np.empty(grid.shape, dtype=object)
    for index, value in np.ndenumerate(grid):
        out[index] = _scalar_cell(parameter, value, in_range=in_range)
    return out


def _scalar_cell(parameter: Parameter, value: Any, *, in_range: bool) -> Any:
    if type(value) is float and type(parameter.kind) is Number and isfinite(value):
        return value  # nearly every cell of nearly every call
    if isinstance(value, CellError):
        return value
    if value is None:
        return _blank(parameter) if parameter.required else parameter.default
    try:
        assert isinstance(parameter.kind, Scalar)  # noqa: S101 - narrows the type for the checker
        if in_range and isinstance(value, str) and not isinstance(parameter.kind, Word):
            raise WrongInput(f"expected a number, got {value!r}")
        return parameter.kind.of_cell(value)
    except InventoryError as error:
        return type(error)(f"{parameter.name}: {error}")


def _blank(parameter: Parameter) -> NotEnoughData:
    return NotEnoughData(f"{parameter.name} must not be blank")


def _has_error(grid: Column) -> bool:
    return grid.dtype == object and any(isinstance(value, CellError | InventoryError) for value in grid.flat)


def _errors_by_element(columns: Sequence[Column]) -> list[CellError | None]:
    return [_first_error(row) for row in zip(*columns, strict=True)]


def _first_error(row: Sequence[Any]) -> CellError | None:
    """The error a row of arguments shows: one that came in, else the first that reading it met."""
    came_in = next((value for value in row if isinstance(value, CellError)), None)
    met = (value.cell_error for value in row if isinstance(value, InventoryError))
    return came_in or next(met, None)


def _common_shape(shapes: dict[str, tuple[int, ...]]) -> tuple[int, ...]:
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        told = ", ".join(f"{name} {shape}" for name, shape in shapes.items() if shape not in ((), (1, 1)))
        raise WrongInput(f"columns of different length do not fit together: {told}") from None


def _refuse_columns(spec: WorksheetFunction) -> None:
    if spec.shape is Shape.COLUMN:
        raise WrongInput(f"{spec.name} spills a column: its single-value arguments take one cell each")


def _item(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
