"""The verbs: each opens a workbook file, runs one macro, saves, and says one sentence."""

import io
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

import xlinventory.macros  # noqa: F401  - importing it records the macros
from xlinventory import __version__
from xlinventory.cli import findings, formulas, summary
from xlinventory.cli.next_step import next_step
from xlinventory.core.errors import InventoryError
from xlinventory.hosts.excel import package, template
from xlinventory.hosts.excel.doctor import checks
from xlinventory.hosts.excel.doctor.machine import this_machine
from xlinventory.hosts.excel.package import lite
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import Macro, Outcome, macros, preview, run_macro
from xlinventory.registry import WorksheetFunction, find
from xlinventory.workbook import WorkbookError

app = typer.Typer(
    help="Inventory management in a spreadsheet. Any worksheet function is a command too: "
    "xlinventory SAFETY_STOCK 20 5 4 0.95",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"max_content_width": 110},
)
out, err = Console(highlight=False), Console(stderr=True, highlight=False)
Book = Annotated[Path, typer.Argument(help="Workbook file, .xlsx or .xlsm", metavar="BOOK")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell what would change; change nothing.")]
ADDIN = Path("xlinventory.xlam")
"""The add-in's name unless another is given."""
DEMO_STEPS = ("forecast", "plan", "reorder", "value", "suppliers")
BUILDERS: dict[str, Callable[[Path], None]] = {
    ".xlsx": template.build,
    ".xlsm": lambda path: package.build_workbook(path, package.of_this_machine()),
    ".xlam": lambda path: package.build_addin(path, package.of_this_machine()),
}
"""What writes a new file, by its ending."""


def main() -> None:
    """Run the command line; a failure is one plain sentence on stderr and exit code 1, wrong usage 2."""
    words = sys.argv[1:]
    _never_fail_over_a_letter()
    try:
        spec = find(words[0]) if words else None
        if spec is None:
            app()
        else:
            _calculate(spec, words[1:])
    except InventoryError as error:
        _fail(str(error), 1)
    except OSError as error:
        _fail(": ".join(str(part) for part in (error.filename, error.strerror or error) if part), 1)
    except KeyboardInterrupt:
        _fail("stopped", 130)


def _never_fail_over_a_letter() -> None:
    """A Windows pipe may have a code page without Greek letters: such a letter becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _calculate(spec: WorksheetFunction, words: list[str]) -> None:
    """Print the result of one worksheet function, or its help."""
    if {"--help", "-h"} & set(words):
        out.print(formulas.help_lines(spec), markup=False, soft_wrap=True)
        return
    if problem := formulas.wrong_count(spec, words):
        _fail(problem, 2)
    typer.echo("\n".join(formulas.result_lines(spec, words)))  # a console would turn tabs into spaces


def _fail(sentence: str, code: int) -> NoReturn:
    err.print(f"xlinventory: {sentence}", markup=False, soft_wrap=True)
    sys.exit(code)


def _show_version(wanted: Any) -> None:
    if wanted:
        out.print(__version__)
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Options before any command."""


@app.command()
def demo(
    output: Annotated[Path, typer.Option(help="Folder for the workbook")] = Path("demo"),
) -> None:
    """Build a workbook from the shipped real sales and take it through the whole job."""
    output.mkdir(parents=True, exist_ok=True)
    path = output / "inventory.xlsm"
    with (
        _template_beside(path) as draft,
        as_file(files("xlinventory") / "demo_data") as folder,
        _progress() as report,
    ):
        book = FileWorkbook.open(draft, on_report=report)
        outcomes = [("refresh", run_macro(book, "refresh", folder=str(folder)))]
        outcomes += [(name, run_macro(book, name)) for name in DEMO_STEPS]
        report("Calculating and saving", 0.9)
        book.calculate()
        book.save(path)
    summary.print_summary(out, book, outcomes)
    out.print(f"\nThe workbook: {path.resolve()}", markup=False, soft_wrap=True)


@app.command()
def new(
    book: Annotated[
        Path | None,
        typer.Argument(help="New file: .xlsm with macros, .xlsx without, .xlam the add-in", metavar="BOOK"),
    ] = None,
    *,
    addin: Annotated[
        bool,
        typer.Option(
            "--addin", help=f"Build the add-in: the ribbon for every workbook; BOOK may be left out ({ADDIN})"
        ),
    ] = False,
    for_lite: Annotated[
        bool, typer.Option("--lite", help="Build an .xlsx file for the add-in xlwings Lite")
    ] = False,
) -> None:
    """Build an empty workbook, with the ribbon and the formulas in it if it is an .xlsm file."""
    if book is None and not addin:
        raise typer.BadParameter("name the new file: xlinventory new inventory.xlsm")
    book = book or ADDIN
    ending = book.suffix.lower()
    if ending not in BUILDERS:
        raise WorkbookError(f"{book}: a new workbook is an .xlsm or .xlsx file, the add-in an .xlam file")
    if addin and ending != ".xlam":
        raise WorkbookError(f"{book}: the add-in is an .xlam file")
    if for_lite and ending != ".xlsx":
        raise WorkbookError(f"{book}: a workbook for xlwings Lite is an .xlsx file")
    if book.exists():
        raise WorkbookError(f"{book} exists already; nothing was changed")
    with _template_beside(book, lite.build if for_lite else None) as draft:
        opened = FileWorkbook.open(draft)
        if not for_lite:  # that one is calculated, under the names its functions have in the file
            opened.calculate()
        opened.save(book)
    told = f"Built {book}: {lite.NEXT_STEP}" if for_lite else next_step(book, sys.platform)
    out.print(told, markup=False, soft_wrap=True)


@app.command()
def doctor(
    book: Annotated[Path | None, typer.Argument(help="A workbook to look at too", metavar="BOOK")] = None,
    *,
    repair: Annotated[
        bool, typer.Option("--repair", help="Let the workbook start the Python of this computer")
    ] = False,
) -> None:
    """Check this computer, and a workbook, for use in Excel; exit code 1 if something is in the way."""
    machine = this_machine()
    if repair:
        if book is None:
            raise WorkbookError("name the workbook to repair: xlinventory doctor BOOK --repair")
        out.print(checks.repair(machine, book), markup=False, soft_wrap=True)
    if findings.print_findings(out, checks.examine(machine, book)):
        raise typer.Exit(1)


@app.command()
def refresh(
    book: Book,
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of CSV files; the last one if left out", metavar="FOLDER")
    ] = None,
    *,
    dry_run: DryRun = False,
) -> None:
    """Bring the CSV files of a folder into the workbook; running it twice changes nothing."""
    _run_on_file(book, "refresh", dry_run=dry_run, folder=None if folder is None else str(folder.resolve()))


