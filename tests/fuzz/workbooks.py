"""Target *workbooks*: a file whose container or XML is spoilt, opened, read, changed, saved, opened again."""

import datetime as dt
import io
import re
import struct
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

import pandas as pd
import xlsxwriter

from tests.fuzz.mutating import odd_text, some, span, spoilt_bytes
from tests.fuzz.running import Target, Wrong
from xlinventory.core.errors import InventoryError
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES
from xlinventory.sheets.settings import SETTINGS

TODAY = 45000.0
ONE_OF = 4
"""Workbooks of which one also has a macro run in it."""
LONGEST_SENTENCE = 2_000
Parts = dict[str, bytes]

ROWS = {
    "Items": [{"sku": "A", "name": "Mug", "unit_cost": 2.0}, {"sku": "00123", "name": "=1+1"}],
    "Suppliers": [{"supplier": "Acme", "promised_lead_days": 7.0}],
    "Movements": [{"date": TODAY - 9, "sku": "A", "kind": "OPENING", "quantity": 5.0, "unit_cost": 2.0}],
    "Settings": [{"setting": s.name, "value": TODAY if s.name == "as_of" else s.value} for s in SETTINGS],
}
IMPORTANT = re.compile(r"workbook.xml|sheet\d+\.xml|table\d+\.xml|\.rels|sharedStrings|Content_Types")
NAMES = (
    "../x.xml",
    "/etc/passwd",
    "C:\\x.xml",
    "xl\\workbook.xml",
    "xl/workbook.xml ",
    "CON",
    "a" * 300,
    "",
    "xl/",
    "é.xml",
)
ATTRIBUTES = (
    "", "0", "1", "-1", "99999999999999999999", "1e999", "A1", "A0", "XFE1", "A1048577", "A1:A1", "B9:A1",
    "A1:XFD1048576",
    "Sheet!A1", "#REF!", "true", "s", "e", "b", "d", "str", "inlineStr", "shared", "array", "rId1", "rId99",
    "../../x",
    "/xl/worksheets/sheet1.xml", "worksheets/sheet1.xml", "file:///etc/passwd", "External", "Items",
    "Settings", "&#65;", "&lt;",
    "x" * 20_000,
)  # fmt: skip
FORMULAS = (
    "1+1", "A1", "Items[sku]", "Items[[#This Row],[nothing]]", "SUM(A:A)", "INDIRECT(&quot;A1&quot;)",
    "cmd|' /C calc'!A0",
    "HYPERLINK(&quot;http://x.example&quot;)", "WEBSERVICE(&quot;http://x.example&quot;)",
    "(" * 300 + "1" + ")" * 300, "1+", "[1]Sheet1!A1",
    "SAFETY_STOCK(1,2,3,0.95)", "EOQ(A1:C3,1,1,1)", "LET(x,1,x)", "_xlfn.SEQUENCE(3)", "1/0", "&quot;" * 3,
    "A1#", "{1,2;3}", "-" * 500 + "1",
)  # fmt: skip
TRICKS = (
    b'<!DOCTYPE x [<!ENTITY a "b">]>', b'<!DOCTYPE x SYSTEM "file:///etc/passwd">', b"<?x y?>",
    b"<!-- c -->", b"\xef\xbb\xbf", b" ", b"<!doctype x>",
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
)  # fmt: skip


def make(chance: Random) -> bytes:
    """A workbook file of which one or a few things are wrong."""
    parts = dict(whole())
    for _ in range(some(chance)):
        _spoil_part(chance, parts)
    names = list(parts.items())
    if chance.random() < 0.1:
        names.insert(chance.randrange(len(names)), (chance.choice((*NAMES, *parts)), chance.choice(names)[1]))
    data = zipped(names)
    for _ in range(chance.choice((0, 0, 0, 0, 1, 3))):
        data = chance.choice((spoilt_bytes, _other_number))(chance, data)
    return data


