"""Demand that comes now and then: what its two smoothings and their mean forecast."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from xlinventory.core.forecasting.sparse import is_sparse, sparse

Matrix = NDArray[np.float64]
NAN = np.nan
few = settings(max_examples=50, deadline=None)
PARTS = ("comb", "slow", "fading")


def rates(rows: Matrix) -> dict[str, Matrix]:
    return {name: fit.mean[:, 0] for name, fit in sparse(np.atleast_2d(rows), 1).items()}


def test_a_period_in_thirty_without_demand_is_sparse() -> None:
    """103 periods to 100 with demand are 1.03; 104 to 101 are less."""
    rows = np.ones((2, 104))
    rows[0, 0], rows[0, 1:4], rows[1, :3] = NAN, 0, 0
    assert is_sparse(rows).tolist() == [True, False]


@few
@given(size=st.floats(0.01, 1e6), periods=st.integers(4, 40))
def test_demand_that_is_always_the_same_goes_on(size: float, periods: int) -> None:
    for name, rate in rates(np.full(periods, size)).items():
        assert rate[0] == pytest.approx(size), name


def test_no_demand_goes_on_as_none() -> None:
    assert all(rate[0] == 0 for rate in rates(np.zeros(20)).values())


@few
@given(
    rows=arrays(np.float64, (3, 15), elements=st.sampled_from([0.0, 0.0, 1.0, 4.0, NAN])),
    factor=st.integers(-20, 20),
)
def test_rates_stay_within_what_was_seen_and_scale_with_it(rows: Matrix, factor: int) -> None:
    rows[:, 0] = 2.0
    found, scaled = rates(rows), rates(np.ldexp(rows, factor))
    largest = np.nanmax(rows, axis=1)
    for name in PARTS:
        assert (found[name] >= -1e-12).all()
        assert (found[name] <= largest + 1e-12).all()
        np.testing.assert_allclose(scaled[name], np.ldexp(found[name], factor), rtol=1e-9)
    np.testing.assert_allclose(found["comb"], (found["slow"] + found["fading"]) / 2)


def test_demand_that_ceased_fades() -> None:
    wanted = [0.0, 3, 0, 2, 0, 4, 0, 3, 0, 2, 0, 4]
    for name in PARTS:
        faded = [float(rates(np.array([*wanted, *[0.0] * zeros]))[name][0]) for zeros in (0, 6, 12, 24)]
        assert faded == sorted(faded, reverse=True), name
        assert faded[-1] < faded[0] / 2, name


@pytest.mark.parametrize("rate", [0.2, 1.0])
def test_the_rate_of_poisson_demand_is_found_on_average(rate: float) -> None:
    """The mean of 2,000 forecasts from 40 periods each, whose standard error is below 1 %."""
    rows = np.random.default_rng(8).poisson(rate, (2_000, 40)).astype(float)
    for name, found in rates(rows).items():
        assert found.mean() == pytest.approx(rate, rel=0.04), name
        assert np.sqrt(np.mean((found - rate) ** 2)) < 0.45 * np.sqrt(rate), name
