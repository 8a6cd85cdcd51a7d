"""The forecasting engine as a whole: what it gives for many items, and the laws it keeps."""

import subprocess
import sys
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from xlinventory import Forecasts, forecast_many
from xlinventory.core.errors import InventoryError, NotEnoughData, OutOfDomain, WrongInput
from xlinventory.core.forecasting import routing
from xlinventory.core.forecasting.methods import METHODS
from xlinventory.core.forecasting.ranking import ranked_methods

Matrix = NDArray[np.float64]
LEVELS = (0.9, 0.95, 0.99)
NUMBERS = ("mean", "low", "high", "lead_time_quantiles", "error", "bias", "residual_sd", "carry")
QUICK = [name for name in METHODS if name != "ets"]
modest = settings(max_examples=60, deadline=None)

demand = st.one_of(st.just(np.nan), st.just(0.0), st.integers(0, 30).map(float), st.floats(0, 1e6))
histories = st.tuples(st.integers(1, 4), st.integers(1, 30)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=demand)
)


def portfolio() -> Matrix:
    """Steady, trending, seasonal, erratic, intermittent, lumpy, dead and new items, 60 periods."""
    rng, time = np.random.default_rng(7), np.arange(60)
    rows = np.stack(
        [
            rng.normal(100, 5, 60),
            20 + 2 * time + rng.normal(0, 4, 60),
            (50 + 30 * np.sin(time * np.pi / 6)) * rng.uniform(0.9, 1.1, 60),
            rng.gamma(2, 10, 60),
            rng.poisson(0.3, 60).astype(float),
            np.where(rng.random(60) < 0.3, rng.integers(1, 60, 60), 0).astype(float),
            np.zeros(60),
            np.where(time < 50, np.nan, rng.poisson(12, 60)),
        ]
    )
    rows[0, [10, 30]] = np.nan
    return rows


def assert_same(one: Forecasts, other: Forecasts) -> None:
    for name in NUMBERS:
        np.testing.assert_allclose(
            getattr(one, name), getattr(other, name), rtol=1e-8, atol=1e-9, err_msg=name
        )
    assert one.method.tolist() == other.method.tolist()
    assert one.season_length.tolist() == other.season_length.tolist()


def rows_of(found: Forecasts, items: list[int]) -> Forecasts:
    names = [field.name for field in fields(Forecasts) if field.name != "candidates"]
    return replace(found, **{name: getattr(found, name)[items] for name in names})


def test_shapes_are_those_of_items_horizon_and_levels() -> None:
    found = forecast_many(portfolio(), 12, 5, lead_time=2.5, levels=LEVELS)
    assert found.mean.shape == found.low.shape == found.high.shape == (8, 5)
    assert found.lead_time_quantiles.shape == (8, 3)
    for name in ("method", "season_length", "error", "bias", "residual_sd", "carry"):
        assert getattr(found, name).shape == (8,)


def test_without_levels_there_are_no_quantiles() -> None:
    assert forecast_many(portfolio(), 12, 5).lead_time_quantiles.shape == (8, 0)


def test_a_history_of_fewer_than_four_known_periods_gives_nan_and_no_method() -> None:
    short = [[np.nan, 1, 2, np.nan, 3], [1, 2, 3, 4, 5]]
    found = forecast_many(short, 1, 2, lead_time=2, levels=(0.9,))
    for name in NUMBERS:
        assert np.isnan(getattr(found, name)[0]).all(), name
        assert np.isfinite(getattr(found, name)[1]).all(), name
    assert found.method[0] == ""
    assert found.method[1] in METHODS


def test_nothing_at_all_gives_nothing() -> None:
    found = forecast_many(np.full((2, 0), np.nan), 1, 3, lead_time=1, levels=(0.9,))
    assert np.isnan(found.mean).all()
    assert len(forecast_many(np.empty((0, 12)), 12, 3).mean) == 0


