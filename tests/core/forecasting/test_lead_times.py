"""Demand over a lead time that varies, against simulation and closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from xlinventory.core.forecasting import lead_times
from xlinventory.core.forecasting.intervals import SHAPES, Around
from xlinventory.core.forecasting.lead_times import LeadTimes

Matrix = NDArray[np.float64]
LEVELS = np.array([[0.5, 0.9, 0.95, 0.99]])


def around(mean: float, sd: float) -> Around:
    zero = np.zeros(1)
    return Around(np.full((1, 60), mean), np.array([sd]), zero, zero + 8, np.array([100]), np.array([True]))


def leads(mean: float, sd: float, review: float = 0.0) -> LeadTimes:
    return LeadTimes(np.array([mean]), np.array([sd]), np.array([review]))


@pytest.mark.parametrize(("mean", "sd"), [(4.0, 1.0), (4.0, 3.0), (0.7, 0.2), (2.0, 2.0)])
def test_parts_have_the_mean_and_sd_of_the_lead_time(mean: float, sd: float) -> None:
    parts = leads(mean, sd, 1.0).parts()
    found = parts.mean[0] @ lead_times.WEIGHTS
    assert found == pytest.approx(mean + 1)
    variance = ((parts.mean[0] - found) ** 2 + parts.sd[0] ** 2) @ lead_times.WEIGHTS
    assert np.sqrt(variance) == pytest.approx(sd)


def test_a_lead_time_without_spread_is_taken_as_it_is() -> None:
    shape, given = SHAPES["dense"], around(20.0, 4.0)
    one = lead_times.quantiles(shape, given, leads(2.0, 0.0, 0.5), LEVELS)
    assert one[0, 0] == pytest.approx(50)
    nearly = lead_times.quantiles(shape, given, leads(2.0, 1e-4, 0.5), LEVELS)
    np.testing.assert_allclose(nearly, one, rtol=1e-3)


@pytest.mark.parametrize(("kind", "mean", "sd"), [("dense", 20.0, 4.0), ("sparse", 0.8, 1.5)])
def test_quantiles_are_those_of_simulated_lead_times(kind: str, mean: float, sd: float) -> None:
    """A million draws of a gamma lead time and, given it, of the kind's own distribution of demand."""
    rng = np.random.default_rng(11)
    time = rng.gamma((4 / 2) ** 2, 2**2 / 4, 1_000_000) + 1
    if kind == "dense":
        total = mean * time + sd * np.sqrt(time) * rng.standard_t(8, time.size)
    else:
        variance = sd**2 * time
        expected = mean * time
        total = rng.poisson(rng.gamma(expected**2 / (variance - expected), (variance - expected) / expected))
    found = lead_times.quantiles(SHAPES[kind], around(mean, sd), leads(4.0, 2.0, 1.0), LEVELS)[0]
    reached, less = (np.array([np.mean(total <= q - unit) for q in found]) for unit in (0, 1))
    if kind == "dense":
        np.testing.assert_allclose(reached, LEVELS[0], atol=0.005)
    else:
        assert (reached >= LEVELS[0] - 0.005).all()
        assert (less <= LEVELS[0] + 0.005).all()


def test_counts_have_whole_quantiles_though_the_lead_time_varies() -> None:
    found = lead_times.quantiles(SHAPES["sparse"], around(0.8, 1.5), leads(4.0, 2.0), LEVELS)
    np.testing.assert_array_equal(found, np.round(found))


def test_more_spread_of_the_lead_time_needs_more_stock() -> None:
    found = [
        lead_times.quantiles(SHAPES["dense"], around(20.0, 4.0), leads(4.0, sd), LEVELS)[0, 2]
        for sd in (0.0, 0.5, 1.0, 2.0)
    ]
    assert found == sorted(found)


def test_an_unknown_lead_time_has_no_quantile() -> None:
    for sd in (0.0, 1.0):
        found = lead_times.quantiles(SHAPES["sparse"], around(1.0, 2.0), leads(np.nan, sd), LEVELS)
        assert np.isnan(found).all()
    assert leads(np.nan, 1.0).longest == 0.0


