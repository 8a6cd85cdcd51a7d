"""A process that runs VBA of the macro workbook from the cells of LibreOffice.

Pickled requests in, pickled answers out, as excel_server.py. LibreOffice's Basic calls XLPy.CallUDF, which
leads over UNO into this process and there to xlwings' own server code. A soffice with a profile of its own
is driven over a pipe and ended with this process.
"""

import contextlib
import os
import pickle
import re
import signal
import struct
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pywin32_stand_in import xlwings_of_windows

import xlinventory  # noqa: F401 - with numpy and pandas, before the platform seems to be Windows

sys.path.append("/usr/lib/python3/dist-packages")  # where Linux distributions put LibreOffice's Python bridge
import uno
import unohelper
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.script import XInvocation

OURS = ("xlinventory_udfs", "xlinventory_cells")
"""The modules of the worksheet functions, as they stand in a workbook."""
SET_ASIDE = "Dictionary"
"""xlwings' class for the Mac: LibreOffice does not compile it, and then runs no module of the project."""
MISSING = -2147352572
SHEET_ERRORS = {2000: 521, 2007: 532, 2015: 519, 2023: 524, 2029: 525, 2036: 503, 2042: 32767}
"""LibreOffice's numbers of the error values of Excel's XlCVError."""
CODES = {MISSING, *(-2146828288 + number for number in SHEET_ERRORS)}
COM_ERRORS = {error: -2146828288 + number for number, error in SHEET_ERRORS.items()}

PATCHES = [
    # LibreOffice writes a VBA error value into a cell as the text "Error 2007"; this is a real error there.
    (r"\bCVErr\(", "SheetError("),
    # Its Range has no Value2, and its Value shows an error as 0.
    (r"= (area\S*)\.Value2\b", r"= Value2Of(\1)"),
    # It refuses to pass on an argument that was left out; as COM sends it, it is this number.
    (r"\bOptional (\w+)(?=[,)])", rf"Optional \1 = {MISSING}"),
]
"""What is different in LibreOffice's Basic, all of it; everything else runs as it is written."""

XLWINGS = """
Option Explicit
Private uno_server As Object

Public Sub GiveServer(ByVal server As Object)
    Set uno_server = server
End Sub

Public Function XLPy()
    Dim server As Object
    If Not uno_server.Starts() Then Err.Raise 1000, , "Could not load xlwings.dll"
    Set server = New FakeServer
    server.Attach uno_server
    Set XLPy = server
End Function

Public Function Value2Of(ByVal area As Object) As Variant
    Dim sheet_name As String
    sheet_name = area.Worksheet.Name
    Value2Of = uno_server.Value2(sheet_name, area.Row, area.Column, area.Rows.Count, area.Columns.Count)
End Function

Public Function SheetError(ByVal number As Long) As Double
    SheetError = uno_server.SheetError(number)
End Function
"""
"""In place of the module xlwings, which needs Windows."""

FAKE_SERVER = """
Option Explicit
Private uno_server As Object

Public Sub Attach(ByVal server As Object)
    Set uno_server = server
End Sub

Public Sub Module(ByVal module_name As String)
    uno_server.Import module_name
End Sub

Public Function CallUDF(ByVal module_name As String, ByVal function_name As String, ByVal arguments)
    Dim rows As Variant, block() As Variant, i As Long, j As Long
    If Not uno_server.Lives() Then Err.Raise 462
    rows = uno_server.CallUDF(module_name, function_name, arguments)
    CallUDF = rows
    If Not IsArray(rows) Then Exit Function
    If Not IsArray(rows(0)) Then Exit Function
    ReDim block(UBound(rows), UBound(rows(0)))
    For i = 0 To UBound(rows)
        For j = 0 To UBound(rows(0))
            block(i, j) = rows(i)(j)
        Next
    Next
    CallUDF = block
End Function
"""
"""What COM does with an answer: rows of rows are a block of two dimensions."""