@pytest.mark.parametrize("method", ["auto", *QUICK])
def test_constant_demand_goes_on_without_spread(method: str) -> None:
    found = forecast_many(np.full((1, 26), 20.0), 4, 3, lead_time=2, levels=(0.5, 0.99), method=method)
    wanted = 20 * (0.95 if method == "sba" else 1.0)  # Syntetos & Boylan: (1 - alpha / 2) of Croston's
    np.testing.assert_allclose(found.mean, wanted, rtol=1e-9)
    if method not in ("sba", "tsb", "croston"):
        np.testing.assert_allclose(found.low, 20, rtol=1e-6)
        np.testing.assert_allclose(found.high, 20, rtol=1e-6)
        np.testing.assert_allclose(found.lead_time_quantiles, 40, rtol=1e-6)


def test_an_item_never_wanted_needs_nothing() -> None:
    found = forecast_many(np.zeros((1, 30)), 1, 2, lead_time=5, levels=(0.5, 0.99))
    for name in ("mean", "low", "high", "lead_time_quantiles", "residual_sd"):
        assert (getattr(found, name) == 0).all(), name


def test_periods_in_which_nothing_was_wanted_judge_no_forecast_of_rare_demand() -> None:
    """Forecasting nothing would be right in all of them, and leave no stock for the next one."""
    rows = np.zeros((1, 60))
    rows[0, [2, 6, 9, 15, 18]] = 3.0
    found = forecast_many(rows, 0, 1)
    assert (found.method[0], found.runner_up[0]) == ("comb", "slow")
    assert np.isnan([found.error[0], found.naive_error[0], found.bias[0]]).all()
    assert found.mean[0, 0] > 0
    assert ranked_methods(rows[0], 0).methods[0] == "comb"


def test_a_missing_period_is_not_zero() -> None:
    history = np.full(30, 10.0)
    history[[5, 6, 20, 29]] = np.nan
    for method in ("auto", *QUICK):
        found = forecast_many(history, 1, 2, method=method)
        np.testing.assert_allclose(found.mean, 9.5 if method == "sba" else 10.0, err_msg=method)


def test_a_season_that_repeats_exactly_goes_on() -> None:
    season = np.array([10.0, 20, 30, 40, 50, 60, 70, 60, 50, 40, 30, 20])
    for length in (12, 1):
        found = forecast_many(np.tile(season, 5), length, 12)
        np.testing.assert_allclose(found.mean[0], season, rtol=0.02)
        assert found.season_length[0] == 12


def test_a_straight_line_goes_on() -> None:
    line = 10.0 + 3 * np.arange(40)
    found = forecast_many(line, 0, 4)
    np.testing.assert_allclose(found.mean[0], 10 + 3 * np.arange(40, 44), rtol=0.05)


def test_one_year_shows_no_season() -> None:
    year = 50 + 40 * np.sin(np.arange(52) * 2 * np.pi / 52)
    found = forecast_many(year, 52, 4)
    assert found.season_length[0] == 0
    assert forecast_many(np.tile(year, 2), 52, 4).season_length[0] == 52


def test_no_season_is_used_where_none_is_asked_for() -> None:
    found = forecast_many(portfolio(), 0, 3)
    assert not found.season_length.any()


def test_a_season_of_many_empty_periods_is_believed_when_it_repeats() -> None:
    christmas = np.tile([0.0] * 9 + [40, 80, 120], 4)
    found = forecast_many(christmas, 12, 12)
    assert found.season_length[0] == 12
    assert found.mean[0, 9:].sum() > 0.9 * found.mean[0].sum()
    assert forecast_many(np.roll(portfolio()[4], 3), 12, 12).season_length[0] == 0


def test_each_item_is_forecast_by_itself() -> None:
    rows = portfolio()
    lead = np.linspace(0.5, 6, len(rows))
    together = forecast_many(rows, 1, 6, lead_time=lead, levels=LEVELS)
    for i, row in enumerate(rows):
        alone = forecast_many(row[np.isnan(row).argmin() :], 1, 6, lead_time=lead[i], levels=LEVELS)
        assert_same(rows_of(together, [i]), alone)


