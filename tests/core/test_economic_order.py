"""Order quantities against stockpyl and against all other quantities."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stockpyl import eoq as stockpyl

from xlinventory import eoq, eoq_discount, evaluate, order_cost_total
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
    def test_no_other_quantity_costs_less(
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
    def test_scaling_and_stockpyl(self, demand: float, order: float, unit: float, rate: float) -> None:
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


class TestDiscounts:
    @settled
    @given(prices=price_lists(), demand=demands, order=orders, rate=rates)
    def test_all_units_as_stockpyl_and_no_break_costs_less(
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
        for start, cost in zip(breaks[1:], costs[1:], strict=True):
            assert total <= order_cost_total(start, demand, order, cost, rate) * (1 + 1e-12)

    @settled
    @given(prices=price_lists(), demand=demands, order=orders, rate=rates)
    def test_incremental_as_stockpyl_and_never_at_a_break(
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
    def test_one_price_is_the_eoq(self, demand: float, order: float, unit: float, rate: float) -> None:
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
