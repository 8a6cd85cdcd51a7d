"""Each method against numbers worked out elsewhere."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from statsmodels.tsa.api import ExponentialSmoothing, Holt, SimpleExpSmoothing
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.seasonal import seasonal_decompose

from xlinventory.core.errors import OutOfDomain
from xlinventory.core.forecasting import combination
from xlinventory.core.forecasting import ets as ets_module
from xlinventory.core.forecasting.combination import dense, mixed
from xlinventory.core.forecasting.decomposition import moving_average, repeats, seasonal
from xlinventory.core.forecasting.exponential import (
    by_group,
    holt_winters,
    level_start,
    line_start,
    ses,
    theta,
)
from xlinventory.core.forecasting.grids import Fit, grid, recent_variance, smoothed
from xlinventory.core.forecasting.intermittent import croston_rate
from xlinventory.core.forecasting.methods import METHODS, combined
from xlinventory.core.forecasting.sparse import sparse

Matrix = NDArray[np.float64]
WALLACE = np.array(
    [10.0, 12, 13, 16, 19, 23, 26, 30, 28, 18, 16, 14]
)  # Heizer & Render, Wallace Garden Supply
OIL = np.array(
    [446.66, 454.47, 455.66, 423.63, 456.27, 440.59, 425.33, 485.15, 506.05, 526.79, 514.27, 494.21]
)  # Hyndman & Athanasopoulos, Forecasting: principles and practice, 1st ed., ch. 7


def forecast(name: str, history: Matrix, season: int = 0, horizon: int = 1) -> Matrix:
    return METHODS[name](np.atleast_2d(history), season, horizon).mean[0]


def monthly(years: int = 4, noise: float = 2.0) -> Matrix:
    time, rng = np.arange(12 * years), np.random.default_rng(4)
    return 60 + 0.4 * time + 20 * np.sin(time * np.pi / 6) + rng.normal(0, noise, len(time))


def test_moving_average_of_three_is_the_published_one() -> None:
    """Heizer & Render, Wallace Garden Supply: the 3-month average after December is 16."""
    assert forecast("sma", WALLACE) == pytest.approx([16.0])


def test_naive_mean_and_season_by_hand() -> None:
    assert forecast("naive", WALLACE, horizon=2).tolist() == [14, 14]
    assert forecast("mean", WALLACE, horizon=2) == pytest.approx([225 / 12] * 2)
    assert forecast("snaive", WALLACE, 4, 6).tolist() == [28, 18, 16, 14, 28, 18]
    assert forecast("sma", WALLACE, 4) == pytest.approx([(28 + 18 + 16 + 14) / 4])


def test_simple_methods_step_over_missing_periods() -> None:
    history = np.array([1.0, 2, 3, 4, 5, np.nan, np.nan])
    assert forecast("naive", history).tolist() == [5]
    assert forecast("sma", history) == pytest.approx([5])  # of the last three periods one is known
    assert forecast("sma", np.append(history, np.nan)) == pytest.approx([5])  # none: the last average stays
    assert forecast("mean", history) == pytest.approx([3])
    assert forecast("snaive", history, 4, 4).tolist() == [4, 5, 2, 3]
    assert forecast("snaive", np.array([np.nan, np.nan, 6.0, 8]), 3, 3).tolist() == [8, 6, 8]


@pytest.mark.parametrize("variant", ["croston", "sba", "tsb"])
def test_croston_and_its_corrections_are_those_of_the_worksheet_function(variant: str) -> None:
    history = np.array([[0, 0, 10, 0, 0, 20, 0, 0, 0, 15.0]])
    assert forecast(variant, history, horizon=2) == pytest.approx([croston_rate(history, variant)[0]] * 2)


@pytest.mark.parametrize("alpha", [0.1, 0.5, 0.9])
def test_simple_smoothing_of_one_constant_agrees_with_statsmodels(alpha: float) -> None:
    start = OIL[:4].mean()
    model = SimpleExpSmoothing(OIL, initialization_method="known", initial_level=start)
    theirs = model.fit(smoothing_level=alpha, optimized=False).forecast(3)
    ours = smoothed(OIL[None], level_start(OIL[None]), grid((alpha,)), 3)
    np.testing.assert_allclose(ours.mean[0], theirs)


@pytest.mark.parametrize("phi", [1.0, 0.9])
def test_a_trend_of_one_set_of_constants_agrees_with_statsmodels(phi: float) -> None:
    start = line_start(OIL[None])
    fit = Holt(
        OIL,
        damped_trend=phi < 1,
        initialization_method="known",
        initial_level=start.level[0],
        initial_trend=start.trend[0],
    ).fit(
        smoothing_level=0.4,
        smoothing_trend=0.3,
        damping_trend=phi if phi < 1 else None,
        optimized=False,
    )
    ours = smoothed(OIL[None], start, grid((0.4,), (0.3,), phi=(phi,)), 4)
    np.testing.assert_allclose(ours.mean[0], fit.forecast(4))


def test_the_line_a_trend_starts_from_is_the_least_squares_line() -> None:
    start, line = line_start(OIL[None]), np.polyfit(np.arange(1, 7), OIL[:6], 1)
    assert start.trend[0] == pytest.approx(line[0])
    assert start.level[0] == pytest.approx(line[1])


def test_a_multiplicative_season_of_one_set_of_constants_agrees_with_statsmodels() -> None:
    """But for the last phase, in which statsmodels forecasts without the last period's correction."""
    history, terms = monthly(), np.linspace(0.8, 1.2, 12)
    fit = ExponentialSmoothing(
        history,
        trend="add",
        damped_trend=True,
        seasonal="mul",
        seasonal_periods=12,
        initialization_method="known",
        initial_level=60.0,
        initial_trend=0.0,
        initial_seasonal=terms,
    ).fit(
        smoothing_level=0.3, smoothing_trend=0.2, smoothing_seasonal=0.1, damping_trend=0.9, optimized=False
    )
    start = level_start(history[None])._replace(level=np.array([60.0]), season=terms[:, None])
    ours = smoothed(history[None], start, grid((0.3,), (0.2,), (0.1,), (0.9,)), 12, "mul")
    np.testing.assert_allclose(ours.mean[0, :11], fit.forecast(11), rtol=1e-9)


