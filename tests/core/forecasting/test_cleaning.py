"""Demand behind stock-outs and outliers, and demand over a lead time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.core.errors import NotEnoughData, OutOfDomain, WrongInput
from xlinventory.core.forecasting.cleaning import (
    demand_clean,
    lead_time_demand,
    robust_limits,
    wanted_rows,
)

NAN = np.nan
few = settings(max_examples=50, deadline=None)
sales = st.lists(st.integers(0, 1000).map(float), min_size=1, max_size=20)


class TestDemandClean:
    def test_sales_are_scaled_up_by_the_share_in_stock(self) -> None:
        got = demand_clean([10, 8, 0, 5, NAN, 7], [1, 0.5, 0, 0, 1, NAN])
        np.testing.assert_array_equal(got, [10, 16, NAN, NAN, NAN, 7])

    @few
    @given(history=sales, share=st.floats(0.01, 1), factor=st.floats(0.01, 100), z=st.floats(0.5, 5))
    def test_cleaned_demand_scales_with_sales(
        self, history: list[float], share: float, factor: float, z: float
    ) -> None:
        stocked = [share] * len(history)
        got = demand_clean(np.array(history) * factor, stocked, z)
        np.testing.assert_allclose(got, demand_clean(history, stocked, z) * factor, rtol=1e-9)

    @few
    @given(history=sales, z=st.floats(0.1, 5))
    def test_capping_lowers_and_keeps_the_middle(self, history: list[float], z: float) -> None:
        got = demand_clean(history, outlier_z=z)
        assert (got <= history).all()
        sizes = [demand for demand in history if demand > 0]
        below = np.array(history) <= (np.median(sizes) if sizes else 0)
        np.testing.assert_array_equal(got[below], np.array(history)[below])
        np.testing.assert_array_equal(demand_clean(history), history)

    def test_outliers_are_capped_above_the_median(self) -> None:
        """Median of 8, 9, 10, 11, 100 is 10, the median distance from it 1: 10 + 3 * 1.4826."""
        got = demand_clean([8, 9, 10, 11, 100, 0], outlier_z=3)
        np.testing.assert_allclose(got, [8, 9, 10, 11, 14.4478, 0])

    def test_where_most_demands_are_alike_the_mean_distance_counts(self) -> None:
        """Median 5, median distance 0, mean distance 85 / 5 = 17: 5 + 2 * 1.2533 * 17."""
        got = demand_clean([5, 5, 5, 90, 5], outlier_z=2)
        np.testing.assert_allclose(got, [5, 5, 5, 47.6122, 5])

    def test_there_may_be_no_demand_to_cap(self) -> None:
        assert demand_clean([0, 0], outlier_z=2).tolist() == [0, 0]
        assert demand_clean([4, 4], outlier_z=2).tolist() == [4, 4]

    def test_what_is_given_stays_as_it_is(self) -> None:
        history = np.array([1.0, 100.0, 2.0])
        demand_clean(history, [0.5, 1, 1], 1)
        assert history.tolist() == [1.0, 100.0, 2.0]

    def test_an_empty_history_stays_empty(self) -> None:
        assert demand_clean([]).tolist() == demand_clean([], [], 3).tolist() == []

    def test_bad_values_are_refused(self) -> None:
        with pytest.raises(OutOfDomain, match=r"in_stock must be from 0 to 1, got 1\.5"):
            demand_clean([1, 2], [1, 1.5])
        with pytest.raises(OutOfDomain, match="history must be >= 0, got -2"):
            demand_clean([1, -2])
        with pytest.raises(OutOfDomain, match="outlier_z"):
            demand_clean([1, 2], outlier_z=-1)


class TestWantedRows:
    @few
    @given(
        rows=st.lists(st.tuples(*[st.integers(0, 99).map(float)] * 6), min_size=1, max_size=5),
        shares=st.lists(st.tuples(*[st.sampled_from([0, 0.1, 0.5, 1, NAN])] * 6), min_size=5, max_size=5),
        z=st.floats(0, 4),
    )
    def test_each_row_is_cleaned_as_a_history_of_its_own(
        self, rows: list[tuple[float, ...]], shares: list[tuple[float, ...]], z: float
    ) -> None:
        got = wanted_rows(rows, shares[: len(rows)], z, least_share=0)
        expected = [demand_clean(row, share, z) for row, share in zip(rows, shares, strict=False)]
        np.testing.assert_array_equal(got, expected)

    def test_a_period_with_less_than_a_quarter_in_stock_is_not_known(self) -> None:
        """9 in a quarter are 36 in a whole period; 1 in a tenth says nothing."""
        got = wanted_rows([[10, 9, 1, 10, 11, 12]], [[1, 0.25, 0.1, 1, 1, NAN]])
        np.testing.assert_array_equal(got, [[10, 36, NAN, 10, 11, 12]])

    def test_unless_hardly_anything_else_is_known(self) -> None:
        """Three periods are too few to forecast from, so the fourth counts as well: 1 / 0.1."""
        got = wanted_rows([[10, 9, 1, 0]], [[1, 0.25, 0.1, 0]])
        np.testing.assert_array_equal(got, [[10, 36, 10, NAN]])

    SEASONAL = (10, 10, 10, 100, 10, 100, 10, 100, 10, 10, 10, 100)

    def test_a_peak_that_comes_back_stays_and_one_that_does_not_is_capped(self) -> None:
        """Demand over the median of its phase in the other years is 1 nine times, 10 / 55 twice and 10 once.

        Median 1, median distance 0, mean distance (9 + 2 * 45 / 55) / 12; times 1.2533 * 2 and plus 1 that is
        3.22176, and the outlier's phase usually sells 10.
        """
        got = wanted_rows([self.SEASONAL], outlier_z=2, season_length=4)[0]
        np.testing.assert_allclose(got[[1, 5, 9]], [10, 32.2176, 10], atol=1e-4)
        np.testing.assert_array_equal(got[3::4], 100)
        assert (demand_clean(self.SEASONAL, outlier_z=2)[3::4] < 100).all()

    @few
    @given(st.lists(st.one_of(st.just(NAN), st.floats(1, 99)), min_size=1, max_size=14), st.integers(2, 5))
    def test_seasonal_limits_are_those_of_the_ratios_to_the_other_seasons(
        self, history: list[float], season: int
    ) -> None:
        """Period by period, with numpy's own median."""
        row = np.array(history)
        others = [
            np.delete(row, i)[np.delete(np.arange(len(row)) % season == i % season, i)]
            for i in range(len(row))
        ]
        usual = [np.median(known) if (known := part[~np.isnan(part)]).size else NAN for part in others]
        ratios = row / usual
        if np.isnan(ratios).all():
            expected = demand_clean(row, outlier_z=2)
        else:
            limits = robust_limits(ratios[None], 2)[0] * usual
            expected = np.where(np.isnan(ratios), demand_clean(row, outlier_z=2), np.minimum(row, limits))
        np.testing.assert_allclose(wanted_rows([row], None, 2, season)[0], expected)

    def test_every_item_has_its_own_season(self) -> None:
        got = wanted_rows([self.SEASONAL, self.SEASONAL], outlier_z=2, season_length=[4, 0])
        np.testing.assert_array_equal(got[0], wanted_rows([self.SEASONAL], None, 2, 4)[0])
        np.testing.assert_array_equal(got[1], demand_clean(self.SEASONAL, outlier_z=2))

    def test_where_the_other_seasons_say_nothing_the_whole_history_does(self) -> None:
        """One year has no other, and beside a phase without demand nothing is large or small."""
        once = [8, 9, 10, 11, 100, 0]
        np.testing.assert_array_equal(wanted_rows([once], None, 3, 12)[0], demand_clean(once, outlier_z=3))
        rare = [0, 9, 0, 11, 100, 10, 0, 9, 0, 10]
        assert wanted_rows([rare], None, 3, 2)[0, 4] == demand_clean(rare, outlier_z=3)[4]

    def test_what_is_not_known_stays_so(self) -> None:
        got = wanted_rows([[NAN] * 8, [NAN, 5, 6, 7, NAN, 6, 5, 7]], None, 3, 2)
        np.testing.assert_array_equal(got, [[NAN] * 8, [NAN, 5, 6, 7, NAN, 6, 5, 7]])

    def test_shares_of_other_items_are_refused(self) -> None:
        with pytest.raises(WrongInput, match="in_stock must have the shape of history"):
            wanted_rows([[1, 2], [3, 4]], [[1, 1]])

    def test_robust_limits_leave_out_what_is_not_known(self) -> None:
        """The median of 1, 2, 9 is 2 and the median distance from it 1: 2 + 2 * 1.4826."""
        got = robust_limits(np.array([[1, NAN, 2, 9], [NAN] * 4]), 2)
        np.testing.assert_allclose(got, [[4.9652], [NAN]])


