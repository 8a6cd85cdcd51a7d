"""Cells as xlwings addresses them: values, formulas, formats, neighbours."""

from typing import Any

from xlwings import NoSuchObjectError, base_classes, utils

from xlinventory.hosts.calc.engine import formats, reading, writing
from xlinventory.hosts.calc.engine.ending import tells_the_end

FORMATS = 32 | 64
"""com.sun.star.sheet.CellFlags: formats of cells and styles."""
EVERYTHING = 1023
FILLS = {"fill_copy": "TO_BOTTOM"}
"""Kinds of filling we know, of xlwings' names for them."""
Place = tuple[int, int]


@tells_the_end
class Range(base_classes.Range):
    """A rectangle of cells, rows and columns counted from 1."""

    sheet = row = column = shape = None  # the base has properties; here each range has its own
    max_cells_per_read = max_cells_per_write = None  # a pipe takes any size

    def __init__(
        self, sheet: base_classes.Sheet, row: int, column: int, rows: int = 1, columns: int = 1
    ) -> None:
        self.sheet, self.row, self.column, self.shape = sheet, row, column, (rows, columns)
        self.options: dict[str, Any] = {}

    @property
    def api(self) -> Any:
        """LibreOffice's own range object."""
        left, top = self.column - 1, self.row - 1
        rows, columns = self.shape
        return self.sheet.api.getCellRangeByPosition(left, top, left + columns - 1, top + rows - 1)

    @property
    def coords(self) -> tuple[str, int, int, int, int]:
        """Sheet, row, column, rows, columns."""
        return (self.sheet.name, self.row, self.column, *self.shape)

    @property
    def address(self) -> str:
        """The address, as in ``$A$1:$B$2``."""
        return self.get_address(True, True, False)  # noqa: FBT003 - xlwings gives them by place

    def get_address(self, row_absolute: bool, column_absolute: bool, external: bool) -> str:  # noqa: FBT001
        """The address in the wanted form."""
        rows, columns = self.shape
        corners = [(self.row, self.column), (self.row + rows - 1, self.column + columns - 1)]
        texts = [
            f"{'$' * column_absolute}{utils.col_name(column)}{'$' * row_absolute}{row}"
            for row, column in corners[: 1 + (len(self) > 1)]
        ]
        place = f"[{self.sheet.book.name}]{self.sheet.name}!" if external else ""
        return place + ":".join(texts)

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def __call__(self, first: int, second: int | None = None) -> "Range":
        """One cell, by its number or by row and column, counted from the first."""
        if second is None:
            row, column = divmod(first - 1, self.shape[1])
            return Range(self.sheet, self.row + row, self.column + column)
        return Range(self.sheet, self.row + first - 1, self.column + second - 1)

    def rows_from(self, start: int, count: int) -> "Range":
        """Some of its rows, the first being row 0."""
        return Range(self.sheet, self.row + start, self.column, count, self.shape[1])

    @property
    def _office(self) -> Any:
        return self.sheet.book.app.office

    @property
    def _document(self) -> Any:
        return self.sheet.book.document

    @property
    def raw_value(self) -> Any:
        """Values as Excel's programming interface gives them on Windows; one cell's is no list."""
        rows = reading.read_values(self._office, self._document, self.api)
        return rows if len(self) > 1 else rows[0][0]

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        writing.write_values(self._document, self.api, self._as_rows(value))

    @property
    def formula(self) -> Any:
        """Formulas in Excel's grammar, and constants as they would be typed."""
        rows = reading.read_formulas(self._office, self._document, self.api)
        return rows if len(self) > 1 else rows[0][0]

    @formula.setter
    def formula(self, value: Any) -> None:
        if isinstance(value, str):
            writing.write_formula(self.api, value, *self.shape, self.row)
        else:
            writing.write_formulas(self.api, self._as_rows(value))

    formula2 = formula

    @property
    def number_format(self) -> str | None:
        """The number format, or None when the cells have several."""
        area = self.api
        if not formats.is_uniform(area):
            return None
        return self._document.NumberFormats.getByKey(area.NumberFormat).FormatString

    @number_format.setter
    def number_format(self, value: str) -> None:
        self.api.NumberFormat = formats.format_key(self._document, value)

    def clear_contents(self) -> None:
        """Empty the cells; formats stay."""
        self.api.clearContents(writing.CONTENTS)

    def clear_formats(self) -> None:
        """Take the formats off."""
        self.api.clearContents(FORMATS)

    def clear(self) -> None:
        """Empty the cells and take everything off them."""
        self.api.clearContents(EVERYTHING)

    def autofill(self, destination: Any, type_: str) -> None:
        """Copy one row of cells over the rows of *destination*, which begins with it (xlwings' own range)."""
        if type_ not in FILLS or self.shape[0] != 1:
            raise NotImplementedError(f"filling with {type_} from {self.shape[0]} rows")
        writing.fill(destination.impl.api, FILLS[type_])

    @property
    def table(self) -> Any:
        """The table it begins in, or None."""
        for table in self.sheet.tables:
            area = table.range
            rows, columns = area.shape
            if 0 <= self.row - area.row < rows and 0 <= self.column - area.column < columns:
                return table
        return None

    def _as_rows(self, value: Any) -> Any:
        """A value as rows: one for all cells, one row, or rows."""
        if not isinstance(value, list | tuple):
            return [[value] * self.shape[1] for _ in range(self.shape[0])]
        return value if isinstance(value[0], list | tuple) else [value]


def range_of(book: base_classes.Book, address: Any) -> Range:
    """The range at one of LibreOffice's own addresses."""
    sheet = book.sheets(address.Sheet + 1)
    rows, columns = address.EndRow - address.StartRow + 1, address.EndColumn - address.StartColumn + 1
    return Range(sheet, address.StartRow + 1, address.StartColumn + 1, rows, columns)


def range_from(sheet: base_classes.Sheet, first: Any, second: Any = None) -> Range:
    """The range that xlwings' arguments mean: an address, a name, (row, column), a range, or two of these."""
    corners = [*_corners(sheet, first), *(() if second is None else _corners(sheet, second))]
    if len(corners) == 1 and isinstance(corners[0], Range):
        return corners[0]
    rows, columns = [row for row, _ in corners], [column for _, column in corners]
    top, left = min(rows), min(columns)
    if top < 1 or left < 1:
        raise IndexError("rows and columns count from 1")
    return Range(sheet, top, left, max(rows) - top + 1, max(columns) - left + 1)


def _corners(sheet: base_classes.Sheet, given: Any) -> list[Any]:
    if isinstance(given, Range):
        rows, columns = given.shape
        return [(given.row, given.column), (given.row + rows - 1, given.column + columns - 1)]
    if not isinstance(given, str):
        row, column, *size = given
        return [(row, column), *([(row + size[0] - 1, column + size[1] - 1)] if size else [])]
    first, last = utils.a1_to_tuples(given)
    if first is not None:
        return [first, last or first]
    names = sheet.book.document.NamedRanges
    if names.hasByName(given):
        return [range_of(sheet.book, names.getByName(given).getReferredCells().RangeAddress)]
    raise NoSuchObjectError(f"there is no cell and no name {given}")
