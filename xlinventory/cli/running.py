"""A macro run on a workbook file in any host: open, run or preview, calculate, save, say one sentence."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from xlinventory.cli import summary
from xlinventory.cli.console import err, out
from xlinventory.cli.hosts import OPENERS, Host, OpenBook, Report
from xlinventory.hosts.file.turns import turn
from xlinventory.macros.frame import preview, run_macro

Book = Annotated[
    Path, typer.Argument(help="Workbook file: .xlsx, .xlsm, or .ods with --host calc", metavar="BOOK")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell what would change; change nothing.")]

Picture = Callable[[OpenBook], RenderableType]
"""What a verb shows of the workbook when it has run, before its sentence."""


def run_on_file(
    host: Host, path: Path, name: str, *, dry_run: bool, picture: Picture | None = None, **options: object
) -> None:
    """Open, run, calculate, save; on failure or in a dry run the file stays as it was.

    One run at a time has the file, from opening to saving; a dry run needs no turn.
    """
    shown: RenderableType | None = None
    with (
        progress() as report,
        nullcontext() if dry_run else turn(path, report),
        OPENERS[host](path, report) as book,
    ):
        remarks: tuple[str, ...] = ()
        if dry_run:
            outcome = preview(book, name, **options)
        else:
            book.refuse_if_open_elsewhere()
            outcome = run_macro(book, name, **options)
            remarks = keep(book, report)
            shown = picture(book) if picture else None
        uncomputed = book.uncomputed
    if shown is not None:
        out.print(shown)
    summary.print_outcome(out, outcome)
    summary.print_uncomputed(out, uncomputed)
    print_remarks(remarks)


def keep(book: OpenBook, report: Report) -> tuple[str, ...]:
    """Calculate and save; what is remarkable."""
    report("Calculating and saving", 0.97)
    return tuple(book.keep())


def print_remarks(remarks: tuple[str, ...]) -> None:
    """Sentences that need to be seen but are no failure."""
    for remark in remarks:
        err.print(f"Note: {remark}", markup=False, soft_wrap=True)


@contextmanager
def progress() -> Iterator[Callable[[str, float | None], None]]:
    """A bar on a terminal, silence in a pipe."""
    columns = (TextColumn("{task.description:<32}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("Opening", total=1.0)

        def report(message: str, share: float | None = None) -> None:
            bar.update(task, description=message, completed=share)

        yield report
