"""What the terminal shows after a run: a few tables instead of a page of text."""

from collections.abc import Sequence

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from xlinventory.macros.frame import Outcome
from xlinventory.sheets import TABLES
from xlinventory.tables import day_text, read
from xlinventory.workbook import Workbook

TOP = 8
STATUS_COLOURS = {"OUT": "red", "AT RISK": "red", "REORDER": "yellow", "OK": "green"}


def print_outcome(console: Console, outcome: Outcome) -> None:
    """The findings of a run, then its sentence."""
    for finding in outcome.findings:
        console.print(f"- {finding}", markup=False, soft_wrap=True)
    console.print(outcome.sentence, markup=False, soft_wrap=True)


def print_uncomputed(console: Console, places: Sequence[str]) -> None:
    """Formula cells that kept the value they had, in one line."""
    if places:
        more = f" and {len(places) - TOP} more" if len(places) > TOP else ""
        told = f"{', '.join(places[:TOP])}{more}"
        console.print(f"Not computed here, last values kept: {told}.", markup=False, soft_wrap=True)


def print_summary(console: Console, book: Workbook, outcomes: Sequence[tuple[str, Outcome]]) -> None:
    """Each step's sentence, stock by status, the first reorder lines with their why, the problems found."""
    steps = new_grid("What was done", "step", "result")
    for name, outcome in outcomes:
        steps.add_row(f"[cyan]{name}[/cyan]", escape(outcome.sentence))
    console.print(steps)
    _print_statuses(console, rows_of(book, "Items"))
    _print_value(console, rows_of(book, "Valuation"))
    _print_reorder(console, rows_of(book, "Reorder"))
    _print_suppliers(console, rows_of(book, "SupplierScores"))
    _print_problems(console, rows_of(book, "ImportIssues"))


def _print_statuses(console: Console, items: pd.DataFrame) -> None:
    grid = new_grid("Stock by status", "status", "items", "stock value")
    by_status = (
        items.groupby("status")["stock_value"].agg(["size", "sum"]).sort_values("sum", ascending=False)
    )
    for status, row in by_status.iterrows():
        colour = STATUS_COLOURS.get(str(status), "blue")
        grid.add_row(
            f"[{colour}]{status or 'not planned'}[/{colour}]", f"{row['size']:,.0f}", f"{row['sum']:,.2f}"
        )
    grid.add_row("all", f"{len(items):,}", f"{items['stock_value'].sum():,.2f}")
    console.print(grid)


def _print_value(console: Console, valuation: pd.DataFrame) -> None:
    grid = new_grid("Stock value, all methods on the same movements", "method", "stock", "cost of sales")
    for method in ("FIFO", "LIFO", "WAC"):
        stock, sales = (valuation[f"{method.lower()}_{what}"].sum() for what in ("value", "cost_of_sales"))
        grid.add_row(method, f"{stock:,.2f}", f"{sales:,.2f}")
    grid.add_row("check", f"{valuation['check'].abs().sum():,.2f}", "must be 0.00")
    console.print(grid)


def _print_reorder(console: Console, lines: pd.DataFrame) -> None:
    due = lines[lines["take"] & (lines["order_qty"] > 0)]
    grid = new_grid(
        f"Order now: the first {min(TOP, len(due))} of {len(due)} lines",
        "sku",
        "order",
        "value",
        "order by",
        "why",
    )
    for line in due.head(TOP).to_dict("records"):
        grid.add_row(
            escape(line["sku"]),
            f"{line['order_qty']:,.0f}",
            f"{line['value']:,.2f}",
            day_text(line["order_by"]),
            escape(line["why"]),
        )
    console.print(grid)


def _print_suppliers(console: Console, scores: pd.DataFrame) -> None:
    grid = new_grid(
        "Suppliers", "supplier", "score", "on time", "promised", "real lead time", "lateness costs a year"
    )
    for line in scores.to_dict("records"):
        grid.add_row(
            escape(line["supplier"]),
            f"{line['score']:.0f}",
            f"{line['on_time']:.0%}",
            f"{line['promised_days']:.0f} d",
            f"{line['lead_time']:.1f} ± {line['lead_time_sd']:.1f} d",
            f"{line['lateness_cost']:,.2f}",
        )
    console.print(grid)


def _print_problems(console: Console, issues: pd.DataFrame) -> None:
    grid = new_grid("Problems found in the files (all lines: sheet ImportIssues)", "lines", "problem")
    for problem, count in issues["problem"].value_counts().head(TOP).items():
        grid.add_row(f"{count:,}", escape(str(problem)))
    console.print(grid)


def rows_of(book: Workbook, name: str) -> pd.DataFrame:
    """A table's rows, typed."""
    return read(TABLES[name], book.read_table(name))[0]


def new_grid(title: str, *columns: str) -> Grid:
    """A table with these headings, numbers to the right."""
    grid = Grid(title=title, title_justify="left", title_style="bold", header_style="dim")
    for column in columns:
        number = column in {
            "items",
            "lines",
            "order",
            "value",
            "stock",
            "stock value",
            "cost of sales",
            "score",
            "on time",
            "share",
            "MASE",
            "naive",
            "target",
            "simulated",
            "2 points below",
            "moved",
            "stock kept",
        }
        grid.add_column(
            column,
            justify="right" if number else "left",
            overflow="fold",
            ratio=1 if column == "why" else None,
        )
    return grid
