"""Season length: seasons that are there, noise that looks like one, and the F test against scipy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from xlinventory.core.errors import OutOfDomain
from xlinventory.core.forecasting import seasons
from xlinventory.core.forecasting.seasons import CALENDAR, likely_seasons, season_lengths

NAN = np.nan
few = settings(max_examples=40, deadline=None)


def found(*history: float) -> int:
    return int(season_lengths(np.array([history], dtype=float))[0])


@few
@given(length=st.integers(2, 20), cycles=st.integers(3, 6), seed=st.integers(0, 999), trend=st.floats(0, 5))
def test_a_season_without_noise_is_found_whatever_its_length(
    length: int, cycles: int, seed: int, trend: float
) -> None:
    season = np.random.default_rng(seed).permutation(np.arange(length) * 10.0)
    history = 100 + trend * np.arange(cycles * length) + np.tile(season, cycles)
    assert found(*history) == length


@few
@given(factor=st.floats(1e-3, 1e6), shift=st.floats(0, 1e3))
def test_scale_and_level_do_not_matter(factor: float, shift: float) -> None:
    history = np.tile([5.0, 1, 1, 9, 4, 4], 6) + np.random.default_rng(2).normal(0, 1, 36)
    assert found(*history) == 6
    assert found(*(history * factor + shift * factor)) == 6


@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_very_large_and_very_small_demands_have_the_season_of_any_other(scale: float) -> None:
    assert found(*(np.tile([5.0, 1, 1, 9], 6) * scale)) == 4


def test_twice_a_season_is_not_taken_for_it() -> None:
    """Weeks in 15 weeks of days with noise: 14, 21 and 28 days fit about as well as 7."""
    rng = np.random.default_rng(5)
    week = np.tile([10.0, 12, 11, 13, 20, 30, 5], 15)
    rows = 50 + week + rng.normal(0, 3, (200, 105))
    assert np.mean(season_lengths(rows) == 7) > 0.95


def test_missing_and_leading_periods_do_not_count() -> None:
    row = np.tile([5.0, 1, 1, 9], 8)
    row[[3, 17]] = NAN
    assert found(NAN, NAN, NAN, *row) == 4


def test_rows_are_judged_each_for_itself() -> None:
    quarters, weeks = np.tile([5.0, 1, 1, 9], 7), np.tile([1.0, 2, 3, 4, 5, 9, 0], 4)
    rows = np.array([quarters, np.full(28, 7.0), weeks, np.arange(28.0), np.full(28, NAN)])
    assert season_lengths(rows).tolist() == [4, 0, 7, 0, 0]


@few
@given(seed=st.integers(0, 999), periods=st.integers(1, 60), before=st.integers(1, 60))
def test_an_item_is_judged_alike_beside_items_with_longer_histories(
    seed: int, periods: int, before: int
) -> None:
    rng = np.random.default_rng(seed)
    row = np.tile([5.0, 1, 1, 9, 4, 4], 10)[:periods] + rng.normal(0, 3, periods)
    assert found(*[NAN] * before, *row) == found(*row)


def test_a_season_must_fit_in_twice() -> None:
    """Two years of months can show a yearly season, 23 months cannot."""
    year = [3.0, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
    assert found(*year, *year) == 12
    assert found(*year, *year[:-1]) != 12
    assert found(1, 2, 3) == 0
    assert found(1, NAN, NAN, NAN, NAN, 5) == 0
    assert season_lengths(np.empty((0, 24))).tolist() == []


def test_a_season_that_ended_long_ago_is_none() -> None:
    """Weeks in 399 days and then 260 days alike; and the other way round."""
    week = np.tile([1.0, 2, 3, 4, 5, 9, 0], 57)
    rows = np.array([np.append(week, np.full(260, 4.0)), np.append(np.full(260, 4.0), week)])
    assert season_lengths(rows).tolist() == [0, 7]


def test_no_season_longer_than_asked_for_is_looked_for() -> None:
    rows = np.array([np.tile([3.0, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8], 4)])
    assert season_lengths(rows, 12).tolist() == [12]
    assert season_lengths(rows, 11).tolist() != [12]
    with pytest.raises(OutOfDomain, match="max_length"):
        season_lengths(rows, 1)


@pytest.mark.parametrize("periods", [24, 36, 60, 104])
def test_noise_seldom_looks_like_a_season(periods: int) -> None:
    """At 5 % for all lengths together; also where each period remembers the one before, or demand is rare."""
    rng = np.random.default_rng(1)
    white = rng.normal(100, 10, (500, periods))
    walks = 100 + np.cumsum(rng.normal(0, 1, (500, periods)), axis=1)
    rare = rng.poisson(3, (500, periods)) * (rng.random((500, periods)) < 0.2)
    assert np.mean(season_lengths(white) > 0) < 0.08
    assert np.mean(season_lengths(walks) > 0) < 0.08
    assert np.mean(season_lengths(rare.astype(float)) > 0) < 0.15


def test_the_chance_is_that_of_the_analysis_of_variance() -> None:
    """One cycle mean and one phase mean for each cell: scipy's F of a two-way layout by least squares."""
    rng = np.random.default_rng(3)
    table = rng.normal(0, 1, (5, 4)) + np.array([0.0, 0.5, 1.0, -1.0])
    cycles, phases = (index.ravel() for index in np.indices(table.shape))
    blocks = np.eye(5)[cycles]
    both = np.hstack([blocks, np.eye(4)[phases][:, 1:]])
    left = [float(np.linalg.lstsq(design, table.ravel(), rcond=None)[1][0]) for design in (blocks, both)]
    ratio = (left[0] - left[1]) / 3 / (left[1] / 12)
    got = seasons._phases(table.reshape(1, -1), np.ones((1, 20)), 4).chance()
    assert got[0] == pytest.approx(stats.f.sf(ratio, 3, 12), rel=1e-9)


