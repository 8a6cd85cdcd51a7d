"""The macro workbook and the add-in as files: template, VBA project, ribbon and help in one."""

from io import BytesIO
from pathlib import Path

from xlsxwriter.workbook import Workbook

from xlinventory.hosts.excel.package import parts, project, ribbon
from xlinventory.hosts.excel.package.config_sheet import ANY_MACHINE, Interpreters, write_config
from xlinventory.hosts.excel.package.function_help import with_function_help
from xlinventory.hosts.excel.template.workbook import created
from xlinventory.hosts.excel.template.workbook import fill as fill_template

ADDIN_PROJECT = "xlinventory"
"""What xlwings calls the add-in: its own config sheet, so that it never reads the active workbook's."""


def build_workbook(path: str | Path, interpreters: Interpreters = ANY_MACHINE) -> None:
    """Write the empty macro workbook; its formulas have no values yet."""
    with created(path) as book:
        fill_template(book)
        write_config(book, project.XLWINGS_MODULE, interpreters).hide()
        _add_project(book, project.workbook_project(sheet.name for sheet in book.worksheets()))
    _finish(Path(path), ribbon.WORKBOOK)


def build_addin(path: str | Path, interpreters: Interpreters = ANY_MACHINE) -> None:
    """Write the add-in: functions and ribbon for whatever workbook is active, no sheet to be seen."""
    with created(path) as book:
        write_config(book, ADDIN_PROJECT, interpreters)
        names = [sheet.name for sheet in book.worksheets()]
        _add_project(book, project.addin_project(names, ADDIN_PROJECT))
    _finish(Path(path), ribbon.ADDIN)
    parts.rewrite(Path(path), {parts.CONTENT_TYPES: parts.as_addin, parts.WORKBOOK: parts.without_window}, {})


def _add_project(book: Workbook, binary: bytes) -> None:
    book.add_vba_project(BytesIO(binary), is_stream=True)
    book.set_vba_name(project.BOOK_MODULE)
    for sheet in book.worksheets():
        sheet.set_vba_name(project.code_name(sheet.name))


def _finish(path: Path, place: ribbon.Place) -> None:
    changes = {parts.WORKBOOK: with_function_help, parts.RELATIONSHIPS: parts.with_ribbon}
    parts.rewrite(path, changes, {parts.RIBBON: ribbon.custom_ui(place)})
