"""Laws of smoothing, Croston's family, patterns, accuracy and cleaning; edges of each."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.tsa.holtwinters import ExponentialSmoothing, Holt

from xlinventory.core.errors import NotEnoughData, OutOfDomain, UndefinedRatio, WrongInput
from xlinventory.core.forecasting import accuracy, cleaning, fitting, histories, patterns, seasons
from xlinventory.core.forecasting.fitting import smooth
from xlinventory.core.forecasting.intermittent import VARIANTS, croston_rate
from xlinventory.core.forecasting.smoothing import (
    Constants,
    State,
    ahead_of,
    holt_start,
    seasonal_start,
    simple_start,
    walk,
)

NAN = np.nan
values = st.integers(0, 8_000_000).map(lambda n: n / 8)
demands = st.lists(values, min_size=4, max_size=30)
now_and_then = st.lists(st.sampled_from([0.0, 0.0, 0.0, 1.0, 2.0, 5.0, 40.0]), min_size=4, max_size=40)
constant = st.floats(0.01, 1.0)
few = settings(max_examples=40, deadline=None)
each_variant = pytest.mark.parametrize("variant", VARIANTS)


def rate(history: list[float], variant: str = "sba", *constants: float) -> float:
    return float(croston_rate(np.array([history]), variant, *constants)[0])


class TestSmoothing:
    @few
    @given(level=st.floats(0.1, 1e6), alpha=constant, beta=constant, gamma=constant)
    def test_a_constant_history_goes_on(self, level: float, alpha: float, beta: float, gamma: float) -> None:
        history = [level] * 12
        for options in ({}, {"beta": beta}, {"beta": beta, "phi": 0.9}, {"gamma": gamma, "season_length": 4}):
            got = smooth(history, alpha, horizon=5, **options)
            np.testing.assert_allclose(got, level, rtol=1e-9)
        got = smooth(history, alpha, beta, gamma, None, 4, "mul", 5)
        np.testing.assert_allclose(got, level, rtol=1e-9)

    @few
    @given(history=demands, alpha=constant, beta=constant, factor=st.floats(0.01, 100))
    def test_forecasts_scale_with_the_history(self, history, alpha, beta, factor) -> None:
        got = smooth(np.array(history) * factor, alpha, beta, horizon=3)
        wanted = smooth(history, alpha, beta, horizon=3) * factor
        np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-9 * factor * max(history))

    @few
    @given(history=demands, alpha=constant, beta=constant, shift=st.floats(0, 1e6))
    def test_forecasts_move_with_the_history(self, history, alpha, beta, shift) -> None:
        got = smooth(np.array(history) + shift, alpha, beta, horizon=3)
        wanted = smooth(history, alpha, beta, horizon=3) + shift
        np.testing.assert_allclose(got, wanted, rtol=1e-7, atol=1e-7 * (shift + max(history)))

    @few
    @given(history=demands, alpha=constant)
    def test_simple_smoothing_stays_within_the_history(self, history, alpha) -> None:
        got = float(smooth(history, alpha)[0])
        noise = 1e-9 * max(history)
        assert min(history) - noise <= got <= max(history) + noise
        assert float(smooth(history, 1.0)[0]) == history[-1]

    @few
    @given(start=st.integers(0, 100), slope=st.integers(0, 10), alpha=constant, beta=constant)
    def test_a_line_goes_on_without_error(self, start, slope, alpha, beta) -> None:
        """From the line itself; R's simple start puts y1 before period 1 and so begins with an error."""
        rows = (start + slope * np.arange(1.0, 11))[None, :]
        before = State(np.array([float(start)]), np.array([float(slope)]), np.zeros((1, 1)))
        *_, last = walk(rows, before, Constants(alpha, beta))
        ahead = ahead_of(last.state, 1.0, 10, 5)
        np.testing.assert_allclose(ahead[0], start + slope * np.arange(11, 16), rtol=1e-9, atol=1e-9)

    @few
    @given(alpha=constant, beta=constant, gamma=constant)
    def test_a_line_with_a_season_goes_on_without_error(self, alpha, beta, gamma) -> None:
        """Zero-sum season on a level: the start of the first two seasons is exact for it."""
        season = np.tile([5.0, -3.0, -4.0, 2.0], 5)
        got = smooth(50 + season[:12], alpha, beta, gamma, None, 4, "add", 8)
        np.testing.assert_allclose(got, 50 + season[12:], rtol=1e-9)

    def test_fitted_constants_have_no_larger_error_than_those_of_statsmodels(self) -> None:
        """statsmodels searches by L-BFGS-B from the same start values; damping within the same limits."""
        history = np.array([12, 17, 20, 19, 24, 21, 31, 28, 36, 30, 41, 38.0])
        theirs = Holt(
            history, damped_trend=True, initialization_method="known", initial_level=12, initial_trend=5
        ).fit(smoothing_level=0.27, optimized=True)
        ours = smooth(history, "fit", "fit", None, "fit", horizon=1)
        assert squared_error(history, theirs.params) >= squared_error_of_fit(history) * (1 - 1e-6)
        assert np.isfinite(ours).all()

    def test_a_simple_fit_is_that_of_statsmodels(self) -> None:
        history = np.array(
            [446.7, 454.5, 455.7, 423.6, 456.3, 440.6, 425.3, 485.1, 506.0, 526.8, 514.3, 494.2]
        )
        theirs = ExponentialSmoothing(history, initialization_method="known", initial_level=history[0]).fit()
        assert float(smooth(history)[0]) == pytest.approx(float(theirs.forecast(1)[0]), rel=1e-3)

    def test_a_missing_period_leaves_the_level(self) -> None:
        assert smooth([NAN, 10, NAN, 20, 20, 20], 0.5)[0] == pytest.approx(smooth([10, 20, 20, 20], 0.5)[0])

    def test_a_season_can_be_found(self) -> None:
        history = [5, 1, 1, 9, 6, 1, 2, 9, 5, 2, 1, 8]
        np.testing.assert_array_equal(
            smooth(history, 0.2, None, 0.1, None, 1, horizon=4),
            smooth(history, 0.2, None, 0.1, None, 4, horizon=4),
        )
        np.testing.assert_array_equal(
            smooth([3, 1, 4, 1, 5, 9], 0.2, None, 0.1, None, 1), smooth([3, 1, 4, 1, 5, 9], 0.2)
        )

    def test_damping_without_a_trend_changes_nothing(self) -> None:
        assert smooth([3, 1, 4, 1], 0.2, None, None, 0.9) == smooth([3, 1, 4, 1], 0.2)

    @pytest.mark.parametrize(
        ("options", "error"),
        [
            ({"alpha": 1.1}, OutOfDomain),
            ({"gamma": 0.1}, OutOfDomain),
            ({"gamma": 0.1, "season_length": 4}, NotEnoughData),
            ({"gamma": 0.1, "season_length": 2, "season": "mul"}, OutOfDomain),
        ],
    )
    def test_what_cannot_be_smoothed_is_refused(self, options, error) -> None:
        with pytest.raises(error):
            smooth([0, 1, 4, 1, 5], **options)

    def test_rows_wait_until_they_begin(self) -> None:
        rows = np.array([[NAN, NAN, 4, 6, 8.0], [2, 4, 6, 8, 10.0]])
        *_, last = walk(rows, simple_start(rows), Constants(0.5))
        *_, alone = walk(rows[:1, 2:], simple_start(rows[:1, 2:]), Constants(0.5))
        assert last.state.level[0] == alone.state.level[0]

    def test_a_missing_season_value_is_taken_from_the_next_season(self) -> None:
        rows = np.array([[10, NAN, 20, 10, 30, 20.0]])
        start = seasonal_start(rows, 3, "add")
        assert start.level[0] == 15.0
        assert start.season[1, 0] == 30 - 20  # in the second season, of mean 20


