"""The calculation, by formualizer: the only module that knows it.

Every formula is handed over as plain A1 text (its own structured references report false circles), values
column by column, our functions as callbacks to ``evaluate``. A formula the engine does not know keeps the
value it had, is reported, and what depends on it works with that value.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import formualizer

from xlinventory.arguments import serial
from xlinventory.core.errors import CellError
from xlinventory.evaluation import evaluate
from xlinventory.hosts.file.dependencies import ANY_SHEET, Task
from xlinventory.hosts.file.references import LAST_COLUMN, MISSING, Plain
from xlinventory.hosts.file.sheet import Sheet
from xlinventory.registry import registered
from xlinventory.workbook import Cell, WorkbookError

_KINDS = {
    "Div": CellError.DIV0, "Name": CellError.NAME, "Value": CellError.VALUE, "Ref": CellError.REF,
    "Na": CellError.NA, "NA": CellError.NA, "Num": CellError.NUM, "Null": CellError.NULL,
    "Spill": CellError.SPILL, "Calc": CellError.CALC, "Circ": CellError.REF,
}  # fmt: skip
_NAMES = {error: kind for kind, error in reversed(_KINDS.items())}
BATCH = 1_000
"""Rows handed over at once; the engine's time grows with the square of it."""
Place = tuple[str, int, int]


def calculate(
    found: Mapping[str, list[Task]], names: Sequence[str], load: Callable[[str], Sheet]
) -> list[Place]:
    """Bring the formulas *found* on each sheet up to date; returns the places that could not be computed.

    *names* are all sheets of the workbook; *load* gives one.
    """
    try:
        return _calculated(found, names, load)
    except BaseException as error:
        if (
            type(error).__name__ != "PanicException"
        ):  # the engine's own kind, which no module has under a name
            raise
        raise WorkbookError(f"the workbook could not be calculated: {error}") from error


def _calculated(
    found: Mapping[str, list[Task]], names: Sequence[str], load: Callable[[str], Sheet]
) -> list[Place]:
    tasks = {name: of_sheet for name, of_sheet in found.items() if of_sheet}
    used = set().union(*(task.plain.functions for of_sheet in tasks.values() for task in of_sheet))
    unknown = _unknown_functions(used)
    wanted = _wanted(names, tasks, whole=bool(used & ANY_SHEET))
    book = {name: load(name) for name in wanted}
    engine, skipped = _settled(names, book, wanted, tasks, unknown)
    live = {
        name: [t for t in of_sheet if (name, t.row, t.column) not in skipped]
        for name, of_sheet in tasks.items()
    }
    for name, of_sheet in live.items():
        _take_back(engine, book[name], of_sheet)
    _take_back_spills(engine, book, live)
    for name, row, column in skipped:
        book[name].show(row, column, _kept(book[name].value(row, column)))
    return sorted(skipped)


def _settled(
    names: Sequence[str],
    book: dict[str, Sheet],
    wanted: dict[str, set[int] | None],
    tasks: dict[str, list[Task]],
    unknown: set[str],
) -> tuple[Any, set[Place]]:
    """An engine that has evaluated all it can, and the places of the formulas it cannot compute."""
    refused: set[str] = set()
    while True:
        skipped = {
            (name, task.row, task.column)
            for name, of_sheet in tasks.items()
            for task in of_sheet
            if task.plain.external or task.plain.functions & unknown or task.plain.text in refused
        }
        engine = _evaluated(names, book, wanted, tasks, skipped)
        failed = {t.plain for n, of_sheet in tasks.items() for t in _failed(engine, n, of_sheet, skipped)}
        if not failed:
            return engine, skipped
        refused |= _unsupported(names, failed)


def _evaluated(
    names: Iterable[str],
    book: dict[str, Sheet],
    wanted: dict[str, set[int] | None],
    tasks: dict[str, list[Task]],
    skipped: set[Place],
) -> Any:
    """An engine that has evaluated every formula that is not skipped."""
    engine = _engine(names)
    for name, sheet in book.items():
        live = [t for t in tasks.get(name, ()) if (name, t.row, t.column) not in skipped]
        _hand_over(engine, sheet, wanted[name], live, {(r, c) for n, r, c in skipped if n == name})
        for row, column, texts in _runs((t.row, t.column, t.plain.at(t.row)) for t in live):
            engine.set_formulas_batch(name, row, column, [[text] for text in texts])
    _evaluate(engine)
    return engine


def _evaluate(engine: Any) -> None:
    try:
        engine.evaluate_all()
    except formualizer.ExcelEvaluationError as error:
        raise WorkbookError(f"the workbook could not be calculated: {error}") from error


