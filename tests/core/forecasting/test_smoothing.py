"""Exponential smoothing: its laws, statsmodels as an independent computation, and the fit of constants."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.tsa.holtwinters import ExponentialSmoothing

from xlinventory.core.errors import NotEnoughData, OutOfDomain
from xlinventory.core.forecasting.fitting import fitted_constants, smooth
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
QUARTERLY = [
    *[362, 385, 432, 341, 382, 409, 498, 387, 473, 513, 582, 474],
    *[544, 582, 681, 557, 628, 707, 773, 592, 627, 725, 854, 661],
]
"""Sales of NIST/SEMATECH's e-Handbook of Statistical Methods, 6.4.3.5."""
eighths = st.integers(0, 8_000_000).map(lambda n: n / 8)
demands = st.lists(eighths, min_size=8, max_size=30)
constant = st.floats(0.01, 1.0)
few = settings(max_examples=40, deadline=None)
kinds = st.sampled_from(
    [
        {},
        {"beta": 0.3},
        {"beta": 0.3, "phi": 0.9},
        {"gamma": 0.4, "season_length": 4},
        {"beta": 0.3, "gamma": 0.4, "season_length": 4},
    ]
)


class TestLaws:
    @few
    @given(level=st.floats(0.1, 1e6), alpha=constant, beta=constant, gamma=constant)
    def test_a_constant_history_goes_on(self, level: float, alpha: float, beta: float, gamma: float) -> None:
        for options in ({}, {"beta": beta}, {"beta": beta, "phi": 0.9}, {"gamma": gamma, "season_length": 4}):
            np.testing.assert_allclose(smooth([level] * 12, alpha, horizon=5, **options), level, rtol=1e-9)
        got = smooth([level] * 12, alpha, beta, gamma, None, 4, "mul", 5)
        np.testing.assert_allclose(got, level, rtol=1e-9)

    @few
    @given(history=demands, alpha=constant, options=kinds, factor=st.floats(0.01, 100))
    def test_forecasts_scale_with_the_history(
        self, history: list[float], alpha: float, options: dict[str, Any], factor: float
    ) -> None:
        got = smooth(np.array(history) * factor, alpha, horizon=3, **options)
        wanted = smooth(history, alpha, horizon=3, **options) * factor
        np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-9 * factor * max(history))

    @few
    @given(history=demands, alpha=constant, options=kinds, shift=st.floats(0, 1e6))
    def test_forecasts_move_with_the_history(
        self, history: list[float], alpha: float, options: dict[str, Any], shift: float
    ) -> None:
        got = smooth(np.array(history) + shift, alpha, horizon=3, **options)
        wanted = smooth(history, alpha, horizon=3, **options) + shift
        np.testing.assert_allclose(got, wanted, rtol=1e-7, atol=1e-7 * (shift + max(history)))

    @few
    @given(history=st.lists(st.floats(1, 1e3), min_size=8, max_size=20), factor=st.floats(0.01, 100))
    def test_a_multiplied_season_scales_with_the_history(self, history: list[float], factor: float) -> None:
        got = smooth(np.array(history) * factor, 0.2, 0.1, 0.3, None, 4, "mul", 4)
        wanted = smooth(history, 0.2, 0.1, 0.3, None, 4, "mul", 4) * factor
        np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-9 * factor)

    @few
    @given(history=demands, alpha=constant)
    def test_simple_smoothing_stays_within_the_history(self, history: list[float], alpha: float) -> None:
        got, noise = float(smooth(history, alpha)[0]), 1e-9 * max(history)
        assert min(history) - noise <= got <= max(history) + noise

    @given(history=demands)
    @few
    def test_alpha_1_is_the_last_value_and_alpha_0_the_first(self, history: list[float]) -> None:
        assert smooth(history, 1.0)[0] == history[-1]
        assert smooth(history, 0.0)[0] == history[0]

    @few
    @given(start=st.integers(0, 100), slope=st.integers(0, 10), alpha=constant, beta=constant)
    def test_a_line_goes_on_without_error(self, start: int, slope: int, alpha: float, beta: float) -> None:
        """From the line itself; R's simple start puts y1 before period 1 and so begins with an error."""
        rows = (start + slope * np.arange(1.0, 11))[None, :]
        before = State(np.array([float(start)]), np.array([float(slope)]), np.zeros((1, 1)))
        *_, last = walk(rows, before, Constants(alpha, beta))
        ahead = ahead_of(last.state, 1.0, 10, 5)
        np.testing.assert_allclose(ahead[0], start + slope * np.arange(11, 16), rtol=1e-9, atol=1e-9)

    @few
    @given(alpha=constant, beta=constant, gamma=constant)
    def test_a_line_with_a_season_goes_on_without_error(
        self, alpha: float, beta: float, gamma: float
    ) -> None:
        """From the line and season themselves, as the start of a moving line is not its own average."""
        season = np.array([5.0, -3, -4, 2])
        line = 50 + 2 * np.arange(1.0, 21) + np.tile(season, 5)
        before = State(np.array([50.0]), np.array([2.0]), season[:, None].copy())
        *_, last = walk(line[None, :12], before, Constants(alpha, beta, gamma))
        np.testing.assert_allclose(ahead_of(last.state, 1.0, 12, 8)[0], line[12:], rtol=1e-9)

    def test_a_growing_trend_is_damped_towards_its_sum(self) -> None:
        """With alpha 0 the start goes on: level 10, trend 4, half of it kept: 10 + 4 * (1/2 + 1/4 + 1/8)."""
        state = State(np.array([10.0]), np.array([4.0]), np.zeros((1, 1)))
        np.testing.assert_allclose(ahead_of(state, 0.5, 0, 3), [[12.0, 13.0, 13.5]])