def squared_error_of_fit(history: np.ndarray) -> float:
    rows = history[None, :]
    start = holt_start(rows)
    found = fitting._fitted(rows, start, {"alpha": "fit", "beta": "fit", "gamma": None, "phi": "fit"}, "add")
    return float(sum(step.error[0] ** 2 for step in walk(rows, start, found)))


def squared_error(history: np.ndarray, params: dict[str, float]) -> float:
    rows = history[None, :]
    alpha, trend, phi = (params[name] for name in ("smoothing_level", "smoothing_trend", "damping_trend"))
    constants = Constants(alpha, trend / alpha if trend > alpha else trend, 0.0, phi)
    return float(sum(step.error[0] ** 2 for step in walk(rows, holt_start(rows), constants)))


class TestCroston:
    @few
    @given(size=st.floats(0.1, 1e5), alpha=constant, beta=constant)
    def test_demand_in_every_period_is_its_own_rate(self, size, alpha, beta) -> None:
        history = [size] * 10
        assert rate(history, "croston", alpha, beta) == pytest.approx(size)
        assert rate(history, "tsb", alpha, beta) == pytest.approx(size)
        assert rate(history, "sba", alpha, beta) == pytest.approx((1 - beta / 2) * size)
        assert rate(history, "sbj", alpha, beta) == pytest.approx((1 - beta / (2 - beta)) * size)

    @each_variant
    @few
    @given(history=now_and_then, factor=st.floats(0.01, 100))
    def test_rates_are_never_negative_and_scale(self, variant, history, factor) -> None:
        got = rate(history, variant)
        assert 0 <= got <= max(history) + 1e-9
        assert rate([factor * y for y in history], variant) == pytest.approx(
            factor * got, rel=1e-9, abs=1e-12
        )

    @few
    @given(history=now_and_then, zeros=st.integers(1, 9))
    def test_croston_does_not_see_trailing_zeros_and_tsb_fades(self, history, zeros) -> None:
        assume(any(history))
        assert rate([*history, *[0.0] * zeros], "croston") == pytest.approx(rate(history, "croston"))
        assert rate([*history, 0.0], "tsb") < rate(history, "tsb") or rate(history, "tsb") == 0

    @few
    @given(history=now_and_then, beta=constant)
    def test_the_corrections_take_off(self, history, beta) -> None:
        plain = rate(history, "croston", 0.1, beta)
        assert rate(history, "sbj", 0.1, beta) <= rate(history, "sba", 0.1, beta) + 1e-12 <= plain + 2e-12

    @each_variant
    def test_no_demand_is_a_rate_of_0(self, variant) -> None:
        assert rate([0.0] * 6, variant) == 0.0

    @each_variant
    @pytest.mark.parametrize("start", ["naive", "mean"])
    def test_missing_periods_do_not_count(self, variant, start) -> None:
        gaps = np.array([[NAN, NAN, 0, 3, NAN, 0, 0, 2, NAN]])
        whole = np.array([[0, 3, 0, 0, 2.0]])
        got = croston_rate(gaps, variant, start=start)
        np.testing.assert_allclose(got, croston_rate(whole, variant, start=start))

    @each_variant
    def test_a_grid_of_constants_is_each_of_them(self, variant) -> None:
        rows = np.array([[0, 3, 0, 0, 2, 5.0], [NAN, NAN, 1, 0, 4, 0]])
        grid = np.array([[0.1], [0.4]])
        got = croston_rate(rows, variant, grid, grid)
        wanted = [croston_rate(rows, variant, a, a) for a in (0.1, 0.4)]
        np.testing.assert_allclose(got, wanted)

    def test_bad_values_are_refused(self) -> None:
        with pytest.raises(OutOfDomain, match="history must be >= 0, got -1"):
            rate([1.0, -1.0, 2.0, 3.0])
        with pytest.raises(OutOfDomain, match="alpha_demand"):
            rate([1.0, 1.0, 2.0, 3.0], "sba", 1.5)


