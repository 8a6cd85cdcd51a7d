"""The same calls in every host: one workbook of formulas for files and LibreOffice, and its cells for VBA.

Each case has its arguments in cells of the sheet *Inputs* and a formula over them, an array formula where the
result is one; all formulas of a host are written, calculated and read at once.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import xlsxwriter
from openpyxl.utils import get_column_letter
from parity_inputs import Case
from xlsxwriter.utility import xl_rowcol_to_cell

import xlinventory
from xlinventory.core.errors import CellError
from xlinventory.evaluation import evaluate
from xlinventory.hosts.calc import Office
from xlinventory.hosts.calc.bridge import properties, url
from xlinventory.hosts.calc.formulas.adoption import adopt
from xlinventory.hosts.excel.package import function_wrappers
from xlinventory.hosts.file import FileWorkbook

TESTS = Path(__file__).resolve().parent.parent / "tests"
MAKES = {
    CellError.DIV0: "=1/0", CellError.NA: "=NA()", CellError.NUM: "=1E308*10", CellError.VALUE: '=0+"many"',
}  # fmt: skip
"""Everyday formulas that show an error."""
CALC_ERRORS = {
    503: CellError.NUM, 519: CellError.VALUE, 524: CellError.REF, 525: CellError.NAME, 532: CellError.DIV0,
    32767: CellError.NA,
}  # fmt: skip
"""LibreOffice's own list of error codes (its help: "Error codes in LibreOffice Calc")."""
Rows = list[list[Any]]
RESULTS_COLUMN = 100
"""Where the vba host shows results, beside its inputs."""


class Placed(NamedTuple):
    """A case with the cells of its arguments and of its result."""

    case: Case
    expected: Rows
    references: tuple[str, ...]
    row: int
    is_array: bool


def placed(cases: Sequence[Case]) -> tuple[list[Placed], dict[tuple[int, int], Any]]:
    """The cases one below the other, and what is in the cells of their arguments."""
    found, inputs, top, below = [], {}, 0, 0
    for case in cases:
        references, left, height = [], 0, 1
        for value in case.arguments:
            block = value if isinstance(value, tuple) else ((value,),)
            for i, row in enumerate(block):
                for j, cell in enumerate(row):
                    if cell is not None:
                        inputs[top + i, left + j] = cell
            references.append(_reference(top, left, block, is_range=isinstance(value, tuple)))
            left, height = left + len(block[0]), max(height, len(block))
        result = evaluate(case.function, *case.arguments)
        expected = result if isinstance(result, list) else [[result]]
        found.append(Placed(case, expected, tuple(references), below, isinstance(result, list)))
        top, below = top + height, below + len(expected)
    return found, inputs


def _reference(top: int, left: int, block: Any, *, is_range: bool) -> str:
    first = xl_rowcol_to_cell(top, left)
    last = xl_rowcol_to_cell(top + len(block) - 1, left + len(block[0]) - 1)
    return f"{first}:{last}" if is_range else first


def build(path: Path, cases: Sequence[Placed], inputs: dict[tuple[int, int], Any]) -> None:
    """The workbook: arguments on one sheet, formulas on another, as Excel has them."""
    with xlsxwriter.Workbook(path) as book:
        results, sheet = book.add_worksheet("Results"), book.add_worksheet("Inputs")
        for (row, column), cell in inputs.items():
            if isinstance(cell, CellError):
                sheet.write_formula(row, column, MAKES[cell])
            else:
                put = {str: sheet.write_string, bool: sheet.write_boolean}.get(type(cell), sheet.write_number)
                put(row, column, cell) if cell != "" else sheet.write_formula(row, column, '=""')
        for one in cases:
            formula = f"={one.case.function}({','.join(f'Inputs!{r}' for r in one.references)})"
            if one.is_array:
                last = one.row + len(one.expected) - 1, len(one.expected[0]) - 1
                results.write_array_formula(one.row, 0, *last, formula)
            else:
                results.write_formula(one.row, 0, formula)


def python(cases: Sequence[Placed]) -> list[Rows]:
    """What ``evaluate`` says."""
    return [one.expected for one in cases]


