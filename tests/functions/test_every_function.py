"""What must hold for each worksheet function, however many there are."""

import inspect
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xlinventory
from xlinventory.arguments import Range
from xlinventory.core.errors import CellError
from xlinventory.evaluation import evaluate
from xlinventory.registry import Shape, WorksheetFunction, registered

FUNCTIONS = list(registered())
# fmt: off
CONTRACT = [
    "INVENTORY_POSITION", "REORDER_POINT", "ORDER_UP_TO", "REORDER_QTY", "ROUND_TO_PACK", "EOQ",
    "EOQ_DISCOUNT", "ORDER_COST_TOTAL",
    "DAYS_OF_COVER", "STOCKOUT_DATE", "STOCK_STATUS", "EXCESS_STOCK", "ABC_CLASS", "XYZ_CLASS",
    "DEMAND_FORECAST", "DEMAND_RANGE", "DEMAND_QUANTILE", "DEMAND_METHOD", "FORECAST_ERROR",
    "TRACKING_SIGNAL", "DEMAND_PATTERN",
    "SEASON_LENGTH", "DEMAND_CLEAN", "LEAD_TIME_DEMAND", "CROSTON", "SMOOTH",
    "STOCK_VALUE", "COST_OF_SALES", "UNIT_COST", "COST_LAYERS", "VALUATION_COMPARE", "LANDED_COST",
    "LOWER_OF_COST_NRV",
    "INVENTORY_TURNOVER", "DAYS_INVENTORY", "AVERAGE_INVENTORY", "GMROI", "SELL_THROUGH", "STOCK_AGE",
    "SAFETY_STOCK", "SERVICE_LEVEL", "STOCKOUT_RISK", "BEST_SERVICE_LEVEL", "NEWSVENDOR",
    "EXPECTED_SHORTAGE", "SERVICE_SIMULATE", "REORDER_POINT_SIMULATE",
    "LEAD_TIME", "ON_TIME_RATE", "SUPPLIER_SCORE", "PRICE_VARIANCE", "DEFECT_RATE", "SUPPLIER_COST",
    "EPQ", "EOQ_BACKORDER", "LOT_SIZES", "RQ_POLICY", "RQ_SHORTAGE", "MIN_MAX", "NEWSVENDOR_TABLE",
]
SPILLS = {
    "EOQ_DISCOUNT", "ABC_CLASS", "XYZ_CLASS", "DEMAND_FORECAST", "DEMAND_RANGE", "DEMAND_METHOD",
    "DEMAND_CLEAN", "SMOOTH", "COST_LAYERS", "VALUATION_COMPARE", "LANDED_COST", "STOCK_AGE",
    "SERVICE_SIMULATE", "REORDER_POINT_SIMULATE", "EOQ_BACKORDER", "LOT_SIZES", "RQ_POLICY", "RQ_SHORTAGE",
    "MIN_MAX", "NEWSVENDOR_TABLE",
}
# fmt: on
each = pytest.mark.parametrize("spec", FUNCTIONS, ids=lambda spec: spec.name)

junk_cell = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([0.0, -1.0, 1.0, 0.5, 1e300, 1e-300, -1e300, 95.0]),
    st.text(max_size=5),
    st.sampled_from(list(CellError)),
)
junk_argument = st.one_of(
    junk_cell, st.lists(st.lists(junk_cell, min_size=1, max_size=3), min_size=1, max_size=4)
)


def cells_of(spec: WorksheetFunction) -> list[object]:
    return [as_cells(value) for value in spec.example]


