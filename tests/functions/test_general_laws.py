"""The laws G2 and G3 for each worksheet function: orientation, integers, dates, purity."""

import copy
import datetime as dt

import pytest

from xlinventory.arguments import EPOCH, Date, Dates, Range, Scalar
from xlinventory.evaluation import evaluate
from xlinventory.registry import WorksheetFunction, registered

each = pytest.mark.parametrize("spec", list(registered()), ids=lambda spec: spec.name)
dated = pytest.mark.parametrize(
    "spec",
    [spec for spec in registered() if any(isinstance(p.kind, Date | Dates) for p in spec.parameters)],
    ids=lambda spec: spec.name,
)


def rows_of(value: list[object]) -> list[list[object]]:
    return value if value and isinstance(value[0], list) else [[cell] for cell in value]


def cells_of(spec: WorksheetFunction) -> list[object]:
    return [rows_of(value) if isinstance(value, list) else value for value in spec.example]


@each
def test_a_row_of_data_gives_what_a_column_gives(spec: WorksheetFunction) -> None:
    cells = cells_of(spec)
    lying = [
        [[row[0] for row in value]]
        if isinstance(p.kind, Range) and isinstance(value, list) and len(value[0]) == 1
        else value
        for p, value in zip(spec.parameters, cells, strict=False)
    ]
    assert evaluate(spec.name, *lying) == evaluate(spec.name, *cells)


@each
def test_an_integer_is_the_number_it_stands_for(spec: WorksheetFunction) -> None:
    def as_float(value: object) -> object:
        if isinstance(value, list):
            return [as_float(cell) for cell in value]
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    cells = cells_of(spec)
    assert evaluate(spec.name, *cells) == evaluate(spec.name, *(as_float(cell) for cell in cells))


@each
def test_the_same_cells_give_the_same_result_and_stay_as_they_are(spec: WorksheetFunction) -> None:
    cells = cells_of(spec)
    before = copy.deepcopy(cells)
    assert evaluate(spec.name, *cells) == evaluate(spec.name, *cells)
    assert cells == before


@dated
def test_a_date_is_its_serial_number(spec: WorksheetFunction) -> None:
    def as_date(value: object, kind: Scalar | Range) -> object:
        if isinstance(value, list):
            return [[as_date(cell, kind) for cell in row] for row in value]
        if value is None or isinstance(value, str) or not isinstance(kind, Date | Dates):
            return value
        return EPOCH + dt.timedelta(days=float(value))

    cells = cells_of(spec)
    days = [as_date(value, p.kind) for p, value in zip(spec.parameters, cells, strict=False)]
    assert evaluate(spec.name, *days) == evaluate(spec.name, *cells)
