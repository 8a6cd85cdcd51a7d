"""Levels and their simulated check on demand and lead times that are known exactly."""

import numpy as np
import pytest

from xlinventory.core.planning.check import MISSED, Check, LeadTimes, check_levels
from xlinventory.core.planning.closed_form import Levels, ReviewPolicy, levels
from xlinventory.core.planning.demand import DailyDemand

ITEMS = 40
WEEKLY = ReviewPolicy(7.0, "cycle")


def portfolio(seed: int) -> tuple[np.ndarray, DailyDemand, LeadTimes]:
    """Lumpy demand of two years: orders of 1 to 30 in a third of the weeks; lead times of 1 to 3 weeks."""
    rng = np.random.default_rng(seed)
    history = rng.integers(1, 31, (ITEMS, 104)) * (rng.random((ITEMS, 104)) < 1 / 3).astype(float)
    samples = rng.uniform(7, 21, (ITEMS, 30))
    demand = DailyDemand(history.mean(axis=1) / 7, history.std(axis=1) / np.sqrt(7))
    return history, demand, LeadTimes(samples.mean(axis=1), samples.std(axis=1), samples)


def checked(service_type: str, change: float) -> tuple[Check, Levels]:
    """The check of levels that are so many units off their closed form."""
    history, demand, lead = portfolio(3)
    policy, words = ReviewPolicy(7.0, service_type), np.full(ITEMS, "lumpy", dtype=object)
    closed = levels(demand, lead.mean, lead.sd, 0.9, policy, words, np.full(ITEMS, 20.0)).moved(change)
    return check_levels(history, 7.0, demand, lead, closed, 0.9, policy, seed=2), closed


@pytest.mark.parametrize("service_type", ["cycle", "fill"])
@pytest.mark.parametrize("change", [-15.0, 0.0, 25.0])
def test_every_item_is_within_two_points_of_its_target_after_the_check(
    service_type: str, change: float
) -> None:
    """A unit is worth up to two points of service here: whole units may serve that much more."""
    found, _ = checked(service_type, change)
    assert (found.service_after >= 0.9 - MISSED).all()
    assert (found.service_after <= 0.9 + 2 * MISSED).all()
    moved = found.change != 0
    assert (np.abs(found.service[moved] - 0.9) > MISSED).all()
    assert (found.service[~moved] == found.service_after[~moved]).all()
    if change:
        assert moved.mean() > 0.8
        assert np.sign(found.change[moved]).mean() * np.sign(change) < -0.9


def test_the_same_levels_are_proposed_from_wherever_one_begins() -> None:
    """Units moved and units proposed cancel out, up to the two points within which nothing is proposed."""
    (low, from_low), (high, from_high) = (checked("cycle", units) for units in (-40.0, 40.0))
    assert np.isfinite(low.change).all()
    np.testing.assert_allclose(
        from_low.reorder_point + low.change, from_high.reorder_point + high.change, atol=1.001
    )


def steady(safety: float, point: float, top: float, target: float) -> Check:
    """The check of one item that sells 10 a week, with a lead time of two weeks."""
    lead = LeadTimes(np.array([14.0]), np.zeros(1), np.full((1, 2), np.nan))
    demand = DailyDemand(np.array([10 / 7]), np.zeros(1))
    closed = Levels(*np.array([[safety], [point], [top]]))
    return check_levels(np.full((1, 20), 10.0), 7.0, demand, lead, closed, target, WEEKLY)


def test_stock_and_orders_are_those_of_the_proposed_levels() -> None:
    """An order of 70 every 49 days, received as the stock is gone: 35 on average."""
    found = steady(60.0, 80.0, 150.0, target=0.9)
    assert (found.service[0], found.change[0], found.service_after[0]) == (1.0, -60.0, 1.0)
    assert found.orders_a_year[0] == pytest.approx(365 / 49, rel=0.01)
    assert found.average_stock[0] == pytest.approx(35.0, rel=0.01)


