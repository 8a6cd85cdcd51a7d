"""The hidden sheet that tells xlwings which Python to start and where the functions are."""

import sys
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

UDF_MODULE = "xlinventory.hosts.excel.live.udfs"


@dataclass(frozen=True, slots=True)
class Interpreters:
    """The Python that Excel starts, per system; a bare name is searched for on the path."""

    windows: str = "pythonw"
    mac: str = "python"


ANY_MACHINE = Interpreters()
"""What a workbook that is handed to others says: no path of the machine it was built on."""


def of_this_machine() -> Interpreters:
    """This very Python where Excel runs on this system; without a console window on Windows."""
    running = Path(sys.executable)
    if sys.platform == "win32":
        return Interpreters(windows=str(running.with_name("pythonw.exe")))
    return Interpreters(mac=str(running)) if sys.platform == "darwin" else ANY_MACHINE


def write_config(book: Workbook, project: str, interpreters: Interpreters) -> Worksheet:
    """The sheet ``<project>.conf``; xlwings reads it row by row until the first blank one."""
    sheet = book.add_worksheet(f"{project}.conf")
    rows = (
        ("INTERPRETER_WIN", interpreters.windows),
        ("INTERPRETER_MAC", interpreters.mac),
        ("UDF MODULES", UDF_MODULE),
        ("USE UDF SERVER", True),
        ("ADD_WORKBOOK_TO_PYTHONPATH", False),
    )
    for i, (name, value) in enumerate(rows):
        sheet.write_string(i, 0, name)
        sheet.write(i, 1, value)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 60)
    return sheet