class TestPatterns:
    def test_a_single_demand_does_not_vary(self) -> None:
        assert patterns.demand_pattern([0, 0, 0, 7]) == "intermittent"

    def test_limits_count_as_high(self) -> None:
        """33 periods to 25 demands are 1.32 exactly; 3 and 3 ± 2.1 have CV² 0.49 exactly."""
        assert patterns.demand_pattern([*[1.0] * 25, *[0.0] * 8]) == "intermittent"
        assert patterns.demand_pattern([*[1.0] * 26, *[0.0] * 8]) == "smooth"
        assert patterns.demand_pattern([0.9, 3.0, 5.1, 3.0, *[3.0] * 0]) == "smooth"
        assert patterns.demand_pattern([1.0, 1.0, 1.0, 9.0]) == "erratic"

    @few
    @given(history=now_and_then, factor=st.floats(0.1, 10), seed=st.integers(0, 99))
    def test_scale_and_order_do_not_matter(self, history, factor, seed) -> None:
        assume(any(history))
        shuffled = np.random.default_rng(seed).permutation(history)
        assert patterns.demand_pattern(shuffled) == patterns.demand_pattern(history)
        assert patterns.mean_interval(np.array([history]))[0] >= 1
        rows = np.array([history])
        got = patterns.size_variation(rows * factor)
        np.testing.assert_allclose(got, patterns.size_variation(rows), atol=1e-12)

    def test_many_rows_leave_out_what_has_no_pattern(self) -> None:
        rows = [[NAN, NAN, 1, 2, 3], [0, 0, 0, 0, 0], [5, 5, 5, 5, 5]]
        assert patterns.demand_patterns(rows).tolist() == ["", "", "smooth"]

    def test_too_little_is_not_available(self) -> None:
        with pytest.raises(NotEnoughData):
            patterns.demand_pattern([1, 2, NAN, 3])
        with pytest.raises(UndefinedRatio):
            patterns.demand_pattern([0, 0, 0, 0])
        with pytest.raises(OutOfDomain):
            patterns.demand_pattern([0, -1, 0, 0])


