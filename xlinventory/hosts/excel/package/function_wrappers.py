"""The VBA of the worksheet functions: one Function for each, and the module that all of them call.

``wrappers()`` is the standard module whose Functions Excel shows in cells, with their help for the function
wizard; ``helpers()`` is the module behind it, private to the project: plain values to Python, answers to
cells, real error values. Nothing here has been declared twice: names, arguments and help come from the
registry, error numbers from ``error_numbers``.
"""

from xlinventory.core.errors import CellError
from xlinventory.hosts.excel.error_numbers import NUMBERS
from xlinventory.hosts.excel.package.function_help import GROUP_NUMBERS
from xlinventory.registry import Parameter, WorksheetFunction, find, registered

WRAPPERS = "xlinventory_udfs"
HELPERS = "xlinventory_cells"
BRIDGE = "xlinventory.hosts.excel.live.udfs"
LONGEST_DESCRIPTION = 255
LONGEST_LINE = 1023

_WORDS = """
call case close const declare defbool defbyte defcur defdate defdbl defint deflng deflnglng deflngptr
defobj defsng defstr defvar dim do else elseif end endif enum erase event exit for friend function get
global gosub goto if implements input let lock loop lset next on open option print private public put
raiseevent redim resume return rset seek select set static stop sub type unlock wend while with write rem
any as byref byval each in new shared until withevents optional paramarray preserve spc tab then to
addressof and eqv imp is like mod not or typeof xor
abs cbool cbyte ccur cdate cdbl cdec cint clng clnglng clngptr csng cstr cvar cverr date debug doevents
fix int len lenb me pset scale sgn string array circle inputb lbound ubound
boolean byte currency double integer long longlong longptr single variant object
true false nothing empty null attribute lineinput cdecl decimal defdec
"""
RESERVED = frozenset(_WORDS.split())
"""Words that VBA keeps for itself ([MS-VBAL] 3.3.5.2, and Object of 3.3.5.3)."""

_ASCII = str.maketrans(
    {"μ": "mu", "σ": "sigma", "Σ": "sum", "√": "sqrt", "≤": "<=", "≥": ">=", "≠": "<>", "−": "-", "→": "->"}
)  # what the field writes and the code page of a VBA project (1252) has not


def wrappers() -> str:
    """Source of the module whose Functions are the worksheet functions."""
    head = [f'Attribute VB_Name = "{WRAPPERS}"', "Option Explicit", *_comment(_WRAPPERS_ABOUT)]
    lines = head + [line for spec in registered() for line in ("", *_wrapper(spec))]
    return _module(lines)


def helpers() -> str:
    """Source of the module that asks Python and shows what it answers."""
    cases = [
        f'        Case "{error.value}": CellValue = CVErr({number})' for error, number in NUMBERS.items()
    ]
    text = _HELPERS.format(
        module=HELPERS,
        about="\n".join(_comment(_HELPERS_ABOUT)),
        bridge=BRIDGE,
        not_here=NUMBERS[CellError.NAME],
        wrong=NUMBERS[CellError.VALUE],
        wrong_text=CellError.VALUE.value,
        cases="\n".join(cases),
    )
    return _module(text.splitlines())


def argument_name(parameter: Parameter) -> str:
    """The argument as VBA can have it.

    A word of the language gets a trailing underscore. A name that is also a worksheet function is written
    in capitals: VBA keeps one spelling per name for the whole project, and the function's should win.
    """
    name = parameter.name
    if name in RESERVED:
        return f"{name}_"
    return name.upper() if find(name) else name


def _wrapper(spec: WorksheetFunction) -> list[str]:
    names = [argument_name(parameter) for parameter in spec.parameters]
    declared = [
        name if parameter.required else f"Optional {name}"
        for name, parameter in zip(names, spec.parameters, strict=True)
    ]
    description = _description(spec.summary).replace('"', '""')
    return [
        f"Public Function {spec.name}({', '.join(declared)}) As Variant",
        f'Attribute {spec.name}.VB_Description = "{description}"',
        f'Attribute {spec.name}.VB_ProcData.VB_Invoke_Func = " \\n{GROUP_NUMBERS[spec.family]}"',
        f'    {spec.name} = FromPython("{spec.name.lower()}", Array({", ".join(names)}))',
        "End Function",
    ]


def _description(summary: str) -> str:
    """The summary in the project's code page, cut at a word where the wizard would cut it."""
    text = summary.translate(_ASCII)
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    return text[: LONGEST_DESCRIPTION - 2].rsplit(" ", 1)[0] + " .."


def _module(lines: list[str]) -> str:
    """Lines as a module: CRLF, nothing that the code page or the compiler refuses."""
    for line in lines:
        if len(line) > LONGEST_LINE:
            raise ValueError(f"VBA takes at most {LONGEST_LINE} characters a line: {line[:60]}...")
    text = "\r\n".join(lines) + "\r\n"
    text.encode("cp1252")
    return text


def _comment(text: str) -> list[str]:
    return [f"' {line}" for line in text.strip().splitlines()]


_WRAPPERS_ABOUT = """
The worksheet functions of xlinventory. This module is made from its list of functions:
a change made here is lost when the workbook is made anew.
"""

_HELPERS_ABOUT = """
What every worksheet function of this workbook does: plain values go to Python, its answer comes
back into the cells, and an error is a real error value, so that IFERROR and comparisons work.
"""