def test_constants_weigh_by_their_likelihood() -> None:
    """Two constants by hand: SSE 8.5 and 12.25 over 3 errors weigh 8.5^-1.5 and 12.25^-1.5."""
    rows = np.array([[2.0, 4, 1, 3]])
    start = level_start(rows, 1)
    one, other = (smoothed(rows, start, grid((alpha,)), 1).mean[0, 0] for alpha in (0.5, 1.0))
    squares = np.array([2.0**2 + 2.0**2 + 1.0**2, 2.0**2 + 3.0**2 + 2.0**2])
    weights = squares**-1.5 / np.sum(squares**-1.5)
    assert (one, other) == (2.5, 3.0)
    both = smoothed(rows, start, grid((0.5, 1.0)), 1)
    assert both.mean[0, 0] == pytest.approx(weights @ [one, other])
    assert both.carry[0] == pytest.approx(weights @ [0.5, 1.0])


def test_recent_errors_weigh_more() -> None:
    """(0.97 * 1 + 4) / (0.97 + 1), by hand."""
    assert recent_variance(np.array([[1.0, 2.0]])) == pytest.approx([(0.97 + 4) / 1.97])


def test_theta_adds_half_the_slope_to_simple_smoothing() -> None:
    drift = np.polyfit(np.arange(12), OIL, 1)[0] / 2
    wanted = ses(OIL[None], 0, 3).mean[0] + drift * np.array([1, 2, 3])
    np.testing.assert_allclose(theta(OIL[None], 0, 3).mean[0], wanted)


