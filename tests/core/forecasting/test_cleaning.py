"""Demand behind stock-outs and outliers, and demand over a lead time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.core.errors import NotEnoughData, OutOfDomain
from xlinventory.core.forecasting.cleaning import demand_clean, lead_time_demand

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

    def test_bad_values_are_refused(self) -> None:
        with pytest.raises(OutOfDomain, match=r"in_stock must be from 0 to 1, got 1\.5"):
            demand_clean([1, 2], [1, 1.5])
        with pytest.raises(OutOfDomain, match="history must be >= 0, got -2"):
            demand_clean([1, -2])
        with pytest.raises(OutOfDomain, match="outlier_z"):
            demand_clean([1, 2], outlier_z=-1)


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
