"""What a day of the coming time asks for, by hand."""

import numpy as np
import pytest

from xlinventory.core.planning.demand import daily_demand

NAN = np.nan
SOLD = np.full((1, 8), 700.0)


def mean_of(forecast: list[float], days: float, elapsed: float = 0.0) -> float:
    one = np.ones(1)
    found = daily_demand(np.array([forecast]), one, 0 * one, SOLD, np.array([days]), 7.0, elapsed)
    return float(found.mean[0])


@pytest.mark.parametrize(
    ("days", "elapsed", "expected"),
    [
        (7.0, 0.0, 1.0),  # the first week
        (10.0, 0.0, (7 + 3 * 2) / 10),  # and three days of the second
        (6.0, 3.0, (4 * 1 + 2 * 2) / 6),  # four days are left of the first
        (28.0, 0.0, (7 + 14 + 21) / 21),  # all that is foreseen
        (0.0, 0.0, 1.0),  # a day at least
        (7.0, 99.0, 3.0),  # it ended long ago: its last week goes on
    ],
)
def test_days_take_their_part_of_each_period(days: float, elapsed: float, expected: float) -> None:
    assert mean_of([7.0, 14.0, 21.0], days, elapsed) == pytest.approx(expected)


def test_what_is_not_foreseen_does_not_count() -> None:
    assert mean_of([NAN, 14.0, NAN], 21.0) == pytest.approx(2.0)
    assert mean_of([NAN, 14.0, NAN], 7.0, 14.0) == pytest.approx(2.0)
    assert np.isnan(mean_of([NAN, NAN], 7.0))


def test_an_unknown_spread_is_that_of_items_like_it() -> None:
    """Variance 3 m^1.5 for a mean of 4 a period: 24; a day is a seventh of it."""
    found = daily_demand(np.array([[4.0]]), np.array([NAN]), np.array([NAN]), np.full((1, 4), NAN), 7.0, 7.0)
    assert found.sd[0] == pytest.approx(np.sqrt(24 / 7))


class TestSpreadThatWasSeen:
    """Demands of 1, 1, 1 and 9 among eight periods: sum of squares 84, mean 1.5, so variance (84 - 18) / 7.

    Their squared variation is 16 / 9 > 0.49 and they come in half of the periods, so that they are lumpy.
    """

    LUMPY = (1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 9.0, 0.0)

    def spread(self, history: tuple[float, ...], sd: float, mean: float = 1.5) -> float:
        one = np.ones(1)
        found = daily_demand(np.array([[mean]]), sd * one, 0 * one, np.array([history]), 7.0 * one, 7.0)
        return float(found.sd[0] * np.sqrt(7))

    def test_lumpy_demand_spreads_as_it_did_at_least(self) -> None:
        assert self.spread(self.LUMPY, 1.0) == pytest.approx(np.sqrt(66 / 7))
        assert self.spread((NAN, *self.LUMPY), 1.0) == pytest.approx(np.sqrt(66 / 7))
        assert self.spread(self.LUMPY, 3.2) == pytest.approx(3.2)

    def test_but_no_more_than_its_sizes_allow_at_the_mean_that_is_expected(self) -> None:
        """sqrt(0.1 * 84 / 12)."""
        assert self.spread(self.LUMPY, 1.0, mean=0.1) == pytest.approx(np.sqrt(0.7))

    def test_other_demand_spreads_as_forecast(self) -> None:
        assert self.spread((1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0), 0.25, mean=0.5) == pytest.approx(0.25)
        assert self.spread((1.0, 2.0, 1.0, 9.0, 1.0, 2.0, 9.0, 1.0), 0.25, mean=3.0) == pytest.approx(0.25)
