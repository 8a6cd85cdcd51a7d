"""Running out against the one-item function and a day-by-day walk, and shortages against Monte Carlo."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.core.errors import NotEnoughData
from xlinventory.core.ordering.running_out import (
    Arrivals,
    Outlook,
    days_until_due,
    days_until_out,
    shortage_avoided,
)
from xlinventory.core.stock_control import stockout_date

settled = settings(max_examples=80, deadline=None)
stocks = st.integers(-20, 200)
arrival = st.tuples(st.integers(0, 60), st.integers(1, 100))
an_item = st.tuples(stocks, st.sampled_from([0.0, 0.5, 2.0, 7.0]), st.lists(arrival, max_size=5))


def all_of(rows: list[tuple[int, float, list[tuple[int, int]]]]) -> tuple[np.ndarray, np.ndarray, Arrivals]:
    coming = [(i, *one) for i, (_, _, arrivals) in enumerate(rows) for one in arrivals]
    item, day, quantity = np.array(coming, dtype=float).reshape(-1, 3).T
    stock, demand = (np.array([row[at] for row in rows], dtype=float) for at in (0, 1))
    return stock, demand, Arrivals(item.astype(int), day, quantity)


class TestUntilOut:
    @settled
    @given(rows=st.lists(an_item, min_size=1, max_size=6))
    def test_every_item_as_stockout_date_has_it(
        self, rows: list[tuple[int, float, list[tuple[int, int]]]]
    ) -> None:
        found = days_until_out(*all_of(rows), np.zeros(len(rows)))
        for days, (stock, demand, arrivals) in zip(found, rows, strict=True):
            dates, quantities = [40000 + day for day, _ in arrivals], [units for _, units in arrivals]
            try:
                assert days == pytest.approx(stockout_date(40000, stock, demand, dates, quantities) - 40000)
            except NotEnoughData:
                assert np.isinf(days)

    @settled
    @given(row=an_item, later=st.integers(0, 80))
    def test_from_a_later_day_on_it_is_the_first_moment_without_stock(
        self, row: tuple[int, float, list[tuple[int, int]]], later: int
    ) -> None:
        """Walked in tenths of a day; demand that meets no stock is owed, as in the position."""
        stock, demand, arrivals = row
        found = days_until_out(*all_of([row]), np.array([float(later)]))[0]
        times = later + np.arange(0, 20_000) / 10
        came = sum((np.where(times >= day, units, 0) for day, units in arrivals), np.zeros(len(times)))
        dry = times[stock + came - demand * times <= 1e-9]
        if len(dry) == 0:
            assert found > times[-1] - 1
        else:
            assert dry[0] - 0.1 <= found <= dry[0] + 1e-6

    def test_a_gap_before_an_arrival_counts_only_for_those_who_could_fill_it(self) -> None:
        # 10 units at 2 a day are gone on day 5, 40 more come on day 9; these are gone on day 25.
        item = all_of([(10, 2.0, [(9, 40)])])
        assert days_until_out(*item, np.array([0.0]))[0] == 5
        assert days_until_out(*item, np.array([7.0]))[0] == 7
        assert days_until_out(*item, np.array([9.0]))[0] == 25


def test_due_is_when_the_position_comes_down_to_the_point() -> None:
    # (60 - 46) / 4 = 3.5 days; at the point it is due now; without demand never.
    found = days_until_due(np.array([60.0, 46.0, 60.0]), np.full(3, 46.0), np.array([4.0, 4.0, 0.0]))
    np.testing.assert_array_equal(found, [3.5, 0.0, np.inf])


class TestShortageAvoided:
    def test_normal_demand_by_the_loss_function(self) -> None:
        """mean 4, sd 2 a day; B(x) = sd (g(z) - z (1 - G(z))) by Python's NormalDist."""

        def short(position: float, days: float) -> float:
            z = (position - 4 * days) / (2 * days**0.5)
            return 2 * days**0.5 * (NormalDist().pdf(z) - z * (1 - NormalDist().cdf(z)))

        expected = short(40, 16) - short(40, 9) - (short(70, 16) - short(70, 9))
        outlook = Outlook(np.array([4.0]), np.array([2.0]), np.zeros(1), np.array(["normal"], dtype=object))
        found = shortage_avoided(
            np.array([40.0]), np.array([30.0]), outlook, np.array([9.0]), np.array([16.0])
        )
        assert found[0] == pytest.approx(expected)

    @pytest.mark.parametrize("name", ["gamma", "negbin"])
    def test_other_demand_as_simulated(self, name: str) -> None:
        """A million draws of demand over 9 days and 7 more."""
        draw = np.random.default_rng(5)
        mean, sd = 4.0, 4.0

        def demand(days: float) -> np.ndarray:
            m, v = mean * days, sd**2 * days
            if name == "gamma":
                return draw.gamma(m * m / v, v / m, 1_000_000)
            return draw.negative_binomial(m * m / (v - m), m / v, 1_000_000)

        first = demand(9.0)
        last = first + demand(7.0)
        short = [np.maximum(by - x, 0.0).mean() for x in (30.0, 60.0) for by in (last, first)]
        outlook = Outlook(np.array([mean]), np.array([sd]), np.zeros(1), np.array([name], dtype=object))
        found = shortage_avoided(
            np.array([30.0]), np.array([30.0]), outlook, np.array([9.0]), np.array([16.0])
        )
        assert found[0] == pytest.approx(short[0] - short[1] - short[2] + short[3], rel=0.01)

    def test_each_item_by_its_own_distribution_and_never_below_nothing(self) -> None:
        # Without spread: 16 days of 4 are 64; 40 lack 24 of them, of which 0 before day 9; 100 lack none.
        names = np.array(["normal", "gamma", "negbin"], dtype=object)
        outlook = Outlook(np.full(3, 4.0), np.zeros(3), np.zeros(3), names)
        found = shortage_avoided(
            np.array([40.0, 100.0, 40.0]), np.array([30.0, 30.0, 10.0]), outlook, np.full(3, 9.0),
            np.full(3, 16.0),
        )  # fmt: skip
        assert found[0] == 24
        assert found[1] == 0
        assert (found >= 0).all()
