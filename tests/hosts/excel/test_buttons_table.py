"""The one table of buttons: complete, and only with what exists."""

import re
from pathlib import Path

import openpyxl
import pytest

from xlinventory.hosts.buttons import GROUPS, Action, buttons, find_button
from xlinventory.hosts.excel import template
from xlinventory.macros.frame import macros

ICONS = Path(__file__).with_name("office_icons.txt")
DESIGN = {
    "Data": ["Refresh from CSV", "Import settings", "Check data"],
    "Plan": ["Forecast", "Update stock levels", "Reorder run", "What-if"],
    "Orders": ["Create POs", "Export POs", "Receive", "Overdue"],
    "Accounts": ["Value stock", "Close period"],
    "Reports": ["Turnover", "Supplier scores", "Dashboard"],
    "Safety": ["Undo last run", "Log"],
    "Help": ["Functions", "Self-test", "About"],
}


def test_groups_and_labels_are_those_of_the_handbook() -> None:
    assert {group.label: [button.label for button in group.buttons] for group in GROUPS} == DESIGN


def test_every_macro_has_a_button_and_every_button_its_macro() -> None:
    pressed = [button.macro for button in buttons() if isinstance(button, Action)]
    assert sorted(pressed) == sorted(macro.name for macro in macros())


def test_every_sheet_shown_is_in_the_workbook_and_can_be_seen(tmp_path: Path) -> None:
    template.build(tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    seen = {sheet.title for sheet in book if sheet.sheet_state == "visible"}
    assert {button.sheet for button in buttons() if button.sheet} <= seen


def test_names_are_unique_and_plain() -> None:
    names = [button.id for button in buttons()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z_]+", name) for name in names)


def test_every_button_says_what_it_does_in_one_sentence() -> None:
    for button in buttons():
        assert len(button.label) <= 20
        assert button.help.endswith(".")
        assert len(button.help) <= 200


def test_every_icon_is_one_of_office() -> None:
    """office_icons.txt is an extract of Microsoft's own lists; it says which."""
    known = [line for line in ICONS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert {button.icon for button in buttons()} == set(known)


def test_a_name_without_a_button_is_refused() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        find_button("nonsense")
