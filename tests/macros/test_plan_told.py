"""What Items says of the simulated check: the numbers of the sentence are those of the row."""

import re

import numpy as np
import pytest

from xlinventory.core.planning.check import Check
from xlinventory.macros.plan_told import check_sentences

NAN = np.nan


def told(point: float, *, used: bool = True, **figures: float) -> str:
    """The sentence of an item with a target of 90 % at that reorder point."""
    names = dict.fromkeys(Check._fields, 1.0) | {"change": 0.0, "known": 104.0} | figures
    found = Check(**{name: np.array([value]) for name, value in names.items()})
    (sentence,) = check_sentences([{"service_target": 0.9, "reorder_point": point}], found, used=used)
    return sentence


@pytest.mark.parametrize(
    ("point", "change", "middle"),
    [
        (1934896.0, 238804.0, "1,934,896: 238,804 more, 2,173,700"),
        (164.4, -13.0, "164: 13 fewer, 151"),
        (1.6397, 0.04227, "1.640: 0.042 more, 1.682"),
        (7.5, -3.25, "7.5: 3.2 fewer, 4.2"),
    ],
)
def test_what_is_moved_is_told_in_digits_that_add_up(point: float, change: float, middle: str) -> None:
    moved = {"service": 0.75, "change": change, "service_after": 0.903}
    start = f"simulated 75.0% for a target of 90.0% at a reorder point of {middle}, "
    assert told(point, **moved) == start + "reaches 90.3%"
    assert told(point, used=False, **moved) == start + "would reach 90.3%"
    old, by, new = (float(re.sub("[^0-9.]", "", part)) for part in re.split(" more, | fewer, |: ", middle))
    assert old + np.sign(change) * by == pytest.approx(new, abs=1.0 if change % 1 == 0 else 0.1)


def test_what_holds_needs_no_reason_and_what_is_not_simulated_no_sentence() -> None:
    assert told(10.0, service=0.915) == "simulated 91.5% for a target of 90.0%"
    assert told(10.0, service=NAN) == ""


@pytest.mark.parametrize(
    ("point", "figures", "reason"),
    [
        (10.0, {"known": 11.0}, "too little is known of the past to propose another level"),
        (10.0, {"orders_a_year": 0.0}, "it is never ordered in so long a time"),
        (0.0, {}, "no reorder point lies below 0"),
        (10.0, {}, "a unit fewer would miss it"),
    ],
)
def test_why_levels_stay_that_miss_their_target(point: float, figures: dict[str, float], reason: str) -> None:
    assert told(point, service=0.96, **figures) == f"simulated 96.0% for a target of 90.0%: {reason}"
