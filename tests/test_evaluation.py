"""Reading cells and Python values, broadcasting and per-element errors, on functions made for the purpose."""

import datetime as dt
from typing import Annotated

import numpy as np
import pytest
from numpy.typing import NDArray

import xlinventory
from xlinventory import declaration, registry
from xlinventory.arguments import (
    Date,
    Dates,
    Grid,
    Number,
    NumberOrWord,
    RateOrSeries,
    Series,
    Word,
    plain_number,
    serial,
)
from xlinventory.core import checks
from xlinventory.core.errors import CellError, InventoryError, NotEnoughData, OutOfDomain, WrongInput
from xlinventory.declaration import worksheet_function
from xlinventory.evaluation import evaluate
from xlinventory.registry import Family, Shape, as_constant

Length = Annotated[float, Number("m", "A length")]
Floats = NDArray[np.float64]


@pytest.fixture(autouse=True)
def scratch_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions registered here are gone after each test."""
    monkeypatch.setattr(registry, "_functions", dict(registry._functions))
    monkeypatch.setattr(declaration, "_public", dict(declaration._public))


def record(body, shape=Shape.VALUE):
    body.__doc__ = "A function of a test."
    return worksheet_function(Family.TURNOVER, example=(1,), expect=1.0, shape=shape)(body)


@pytest.fixture
def root():
    def root_of(length: Length, unit: Annotated[str, Word("", "unit", ("m", "km"))] = "m") -> Floats:
        checks.at_least(0, length=length)
        return np.sqrt(length) * (1.0 if unit == "m" else 1000.0)

    return record(root_of)


@pytest.mark.usefixtures("root")
class TestElementwise:
    def test_a_bad_row_spoils_only_itself(self) -> None:
        column = [[4.0], [-1.0], [None], ["x"], [True], [CellError.DIV0], [9.0]]
        found = evaluate("ROOT_OF", column)
        assert found == [
            [2.0], [CellError.NUM], [CellError.NA], [CellError.VALUE], [CellError.VALUE],
            [CellError.DIV0], [3.0],
        ]  # fmt: skip

    def test_words_may_differ_by_row(self) -> None:
        assert evaluate("root_of", [[4.0], [9.0]], [["km"], ["M"]]) == [[2000.0], [3.0]]

    def test_a_row_and_a_column_make_a_block(self) -> None:
        assert evaluate("ROOT_OF", [[4.0], [9.0]], [["m", "km"]]) == [[2.0, 2000.0], [3.0, 3000.0]]

    def test_columns_that_do_not_fit_are_refused(self) -> None:
        assert evaluate("ROOT_OF", [[4.0], [9.0]], [["m"], ["km"], ["m"]]) is CellError.VALUE

    def test_numeric_text_counts_as_direct_argument_only(self) -> None:
        assert evaluate("ROOT_OF", "16") == 4.0
        assert evaluate("ROOT_OF", [["16"], [16.0]]) == [[CellError.VALUE], [4.0]]

    @pytest.mark.parametrize("word", ["mile", 1.0, True, ""])
    def test_unknown_words_are_refused(self, word: object) -> None:
        assert evaluate("ROOT_OF", 4.0, word) is CellError.VALUE

    def test_python_call_gives_scalars_and_arrays(self, root) -> None:
        assert root(4) == 2.0
        assert root([4, 9]).tolist() == [2.0, 3.0]
        assert root([4, 9], unit=["m", "km"]).tolist() == [2.0, 3000.0]

    def test_python_call_raises_and_marks_what_is_wrong(self, root) -> None:
        with pytest.raises(OutOfDomain, match="length must be >= 0, got -2") as caught:
            root([4, -2])
        assert caught.value.where.tolist() == [False, True]
        with pytest.raises(NotEnoughData, match="length is blank"):
            root(None)
        with pytest.raises(WrongInput, match="expected numbers"):
            root("abc")
        with pytest.raises(WrongInput, match="do not fit"):
            root([1, 2], unit=["m", "m", "m"])


def test_a_whole_column_of_errors_never_reaches_the_body() -> None:
    def never(length: Length) -> Floats:
        raise AssertionError(length)

    record(never)
    assert evaluate("NEVER", [[None], [None]]) == [[CellError.NA], [CellError.NA]]


def test_overflow_is_an_error_value_in_cells_and_an_exception_in_python() -> None:
    def inverse(length: Length) -> Floats:
        return 1.0 / length

    public = record(inverse)
    assert evaluate("INVERSE", 0.0) is CellError.NUM
    assert evaluate("INVERSE", [[0.0], [2.0]]) == [[CellError.NUM], [0.5]]
    with pytest.raises(OutOfDomain):
        public(0.0)
    with pytest.raises(OutOfDomain, match="not a finite number"):
        public([0.0, 1.0])


def test_a_bug_in_a_body_is_an_error_value_and_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def broken(length: Length) -> Floats:
        raise KeyError("oops")

    record(broken)
    assert evaluate("BROKEN", 1.0) is CellError.VALUE
    assert "BROKEN failed" in caplog.text


def test_an_unknown_name_is_a_name_error() -> None:
    assert evaluate("NO_SUCH_FUNCTION", 1.0) is CellError.NAME


class TestRanges:
    @pytest.fixture(autouse=True)
    def functions(self) -> None:
        def total(
            dates: Annotated[Floats, Dates("date", "days", group="ledger")],
            amounts: Annotated[Floats, Series("units", "amounts", group="ledger")],
            notes: Annotated[Floats | None, Series("", "notes", group="ledger", blanks="missing")] = None,
            factor: Annotated[float, Number("", "factor")] = 1.0,
        ) -> float:
            assert (notes is None) or len(notes) == len(dates)
            return float(np.sum(amounts)) * factor

        def kept(sample: Annotated[Floats, Series("", "sample", blanks="skip")]) -> float:
            return float(len(sample))

        def walked(rate: Annotated[Floats, RateOrSeries("", "rate")]) -> str:
            return "rate" if isinstance(rate, float) else f"{len(rate)} periods"

        def sides(block: Annotated[Floats, Grid("", "block", blanks="missing")]) -> list[float]:
            return [float(side) for side in block.shape]

        for body in (total, kept, walked):
            record(body)
        record(sides, Shape.ROW)

    def test_blank_last_rows_are_ignored(self) -> None:
        assert evaluate("TOTAL", [[1.0], [2.0], [None]], [[5.0], [6.0], [None]]) == 11.0

    def test_a_blank_inside_a_ledger_is_refused(self) -> None:
        assert evaluate("TOTAL", [[1.0], [2.0], [3.0]], [[5.0], [None], [6.0]]) is CellError.VALUE

    def test_rows_and_columns_are_alike(self) -> None:
        assert evaluate("TOTAL", [[1.0, 2.0]], [[5.0], [6.0]]) == 11.0

    def test_lengths_must_agree(self) -> None:
        assert evaluate("TOTAL", [[1.0], [2.0]], [[5.0]]) is CellError.VALUE

    @pytest.mark.parametrize("cell", ["12", True, "x"])
    def test_text_and_truth_inside_numbers_are_refused(self, cell: object) -> None:
        assert evaluate("TOTAL", [[1.0], [2.0]], [[5.0], [cell]]) is CellError.VALUE

    def test_dates_may_be_serials_datetimes_or_iso_text(self) -> None:
        days = [[40886.0], [dt.datetime(2011, 12, 9)], ["2011-12-09"]]
        assert evaluate("TOTAL", days, [[1.0], [1.0], [1.0]]) == 3.0
        assert evaluate("TOTAL", [["soon"]], [[1.0]]) is CellError.VALUE

    def test_the_first_error_in_reading_order_comes_out(self) -> None:
        assert evaluate("TOTAL", [[1.0], [CellError.NAME]], [[CellError.REF], [2.0]]) is CellError.NAME

    def test_a_scalar_beside_ranges_broadcasts(self) -> None:
        found = evaluate("TOTAL", [[1.0]], [[5.0]], None, [[1.0], [-2.0], ["x"]])
        assert found == [[5.0], [-10.0], [CellError.VALUE]]

    def test_skipped_blanks_are_gone(self) -> None:
        assert evaluate("KEPT", [[1.0], [None], [3.0]]) == 2.0

    def test_one_cell_is_a_rate_and_a_range_is_walked(self) -> None:
        assert evaluate("WALKED", 3.0) == "rate"
        assert evaluate("WALKED", [[3.0], [4.0]]) == "2 periods"

    def test_a_block_keeps_its_rows(self) -> None:
        assert evaluate("SIDES", [[1.0, 2.0, 3.0], [4.0, None, 6.0]]) == [[2.0, 3.0]]

    def test_python_values_are_read_alike(self) -> None:
        public = declaration.public_functions()
        days = np.array(["2011-12-09", "2011-12-10"], dtype="datetime64[D]")
        assert public["total"](days, [1, 2]) == 3.0
        assert public["total"]([dt.date(2011, 12, 9), None], [1, np.nan]) == 1.0
        assert public["total"]([1, 2], [1, 2], factor=[1, 2]).tolist() == [3.0, 6.0]
        assert public["sides"]([[1, 2], [3, 4]]) == [2.0, 2.0]
        with pytest.raises(WrongInput, match="equal length"):
            public["total"]([1, 2], [1])
        with pytest.raises(NotEnoughData, match="dates is blank"):
            public["total"](None, [1])
        with pytest.raises(WrongInput, match="rows of numbers"):
            public["sides"]("abc")
        with pytest.raises(WrongInput, match="expected numbers"):
            public["kept"]("abc")


class TestShapes:
    def test_a_row_function_gives_a_row_per_cell(self) -> None:
        def pair(length: Length) -> list[float]:
            checks.above(0, length=length)
            return [length, 2 * length]

        public = record(pair, Shape.ROW)
        assert evaluate("PAIR", 2.0) == [[2.0, 4.0]]
        assert evaluate("PAIR", [[2.0], [-1.0], [3.0]]) == [[2.0, 4.0], [CellError.NUM] * 2, [3.0, 6.0]]
        assert evaluate("PAIR", [[2.0, 3.0]]) is CellError.VALUE
        assert public([1.0, 2.0]).tolist() == [[1.0, 2.0], [2.0, 4.0]]

    def test_a_column_function_takes_single_cells_only(self) -> None:
        def steps(length: Length) -> Floats:
            return np.arange(length)

        public = record(steps, Shape.COLUMN)
        assert evaluate("STEPS", 2.0) == [[0.0], [1.0]]
        assert evaluate("STEPS", 0.0) is CellError.NA
        assert evaluate("STEPS", [[2.0], [3.0]]) is CellError.VALUE
        with pytest.raises(WrongInput, match="spills a column"):
            public([1.0, 2.0])


def test_number_or_word_takes_both() -> None:
    def rate(alpha: Annotated[float | str, NumberOrWord("", "alpha", ("fit",))] = "fit") -> str:
        return f"{alpha}"

    public = record(rate)
    assert [evaluate("RATE", cell) for cell in (0.5, "FIT", None, "0.25")] == ["0.5", "fit", "fit", "0.25"]
    assert evaluate("RATE", "guess") is CellError.VALUE
    assert public(0.5) == "0.5"
    assert public() == "fit"


def test_dates_of_a_scalar_argument() -> None:
    def day(when: Annotated[float, Date("date", "day")] = np.nan) -> Floats:
        return np.nan_to_num(when)

    public = record(day)
    assert evaluate("DAY", dt.date(2011, 12, 9)) == evaluate("DAY", "2011-12-09") == evaluate("DAY", 40886.0)
    assert public(dt.datetime(2011, 12, 9)) == 40886.0
    assert public(np.datetime64("2011-12-09")) == 40886.0
    assert public([dt.date(2011, 12, 9)]).tolist() == [40886.0]
    assert public() == 0.0


def test_serial_refuses_truth_and_infinity() -> None:
    for value in (True, float("inf")):
        with pytest.raises(InventoryError):
            serial(value)


def test_registering_twice_or_without_help_is_refused() -> None:
    def twice(length: Length) -> float:
        return length

    record(twice)
    with pytest.raises(ValueError, match="already registered"):
        record(twice)

    def untyped(length: float) -> float:
        return length

    with pytest.raises(TypeError, match="annotate length"):
        record(untyped)

    def silent(length: Length) -> float:
        return length

    with pytest.raises(TypeError, match="docstring"):
        worksheet_function(Family.TURNOVER, example=(1,), expect=1.0)(silent)


def test_constants_of_a_formula() -> None:
    assert as_constant([1, 2.5]) == "{1;2.5}"
    assert as_constant('say "x"') == '"say ""x"""'
    assert as_constant(None) == ""


