"""The programs a verb can work in, in one table: the file alone, LibreOffice, Excel."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from enum import Enum
from pathlib import Path
from typing import Annotated, Protocol

import typer

from xlinventory.hosts.file import FileWorkbook
from xlinventory.workbook import Workbook, WorkbookError

Report = Callable[[str, float | None], None]


class OpenBook(Workbook, Protocol):
    """A workbook a verb works in, until it is kept or left as it was."""

    @property
    def uncomputed(self) -> Sequence[str]:
        """Formula cells that kept the value they had."""

    def refuse_if_open_elsewhere(self) -> None:
        """Raise WorkbookError when it could not be saved."""

    def keep(self) -> Sequence[str]:
        """Calculate and save; sentences on what is remarkable."""


Opener = Callable[[Path, Report], AbstractContextManager[OpenBook]]


class Host(Enum):
    """Where a verb works."""

    FILE = "file"
    CALC = "calc"
    EXCEL = "excel"


def _in_file(path: Path, report: Report) -> AbstractContextManager[OpenBook]:
    if path.suffix.lower() == ".ods":
        raise WorkbookError(f"{path.name} is in LibreOffice's own format: use --host calc")
    return nullcontext(FileWorkbook.open(path, on_report=report))


def _in_calc(path: Path, report: Report) -> AbstractContextManager[OpenBook]:
    from xlinventory.hosts.calc.files.session import open_book  # noqa: PLC0415 - half a second that others need not wait

    return open_book(path, report)


def _in_excel(path: Path, report: Report) -> AbstractContextManager[OpenBook]:
    from xlinventory.hosts.excel.live.session import open_book  # noqa: PLC0415 - see above

    return open_book(path, report)


OPENERS: Mapping[Host, Opener] = {Host.FILE: _in_file, Host.CALC: _in_calc, Host.EXCEL: _in_excel}

HELP = (
    "Where to work: file (needs no spreadsheet program), calc (a LibreOffice that is started for it), excel "
    "(in the open workbook, or in an Excel that is started for it); file if left out"
)
HostOption = Annotated[Host | None, typer.Option("--host", help=HELP)]
"""Taken before the verb and after it; the one after it counts."""


def chosen(context: typer.Context, host: Host | None) -> Host:
    """The host of this run, from the option after the verb, else the one before it."""
    return host or context.obj or Host.FILE
