"""Lot sizes against stockpyl, against every plan there is, and the rules of thumb by hand."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stockpyl.wagner_whitin import wagner_whitin

from xlinventory import evaluate, lot_sizes
from xlinventory.core.errors import CellError, OutOfDomain
from xlinventory.core.policies import lot_sizing

settled = settings(max_examples=30, deadline=None)
methods = pytest.mark.parametrize("method", list(lot_sizing.METHODS))
demands = st.lists(st.integers(0, 200) | st.just(0), min_size=1, max_size=12)
order_costs, holding_costs = st.floats(0, 500), st.floats(0.05, 5)
NAHMIAS = [18, 30, 42, 5, 20]


def total(demand: list[int], order: float, hold: float, on_hand: float = 0.0, method: str = "") -> float:
    return float(lot_sizes(demand, order, hold, on_hand, method or "wagner-whitin")[:, 2].sum())


class TestWagnerWhitin:
    @settled
    @given(demand=demands, order=st.floats(1, 500), hold=holding_costs)
    def test_it_costs_what_stockpyl_s_plan_costs(self, demand: list[int], order: float, hold: float) -> None:
        cost = wagner_whitin(len(demand), hold, order, demand)[1]
        assert total(demand, order, hold) == pytest.approx(cost, rel=1e-9)

    @settings(max_examples=25, deadline=None)
    @given(demand=st.lists(st.integers(0, 60), min_size=1, max_size=7), order=order_costs, hold=holding_costs)
    def test_no_plan_at_all_costs_less(self, demand: list[int], order: float, hold: float) -> None:
        """All choices of periods to order in, each lot lasting until the next: one of them costs least."""
        costs = []
        for chosen in product([True, False], repeat=len(demand)):
            orders, at = np.zeros(len(demand)), 0
            for period, units in enumerate(demand):
                at = period if chosen[period] or period == 0 else at
                orders[at] += units
            stock = np.cumsum(orders - np.array(demand))
            costs.append(order * np.count_nonzero(orders) + hold * stock.sum())
        assert total(demand, order, hold) == pytest.approx(min(costs), rel=1e-9, abs=1e-9)

    def test_equal_plans_order_less_now(self) -> None:
        # 600 now and 400 later cost 280 too (100 + 60 and 100 + 20).
        assert lot_sizes([200] * 5, 100, 0.1)[:, 0].tolist() == [400, 0, 600, 0, 0]


class TestEveryMethod:
    @methods
    @settled
    @given(demand=demands, order=order_costs, hold=holding_costs, on_hand=st.integers(0, 300))
    def test_p11_it_meets_all_demand_and_no_rule_of_thumb_costs_less_than_wagner_whitin(
        self, method: str, demand: list[int], order: float, hold: float, on_hand: int
    ) -> None:
        orders, stock, cost = lot_sizes(demand, order, hold, on_hand, method).T
        walked = on_hand + np.cumsum(orders - demand)
        assert (walked >= -1e-9).all()
        np.testing.assert_allclose(stock, walked, atol=1e-9)
        np.testing.assert_allclose(cost, order * (orders > 0) + hold * stock, atol=1e-9)
        assert total(demand, order, hold, on_hand) <= cost.sum() * (1 + 1e-12) + 1e-12

    @methods
    @settled
    @given(demand=demands, order=order_costs, hold=holding_costs, factor=st.sampled_from([0.25, 2, 8]))
    def test_units_of_money_and_of_stock_do_not_matter(
        self, method: str, demand: list[int], order: float, hold: float, factor: float
    ) -> None:
        plan = lot_sizes(demand, order, hold, 0, method)
        dearer = lot_sizes(demand, order * factor, hold * factor, 0, method)
        np.testing.assert_allclose(dearer, plan * [1, 1, factor])
        larger = lot_sizes(np.array(demand) * factor, order * factor, hold, 0, method)
        np.testing.assert_allclose(larger, plan * factor)

    @methods
    def test_no_demand_orders_nothing_and_holds_what_there_is(self, method: str) -> None:
        assert lot_sizes([0, 0, 0], 50, 2, 10, method).tolist() == [[0, 10, 20]] * 3
        assert lot_sizes([4, 0, 6], 50, 2, 10, method).tolist() == [[0, 6, 12], [0, 6, 12], [0, 0, 0]]


class TestRulesOfThumb:
    """Nahmias, Production and Operations Analysis, ch. 7: 18, 30, 42, 5, 20 at 80 an order and 2 a unit."""

    @pytest.mark.parametrize(
        ("method", "orders"),
        [
            ("silver-meal", [48, 0, 47, 0, 20]),  # 80, 70, 102.67; 80, 45, 56.67
            ("least-unit-cost", [48, 0, 42, 25, 0]),  # 4.44, 2.92, 3.42; 1.905, 1.915; 16, 4.8
            ("part-period", [48, 0, 67, 0, 0]),  # 0, 60, 228: 60 is nearest to 80; 0, 10, 90: 90 is
            ("lot-for-lot", [18, 30, 42, 5, 20]),
            ("period-quantity", [48, 0, 47, 0, 20]),  # EOQ sqrt(2 x 80 x 23 / 2) = 42.9: 1.87 periods of 23
        ],
    )
    def test_by_hand(self, method: str, orders: list[float]) -> None:
        assert lot_sizes(NAHMIAS, 80, 2, 0, method)[:, 0].tolist() == orders

    def test_the_economic_quantity_is_ordered_whenever_the_stock_is_short(self) -> None:
        # EOQ sqrt(2 x 10 x 20 / 4) = 10 of the mean need of 10; with 5 left, 25 ask for more than a lot.
        plan = lot_sizes([5, 10, 0, 25], 20, 4, 0, "eoq")
        assert plan[:, 0].tolist() == pytest.approx([10, 10, 0, 20])
        assert plan[:, 1].tolist() == pytest.approx([5, 5, 5, 0])

    def test_silver_meal_looks_no_further_than_the_first_rise(self) -> None:
        # 100, 120 / 2 = 60, (100 + 20 + 2 x 40) / 3 = 66.7 ends the lot; a fourth, of none, is not asked.
        assert lot_sizes([10, 20, 40, 0], 100, 1, 0, "silver-meal")[:, 0].tolist() == [30, 0, 40, 0]

    def test_a_lot_begins_only_where_something_is_needed(self) -> None:
        assert lot_sizes([0, 10, 0, 0, 10], 1, 5, 0, "silver-meal")[:, 0].tolist() == [0, 10, 0, 0, 10]


class TestRefused:
    @pytest.mark.parametrize(
        ("arguments", "rule"),
        [
            (([10, -1], 5, 1), "demand must be >= 0, got -1"),
            (([10], -5, 1), "order_cost must be >= 0"),
            (([10], 5, 0), "holding_cost must be > 0"),
            (([10], 5, 1, -2), "on_hand must be >= 0"),
            ((np.ones(10_001), 5, 1), "periods must be at most 10000"),
        ],
    )
    def test_what_is_no_plan(self, arguments: tuple, rule: str) -> None:
        with pytest.raises(OutOfDomain, match=rule):
            lot_sizes(*arguments)

    def test_a_gap_or_a_word_in_the_demand(self) -> None:
        assert evaluate("LOT_SIZES", [[10.0], [None], [5.0]], 5.0, 1.0) is CellError.VALUE
        assert evaluate("LOT_SIZES", [[10.0], [5.0]], 5.0, 1.0, None, "moving") is CellError.VALUE
