"""Demand patterns and what all history functions share."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from xlinventory.core.errors import NotEnoughData, OutOfDomain, UndefinedRatio, WrongInput
from xlinventory.core.forecasting import histories, patterns
from xlinventory.core.forecasting.patterns import demand_pattern, demand_patterns

NAN = np.nan
now_and_then = st.lists(st.sampled_from([0.0, 0.0, 0.0, 1.0, 2.0, 5.0, 40.0]), min_size=4, max_size=40)
few = settings(max_examples=50, deadline=None)


def test_limits_count_as_high() -> None:
    """33 periods to 25 demands are 1.32; 3, 3, 10, 17, 17 have mean 10 and sample variance 49."""
    assert demand_pattern([*[1.0] * 25, *[0.0] * 8]) == "intermittent"
    assert demand_pattern([*[1.0] * 26, *[0.0] * 8]) == "smooth"
    assert demand_pattern([3, 3, 10, 17, 17]) == "erratic"
    assert demand_pattern([3.01, 3, 10, 17, 17]) == "smooth"
    assert demand_pattern([3, 3, 10, 17, 17, 0, 0]) == "lumpy"


def test_a_single_demand_does_not_vary() -> None:
    """The sample sd of one value is not defined; few demands in a long history are no reason for an error."""
    assert demand_pattern([0, 0, 0, 7]) == "intermittent"


@few
@given(history=now_and_then, factor=st.floats(0.1, 10), seed=st.integers(0, 99))
def test_scale_and_order_do_not_matter(history: list[float], factor: float, seed: int) -> None:
    assume(any(history))
    rows = np.array([history])
    shuffled = np.random.default_rng(seed).permutation(history)
    assert demand_pattern(shuffled) == demand_pattern(history)
    assert patterns.mean_interval(rows)[0] >= 1
    variation = patterns.size_variation(rows)
    np.testing.assert_allclose(patterns.size_variation(rows * factor), variation, rtol=1e-9, atol=1e-12)


@few
@given(history=now_and_then)
def test_interval_and_variation_are_those_of_their_definitions(history: list[float]) -> None:
    sizes = [demand for demand in history if demand > 0]
    assume(len(sizes) > 1)
    rows = np.array([[NAN, *history]])
    assert patterns.mean_interval(rows)[0] == pytest.approx(len(history) / len(sizes))
    wanted = (np.std(sizes, ddof=1) / np.mean(sizes)) ** 2
    assert patterns.size_variation(rows)[0] == pytest.approx(wanted, abs=1e-12)


@few
@given(histories_=st.lists(now_and_then, min_size=1, max_size=5))
def test_many_rows_at_once_have_the_pattern_of_each(histories_: list[list[float]]) -> None:
    longest = max(map(len, histories_))
    rows = [[NAN] * (longest - len(history)) + history for history in histories_]
    wanted = [demand_pattern(history) if any(history) else "" for history in histories_]
    assert demand_patterns(rows).tolist() == wanted


def test_rows_without_a_pattern_are_left_empty() -> None:
    rows = [[NAN, NAN, 1, 2, 3], [0, 0, 0, 0, 0], [NAN] * 5, [5, 5, 5, 5, 5]]
    assert demand_patterns(rows).tolist() == ["", "", "", "smooth"]


@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_very_large_and_very_small_demands_have_the_pattern_of_any_other(scale: float) -> None:
    assert demand_pattern(np.array([0, 2, 0, 1, 0, 11, 0, 0]) * scale) == "lumpy"


@pytest.mark.parametrize(
    ("history", "error"),
    [
        ([1, 2, NAN, 3], NotEnoughData),
        ([0, 0, 0, 0], UndefinedRatio),
        ([0, -1, 0, 0], OutOfDomain),
        ([1, 2, 3, np.inf], OutOfDomain),
    ],
)
def test_what_has_no_pattern_is_refused(history: list[float], error: type[Exception]) -> None:
    with pytest.raises(error):
        demand_pattern(history)


class TestHistories:
    def test_one_history_is_one_row(self) -> None:
        assert histories.history_rows([1, 2, 3]).shape == (1, 3)
        with pytest.raises(WrongInput, match="3 dimensions"):
            histories.history_rows(np.zeros((2, 2, 2)))

    def test_what_is_known_is_counted_and_carried_forward(self) -> None:
        rows = np.array([[NAN, 1, NAN, 3]])
        assert histories.known_counts(rows).tolist() == [2]
        np.testing.assert_array_equal(histories.carried_forward(rows), [[NAN, 1, 1, 3]])

    def test_scales_are_powers_of_two_above_every_value(self) -> None:
        rows = np.array([[1e300, -3e300], [NAN, 5e-324], [0, 0], [0.75, -0.5]])
        scale = histories.powers_of_two(rows)
        np.testing.assert_array_equal(np.frexp(scale)[0], np.full((4, 1), 0.5))
        assert np.nanmax(np.abs(rows / scale)) <= 1
        assert scale[2:].ravel().tolist() == [1.0, 1.0]
