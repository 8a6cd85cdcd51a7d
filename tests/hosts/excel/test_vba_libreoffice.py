"""LibreOffice opens a workbook with our project and finds every module, its kind and its text."""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import xlsxwriter
import xlwings
from lxml import etree

from xlinventory.hosts.excel.vba import Kind, Module, build_project

XLWINGS = Path(xlwings.__file__).parent
MODULES = [
    Module("ThisWorkbook", Kind.WORKBOOK, "Private Sub Workbook_Open()\nEnd Sub\n"),
    Module("Items", Kind.SHEET, "Private Sub Worksheet_Activate()\nEnd Sub\n"),
    Module("xlwings", Kind.STANDARD, (XLWINGS / "xlwings.bas").read_text("cp1252")),
    Module("Dictionary", Kind.CLASS, (XLWINGS / "addin" / "Dictionary.cls").read_text("cp1252")),
    Module("Übersicht", Kind.STANDARD, "' 5 € für Größe\nSub A()\nEnd Sub\n"),
]
# LibreOffice's own words, com.sun.star.script.ModuleType: workbook and sheets are both documents.
KINDS = {"normal": {"xlwings", "Übersicht"}, "class": {"Dictionary"}, "document": {"ThisWorkbook", "Items"}}
SCRIPT = "{http://openoffice.org/2000/script}"


def write_workbook(folder: Path) -> Path:
    """A workbook whose code names are those of the project's documents."""
    project, path = folder / "vbaProject.bin", folder / "book.xlsm"
    project.write_bytes(build_project(MODULES))
    with xlsxwriter.Workbook(path) as book:
        book.add_vba_project(str(project))
        book.set_vba_name("ThisWorkbook")
        book.add_worksheet("Items").set_vba_name("Items")
    return path


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, etree._Element]:
    """The modules of the workbook as LibreOffice writes them into its own format."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("vba")
    command = [
        "soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
        "--convert-to", "ods", "--outdir", str(folder / "out"), str(write_workbook(folder)),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    with zipfile.ZipFile(folder / "out" / "book.ods") as package:
        parts = [n for n in package.namelist() if re.fullmatch(r"Basic/xlinventory/(?!script-).*\.xml", n)]
        modules = [etree.fromstring(package.read(n)) for n in parts]
    return {module.get(f"{SCRIPT}name"): module for module in modules}


def test_every_module_is_found_with_its_kind(found: Mapping[str, etree._Element]) -> None:
    kinds = {
        kind: {name for name, module in found.items() if module.get(f"{SCRIPT}moduleType") == kind}
        for kind in KINDS
    }
    assert kinds == KINDS
    assert len(found) == len(MODULES)


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.name)
def test_every_module_has_its_text(found: Mapping[str, etree._Element], module: Module) -> None:
    # LibreOffice leaves attributes out and puts lines of its own in front.
    body = re.sub(r"^(?:VERSION|BEGIN|  MultiUse|END\n|Attribute ).*\n?", "", module.source, flags=re.M)
    assert (found[module.name].text or "").rstrip("\n").endswith(body.rstrip("\n"))
