"""What a run changes, counted: rows added, changed and removed, table by table."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.imports.issues import counted
from xlinventory.imports.merging import identity, new_lines
from xlinventory.tables import Table, read


@dataclass(frozen=True, slots=True)
class Change:
    """Rows of one table that a run adds, changes and removes."""

    table: str
    added: int = 0
    changed: int = 0
    removed: int = 0

    @property
    def rows(self) -> int:
        """All of them."""
        return self.added + self.changed + self.removed

    def __str__(self) -> str:
        counts = {"added": self.added, "changed": self.changed, "removed": self.removed}
        parts = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
        return f"{self.table} {parts or 'unchanged'}"


def change_of(table: Table, before: pd.DataFrame, after: pd.DataFrame) -> Change:
    """Cells before and after, row by row: by the key where the table has one, else by what the rows hold.

    Only the columns that hold values are looked at; what their formulas make of them is not counted.
    """
    rows = [_typed(table, cells) for cells in (before, after)]
    columns = [name for name in table.stored if name in before.columns or name in after.columns]
    old, new = (identity(part, columns) for part in rows)
    added, removed = _surplus(old, new), _surplus(new, old)
    if not table.key:
        return Change(table.name, added, 0, removed)
    keys = [identity(part, table.key) for part in rows]
    fresh, gone = _surplus(keys[0], keys[1]), _surplus(keys[1], keys[0])
    return Change(table.name, fresh, max(added - fresh, removed - gone, 0), gone)


def told(changes: Sequence[Change], files: int = 0) -> str:
    """All changes in one clause, and the files that are written.

    >>> told([Change("Items", changed=3), Change("Movements", added=1200)])
    'would change 1,203 rows (Items 3 changed; Movements 1,200 added)'
    >>> told([]), told([], 2)
    ('would change nothing', 'would write 2 files')
    """
    rows = sum(change.rows for change in changes)
    parts = []
    if rows:
        parts.append(f"change {counted(rows, 'row')} ({'; '.join(map(str, changes))})")
    if files:
        parts.append(f"write {counted(files, 'file')}")
    return f"would {' and '.join(parts) or 'change nothing'}"


def _typed(table: Table, cells: pd.DataFrame) -> pd.DataFrame:
    """Rows as they are read, so that a SKU typed as a number is the text it stands for."""
    return read(table, cells)[0]


def _surplus(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> int:
    """How many rows of *other* the rows of *one* do not account for."""
    return int(new_lines(one, [other])[0].sum())
