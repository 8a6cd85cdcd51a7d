"""What an argument of a worksheet function *is*, and how it is read from cells and from Python values.

Two families of kinds. A *scalar* kind (Number, Date, Word ...) is one value and may also be given as a
column, over which the function then broadcasts. A *range* kind (Series, Dates, Grid ...) is a range by
nature: a history, a ledger. Reading never guesses: blank, zero and an error are three different things.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.errors import CellError, InventoryError, NotEnoughData, WrongInput

EPOCH = dt.datetime(1899, 12, 30)
"""Day 0 of a spreadsheet's serial dates."""

Blanks: TypeAlias = Literal["missing", "refuse", "skip"]
Grid2D: TypeAlias = NDArray[np.object_]


class ErrorInInput(InventoryError):
    """An input cell already holds an error; that same error comes out again."""

    def __init__(self, error: CellError) -> None:
        super().__init__(f"an input cell holds {error}")
        self.cell_error = error


def serial(value: object) -> float:
    """Day serial of a date, a datetime (time of day becomes the fraction) or ISO text.

    >>> serial("2011-12-09"), serial(dt.datetime(2011, 12, 9, 12))
    (40886.0, 40886.5)
    """
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value.strip())
        except ValueError:
            raise WrongInput(f"expected a date, got {value!r}") from None
    if isinstance(value, np.datetime64):
        return float((value - np.datetime64(EPOCH)) / np.timedelta64(1, "D"))
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        value = dt.datetime(value.year, value.month, value.day)
    if isinstance(value, dt.datetime):
        return (value.replace(tzinfo=None) - EPOCH) / dt.timedelta(days=1)
    return plain_number(value)


