"""The workbook port over a dict of tables, for tests: no formulas, no file."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from xlinventory.hosts.values import column_cells, filled_rows, refuse_unknown_columns
from xlinventory.workbook import WorkbookError


class MemoryWorkbook:
    """Tables in memory; what is calculated in a real workbook stays blank here.

    *path*: where its file would be.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], path: Path | None = None) -> None:
        self._path = path
        self._tables = {name: _as_cells(name, rows) for name, rows in tables.items()}
        self.reports: list[tuple[str, float | None]] = []

    def path(self) -> Path | None:
        """Where it was said to be."""
        return self._path

    def table_names(self) -> list[str]:
        """Names of all tables."""
        return list(self._tables)

    def read_table(self, name: str) -> pd.DataFrame:
        """All rows of a table that are not blank; see the port."""
        rows = self._tables[self._known(name)]
        return rows[filled_rows(rows)].copy()

    def write_table(self, name: str, rows: pd.DataFrame) -> None:
        """Replace all rows of a table; see the port."""
        table = self._known(name)
        columns = list(self._tables[table].columns)
        refuse_unknown_columns(table, rows, columns)
        self._tables[table] = _as_cells(table, rows.reindex(columns=columns))

    def add_column(self, name: str, column: str, values: list[object]) -> None:
        """Put a column of the user's own at the end of a table."""
        table = self._known(name)
        self._tables[table] = _as_cells(table, self._tables[table].assign(**{column: values}))

    def calculate(self, *_tables: str) -> None:
        """Nothing to calculate."""

    def report(self, message: str, share: float | None = None) -> None:
        """Remember the progress line."""
        self.reports.append((message, share))

    def _known(self, name: str) -> str:
        for known in self._tables:
            if known.lower() == name.lower():
                return known
        names = ", ".join(self._tables) or "none"
        raise WorkbookError(f"there is no table {name} in the workbook; it has {names}")


def _as_cells(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as cells, below a header in sheet row 1."""
    index = range(2, 2 + len(rows))
    cells = {
        column: pd.Series(column_cells(name, rows[column], len(rows)), index=index, dtype=object)
        for column in rows.columns
    }
    return pd.DataFrame(cells, index=index, columns=rows.columns, dtype=object)
