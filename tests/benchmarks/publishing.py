"""What a benchmark measured: tables in the terminal, as JSON, and between two markers of a page of docs."""

import argparse
import json
import platform
import re
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from forecasting.report import Table, as_text
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

DOCS = Path(__file__).resolve().parents[2] / "docs"


class Place(NamedTuple):
    """A page of the docs, and the markers between which the tables stand."""

    page: str
    first: str
    last: str

    def fill(self, text: str) -> None:
        """Put the text between the markers."""
        path = DOCS / self.page
        page = path.read_text(encoding="utf-8")
        pattern = f"{re.escape(self.first)}.*{re.escape(self.last)}"
        if not re.search(pattern, page, re.DOTALL):
            raise SystemExit(f"{self.page} has no markers {self.first} and {self.last}")
        filled = f"{self.first}\n\n{text}\n\n{self.last}"
        path.write_text(re.sub(pattern, lambda _: filled, page, flags=re.DOTALL), encoding="utf-8")


def publish(tables: Sequence[Table], how: str, place: Place, chosen: argparse.Namespace) -> None:
    """Show the tables and how they came about; save them, and put them into the docs, where asked for."""
    console = Console(highlight=False)
    for table in tables:
        console.print(_grid(table))
    console.print(how, markup=False, soft_wrap=True)
    if getattr(chosen, "json", None):
        told = {"how": how, "tables": [_plain(table) for table in tables]}
        chosen.json.write_text(json.dumps(told, indent=1, default=str), encoding="utf-8")
    if chosen.docs:
        place.fill("\n\n".join([*[table.markdown() for table in tables], how]))


def how_measured(words: Sequence[str], packages: Sequence[str]) -> str:
    """When, with what, and the words that repeat it."""
    told = ", ".join(f"{name} {version(name)}" for name in packages)
    return f"{date.today():%-d %B %Y}, Python {platform.python_version()}, {told}: `{' '.join(words)}`."


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


def _plain(table: Table) -> dict[str, object]:
    rows = [[cell._asdict() if hasattr(cell, "_asdict") else cell for cell in row] for row in table.rows]
    return {"title": table.title, "columns": list(table.columns), "rows": rows}