class TestErrorsThatComeIn:
    """The first error in reading order comes out again, before anything that is wrong with other cells."""

    @pytest.mark.parametrize(
        ("name", "cells", "error"),
        [
            ("DAYS_OF_COVER", [CellError.REF, [[CellError.DIV0]]], CellError.REF),
            ("STOCKOUT_DATE", [[[CellError.REF]], 5.0, [[CellError.DIV0]]], CellError.REF),
            ("INVENTORY_POSITION", [None, CellError.REF], CellError.REF),
            ("SAFETY_STOCK", [20.0, 5.0, 4.0, 0.95, 0.0, 0.0, "bad", CellError.REF], CellError.REF),
            ("STOCK_VALUE", [[[1.0], [2.0]], [5.0, "x"], [[1.0], [CellError.REF]]], CellError.REF),
        ],
    )
    def test_of_the_whole_call(self, name: str, cells: list[object], error: CellError) -> None:
        assert evaluate(name, *cells) is error

    def test_of_each_row_of_columns(self) -> None:
        column = [["many"], [None], [4.0]]
        errors = [[CellError.REF], [1.0], [CellError.DIV0]]
        found = evaluate("INVENTORY_POSITION", column, errors)
        assert found == [[CellError.REF], [CellError.NA], [CellError.DIV0]]


