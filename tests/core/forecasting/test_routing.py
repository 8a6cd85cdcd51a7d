"""Cleaning and seasons as the engine and the Forecast button take them, by the same function."""

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.forecasting.routing import cleaned_rows

PEAK = 90.0


def two_years() -> NDArray[np.float64]:
    """Noise around 20 a month with the same peak each December: two of a kind are no clear season yet."""
    rows = np.random.default_rng(4).poisson(20.0, (1, 24)).astype(float)
    rows[0, [11, 23]] = PEAK
    return rows


def test_a_known_year_tells_a_peak_that_comes_back_from_an_outlier() -> None:
    """Beside the December before, December is no outlier; without a year it is one of a row around 20."""
    assert cleaned_rows(two_years(), None, 3.0, 1, 12)[0, 23] == PEAK
    assert cleaned_rows(two_years(), None, 3.0, 0, 12)[0, 23] < PEAK / 2


def test_a_spike_that_does_not_come_back_is_capped_though_the_year_is_known() -> None:
    rows = two_years()
    rows[0, 11] = 20.0
    assert cleaned_rows(rows, None, 3.0, 1, 12)[0, 23] < PEAK / 2


def test_without_outliers_demand_is_what_the_shares_in_stock_say() -> None:
    rows, share = two_years(), np.ones((1, 24))
    share[0, 5] = 0.5
    assert cleaned_rows(rows, share, 0.0, 1, 12)[0, 5] == 2 * rows[0, 5]
