"""What was measured of the ledger: where it is told, and how to repeat it."""

import argparse
from collections.abc import Sequence

import publishing
from forecasting.report import Table

PLACE = publishing.Place("valuation.md", "<!-- valuation_speed: begin -->", "<!-- valuation_speed: end -->")
PACKAGES = ("numpy", "pandas", "openpyxl")


def publish(tables: Sequence[Table], chosen: argparse.Namespace) -> None:
    """Show the tables; save them, and put them into the docs, where that is asked for."""
    words = ["python tests/benchmarks/ledger.py"]
    words += ["--online-retail FILE"] if chosen.online_retail else []
    publishing.publish(tables, publishing.how_measured(words, PACKAGES), PLACE, chosen)