def test_a_name_that_is_no_text_is_no_function() -> None:
    assert evaluate(None, 1.0) is CellError.NAME


@pytest.mark.parametrize("empty", [[], [[]], [[], []]])
def test_an_empty_range_is_blank(empty: list[object]) -> None:
    assert evaluate("DEMAND_FORECAST", empty, 1.0) is CellError.NA
    assert evaluate("SAFETY_STOCK", empty, 5.0, 4.0, 0.95) is CellError.NA
    with pytest.raises(NotEnoughData):
        xlinventory.demand_forecast([])


def test_a_date_argument_may_be_a_serial_in_text() -> None:
    assert evaluate("STOCKOUT_DATE", "45292", 100.0, 20.0) == 45297.0
    assert evaluate("STOCKOUT_DATE", "2024-01-01", 100.0, 20.0) == 45297.0
    assert evaluate("STOCKOUT_DATE", "soon", 100.0, 20.0) is CellError.VALUE


def test_a_cell_knows_no_negative_zero() -> None:
    assert str(evaluate("PRICE_VARIANCE", 1.0, 10.0, 0.0)) == "0.0"


@pytest.mark.parametrize("number", [10**400, -(10**400), float("inf"), float("nan")])
def test_a_number_no_cell_holds_is_refused_by_name(number: float) -> None:
    """Found by fuzzing: a whole number too large for a float was an exception that only the log told."""
    with pytest.raises(WrongInput, match="expected a"):
        plain_number(number)
    assert evaluate("DAYS_OF_COVER", number, 1.0) is CellError.VALUE