class TestAccuracy:
    @few
    @given(history=demands)
    def test_a_perfect_forecast_has_no_error(self, history) -> None:
        for metric in ("MAE", "RMSE", "SMAPE", "BIAS"):
            assert accuracy.forecast_error(history, history, metric) == 0

    @few
    @given(pairs=st.lists(st.tuples(values, values), min_size=1, max_size=20), seed=st.integers(0, 99))
    def test_measures_keep_their_order_and_range(self, pairs, seed) -> None:
        actual, forecast = map(np.array, zip(*pairs, strict=True))
        mae, rmse, bias, smape = (
            accuracy.forecast_error(actual, forecast, metric) for metric in ("MAE", "RMSE", "BIAS", "SMAPE")
        )
        assert abs(bias) <= mae * (1 + 1e-9)
        assert mae <= rmse * (1 + 1e-9) + 1e-300
        assert 0 <= smape <= 2 + 1e-9
        order = np.random.default_rng(seed).permutation(len(actual))
        assert accuracy.forecast_error(actual[order], forecast[order], "MAE") == pytest.approx(mae)

    @few
    @given(history=st.lists(st.integers(0, 50), min_size=3, max_size=20))
    def test_the_naive_forecast_has_a_scaled_error_of_1(self, history) -> None:
        assume(len(set(history)) > 1)
        for metric in ("MASE", "RMSSE"):
            got = accuracy.forecast_error(history[1:], history[:-1], metric, history)
            assert got == pytest.approx(1)

    def test_a_season_scales_by_the_seasonal_naive_forecast(self) -> None:
        # |3 - 1|, |4 - 2|: the seasonal naive forecast misses by 2 each time
        assert accuracy.forecast_error([9], [5], "MASE", [1, 2, 3, 4], 2) == 2.0

    @few
    @given(errors=st.lists(st.floats(-100, 100), min_size=1, max_size=20))
    def test_the_tracking_signal_stays_within_the_number_of_periods(self, errors) -> None:
        assume(any(abs(e) > 1e-6 for e in errors))
        signal = accuracy.tracking_signal(errors, [0.0] * len(errors))
        assert abs(signal) <= len(errors) * (1 + 1e-9)
        assert np.sign(signal) == np.sign(np.sum(errors))
        alike = accuracy.tracking_signal(np.abs(errors), [0.0] * len(errors))
        assert alike == pytest.approx(len(errors))

    def test_pairs_with_a_blank_are_left_out(self) -> None:
        assert accuracy.forecast_error([1, NAN, 5], [2, 3, NAN], "MAE") == 1.0

    @pytest.mark.parametrize(
        ("arguments", "error"),
        [
            (([0, 1], [1, 1], "MAPE"), UndefinedRatio),
            (([0, 0], [1, 1], "WAPE"), UndefinedRatio),
            (([1, 2], [1, 1], "MASE"), NotEnoughData),
            (([1, 2], [1, 1], "MASE", [4, 4, 4]), UndefinedRatio),
            (([1, 2], [1, 1, 1], "MAE"), WrongInput),
            (([NAN], [1.0], "MAE"), NotEnoughData),
        ],
    )
    def test_undefined_measures_are_refused(self, arguments, error) -> None:
        with pytest.raises(error):
            accuracy.forecast_error(*arguments)

    def test_a_perfect_forecast_has_no_tracking_signal(self) -> None:
        with pytest.raises(UndefinedRatio):
            accuracy.tracking_signal([1, 2], [1, 2])


