"""The forecasting functions as a spreadsheet calls them."""

import numpy as np
import pytest

import xlinventory
from xlinventory.core.errors import CellError
from xlinventory.evaluation import evaluate

WEEKS = [[float(v)] for v in np.random.default_rng(12).poisson(30, 40)]
RARE = [[float(v)] for v in np.random.default_rng(13).poisson(0.3, 40)]
METHODS = [
    "naive",
    "snaive",
    "mean",
    "sma",
    "ses",
    "holt",
    "damped",
    "hw",
    "theta",
    "croston",
    "sba",
    "tsb",
    "comb",
]


def column(cells: list[list[float]]) -> np.ndarray:
    return np.array(cells)[:, 0]


@pytest.mark.parametrize("history", [WEEKS, RARE])
def test_the_cells_number_is_the_engines(history: list[list[float]]) -> None:
    many = xlinventory.forecast_many(
        np.stack([column(history), column(WEEKS)]), 1, 3, lead_time=2.5, levels=(0.95,)
    )
    assert column(evaluate("DEMAND_FORECAST", history, 3.0)) == pytest.approx(many.mean[0])
    wanted = np.stack([many.low[0], many.high[0]], axis=1)
    assert np.array(evaluate("DEMAND_RANGE", history, 3.0, 0.95)) == pytest.approx(wanted)
    quantile = evaluate("DEMAND_QUANTILE", history, 2.0, 0.95, 0.5)
    assert quantile == pytest.approx(many.lead_time_quantiles[0, 0])
    ((method, error, _, _),) = evaluate("DEMAND_METHOD", history)
    assert (method, error) == (many.method[0], pytest.approx(many.error[0]))


@pytest.mark.parametrize("method", METHODS)
def test_every_method_of_the_contract_answers(method: str) -> None:
    found = column(evaluate("DEMAND_FORECAST", WEEKS, 5.0, method.upper(), 4.0))
    assert found.shape == (5,)
    assert (found >= 0).all()


def test_ets_comes_from_statsmodels() -> None:
    assert len(evaluate("DEMAND_FORECAST", WEEKS, 2.0, "ets", 0.0)) == 2


def test_time_in_stock_scales_demand_up_and_none_is_missing() -> None:
    """Sold 5 in half a period is a demand of 10; a period without stock tells nothing."""
    sold, share = [[10.0], [5.0], [0.0], [10.0], [10.0]], [[1.0], [0.5], [0.0], [None], [1.0]]
    assert evaluate("DEMAND_FORECAST", sold, 1.0, "mean", 0.0, share) == [[pytest.approx(10.0)]]
    assert evaluate("DEMAND_RANGE", sold, 1.0, 0.9, "mean", 0.0, share) == [[pytest.approx(10.0)] * 2]
    assert evaluate("DEMAND_QUANTILE", sold, 3.0, 0.9, 0.0, "mean", 0.0, share) == pytest.approx(30.0)


def test_a_blank_is_a_missing_period_and_blank_rows_at_the_end_are_ignored() -> None:
    history = [[8.0], [None], [8.0], [8.0], [8.0], [None], [None]]
    assert evaluate("DEMAND_FORECAST", history, 1.0, "mean") == [[pytest.approx(8.0)]]


def test_a_season_is_found_given_or_left_out() -> None:
    season = [[v] for v in [10.0, 20.0, 40.0, 10.0] * 8]
    given = column(evaluate("DEMAND_FORECAST", season, 4.0, "auto", 4.0))
    assert given == pytest.approx([10, 20, 40, 10], rel=0.02)
    assert column(evaluate("DEMAND_FORECAST", season, 4.0)) == pytest.approx(given)
    assert np.ptp(column(evaluate("DEMAND_FORECAST", season, 4.0, "auto", 0.0))) < 10


