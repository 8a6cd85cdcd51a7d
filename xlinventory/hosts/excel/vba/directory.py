"""The ``dir`` stream: what the project is called, which libraries it uses, which modules it has."""

import struct
from collections.abc import Mapping, Sequence

from xlinventory.hosts.excel.vba.modules import Kind, StoredModule

CODE_PAGE = 1252
ENGLISH = 0x0409
WINDOWS_64_BIT = 3
NO_COOKIE = 0xFFFF
VERSION_MAJOR, VERSION_MINOR = 1, 0

PROCEDURAL, DOCUMENT_OR_CLASS = 0x21, 0x22
TYPE_RECORDS: Mapping[Kind, int] = {
    Kind.STANDARD: PROCEDURAL,
    Kind.WORKBOOK: DOCUMENT_OR_CLASS,
    Kind.SHEET: DOCUMENT_OR_CLASS,
    Kind.CLASS: DOCUMENT_OR_CLASS,
}

REFERENCES: Mapping[str, str] = {
    "stdole": r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#"
    r"C:\Windows\System32\stdole2.tlb#OLE Automation",
    "Office": r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#"
    r"C:\Program Files\Common Files\Microsoft Shared\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library",
}
"""Type libraries besides VBA's and Excel's own; found by their GUID, the paths are where they usually lie."""


def directory_stream(name: str, modules: Sequence[StoredModule]) -> bytes:
    """All records in their order, not yet compressed.

    Source: MS-OVBA 2.3.4.2, dir Stream: Version Independent Project Information.
    """
    references = b"".join(_reference(*reference) for reference in REFERENCES.items())
    return b"".join([
        _project(name),
        references,
        _record(0x0F, struct.pack("<H", len(modules))),
        _record(0x13, struct.pack("<H", NO_COOKIE)),
        *map(_module, modules),
        _record(0x10),
    ])  # fmt: skip


def _project(name: str) -> bytes:
    """What holds for the whole project (2.3.4.2.1)."""
    return b"".join([
        _record(0x01, struct.pack("<I", WINDOWS_64_BIT)),
        _record(0x02, struct.pack("<I", ENGLISH)),
        _record(0x14, struct.pack("<I", ENGLISH)),
        _record(0x03, struct.pack("<H", CODE_PAGE)),
        _record(0x04, name.encode("cp1252")),
        _text(0x05, 0x40, ""),
        _record(0x06) + _record(0x3D),
        _record(0x07, bytes(4)),
        _record(0x08, bytes(4)),
        # The version's size field is 4 by the specification, though six bytes follow.
        struct.pack("<HIIH", 0x09, 4, VERSION_MAJOR, VERSION_MINOR),
        _text(0x0C, 0x3C, ""),
    ])  # fmt: skip


def _reference(name: str, library: str) -> bytes:
    """A registered type library (2.3.4.2.2)."""
    identifier = library.encode("cp1252")
    return _text(0x16, 0x3E, name) + _record(0x0D, struct.pack("<I", len(identifier)) + identifier + bytes(6))


def _module(module: StoredModule) -> bytes:
    """A module whose stream is nothing but its text (2.3.4.2.3.2)."""
    return b"".join([
        _text(0x19, 0x47, module.name),
        _text(0x1A, 0x32, module.name),
        _text(0x1C, 0x48, module.description),
        _record(0x31, bytes(4)),
        _record(0x1E, bytes(4)),
        _record(0x2C, struct.pack("<H", NO_COOKIE)),
        _record(TYPE_RECORDS[module.kind]),
        _record(0x2B),
    ])  # fmt: skip


def _text(number: int, unicode_number: int, text: str) -> bytes:
    """A text twice: in the code page and in UTF-16."""
    return _record(number, text.encode("cp1252")) + _record(unicode_number, text.encode("utf-16-le"))


def _record(number: int, data: bytes = b"") -> bytes:
    """Identifier, size, data."""
    return struct.pack("<HI", number, len(data)) + data
