"""A workbook from Excel at home in LibreOffice: our functions' plain names resolve, and blanks stay blanks.

LibreOffice 7.4 reads ``SAFETY_STOCK(`` from an .xlsx file as a name that it does not know. It looks such
names up again when a defined name comes or goes, and then finds our functions: a whole column in one step,
array formulas as they are. Where a version knows the names when it loads them, only the rest is left to do.

It hands one empty cell to a function as 0, so a bare reference to one cell is written as
``IF(ISBLANK(A1);"";(A1))`` wherever a blank means something else than 0. And it finds no text equal to
one that an add-in gave it in rows, so a function that gives rows of texts gets ``(...&"")`` around it, which
makes them LibreOffice's own; one that gives a single text is called by its method over columns where it may
be given some. ``plain_names`` takes all of it back for Excel.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

from xlinventory.arguments import Date, NumberOrWord, Range, Word
from xlinventory.hosts.calc.addin.interface import gives_text, stored_column_name
from xlinventory.hosts.calc.bridge import member, struct
from xlinventory.hosts.calc.formulas.calls import OVER_COLUMNS, PLAIN, STORED, called, rewritten
from xlinventory.hosts.relative_formulas import relative
from xlinventory.registry import Parameter, WorksheetFunction

FORMULAS = 16
"""com.sun.star.sheet.CellFlags: cells that hold a formula."""
SCATTERED = 60
"""So many separate areas of formulas on a sheet are read faster in one piece, whatever lies between."""
_PROBE = "xlinventory_looks_names_up"
_SHEET = r"(?:\$?(?:'(?:[^']|'')+'|[^\W\d]\w*)[.!])?"
_ONE_CELL = re.compile(
    rf"\s*(?:{_SHEET}\$?[A-Za-z]{{1,3}}\$?[1-9]\d*"
    r"|[^\W\d][\w.]*\[\[#This Row\][;,]\[(?:'.|[^\[\]'])*\]\])\s*",
    re.IGNORECASE,
)
_LITERAL = re.compile(r'\s*(?:[+-]?[\d.]+(?:E[+-]?\d+)?%?|"(?:[^"]|"")*"|#[\w/]+[!?]?)?\s*', re.IGNORECASE)
_NAME = re.compile(r"\s*([^\W\d][\w.]*)\s*")
_KEPT = re.compile(r"\s*IF\(ISBLANK\((?P<cell>.+)\)[;,]\"\"[;,]\((?P=cell)\)\)\s*", re.IGNORECASE | re.DOTALL)
_MISREAD = re.compile(r"[\w.]\[#\w+\]")  # tbl[#Headers]: LibreOffice would not read it as it has it

_BEGIN, _END = "\x02", "\x03"
_ALREADY = re.compile(f'\\({_BEGIN}([^{_BEGIN}{_END}]*){_END}&""\\)')

IsCell = Callable[[str], bool]
BOTH = {**PLAIN, **STORED}


def adopt(document: Any) -> int:
    """Make our functions work in the formulas of an opened document; how many formulas were mended."""
    areas = [area for sheet in _each(document.Sheets) for area in _areas(sheet)]
    unknown = [area for area in areas if area.any(PLAIN)]
    named = [name for name in _each(document.NamedRanges) if called(name.Content, PLAIN)]
    if not unknown and not named and not any(area.any(STORED) for area in areas):
        return 0
    with _untouched(document):
        for name in named:
            name.setContent(name.Content)
        mended = _looked_up(document, unknown) if unknown else 0
        names = _Names(document)
        rewritten_ones = sum(_settle(area.again(), names) for area in areas if area.any(BOTH))
    return max(mended, rewritten_ones)


@lru_cache(10_000)
def plain_names(formula: str) -> str:
    """A formula with our functions as Excel knows them, whoever's separators it has.

    >>> plain_names('=1+ORG.XLINVENTORY.FUNCTIONS.EOQ(IF(ISBLANK(A1);"";(A1));10;B2;1)')
    '=1+EOQ(A1;10;B2;1)'
    """
    if not called(formula, STORED):
        return formula
    return _unmarked(rewritten(formula, lambda _parameter, text: _taken_back(_unmarked(text)), _plain_call))


def at_home(formula: str, is_cell: IsCell = lambda _name: False) -> str:
    """A LibreOffice formula in which blanks reach our functions as blanks, and their texts are texts.

    *is_cell* tells whether a defined name stands for one cell.

    >>> at_home('=EOQ(A1;10;$S.B2*2;T[[#This Row];[rate]])')
    '=EOQ(IF(ISBLANK(A1);"";(A1));10;$S.B2*2;IF(ISBLANK(T[[#This Row];[rate]]);"";(T[[#This Row];[rate]])))'
    >>> at_home('{=ABC_CLASS(A1:A9)}')
    '{=(ABC_CLASS(A1:A9)&"")}'
    """

    def kept(parameter: Parameter | None, text: str) -> str:
        text = _texts_made(text)
        name = _NAME.fullmatch(text)
        one = _ONE_CELL.fullmatch(text) or (name and is_cell(name[1]))
        return f'IF(ISBLANK({text});"";({text}))' if one and parameter and differs(parameter) else text

    return _texts_made(rewritten(formula, kept, _text_call))


def differs(parameter: Parameter) -> bool:
    """Whether a blank is something else than 0, and the add-in cannot tell it from 0 by itself."""
    if isinstance(parameter.kind, Word | Date) and not isinstance(parameter.kind, NumberOrWord):
        return False
    return parameter.required or parameter.default != 0


def gives_texts(spec: WorksheetFunction) -> bool:
    """Whether the result is rows of texts and of nothing else."""
    cells = spec.expect if isinstance(spec.expect, list) else [0]
    return all(isinstance(cell, str) for row in cells for cell in (row if isinstance(row, list) else [row]))


def _text_call(head: str, spec: WorksheetFunction, parts: list[str]) -> str:
    if gives_text(spec) and not all(map(_is_single, spec.parameters, parts[::2])):
        head = stored_column_name(spec)
    return _call(head, "".join(parts), in_rows=gives_texts(spec) or head.upper() in OVER_COLUMNS)


def _plain_call(head: str, spec: WorksheetFunction, parts: list[str]) -> str:
    return _call(spec.name, "".join(parts), in_rows=gives_texts(spec) or head.upper() in OVER_COLUMNS)


def _call(head: str, inner: str, *, in_rows: bool) -> str:
    return f"{_BEGIN}{head}({inner}){_END}" if in_rows else f"{head}({inner})"


def _is_single(parameter: Parameter, text: str) -> bool:
    """Whether an argument is surely no column of values; where it is none after all, nothing is lost."""
    return isinstance(parameter.kind, Range) or any(
        pattern.fullmatch(text) for pattern in (_LITERAL, _ONE_CELL, _KEPT)
    )


def _texts_made(text: str) -> str:
    return _ALREADY.sub(rf"{_BEGIN}\1{_END}", text).replace(_BEGIN, "(").replace(_END, '&"")')


def _unmarked(text: str) -> str:
    return _ALREADY.sub(r"\1", text).replace(_BEGIN, "").replace(_END, "")


def _taken_back(text: str) -> str:
    kept = _KEPT.fullmatch(text)
    return kept["cell"] if kept else text


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
        return _area(self.sheet, self.column, self.row, len(self.formulas[0]), len(self.formulas))


def _calls(formula: str, names: Any) -> bool:
    return formula.startswith(("=", "{=")) and called(formula, names)


def _each(container: Any) -> Iterator[Any]:
    return (container.getByIndex(i) for i in range(container.Count))


def _area(sheet: Any, column: int, row: int, width: int, height: int) -> _Area:
    cells = sheet.getCellRangeByPosition(column, row, column + width - 1, row + height - 1)
    return _Area(sheet, column, row, cells.getFormulaArray())


def _areas(sheet: Any) -> list[_Area]:
    """Where the formulas of a sheet are."""
    found = sheet.queryContentCells(FORMULAS).RangeAddresses
    if len(found) > SCATTERED:
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(True)  # noqa: FBT003 - UNO takes no names
        found = (cursor.RangeAddress,)
    return [
        _area(sheet, a.StartColumn, a.StartRow, a.EndColumn - a.StartColumn + 1, a.EndRow - a.StartRow + 1)
        for a in found
    ]


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
                self._known[label, name] = bool(_ONE_CELL.fullmatch(content))
            return self._known[label, name]

        return is_cell


def _settle(area: _Area, names: _Names) -> int:
    """Write the formulas of an area as they have to be here; how many were written anew."""
    if area.sheet.isProtected():
        return 0
    is_cell, known = names.on(area.sheet), {}
    macros = {formula for formula in area.distinct() if _calls(formula, PLAIN)}  # of the same name, in .xlsm
    for formula in area.distinct():
        if _calls(formula, BOTH) and not _MISREAD.search(formula):
            known[formula] = at_home(formula, is_cell)
    done = 0
    for j in range(len(area.formulas[0])):
        column = [known.get(row[j], row[j]) for row in area.formulas]
        changed = [i for i, row in enumerate(area.formulas) if column[i] != row[j] or row[j] in macros]
        for run in _runs(changed):
            done += len(run)
            _write(area.sheet, area.column + j, area.row + run[0], [column[i] for i in run])
    return done


def _runs(places: list[int]) -> Iterator[list[int]]:
    """Unbroken runs of ascending numbers."""
    run: list[int] = []
    for place in places:
        if run and place != run[-1] + 1:
            yield run
            run = []
        run.append(place)
    if run:
        yield run


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
