"""The macro workbook, the add-in and the Lite workbook: template, project, ribbon, help in one file."""

from xlinventory.hosts.excel.package.config_sheet import ANY_MACHINE, Interpreters, of_this_machine
from xlinventory.hosts.excel.package.macro_workbook import build_addin, build_workbook

__all__ = ["ANY_MACHINE", "Interpreters", "build_addin", "build_workbook", "of_this_machine"]
