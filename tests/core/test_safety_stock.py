"""Safety stock and the newsvendor: the laws P1 to P3, P5, P9 and P10, and the undershoot by hand.

P4 is in test_distributions.py, P6 to P8 in test_economic_order.py, P9 of a table of demands and P11 in
policies/.
"""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from stockpyl import newsvendor as stockpyl

from xlinventory import (
    best_service_level,
    evaluate,
    expected_shortage,
    newsvendor,
    order_up_to,
    reorder_point,
    safety_stock,
    service_level,
    stockout_risk,
)
from xlinventory.core.errors import CellError, NotEnoughData, OutOfDomain, UndefinedRatio
from xlinventory.core.safety_stock import reorder_interval

settled = settings(max_examples=60, deadline=None)
means = st.floats(0.5, 1e4)
sds = st.floats(0.01, 5e3)
times = st.floats(0.1, 60)
levels = st.floats(0.01, 0.999)
shapes = pytest.mark.parametrize("shape", ["normal", "gamma", "lognormal"])
counts = pytest.mark.parametrize("shape", ["negbin", "poisson"])


class TestSafetyStock:
    @settled
    @given(mean=means, sd=sds, lead=times, level=levels, lead_sd=st.floats(0, 20), more=st.floats(0.01, 1))
    def test_p1_it_rises_with_the_service_level(
        self, mean: float, sd: float, lead: float, level: float, lead_sd: float, more: float
    ) -> None:
        higher = level + more * (0.9995 - level)
        assert safety_stock(mean, sd, lead, higher, lead_sd) > safety_stock(mean, sd, lead, level, lead_sd)

    @settled
    @given(mean=means, sd=sds, lead=times, level=st.floats(0.51, 0.999), lead_sd=st.floats(0.01, 20))
    def test_p1_p2_it_rises_with_each_sd_and_lies_between_the_larger_part_and_their_sum(
        self, mean: float, sd: float, lead: float, level: float, lead_sd: float
    ) -> None:
        both = safety_stock(mean, sd, lead, level, lead_sd)
        demand_only, supply_only = (
            safety_stock(mean, sd, lead, level),
            safety_stock(mean, 0, lead, level, lead_sd),
        )
        z = stats.norm.ppf(level)
        assert demand_only == pytest.approx(z * sd * np.sqrt(lead))
        assert supply_only == pytest.approx(z * mean * lead_sd)
        assert max(demand_only, supply_only) <= both * (1 + 1e-12)
        assert both <= (demand_only + supply_only) * (1 + 1e-12)
        assert safety_stock(mean, 2 * sd, lead, level, lead_sd) > both or supply_only > 1e6 * demand_only
        assert safety_stock(mean, sd, lead, level, 2 * lead_sd) > both or demand_only > 1e6 * supply_only

    @settled
    @given(mean=means, sd=sds, lead=times)
    def test_p1_an_even_chance_needs_none_and_less_is_negative(
        self, mean: float, sd: float, lead: float
    ) -> None:
        assert safety_stock(mean, sd, lead, 0.5) == 0
        assert safety_stock(mean, sd, lead, 0.4) < 0
        for shape in ("normal", "gamma", "lognormal", "negbin"):
            assert safety_stock(mean, 0, lead, 0.99, distribution=shape) == 0

    @settled
    @given(mean=means, sd=sds, weeks=times, level=levels)
    def test_p3_the_unit_of_time_does_not_matter(
        self, mean: float, sd: float, weeks: float, level: float
    ) -> None:
        by_week = safety_stock(mean, sd, weeks, level, 0.5)
        by_day = safety_stock(mean / 7, sd / np.sqrt(7), weeks * 7, level, 3.5)
        assert by_day == pytest.approx(by_week, rel=1e-9, abs=1e-9 * sd)

    @settled
    @given(mean=means, sd=sds, lead=times, level=levels, review=st.floats(0, 10))
    def test_p3_p10_the_levels_are_demand_plus_safety_stock(
        self, mean: float, sd: float, lead: float, level: float, review: float
    ) -> None:
        stock = safety_stock(mean, sd, lead, level, 0.3, review)
        assert order_up_to(mean, sd, lead, level, 0.3, review) == pytest.approx(
            mean * (lead + review) + stock
        )
        continuous = safety_stock(mean, sd, lead, level, 0.3)
        assert reorder_point(mean, sd, lead, level, 0.3) == pytest.approx(mean * lead + continuous)
        soon = mean, sd, lead, level, 0.3, 1e-12
        assert safety_stock(*soon) == pytest.approx(continuous, abs=1e-9 * sd)
        assert order_up_to(*soon) == pytest.approx(mean * lead + continuous, abs=1e-9 * (mean + sd))


