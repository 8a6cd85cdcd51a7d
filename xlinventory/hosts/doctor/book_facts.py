"""What the doctor reads in a workbook file, and the one thing it repairs: which Python the file starts."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from xlinventory.hosts.doctor.project_reader import UnreadableProject, module_texts
from xlinventory.hosts.excel.package.function_wrappers import WRAPPERS
from xlinventory.hosts.file.cells import plain_text
from xlinventory.hosts.file.contents import contents
from xlinventory.hosts.file.package import Package
from xlinventory.hosts.file.xml import MAIN, parse, plain
from xlinventory.workbook import WorkbookError

PROJECT, EXTENSION = "xl/vbaProject.bin", "xl/webextensions/webextension1.xml"
INTERPRETERS = {"win32": "INTERPRETER_WIN", "darwin": "INTERPRETER_MAC"}
"""The setting that names the Python to start, by system."""
_VERSION = re.compile(r'Const XLWINGS_VERSION As String = "([^"]*)"')
_OURS = f'Attribute VB_Name = "{WRAPPERS}"'
_CELL = re.compile(r"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.S)


@dataclass(frozen=True)
class BookFacts:
    """A workbook file: its macros, ours and xlwings' among them, its settings for xlwings, is it for Lite."""

    path: Path
    has_project: bool
    has_functions: bool
    module_version: str | None
    settings: dict[str, str]
    for_lite: bool


def book_facts(path: Path) -> BookFacts:
    """Read a workbook file; raises WorkbookError when it is none."""
    package = Package(path)
    has_project = PROJECT in package.names
    texts = _module_texts(package.read(PROJECT)) if has_project else []
    return BookFacts(
        path=path,
        has_project=has_project,
        has_functions=any(_OURS in text for text in texts),
        module_version=next((match[1] for text in texts if (match := _VERSION.search(text))), None),
        settings={name: value for name, (_, value) in _settings(package).items()},
        for_lite=EXTENSION in package.names and b'name="main.py"' in package.read(EXTENSION),
    )


def set_interpreter(path: Path, system: str, interpreter: str) -> None:
    """Let the workbook start this Python; all or nothing, and every other cell and part stays as it was."""
    package = Package(path)
    name = INTERPRETERS[system]
    settings = _settings(package)
    if name not in settings:
        raise WorkbookError(f"{path.name} has no setting {name}; build a new one with: xlinventory new")
    place, _ = settings[name]
    part = _config_part(package)
    xml = plain(package.read(part), part)
    value = f'<c r="{place}"{{}} t="inlineStr"><is><t xml:space="preserve">{escape(interpreter)}</t></is></c>'
    package.write(part, _CELL.sub(lambda m: _put(m, place, value), xml).encode())
    package.save(path)


def _put(match: "re.Match[str]", place: str, value: str) -> str:
    if f'r="{place}"' not in match[1]:
        return match[0]
    style = re.search(r'\ss="\d+"', match[1])
    return value.format(style[0] if style else "")


def _module_texts(project: bytes) -> list[str]:
    """Sources of the modules; of a damaged project none."""
    try:
        return module_texts(project)
    except UnreadableProject:
        return []


def _config_part(package: Package) -> str | None:
    """The sheet xlwings reads its settings from: xlwings.conf, or that of an add-in; _xlwings.conf is off."""
    sheets = contents(package).sheets.items()
    return next((part for name, part in sheets if name.endswith(".conf") and name[0] != "_"), None)


def _settings(package: Package) -> dict[str, tuple[str, str]]:
    """Where each setting's value stands, and what it is."""
    part = _config_part(package)
    if part is None:
        return {}
    cells = {c.get("r"): _text(c, package) for c in parse(package.read(part), part).iter(f"{{{MAIN}}}c")}
    return {
        text: (f"B{place[1:]}", cells.get(f"B{place[1:]}", ""))
        for place, text in cells.items()
        if place.startswith("A") and text
    }


def _text(cell: Any, package: Package) -> str:
    """A cell's text, from the list of shared texts where it stands there."""
    value = cell.findtext(f"{{{MAIN}}}v") or ""
    if cell.get("t") == "inlineStr":
        return "".join(each.text or "" for each in cell.iter(f"{{{MAIN}}}t"))
    if cell.get("t") != "s":
        return value
    part = contents(package).strings
    if part is None:
        raise WorkbookError(f"{package.path.name} is damaged: its list of texts is missing")
    items = re.findall(r"<si\b[^>]*?(?:/>|>(.*?)</si>)", plain(package.read(part), part), re.S)
    try:
        return plain_text(items[int(value)])
    except (IndexError, ValueError) as error:
        raise WorkbookError(f"{package.path.name} is damaged: a text is missing in its list") from error
