"""Sheets of a workbook."""

from collections.abc import Iterator
from typing import Any

from xlwings import base_classes

from xlinventory.hosts.calc.engine.ending import tells_the_end
from xlinventory.hosts.calc.engine.named import Named
from xlinventory.hosts.calc.engine.ranges import Range, range_from
from xlinventory.hosts.calc.engine.tables import Tables

EVERYTHING = 1023
"""com.sun.star.sheet.CellFlags, all of them."""


@tells_the_end
class Sheets(base_classes.Sheets):
    """All sheets in their order."""

    api = None  # the base has a property; here each one has its own

    def __init__(self, book: base_classes.Book) -> None:
        self.book = book
        self.api = book.document.Sheets

    @property
    def active(self) -> "Sheet":
        """The sheet in front."""
        return Sheet(self.book, self.book.document.CurrentController.ActiveSheet)

    def __len__(self) -> int:
        return self.api.Count

    def __iter__(self) -> Iterator["Sheet"]:
        return iter([Sheet(self.book, self.api.getByIndex(i)) for i in range(len(self))])

    def __call__(self, name_or_index: str | int) -> "Sheet":
        """One sheet by its name or place."""
        if isinstance(name_or_index, int):
            if not 1 <= name_or_index <= len(self):
                raise KeyError(name_or_index)
            return Sheet(self.book, self.api.getByIndex(name_or_index - 1))
        if not self.api.hasByName(name_or_index):
            raise KeyError(name_or_index)
        return Sheet(self.book, self.api.getByName(name_or_index))

    def add(
        self, before: "Sheet | None" = None, after: "Sheet | None" = None, name: str | None = None
    ) -> "Sheet":
        """A new sheet beside another, or in front."""
        place = before.index - 1 if before else after.index if after else 0
        numbered = (f"Sheet{number}" for number in range(1, len(self) + 2))
        chosen = name or next(free for free in numbered if not self.api.hasByName(free))
        self.api.insertNewByName(chosen, place)
        return self(chosen)


@tells_the_end
class Sheet(Named, base_classes.Sheet):
    """One sheet."""

    @property
    def index(self) -> int:
        """Its place, from 1."""
        return self.api.RangeAddress.Sheet + 1

    @property
    def visible(self) -> bool:
        """Whether its tab is shown."""
        return self.api.IsVisible

    @visible.setter
    def visible(self, value: bool) -> None:
        self.api.IsVisible = bool(value)

    @property
    def tables(self) -> Tables:
        """Its tables."""
        return Tables(self)

    def range(self, first: Any, second: Any = None) -> Range:
        """Cells by address, by (row, column), by two corners, or by name."""
        return range_from(self, first, second)

    @property
    def cells(self) -> Range:
        """All cells."""
        return Range(self, 1, 1, self.api.Rows.Count, self.api.Columns.Count)

    @property
    def used_range(self) -> Range:
        """The smallest rectangle around all cells in use."""
        cursor = self.api.createCursor()
        cursor.gotoEndOfUsedArea(False)  # noqa: FBT003 - UNO takes no names
        end = cursor.RangeAddress
        cursor.gotoStartOfUsedArea(False)  # noqa: FBT003
        start = cursor.RangeAddress
        rows, columns = end.EndRow - start.StartRow + 1, end.EndColumn - start.StartColumn + 1
        return Range(self, start.StartRow + 1, start.StartColumn + 1, rows, columns)

    def activate(self) -> None:
        """Bring it to the front."""
        self.book.document.CurrentController.setActiveSheet(self.api)

    select = activate

    def clear(self) -> None:
        """Empty all cells, formats too."""
        self.api.clearContents(EVERYTHING)

    def delete(self) -> None:
        """Remove it."""
        self.book.document.Sheets.removeByName(self.name)
