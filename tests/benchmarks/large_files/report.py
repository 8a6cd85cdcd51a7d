"""What was measured of large files: where it is told, and how to repeat it."""

import argparse
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

import publishing
from forecasting.report import Table

PLACE = publishing.Place("large.md", "<!-- refresh_speed: begin -->", "<!-- refresh_speed: end -->")
PACKAGES = ("duckdb", "pandas", "polars", "pyarrow", "numpy")


def publish(tables: Sequence[Table], chosen: argparse.Namespace) -> None:
    """Show the tables; save them, and put them into the docs, where that is asked for."""
    words = ["python tests/benchmarks/refresh.py", *(["FILE"] if chosen.file else [])]
    words += ["--quick"] if chosen.quick else []
    there = [name for name in PACKAGES if _is_there(name)]
    publishing.publish(tables, publishing.how_measured(words, there), PLACE, chosen)


def _is_there(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