class TestInverse:
    @shapes
    @settled
    @given(mean=means, cv=st.floats(0.05, 2), lead=times, level=levels, lead_sd=st.floats(0, 2), review=times)
    def test_the_service_of_a_safety_stock_is_the_one_asked_for(
        self, shape: str, mean: float, cv: float, lead: float, level: float, lead_sd: float, review: float
    ) -> None:
        # A gamma whose sd is far above its mean has quantiles too near to 0 for a buffer's digits.
        assume(np.hypot(np.sqrt(lead + review) * cv, lead_sd) < 1.2 * (lead + review))
        asked = mean, mean * cv, lead, level, lead_sd, review, "cycle", None, shape
        given_ = mean, mean * cv, lead, safety_stock(*asked), lead_sd, review, "cycle", None, shape
        assert service_level(*given_) == pytest.approx(level, abs=1e-8)

    @pytest.mark.parametrize("shape", ["normal", "gamma", "negbin", "poisson", "lognormal"])
    @settled
    @given(
        mean=st.floats(0.5, 500),
        cv=st.floats(0.3, 2),
        lead=times,
        level=st.floats(0.8, 0.999),
        lots=st.floats(0.3, 3),
    )
    def test_p5_the_fill_rate_of_a_safety_stock_is_the_one_asked_for(
        self, shape: str, mean: float, cv: float, lead: float, level: float, lots: float
    ) -> None:
        sd, lot = mean * cv, mean * lead * lots
        stock = safety_stock(mean, sd, lead, level, 0, 0, "fill", lot, shape)
        assert service_level(mean, sd, lead, stock, 0, 0, "fill", lot, shape) == pytest.approx(
            level, abs=1e-9
        )

    @counts
    @settled
    @given(mean=st.floats(0.1, 200), cv=st.floats(0.3, 3), lead=times, level=levels)
    def test_counts_take_the_first_whole_stock_that_reaches_the_level(
        self, shape: str, mean: float, cv: float, lead: float, level: float
    ) -> None:
        sd = mean * cv
        stock = float(safety_stock(mean, sd, lead, level, 0, 0, "cycle", None, shape))
        total = mean * lead + stock
        assert total == pytest.approx(round(total), abs=1e-6)

        def reached(units: float) -> float:
            return float(service_level(mean, sd, lead, units, distribution=shape))

        assert reached(stock) >= level - 1e-9
        assert round(total) == 0 or reached(stock - 1) < level + 1e-9

    @settled
    @given(mean=means, cv=st.floats(0.1, 2), lead=times, stock=st.floats(-1, 3), lot=st.floats(0.1, 5))
    def test_p5_the_fill_rate_rises_with_stock_and_with_the_order_quantity(
        self, mean: float, cv: float, lead: float, stock: float, lot: float
    ) -> None:
        sd, unit = mean * cv, mean * cv * np.sqrt(lead)

        def fill(k: float, lots: float) -> float:
            return float(service_level(mean, sd, lead, k * unit, 0, 0, "fill", lots * mean * lead))

        assert 0 <= fill(stock, lot) <= fill(stock + 0.1, lot) <= 1
        assert fill(stock, lot) <= fill(stock, lot * 1.1)

    def test_p5_a_large_order_needs_less_than_the_mean(self) -> None:
        # Properties of a fill rate: 0.975 with an order of 10,000 and sigma 500 sqrt(2) has k = 0.095.
        k = safety_stock(2500, 500, 2, 0.975, 0, 0, "fill", 10_000) / (500 * 2**0.5)
        assert k == pytest.approx(0.0943, abs=1e-3)
        assert safety_stock(2500, 500, 2, 0.9, 0, 0, "fill", 10_000) < 0

    def test_an_order_smaller_than_the_shortage_has_no_fill_rate_below_0(self) -> None:
        assert service_level(100, 30, 4, -60, 0, 0, "fill", 1) == 0


