"""What the engine takes: every form of the same numbers, and each wrong argument refused in its own name."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from xlinventory import forecast_many
from xlinventory.core.errors import InventoryError, OutOfDomain, WrongInput

ROWS = np.random.default_rng(2).poisson([[20.0], [0.5], [9.0]], (3, 30))
NAN = np.nan


def read_only() -> Any:
    rows = ROWS * 1.0
    rows.flags.writeable = False
    return rows


@pytest.mark.parametrize(
    "history",
    [
        ROWS.tolist(),
        ROWS.astype(np.int32),
        ROWS.astype(np.float32),
        ROWS.astype(object),
        np.asfortranarray(ROWS * 1.0),
        (ROWS * 1.0)[:, ::-1][:, ::-1],
        read_only(),
        np.ma.masked_array(ROWS * 1.0, False),
    ],
    ids=["lists", "int32", "float32", "objects", "by_column", "strided", "read_only", "masked"],
)
def test_the_same_numbers_in_another_form_are_forecast_the_same(history: Any) -> None:
    options: dict[str, Any] = {"lead_time": 2, "levels": (0.9,), "outlier_z": 3.0, "groups": ["a"] * 3}
    plain = forecast_many(ROWS * 1.0, 12, 3, in_stock=np.ones(ROWS.shape), **options)
    other = forecast_many(history, 12, 3, in_stock=np.ones(ROWS.shape), **options)
    np.testing.assert_array_equal(other.mean, plain.mean)
    np.testing.assert_array_equal(other.lead_time_quantiles, plain.lead_time_quantiles)


@pytest.mark.parametrize("gap", [None, "masked"])
def test_a_masked_or_blank_period_is_a_missing_one(gap: str | None) -> None:
    missing = np.where(np.arange(30) == 11, NAN, ROWS)
    objects = np.where(np.isnan(missing), None, missing.astype(object))
    masked = np.ma.masked_array(np.where(np.isnan(missing), 1e6, missing), np.isnan(missing))
    found = forecast_many(objects if gap is None else masked)
    np.testing.assert_array_equal(found.mean, forecast_many(missing).mean)


@pytest.mark.parametrize("shape", [(3, 0), (0, 30), (3, 1)])
def test_no_items_and_no_periods_give_no_forecasts(shape: tuple[int, int]) -> None:
    found = forecast_many(
        np.ones(shape),
        1,
        2,
        lead_time=1,
        levels=(0.9, 0.5),
        in_stock=np.ones(shape),
        outlier_z=3.0,
        groups=["a"] * shape[0],
        periods_per_year=12,
    )
    assert (found.mean.shape, found.lead_time_quantiles.shape) == ((shape[0], 2), (shape[0], 2))
    assert np.isnan(found.mean).all()


def test_levels_may_stand_in_any_order() -> None:
    one, other = (
        forecast_many(ROWS, lead_time=3, levels=levels).lead_time_quantiles
        for levels in ((0.99, 0.5, 0.9), (0.5, 0.9, 0.99))
    )
    np.testing.assert_array_equal(one[:, [1, 2, 0]], other)


def test_the_longest_horizon_is_forecast() -> None:
    assert np.isfinite(forecast_many(ROWS, 12, 1000).high).all()


@pytest.mark.parametrize("unknown", ["lead_time", "lead_time_sd", "review_period"])
def test_of_a_time_that_is_not_known_no_quantile_is(unknown: str) -> None:
    """Neither the mean nor the spread nor the review of one item is told for the other two."""
    times: dict[str, Any] = {"lead_time": 3.0, "lead_time_sd": 1.0, "review_period": 1.0}
    whole = forecast_many(ROWS, levels=(0.9,), calibration="shipped", **times).lead_time_quantiles
    times[unknown] = np.array([times[unknown], NAN, times[unknown]])
    found = forecast_many(ROWS, levels=(0.9,), calibration="shipped", **times).lead_time_quantiles
    assert np.isnan(found[1, 0])
    np.testing.assert_array_equal(found[[0, 2]], whole[[0, 2]])


def test_an_outlier_is_capped_beside_its_own_season() -> None:
    """A peak that every season has is no outlier of it; the one spike is, and the season is found without."""
    year = np.array([10.0, 12, 11, 13, 12, 11, 10, 12, 13, 11, 60, 90])
    rows = np.tile(year, 4)
    rows[14] = 400.0
    for season in (12, 1):
        found = forecast_many(rows, season, 12, outlier_z=4.0)
        assert found.season_length[0] == 12
        assert found.mean[0, 10:] == pytest.approx([60, 90], rel=0.1)
        assert found.mean[0, 2] == pytest.approx(11, rel=0.2)


def test_a_new_item_is_forecast_from_its_group_and_no_other_changes() -> None:
    """Five that sell 10 a period and a new one: mean 10, and nothing was held out of it."""
    rows = np.full((7, 24), 10.0)
    rows[:, ::2] += 1.0
    rows[6, :], rows[5, :22] = np.nan, np.nan
    times: dict[str, Any] = {"lead_time": [2.0] * 5 + [NAN, 2.0], "levels": (0.5, 0.95)}
    alone = forecast_many(rows, 0, 3, **times)
    found = forecast_many(rows, 0, 3, groups=["tea"] * 6 + [None], periods_per_year=12, **times)
    assert found.route.tolist() == ["smooth"] * 5 + ["analogue", ""]
    assert found.analogue.tolist() == [""] * 5 + ["tea", ""]
    assert found.members.tolist() == [0] * 5 + [5, 0]
    assert found.known.tolist() == [24] * 5 + [2, 0]
    assert found.mean[5] == pytest.approx([10.5] * 3, rel=0.05)
    assert (found.low[5] < 10).all()
    assert (found.high[5] > 11).all()
    assert np.isnan([*found.lead_time_quantiles[5], found.error[5], *found.held_out[5], found.surge[5]]).all()
    np.testing.assert_array_equal(found.mean[:5], alone.mean[:5])
    np.testing.assert_array_equal(found.lead_time_quantiles[:5], alone.lead_time_quantiles[:5])


@pytest.mark.parametrize("labels", [[None] * 3, [NAN] * 3, [pd.NA] * 3, [1, 1, 1], ["a", "", None]])
def test_labels_of_any_kind_are_taken_and_no_label_is_no_group(labels: list[Any]) -> None:
    np.testing.assert_array_equal(forecast_many(ROWS, groups=labels).mean, forecast_many(ROWS).mean)


def test_as_many_groups_as_items_are_no_trouble() -> None:
    rows = np.tile(ROWS, (700, 1))[:, :5] * 1.0
    found = forecast_many(rows, groups=[f"group {item}" for item in range(len(rows))])
    assert not found.analogue.any()


@pytest.mark.parametrize(
    ("argument", "value", "error"),
    [
        ("history", [[1, 2], [3]], WrongInput),
        ("history", {}, WrongInput),
        ("season_length", "year", WrongInput),
        ("season_length", [12, 12, 12], WrongInput),
        ("season_length", 10_001, OutOfDomain),
        ("horizon", None, OutOfDomain),
        ("horizon", [1], WrongInput),
        ("lead_time", "soon", WrongInput),
        ("lead_time", np.inf, OutOfDomain),
        ("lead_time_sd", -1, OutOfDomain),
        ("lead_time_sd", [[1, 2, 3]], WrongInput),
        ("review_period", -1, OutOfDomain),
        ("levels", "high", WrongInput),
        ("levels", (0.9, NAN), OutOfDomain),
        ("method", None, WrongInput),
        ("method", ["auto", "ses"], WrongInput),
        ("coverage", 0, OutOfDomain),
        ("coverage", [0.5, 0.9], WrongInput),
        ("calibration", "mine", WrongInput),
        ("in_stock", np.ones((3, 29)), WrongInput),
        ("in_stock", [["full"] * 30] * 3, WrongInput),
        ("in_stock", np.full((3, 30), 1.01), OutOfDomain),
        ("outlier_z", -1, OutOfDomain),
        ("outlier_z", NAN, OutOfDomain),
        ("outlier_z", [3, 3], WrongInput),
        ("groups", ["a"] * 2, WrongInput),
        ("groups", "abc", WrongInput),
        ("periods_per_year", 12.5, OutOfDomain),
        ("periods_per_year", -1, OutOfDomain),
        ("periods_per_year", 10**30, OutOfDomain),
        ("periods_per_year", "monthly", WrongInput),
        ("processes", 0, OutOfDomain),
        ("processes", 1.5, OutOfDomain),
        ("processes", 1_001, OutOfDomain),
    ],
)
def test_an_error_names_its_argument(argument: str, value: Any, error: type[InventoryError]) -> None:
    with pytest.raises(error, match=f"^{argument} must .*, got "):
        forecast_many(**{"history": ROWS, argument: value})


def test_wrong_groups_are_refused_before_the_work() -> None:
    shares: list[float] = []
    with pytest.raises(WrongInput, match="groups must be one per item"):
        forecast_many(ROWS, groups=["a"], progress=shares.append)
    assert not shares


def test_a_year_that_is_not_known_shows_no_surge() -> None:
    """A peak of the same periods a year ago is told with 12 periods a year, not with 0 or None."""
    rows = [[10.0, 11, 30, 31, 32, 9, 11, 10, 9, 10, 11, 10, 10, 11]]
    surges = [float(forecast_many(rows, 0, 3, periods_per_year=year).surge[0]) for year in (12, 0, None)]
    assert surges[0] > 2
    assert np.isnan(surges[1:]).all()


def test_times_that_together_reach_too_far_are_refused() -> None:
    with pytest.raises(OutOfDomain, match=r"must end within 1,000 periods, got 1200"):
        forecast_many(ROWS, lead_time=600, review_period=600)
    with pytest.raises(OutOfDomain, match=r"must end within 1,000 periods, got"):
        forecast_many(ROWS, lead_time=900, lead_time_sd=900)


def test_a_message_about_a_large_array_is_short() -> None:
    with pytest.raises(WrongInput) as refused:
        forecast_many(["x"] * 10_000)
    assert len(str(refused.value)) < 200
