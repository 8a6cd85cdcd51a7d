"""The workbook for xlwings Lite: the plain template with its Python inside, for Windows, macOS and the web.

The free add-in xlwings Lite runs Python in the browser engine of Excel and keeps a workbook's code in the
workbook: in a web extension part, as the properties ``main.py`` and ``requirements.txt``, each a JSON
string. The form of the parts is that of workbooks saved by Excel with the add-in, the schema is MS-OWEXML.
"""

import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from xml.sax.saxutils import escape

from xlinventory import __version__
from xlinventory.hosts.buttons import buttons
from xlinventory.hosts.excel import template
from xlinventory.hosts.excel.package import parts
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import Macro, macros
from xlinventory.registry import WorksheetFunction, registered

STORED_PREFIX = "_xldudf_"
"""What Excel puts before the name of an add-in's function in the file; a user sees the bare name."""
ADD_IN = "WA200008175"
"""xlwings Lite in Microsoft's add-in store."""
INSTANCE = "{6B2C9C0E-6B1D-4E0B-9A57-2D3A0F1C7E51}"
"""This use of the add-in in the workbook; any GUID, the same in every build."""
SETTINGS = {"startupBehavior": "taskpane"}
"""Lite's settings in the workbook: start with it and show the pane with the buttons."""
NEXT_STEP = (
    "in Excel install the add-in xlwings Lite (Home, Add-ins), open the workbook, trust it, "
    "put your CSV files into Files, Import, and run Refresh from CSV"
)
FOLDER = "xl/webextensions/"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WEB = "http://schemas.microsoft.com/office/webextensions/"
_OFFICE = "http://schemas.microsoft.com/office/2011/relationships/"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPE = "application/vnd.ms-office."
_FORMULA = re.compile(r"(<(f|calculatedColumnFormula)(?:\s[^>]*)?>)([^<]*)(</\2>)")


def build(path: str | Path) -> None:
    """Write the empty Lite workbook, with the values of its formulas."""
    path = Path(path)
    template.build(path)
    book = FileWorkbook.open(path)
    book.calculate()
    book.save()
    _embed(path, main_text(), requirements_text())


def main_text() -> str:
    """The ``main.py`` of the workbook: one script a macro, one function a worksheet function."""
    head = (
        '"""# Inventory\n\nRefresh, Forecast, Update stock levels, Reorder run: one after the other.\n'
        'Put your CSV files into Files > Import before Refresh."""\n\n'
        "import xlwings as xw\n"
        "from xlwings import arg, func, script\n\n"
        "from xlinventory.hosts.excel.live import lite\n"
    )
    return "\n\n".join([head, *map(_script, _in_order()), *map(_function, registered())])


def requirements_text() -> str:
    """The ``requirements.txt`` of the workbook: what Lite itself needs, and this package.

    Packages that come with the Python of the browser are not pinned: their version is the browser's. xlwings
    is the one that this package was installed with, 0.36.9 at least, which brought ``BookAsync``.
    """
    lines = (
        f"xlwings=={version('xlwings')}  # required",
        "python-dotenv  # required",
        "pyodide-http  # required",
        "black  # required",
        f"xlinventory=={__version__}",
    )
    return "\n".join(lines) + "\n"


def stored_formula(formula: str) -> str:
    """A formula as Excel stores it when its functions come from an add-in; text constants stay.

    >>> stored_formula('IF(A1="EOQ(1)",EOQ(A1,B1,C1,D1),0)')
    'IF(A1="EOQ(1)",_xldudf_EOQ(A1,B1,C1,D1),0)'
    """
    names = "|".join(spec.name for spec in registered())
    return re.sub(
        rf'"(?:[^"]|"")*"|(?<![\w.])({names})(?=\()',
        lambda match: f"{STORED_PREFIX if match[1] else ''}{match[0]}",
        formula,
    )


def _in_order() -> list[Macro]:
    """The macros as their buttons stand, those without a button last."""
    places = {button.macro: i for i, button in enumerate(buttons())}
    return sorted(macros(), key=lambda each: (places.get(each.name, len(places)), each.name))


def _script(chosen: Macro) -> str:
    return (
        f"@script(name={_literal(chosen.title)})\n"
        f"async def {chosen.name}(book: xw.BookAsync):\n"
        f"    {_literal(chosen.help)}\n"
        f"    await lite.run(book, {_literal(chosen.name)})\n"
    )


def _function(spec: WorksheetFunction) -> str:
    """An ordinary function with visible arguments: what the add-in reads, and what a person can read."""
    described = "".join(
        f"@arg({_literal(p.name)}, ndim=2, err_to_str=True, doc={_literal(p.help)})\n"
        for p in spec.parameters
    )
    arguments = ", ".join(p.name if p.required else f"{p.name}=None" for p in spec.parameters)
    names = ", ".join(p.name for p in spec.parameters)
    return (
        f"@func\n{described}def {spec.name.lower()}({arguments}):\n"
        f"    {_literal(spec.summary)}\n"
        f"    return lite.cell({_literal(spec.name)}, {names})\n"
    )