class TestUndershoot:
    def test_by_hand(self) -> None:
        # mu 20, sd 5, L 4, R 2: E[U] = (2 * 25 + 40²) / 80 = 20.625; Var = 4 * 25 + 40² / 12 + 2 * 25 / 2.
        interval = reorder_interval(20, 5, 4, review_period=2)
        assert float(interval.mean) == 100.625
        assert float(interval.sd) ** 2 == pytest.approx(100 + 1600 / 12 + 25)
        expected = 100.625 + stats.norm.ppf(0.95) * np.sqrt(125 + 1600 / 12)
        assert reorder_point(20, 5, 4, 0.95, 0, 2) == pytest.approx(expected)

    def test_without_a_review_there_is_none(self) -> None:
        assert reorder_point(20, 0, 4, 0.95) == 80
        assert reorder_point(0, 5, 4, 0.5) == 0  # and no ratio is asked for

    def test_steady_demand_is_found_half_a_review_s_demand_below(self) -> None:
        assert reorder_point(20, 0, 4, 0.5, 0, 2) == 100

    def test_variable_demand_of_mean_0_has_no_undershoot(self) -> None:
        with pytest.raises(UndefinedRatio, match="undershoot"):
            reorder_point(0, 5, 4, 0.95, 0, 2)
        assert evaluate("REORDER_POINT", [[0.0], [20.0]], 5.0, 4.0, 0.5, 0.0, 2.0)[0] == [CellError.DIV0]


class TestTargets:
    @settled
    @given(mean=means, sd=sds, lead=times, lead_sd=st.floats(0, 5), place=st.floats(-3, 3))
    def test_the_risk_is_what_the_service_leaves(
        self, mean: float, sd: float, lead: float, lead_sd: float, place: float
    ) -> None:
        position = mean * lead + place * np.hypot(sd * np.sqrt(lead), mean * lead_sd)
        covered = service_level(mean, sd, lead, position - mean * lead, lead_sd)
        assert stockout_risk(position, mean, sd, lead, lead_sd) == pytest.approx(1 - covered, abs=1e-9)

    @settled
    @given(
        short=st.floats(0.1, 1e3), cost=st.floats(0, 1e3), rate=st.floats(0, 1), cycles=st.floats(0.5, 100)
    )
    def test_the_best_service_balances_a_unit_s_holding_and_shortage(
        self, short: float, cost: float, rate: float, cycles: float
    ) -> None:
        best = best_service_level(short, cost, rate, cycles)
        assert 0 <= best <= 1
        # One more unit costs i c a year and saves B in each of the n cycles that it is still short in.
        assert best == 0 or cost * rate == pytest.approx(
            short * cycles * (1 - best), abs=1e-9 * short * cycles
        )

    def test_a_shortage_that_costs_less_than_holding_wants_no_service(self) -> None:
        assert best_service_level(1, 100, 0.5, 10) == 0

    def test_a_fill_rate_needs_an_order_quantity(self) -> None:
        with pytest.raises(NotEnoughData, match="order_qty"):
            safety_stock(20, 5, 4, 0.95, service_type="fill")
        with pytest.raises(NotEnoughData, match="order_qty"):
            service_level(20, 5, 4, 10, service_type="fill")
        with pytest.raises(OutOfDomain, match="order_qty"):
            safety_stock(20, 5, 4, 0.95, 0, 0, "fill", 0)
        with pytest.raises(OutOfDomain, match="service_level"):
            safety_stock(20, 5, 4, 1.0, 0, 0, "fill", 10)
        assert evaluate("SAFETY_STOCK", 20.0, 5.0, 4.0, 0.95, None, None, "fill") is CellError.NA

    @pytest.mark.parametrize(
        "name", ["demand_avg", "demand_sd", "lead_time", "lead_time_sd", "review_period"]
    )
    def test_a_negative_argument_is_named(self, name: str) -> None:
        arguments = {"demand_avg": 20.0, "demand_sd": 5.0, "lead_time": 4.0, "service_level": 0.9} | {
            name: -3.0
        }
        for function in (safety_stock, reorder_point, order_up_to):
            with pytest.raises(OutOfDomain, match=f"{name} must be >= 0, got -3"):
                function(**arguments)


