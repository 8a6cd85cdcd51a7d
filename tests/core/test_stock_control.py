"""Stock control against exact arithmetic, walks day by day, and hand-worked figures."""

from fractions import Fraction
from math import ceil, floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory import (
    days_of_cover,
    evaluate,
    excess_stock,
    inventory_position,
    reorder_qty,
    round_to_pack,
    stock_status,
    stockout_date,
)
from xlinventory.core import stock_control
from xlinventory.core.errors import CellError, NotEnoughData, OutOfDomain, WrongInput

settled = settings(max_examples=100, deadline=None)
tenths = st.integers(0, 3000)
TODAY = 40886.0


class TestPacks:
    @settled
    @given(
        qty=tenths, pack=st.integers(0, 70), moq=st.integers(0, 400), most=st.none() | st.integers(0, 3000)
    )
    def test_as_in_exact_tenths(self, qty: int, pack: int, moq: int, most: int | None) -> None:
        """The rule in fractions, which know no rounding: tenths such as 2.1 in packs of 0.7."""
        wanted, size = Fraction(max(qty, moq), 10), Fraction(pack, 10)
        exact = ceil(wanted / size) * size if pack else wanted
        if most is not None:
            limit = Fraction(most, 10)
            exact = min(exact, floor(limit / size) * size if pack else limit)
        exact = exact if qty else Fraction(0)
        cap = np.nan if most is None else most / 10
        assert round_to_pack(qty / 10, pack / 10, moq / 10, cap) == pytest.approx(float(exact), abs=1e-9)

    def test_by_hand(self) -> None:
        assert round_to_pack([0, 1, 12, 13], 12).tolist() == [0, 12, 12, 24]
        assert round_to_pack(83, 0) == 83
        assert round_to_pack(1e300, 12) >= 1e300 * (1 - 1e-15)
        assert round_to_pack(5, 12, 50) == 60  # the minimum is rounded up
        assert round_to_pack(83, 12, 50, 80) == 72  # the maximum down
        assert round_to_pack(83, 12, 100, 80) == 72  # and it holds against the minimum

    def test_negative_arguments_are_refused(self) -> None:
        for arguments in ((-1, 12), (1, -12), (1, 12, -1), (1, 12, 0, -1), (1, 12, 0, np.inf)):
            with pytest.raises(OutOfDomain, match="must be >= 0"):
                round_to_pack(*arguments)


class TestReorder:
    @settled
    @given(
        position=st.integers(-50, 200),
        point=st.integers(0, 100),
        above=st.integers(0, 100),
        pack=st.integers(1, 30),
    )
    def test_it_lifts_the_position_to_the_target_in_the_fewest_packs(
        self, position: int, point: int, above: int, pack: int
    ) -> None:
        target = point + above
        quantity = reorder_qty(position, point, target, 0, pack)
        if position > point or position >= target:
            assert quantity == 0
        else:
            assert quantity % pack == 0
            assert position + quantity - pack < target <= position + quantity

    def test_the_reorder_point_itself_orders(self) -> None:
        assert reorder_qty([62, 62.5], 62, 118).tolist() == [56, 0]
        assert reorder_qty(70, 80, 60) == 0  # a target below the position is none to reach

    def test_the_position_counts_what_is_promised_and_owed(self) -> None:
        assert inventory_position([40, 0], 30, [5, 0], [2, 50]).tolist() == [63, -20]
        with pytest.raises(OutOfDomain, match="committed must be a number"):
            stock_control.inventory_position(1, 1, np.nan)


class TestCover:
    @settled
    @given(position=st.integers(-5, 200), demand=st.lists(st.integers(0, 20), min_size=2, max_size=15))
    def test_walked_period_by_period(self, position: int, demand: list[int]) -> None:
        if position > sum(demand):
            with pytest.raises(NotEnoughData):
                days_of_cover(position, demand)
            return
        left, periods = Fraction(max(position, 0)), Fraction(0)
        for units in demand:
            if left <= 0:
                break
            periods += min(Fraction(1), left / units) if units else 1
            left -= units
        assert days_of_cover(position, demand) == pytest.approx(float(periods))

    @settled
    @given(position=st.floats(0, 1e6), rate=st.floats(0.01, 1e4))
    def test_a_rate_is_a_division(self, position: float, rate: float) -> None:
        assert days_of_cover(position, rate) == pytest.approx(position / rate)

    def test_positions_beside_rates_are_columns(self) -> None:
        result = stock_control.days_of_cover(np.array([20.0, -5, 30]), np.array([4.0, 0, 60]))
        np.testing.assert_array_equal(result, [5, 0, 0.5])
        with pytest.raises(NotEnoughData, match="never runs out"):
            stock_control.days_of_cover(np.array([20.0]), np.array([0.0]))

    def test_several_positions_over_one_forecast(self) -> None:
        result = stock_control.periods_walked([0, 5, 10, 25], [10, 0, 20])
        np.testing.assert_array_equal(result, [0, 0.5, 1, 2.75])

    def test_never_and_negative(self) -> None:
        assert evaluate("DAYS_OF_COVER", 10.0, 0.0) is CellError.NA
        assert evaluate("DAYS_OF_COVER", 0.0, 0.0) == 0
        assert evaluate("DAYS_OF_COVER", 10.0, [[5.0], [-1.0]]) is CellError.NUM
        assert evaluate("DAYS_OF_COVER", 100.0, [[5.0], [1.0]]) is CellError.NA


