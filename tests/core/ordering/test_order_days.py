"""Order days against Python's own calendar, and how far a decision looks ahead."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlinventory.core.ordering.order_days import ANY_DAY, last_order_day, order_days

EPOCH = dt.date(1899, 12, 30)
days, weekdays, reviews = st.integers(1000, 80_000), st.integers(0, 6), st.floats(1, 40)


def weekday_of(day: float) -> int:
    return (EPOCH + dt.timedelta(days=day)).weekday()


@given(today=days, weekday=weekdays, review=reviews)
def test_orders_go_out_on_their_weekday_and_the_next_after_the_next_review(
    today: int, weekday: int, review: float
) -> None:
    found = order_days(today, np.array([weekday]), review)
    first, following = found.first[0], found.following[0]
    assert weekday_of(first) == weekday_of(following) == weekday
    assert today <= first < today + 7
    assert following >= max(first + 7, today + review)
    assert following < max(first + 7, today + review) + 7


@given(today=days, weekday=weekdays, review=reviews)
def test_waiting_for_the_next_order_day_is_no_longer_than_a_review_for_what_is_due_after_the_look_ahead(
    today: int, weekday: int, review: float
) -> None:
    found = order_days(today, np.array([weekday]), review)
    due = today + found.look_ahead[0]
    assert found.following[0] - due <= review + 1e-9
    assert found.look_ahead[0] >= 0


@given(today=days, review=reviews)
def test_on_any_day_nothing_is_looked_ahead(today: int, review: float) -> None:
    found = order_days(today, np.array([ANY_DAY]), review)
    assert (found.first[0], found.following[0], found.look_ahead[0]) == (today, today + review, 0)


@pytest.mark.parametrize(
    ("review", "ahead"),
    [(7.0, 0.0), (1.0, 6.0), (14.0, 0.0), (10.0, 4.0)],
)
def test_on_an_order_day_the_look_ahead_is_what_the_review_does_not_cover(
    review: float, ahead: float
) -> None:
    """9 December 2011 was a Friday; the next Fridays a review reaches are 7, 7, 14 and 14 days later."""
    assert order_days(40886, np.array([4]), review).look_ahead[0] == ahead


@given(day=st.floats(2000, 80_000), weekday=weekdays, before=st.integers(0, 40))
def test_the_last_order_day_is_that_weekday_within_a_week_before(
    day: float, weekday: int, before: int
) -> None:
    first = order_days(np.floor(day) - before, np.array([weekday]), 7.0).first
    found = last_order_day(np.array([day]), np.array([weekday]), first)[0]
    assert weekday_of(found) == weekday
    assert found == first[0] or day - 7 < found <= day


def test_a_day_that_never_comes_has_no_last_order_day() -> None:
    found = last_order_day(np.array([np.nan, 40890.7]), np.array([0, ANY_DAY]), np.array([40886.0, 40886.0]))
    np.testing.assert_array_equal(found, [np.nan, 40890.0])