class TestNewsvendor:
    @settled
    @given(mean=st.floats(50, 1e4), cv=st.floats(0.01, 0.3), cost=st.floats(1, 50), margin=st.floats(0.5, 50))
    def test_p9_more_margin_buys_more_and_more_cost_less(
        self, mean: float, cv: float, cost: float, margin: float
    ) -> None:
        quantity = newsvendor(mean, mean * cv, cost, cost + margin)
        assert newsvendor(mean, mean * cv, cost, cost + margin * 1.2) > quantity
        assert newsvendor(mean, mean * cv, cost, cost + margin, 0, margin) > quantity
        assert newsvendor(mean, mean * cv, cost * 1.1, cost * 1.1 + margin) < quantity
        assert newsvendor(mean, mean * cv, cost, 2 * cost) == pytest.approx(mean)

    @settled
    @given(mean=st.floats(0.1, 100), cost=st.floats(1, 50), margin=st.floats(0.5, 50))
    def test_p9_poisson_takes_the_smallest_count_that_reaches_the_fractile(
        self, mean: float, cost: float, margin: float
    ) -> None:
        ratio = margin / (margin + cost)
        assume(0.001 < ratio < 0.999)
        quantity = round(float(newsvendor(mean, 99.0, cost, cost + margin, distribution="poisson")))
        assert stats.poisson.cdf(quantity, mean) >= ratio - 1e-12
        assert quantity == 0 or stats.poisson.cdf(quantity - 1, mean) < ratio + 1e-12

    @settled
    @given(mean=st.floats(1, 1e3), cv=st.floats(0.01, 0.5), place=st.floats(-2, 3))
    def test_p9_what_is_sold_and_what_is_left_make_up_the_stock(
        self, mean: float, cv: float, place: float
    ) -> None:
        sd = mean * cv
        stock = mean + place * sd
        sold = mean - expected_shortage(stock, mean, sd)
        # What is left over is the shortage of the demand mirrored at its mean.
        left = expected_shortage(2 * mean - stock, mean, sd)
        assert sold + left == pytest.approx(stock, rel=1e-9, abs=1e-9 * sd)

    @settled
    @given(mean=st.floats(50, 1e3), cv=st.floats(0.05, 0.25), h=st.floats(0.5, 50), p=st.floats(0.5, 50))
    def test_it_is_what_stockpyl_buys(self, mean: float, cv: float, h: float, p: float) -> None:
        """Overage h and underage p are a unit cost of h and a price of their sum."""
        sd, log_sd = cv * mean, np.sqrt(np.log1p(cv**2))
        lognormal = stats.lognorm(log_sd, scale=mean * np.exp(-(log_sd**2) / 2))
        gamma = stats.gamma(cv**-2, scale=sd * cv)
        for shape, reference in (
            ("normal", stockpyl.newsvendor_normal(h, p, mean, sd)[0]),
            ("gamma", stockpyl.newsvendor_continuous(h, p, gamma)[0]),
            ("lognormal", stockpyl.newsvendor_continuous(h, p, lognormal)[0]),
        ):
            assert newsvendor(mean, sd, h, h + p, distribution=shape) == pytest.approx(reference, rel=1e-7)
        small = mean / 20
        counted = stockpyl.newsvendor_poisson(h, p, small)[0]
        assert newsvendor(small, 0, h, h + p, distribution="poisson") == pytest.approx(counted)

    @settled
    @given(
        mean=st.floats(50, 1e3), cv=st.floats(0.05, 0.25), cost=st.floats(5, 50), share=st.floats(0.1, 0.9)
    )
    def test_a_salvage_and_a_penalty_are_those_of_stockpyl(
        self, mean: float, cv: float, cost: float, share: float
    ) -> None:
        """Its explicit form has a holding and a stockout cost beside; a penalty is the latter."""
        price, salvage, penalty = 1.5 * cost, share * cost, share
        found = newsvendor(mean, cv * mean, cost, price, salvage, penalty)
        reference = stockpyl.newsvendor_normal_explicit(price, cost, salvage, mean, cv * mean, 0, penalty)[0]
        assert found == pytest.approx(reference)

    def test_a_demand_that_may_be_nothing_is_never_bought_below_0(self) -> None:
        assert newsvendor(10, 50, 9, 10) == 0

    def test_a_unit_cost_outside_salvage_and_price_is_refused(self) -> None:
        with pytest.raises(OutOfDomain, match="above salvage"):
            newsvendor(100, 10, 20, 15)
        with pytest.raises(OutOfDomain, match="above salvage"):
            newsvendor(100, 10, 20, 30, 25)
        with pytest.raises(OutOfDomain, match="salvage must be >= 0"):
            newsvendor(100, 10, 20, 30, -1)
