"""LibreOffice with windows, on a screen that nobody sees: what it shows is read as a screen reader does."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw

from xlinventory.hosts.calc import register

PUSH_BUTTON = 44
"""com.sun.star.accessibility.AccessibleRole.PUSH_BUTTON"""


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    """A display of its own."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1200x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait(15)


@pytest.fixture(scope="module")
def shown(office: Any, screen: str) -> Iterator[xw.App]:
    """An application with windows; skips where LibreOffice or its drawing on X11 is not installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", screen)
        patch.setenv("SAL_USE_VCLPLUGIN", "gen")
        register()
        app = xw.App(visible=True, add_book=False)
    yield app
    app.quit()


def tree(thing: Any) -> Iterator[Any]:
    """Everything that a screen reader finds below a window."""
    context = thing.getAccessibleContext()
    yield context
    for i in range(min(context.getAccessibleChildCount(), 100)):  # a sheet has a billion children
        yield from tree(context.getAccessibleChild(i))


def windows(app: xw.App) -> list[Any]:
    toolkit = app.impl.office.service("com.sun.star.awt.Toolkit")
    return [toolkit.getTopWindow(i) for i in range(toolkit.getTopWindowCount())]


def press_when_shown(app: xw.App, label: str, seen: list[str]) -> None:
    """Wait for the message box, note its words, and press one of its buttons."""
    while True:
        for window in windows(app):
            found = list(tree(window))
            for part in found:
                if part.getAccessibleRole() == PUSH_BUTTON and part.getAccessibleName() == label:
                    seen += [other.getAccessibleName() for other in found]
                    part.doAccessibleAction(0)
                    return
        os.sched_yield()


def test_a_person_is_asked_over_the_window_in_front(shown: xw.App, tmp_path: Path) -> None:
    book = shown.books.add()
    assert shown.visible
    assert book.impl.window.isVisible()
    seen: list[str] = []
    person = threading.Thread(target=press_when_shown, args=(shown, "No", seen), daemon=True)
    person.start()
    assert shown.alert("Refresh would change 3 rows.\n\nDo it?", "Inventory", "yes_no") == "no"
    person.join()
    assert {"Yes", "No"} < set(seen)
    assert any("Refresh would change 3 rows." in words for words in seen)
    book.close()


def test_windows_are_hidden_shown_and_brought_to_the_front(shown: xw.App) -> None:
    first, second = shown.books.add(), shown.books.add()
    first.activate()
    assert shown.books.active == first
    shown.activate(steal_focus=True)
    shown.visible = False
    assert not first.impl.window.isVisible()
    assert shown.alert("nobody looks", "Inventory", "yes_no") == "yes"
    shown.visible = True
    assert second.impl.window.isVisible()
    for book in (first, second):
        book.close()
