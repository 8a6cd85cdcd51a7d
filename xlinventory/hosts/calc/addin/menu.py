"""The menu "Inventory" and the toolbar of the same name, written from the table of buttons.

An entry is a command that LibreOffice hands to our job; the job knows the button by its name.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from xlinventory.hosts.buttons import GROUPS, TITLE, Button
from xlinventory.hosts.calc.addin import configuration as xcu
from xlinventory.hosts.calc.addin import icons

JOB = "org.xlinventory.Job"
"""The service that serves an entry, and that is told when a workbook was opened."""
SPREADSHEETS = "com.sun.star.sheet.SpreadsheetDocument"
"""The one kind of document that has our menu."""
MENU = "org.xlinventory.menu"
MENU_TITLE = TITLE.replace("n", "~n", 1)
"""With the letter that opens it; I and V are those of Insert and View."""
TOOLBAR = "org.xlinventory.toolbar"
SEPARATOR = "private:separator"


class Entry(NamedTuple):
    """One line of the menu and one button of the toolbar."""

    id: str
    label: str
    help: str
    icon: str

    @property
    def command(self) -> str:
        """What LibreOffice carries out."""
        return f"service:{JOB}?{self.id}"


SAVE = Entry(
    "save",
    "Save into the Excel workbook",
    "Write values and tables into the Excel file; its macros, charts and ribbon stay as they are.",
    "FileSave",
)
"""The one entry that Excel does not need."""


def groups() -> Iterator[tuple[Entry, ...]]:
    """All entries, those of a group together: the ribbon's own, and saving beside the files of orders."""
    for group in GROUPS:
        entries = tuple(map(_entry, group.buttons))
        yield (*entries, SAVE) if group.label == "Safety" else entries


def entries() -> Iterator[Entry]:
    """All entries in order."""
    return (entry for group in groups() for entry in group)


def addons() -> str:
    """The file Addons.xcu."""
    return xcu.file(
        "Addons", "org.openoffice.Office",
        [xcu.group(
            "AddonUI",
            xcu.group("OfficeMenuBar", xcu.entry(
                MENU, xcu.words("Title", MENU_TITLE), xcu.text("Context", SPREADSHEETS),
                xcu.group("Submenu", *_lines(_menu_line)),
            )),
            xcu.group("OfficeToolBar", xcu.entry(TOOLBAR, *_lines(_toolbar_button))),
            xcu.group("Images", *map(_images, entries())),
        )],
    )  # fmt: skip


def window_state() -> str:
    """The file CalcWindowState.xcu: the toolbar's name, and that it is there at first."""
    return xcu.file(
        "CalcWindowState", "org.openoffice.Office.UI",
        [xcu.group("UIElements", xcu.group("States", xcu.entry(
            f"private:resource/toolbar/addon_{TOOLBAR}",
            xcu.words("UIName", TITLE), xcu.truth("Visible", value=True), xcu.truth("Docked", value=True),
            xcu.text("DockPos", "0,3"),
        )))],
    )  # fmt: skip


def _entry(button: Button) -> Entry:
    return Entry(button.id, button.label, button.help, button.icon)


def _lines(written: "Iterable[str]") -> Iterator[str]:
    """Every entry, and a line between groups; names in the order in which LibreOffice is to show them."""
    number = 0
    for place, group in enumerate(groups()):
        separator = [None] if place else []
        for entry in (*separator, *group):
            number += 1
            yield xcu.entry(f"m{number:02}", *(written(entry) if entry else [xcu.text("URL", SEPARATOR)]))


def _menu_line(entry: Entry) -> list[str]:
    return [
        xcu.text("URL", entry.command), xcu.words("Title", entry.label), xcu.text("Target", "_self"),
        xcu.text("Context", SPREADSHEETS),
    ]  # fmt: skip


def _toolbar_button(entry: Entry) -> list[str]:
    """A button that shows its icon; its title is the tip that appears above it."""
    tip = f"{entry.label}: {entry.help}"
    return [
        xcu.text("URL", entry.command), xcu.words("Title", tip), xcu.text("Target", "_self"),
        xcu.text("Context", SPREADSHEETS),
    ]  # fmt: skip


def _images(entry: Entry) -> str:
    """Both sizes of an icon."""
    small, big = (f"%origin%/{icons.inside(entry.icon, size)}" for size in icons.SIZES)
    return xcu.entry(
        f"org.xlinventory.image.{entry.id}",
        xcu.text("URL", entry.command),
        xcu.group("UserDefinedImages", xcu.text("ImageSmallURL", small), xcu.text("ImageBigURL", big)),
    )
