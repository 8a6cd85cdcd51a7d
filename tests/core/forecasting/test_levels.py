"""The past at the level that is expected, on a few periods worked by hand."""

import numpy as np

from xlinventory.core.forecasting import levels


class TestLevel:
    def test_demand_that_grew_moves_up_with_its_spread(self) -> None:
        found = levels.at_level(np.array([[5.0, 15.0, np.nan, 10.0]]), np.array([30.0]))
        np.testing.assert_allclose(found, [[25, 35, np.nan, 30]])

    def test_steady_demand_that_shrank_shrinks_in_size(self) -> None:
        found = levels.at_level(np.array([[8.0, 12.0, 10.0, 10.0]]), np.array([5.0]))
        np.testing.assert_allclose(found, [[4, 6, 5, 5]])

    def test_demand_now_and_then_that_shrank_comes_less_often(self) -> None:
        """4 a period becomes 1 a period: three periods of 0 for each there is, sizes as they were."""
        found = levels.at_level(np.array([[0.0, 8.0, 0.0, 8.0], [10.0] * 4]), np.array([1.0, 10.0]))
        assert sorted(found[0]) == [0.0] * 14 + [8.0] * 2
        np.testing.assert_allclose(found[1], [10] * 4 + [np.nan] * 12)

    def test_no_more_than_19_periods_are_added_for_each(self) -> None:
        found = levels.at_level(np.array([[0.0, 8.0, 0.0, 8.0]]), np.array([1e-6]))
        assert found.shape == (1, 80)


def test_the_spread_is_that_of_the_sizes_seen_at_most() -> None:
    """Sizes of 8 at 1 a period, one period in eight: variance 8 * 1 - 1², at most 8 * 1."""
    found = levels.largest_sd(np.array([1.0, 1.0]), np.array([[0.0, 8.0, 0.0, 8.0], [0.0, 0.0, 0.0, 0.0]]))
    np.testing.assert_allclose(found, [np.sqrt(8), np.nan])
