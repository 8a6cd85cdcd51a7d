"""The (s, S) policy: stockpyl, a Markov chain of its positions, every pair of levels, and law P11."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from stockpyl import ss as stockpyl

from xlinventory import evaluate, expected_shortage, min_max, newsvendor
from xlinventory.core.errors import CellError, OutOfDomain

settled = settings(max_examples=15, deadline=None)
holdings, backorders, orders = st.floats(0.2, 5), st.floats(2, 50), st.floats(1, 60)
shapes = pytest.mark.parametrize("shape", ["normal", "gamma", "lognormal", "negbin", "poisson"])


def levels(h: float, b: float, k: float, mean: float, sd: float, *options: object):
    """A review each period, a year of one period, no lead time: as stockpyl has it."""
    return min_max(mean, sd, 0, 1, 1, k, h, 1, b, 0, *options)


def chain_cost(minimum: int, maximum: int, k: float, chances: np.ndarray, running: np.ndarray) -> float:
    """Mean cost of a review by the stationary probabilities of the position after it, s + 1 to S.

    chances: of a demand of 0, 1, ... between reviews; running: cost of each position from s + 1 to S.
    """
    count = maximum - minimum
    moves = np.zeros((count, count))  # from maximum - i to maximum - j
    for i in range(count):
        moves[i, i:] = chances[: count - i]
        moves[i, 0] += 1 - chances[: count - i].sum()
    balance = np.vstack([moves.T - np.eye(count), np.ones(count)])
    shares = np.linalg.lstsq(balance, np.append(np.zeros(count), 1.0), rcond=None)[0]
    ordering = [1 - chances[: count - i].sum() for i in range(count)]
    return float(shares @ running[::-1] + k * shares @ ordering)


class TestAgainstStockpyl:
    @settled
    @given(h=holdings, b=backorders, k=st.floats(1, 30), mean=st.floats(0.5, 12))
    def test_poisson(self, h: float, b: float, k: float, mean: float) -> None:
        minimum, maximum, cost = levels(h, b, k, mean, 0, "poisson")
        there = stockpyl.s_s_cost_discrete(int(minimum), int(maximum), h, b, k, True, mean)
        assert cost == pytest.approx(there, rel=1e-9)
        assert cost == pytest.approx(stockpyl.s_s_discrete_exact(h, b, k, True, mean)[2], rel=1e-9)

    def test_poisson_with_levels_far_apart(self) -> None:
        # stockpyl 1.0.2: s_s_discrete_exact(1, 20, 400, True, 5)
        assert levels(1, 20, 400, 5, 0, "poisson") == pytest.approx((1, 64, 62.472394449562834), rel=1e-12)

    @settled
    @given(h=holdings, b=backorders, k=orders, mean=st.floats(5, 400), ratio=st.floats(0.05, 1))
    def test_the_power_approximation(self, h: float, b: float, k: float, mean: float, ratio: float) -> None:
        reference = stockpyl.s_s_power_approximation(h, b, k, mean, ratio * mean)
        assert levels(h, b, k, mean, ratio * mean, "normal", "power")[:2] == pytest.approx(
            reference, rel=1e-9
        )


class TestAgainstAChain:
    """With lead time and review, the cost of the chain of positions is another way to the same number."""

    @pytest.mark.parametrize("shape", ["poisson", "negbin"])
    @settled
    @given(
        h=holdings,
        b=backorders,
        k=orders,
        mean=st.floats(0.5, 6),
        lead=st.floats(0, 5),
        review=st.floats(0.5, 3),
    )
    def test_p11_the_cost_is_the_chain_s_and_no_neighbour_s_is_less(
        self, shape: str, h: float, b: float, k: float, mean: float, lead: float, review: float
    ) -> None:
        variance = 1.8 * mean
        minimum, maximum, cost = min_max(
            mean, variance**0.5, lead, review, review, k, h, 1, b, 0, shape
        )  # a year is one review period
        assert minimum < maximum
        between = {
            "poisson": stats.poisson(mean * review),
            "negbin": stats.nbinom(mean * review / 0.8, 1 / 1.8),
        }[shape]
        chances = between.pmf(np.arange(maximum - minimum + 3))
        low = int(minimum) - 1
        stocks = np.arange(low + 1, maximum + 3)
        total = mean * (lead + review)
        short = expected_shortage(stocks, total, (1.8 * total) ** 0.5, shape)
        running = h * (stocks - total + short) + b * short
        for up in (-1, 0, 1, 2):
            for down in (-1, 0, 1):
                s, top = int(minimum) + down, int(maximum) + up
                if top > s:
                    found = chain_cost(s, top, k, chances, running[s - low : top - low])
                    assert found >= cost * (1 - 1e-9)
                    assert (up, down) != (0, 0) or found == pytest.approx(cost, rel=1e-9)

    @settings(max_examples=3, deadline=None)
    @given(h=holdings, b=backorders, k=st.floats(1, 20), mean=st.floats(0.5, 4))
    def test_p11_no_pair_of_levels_costs_less(self, h: float, b: float, k: float, mean: float) -> None:
        cost = levels(h, b, k, mean, 0, "poisson").annual_cost
        for maximum in range(1, 15):
            for minimum in range(-4, maximum):
                assert cost <= stockpyl.s_s_cost_discrete(minimum, maximum, h, b, k, True, mean) * (1 + 1e-9)


class TestLaws:
    @shapes
    @settings(max_examples=8, deadline=None)
    @given(
        h=holdings,
        b=backorders,
        k=orders,
        mean=st.floats(1, 60),
        ratio=st.floats(0.2, 1.2),
        lead=st.floats(0, 4),
    )
    def test_p11_the_power_approximation_never_costs_less(
        self, shape: str, h: float, b: float, k: float, mean: float, ratio: float, lead: float
    ) -> None:
        best = min_max(mean, ratio * mean, lead, 1, 1, k, h, 1, b, 0.2, shape)
        other = min_max(mean, ratio * mean, lead, 1, 1, k, h, 1, b, 0.2, shape, "power")
        assert best.minimum < best.maximum
        assert other.minimum < other.maximum
        assert best.annual_cost <= other.annual_cost * (1 + 1e-9)

    @settled
    @given(h=holdings, b=backorders, k=orders, mean=st.floats(1, 30), review=st.sampled_from([0.5, 2, 7]))
    def test_the_unit_of_time_does_not_matter(
        self, h: float, b: float, k: float, mean: float, review: float
    ) -> None:
        """Demand a period, lead time in periods, costs a year: half as long periods are twice as many."""
        plan = min_max(mean, mean / 2, 2, review, 52, k, h, 1, b, 0.3, "gamma")
        assert min_max(
            mean / 2, mean / 2 / 2**0.5, 4, 2 * review, 104, k, h, 1, b, 0.6, "gamma"
        ) == pytest.approx(plan, rel=1e-9)

    @settings(max_examples=6, deadline=None)
    @given(h=st.floats(0.5, 5), b=st.floats(5, 40), mean=st.floats(400, 4000), ratio=st.floats(0.1, 0.6))
    def test_in_steps_it_costs_next_to_nothing_more(
        self, h: float, b: float, mean: float, ratio: float
    ) -> None:
        """Tenfold units: money a unit a tenth, levels about tenfold, the cost of the year about the same."""
        k = 2000 * h * mean / 100  # an order lasts about six reviews
        small = min_max(mean / 10, ratio * mean / 10, 1, 1, 1, k, 10 * h, 1, 10 * b, 0)
        large = min_max(mean, ratio * mean, 1, 1, 1, k, h, 1, b, 0)
        assume(large.maximum - large.minimum > 1500)
        assert large.annual_cost == pytest.approx(small.annual_cost, rel=1e-3)
        assert large.maximum == pytest.approx(10 * small.maximum, abs=0.03 * large.maximum)

    def test_demand_that_is_sure(self) -> None:
        # 3 a review: 12 for four cost 60 / 4 + 2 (9 + 6 + 3 + 0) / 4 = 24; 9 for three 26, 18 for six 25.
        minimum, maximum, cost = levels(2, 100, 60, 3, 0)
        assert cost == pytest.approx(24)  # as 15 for five
        assert 0 <= minimum < 3
        assert maximum in (12, 15)
        assert levels(2, 100, 60, 3, 0, "normal", "power").minimum == pytest.approx(0.973 * 3)

    def test_an_order_that_costs_next_to_nothing_is_placed_at_every_review(self) -> None:
        # The base stock of the newsvendor: the smallest S with F(S) >= 4 / 5 of a Poisson of mean 6.
        minimum, maximum, _ = levels(1, 4, 1e-9, 6, 0, "poisson")
        assert maximum == stats.poisson.ppf(0.8, 6)
        assert minimum == maximum - 1

    @pytest.mark.parametrize(("shape", "mean"), [("poisson", 44.0), ("normal", 63.0), ("lognormal", 14.0)])
    def test_demand_hardly_ever_as_small_as_the_way_between_the_levels(self, shape: str, mean: float) -> None:
        """Each review orders, so that the cost is the newsvendor's and an order, whatever the minimum."""
        sd = {"poisson": mean**0.5, "normal": mean / 11, "lognormal": mean / 6}[shape]
        minimum, maximum, cost = levels(1, 2, 1, mean, sd, shape)
        short = expected_shortage(maximum, mean, sd, shape)
        assert cost == pytest.approx(1 + maximum - mean + 3 * short, rel=1e-3)
        assert maximum == pytest.approx(newsvendor(mean, sd, 1, 3, distribution=shape), abs=1)
        assert minimum < maximum

    def test_counts_have_whole_levels_by_the_power_approximation_too(self) -> None:
        minimum, maximum, _ = levels(1, 4, 1e-9, 0.2, 0, "poisson", "power")
        assert (minimum, maximum) == (round(minimum), minimum + 1)


