"""A refresh that ends anywhere in its save, killed or refused by the system, loses nothing.

``one_save_many_ends.py`` makes the ends; here is looked at what they leave. The search profile takes every
write, of which the gate takes some: what they leave differs only in how much of a temporary file there is.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import xlinventory
from xlinventory.cli.hosts import Host
from xlinventory.cli.running import run_on_file
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import run_macro

PROGRAM = Path(__file__).with_name("one_save_many_ends.py")
EVERY = "1" if os.environ.get("HYPOTHESIS_PROFILE") == "search" else "32"
IN_MEMORY = Path("/dev/shm")
KILLED = -9

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a process cannot go on in copies of itself here")


class Found:
    """What the ways to end left, the workbook before the save and after it, and where their contents are."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.ways: dict[str, list[dict[str, Any]]] = json.loads((place / "found.json").read_text())
        (old,) = (place / "kept").glob("book.xlsx")
        self.old, self.new = old.read_bytes(), self.content(self.ways["steps"][0]["files"]["book.xlsx"])

    def content(self, name: str) -> bytes:
        return (self.place / "states" / name).read_bytes()

    def of(self, kind: str) -> list[dict[str, Any]]:
        if not self.ways[kind]:
            pytest.skip("strace is not installed, or the system does not let it look at other processes")
        whole, *ways = self.ways[kind]
        assert whole["code"] == 0
        assert self.content(whole["files"]["book.xlsx"]) == self.new
        return ways


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Found]:
    """Every end of one save; in memory where there is such a folder, for a real disk takes long to flush."""
    in_memory = IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else tmp_path_factory.mktemp("ends")
    with tempfile.TemporaryDirectory(dir=in_memory) as folder:
        subprocess.run(
            [sys.executable, str(PROGRAM), folder, EVERY],
            check=True,
            capture_output=True,
            env=os.environ | {"PYTHONPATH": str(Path(xlinventory.__file__).parents[1])},
        )
        yield Found(Path(folder))


def told(way: dict[str, Any]) -> str:
    return f"{way['way']} {sorted(way['files'])} {way['said']}"


@pytest.mark.parametrize("kind", ["steps", "calls"])
def test_a_kill_leaves_the_old_or_the_new_workbook_whole(found: Found, kind: str) -> None:
    killed = [way for way in found.of(kind) if not way["way"][2]]
    assert {way["code"] for way in killed} == {-signal.SIGKILL}
    books = [found.content(way["files"]["book.xlsx"]) for way in killed]
    assert {*books} == {found.old, found.new}
    for way in killed:
        rest = way["files"].keys() - {"book.xlsx", ".book.xlsx.lock"}
        assert all(name.startswith(".book.xlsx-") and name.endswith(".tmp") for name in rest), told(way)


@pytest.mark.parametrize("kind", ["steps", "calls"])
def test_an_error_is_told_in_one_sentence_and_leaves_no_half(found: Found, kind: str) -> None:
    """Where the new name is on the disk already the new workbook is whole; else the old one is."""
    failed = [way for way in found.of(kind) if way["way"][2]]
    assert failed
    for way in failed:
        book = found.content(way["files"]["book.xlsx"])
        assert not [name for name in way["files"] if name.endswith(".tmp")], told(way)
        (sentence,) = way["said"].splitlines()
        if way["code"] == 0:
            assert (book, sentence[:4]) == (found.new, "Read"), told(way)
        elif book == found.new:
            assert sentence.startswith("xlinventory: book.xlsx was saved, but "), told(way)
        else:
            assert book == found.old, told(way)
            assert sentence.startswith("xlinventory: "), told(way)
            assert "so nothing was changed; " in sentence or "so it is as it was; " in sentence, told(way)


def items(book: FileWorkbook) -> dict[str, float]:
    rows = book.read_table("Items")
    return dict(zip(rows["sku"], rows["unit_cost"], strict=True))


def test_what_is_left_can_be_undone_by_its_own_log(found: Found, tmp_path: Path) -> None:
    """The first refresh brought two items, the second one changed one and brought a third."""
    for content, runs, now, before in (
        (found.old, [1.0], {"A": 2.0, "B": 3.0}, {}),
        (found.new, [1.0, 2.0], {"A": 2.5, "B": 3.0, "C": 4.0}, {"A": 2.0, "B": 3.0}),
    ):
        (tmp_path / "book.xlsx").write_bytes(content)
        book = FileWorkbook.open(tmp_path / "book.xlsx")
        assert book.read_table("Log")["run"].tolist() == runs
        assert {*book.read_table("_undo")["run"]} == {*runs}
        assert items(book) == now
        run_macro(book, "undo")
        assert items(book) == before


def test_the_next_run_works_and_clears_away_what_is_left(found: Found, tmp_path: Path) -> None:
    """Of each kind of leftovers one: a temporary file, the lock of a run that is no more, both."""
    kinds = {}
    for way in found.of("steps"):
        if way["code"] == KILLED:
            rest = frozenset(name.partition("-")[0] for name in way["files"])
            kinds[rest, way["files"]["book.xlsx"]] = way["files"]
    assert len(kinds) >= 3
    csv = tmp_path / "csv"
    shutil.copytree(found.place / "csv", csv)
    for n, files in enumerate(kinds.values()):
        folder = tmp_path / str(n)
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(found.content(content))
        run_on_file(Host.FILE, folder / "book.xlsx", "refresh", dry_run=False, folder=str(csv))
        assert [file.name for file in folder.iterdir()] == ["book.xlsx"]
        assert items(FileWorkbook.open(folder / "book.xlsx")) == {"A": 2.5, "B": 3.0, "C": 4.0}
