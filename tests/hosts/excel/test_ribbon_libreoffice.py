"""LibreOffice runs the ribbon's VBA as it is written, xlwings stood in for, and opens the real workbook."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from xlinventory.hosts.buttons import Action, buttons
from xlinventory.hosts.calc.bridge import properties, url
from xlinventory.hosts.excel.package.ribbon import ADDIN, WORKBOOK, Place, ribbon_module
from xlinventory.hosts.excel.vba import Kind, Module, build_project
from xlinventory.sheets.settings import SETTINGS_TABLE

if TYPE_CHECKING:
    from conftest import Built

    from xlinventory.hosts.calc.program.office import Office

SEEN = "Seen"
SHEETS = (SEEN, "Settings", *sorted({button.sheet for button in buttons() if not isinstance(button, Action)}))
XLWINGS = f"""
Option Explicit
Public Function XLPy()
    Set XLPy = New FakeServer
End Function
Public Function FolderDialog()
    Set FolderDialog = New FakeDialog
End Function
Public Function RunPython(PythonCommand As String)
    Note "run " & PythonCommand
End Function
Public Sub Note(ByVal words As String)
    Dim cell As Range
    Set cell = ThisWorkbook.Worksheets("{SEEN}").Cells(1, 1)
    cell.Value = cell.Value & words & "|"
End Sub
"""
SERVER = """
Option Explicit
Public Sub Module(ByVal name As String)
    Note "start " & name & IIf(Application.DisplayAlerts, " noisy", "")
End Sub
"""
CELLS = """
Option Explicit
Option Private Module
Public Sub TryPythonAgain()
    Note "again"
End Sub
"""
CONTROL = """
Option Explicit
Public ID As String
"""
PRESS = """
Public Sub PressLog()
    Dim control As Object
    Set control = New FakeControl
    control.ID = "log"
    {callback} control
End Sub
"""


DIALOG = """
Option Explicit
Public Title As String
Public Function Show() As Long
    Show = ThisWorkbook.Worksheets("Seen").Cells(2, 1).Value
End Function
Public Function SelectedItems(ByVal index As Long) As String
    SelectedItems = "/chosen"
