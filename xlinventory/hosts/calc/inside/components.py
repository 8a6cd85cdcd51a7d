"""The services that the extension gives to LibreOffice."""

from importlib import import_module
from typing import Any

from xlinventory.hosts.calc.inside import functions, job


def register() -> Any:
    """All of them, as LibreOffice's Python loader wants them."""
    helper = import_module("unohelper").ImplementationHelper()
    helper.addImplementation(functions.component(), functions.SERVICE, functions.SERVICES)
    helper.addImplementation(job.component(), job.JOB, job.SERVICES)
    return helper
