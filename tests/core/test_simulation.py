"""The simulated check against systems whose service is known exactly, and against itself.

Exact results: with reviews every period and a constant lead time of L whole periods, stock on hand less
what is owed at the start of a period is the position L periods earlier less the demand of L periods. A
base-stock policy keeps the position at S; an (r, nQ) policy for whole units spreads it evenly over r + 1 to
r + Q (Hadley & Whitin 1963, Analysis of Inventory Systems, ch. 4).
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from xlinventory import evaluate, service_simulate
from xlinventory.core.errors import CellError, NotEnoughData, OutOfDomain, WrongInput
from xlinventory.core.simulation import SimulatedService, simulate_service

NAN = np.nan
LONG = 100_000


def total(chances: np.ndarray, periods: int) -> np.ndarray:
    """Probabilities of the demand of so many periods: 0, 1, 2 ... units."""
    out = np.ones(1)
    for _ in range(periods):
        out = np.convolve(out, chances)
    return out


def loss(chances: np.ndarray, stock: float) -> float:
    return float(np.sum(chances * np.maximum(np.arange(len(chances)) - stock, 0)))


def exact_fill(chances: np.ndarray, lead: int, positions: np.ndarray) -> float:
    """1 - E[units short in a period] / E[demand], the position uniform on *positions*."""
    before, after = total(chances, lead), total(chances, lead + 1)
    short = np.mean([loss(after, y) - loss(before, y) for y in positions])
    return 1 - float(short) / loss(chances, 0)


def exact_base_stock_cycles(chances: np.ndarray, lead: int, level: int) -> float:
    """P(demand of L + 1 periods <= S) given that the first of them ordered something."""
    first = np.append(0.0, chances[1:]) / chances[1:].sum()
    return float(np.convolve(first, total(chances, lead))[: level + 1].sum())


def same(one: SimulatedService, other: SimulatedService) -> bool:
    names = SimulatedService.__slots__
    return all(np.array_equal(getattr(one, n), getattr(other, n), equal_nan=True) for n in names)


class TestExactSystems:
    @pytest.mark.parametrize(("lead", "level"), [(0, 1), (1, 3), (3, 4), (3, 6)])
    def test_base_stock_with_dice_of_three_sides(self, lead: int, level: int) -> None:
        chances = np.full(3, 1 / 3)  # 0, 1 or 2 units
        result = simulate_service([[0.0, 1, 2]], [[float(lead)]], level - 1, order_up_to=level, periods=LONG)
        assert result.fill_rate[0] == pytest.approx(exact_fill(chances, lead, np.array([level])), abs=0.005)
        assert result.cycle_service[0] == pytest.approx(
            exact_base_stock_cycles(chances, lead, level), abs=0.005
        )
        assert result.orders_per_period[0] == pytest.approx(2 / 3, abs=0.005)

    def test_base_stock_with_poisson_demand(self) -> None:
        # 4,000 equally likely quantiles stand for the Poisson of mean 3.
        history = stats.poisson.ppf((np.arange(4000) + 0.5) / 4000, 3.0)
        chances = stats.poisson.pmf(np.arange(40), 3.0)
        result = simulate_service([history], [[2.0]], 10, order_up_to=11, periods=LONG)
        assert result.fill_rate[0] == pytest.approx(exact_fill(chances, 2, np.array([11])), abs=0.005)
        assert result.cycle_service[0] == pytest.approx(exact_base_stock_cycles(chances, 2, 11), abs=0.005)

    @pytest.mark.parametrize(("point", "lot", "lead"), [(3, 7, 2), (5, 4, 3), (0, 12, 1)])
    def test_an_order_quantity_spreads_the_position_evenly(self, point: int, lot: int, lead: int) -> None:
        chances = np.array([0.5, 0.25, 0.25])  # 0, 0, 1, 2
        result = simulate_service([[0.0, 0, 1, 2]], [[float(lead)]], point, lot, periods=LONG)
        positions = np.arange(point + 1, point + lot + 1)
        assert result.fill_rate[0] == pytest.approx(exact_fill(chances, lead, positions), abs=0.006)
        assert result.orders_per_period[0] == pytest.approx(0.75 / lot, rel=0.02)

    def test_lead_times_at_random(self) -> None:
        # A lead time of 1 or 3 periods, one order in transit at a time: position r + Q = 10 in front of 2 a
        # period. Ordered at 4; then 2 or 6 units are asked for before it comes, so 0 or 2 short of 6 a cycle.
        result = simulate_service([[2.0, 2.0]], [[1.0, 3.0]], 4, 6, periods=LONG)
        assert result.cycle_service[0] == pytest.approx(0.5, abs=0.01)
        assert result.fill_rate[0] == pytest.approx(1 - (2 / 2) / 6, abs=0.01)


class TestByHand:
    @pytest.mark.parametrize(
        ("lead", "point", "expected"),
        [
            # 10 a period, 50 an order: the stock falls from 50 to 0 as the order comes in.
            (2.0, 20, (1, 1, 25, 0.2)),
            # One period of demand kept in hand.
            (2.0, 30, (1, 1, 35, 0.2)),
            # Comes a period late: 10 of every 50 short, and each cycle; the stock falls from 40 to 0.
            (3.0, 20, (0, 0.8, 16, 0.2)),
            # Half a period late: 5 of 50 short; from 45 to 0 in 4.5 of 5 periods.
            (2.5, 20, (0, 0.9, 20.25, 0.2)),
            # Half a period early: 5 kept in hand.
            (1.5, 20, (1, 1, 30, 0.2)),
        ],
    )
    def test_steady_demand(self, lead: float, point: float, expected: tuple[float, ...]) -> None:
        assert service_simulate([10, 10, 10], [lead], point, 50, None, 1000) == pytest.approx(expected)

    def test_a_review_every_other_period_finds_the_stock_lower(self) -> None:
        # 10 a period, reviewed every 2: ordered at 20 or at 10 alike when Q = 40 is two reviews' demand.
        each = service_simulate([10, 10], [1], 20, 40, 2, 1000)
        assert each[3] == pytest.approx(0.25)
        assert service_simulate([10, 10], [1], 20, 40, 0.5, 1000) == service_simulate(
            [10, 10], [1], 20, 40, 1, 1000
        )

    def test_review_periods_between_two_whole_ones(self) -> None:
        # After 2 and 1 periods in turn: two reviews in three periods, and all of them order up to the level.
        result = simulate_service([[10.0]], [[1.0]], 99, order_up_to=100, review_period=1.5, periods=9_000)
        assert result.orders_per_period[0] == pytest.approx(2 / 3, abs=0.01)

    def test_a_lot_smaller_than_demand_is_ordered_as_often_as_needed_at_once(self) -> None:
        # 10 a period in lots of 4: the position never falls behind.
        result = simulate_service([[10.0]], [[1.0]], 20, 4, periods=5_000)
        assert result.fill_rate[0] == 1
        assert result.orders_per_period[0] == pytest.approx(1)

    def test_a_policy_that_never_has_stock_or_never_runs_low(self) -> None:
        owed = simulate_service([[10.0]], [[1.0]], -1e6, 50, periods=1_000)
        assert owed.orders_per_period[0] == pytest.approx(0.2)
        assert owed.cycle_service[0] == owed.fill_rate[0] == owed.average_stock[0] == 0
        # No order falls due: no cycle ends, and no unit is short in the one that lasts.
        plenty = simulate_service([[10.0]], [[1.0]], 1e8, 1e12, periods=1_000)
        assert plenty.orders_per_period[0] == 0
        assert plenty.cycle_service[0] == plenty.fill_rate[0] == 1

    def test_an_item_without_demand_has_no_service(self) -> None:
        result = simulate_service([[0.0, 0.0], [1.0, 1.0]], [[1.0], [1.0]], 5, 5, periods=1_000)
        assert np.isnan(result.fill_rate[0])
        assert np.isnan(result.cycle_service[0])
        assert result.average_stock[0] > 0
        assert result.fill_rate[1] == 1
        assert evaluate("SERVICE_SIMULATE", [[0.0], [0.0]], 1.0, 5.0, 5.0) is CellError.DIV0


class TestLaws:
    def test_the_same_seed_gives_the_same_numbers_and_another_one_others(self) -> None:
        arguments = [0, 3, 8, 1, 0, 6], [1, 2, 4], 9, 12, 1, 4000
        assert service_simulate(*arguments, 7) == service_simulate(*arguments, 7)
        assert service_simulate(*arguments, 7) != service_simulate(*arguments, 8)

    def test_items_do_not_influence_each_other(self) -> None:
        rng = np.random.default_rng(5)
        history = rng.poisson(4, (60, 12)).astype(float)
        history[:, 7] = NAN
        leads = rng.integers(1, 5, (60, 3)).astype(float)
        points, lots = rng.integers(4, 20, 60), rng.integers(5, 30, 60)
        together = simulate_service(history, leads, points, lots, periods=600, seed=3)
        for i in (0, 31, 59):
            alone = simulate_service(history[i], leads[i], points[i], lots[i], periods=600, seed=3)
            assert alone.fill_rate[0] == together.fill_rate[i]
            assert alone.average_stock[0] == pytest.approx(together.average_stock[i], rel=1e-12)

    def test_long_lead_times_are_simulated_block_by_block(self) -> None:
        leads = np.array([[1000.0], [2.0], [3.0]])
        together = simulate_service([[1.0], [5], [2]], leads, [1500, 20, 9], [400, 30, 8], periods=20_000)
        alone = simulate_service([[5.0]], [[2.0]], 20, 30, periods=20_000)
        assert together.fill_rate[1] == alone.fill_rate[0]

    def test_the_order_of_the_history_and_missing_periods_do_not_matter(self) -> None:
        one = simulate_service([[0.0, 3, 8, 1]], [[1.0, 2]], 9, 12, periods=2_000)
        assert same(one, simulate_service([[8.0, 1, NAN, 0, 3]], [[2.0, 1, NAN]], 9, 12, periods=2_000))
        assert service_simulate([8, 1, NAN, 0, 3], [2, 1], 9, 12, 1, 2000) == service_simulate(
            [0, 1, 3, 8], [1, 2], 9, 12, 1, 2000
        )

    @settings(max_examples=20, deadline=None)
    @given(
        history=st.lists(st.integers(0, 20), min_size=1, max_size=6).filter(any),
        lead=st.floats(0, 6),
        point=st.integers(0, 60),
        lot=st.integers(1, 60),
        more=st.integers(1, 20),
    )
    def test_services_are_shares_and_a_higher_reorder_point_keeps_more(
        self, history: list[int], lead: float, point: int, lot: int, more: int
    ) -> None:
        low = service_simulate(history, [lead], point, lot, 1, 1000)
        high = service_simulate(
            history, [lead], point + more * lot, lot, 1, 1000
        )  # whole lots more: same orders
        for result in (low, high):
            assert 0 <= result[0] <= 1
            assert 0 <= result[1] <= 1
            assert result[2] >= 0
        assert high[1] >= low[1] - 1e-9
        assert high[2] >= low[2]


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "error", "rule"),
        [
            ({"history": [[-1.0]]}, OutOfDomain, "history must be >= 0"),
            ({"history": [[NAN]]}, NotEnoughData, "history must have a value"),
            ({"lead_times": [[NAN]]}, NotEnoughData, "lead_times must have a value"),
            ({"lead_times": [[-1.0]]}, OutOfDomain, "lead_times must be >= 0"),
            ({"lead_times": [[1001.0]]}, OutOfDomain, "lead_times must be <= 1000"),
            ({"lead_times": [[1.0], [2.0]]}, WrongInput, "lead_times need a row per item"),
            ({"reorder_point": NAN}, OutOfDomain, "reorder_point"),
            ({"reorder_point": [1.0, 2.0]}, WrongInput, "one value, or one per item"),
            ({"order_qty": 0.0}, OutOfDomain, "order_qty must be > 0"),
            ({"review_period": -1.0}, OutOfDomain, "review_period"),
            ({"periods": 0}, OutOfDomain, "periods must be from 1"),
            ({"periods": 2e6}, OutOfDomain, "periods must be from 1"),
            ({"seed": -1}, OutOfDomain, "seed"),
            ({"order_qty": None}, WrongInput, "either order_qty or order_up_to"),
            ({"order_up_to": 9.0}, WrongInput, "either order_qty or order_up_to"),
            ({"order_qty": None, "order_up_to": 4.0}, OutOfDomain, "order_up_to must be >= reorder_point"),
            ({"order_qty": None, "order_up_to": NAN}, OutOfDomain, "order_up_to must be a number"),
        ],
    )
    def test_what_is_no_policy(self, changes: dict[str, object], error: type[Exception], rule: str) -> None:
        arguments = {"history": [[1.0, 2.0]], "lead_times": [[1.0]], "reorder_point": 5.0, "order_qty": 5.0}
        with pytest.raises(error, match=rule):
            simulate_service(**(arguments | {"periods": 100} | changes))