class TestAgainstStatsmodels:
    """statsmodels 0.15 from the same start values; its season is corrected by the level before, too."""

    @pytest.mark.parametrize("season", ["add", "mul"])
    @pytest.mark.parametrize("phi", [1.0, 0.9])
    def test_holt_winters_with_given_constants(self, season: str, phi: float) -> None:
        history = np.array(QUARTERLY, dtype=float)
        first, second = history[:4].mean(), history[4:8].mean()
        terms = history[:4] - first if season == "add" else history[:4] / first
        theirs = ExponentialSmoothing(
            history, trend="add", damped_trend=phi < 1, seasonal=season, seasonal_periods=4,
            initialization_method="known", initial_level=first, initial_trend=(second - first) / 4,
            initial_seasonal=terms,
        ).fit(
            0.3, 0.2, 0.25, damping_trend=phi if phi < 1 else None, optimized=False
        )  # fmt: skip
        start = seasonal_start(history[None, :], 4, season)
        fitted = [
            step.forecast[0] for step in walk(history[None, :], start, Constants(0.3, 0.2, 0.25, phi), season)
        ]
        np.testing.assert_allclose(fitted, theirs.fittedvalues, rtol=1e-9)
        # its forecasts leave out the last correction of the season, so of four periods the fourth differs
        got = smooth(history, 0.3, 0.2, 0.25, phi, 4, season, 3)
        np.testing.assert_allclose(got, theirs.forecast(3), rtol=1e-9)

    @pytest.mark.parametrize("trend", [None, "add"])
    @pytest.mark.parametrize("seasonal", [None, "add", "mul"])
    def test_fitted_constants_leave_no_larger_errors(self, trend: str | None, seasonal: str | None) -> None:
        """statsmodels looks for the least sum of squared errors too, by L-BFGS-B."""
        rows = np.array([QUARTERLY], dtype=float)
        start = seasonal_start(rows, 4, seasonal) if seasonal else holt_start(rows)
        if not trend:
            start = start._replace(trend=start.trend * 0)
        theirs = ExponentialSmoothing(
            rows[0], trend=trend, seasonal=seasonal, seasonal_periods=4, initialization_method="known",
            initial_level=start.level[0], initial_trend=start.trend[0] if trend else None,
            initial_seasonal=start.season[:, 0] if seasonal else None,
        ).fit()  # fmt: skip
        given: dict[str, Any] = {
            "alpha": "fit",
            "beta": "fit" if trend else None,
            "gamma": "fit" if seasonal else None,
            "phi": None,
        }
        season = seasonal or "add"
        constants = fitted_constants(rows, start, given, season)
        squares = sum(step.error[0] ** 2 for step in walk(rows, start, constants, season))
        assert squares <= theirs.sse * (1 + 1e-6)


class TestFit:
    @few
    @given(history=demands, tried=st.tuples(constant, constant), damping=st.floats(0.8, 0.98))
    def test_no_other_constants_leave_much_smaller_errors(
        self, history: list[float], tried: tuple[float, float], damping: float
    ) -> None:
        rows = np.array([history]) / max(*history, 1.0)
        start = holt_start(rows)
        given: dict[str, Any] = {"alpha": "fit", "beta": "fit", "gamma": None, "phi": "fit"}
        ours = fitted_constants(rows, start, given, "add")
        squares = [
            sum(float(step.error[0]) ** 2 for step in walk(rows, start, constants))
            for constants in (ours, Constants(*tried, 0.0, damping))
        ]
        assert squares[0] <= squares[1] * 1.01 + 1e-12

    def test_what_is_given_is_kept_and_what_is_blank_left_out(self) -> None:
        rows = np.array([[3.0, 1, 4, 1, 5, 9]])
        given: dict[str, Any] = {"alpha": "fit", "beta": 0.25, "gamma": None, "phi": None}
        constants = fitted_constants(rows, holt_start(rows), given, "add")
        assert constants[1:] == (0.25, 0.0, 1.0)

    def test_a_level_that_never_moves_again_needs_no_smoothing(self) -> None:
        """After 9, all are 5: alpha 1 has no error but the first."""
        assert float(smooth([9, 5, 5, 5, 5, 5])[0]) == pytest.approx(5.0)


