"""The VBA text keeps the rules of the language, whatever the registry holds.

Limits are those of [MS-VBAL] and of the function wizard; that the text runs is shown in
test_udfs_libreoffice.py.
"""

import re
from pathlib import Path

import pytest
import xlwings

from xlinventory.arguments import Number
from xlinventory.hosts.excel.package import function_wrappers
from xlinventory.registry import Parameter, registered

SPECS = list(registered())
MODULES = {
    function_wrappers.WRAPPERS: function_wrappers.wrappers(),
    function_wrappers.HELPERS: function_wrappers.helpers(),
}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_fits_its_project(name: str) -> None:
    text = MODULES[name]
    lines = text.split("\r\n")
    assert lines[0] == f'Attribute VB_Name = "{name}"'
    assert "\n" not in text.replace("\r\n", "")
    assert max(map(len, lines)) < 1024
    assert text.encode("cp1252").decode("cp1252") == text
    assert text.count("Option Explicit") == 1


def test_every_worksheet_function_has_one_function_with_its_help() -> None:
    text = MODULES[function_wrappers.WRAPPERS]
    declared = re.findall(
        r'^Public Function (\w+)\(.*\) As Variant\r\nAttribute (\w+)\.VB_Description = "(.*)"\r\n'
        r'Attribute (\w+)\.VB_ProcData\.VB_Invoke_Func = " \\n2[0-5]"\r\n',
        text,
        re.MULTILINE,
    )
    assert [name for name, *_ in declared] == [spec.name for spec in SPECS]
    for name, described, description, category in declared:
        assert name == described == category
        assert 20 <= len(description.replace('""', '"')) <= 255


def test_only_the_worksheet_functions_can_be_seen_from_a_cell() -> None:
    assert "Option Private Module" in MODULES[function_wrappers.HELPERS]
    assert MODULES[function_wrappers.WRAPPERS].count("\r\nPublic ") == len(SPECS)


def test_no_argument_is_a_word_of_the_language_or_hides_what_its_function_needs() -> None:
    needed = {"frompython", "array"}
    for spec in SPECS:
        names = [function_wrappers.argument_name(p).lower() for p in spec.parameters]
        assert len(set(names)) == len(names)
        assert not set(names) & (function_wrappers.RESERVED | needed | {spec.name.lower()})


@pytest.mark.parametrize("word", ["variant", "date", "next", "type", "string", "loop", "open", "array"])
def test_a_word_of_the_language_is_not_an_argument(word: str) -> None:
    assert function_wrappers.argument_name(Parameter(word, Number("", ""), 0.0)) == f"{word}_"


def test_no_name_is_defined_by_the_module_of_xlwings_too() -> None:
    """Two public procedures of one name in a project: the compiler calls it ambiguous."""
    theirs = defined((Path(xlwings.__file__).parent / "xlwings.bas").read_text(encoding="cp1252"))
    assert "xlpy" in theirs
    for text in MODULES.values():
        assert not defined(text) & theirs


def defined(vba: str) -> set[str]:
    names = r"^\s*(?:Public |Private )?(?:Function|Sub|Const|Declare PtrSafe Function|Declare Function) (\w+)"
    return {name.lower() for name in re.findall(names, vba, re.MULTILINE)}


def test_one_spelling_for_each_name_in_the_whole_project() -> None:
    """VBA keeps one spelling per name, so a function's capitals must not meet the same word in small."""
    words = set(re.findall(r"\b[A-Za-z_]\w*\b", without_texts(MODULES[function_wrappers.WRAPPERS])))
    small = {word for word in words if word != word.upper()}
    assert not {word.upper() for word in small} & {spec.name for spec in SPECS}


def without_texts(vba: str) -> str:
    return re.sub(r'"(?:[^"]|"")*"', '""', re.sub(r"^'.*$", "", vba, flags=re.MULTILINE))


def test_a_summary_with_signs_the_code_page_lacks_is_spelled_out() -> None:
    assert function_wrappers._description("μ ≤ σ × 2²") == "mu <= sigma × 2²"


def test_a_long_summary_ends_at_a_word() -> None:
    description = function_wrappers._description("word " * 100)
    assert len(description) <= 255
    assert description.endswith("word ..")
