"""The workbook port over a workbook that is open in a spreadsheet program, through xlwings.

The same class serves Excel on Windows and macOS and LibreOffice: it speaks xlwings' public front end
alone, and exchanges whole columns, never single cells.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import xlwings as xw
from xlwings.main import Table

from xlinventory.core.errors import InventoryError
from xlinventory.hosts.excel.live.areas import Columns, formulas, put
from xlinventory.hosts.excel.live.quiet import Progress
from xlinventory.hosts.excel.live.tables import Body, Place, body_of, holds_values, place_of
from xlinventory.hosts.relative_formulas import at_row, relative
from xlinventory.hosts.runs import runs
from xlinventory.hosts.values import column_cells, filled_rows, refuse_unknown_columns
from xlinventory.workbook import WorkbookError

LAST_ROW = 1_048_576
NOT_ON_A_MAC = (
    "This needs the workbook's own functions, which Excel for Mac does not calculate; nothing was changed. "
    "Save and close the workbook and use the Terminal, such as: xlinventory plan inventory.xlsm"
)
"""Else the plan would be made of cells that show #NAME?, and would say that there is nothing to order."""


class LiveWorkbook:
    """A workbook open in a spreadsheet program."""

    def __init__(self, book: xw.Book) -> None:
        self.book = book
        self._progress = Progress(book.app)
        self._known: dict[str, Table] = {}

    def path(self) -> Path | None:
        """Where the workbook is saved; see the port."""
        return place_of_file(self.book)

    def table_names(self) -> list[str]:
        """Names of all tables, in sheet order."""
        return [table.name for table in self._tables()]

    def read_table(self, name: str) -> pd.DataFrame:
        """All rows and columns of a table as cells; see the port."""
        with _plainly(name, "read"):
            place = place_of(self._table(name))
            body = body_of(place)
        series = [pd.Series(values, dtype=object) for values in body.values]
        frame = pd.concat(series, axis=1, keys=place.columns)
        frame.index = range(place.top + 1, place.top + 1 + len(frame))
        stored = [j for j, form in enumerate(body.calculated) if form is None]
        return frame[filled_rows(frame.iloc[:, stored])]

    def write_table(self, name: str, rows: pd.DataFrame) -> None:
        """Replace all rows of a table; see the port."""
        with _plainly(name, "write"):
            table = self._table(name)
            place = place_of(table)
            refuse_unknown_columns(place.name, rows, place.columns)
            count = max(len(rows), 1)
            self._refuse_overrun(place, count, len(rows))
            given = {
                j: column_cells(place.name, rows[column], count)
                for j, column in enumerate(place.columns)
                if column in rows
            }
            body = body_of(place)
            _show_all_rows(table)
            if count != place.count:
                _resize(table, place, count)
            _write(place, _learnt(body, place, count), given, count)

    def calculate(self, *_tables: str) -> None:
        """Bring every formula up to date; raises WorkbookError in Excel on macOS, which cannot."""
        if sys.platform == "darwin" and self.book.app.engine.name == "excel":
            raise WorkbookError(NOT_ON_A_MAC)
        self.book.app.calculate()

    def report(self, message: str, share: float | None = None) -> None:
        """Show a progress line in the status bar."""
        self._progress.show(message, share)

    def _tables(self) -> list[Table]:
        found = []
        for sheet in self.book.sheets:
            tables = list(sheet.tables)
            if len(tables) > 1:
                tables.sort(key=lambda table: (table.range.column, table.range.row))
            found += tables
        return found

    def _table(self, name: str) -> Table:
        """A table by name; where it was found before is asked first, for a look at all sheets is slow."""
        key = name.lower()
        if not _is_still(self._known.get(key), key):
            tables = {table.name: table for table in self._tables()}
            self._known = {known.lower(): table for known, table in tables.items()}
            if key not in self._known:
                raise WorkbookError(
                    f"there is no table {name} in the workbook; "
                    f"it has {', '.join(tables) if tables else 'none'}"
                )
        return self._known[key]

    def _refuse_overrun(self, place: Place, count: int, wanted: int) -> None:
        """Raise WorkbookError when the table would grow over the end of the sheet or over something else."""
        bottom = place.top + count + place.totals
        if place.top + wanted + place.totals > LAST_ROW:
            raise WorkbookError(
                f"table {place.name} cannot hold {wanted:,} rows: a sheet ends at row {LAST_ROW:,}"
            )
        row = _first_taken_row(place, bottom)
        if row is not None:
            raise WorkbookError(
                f"{place.sheet.name}: table {place.name} needs row {row}, but there is something below it; "
                "move it beside the table and run this again"
            )


