"""Cells of a LibreOffice that has our extension."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from xlinventory.hosts.calc import Office
from xlinventory.hosts.calc.bridge import properties


@pytest.fixture
def document(office: Office) -> Iterator[Any]:
    """A new document, closed afterwards."""
    made = office.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, properties(Hidden=True))
    yield made
    made.close(True)


@pytest.fixture
def sheet(document: Any) -> Any:
    return document.Sheets.getByIndex(0)


@pytest.fixture
def show(sheet: Any) -> Callable[[str], Any]:
    """What the cell Z1 of a formula shows: its number, its text, or the words of its error."""

    def of_formula(formula: str, cell: str = "Z1") -> Any:
        place = sheet.getCellRangeByName(cell)
        place.clearContents(1023)
        place.setFormula(formula)
        if place.getError():
            return place.String
        return place.Value if place.FormulaResultType2 == 1 else place.String  # 1: FormulaResult.VALUE

    return of_formula


@pytest.fixture
def put(sheet: Any) -> Callable[..., None]:
    """Fill cells from A1 down, a list of rows."""

    def into(rows: list[list[Any]], area: str) -> None:
        sheet.getCellRangeByName(area).setFormulaArray(tuple(map(tuple, rows)))

    return into