class TestEdges:
    def test_a_missing_period_leaves_the_level(self) -> None:
        assert smooth([NAN, 10, NAN, 20, 20, 20], 0.5) == pytest.approx(smooth([10, 20, 20, 20], 0.5))

    def test_a_trend_goes_on_through_a_missing_period(self) -> None:
        """A line of 2 a period is met again after the gap; only y1 itself is off, by the simple start."""
        got = smooth([10, 12, NAN, 16, 18, 20, 22, 24], 1.0, 1.0)
        assert got == pytest.approx([26.0])

    def test_a_season_can_be_found(self) -> None:
        """Its four phases by sight; six numbers of no order have none."""
        history = [5, 1, 1, 9, 6, 1, 2, 9, 5, 2, 1, 8]
        found = smooth(history, 0.2, None, 0.1, None, 1, horizon=4)
        np.testing.assert_array_equal(found, smooth(history, 0.2, None, 0.1, None, 4, horizon=4))
        assert smooth([3, 1, 4, 1, 5, 9], 0.2, None, 0.1, None, 1) == smooth([3, 1, 4, 1, 5, 9], 0.2)

    def test_what_is_left_out_changes_nothing(self) -> None:
        assert smooth([3, 1, 4, 1], 0.2, None, None, 0.9) == smooth([3, 1, 4, 1], 0.2)
        assert smooth([3, 1, 4, 1], 0.2, season_length=2) == smooth([3, 1, 4, 1], 0.2)

    @pytest.mark.parametrize(
        ("options", "error"),
        [
            ({"alpha": 1.1}, OutOfDomain),
            ({"phi": -0.1}, OutOfDomain),
            ({"gamma": 0.1}, OutOfDomain),
            ({"gamma": 0.1, "season_length": 4}, NotEnoughData),
            ({"gamma": 0.1, "season_length": 2, "season": "mul"}, OutOfDomain),
        ],
    )
    def test_what_cannot_be_smoothed_is_refused(
        self, options: dict[str, Any], error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            smooth([0, 1, 4, 1, 5], **options)

    @pytest.mark.parametrize("scale", [1e300, 1e-300])
    @pytest.mark.parametrize("season", ["add", "mul"])
    def test_very_large_and_very_small_demands_are_smoothed_as_any_other(
        self, scale: float, season: str
    ) -> None:
        options: dict[str, Any] = {"beta": 0.1, "gamma": "fit", "season_length": 4, "season": season}
        got = smooth(np.array(QUARTERLY) * scale, "fit", **options)
        np.testing.assert_allclose(got, smooth(QUARTERLY, "fit", **options) * scale, rtol=1e-6)

    def test_rows_wait_until_they_begin(self) -> None:
        rows = np.array([[NAN, NAN, 4, 6, 9.0], [2, 4, 6, 8, 10.0]])
        *_, last = walk(rows, holt_start(rows), Constants(0.5, 0.5, 0.0, 0.9))
        *_, alone = walk(rows[:1, 2:], holt_start(rows[:1, 2:]), Constants(0.5, 0.5, 0.0, 0.9))
        assert last.state.level[0] == pytest.approx(alone.state.level[0])
        assert last.state.trend[0] == pytest.approx(alone.state.trend[0])

    def test_histories_stay_as_they_are(self) -> None:
        """One row lies in memory as its transpose does: filling that in place would fill the caller's."""
        for rows in (np.array([[1.0, NAN, 3]]), np.asfortranarray([[1.0, NAN, 3], [NAN, 2, 4]])):
            before = rows.copy()
            list(walk(rows, simple_start(rows), Constants(0.5)))
            np.testing.assert_array_equal(rows, before)

    @pytest.mark.parametrize("season", ["add", "mul"])
    def test_a_row_that_never_begins_keeps_its_level(self, season: str) -> None:
        start = State(np.array([5.0]), np.array([2.0]), np.array([[1.0]]))
        *_, last = walk(np.full((1, 4), NAN), start, Constants(0.5, 0.5, 0.5, 0.9), season)
        assert last.state.level[0] == 5.0

    def test_starts_of_rows_with_little_in_them(self) -> None:
        rows = np.array([[NAN, NAN, 7.0], [NAN, NAN, NAN]])
        np.testing.assert_array_equal(simple_start(rows).level, [7.0, NAN])
        np.testing.assert_array_equal(holt_start(rows).trend, [0.0, 0.0])

    def test_a_missing_season_value_is_taken_from_the_next_season(self) -> None:
        rows = np.array([[10, NAN, 20, 10, 30, 20.0]])
        start = seasonal_start(rows, 3, "add")
        assert start.level[0] == 15.0
        assert start.season[1, 0] == 30 - 20  # in the second season, of mean 20
