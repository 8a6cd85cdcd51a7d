"""The (r, Q) policy: stockpyl, numerical integration and minimisation, and law P11."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats
from stockpyl import rq as stockpyl
from stockpyl.newsvendor import newsvendor_normal

from xlinventory import eoq_backorder, evaluate, expected_shortage, newsvendor, rq_policy, rq_shortage
from xlinventory.core.errors import CellError, OutOfDomain
from xlinventory.core.policies.quantity_reorder import METHODS

settled = settings(max_examples=30, deadline=None)
holdings, backorders, orders = st.floats(0.1, 20), st.floats(1, 200), st.floats(1, 500)
demands, ratios, leads = st.floats(5, 500), st.floats(0.05, 1.5), st.floats(0.05, 4)
methods = pytest.mark.parametrize("method", [name for name in METHODS if name != "exact"])
shapes = pytest.mark.parametrize("shape", ["normal", "gamma", "lognormal", "negbin", "poisson"])


def exact(h: float, b: float, k: float, mean: float, sd: float, lead: float, *options: object):
    """A year is one period here, as in stockpyl."""
    return rq_policy(mean, sd, lead, 1, k, h, 1, b, 0, *options)


class TestAgainstStockpyl:
    @settings(max_examples=10, deadline=None)
    @given(h=holdings, b=backorders, k=orders, mean=demands, ratio=ratios, lead=leads)
    def test_p11_normal_costs_as_stockpyl_integrates_and_less_than_all_around(
        self, h: float, b: float, k: float, mean: float, ratio: float, lead: float
    ) -> None:
        """stockpyl has no exact policy for the normal; scipy's minimiser of its cost is one."""
        sd = ratio * mean
        point, quantity, cost = exact(h, b, k, mean, sd, lead)

        def true_cost(place: np.ndarray) -> float:
            return stockpyl.r_q_cost(place[0], place[1], h, b, k, mean, sd, lead)

        assert cost == pytest.approx(true_cost(np.array([point, quantity])), rel=1e-6)
        for moved in ([0.05, 0], [-0.05, 0], [0, 0.05], [0, -0.05], [0.05, -0.05]):
            assert cost <= true_cost(np.array([point, quantity]) + np.array(moved) * quantity) * (1 + 1e-9)

    def test_normal_is_where_a_minimiser_ends(self) -> None:
        h, b, k, mean, sd, lead = 0.225, 7.5, 8, 1300, 150, 1 / 12  # Snyder & Shen, Example 5.1

        def true_cost(place: np.ndarray) -> float:
            return stockpyl.r_q_cost(place[0], place[1], h, b, k, mean, sd, lead)

        found = optimize.minimize(true_cost, [120, 300], method="Nelder-Mead", options={"xatol": 1e-6})
        policy = exact(h, b, k, mean, sd, lead)
        assert policy.annual_cost == pytest.approx(found.fun, rel=1e-9)
        assert policy[:2] == pytest.approx(found.x, rel=1e-3)

    @settled
    @given(
        h=st.floats(0.5, 20),
        b=backorders,
        k=st.floats(1, 100),
        mean=st.floats(0.2, 12),
        lead=st.floats(0.1, 4),
    )
    def test_poisson_costs_what_stockpyl_s_exact_policy_costs(
        self, h: float, b: float, k: float, mean: float, lead: float
    ) -> None:
        point, quantity, cost = exact(h, b, k, mean, 0, lead, "poisson")
        assert cost == pytest.approx(stockpyl.r_q_poisson_exact(h, b, k, mean, lead)[2], rel=1e-9)
        there = stockpyl.r_q_cost_poisson(int(point), int(quantity), h, b, k, mean, lead)
        assert cost == pytest.approx(there, rel=1e-9)

    @settled
    @given(h=holdings, b=backorders, k=orders, mean=demands, ratio=ratios, lead=leads)
    def test_the_economic_quantities(
        self, h: float, b: float, k: float, mean: float, ratio: float, lead: float
    ) -> None:
        """stockpyl looks for r no lower than 5 Q below the best stock, and to 1e-6 of its cost."""
        sd = ratio * mean
        found = exact(h, b, k, mean, sd, lead, "normal", "eoq")
        assert found[:2] == pytest.approx(stockpyl.r_q_eoqss_approximation(h, b, k, mean, sd, lead), rel=1e-9)
        found = exact(h, b, k, mean, sd, lead, "normal", "eoq-backorder")
        quantity = float(eoq_backorder(mean, k, h, 1, b).quantity)
        assert found.order_qty == pytest.approx(quantity)
        best = stats.norm.ppf(b / (b + h), mean * lead, sd * lead**0.5)
        assume(found.reorder_point > best - 4.9 * quantity)
        point = stockpyl.r_q_eoqb_approximation(h, b, k, mean, sd, lead)[0]
        assert found.reorder_point == pytest.approx(point, abs=1e-4 * quantity)

    @settled
    @given(h=st.floats(0.1, 2), b=st.floats(5, 50), k=orders, mean=demands, ratio=ratios, lead=leads)
    def test_the_losses(self, h: float, b: float, k: float, mean: float, ratio: float, lead: float) -> None:
        sd = ratio * mean
        point, quantity = stockpyl.r_q_loss_function_approximation(h, b, k, mean, sd, lead)
        found = exact(h, b, k, mean, sd, lead, "normal", "loss")
        assert found[:2] == pytest.approx((point, quantity), rel=1e-5, abs=1e-5 * sd)

    @settled
    @given(h=st.floats(0.1, 2), p=st.floats(5, 50), k=orders, mean=demands, ratio=ratios, lead=leads)
    def test_a_cost_of_each_unit_short(
        self, h: float, p: float, k: float, mean: float, ratio: float, lead: float
    ) -> None:
        assume((2 * k * h / mean) ** 0.5 < 0.5 * p)
        sd = ratio * mean
        try:
            found = rq_shortage(mean, sd, lead, 1, k, h, 1, p)
        except OutOfDomain:
            assume(False)
        reference = stockpyl.r_q_eil_approximation(h, p, k, mean, sd, lead, tol=1e-8)
        assert tuple(found) == pytest.approx(reference, rel=1e-6, abs=1e-6 * sd)


