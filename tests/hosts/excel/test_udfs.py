"""xlwings' own Windows code calls our functions: its decorators, its server, its wrapper generator.

It runs in a process of its own with a stand-in for pywin32, so what is tested is the installed xlwings and
our module; only the journey of the values through COM is not there. What Excel sends for each kind of cell
is documented with pywin32 (PyCom_PyObjectFromVariant) and in Excel's XlCVError.
"""

import datetime as dt
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import xlinventory
from xlinventory.core.errors import CellError
from xlinventory.evaluation import evaluate
from xlinventory.hosts.excel.live import udfs
from xlinventory.hosts.excel.package import function_wrappers
from xlinventory.registry import WorksheetFunction, registered

Ask = Callable[..., Any]
MISSING = -2147352572
CODES = {
    "#NULL!": -2146826288,
    "#DIV/0!": -2146826281,
    "#VALUE!": -2146826273,
    "#REF!": -2146826265,
    "#NAME?": -2146826259,
    "#NUM!": -2146826252,
    "#N/A": -2146826246,
}
"""The integers of xlwings/_xlwindows.py (cell_errors)."""
SPECS = list(registered())


@pytest.fixture(scope="module")
def excel() -> Iterator[Ask]:
    script = Path(__file__).parent / "processes" / "excel_server.py"
    package = str(Path(xlinventory.__file__).parents[1])
    server = subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": package},
    )

    def ask(verb: str, *arguments: Any) -> Any:
        server.stdin.write(pickle.dumps((verb, arguments)))
        server.stdin.flush()
        done, answer = pickle.load(server.stdout)
        assert done, answer
        return answer

    yield ask
    server.stdin.close()
    assert server.wait(timeout=60) == 0
    server.stdout.close()


@pytest.fixture
def call(excel: Ask) -> Ask:
    """A worksheet function called with what COM hands over; gives what Excel gets back."""

    def ask(name: str, *arguments: Any) -> Any:
        return excel("call", name, arguments)

    return ask


def as_com(value: Any) -> Any:
    """An example's argument as Excel sends it: numbers are doubles, a range is a tuple of rows."""
    if isinstance(value, list):
        rows = value if isinstance(value[0], list) else [[cell] for cell in value]
        return tuple(tuple(as_com(cell) for cell in row) for row in rows)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def flat(cells: Any) -> list[Any]:
    return [cell for row in cells for cell in flat(row)] if isinstance(cells, list) else [cells]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_function_gives_its_published_example(call: Ask, spec: WorksheetFunction) -> None:
    answer = call(spec.name.lower(), *map(as_com, spec.example))
    expected = [
        cell if isinstance(cell, str) else pytest.approx(cell, rel=1e-6, abs=1e-9)
        for cell in flat(spec.expect)
    ]
    assert flat(answer) == expected
    rows = answer if isinstance(answer, list) else [[answer]]
    cells = evaluate(spec.name, *spec.example)
    cells = cells if isinstance(cells, list) else [[cells]]
    assert (rows if isinstance(rows[0], list) else [rows]) == cells


def test_xlwings_registers_every_function_and_nothing_else(excel: Ask) -> None:
    found = {name: (arguments, required) for name, arguments, required in excel("registered")}
    assert found == {
        spec.name.lower(): ([p.name for p in spec.parameters], sum(p.required for p in spec.parameters))
        for spec in SPECS
    }


@pytest.mark.skipif(not sys.platform.startswith("win"), reason="xlwings registers functions on Windows only")
def test_on_windows_the_functions_are_registered_without_any_stand_in() -> None:
    assert {spec.name.lower() for spec in SPECS} == {
        n for n, f in vars(udfs).items() if hasattr(f, "__xlfunc__")
    }


def test_xlwings_own_generator_agrees_on_names_arguments_and_what_is_optional(excel: Ask) -> None:
    theirs = declared(excel("wrappers"))
    ours = declared(function_wrappers.wrappers())
    renamed = {"variant": "variant_"}  # a word of VBA, with which xlwings' own wrapper would not compile
    assert ours == {
        name: [(renamed.get(argument, argument), optional) for argument, optional in arguments]
        for name, arguments in theirs.items()
    }


def declared(vba: str) -> dict[str, list[tuple[str, bool]]]:
    functions = re.findall(r"^\s*(?:Public )?Function (\w+)\((.*?)\)", vba, re.MULTILINE)
    return {
        name.lower(): [
            (argument.removeprefix("Optional ").lower(), argument.startswith("Optional "))
            for argument in arguments.split(", ")
        ]
        for name, arguments in functions
    }


def test_a_column_gives_a_column(call: Ask) -> None:
    # sqrt(2 D K / (i c)): D 1,000 and 4,000, K 10, c 0.5, i 1
    assert call("eoq", ((1000.0,), (4000.0,)), 10.0, 0.5, 1.0) == [[200.0], [400.0]]


def test_a_flat_array_is_a_row(call: Ask) -> None:
    assert call("eoq", (1000.0, 4000.0), 10.0, 0.5, 1.0) == [200.0, 400.0]


