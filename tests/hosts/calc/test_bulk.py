"""Many cells in few calls: the same results as one by one, and no more calls for more cells."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import xlwings as xw

from xlinventory.hosts.calc import Office
from xlinventory.hosts.calc.engine import reading
from xlinventory.hosts.calc.error_numbers import number_in

FORMULAS = ["=1/0", "=NA()", "=1E300*1E300", "=NO_SUCH(1)", '="a"+1', "=#REF!", "=#NULL!"]
NAMES = ["#DIV/0!", "#N/A", "#NUM!", "#NAME?", "#VALUE!", "#REF!", "#NULL!"]
"""What Excel shows for them."""


@pytest.fixture
def sheet(calc: xw.App) -> xw.Sheet:
    return calc.books.add().sheets[0]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How often errors are asked for one by one, and in bulk."""
    count: Counter[str] = Counter()
    for name in ("_error", "_with_errors"):
        original = getattr(reading, name)

        def counted(*arguments: Any, name: str = name, original: Any = original) -> Any:
            count[name] += 1
            return original(*arguments)

        monkeypatch.setattr(reading, name, counted)
    return count


def test_many_errors_are_told_apart_in_one_call(sheet: xw.Sheet, asked: Counter[str]) -> None:
    sheet["C1"].value = [[formula, 5.0, "text", None, formula] for formula in FORMULAS * 20]
    sheet["D3"].value = "=NA()"
    read = sheet["C1:G140"].options(err_to_str=True).value
    expected = [[name, 5.0, "text", None, name] for name in NAMES * 20]
    expected[2][1] = "#N/A"
    assert read == expected
    assert asked == {"_with_errors": 1, "_error": 1}, "the first of them alone is asked by itself"


@pytest.mark.parametrize("address", ["A1:A5", "B7:F7", "B2:C4", "XFD1048570:XFD1048576"])
def test_errors_are_found_wherever_they_stand(sheet: xw.Sheet, address: str) -> None:
    """Also where the whole area shows them, from the very first cell on."""
    area = sheet[address]
    rows, columns = area.shape
    area.value = [["#N/A"] * columns for _ in range(rows)]
    area(len(area)).value = "#DIV/0!"
    area(2).value = 7.0
    flat = area.options(err_to_str=True, ndim=2).value
    cells = [cell for row in flat for cell in row]
    assert cells == ["#N/A", 7.0, *["#N/A"] * (len(area) - 3), "#DIV/0!"]


def test_few_errors_need_no_bulk(sheet: xw.Sheet, asked: Counter[str]) -> None:
    sheet["A1"].value = [["=1/0", 1.0, "#N/A"]]
    assert sheet["A1:C1"].options(err_to_str=True).value == ["#DIV/0!", 1.0, "#N/A"]
    assert asked == {"_error": 2}


def test_asking_for_errors_changes_nothing_in_the_document(sheet: xw.Sheet) -> None:
    sheet["A1:A9"].formula = "=1/0"
    document = sheet.book.api
    document.setModified(False)
    steps = len(document.UndoManager.getAllUndoActionTitles())
    assert sheet["A1:A9"].options(err_to_str=True).value == ["#DIV/0!"] * 9
    assert not document.isModified()
    assert len(document.UndoManager.getAllUndoActionTitles()) == steps


def test_the_error_number_is_in_the_lower_bits_of_a_nan(office: Office, sheet: xw.Sheet) -> None:
    sheet["A1"].value = [[1.0], ["=1/0"], ["=NA()"]]
    functions = office.service("com.sun.star.sheet.FunctionAccess")
    numbers = functions.callFunction("ABS", (sheet["A1:A3"].api,))
    # LibreOffice's help, "Error Codes in LibreOffice Calc": 532 division by zero, 32767 not available
    assert [number_in(row[0]) for row in numbers[1:]] == [532, 32767]


def test_many_formulas_go_in_at_once_and_formats_stay(sheet: xw.Sheet) -> None:
    count = 1203  # more than go in with one call, and no multiple of it
    sheet["A1"].value = [[float(i)] for i in range(count)]
    sheet["B5:B7"].number_format = "0.00%"
    sheet["B1"].value = [[f"=A{i}*2" if i % 3 else f"=A{i}+0.5"] for i in range(1, count + 1)]
    expected = [i * 2.0 if (i + 1) % 3 else i + 0.5 for i in range(count)]
    assert sheet[f"B1:B{count}"].value == expected
    sheet[f"B1:B{count}"].formula = [[f"=A{i}-1"] for i in range(1, count + 1)]
    assert sheet[f"B1:B{count}"].value == [i - 1.0 for i in range(count)]
    assert sheet["B5:B7"].number_format == "0.00%"


def test_one_formula_over_different_formats_leaves_them(sheet: xw.Sheet) -> None:
    sheet["A1"].value = [[1.0], [2.0], [3.0]]
    sheet["B2"].number_format = "0.00%"
    sheet["B1:B3"].formula = "=A1*$A$3"
    assert sheet["B1:B3"].value == [3.0, 6.0, 9.0]
    assert sheet["B3"].formula == "=A3*$A$3"
    assert [sheet[f"B{i}"].number_format for i in (1, 2, 3)] == ["General", "0.00%", "General"]


def test_columns_of_every_kind_side_by_side(sheet: xw.Sheet) -> None:
    rows = [[1.5, "a", None, True, "=ROW()", "'=x", i] for i in range(50)]
    rows[7][0], rows[8][1] = None, "#N/A"
    sheet["A1"].value = rows
    read = sheet["A1:G50"].options(err_to_str=True).value
    assert read == [[a, b, c, d, i + 1.0, "=x", float(i)] for i, (a, b, c, d, *_) in enumerate(rows)]
    sheet["A1:G50"].value = 2.0
    assert sheet["A1:G50"].value == [[2.0] * 7] * 50
