"""Blocks of helper cells on the hidden sheet that the Dashboard's charts read."""

from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

SHEET = "_chart"
TOP = 2
"""Zero-based row of the first cell of every block, below its title and its headings."""

Cells = tuple[str | float | None, ...]
"""One row of a block: formulas, constants, and None where nothing is written."""


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of helper cells: where it starts, how many rows, and its columns by name."""

    title: str
    left: int
    rows: int
    columns: tuple[str, ...]

    def range(self, column: str, first: int = 0) -> list[str | int]:
        """One of its columns as a chart takes it: sheet, first row and column, last row and column."""
        j = self.left + self.columns.index(column)
        return [SHEET, TOP + first, j, TOP + self.rows - 1, j]

    def cell(self, column: str, row: int) -> str:
        """Address of one cell, all fixed."""
        j = self.left + self.columns.index(column)
        return xl_rowcol_to_cell(TOP + row, j, row_abs=True, col_abs=True)

    def column(self, name: str) -> str:
        """Address of a whole column of the block."""
        letter = xl_col_to_name(self.left + self.columns.index(name))
        return f"${letter}${TOP + 1}:${letter}${TOP + self.rows}"


def row_of(sku: str, column: str) -> str:
    """Formula part: the first row of a table's *column* that holds this SKU, or 0; *sku* is ``sought``."""
    return f"IFERROR(MATCH({sku},{column},0),0)"


def iso_day(day: str) -> str:
    """Formula part: a date as text that is the same in every language."""
    return f'YEAR({day})&"-"&TEXT(MONTH({day}),"00")&"-"&TEXT(DAY({day}),"00")'


def sought(sku: str) -> str:
    """Formula part: a SKU as MATCH looks for it; without the ~, "A*" would also be found in "AB"."""
    for sign in "~*?":
        sku = f'SUBSTITUTE({sku},"{sign}","~{sign}")'
    return sku
