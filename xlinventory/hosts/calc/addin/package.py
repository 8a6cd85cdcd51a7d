"""The .oxt file: a zip of manifest, description, the interface of the functions and one Python file."""

import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from xlinventory import __version__
from xlinventory.hosts.calc.addin import component, configuration, icons, interface, jobs, menu

IDENTIFIER = "org.xlinventory.calc"
"""What LibreOffice's extension manager knows it by."""
_MANIFEST = "http://openoffice.org/2001/manifest"
_ALWAYS = (1980, 1, 1, 0, 0, 0)  # the same extension is the same bytes on every day


class Part(NamedTuple):
    """One file of the extension, and what it is to LibreOffice: "" for one that others refer to."""

    name: str
    kind: str
    content: str | bytes


def build(path: Path, folders: Iterable[Path] | None = None) -> Path:
    """Write the extension; LibreOffice's Python will look for our packages in *folders* (else: ours)."""
    parts = _parts(list(folders) if folders is not None else component.our_folders())
    contents = {part.name: part.content for part in parts}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in {
            "META-INF/manifest.xml": _manifest(parts), "description.xml": _description(), **contents,
        }.items():  # fmt: skip
            file.writestr(zipfile.ZipInfo(name, _ALWAYS), content, zipfile.ZIP_DEFLATED)
    return path


def _parts(folders: list[Path]) -> list[Part]:
    return [
        Part("xlinventory.idl", "application/vnd.sun.star.uno-typelibrary;type=RDB", interface.idl()),
        Part("xlinventory_component.py", "application/vnd.sun.star.uno-component;type=Python",
             component.source(folders)),
        Part("Addons.xcu", configuration.MEDIA_TYPE, menu.addons()),
        Part("CalcWindowState.xcu", configuration.MEDIA_TYPE, menu.window_state()),
        Part("Jobs.xcu", configuration.MEDIA_TYPE, jobs.jobs()),
        *(Part(name, "", content) for name, content in icons.parts()),
    ]  # fmt: skip


def _manifest(parts: Iterable[Part]) -> str:
    entries = "".join(
        f"<manifest:file-entry manifest:full-path={quoteattr(part.name)} "
        f"manifest:media-type={quoteattr(part.kind)}/>"
        for part in parts
        if part.kind
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<manifest:manifest xmlns:manifest="{_MANIFEST}">{entries}</manifest:manifest>'
    )


def _description() -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<description xmlns="http://openoffice.org/extensions/description/2006">'
        f"<identifier value={quoteattr(IDENTIFIER)}/><version value={quoteattr(__version__)}/>"
        f'<display-name><name lang="en">{escape("xlinventory: inventory management")}</name></display-name>'
        "</description>"
    )