def test_permuting_items_permutes_results(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, order = portfolio(), [5, 2, 7, 0, 1, 6, 3, 4]
    straight = forecast_many(rows, 12, 6, lead_time=3, levels=LEVELS)
    monkeypatch.setattr(routing, "BLOCK", 2)
    assert_same(rows_of(straight, order), forecast_many(rows[order], 12, 6, lead_time=3, levels=LEVELS))


def test_the_horizon_does_not_change_what_is_forecast() -> None:
    near, far = forecast_many(portfolio(), 12, 2), forecast_many(portfolio(), 12, 20)
    np.testing.assert_allclose(near.mean, far.mean[:, :2], rtol=1e-10)
    assert near.method.tolist() == far.method.tolist()


def test_periods_before_the_first_change_nothing() -> None:
    rows = portfolio()
    padded = np.concatenate([np.full((len(rows), 9), np.nan), rows], axis=1)
    assert_same(
        forecast_many(rows, 12, 4, lead_time=2, levels=LEVELS),
        forecast_many(padded, 12, 4, lead_time=2, levels=LEVELS),
    )


def test_demand_too_small_for_a_float_is_none() -> None:
    rows = np.array([[2e-313, 0, 0, 2e-313, 0, 0], [0.0] * 6])
    found = forecast_many(rows, 0, 2, lead_time=2, levels=LEVELS)
    np.testing.assert_array_equal(found.mean[0], found.mean[1])
    np.testing.assert_array_equal(found.lead_time_quantiles[0], found.lead_time_quantiles[1])


@modest
@given(histories, st.integers(-40, 40))
def test_scaling_demand_scales_the_forecast(rows: Matrix, power: int) -> None:
    """Powers of two, which float arithmetic scales without rounding; spread of counts has a unit."""
    rows = np.where(rows < 1e-200, 0.0, rows)
    scaled = forecast_many(np.ldexp(rows, power), 4, 3)
    found = forecast_many(rows, 4, 3)
    np.testing.assert_array_equal(np.ldexp(found.mean, power), scaled.mean)
    np.testing.assert_array_equal(found.error, scaled.error)
    assert found.method.tolist() == scaled.method.tolist()


@modest
@given(histories, st.sampled_from(["auto", *QUICK]), st.sampled_from([0, 1, 3, 12]))
def test_whatever_comes_in_finite_and_ordered_numbers_go_out(rows: Matrix, method: str, season: int) -> None:
    before = rows.copy()
    found = forecast_many(rows, season, 4, lead_time=2.5, levels=LEVELS, method=method)
    again = forecast_many(rows, season, 4, lead_time=2.5, levels=LEVELS, method=method)
    np.testing.assert_array_equal(rows, before)
    np.testing.assert_array_equal(found.mean, again.mean)
    known = np.sum(~np.isnan(rows), axis=1) >= 4
    for name in ("mean", "low", "high", "lead_time_quantiles", "residual_sd"):
        values = getattr(found, name)
        assert np.isfinite(values[known]).all(), name
        assert (values[known] >= 0).all(), name
        assert np.isnan(values[~known]).all(), name
    slack = 1e-9 * found.high[known]
    assert (found.low[known] <= found.mean[known] + slack).all()
    assert (found.mean[known] <= found.high[known] + slack).all()
    assert (
        np.diff(found.lead_time_quantiles[known], axis=1) >= -1e-9 * found.high[known].max(initial=1)
    ).all()


def test_huge_and_tiny_demands_stay_finite() -> None:
    rng = np.random.default_rng(3)
    rows = 10 ** rng.uniform(-300, 300, (20, 30))
    found = forecast_many(rows, 4, 8, lead_time=3, levels=LEVELS)
    assert np.isfinite(found.mean).all()
    assert np.isfinite(found.high).all()


def test_error_is_the_mase_of_forecasts_from_three_origins() -> None:
    """Recomputed from the public function on histories cut off by hand: windows of 60 // 8 = 7 periods."""
    row = portfolio()[1]
    found = forecast_many(row, 0, 1, method="theta")
    errors = np.concatenate(
        [
            row[60 - back : 67 - back] - forecast_many(row[: 60 - back], 0, 7, method="theta").mean[0][:7]
            for back in (7, 14, 21)
        ]
    )
    assert found.error[0] == pytest.approx(np.abs(errors).mean() / np.abs(np.diff(row)).mean())
    assert found.bias[0] == pytest.approx(errors.mean())


def test_the_chosen_method_has_the_least_error_of_those_tried_or_as_little_as_naive() -> None:
    rows = portfolio()[:4]
    found = forecast_many(rows, 12, 1)
    for i, row in enumerate(rows):
        ranked = ranked_methods(row, 12)
        assert ranked.errors[0] == ranked.errors.min()
        if ranked.methods[0] in ("naive", "snaive"):
            assert found.error[i] <= ranked.errors[0] * (1 + 1e-12)
        else:
            assert ranked.methods[0] == found.method[i]
            assert ranked.errors[0] == pytest.approx(found.error[i])


def test_more_periods_may_be_held_out() -> None:
    """9 periods are three windows of 3, worked out from forecasts of cut histories."""
    row = portfolio()[3]
    ranked = ranked_methods(row, 0, 9)
    errors = np.concatenate(
        [
            row[60 - back : 63 - back]
            - forecast_many(row[: 60 - back], 0, 3, method=ranked.methods[0]).mean[0]
            for back in (3, 6, 9)
        ]
    )
    assert ranked.errors[0] == pytest.approx(np.abs(errors).mean() / np.abs(np.diff(row)).mean())


def test_too_many_held_out_periods_are_refused() -> None:
    with pytest.raises(NotEnoughData, match="too short to hold out 30"):
        ranked_methods(np.arange(10.0), 0, 30)
    with pytest.raises(NotEnoughData, match="no known period to hold out"):
        ranked_methods([1, 2, 3, 4, np.nan, np.nan, np.nan], 0, 3)
    assert ranked_methods(np.arange(7.0), 0, 3).methods


def test_the_shortest_history_has_one_origin_and_no_more() -> None:
    found = forecast_many([[5.0, 7, 6, 8]], 1, 1)
    assert np.isfinite(found.error[0])


def test_quantiles_of_each_items_own_lead_time() -> None:
    rows = np.tile(portfolio()[0], (3, 1))
    found = forecast_many(rows, 0, 1, lead_time=[0.0, 1.5, np.nan], levels=(0.5,), method="comb")
    one = forecast_many(rows[0], 0, 2, method="comb")
    np.testing.assert_allclose(found.lead_time_quantiles[:2, 0], [0, one.mean[0] @ [1, 0.5]], rtol=1e-9)
    assert np.isnan(found.lead_time_quantiles[2, 0])


def test_a_lead_time_beyond_the_horizon_is_forecast_as_well() -> None:
    far = forecast_many(portfolio()[1], 0, 9, method="comb")
    found = forecast_many(portfolio()[1], 0, 1, lead_time=9, levels=(0.5,), method="comb")
    assert found.lead_time_quantiles[0, 0] == pytest.approx(far.mean.sum())


def test_own_lengths_of_seasonal_naive_and_moving_average_need_no_two_seasons() -> None:
    history = np.arange(1.0, 11)
    np.testing.assert_allclose(forecast_many(history, 7, 7, method="snaive").mean[0], history[-7:])
    np.testing.assert_allclose(forecast_many(history, 7, 1, method="sma").mean[0], history[-7:].mean())


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"history": [[1, 2, -3, 4]]}, OutOfDomain),
        ({"history": [[1, 2, np.inf, 4]]}, OutOfDomain),
        ({"history": np.ones((2, 2, 2))}, WrongInput),
        ({"season_length": -1}, OutOfDomain),
        ({"season_length": 2.5}, OutOfDomain),
        ({"horizon": 0}, OutOfDomain),
        ({"horizon": 1.5}, OutOfDomain),
        ({"horizon": 1001}, OutOfDomain),
        ({"levels": (95,)}, OutOfDomain),
        ({"coverage": 1.0}, OutOfDomain),
        ({"lead_time": -1}, OutOfDomain),
        ({"lead_time": 1001}, OutOfDomain),
        ({"lead_time": [1, 2]}, WrongInput),
        ({"lead_time": [[1]]}, WrongInput),
        ({"method": "holtz"}, WrongInput),
    ],
)
def test_what_has_no_meaning_is_refused(arguments: dict[str, object], error: type[InventoryError]) -> None:
    with pytest.raises(error):
        forecast_many(**{"history": [[1, 2, 3, 4]], **arguments})  # type: ignore[arg-type]  # one is wrong


