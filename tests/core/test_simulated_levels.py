"""What it takes to reach a target: one simulation must tell what simulating the new levels gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.core.errors import OutOfDomain, WrongInput
from xlinventory.core.simulation import simulate_levels, simulate_service

LONG = 5_000


@settings(max_examples=15, deadline=None)
@given(
    history=st.lists(st.integers(0, 20), min_size=1, max_size=6).filter(any),
    leads=st.lists(st.floats(0, 6), min_size=1, max_size=4),
    point=st.integers(-10, 80),
    gap=st.integers(0, 60),
    review=st.integers(1, 3),
    target=st.floats(0.02, 0.98),
    service_type=st.sampled_from(["cycle", "fill"]),
)
def test_the_change_is_the_least_that_reaches_the_target(
    history: list[int],
    leads: list[float],
    point: int,
    gap: int,
    review: int,
    target: float,
    service_type: str,
) -> None:
    found = simulate_levels(
        [history], [leads], point, point + gap, target, service_type, review, periods=600, seed=4
    )
    change = found.change[0]
    if np.isnan(change):
        assert found.service.orders_per_period[0] == 0
        return

    def served(units: float) -> float:
        result = simulate_service(
            [history], [leads], point + units, None, review, 600, 4, order_up_to=point + gap + units
        )
        return float(result.fill_rate[0] if service_type == "fill" else result.cycle_service[0])

    assert served(change + 1e-6) >= target - 1e-9
    assert served(change - 1e-3) < target + 1e-9
    asked = found.service.fill_rate if service_type == "fill" else found.service.cycle_service
    assert asked[0] == pytest.approx(served(0.0), abs=1e-9)


def test_what_comes_a_period_late_needs_a_period_more() -> None:
    """10 a period, ordered at 20 and there after three: 10 short of 50 each cycle.

    Each unit more is one less short: at a fill rate of 0.9, 5 of 50 may be short.
    """
    cycle = simulate_levels([[10.0]], [[3.0]], 20.0, 70.0, 0.95, periods=LONG)
    assert (cycle.service.cycle_service[0], cycle.change[0]) == (0.0, 10.0)
    fill = simulate_levels([[10.0]], [[3.0]], 20.0, 70.0, 0.9, "fill", periods=LONG)
    assert fill.service.fill_rate[0] == pytest.approx(0.8)
    assert fill.change[0] == pytest.approx(5.0)


def test_what_is_kept_in_vain_can_be_spared() -> None:
    """Ordered at 50 where 20 are used until it comes: 30 can go; at a fill rate of 0.9 5 more."""
    for service_type, spared in (("cycle", -30.0), ("fill", -35.0)):
        found = simulate_levels([[10.0]], [[2.0]], 50.0, 100.0, 0.9, service_type, periods=LONG)
        assert found.change[0] == pytest.approx(spared)


def test_items_that_order_nothing_need_nothing() -> None:
    found = simulate_levels([[1.0], [0.0]], [[2.0], [2.0]], -1e8, 1e8, 0.9, periods=500)
    assert np.isnan(found.change[0])
    assert np.isnan(simulate_levels([[0.0]], [[2.0]], 5.0, 9.0, 0.9, "fill", periods=500).change[0])


def test_items_do_not_influence_each_other() -> None:
    rng = np.random.default_rng(5)
    history, leads = rng.poisson(4, (300, 12)).astype(float), rng.uniform(0, 9, (300, 3))
    point = rng.integers(4, 40, 300).astype(float)
    together = simulate_levels(history, leads, point, point + 20, 0.9, periods=3_000)
    alone = simulate_levels(history[299], leads[299], point[299], point[299] + 20, 0.9, periods=3_000)
    assert alone.change[0] == together.change[299]


@pytest.mark.parametrize(
    ("changes", "error", "rule"),
    [
        ({"service_type": "both"}, WrongInput, "service_type must be one of cycle, fill"),
        ({"target": 1.0}, OutOfDomain, "target must be"),
        ({"order_up_to": 1.0}, OutOfDomain, "order_up_to must be >= reorder_point"),
    ],
)
def test_what_is_no_question(changes: dict[str, object], error: type[Exception], rule: str) -> None:
    arguments = {"history": [[1.0]], "lead_times": [[1.0]], "reorder_point": 5.0, "order_up_to": 9.0}
    with pytest.raises(error, match=rule):
        simulate_levels(**(arguments | {"target": 0.9, "periods": 100} | changes))
