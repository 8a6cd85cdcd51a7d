"""Which formulas a calculation needs: all of a workbook, or those that some tables depend on."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from xlinventory.hosts.file.references import Plain, TableArea, Translator
from xlinventory.hosts.file.sheet import Sheet

ANY_SHEET = {"INDIRECT"}
"""Functions whose formulas may read any cell of the workbook."""
Columns = set[tuple[str, int]]
"""Columns of sheets: the sheet's name in small letters, and the column's number."""


class Task(NamedTuple):
    """One formula cell."""

    row: int
    column: int
    plain: Plain


def formula_tasks(sheet: Sheet, translator: Translator) -> Iterator[Task]:
    """Every formula cell of a sheet."""
    for row, column, formula in sheet.formulas():
        if formula.text:
            yield Task(row, column, translator.translate(formula.text, sheet.name, row, column))


def formulas_needed(
    areas: Iterable[TableArea],
    names: Sequence[str],
    load: Callable[[str], Sheet | None],
    translator: Translator,
) -> dict[str, list[Task]]:
    """The formulas in the columns of these tables and, column by column, those that they depend on.

    *load* gives a sheet, or None for one without formulas. A formula that may read any cell needs all.
    """
    book = _Book(names, load, translator)
    open_columns = {(area.sheet.lower(), c) for area in areas for c in range(area.left, area.right + 1)}
    seen: Columns = set()
    while open_columns:
        seen |= open_columns
        reached = [task.plain for place in open_columns for task in book.of_column(*place)]
        if any(plain.functions & ANY_SHEET for plain in reached):
            return book.everything()
        open_columns = {place for plain in set(reached) for place in _columns(plain)} - seen
    return book.tasks(seen)


def _columns(plain: Plain) -> Iterator[tuple[str, int]]:
    """Columns that a formula reads."""
    for reach in plain.reaches:
        yield from ((reach.sheet.lower(), column) for column in range(reach.first, reach.last + 1))


class _Book:
    """Formulas by sheet and column, each sheet looked at when it is asked for."""

    def __init__(
        self, names: Sequence[str], load: Callable[[str], Sheet | None], translator: Translator
    ) -> None:
        self._names = {name.lower(): name for name in names}
        self._load, self._translator = load, translator
        self._columns: dict[str, dict[int, list[Task]]] = {}

    def of_column(self, sheet: str, column: int) -> list[Task]:
        """The formulas that fill cells of a column, array formulas that reach into it among them."""
        return self._of_sheet(sheet).get(column, [])

    def tasks(self, places: Columns) -> dict[str, list[Task]]:
        """The formulas of some columns, by sheet."""
        found: dict[str, dict[tuple[int, int], Task]] = {}
        for sheet, column in places:
            for task in self.of_column(sheet, column):
                found.setdefault(self._names[sheet], {})[task.row, task.column] = task
        return {name: [cells[place] for place in sorted(cells)] for name, cells in found.items()}

    def everything(self) -> dict[str, list[Task]]:
        """All formulas there are."""
        return self.tasks({(name, column) for name in self._names for column in self._of_sheet(name)})

    def _of_sheet(self, name: str) -> dict[int, list[Task]]:
        if name not in self._columns:
            by_column = self._columns[name] = {}
            sheet = self._load(self._names[name]) if name in self._names else None
            for task in formula_tasks(sheet, self._translator) if sheet else ():
                _, left, _, right = sheet.spills.get(
                    (task.row, task.column), (0, task.column, 0, task.column)
                )
                for column in range(left, right + 1):
                    by_column.setdefault(column, []).append(task)
        return self._columns[name]