@pytest.mark.parametrize("length", [12, 7])
def test_the_trend_under_a_season_agrees_with_statsmodels(length: int) -> None:
    history = monthly()
    theirs = seasonal_decompose(history, period=length).trend
    ours = moving_average(history[None], length)[0]
    inside = ~np.isnan(theirs)
    np.testing.assert_allclose(ours[inside], theirs[inside])
    assert np.isfinite(ours).all()


def test_a_row_that_begins_later_has_the_trend_of_its_own() -> None:
    history = monthly()
    padded = np.concatenate([np.full(5, np.nan), history])
    both = np.stack([padded, np.concatenate([history, history[:5]])])
    np.testing.assert_allclose(moving_average(both, 12)[0, 5:], moving_average(history[None], 12)[0])


def test_exact_seasons_are_not_shrunk() -> None:
    terms = np.array([-3.0, 1, 4, -2])
    history = 20 + np.tile(terms, 6)
    found = seasonal(history[None], 4, np.array([False]))
    np.testing.assert_allclose(found.difference[0], terms, atol=1e-9)
    ratios = seasonal(history[None], 4, np.array([True]))
    np.testing.assert_allclose(ratios.ratio[0], 1 + terms / 20, rtol=1e-9)


def test_seasons_of_noise_shrink_away() -> None:
    noise = np.random.default_rng(8).normal(100, 10, (200, 48))
    found = seasonal(noise, 12, np.zeros(200, dtype=bool)).difference
    raw = noise.reshape(200, 4, 12).mean(axis=1)
    assert np.var(found) < 0.4 * np.var(raw - raw.mean(axis=1, keepdims=True))


def test_fewer_than_two_seasons_show_none() -> None:
    rows = np.stack([monthly(2), np.concatenate([[np.nan], monthly(2)[1:]])])
    found = seasonal(rows, 12, np.array([True, True]))
    assert np.ptp(found.ratio[0]) > 0.1
    assert (found.ratio[1] == 1).all()
    assert (seasonal(rows[:, 1:], 12, np.array([True, False])).ratio == 1).all()


def test_demand_repeats_when_last_season_foretells_it() -> None:
    season = np.tile([0.0, 0, 5, 0, 9, 0], 4)
    rng = np.random.default_rng(0)
    rows = np.stack([season, rng.permutation(season), np.where(np.arange(24) < 13, np.nan, season)])
    assert repeats(rows, 6).tolist() == [True, False, False]
    assert not repeats(rows, 1).any()
    assert not repeats(rows, 13).any()


def test_holt_winters_follows_the_kind_of_each_row() -> None:
    positive, with_zero = monthly(), np.maximum(monthly() - 45, 0)
    together = holt_winters(np.stack([positive, with_zero]), 12, 12).mean
    np.testing.assert_allclose(together[0], holt_winters(positive[None], 12, 12).mean[0])
    np.testing.assert_allclose(together[1], holt_winters(with_zero[None], 12, 12).mean[0])


def test_groups_are_put_back_in_their_places() -> None:
    def constant(value: float) -> Fit:
        return Fit(np.full((2, 3), value), np.full(2, value), np.full(2, value))

    rows, chosen = np.zeros((4, 5)), np.array([True, False, False, True])
    found = by_group(rows, chosen, lambda _: constant(1.0), lambda _: constant(2.0))
    for part in found:
        assert part.reshape(4, -1)[:, 0].tolist() == [1, 2, 2, 1]


def test_a_mixture_has_the_mean_of_its_parts_and_the_variance_of_the_better() -> None:
    one = Fit(np.array([[10.0]]), np.array([1.0]), np.array([0.2]))
    other = Fit(np.array([[20.0]]), np.array([4.0]), np.array([0.6]))
    found = mixed((0.5, one), (0.5, other))
    assert [float(part.ravel()[0]) for part in found] == pytest.approx([15, 1.6, 0.4])  # 1 / (1/2 + 1/8)


