"""Peaks ahead that one year of history shows and cannot prove. Ratios are worked out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.core.forecasting.surges import surge_ratios

NAN = np.nan
PEAK = [10, 30, 32, 28, 10, 9, 11, 10, 9, 10, 11, 10, 10]
"""Thirteen months, the coming three of which sold 30, 32 and 28 a year ago, all others 10 or so."""


def surge(
    history: list[float], forecast: list[float], season: int = 0, periods_per_year: int | None = 12
) -> float:
    rows, mean = np.array([history], dtype=float), np.array([forecast], dtype=float)
    return float(surge_ratios(rows, mean, np.array([season]), periods_per_year)[0])


def test_a_peak_a_year_ago_is_told_with_its_size() -> None:
    """90 over 30."""
    assert surge(PEAK, [10, 10, 10]) == 3


def test_only_known_periods_are_compared() -> None:
    """Without the 32 of last year: 58 over 20."""
    history = [10, 30, NAN, *PEAK[3:]]
    assert surge(history, [10, 10, 10]) == pytest.approx(2.9)
    assert np.isnan(surge([10, NAN, NAN, NAN, *PEAK[4:]], [10, 10, 10]))


def test_of_more_than_a_year_ahead_the_first_counts() -> None:
    """With a whole year to compare, no other periods are left but the first one: nothing can be told."""
    assert np.isnan(surge(PEAK, [10] * 20))
    longer = [9.0, 10, 11, 10, 9, 10, *[30] * 12]
    assert surge(longer, [10] * 30) == 3


@pytest.mark.parametrize(
    ("season", "periods_per_year"), [(12, 12), (0, None), (0, 52)], ids=["season", "unknown", "too short"]
)
def test_nothing_is_told_where_a_year_cannot_be_compared(season: int, periods_per_year: int | None) -> None:
    assert np.isnan(surge(PEAK, [10, 10, 10], season, periods_per_year))


def test_a_season_shorter_than_a_year_does_not_foresee_a_yearly_peak() -> None:
    assert surge(PEAK, [10, 10, 10], 3) == 3


def test_two_years_can_prove_a_season_themselves() -> None:
    assert surge([*[10] * 10, *PEAK], [10, 10, 10]) == 3
    assert np.isnan(surge([*[10] * 11, *PEAK], [10, 10, 10]))


def test_history_must_reach_back_a_year_in_its_own_periods() -> None:
    assert np.isnan(surge([NAN, NAN, *PEAK[2:]], [10, 10, 10]))


def test_little_more_than_the_forecast_is_no_surge() -> None:
    """4499 over 3000 is less than one and a half times, 4500 is as much."""
    assert np.isnan(surge([1500, 1500, 1499, *[1000] * 9], [1000, 1000, 1000]))
    assert surge([1500, 1500, 1500, *[1000] * 9], [1000, 1000, 1000]) == 1.5


def test_what_chance_brings_is_no_surge() -> None:
    """Other periods between 0 and 25: three of 20 are within two standard deviations of 30."""
    assert np.isnan(surge([20, 20, 20, 25, 1, 2, 24, 3, 22, 1, 24, 2], [10, 10, 10]))


def test_counts_scatter_as_a_poisson_even_where_the_others_are_all_alike() -> None:
    """6 where 3 were foreseen: less than 2 * sqrt(3) too many; 60 for 30 are more than 2 * sqrt(30)."""
    assert np.isnan(surge([2, 2, 2, *[1] * 9], [1, 1, 1]))
    assert surge([20, 20, 20, *[10] * 9], [10, 10, 10]) == 2
    assert surge([2.5, 2.5, 2.5, *[1.25] * 9], [1.25, 1.25, 1.25]) == 2


def test_a_decline_is_no_surge() -> None:
    """On a line from 120 down to 10 a year ago was more because everything was."""
    assert np.isnan(surge([float(10 * month) for month in range(12, 0, -1)], [5, 5, 5]))


def test_a_few_demands_now_and_then_are_no_surge() -> None:
    """Three demands in the coming four months a year ago, two in all others; one season's goods have four."""
    assert np.isnan(surge([9, 0, 9, 9, 0, 0, 0, 5, 0, 0, 0, 5], [1, 1, 1, 1]))
    assert surge([9, 9, 9, 9, 0, 0, 0, 0, 0, 0, 0, 0], [1, 1, 1, 1]) == 9


def test_an_item_without_a_forecast_has_none() -> None:
    assert np.isnan(surge(PEAK, [NAN, NAN, NAN]))
    assert np.isnan(surge(PEAK, [0, 0, 0]))


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.floats(0.01, 100), min_size=12, max_size=23),
    st.floats(0.1, 50),
    st.integers(-200, 200),
)
def test_the_unit_of_measure_changes_nothing(history: list[float], forecast: float, power: int) -> None:
    history[-1], factor = 0.3, np.ldexp(1.0, power)
    rows, mean = np.array([history]), np.full((1, 3), forecast)
    one, other = (surge_ratios(rows * by, mean * by, [0], 12) for by in (1.0, factor))
    np.testing.assert_allclose(one, other, rtol=1e-9)
    assert np.isnan(one[0]) or one[0] >= 1.5


def test_every_item_is_told_by_itself() -> None:
    rows = np.array([PEAK, [10.0] * 13, PEAK], dtype=float)
    got = surge_ratios(rows, np.full((3, 3), 10.0), np.array([0, 0, 12]), 12)
    np.testing.assert_array_equal(got, [3, NAN, NAN])
