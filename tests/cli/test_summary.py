# ruff: noqa: E501 - rows are listed as a table
"""What the terminal shows after a run, from a few rows put together by hand."""

import io

import pandas as pd
import pytest
from rich.console import Console

from xlinventory.arguments import serial
from xlinventory.cli import summary
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.frame import Outcome
from xlinventory.sheets import TABLES


def table(name: str, *rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=TABLES[name].names, dtype=object)


def shown(book: MemoryWorkbook, outcomes: list[tuple[str, Outcome]], **options: object) -> str:
    text = io.StringIO()
    summary.print_summary(Console(file=text, width=160, highlight=False, **options), book, outcomes)
    return text.getvalue()


@pytest.fixture
def book() -> MemoryWorkbook:
    lines = [
        {"take": "yes", "sku": f"S[{n}]", "order_qty": 1000.0 + n, "value": 2000.5, "why": f"because [{n}]",
         "order_by": serial("2011-12-09")} for n in range(10)
    ]  # fmt: skip
    return MemoryWorkbook({name: table(name) for name in TABLES} | {
        "Items": table("Items", {"sku": "A", "status": "REORDER", "stock_value": 10.0},
                       {"sku": "B", "status": "REORDER", "stock_value": 1490.0}, {"sku": "C", "stock_value": 5.0}),
        "Valuation": table("Valuation", {"sku": "A", "fifo_value": 12.5, "lifo_value": 11.5, "wac_value": 12.0,
                                         "fifo_cost_of_sales": 7.5, "check": 0.0}),
        "Reorder": table("Reorder", *lines, {"take": "no", "sku": "NOT", "order_qty": 5.0}, {"take": "yes", "sku": "NIL", "order_qty": 0.0}),
        "SupplierScores": table("SupplierScores", {
            "supplier": "[Acme]", "score": 81.4, "on_time": 0.905, "promised_days": 14.0, "lead_time": 15.26,
            "lead_time_sd": 4.1, "lateness_cost": 1234.5}),
        "ImportIssues": table("ImportIssues", *[{"line": float(n), "problem": "no [units]"} for n in range(3)]),
    })  # fmt: skip


def test_the_summary_has_sums_the_first_lines_and_the_problems(book: MemoryWorkbook) -> None:
    text = shown(book, [("refresh", Outcome("Read 3 lines [all]."))])
    for told in (
        "Read 3 lines [all].", "1,500.00", "not planned", "1,505.00", "12.50", "must be 0.00", "first 8 of 10 lines",
        "S[7]", "1,007", "2011-12-09", "because [7]", "[Acme]", "81", "90%", "15.3 ± 4.1 d", "1,234.50", "no [units]",
    ):  # fmt: skip
        assert told in text
    for hidden in ("S[8]", "NOT", "NIL"):
        assert hidden not in text


def test_an_empty_workbook_has_a_summary_too() -> None:
    text = shown(MemoryWorkbook({name: table(name) for name in TABLES}), [])
    assert "first 0 of 0 lines" in text


def test_a_pipe_gets_no_colour_codes(book: MemoryWorkbook) -> None:
    assert "\x1b[" not in shown(book, [])
    assert "\x1b[" in shown(book, [], force_terminal=True, color_system="standard")


def test_findings_come_before_the_sentence() -> None:
    text = io.StringIO()
    summary.print_outcome(
        Console(file=text, width=20), Outcome("2 problems found.", ("one [x] that is long", "two"))
    )
    assert text.getvalue() == "- one [x] that is long\n- two\n2 problems found.\n"


def test_formulas_that_kept_their_value_are_named_the_first_of_many() -> None:
    text = io.StringIO()
    console = Console(file=text, width=160, highlight=False)
    summary.print_uncomputed(console, [])
    assert text.getvalue() == ""
    summary.print_uncomputed(console, [f"S!A{row}" for row in range(1, 11)])
    assert "S!A8 and 2 more" in text.getvalue()
