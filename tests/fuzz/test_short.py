"""A few inputs of every fuzzing target, the same in every run; ``.ci/nightly`` tries new ones for longer."""

import random
from pathlib import Path

import pytest

from tests.fuzz.__main__ import TARGETS, table
from tests.fuzz.running import Tally, Target, Wrong, fault_of, keep

INPUTS = {"functions": 300, "shop_files": 20, "workbooks": 16, "typed_cells": 3}


@pytest.mark.parametrize("name", INPUTS)
def test_no_input_breaks_a_promise(name: str) -> None:
    target = TARGETS[name]
    for number in range(INPUTS[name]):
        data = target.make(random.Random(f"gate:{number}"))
        assert fault_of(target, data) == "", f"input {number}, {len(data)} bytes"


def test_every_target_has_some() -> None:
    assert set(INPUTS) == set(TARGETS)


@pytest.mark.parametrize("name", INPUTS)
def test_a_seed_makes_the_same_inputs_again(name: str) -> None:
    """Else no fault could be looked at twice."""
    one, again = (TARGETS[name].make(random.Random("7")) for _ in range(2))
    assert one == again


def test_a_fault_is_told_and_kept_once(tmp_path: Path) -> None:
    def attempt(data: bytes) -> None:
        raise Wrong(f"broken: {data!r}")

    target = Target("broken", lambda _: b"", attempt)
    for data in (b"1", b"2"):
        keep(tmp_path, target.name, data, fault_of(target, data))
    (told,) = tmp_path.glob("*.txt")
    assert told.with_suffix(".bin").read_bytes() == b"1"
    shown = table({"broken": Tally(2, {told.stem: "Wrong broken"})}, 7, tmp_path)
    assert "| broken | 2 | 1 |" in shown
    assert str(told.with_suffix(".bin")) in shown
