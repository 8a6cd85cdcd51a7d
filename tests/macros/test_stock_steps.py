"""The steps that the simulated check goes in, worked by hand on a few days of one item."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from xlinventory.macros.stock_steps import Steps, demand_steps, step_days

NAN = np.nan
MONDAY = 44998.0  # 13 March 2023
HISTORY = np.array([[70.0, 70.0]])


@pytest.mark.parametrize(
    ("review", "period", "steps", "days"),
    [
        (7.0, "week", 1, 7.0), (1.0, "week", 1, 1.0), (1.5, "week", 1, 1.5), (10.0, "week", 2, 5.0),
        (14.0, "week", 2, 7.0), (45.0, "month", 2, 22.5), (2.5, "day", 3, 2.5 / 3),
        (365.25 / 12, "month", 1, 365.25 / 12),
    ],
)  # fmt: skip
def test_whole_steps_lie_between_two_reviews(review: float, period: str, steps: int, days: float) -> None:
    found = step_days(review, period)
    assert found == pytest.approx(days)
    assert review / found == pytest.approx(steps)


def sold(*units: float, stock: float = 1000.0) -> pd.DataFrame:
    """So many units sold each day from that Monday on, of *stock* there is."""
    days = [MONDAY, *(MONDAY + np.flatnonzero(units))]
    return pd.DataFrame(
        {
            "date": days, "sku": "A", "kind": ["OPENING"] + ["SALE"] * (len(days) - 1),
            "quantity": [stock, *(-unit for unit in units if unit)],
        }
    )  # fmt: skip


def weeks(**columns: list[object]) -> pd.DataFrame:
    """Two weeks of Demand."""
    rows = {
        "sku": ["A"] * 2, "period": [MONDAY, MONDAY + 7], "sold": [70.0] * 2, "demand": [70.0] * 2,
        "override": [NAN] * 2, "event": [""] * 2,
    }  # fmt: skip
    return pd.DataFrame(rows | columns)


def steps(movements: pd.DataFrame, demand: pd.DataFrame, review: float, as_of: float = MONDAY + 13) -> Steps:
    return demand_steps(movements, demand, pd.Series(["A"]), HISTORY, "week", as_of, review)


FORTNIGHT = sold(*range(1, 15))
"""1 unit on the first day, 14 on the last."""


def test_a_review_of_whole_periods_goes_by_demand() -> None:
    for review in (7.0, 14.0):
        assert steps(FORTNIGHT, weeks(), review).demand is HISTORY


def test_demand_that_was_typed_without_movements_is_all_there_is() -> None:
    assert steps(FORTNIGHT.iloc[:0], weeks(), 1.0).demand is HISTORY


def test_more_frequent_reviews_go_by_the_days_between_them() -> None:
    assert_array_equal(steps(FORTNIGHT, weeks(), 1.0).demand, [np.arange(1.0, 15)])
    found = steps(FORTNIGHT, weeks(), 10.0)  # two steps of five days, the last ends today
    assert_array_equal(found.demand, [[5 + 6 + 7 + 8 + 9, 10 + 11 + 12 + 13 + 14]])
    assert found.days == 5.0


def test_without_a_date_today_is_the_day_of_the_last_movement() -> None:
    assert_array_equal(steps(FORTNIGHT, weeks(), 1.0, NAN).demand, [np.arange(1.0, 15)])


def test_days_of_an_event_tell_nothing() -> None:
    found = steps(FORTNIGHT, weeks(event=["fair", ""], demand=[NAN, 70.0]), 1.0).demand
    assert_array_equal(found, [[NAN] * 7 + list(range(8, 15))])
    both = steps(FORTNIGHT, weeks(event=["fair", ""], demand=[NAN, 70.0]), 5.5).demand
    assert_array_equal(both, [[NAN, 60.0]])  # Friday to Tuesday has three days of it


def test_sales_count_by_what_is_learned_from() -> None:
    """Overridden by half as much in one week, capped to a tenth in the other."""
    demand = weeks(override=[35.0, NAN], demand=[35.0, 7.0])
    found = steps(FORTNIGHT, demand, 1.0).demand
    np.testing.assert_allclose(found, [[*np.arange(1.0, 8) / 2, *np.arange(8.0, 15) / 10]])


def test_of_what_was_not_sold_the_days_are_not_known() -> None:
    """The planner says that 50 would have been sold in the first week; none were."""
    movements = sold(*[0] * 7, *[10] * 7)
    found = steps(movements, weeks(sold=[0.0, 70.0], override=[50.0, NAN], demand=[50.0, 70.0]), 1.0).demand
    assert_array_equal(found, [[NAN] * 7 + [10.0] * 7])
    nothing = weeks(sold=[0.0, 70.0], override=[0.0, NAN], demand=[0.0, 70.0])
    assert_array_equal(steps(movements, nothing, 1.0).demand, [[0.0] * 7 + [10.0] * 7])


def test_what_the_latest_days_sold_counts_though_their_week_is_not_over() -> None:
    found = steps(FORTNIGHT, weeks().iloc[:1], 1.0)
    assert_array_equal(found.demand, [np.arange(1.0, 15)])


def test_days_mostly_without_stock_tell_nothing() -> None:
    """12 units last five days of the ten at hand: the step of days 6 to 10 has none, that before all."""
    movements = sold(4, 2, 2, 2, 2, 0, 0, 0, 0, 0, stock=12.0)
    found = steps(movements, weeks(), 10.0, MONDAY + 9).demand
    assert_array_equal(found, [[12.0, NAN]])
    later = steps(movements, weeks(), 10.0, MONDAY + 7).demand  # of days 4 to 8 two had stock
    assert_array_equal(later, [[NAN]])
