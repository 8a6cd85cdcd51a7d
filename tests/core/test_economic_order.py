"""Order quantities against stockpyl and against all other quantities: the laws P6, P7 and P8."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stockpyl import eoq as stockpyl

from xlinventory import eoq, eoq_backorder, eoq_discount, epq, evaluate, order_cost_total
from xlinventory.core.economic_order import discounted_order
from xlinventory.core.errors import CellError, OutOfDomain, WrongInput

settled = settings(max_examples=80, deadline=None)
demands, orders = st.floats(1, 1e5), st.floats(0.1, 1e3)
units, rates = st.floats(0.1, 500), st.floats(0.01, 1)


@st.composite
def price_lists(draw: st.DrawFn) -> tuple[list[float], list[float]]:
    """Breaks that rise from 0 by whole units and unit costs that fall."""
    steps = draw(st.lists(st.integers(5, 2000), min_size=0, max_size=4))
    falls = draw(st.lists(st.floats(0.8, 0.99), min_size=len(steps), max_size=len(steps)))
    first = draw(st.floats(1, 100))
    return [0.0, *np.cumsum(steps).astype(float)], [first, *(first * np.cumprod(falls))]


class TestEoq:
    @settled
    @given(demand=demands, order=orders, unit=units, rate=rates, other=st.floats(0.05, 20))
    def test_p6_no_other_quantity_costs_less(
        self, demand: float, order: float, unit: float, rate: float, other: float
    ) -> None:
        best = eoq(demand, order, unit, rate)
        least = order_cost_total(best, demand, order, unit, rate)
        assert least <= order_cost_total(best * other, demand, order, unit, rate) * (1 + 1e-12)
        ordering, holding = order * demand / best, rate * unit * best / 2
        assert ordering == pytest.approx(holding)
        assert least - unit * demand == pytest.approx(ordering + holding, rel=1e-6, abs=1e-9 * unit * demand)

    @settled
    @given(demand=demands, order=orders, unit=units, rate=rates)
    def test_p6_scaling_and_stockpyl(self, demand: float, order: float, unit: float, rate: float) -> None:
        best = eoq(demand, order, unit, rate)
        assert eoq(4 * demand, order, unit, rate) == pytest.approx(2 * best)
        quantity, cost = stockpyl.economic_order_quantity(order, rate * unit, demand)
        assert best == pytest.approx(quantity)
        twice = order_cost_total(2 * best, demand, order, unit, rate) - unit * demand
        assert twice == pytest.approx(1.25 * cost, rel=1e-6, abs=1e-9 * unit * demand)

    def test_a_safety_stock_is_held_all_year(self) -> None:
        # 0.25 * 4 a unit; 30 more units held cost 30, and 60 less of 50 leave none.
        plain = order_cost_total(100, 900, 20, 4, 0.25)
        assert plain == 180 + 50 + 3600
        assert order_cost_total(100, 900, 20, 4, 0.25, 30) == plain + 30
        assert order_cost_total(100, 900, 20, 4, 0.25, -60) == plain - 50

    def test_what_has_no_order_quantity(self) -> None:
        assert eoq(0, 4, 2, 1) == 0
        assert evaluate("EOQ", 900.0, 4.0, 0.0, 1.0) is CellError.NUM
        assert evaluate("EOQ", 900.0, 4.0, 2.0, 0.0) is CellError.NUM
        assert evaluate("ORDER_COST_TOTAL", 0.0, 900.0, 4.0, 2.0, 1.0) is CellError.NUM
        with pytest.raises(OutOfDomain, match="safety_stock"):
            order_cost_total(100, 900, 20, 4, 0.25, np.inf)


class TestProduction:
    @settled
    @given(demand=demands, order=orders, unit=units, rate=rates, faster=st.floats(1.01, 50))
    def test_it_is_stockpyl_s_and_the_best_of_a_run_s_costs(
        self, demand: float, order: float, unit: float, rate: float, faster: float
    ) -> None:
        found = epq(demand, order, unit, rate, faster * demand)
        quantity, cost = stockpyl.economic_production_quantity(order, rate * unit, demand, faster * demand)
        assert found == pytest.approx(quantity)
        # A year's cost by hand: runs, and half the peak Q (1 - D / P) held.
        for other in (found, 0.9 * found, 1.1 * found):
            running = order * demand / other + rate * unit * other * (1 - 1 / faster) / 2
            assert running == pytest.approx(cost) if other == found else running > cost

    @settled
    @given(demand=demands, order=orders, unit=units, rate=rates)
    def test_p7_it_falls_to_the_eoq_as_production_becomes_endless(
        self, demand: float, order: float, unit: float, rate: float
    ) -> None:
        plain = eoq(demand, order, unit, rate)
        larger = [epq(demand, order, unit, rate, factor * demand) for factor in (1.5, 3, 100, 1e12)]
        assert larger == sorted(larger, reverse=True)
        assert larger[-1] == pytest.approx(plain, rel=1e-9)
        assert larger[-2] > plain

    def test_a_run_no_faster_than_demand_never_ends(self) -> None:
        with pytest.raises(OutOfDomain, match="production_rate must be above annual_demand, got 900"):
            epq(900, 4, 2, 1, 900)
        assert epq(0, 4, 2, 1, 900) == 0
        assert evaluate("EPQ", 900.0, 4.0, 2.0, 1.0, [[800.0], [1e9]])[0] == [CellError.NUM]


class TestBackorders:
    @settled
    @given(demand=demands, order=orders, unit=units, rate=rates, owed=st.floats(0.1, 1e3))
    def test_it_is_stockpyl_s(
        self, demand: float, order: float, unit: float, rate: float, owed: float
    ) -> None:
        found = eoq_backorder(demand, order, unit, rate, owed)
        quantity, fraction, cost = stockpyl.economic_order_quantity_with_backorders(
            order, rate * unit, owed, demand
        )
        assert found.quantity == pytest.approx(quantity)
        assert found.backorders == pytest.approx(quantity * fraction)
        assert found.annual_cost == pytest.approx(cost)

    @settled
    @given(demand=demands, order=orders, unit=units, rate=rates, owed=st.floats(0.1, 1e3))
    def test_p7_it_costs_less_than_the_eoq_and_becomes_it_as_owing_becomes_dear(
        self, demand: float, order: float, unit: float, rate: float, owed: float
    ) -> None:
        plain = float(eoq(demand, order, unit, rate))
        running = order * demand / plain + rate * unit * plain / 2
        found = eoq_backorder(demand, order, unit, rate, owed)
        assert found.annual_cost < running
        assert found.quantity > plain
        dear = eoq_backorder(demand, order, unit, rate, 1e14)
        assert dear.quantity == pytest.approx(plain, rel=1e-9)
        assert dear.annual_cost == pytest.approx(running, rel=1e-9)
        assert dear.backorders == pytest.approx(0, abs=1e-9 * plain)

    @settled
    @given(
        demand=demands, order=orders, unit=units, rate=rates, owed=st.floats(0.1, 1e3), place=st.floats(0, 1)
    )
    def test_no_other_share_owed_and_no_other_quantity_costs_less(
        self, demand: float, order: float, unit: float, rate: float, owed: float, place: float
    ) -> None:
        found = eoq_backorder(demand, order, unit, rate, owed)
        for quantity in (found.quantity, 0.8 * found.quantity, 1.3 * found.quantity):
            running = (
                order * demand / quantity
                + rate * unit * quantity * (1 - place) ** 2 / 2
                + owed * quantity * place**2 / 2
            )
            assert found.annual_cost <= running * (1 + 1e-9)


class TestDiscounts:
    @settled
    @given(prices=price_lists(), demand=demands, order=orders, rate=rates)
    def test_p8_all_units_as_stockpyl_and_nothing_feasible_costs_less(
        self, prices: tuple[list[float], list[float]], demand: float, order: float, rate: float
    ) -> None:
        breaks, costs = prices
        quantity, unit, total = eoq_discount(demand, order, rate, breaks, costs)
        reference = stockpyl.economic_order_quantity_with_all_units_discounts(
            order, rate, demand, breaks, costs
        )
        assert total == pytest.approx(reference[2])
        held = max(i for i, start in enumerate(breaks) if start <= quantity)
        assert unit == costs[held]  # feasible: the price of its own bracket
        for start, end, cost in zip(breaks, [*breaks[1:], np.inf], costs, strict=True):
            economic = float(eoq(demand, order, cost, rate))
            for feasible in {start, economic} - {0.0}:
                if start <= feasible < end:
                    paid = order_cost_total(feasible, demand, order, cost, rate)
                    assert total <= paid * (1 + 1e-12)

    @settled
    @given(prices=price_lists(), demand=demands, order=orders, rate=rates)
    def test_p8_incremental_as_stockpyl_and_never_at_a_break(
        self, prices: tuple[list[float], list[float]], demand: float, order: float, rate: float
    ) -> None:
        breaks, costs = prices
        quantity, unit, total = eoq_discount(demand, order, rate, breaks, costs, "incremental")
        reference = stockpyl.economic_order_quantity_with_incremental_discounts(
            order, rate, demand, breaks, costs
        )
        assert total == pytest.approx(reference[2])
        assert quantity == pytest.approx(reference[0], rel=1e-6)
        paid = sum(
            cost * max(0.0, min(quantity, end) - start)
            for start, end, cost in zip(breaks, [*breaks[1:], np.inf], costs, strict=True)
        )
        assert unit == pytest.approx(paid / quantity)
        assert quantity not in breaks

    @settled
    @given(demand=demands, order=orders, unit=units, rate=rates)
    def test_p8_one_price_is_the_eoq(self, demand: float, order: float, unit: float, rate: float) -> None:
        for kind in ("all", "incremental"):
            quantity, cost, total = eoq_discount(demand, order, rate, [0], [unit], kind)
            assert quantity == pytest.approx(eoq(demand, order, unit, rate))
            assert cost == pytest.approx(unit)
            assert total == pytest.approx(order_cost_total(quantity, demand, order, unit, rate))

    def test_a_dearer_larger_order_is_no_discount(self) -> None:
        # Prices that rise: the first bracket's EOQ of 60 is best under both.
        for kind in ("all", "incremental"):
            assert eoq_discount(900, 4, 1, [0, 100], [2, 3], kind)[0] == pytest.approx(60)

    @pytest.mark.parametrize(
        ("breaks", "costs", "rule"),
        [
            ([1, 400], [1, 0.9], "first of break_qtys must be 0"),
            ([0, 400, 400], [1, 0.9, 0.8], "must rise"),
            ([0, 400], [1, 0], "break_costs must be > 0"),
        ],
    )
    def test_a_price_list_that_is_none(self, breaks: list[float], costs: list[float], rule: str) -> None:
        with pytest.raises(OutOfDomain, match=rule):
            eoq_discount(1300, 8, 0.3, breaks, costs)
        assert evaluate("EOQ_DISCOUNT", 1300.0, 8.0, 0.3, [breaks], [costs]) is CellError.NUM

    def test_breaks_and_costs_go_together(self) -> None:
        with pytest.raises(WrongInput, match="equally long, got 2 and 1"):
            discounted_order(1300, 8, 0.3, [0, 400], [1])
        assert evaluate("EOQ_DISCOUNT", 1300.0, 8.0, 0.3, [[0.0, 400.0]], [[1.0]]) is CellError.VALUE
        assert evaluate("EOQ_DISCOUNT", 0.0, 8.0, 0.3, [[0.0]], [[1.0]]) is CellError.NUM