class TestLaws:
    @methods
    @shapes
    @settings(max_examples=6, deadline=None)
    @given(h=holdings, b=backorders, k=orders, mean=demands, ratio=st.floats(0.3, 1.5), lead=leads)
    def test_p11_no_rule_of_thumb_costs_less_than_the_exact_policy(
        self, shape: str, method: str, h: float, b: float, k: float, mean: float, ratio: float, lead: float
    ) -> None:
        best = exact(h, b, k, mean, ratio * mean, lead, shape)
        other = exact(h, b, k, mean, ratio * mean, lead, shape, method)
        assert best.order_qty > 0
        assert best.annual_cost <= other.annual_cost * (1 + 1e-9)

    @pytest.mark.parametrize("shape", ["gamma", "lognormal"])
    @settings(max_examples=6, deadline=None)
    @given(h=st.floats(0.5, 5), b=st.floats(5, 50), k=orders, mean=demands, ratio=ratios, lead=leads)
    def test_the_cost_is_the_integral_over_the_positions(
        self, shape: str, h: float, b: float, k: float, mean: float, ratio: float, lead: float
    ) -> None:
        """(K D + ∫g) / Q from r to r + Q, the loss by integrating the tail that scipy.stats has."""
        sd, total = ratio * mean * lead**0.5, mean * lead
        log_sd = np.sqrt(np.log1p((sd / total) ** 2))
        demand = {
            "gamma": stats.gamma((total / sd) ** 2, scale=sd**2 / total),
            "lognormal": stats.lognorm(log_sd, scale=total * np.exp(-(log_sd**2) / 2)),
        }[shape]
        point, quantity, cost = exact(h, b, k, mean, ratio * mean, lead, shape)
        stocks = np.linspace(point, point + quantity, 401)
        lengths = np.maximum(stocks, 0)
        beyond = [integrate.quad(demand.sf, x, np.inf, limit=200)[0] for x in lengths[[0, 200, 400]]]
        short = expected_shortage(stocks, total, sd, shape)
        np.testing.assert_allclose(
            short[[0, 200, 400]], beyond - np.minimum(stocks, 0)[[0, 200, 400]], rtol=1e-6, atol=1e-7 * sd
        )
        running = h * (stocks - total + short) + b * short
        assert cost == pytest.approx((k * mean + integrate.simpson(running, x=stocks)) / quantity, rel=1e-3)

    @shapes
    @settings(max_examples=15, deadline=None)
    @given(
        h=st.floats(-4, 4),
        b=st.floats(-4, 4),
        k=st.floats(-3, 5),
        mean=demands,
        ratio=st.floats(0.3, 1.5),
        lead=leads,
    )
    def test_chance_costs_no_more_than_the_best_stock_does(
        self, shape: str, h: float, b: float, k: float, mean: float, ratio: float, lead: float
    ) -> None:
        """Zheng (1992): it costs as much as without chance and as the best stock, at most both together.

        Whole units have none between two of them; they can be ordered one at a time up to the best stock.
        """
        held, owed, order = 10**h, 10**b, 10**k
        total, sd = mean * lead, ratio * mean * lead**0.5
        sure = float(eoq_backorder(mean, order, held, 1, owed).annual_cost)
        best = newsvendor(total, sd, held, held + owed, distribution=shape)
        short = expected_shortage(best, total, sd, shape)
        least = held * (best - total + short) + owed * short
        assume(mean < 100 or shape not in ("negbin", "poisson"))
        cost = exact(held, owed, order, mean, ratio * mean, lead, shape).annual_cost
        whole = shape in ("negbin", "poisson")
        assert (0.0 if whole else sure) <= cost * (1 + 1e-7)
        assert (least if best > 0 else 0.0) <= cost * (1 + 1e-7)  # best is never below 0, a policy may be
        assert cost <= (order * mean + least if whole else sure + least) * (1 + 1e-7)

    @settled
    @given(h=holdings, b=backorders, k=orders, mean=demands, lead=leads)
    def test_demand_that_is_sure_is_the_eoq_with_backorders(
        self, h: float, b: float, k: float, mean: float, lead: float
    ) -> None:
        order = eoq_backorder(mean, k, h, 1, b)
        for method in ("exact", "eoq-backorder", "loss"):
            point, quantity, cost = exact(h, b, k, mean, 0, lead, "normal", method)
            assert quantity == pytest.approx(float(order.quantity), rel=1e-6)
            assert point == pytest.approx(mean * lead - order.backorders, rel=1e-6, abs=1e-6 * quantity)
            assert cost == pytest.approx(float(order.annual_cost), rel=1e-9)

    @shapes
    @settings(max_examples=10, deadline=None)
    @given(h=st.floats(0.5, 5), b=st.floats(5, 50), k=orders, mean=demands, ratio=ratios, lead=leads)
    def test_a_dearer_order_is_larger_and_rarer_and_the_unit_of_money_does_not_matter(
        self, shape: str, h: float, b: float, k: float, mean: float, ratio: float, lead: float
    ) -> None:
        policy = exact(h, b, k, mean, ratio * mean, lead, shape)
        dearer = exact(h, b, 2 * k, mean, ratio * mean, lead, shape)
        assert dearer.order_qty >= policy.order_qty
        assert dearer.reorder_point <= policy.reorder_point
        assert dearer.annual_cost > policy.annual_cost
        cents = exact(4 * h, 4 * b, 4 * k, mean, ratio * mean, lead, shape)
        assert cents == pytest.approx((*policy[:2], 4 * policy.annual_cost), rel=1e-9, abs=1e-9)

    def test_periods_of_a_year_may_be_any(self) -> None:
        """1,300 a year with sd 150 are 25 a week with sd 150 / sqrt(52); a month is 52 / 12 weeks."""
        by_year = exact(0.225, 7.5, 8, 1300, 150, 1 / 12)
        by_week = rq_policy(25, 150 / 52**0.5, 52 / 12, 52, 8, 0.75, 0.3, 7.5)
        assert by_week == pytest.approx(by_year, rel=1e-9)
        by_week = rq_shortage(25, 150 / 52**0.5, 52 / 12, 52, 8, 0.75, 0.3, 7.5)
        assert by_week == pytest.approx(rq_shortage(1300, 150, 1 / 12, 1, 8, 0.75, 0.3, 7.5), rel=1e-9)

    def test_a_lead_time_that_varies_needs_more(self) -> None:
        steady, varying = (rq_policy(25, 5, 4, 52, 8, 0.75, 0.3, 7.5, sd) for sd in (0, 2))
        assert varying.reorder_point > steady.reorder_point
        assert varying.annual_cost > steady.annual_cost

    @pytest.mark.parametrize("order_cost", [1e-9, 5e-17])
    def test_an_order_that_costs_next_to_nothing_leaves_the_newsvendor(self, order_cost: float) -> None:
        """Orders so small that two squares of a shortage no longer differ are weighed by the shortage."""
        point, quantity, cost = exact(1, 9, order_cost, 100, 30, 1)
        best, least = newsvendor_normal(1, 9, 100, 30)
        assert point == pytest.approx(best, rel=1e-3)
        assert 0 < quantity < 1
        assert cost == pytest.approx(least, rel=1e-4)
        point, quantity, _ = exact(1, 9, order_cost, 4.5, 0, 1, "poisson")
        assert (point, quantity) == (stats.poisson.ppf(0.9, 4.5) - 1, 1)

    def test_counts_are_ordered_by_whole_units_whatever_the_method(self) -> None:
        for method in METHODS:
            point, quantity, _ = rq_policy(0.1, 0, 2, 1, 1, 20, 1, 150, 0, "poisson", method)
            assert point == round(point)
            assert quantity == max(1, round(quantity))
        policy = rq_shortage(10, 0, 0.5, 1, 20, 3, 1, 50, 0, "poisson")
        assert policy.order_qty == round(policy.order_qty)


