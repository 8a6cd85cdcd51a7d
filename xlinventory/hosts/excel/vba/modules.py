"""A VBA module as a person writes it, and as the project stores it: with the header of its kind."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from xlinventory.hosts.excel.vba.limits import refuse_lines, refuse_name


class Kind(Enum):
    """What a module belongs to."""

    STANDARD = auto()
    WORKBOOK = auto()
    SHEET = auto()
    CLASS = auto()


@dataclass(frozen=True)
class Module:
    """A module's name, kind and text; any line ends, with or without the header of an exported file."""

    name: str
    kind: Kind
    source: str


_BASE_OF_CLASS = "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}"
_BASE_OF_WORKBOOK = "0{00020819-0000-0000-C000-000000000046}"
_BASE_OF_SHEET = "0{00020820-0000-0000-C000-000000000046}"


def _class_header(base: str, *, document: str) -> Mapping[str, str]:
    """The attributes of a module that is a class; those of a document exist once and are seen by all."""
    return {
        "VB_Base": f'"{base}"',
        "VB_GlobalNameSpace": "False",
        "VB_Creatable": "False",
        "VB_PredeclaredId": document,
        "VB_Exposed": document,
        "VB_TemplateDerived": "False",
        "VB_Customizable": document,
    }


HEADERS: Mapping[Kind, Mapping[str, str]] = {
    Kind.STANDARD: {},
    Kind.WORKBOOK: _class_header(_BASE_OF_WORKBOOK, document="True"),
    Kind.SHEET: _class_header(_BASE_OF_SHEET, document="True"),
    Kind.CLASS: _class_header(_BASE_OF_CLASS, document="False"),
}
"""Header attributes behind VB_Name; what the module's own text says about them goes first."""

FIXED = ("VB_Name", "VB_Base")
"""Attributes that a text may repeat but not change: they follow from the module's name and kind."""

_CLASS_BLOCK = r"VERSION [^\n]*CLASS[ \t]*\nBEGIN[ \t]*\n(?:[^\n]*\n)*?END[ \t]*\n"
_ATTRIBUTE = r"Attribute[ \t]+(VB_\w+)[ \t]*=[ \t]*([^\n]*?)[ \t]*\n"
_MISPLACED = re.compile(r"^[ \t]*Attribute[ \t]+VB_", re.IGNORECASE | re.MULTILINE)
_HEADER = re.compile(rf"\s*(?=VERSION |Attribute[ \t]+VB_)(?:{_CLASS_BLOCK})?((?:{_ATTRIBUTE})*)")


@dataclass(frozen=True)
class StoredModule:
    """A module as the project stores it: complete text in code page 1252, and what it says about itself."""

    name: str
    kind: Kind
    source: bytes
    description: str


def stored(module: Module) -> StoredModule:
    r"""The module with the header of its kind and lines ending in CR LF.

    Raises ValueError, with module and line, for what VBA or the format cannot take.

    >>> stored(Module("Start", Kind.STANDARD, "Sub Hello()\nEnd Sub")).source
    b'Attribute VB_Name = "Start"\r\nSub Hello()\r\nEnd Sub\r\n'
    """
    refuse_name("module", module.name)
    text = _with_line_feeds(module.source)
    refuse_lines(module.name, text.split("\n"))
    found = _HEADER.match(text)
    header = _header(module, re.findall(_ATTRIBUTE, found[1]) if found else [])
    body = found.end() if found else 0
    if misplaced := _MISPLACED.search(text, body):
        line = text.count("\n", 0, misplaced.start()) + 1
        raise ValueError(f"module {module.name}, line {line}: an attribute of the module stands first in it")
    complete = "".join(f"Attribute {name} = {value}\n" for name, value in header) + text[body:]
    return StoredModule(
        module.name,
        module.kind,
        complete.replace("\n", "\r\n").encode("cp1252"),
        _unquoted(dict(header).get("VB_Description", '""')),
    )


def _with_line_feeds(text: str) -> str:
    """The text with one kind of line end, also behind its last line."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if not text or text.endswith("\n") else text + "\n"


def _header(module: Module, own: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The attributes of the kind in their order, changed and followed by the text's own."""
    standard = {"VB_Name": f'"{module.name}"', **HEADERS[module.kind]}
    for name, value in own:
        if name in FIXED and value != standard.get(name):
            raise ValueError(
                f"module {module.name}: {name} is {value} in its text, "
                f"{standard.get(name, 'absent')} by its name and kind"
            )
    changed = {name: value for name, value in own if name in standard}
    return [*(standard | changed).items(), *((name, value) for name, value in own if name not in standard)]


def _unquoted(value: str) -> str:
    r"""The text of a VB_Description.

    >>> _unquoted(r'"one\r\na ""second"" line"')
    'one\r\na "second" line'
    """
    return value[1:-1].replace('""', '"').replace(r"\r", "\r").replace(r"\n", "\n")