def plain_number(value: object) -> float:
    """A number as it stands in a cell; text, truth values and anything else are refused."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        raise WrongInput(f"expected a number, got {value!r}")
    try:
        number = float(value)
    except (OverflowError, TypeError):  # a whole number or a complex one that no cell holds
        raise WrongInput("expected a number, got one that no cell holds") from None
    if not isfinite(number):
        raise WrongInput(f"expected a finite number, got {value!r}")
    return number


def as_grid(value: object) -> Grid2D:
    """Rows and columns of a cell value: a single cell is a 1 x 1 grid."""
    if not isinstance(value, list | tuple):
        value = [[value]]
    elif not any(isinstance(row, list | tuple) for row in value):
        value = [[cell] for cell in value]
    if not any(len(row) for row in value):
        value = [[None]]
    grid = np.empty((len(value), max((len(row) for row in value), default=0)), dtype=object)
    for i, row in enumerate(value):
        grid[i, : len(row)] = row
    return grid


@dataclass(frozen=True, slots=True)
class Scalar:
    """One number with a unit; blank cells take the default."""

    unit: str
    help: str

    def of_cell(self, cell: object) -> object:
        """Canonical value of one cell that is not blank; raises WrongInput."""
        if isinstance(cell, str):
            return numeric_text(cell)
        if isinstance(cell, dt.date):
            return serial(cell)
        return plain_number(cell)

    def of_python(self, value: Any) -> Any:
        """Canonical value of a Python scalar or array: float or float array, None is NaN."""
        try:
            array = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            raise WrongInput(f"expected numbers, got {value!r}") from None
        return float(array) if array.ndim == 0 else array


class Number(Scalar):
    """A number or a column of numbers."""

    __slots__ = ()


class Date(Scalar):
    """A day: serial number, date, datetime or ISO text."""

    __slots__ = ()

    def of_cell(self, cell: object) -> object:
        try:
            return serial(cell)
        except WrongInput:
            if isinstance(cell, str):
                return numeric_text(cell)
            raise

    def of_python(self, value: Any) -> Any:
        days = day_serials(value)
        return days if np.ndim(value) else float(days[0])


@dataclass(frozen=True, slots=True)
class Word(Scalar):
    """One of a few option words, whatever its case."""

    choices: tuple[str, ...] = ()

    def of_cell(self, cell: object) -> object:
        if isinstance(cell, str):
            for choice in self.choices:
                if choice.lower() == cell.strip().lower():
                    return choice
        raise WrongInput(f"expected one of {', '.join(self.choices)}, got {cell!r}")

    def of_python(self, value: Any) -> Any:
        if isinstance(value, list | tuple | np.ndarray):
            return np.array([self.of_cell(str(word)) for word in np.ravel(value)], dtype=object)
        return self.of_cell(value)


@dataclass(frozen=True, slots=True)
class NumberOrWord(Word):
    """A number, or one of a few words such as "fit"."""

    def of_cell(self, cell: object) -> object:
        if isinstance(cell, str) and cell.strip().lower() in self.choices:
            return cell.strip().lower()
        return Scalar.of_cell(self, cell)

    def of_python(self, value: Any) -> Any:
        return self.of_cell(value) if isinstance(value, str) else Scalar.of_python(self, value)


@dataclass(frozen=True, slots=True)
class Range:
    """A range of numbers, read row by row into one 1-D array.

    Ranges of one *group* belong together row by row: their wholly blank last rows are ignored and
    their lengths must agree. *blanks* says what a blank inside is: a "missing" value (NaN), an error
    ("refuse"), or nothing at all ("skip").
    """

    unit: str
    help: str
    group: str = ""
    blanks: Blanks = "refuse"

    def of_cells(self, cells: object) -> NDArray[np.float64]:
        return np.array([self._cell(cell) for cell in as_grid(cells).ravel()], dtype=float)

    def of_python(self, value: Any) -> NDArray[np.float64]:
        try:
            return np.asarray(value, dtype=float).ravel()
        except (TypeError, ValueError):
            raise WrongInput(f"expected numbers, got {value!r}") from None

    def _cell(self, cell: object) -> float:
        if isinstance(cell, CellError):
            raise ErrorInInput(cell)
        return np.nan if cell is None else self._filled(cell)

    def _filled(self, cell: object) -> float:
        return serial(cell) if isinstance(cell, dt.date) else plain_number(cell)


class Series(Range):
    """A history, a ledger column or another run of numbers."""

    __slots__ = ()


class Dates(Range):
    """A range of dates."""

    __slots__ = ()

    def _filled(self, cell: object) -> float:
        return serial(cell)

    def of_python(self, value: Any) -> NDArray[np.float64]:
        return day_serials(value)


class RateOrSeries(Range):
    """A single rate, or a range walked period by period."""

    __slots__ = ()


class Grid(Range):
    """A block of numbers whose rows stay rows."""

    __slots__ = ()

    def of_cells(self, cells: object) -> NDArray[np.float64]:
        grid = as_grid(cells)
        return np.array([[self._cell(cell) for cell in row] for row in grid], dtype=float).reshape(grid.shape)

    def of_python(self, value: Any) -> NDArray[np.float64]:
        try:
            return np.atleast_2d(np.asarray(value, dtype=float))
        except (TypeError, ValueError):
            raise WrongInput(f"expected rows of numbers, got {value!r}") from None


def numeric_text(text: str) -> float:
    """The number a text such as "12" stands for when it is typed as a direct argument."""
    try:
        return plain_number(float(text))
    except ValueError:
        raise WrongInput(f"expected a number, got {text!r}") from None


def day_serials(value: Any) -> NDArray[np.float64]:
    """Day serials of an array of dates, datetimes, ISO texts or serials; missing is NaN."""
    array = np.asarray(value)
    if array.dtype.kind == "M":
        days = (array - np.datetime64(EPOCH)) / np.timedelta64(1, "D")
        return np.asarray(days, dtype=float).ravel()
    if array.dtype.kind in "iuf":
        return array.astype(float).ravel()
    blank = [day is None or (isinstance(day, float) and np.isnan(day)) for day in array.ravel()]
    return np.array(
        [np.nan if b else serial(d) for b, d in zip(blank, array.ravel(), strict=True)], dtype=float
    )


def settle_groups(
    ranges: dict[str, tuple[Range, NDArray[np.float64] | None]],
) -> dict[str, NDArray[np.float64] | float | None]:
    """Trim, check and clean the ranges of one call, group by group (see ``Range``)."""
    settled: dict[str, NDArray[np.float64] | float | None] = {}
    for group in {kind.group or name: None for name, (kind, _) in ranges.items()}:
        members = {
            name: (kind, values) for name, (kind, values) in ranges.items() if (kind.group or name) == group
        }
        settled |= _settle_group(members)
    return settled


def _settle_group(
    members: dict[str, tuple[Range, NDArray[np.float64] | None]],
) -> dict[str, NDArray[np.float64] | float | None]:
    given = {name: values for name, (_, values) in members.items() if values is not None}
    lengths = {name: len(values) for name, values in given.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise WrongInput(f"ranges that belong together must have equal length: {told}")
    used = _used_rows(list(given.values()))
    return {
        name: None if values is None else _cleaned(name, kind, values[:used])
        for name, (kind, values) in members.items()
    }


def _used_rows(columns: Sequence[NDArray[np.float64]]) -> int:
    """Length up to the last row that is not blank in every column."""
    if not columns:
        return 0
    filled = np.zeros(len(columns[0]), dtype=bool)
    for column in columns:
        filled |= ~np.isnan(column).reshape(len(column), int(np.prod(column.shape[1:]))).all(axis=1)
    rows = np.flatnonzero(filled)
    return int(rows[-1]) + 1 if len(rows) else 0


def _cleaned(name: str, kind: Range, values: NDArray[np.float64]) -> NDArray[np.float64] | float:
    if not values.size:
        raise NotEnoughData(f"{name} is blank")
    blank = np.isnan(values)
    if blank.any() and kind.blanks == "refuse":
        raise WrongInput(f"{name} has a blank in position {int(np.flatnonzero(blank.ravel())[0]) + 1}")
    if kind.blanks == "skip":
        values = values[~blank]
    return float(values[0]) if isinstance(kind, RateOrSeries) and values.size == 1 else values
