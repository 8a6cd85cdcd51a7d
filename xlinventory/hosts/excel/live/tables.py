"""One table of a live sheet: where it stands, what its rows hold, which columns are calculated."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import xlwings as xw
from xlwings.main import Table

from xlinventory.hosts.excel.live.areas import Columns, formulas, held
from xlinventory.hosts.relative_formulas import relative
from xlinventory.hosts.values import same_cell
from xlinventory.sheets import TABLES
from xlinventory.workbook import Cell, WorkbookError


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table stands: its header row, first column, column titles, body rows, totals row."""

    name: str
    sheet: xw.Sheet
    top: int
    left: int
    columns: tuple[str, ...]
    count: int
    totals: bool

    @property
    def bottom(self) -> int:
        """Its last row; a table without rows has an empty one."""
        return self.top + max(self.count, 1) + self.totals

    @property
    def right(self) -> int:
        """Its last column."""
        return self.left + len(self.columns) - 1

    def rows(self, first: int, last: int) -> xw.Range:
        """Rows of the sheet over the width of the table."""
        return self.sheet.range((first, self.left), (last, self.right))

    def cells(self, first: int, last: int, column: int, width: int = 1) -> xw.Range:
        """Body rows *first* to *last* (from 0) of columns beginning with *column* (from 0)."""
        top, left = self.top + 1, self.left + column
        return self.sheet.range((top + first, left), (top + last, left + width - 1))


def place_of(table: Table) -> Place:
    """Where a table stands now; raises WorkbookError when it has no header row."""
    area, header, body = table.range, table.header_row_range, table.data_body_range
    if header is None or not table.show_headers:
        raise WorkbookError(f"table {table.name} has no header row, so its columns have no names")
    titles = tuple(_title(column[0]) for column in held(header))
    count = 0 if body is None else body.shape[0]
    return Place(table.name, area.sheet, area.row, area.column, titles, count, bool(table.show_totals))


@dataclass(frozen=True, slots=True)
class Body:
    """The rows of a table: values, and for every column the formula of each cell ("" for a constant)."""

    values: Columns
    formulas: list[list[str]]
    calculated: list[str | None]
    """The usual formula of a column in its ``relative`` form, or None when most cells are constants."""

    def kept(self, column: int, given: Sequence[Cell]) -> set[int]:
        """Rows whose cell holds a formula that shows the very value given."""
        old = zip(self.values[column], self.formulas[column], given, strict=False)
        return {i for i, (value, formula, cell) in enumerate(old) if formula and same_cell(value, cell)}


def body_of(place: Place) -> Body:
    """Everything in a table's rows: one exchange for the values, one for the formulas."""
    width = len(place.columns)
    if not place.count:
        return Body([[] for _ in range(width)], [[] for _ in range(width)], [None] * width)
    area = place.cells(0, place.count - 1, 0, width)
    values = held(area)
    found = [
        [text if is_formula(text, value) else "" for text, value in zip(*pair, strict=True)]
        for pair in zip(formulas(area), values, strict=True)
    ]
    return Body(values, found, [_usual(texts, place.top + 1) for texts in found])


def is_formula(text: str, value: Cell) -> bool:
    """Whether what a cell would be typed as is a formula; a text ``=1+1`` shows itself."""
    return text.startswith("=") and text != value


def holds_values(table: str, column: str) -> bool:
    """Whether our own declaration of the table says that people or buttons fill this column."""
    known = next((known for name, known in TABLES.items() if name.lower() == table.lower()), None)
    return known is not None and any(c.name == column and not c.formula for c in known.columns)


def _usual(texts: list[str], first: int) -> str | None:
    """The formula that most cells of a column agree on.

    Excel knows which columns it calculates but tells nobody, so the cells must. In a table of a single row
    a formula counts when it looks at its own row.
    """
    forms = Counter(relative(text, first + i) for i, text in enumerate(texts) if text)
    if not forms:
        return None
    form, times = forms.most_common(1)[0]
    if len(texts) == 1:
        own_row = ("[@", "[#This Row]", "\x010\x02")
        return form if any(mark in form for mark in own_row) else None
    return form if 2 * times > len(texts) else None


def _title(cell: Cell) -> str:
    return f"{cell:g}" if isinstance(cell, float) else "" if cell is None else str(cell)
