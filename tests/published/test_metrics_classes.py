"""Published classes of items, each with its source in metrics_classes.json."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xlinventory import abc_class, demand_pattern, xyz_class
from xlinventory.core.classification import coefficient_of_variation

CASES = json.loads(Path(__file__).with_name("metrics_classes.json").read_text(encoding="utf-8"))
Case = Mapping[str, Any]


def xyz(case: Case) -> list[str]:
    """Two periods of demand that have the given coefficient of variation: 1 -+ cv / sqrt(2)."""
    apart = case["cv"] / np.sqrt(2)
    return xyz_class([[1 - apart, 1 + apart]], case["x_cut"], case["y_cut"]).tolist()


def by_items(case: Case) -> list[str]:
    """Classes by numbers of items are those of equal values, in the order of the items' own values."""
    ranked = np.argsort(-np.array(case["values"]), kind="stable")
    classes = np.empty(len(ranked), dtype=object)
    classes[ranked] = abc_class(
        np.ones(len(ranked)), case["a_items"], round(case["a_items"] + case["b_items"], 9)
    )
    return classes.tolist()


def pattern(case: Case) -> str:
    """A history of 100 demands that have the given interval and the given variation around 10."""
    periods, apart = round(100 * case["adi"]), 10 * np.sqrt(case["cv2"] * 99 / 100)
    history = np.zeros(periods)
    history[:100] = 10 + np.tile([apart, -apart], 50)
    return demand_pattern(history)


RUN: Mapping[str, Callable[[Case], Any]] = {
    "abc.class": lambda case: abc_class(case["values"], case["a_cut"], case["b_cut"]).tolist(),
    "abc.class_by_item_count": by_items,
    "xyz.class": xyz,
    "demand_class": pattern,
}


def of(*functions: str) -> Any:
    cases = [case for case in CASES if case["function"] in functions]
    return pytest.mark.parametrize("case", cases, ids=lambda case: case["id"])


@of(*RUN)
def test_published_class(case: Case) -> None:
    result, expected = RUN[case["function"]](case["inputs"]), case["expected"]
    wanted = expected["class"] if isinstance(expected, dict) else [expected]
    assert result == wanted


@of("cv")
def test_published_variation(case: Case) -> None:
    """The contract's variation has the sample's sd; two periods have any given one."""
    given, expected = case["inputs"], case["expected"]
    history = given.get("y") or given["mean"] + np.array([-1, 1]) * given["sd"] / np.sqrt(2)
    wanted = expected["cv_sample"] if isinstance(expected, dict) else expected
    assert coefficient_of_variation([history])[0] == pytest.approx(wanted, rel=1e-9)


@of("abc.share")
def test_published_shares_are_the_limits_of_the_classes(case: Case) -> None:
    """No function shows shares of value; the least a_share that makes an item an A is its cumulative one."""
    values, within = case["inputs"]["values"], case["tolerance"] / 100
    cumulative = np.cumsum(case["expected"]["share_percent"]) / 100
    for rank in range(1, len(values)):  # the first is an A whatever its share
        error = within * (rank + 1)
        assert abc_class(values, min(cumulative[rank] + error, 1), 1)[rank] == "A"
        assert abc_class(values, cumulative[rank] - error, 1)[rank] == "B"