@pytest.mark.parametrize("sd", [0.0, 0.3])
def test_lead_time_quantiles_attain_their_service_on_drifting_demand(sd: float) -> None:
    """400 items of a local level model, whose true distribution is known: never 2 points short at 90, 95."""
    rng = np.random.default_rng(11)
    level = 100 + np.cumsum(rng.normal(0, 10 * sd, (400, 64)), axis=1)
    rows = np.maximum(level + rng.normal(0, 10, (400, 64)), 1)
    found = forecast_many(rows[:, :60], 0, 1, lead_time=4, levels=LEVELS)
    attained = np.mean(rows[:, 60:].sum(axis=1)[:, None] <= found.lead_time_quantiles, axis=0)
    assert (attained >= np.array(LEVELS) - [0.03, 0.02, 0.01]).all()
    assert (attained <= np.add(LEVELS, [0.05, 0.04, 0.01])).all()


@pytest.mark.parametrize("rate", [0.1, 0.5, 2.0])
def test_lead_time_quantiles_attain_their_service_on_poisson_demand(rate: float) -> None:
    """No less than nominal by more than 2.5 sds of 400 items' share, and not far more stock than it takes."""
    rng = np.random.default_rng(5)
    rows = rng.poisson(rate, (400, 64)).astype(float)
    found = forecast_many(rows[:, :60], 0, 1, lead_time=4, levels=LEVELS)
    attained = np.mean(rows[:, 60:].sum(axis=1)[:, None] <= found.lead_time_quantiles, axis=0)
    nominal = np.array(LEVELS)
    assert (attained >= nominal - 2.5 * np.sqrt(nominal * (1 - nominal) / 400)).all()
    true = np.random.default_rng(1).poisson(4 * rate, 100_000)
    assert found.lead_time_quantiles[:, 1].mean() <= np.quantile(true, 0.995) + 1


