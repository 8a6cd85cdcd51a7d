"""The ``PROJECT`` and ``PROJECTwm`` streams: what the VBA editor shows, and that nothing is locked."""

from collections.abc import Mapping, Sequence

from xlinventory.hosts.excel.vba.modules import Kind, StoredModule

MODULE_LINES: Mapping[Kind, str] = {
    Kind.STANDARD: "Module={}",
    Kind.WORKBOOK: "Document={}/&H00000000",
    Kind.SHEET: "Document={}/&H00000000",
    Kind.CLASS: "Class={}",
}

NOT_PROTECTED, NO_PASSWORD, VISIBLE = bytes(4), b"\x00", b"\xff"
PROTECTION_SEED, PASSWORD_SEED, VISIBILITY_SEED = 0x07, 0x0E, 0x15
"""Any numbers will do; fixed ones give the same file every time. These are the ones of example 3.1.6."""

OBFUSCATION_VERSION = 2
IGNORED = 0x07


def properties_stream(identifier: str, name: str, modules: Sequence[StoredModule]) -> bytes:
    """The project's properties as lines of text.

    Source: MS-OVBA 2.3.1, PROJECT Stream.
    """
    lines = [
        f'ID="{identifier}"',
        *(MODULE_LINES[module.kind].format(module.name) for module in modules),
        f'Name="{name}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{obfuscated(NOT_PROTECTED, identifier, PROTECTION_SEED)}"',
        f'DPB="{obfuscated(NO_PASSWORD, identifier, PASSWORD_SEED)}"',
        f'GC="{obfuscated(VISIBLE, identifier, VISIBILITY_SEED)}"',
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("cp1252")


def names_stream(modules: Sequence[StoredModule]) -> bytes:
    """Every module's name in the code page and in UTF-16 (MS-OVBA 2.3.3, PROJECTwm Stream)."""
    pairs = (f"{m.name}\0".encode("cp1252") + f"{m.name}\0".encode("utf-16-le") for m in modules)
    return b"".join(pairs) + bytes(2)


def obfuscated(data: bytes, identifier: str, seed: int) -> str:
    """Data as the hexadecimal digits of CMG, DPB and GC; this hides nothing, it is how it has to be written.

    Source: MS-OVBA 2.4.3.2, Encryption; the example is CMG in 3.1.6.

    >>> obfuscated(bytes(4), "{917DED54-440B-4FD1-A5C1-74ACF261E600}", 0x07)
    '0705D8E3D8EDDBF1DBF1DBF1DBF1'
    """
    key = sum(identifier.encode("cp1252")) & 0xFF
    ignored = bytes([IGNORED]) * ((seed & 6) // 2)
    written = [seed, seed ^ OBFUSCATION_VERSION, seed ^ key]
    last_plain = key
    for plain in ignored + len(data).to_bytes(4, "little") + data:
        written.append(plain ^ (written[-2] + last_plain & 0xFF))
        last_plain = plain
    return bytes(written).hex().upper()