End Function
"""
PATCHES = (
    # LibreOffice has no conditional compilation; this is what Windows compiles.
    (r"( +)#If Mac Then\n.*?#Else\n(.*?) +#End If\n", r"\2"),
    (r'\.ListObjects\("Settings"\)\.DataBodyRange', ".UsedRange"),  # nor tables in its Basic
    (r"Application\.FileDialog\(4\)", "FolderDialog()"),  # nobody is there to choose a folder
)
"""What is different in the text that LibreOffice runs, all of it."""


def patched(module: str) -> str:
    for pattern, replacement in PATCHES:
        module, count = re.subn(pattern, replacement, module, flags=re.S)
        assert count == 1
    return module


def write_book(path: Path, place: Place) -> None:
    """A small workbook with the module of the ribbon and what it calls."""
    modules = [Module("ThisWorkbook", Kind.WORKBOOK, "")]
    with xlsxwriter.Workbook(path) as book:
        for name in SHEETS:
            book.add_worksheet(name).set_vba_name(f"Sheet{name}")
            modules.append(Module(f"Sheet{name}", Kind.SHEET, ""))
        headers = [{"header": name} for name in SETTINGS_TABLE.names]
        rows = [["as_of", 1], ["csv_folder", "/data"], ["seed", 1]]
        settings = book.get_worksheet_by_name("Settings")
        settings.add_table(0, 0, 3, 3, {"name": "Settings", "columns": headers, "data": rows})
        modules += [
            Module("xlwings", Kind.STANDARD, XLWINGS),
            Module("FakeServer", Kind.CLASS, SERVER),
            Module("xlinventory_cells", Kind.STANDARD, CELLS),
            Module("FakeControl", Kind.CLASS, CONTROL),
            Module("FakeDialog", Kind.CLASS, DIALOG),
            Module("XLInventoryRibbon", Kind.STANDARD, patched(ribbon_module(place))),
            Module("Presses", Kind.STANDARD, PRESS.format(callback=place.callback)),
        ]
        book.add_vba_project(BytesIO(build_project(modules)), is_stream=True)
        book.set_vba_name("ThisWorkbook")


@pytest.fixture(params=[WORKBOOK, ADDIN], ids=["workbook", "add-in"])
def place(request: pytest.FixtureRequest) -> Place:
    return request.param


@pytest.fixture
def document(office: "Office", place: Place, tmp_path: Path) -> Iterator[Any]:
    """The workbook, open with its macros allowed."""
    write_book(tmp_path / "ribbon.xlsm", place)
    allowed = properties(Hidden=True, MacroExecutionMode=4)  # MacroExecMode.ALWAYS_EXECUTE_NO_WARN
    opened = office.desktop.loadComponentFromURL(url(tmp_path / "ribbon.xlsm"), "_blank", 0, allowed)
    yield opened
    opened.setModified(False)
    opened.close(True)


@pytest.fixture
def run(document: Any) -> Callable[[str], None]:
    def call(name: str) -> None:
        place = f"vnd.sun.star.script:xlinventory.{name}?language=Basic&location=document"
        document.getScriptProvider().getScript(place).invoke((), (), ())

    return call


def seen(document: Any) -> list[str]:
    text = document.Sheets.getByName(SEEN).getCellByPosition(0, 0).String
    return text.split("|")[:-1]


def test_every_button_starts_python_then_runs_its_own_text(
    document: Any, run: Callable[[str], None], place: Place
) -> None:
    for button in buttons():
        if isinstance(button, Action):
            run(f"XLInventoryRibbon.{place.prefix}{button.id}")
            again, start, called = seen(document)[-3:]
            assert again == "again"  # functions that found no Python look for it once more
            assert start == "start xlinventory.hosts.excel.live.buttons"
            assert called == (
                f"run from xlinventory.hosts.excel.live.buttons import press; press('{button.id}')"
            )


def test_a_button_for_a_sheet_shows_it_without_python(
    document: Any, run: Callable[[str], None], place: Place
) -> None:
    for button in buttons():
        if not isinstance(button, Action):
            run(f"XLInventoryRibbon.{place.prefix}{button.id}")
            assert document.CurrentController.ActiveSheet.Name == button.sheet
    assert seen(document) == []


def test_the_ribbon_calls_back_with_its_control(document: Any, run: Callable[[str], None]) -> None:
    run("Presses.PressLog")
    assert document.CurrentController.ActiveSheet.Name == "Log"


@pytest.mark.parametrize(("answer", "folder"), [(-1, "/chosen"), (0, "")])
def test_refresh_asks_for_the_folder_once(
    answer: int, folder: str, document: Any, run: Callable[[str], None], place: Place
) -> None:
    """Microsoft: FileDialog.Show gives -1 for the action button and 0 for Cancel."""
    setting = document.Sheets.getByName("Settings").getCellByPosition(1, 2)
    document.Sheets.getByName(SEEN).getCellByPosition(0, 1).Value = answer
    setting.String = ""
    run(f"XLInventoryRibbon.{place.prefix}refresh")
    assert setting.String == folder
    assert len(seen(document)) == (3 if folder else 0)
    document.Sheets.getByName(SEEN).getCellByPosition(0, 1).Value = 0
    run(f"XLInventoryRibbon.{place.prefix}refresh")
    assert len(seen(document)) == (6 if folder else 0)


def test_a_book_without_settings_is_left_to_python(
    document: Any, run: Callable[[str], None], place: Place
) -> None:
    document.Sheets.removeByName("Settings")
    run(f"XLInventoryRibbon.{place.prefix}refresh")
    assert len(seen(document)) == 3


def test_the_real_workbook_opens_with_all_its_modules(
    office: "Office", built_files: "Built", modules: Callable[[Path], dict[str, str]]
) -> None:
    opened = office.desktop.loadComponentFromURL(
        url(built_files.workbook), "_blank", 0, properties(Hidden=True, MacroExecutionMode=0)
    )
    try:
        library = opened.BasicLibraries.getByName("xlinventory")
        there = {name: library.getByName(name) for name in library.ElementNames}
        assert sorted(there) == sorted(modules(built_files.workbook))
        assert ribbon_module(WORKBOOK).strip() in there["XLInventoryRibbon"].replace("\r\n", "\n")
    finally:
        opened.close(True)
