"""What a table of the workbook is: its columns, and how its rows are read and checked.

The same declaration serves the template builder, the CSV importer, the readers of the macros and the
documentation. Reading reports all faults of a table at once, each with sheet, row, column, value and rule.
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import pandas as pd

from xlinventory.arguments import EPOCH, serial
from xlinventory.core.errors import CellError, InventoryError
from xlinventory.workbook import WorkbookError

BEGINS_A_FORMULA = re.compile(
    "(^|;)(?=[\\s\"'\u00ad\u200b-\u200f\u2060\ufeff]*[=+\\-@＝＋－＠﹦﹢﹣﹫\u2212])"
)
"""Signs of a formula, wide and small ones too, behind what is not seen or left out."""


class Kind(Enum):
    """What the cells of a column hold."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole number"
    MONEY = "money"
    RATIO = "ratio"
    DATE = "date"
    YES_NO = "yes or no"


class Writer(Enum):
    """Who fills a column: the user, a button or a formula."""

    USER = "you"
    BUTTON = "a button"
    FORMULA = "a formula"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its meaning, its rules and, when it is calculated, its formula.

    In *formula* a bare ``[name]`` is the cell of that column in the same row. *choices_from* names the
    table column that lists the allowed values, such as ``Suppliers[supplier]``.
    """

    name: str
    kind: Kind
    help: str
    writer: Writer = Writer.USER
    unit: str = ""
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    choices_from: str = ""
    formula: str = ""
    width: float = 0

    def __post_init__(self) -> None:
        if bool(self.formula) != (self.writer is Writer.FORMULA):
            raise ValueError(f"{self.name}: a calculated column has a formula, another has none")


@dataclass(frozen=True, slots=True)
class Table:
    """One table on the sheet of the same name; *key* columns make a row unique."""

    name: str
    help: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    hidden: bool = False

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        """Column names in sheet order."""
        return [column.name for column in self.columns]

    @property
    def stored(self) -> list[str]:
        """Names of the columns that hold values, not formulas."""
        return [column.name for column in self.columns if not column.formula]

    def formula_of(self, column: Column) -> str:
        """The column's formula with full structured references, as every spreadsheet reads them."""
        return _in_full(column.formula, self)


LONGEST_SHOWN = 100
"""Characters of a bad value in a message."""
FIRST_DAY, LAST_DAY = 1.0, 2_958_465.0
"""1899-12-31 and 9999-12-31: no spreadsheet shows a day outside them."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One bad cell."""

    sheet: str
    row: int
    column: str
    value: object
    rule: str

    def __str__(self) -> str:
        shown = "blank" if self.value is None else repr(self.value)
        shown = shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}..."
        return f"{self.sheet} row {self.row}, {self.column}: {shown} - {self.rule}"


class BadRowsError(WorkbookError):
    """Rows of the workbook break the rules of their table; carries every fault."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        more = f" (and {len(faults) - 1} more; press Check data for the list)" if len(faults) > 1 else ""
        super().__init__(f"{faults[0]}{more}")
        self.faults = tuple(faults)


def read(table: Table, cells: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """Typed rows of a table and its faults.

    *cells* is what a workbook gives: index = sheet row, values = cells. Text columns come back as str
    ("" for blank), numbers, money and dates (day serials) as float (NaN for blank), yes/no as bool.
    A missing column is filled with blanks when it is not required. Extra columns stay as they are.
    """
    rows = cells.copy()
    faults: list[Fault] = []
    for column in table.columns:
        given = rows[column.name] if column.name in rows else pd.Series(None, index=rows.index, dtype=object)
        values, bad = read_column(column, given)
        rows[column.name] = values
        faults += [Fault(table.name, int(row), column.name, given[row], rule) for row, rule in bad]
    return rows, faults + _duplicate_keys(table, rows)


def read_column(column: Column, given: pd.Series) -> tuple[pd.Series, list[tuple[int, str]]]:
    """Typed values of one column and (row, rule) of every cell that breaks a rule."""
    values, bad = _READERS[column.kind](given)
    if column.formula:
        return values, []  # a formula's error is shown where it stands, not a fault of the row
    noun = "number" if column.kind in (Kind.MONEY, Kind.RATIO) else column.kind.value
    faults = [(row, f"must be a {noun}") for row in given.index[bad]]
    if column.required:
        blank = values.isna() if values.dtype.kind == "f" else values.eq("")
        faults += [(row, "must not be blank") for row in given.index[blank & ~bad]]
    faults += _outside(column, values)
    return values, faults


def to_text(value: object) -> str:
    """A cell as text: whole numbers without ".0", so that a SKU typed as a number stays itself.

    >>> to_text(85123.0), to_text("00123"), to_text(None)
    ('85123', '00123', '')
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "" if value is None or (isinstance(value, float) and np.isnan(value)) else str(value).strip()


