"""The workbook port over a dict of tables, for tests: no formulas, no file."""

from collections.abc import Mapping

import pandas as pd

from xlinventory.workbook import WorkbookError


class MemoryWorkbook:
    """Tables in memory; what is calculated in a real workbook stays blank here."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._tables = {name: _as_cells(rows) for name, rows in tables.items()}
        self.reports: list[tuple[str, float | None]] = []

    def table_names(self) -> list[str]:
        """Names of all tables."""
        return list(self._tables)

    def read_table(self, name: str) -> pd.DataFrame:
        """All rows of a table that are not blank; see the port."""
        if name not in self._tables:
            raise WorkbookError(f"there is no table {name} in the workbook; it has {', '.join(self._tables)}")
        rows = self._tables[name]
        return rows[rows.notna().any(axis=1)].copy()

    def write_table(self, name: str, rows: pd.DataFrame) -> None:
        """Replace all rows of a table; see the port."""
        columns = list(self._tables[name].columns)
        columns += [column for column in rows.columns if column not in columns]
        self._tables[name] = _as_cells(rows.reindex(columns=columns))

    def calculate(self) -> None:
        """Nothing to calculate."""

    def report(self, message: str, share: float | None = None) -> None:
        """Remember the progress line."""
        self.reports.append((message, share))


def _as_cells(rows: pd.DataFrame) -> pd.DataFrame:
    cells = rows.astype(object).where(rows.notna(), None)
    return cells.set_axis(range(2, 2 + len(cells)))