def _engine(names: Iterable[str]) -> Any:
    engine = formualizer.Workbook()
    engine.set_changelog_enabled(False)
    for spec in registered():
        engine.register_function(spec.name, _callback(spec.name))
    for name in names:
        engine.add_sheet(name)
    return engine


def _callback(name: str) -> Any:
    def call(*arguments: Any) -> Any:
        return _to_engine(evaluate(name, *(_argument(argument) for argument in arguments)))

    return call


def _argument(value: Any) -> Any:
    if isinstance(value, list):
        return [[_argument(cell) for cell in row] for row in value]
    return None if value == MISSING else _from_engine(value)


def _from_engine(value: Any) -> Cell:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, float | int):
        return float(value) if abs(value) <= _LARGEST else CellError.NUM
    if isinstance(value, dict):
        return _KINDS.get(value.get("kind", ""), CellError.VALUE)
    return _day(value)


_LARGEST = 1.7976931348623157e308


def _day(value: dt.date | dt.time | dt.timedelta) -> float:
    """Dates, times and spans of time as a cell holds them: days."""
    if isinstance(value, dt.date):
        return serial(value)
    if isinstance(value, dt.time):
        value = dt.datetime.combine(dt.date.min, value) - dt.datetime.min
    return value / dt.timedelta(days=1)


def _to_engine(value: Any) -> Any:
    if isinstance(value, list):
        return [[_to_engine(cell) for cell in row] for row in value]
    return {"type": "Error", "kind": _NAMES[value]} if isinstance(value, CellError) else value


def _unknown_functions(used: Iterable[str]) -> set[str]:
    """Functions neither ours nor the engine's, found by asking it for each name once."""
    asked = sorted(set(used) - {spec.name for spec in registered()})
    probe = formualizer.Workbook()
    probe.add_sheet("probe")
    for row, name in enumerate(asked, 1):
        probe.set_formulas_batch("probe", row, 1, [[f"={name}()"]])
    probe.evaluate_all()
    return {
        name
        for row, name in enumerate(asked, 1)
        if _from_engine(probe.evaluate_cell("probe", row, 1)) is CellError.NAME
    }


def _failed(engine: Any, name: str, tasks: list[Task], skipped: set[Place]) -> Iterator[Task]:
    """Formulas whose error no spreadsheet knows: the engine cannot read them, or one they refer to."""
    live = [task for task in tasks if (name, task.row, task.column) not in skipped]
    of_place = {(task.row, task.column): task for task in live}
    for row, column, texts in _runs((t.row, t.column, None) for t in live):
        for i, value in enumerate(_values(engine, name, row, column, len(texts))):
            if isinstance(value, dict) and value.get("kind") not in _KINDS:
                yield of_place[row + i, column]


def _unsupported(names: Sequence[str], failed: set[Plain]) -> set[str]:
    """Of formulas that failed, those that fail by themselves and not through a cell they refer to."""
    alone = set()
    for plain in failed:
        engine = _engine(names)
        engine.set_formulas_batch(names[0], 1, LAST_COLUMN, [[plain.text.replace("\x00", "2")]])
        engine.evaluate_all()
        (value,) = _values(engine, names[0], 1, LAST_COLUMN, 1)
        if isinstance(value, dict) and value.get("kind") not in _KINDS:
            alone.add(plain.text)
    return alone or {plain.text for plain in failed}


def _kept(value: Cell) -> Cell:
    """What a formula that cannot be computed shows: its last value, else that it is not known."""
    return CellError.NAME if value is None else value


def _wanted(names: Sequence[str], tasks: dict[str, list[Task]], *, whole: bool) -> dict[str, set[int] | None]:
    """The sheets a calculation needs and their columns that it needs; None for all of them."""
    if whole:
        return dict.fromkeys(names)
    columns: dict[str, set[int]] = {}
    for task_list in tasks.values():
        for reach in frozenset().union(*(task.plain.reaches for task in task_list)):
            columns.setdefault(reach.sheet.lower(), set()).update(range(reach.first, reach.last + 1))
    needed = {name: columns[name.lower()] for name in names if name.lower() in columns}
    return needed | dict.fromkeys(tasks)


