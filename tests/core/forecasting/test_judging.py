"""What the engine tells of its choice: never worse than naive, and each number worked out again."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from xlinventory import Forecasts, forecast_many
from xlinventory.core.errors import NotEnoughData
from xlinventory.core.forecasting.accuracy import forecast_error
from xlinventory.core.forecasting.ranking import Ranked, ranked_methods

Matrix = NDArray[np.float64]
NAN = np.nan
few = settings(max_examples=40, deadline=None)
PARTS = {"seasonal": 8, "smooth": 8, "intermittent": 9}
"""An origin's window is one of so many parts of the history, of 12 periods at most."""
ORIGINS = {"seasonal": 3, "smooth": 3, "intermittent": 6}


def portfolio(periods: int = 48) -> Matrix:
    """Every road: steady, trending, noisy and random walks, three seasonal items, three rare ones."""
    rng, time = np.random.default_rng(57), np.arange(periods)
    wave = 60 + 30 * np.sin(time * np.pi / 6)
    return np.stack(
        [
            rng.normal(100, 5, periods),
            20 + 2 * time + rng.normal(0, 4, periods),
            rng.gamma(2, 10, periods),
            *(50 + np.abs(np.cumsum(rng.normal(0, 9, (3, periods)), axis=1))),
            *(wave * rng.uniform(0.8, 1.2, (2, periods))),
            wave + np.abs(np.cumsum(rng.normal(0, 20, periods))),
            *rng.poisson([[0.3], [0.8]], (2, periods)).astype(float),
            np.where(rng.random(periods) < 0.3, rng.integers(1, 60, periods), 0).astype(float),
        ]
    )


@pytest.fixture(scope="module")
def rows() -> Matrix:
    return portfolio()


@pytest.fixture(scope="module")
def found(rows: Matrix) -> Forecasts:
    return forecast_many(rows, 1, 2)


def test_the_portfolio_takes_every_road_and_some_of_naive(found: Forecasts) -> None:
    """Else the tests below would say less than they seem to."""
    assert set(found.route) == set(PARTS)
    assert {"naive", "snaive"} & set(found.runner_up)
    assert ((found.naive_share > 0) & (found.naive_share < 1)).any()


def origins(row: Matrix, route: str) -> list[tuple[int, int]]:
    """Begin and end of each held-out window, the latest first."""
    window = int(np.clip(len(row) // PARTS[route], 1, 12))
    ends = [len(row) - window * back for back in range(ORIGINS[route])]
    return [(end - window, end) for end in ends]


def foretold(row: Matrix, method: str, begin: int, end: int, length: int) -> Matrix:
    """What the named method would have said of these periods before they came."""
    return forecast_many(row[:begin], length, end - begin, method=method).mean[0]


def test_held_out_is_what_would_have_been_foreseen(rows: Matrix, found: Forecasts) -> None:
    """The chosen method, with its share of naive, on histories cut off by hand."""
    for item, row in enumerate(rows):
        route, share, wanted = found.route[item], found.naive_share[item], np.full(len(row), NAN)
        for begin, end in origins(row, route):
            length = int(found.season_length[item])
            own = foretold(row, found.method[item], begin, end, length)
            naive = foretold(row, "snaive" if length else "naive", begin, end, length)
            wanted[begin:end] = (1 - share) * own + share * naive
        np.testing.assert_allclose(found.held_out[item], wanted, rtol=1e-9, err_msg=str(item))


def test_bias_and_error_follow_from_what_was_held_out(rows: Matrix, found: Forecasts) -> None:
    for item, row in enumerate(rows):
        told = found.held_out[item]
        assert found.bias[item] == pytest.approx(np.nanmean(row - told))
        mase = forecast_error(row, told, "MASE", row, max(int(found.season_length[item]), 1))
        assert found.error[item] == pytest.approx(mase), item


def test_the_errors_of_the_losers_are_theirs(rows: Matrix, found: Forecasts) -> None:
    """Each method by its own name, but the combination, which is another one within a season."""
    for item, row in enumerate(rows):
        length = int(found.season_length[item])
        tried = dict(zip(found.candidates, found.candidate_errors[item], strict=True))
        for method in ("theta", "ses", "slow", "fading", "naive", "snaive"):
            if not np.isnan(tried[method]):
                told = np.full(len(row), NAN)
                for begin, end in origins(row, found.route[item]):
                    told[begin:end] = foretold(row, method, begin, end, length)
                assert tried[method] == pytest.approx(forecast_error(row, told, "MASE", row, max(length, 1)))
        assert found.naive_error[item] == tried["snaive" if length else "naive"]
        assert found.runner_up_error[item] == tried[found.runner_up[item]]
        assert found.runner_up[item] != found.method[item]


demand = st.one_of(st.just(NAN), st.just(0.0), st.integers(0, 30).map(float), st.floats(0, 1e4))
histories = st.tuples(st.integers(1, 3), st.integers(4, 40)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=demand)
)
frequent = st.tuples(st.integers(1, 3), st.integers(8, 40)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(1, 60).map(float))
)