class TestRefused:
    @pytest.mark.parametrize(
        ("place", "name"),
        [
            (0, "demand_avg"),
            (3, "periods_per_year"),
            (4, "order_cost"),
            (5, "unit_cost"),
            (6, "holding_rate"),
        ],
    )
    def test_what_must_be_above_0(self, place: int, name: str) -> None:
        for function, last in ((rq_policy, "backorder_cost"), (rq_shortage, "shortage_cost")):
            arguments = [10.0, 3, 2, 52, 50, 4, 0.25, 8]
            arguments[place] = 0.0
            with pytest.raises(OutOfDomain, match=f"{name} must be > 0"):
                function(*arguments)
            with pytest.raises(OutOfDomain, match=f"{last} must be > 0"):
                function(10, 3, 2, 52, 50, 4, 0.25, 0)

    def test_a_shortage_that_costs_less_than_any_stock(self) -> None:
        with pytest.raises(OutOfDomain, match="cheaper to hold no stock"):
            rq_shortage(10, 3, 2, 52, 50, 40, 0.25, 0.1)

    def test_costs_that_no_float_can_weigh(self) -> None:
        # Costs of 4e-131 of the other ones: what an order is worth is below the digits of what stock costs.
        with pytest.raises(OutOfDomain, match="too far apart"):
            rq_policy(0.0267785, 1.8423636, 0.3018705, 12, 1.25e-131, 1, 10.133569, 0.00033437)
        with pytest.raises(OutOfDomain, match=r"within 1e\+09 times the holding cost 1e\+300"):
            rq_policy(1, 0.5, 1.7, 12, 40, 1, 1e300, 13)

    def test_more_whole_units_than_anybody_counts(self) -> None:
        assert evaluate("RQ_POLICY", 1e9, 0.0, 1.0, 1.0, 1e6, 1.0, 0.1, 1.0, 0.0, "poisson") is CellError.NUM
        for method in ("eoq", "loss"):
            with pytest.raises(OutOfDomain, match="whole units"):
                rq_policy(1e9, 0, 1, 1, 1e6, 1, 0.1, 1, 0, "poisson", method)
