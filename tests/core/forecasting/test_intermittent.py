"""Croston's family: its laws, an independent plain loop, and edges."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from xlinventory.core.errors import OutOfDomain
from xlinventory.core.forecasting.intermittent import VARIANTS, croston_rate

NAN = np.nan
now_and_then = st.lists(st.sampled_from([0.0, 0.0, 0.0, 1.0, 2.0, 5.0, 40.0]), min_size=4, max_size=40)
constant = st.floats(0.01, 1.0)
few = settings(max_examples=50, deadline=None)
each_variant = pytest.mark.parametrize("variant", VARIANTS)
each_start = pytest.mark.parametrize("start", ["naive", "mean"])


def rate(history: list[float], variant: str = "sba", *constants: float) -> float:
    return float(croston_rate(np.array([history]), variant, *constants)[0])


def croston_by_hand(history: list[float], alpha: float, beta: float) -> float:
    """Croston's method as it is told: at each demand, correct its size and how long it took to come."""
    size = interval = None
    waited = 0
    for demand in history:
        waited += 1
        if demand > 0:
            if size is None or interval is None:
                size, interval = demand, float(waited)
            else:
                size += alpha * (demand - size)
                interval += beta * (waited - interval)
            waited = 0
    return size / interval if size and interval else 0.0


def tsb_by_hand(history: list[float], alpha: float, beta: float) -> float:
    """TSB as it is told: at each demand correct its size, in each period the probability of one."""
    size = None
    probability = float(history[0] > 0)
    for period, demand in enumerate(history):
        if demand > 0:
            size = demand if size is None else size + alpha * (demand - size)
        if period:
            probability += beta * ((demand > 0) - probability)
    return probability * size if size else 0.0


@few
@given(histories=st.lists(now_and_then, min_size=1, max_size=4), alpha=constant, beta=constant)
def test_many_rows_at_once_are_each_walked_period_by_period(
    histories: list[list[float]], alpha: float, beta: float
) -> None:
    longest = max(map(len, histories))
    rows = np.array([[NAN] * (longest - len(history)) + history for history in histories])
    for variant, by_hand in (("croston", croston_by_hand), ("tsb", tsb_by_hand)):
        got = croston_rate(rows, variant, alpha, beta)
        np.testing.assert_allclose(got, [by_hand(h, alpha, beta) for h in histories], rtol=1e-9)


@few
@given(size=st.floats(0.1, 1e5), alpha=constant, beta=constant)
def test_demand_in_every_period_is_its_own_rate(size: float, alpha: float, beta: float) -> None:
    history = [size] * 10
    assert rate(history, "croston", alpha, beta) == pytest.approx(size)
    assert rate(history, "tsb", alpha, beta) == pytest.approx(size)
    assert rate(history, "sba", alpha, beta) == pytest.approx((1 - beta / 2) * size)
    assert rate(history, "sbj", alpha, beta) == pytest.approx((1 - beta / (2 - beta)) * size)


@each_variant
@few
@given(history=now_and_then, factor=st.floats(0.01, 100))
def test_rates_are_never_negative_and_scale(variant: str, history: list[float], factor: float) -> None:
    got = rate(history, variant)
    assert 0 <= got <= max(history) + 1e-9
    scaled = rate([factor * demand for demand in history], variant)
    assert scaled == pytest.approx(factor * got, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("variant", ["croston", "sba", "sbj"])
@few
@given(history=now_and_then, zeros=st.integers(1, 9))
def test_crostons_rates_do_not_see_zeros_after_the_last_demand(
    variant: str, history: list[float], zeros: int
) -> None:
    assert rate([*history, *[0.0] * zeros], variant) == pytest.approx(rate(history, variant))


@few
@given(history=now_and_then, beta=st.floats(0.01, 0.9))
def test_tsb_fades_with_each_zero(history: list[float], beta: float) -> None:
    """A constant of 1 forgets at once: the rate is 0 after the first zero."""
    assume(any(history))
    faded = [rate([*history, *[0.0] * zeros], "tsb", 0.1, beta) for zeros in range(4)]
    assert faded[0] > 0
    assert all(later < earlier or earlier == 0 for earlier, later in pairwise(faded))


@few
@given(history=now_and_then, beta=constant)
def test_the_corrections_take_off(history: list[float], beta: float) -> None:
    plain, sba, sbj = (rate(history, variant, 0.1, beta) for variant in ("croston", "sba", "sbj"))
    assert sbj <= sba + 1e-12
    assert sba <= plain + 1e-12


@each_variant
@each_start
def test_no_demand_is_a_rate_of_0(variant: str, start: str) -> None:
    assert croston_rate(np.array([[0.0] * 6, [NAN] * 6]), variant, start=start).tolist() == [0.0, 0.0]
    assert croston_rate(np.empty((0, 6)), variant, start=start).tolist() == []


@each_variant
@each_start
def test_missing_periods_do_not_count(variant: str, start: str) -> None:
    gaps = np.array([[NAN, NAN, 0, 3, NAN, 0, 0, 2, NAN]])
    whole = np.array([[0, 3, 0, 0, 2.0]])
    got = croston_rate(gaps, variant, start=start)
    np.testing.assert_allclose(got, croston_rate(whole, variant, start=start))


@each_variant
def test_a_grid_of_constants_is_each_of_them(variant: str) -> None:
    rows = np.array([[0, 3, 0, 0, 2, 5.0], [NAN, NAN, 1, 0, 4, 0]])
    grid = np.array([[0.1], [0.4]])
    wanted = [croston_rate(rows, variant, alpha, alpha) for alpha in (0.1, 0.4)]
    np.testing.assert_allclose(croston_rate(rows, variant, grid, grid), wanted)


@each_variant
@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_very_large_and_very_small_demands_are_as_any_other(variant: str, scale: float) -> None:
    history = [0.0, 3.0, 0.0, 0.0, 2.0, 5.0, 0.0]
    got = rate([demand * scale for demand in history], variant)
    assert got == pytest.approx(rate(history, variant) * scale, rel=1e-9)


def test_bad_values_are_refused() -> None:
    with pytest.raises(OutOfDomain, match="history must be >= 0, got -1"):
        rate([1.0, -1.0, 2.0, 3.0])
    with pytest.raises(OutOfDomain, match=r"alpha_demand must be from 0 to 1, got 1\.5"):
        rate([1.0, 1.0, 2.0, 3.0], "sba", 1.5)
    with pytest.raises(OutOfDomain, match="alpha_interval"):
        rate([1.0, 1.0, 2.0, 3.0], "sba", 0.1, -0.5)