@few
@given(st.one_of(histories, frequent), st.sampled_from([0, 1, 4]))
def test_no_forecast_was_worse_than_naive_where_it_was_held_out(rows: Matrix, length: int) -> None:
    """By absolute error, or, where demand is rare and some was wanted, by squared error."""
    found = forecast_many(rows, length)
    by_mase = (found.error <= found.naive_error * (1 + 1e-9)) | np.isnan(found.naive_error)
    for item, row in enumerate(rows):
        told = found.held_out[item]
        seen = ~np.isnan(told) & ~np.isnan(row)
        candidates = found.candidate_errors[item, : found.candidates.index("snaive")]
        rare = not np.isnan(candidates[found.candidates.index("slow")])
        if not seen.any() or not rare:
            assert by_mase[item]
        elif row[seen].any():
            naive = held_out_naive(row, int(np.flatnonzero(~np.isnan(row))[0]))
            assert np.mean((row - told)[seen] ** 2) <= np.nanmean((row - naive) ** 2) * (1 + 1e-9)
        else:
            assert np.isnan(found.error[item])


def test_demand_before_the_first_origin_that_can_be_judged_is_not_held_out() -> None:
    """Only the last period has 3 known ones before it; that none was wanted then is no reason for none."""
    found = forecast_many([0.0, 0, 1, 0], 0)
    assert (found.method[0], found.naive_share[0]) == ("comb", 0)
    assert found.mean[0, 0] > 0
    assert np.isnan(found.error[0])


def held_out_naive(row: Matrix, first: int) -> Matrix:
    """The last known demand before each of six windows of a ninth, from three known periods on."""
    window, told = int(np.clip((len(row) - first) // 9, 1, 12)), np.full(len(row), NAN)
    for back in range(1, 7):
        begin = len(row) - back * window
        known = row[: max(begin, 0)][~np.isnan(row[: max(begin, 0)])]
        if len(known) >= 3:
            told[begin : begin + window] = known[-1]
    return told


def assert_ranked_as_chosen(ranked: Ranked, found: Forecasts, item: int) -> None:
    assert ranked.methods[:2] == (found.method[item], found.runner_up[item])
    tried = dict(zip(found.candidates, found.candidate_errors[item], strict=True))
    assert set(ranked.methods) == {name for name, error in tried.items() if not np.isnan(error)}
    assert ranked.errors[0] == pytest.approx(found.error[item])
    for name, error in zip(ranked.methods[1:], ranked.errors[1:], strict=True):
        assert error == pytest.approx(tried[name])


def test_the_method_told_for_one_history_is_the_one_it_is_forecast_by(rows: Matrix, found: Forecasts) -> None:
    for item, row in enumerate(rows):
        assert_ranked_as_chosen(ranked_methods(row, 1), found, item)


@few
@given(frequent, st.sampled_from([0, 1, 4, 12]))
def test_so_it_is_for_any_history_and_season(rows: Matrix, length: int) -> None:
    found = forecast_many(rows, length)
    for item, row in enumerate(rows):
        ranked: Any = ranked_methods(row, length)
        assert ranked.methods[:2] == (found.method[item], found.runner_up[item])
        np.testing.assert_allclose(ranked.errors[0], found.error[item])
        np.testing.assert_allclose(ranked.errors[1], found.runner_up_error[item])


def test_nothing_held_out_ranks_nothing_and_chooses_the_first() -> None:
    row = [5.0, 6, 7, 5, *[NAN] * 12]
    found = forecast_many(row, 0)
    assert (found.method[0], found.naive_share[0]) == ("comb", 0)
    assert np.isnan([found.error[0], found.naive_error[0], found.bias[0]]).all()
    with pytest.raises(NotEnoughData, match="no known period to hold out"):
        ranked_methods(row, 0)


def test_a_method_asked_for_has_no_rivals() -> None:
    found = forecast_many(portfolio(), 12, method="theta")
    assert found.candidates == ("theta",)
    np.testing.assert_array_equal(found.candidate_errors[:, 0], found.error)
    assert not any(found.runner_up)
    assert np.isnan([*found.runner_up_error, *found.naive_error]).all()
    assert not found.naive_share.any()
