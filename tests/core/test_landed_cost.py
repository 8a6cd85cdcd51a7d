"""Charges shared out: the parts add up to the last digit, go by their keys, and refuse what has no key."""

from fractions import Fraction
from math import fsum
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.core.errors import InventoryError, NotEnoughData, OutOfDomain, UndefinedRatio
from xlinventory.core.landed_cost import BASES, landed_cost, share_out, shares

laws = settings(max_examples=100, deadline=None)
totals = st.floats(-1e9, 1e9).filter(lambda total: total == 0 or abs(total) > 1e-9)
some_keys = st.lists(st.floats(0, 1e6), min_size=1, max_size=30).filter(any)


def near(value: Any) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def in_fractions(total: float, keys: list[float]) -> list[float]:
    """The definition, worked out without a rounding."""
    whole = sum(map(Fraction, keys))
    return [float(Fraction(total) * Fraction(key) / whole) for key in keys]


def added_up(parts: Any) -> Fraction:
    return sum(map(Fraction, parts.tolist()), Fraction(0))


@laws
@given(total=totals, keys=some_keys)
def test_shares_add_up_exactly_and_go_by_their_keys(total: float, keys: list[float]) -> None:
    parts = shares(total, keys)
    assert added_up(parts) == Fraction(total)
    last_places = len(keys) * np.spacing(abs(total))
    assert parts == pytest.approx(in_fractions(total, keys), rel=0, abs=last_places)
    assert all(part == 0 or (part > 0) == (total > 0) for part in parts)
    assert not any(part for part, key in zip(parts, keys, strict=True) if key == 0)


@laws
@given(total=totals, keys=some_keys, seed=st.randoms(use_true_random=False))
def test_shares_add_up_in_whatever_order_they_are_added(total: float, keys: list[float], seed: Any) -> None:
    """So that sums of a spreadsheet, of pandas and of the books agree."""
    parts = shares(total, keys).tolist()
    seed.shuffle(parts)
    assert sum(parts) == fsum(parts) == total


@laws
@given(
    lines=st.lists(st.tuples(totals, some_keys), min_size=1, max_size=6),
    seed=st.randoms(use_true_random=False),
)
def test_many_charges_at_once_are_shared_as_one_by_one(
    lines: list[tuple[float, list[float]]], seed: Any
) -> None:
    rows = [(group, key) for group, (_, keys) in enumerate(lines) for key in keys]
    seed.shuffle(rows)
    groups, keys = (np.array(column) for column in zip(*rows, strict=True))
    parts = share_out([total for total, _ in lines], groups, keys)
    for group, (total, _) in enumerate(lines):
        mine = groups == group
        assert added_up(parts[mine]) == Fraction(total)
        assert parts[mine].tolist() == shares(total, keys[mine]).tolist()


@laws
@given(total=totals, keys=some_keys, size=st.sampled_from([1e-300, 2.0**-1060, 2.0**900, 1e300]))
def test_keys_of_any_size_share_alike(total: float, keys: list[float], size: float) -> None:
    """Sizes whose sum leaves the range of numbers, or comes near its smallest."""
    scaled = (np.array(keys) / max(keys)).round(3)
    parts = shares(total, scaled * size)
    assert added_up(parts) == Fraction(total)
    few_places = 1e-3 * abs(total) + 1e-9  # 2 ** -1060 keeps few digits of a key
    assert parts == pytest.approx(shares(total, scaled), rel=0, abs=few_places)


def test_a_rounding_that_no_float_beside_it_could_take_is_taken() -> None:
    """Found by hypothesis: a total whose rounded parts miss it by half of its last place."""
    assert added_up(shares(474354.20098819275, [1469.0, 10141.0])) == Fraction(474354.20098819275)


def test_the_first_of_the_largest_takes_the_rounding() -> None:
    """Thirds of 100 fall between two multiples of the last place of 100, 2 ** -46."""
    first, second, third = shares(100, [1, 1, 1])
    assert second == third
    assert abs(first - second) == 2.0**-46
    assert added_up(shares(100, [1, 1, 1])) == 100


def test_a_hundred_thousand_rows_of_many_charges_add_up() -> None:
    numbers = np.random.default_rng(5)
    groups = np.concatenate([np.arange(2_000), numbers.integers(0, 2_000, 98_000)])
    amounts, keys = numbers.uniform(-500, 5_000, 2_000).round(2), numbers.lognormal(3, 2, 100_000)
    parts = share_out(amounts, groups, keys)
    by_group = np.split(parts[np.argsort(groups, kind="stable")], np.cumsum(np.bincount(groups))[:-1])
    assert [fsum(rows) for rows in by_group] == amounts.tolist()


def test_no_charge_is_no_part() -> None:
    assert share_out([], [], []).tolist() == []


def test_a_charge_goes_by_value_quantity_or_weight() -> None:
    """By hand: 60 on lines of 200 and 400 of value, 100 and 50 units, 1 and 3 of weight."""
    lines = ([100, 50], [2, 8], 60)
    assert set(BASES) == {"value", "quantity", "weight"}
    assert landed_cost(*lines) == near([2.2, 8.8])
    assert landed_cost(*lines, "quantity") == near([2.4, 8.4])
    assert landed_cost(*lines, "weight", [1, 3]) == near([2.15, 8.9])


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        (([1], [1], 1, "weight"), NotEnoughData),
        (([1, 0], [1, 1], 1), OutOfDomain),
        (([1], [-1], 1), OutOfDomain),
        (([1], [1], 1, "weight", [-1]), OutOfDomain),
        (([1, 1], [0, 0], 1), UndefinedRatio),
        (([1], [1], -2), OutOfDomain),
        (([1], [1], np.nan), OutOfDomain),
    ],
)
def test_a_charge_that_cannot_be_shared_is_refused(lines: tuple[Any, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        landed_cost(*lines)


def test_the_charge_without_anything_to_share_by_is_marked() -> None:
    """The second has only keys of 0, the third no rows at all."""
    with pytest.raises(UndefinedRatio) as refused:
        share_out([10, 20, 30, 40], [0, 1, 1, 3], [5, 0, 0, 1])
    assert isinstance(refused.value, InventoryError)
    assert refused.value.where is not None
    assert refused.value.where.tolist() == [False, True, True, False]
