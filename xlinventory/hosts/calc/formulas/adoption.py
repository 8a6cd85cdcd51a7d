"""A workbook from Excel at home in LibreOffice: our functions' plain names resolve, and blanks stay blanks.

LibreOffice 7.4 reads ``SAFETY_STOCK(`` from an .xlsx file as a name that it does not know. It looks such
names up again when a defined name comes or goes, and then finds our functions: a whole column in one step,
array formulas as they are. Where a version knows the names when it loads them, only the rest is left to do.

What else a formula needs here is said in ``home``.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from xlinventory.hosts.calc.bridge import member, struct
from xlinventory.hosts.calc.formulas import conditions
from xlinventory.hosts.calc.formulas.calls import PLAIN, STORED, called
from xlinventory.hosts.calc.formulas.home import MISREAD, ONE_CELL, IsCell, at_home
from xlinventory.hosts.relative_formulas import relative
from xlinventory.hosts.runs import runs

FORMULAS = 16
"""com.sun.star.sheet.CellFlags: cells that hold a formula."""
SCATTERED = 60
"""So many separate areas of formulas on a sheet are read faster in one piece, whatever lies between."""
_PROBE = "xlinventory_looks_names_up"
_settled: dict[str, dict[str, set[str]]] = {}
BOTH = {**PLAIN, **STORED}


def adopt(document: Any) -> int:
    """Make our functions work in all formulas of a document; how many formulas were mended.

    What is as it has to be is only read, so this may be done as often as there may be new formulas.
    """
    settled = _settled_in(document)
    every = [area for sheet in _each(document.Sheets) for area in _areas(sheet)]
    areas = [area for area in every if not area.distinct() <= settled[area.sheet.Name]]
    unknown = [area for area in areas if area.any(PLAIN)]
    named = [name for name in _each(document.NamedRanges) if called(name.Content, PLAIN)]
    if not unknown and not named:
        done = _all_settled(document, areas)
        if not done:
            for area in areas:
                settled[area.sheet.Name] |= set() if area.sheet.isProtected() else area.distinct()
        return done + _conditions_settled(document)
    with _untouched(document):
        for name in named:
            name.setContent(name.Content)
        mended = _looked_up(document, unknown) if unknown else 0
        settled = _all_settled(document, [area.again() for area in areas if area.any(BOTH)])
        return max(mended, settled) + _conditions_settled(document)


def _settled_in(document: Any) -> dict[str, set[str]]:
    """Formulas of each sheet that were found to be as they have to be, of the document looked at last."""
    number = str(document.RuntimeUID)
    if number not in _settled:
        _settled.clear()
    return _settled.setdefault(number, defaultdict(set))


def adopt_cells(document: Any, cells: Any) -> int:
    """The same for some cells of a document, whose names are known; how many formulas were mended."""
    found = cells.queryContentCells(FORMULAS).RangeAddresses
    return _all_settled(document, [_area(document.Sheets.getByIndex(a.Sheet), a) for a in found])


class _Area(NamedTuple):
    """A rectangle of a sheet and its formulas, row by row."""

    sheet: Any
    column: int
    row: int
    formulas: tuple[tuple[str, ...], ...]

    def any(self, names: Any) -> bool:
        """Whether a formula here calls one of these functions."""
        return any(_calls(formula, names) for formula in self.distinct())

    def count(self, names: Any) -> int:
        """How many of them."""
        return sum(_calls(formula, names) for row in self.formulas for formula in row)

    def distinct(self) -> set[str]:
        """The formulas, once each."""
        return {formula for row in self.formulas for formula in row}

    def again(self) -> "_Area":
        """The same place as it is now."""
        return _Area(self.sheet, self.column, self.row, self.cells().getFormulaArray())

    def cells(self) -> Any:
        """The cells themselves."""
        right, bottom = self.column + len(self.formulas[0]) - 1, self.row + len(self.formulas) - 1
        return self.sheet.getCellRangeByPosition(self.column, self.row, right, bottom)


def _calls(formula: str, names: Any) -> bool:
    return formula.startswith(("=", "{=")) and called(formula, names)


def _each(container: Any) -> Iterator[Any]:
    return (container.getByIndex(i) for i in range(container.Count))


def _area(sheet: Any, at: Any) -> _Area:
    cells = sheet.getCellRangeByPosition(at.StartColumn, at.StartRow, at.EndColumn, at.EndRow)
    return _Area(sheet, at.StartColumn, at.StartRow, cells.getFormulaArray())


def _areas(sheet: Any) -> list[_Area]:
    """Where the formulas of a sheet are."""
    found = sheet.queryContentCells(FORMULAS).RangeAddresses
    if len(found) > SCATTERED:
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(True)  # noqa: FBT003 - UNO takes no names
        found = (cursor.RangeAddress,)
    return [_area(sheet, address) for address in found]


@contextmanager
def _untouched(document: Any) -> Iterator[None]:
    """Nothing that is done in here can be undone, makes the document a changed one or calculates it twice."""
    modified, calculates = document.isModified(), document.isAutomaticCalculationEnabled()
    undo = document.UndoManager
    hidden = undo.isUndoPossible()
    if hidden:
        undo.enterHiddenUndoContext()
    else:
        document.IsUndoEnabled = False  # this would forget what there was
    document.addActionLock()
    document.enableAutomaticCalculation(False)  # noqa: FBT003 - UNO takes no names
    try:
        yield
    finally:
        document.enableAutomaticCalculation(calculates)
        document.removeActionLock()
        if hidden:
            undo.leaveUndoContext()
        else:
            document.IsUndoEnabled = True
        document.setModified(modified)


def _looked_up(document: Any, unknown: list[_Area]) -> int:
    """Let LibreOffice look up the names that it did not know; how many formulas have them no more."""
    document.NamedRanges.addNewByName(_PROBE, "1", struct("table.CellAddress"), 0)
    document.NamedRanges.removeByName(_PROBE)
    return sum(area.count(PLAIN) - area.again().count(PLAIN) for area in unknown)


class _Names:
    """The defined names of a document: which of them stand for one cell."""

    def __init__(self, document: Any) -> None:
        self._document, self._known = document, {}

    def on(self, sheet: Any) -> IsCell:
        """Whether a name means one cell in the formulas of a sheet; its own names come first."""
        label = sheet.Name

        def is_cell(name: str) -> bool:
            if (label, name) not in self._known:
                owner = next(
                    (o.NamedRanges for o in (sheet, self._document) if o.NamedRanges.hasByName(name)), None
                )
                content = owner.getByName(name).Content if owner else ""
                self._known[label, name] = bool(ONE_CELL.fullmatch(content))
            return self._known[label, name]

        return is_cell


def _all_settled(document: Any, areas: list[_Area]) -> int:
    """Write the formulas of these areas as they have to be here; how many were written anew."""
    names = _Names(document)
    wanted = [(area, new) for area in areas if (new := _otherwise(area, names))]
    if not wanted:
        return 0
    with _untouched(document):
        return sum(_settle(area, new) for area, new in wanted)


def _conditions_settled(document: Any) -> int:
    """The same for conditional formats and rules for what may be entered."""
    names = _Names(document)
    found = [one for sheet in _each(document.Sheets) for one in conditions.pending(sheet, names.on(sheet))]
    if found:
        with _untouched(document):
            for one in found:
                conditions.enter(*one)
    return len(found)


def _otherwise(area: _Area, names: _Names) -> dict[str, str]:
    """The formulas of an area that have to be entered anew, and how."""
    if not area.any(BOTH) or area.sheet.isProtected():
        return {}
    is_cell, known = names.on(area.sheet), {}
    for formula in area.distinct():
        if _calls(formula, BOTH):
            new = formula if MISREAD.search(formula) else at_home(formula, is_cell)
            if new != formula or _calls(formula, PLAIN):  # a macro of the same name, in .xlsm
                known[formula] = new
    return known


def _settle(area: _Area, known: dict[str, str]) -> int:
    done = 0
    for j in range(len(area.formulas[0])):
        column = [row[j] for row in area.formulas]
        for run in runs([i for i, formula in enumerate(column) if formula in known]):
            done += len(run)
            _write(area.sheet, area.column + j, area.row + run[0], [known[column[i]] for i in run])
    return done


def _write(sheet: Any, column: int, row: int, formulas: list[str]) -> None:
    """Enter formulas one below the other; what is the same in each row is entered once and filled down."""
    cells = sheet.getCellRangeByPosition(column, row, column, row + len(formulas) - 1)
    if any(formula.startswith("{") for formula in formulas):
        _write_arrays(sheet, cells, formulas)
    elif len(formulas) > 2 and _alike(formulas, row) and cells.getUniqueCellFormatRanges().Count == 1:
        cells.getCellByPosition(0, 0).setFormula(formulas[0])
        down = (member("sheet.FillDirection", "TO_BOTTOM"), member("sheet.FillMode", "SIMPLE"),
                member("sheet.FillDateMode", "FILL_DATE_DAY"))  # fmt: skip
        cells.fillSeries(*down, 0.0, 0.0)
    else:
        cells.setFormulaArray(tuple((formula,) for formula in formulas))


def _alike(formulas: list[str], row: int) -> bool:
    if len(set(formulas)) == 1 and relative(formulas[0], row) == formulas[0]:
        return True
    return len({relative(formula, i) for i, formula in enumerate(formulas, row)}) == 1


def _write_arrays(sheet: Any, cells: Any, formulas: list[str]) -> None:
    """Enter array formulas over the areas that they fill, and what stands between them."""
    for i, formula in enumerate(formulas):
        cell = cells.getCellByPosition(0, i)
        if not formula.startswith("{"):
            cell.setFormula(formula)
            continue
        if cell.getFormula() != formula:  # not done with an earlier cell of its area
            whole = sheet.createCursorByRange(cell)
            whole.collapseToCurrentArray()
            whole.setArrayFormula(formula[1:-1])