class Server(unohelper.Base, XInvocation):
    """The far side of XLPy: xlwings' server, and switches to make it fail."""

    def __init__(self, xlwings_server: Any) -> None:
        self.xlwings_server, self.document = xlwings_server, None
        self.starts, self.calls = 0, 0
        self.can_start, self.lost, self.fails = True, False, False

    def invoke(self, name: str, arguments: Any, *_: Any) -> Any:  # the rest is XInvocation's
        return getattr(self, f"_{name.lower()}")(*arguments), (), ()

    def _starts(self) -> bool:
        self.starts += 1
        self.lost = False
        return self.can_start

    def _lives(self) -> bool:
        return not self.lost

    def _import(self, name: str) -> None:
        self.xlwings_server.Module(name)

    def _calludf(self, module: str, function: str, arguments: tuple[Any, ...]) -> Any:
        self.calls += 1
        if self.fails:
            raise RuntimeError("not this time")
        answer = self.xlwings_server.CallUDF(module, function, tuple(map(as_excel, arguments)))
        return tuple(map(as_uno, answer)) if isinstance(answer, list) else answer

    def _value2(self, sheet: str, row: int, column: int, rows: int, columns: int) -> Any:
        """What Range.Value2 is in Excel: one value or a block, dates as numbers, errors as COM's codes."""
        cells = self.document.Sheets.getByName(sheet).getCellRangeByPosition(
            column - 1, row - 1, column + columns - 2, row + rows - 2
        )
        block = tuple(
            tuple(value if value not in ("", None) else empty(cells.getCellByPosition(j, i))
                  for j, value in enumerate(values))
            for i, values in enumerate(cells.getDataArray())
        )  # fmt: skip
        return block if rows * columns > 1 else block[0][0]

    @staticmethod
    def _sheeterror(number: int) -> float:
        """Not a number, with LibreOffice's error in its lower half: that is how a cell holds an error."""
        return struct.unpack("<d", struct.pack("<II", SHEET_ERRORS[number], 0x7FF80000))[0]

    def getIntrospection(self) -> None:  # noqa: N802 - XInvocation
        return None

    def hasMethod(self, name: str) -> bool:  # noqa: N802 - XInvocation
        return hasattr(self, f"_{name.lower()}")

    def hasProperty(self, _name: str) -> bool:  # noqa: N802 - XInvocation
        return False

    def getValue(self, _name: str) -> None:  # noqa: N802 - XInvocation
        return None

    def setValue(self, _name: str, _value: Any) -> None:  # noqa: N802 - XInvocation
        return None


def as_excel(value: Any) -> Any:
    """Whole numbers come as integers from Basic, as doubles from Excel."""
    if isinstance(value, tuple):
        return tuple(map(as_excel, value))
    return float(value) if type(value) is int and value not in CODES else value


def empty(cell: Any) -> Any:
    """A cell that shows nothing: an error, an empty text, or blank."""
    if cell.getError():
        return COM_ERRORS[cell.getError()]
    return None if cell.Type.value == "EMPTY" else ""