_HELPERS = """\
Attribute VB_Name = "{module}"
Option Explicit
Option Private Module
{about}

Private Const BRIDGE As String = "{bridge}"

' XLPy reads the whole configuration whenever it is called, so it is called once.
Private python_server As Object
Private python_problem As String
Private next_attempt As Date

Public Function FromPython(ByVal function_name As String, ByVal arguments As Variant) As Variant
    Dim answer As Variant
    On Error GoTo failed
    If Answered(function_name, PlainValues(arguments), answer) Then
        FromPython = CellValues(answer)
    Else
        FromPython = CVErr({not_here})
    End If
    Exit Function
failed:
    FromPython = CVErr({wrong})
End Function

' Why the functions show #NAME?, or nothing when Python answers.
Public Function PythonProblem() As String
    PythonProblem = python_problem
End Function

' Forgets an earlier failure, so that the next calculation tries to start Python at once.
Public Sub TryPythonAgain()
    Set python_server = Nothing
    python_problem = ""
    next_attempt = 0
End Sub

Private Function Answered(ByVal function_name As String, ByVal values As Variant, ByRef answer) As Boolean
    Dim attempt As Long
    For attempt = 1 To 2 ' a server that was closed since the last answer is started once more
        If Not Connected() Then Exit Function
        Answered = Called(function_name, values, answer)
        If Not python_server Is Nothing Then Exit Function
    Next
End Function

Private Function Called(ByVal function_name As String, ByVal values As Variant, ByRef answer) As Boolean
    On Error GoTo failed
    answer = python_server.CallUDF(BRIDGE, (function_name), (values)) ' in brackets: by value, as COM wants it
    Called = True
    Exit Function
failed:
    python_problem = Err.Description
    Select Case Err.Number
        Case 462, -2147023174, -2147023170, -2147417848, -2147220995 ' the process has gone
            Set python_server = Nothing
        Case Else
            answer = "{wrong_text}"
            Called = True
    End Select
End Function

' A workbook has thousands of cells: what failed once is not tried again for a minute.
Private Function Connected() As Boolean
    Dim started As Object
    Connected = Not python_server Is Nothing
    If Connected Or Now < next_attempt Then Exit Function
    On Error GoTo failed
    If OnMac() Then Err.Raise 1000, , "xlwings calculates formulas on Windows only; the buttons work here."
    Set started = XLPy()
    started.Module BRIDGE ' a package that is not installed shows here, once
    Set python_server = started
    python_problem = ""
    Connected = True
    Exit Function
failed:
    python_problem = Err.Description
    next_attempt = Now + TimeSerial(0, 1, 0)
End Function

Private Function OnMac() As Boolean
    #If Mac Then
        OnMac = True
    #Else
        OnMac = False ' also where conditional compilation is not known and both lines run
    #End If
End Function

' Ranges as their values: one block instead of an object that Python would have to read from outside.
Private Function PlainValues(ByVal arguments As Variant) As Variant
    Dim values() As Variant, i As Long, last_row As Long
    ReDim values(LBound(arguments) To UBound(arguments))
    For i = LBound(arguments) To UBound(arguments)
        If IsObject(arguments(i)) Then last_row = LaterRow(last_row, arguments(i))
    Next
    For i = LBound(arguments) To UBound(arguments)
        If IsObject(arguments(i)) Then
            values(i) = RangeValues(arguments(i), last_row)
        Else
            values(i) = arguments(i)
        End If
    Next
    PlainValues = values
End Function

' Whole columns such as A:A end at the last row in use of the sheets they stand on.
Private Function LaterRow(ByVal row_so_far As Long, ByVal area As Object) As Long
    Dim used As Object
    LaterRow = row_so_far
    If area.Rows.Count < area.Worksheet.Rows.Count Then Exit Function
    Set used = area.Worksheet.UsedRange
    If used.Row + used.Rows.Count - 1 > LaterRow Then LaterRow = used.Row + used.Rows.Count - 1
End Function

Private Function RangeValues(ByVal area As Object, ByVal last_row As Long) As Variant
    If area.Areas.Count > 1 Then Err.Raise 13 ' a range in several pieces has no order
    If area.Rows.Count = area.Worksheet.Rows.Count Then
        RangeValues = area.Resize(last_row).Value2
    Else
        RangeValues = area.Value2
    End If
End Function

' An answer is one value, a row (one dimension) or rows and columns.
Private Function CellValues(ByVal answer As Variant) As Variant
    Dim i As Long, j As Long
    If Not IsArray(answer) Then
        answer = CellValue(answer)
    ElseIf HasRows(answer) Then
        For i = LBound(answer, 1) To UBound(answer, 1)
            For j = LBound(answer, 2) To UBound(answer, 2)
                If VarType(answer(i, j)) = vbString Then answer(i, j) = CellValue(answer(i, j))
            Next
        Next
    Else
        For j = LBound(answer) To UBound(answer)
            If VarType(answer(j)) = vbString Then answer(j) = CellValue(answer(j))
        Next
    End If
    CellValues = answer
End Function

Private Function HasRows(ByRef answer As Variant) As Boolean
    On Error Resume Next
    HasRows = UBound(answer, 2) >= LBound(answer, 2)
End Function

Private Function CellValue(ByVal content As Variant) As Variant
    CellValue = content
    If VarType(content) <> vbString Then Exit Function
    Select Case content
{cases}
    End Select
End Function
"""
