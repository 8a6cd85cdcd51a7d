"""LibreOffice recalculates the workbook: the built-in formulas must show the numbers we cached.

Cells that call our functions are replaced by their cached values first, since LibreOffice does not know
them without our add-in; everything else it computes by itself.
"""

import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from xlinventory.registry import registered

pytestmark = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")

OURS = re.compile(rf"\b({'|'.join(spec.name for spec in registered())})\(")
RECALCULATE_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


def test_built_in_formulas_show_the_same_numbers_in_libreoffice(job, tmp_path: Path) -> None:
    ours, built_in = tmp_path / "ours.xlsx", {}
    formulas, values = openpyxl.load_workbook(job.path), openpyxl.load_workbook(job.path, data_only=True)
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                shown = values[sheet.title][cell.coordinate].value
                text = cell.value.text if isinstance(cell.value, ArrayFormula) else cell.value
                if OURS.search(text):
                    cell.value = shown
                else:
                    built_in[sheet.title, cell.coordinate] = shown
    formulas.save(ours)
    theirs = recalculated(ours, tmp_path)
    different = {
        where: (shown, theirs[where[0]][where[1]].value)
        for where, shown in built_in.items()
        if not same(shown, theirs[where[0]][where[1]].value)
    }
    assert not different
    assert len(built_in) > 1000


def test_the_saved_workbook_opens_with_its_values_and_without_repair(job, tmp_path: Path) -> None:
    convert(
        job.path, tmp_path, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    )
    reorder = next(tmp_path.glob("*-Reorder.csv")).read_text(encoding="utf-8")
    assert "reorder point" in reorder
    assert "#NAME?" not in reorder


def recalculated(path: Path, folder: Path) -> openpyxl.Workbook:
    out = folder / "recalculated"
    convert(path, out, "xlsx")
    return openpyxl.load_workbook(out / path.name, data_only=True)


def convert(path: Path, out: Path, to: str) -> None:
    profile = out.parent / f"profile-{out.name}"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE_ALWAYS)
    command = [
        "soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless",
        "--convert-to", to, "--outdir", str(out), str(path),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)


def same(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == pytest.approx(other, rel=1e-9, abs=1e-9)
    return (one or "") == (other or "") or str(one) == str(other)
