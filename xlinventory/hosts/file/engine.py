"""The calculation, by formualizer: the only module that knows it.

Every formula is handed over as plain A1 text (its own structured references report false circles), values
column by column, our functions as callbacks to ``evaluate``. A formula the engine does not know keeps the
value it had and is reported.
"""

import contextlib
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Any

import formualizer

from xlinventory.arguments import serial
from xlinventory.core.errors import CellError
from xlinventory.evaluation import evaluate
from xlinventory.hosts.file.references import MISSING, Translator
from xlinventory.hosts.file.sheet import Sheet
from xlinventory.registry import registered
from xlinventory.workbook import Cell

_KINDS = {
    "Div": CellError.DIV0, "Name": CellError.NAME, "Value": CellError.VALUE, "Ref": CellError.REF,
    "Na": CellError.NA, "NA": CellError.NA, "Num": CellError.NUM, "Null": CellError.NULL,
    "Spill": CellError.SPILL, "Calc": CellError.CALC, "Circ": CellError.REF,
}  # fmt: skip
_NAMES = {error: kind for kind, error in reversed(_KINDS.items())}
_FUNCTION = re.compile(r"([A-Z][A-Z0-9._]*)\(")

Place = tuple[str, int, int]


def calculate(sheets: Iterable[Sheet], translator: Translator) -> list[Place]:
    """Bring every formula of the sheets up to date; returns the places that could not be computed."""
    book = list(sheets)
    formulas = {sheet.name: list(_translated(sheet, translator)) for sheet in book}
    unknown = _unknown_functions(formulas)
    engine = _engine()
    uncomputed: list[Place] = []
    for sheet in book:
        engine.add_sheet(sheet.name)
    for sheet in book:
        kept = [place for place in formulas[sheet.name] if not _names(place[2]) & unknown]
        uncomputed += [
            (sheet.name, row, column) for row, column, text in formulas[sheet.name] if _names(text) & unknown
        ]
        formulas[sheet.name] = kept
        _hand_over(engine, sheet, {(row, column) for row, column, _ in kept})
    for sheet in book:
        for row, column, texts in _runs(formulas[sheet.name]):
            engine.set_formulas_batch(sheet.name, row, column, [[text] for text in texts])
    _evaluate(engine)
    for sheet in book:
        _take_back(engine, sheet, formulas[sheet.name])
    return uncomputed


def _evaluate(engine: Any) -> None:
    """Evaluate everything; the engine raises for one bad cell although all the others are computed."""
    with contextlib.suppress(formualizer.ExcelEvaluationError):
        engine.evaluate_all()


def _engine() -> Any:
    engine = formualizer.Workbook()
    for spec in registered():
        engine.register_function(spec.name, _callback(spec.name))
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
    if isinstance(value, dict):
        return _KINDS.get(value.get("kind", ""), CellError.VALUE)
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, dt.date):
        return serial(value)
    return float(value)


def _to_engine(value: Any) -> Any:
    if isinstance(value, list):
        return [[_to_engine(cell) for cell in row] for row in value]
    return {"type": "Error", "kind": _NAMES[value]} if isinstance(value, CellError) else value


def _translated(sheet: Sheet, translator: Translator) -> Iterator[tuple[int, int, str]]:
    for row, column, formula in sheet.formulas():
        yield row, column, translator.translate(formula.text, sheet.name, row, column)


def _names(text: str) -> set[str]:
    return set(_FUNCTION.findall(text.upper()))


def _unknown_functions(formulas: dict[str, list[tuple[int, int, str]]]) -> set[str]:
    """Functions neither ours nor the engine's, found by asking it for each name once."""
    ours = {spec.name for spec in registered()}
    asked = sorted(
        {name for places in formulas.values() for *_, text in places for name in _names(text)} - ours
    )
    probe = formualizer.Workbook()
    probe.add_sheet("probe")
    for row, name in enumerate(asked, 1):
        probe.set_formulas_batch("probe", row, 1, [[f"={name}()"]])
    _evaluate(probe)
    return {
        name
        for row, name in enumerate(asked, 1)
        if _from_engine(probe.evaluate_cell("probe", row, 1)) is CellError.NAME
    }


def _hand_over(engine: Any, sheet: Sheet, formulas: set[tuple[int, int]]) -> None:
    """Constants of a sheet, in vertical runs without blanks: a blank written would hide a later formula."""
    for row, column, values in _runs(
        sorted(_constants(sheet, formulas), key=lambda cell: (cell[1], cell[0]))
    ):
        engine.set_values_batch(sheet.name, row, column, [[_to_engine(value)] for value in values])


def _constants(sheet: Sheet, formulas: set[tuple[int, int]]) -> Iterator[tuple[int, int, Cell]]:
    if sheet.area is not None:
        for j, values in enumerate(sheet.body.values):
            column, first = sheet.area.left + j, sheet.area.first_row
            for i, value in enumerate(values):
                if value is not None and (first + i, column) not in formulas:
                    yield first + i, column, value
    for row, cells in sheet.loose.items():
        for column, cell in cells.items():
            if cell.value is not None and (row, column) not in formulas:
                yield row, column, cell.value


def _runs(cells: Iterable[tuple[int, int, Any]]) -> Iterator[tuple[int, int, list[Any]]]:
    """(first row, column, values) of each unbroken vertical run of cells sorted by column and row."""
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


def _take_back(engine: Any, sheet: Sheet, formulas: list[tuple[int, int, str]]) -> None:
    shown = engine.sheet(sheet.name)
    for row, column, texts in _runs(formulas):
        area = formualizer.RangeAddress(sheet.name, row, column, row + len(texts) - 1, column)
        for i, (value,) in enumerate(shown.get_values(area)):
            sheet.show(row + i, column, _from_engine(value) if value is not None else 0.0)
