"""Demand over a lead time that varies, against simulation and closed forms."""

import numpy as np
import pytest
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
