"""The engine in LibreOffice's own Python: a component in the program does what a job of the menu does."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy
import pytest
import xlwings as xw

import xlinventory
from xlinventory.hosts.calc import Office
from xlinventory.hosts.calc.bridge import struct

COMPONENT = """
import json, os, sys
sys.path += [folder for folder in {folders!r} if folder not in sys.path]
import unohelper
from com.sun.star.task import XJob


class Job(unohelper.Base, XJob):
    def __init__(self, context):
        self.context = context

    def execute(self, arguments):
        import xlwings as xw
        from xlinventory.hosts.calc.engine import engine, register
        from xlinventory.hosts.calc.program.office import Inside

        register()
        app = xw.App(impl=engine.apps.attach(Inside(self.context)))
        told = {{"pid": app.pid, "own": os.getpid(), "visible": app.visible, "books": len(app.books)}}
        book = app.books["seen.ods"]
        told["cells"] = book.sheets[0]["A1:B2"].value
        book.sheets[0]["D1"].value = [["=SUM(A1,B1)", "=1/0", "=NA()", "=1/0", "=1/0", True, "'=x"]]
        told["errors"] = book.sheets[0]["D1:J1"].options(err_to_str=True).value
        new = app.books.add()
        told["active"] = app.books.active.name == new.name
        new.close()
        told["alert"] = app.alert("told", "title", "yes_no")
        app.status_bar = "Working 40 %"
        app.status_bar = False
        app.quit()
        told["attached"] = len(engine.apps)
        return json.dumps(told)


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Job, "test.xlinventory.Job", ("test.xlinventory.Job",))
"""


@pytest.fixture
def job(office: Office, tmp_path: Path) -> Any:
    """An object of the component, in LibreOffice's process."""
    folders = [str(Path(package.__file__).parents[1]) for package in (xlinventory, xw, numpy)]
    file = tmp_path / "component.py"
    file.write_text(COMPONENT.format(folders=folders), encoding="utf-8")
    loader = office.service("com.sun.star.loader.Python")
    factory = loader.activate("test.xlinventory.Job", "", file.as_uri(), None)
    return factory.createInstanceWithContext(office.context)


@pytest.mark.skipif(sys.platform != "linux", reason="LibreOffice's Python has other packages elsewhere")
def test_the_same_engine_works_inside_libreoffice(job: Any, calc: xw.App, tmp_path: Path) -> None:
    book = calc.books.add()
    book.sheets[0]["A1"].value = [[1.0, 2.0], ["x", None]]
    book.save(tmp_path / "seen.ods")
    told = json.loads(job.execute((struct("beans.NamedValue"),)))
    assert told["pid"] == told["own"] != calc.pid
    assert told["cells"] == [[1.0, 2.0], ["x", None]]
    assert told["errors"] == [3.0, "#DIV/0!", "#N/A", "#DIV/0!", "#DIV/0!", True, "=x"]
    assert {name: told[name] for name in ("visible", "books", "active", "alert", "attached")} == {
        "visible": False, "books": 1, "active": True, "alert": "yes", "attached": 0,
    }  # fmt: skip
    assert book.sheets[0]["D1"].value == 3.0
    assert len(calc.books) == 1, "LibreOffice goes on when a job is done"
