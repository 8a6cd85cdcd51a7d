"""LibreOffice runs the VBA of the worksheet functions from its cells, and real errors come out.

Basic takes the place of VBA and UNO that of COM; everything else is the text of the modules as Excel gets it,
xlwings' own server code, our module and ``evaluate``. What LibreOffice needs otherwise is the list PATCHES in
processes/libreoffice_cells.py. Numbers of error values: Excel's ERROR.TYPE, and LibreOffice's own list of
error codes (both in their documentation).
"""

import os
import pickle
import shutil
import string
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import xlinventory
from xlinventory.evaluation import evaluate
from xlinventory.hosts.excel import package
from xlinventory.hosts.excel.package import function_wrappers
from xlinventory.registry import WorksheetFunction, registered

Ask = Callable[..., Any]
SPECS = list(registered())
BLANK_CELL = "Y1"
FIND_UNO = "import sys; sys.path.append('/usr/lib/python3/dist-packages'); import uno"
DIV0, VALUE, NAME, NUM, NA = ({"error": number} for number in (532, 519, 525, 503, 32767))


def generated(_: Path) -> tuple[dict[str, str] | None, str | None]:
    texts = {
        function_wrappers.WRAPPERS: function_wrappers.wrappers(),
        function_wrappers.HELPERS: function_wrappers.helpers(),
    }
    return texts, None


def packaged(folder: Path) -> tuple[dict[str, str] | None, str | None]:
    package.build_workbook(folder / "inventory.xlsm")
    return None, str(folder / "inventory.xlsm")


SOURCES: dict[str, Callable[[Path], tuple[dict[str, str] | None, str | None]]] = {
    "generated": generated,
    "packaged": packaged,
}
"""Modules by name, or the path of a workbook that has them."""


@pytest.fixture(scope="module", params=SOURCES)
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    if subprocess.run([sys.executable, "-c", FIND_UNO], check=False, capture_output=True).returncode:
        pytest.skip("LibreOffice's Python bridge (python3-uno) is not there for this Python")
    script = Path(__file__).parent / "processes" / "libreoffice_cells.py"
    server = subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(xlinventory.__file__).parents[1])},
    )

    def ask(verb: str, *arguments: Any, **options: Any) -> Any:
        server.stdin.write(pickle.dumps((verb, arguments, options)))
        server.stdin.flush()
        done, answer = pickle.load(server.stdout)
        assert done, answer
        return answer

    try:
        ask("open", *SOURCES[request.param](tmp_path_factory.mktemp("source")))
        yield ask
    finally:
        server.stdin.close()
        server.wait(timeout=120)
        server.stdout.close()


@pytest.fixture
def show(office: Ask) -> Ask:
    """The one cell of a formula."""
    return lambda formula: office("show", "Z1", formula)[0][0]


def constant(value: Any) -> str:
    """A value in a formula as LibreOffice writes it: ``{1;2|3;4}``.

    Nothing is a blank cell: LibreOffice gives Basic a 0 for nothing between two separators.
    """
    if isinstance(value, list):
        return "{" + "|".join(";".join(map(constant, row)) for row in rows_of(value)) + "}"
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return BLANK_CELL if value is None else str(value).upper()


def rows_of(value: list[Any]) -> list[list[Any]]:
    return value if isinstance(value[0], list) else [[cell] for cell in value]


def flat(cells: Any) -> list[Any]:
    return [cell for row in cells for cell in flat(row)] if isinstance(cells, list) else [cells]


def result_cells(spec: WorksheetFunction) -> str:
    """The cells an example fills, from Z1."""
    result = evaluate(spec.name, *spec.example)
    rows = result if isinstance(result, list) else [[result]]
    return f"Z1:{['Z', *(f'A{chr(c)}' for c in range(65, 91))][len(rows[0]) - 1]}{len(rows)}"


def expected_cells(spec: WorksheetFunction) -> list[Any]:
    return [c if isinstance(c, str) else pytest.approx(c, rel=1e-6, abs=1e-9) for c in flat(spec.expect)]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_function_gives_its_example_from_constants(office: Ask, spec: WorksheetFunction) -> None:
    formula = f"={spec.name}({';'.join(map(constant, spec.example))})"
    assert flat(office("show", result_cells(spec), formula)) == expected_cells(spec)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_function_gives_its_example_from_cells(office: Ask, spec: WorksheetFunction) -> None:
    references = []
    for i, argument in enumerate(spec.example):
        rows = rows_of(argument) if isinstance(argument, list) else [[argument]]
        first, top = string.ascii_uppercase[i], 1 + 20 * i
        address = f"{first}{top}"
        if isinstance(argument, list):
            address += f":{chr(ord(first) + len(rows[0]) - 1)}{top + len(rows) - 1}"
        office("put", address, [["" if cell is None else cell for cell in row] for row in rows])
        references.append(address)
    answer = office("show", result_cells(spec), f"={spec.name}({';'.join(references)})")
    assert flat(answer) == expected_cells(spec)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_an_error_in_a_cell_comes_out_of_every_function(office: Ask, spec: WorksheetFunction) -> None:
    office("put", "A1", [["=1/0"]])
    others = ";".join(map(constant, spec.example[1:]))
    assert office("show", "Z1", f"={spec.name}(A1;{others})") == [[DIV0]]


