"""VBA projects read back by oletools: every module byte for byte, every record as MS-OVBA wants it."""

import os
import re
import struct
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import olefile
import pytest
import xlwings
from hypothesis import given
from hypothesis import strategies as st

from xlinventory.hosts.excel.vba import Kind, Module, build_project
from xlinventory.hosts.excel.vba.properties import obfuscated

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # oletools calls pyparsing by names that are going away
    from oletools import olevba

XLWINGS = Path(xlwings.__file__).parent
WORKBOOK = Module("ThisWorkbook", Kind.WORKBOOK, "")

# The headers of the modules in xlwings' own quickstart_standalone.xlsm, which Excel wrote.
CLASS_ATTRIBUTES = """Attribute VB_Name = "{name}"
Attribute VB_Base = "0{{{base}}}"
Attribute VB_GlobalNameSpace = False
Attribute VB_Creatable = False
Attribute VB_PredeclaredId = {document}
Attribute VB_Exposed = {exposed}
Attribute VB_TemplateDerived = False
Attribute VB_Customizable = {document}
"""
WORKBOOK_BASE = "00020819-0000-0000-C000-000000000046"
SHEET_BASE = "00020820-0000-0000-C000-000000000046"
CLASS_BASE = "FCFB3D2A-A0FA-1068-A738-08002B3371B5"


def header(name: str, base: str, *, document: bool, exposed: bool) -> str:
    text = CLASS_ATTRIBUTES.format(name=name, base=base, document=document, exposed=exposed)
    return text.replace("\n", "\r\n")


def container(data: bytes) -> olefile.OleFileIO:
    return olefile.OleFileIO(data, raise_defects=olefile.DEFECT_UNSURE)


def modules_of(data: bytes) -> Sequence[olevba.VBA_Module]:
    """All modules as oletools reads them; a record with an unexpected value is an error."""
    project = olevba.VBA_Project(container(data), "", "PROJECT", "VBA/dir", relaxed=False)
    project.parse_project_stream()
    list(project.parse_modules())
    return project.modules


def built(*modules: Module) -> Mapping[str, bytes]:
    """The text of every module as oletools decodes it."""
    return {module.name: module.code_raw for module in modules_of(build_project([WORKBOOK, *modules]))}


def records(data: bytes) -> list[tuple[int, bytes]]:
    """Identifiers and data of the dir stream's records (MS-OVBA 2.3.4.2)."""
    stream = olevba.decompress_stream(container(data).openstream("VBA/dir").read())
    result, place = [], 0
    while place < len(stream):
        number, size = struct.unpack_from("<HI", stream, place)
        size += 2 if number == 0x09 else 0  # PROJECTVERSION: the minor version is not counted
        result.append((number, stream[place + 6 : place + 6 + size]))
        place += 6 + size
    return result


def shipped() -> bytes:
    """The project in a workbook that xlwings ships and Excel opens."""
    with zipfile.ZipFile(XLWINGS / "quickstart_standalone.xlsm") as package:
        return package.read("xl/vbaProject.bin")


def with_crlf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def test_the_module_of_xlwings_arrives_byte_for_byte() -> None:
    original = (XLWINGS / "xlwings.bas").read_bytes()
    text = original.decode("cp1252")
    assert built(Module("xlwings", Kind.STANDARD, text))["xlwings"] == with_crlf(original)


def test_a_class_of_xlwings_arrives_byte_for_byte_behind_its_header() -> None:
    original = (XLWINGS / "addin" / "Dictionary.cls").read_bytes()
    arrived = built(Module("Dictionary", Kind.CLASS, original.decode("cp1252")))["Dictionary"]
    body = with_crlf(original).split(b'.php)\\r\\n"\r\n', 1)[1]
    assert arrived.endswith(b'"\r\n' + body)
    # What Excel stored when it imported the same file; the editor changes the case of words.
    stored = next(m.code_raw for m in modules_of(shipped()) if m.name == "Dictionary")
    assert arrived.removesuffix(body) == stored[: -len(body)]
    assert arrived.lower() == stored.lower()


@pytest.mark.parametrize("name", ["Dictionary", "ThisWorkbook"])
def test_what_the_records_say_of_a_module_is_what_excel_wrote(name: str) -> None:
    text = (XLWINGS / "addin" / "Dictionary.cls").read_text("cp1252")
    ours, excels = (
        next(m for m in modules_of(data) if m.name == name)
        for data in (build_project([WORKBOOK, Module("Dictionary", Kind.CLASS, text)]), shipped())
    )
    assert ours.docstring == excels.docstring
    assert (ours.type, ours.filename, ours.readonly, ours.private) == (
        excels.type, excels.filename, excels.readonly, excels.private,
    )  # fmt: skip


