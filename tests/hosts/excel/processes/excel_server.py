"""A process that answers as xlwings' COM server does on Windows: pickled requests in, pickled answers out.

Run by tests; a request is (verb, arguments), an answer (True, value) or (False, message).
"""

import io
import pickle
import sys
from types import SimpleNamespace
from typing import Any

from pywin32_stand_in import range_object, xlwings_of_windows

import xlinventory  # noqa: F401 - with numpy and pandas, before the platform seems to be Windows

BRIDGE = "xlinventory.hosts.excel.live.udfs"


def main() -> None:
    """Answer until the requests end."""
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    xlwings_of_windows()
    from xlwings.com_server import XLPython  # noqa: PLC0415 - needs the stand-in

    verbs = {"call": _call(XLPython()), "registered": _registered, "wrappers": _wrappers}
    while True:
        try:
            verb, arguments = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer = True, verbs[verb](*arguments)
        except Exception as error:  # noqa: BLE001 - the test tells what it was
            answer = False, f"{type(error).__name__}: {error}"
        answers.write(pickle.dumps(answer))
        answers.flush()


def _call(server: Any) -> Any:
    """XLPy.CallUDF with arguments as pywin32 hands them over; {"range": rows} is a Range object."""

    def call(name: str, arguments: tuple[Any, ...], *workbook_and_caller: Any) -> Any:
        given = tuple(range_object(a["range"]) if isinstance(a, dict) else a for a in arguments)
        return server.CallUDF(BRIDGE, name, given, *workbook_and_caller)

    return call


def _registered() -> list[tuple[str, list[str], int]]:
    """Name, arguments and number of required arguments of every function that xlwings has registered."""
    module = sys.modules[BRIDGE]
    registered = [f.__xlfunc__ for f in vars(module).values() if hasattr(f, "__xlfunc__")]
    return [
        (f["name"], [a["name"] for a in f["args"]], sum("optional" not in a for a in f["args"]))
        for f in registered
    ]


def _wrappers() -> str:
    """The VBA that xlwings itself would write for our module."""
    from xlwings.udfs import generate_vba_wrapper, get_udf_module  # noqa: PLC0415 - needs the stand-in

    text = io.StringIO()
    generate_vba_wrapper(BRIDGE, get_udf_module(BRIDGE, None), text, SimpleNamespace(Name="inventory.xlsm"))
    return text.getvalue()


if __name__ == "__main__":
    main()
