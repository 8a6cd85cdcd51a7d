"""What the terminal shows of a plan, from a few rows put together by hand; and that a dry run shows none."""

import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

from xlinventory.cli import commands, plans
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.sheets import TABLES


def item(sku: str, abc: str, target: float, served: float | None, **more: object) -> dict[str, object]:
    row = {"sku": sku, "name": f"[{sku}]", "abc": abc, "service_target": target, "unit_cost": 2.0}
    return row | {"simulated_service": served, "safety_stock": 10.0, "check": f"why of {sku}"} | more


def shown(rows: list[dict[str, object]]) -> list[str]:
    """The words of each line, without the signs of the frame."""
    items = pd.DataFrame(rows, columns=TABLES["Items"].names, dtype=object)
    text = io.StringIO()
    Console(file=text, width=140).print(plans.picture(MemoryWorkbook({"Items": items})))
    frame = str.maketrans(dict.fromkeys("│┃━─┏┓┗┛┡┩╇┳└┘┴├┤┼┌┐┬", " "))
    return [" ".join(line.translate(frame).split()) for line in text.getvalue().splitlines()]


def test_each_class_has_its_service_beside_the_target() -> None:
    """By hand: A misses with one of two and was moved there; stock kept 10 x 2.00 each."""
    told = shown(
        [
            item("A1", "A", 0.97, 0.98),
            item("A2", "A", 0.97, 0.90, simulated_change=5.0),
            item("C1", "C", 0.90, 0.89),
            item("X", "", 0.90, None),
        ]
    )
    assert told[0] == "Service that the levels give in simulation"
    assert "A 2 97.0% 94.0% 1 1 40.00" in told
    assert "C 1 90.0% 89.0% 0 0 20.00" in told
    assert "all 3 94.7% 92.3% 1 1 60.00" in told
    assert not any(line.startswith("B ") for line in told)


def test_items_moved_most_in_money_and_those_furthest_below_are_named() -> None:
    """By hand: 3 units of 100.00 are more than 5 of 2.00; fewer count like more; without a cost its price."""
    rows = [
        item("CHEAP", "C", 0.9, 0.9, simulated_change=5.0),
        item("DEAR", "A", 0.9, 0.9, simulated_change=-3.0, unit_cost=None, sell_price=100.0),
        item("LOW", "B", 0.9, 0.7),
        item("LOWER", "B", 0.9, 0.6),
        item("NEAR", "B", 0.9, 0.89),
    ]
    told = shown(rows)
    looked_at = [line for line in told if line.startswith(("moved most", "below its target"))]
    assert looked_at == [
        "moved most DEAR [DEAR] why of DEAR",
        "moved most CHEAP [CHEAP] why of CHEAP",
        "below its target LOWER [LOWER] why of LOWER",
        "below its target LOW [LOW] why of LOW",
    ]


def test_only_the_first_of_many_are_named() -> None:
    told = shown([item(f"S{n}", "A", 0.9, 0.9, simulated_change=float(n)) for n in range(1, 9)])
    assert [line.split()[2] for line in told if line.startswith("moved most")] == [
        "S8",
        "S7",
        "S6",
        "S5",
        "S4",
    ]


def test_without_a_plan_nothing_is_shown() -> None:
    assert shown([item("A", "A", 0.9, None)]) == []


def test_the_verb_shows_the_picture_and_takes_a_dry_run(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[Any, ...]] = []

    def take(_host: object, path: Path, name: str, **options: Any) -> None:
        given.append((path.name, name, options["dry_run"], options["picture"]))

    monkeypatch.setattr(commands, "run_on_file", take)
    for words in (["plan", "book.xlsx"], ["plan", "book.xlsx", "--dry-run"]):
        assert CliRunner().invoke(commands.app, words).exit_code == 0
    assert given == [("book.xlsx", "plan", dry, plans.picture) for dry in (False, True)]
