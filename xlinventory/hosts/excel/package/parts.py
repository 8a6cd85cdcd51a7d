"""Parts of a finished workbook file changed and added; the rest stays as it was written."""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

WRITTEN = (1980, 1, 1, 0, 0, 0)
"""Date of every part, so that two builds are the same byte for byte."""

CONTENT_TYPES = "[Content_Types].xml"
RELATIONSHIPS = "_rels/.rels"
WORKBOOK = "xl/workbook.xml"
RIBBON = "customUI/customUI14.xml"
RIBBON_RELATION = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
MACRO_WORKBOOK = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
ADDIN = b"application/vnd.ms-excel.addin.macroEnabled.main+xml"

Change = Callable[[bytes], bytes]


def rewrite(path: Path, changes: Mapping[str, Change], added: Mapping[str, bytes]) -> None:
    """Put the file at *path* together anew: some parts changed, some added at the end."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, change in changes.items():
        parts[name] = change(parts[name])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (parts | dict(added)).items():
            entry = zipfile.ZipInfo(name, WRITTEN)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(entry, data)


def with_ribbon(relationships: bytes) -> bytes:
    """The part _rels/.rels, naming the ribbon."""
    return _replaced(
        relationships,
        b"</Relationships>",
        f'<Relationship Id="rIdRibbon" Type="{RIBBON_RELATION}" Target="{RIBBON}"/></Relationships>'.encode(),
    )


def as_addin(content_types: bytes) -> bytes:
    """The part [Content_Types].xml of an add-in instead of a workbook."""
    return _replaced(content_types, MACRO_WORKBOOK, ADDIN)


def _replaced(part: bytes, old: bytes, new: bytes) -> bytes:
    if part.count(old) != 1:
        raise ValueError(f"{old.decode()} is not in the part exactly once")
    return part.replace(old, new)


def without_window(workbook_part: bytes) -> bytes:
    """The part xl/workbook.xml of an add-in: its window is hidden, as Excel itself saves it."""
    return _replaced(workbook_part, b"<workbookView ", b'<workbookView visibility="hidden" ')