def file(path: Path, cases: Sequence[Placed]) -> list[Rows]:
    """The workbook file, calculated and saved without a spreadsheet program, read by openpyxl."""
    book = FileWorkbook.open(path)
    book.calculate()
    book.save()
    cells = openpyxl.load_workbook(path, data_only=True)["Results"]
    return [
        [
            [_shown(cells.cell(one.row + i + 1, j + 1)) for j in range(len(row))]
            for i, row in enumerate(one.expected)
        ]
        for one in cases
    ]


def _shown(cell: Any) -> Any:
    return CellError(cell.value) if cell.data_type == "e" else cell.value


def calc(path: Path, cases: Sequence[Placed], office: Office) -> list[Rows]:
    """The workbook open in LibreOffice, its names adopted, its cells calculated by the add-in."""
    document = office.desktop.loadComponentFromURL(url(path), "_blank", 0, properties(Hidden=True))
    try:
        adopt(document)
        document.calculateAll()
        sheet = document.Sheets.getByName("Results")
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(True)  # noqa: FBT003 - UNO takes no names
        data = cursor.getDataArray()
        return [
            [
                [_of_calc(sheet, one.row + i, j, data) for j in range(len(row))]
                for i, row in enumerate(one.expected)
            ]
            for one in cases
        ]
    finally:
        document.close(True)  # noqa: FBT003


def _of_calc(sheet: Any, row: int, column: int, data: Any) -> Any:
    value = data[row][column]
    if value not in ("", None):
        return value
    number = sheet.getCellByPosition(column, row).getError()
    return CALC_ERRORS.get(number, f"Err:{number}")


class VbaServer:
    """LibreOffice running the VBA wrappers, in the process that the tests of the wrappers use."""

    def __init__(self) -> None:
        script = TESTS / "hosts" / "excel" / "processes" / "libreoffice_cells.py"
        self._server = subprocess.Popen(
            [sys.executable, str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(Path(xlinventory.__file__).parents[1])},
        )

    def ask(self, verb: str, *arguments: Any) -> Any:
        """One request."""
        pickle.dump((verb, arguments, {}), self._server.stdin)
        self._server.stdin.flush()
        done, answer = pickle.load(self._server.stdout)
        if not done:
            raise RuntimeError(answer)
        return answer

    def close(self) -> None:
        """End it."""
        self._server.stdin.close()
        self._server.wait(timeout=120)
        self._server.stdout.close()


def vba(cases: Sequence[Placed], inputs: dict[tuple[int, int], Any]) -> list[Rows]:
    """The wrappers' VBA from the cells of LibreOffice, through xlwings' own server code."""
    server = VbaServer()
    try:
        texts = {
            function_wrappers.WRAPPERS: function_wrappers.wrappers(),
            function_wrappers.HELPERS: function_wrappers.helpers(),
        }
        server.ask("open", texts, None)
        height, width = (1 + max(place[k] for place in inputs) for k in (0, 1))
        grid = [[""] * width for _ in range(height)]
        for (row, column), cell in inputs.items():
            grid[row][column] = MAKES.get(cell) or (f"'{cell}" if isinstance(cell, str) else cell)
        server.ask("put", f"A1:{get_column_letter(width)}{height}", grid)
        return list(_vba_results(server.ask, cases))
    finally:
        server.close()


def _vba_results(ask: Callable[..., Any], cases: Sequence[Placed]) -> Iterator[Rows]:
    """Single results at once, arrays one after the other."""
    column = get_column_letter(RESULTS_COLUMN)
    formulas = [f"={one.case.function}({';'.join(one.references)})" for one in cases]
    single = [formula for one, formula in zip(cases, formulas, strict=True) if not one.is_array]
    area = f"{column}1:{column}{len(single)}"
    ask("put", area, [[formula] for formula in single])
    answers = iter(ask("read", area))
    for one, formula in zip(cases, formulas, strict=True):
        if not one.is_array:
            yield [list(map(_of_vba, next(answers)))]
            continue
        right = get_column_letter(RESULTS_COLUMN + 2 + len(one.expected[0]))
        place = f"{get_column_letter(RESULTS_COLUMN + 3)}1:{right}{len(one.expected)}"
        yield [list(map(_of_vba, row)) for row in ask("show", place, formula)]


def _of_vba(value: Any) -> Any:
    return CALC_ERRORS.get(value["error"], value["error"]) if isinstance(value, dict) else value
