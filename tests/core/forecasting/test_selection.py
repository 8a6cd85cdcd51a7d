"""What is chosen for each item, and the law it keeps: never worse than naive where it was held out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from xlinventory.core.forecasting.histories import first_periods
from xlinventory.core.forecasting.selection import (
    KINDS,
    SHARES,
    Choice,
    Trial,
    bias_of,
    chosen,
    chosen_without,
    default_window,
    first_tried,
    loss_of,
    only,
    tried,
)

Matrix = NDArray[np.float64]
NAN = np.nan
few = settings(max_examples=60, deadline=None)


def trial(**errors: list[float]) -> Trial:
    """One item with these held-out errors; mean and variance grow with the method's place."""
    places, missed = np.arange(1.0, 1 + len(errors)), np.array(list(errors.values()))
    variance = places[:, None, None] * np.ones((1, 2, 1))
    mean = 10 * variance[..., None]
    actual = np.where(np.isnan(missed[0]), NAN, 1.0)[None, None]
    return Trial(
        tuple(errors), mean, variance, variance / 10, np.full((2, 1), 9), actual, missed[:, None, None]
    )


def forecast(trial: Trial, choice: Choice) -> tuple[float, float, float]:
    """Mean, variance and carry taken from the end of the one history."""
    taken = choice.taken(trial, 0)
    return float(taken.mean[0, 0]), float(taken.variance[0]), float(taken.carry[0])


def loss(trial: Trial, choice: Choice, power: int = 1) -> float:
    return float(loss_of(choice.errors(trial), power).mean()[0])


def test_the_method_with_the_least_error_is_taken() -> None:
    rivals = trial(comb=[2.0, -1.2], theta=[0.5, -0.5], naive=[1.0, 1.0])
    found = chosen(rivals, 1)
    assert (found.method[0], found.naive_share[0]) == ("theta", 0)
    assert forecast(rivals, found) == (20, 2, 0.2)
    assert bias_of(found.errors(rivals))[0] == 0


def test_an_origin_may_be_left_out() -> None:
    """Theta is best in both windows together, but only because of the first."""
    errors = np.array([[2.0, 1.0], [0.0, 2.0], [9.0, 9.0]]).reshape(3, 1, 2, 1)
    ones = np.ones((3, 3, 1))
    rivals = Trial(
        ("comb", "theta", "naive"), ones[..., None], ones, ones, np.full((3, 1), 9), errors[0], errors
    )
    assert [found.method[0] for found in chosen_without(rivals, 1, (None, 0, 1))] == [
        "theta",
        "comb",
        "theta",
    ]


def test_the_first_is_taken_where_all_are_as_good() -> None:
    found = chosen(trial(comb=[0.0, 0.0], theta=[0.0, 0.0], naive=[0.0, 0.0]), 1)
    assert (found.method[0], found.naive_share[0]) == ("comb", 0)


def test_a_method_that_loses_to_naive_gets_as_much_of_it_as_it_takes() -> None:
    """Errors (2, -1.2) and (1, 1) mixed: (2 - s + 1.2 - 2.2 s) / 2 = 1.6 - 1.6 s <= 1 from s = 0.375 on."""
    rivals = trial(comb=[2.0, -1.2], naive=[1.0, 1.0])
    found = chosen(rivals, 1)
    assert found.method[0] == "comb"
    assert found.naive_share[0] == pytest.approx(0.4)
    assert forecast(rivals, found) == (pytest.approx(0.6 * 10 + 0.4 * 20), 1, 0.1)
    assert loss(rivals, found) == pytest.approx(1.6 - 1.6 * 0.4)


def test_the_method_that_needs_less_of_naive_is_taken() -> None:
    """Errors (1.5, 1.5) stay above (1, 1) whatever the share; (2, -1.2) is worse but needs 0.4."""
    found = chosen(trial(theta=[1.5, 1.5], comb=[2.0, -1.2], naive=[1.0, 1.0]), 1)
    assert (found.method[0], found.naive_share[0]) == ("comb", pytest.approx(0.4))


def test_naive_alone_is_taken_where_nothing_else_will_do() -> None:
    rivals = trial(comb=[1.6, 1.6], theta=[1.5, 1.5], naive=[1.0, 1.0])
    found = chosen(rivals, 1)
    assert (found.method[0], found.naive_share[0]) == ("naive", 1)
    assert forecast(rivals, found)[:2] == (30, 2)  # theta's spread: the best of the others says how it is


