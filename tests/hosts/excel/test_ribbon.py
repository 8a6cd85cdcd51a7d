"""The ribbon and its VBA: every button has its callback, its Sub and one fixed Python text."""

import ast
import re
from xml.etree import ElementTree as ET

import pytest

from xlinventory.hosts.buttons import Action, buttons, find_button
from xlinventory.hosts.excel.package.ribbon import ADDIN, ENTRY, WORKBOOK, Place, custom_ui, ribbon_module

CUSTOM_UI = "{http://schemas.microsoft.com/office/2009/07/customui}"
PLACES = pytest.mark.parametrize("place", [WORKBOOK, ADDIN], ids=["workbook", "add-in"])


def elements(place: Place) -> list[ET.Element]:
    return list(ET.fromstring(custom_ui(place)).iter(f"{CUSTOM_UI}button"))


def public(place: Place) -> list[str]:
    return re.findall(r"^Public (?:Sub|Function) (\w+)", ribbon_module(place), re.M)


@PLACES
def test_the_tab_has_every_button_in_order(place: Place) -> None:
    assert [element.get("id") for element in elements(place)] == [button.id for button in buttons()]


@PLACES
def test_every_control_is_unique_and_calls_what_the_module_has(place: Place) -> None:
    identifiers = [
        element.get("id") for element in ET.fromstring(custom_ui(place)).iter() if element.get("id")
    ]
    assert len(identifiers) == len(set(identifiers))
    assert {element.get("onAction") for element in elements(place)} == {place.callback}
    assert f"Public Sub {place.callback}(control As IRibbonControl)" in ribbon_module(place)


@PLACES
def test_texts_of_a_button_are_within_the_limits_of_the_schema(place: Place) -> None:
    """MS-CUSTOMUI 2.3: label, screentip and supertip are strings of 1 to 1024 characters."""
    for element in elements(place):
        for name in ("label", "screentip", "supertip"):
            assert 1 <= len(element.get(name)) <= 1024


def test_words_with_signs_of_xml_arrive_whole() -> None:
    """The help of a macro is free text."""
    told = {element.get("id"): element.get("supertip") for element in elements(WORKBOOK)}
    assert told["forecast"] == find_button("forecast").help
    assert "'" in told["forecast"]


def test_the_add_in_shares_no_public_name_with_the_workbook() -> None:
    assert not set(public(WORKBOOK)) & set(public(ADDIN))
    assert len(public(WORKBOOK)) == len(set(public(WORKBOOK)))


def test_every_button_has_its_sub() -> None:
    assert {f"InventoryButton_{button.id}" for button in buttons()} <= set(public(WORKBOOK))


def test_the_add_in_works_on_the_active_workbook_and_the_workbook_on_itself() -> None:
    assert "Set book = ActiveWorkbook" in ribbon_module(ADDIN)
    assert "ThisWorkbook" not in ribbon_module(ADDIN)
    assert "Set book = ThisWorkbook" in ribbon_module(WORKBOOK)
    assert "ActiveWorkbook" not in ribbon_module(WORKBOOK)


@PLACES
def test_python_is_called_with_fixed_texts_only(place: Place) -> None:
    """Each is a literal that imports one name of ours and calls it with one name of ours."""
    module = ribbon_module(place)
    calls = re.findall(r"CallPython (?!\()(.*)$", module, re.M)
    texts = [re.fullmatch(r'"([^"]*)"', call) for call in calls]
    assert all(texts)
    pressed = []
    for text in texts:
        imported, call = ast.parse(text.group(1)).body
        assert isinstance(imported, ast.ImportFrom)
        assert imported.module == ENTRY
        assert isinstance(call.value.args[0], ast.Constant)
        pressed.append(call.value.args[0].value)
    assert pressed == [button.id for button in buttons() if isinstance(button, Action)]
    assert module.count("RunPython") == 1
    assert "RunPython command" in module


@PLACES
def test_the_module_keeps_to_what_vba_takes(place: Place) -> None:
    """MS-VBAL 3.2.1: logical lines under 1024 characters; MS-OVBA stores code page 1252."""
    module = ribbon_module(place)
    module.encode("cp1252")
    assert max(len(line) for line in module.splitlines()) < 1000
    opened = re.findall(r"^(?:Public|Private) (Sub|Function) ", module, re.M)
    closed = re.findall(r"^End (Sub|Function)$", module, re.M)
    assert opened == closed


@PLACES
def test_excel_asks_nothing_while_python_works_and_asks_again_afterwards(place: Place) -> None:
    """Else it asks what the other application takes so long for: https://github.com/xlwings/xlwings/issues/120.

    DisplayAlerts is turned back on where all is well and where Python cannot be started.
    """
    procedure = re.search(r"^Private Sub CallPython.*?^End Sub", ribbon_module(place), re.M | re.S).group()
    done, failed = procedure.split("\nCannotStart:\n")
    assert done.index("DisplayAlerts = False") < done.index("XLPy.Module") < done.index("RunPython command")
    assert done.index("RunPython command") < done.index("DisplayAlerts = True") < done.index("Exit Sub")
    assert failed.index("DisplayAlerts = True") < failed.index("MsgBox")