@app.command()
def export(
    book: Book,
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="Folder for the files; else that of Settings, else orders beside BOOK", metavar="FOLDER"
        ),
    ] = None,
    *,
    dry_run: DryRun = False,
) -> None:
    """Write a CSV file for each order of which nothing came yet; running it twice changes nothing."""
    given = None if folder is None else str(folder.resolve())
    _run_on_file(book, "export", dry_run=dry_run, folder=given, beside=str(book.resolve().parent))


@app.command()
def functions(
    name: Annotated[
        str | None, typer.Argument(help="One function, for its full help", metavar="NAME")
    ] = None,
) -> None:
    """List all worksheet functions with their help."""
    if name is None:
        formulas.print_functions(out)
        return
    spec = find(name)
    if spec is None:
        raise InventoryError(f"there is no function {name}; run: xlinventory functions")
    out.print(formulas.help_lines(spec), markup=False, soft_wrap=True)


@app.command()
def version() -> None:
    """Show the version."""
    out.print(__version__)


def _verb(chosen: Macro) -> Callable[..., None]:
    def command(book: Book, *, dry_run: DryRun = False) -> None:
        _run_on_file(book, chosen.name, dry_run=dry_run)

    command.__doc__ = chosen.help
    return command


def _run_on_file(path: Path, name: str, *, dry_run: bool, **options: object) -> None:
    """Open, run, calculate, save; on failure or in a dry run the file stays as it was."""
    with _progress() as report:
        book = FileWorkbook.open(path, on_report=report)
        outcome = preview(book, name, **options) if dry_run else _saved_run(book, report, name, options)
    summary.print_outcome(out, outcome)
    summary.print_uncomputed(out, book.uncomputed)


def _saved_run(
    book: FileWorkbook, report: Callable[[str, float | None], None], name: str, options: Mapping[str, object]
) -> Outcome:
    book.refuse_if_open_elsewhere()
    outcome: Outcome = run_macro(book, name, **options)
    report("Calculating and saving", 0.9)
    book.calculate()
    book.save()
    return outcome


@contextmanager
def _template_beside(path: Path, build: Callable[[Path], None] | None = None) -> Iterator[Path]:
    """A new template workbook in a scratch folder beside *path*, so that *path* appears complete or not."""
    if not path.parent.is_dir():
        raise WorkbookError(f"{path.parent}: there is no such folder")
    try:
        folder = tempfile.TemporaryDirectory(dir=path.parent)
    except OSError as error:
        raise WorkbookError(f"{path}: cannot write here ({error.strerror})") from error
    with folder as scratch:
        draft = Path(scratch) / path.name
        (build or BUILDERS[path.suffix.lower()])(draft)
        yield draft


@contextmanager
def _progress() -> Iterator[Callable[[str, float | None], None]]:
    """A bar on a terminal, silence in a pipe."""
    columns = (TextColumn("{task.description:<32}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("Opening", total=1.0)

        def report(message: str, share: float | None = None) -> None:
            bar.update(task, description=message, completed=share)

        yield report


for _macro in macros():
    if _macro.name not in ("refresh", "export"):
        app.command(_macro.name)(_verb(_macro))