def test_ranges_of_the_next_period_attain_their_coverage() -> None:
    rng = np.random.default_rng(2)
    rows = rng.gamma(16, 5, (400, 61))
    found = forecast_many(rows[:, :60], 0, 1)
    inside = (rows[:, 60] >= found.low[:, 0]) & (rows[:, 60] <= found.high[:, 0])
    assert 0.93 <= inside.mean() <= 0.99


def test_a_wider_coverage_gives_a_wider_range() -> None:
    narrow, wide = (forecast_many(portfolio(), 12, 3, coverage=share) for share in (0.5, 0.99))
    assert (wide.low <= narrow.low).all()
    assert (wide.high >= narrow.high).all()


def test_importing_brings_neither_statsmodels_nor_scipy_stats() -> None:
    code = "import sys, xlinventory.core.forecasting as f; print(*sorted(sys.modules))"
    modules = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "xlinventory.core.forecasting.engine" in modules
    assert not {"statsmodels", "scipy.stats", "pandas"} & set(modules)


def test_no_items_give_no_rows() -> None:
    found = forecast_many(np.empty((0, 5)), 1, 3, lead_time=2, levels=LEVELS)
    assert (found.mean.shape, found.lead_time_quantiles.shape) == ((0, 3), (0, 3))


def test_without_a_lead_time_there_are_no_quantiles() -> None:
    assert np.isnan(forecast_many([[10.0, 12, 11, 9, 10, 12]], levels=LEVELS).lead_time_quantiles).all()


def test_words_are_no_history() -> None:
    with pytest.raises(WrongInput, match="history must be numbers"):
        forecast_many("x")
