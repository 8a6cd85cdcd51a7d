"""What the workbook's ``main.py`` calls in xlwings Lite: worksheet functions, and macros as scripts.

In Lite, Excel calculates only between the reads and writes of a script, which are asynchronous, while a
macro is an ordinary function. So a macro runs over a copy of the tables. When it asks for a calculation, what
it has written goes to Excel, Excel calculates, and the macro starts again from the same copy with Excel's
answer at hand: it writes the same once more and goes on. If it fails, Excel gets the copy back.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

import xlinventory.macros  # noqa: F401  - importing it records the macros
from xlinventory.core.errors import CellError, InventoryError
from xlinventory.evaluation import evaluate
from xlinventory.hosts.excel.live.lite_tables import ERRORS, LiteTable, calculate, read_tables, write_tables
from xlinventory.hosts.values import column_cells, filled_rows, refuse_unknown_columns
from xlinventory.macros.frame import run_macro
from xlinventory.workbook import WorkbookError

IMPORTED = "/data"
"""Where Lite puts the files that its user imports, and finds those that can be exported."""
FOLDERS = {"refresh": "folder", "export": "beside"}
"""The option of a macro that names a folder."""
Answer = Mapping[str, LiteTable]


def cell(name: str, *arguments: Any) -> Any:
    """Result of a worksheet function for arguments as Lite reads them: rows of cells, errors as their text.

    An error comes out as its text, which Lite shows as a real error value.

    >>> cell("EOQ", [[1000]], [[10]], [[0.5]], [[1]])
    200.0
    >>> cell("EOQ", [[1000]], [[10]], [["#N/A"]], [[1]])
    '#N/A'
    """
    return _shown(evaluate(name, *map(_argument, arguments)))


def _argument(rows: Any) -> Any:
    """One cell as itself, a range as rows; None for an argument that was left out."""
    if not isinstance(rows, list):
        rows = [[rows]]
    cells = [[_cell(value) for value in row] for row in rows]
    return cells[0][0] if len(cells) == 1 and len(cells[0]) == 1 else cells


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return ERRORS.get(value, value) or None
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _shown(result: Any) -> Any:
    if isinstance(result, list):
        return [_shown(part) for part in result]
    if isinstance(result, CellError):
        return str(result) if str(result) in ERRORS else "#VALUE!"
    return "" if result is None else result


async def run(book: Any, name: str, tell: Callable[[str], object] | None = None) -> None:
    """Run a macro in the workbook and tell its sentence; on failure the workbook is as it was."""
    tell = tell or _tell
    options = {FOLDERS[name]: IMPORTED} if name in FOLDERS else {}
    before = await read_tables(book)
    inside, answers = before, []
    try:
        while True:
            snapshot = Snapshot(before, answers, tell)
            try:
                outcome = run_macro(snapshot, name, **options)
                break
            except NeedsCalculation as pause:
                inside = await write_tables(book, inside, pause.tables)
                answers.append(await calculate(book, inside))
        inside = await write_tables(book, inside, snapshot.tables)
    except InventoryError as error:
        await write_tables(book, inside, before)
        tell(str(error))
        return
    except BaseException:
        await write_tables(book, inside, before)
        raise
    for line in (*outcome.findings, outcome.sentence):
        tell(line)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


class NeedsCalculation(Exception):
    """A macro asks for a calculation that Excel has not made yet; carries the tables to make it with."""

    def __init__(self, tables: dict[str, LiteTable]) -> None:
        super().__init__("Excel must calculate")
        self.tables = tables


class Snapshot:
    """The workbook port over a copy of the tables and the calculations that Excel has made so far."""

    def __init__(
        self, tables: Mapping[str, LiteTable], answers: Sequence[Answer], tell: Callable[[str], object]
    ) -> None:
        self.tables = dict(tables)
        self._answers, self._tell = iter(answers), tell
        self._stale = False

    def path(self) -> None:
        """A browser has no folder beside the workbook; see the port."""
        return

    def table_names(self) -> list[str]:
        """Names of all tables, in sheet order."""
        return list(self.tables)

    def read_table(self, name: str) -> pd.DataFrame:
        """All rows of a table that are not blank; see the port."""
        table = self.tables[self._known(name)]
        stored = [column for column in table.rows.columns if column not in table.calculated]
        return table.rows[filled_rows(table.rows[stored])].copy()

    def write_table(self, name: str, rows: pd.DataFrame) -> None:
        """Replace all rows of a table; see the port. Calculated columns are blank until the calculation."""
        table = self.tables[self._known(name)]
        refuse_unknown_columns(table.name, rows, list(table.rows.columns))
        index = range(table.first_row, table.first_row + len(rows))
        cells = {
            column: column_cells(table.name, rows[column], len(rows))
            if column in rows and column not in table.calculated
            else [None] * len(rows)
            for column in table.rows.columns
        }
        self.tables[table.name] = table.with_rows(pd.DataFrame(cells, index=index, dtype=object))
        self._stale = True

    def calculate(self, *_tables: str) -> None:
        """Take over what Excel has calculated, or raise so that it does."""
        if not self._stale:
            return
        answer = next(self._answers, None)
        if answer is None:
            raise NeedsCalculation(dict(self.tables))
        for name, table in answer.items():
            given = {column: table.rows[column] for column in table.calculated}
            self.tables[name] = self.tables[name].with_rows(self.tables[name].rows.assign(**given))
        self._stale = False

    def report(self, message: str, share: float | None = None) -> None:
        """Show a progress line in the pane."""
        self._tell(f"{message} ..." if share is None else f"{message} ... {share:.0%}")

    def _known(self, name: str) -> str:
        for known in self.tables:
            if known.lower() == name.lower():
                return known
        raise WorkbookError(
            f"there is no table {name} in the workbook; it has {', '.join(self.tables) or 'none'}"
        )
