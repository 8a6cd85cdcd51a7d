"""Two runs on one file: the second waits or says who has it, no update is lost, and the dead block nobody."""

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import xlinventory
from xlinventory.cli import running
from xlinventory.cli.hosts import Host
from xlinventory.hosts.file import FileWorkbook, turns
from xlinventory.hosts.file.turns import turn
from xlinventory.workbook import WorkbookError

PROGRAM = Path(__file__).with_name("a_run_that_waits.py")


class Other:
    """Another process that works in workbooks; started anew if a test ended it."""

    def __init__(self) -> None:
        self.process: subprocess.Popen | None = None

    def begin(self, *words: object) -> None:
        """Ask for a run; what came in before was read to its end."""
        if self.process is None or self.process.poll() is not None:
            self.end()
            self.process = subprocess.Popen(
                [sys.executable, str(PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=os.environ | {"PYTHONPATH": str(Path(xlinventory.__file__).parents[1])},
            )
        self.say("\t".join(map(str, words)))

    def say(self, line: str) -> None:
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        return self.process.stdout.readline().rstrip("\n")

    def hear_the_end(self) -> str:
        while (line := self.hear()).startswith(("Waiting", "In turn")):
            pass
        return line

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()


@pytest.fixture(scope="module")
def others() -> Iterator[tuple[Other, Other]]:
    pair = Other(), Other()
    yield pair
    for other in pair:
        other.end()


@pytest.fixture
def path(tmp_path: Path, write, design) -> Path:
    path = tmp_path / "book.xlsx"
    write(path, {"T": design(["a"], [[1.0]])})
    return path


@pytest.fixture
def lock(path: Path) -> Path:
    return path.with_name(".book.xlsx.lock")


def cell(path: Path) -> float:
    return FileWorkbook.open(path).read_table("T")["a"].iloc[0]


def note(lock: Path, **changes: object) -> None:
    """A lock file as a run writes it."""
    told = {"user": "anna", "host": "pc7", "process": 4242, "since": "2026-11-26 10:03"}
    lock.write_text(json.dumps(told | changes))


def test_the_second_run_waits_and_no_update_is_lost(path: Path, lock: Path, others) -> None:
    """1 + 10 + 100: either run alone would have made 11 or 101 of the 1 both could have read."""
    first, second = others
    first.begin(path, 10, "stop")
    assert first.hear() == "In turn"
    second.begin(path, 100)
    assert second.hear().startswith(f"Waiting for another run of {turns._user()} on ")
    assert cell(path) == 1.0
    first.say("go on")
    assert (first.hear_the_end(), second.hear_the_end()) == ("Done", "Done")
    assert cell(path) == 111.0
    assert not lock.exists()


def test_who_has_the_file_is_told_and_a_save_without_a_turn_does_not_come_between(
    path: Path, others, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xlinventory.hosts.file.package.SECONDS_TO_SAVE", 0)
    book = FileWorkbook.open(path)
    book.write_table("T", pd.DataFrame({"a": [5.0]}))
    others[0].begin(path, 10, "stop")
    assert others[0].hear() == "In turn"
    with pytest.raises(WorkbookError) as caught, turn(path, seconds=0):
        pytest.fail("two runs at once")
    with pytest.raises(WorkbookError, match="in use by another run"):
        book.save()
    others[0].say("go on")
    assert others[0].hear() == "Done"
    with pytest.raises(WorkbookError, match="was changed by another program meanwhile"):
        book.save()
    assert cell(path) == 11.0
    sentence = str(caught.value)
    assert sentence.startswith(
        f"book.xlsx is in use by another run of {turns._user()} on {socket.gethostname()}, since 20"
    )
    process = others[0].process.pid
    assert f"(process {process}), so nothing was changed; run this again when that has ended" in sentence
    assert len(sentence.splitlines()) == 1


@pytest.mark.skipif(os.name != "posix", reason="Ctrl+C is sent as a signal")
def test_ctrl_c_lets_go(path: Path, lock: Path, others) -> None:
    others[0].begin(path, 10, "stop")
    assert others[0].hear() == "In turn"
    others[0].process.send_signal(signal.SIGINT)
    assert others[0].hear() == "Stopped"
    assert not lock.exists()
    assert cell(path) == 1.0


def test_a_run_that_is_killed_keeps_nobody_waiting(path: Path, lock: Path, others) -> None:
    others[1].begin(path, 10, "stop")
    assert others[1].hear() == "In turn"
    others[1].process.kill()
    others[1].process.wait()
    assert lock.exists()
    told: list[str] = []
    with turn(path, lambda message, _share: told.append(message), seconds=0):
        assert json.loads(lock.read_bytes())["process"] == os.getpid()
    assert told == []
    assert not lock.exists()


def test_a_turn_within_a_turn_is_the_same(path: Path, lock: Path) -> None:
    with turn(path), turn(path, seconds=0):
        assert lock.exists()
    assert not lock.exists()


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_a_link_and_its_file_are_one(path: Path, lock: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.xlsx"
    link.symlink_to(path)
    with turn(link):
        assert lock.exists()
    assert list(link.parent.iterdir()) == [link]


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_a_link_in_place_of_the_lock_is_not_followed(path: Path, lock: Path, tmp_path: Path) -> None:
    other = tmp_path / "mine.txt"
    other.write_text("mine")
    lock.symlink_to(other)
    with pytest.raises(WorkbookError, match="cannot write in its folder"), turn(path, seconds=0):
        pytest.fail("followed a link")
    assert other.read_text() == "mine"


@pytest.mark.parametrize("left", ["", "{", "[]", '{"user": 1}', '{"process": "x"}', "\x00" * 2000])
def test_whatever_is_left_in_a_lock_that_nobody_holds_counts_for_nothing(
    path: Path, lock: Path, left: str
) -> None:
    lock.write_text(left)
    with turn(path, seconds=0):
        assert json.loads(lock.read_bytes())["process"] == os.getpid()
    assert not lock.exists()


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    def lock(_handle: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(turns, "_lock", lock)


DEAD = 2**22 + 1
"""Linux gives no process a larger number than 2^22."""


@pytest.mark.skipif(os.name != "posix", reason="Windows has locks everywhere")
@pytest.mark.parametrize(
    ("host", "process", "days", "blocks"),
    [
        (socket.gethostname(), os.getpid(), 0, True),
        (socket.gethostname(), DEAD, 0, False),
        ("another", DEAD, 0, True),
        ("another", DEAD, 2, False),
    ],
    ids=["here and alive", "here and gone", "elsewhere, new", "elsewhere, old"],
)
def test_without_locks_the_file_counts_until_its_process_is_gone(
    path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch, host: str, process: int, days: int, blocks: bool
) -> None:
    without_locks(monkeypatch)
    note(lock, host=host, process=process)
    os.utime(lock, (time.time() - 86_401 * days,) * 2)
    monkeypatch.setattr(turns, "PAUSE", 0)
    if blocks:
        sentence = rf"in use by another run of anna on {host}.*delete \.book\.xlsx\.lock"
        with pytest.raises(WorkbookError, match=sentence), turn(path, seconds=0):
            pytest.fail("two runs at once")
        assert lock.exists()
    else:
        with turn(path, seconds=5):
            assert json.loads(lock.read_bytes())["process"] == os.getpid()
        assert not lock.exists()


def test_a_new_lock_without_locks_is_ours(path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_locks(monkeypatch)
    with turn(path, seconds=0):
        assert json.loads(lock.read_bytes())["process"] == os.getpid()
    assert not lock.exists()


def test_a_folder_that_may_not_be_written_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(turns.os, "open", refuse)
    with (
        pytest.raises(WorkbookError, match=r"cannot write in its folder \(Read-only.*so nothing was changed"),
        turn(path),
    ):
        pytest.fail("no lock")


def test_a_dry_run_needs_no_turn_and_a_run_has_it_from_opening_to_saving(
    path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, bool] = {}

    def look(name: str, owner: object, function: str) -> None:
        real = getattr(owner, function)

        def looked(*given: object, **named: object) -> object:
            seen[name] = lock.exists()
            return real(*given, **named)

        monkeypatch.setattr(owner, function, looked)

    look("open", FileWorkbook, "open")
    look("save", FileWorkbook, "save")
    running.run_on_file(Host.FILE, path, "selftest", dry_run=True)
    assert seen == {"open": False}
    running.run_on_file(Host.FILE, path, "selftest", dry_run=False)
    assert seen == {"open": True, "save": True}
    assert not lock.exists()
