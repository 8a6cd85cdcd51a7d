"""What each service level takes: one simulation must tell what simulating each of its levels gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.core.errors import OutOfDomain, WrongInput
from xlinventory.core.simulation import remembered, simulate_curve, simulate_levels, simulate_service

TARGETS = [0.3, 0.9, 0.99]


@settings(max_examples=8, deadline=None)
@given(
    history=st.lists(st.integers(0, 20), min_size=1, max_size=6).filter(any),
    leads=st.lists(st.floats(0, 6), min_size=1, max_size=4),
    lot=st.integers(1, 60),
    review=st.integers(1, 3),
    order_rule=st.sampled_from(["lots", "up to"]),
    service_type=st.sampled_from(["cycle", "fill"]),
)
def test_each_point_is_the_least_whole_one_and_keeps_the_stock_told(
    history: list[int], leads: list[float], lot: int, review: int, order_rule: str, service_type: str
) -> None:
    found = simulate_curve(
        [history], [leads], [TARGETS], lot, order_rule, review, service_type, periods=600, seed=4
    )
    for target, point, stock in zip(TARGETS, found.reorder_point[0], found.average_stock[0], strict=True):
        if np.isnan(point):
            continue
        served, kept = policy_at(point, history, leads, lot, review, order_rule, service_type)
        assert served >= target - 1e-9
        assert kept == pytest.approx(stock, abs=1e-9)
        assert policy_at(point - 1, history, leads, lot, review, order_rule, service_type)[0] < target + 1e-9


def policy_at(
    point: float,
    history: list[int],
    leads: list[float],
    lot: int,
    review: int,
    order_rule: str,
    service_type: str,
) -> tuple[float, float]:
    """Service and average stock, simulated at this very point."""
    lots = order_rule == "lots"
    result = simulate_service(
        [history], [leads], point, lot if lots else None, review, 600, 4,
        order_up_to=None if lots else point + lot,
    )  # fmt: skip
    service = result.fill_rate if service_type == "fill" else result.cycle_service
    return float(service[0]), float(result.average_stock[0])


def test_parts_of_units_are_told_where_demand_has_such() -> None:
    """2.5 a period, there after two and a half: 6.25 are asked for until then, of lots of 10 all of them."""
    found = simulate_curve([[2.5]], [[2.5]], [[0.9]], 10.0, periods=1000)
    assert found.reorder_point[0, 0] == pytest.approx(6.25)


def test_items_and_targets_do_not_influence_each_other() -> None:
    rng = np.random.default_rng(5)
    history, leads = rng.poisson(4, (300, 12)).astype(float), rng.uniform(0, 9, (300, 3))
    together = simulate_curve(history, leads, np.tile(TARGETS, (300, 1)), 20.0, periods=3_000)
    alone = simulate_curve(history[299:], leads[299:], [TARGETS[1:2]], 20.0, periods=3_000)
    assert alone.reorder_point[0, 0] == together.reorder_point[299, 1]
    assert alone.average_stock[0, 0] == together.average_stock[299, 1]


def test_lots_and_several_targets_are_told_like_one() -> None:
    """10 a period, ordered at 20 and there after three: 10 too late. Of lots of 50 that is a fifth."""
    found = simulate_levels(
        [[10.0], [10.0]],
        [[3.0], [2.0]],
        20.0,
        None,
        [[0.9, 0.8], [0.9, 0.8]],
        "fill",
        1,
        5_000,
        order_qty=50.0,
    )
    np.testing.assert_allclose(found.change, [[5.0, 0.0], [-5.0, -10.0]], atol=1e-9)
    shared = simulate_levels([[10.0]] * 2, [[3.0], [2.0]], 20.0, 70.0, [[0.9, 0.8]], "fill", periods=5_000)
    np.testing.assert_allclose(shared.change, found.change, atol=1e-9)


@pytest.mark.parametrize(
    ("changes", "error", "rule"),
    [
        ({"order_rule": "some"}, WrongInput, "order_rule must be one of lots, up to, got some"),
        ({"service_type": "both"}, WrongInput, "service_type must be one of cycle, fill"),
        ({"target": [[0.5, 1.0]]}, OutOfDomain, "target must be"),
        ({"target": [[0.5]] * 3}, WrongInput, "give targets for every item"),
        ({"order_qty": 0.0}, OutOfDomain, "order_qty must be > 0"),
        ({"order_qty": -1.0, "order_rule": "up to"}, OutOfDomain, "order_up_to must be >= reorder_point"),
    ],
)
def test_what_is_no_question(changes: dict[str, object], error: type[Exception], rule: str) -> None:
    arguments = {"history": [[1.0]] * 2, "lead_times": [[1.0]] * 2, "target": [[0.5]], "order_qty": 5.0}
    with pytest.raises(error, match=rule):
        simulate_curve(**(arguments | {"periods": 100} | changes))


def test_the_same_question_is_simulated_once() -> None:
    asked = []

    def simulation(values: np.ndarray, limit: float = 1.0) -> float:
        asked.append(limit)
        return float(values.sum() * limit)

    ask = remembered(simulation)
    assert [ask(np.array([1.0, 2.0])), ask(np.array([1.0, 2.0]))] == [3.0, 3.0]
    assert ask(np.array([1.0, 2.0]), limit=2.0) == 6.0
    assert [ask(np.array([[1.0, 2.0]])), ask(np.array([1.0, 3.0])), ask(np.array([1, 3]))] == [3.0, 4.0, 4.0]
    assert len(asked) == 5
