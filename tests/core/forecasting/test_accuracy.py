"""Forecast errors and the tracking signal: laws and edges; published numbers are in tests/published."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from xlinventory.core.errors import NotEnoughData, UndefinedRatio, WrongInput
from xlinventory.core.forecasting.accuracy import METRICS, forecast_error, tracking_signal

NAN = np.nan
values = st.integers(0, 8_000_000).map(lambda n: n / 8)
some_pairs = st.lists(st.tuples(values, values), min_size=1, max_size=20)
few = settings(max_examples=50, deadline=None)
PAST = [17.0, 21, 19, 23, 18, 16, 20, 18]


@pytest.mark.parametrize("metric", METRICS)
@few
@given(history=st.lists(st.integers(1, 1000), min_size=1, max_size=20))
def test_a_perfect_forecast_has_no_error(metric: str, history: list[float]) -> None:
    assert forecast_error(history, history, metric, PAST) == 0


@few
@given(pairs=some_pairs)
def test_measures_keep_their_order_and_range(pairs: list[tuple[float, float]]) -> None:
    actual, forecast = map(np.array, zip(*pairs, strict=True))
    mae, rmse, bias, smape = (forecast_error(actual, forecast, m) for m in ("MAE", "RMSE", "BIAS", "SMAPE"))
    assert abs(bias) <= mae * (1 + 1e-9)
    assert mae <= rmse * (1 + 1e-9)
    assert 0 <= smape <= 2 + 1e-9


@pytest.mark.parametrize("metric", METRICS)
@few
@given(pairs=st.lists(st.tuples(values.map(lambda n: n + 1), values), min_size=1), seed=st.integers(0, 99))
def test_the_order_of_the_periods_does_not_matter(
    metric: str, pairs: list[tuple[float, float]], seed: int
) -> None:
    actual, forecast = map(np.array, zip(*pairs, strict=True))
    order = np.random.default_rng(seed).permutation(len(actual))
    wanted = forecast_error(actual, forecast, metric, PAST)
    got = forecast_error(actual[order], forecast[order], metric, PAST)
    assert got == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("scale", [1e-300, 1e-3, 1e300])
def test_errors_in_units_scale_and_ratios_do_not(metric: str, scale: float) -> None:
    actual, forecast, past = (np.array(numbers) for numbers in ([22.0, 20, 15, 22], [19.0] * 4, PAST))
    wanted = forecast_error(actual, forecast, metric, past)
    got = forecast_error(actual * scale, forecast * scale, metric, past * scale)
    in_units = metric in {"MAE", "RMSE", "BIAS"}
    assert got == pytest.approx(wanted * scale if in_units else wanted, rel=1e-9)


@few
@given(history=st.lists(st.integers(0, 50), min_size=3, max_size=20))
def test_the_naive_forecast_has_a_scaled_error_of_1(history: list[float]) -> None:
    assume(len(set(history)) > 1)
    for metric in ("MASE", "RMSSE"):
        assert forecast_error(history[1:], history[:-1], metric, history) == pytest.approx(1)


def test_a_season_scales_by_the_seasonal_naive_forecast() -> None:
    """|3 - 1|, |4 - 2|: the seasonal naive forecast misses by 2, this one by 4; gaps are left out."""
    assert forecast_error([9], [5], "MASE", [1, 2, 3, 4], 2) == 2.0
    assert forecast_error([9], [5], "MASE", [NAN, 2, 3, 4], 2) == 2.0


def test_both_0_counts_0_in_smape() -> None:
    assert forecast_error([0, 4], [0, 0], "SMAPE") == 1.0


@few
@given(errors=st.lists(st.floats(-100, 100), min_size=1, max_size=20))
def test_the_tracking_signal_stays_within_the_number_of_periods(errors: list[float]) -> None:
    assume(any(abs(error) > 1e-6 for error in errors))
    signal = tracking_signal(errors, [0.0] * len(errors))
    assert abs(signal) <= len(errors) * (1 + 1e-9)
    assert signal * np.sum(errors) >= -1e-9
    alike = np.abs(errors)
    assert tracking_signal(alike, np.zeros(len(errors))) == pytest.approx(len(errors))
    assert tracking_signal(-alike, np.zeros(len(errors))) == pytest.approx(-len(errors))


@pytest.mark.parametrize("scale", [1e-300, 1e308])
def test_very_large_and_very_small_errors_track_as_any_other(scale: float) -> None:
    """Errors of 1, 1, -1, 1: 2 over a mean absolute error of 1."""
    assert tracking_signal(np.array([1, 1, 0, 1]) * scale, np.array([0, 0, 1, 0]) * scale) == 2.0


def test_pairs_with_a_blank_are_left_out() -> None:
    assert forecast_error([1, NAN, 5], [2, 3, NAN], "MAE") == 1.0


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (([0, 1], [1, 1], "MAPE"), UndefinedRatio),
        (([0, 0], [1, 1], "WAPE"), UndefinedRatio),
        (([1, 2], [1, 1], "MASE"), NotEnoughData),
        (([1, 2], [1, 1], "MASE", [4, 5, 6], 3), NotEnoughData),
        (([1, 2], [1, 1], "MASE", [4, 4, 4]), UndefinedRatio),
        (([1, 2], [1, 1], "RMSSE", [4, 4, 4]), UndefinedRatio),
        (([1, 2], [1, 1, 1], "MAE"), WrongInput),
        (([NAN], [1.0], "MAE"), NotEnoughData),
    ],
)
def test_undefined_measures_are_refused(arguments: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        forecast_error(*arguments)


def test_a_perfect_forecast_has_no_tracking_signal() -> None:
    with pytest.raises(UndefinedRatio):
        tracking_signal([1, 2], [1, 2])