def test_a_row_and_a_column_give_a_block(call: Ask) -> None:
    assert call("inventory_position", ((1.0,), (2.0,)), (10.0, 20.0)) == [[11.0, 21.0], [12.0, 22.0]]


@pytest.mark.parametrize("text", CODES)
def test_an_error_that_comes_in_goes_out(call: Ask, text: str) -> None:
    assert call("inventory_position", CODES[text], 1.0) == text


def test_an_error_in_a_column_spoils_its_own_row(call: Ask) -> None:
    column = ((1000.0,), (CODES["#REF!"],), (-1.0,), (4000.0,))
    assert call("eoq", column, 10.0, 0.5, 1.0) == [[200.0], ["#REF!"], ["#NUM!"], [400.0]]


def test_an_error_that_has_no_name_here_is_still_an_error(call: Ask) -> None:
    assert call("inventory_position", -2146828288 + 2046, 1.0) == "#VALUE!"  # xlErrConnect


def test_a_number_like_the_code_of_an_error_is_a_number(call: Ask) -> None:
    assert call("inventory_position", -2146826281.0, 1.0) == -2146826280.0


def test_what_is_left_out_takes_the_default(call: Ask) -> None:
    assert call("inventory_position", 100.0, 10.0, MISSING, MISSING) == 110.0
    assert call("inventory_position", 100.0, 10.0, MISSING, 5.0) == 105.0


def test_a_required_argument_left_out_is_not_available(call: Ask) -> None:
    assert call("inventory_position", MISSING, 10.0) == "#N/A"


def test_a_blank_cell_is_blank_and_not_zero(call: Ask) -> None:
    assert call("inventory_position", None, 10.0, None, None) == "#N/A"
    assert call("inventory_position", ((1.0,), (None,)), 10.0) == [[11.0], ["#N/A"]]


@pytest.mark.parametrize(
    "cell", [5, 5.0, Decimal("5"), "5"], ids=["integer", "double", "currency", "typed text"]
)
def test_numbers_of_every_kind_are_numbers(call: Ask, cell: Any) -> None:
    assert call("inventory_position", cell, 10.0) == 15.0


@pytest.mark.parametrize("cell", [True, "five", ""])
def test_what_is_not_a_number_is_refused(call: Ask, cell: Any) -> None:
    assert call("inventory_position", cell, 10.0) == "#VALUE!"


def test_dates_are_serials_or_dates(call: Ask) -> None:
    # 10 for two days and 40 for the third of 1 to 4 January 2020: (10 + 10 + 40) / 3 = 20
    balances = ((10.0,), (40.0,))
    serials = call("average_inventory", ((43831.0,), (43833.0,)), balances, 43831.0, 43833.0)
    first, last = (dt.datetime(2020, 1, day, tzinfo=dt.UTC) for day in (1, 3))
    assert call("average_inventory", ((first,), (last,)), balances, first, last) == serials == 20.0


@pytest.mark.parametrize("value", [((1000.0,), (Decimal("4000"),)), ((1000,), (4000.0,))])
def test_a_range_object_of_xlwings_own_wrapper_is_read(call: Ask, value: Any) -> None:
    assert call("eoq", {"range": value}, 10.0, 0.5, 1.0) == [[200.0], [400.0]]


def test_a_range_object_keeps_its_errors(call: Ask) -> None:
    assert call("eoq", {"range": ((CODES["#DIV/0!"],), (4000.0,))}, 10.0, 0.5, 1.0) == [["#DIV/0!"], [400.0]]


sound_cell = st.one_of(st.floats(-1e6, 1e6), st.none(), st.booleans(), st.sampled_from([0.0, -0.0, 1e300]))
any_cell = st.one_of(sound_cell, st.sampled_from(list(CODES.values())))


@given(st.lists(any_cell, min_size=2, max_size=5), sound_cell)
def test_a_column_gives_in_each_row_what_its_cell_gives_alone(column: list[Any], cost: Any) -> None:
    together = udfs.eoq(tuple((cell,) for cell in column), cost, 0.5, 1.0)
    assert repr(together) == repr([udfs.eoq(cell, cost, 0.5, 1.0)[0] for cell in column])


def test_errors_as_text_are_errors() -> None:
    assert udfs.cell_values("#DIV/0!") is CellError.DIV0
    assert udfs.cell_values((("#N/A", "text"),)) == [[CellError.NA, "text"]]


def test_too_many_arguments_are_an_error_and_no_exception(call: Ask) -> None:
    assert call("eoq", 1.0, 2.0, 3.0, 4.0) == pytest.approx((2 * 1 * 2 / (3 * 4)) ** 0.5)
    assert call("round_to_pack", "x" * 100_000, 1.0) == "#VALUE!"


def test_the_module_is_reloaded_as_xlwings_does_when_its_file_changes() -> None:
    import importlib  # noqa: PLC0415 - of this test alone

    assert importlib.reload(udfs).eoq(1000.0, 10.0, 0.5, 1.0) == [[200.0]]
