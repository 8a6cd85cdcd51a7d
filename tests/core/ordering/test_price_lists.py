"""Prices of quantities and the quantity that costs least a year, against hand calculation and stockpyl."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stockpyl import eoq as stockpyl

from xlinventory.core.economic_order import order_cost_total
from xlinventory.core.ordering.price_lists import (
    OrderLimits,
    PriceLists,
    average_price,
    best_quantity,
    most_for_money,
)

settled = settings(max_examples=60, deadline=None)
ORACLES = {
    False: stockpyl.economic_order_quantity_with_all_units_discounts,
    True: stockpyl.economic_order_quantity_with_incremental_discounts,
}


def lists(*rows: tuple[list[float], list[float], bool]) -> PriceLists:
    most = max(len(breaks) for breaks, _, _ in rows)
    padded = [
        (breaks + [np.inf] * (most - len(breaks)), prices + [np.nan] * (most - len(prices)))
        for breaks, prices, _ in rows
    ]
    return PriceLists(
        np.array([breaks for breaks, _ in padded]),
        np.array([prices for _, prices in padded]),
        np.array([kind for _, _, kind in rows]),
    )


def limits(moq: float = 0.0, pack: float = 0.0, most: float = np.nan, count: int = 1) -> OrderLimits:
    return OrderLimits(np.full(count, moq), np.full(count, pack), np.full(count, most))


@st.composite
def price_list(draw: st.DrawFn) -> tuple[list[float], list[float]]:
    """Breaks that rise from 0 by whole units and unit costs that fall."""
    steps = draw(st.lists(st.integers(5, 2000), min_size=1, max_size=4))
    falls = draw(st.lists(st.floats(0.8, 0.99), min_size=len(steps), max_size=len(steps)))
    first = draw(st.floats(1, 100))
    return [0.0, *np.cumsum(steps).astype(float).tolist()], [first, *(first * np.cumprod(falls)).tolist()]


class TestAveragePrice:
    def test_each_item_by_its_own_list_and_kind(self) -> None:
        # 500 incremental: 400 x 0.75 + 100 x 0.72 = 372; 1,000: 300 + 288 + 200 x 0.68 = 724.
        steps = ([0.0, 400.0, 800.0], [0.75, 0.72, 0.68])
        found = average_price(
            lists((*steps, False), (*steps, True), ([0.0], [2.0], False)),
            np.array([[0.0, 399.0, 400.0, 1000.0], [0.0, 400.0, 500.0, 1000.0], [0.0, 1.0, 5.0, 9.0]]),
        )
        np.testing.assert_allclose(
            found, [[0.75, 0.75, 0.72, 0.68], [0.75, 0.75, 0.744, 0.724], [2.0, 2.0, 2.0, 2.0]]
        )

    @settled
    @given(prices=price_list(), quantity=st.integers(1, 9000))
    def test_incremental_is_what_the_units_one_by_one_cost(
        self, prices: tuple[list[float], list[float]], quantity: int
    ) -> None:
        breaks, costs = prices
        each = np.array(costs)[np.searchsorted(breaks, np.arange(quantity) + 1e-9, side="right") - 1]
        found = average_price(lists((breaks, costs, True)), np.array([float(quantity)]))
        assert found[0] == pytest.approx(each.mean())

    def test_an_unknown_price_stays_unknown(self) -> None:
        assert np.isnan(average_price(lists(([0.0], [np.nan], False)), np.array([5.0])))[0]


class TestBestQuantity:
    @settled
    @given(
        prices=price_list(), demand=st.floats(50, 1e5), order=st.floats(0.1, 1e3), rate=st.floats(0.05, 1),
        incremental=st.booleans(),
    )  # fmt: skip
    def test_no_dearer_than_stockpyl_s_order_where_that_is_the_larger(
        self,
        prices: tuple[list[float], list[float]],
        demand: float,
        order: float,
        rate: float,
        incremental: bool,
    ) -> None:
        breaks, costs = prices
        quantity, _, total = ORACLES[incremental](order, rate, demand, breaks, costs)[:3]
        needed = np.array([breaks[1] * 0.9])
        offered = lists((breaks, costs, incremental))
        best = best_quantity(needed, offered, limits(), np.array([demand]), order, rate, np.array([np.inf]))
        cost = order_cost_total(best.quantity, demand, order, average_price(offered, best.quantity), rate)[0]
        before = order_cost_total(needed, demand, order, costs[0], rate)[0]
        assert best.saving[0] == pytest.approx(before - cost, abs=1e-6 * before)
        assert cost <= before * (1 + 1e-12)
        if quantity > breaks[1]:
            assert cost == pytest.approx(min(total, before), rel=1e-9)

    def test_snyder_and_shen_example_3_6(self) -> None:
        # Example 3.6: the order of 800 at 0.68 costs 978.60 a year; 300 at 0.75: 34.67 + 33.75 + 975.
        offered = lists(([0.0, 400.0, 800.0], [0.75, 0.72, 0.68], False))
        best = best_quantity(
            np.array([300.0]), offered, limits(), np.array([1300.0]), 8, 0.3, np.array([np.inf])
        )
        assert best.quantity[0] == 800
        assert best.saving[0] == pytest.approx(34.6667 + 33.75 + 975 - 978.6, abs=1e-3)

    @pytest.mark.parametrize(
        ("most", "max_qty", "expected"),
        [(np.inf, np.nan, 800.0), (799.0, np.nan, 400.0), (np.inf, 500.0, 400.0), (399.0, np.nan, 300.0)],
    )
    def test_no_price_raises_it_above_its_most(self, most: float, max_qty: float, expected: float) -> None:
        offered = lists(([0.0, 400.0, 800.0], [0.75, 0.72, 0.68], False))
        best = best_quantity(
            np.array([300.0]), offered, limits(pack=1, most=max_qty), np.array([1300.0]), 8, 0.3,
            np.array([most]),
        )  # fmt: skip
        assert best.quantity[0] == expected

    def test_a_break_is_reached_in_whole_packs(self) -> None:
        # 400 is no multiple of 48: nine packs, 432, reach the price.
        offered = lists(([0.0, 400.0], [0.75, 0.60], False))
        best = best_quantity(
            np.array([288.0]), offered, limits(pack=48), np.array([1300.0]), 0.5, 0.3, np.array([np.inf])
        )
        assert best.quantity[0] == 432

    def test_a_higher_price_beyond_a_break_is_not_looked_at(self) -> None:
        offered = lists(([0.0, 400.0, 800.0], [0.75, 0.70, 0.72], False))
        best = best_quantity(
            np.array([500.0]), offered, limits(), np.array([1e6]), 8, 0.01, np.array([np.inf])
        )
        assert (best.quantity[0], best.saving[0]) == (500, 0)

    def test_what_is_not_needed_or_has_no_price_or_demand_stays(self) -> None:
        steps = ([0.0, 400.0], [0.75, 0.5], False)
        unknown = ([0.0, 400.0], [np.nan, np.nan], False)
        best = best_quantity(
            np.array([0.0, 300.0, 300.0]), lists(steps, unknown, steps), limits(count=3),
            np.array([1300.0, 1300.0, 0.0]), 8, 0.3, np.full(3, np.inf),
        )  # fmt: skip
        np.testing.assert_array_equal(best.quantity, [0, 300, 300])
        np.testing.assert_array_equal(best.saving, 0)


class TestMostForMoney:
    @settled
    @given(
        prices=price_list(), pack=st.sampled_from([1.0, 6.0, 48.0]), moq=st.integers(0, 60),
        packs=st.integers(2, 60), share=st.floats(0.05, 0.99), incremental=st.booleans(),
    )  # fmt: skip
    def test_of_all_whole_packs_below_it_the_most_that_fit(
        self,
        prices: tuple[list[float], list[float]],
        pack: float,
        moq: int,
        packs: int,
        share: float,
        incremental: bool,
    ) -> None:
        """Every number of packs tried one by one."""
        breaks, costs = prices
        offered = lists((breaks, costs, incremental))
        wanted = packs * pack
        whole = wanted * average_price(offered, np.array([wanted]))[0]
        tries = pack * np.arange(1, packs)
        price = average_price(PriceLists(*(np.repeat(part, packs - 1, axis=0) for part in offered)), tries)
        fits = (tries >= moq) & (tries * price <= share * whole * (1 + 1e-12))
        found = most_for_money(offered, limits(moq, pack), np.array([wanted]), share * whole)
        assert found[0] == np.max(tries[fits], initial=0.0)
