"""SERVICE_SIMULATE and REORDER_POINT_SIMULATE: what they order, what they expect, what they refuse."""

import numpy as np
import pytest

from xlinventory import reorder_point_simulate, service_simulate
from xlinventory.core.errors import CellError
from xlinventory.evaluation import evaluate

STEADY, TWO = [[10.0], [10.0], [10.0]], [[2.0]]


def test_up_to_orders_more_than_the_gap_where_a_review_comes_late() -> None:
    """By hand: 10 a period, there after two, looked at every second period.

    From 50 the position is 30, then 10 at reviews: at or below 25 it is 10, and 40 are ordered up to 50. So
    40 every 4 periods; the stock falls to 10 - 20 = -10 before they come, after which 30.
    """
    result = service_simulate([10], [2], 25, 25, review_period=2, periods=1000, order_rule="up to")
    assert result[0] == 0.0
    assert result[1] == pytest.approx(0.75)
    assert result[2] == pytest.approx(30 * 3 / 2 / 4)
    assert result[3] == pytest.approx(1 / 4)


def test_levels_are_found_for_the_demand_that_is_expected() -> None:
    """By hand: 15 a period instead of 10, there after two: 30; half of 60 lie in stock."""
    found = reorder_point_simulate([8, 12], [2], [0.95], 60, periods=1000, demand_avg=15, demand_sd=0)
    np.testing.assert_allclose(found, [[30.0, 30.0]])
    served = service_simulate([8, 12], [2], 30, 60, periods=1000, demand_avg=15, demand_sd=0)
    assert served == pytest.approx((1.0, 1.0, 30.0, 0.25))


def test_what_is_not_given_stays_the_past_ones() -> None:
    """Mean 10 and sd 2 are those of 8 and 12: an order finds 29 or more left, and two periods take 24.

    Of 2 and 18, it may find 23, and two periods may take 36.
    """
    alone, mean, spread = (
        service_simulate([8, 12], [2], 40, 50, periods=1000, **more)
        for more in ({}, {"demand_avg": 10}, {"demand_sd": 2})
    )
    assert alone == mean == spread
    wider = service_simulate([8, 12], [2], 40, 50, periods=1000, demand_sd=8)
    assert wider[0] < alone[0] == 1.0


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({6: "both"}, CellError.VALUE),
        ({2: [[1.0]]}, CellError.NUM),
        ({2: [[95.0]]}, CellError.NUM),
        ({3: 0.0}, CellError.NUM),
        ({3: -1.0, 6: "up to"}, CellError.NUM),
        ({7: 2e6}, CellError.NUM),
        ({9: 0.0}, CellError.NUM),
        ({10: -1.0}, CellError.NUM),
        ({0: [[0.0], [0.0]]}, CellError.DIV0),
        ({0: [[0.0], [0.0]], 9: 5.0}, CellError.DIV0),
        ({0: [[None]], 9: 5.0}, CellError.NA),
        ({3: 1e9, 7: 10.0}, CellError.NA),
    ],
)
def test_what_cannot_be_simulated_is_an_error_of_its_kind(more: dict[int, object], error: CellError) -> None:
    cells: list[object] = [STEADY, TWO, [[0.9]], 50.0, 1.0, "cycle", "lots", 100.0, 1.0, None, None]
    for place, value in more.items():
        cells[place] = value
    assert evaluate("REORDER_POINT_SIMULATE", *cells) is error
