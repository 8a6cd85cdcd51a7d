"""The verbs: each opens a workbook file, runs one macro, saves, and says one sentence."""

import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

import xlinventory.macros  # noqa: F401  - importing it records the macros
from xlinventory import __version__
from xlinventory.cli import accounts, calc, findings, forecasts, formulas, plans, summary
from xlinventory.cli.console import err, out
from xlinventory.cli.hosts import OPENERS, Host, HostOption, chosen
from xlinventory.cli.next_step import next_step
from xlinventory.cli.running import Book, DryRun, keep, print_remarks, progress, run_on_file
from xlinventory.core.errors import InventoryError
from xlinventory.hosts.doctor import checks
from xlinventory.hosts.doctor.machine import this_machine
from xlinventory.hosts.excel import package, template
from xlinventory.hosts.excel.package import lite
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import Macro, macros, run_macro
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
app.add_typer(calc.app, name="calc")
ADDIN = Path("xlinventory.xlam")
"""The add-in's name unless another is given."""
WITHOUT_HOST = {"new", "doctor", "functions", "version", "calc"}
"""Commands that open no workbook, or choose for themselves how."""
STOPPED = 130
"""The exit code of a program that was ended by Ctrl+C, as shells have it."""
OWN_OPTIONS = ("refresh", "export", "forecast", "plan", *accounts.VERBS)
"""Verbs with options or a picture of their own; the others are made from their macros."""
DEMO_STEPS = ("forecast", "plan", "reorder", "value", "turnover", "suppliers")


def _build_for_libreoffice(path: Path) -> None:
    """The template as LibreOffice saves it in its own format."""
    from xlinventory.hosts.calc.files import session  # noqa: PLC0415 - slow, and only needed here

    in_excels_format = path.with_suffix(".xlsx")
    template.build(in_excels_format)
    session.build(in_excels_format, path)
    in_excels_format.unlink()


BUILDERS: dict[str, Callable[[Path], None]] = {
    ".xlsx": template.build,
    ".xlsm": lambda path: package.build_workbook(path, package.of_this_machine()),
    ".ods": _build_for_libreoffice,
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
        _fail("stopped", STOPPED)
    except SystemExit as end:  # typer makes an exit code of Ctrl+C, and says nothing
        if end.code == STOPPED:
            _fail("stopped", STOPPED)
        raise


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
    context: typer.Context,
    *,
    host: HostOption = None,
    version: Annotated[  # noqa: ARG001 - its callback does what it is for
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Options before any command."""
    if host is not None and context.invoked_subcommand in WITHOUT_HOST:
        raise typer.BadParameter(f"{context.invoked_subcommand} works in no workbook that is open")
    context.obj = host


@app.command()
def demo(
    context: typer.Context,
    *,
    host: HostOption = None,
    output: Annotated[Path, typer.Option(help="Folder for the workbook")] = Path("demo"),
) -> None:
    """Build a workbook from the shipped real sales and take it through the whole job."""
    output.mkdir(parents=True, exist_ok=True)
    path = output / "inventory.xlsm"
    opener = OPENERS[chosen(context, host)]
    with (
        _template_beside(path) as draft,
        as_file(files("xlinventory") / "demo_data") as folder,
    ):
        with progress() as report, opener(draft, report) as book:
            outcomes = [("refresh", run_macro(book, "refresh", folder=str(folder)))]
            outcomes += [(name, run_macro(book, name)) for name in DEMO_STEPS]
            remarks = keep(book, report)
        built = FileWorkbook.open(draft)
        built.save(path)
    summary.print_summary(out, built, outcomes)
    print_remarks(remarks)
    out.print(f"\nThe workbook: {path.resolve()}", markup=False, soft_wrap=True)


@app.command()
def new(
    book: Annotated[
        Path | None,
        typer.Argument(
            help="New file: .xlsm with macros, .xlsx without, .ods for LibreOffice, .xlam the add-in",
            metavar="BOOK",
        ),
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
        raise WorkbookError(
            f"{book}: a new workbook is an .xlsm, .xlsx or .ods file, the add-in an .xlam file"
        )
    if addin and ending != ".xlam":
        raise WorkbookError(f"{book}: the add-in is an .xlam file")
    if for_lite and ending != ".xlsx":
        raise WorkbookError(f"{book}: a workbook for xlwings Lite is an .xlsx file")
    if book.exists():
        raise WorkbookError(f"{book} exists already; nothing was changed")
    with _template_beside(book, lite.build if for_lite else None) as draft:
        if ending == ".ods":
            draft.rename(book)
        else:
            _calculated(draft, book, wanted=not for_lite)
    told = f"Built {book}: {lite.NEXT_STEP}" if for_lite else next_step(book, sys.platform)
    out.print(told, markup=False, soft_wrap=True)


def _calculated(draft: Path, book: Path, *, wanted: bool) -> None:
    """Save a draft under its name, calculated unless its functions have other names in the file."""
    opened = FileWorkbook.open(draft)
    if wanted:
        opened.calculate()
    opened.save(book)


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
    context: typer.Context,
    book: Book,
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of CSV files; the last one if left out", metavar="FOLDER")
    ] = None,
    *,
    dry_run: DryRun = False,
    host: HostOption = None,
) -> None:
    """Bring the CSV files of a folder into the workbook; running it twice changes nothing."""
    given = None if folder is None else str(folder.resolve())
    run_on_file(chosen(context, host), book, "refresh", dry_run=dry_run, folder=given)


@app.command()
def forecast(
    context: typer.Context,
    book: Book,
    *,
    dry_run: DryRun = False,
    processes: Annotated[
        int,
        typer.Option(
            min=0, help="Processes that forecast at once, with --host file; 0: all processors where that pays"
        ),
    ] = 0,
    host: HostOption = None,
) -> None:
    """Forecast every item's demand with the method that did best on periods held out."""
    where = chosen(context, host)
    allowed = {"processes": processes} if where is Host.FILE else {}
    run_on_file(where, book, "forecast", dry_run=dry_run, picture=forecasts.picture, **allowed)


@app.command()
def plan(context: typer.Context, book: Book, *, dry_run: DryRun = False, host: HostOption = None) -> None:
    """Measure lead times and demand, set the stock levels of every item, and check them by simulation."""
    run_on_file(chosen(context, host), book, "plan", dry_run=dry_run, picture=plans.picture)


@app.command()
def export(
    context: typer.Context,
    book: Book,
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="Folder for the files; else that of Settings, else orders beside BOOK", metavar="FOLDER"
        ),
    ] = None,
    *,
    dry_run: DryRun = False,
    host: HostOption = None,
) -> None:
    """Write a CSV file and a PDF of each order of which nothing came yet; twice changes nothing."""
    given = None if folder is None else str(folder.resolve())
    beside = str(book.resolve().parent)
    run_on_file(chosen(context, host), book, "export", dry_run=dry_run, folder=given, beside=beside)


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


def _verb(macro: Macro) -> Callable[..., None]:
    def command(
        context: typer.Context, book: Book, *, dry_run: DryRun = False, host: HostOption = None
    ) -> None:
        run_on_file(chosen(context, host), book, macro.name, dry_run=dry_run)

    command.__doc__ = macro.help
    return command


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


for _name, _own in accounts.VERBS.items():
    app.command(_name)(_own)
for _macro in macros():
    if _macro.name not in OWN_OPTIONS:
        app.command(_macro.name)(_verb(_macro))