def _literal(text: str) -> str:
    """A text as a Python string in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def _embed(path: Path, main: str, requirements: str) -> None:
    """Put the code into a workbook file and rename the functions in its formulas."""
    with zipfile.ZipFile(path) as archive:
        names = [
            name for name in archive.namelist() if name.startswith(("xl/worksheets/sheet", "xl/tables/"))
        ]
    changes = {parts.CONTENT_TYPES: _with_types, parts.RELATIONSHIPS: _with_pane}
    changes |= dict.fromkeys(names, _with_stored_names)
    added = {name: text.encode() for name, text in extension_parts(main, requirements).items()}
    parts.rewrite(path, changes, added)


def extension_parts(main: str, requirements: str) -> dict[str, str]:
    """The three parts of a web extension that is a task pane, by their names in the package."""
    pane = (
        f'<wetp:taskpanes xmlns:wetp="{_WEB}taskpanes/2010/11">'
        '<wetp:taskpane dockstate="right" visibility="1" width="438" row="0">'
        '<wetp:webextensionref xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
        ' r:id="rId1"/></wetp:taskpane></wetp:taskpanes>'
    )
    relationship = f'<Relationship Id="rId1" Type="{_OFFICE}webextension" Target="webextension1.xml"/>'
    return {
        f"{FOLDER}webextension1.xml": _HEAD + _extension(main, requirements),
        f"{FOLDER}taskpanes.xml": _HEAD + pane,
        f"{FOLDER}_rels/taskpanes.xml.rels": (
            f'{_HEAD}<Relationships xmlns="{_RELATIONSHIPS}">{relationship}</Relationships>'
        ),
    }


def _extension(main: str, requirements: str) -> str:
    """The add-in's reference, the workbook's code as properties, and the functions the workbook uses."""
    reference = '<we:reference id="{}" version="1.0.0.0" store="{}" storeType="OMEX"/>'
    properties = {"main.py": main, "requirements.txt": requirements, "xlwingsSettingsWorkbook": SETTINGS}
    return (
        f'<we:webextension xmlns:we="{_WEB}webextension/2010/11" id="{INSTANCE}">'
        f"{reference.format(ADD_IN.lower(), 'en-US')}"
        f"<we:alternateReferences>{reference.format(ADD_IN, ADD_IN)}</we:alternateReferences>"
        f"<we:properties>{_properties(properties)}</we:properties><we:bindings/>"
        '<we:snapshot xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>'
        f"<we:extLst>{_listed(STORED_PREFIX + spec.name for spec in registered())}</we:extLst>"
        "</we:webextension>"
    )


def _properties(values: Mapping[str, object]) -> str:
    return "".join(
        f'<we:property name="{_attribute(name)}"'
        f' value="{_attribute(json.dumps(value, ensure_ascii=False, separators=(",", ":")))}"/>'
        for name, value in values.items()
    )


def _listed(functions: Iterable[str]) -> str:
    """The two extensions by which Excel knows that the add-in has functions, and which."""
    ext = '<a:ext xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" uri="{}">{}</a:ext>'
    names = "".join(f"<we:customFunctionIds>{name}</we:customFunctionIds>" for name in functions)
    return ext.format("{D87F86FE-615C-45B5-9D79-34F1136793EB}", "<we:containsCustomFunctions/>") + ext.format(
        "{7C84B067-C214-45C3-A712-C9D94CD141B2}",
        f"<we:customFunctionIdList>{names}</we:customFunctionIdList>",
    )


def _with_types(content_types: bytes) -> bytes:
    """The part [Content_Types].xml, naming the new parts."""
    kinds = {"taskpanes": "webextensiontaskpanes", "webextension1": "webextension"}
    lines = "".join(
        f'<Override PartName="/{FOLDER}{name}.xml" ContentType="{_TYPE}{kind}+xml"/>'
        for name, kind in kinds.items()
    )
    return content_types.replace(b"</Types>", f"{lines}</Types>".encode())


def _with_pane(relationships: bytes) -> bytes:
    """The part _rels/.rels, naming the task pane."""
    kind, target = f"{_OFFICE}webextensiontaskpanes", f"{FOLDER}taskpanes.xml"
    line = f'<Relationship Id="rIdLite" Type="{kind}" Target="{target}"/>'
    return relationships.replace(b"</Relationships>", f"{line}</Relationships>".encode())


def _with_stored_names(part: bytes) -> bytes:
    return _FORMULA.sub(
        lambda match: f"{match[1]}{stored_formula(match[3])}{match[4]}", part.decode()
    ).encode()


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"})
