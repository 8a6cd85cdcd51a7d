"""No name or text of a workbook becomes part of code, and none steers the terminal it is printed on."""

import ast
import io
import re
from pathlib import Path

import pytest

from xlinventory.cli import running
from xlinventory.cli.console import PlainConsole
from xlinventory.cli.summary import print_outcome
from xlinventory.hosts.buttons import Action, buttons, find_button
from xlinventory.hosts.calc.addin import component
from xlinventory.hosts.excel.live.buttons import serve, told_by
from xlinventory.hosts.excel.package.ribbon import command
from xlinventory.macros.frame import Outcome

EVIL = (
    'a") : Shell("calc")',
    "x'); import os; os.system('calc')#",
    "refresh'",
    'service:x?a="b"',
    "a\nSub x()",
    "{0.__class__}",
    "%s%n",
)


def test_the_python_a_button_runs_is_made_of_our_own_names() -> None:
    for button in buttons():
        if isinstance(button, Action):
            assert re.fullmatch(r"from [\w.]+ import press; press\('\w+'\)", command(button))


@pytest.mark.parametrize("name", EVIL)
def test_a_button_of_another_name_does_nothing(name: str) -> None:
    """RunPython and LibreOffice's menu hand over a name: it is looked up, never run."""
    told = told_by(name, lambda: serve(find_button(name), None))
    assert told.mode == "critical"
    assert "Traceback" not in told.sentence


def test_a_folder_of_any_name_is_a_text_in_the_extension() -> None:
    """LibreOffice runs that file; a quotation mark in a folder's name ends nothing in it."""
    text = component.source([Path(f"/home/{name}") for name in EVIL])
    (folders,) = (
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and node.targets[0].id == "FOLDERS"
    )
    assert ast.literal_eval(folders.value) == [f"/home/{name}" for name in EVIL]


STEERING = {
    "colour": "\x1b[31mred", "a link": "\x1b]8;;http://x.example\x1b\\here", "title": "\x1b]0;x\x07",
    "bell": "\x07", "back": "a\b\b",
    "again": "Done.\rFailed", "one byte": "\x9b31m", "turned round": "\u202egpj.exe",
    "inside": "\u2066x\u2069",
}  # fmt: skip


@pytest.mark.parametrize("case", STEERING)
def test_nothing_printed_steers_the_terminal(case: str) -> None:
    stream = io.StringIO()
    print_outcome(
        PlainConsole(file=stream, force_terminal=True, highlight=False),
        Outcome(STEERING[case], (STEERING[case],)),
    )
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", stream.getvalue())


def test_the_consoles_in_use_are_of_that_kind() -> None:
    assert isinstance(running.out, PlainConsole)
    assert isinstance(running.err, PlainConsole)


def test_a_file_s_name_is_no_markup_of_the_progress_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """``[/x].csv`` closed a colour that nobody had opened, and ended the refresh."""
    stream = io.StringIO()
    shown = PlainConsole(file=stream, force_terminal=True)
    monkeypatch.setattr(running, "err", shown)
    with running.progress() as report:
        report("Reading [/x] [link=http://x.example]a[/link].csv", 0.5)
    assert "[/x]" in stream.getvalue()