@pytest.mark.parametrize(
    ("cell", "formula", "error_type"),
    [
        ("=1/0", "INVENTORY_POSITION(A1;1)", 2),
        ('="five"', "INVENTORY_POSITION(A1;1)", 3),
        ("=NA()", "INVENTORY_POSITION(A1;1)", 7),
        ("=1E308*10", "INVENTORY_POSITION(A1;1)", 6),
        ("", "INVENTORY_POSITION(A1;1)", 7),
        (-1, "EOQ(A1;10;0.5;1)", 6),
        (0, "GMROI(100;A1)", 2),
        ("many", "REORDER_POINT(20;5;4;0.95;0;0;A1)", 3),
    ],
)
def test_errors_are_real_errors(show: Ask, office: Ask, cell: Any, formula: str, error_type: int) -> None:
    office("put", "A1", [[cell]])
    assert show(f"=ERROR.TYPE({formula})") == error_type
    assert show(f"=ISERROR({formula})") == 1
    assert show(f'=IFERROR({formula};"caught")') == "caught"
    assert "error" in show(f"=IF({formula}>0;1;0)")  # as a text it would be greater than every number


def test_an_error_in_a_column_spoils_its_own_row(office: Ask) -> None:
    office("put", "A1:A5", [[1000], ["=1/0"], [-1], [""], [4000]])
    answer = office("show", "Z1:Z5", "=EOQ(A1:A5;10;0.5;1)")
    assert answer == [[200.0], [DIV0], [NUM], [NA], [400.0]]


def test_a_row_stays_a_row(office: Ask) -> None:
    office("put", "A1:C1", [[1000, -1, 4000]])
    assert office("show", "Z1:AB1", "=EOQ(A1:C1;10;0.5;1)") == [[200.0, NUM, 400.0]]


def test_a_whole_column_ends_with_the_sheet_in_use(office: Ask) -> None:
    office("put", "A1:A3", [[1000], [4000], [9000]])
    answer = office("show", "Z1:Z3", "=EOQ(A:A;10;0.5;1)")
    assert answer == [[200.0], [400.0], [600.0]]
    assert office("show", "Z1", "=ROWS(EOQ(A:A;10;0.5;1))")[0][0] < 1000


def test_dates_are_the_days_they_are(office: Ask, show: Ask) -> None:
    office("put", "A1:A2", [["=DATE(2020;1;1)"], ["=DATE(2020;1;3)"]])
    # 10 for two days, 40 for the third: (10 + 10 + 40) / 3
    assert show("=AVERAGE_INVENTORY(A1:A2;{10|40};A1;A2)") == 20.0


def test_python_that_cannot_start_is_tried_once_and_not_for_every_cell(office: Ask) -> None:
    office("run", "xlinventory_cells.TryPythonAgain")
    before = office("state", can_start=False)["starts"]
    office("put", "A1:A50", [[f"=EOQ({1000 + i};10;0.5;1)"] for i in range(50)])
    assert office("read", "A1:A50") == [[NAME]] * 50
    assert office("state")["starts"] == before + 1
    assert office("run", "xlinventory_cells.PythonProblem") == "Could not load xlwings.dll"


def test_python_that_can_start_again_calculates_when_it_is_told_to_try(office: Ask) -> None:
    office("run", "xlinventory_cells.TryPythonAgain")
    office("state", can_start=True)
    office("put", "A1", [["=EOQ(1000;10;0.5;1)"]])
    office("calculate")
    assert office("read", "A1") == [[200.0]]
    assert office("run", "xlinventory_cells.PythonProblem") == ""


def test_python_is_looked_up_once_for_all_cells(office: Ask) -> None:
    """XLPy reads the whole configuration sheet at every call, which costs more than the answer."""
    office("run", "xlinventory_cells.TryPythonAgain")
    before = office("state")
    office("put", "A1:A50", [[f"=EOQ({1000 + i};10;0.5;1)"] for i in range(50)])
    after = office("state")
    assert after["calls"] - before["calls"] == 50
    assert after["starts"] - before["starts"] == 1


def test_a_server_that_was_closed_is_started_again_within_the_same_formula(office: Ask, show: Ask) -> None:
    assert show("=EOQ(1000;10;0.5;1)") == 200.0
    before = office("state", lost=True)["starts"]
    assert show("=EOQ(4000;10;0.5;1)") == 400.0
    assert office("state")["starts"] == before + 1


def test_one_answer_that_fails_spoils_one_cell(office: Ask, show: Ask) -> None:
    before = office("state", fails=True)["starts"]
    assert show("=EOQ(1000;10;0.5;1)") == VALUE
    assert "not this time" in office("run", "xlinventory_cells.PythonProblem")
    office("state", fails=False)
    assert show("=EOQ(1000;10;0.5;1)") == 200.0
    assert office("state")["starts"] == before
