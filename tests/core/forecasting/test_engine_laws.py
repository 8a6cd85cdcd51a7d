"""Laws of forecasts that hold whatever the history, asked of the engine by the name of each method."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from xlinventory import forecast_many
from xlinventory.core.forecasting.methods import METHODS

Matrix = NDArray[np.float64]
QUICK = [name for name in METHODS if name != "ets"]  # which is statsmodels' own, and takes long
MOVING = ("naive", "snaive", "mean", "sma", "ses", "holt", "damped", "theta", "slow")
"""Methods to which a constant may be added; the others look at ratios, or at which demands are 0."""
INSIDE = ("naive", "snaive", "mean", "sma", "ses", "slow")
"""Averages of what was seen."""
few = settings(max_examples=20, deadline=None)


def demands(least: int, most: int) -> st.SearchStrategy[Matrix]:
    shapes = st.tuples(st.integers(1, 3), st.integers(5, 24))
    return arrays(np.float64, shapes, elements=st.integers(least, most).map(float))


now_and_then = arrays(
    np.float64, st.tuples(st.just(2), st.integers(8, 24)), elements=st.sampled_from([0.0, 0.0, 0.0, 1, 4, 30])
)


@few
@given(rows=demands(0, 99), factor=st.floats(1e-3, 1e3), season=st.sampled_from([0, 4]))
@pytest.mark.parametrize("method", QUICK)
def test_a_forecast_scales_with_its_demand(method: str, rows: Matrix, factor: float, season: int) -> None:
    """And so do its bias and its spread; the share of the error that stays, and its MASE, do not change."""
    one = forecast_many(rows, season, 3, method=method)
    other = forecast_many(rows * factor, season, 3, method=method)
    near = 1e-6 * rows.max()
    np.testing.assert_allclose(other.mean / factor, one.mean, rtol=1e-6, atol=near)
    np.testing.assert_allclose(other.bias / factor, one.bias, rtol=1e-6, atol=near)
    np.testing.assert_allclose(other.carry, one.carry, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(other.error, one.error, rtol=1e-5, atol=1e-6)


@few
@given(rows=demands(1, 99), shift=st.integers(1, 1000))
@pytest.mark.parametrize("method", MOVING)
def test_a_forecast_moves_with_its_demand(method: str, rows: Matrix, shift: int) -> None:
    """As far as it is above 0, where forecasts end: a trend may lead there."""
    one = forecast_many(rows + 10_000, 0, 3, method=method)
    other = forecast_many(rows + 10_000 + shift, 0, 3, method=method)
    np.testing.assert_allclose(other.mean, one.mean + shift, rtol=1e-8)
    np.testing.assert_allclose(other.bias, one.bias, atol=1e-4)


@few
@given(rows=demands(0, 99), season=st.sampled_from([0, 4]))
@pytest.mark.parametrize("method", INSIDE)
def test_an_average_lies_within_what_was_seen(method: str, rows: Matrix, season: int) -> None:
    season = 0 if method in ("ses", "slow") else season  # put back, a season may go beyond
    mean = forecast_many(rows, season, 3, method=method).mean
    assert (mean >= rows.min(axis=1, keepdims=True) - 1e-9).all()
    assert (mean <= rows.max(axis=1, keepdims=True) + 1e-9).all()


@few
@given(rows=now_and_then, zeros=st.integers(1, 9))
@pytest.mark.parametrize("method", ["croston", "sba"])
def test_croston_does_not_see_zeros_after_the_last_demand(method: str, rows: Matrix, zeros: int) -> None:
    one, other = (
        forecast_many(history, 0, 2, method=method).mean
        for history in (rows, np.pad(rows, ((0, 0), (0, zeros))))
    )
    np.testing.assert_allclose(other, one, rtol=1e-9)


@few
@given(rows=now_and_then)
@pytest.mark.parametrize("method", ["tsb", "slow", "fading"])
def test_the_others_fade_with_each_zero(method: str, rows: Matrix) -> None:
    """Looked at every four of them, as slow and fading weigh their constants anew each time."""
    padded = [np.pad(rows, ((0, 0), (0, zeros))) for zeros in (0, 4, 8, 12)]
    rates = [forecast_many(history, 0, 1, method=method).mean[:, 0] for history in padded]
    for earlier, later in pairwise(rates):
        assert ((later < earlier) | (earlier == 0)).all()


@few
@given(rows=now_and_then)
def test_the_correction_of_croston_takes_off_a_twentieth(rows: Matrix) -> None:
    """1 - alpha / 2 with the constant 0.1."""
    plain, corrected = (forecast_many(rows, 0, 1, method=name).mean for name in ("croston", "sba"))
    np.testing.assert_allclose(corrected, 0.95 * plain, rtol=1e-9)


@few
@given(rows=demands(0, 60), season=st.sampled_from([0, 1, 4]), order=st.randoms(use_true_random=False))
def test_an_item_is_forecast_alike_beside_any_others(rows: Matrix, season: int, order: object) -> None:
    places = list(range(len(rows)))
    order.shuffle(places)  # type: ignore[attr-defined]  # a random.Random
    one, other = forecast_many(rows, season, 3), forecast_many(rows[places], season, 3)
    np.testing.assert_allclose(other.mean, one.mean[places], rtol=1e-9, atol=1e-9)
    assert other.method.tolist() == one.method[places].tolist()