def attempt(data: bytes) -> None:
    """The file serves, or one sentence says why not; it is whole afterwards either way."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "book.xlsx"
        path.write_bytes(data)
        try:
            kept = _served(path, with_macro=sum(data[-64:]) % ONE_OF == 0)
        except InventoryError as error:
            _check_sentence(str(error))
            if path.read_bytes() != data:
                raise Wrong("refused, and the file was changed") from error
        else:
            _check_saved(path, kept)
        if left := [file.name for file in Path(name).iterdir() if file != path]:
            raise Wrong(f"left behind: {left}")


def _served(path: Path, *, with_macro: bool) -> dict[str, pd.DataFrame]:
    """Everything done with a workbook, and its tables as they were saved."""
    book = FileWorkbook.open(path)
    for name in book.table_names():
        rows = book.read_table(name)
        if name in {"Suppliers", "Movements"}:
            stored = book.stored_columns(name)
            book.write_table(name, pd.concat([rows[stored]] * 2, ignore_index=True))
    if with_macro:
        run_macro(book, "check")
    book.calculate()
    book.save()
    return {name: book.read_table(name) for name in book.table_names()}


def _check_saved(path: Path, kept: dict[str, pd.DataFrame]) -> None:
    """What was saved is there when the file is opened again."""
    try:
        book = FileWorkbook.open(path)
        there = {name: book.read_table(name) for name in book.table_names()}
    except InventoryError as error:
        raise Wrong(f"saved and cannot be opened again: {error}") from error
    if list(there) != list(kept):
        raise Wrong("other tables after saving")
    for name, rows in kept.items():
        if not rows.equals(there[name]):
            raise Wrong(f"other rows after saving: {name}\n{rows}\n{there[name]}")


def _check_sentence(text: str) -> None:
    if not text or "Traceback" in text or len(text) > LONGEST_SENTENCE:
        raise Wrong(f"no sentence: {text[:300]!r}")


@cache
def whole() -> Parts:
    """The parts of a good workbook: tables, formulas, names, rich and shared texts, a link, a note."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)})
        for name in ("Settings", "Items", "Suppliers", "Movements", "Log", "_undo"):
            _add_table(book.add_worksheet(name), name)
        loose = book.add_worksheet("Mine")
        bold = book.add_format({"bold": True})
        loose.write_rich_string("A1", "plain ", bold, "bold")
        loose.write_string("A2", "=1+1")
        loose.write_formula("A3", "=SUM(Movements[quantity])", None, 5)
        loose.write_array_formula("C1:C2", "{=A3:A4*2}")
        loose.write_dynamic_array_formula("E1", "=Items[sku]")
        loose.write_url("A5", "https://example.com/")
        loose.write_comment("A6", "note")
        book.define_name("mine", "=Mine!$A$3")
    with zipfile.ZipFile(stream) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: list[tuple[str, bytes]]) -> bytes:
    """A zip file of these entries, a name perhaps twice."""
    stream = io.BytesIO()
    with (
        warnings.catch_warnings(),
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out,
    ):
        warnings.simplefilter("ignore")  # of a name that is there twice
        for name, data in parts:
            out.writestr(zipfile.ZipInfo(name or "x"), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _add_table(sheet: xlsxwriter.worksheet.Worksheet, name: str) -> None:
    names, rows = TABLES[name].names, ROWS.get(name, [])
    columns = [{"header": column} for column in names]
    if name == "Suppliers":
        columns[-1]["formula"] = "=LEN([@supplier])"
    sheet.add_table(0, 0, max(len(rows), 1), len(names) - 1, {"name": name, "columns": columns})
    for i, row in enumerate(rows, 1):
        for j, column in enumerate(names):
            if row.get(column) is not None:
                write = sheet.write_string if isinstance(row[column], str) else sheet.write_number
                write(i, j, row[column])


def _spoil_part(chance: Random, parts: Parts) -> None:
    names = [name for name in parts if IMPORTANT.search(name)] if chance.random() < 0.8 else list(parts)
    if not names:
        return
    name = chance.choice(names)
    kind = chance.random()
    if kind < 0.05:
        del parts[name]
    elif kind < 0.1:
        parts[name] = chance.choice(list(parts.values()))
    elif kind < 0.2:
        parts[name] = spoilt_bytes(chance, parts[name])
    elif kind < 0.3:
        parts[name] = chance.choice(_ENCODINGS)(parts[name])
    else:
        parts[name] = chance.choice(_XML)(chance, parts[name].decode("utf-8", "replace")).encode(
            "utf-8", "replace"
        )


def _attribute(chance: Random, text: str) -> str:
    found = list(re.finditer(r'="([^"]*)"', text))
    if not found:
        return text
    match = chance.choice(found)
    new = chance.choice(ATTRIBUTES) if chance.random() < 0.8 else odd_text(chance).replace('"', "")
    return text[: match.start(1)] + new + text[match.end(1) :]


def _no_attribute(chance: Random, text: str) -> str:
    found = list(re.finditer(r'\s[\w:]+="[^"]*"', text))
    return _without(text, chance.choice(found)) if found else text


def _no_tag(chance: Random, text: str) -> str:
    found = list(re.finditer(r"<[^>]*>", text))
    return _without(text, chance.choice(found)) if found else text


def _element_again(chance: Random, text: str) -> str:
    found = list(
        re.finditer(r"<(\w+)\b[^>]*?(?:/>|>[^<]*</\1>)|<(row|c|si|table|sheet)\b.*?</\2>", text, re.S)
    )
    if not found:
        return text
    match = chance.choice(found)
    again = match[0] * chance.choice((0, 2, 2, 3, 200))
    return text[: match.start()] + again + text[match.end() :]


def _moved(chance: Random, text: str) -> str:
    start, end = span(chance, len(text))
    place = chance.randrange(len(text) + 1)
    piece = text[start:end]
    rest = text[:start] + text[end:]
    return rest[:place] + piece + rest[place:]


def _content(chance: Random, text: str) -> str:
    found = list(re.finditer(r"<(v|f|t|definedName|calculatedColumnFormula)\b[^>]*>([^<]*)<", text))
    if not found:
        return text
    match = chance.choice(found)
    of_formula = match[1] not in {"v", "t"}
    return (
        text[: match.start(2)]
        + (chance.choice(FORMULAS) if of_formula else odd_text(chance))
        + text[match.end(2) :]
    )


def _new_cell(chance: Random, text: str) -> str:
    formula, kind = chance.choice(FORMULAS), chance.choice(ATTRIBUTES[:24])
    cell = chance.choice((
        f'<c r="{kind}"><f>{formula}</f><v>1</v></c>', f"<c><f>{formula}</f></c>",
        f'<c r="B2" t="{kind}"><v>{kind}</v></c>',
        f'<c r="H7" t="array"><f t="array" ref="{kind}">{formula}</f><v>0</v></c>', f'<c r="B3" s="{kind}"/>',
        (
            f'<c r="B4"><f t="shared" si="0" ref="{kind}">{formula}</f></c>'
            f'<c r="B5"><f t="shared" si="{kind}"/></c>'
        ),
        '<c r="A1" t="s"><v>999999</v></c>', '<c r="A1" t="s"><v>-1</v></c>',
        '<c r="A1" t="d"><v>2011-13-45</v></c>',
        '<c r="J1"><is><t>no type</t></is></c>', '<c r="J2" t="inlineStr"/>',
        '<c r="J3" t="e"><v>#WHAT!</v></c>',
    ))  # fmt: skip
    place = text.find("</row>") if chance.random() < 0.5 else text.rfind("</row>")
    return text if place < 0 else text[:place] + cell + text[place:]


def _deep(chance: Random, text: str) -> str:
    place, depth = chance.randrange(len(text) + 1), chance.choice((10, 300, 5_000))
    return text[:place] + "<a>" * depth + "</a>" * depth + text[place:]


def _trick(chance: Random, text: str) -> str:
    place = text.find("?>") + 2 if chance.random() < 0.8 else chance.randrange(len(text) + 1)
    return text[:place] + chance.choice(TRICKS).decode("utf-8") + text[place:]


def _without(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + text[match.end() :]


def _other_number(chance: Random, data: bytes) -> bytes:
    """One field of the container's directory changed: sizes, flags, methods and places that lie."""
    marks = [match.start() for match in re.finditer(rb"PK\x01\x02|PK\x03\x04|PK\x05\x06", data)]
    if not marks:
        return data
    place = chance.choice(marks) + chance.choice((6, 8, 10, 14, 16, 18, 20, 22, 24, 26, 28, 42))
    number = chance.choice((0, 1, 9, 99, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, chance.getrandbits(32)))
    piece = struct.pack(*(("<H", number & 0xFFFF) if chance.random() < 0.5 else ("<I", number)))
    return data[:place] + piece + data[place + len(piece) :]


def _prefixed(data: bytes) -> bytes:
    data = re.sub(rb"<(/?)(\w+)(?=[\s/>])", rb"<\1x:\2", data)
    return data.replace(b' xmlns="', b' xmlns:x="', 1)


def _as(encoding: str, name: str) -> Callable[[bytes], bytes]:
    def encoded(data: bytes) -> bytes:
        text = re.sub(r'encoding="[^"]*"', f'encoding="{name}"', data.decode("utf-8", "replace"))
        return text.encode(encoding, "replace")

    return encoded


_ENCODINGS = (
    _as("utf-16", "UTF-16"), _as("utf-16-le", "UTF-16"), _as("utf-16-be", "UTF-16BE"), _as("utf-8-sig",
    "UTF-8"), _as("utf-7", "UTF-7"),
    _as("utf-32", "UTF-32"), _as("cp037", "IBM037"), _as("latin-1", "ISO-8859-1"), _as("utf-8", "what?"),
    _prefixed,
)  # fmt: skip
_XML = (
    _attribute, _attribute, _attribute, _attribute, _no_attribute, _no_tag, _element_again, _element_again,
    _moved, _content,
    _content, _new_cell, _new_cell, _deep, _trick,
)  # fmt: skip

TARGET = Target("workbooks", make, attempt)
