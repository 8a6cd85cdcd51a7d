"""Published classes of items, each with its source in metrics_classes.json.

Left out, since no worksheet function gives them: shares of value (abc.share), ABC by numbers of items
(abc.class_by_item_count), the ratio of a given sd and mean (cv#01), units filled (fill_rate.units).
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xlinventory import abc_class, xyz_class
from xlinventory.core.classification import coefficient_of_variation

CASES = json.loads(Path(__file__).with_name("metrics_classes.json").read_text(encoding="utf-8"))
Case = Mapping[str, Any]


def xyz(case: Case) -> list[str]:
    """Two periods of demand that have the given coefficient of variation: 1 -+ cv / sqrt(2)."""
    apart = case["cv"] / np.sqrt(2)
    return xyz_class([[1 - apart, 1 + apart]], case["x_cut"], case["y_cut"]).tolist()


RUN: Mapping[str, Callable[[Case], Any]] = {
    "abc.class": lambda case: abc_class(case["values"], case["a_cut"], case["b_cut"]).tolist(),
    "xyz.class": xyz,
    "cv": lambda case: coefficient_of_variation([case["y"]])[0],
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_published(case: Case) -> None:
    result, expected = RUN[case["function"]](case["inputs"]), case["expected"]
    if case["function"] == "cv":  # the contract's cv has the sample's sd
        assert result == pytest.approx(expected["cv_sample"], rel=1e-9)
    else:
        assert result == (expected["class"] if isinstance(expected, dict) else [expected])
