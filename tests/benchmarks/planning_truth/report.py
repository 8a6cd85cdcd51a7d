"""What was measured: in the terminal, as JSON, and in docs/planning.md."""

import argparse
import json
import platform
import re
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from forecasting.bootstrap import Estimate
from forecasting.report import Goal, Table, as_text
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table as Grid
from rich.text import Text

from planning_truth.loop import Loop, Played
from planning_truth.measured import Service

PAGE = Path(__file__).resolve().parents[3] / "docs" / "planning.md"
FIRST, LAST = "<!-- planning -->", "<!-- /planning -->"
PACKAGES = ("numpy", "pandas", "scipy")


def playing(loop: Loop) -> Played:
    """Plays with a bar on the error stream."""
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"{len(loop.policies)} policies, {loop.world.rows:,} items", total=1.0)
        return loop.play(lambda share: bar.update(task, completed=share))


def publish(tables: Sequence[Table], chosen: argparse.Namespace) -> None:
    """Show the tables; save them, and put them into the docs, where that is asked for."""
    console = Console(highlight=False)
    for table in tables:
        console.print(_grid(table))
    console.print(how(chosen), markup=False, soft_wrap=True)
    if chosen.json:
        told = {"how": how(chosen), "tables": [_plain(table) for table in tables]}
        chosen.json.write_text(json.dumps(told, indent=1, default=str), encoding="utf-8")
    if chosen.docs:
        text = "\n\n".join([*[table.markdown() for table in tables], how(chosen)])
        PAGE.write_text(_placed(PAGE.read_text(encoding="utf-8"), text), encoding="utf-8")


def how(chosen: argparse.Namespace) -> str:
    """When, with what, and how to repeat it."""
    words = ["python tests/benchmarks/planning.py"]
    words += ["--quick"] if chosen.quick else [f"--items {chosen.items}"]
    words += [f"--years {chosen.years}", f"--seed {chosen.seed}"] + ["--why"] * chosen.why
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"{date.today():%-d %B %Y}, Python {platform.python_version()}, {packages}: `{' '.join(words)}`."


def _grid(table: Table) -> Grid:
    grid = Grid(box=SIMPLE_HEAD, title=table.title, title_justify="left", title_style="bold")
    for place, name in enumerate(table.columns):
        grid.add_column(name, justify="right" if place else "left", overflow="fold")
    for row in table.rows:
        grid.add_row(*map(_cell, row))
    return grid


def _cell(value: object) -> Text:
    style = {True: "green", False: "bold red"}[value] if isinstance(value, bool) else ""
    return Text(as_text(value).strip("*"), style=style)


def _placed(page: str, text: str) -> str:
    """The page with the text between the markers."""
    pattern = f"{re.escape(FIRST)}.*{re.escape(LAST)}"
    if not re.search(pattern, page, re.DOTALL):
        raise SystemExit(f"{PAGE.name} has no markers {FIRST} and {LAST}")
    return re.sub(pattern, lambda _: f"{FIRST}\n\n{text}\n\n{LAST}", page, flags=re.DOTALL)


def _plain(table: Table) -> dict[str, object]:
    rows = [
        [cell._asdict() if isinstance(cell, Estimate | Goal | Service) else cell for cell in row]
        for row in table.rows
    ]
    return {"title": table.title, "columns": list(table.columns), "rows": rows}