class TestLeadTimeDemand:
    @few
    @given(rate=st.floats(0, 1e3), lead=st.floats(0, 20), review=st.floats(0, 5))
    def test_a_constant_range_is_a_rate(self, rate: float, lead: float, review: float) -> None:
        walked = lead_time_demand([rate] * 26, lead, review)
        assert walked == pytest.approx(lead_time_demand(rate, lead, review), rel=1e-9, abs=1e-9)

    @few
    @given(forecast=st.lists(st.floats(0, 1e3), min_size=4, max_size=9), lead=st.integers(0, 4))
    def test_whole_periods_are_summed(self, forecast: list[float], lead: int) -> None:
        assert lead_time_demand(forecast, lead) == pytest.approx(sum(forecast[:lead]))

    def test_the_last_period_counts_in_part(self) -> None:
        """10 + 20 + a quarter of 30."""
        assert lead_time_demand([10, 20, 30, 40], 2, 0.25) == pytest.approx(37.5)

    def test_a_range_that_ends_too_early_is_not_available(self) -> None:
        assert lead_time_demand([1, 2, 3], 3) == 6
        with pytest.raises(NotEnoughData, match="must reach over 3 periods, got 2"):
            lead_time_demand([1, 2], 3)

    @pytest.mark.parametrize("arguments", [([1, -2], 1), (-1, 1), (1, -1), (1, 1, -1)])
    def test_negative_numbers_are_refused(self, arguments: tuple[float, ...]) -> None:
        with pytest.raises(OutOfDomain):
            lead_time_demand(*arguments)