def test_demand_without_spread_over_a_varying_time_is_that_of_the_time() -> None:
    """Ten a period over a gamma time of mean 4 and sd 2, whose 90 % quantile is 6.68 (tables)."""
    found = lead_times.quantiles(SHAPES["dense"], around(10.0, 0.0), leads(4.0, 2.0), LEVELS)
    assert found[0, 1] == pytest.approx(66.8, rel=0.02)


CLOSE = [0.5, 0.9, 0.95, 0.99, 0.999, 0.9999]


@settings(max_examples=60)
@given(
    kind=st.sampled_from(["dense", "sparse"]),
    whole=st.booleans(),
    mean=st.one_of(st.just(0.0), st.floats(1e-6, 1e6)),
    share=st.floats(0.05, 10),
    degrees=st.floats(2, 8),
    time=st.tuples(st.floats(0, 20), st.sampled_from([0.0, 0.1, 0.5, 1.0]), st.sampled_from([0.0, 0.5, 3.0])),
)
def test_quantiles_rise_with_level_and_review_whatever_the_lead_time(
    kind: str, whole: bool, mean: float, share: float, degrees: float, time: tuple[float, float, float]
) -> None:
    """Counts or not, hardly any or a lot, sure, short or wild: always a number, and in order."""
    rows = [around(mean, share * max(mean, 0.01) + 0.01)._replace(degrees=np.array([degrees]))] * 2
    given_rows = Around._make(np.concatenate(part) for part in zip(*rows, strict=True))
    given_rows = given_rows._replace(whole=np.full(2, whole))
    lead, varies, review = time
    times = LeadTimes(np.full(2, lead), np.full(2, varies * lead), np.array([review, review + 0.25]))
    found = lead_times.quantiles(SHAPES[kind], given_rows, times, np.array([CLOSE] * 2))
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    rounding = 1e-6 * found[:, 1:].max()
    assert (np.diff(found, axis=1) >= -rounding).all()
    assert (found[1] >= found[0] - rounding).all()


@pytest.mark.parametrize(("mean", "sd"), [(3.0, 6.0), (0.3, 0.3), (2.0, 0.5), (12.0, 4.0)])
def test_high_quantiles_of_wild_and_short_lead_times_are_those_simulated(mean: float, sd: float) -> None:
    """Half a million draws of a gamma lead time and Poisson-gamma demand; counts step over a level."""
    rng = np.random.default_rng(12)
    time = rng.gamma((mean / sd) ** 2, sd**2 / mean, 500_000)
    expected, variance = 30 * time, 400 * time
    total = rng.poisson(rng.gamma(expected**2 / (variance - expected), (variance - expected) / expected))
    found = lead_times.quantiles(SHAPES["sparse"], around(30.0, 20.0), leads(mean, sd), LEVELS)[0, 1:]
    reached = np.array([np.mean(total <= quantile) for quantile in found])
    np.testing.assert_allclose(reached, LEVELS[0, 1:], atol=0.005)


@pytest.mark.parametrize(("mean", "sd"), [(2e-311, 1.0), (1e-5, 50.0), (3.0, 1000.0), (0.0, 1.0)])
@pytest.mark.parametrize("kind", ["dense", "sparse"])
def test_a_lead_time_that_makes_no_sense_still_gives_numbers_in_order(
    kind: str, mean: float, sd: float
) -> None:
    found = lead_times.quantiles(SHAPES[kind], around(2.0, 3.0), leads(mean, sd, 1.0), LEVELS)[0]
    assert np.isfinite(found).all()
    assert (np.diff(found) >= 0).all()


def test_demand_that_never_varies_over_a_time_that_never_does_is_itself() -> None:
    """A varying item beside it must not make a difference; a time of 0 asks for nothing."""
    rows = [around(5.0, 0.0), around(5.0, 2.0), around(5.0, 2.0)]
    several = Around._make(np.concatenate(part) for part in zip(*rows, strict=True))
    times = LeadTimes(np.array([0.0, 0.0, 4.0]), np.array([1.0, 0.0, 1.0]), np.array([3.0, 0.0, 0.0]))
    found = lead_times.quantiles(SHAPES["sparse"], several, times, np.repeat(LEVELS, 3, axis=0))
    np.testing.assert_allclose(found[0], 15.0)
    np.testing.assert_allclose(found[1], 0.0)
    assert (found[2] >= 15).all()
