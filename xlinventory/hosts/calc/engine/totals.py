"""Totals rows put aside while their table is resized: like Excel, remember what was in them."""

from dataclasses import dataclass, field
from typing import Any

from xlinventory.hosts.calc.formulas.grammar import with_table_name

Kept = list[tuple[str, int]]
"""Formula and number format of every cell of a row."""


@dataclass
class Aside:
    """Rows that are put aside, by document and table; a document's are dropped when it is closed."""

    _rows: dict[str, dict[str, Kept]] = field(default_factory=dict)

    def keep(self, document: str, table: str, row: Any) -> None:
        """Remember the cells of a totals row."""
        cells = (row.getCellByPosition(j, 0) for j in range(row.Columns.Count))
        self._rows.setdefault(document, {})[table] = [(cell.Formula, cell.NumberFormat) for cell in cells]

    def put_back(self, document: str, table: str, row: Any) -> None:
        """Put what is remembered into a row, if anything is."""
        for j, (formula, number_format) in enumerate(self._rows.get(document, {}).pop(table, ())):
            cell = row.getCellByPosition(j, 0)
            cell.setFormula(with_table_name(formula, table))
            cell.NumberFormat = number_format

    def forget(self, *open_documents: str) -> None:
        """Drop what belongs to documents that are not open any more."""
        for document in self._rows.keys() - set(open_documents):
            del self._rows[document]

    def __len__(self) -> int:
        return sum(map(len, self._rows.values()))
