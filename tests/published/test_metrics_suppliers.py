"""Published figures about suppliers, each with its source in metrics_suppliers.json."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import xlinventory

CASES = json.loads(Path(__file__).with_name("metrics_suppliers.json").read_text(encoding="utf-8"))
TODAY = 40886.0


def lines(good: int, total: int) -> tuple[np.ndarray, np.ndarray]:
    """*total* order lines of which *good* came on the day promised and the rest a day late."""
    promised = np.full(total, TODAY)
    return promised, promised + (np.arange(total) >= good)


def on_time(case: Mapping[str, Any]) -> float:
    return xlinventory.on_time_rate(*lines(case["on_time"], case["total"]))


def in_full_too(case: Mapping[str, Any]) -> float:
    """Half of the bad lines late, the other half short."""
    good, total = case["otif_orders"], case["total"]
    promised, received = lines((good + total) // 2, total)
    return xlinventory.on_time_rate(
        promised, received, np.full(total, 10.0), 10.0 - (np.arange(total) >= good)
    )


def lead_times(case: Mapping[str, Any]) -> dict[str, float]:
    days = np.array(case["values"], dtype=float)
    ordered = TODAY + np.arange(len(days))
    return {
        "mean": xlinventory.lead_time(ordered, ordered + days),
        "sd_sample": xlinventory.lead_time(ordered, ordered + days, statistic="sd"),
    }


def variance(case: Mapping[str, Any]) -> dict[str, Any]:
    money = xlinventory.price_variance(case["actual_price"], case["standard_price"], case["quantity"])
    return {"actual_minus_standard": money, "favourable": bool(money < 0)}


RUN: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "on_time_rate": on_time,
    "otif": in_full_too,
    "purchase_price_variance": variance,
    "lead_time_stats": lead_times,
    "defect_ppm": lambda case: xlinventory.defect_rate(case["defects"], case["total"]) * 1_000_000,
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_published(case: Mapping[str, Any]) -> None:
    result, expected = RUN[case["function"]](case["inputs"]), case["expected"]
    if not isinstance(expected, dict):
        result, expected = {"": result}, {"": expected}
    for key in set(expected) - {"sd_population"}:  # the contract's sd is the sample's
        assert result[key] == pytest.approx(expected[key], rel=1e-9, abs=case["tolerance"])