def as_cells(value: object) -> object:
    if isinstance(value, list):
        return value if value and isinstance(value[0], list) else [[cell] for cell in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def flat(result: object) -> list[object]:
    return [cell for row in result for cell in row] if isinstance(result, list) else [result]


def test_the_contract_is_complete() -> None:
    assert sorted(spec.name for spec in FUNCTIONS) == sorted(CONTRACT)
    assert len(CONTRACT) == 60


def test_functions_that_spill_are_those_of_the_contract() -> None:
    assert {spec.name for spec in FUNCTIONS if spec.shape is not Shape.VALUE} == SPILLS


@each
def test_name_is_legal_everywhere_and_reads_as_no_cell_address(spec: WorksheetFunction) -> None:
    assert re.fullmatch(r"[A-Z][A-Z_]*[A-Z]", spec.name)
    assert not re.fullmatch(r"[A-Z]{1,3}[0-9]+", spec.name)


@each
def test_help_fits_the_function_wizard(spec: WorksheetFunction) -> None:
    assert 10 <= len(spec.summary) <= 255
    for parameter in spec.parameters:
        assert 3 <= len(parameter.help) <= 255, parameter.name


@each
def test_docstring_names_its_source_and_shows_an_example(spec: WorksheetFunction) -> None:
    assert "Source:" in spec.doc
    assert ">>>" in spec.doc


@each
def test_python_name_is_the_lower_case_of_the_worksheet_name(spec: WorksheetFunction) -> None:
    public = getattr(xlinventory, spec.name.lower())
    assert list(inspect.signature(public).parameters) == [p.name for p in spec.parameters]


@each
def test_example_gives_what_it_says(spec: WorksheetFunction) -> None:
    result = flat(evaluate(spec.name, *cells_of(spec)))
    expected = flat(as_cells(spec.expect)) if isinstance(spec.expect, list) else [spec.expect]
    assert len(result) == len(expected)
    for got, wanted in zip(result, expected, strict=True):
        assert got == (wanted if isinstance(wanted, str) else pytest.approx(wanted, rel=1e-6, abs=1e-9))


@each
def test_required_arguments_left_blank_are_not_available(spec: WorksheetFunction) -> None:
    for i, parameter in enumerate(spec.parameters):
        if parameter.required:
            cells = cells_of(spec)
            cells[i] = None
            assert evaluate(spec.name, *cells) is CellError.NA, parameter.name


@each
def test_an_error_in_an_argument_comes_out_again(spec: WorksheetFunction) -> None:
    for i in range(len(spec.example)):
        cells = cells_of(spec)
        cells[i] = CellError.REF
        assert evaluate(spec.name, *cells) is CellError.REF


@each
def test_too_many_arguments_are_refused(spec: WorksheetFunction) -> None:
    assert evaluate(spec.name, *[1.0] * (len(spec.parameters) + 1)) is CellError.VALUE


@each
def test_columns_give_the_results_of_their_rows(spec: WorksheetFunction) -> None:
    """A column of two equal scalars gives twice the scalar's result; a column-shaped result refuses it."""
    single = evaluate(spec.name, *cells_of(spec))
    for i, parameter in enumerate(spec.parameters[: len(spec.example)]):
        if isinstance(parameter.kind, Range) or spec.example[i] is None:
            continue
        cells = cells_of(spec)
        cells[i] = [[cells[i]], [cells[i]]]
        result = evaluate(spec.name, *cells)
        if spec.shape is Shape.COLUMN:
            assert result is CellError.VALUE
        elif spec.shape is Shape.ROW:
            assert result == [single[0], single[0]]
        else:
            assert (
                flat(result) == pytest.approx([single, single]) if isinstance(single, float) else [single] * 2
            )


@each
def test_a_one_cell_range_is_a_cell(spec: WorksheetFunction) -> None:
    cells = [value if isinstance(value, list) else [[value]] for value in cells_of(spec)]
    assert evaluate(spec.name, *cells) == evaluate(spec.name, *cells_of(spec))


@each
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_whatever_comes_in_a_cell_value_goes_out(spec: WorksheetFunction, data: st.DataObject) -> None:
    cells = cells_of(spec)
    for i in data.draw(st.lists(st.integers(0, len(spec.parameters) - 1), min_size=1, max_size=3)):
        cells += [None] * (i + 1 - len(cells))
        cells[i] = data.draw(junk_argument)
    if spec.name == "SERVICE_SIMULATE":  # keeps the junk from asking for a billion periods
        cells = [*cells[:5], *[None] * (5 - len(cells)), 50.0, 1.0]
    for cell in flat(evaluate(spec.name, *cells)):
        assert type(cell) in (float, str, bool, CellError)
        assert not isinstance(cell, float) or np.isfinite(cell)
        assert not isinstance(cell, str) or not cell.startswith(("#", "Traceback"))
