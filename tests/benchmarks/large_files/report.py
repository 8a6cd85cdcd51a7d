"""What was measured of large files: where it is told, and how to repeat it."""

import argparse
import os
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
    how = f"{publishing.how_measured(words, there)} {_busy()}"
    publishing.publish(tables, how, PLACE, chosen)


def _busy() -> str:
    """How busy the machine was, so that nobody takes the clock for more than it is."""
    return (
        f"A machine of {os.cpu_count()} cores that others use, too: on the average of 15 minutes "
        f"{os.getloadavg()[2]:.1f} processes ran or waited. The clock tells of them all."
    )


def _is_there(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