class TestCleaning:
    def test_sales_are_scaled_by_the_share_in_stock(self) -> None:
        got = cleaning.demand_clean([10, 8, 0, NAN, 7], [1, 0.5, 0, 1, NAN])
        np.testing.assert_array_equal(got, [10, 16, NAN, NAN, 7])

    def test_outliers_are_capped_above_the_median(self) -> None:
        """Median of 8, 9, 10, 11, 100 is 10, the median distance 1: 10 + 3 * 1.4826."""
        got = cleaning.demand_clean([8, 9, 10, 11, 100, 0], outlier_z=3)
        np.testing.assert_allclose(got, [8, 9, 10, 11, 14.4478, 0])

    def test_nothing_is_capped_where_demands_are_alike_or_there_are_none(self) -> None:
        np.testing.assert_array_equal(cleaning.demand_clean([5, 5, 5, 90], outlier_z=2), [5, 5, 5, 90])
        np.testing.assert_array_equal(cleaning.demand_clean([0, 0], outlier_z=2), [0, 0])

    def test_bad_shares_are_refused(self) -> None:
        with pytest.raises(OutOfDomain, match="in_stock"):
            cleaning.demand_clean([1, 2], [1, 1.5])

    @few
    @given(rate_=st.floats(0, 1e3), lead=st.floats(0, 20), review=st.floats(0, 5))
    def test_a_constant_range_is_a_rate(self, rate_, lead, review) -> None:
        walked = cleaning.lead_time_demand([rate_] * 26, lead, review)
        assert walked == pytest.approx(cleaning.lead_time_demand(rate_, lead, review), rel=1e-9, abs=1e-9)

    def test_a_range_that_is_too_short_is_not_available(self) -> None:
        with pytest.raises(NotEnoughData, match="must reach over 3 periods, got 2"):
            cleaning.lead_time_demand([1, 2], 3)


class TestSeasons:
    def test_a_trend_hides_no_season(self) -> None:
        time = np.arange(48)
        rows = np.array([100 + 3 * time + 20 * np.sin(2 * np.pi * time / 12)])
        assert seasons.season_lengths(rows).tolist() == [12]

    def test_missing_and_leading_periods_do_not_count(self) -> None:
        row = np.tile([5.0, 1, 1, 9], 8)
        row[[3, 17]] = NAN
        assert seasons.season_lengths(np.array([np.append([NAN] * 3, row)])).tolist() == [4]

    def test_a_season_that_shows_only_once_is_none(self) -> None:
        assert seasons.season_lengths(np.array([[1.0, 5, 2, 8, 3, 1]]), 52).tolist() in ([0], [2], [3])
        assert seasons.season_lengths(np.array([[1.0, 2, 3]])).tolist() == [0]

    @few
    @given(factor=st.floats(1e-3, 1e6), shift=st.floats(0, 1e3))
    def test_scale_and_level_do_not_matter(self, factor, shift) -> None:
        rows = np.array([np.tile([5.0, 1, 1, 9, 4, 4], 6)])
        assert seasons.season_lengths(rows * factor + shift).tolist() == [6]

    def test_noise_seldom_looks_like_a_season(self) -> None:
        rows = np.random.default_rng(1).normal(100, 10, (500, 54))
        assert np.mean(seasons.season_lengths(rows) > 0) < 0.1


class TestHistories:
    def test_shapes_and_infinities_are_refused(self) -> None:
        with pytest.raises(WrongInput):
            histories.history_rows(np.zeros((2, 2, 2)))
        with pytest.raises(OutOfDomain):
            histories.single_history([1, 2, 3, np.inf])

    def test_counts_and_carrying_forward(self) -> None:
        rows = np.array([[NAN, 1, NAN, 3]])
        assert histories.known_counts(rows).tolist() == [2]
        np.testing.assert_array_equal(histories.carried_forward(rows), [[NAN, 1, 1, 3]])
