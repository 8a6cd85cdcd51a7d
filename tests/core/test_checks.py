"""Domain checks: they name the argument, the rule and the first value, and NaN never passes one."""

import numpy as np
import pytest

from xlinventory.core.checks import above, at_least, finite, require, strictly_between, within
from xlinventory.core.errors import NotEnoughData, OutOfDomain


@pytest.mark.parametrize(
    ("check", "good", "bad", "rule"),
    [
        (lambda x: at_least(0, x=x), [0, 1, 1e300], [-1e-9, np.nan, np.inf], "x must be >= 0"),
        (lambda x: above(0, x=x), [1e-300, 1], [0, np.nan, np.inf], "x must be > 0"),
        (lambda x: finite(x=x), [-1, 0, 1e300], [np.nan, np.inf, -np.inf], "x must be a number"),
        (lambda x: within(0, 1, x=x), [0, 0.5, 1], [-0.1, 1.1, 95, np.nan], "x must be from 0 to 1"),
        (
            lambda x: strictly_between(0, 1, x=x),
            [0.01, 0.99],
            [0, 1, 95, np.nan],
            "x must be strictly between",
        ),
    ],
)
def test_a_check_lets_pass_what_is_good_and_marks_what_is_bad(check, good, bad, rule) -> None:
    check(np.array(good, dtype=float))
    for value in bad:
        mixed = np.array([good[0], value, good[1]], dtype=float)
        with pytest.raises(OutOfDomain, match=rule) as refused:
            check(mixed)
        assert refused.value.where.tolist() == [False, True, False]


def test_the_first_bad_value_is_quoted() -> None:
    with pytest.raises(OutOfDomain, match=r"must rise, got -3$"):
        require([True, False, False], "must rise", [1.0, -3.0, -5.0])
    with pytest.raises(NotEnoughData, match=r"at least 1, got 0$"):
        require(np.array(0) > 0, "lines must be at least 1", 0, NotEnoughData)
