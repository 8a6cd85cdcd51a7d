"""Functions of demand histories in cells: blanks, errors, words, and the largest and smallest numbers."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.core.errors import CellError
from xlinventory.evaluation import evaluate


def column(*cells: Any) -> list[list[Any]]:
    return [[cell] for cell in cells]


HISTORY = column(5.0, 1.0, 1.0, 9.0, 6.0, 1.0, 2.0, 9.0, 5.0, 2.0, 1.0, 8.0)
OF_A_HISTORY = ["DEMAND_PATTERN", "SEASON_LENGTH", "DEMAND_CLEAN", "CROSTON", "SMOOTH"]
numbers = st.sampled_from([0.0, 0.0, 1.0, 7.0, 1e300, 1.7e308, 1e-300, 5e-324, None])


class TestErrors:
    @pytest.mark.parametrize("name", ["DEMAND_PATTERN", "SEASON_LENGTH", "CROSTON", "SMOOTH"])
    def test_fewer_than_four_periods_are_not_available(self, name: str) -> None:
        assert evaluate(name, column(1.0, 2.0, None, 3.0)) is CellError.NA

    @pytest.mark.parametrize("name", OF_A_HISTORY)
    def test_text_in_a_history_is_refused(self, name: str) -> None:
        assert evaluate(name, column(1.0, "2", 3.0, 4.0, 5.0)) is CellError.VALUE

    @pytest.mark.parametrize("name", ["DEMAND_PATTERN", "DEMAND_CLEAN", "CROSTON"])
    def test_negative_demand_is_outside_the_domain(self, name: str) -> None:
        assert evaluate(name, column(1.0, -2.0, 3.0, 4.0, 5.0)) is CellError.NUM

    @pytest.mark.parametrize(
        ("call", "error"),
        [
            (("DEMAND_PATTERN", column(0.0, 0.0, 0.0, 0.0)), CellError.DIV0),
            (("FORECAST_ERROR", column(1.0), column(1.0), "MAPPE"), CellError.VALUE),
            (("FORECAST_ERROR", column(0.0), column(1.0), "MAPE"), CellError.DIV0),
            (("FORECAST_ERROR", column(1.0), column(1.0), "MASE"), CellError.NA),
            (("FORECAST_ERROR", column(1.0, 2.0), column(1.0)), CellError.VALUE),
            (("FORECAST_ERROR", column(1.0), column(1.0), "MASE", HISTORY, -1.0), CellError.NUM),
            (("TRACKING_SIGNAL", column(1.0), column(1.0)), CellError.DIV0),
            (("SEASON_LENGTH", HISTORY, 1.0), CellError.NUM),
            (("DEMAND_CLEAN", column(1.0, 2.0), column(1.0, 1.1)), CellError.NUM),
            (("LEAD_TIME_DEMAND", column(1.0, 2.0), 3.0), CellError.NA),
            (("LEAD_TIME_DEMAND", 1.0, -3.0), CellError.NUM),
            (("CROSTON", HISTORY, "tbs"), CellError.VALUE),
            (("CROSTON", HISTORY, "tsb", 1.1), CellError.NUM),
            (("SMOOTH", HISTORY, "best"), CellError.VALUE),
            (("SMOOTH", HISTORY, 2.0), CellError.NUM),
            (("SMOOTH", HISTORY, None, None, 0.1), CellError.NUM),
            (("SMOOTH", HISTORY, None, None, 0.1, None, 7.0), CellError.NA),
            (("SMOOTH", HISTORY, None, None, None, None, -1.0), CellError.NUM),
            (("SMOOTH", HISTORY, None, None, None, None, 0.0, "add", 0.0), CellError.NUM),
        ],
    )
    def test_each_error_is_the_one_of_the_contract(self, call: tuple[Any, ...], error: CellError) -> None:
        assert evaluate(*call) is error


class TestBlanks:
    def test_a_missing_or_unstocked_period_is_not_available_in_its_row(self) -> None:
        got = evaluate("DEMAND_CLEAN", column(10.0, None, 8.0, 0.0, 3.0), column(1.0, 1.0, 0.5, 0.0, None))
        assert got == column(10.0, CellError.NA, 16.0, CellError.NA, 3.0)

    def test_blank_rows_below_a_history_are_no_periods(self) -> None:
        longer = [*HISTORY, [None], [None]]
        for name in OF_A_HISTORY:
            assert evaluate(name, longer) == evaluate(name, HISTORY)

    def test_a_blank_is_not_a_zero(self) -> None:
        """Three demands in three known periods, or in five."""
        assert evaluate("DEMAND_PATTERN", column(4.0, None, 4.0, None, 4.0, 4.0)) == "smooth"
        assert evaluate("DEMAND_PATTERN", column(4.0, 0.0, 4.0, 0.0, 4.0, 4.0)) == "intermittent"

    def test_blank_options_are_their_defaults(self) -> None:
        assert evaluate("CROSTON", HISTORY, None, None, None, None) == evaluate(
            "CROSTON", HISTORY, "sba", 0.1, 0.1, "naive"
        )
        assert evaluate("SMOOTH", HISTORY, *[None] * 7) == evaluate(
            "SMOOTH", HISTORY, "fit", None, None, None, 0.0, "add", 1.0
        )


class TestWords:
    def test_words_are_read_in_any_case(self) -> None:
        assert evaluate("CROSTON", HISTORY, "TSB") == evaluate("CROSTON", HISTORY, "tsb")
        assert evaluate("SMOOTH", HISTORY, "FIT") == evaluate("SMOOTH", HISTORY)
        pairs = column(1.0, 3.0), column(2.0, 2.0)
        assert evaluate("FORECAST_ERROR", *pairs, "mae") == evaluate("FORECAST_ERROR", *pairs, "MAE") == 1.0

    def test_numbers_and_the_word_fit_stand_side_by_side(self) -> None:
        """A trend constant of 0.1 is kept beside the two that are fitted: fitting all three differs."""
        got = evaluate("SMOOTH", HISTORY, "fit", 0.1, "fit", None, 4.0, "add", 4.0)
        assert [type(row[0]) for row in got] == [float] * 4
        assert got != evaluate("SMOOTH", HISTORY, "fit", "fit", "fit", None, 4.0, "add", 4.0)


@pytest.mark.parametrize("name", OF_A_HISTORY)
@settings(max_examples=60, deadline=None)
@given(cells=st.lists(numbers, min_size=4, max_size=14))
def test_numbers_at_the_edge_give_a_number_or_an_error(name: str, cells: list[float | None]) -> None:
    options: dict[str, list[Any]] = {"SMOOTH": ["fit", 0.2, 0.3, None, 2.0], "DEMAND_CLEAN": [None, 2.0]}
    result = evaluate(name, column(*cells), *options.get(name, []))
    for cell in [row[0] for row in result] if isinstance(result, list) else [result]:
        assert isinstance(cell, str | CellError) or np.isfinite(cell)


@settings(max_examples=60, deadline=None)
@given(
    pairs=st.lists(st.tuples(numbers, numbers), min_size=1, max_size=6),
    metric=st.sampled_from(["MAE", "RMSE", "WAPE", "MAPE", "SMAPE", "BIAS", "MASE", "RMSSE"]),
)
def test_errors_at_the_edge_are_a_number_or_an_error(
    pairs: list[tuple[float | None, float | None]], metric: str
) -> None:
    actual, forecast = (column(*cells) for cells in zip(*pairs, strict=True))
    for result in (
        evaluate("FORECAST_ERROR", actual, forecast, metric, HISTORY),
        evaluate("TRACKING_SIGNAL", actual, forecast),
    ):
        assert isinstance(result, CellError) or np.isfinite(result)