def test_the_records_have_the_order_of_a_project_that_excel_opens() -> None:
    theirs = [number for number, _ in records(shipped())]
    ours = [number for number, _ in records(build_project([WORKBOOK, Module("M", Kind.STANDARD, "")]))]
    references, modules = theirs.index(0x16), theirs.index(0x0F)
    document = theirs[modules : modules + 13]
    standard = [0x21 if number == 0x22 else number for number in document[2:]]
    registered = [0x16, 0x3E, 0x0D]
    assert ours == [*theirs[:references], *registered, *registered, *document, *standard, 0x10]
    assert dict(records(shipped()))[0x0D] in [
        data for number, data in records(build_project([WORKBOOK])) if number == 0x0D
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_become_those_of_windows(line_end: str, last: bool) -> None:
    text = line_end.join(["Sub A()", "", "End Sub"]) + line_end * last
    assert built(Module("M", Kind.STANDARD, text))["M"] == (
        b'Attribute VB_Name = "M"\r\nSub A()\r\n\r\nEnd Sub\r\n'
    )


@pytest.mark.parametrize(
    ("kind", "base", "document"),
    [(Kind.SHEET, SHEET_BASE, True), (Kind.CLASS, CLASS_BASE, False)],
    ids=["sheet", "class"],
)
def test_every_kind_has_its_header(kind: Kind, base: str, document: bool) -> None:
    expected = header("Items", base, document=document, exposed=document) + "Option Explicit\r\n"
    assert built(Module("Items", kind, "Option Explicit"))["Items"].decode() == expected


def test_the_workbook_has_its_header() -> None:
    expected = header("ThisWorkbook", WORKBOOK_BASE, document=True, exposed=True)
    assert built()["ThisWorkbook"].decode() == expected


def test_an_exported_class_loses_its_block_and_keeps_what_it_says_of_itself() -> None:
    exported = (
        "VERSION 1.0 CLASS\nBEGIN\n  MultiUse = -1  'True\nEND\n"
        'Attribute VB_Name = "Cart"\nAttribute VB_Exposed = True\n'
        'Attribute VB_Ext_KEY = "a" ,"1"\nAttribute VB_Ext_KEY = "b" ,"2"\nOption Explicit\n'
    )
    expected = (
        header("Cart", CLASS_BASE, document=False, exposed=True)
        + 'Attribute VB_Ext_KEY = "a" ,"1"\r\nAttribute VB_Ext_KEY = "b" ,"2"\r\nOption Explicit\r\n'
    )
    assert built(Module("Cart", Kind.CLASS, exported))["Cart"].decode() == expected


def test_attributes_of_a_function_stay_where_they_are() -> None:
    body = (
        "Public Function EOQ(d)\r\n"
        'Attribute EOQ.VB_Description = "Order quantity of least cost."\r\n'
        'Attribute EOQ.VB_ProcData.VB_Invoke_Func = " \\n20"\r\n'
        "End Function\r\n"
    )
    assert built(Module("M", Kind.STANDARD, body))["M"].decode() == 'Attribute VB_Name = "M"\r\n' + body


NAME = 'Attribute VB_Name = "M"\r\n'
LINES = st.lists(
    st.text(st.characters(codec="cp1252", exclude_characters="\r\n\0_"), max_size=60), max_size=60
)


@given(LINES)
def test_any_lines_arrive_byte_for_byte(lines: list[str]) -> None:
    text = "".join(f"' {line}\r\n" for line in lines)
    expected = (NAME + text).encode("cp1252")
    assert built(Module("M", Kind.STANDARD, text))["M"] == expected
    assert built(Module("M", Kind.STANDARD, NAME + text))["M"] == expected


BUILD = """
import sys, xlwings
from pathlib import Path
from xlinventory.hosts.excel.vba import Kind, Module, build_project
text = (Path(xlwings.__file__).parent / "xlwings.bas").read_text("cp1252")
modules = [Module("ThisWorkbook", Kind.WORKBOOK, ""), Module("xlwings", Kind.STANDARD, text)]
sys.stdout.buffer.write(build_project(modules))
"""


def test_two_builds_are_identical() -> None:
    def build(hash_seed: str) -> bytes:
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        return subprocess.run(
            [sys.executable, "-c", BUILD], check=True, capture_output=True, env=environment
        ).stdout

    first = build("1")
    assert {"ThisWorkbook", "xlwings"} == {module.name for module in modules_of(first)}
    assert build("2") == first


def test_a_project_without_cache_says_so() -> None:
    # MS-OVBA 2.3.4.1 and example 3.1.1: seven bytes, version FFFF, no performance cache.
    assert (
        container(build_project([WORKBOOK])).openstream("VBA/_VBA_PROJECT").read().hex() == "cc61ffff000100"
    )


def test_the_properties_list_the_modules_in_order() -> None:
    modules = [
        Module("Ribbon", Kind.STANDARD, ""),
        WORKBOOK,
        Module("Items", Kind.SHEET, ""),
        Module("Cart", Kind.CLASS, ""),
    ]
    text = container(build_project(modules, "Stock")).openstream("PROJECT").read().decode("cp1252")
    # Lines as in MS-OVBA 3.1.6 and in xlwings' quickstart_standalone.xlsm.
    assert re.fullmatch(
        r"""ID="\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}"
Module=Ribbon
Document=ThisWorkbook/&H00000000
Document=Items/&H00000000
Class=Cart
Name="Stock"
HelpContextID="0"
VersionCompatible32="393222000"
CMG="[0-9A-F]{28}"
DPB="[0-9A-F]{22}"
GC="[0-9A-F]{20}"

\[Host Extender Info\]
&H00000001=\{3832D640-CF90-11CF-8E43-00A0C911005A\};VBE;&H00000000

\[Workspace\]
Ribbon=0, 0, 0, 0, C
ThisWorkbook=0, 0, 0, 0, C
Items=0, 0, 0, 0, C
Cart=0, 0, 0, 0, C
""".replace("\n", "\r\n"),
        text,
    )


def test_names_are_listed_as_excel_lists_them() -> None:
    names = ["ThisWorkbook", "Sheet1", "Module1", "Sheet2", "xlwings", "Dictionary"]
    ours = build_project(
        [Module(n, Kind.WORKBOOK if n == "ThisWorkbook" else Kind.STANDARD, "") for n in names]
    )
    assert (
        container(ours).openstream("PROJECTwm").read() == container(shipped()).openstream("PROJECTwm").read()
    )


# MS-OVBA 3.1.6: the example's project identifier, and its CMG, DPB and GC.
@pytest.mark.parametrize(
    ("data", "seed", "expected"),
    [
        (b"\0\0\0\0", 0x07, "0705D8E3D8EDDBF1DBF1DBF1DBF1"),
        (b"\0", 0x0E, "0E0CD1ECDFF4E7F5E7F5E7"),
        (b"\xff", 0x15, "1517CAF1D6F9D7F9D706"),
    ],
    ids=["CMG", "DPB", "GC"],
)
def test_protection_is_written_as_in_the_published_example(data: bytes, seed: int, expected: str) -> None:
    assert obfuscated(data, "{917DED54-440B-4FD1-A5C1-74ACF261E600}", seed) == expected


def revealed(digits: str, identifier: str) -> bytes:
    """Data of CMG, DPB or GC, by the decryption of MS-OVBA 2.4.3.3."""
    seed, version, key, *rest = bytes.fromhex(digits)
    assert version ^ seed == 2
    assert key ^ seed == sum(identifier.encode()) % 256
    plain, before, last, result = key ^ seed, version, key, bytearray()
    for byte in rest:
        plain = byte ^ ((before + plain) % 256)
        before, last = last, byte
        result.append(plain)
    ignored = (seed & 6) // 2
    length = int.from_bytes(result[ignored : ignored + 4], "little")
    assert len(result) == ignored + 4 + length
    return bytes(result[ignored + 4 :])


def test_nothing_is_locked_and_the_project_is_visible() -> None:
    text = container(build_project([WORKBOOK])).openstream("PROJECT").read().decode("cp1252")
    said = dict(re.findall(r'^(ID|CMG|DPB|GC)="(.*)"\r$', text, re.M))
    # MS-OVBA 2.3.1.15 to 17: no protection flag, no password, visible.
    assert revealed(said["CMG"], said["ID"]) == bytes(4)
    assert revealed(said["DPB"], said["ID"]) == b"\0"
    assert revealed(said["GC"], said["ID"]) == b"\xff"