def guarded(text: str) -> str:
    """A text for a CSV file, on one line, that no spreadsheet takes for a formula.

    >>> guarded("=1+1"), guarded("Mug, 2-part"), guarded("blue; =A1")
    ("'=1+1", 'Mug, 2-part', "blue;' =A1")
    """
    return BEGINS_A_FORMULA.sub(r"\1'", " ".join(text.split()))


def day_text(day: float) -> str:
    """A day serial as an ISO date, or "" for none."""
    return "" if np.isnan(day) else (EPOCH + dt.timedelta(days=int(day))).date().isoformat()


def _outside(column: Column, values: pd.Series) -> list[tuple[int, str]]:
    faults: list[tuple[int, str]] = []
    if column.minimum is not None:
        faults += [(row, f"must be >= {column.minimum:g}") for row in values.index[values < column.minimum]]
    if column.maximum is not None:
        faults += [(row, f"must be <= {column.maximum:g}") for row in values.index[values > column.maximum]]
    if column.choices and column.kind is Kind.TEXT:
        unknown = ~values.isin(["", *column.choices])
        faults += [(row, f"must be one of {', '.join(column.choices)}") for row in values.index[unknown]]
    return faults


def _duplicate_keys(table: Table, rows: pd.DataFrame) -> list[Fault]:
    if not table.key or rows.empty:
        return []
    key = list(table.key)
    again = rows.duplicated(key, keep="first")
    return [
        Fault(table.name, int(row), key[0], rows.loc[row, key[0]], f"appears twice ({', '.join(key)})")
        for row in rows.index[again]
    ]


def _text(given: pd.Series) -> tuple[pd.Series, pd.Series]:
    cells = given.tolist()
    if holds_only(cells, str):
        return pd.Series([cell.strip() if cell else "" for cell in cells], given.index, object), _none_bad(
            given
        )
    return given.map(to_text).astype(object), given.map(lambda cell: isinstance(cell, CellError)).astype(bool)


def holds_only(cells: Sequence[object], kind: type) -> bool:
    """Whether every cell is a blank or of one kind, as in a clean column: then it is read as a whole."""
    return {*map(type, cells)} <= {kind, type(None)}


def _none_bad(given: pd.Series) -> pd.Series:
    return pd.Series(data=False, index=given.index, dtype=bool)


def _number(given: pd.Series) -> tuple[pd.Series, pd.Series]:
    return _mapped(given, _as_number)


def _whole(given: pd.Series) -> tuple[pd.Series, pd.Series]:
    values, bad = _number(given)
    return values, bad | (values.notna() & (values != values.round()))


def _date(given: pd.Series) -> tuple[pd.Series, pd.Series]:
    values, bad = _mapped(given, serial)
    impossible = (values < FIRST_DAY) | (values >= LAST_DAY + 1)
    return values.mask(impossible), bad | impossible


def _yes_no(given: pd.Series) -> tuple[pd.Series, pd.Series]:
    words = given.map(lambda cell: to_text(cell).lower())
    known = words.isin(["", "yes", "no", "true", "false", "1", "0", "y", "n"])
    return ~words.isin(["no", "false", "0", "n"]), ~known


def _as_number(cell: object) -> float:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    if isinstance(cell, str):
        return float(cell)  # a number stored as text, as spreadsheets often hold them
    raise ValueError(f"not a number: {cell!r}")


def _mapped(given: pd.Series, convert: Callable[[object], float]) -> tuple[pd.Series, pd.Series]:
    """Convert each filled cell to float; blanks are NaN, what does not convert is NaN and bad."""
    cells = given.tolist()
    if holds_only(cells, float):
        numbers = pd.Series(np.array(cells, dtype=float), index=given.index)
        return numbers, numbers.abs().eq(np.inf)
    fast = pd.to_numeric(given, errors="coerce").astype(float)
    values, bad = fast.to_numpy(copy=True), np.zeros(len(given), dtype=bool)
    for i in np.flatnonzero(fast.isna() | given.map(lambda cell: isinstance(cell, bool)).astype(bool)):
        cell = cells[i]
        if cell is None or cell == "" or (isinstance(cell, float) and np.isnan(cell)):
            continue
        try:
            values[i] = convert(cell)
        except (InventoryError, ValueError):
            values[i], bad[i] = np.nan, True
    return pd.Series(values, index=given.index), pd.Series(bad | np.isinf(values), index=given.index)


_READERS: dict[Kind, Callable[[pd.Series], tuple[pd.Series, pd.Series]]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.RATIO: _number,
    Kind.WHOLE: _whole,
    Kind.DATE: _date,
    Kind.YES_NO: _yes_no,
}


def _in_full(formula: str, table: Table) -> str:
    return re.sub(r"(?<![\w\]])\[(\w+)\]", rf"{table.name}[[#This Row],[\1]]", formula)