def _hand_over(
    engine: Any,
    sheet: Sheet,
    wanted: set[int] | None,
    live: list[Task],
    skipped: set[tuple[int, int]],
) -> None:
    """Constants of a sheet, in runs without blanks: a blank written would hide a later formula."""
    taken: dict[int, set[int]] = {}
    for task in live:
        taken.setdefault(task.column, set()).add(task.row)
        top, left, bottom, right = sheet.spills.get((task.row, task.column), (1, 1, 0, 0))
        for column in range(left, right + 1):
            taken.setdefault(column, set()).update(range(top, bottom + 1))
    for row, column, values in sheet.constants():
        if wanted is not None and column not in wanted:
            continue
        for first, run in _filled(row, values, taken.get(column, set())):
            engine.set_values_batch(sheet.name, first, column, run)
    for row, column in skipped:
        engine.set_values_batch(sheet.name, row, column, [[_to_engine(_kept(sheet.value(row, column)))]])


def _filled(first: int, values: list[Cell], taken: set[int]) -> Iterator[tuple[int, list[list[Any]]]]:
    """(first row, single cells) of each unbroken run of constants."""
    run: list[list[Any]] = []
    for row, value in enumerate(values, first):
        if value is None or row in taken or len(run) == BATCH:
            if run:
                yield row - len(run), run
            run = []
        if value is not None and row not in taken:
            run.append([_to_engine(value) if isinstance(value, CellError) else value])
    if run:
        yield first + len(values) - len(run), run


def _runs(cells: Iterable[tuple[int, int, Any]]) -> Iterator[tuple[int, int, list[Any]]]:
    """(first row, column, values) of each unbroken vertical run of cells."""
    start, column, values = 0, 0, []
    for row, col, value in sorted(cells, key=lambda cell: (cell[1], cell[0])):
        if values and col == column and row == start + len(values):
            values.append(value)
            continue
        if values:
            yield start, column, values
        start, column, values = row, col, [value]
    if values:
        yield start, column, values


def _values(engine: Any, name: str, row: int, column: int, count: int) -> list[Any]:
    area = formualizer.RangeAddress(name, row, column, row + count - 1, column)
    return [value for (value,) in engine.sheet(name).get_values(area)]


def _take_back(engine: Any, sheet: Sheet, tasks: list[Task]) -> None:
    for row, column, texts in _runs((t.row, t.column, None) for t in tasks):
        values = _values(engine, sheet.name, row, column, len(texts))
        sheet.show_run(row, column, [0.0 if value is None else _from_engine(value) for value in values])


def _sizes(sheet: Sheet, tasks: list[Task]) -> Iterator[tuple[Task, int]]:
    """Array formulas, each with the first of two columns at the end of the sheet to ask its size in."""
    arrays = (task for task in tasks if (task.row, task.column) in sheet.spills)
    return ((task, LAST_COLUMN - 1 - 2 * k) for k, task in enumerate(arrays))


def _take_back_spills(engine: Any, book: dict[str, Sheet], tasks: dict[str, list[Task]]) -> None:
    """Array formulas, once all else is taken back: the cells asking for their sizes must disturb nothing."""
    for name, of_sheet in tasks.items():
        for task, place in _sizes(book[name], of_sheet):
            formula = task.plain.at(task.row)[1:]
            asked = [[f"=ROWS({formula})", f"=COLUMNS({formula})"]]
            engine.set_formulas_batch(name, task.row, place, asked)
    _evaluate(engine)
    for name, of_sheet in tasks.items():
        for task, place in _sizes(book[name], of_sheet):
            book[name].show_spill(task.row, task.column, _spilled(engine, book[name], task, place))


def _spilled(engine: Any, sheet: Sheet, task: Task, place: int) -> list[list[Cell]]:
    """Values of an array formula: in its own size if it spills, else in the size it was entered in."""
    top, left, bottom, right = sheet.spills[task.row, task.column]
    sizes = [_from_engine(*_values(engine, sheet.name, task.row, place + k, 1)) for k in (0, 1)]
    height, width = (int(size) if isinstance(size, float) else 1 for size in sizes)
    columns = [_values(engine, sheet.name, top, left + j, height) for j in range(width)]
    own = [
        [0.0 if cell is None else _from_engine(cell) for cell in row] for row in zip(*columns, strict=True)
    ]
    if own[0][0] is CellError.SPILL:
        return [[CellError.SPILL]]
    if sheet.is_dynamic(task.row, task.column):
        return own
    return [[_entered(own, i, j) for j in range(right - left + 1)] for i in range(bottom - top + 1)]


def _entered(own: list[list[Cell]], i: int, j: int) -> Cell:
    """A cell of an array formula entered in a fixed area: one row or column repeats, the rest is missing."""
    i, j = 0 if len(own) == 1 else i, 0 if len(own[0]) == 1 else j
    return own[i][j] if i < len(own) and j < len(own[0]) else CellError.NA
