"""What was measured of the plan: its bar, where it is told, and how to repeat it."""

import argparse
from collections.abc import Sequence

import publishing
from forecasting.report import Table
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from planning_truth.loop import Loop, Played

PLACE = publishing.Place("planning.md", "<!-- planning -->", "<!-- /planning -->")
PACKAGES = ("numpy", "pandas", "scipy")


def playing(loop: Loop) -> Played:
    """Plays with a bar on the error stream."""
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"{len(loop.policies)} policies, {loop.world.rows:,} items", total=1.0)
        return loop.play(lambda share: bar.update(task, completed=share))


def publish(tables: Sequence[Table], chosen: argparse.Namespace) -> None:
    """Show the tables; save them, and put them into the docs, where that is asked for."""
    words = ["python tests/benchmarks/planning.py"]
    words += ["--quick"] if chosen.quick else [f"--items {chosen.items}"]
    words += [f"--years {chosen.years}", f"--seed {chosen.seed}"] + ["--why"] * chosen.why
    publishing.publish(tables, publishing.how_measured(words, PACKAGES), PLACE, chosen)
