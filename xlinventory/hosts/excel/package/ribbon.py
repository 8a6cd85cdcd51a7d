"""The ribbon tab and the VBA behind it, both written from the table of buttons.

Names of callbacks are shared by all open books, so the add-in's are others than the workbook's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from xlinventory.hosts.buttons import GROUPS, TITLE, Action, Button, buttons
from xlinventory.sheets.settings import SETTINGS_TABLE

MODULE = "XLInventoryRibbon"
NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
ENTRY = "xlinventory.hosts.excel.live.buttons"
"""The Python module that serves a button."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the buttons live: what their VBA is called and which book they work on."""

    tab: str
    label: str
    callback: str
    prefix: str
    """Begins the name of each button's Sub: INVENTORY_TURNOVER is a function, and VBA ignores case."""
    book: str


WORKBOOK = Place("XLInventoryTab", TITLE, "XLInventoryButton", "InventoryButton_", "ThisWorkbook")
ADDIN = Place(
    "XLInventoryAddinTab",
    f"{TITLE} add-in",
    "XLInventoryAddinButton",
    "InventoryAddinButton_",
    "ActiveWorkbook",
)

CANNOT_START = (
    "Python could not be started; run xlinventory doctor in a terminal, which says what to do about it."
)
NO_BOOK = "Open the inventory workbook first."
NO_SHEET = "This workbook has no sheet of that name: "
ASK_FOLDER = "Folder of your CSV files"
TYPE_FOLDER = (
    "Type the folder of your CSV files into csv_folder on the sheet Settings, such as "
    "/Users/you/stock, then press Refresh from CSV again."
)


def custom_ui(place: Place) -> bytes:
    """The part customUI/customUI14.xml: one tab, its groups, its buttons, one callback."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
        f'<customUI xmlns="{NAMESPACE}">',
        "<ribbon><tabs>",
        f"<tab {_attributes(id=place.tab, label=place.label)}>",
    ]
    for group in GROUPS:
        lines.append(f"<group {_attributes(id=f'{place.tab}{group.label}', label=group.label)}>")
        lines += [_button(button, place) for button in group.buttons]
        lines.append("</group>")
    lines += ["</tab>", "</tabs></ribbon>", "</customUI>"]
    return "\n".join(lines).encode()


def _button(button: Button, place: Place) -> str:
    told = _attributes(
        id=button.id,
        label=button.label,
        size=button.size.value,
        imageMso=button.icon,
        screentip=button.label,
        supertip=button.help,
        onAction=place.callback,
    )
    return f"<button {told}/>"


def _attributes(**values: str) -> str:
    return " ".join(f"{name}={quoteattr(value)}" for name, value in values.items())


def ribbon_module(place: Place) -> str:
    """The module XLInventoryRibbon: the callback, a Sub a button for Alt+F8 and shapes, and what they do."""
    return "\n".join([*_head(place), *_subs(place), *_press(place), *_tail()])


def _head(place: Place) -> Iterator[str]:
    yield from (
        "Option Explicit",
        "",
        f"' What the buttons of the tab {place.label} do. The work is done in Python, by",
        f"' {ENTRY}; it says what came of it.",
        "",
        f"Public Sub {place.callback}(control As IRibbonControl)",
        "    Press control.ID",
        "End Sub",
    )


def _subs(place: Place) -> Iterator[str]:
    """One Sub a button: on Alt+F8, and to be assigned to a shape or a key."""
    for button in buttons():
        yield from (
            "",
            f"' {button.label}: {button.help}",
            f"Public Sub {place.prefix}{button.id}()",
            f'    Press "{button.id}"',
            "End Sub",
        )


def _press(place: Place) -> Iterator[str]:
    yield from (
        "",
        "Private Sub Press(ByVal button As String)",
        "    Dim book As Workbook",
        f"    Set book = {place.book}",
        "    If book Is Nothing Then",
        f'        MsgBox "{NO_BOOK}", vbInformation, "{TITLE}"',
        "        Exit Sub",
        "    End If",
        "    Select Case button",
    )
    for button in buttons():
        yield f'        Case "{button.id}": {_deed(button)}'
    yield from ("    End Select", "End Sub")


def _deed(button: Button) -> str:
    if not isinstance(button, Action):
        return f'ShowSheet book, "{button.sheet}"'
    call = f'CallPython "{command(button)}"'
    return f"If FolderIsKnown(book) Then {call}" if button.id == "refresh" else call


def command(button: Action) -> str:
    """The Python text of a button; made of our own names alone, never of anything in a book."""
    return f"from {ENTRY} import press; press('{button.id}')"


def _tail() -> list[str]:
    setting = SETTINGS_TABLE.names.index("setting") + 1
    value = SETTINGS_TABLE.names.index("value") + 1
    return _TAIL.format(
        title=TITLE, entry=ENTRY, cannot_start=CANNOT_START, no_sheet=NO_SHEET, ask=ASK_FOLDER,
        type_folder=_wrapped(TYPE_FOLDER), setting=setting, value=value,
    ).splitlines()  # fmt: skip


def _wrapped(text: str) -> str:
    """A long sentence as VBA text on two lines."""
    cut = text.index(", such as")
    return f'"{text[:cut]}" & _\n            "{text[cut:]}"'


_TAIL = """
Private Sub CallPython(ByVal command As String)
    On Error GoTo CannotStart
    #If Not Mac Then
        ' Excel would else ask again and again what the other application takes so long for.
        Application.DisplayAlerts = False
        ' Starts Python if it is not running, and fails here rather than in a window full of text.
        Application.StatusBar = "Starting Python ..."
        TryPythonAgain
        XLPy.Module "{entry}"
        Application.StatusBar = False
    #End If
    RunPython command
    Application.DisplayAlerts = True
    Exit Sub
CannotStart:
    Application.StatusBar = False
    Application.DisplayAlerts = True
    MsgBox "{cannot_start}", vbExclamation, "{title}"
End Sub

Private Sub ShowSheet(ByVal book As Workbook, ByVal sheetName As String)
    On Error GoTo NoSheet
    book.Activate
    book.Worksheets(sheetName).Activate
    Exit Sub
NoSheet:
    MsgBox "{no_sheet}" & sheetName, vbExclamation, "{title}"
End Sub

' True when there is a folder to read, or when only Python can say what is wrong.
Private Function FolderIsKnown(ByVal book As Workbook) As Boolean
    Dim cell As Range
    FolderIsKnown = True
    On Error GoTo LeaveItToPython
    Set cell = FolderCell(book)
    If cell Is Nothing Then Exit Function
    If Len(Trim$(cell.Text)) > 0 Then Exit Function
    FolderIsKnown = False
    #If Mac Then
        book.Activate
        cell.Worksheet.Activate
        cell.Select
        MsgBox {type_folder}, vbInformation, "{title}"
    #Else
        Dim dialog As Object
        Set dialog = Application.FileDialog(4) ' of folders
        dialog.Title = "{ask}"
        If dialog.Show = -1 Then
            cell.Value = dialog.SelectedItems(1)
            FolderIsKnown = True
        End If
    #End If
    Exit Function
LeaveItToPython:
    FolderIsKnown = True
End Function

' Where the setting csv_folder is written; found by its name, since rows may be sorted.
Private Function FolderCell(ByVal book As Workbook) As Range
    Dim entry As Range
    For Each entry In book.Worksheets("Settings").ListObjects("Settings").DataBodyRange.Rows
        If entry.Cells(1, {setting}).Text = "csv_folder" Then Set FolderCell = entry.Cells(1, {value})
    Next entry
End Function
"""
