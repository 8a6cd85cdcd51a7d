"""The menu and the toolbar as LibreOffice reads them: its own file format, nothing of ours in between."""

import struct
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from xlinventory.hosts.buttons import GROUPS, TITLE, buttons
from xlinventory.hosts.calc.addin import build, menu

OOR = "{http://openoffice.org/2001/registry}"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def extension(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    path = build(tmp_path_factory.mktemp("extension") / "xlinventory.oxt", [Path("packages")])
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def node(root: ElementTree.Element, *path: str) -> ElementTree.Element:
    for name in path:
        root = next(child for child in root.iter("node") if child.get(f"{OOR}name") == name)
    return root


def values(element: ElementTree.Element) -> dict[str, str]:
    return {prop.get(f"{OOR}name"): prop.findtext("value") for prop in element.findall("prop")}


def lines(element: ElementTree.Element) -> list[dict[str, str]]:
    """The entries in the order in which LibreOffice shows them: that of their names."""
    return [values(child) for child in sorted(element.findall("node"), key=lambda n: n.get(f"{OOR}name"))]


def test_the_menu_has_the_buttons_of_the_ribbon_and_saving(extension: dict[str, bytes]) -> None:
    addons = ElementTree.fromstring(extension["Addons.xcu"])
    top = node(addons, "OfficeMenuBar", menu.MENU)
    assert values(top) == {"Title": "I~nventory", "Context": menu.SPREADSHEETS}
    shown = lines(node(top, "Submenu"))
    named = [line for line in shown if line["URL"] != "private:separator"]
    assert len(shown) - len(named) == len(GROUPS) - 1
    ribbon = [(f"service:org.xlinventory.Job?{button.id}", button.label) for button in buttons()]
    pairs = [(line["URL"], line["Title"]) for line in named]
    assert [pair for pair in pairs if pair in ribbon] == ribbon
    assert [pair for pair in pairs if pair not in ribbon] == [
        ("service:org.xlinventory.Job?save", "Save into the Excel workbook")
    ]


def test_the_toolbar_has_the_same_commands_and_says_what_they_do(extension: dict[str, bytes]) -> None:
    addons = ElementTree.fromstring(extension["Addons.xcu"])
    tools = lines(node(addons, "OfficeToolBar", menu.TOOLBAR))
    entries = lines(node(addons, "OfficeMenuBar", menu.MENU, "Submenu"))
    assert [line["URL"] for line in tools] == [line["URL"] for line in entries]
    tips = {line["URL"]: line.get("Title") for line in tools}
    for button in buttons():
        assert tips[f"service:org.xlinventory.Job?{button.id}"] == f"{button.label}: {button.help}"
    assert all(line["Context"] == menu.SPREADSHEETS for line in tools if "Title" in line)
    state = ElementTree.fromstring(extension["CalcWindowState.xcu"])
    bar = values(node(state, "UIElements", "States", f"private:resource/toolbar/addon_{menu.TOOLBAR}"))
    assert (bar["UIName"], bar["Visible"]) == (TITLE, "true")


def test_every_command_has_a_picture_in_both_sizes(extension: dict[str, bytes]) -> None:
    addons = ElementTree.fromstring(extension["Addons.xcu"])
    pictures = node(addons, "Images").findall("node")
    assert {values(picture)["URL"] for picture in pictures} == {entry.command for entry in menu.entries()}
    for picture in pictures:
        sizes = values(node(picture, "UserDefinedImages"))
        for name, dots in (("ImageSmallURL", 16), ("ImageBigURL", 26)):
            content = extension[sizes[name].removeprefix("%origin%/")]
            assert content.startswith(PNG)
            # PNG specification, 11.2.2: width and height are the first words of the first chunk
            assert struct.unpack(">II", content[16:24]) == (dots, dots)


def test_the_job_hears_of_spreadsheets_alone(extension: dict[str, bytes]) -> None:
    jobs = ElementTree.fromstring(extension["Jobs.xcu"])
    (job,) = node(jobs, "Jobs").findall("node")
    assert values(job) == {"Service": "org.xlinventory.Job", "Context": menu.SPREADSHEETS}
    events = {event.get(f"{OOR}name"): event for event in node(jobs, "Events").findall("node")}
    assert set(events) == {"OnViewCreated", "OnPrepareViewClosing", "OnSaveDone", "OnSaveAsDone"}
    for event in events.values():
        (listed,) = node(event, "JobList").findall("node")
        assert listed.get(f"{OOR}name") == job.get(f"{OOR}name")


def test_the_manifest_names_every_file_that_libreoffice_has_to_read(extension: dict[str, bytes]) -> None:
    manifest = ElementTree.fromstring(extension["META-INF/manifest.xml"])
    space = "{http://openoffice.org/2001/manifest}"
    named = {entry.get(f"{space}full-path"): entry.get(f"{space}media-type") for entry in manifest}
    configuration = {name for name, kind in named.items() if kind.endswith("configuration-data")}
    assert configuration == {"Addons.xcu", "CalcWindowState.xcu", "Jobs.xcu"}
    assert set(named) <= set(extension)
    assert not [name for name in named if name.endswith(".png")]