@contextmanager
def _plainly(table: str, verb: str) -> Iterator[None]:
    """Turn whatever a spreadsheet program throws at us into one sentence.

    pywintypes.com_error, appscript's CommandError and UNO's exceptions share no base but Exception, and none
    says what is wrong in words a person can use. Python's own errors are ours, and go on as they are.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, InventoryError) or type(error).__module__ == "builtins":
            raise
        raise WorkbookError(
            f"table {table} could not be {'read' if verb == 'read' else 'written'}: is its sheet protected, "
            "a cell being edited, or a dialog open? Put that right and run this again"
        ) from error


def place_of_file(book: xw.Book) -> Path | None:
    """The file of a book; None while it is saved in none, or in one that only the web knows."""
    try:
        place = Path(book.fullname)
    except xw.XlwingsError:
        return None
    return place if place.is_absolute() else None


def _is_still(table: Table | None, key: str) -> bool:
    """Whether a table that was found before is still there under its name."""
    try:
        return table is not None and table.name.lower() == key
    except Exception:  # noqa: BLE001 - each program has its own way to say that a table is gone
        return False


def _first_taken_row(place: Place, bottom: int) -> int | None:
    """The first row a table would grow over that is not empty, if any."""
    rows = [
        table.range.row
        for table in place.sheet.tables
        if table.name != place.name
        and table.range.column <= place.right
        and place.left < table.range.column + table.range.shape[1]
        and place.bottom < table.range.row <= bottom
    ]
    used = place.sheet.used_range
    last = min(bottom, used.row + used.shape[0] - 1)
    if last > place.bottom:
        columns = formulas(place.rows(place.bottom + 1, last))
        rows += [place.bottom + 1 + i for i, texts in enumerate(zip(*columns, strict=True)) if any(texts)]
    return min(rows, default=None)


def _show_all_rows(table: Table) -> None:
    """Lift a filter: rows it hides would be left out when cells are filled down."""
    if table.show_autofilter and any(field.type != "none" for field in table.autofilter.criteria):
        table.autofilter.clear()


def _resize(table: Table, place: Place, count: int) -> None:
    """Give a table *count* rows; new ones are like the last one, rows left over are emptied.

    A totals row is put aside meanwhile: Excel remembers what is in it and puts it below the new end.
    Filling down carries formats, validation, conditional formats and formulas in one call. Rows are emptied
    before they leave the table: LibreOffice would take their this-row references, and with them those of the
    rows that stay, for errors for good.
    """
    if place.totals:
        table.show_totals = False
    last = place.top + place.count
    if count < place.count:
        place.rows(place.top + count + 1, last).clear()
    table.resize(place.rows(place.top, place.top + count))
    if count > place.count and place.count:
        place.rows(last, last).autofill(place.rows(last, place.top + count), "fill_copy")
    if place.totals:
        table.show_totals = True


def _learnt(body: Body, place: Place, count: int) -> Body:
    """The body as it was; of a table that had no rows, the formulas the program filled in by itself."""
    if place.count:
        return body
    new = body_of(Place(place.name, place.sheet, place.top, place.left, place.columns, count, place.totals))
    return Body(body.values, body.formulas, new.calculated)


def _write(place: Place, body: Body, given: dict[int, list], count: int) -> None:
    """Put the given values in, formulas where they belong, and blanks everywhere else."""
    stored: list[int] = []
    for j, column in enumerate(place.columns):
        form = body.calculated[j]
        if form is None or (j in given and holds_values(place.name, column)):
            stored.append(j)
        else:
            _complete(place, j, form, count)
    columns = {j: given.get(j, [None] * count) for j in stored}
    kept = {j: body.kept(j, columns[j]) for j in stored}
    for block in runs([j for j in stored if not kept[j]]):
        put(place.cells(0, count - 1, block[0], len(block)), [columns[j] for j in block])
    for j in stored:
        if kept[j]:
            _put_around(place, j, columns[j], kept[j])


def _put_around(place: Place, j: int, cells: Columns, kept: set[int]) -> None:
    """Values of a column, but for the cells that keep their formula."""
    for run in runs([i for i in range(len(cells)) if i not in kept]):
        put(place.cells(run[0], run[-1], j), [cells[run[0] : run[-1] + 1]])


def _complete(place: Place, j: int, form: str, count: int) -> None:
    """The formula of a calculated column in every row that does not have it."""
    first = place.top + 1
    (texts,) = formulas(place.cells(0, count - 1, j))
    wrong: Sequence[int] = [i for i, text in enumerate(texts) if relative(text, first + i) != form]
    for run in runs(wrong):
        place.cells(run[0], run[-1], j).formula = at_row(form, first + run[0])