class TestLikely:
    def test_a_clear_season_of_the_calendar_is_the_likely_one(self) -> None:
        rng = np.random.default_rng(4)
        for length in CALENDAR:
            season = 20 * rng.permutation(np.arange(length))
            rows = 100 + np.tile(season, 4) + rng.normal(0, 1, (20, 4 * length))
            assert (likely_seasons(rows) == length).all()

    def test_a_clear_season_that_is_none_of_the_calendar_is_kept(self) -> None:
        rows = np.tile(np.random.default_rng(4).permutation(np.arange(10.0)), 5)[None, :]
        assert likely_seasons(rows).tolist() == [10]

    def test_a_weak_year_of_months_is_tried_more_often_than_it_is_clear(self) -> None:
        rng = np.random.default_rng(6)
        weak = 15 * np.tile(rng.normal(0, 1, (300, 12)), 3)
        rows = 100 + weak + rng.normal(0, 20, weak.shape)
        clear, likely = (np.mean(find(rows) == 12) for find in (season_lengths, likely_seasons))
        assert clear < 0.5 < likely

    @pytest.mark.parametrize("periods", [36, 104])
    def test_noise_and_random_walks_seldom_have_a_likely_one(self, periods: int) -> None:
        rng = np.random.default_rng(1)
        white = rng.normal(100, 10, (500, periods))
        walks = 100 + np.cumsum(rng.normal(0, 1, (500, periods)), axis=1)
        assert np.mean(likely_seasons(white) > 0) < 0.2
        assert np.mean(likely_seasons(walks) > 0) < 0.12

    def test_each_row_is_judged_for_itself_and_short_ones_have_none(self) -> None:
        rng = np.random.default_rng(2)
        rows = rng.normal(50, 10, (40, 36)) + np.tile(rng.normal(0, 8, (40, 12)), 3)
        alone = [int(likely_seasons(row[None, :])[0]) for row in rows]
        assert likely_seasons(rows).tolist() == alone
        assert likely_seasons(np.ones((2, 5))).tolist() == [0, 0]
        assert likely_seasons(np.empty((0, 24))).tolist() == []
