"""What was measured: in the terminal, as JSON, and in docs/valuation.md."""

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
from rich.table import Table as Grid
from rich.text import Text

PAGE = Path(__file__).resolve().parents[3] / "docs" / "valuation.md"
FIRST, LAST = "<!-- valuation_speed: begin -->", "<!-- valuation_speed: end -->"
PACKAGES = ("numpy", "pandas", "openpyxl")


def publish(tables: Sequence[Table], chosen: argparse.Namespace) -> None:
    """Show the tables; save them, and put them into the docs, where that is asked for."""
    console = Console(highlight=False)
    for table in tables:
        console.print(_grid(table))
    console.print(how(chosen), markup=False, soft_wrap=True)
    if chosen.json:
        told = {"how": how(chosen), "tables": [_plain(table) for table in tables]}
        chosen.json.write_text(json.dumps(told, indent=1, default=as_text), encoding="utf-8")
    if chosen.docs:
        text = "\n\n".join([*[table.markdown() for table in tables], how(chosen)])
        PAGE.write_text(_placed(PAGE.read_text(encoding="utf-8"), text), encoding="utf-8")


def how(chosen: argparse.Namespace) -> str:
    """When, with what, and how to repeat it."""
    words = ["python tests/benchmarks/ledger.py"]
    words += ["--online-retail FILE"] if chosen.online_retail else []
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
        [cell._asdict() if isinstance(cell, Estimate | Goal) else cell for cell in row] for row in table.rows
    ]
    return {"title": table.title, "columns": list(table.columns), "rows": rows}
