"""A season's list of demands: stockpyl, every quantity there is, and law P9."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stockpyl.newsvendor import newsvendor_discrete

from xlinventory import evaluate, newsvendor_table
from xlinventory.core.errors import CellError, NotEnoughData, OutOfDomain, WrongInput
from xlinventory.core.policies.demand_table import table_newsvendor

settled = settings(max_examples=60, deadline=None)
costs, margins, rests = st.floats(1, 50), st.floats(0.5, 50), st.floats(0, 0.9)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[int], list[float]]:
    """Different demands in any order, and chances in 64ths."""
    demands = draw(st.lists(st.integers(0, 200), min_size=1, max_size=8, unique=True))
    cuts = sorted(draw(st.lists(st.integers(0, 64), min_size=len(demands) - 1, max_size=len(demands) - 1)))
    return demands, (np.diff([0, *cuts, 64]) / 64).tolist()


class TestTable:
    @settled
    @given(table=tables(), cost=costs, margin=margins, rest=rests, penalty=st.floats(0, 20))
    def test_p9_it_is_the_smallest_demand_that_reaches_the_fractile(
        self, table: tuple[list[int], list[float]], cost: float, margin: float, rest: float, penalty: float
    ) -> None:
        demands, chances = table
        quantity, enough, _ = newsvendor_table(demands, cost, cost + margin, rest * cost, penalty, chances)
        fractile = (margin + penalty) / (margin + penalty + cost * (1 - rest))
        reached = sum(chance for units, chance in zip(demands, chances, strict=True) if units <= quantity)
        below = sum(chance for units, chance in zip(demands, chances, strict=True) if units < quantity)
        assert enough == pytest.approx(reached)
        assert below < fractile <= reached + 1e-9

    @settled
    @given(table=tables(), cost=costs, margin=margins, rest=rests, penalty=st.floats(0, 20))
    def test_p9_no_quantity_earns_more_and_sales_and_rest_are_the_quantity(
        self, table: tuple[list[int], list[float]], cost: float, margin: float, rest: float, penalty: float
    ) -> None:
        demands, chances = np.array(table[0], dtype=float), np.array(table[1])
        salvage, price = rest * cost, cost + margin

        def profit(quantity: float) -> float:
            sold = np.minimum(demands, quantity)
            kept = salvage * (quantity - sold) - penalty * (demands - sold)
            return float(chances @ (price * sold + kept)) - cost * quantity

        buy = newsvendor_table(demands, cost, price, salvage, penalty, chances)
        assert buy.profit == pytest.approx(profit(buy.quantity), abs=1e-9 * price * 200)
        assert max(profit(units) for units in range(201)) <= buy.profit + 1e-9 * price * 200

    @settled
    @given(table=tables(), h=costs, p=margins)
    def test_it_is_what_stockpyl_buys(self, table: tuple[list[int], list[float]], h: float, p: float) -> None:
        """Overage h and underage p are a unit cost of h and a price of their sum."""
        used = {units: chance for units, chance in zip(*table, strict=True) if chance > 0}
        found = newsvendor_table(list(used), h, h + p, 0, 0, list(used.values()))
        quantity, cost = newsvendor_discrete(h, p, demand_pmf=used)
        mean = sum(units * chance for units, chance in used.items())
        assert found.quantity == quantity
        assert p * mean - found.profit == pytest.approx(cost, abs=1e-9 * (h + p) * 200)

    def test_past_seasons_are_equally_likely(self) -> None:
        # Two of four seasons sold 20 or less, which is the fractile 6 / 12: 12 x 17.5 - 6 x 20.
        assert newsvendor_table([30, 10, 20, 40], 6, 12) == (20, 0.5, 90)
        assert newsvendor_table([7], 1, 2) == (7, 1, 7)

    def test_a_fractile_met_but_for_rounding_is_met(self) -> None:
        # 0.1 + 0.2 is a bit more and 0.7 + 0.1 a bit less than they should be.
        assert newsvendor_table([1, 2, 3], 2, 10, 0, 0, [0.7, 0.1, 0.2]).quantity == 2

    def test_chances_that_miss_1_by_rounding_only(self) -> None:
        third = 0.3333333
        buy = newsvendor_table([1, 2, 3], 1, 1e9, 0, 0, [third] * 3)
        assert (buy.quantity, buy.enough) == (3, 1)


class TestRefused:
    def test_what_is_no_table(self) -> None:
        with pytest.raises(OutOfDomain, match=r"add up to 1, got 0\.9"):
            newsvendor_table([1, 2], 1, 2, 0, 0, [0.5, 0.4])
        with pytest.raises(OutOfDomain, match="probabilities must be from 0 to 1"):
            newsvendor_table([1, 2], 1, 2, 0, 0, [1.5, -0.5])
        with pytest.raises(OutOfDomain, match="demands must be >= 0"):
            newsvendor_table([1, -2], 1, 2)
        with pytest.raises(OutOfDomain, match="unit_cost must be above salvage"):
            newsvendor_table([1, 2], 3, 2)
        with pytest.raises(WrongInput, match="equally long, got 2 and 1"):
            table_newsvendor([1, 2], 1, 2, probabilities=[1])
        with pytest.raises(NotEnoughData, match="demands must not be empty"):
            table_newsvendor([], 1, 2)

    def test_in_cells(self) -> None:
        assert evaluate("NEWSVENDOR_TABLE", [[5.0], [9.0]], 1.0, 4.0, None, None, [[1.0]]) is CellError.VALUE
        assert evaluate("NEWSVENDOR_TABLE", [[5.0], [9.0]], 4.0, 4.0) is CellError.NUM
        assert evaluate("NEWSVENDOR_TABLE", [[None]], 1.0, 4.0) is CellError.NA