def as_uno(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class Office:
    """A soffice of its own and its one document."""

    def __init__(self, profile: Path) -> None:
        pipe = f"xlinventory{uuid.uuid4().hex}"
        accept = f"pipe,name={pipe};urp;StarOffice.ComponentContext"
        self.process = subprocess.Popen(
            ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore",
             f"--accept={accept}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self.server: Any = None
        self.document: Any = None
        self.library = ""
        try:
            self.desktop = self._connected(f"uno:{accept}")
        except BaseException:
            os.killpg(self.process.pid, signal.SIGTERM)
            raise

    def _connected(self, address: str) -> Any:
        """The desktop of the started office, as soon as it listens."""
        context = uno.getComponentContext()
        resolver = context.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
        for _ in range(600):
            try:
                remote = resolver.resolve(address)
                return remote.ServiceManager.createInstance("com.sun.star.frame.Desktop")
            except NoConnectException:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    raise RuntimeError(f"soffice ended with {self.process.wait(0.2)}") from None
        raise RuntimeError("soffice does not answer")

    def open(self, modules: dict[str, str] | None, path: str | None, server: Server) -> None:
        """A new document with these modules, or the workbook at *path* with its own."""
        allowed = PropertyValue("MacroExecutionMode", 0, 4, 0)
        url = Path(path).as_uri() if path else "private:factory/scalc"
        self.document = self.desktop.loadComponentFromURL(url, "_blank", 0, (allowed,))
        libraries = self.document.BasicLibraries
        libraries.VBACompatibilityMode = True
        self.library = self._library_of(OURS[0]) if path else "Standard"
        library = libraries.getByName(self.library)
        texts = modules or {name: library.getByName(name) for name in OURS}
        if path:
            library.removeByName(SET_ASIDE)
            self.document.Sheets.insertNewByName("cells of the test", 0)
        for name, text in texts.items():
            put(library, name, patched(text))
        put(library, "xlwings", XLWINGS)
        put(library, "FakeServer", "Option ClassModule\n" + FAKE_SERVER, "VBAClassModule")
        self.server, server.document = server, self.document
        self.run("xlwings.GiveServer", server)

    def _library_of(self, module: str) -> str:
        """The library of the document that has this module: the name of the workbook's VBA project."""
        libraries = self.document.BasicLibraries
        found = {name: libraries.getByName(name).ElementNames for name in libraries.ElementNames}
        return next(name for name, modules in found.items() if module in modules)

    def run(self, macro: str, *arguments: Any) -> Any:
        """Run a Sub or Function of the document's modules."""
        script = self.document.getScriptProvider().getScript(
            f"vnd.sun.star.script:{self.library}.{macro}?language=Basic&location=document"
        )
        return script.invoke(arguments, (), ())[0]

    def put(self, address: str, rows: Sequence[Sequence[Any]]) -> None:
        """Values and formulas into cells."""
        sheet = self.document.Sheets.getByIndex(0)
        sheet.getCellRangeByName(address).setFormulaArray(tuple(map(tuple, rows)))

    def show(self, address: str, formula: str) -> list[list[Any]]:
        """The cells of an array formula: numbers, texts, or {"error": LibreOffice's number}."""
        cells = self.document.Sheets.getByIndex(0).getCellRangeByName(address)
        cells.setArrayFormula(formula)
        answer = self.read(address)
        cells.clearContents(1 | 2 | 4 | 16)  # numbers, dates, texts, formulas
        return answer

    def read(self, address: str) -> list[list[Any]]:
        """What cells show."""
        cells = self.document.Sheets.getByIndex(0).getCellRangeByName(address)
        data = cells.getDataArray()
        return [[shown(cells.getCellByPosition(j, i), cell) if cell in ("", None) else cell
                 for j, cell in enumerate(row)] for i, row in enumerate(data)]  # fmt: skip

    def state(self, **changes: Any) -> dict[str, Any]:
        """Counters of the fake server, after changing its switches."""
        vars(self.server).update(changes)
        return {name: getattr(self.server, name) for name in ("starts", "calls", "lost", "can_start")}

    def calculate(self) -> None:
        """Every formula anew."""
        self.document.calculateAll()

    def close(self) -> None:
        """End the office."""
        try:
            if self.document:
                self.document.close(True)
            self.desktop.terminate()
            self.process.wait(60)
        finally:
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGTERM)


def put(library: Any, name: str, text: str, kind: str = "VBAModule") -> None:
    """A module as LibreOffice makes it from a VBA project."""
    headers = ("Attribute ", "Rem Attribute ", "Option VBASupport")
    body = "\n".join(line for line in text.splitlines() if not line.startswith(headers))
    source = f"Rem Attribute VBA_ModuleType={kind}\nOption VBASupport 1\n{body}\n"
    (library.replaceByName if library.hasByName(name) else library.insertByName)(name, source)


def patched(text: str) -> str:
    """A module with what LibreOffice needs otherwise."""
    for pattern, instead in PATCHES:
        text = re.sub(pattern, instead, text)
    return text


def shown(cell: Any, value: Any) -> Any:
    """A cell's content; an error as LibreOffice's number of it."""
    return {"error": cell.getError()} if cell.getError() else value


def main() -> None:
    """Answer until the requests end."""
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    xlwings_of_windows()
    from xlwings.com_server import XLPython  # noqa: PLC0415 - needs the stand-in

    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder))
        try:
            while True:
                try:
                    verb, arguments, options = pickle.load(sys.stdin.buffer)
                except EOFError:
                    return
                try:
                    if verb == "open":
                        arguments = (*arguments, Server(XLPython()))
                    answer = True, getattr(office, verb)(*arguments, **options)
                except Exception as error:  # noqa: BLE001 - the test tells what it was
                    answer = False, f"{type(error).__name__}: {error}"
                answers.write(pickle.dumps(answer))
                answers.flush()
        finally:
            office.close()


if __name__ == "__main__":
    main()
