"""New items, forecast from the others of their group."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from xlinventory.core.errors import OutOfDomain, WrongInput
from xlinventory.core.forecasting.analogues import (
    Borrowed,
    borrowed,
    borrowed_quantiles,
    borrowed_ranges,
)
from xlinventory.core.forecasting.histories import Column, Matrix

NAN = np.nan
few = settings(max_examples=50, deadline=None)


def from_group(
    levels: list[float], own: list[float], sd: float = 1.0, path: tuple[float, ...] = (1.0,)
) -> Borrowed:
    """What items of these levels, six periods each, lend to one that has these periods."""
    rows = np.full((len(levels) + 1, 6), NAN)
    rows[:-1] = np.array(levels)[:, None]
    rows[-1, 6 - len(own) :] = own
    mean = np.outer([*levels, NAN], path)
    return borrowed(rows, ["tea"] * len(rows), mean, np.append(np.full(len(levels), sd), NAN))


class TestLevel:
    def test_without_own_periods_it_is_the_mean_of_the_group(self) -> None:
        found = from_group([8, 9, 10, 11, 12], [])
        assert found.mean.tolist() == [[pytest.approx(10)]]
        assert (found.items.tolist(), found.label.tolist(), found.members.tolist()) == ([5], ["tea"], [5])
        assert (found.known.tolist(), found.whole.tolist()) == ([0], [True])

    def test_own_periods_weigh_by_their_credibility(self) -> None:
        """All alike: the variance between is the least, 0.1 * 10², within it is that of Poisson, 10.

        So k = 1, Z = 2 / (2 + 1), and two periods of 20 make 10 / 3 + 20 * 2 / 3.
        """
        found = from_group([10] * 5, [20, 20])
        assert found.mean[0, 0] == pytest.approx(50 / 3)

    def test_own_periods_without_demand_lower_it_and_never_to_nothing(self) -> None:
        levels = [from_group([4, 6, 9, 12, 20], [0.0] * count).mean[0, 0] for count in range(6)]
        assert levels == sorted(levels, reverse=True)
        assert 0 < levels[5] < levels[0] / 3

    def test_the_path_is_the_mean_shape_of_the_others(self) -> None:
        found = from_group([10, 20, 30, 40, 1000], [], path=(0.5, 1.5))
        assert found.mean[0, 1] == pytest.approx(3 * found.mean[0, 0])

    def test_a_giant_counts_as_the_highest_that_belongs(self) -> None:
        """Logs of 8, 9, 10, 10, 11, 12: the giant counts exp(median + 3 * 1.4826 * MAD) at most, below 20."""
        assert from_group([8, 9, 10, 10, 11, 12, 1e6], []).mean[0, 0] < 13

    def test_a_group_without_any_demand_lends_half_a_unit_over_its_periods(self) -> None:
        """Half a demand in six periods; a silent zero would say that none can come."""
        found = from_group([0] * 5, [0, 0], sd=0.0)
        assert 0 < found.mean[0, 0] < 0.5 / 6
        assert borrowed_ranges(found, 0.95)[1][0, 0] > 0

    @few
    @given(st.permutations(range(14)))
    def test_the_order_of_the_items_changes_nothing(self, order: list[int]) -> None:
        rng = np.random.default_rng(3)
        rows = rng.poisson(rng.gamma(1, 9, (14, 1)), (14, 8)).astype(float)
        rows[:2, :6] = NAN
        mean, groups = np.outer(rows.mean(axis=1), [1, 1.1]) + 0.1, np.array(["a", "a", *"aaaaaabbbbbb"])
        sd = np.sqrt(mean[:, 0])
        one, other = (
            borrowed(rows[by], groups[by], mean[by], sd[by]) for by in (np.arange(14), np.array(order))
        )
        back = np.argsort(np.array(order)[other.items])
        for left, right in zip(one[1:], other[1:], strict=True):
            np.testing.assert_array_equal(left, right[back])

    @few
    @given(st.integers(-300, 300))
    def test_the_unit_of_measure_changes_nothing(self, power: int) -> None:
        """In tons or in grams: where demand comes in parts of a unit, the answer scales with it."""
        rows = np.array(
            [[0.3, 0.7, 1.1, 0.4, 0.9, 0.2]] * 3 + [[3.3, 2.7, 4.1, 1.4, 2.9, 5.3]] * 3 + [[NAN] * 6]
        )
        rows[-1, 3:] = [0.1, 0.9, 0.4]
        mean, sd, factor = np.nanmean(rows, axis=1)[:, None], np.nanstd(rows, axis=1), np.ldexp(1.0, power)
        one = borrowed(rows, ["a"] * 7, mean, sd)
        other = borrowed(rows * factor, ["a"] * 7, mean * factor, sd * factor)
        for name in ("mean", "sd", "level_sd"):
            np.testing.assert_allclose(getattr(other, name), getattr(one, name) * factor, rtol=1e-9)


class TestSpread:
    def test_levels_vary_as_a_gamma_fitted_by_likelihood(self) -> None:
        """Shape from scipy.stats.gamma.fit; 10 members: n / (n - 1), and 1 + 3 / n for their small number."""
        levels = [1, 2, 2, 3, 4, 6, 8, 10, 15, 25.0]
        shape = stats.gamma.fit(levels, floc=0)[0]
        found = from_group(levels, [])
        variation = (found.level_sd / found.mean[:, 0]) ** 2
        assert variation == pytest.approx(1 / shape * 10 / 9 * 1.3, rel=0.02)

    def test_alike_members_still_leave_a_doubt(self) -> None:
        """sqrt(0.1) of 10; sd of a period of Poisson demand: sqrt(10)."""
        found = from_group([10] * 5, [])
        assert found.level_sd[0] == pytest.approx(3.1623, abs=1e-4)
        assert found.sd[0] == pytest.approx(3.1623, abs=1e-4)

    def test_more_spread_of_the_others_is_more_spread(self) -> None:
        """sd 8 at level 10: the same at the same level."""
        assert from_group([10] * 5, [], sd=8.0).sd[0] == pytest.approx(8)

    def test_own_periods_narrow_the_level(self) -> None:
        shares = [
            found.level_sd[0] / found.mean[0, 0]
            for found in (from_group([1, 5, 20, 60, 200], [30.0] * count) for count in range(6))
        ]
        assert shares == sorted(shares, reverse=True)
        assert shares[1] < shares[0] / 1.5


class TestWho:
    ROWS = np.array([[3, 4, 5, 4, 3, 4.0]] * 6 + [[NAN] * 6] * 2)
    MEAN = np.array([[4.0]] * 6 + [[NAN]] * 2)
    SD = np.array([1.0] * 6 + [NAN] * 2)

    @pytest.mark.parametrize(
        "groups",
        [[""] * 8, [None] * 8, [NAN] * 8, [*"aaaabb", "a", "b"], [*"aaaaaa", "", "b"]],
        ids=["blank", "none", "not a number", "too few others", "another group"],
    )
    def test_without_a_group_of_five_nothing_is_lent(self, groups: list[object]) -> None:
        found = borrowed(self.ROWS, groups, self.MEAN, self.SD)
        assert found.items.size == 0
        assert found.mean.shape == (0, 1)
        assert borrowed_quantiles(found, np.empty(0), [0.9]).shape == (0, 1)
        assert borrowed_ranges(found, 0.9)[0].shape == (0, 1)

    def test_only_others_with_a_forecast_lend(self) -> None:
        mean, sd = self.MEAN.copy(), self.SD.copy()
        mean[0] = NAN
        assert borrowed(self.ROWS, ["a"] * 8, mean, sd).members.tolist() == [5, 5]
        sd[1] = NAN
        assert borrowed(self.ROWS, ["a"] * 8, mean, sd).items.size == 0

    def test_six_periods_are_enough_to_stand_alone(self) -> None:
        rows = self.ROWS.copy()
        rows[6, :5] = 4
        assert borrowed(rows, ["a"] * 8, self.MEAN, self.SD).known.tolist() == [5, 0]
        rows[6] = 4
        assert borrowed(rows, ["a"] * 8, self.MEAN, self.SD).items.tolist() == [7]

    def test_groups_lend_to_their_own(self) -> None:
        rows = np.vstack([self.ROWS[6:], self.ROWS[:5] * 10, self.ROWS[:5]])
        mean = np.vstack([self.MEAN[6:], self.MEAN[:5] * 10, self.MEAN[:5]])
        found = borrowed(rows, ["b", "a", *"aaaaa", *"bbbbb"], mean, np.append([NAN, NAN], np.ones(10)))
        assert found.items.tolist() == [0, 1]
        assert found.label.tolist() == ["b", "a"]
        np.testing.assert_allclose(found.mean, [[4], [40]])

    def test_there_is_one_label_an_item(self) -> None:
        with pytest.raises(WrongInput, match="groups must be one per item, got 2 for 8"):
            borrowed(self.ROWS, ["a", "b"], self.MEAN, self.SD)


def lent(mean: list[float], sd: float, level_sd: float, *, whole: bool = False) -> Borrowed:
    return Borrowed(
        np.array([0]), np.array([mean]), np.array([sd]), np.array([level_sd]),
        np.array(["tea"], dtype=object), np.array([9]), np.array([0]), np.array([whole]),
    )  # fmt: skip


class TestRangesAndQuantiles:
    def test_a_total_is_a_gamma_around_its_mean(self) -> None:
        """Two and a half periods of 10: mean 25, variance 2.5 * 4² + (0.5 * 25)²; scipy.stats.gamma.

        A level of 95 % is asked as 1 - 0.05 ** 1.25.
        """
        got = borrowed_quantiles(lent([10, 10, 10], 4, 5), np.array([2.5]), [0.5, 0.95])
        variance = 2.5 * 16 + 12.5**2
        asked = 1 - np.array([0.5, 0.05]) ** 1.25
        np.testing.assert_allclose(got[0], stats.gamma.ppf(asked, 625 / variance, scale=variance / 25))

    def test_an_uncertain_lead_time_adds_its_share(self) -> None:
        """sd of 1 period at 10 a period: 10² more."""
        got = borrowed_quantiles(lent([10, 10, 10], 4, 5), np.array([2.5]), [0.9], 1.0)
        variance = 2.5 * 16 + 12.5**2 + 100
        asked = 1 - 0.1**1.25
        np.testing.assert_allclose(got, stats.gamma.ppf(asked, 625 / variance, scale=variance / 25))

    def test_a_range_encloses_a_period(self) -> None:
        """10 and 20, on the same level: variances 3² + (0.4 * 10)², 3² + (0.4 * 20)²; scipy.stats.gamma."""
        low, high = borrowed_ranges(lent([10, 20], 3, 6), 0.9)
        beyond = 0.05**1.25
        for got, asked in ((low, beyond), (high, 1 - beyond)):
            expected = [
                stats.gamma.ppf(asked, mean**2 / variance, scale=variance / mean)
                for mean, variance in ((10, 9 + 16), (20, 9 + 64))
            ]
            np.testing.assert_allclose(got[0], expected)

    def test_whole_units_are_rounded_outward(self) -> None:
        low, high = borrowed_ranges(lent([10, 20], 3, 6, whole=True), 0.9)
        loose = borrowed_ranges(lent([10, 20], 3, 6), 0.9)
        np.testing.assert_array_equal(low, np.floor(loose[0]))
        np.testing.assert_array_equal(high, np.ceil(loose[1]))

    def test_a_lead_time_that_is_not_known_has_no_quantile(self) -> None:
        found = borrowed_quantiles(lent([10], 3, 6), np.array([NAN]), [0.9, 0.95])
        np.testing.assert_array_equal(found, [[NAN, NAN]])
        assert borrowed_quantiles(lent([10], 3, 6), np.array([0.0]), [0.9]).tolist() == [[0.0]]

    @few
    @given(st.floats(0.02, 0.97), st.floats(0.05, 2), st.floats(0.05, 2))
    def test_more_certainty_takes_more_room(self, level: float, sd: float, level_sd: float) -> None:
        found = lent([1, 2, 3], sd, level_sd)
        quantiles = borrowed_quantiles(found, np.array([3.0]), [level, level + 0.02])
        assert 0 <= quantiles[0, 0] <= quantiles[0, 1]
        (low, high), (lower, higher) = borrowed_ranges(found, level), borrowed_ranges(found, level + 0.02)
        assert (lower <= low).all()
        assert (low <= high).all()
        assert (high <= higher).all()

    @pytest.mark.parametrize("coverage", [0, 1, 95])
    def test_a_coverage_is_between_0_and_1(self, coverage: float) -> None:
        with pytest.raises(OutOfDomain):
            borrowed_ranges(lent([1], 1, 1), coverage)
        with pytest.raises(OutOfDomain):
            borrowed_quantiles(lent([1], 1, 1), np.array([1.0]), [coverage])


def simulated(own: int) -> tuple[Borrowed, Matrix]:
    """600 groups of 9 items whose levels are gamma distributed, 12 periods of counts, 4 more to come."""
    rng = np.random.default_rng(7)
    level = rng.gamma(0.7, 20, (5400, 1)) + 0.05
    demand = rng.poisson(level * rng.gamma(2, 0.5, (5400, 16))).astype(float)
    rows, groups = demand[:, :12].copy(), np.repeat(np.arange(600), 9)
    new = np.arange(5400) % 9 == 0
    rows[new, : 12 - own] = NAN
    mean = np.where(new, NAN, rows.mean(axis=1))[:, None] * np.ones(4)
    sd: Column = np.where(new, NAN, rows.std(axis=1))
    return borrowed(rows, groups, mean, sd), demand[new, 12:]


@pytest.mark.parametrize("own", [0, 1, 5])
def test_ranges_and_quantiles_of_unseen_items_keep_what_they_promise(own: int) -> None:
    """By simulation: at most 2 points of a hundred fewer than promised, and two standard errors of chance."""
    found, came = simulated(own)
    total = came.sum(axis=1)
    for coverage in (0.8, 0.9, 0.95):
        low, high = borrowed_ranges(found, coverage)
        assert ((low <= came) & (came <= high)).mean() > coverage - 0.02
        quantile = borrowed_quantiles(found, np.full(600, 4.0), [coverage])[:, 0]
        chance = 2 * np.sqrt(coverage * (1 - coverage) / 600)
        assert (total <= quantile).mean() > coverage - 0.02 - chance
