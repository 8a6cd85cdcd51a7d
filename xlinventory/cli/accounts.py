"""The verbs of the books, which take days: value a period, close it, measure turnover."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from xlinventory.arguments import serial
from xlinventory.cli import turnovers
from xlinventory.cli.hosts import HostOption, chosen
from xlinventory.cli.running import Book, DryRun, run_on_file

DAY = "%Y-%m-%d"
"""How a date is written on the command line."""


def _day(flag: str, told: str) -> Any:
    return typer.Option(flag, formats=[DAY], metavar="DATE", help=told)


def value(
    context: typer.Context,
    book: Book,
    *,
    first: Annotated[
        dt.datetime | None,
        _day("--from", "First day of the period; else the setting valuation_from, else the first movement"),
    ] = None,
    last: Annotated[
        dt.datetime | None,
        _day("--to", "Its last day, past or present; else the setting valuation_to, else as_of"),
    ] = None,
    dry_run: DryRun = False,
    host: HostOption = None,
) -> None:
    """Value stock and cost of sales of a period by FIFO, LIFO and weighted average, with write-downs."""
    run_on_file(chosen(context, host), book, "value", dry_run=dry_run, from_date=first, to_date=last)


def close(
    context: typer.Context,
    book: Book,
    *,
    last: Annotated[
        dt.datetime | None, _day("--to", "Last day of the period; else the setting valuation_to, else as_of")
    ] = None,
    reopen: Annotated[bool, typer.Option("--reopen", help="Take the last closing back instead")] = False,
    dry_run: DryRun = False,
    host: HostOption = None,
) -> None:
    """Store the figures of a period as reported; later changes to it show as differences."""
    if last and reopen:
        raise typer.BadParameter("--reopen takes the last closing back: leave out --to")
    given = None if last is None else serial(last)
    run_on_file(chosen(context, host), book, "close", dry_run=dry_run, to_date=given, reopen=reopen)


def turnover(
    context: typer.Context,
    book: Book,
    *,
    first: Annotated[
        dt.datetime | None, _day("--from", "First day that counts; else 364 days before the last")
    ] = None,
    last: Annotated[dt.datetime | None, _day("--to", "Last day that counts; else as_of")] = None,
    dry_run: DryRun = False,
    host: HostOption = None,
) -> None:
    """Measure how often stock was sold in a year, what it earned and how old it is, by item and group."""
    run_on_file(
        chosen(context, host), book, "turnover", dry_run=dry_run, picture=turnovers.picture,
        from_date=first, to_date=last,
    )  # fmt: skip


VERBS: Mapping[str, Callable[..., None]] = {"value": value, "turnover": turnover, "close": close}
