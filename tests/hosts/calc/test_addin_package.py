"""The extension as a file, and its one Python module where our packages are not to be had."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import xlinventory
from xlinventory.hosts.calc import Office
from xlinventory.hosts.calc.addin import IDENTIFIER, build, component, interface
from xlinventory.hosts.calc.bridge import properties
from xlinventory.hosts.calc.program import installation
from xlinventory.hosts.excel.live import log_file
from xlinventory.registry import registered
from xlinventory.workbook import WorkbookError

MANIFEST = "{http://openoffice.org/2001/manifest}"
UNOHELPER = """
class ImplementationHelper:
    def __init__(self): self.services = []
    def addImplementation(self, *service): self.services.append(service)
"""


def test_the_same_extension_is_the_same_bytes(tmp_path: Path) -> None:
    folders = [Path("/somewhere")]
    first, second = (build(tmp_path / name, folders).read_bytes() for name in ("a.oxt", "b.oxt"))
    assert first == second


def test_the_manifest_lists_every_part_and_all_xml_is_well_formed(tmp_path: Path) -> None:
    with zipfile.ZipFile(build(tmp_path / "a.oxt")) as file:
        assert file.testzip() is None
        roots = {n: ET.fromstring(file.read(n)) for n in file.namelist() if n.endswith((".xml", ".xcu"))}
        listed = {entry.get(f"{MANIFEST}full-path") for entry in roots["META-INF/manifest.xml"]}
        assert {"xlinventory.idl", "xlinventory_component.py"} <= listed <= set(file.namelist())
    (identifier,) = (e.get("value") for e in roots["description.xml"] if e.tag.endswith("identifier"))
    assert identifier == IDENTIFIER


def test_every_function_is_a_method_with_all_its_arguments() -> None:
    lines = interface.idl().splitlines()
    for spec in registered():
        (line,) = (line for line in lines if f" {interface.method_name(spec)}(" in line)
        assert line.count("[in] any ") == len(spec.parameters)


def test_names_of_methods_are_each_their_own() -> None:
    methods = [interface.method_name(spec).lower() for spec in registered()]
    assert len(set(methods)) == len(methods)


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "state" / "xlinventory.log"
    monkeypatch.setattr(log_file, "path", lambda: path)
    return path


def run(folder: Path, source: str, after: str) -> subprocess.CompletedProcess:
    """The module in a Python that has nothing of ours, with a stand-in for LibreOffice's helper."""
    folder.mkdir(exist_ok=True)
    (folder / "unohelper.py").write_text(UNOHELPER, encoding="utf-8")
    (folder / "part.py").write_bytes(source.encode("ascii"))
    code = f"import sys; places = list(sys.path)\nimport part\n{after}"
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "HOME")}
    return subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=folder, capture_output=True, text=True, check=False,
        env=environment,
    )  # fmt: skip


@pytest.mark.parametrize(
    "name", ["with space", 'it\'s "quoted"', "Lager für Öl", "back\\slash", "{braces} %s", "库存"]
)
def test_folders_of_every_name_are_found(tmp_path: Path, log: Path, name: str) -> None:
    inside = tmp_path / name / "xlinventory" / "hosts" / "calc" / "inside"
    inside.mkdir(parents=True)
    for folder in (inside, *inside.parents[:3]):
        (folder / "__init__.py").touch()
    (inside / "components.py").write_text("def register():\n    return 'registered'\n", encoding="utf-8")
    done = run(tmp_path / "run", component.source([tmp_path / name]), "print(part.g_ImplementationHelper)")
    assert (done.stdout, done.stderr) == ("registered\n", "")
    assert not log.exists()


def test_folders_that_are_gone_leave_python_as_it_was_and_one_line_in_the_log(
    tmp_path: Path, log: Path
) -> None:
    gone = tmp_path / "ganz weg"
    after = "print(part.g_ImplementationHelper.services, sys.path == places, 'xlinventory' in sys.modules)"
    for _ in range(2):
        done = run(tmp_path / "run", component.source([gone]), after)
        assert (done.stdout, done.stderr) == ("[] True False\n", "")
    lines = log.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    assert "No module named 'xlinventory'" in lines[0]
    assert f"there is no folder {gone}" in lines[0]
    assert lines[0].endswith("run: xlinventory calc install")


def test_packages_for_another_python_leave_nothing_half_imported(tmp_path: Path, log: Path) -> None:
    """numpy whose compiled part is for another version fails in the middle of its import."""
    site = tmp_path / "site"
    shutil.copytree(
        Path(xlinventory.__file__).parent, site / "xlinventory", ignore=shutil.ignore_patterns("__pycache__")
    )
    (site / "numpy").mkdir()
    (site / "numpy" / "__init__.py").write_text(
        "import numpy.version\nimport json\nraise ImportError('compiled for\\nanother Python')",
        encoding="utf-8",
    )
    (site / "numpy" / "version.py").touch()
    after = (
        "left = [m for m in sys.modules if m.partition('.')[0] in ('xlinventory', 'numpy')]\n"
        "print(part.g_ImplementationHelper.services, left, 'json' in sys.modules, sys.path == places)"
    )
    done = run(tmp_path / "run", component.source([site]), after)
    assert (done.stdout, done.stderr) == ("[] [] True True\n", "")
    (line,) = log.read_text(encoding="utf-8").splitlines()
    assert "cannot load xlinventory (ImportError: compiled for another Python): install it for" in line


def test_libreoffice_starts_and_shows_name_errors_when_the_folders_are_gone(
    tmp_path: Path, log: Path
) -> None:
    folder = tmp_path / "packages"
    folder.mkdir()
    for place in component.our_folders():
        (folder / str(len(list(folder.iterdir())))).symlink_to(place)
    profile = tmp_path / "profile"
    try:
        with Office(profile) as office:
            installation.install(office.context, sorted(folder.iterdir()))
    except WorkbookError as error:
        pytest.skip(str(error))
    shutil.rmtree(folder)
    with Office(profile) as office:
        document = office.desktop.loadComponentFromURL(
            "private:factory/scalc", "_blank", 0, properties(Hidden=True)
        )
        cells = document.Sheets.getByIndex(0)
        cells.getCellRangeByName("A1").setFormula("=EOQ(1000;10;0.5;1)")
        cells.getCellRangeByName("A2").setFormula("=1+1")
        assert [cells.getCellRangeByName(place).String for place in ("A1", "A2")] == ["#NAME?", "2"]
        document.close(True)
    assert "cannot load xlinventory" in log.read_text(encoding="utf-8")