class TestRefused:
    @pytest.mark.parametrize(
        ("place", "name"),
        [
            (0, "demand_avg"),
            (3, "review_period"),
            (4, "periods_per_year"),
            (5, "order_cost"),
            (6, "unit_cost"),
            (7, "holding_rate"),
            (8, "backorder_cost"),
        ],
    )
    def test_what_must_be_above_0(self, place: int, name: str) -> None:
        arguments = [10.0, 3, 2, 1, 52, 50, 4, 0.25, 8]
        arguments[place] = 0.0
        with pytest.raises(OutOfDomain, match=f"{name} must be > 0"):
            min_max(*arguments)

    def test_costs_that_no_float_can_weigh(self) -> None:
        assert evaluate(
            "MIN_MAX", 3.0, 7.9, 3.0, 21.0, 18.0, 3.0, 15.0, 1e300, 40.0, 0.5, "gamma", "power"
        ) is (CellError.NUM)

    def test_levels_that_no_sheet_can_look_for(self) -> None:
        assert evaluate("MIN_MAX", 1.0, 0.0, 1e13, 1.0, 1.0, 5.0, 1.0, 1.0, 4.0) is CellError.NUM
        assert evaluate("MIN_MAX", 1e-6, 1e-3, 0.0, 1.0, 1.0, 1e3, 1.0, 1e-9, 1e-3) is CellError.NUM
