"""The VBA project of the workbook and of the add-in, module by module."""

import re
from collections.abc import Iterable
from importlib.resources import files

from xlinventory.hosts.excel.package import function_wrappers, ribbon
from xlinventory.hosts.excel.vba import Kind, Module, build_project

BOOK_MODULE = "ThisWorkbook"
XLWINGS_MODULE = "xlwings"
_PROJECT_LINE = re.compile(r'(?m)^Public Const PROJECT_NAME As String = "\w+"(?=\r?$)')


def code_name(sheet: str) -> str:
    """Name of a sheet's module.

    >>> code_name("_undo"), code_name("xlwings.conf")
    ('SheetUndo', 'SheetXlwingsConf')
    """
    words = re.findall(r"[A-Za-z0-9]+", sheet)
    return "Sheet" + "".join(word[0].upper() + word[1:] for word in words)


def workbook_project(sheets: Iterable[str]) -> bytes:
    """vbaProject.bin of the macro workbook: xlwings' module as it is installed, and ours."""
    return _project(sheets, ribbon.WORKBOOK, installed("xlwings.bas"))


def addin_project(sheets: Iterable[str], name: str) -> bytes:
    """vbaProject.bin of the add-in; xlwings calls it *name*, as the name of its config sheet."""
    return _project(sheets, ribbon.ADDIN, named(installed("xlwings_custom_addin.bas"), name))


def installed(name: str) -> str:
    """A module of the installed xlwings: its version has to be that of the library it calls."""
    return files("xlwings").joinpath(name).read_text(encoding="cp1252")


def named(module: str, name: str) -> str:
    """xlwings' module for add-ins with the one line changed that its documentation asks to change."""
    changed, count = _PROJECT_LINE.subn(f'Public Const PROJECT_NAME As String = "{name}"', module)
    if count != 1:
        raise ValueError("the installed xlwings names its add-in project in another way")
    return changed


def _project(sheets: Iterable[str], place: ribbon.Place, xlwings_module: str) -> bytes:
    standard = {
        XLWINGS_MODULE: xlwings_module,
        function_wrappers.HELPERS: function_wrappers.helpers(),
        function_wrappers.WRAPPERS: function_wrappers.wrappers(),
        ribbon.MODULE: ribbon.ribbon_module(place),
    }
    return build_project(
        [
            Module(BOOK_MODULE, Kind.WORKBOOK, "Option Explicit\n"),
            *(Module(code_name(sheet), Kind.SHEET, "Option Explicit\n") for sheet in sheets),
            Module("Dictionary", Kind.CLASS, installed("addin/Dictionary.cls")),
            *(Module(name, Kind.STANDARD, source) for name, source in standard.items()),
        ]
    )
