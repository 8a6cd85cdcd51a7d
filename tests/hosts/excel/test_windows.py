"""The worksheet functions under the real xlwings decorators and server: only on Windows, where pywin32 is.

Elsewhere the same is done with a stand-in for pywin32 (``test_udfs.py``).
"""

import sys

import pytest

from xlinventory.evaluation import evaluate
from xlinventory.hosts.doctor.checks import Verdict, examine
from xlinventory.hosts.doctor.machine import this_machine
from xlinventory.registry import registered

pytestmark = pytest.mark.skipif(sys.platform != "win32", reason="pywin32 is for Windows only")
BRIDGE = "xlinventory.hosts.excel.live.udfs"


def test_xlwings_registers_every_function() -> None:
    from xlinventory.hosts.excel.live import udfs  # noqa: PLC0415 - with pywin32 this registers

    found = {name: f.__xlfunc__ for name, f in vars(udfs).items() if hasattr(f, "__xlfunc__")}
    assert set(found) == {spec.name.lower() for spec in registered()}
    for spec in registered():
        assert [a["name"] for a in found[spec.name.lower()]["args"]] == [p.name for p in spec.parameters]


def test_the_com_server_answers_a_cell() -> None:
    """EOQ: sqrt(2 * 1000 * 10 / (0.5 * 1)) = 200."""
    from xlwings.com_server import XLPython  # noqa: PLC0415 - needs pywin32

    assert evaluate("EOQ", 1000.0, 10.0, 0.5, 1.0) == 200.0
    answer = XLPython().CallUDF(BRIDGE, "eoq", (1000.0, 10.0, 0.5, 1.0))
    while isinstance(answer, list | tuple):
        (answer,) = answer
    assert answer == 200.0


def test_the_doctor_finds_what_excel_needs() -> None:
    findings = {finding.check: finding for finding in examine(this_machine())}
    for check in ("pywin32", "xlwings DLL"):
        assert findings[check].verdict is Verdict.OK, findings[check]
