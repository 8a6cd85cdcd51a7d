"""Smoothing, Croston's family, accuracy and patterns against R, statsmodels, sktime and textbooks.

Every number in forecasting.json comes from the source it names. Left out of the collection it is taken from:
weighted_moving_average, which is no function of ours, and four demand_class cases that give ADI and CV²
instead of a history. By our definitions (Holt from y1 and y2 - y1, Holt-Winters from R's "simple" start)
these are not to be reproduced: holt#09 starts at the second point, holt_winters.*#04 from R's HoltWinters.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import xlinventory
from xlinventory.core.forecasting.smoothing import Constants, State, ahead_of, walk

CASES = json.loads((Path(__file__).parent / "forecasting.json").read_text(encoding="utf-8"))
OTHER_STARTS = {"second_point", "R_HoltWinters"}
VARIANTS = {"croston": "croston", "croston.sba": "sba", "croston.sbj": "sbj", "tsb": "tsb"}
PERCENT = {"MAPE"}


def of(*functions: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in CASES if case["function"] in functions]


def near(case: dict[str, Any], value: Any) -> Any:
    tolerance = case["tolerance"]
    return pytest.approx(
        value, **({"abs": tolerance} if tolerance >= 5e-5 else {"rel": max(tolerance, 1e-9)})
    )


@pytest.mark.parametrize("case", of(*VARIANTS))
def test_croston_family(case: dict[str, Any]) -> None:
    given = case["inputs"]
    pace = given.get("alpha_interval", given.get("alpha_probability"))
    rate = xlinventory.croston(
        given["y"], VARIANTS[case["function"]], given["alpha_demand"], pace, given["init"]
    )
    expected = case["expected"]
    assert rate == near(case, expected["forecast"] if isinstance(expected, dict) else expected)


def smoothing_arguments(case: dict[str, Any]) -> dict[str, Any]:
    given = case["inputs"]
    chosen = {"history": given["y"], "alpha": given["alpha"]}
    if case["function"] != "ses":
        chosen["beta"] = given.get("beta", given.get("beta_star"))
    if "gamma" in given:
        season = "mul" if case["function"].endswith("multiplicative") else "add"
        chosen |= {"gamma": given["gamma"], "season_length": given["m"], "season": season}
    return chosen


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in of("ses", "holt", "holt_winters.additive", "holt_winters.multiplicative")
        if case.values[0]["inputs"].get("init") not in OTHER_STARTS | {None}
    ],
)
def test_smoothing_with_given_constants(case: dict[str, Any]) -> None:
    expected = case["expected"]
    wanted = expected["forecast"] if "forecast" in expected else [expected["next"]]
    got = xlinventory.smooth(**smoothing_arguments(case), horizon=len(wanted))
    assert got.tolist() == near(case, wanted)


@pytest.mark.parametrize(
    "case", [case for case in of("holt", "holt.damped") if "level0" in case.values[0]["inputs"]]
)
def test_smoothing_from_a_given_start(case: dict[str, Any]) -> None:
    given, expected = case["inputs"], case["expected"]
    rows = np.array([given["y"]], dtype=float)
    start = State(np.array([given["level0"]]), np.array([given["trend0"]]), np.zeros((1, 1)))
    constants = Constants(
        given["alpha"], given.get("beta", given.get("beta_star")), 0.0, given.get("phi", 1.0)
    )
    fitted = []
    for step in walk(rows, start, constants):
        fitted.append(float(step.forecast[0]))
    wanted = expected.get("fitted", expected.get("fit"))
    assert fitted[: len(wanted)] == near(case, wanted[: len(fitted)])
    if "forecast" in expected:
        ahead = ahead_of(step.state, constants.phi, rows.shape[1], len(expected["forecast"]))
        assert ahead[0].tolist() == near(case, expected["forecast"])


@pytest.mark.parametrize("case", of("accuracy", "smape", "mase"))
def test_accuracy(case: dict[str, Any]) -> None:
    given, expected = case["inputs"], case["expected"]
    if not isinstance(expected, dict):
        expected = {"MASE": expected}
    names = {"ME": "BIAS", "smape_0_to_2": "SMAPE"}
    checked = 0
    for key, value in expected.items():
        metric = names.get(key, key)
        if metric not in {"MAE", "RMSE", "MAPE", "SMAPE", "BIAS", "MASE"}:
            continue
        got = xlinventory.forecast_error(
            given["actual"], given["forecast"], metric, given.get("train"), given.get("m", 1)
        )
        assert got * (100 if metric in PERCENT else 1) == near(case, value)
        checked += 1
    assert checked


@pytest.mark.parametrize("case", of("tracking_signal"))
def test_tracking_signal(case: dict[str, Any]) -> None:
    actual, forecast = case["inputs"]["actual"], case["inputs"]["forecast"]
    running = [xlinventory.tracking_signal(actual[:n], forecast[:n]) for n in range(1, len(actual) + 1)]
    assert running == near(case, case["expected"]["running"])


@pytest.mark.parametrize("case", of("demand_class"))
def test_demand_pattern(case: dict[str, Any]) -> None:
    """ADI is n / nonzero as the contract says, so trailing zeros count; tsintermittent leaves them out."""
    assert xlinventory.demand_pattern(case["inputs"]["y"]) == case["expected"]["class_from_adi"]


@pytest.mark.parametrize("case", of("moving_average"))
def test_moving_average(case: dict[str, Any]) -> None:
    history, expected = case["inputs"]["y"], case["expected"]
    assert case["inputs"]["n"] == 3  # sma is the mean of the last 3 periods
    ahead = [xlinventory.demand_forecast(history[:n], 1, "sma", 0)[0] for n in range(4, len(history) + 1)]
    assert ahead == near(case, expected["forecasts"][1:])  # the first is of 3 periods, too few for us
    assert ahead[-1] == near(case, expected["next"])