def test_a_higher_service_or_a_longer_time_needs_more() -> None:
    levels = column(evaluate("DEMAND_QUANTILE", WEEKS, 2.0, [[0.5], [0.9], [0.99]]))
    assert (np.diff(levels) > 0).all()
    times = column(evaluate("DEMAND_QUANTILE", WEEKS, [[0.0], [1.0], [2.5]], 0.95))
    assert times[0] == 0
    assert (np.diff(times) > 0).all()
    review = evaluate("DEMAND_QUANTILE", WEEKS, 1.0, 0.95, 1.5)
    assert review == pytest.approx(times[2])


def test_the_winner_errs_least_and_both_are_methods() -> None:
    ((method, error, second, its_error),) = evaluate("DEMAND_METHOD", WEEKS)
    assert method != second
    assert {method, second} <= set(METHODS)
    assert 0 < error <= its_error


def test_a_constant_history_with_an_error_has_no_mase(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its naive error is 0: a trial whose methods still err is a division by zero, cell by cell."""
    ranked = xlinventory.functions.forecasting.ranked_methods(np.full(8, 5.0), 0)
    worse = ranked._replace(errors=np.array([0.0, *[np.nan] * (len(ranked.methods) - 1)]))
    monkeypatch.setattr(xlinventory.functions.forecasting, "ranked_methods", lambda *_: worse)
    ((_, error, _, its_error),) = evaluate("DEMAND_METHOD", [[5.0]] * 8)
    assert error == 0.0
    assert its_error is CellError.DIV0


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        (("DEMAND_FORECAST", [[1.0], [2.0], [3.0]]), CellError.NA),
        (("DEMAND_FORECAST", WEEKS, 0.0), CellError.NUM),
        (("DEMAND_FORECAST", WEEKS, 1.5), CellError.NUM),
        (("DEMAND_FORECAST", WEEKS, 1.0, "holtz"), CellError.VALUE),
        (("DEMAND_FORECAST", WEEKS, 1.0, "auto", -1.0), CellError.NUM),
        (("DEMAND_FORECAST", [[1.0], [2.0], [-3.0], [4.0]]), CellError.NUM),
        (("DEMAND_FORECAST", [[1.0], ["two"], [3.0], [4.0]]), CellError.VALUE),
        (("DEMAND_FORECAST", [[1.0]] * 4, 1.0, "mean", 0.0, [[1.0]] * 3), CellError.VALUE),
        (("DEMAND_FORECAST", [[1.0]] * 4, 1.0, "mean", 0.0, [[2.0]] * 4), CellError.NUM),
        (("DEMAND_FORECAST", [[1.0]] * 4, 1.0, "mean", 0.0, [[0.0]] * 4), CellError.NA),
        (("DEMAND_RANGE", WEEKS, 1.0, 95.0), CellError.NUM),
        (("DEMAND_QUANTILE", WEEKS, -1.0, 0.95), CellError.NUM),
        (("DEMAND_QUANTILE", WEEKS, 3.0, 0.95, -1.0), CellError.NUM),
        (("DEMAND_QUANTILE", WEEKS, 2.0, 95.0), CellError.NUM),
        (("DEMAND_METHOD", WEEKS, 0.0, 39.0), CellError.NA),
        (("DEMAND_METHOD", WEEKS, 0.0, 0.0), CellError.NUM),
        (("DEMAND_METHOD", [[1.0], [2.0], [3.0]]), CellError.NA),
    ],
)
def test_what_has_no_answer_is_the_right_error(formula: tuple[object, ...], wanted: CellError) -> None:
    assert evaluate(*formula) is wanted  # type: ignore[arg-type]  # the first is the name


@pytest.mark.parametrize("method", ["snaive", "sma"])
def test_a_season_longer_than_the_history_is_not_made_up(method: str) -> None:
    history = [[float(n)] for n in range(16)]
    assert evaluate("DEMAND_FORECAST", history, 3.0, method, 17.0) is CellError.NA
    assert len(evaluate("DEMAND_FORECAST", history, 3.0, method, 16.0)) == 3