def test_squared_errors_may_choose_another_than_absolute_ones() -> None:
    """Means of 1.5 and 2 absolute, of 4.5 and 4 squared."""
    rivals = trial(comb=[3.0, 0.0], theta=[2.0, -2.0], naive=[9.0, 9.0])
    assert [chosen(rivals, power).method[0] for power in (1, 2)] == ["comb", "theta"]


def test_simple_smoothing_has_a_start_where_few_periods_are_held_out() -> None:
    """1.2 times the error of another is enough with 11 periods, not with 12."""
    for count, wanted in ((11, "ses"), (12, "theta")):
        rivals = trial(theta=[1.0] * count, ses=[1.2] * count, naive=[2.0] * count)
        assert chosen(rivals, 1).method[0] == wanted
        assert rivals.names[rivals.ranking(1)[0, 0]] == wanted


def test_without_anything_held_out_the_first_is_taken() -> None:
    rivals = trial(comb=[NAN], ses=[NAN], naive=[NAN])
    found = chosen(rivals, 1)
    assert (found.method[0], found.naive_share[0]) == ("comb", 0)
    assert np.isnan([loss(rivals, found), bias_of(found.errors(rivals))[0]]).all()


def test_a_method_asked_for_is_taken_as_it_is() -> None:
    rivals = trial(theta=[5.0, 7.0])
    found = first_tried(rivals)
    assert (found.method[0], found.naive_share[0], forecast(rivals, found)[0]) == ("theta", 0, 10)
    assert (loss(rivals, found), bias_of(found.errors(rivals))[0]) == (6, 6)


@few
@given(
    errors=arrays(
        np.float64, (4, 3, 6), elements=st.one_of(st.just(0.0), st.floats(-1, 1), st.integers(-3, 3))
    ),
    held_out=arrays(np.bool_, (3, 6)),
    power=st.sampled_from([1, 2]),
)
def test_no_choice_is_worse_than_naive(errors: Matrix, held_out: NDArray[np.bool_], power: int) -> None:
    errors = np.where(held_out, errors, NAN)[:, :, None]
    names, ones = ("comb", "theta", "ses", "naive"), np.ones((4, 2, 3))
    rivals = Trial(names, ones[..., None], ones, ones, np.full((2, 3), 9), errors[0], errors)
    found, losses = chosen(rivals, power), rivals.losses(power)
    seen = held_out.any(axis=1)
    own = loss_of(found.errors(rivals), power).mean()
    assert (own[seen] <= losses[-1, seen]).all()
    assert np.isin(found.naive_share, [*SHARES, 1]).all()
    assert ((found.naive_share == 1) == (found.method == "naive")).all()
    assert (found.naive_share[losses[:-1].min(axis=0) <= losses[-1]] == 0).all()


demands = st.one_of(st.just(NAN), st.just(0.0), st.integers(0, 30).map(float), st.floats(0, 1))


@few
@given(
    rows=arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(4, 40)), elements=demands),
    kind=st.sampled_from(sorted(KINDS)),
    season=st.sampled_from([0, 4]),
)
def test_no_forecast_is_worse_than_the_seasonal_naive_one_was(rows: Matrix, kind: str, season: int) -> None:
    rows[:, -1] = np.nan_to_num(rows[:, -1])
    season = season if kind == "seasonal" else 0
    power = KINDS[kind].loss_power
    found = tried(
        rows, season, 3, KINDS[kind].candidates, default_window(rows, KINDS[kind].parts), KINDS[kind].origins
    )
    assert found.names[-1] == ("snaive" if season else "naive")
    choice, naive = chosen(found, power), found.losses(power)[-1]
    own = loss_of(choice.errors(found), power).mean()
    assert (own[~np.isnan(naive)] <= naive[~np.isnan(naive)]).all()
    assert (choice.taken(found, 0).mean >= 0).all()


def test_windows_are_a_ninth_of_each_history_up_to_twelve() -> None:
    rows = np.full((3, 200), 1.0)
    rows[1, :182] = NAN
    rows[2, :196] = NAN
    assert first_periods(rows).tolist() == [0, 182, 196]
    assert default_window(rows, 9).tolist() == [12, 2, 1]


def test_errors_are_those_of_forecasts_from_four_origins() -> None:
    """Of 18 squares, naive from periods 16, 14, 12 and 10 misses the next two by the steps of squares."""
    row = np.arange(18.0)[None, :] ** 2
    found = tried(row, 0, 1, only("naive"), default_window(row, 9), 4)
    wanted = [value for last in (15, 13, 11, 9) for value in (2 * last + 1, 4 * last + 4)]
    assert found.errors[0, 0].ravel().tolist() == wanted
