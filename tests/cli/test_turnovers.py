"""What the terminal shows of a turnover run, from a few lines put together by hand."""

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

from xlinventory.cli import accounts, commands, turnovers
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.sheets import TABLES


def book(lines: list[dict[str, object]]) -> MemoryWorkbook:
    columns = TABLES["TurnoverGroups"].names
    return MemoryWorkbook({"TurnoverGroups": pd.DataFrame(lines, columns=columns, dtype=object)})


def shown(workbook: MemoryWorkbook) -> list[str]:
    """The words of each line, without the signs of the frame."""
    text = io.StringIO()
    Console(file=text, width=120).print(turnovers.picture(workbook))
    frame = str.maketrans(dict.fromkeys("│┃━─┏┓┗┛┡┩╇┳└┘┴├┤┼┌┐┬", " "))
    return [" ".join(line.translate(frame).split()) for line in text.getvalue().splitlines()]


def test_each_group_has_a_line_and_what_is_not_known_is_blank() -> None:
    total = {
        "group": "all", "name": "all items", "cost_of_sales": 1200.0, "average_inventory": 300.4,
        "turns": 3.995, "days": 91.4, "gmroi": 1.5, "sell_through": 0.654, "age_average": 40.6,
        "dead_stock_value": 12.3,
    }  # fmt: skip
    lines = [
        total,
        {"group": "abc", "name": "A", "items": 1.0},
        {"group": "abc", "name": "no class", "items": 1.0},
        {"group": "category", "name": "[red] mugs", "items": 2.0, "dead_stock_value": 0.0},
    ]
    told = shown(book(lines))
    assert "all items 1,200 300 4.0 91 1.50 65% 41 12" in told
    assert {"class A", "no class", "[red] mugs 0"} <= set(told)
    assert told[0] == "Turnover by group"


def test_of_many_groups_the_first_are_shown() -> None:
    told = shown(book([{"group": "category", "name": f"c{n}"} for n in range(30)]))
    assert told[0] == "Turnover by group: the first 20 of 30 lines"
    assert "c19" in told
    assert "c20" not in told


def test_an_older_workbook_without_groups_shows_nothing() -> None:
    assert shown(MemoryWorkbook({})) == []


def test_the_days_given_are_those_that_count(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[dict[str, Any]] = []

    def take(*_: object, **options: Any) -> None:
        given.append(options)

    monkeypatch.setattr(accounts, "run_on_file", take)
    words = ["turnover", str(Path("book.xlsx")), "--from", "2011-01-01", "--to", "2011-06-30", "--dry-run"]
    assert CliRunner().invoke(commands.app, words).exit_code == 0
    assert CliRunner().invoke(commands.app, words[:2]).exit_code == 0
    assert CliRunner().invoke(commands.app, [*words[:3], "30.6.2011"]).exit_code == 2
    both, neither = given
    assert (both["from_date"], both["to_date"]) == (datetime(2011, 1, 1), datetime(2011, 6, 30))
    assert both["dry_run"]
    assert (neither["from_date"], neither["to_date"], neither["dry_run"]) == (None, None, False)
