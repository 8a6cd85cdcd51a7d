"""Turnover, days, GMROI, sell-through and stock age against published examples.

The cases are in metrics_turnover.json with their sources. The layers that one of them also gives are checked
in test_valuation.py.
"""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

import xlinventory
from xlinventory.core.turnover import average_age

CASES = json.loads((Path(__file__).parent / "metrics_turnover.json").read_text(encoding="utf-8"))


def average_of(inputs: dict[str, Any]) -> float:
    return inputs.get("average_inventory", sum(inputs.get(name, 0) for name in ("opening", "closing")) / 2)


def turnover(inputs: dict[str, Any]) -> Any:
    return xlinventory.inventory_turnover(inputs["cogs"], average_of(inputs))


def days(inputs: dict[str, Any]) -> Any:
    if "turnover" in inputs:  # a stock of 1 turned so often
        return xlinventory.days_inventory(inputs["turnover"], 1, inputs["days"])
    return xlinventory.days_inventory(inputs["cogs"], average_of(inputs), inputs["days"])


def aged(inputs: dict[str, Any]) -> Any:
    """Units in each bucket of a ledger, or of layers given by their age."""
    as_of = dt.date.fromisoformat(inputs.get("as_of", "2024-05-01"))
    layers = inputs.get("layers", [])
    moves = inputs.get("transactions") or [
        [as_of - dt.timedelta(days=age), units] for units, age in reversed(layers)
    ]
    rows = xlinventory.stock_age(
        [move[0] for move in moves], [move[1] for move in moves], [1.0] * len(moves), as_of, inputs["buckets"]
    )
    return [row[1] for row in rows]


FUNCTIONS = {
    "inventory_turnover": turnover,
    "ratio_turnover": lambda given: xlinventory.inventory_turnover(given["numerator"], given["average"]),
    "days_sales_inventory": days,
    "gmroi": lambda given: xlinventory.gmroi(given["gross_margin"], given["average_inventory_cost"]),
    "sell_through": lambda given: xlinventory.sell_through(given["units_sold"], given["units_received"]),
    "ageing": aged,
    "ageing.from_ledger": aged,
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_published_example(case: dict[str, Any]) -> None:
    expected = case["expected"]
    wanted = expected["qty"] if isinstance(expected, dict) else expected
    tolerance = case["tolerance"]
    wide = {"abs": tolerance} if tolerance >= 5e-5 else {"rel": tolerance}
    assert FUNCTIONS[case["function"]](case["inputs"]) == pytest.approx(wanted, **wide)


AGED = [case for case in CASES if "average_age" in str(case["expected"])]


@pytest.mark.parametrize("case", AGED, ids=lambda case: case["id"])
def test_published_average_age(case: dict[str, Any]) -> None:
    """Averaged over units, which is what the sources do, of the layers they give: (units, age in days)."""
    layers = case["inputs"].get("layers") or case["expected"]["layers"]
    units, ages = zip(*layers, strict=True)
    found = average_age(ages, units)
    assert found == pytest.approx(case["expected"]["average_age"], rel=1e-9)
