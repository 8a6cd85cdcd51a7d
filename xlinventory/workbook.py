"""What a workbook is to a macro: named tables of cell values, a calculation, a progress line.

A macro is written against this port alone, so it runs unchanged over a file, a live Excel, a live
LibreOffice or a dict of DataFrames. Nobody below sees a cell address; nobody above sees a table.
"""

from pathlib import Path
from typing import Protocol, TypeAlias

import pandas as pd

from xlinventory.core.errors import CellError, InventoryError

Cell: TypeAlias = float | str | bool | CellError | None
"""A cell value. Dates are day serials (days since 1899-12-30), a blank is None."""


class WorkbookError(InventoryError):
    """The workbook cannot serve the request; the message is one sentence for its user."""


class Workbook(Protocol):
    """The verbs a macro may use."""

    def path(self) -> Path | None:
        """Where the workbook's file is, from the root; None while it is in none that this computer has."""

    def table_names(self) -> list[str]:
        """Names of all tables, in sheet order."""

    def read_table(self, name: str) -> pd.DataFrame:
        """All rows and columns of a table, as a frame of dtype object holding ``Cell`` values.

        The index is the row number in the sheet. Rows that are blank in every column that is not
        calculated are left out.
        Raises WorkbookError when there is no such table.
        """

    def write_table(self, name: str, rows: pd.DataFrame) -> None:
        """Replace all rows of a table by *rows*, a frame whose cells are ``Cell`` values (NaN is a blank).

        The table grows or shrinks to fit. Columns missing in *rows* are filled down with their
        calculated formula, or blank if they have none. A calculated column keeps its formula whatever is
        given; another cell whose place holds a formula that shows the very value given keeps its own. Text
        stays text, whatever it begins with; empty text is a blank.
        Raises WorkbookError when the table has no such column.
        """

    def calculate(self, *tables: str) -> None:
        """Bring every formula up to date, or at least those of these *tables* and what they depend on."""

    def report(self, message: str, share: float | None = None) -> None:
        """Show a progress line: what is being done and the share done (0 to 1)."""