def test_the_combination_suits_the_kind_of_demand() -> None:
    rng = np.random.default_rng(6)
    rows = np.stack([rng.normal(50, 5, 40), rng.poisson(0.4, 40).astype(float)])
    together = combined(rows, 0, 3).mean
    np.testing.assert_allclose(together[0], dense(rows[:1], 0, 3)["comb"].mean[0])
    np.testing.assert_allclose(together[1], sparse(rows[1:], 3)["comb"].mean[0])


def test_a_long_history_is_forecast_from_its_last_part_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mean of the combination of all of it and that of the last 60 periods alone."""
    rows = np.stack([monthly(8), np.concatenate([np.full(60, np.nan), monthly(3)])])
    found, recent = combined(rows, 0, 4).mean, combined(rows[:1, -60:], 0, 4).mean
    monkeypatch.setattr(combination, "RECENT", 10_000)
    whole = combined(rows, 0, 4).mean
    np.testing.assert_allclose(found[0], (whole[0] + recent[0]) / 2)
    np.testing.assert_allclose(found[1], whole[1])


def test_the_combination_beats_naive_on_seasonal_demand_with_noise() -> None:
    rng, time = np.random.default_rng(9), np.arange(72)
    rows = (80 + 25 * np.sin(time * np.pi / 6)) * rng.uniform(0.8, 1.2, (60, 72))
    errors = {
        name: np.abs(METHODS[name](rows[:, :60], 12, 12).mean - rows[:, 60:]).mean()
        for name in ("comb", "naive", "snaive")
    }
    assert errors["comb"] < 0.85 * min(errors["naive"], errors["snaive"])


@settings(max_examples=60, deadline=None)
@given(
    arrays(
        np.float64, st.tuples(st.integers(1, 3), st.integers(5, 20)), elements=st.integers(1, 99).map(float)
    ),
    st.integers(1, 1000),
    st.sampled_from(["naive", "snaive", "mean", "sma", "ses", "holt", "damped", "theta"]),
)
def test_adding_a_constant_adds_it_to_the_forecast(rows: Matrix, shift: int, name: str) -> None:
    before, after = METHODS[name](rows, 0, 3), METHODS[name](rows + shift, 0, 3)
    np.testing.assert_allclose(after.mean, before.mean + shift, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(after.variance, before.variance, rtol=1e-5, atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    arrays(
        np.float64, st.tuples(st.integers(1, 3), st.integers(5, 20)), elements=st.integers(0, 99).map(float)
    ),
    st.sampled_from(["naive", "mean", "sma", "ses"]),
)
def test_levels_stay_within_what_was_seen(rows: Matrix, name: str) -> None:
    mean = METHODS[name](rows, 0, 2).mean
    assert (mean >= rows.min(axis=1, keepdims=True) - 1e-9).all()
    assert (mean <= rows.max(axis=1, keepdims=True) + 1e-9).all()


def test_ets_is_the_statsmodels_model_of_the_least_criterion() -> None:
    history = monthly()
    shapes = [
        {"trend": trend, "damped_trend": trend is not None, "seasonal": season, "seasonal_periods": 12}
        for trend in (None, "add")
        for season in (None, "add")
    ]
    fits = [ETSModel(history, **shape).fit(disp=False) for shape in shapes]
    best = min(fits, key=lambda fit: fit.aicc)
    np.testing.assert_allclose(forecast("ets", history, 12, 6), best.forecast(6), rtol=1e-6)


def test_ets_of_a_short_history_has_no_season_and_carries_over_missing_periods() -> None:
    history = np.array([np.nan, 5.0, 6, np.nan, 7, 6, 5, 6])
    filled = np.array([5.0, 6, 6, 7, 6, 5, 6])
    np.testing.assert_allclose(forecast("ets", history, 12, 2), forecast("ets", filled, 0, 2))


def test_ets_that_finds_no_model_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ets_module, "TRENDS", ({"trend": "no such trend"},))
    with pytest.raises(OutOfDomain, match="no model"):
        METHODS["ets"](OIL[None], 0, 2)