class TestStockout:
    @settled
    @given(
        stock=st.integers(0, 40),
        demand=st.lists(st.integers(1, 9), min_size=1, max_size=12),
        receipts=st.lists(st.tuples(st.integers(-3, 12), st.integers(0, 20)), max_size=4),
    )
    def test_walked_in_exact_days(
        self, stock: int, demand: list[int], receipts: list[tuple[int, int]]
    ) -> None:
        left, out = Fraction(stock), None
        for day, units in enumerate(demand):
            left += sum(units_in for due, units_in in receipts if due == day)
            if left < units or (left == units and not any(due == day + 1 and q for due, q in receipts)):
                out = day + left / units
                break
            left -= units
        dates = [TODAY + due for due, _ in receipts] or None
        quantities = [units for _, units in receipts] or None
        if out is None:
            with pytest.raises(NotEnoughData):
                stockout_date(TODAY, stock, [*demand, 0], dates, quantities)
        else:
            assert stockout_date(TODAY, stock, [*demand, 0], dates, quantities) == pytest.approx(
                TODAY + float(out), abs=1e-6
            )

    def test_a_steady_rate_with_receipts(self) -> None:
        # 30 units at 10 a day: out on day 3; on day 4.5 with 15 more by then, on day 3 with them later.
        assert stockout_date(TODAY, 30, 10) == TODAY + 3
        assert stockout_date(TODAY, 30, 10, [TODAY + 2], [15]) == TODAY + 4.5
        assert stockout_date(TODAY, 30, 10, [TODAY + 4], [15]) == TODAY + 3
        assert stockout_date(TODAY, 30, 10, [TODAY + 3], [15]) == TODAY + 4.5  # just in time
        assert stockout_date(TODAY, 30, 10, [TODAY - 1], [15]) == TODAY + 3  # in the stock on hand already
        assert stockout_date(TODAY, 0, 10) == TODAY

    def test_never_and_what_does_not_fit(self) -> None:
        assert evaluate("STOCKOUT_DATE", TODAY, 30.0, 0.0) is CellError.NA
        assert evaluate("STOCKOUT_DATE", TODAY, 30.0, -1.0) is CellError.NUM
        assert (
            evaluate("STOCKOUT_DATE", TODAY, 30.0, 1.0, [[TODAY], [TODAY]], [[1.0], [-1.0]]) is CellError.NUM
        )
        with pytest.raises(WrongInput, match="together"):
            stockout_date(TODAY, 30, 10, [TODAY])
        with pytest.raises(WrongInput, match="has 2 and receipt_qtys 1"):
            stock_control.stockout_date(TODAY, 30, 10, [TODAY, TODAY], [1])


class TestStatus:
    @pytest.mark.parametrize(
        ("on_hand", "position", "lowest", "word"),
        [
            (0, 90, np.nan, "OUT"),
            (-3, 90, np.nan, "OUT"),
            (30, 60, -0.1, "AT RISK"),
            (30, -1, np.nan, "AT RISK"),
            (30, 40, np.nan, "REORDER"),
            (90, 40, np.nan, "REORDER"),
            (30, 41, np.nan, "OK"),
            (80, 80, 0, "OK"),
            (81, 81, np.nan, "EXCESS"),
            (80, 81, np.nan, "SURPLUS ORDER"),
        ],
    )
    def test_the_first_that_applies(self, on_hand: float, position: float, lowest: float, word: str) -> None:
        assert stock_status(on_hand, position, 40, 80, lowest) == word

    def test_a_column_of_items(self) -> None:
        cells = evaluate("STOCK_STATUS", [[0.0], [30.0], [None]], 30.0, 40.0, 80.0)
        assert cells == [["OUT"], ["REORDER"], [CellError.NA]]

    @settled
    @given(position=st.floats(-1e6, 1e6), level=st.floats(0, 1e6), cost=st.floats(0, 1e3))
    def test_excess_is_what_lies_above_the_level(self, position: float, level: float, cost: float) -> None:
        assert excess_stock(position, level) == (position - level if position > level else 0)
        assert excess_stock(position, level, cost) == pytest.approx(excess_stock(position, level) * cost)


def test_stock_that_outlasts_the_calendar_does_not_run_out() -> None:
    """Spreadsheets end on 31 December 9999, day 2,958,465."""
    assert stockout_date(2_958_460, 5, 1) == 2_958_465
    with pytest.raises(NotEnoughData):
        stockout_date(2_958_460, 6, 1)
