"""``xlinventory calc``: the extension in a person's own LibreOffice."""

from pathlib import Path
from typing import Annotated

import typer

from xlinventory.cli.console import out

app = typer.Typer(
    help="Put the menu Inventory and the functions into your LibreOffice, open a workbook, take them out.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
ProfileOption = Annotated[
    Path | None,
    typer.Option("--profile", help="LibreOffice's profile, if not the usual one", metavar="FOLDER"),
]
Book = Annotated[Path, typer.Argument(help="Workbook file: .xlsx, .xlsm or .ods", metavar="BOOK")]


@app.command()
def install(*, profile: ProfileOption = None) -> None:
    """Put the menu and the functions into LibreOffice; doing it twice renews them."""
    from xlinventory.hosts.calc.program import personal, profiles  # noqa: PLC0415 - slow, and only needed here

    out.print(personal.install(profiles.profile(profile)), markup=False, soft_wrap=True)


@app.command("open")
def open_book(book: Book, *, profile: ProfileOption = None) -> None:
    """Show a workbook in LibreOffice, with the menu and the functions."""
    from xlinventory.hosts.calc.program import personal, profiles  # noqa: PLC0415 - see above

    out.print(personal.open_book(profiles.profile(profile), book), markup=False, soft_wrap=True)


@app.command()
def uninstall(*, profile: ProfileOption = None) -> None:
    """Take the menu and the functions out of LibreOffice; doing it twice changes nothing."""
    from xlinventory.hosts.calc.program import personal, profiles  # noqa: PLC0415 - see above

    out.print(personal.uninstall(profiles.profile(profile)), markup=False, soft_wrap=True)
