"""The services that the extension gives to LibreOffice."""

from importlib import import_module
from typing import Any

from xlinventory.hosts.calc.inside import functions
from xlinventory.hosts.excel.live import log_file


def register() -> Any:
    """All of them, as LibreOffice's Python loader wants them."""
    log_file.open_log()
    helper = import_module("unohelper").ImplementationHelper()
    helper.addImplementation(functions.component(), functions.SERVICE, functions.SERVICES)
    return helper
