"""Past demand and lead times seen from what is expected: their mean and spread, and the shape they keep."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from xlinventory.core.planning.draws import MOST_ZEROS, demand_draws, lead_time_draws

NAN = np.nan


def draws(history: list[float], mean: float, sd: float) -> np.ndarray:
    drawn = demand_draws(np.array([history]), np.array([mean]), np.array([sd]))[0]
    return drawn[~np.isnan(drawn)]


def test_steady_demand_is_moved_and_stretched() -> None:
    """Mean 10 and sd 2 become 20 and 1: each a half as far away."""
    assert_allclose(draws([8, 12, NAN, 8, 12], 20.0, 1.0), [19, 21, 19, 21])


def test_what_cannot_fall_below_zero_keeps_the_mean() -> None:
    drawn = draws([1.0, 9.0], 5.0, 8.0)
    assert (drawn.min(), drawn.mean()) == (0.0, 5.0)


def test_demand_that_never_varied_does_not_now() -> None:
    assert_allclose(draws([5.0, 5.0, 5.0], 7.0, 3.0), [7, 7, 7])


def test_rare_demand_comes_as_often_as_is_expected_in_the_sizes_of_the_past() -> None:
    """4 and 6 in ten periods, a mean of 1 and a mean square of 5.2; half as much takes twenty periods.

    Mean 0.5 and mean square 2.6: an sd of sqrt(2.35).
    """
    history = [4.0, 0, 0, 0, 6, 0, 0, 0, 0, 0]
    assert sorted(draws(history, 0.5, np.sqrt(2.35))) == [0.0] * 18 + [4, 6]


def test_rare_demand_in_sizes_of_twice_the_past_comes_half_as_often() -> None:
    """The mean square is 52 / 10 now, and 104 / 10 where all sizes are twice as large at the same mean."""
    drawn = draws([4.0, 0, 0, 0, 6, 0, 0, 0, 0, 0], 1.0, np.sqrt(9.4))
    assert sorted(drawn) == [0.0] * 18 + [8, 12]


def test_sizes_that_were_whole_stay_whole() -> None:
    drawn = draws([1.0, 2, 0, 0, 3, 0, 0, 1, 0, 0, 2, 0, 0], 0.75, 1.2)
    assert_array_equal(drawn, np.round(drawn))


def test_more_than_the_past_ever_asked_for_is_of_larger_size() -> None:
    """Sizes of 4 and 6 have a mean of 5 where they come in every period."""
    drawn = draws([4.0, 0, 0, 6], 8.0, 0.0)
    assert (len(drawn), drawn.mean()) == (2, pytest.approx(8.0))


def test_what_is_cut_off_at_0_does_not_take_from_the_spread() -> None:
    """An sd of 6 for a mean of 5 is reached by many periods without demand."""
    drawn = draws([1.0, 9, 1, 9, 3, 7, 3, 7, 4, 6, 5, 14], 5.0, 6.0)
    assert drawn.min() == 0.0
    assert drawn.mean() == pytest.approx(5.0)
    assert drawn.std() == pytest.approx(6.0, rel=0.03)


def test_demand_that_has_nearly_ceased_comes_in_the_sizes_it_had() -> None:
    """Of the sizes 2, 4 and 6 only the middle one fits: once in 4 / 0.03 periods, an sd of 0.3456."""
    drawn = draws([0.0, 4, 0, 0, 2, 0, 0, 0, 0, 6], 0.03, np.sqrt(16 / 133 - 0.03**2))
    assert sorted(drawn) == [0.0] * 132 + [4]


def test_demand_that_has_nearly_ceased_is_bounded() -> None:
    drawn = draws([4.0, 0, 0, 6], 1e-6, 1e-3)
    assert len(drawn) == 1 + MOST_ZEROS * 4
    assert drawn.mean() == pytest.approx(1e-6)


@settings(max_examples=200)
@given(
    history=st.lists(st.integers(0, 30), min_size=2, max_size=40).filter(any),
    level=st.floats(0.3, 3),
    spread=st.floats(0, 2),
)
def test_the_mean_is_the_one_expected(history: list[int], level: float, spread: float) -> None:
    """Whole sizes come a whole number of times, so their mean may miss by half a period's worth."""
    mean = level * np.mean(history)
    drawn = draws([float(each) for each in history], mean, spread * mean)
    assert (drawn >= 0).all()
    assert drawn.mean() == pytest.approx(mean, rel=1.01 / len(drawn))


def test_a_single_unit_that_was_sold_once_stays_a_demand() -> None:
    """Half the size, by its spread, would be half a unit, which is no unit less often than one."""
    assert sorted(draws([0.0, 0, 1, 0, 0], 0.2, 0.0)) == [0, 0, 0, 0, 1]
    assert sorted(draws([0.0, 0, 1, 0, 0], 0.25, 0.1)) == [0, 0, 0, 1]


@settings(max_examples=200)
@given(
    history=st.lists(st.sampled_from([0.0, 0.0, 0.0, 1.0, 2.0, 0.3, NAN]), min_size=1, max_size=30).filter(
        lambda row: np.nansum(row) > 0
    ),
    mean=st.floats(1e-9, 1e9),
    spread=st.floats(0, 100),
)
def test_every_item_that_ever_sold_has_demands_that_are_numbers(
    history: list[float], mean: float, spread: float
) -> None:
    drawn = draws(history, mean, spread * mean)
    assert drawn.size
    assert np.isfinite(drawn).all()
    assert drawn.sum() > 0


def leads(samples: list[float], mean: float, sd: float) -> np.ndarray:
    drawn = lead_time_draws(np.array([samples]), np.array([mean]), np.array([sd]))[0]
    return drawn[~np.isnan(drawn)]


def test_lead_times_keep_their_shape() -> None:
    """8, 8, 8 and 16 days have mean 10 and sd sqrt(12): now 20 and twice as wide."""
    assert_allclose(leads([8, 8, 8, 16, NAN], 20.0, 2 * np.sqrt(12)), [16, 16, 16, 32])


def test_lead_times_are_never_negative() -> None:
    assert leads([1, 1, 1, 9], 2.0, 9.0).min() == 0.0


@pytest.mark.parametrize("samples", [[NAN, NAN], [7.0, 7.0]])
def test_where_nothing_differed_a_gamma_lends_its_shape(samples: list[float]) -> None:
    drawn = leads(samples, 10.0, 5.0)
    assert (drawn.mean(), drawn.std()) == (pytest.approx(10.0), pytest.approx(5.0))
    assert np.mean((drawn - 10) ** 3) > 0  # skewed to the right
    assert_array_equal(np.unique(leads(samples, 10.0, 0.0)), [10.0])
    assert_array_equal(np.unique(leads(samples, 0.0, 0.0)), [0.0])


@pytest.mark.parametrize("samples", [[NAN, NAN], [7.0, 7.0 + 1e-9]])
def test_a_supplier_whose_lead_time_varies_by_rounding_only_is_steady(samples: list[float]) -> None:
    """The sd of equal lead times, weighted, is found as 1e-8 days."""
    assert_allclose(leads(samples, 7.0, 1e-8), 7.0)
