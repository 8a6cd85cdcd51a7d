"""What VBA cannot take is refused before there is a file, with the module and the line."""

import random
import re

import pytest

from xlinventory.hosts.excel.vba import Kind, Module, build_project

WORKBOOK = Module("ThisWorkbook", Kind.WORKBOOK, "")


def build(text: str, name: str = "M", kind: Kind = Kind.STANDARD) -> bytes:
    return build_project([WORKBOOK, Module(name, kind, text)])


def refused(text: str, name: str = "M") -> str:
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the callers check the message
        build(text, name)
    return str(error.value)


def statement(continuations: int) -> str:
    return "x = 1" + " + _\n1" * continuations + "\n"


def procedure(size: int, first: str = "Private Sub Big()", last: str = "End Sub") -> str:
    """A procedure of so many bytes, line ends included."""
    line = "' " + "x" * 96 + "\n"  # with CR LF 100 bytes
    rest = size - len(first) - len(last) - 4
    filling = line * (rest // 100 - 1) + "'" * (rest % 100 + 98) + "\n"
    return f"{first}\n{filling}{last}\n"


def test_a_character_outside_the_code_page() -> None:
    assert refused("Sub A()\nx = 1\n' a → b\nEnd Sub") == (
        "module M, line 3: '→' (U+2192) is not in code page 1252"
    )


def test_a_byte_order_mark() -> None:
    assert "line 1" in refused("\ufeffSub A()\nEnd Sub")


def test_a_zero_character() -> None:
    assert "line 2" in refused("Sub A()\n\0\nEnd Sub")


def test_a_line_of_1024_characters() -> None:
    build("'" * 1023)
    assert refused("\n" + "'" * 1024) == "module M, line 2: a line has at most 1023 characters, got 1024"


def test_25_continuations() -> None:
    build(statement(24) + statement(24))
    assert refused("\n" + statement(25)) == (
        "module M, line 26: a statement has at most 24 line continuations"
    )


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Private Sub Big()", "End Sub"),
        ("Function Big() As Long", "End Function"),
        ("Public Static Sub Big()", "end sub 'here"),
        ("Friend Property Get Big()", "End Property"),
    ],
)
def test_a_procedure_of_64_kilobytes(first: str, last: str) -> None:
    build(procedure(65_535, first, last))
    assert refused("Option Explicit\n" + procedure(65_536, first, last)) == (
        "module M, line 2: procedure Big has 65,536 bytes, 64 KB are too many"
    )


def test_many_small_procedures_and_declarations_are_no_large_one() -> None:
    build('Declare Sub Far Lib "x" ()\n' + procedure(40_000) + procedure(40_000))


def test_everything_is_said_at_once_in_the_order_of_the_lines() -> None:
    message = refused("'" * 1024 + "\n→\n" + "'" * 1024)
    assert re.findall(r"line (\d)", message) == ["1", "2", "3"]


@pytest.mark.parametrize("name", ["", "1a", "_a", "a b", "a-b", "a.b", "a/b", "Ω", "naïve→"])
def test_a_name_that_is_no_identifier(name: str) -> None:
    assert "a name is a letter" in refused("", name)


def test_a_name_of_32_characters() -> None:
    build("", "m" * 31)
    assert "at most 31 characters, got 32" in refused("", "m" * 32)


def test_an_identifier_of_another_language_is_fine() -> None:
    build("", "Übersicht_1")


@pytest.mark.parametrize("name", ["THISWORKBOOK", "XLInventory", "Dir", "Office", "stdole", "VBA", "excel"])
def test_a_name_that_is_taken(name: str) -> None:
    assert f"module {name}: the name" in refused("", name)


def test_a_project_name_that_is_no_identifier() -> None:
    with pytest.raises(ValueError, match="project 'my stock'"):
        build_project([WORKBOOK], "my stock")


@pytest.mark.parametrize("modules", [[], [WORKBOOK, Module("Other", Kind.WORKBOOK, "")]])
def test_a_project_has_one_workbook(modules: list[Module]) -> None:
    with pytest.raises(ValueError, match="exactly one module of the workbook"):
        build_project(modules)


@pytest.mark.parametrize("line", ['Attribute VB_Name = "Other"', 'Attribute VB_Base = "0{}"'])
def test_a_text_that_contradicts_its_name_or_kind(line: str) -> None:
    assert re.match(r"module M: VB_\w+ is .* in its text, .* by its name and kind", refused(line))


@pytest.mark.parametrize(
    "text",
    [
        'Option Explicit\nAttribute VB_Name = "M"\n',
        'Attribute VB_Name = "M"\n\nattribute vb_name = "Second"\n',
        'VERSION 1.0 CLASS\nAttribute VB_Name = "M"\n',
    ],
)
def test_a_header_that_does_not_stand_first(text: str) -> None:
    line = 3 if "Second" in text else 2
    assert refused(text) == f"module M, line {line}: an attribute of the module stands first in it"


def test_a_text_that_cannot_be_stored_names_its_module() -> None:
    letters = (
        "".join(chr(c) for c in range(0xC0, 0x100)) + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    )
    dice = random.Random(1)
    noise = "\n".join("'" + "".join(dice.choices(letters, k=999)) for _ in range(4))
    assert refused(noise).startswith("module M: the last")
