"""What the file of an open document was when LibreOffice read or wrote it last, to know a stranger's work.

LibreOffice keeps that to itself. The time of its lock beside the file is a stopgap: a lock that was left by a
LibreOffice that was killed is taken over as it is, and saving LibreOffice's own way leaves it as it was.
"""

from pathlib import Path
from typing import Any

from xlinventory.hosts.calc.bridge import system_path
from xlinventory.hosts.file import disk

_stamps: dict[tuple[str, Path], disk.Stamp] = {}
"""By the document's number and its file: Save As gives it another one."""


def remember(document: Any) -> None:
    """The document and its file are the same now."""
    path = file_of(document)
    if path is not None and path.exists():
        _stamps[str(document.RuntimeUID), path] = disk.stamp(path)


def remembered(document: Any) -> disk.Stamp | None:
    """What the file was then; None when nobody noticed."""
    path = file_of(document)
    return None if path is None else _stamps.get((str(document.RuntimeUID), path))


def file_of(document: Any) -> Path | None:
    """The file of a document; None for a new one."""
    return Path(system_path(document.URL)) if document.URL.startswith("file:") else None