def test_levels_that_hold_stay() -> None:
    found = steady(0.0, 20.0, 90.0, target=0.99)
    assert (found.service[0], found.change[0], found.service_after[0]) == (1.0, 0.0, 1.0)


def test_no_reorder_point_is_proposed_below_0() -> None:
    """With 200 a time half of them may wait; where customers do not, nothing is ever owed."""
    lead = LeadTimes(np.array([14.0]), np.zeros(1), np.full((1, 2), np.nan))
    demand, policy = DailyDemand(np.array([10 / 7]), np.zeros(1)), ReviewPolicy(7.0, "fill")
    for point, change in ((12.0, -12.0), (0.0, 0.0)):
        closed = Levels(*np.array([[0.0], [point], [200.0 + point]]))
        found = check_levels(np.full((1, 20), 10.0), 7.0, demand, lead, closed, 0.5, policy)
        assert found.service[0] > 0.85
        assert found.change.tolist() == [change]
    words = np.array(["smooth"], dtype=object)
    formula = levels(demand._replace(sd=np.array([0.1])), 14.0, 0.0, 0.5, policy, words, 2000.0)
    assert (formula.reorder_point.tolist(), formula.order_up_to.tolist()) == ([0.0], [2000.0])


def test_units_are_whole_where_the_past_sold_such() -> None:
    """Whatever mean and spread are expected, and what was estimated of a time without stock."""
    history = np.array(
        [[3.0, 7, 5, 4, 6, 5, 2, 8, 5, 5, 4, 6, 5.5], [2.5, 7.1, 5, 4.2, 6.3, 5.5, 2, 8, 5, 5, 4.4, 6.1, 5.7]]
    )
    lead = LeadTimes(np.full(2, 14.0), np.full(2, 3.0), np.full((2, 2), np.nan))
    demand = DailyDemand(np.full(2, 0.8), np.full(2, 0.7))
    closed = Levels(*np.full((3, 2), 5.0))._replace(order_up_to=np.full(2, 30.0))
    change = check_levels(history, 7.0, demand, lead, closed, 0.95, WEEKLY).change
    assert change[0] > 0
    assert (change == np.floor(change)).tolist() == [True, False]


def test_of_an_item_that_never_orders_nothing_is_known() -> None:
    found = steady(0.0, 1e8, 2e8, target=0.9)
    assert (found.service[0], found.change[0], found.orders_a_year[0]) == (1.0, 0.0, 0.0)


def test_what_takes_longer_than_can_be_simulated_is_not() -> None:
    """1,000 steps: a shorter lead time in its place would find units to spare."""
    demand, closed = DailyDemand(np.ones(2), np.zeros(2)), Levels(*np.full((3, 2), 1100.0)).moved(0)
    lead = LeadTimes(np.array([1000.0, 1095.0]), np.zeros(2), np.full((2, 2), np.nan))
    policy, history = ReviewPolicy(1.0, "cycle"), np.ones((2, 20))
    found = check_levels(history, 1.0, demand, lead, closed, 0.9, policy, periods=200)
    assert np.isnan(found.service).tolist() == [False, True]


def test_nothing_to_check() -> None:
    history, demand, lead = portfolio(3)
    nothing = Levels(*np.full((3, ITEMS), np.nan))
    found = check_levels(history, 7.0, demand, lead, nothing, 0.9, WEEKLY)
    assert np.isnan(np.stack(found)).all()


def test_progress_is_told() -> None:
    history, demand, lead = portfolio(3)
    shares: list[float] = []
    closed = Levels(*np.zeros((3, ITEMS)))._replace(order_up_to=np.full(ITEMS, 20.0))
    check_levels(history, 7.0, demand, lead, closed, 0.9, WEEKLY, progress=shares.append)
    assert shares == sorted(shares)
    assert len(shares) >= 2
