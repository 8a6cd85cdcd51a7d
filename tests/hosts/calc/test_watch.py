"""No LibreOffice outlives us or holds us up: shown on other programs, of which nothing is waited for."""

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from xlinventory.hosts.calc.program import systems, watch

on_linux = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="the end of a process is awaited")
KILLED_WHILE_STARTING = """
import os, signal, subprocess, sys
from pathlib import Path
from xlinventory.hosts.calc.program.watch import watch
if int(sys.argv[2]) != signal.SIGKILL:
    signal.signal(int(sys.argv[2]), signal.SIG_DFL)  # a run in the background is begun without it
with watch(Path(sys.argv[1])) as started:
    program = subprocess.Popen(["sleep", "600"], start_new_session=True)
    started(program.pid)
    print(program.pid, flush=True)
    os.kill(os.getpid(), int(sys.argv[2]))
    program.wait()
"""


@pytest.fixture
def program() -> Iterator["subprocess.Popen[bytes]"]:
    """Something that goes on until it is ended."""
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as started:
        yield started
        started.kill()


@on_linux
@pytest.mark.parametrize("how", ["SIGKILL", "SIGTERM", "SIGHUP"])
def test_what_was_just_started_ends_with_us_and_the_folder_goes(how: str, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    number = getattr(signal, how)
    ours = subprocess.Popen(
        [sys.executable, "-c", KILLED_WHILE_STARTING, str(scratch), str(int(number))],
        stdout=subprocess.PIPE,
    )
    left = int(ours.stdout.readline())
    assert ours.wait(60) == -number
    try:
        handle = os.pidfd_open(left)
    except ProcessLookupError:
        handle = None
    assert handle is None or select.select([handle], [], [], 60)[0], "it is still there"
    ours.stdout.close()
    watchers = [
        int(folder.name)
        for folder in Path("/proc").glob("[0-9]*")
        if str(scratch).encode() in _command(folder)
    ]
    for watcher in watchers:
        try:
            handle = os.pidfd_open(watcher)
        except ProcessLookupError:
            continue
        assert select.select([handle], [], [], 60)[0], "the watching shell is still there"
    assert not scratch.exists()


def _command(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def hang(program: "subprocess.Popen[bytes]") -> None:
    with watch.watch() as started:
        started(program.pid)
        os.kill(os.getpid(), signal.SIGINT)
        assert program.wait(60) == -signal.SIGKILL
        raise SystemError("the bridge is gone")


@pytest.mark.skipif(os.name != "posix", reason="a program in a group of its own is ended by its group")
def test_ctrl_c_ends_what_a_call_would_wait_for_for_ever(
    program: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of a call Python heeds no signal, and the call comes back with an error of its own."""
    monkeypatch.setattr(watch, "GRACE_SECONDS", 0.01)
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        with pytest.raises(KeyboardInterrupt):
            hang(program)
    finally:
        signal.signal(signal.SIGINT, before)
    assert signal.set_wakeup_fd(-1) == -1


def test_what_ends_in_time_after_ctrl_c_is_not_ended_by_force(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(systems, "end_group", ended.append)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            stop_at_once()
    finally:
        signal.signal(signal.SIGINT, before)
    assert ended == []


def stop_at_once() -> None:
    with watch.watch() as started:
        started(1)
        signal.raise_signal(signal.SIGINT)


def test_other_errors_pass() -> None:
    with pytest.raises(ValueError, match="other"), watch.watch():
        raise ValueError("other")


@pytest.mark.parametrize("hangs", [True, False])
def test_one_that_does_not_answer_is_ended(hangs: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "ASKED_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(watch, "PATIENCE_SECONDS", 0.01 if hangs else 60.0)
    asked, ended, answer = threading.Semaphore(0), threading.Event(), threading.Event()
    monkeypatch.setattr(systems, "end_group", lambda number: number == 7 and ended.set())

    def answers() -> bool:
        asked.release()
        return not hangs or answer.wait(60)

    with watch.answering(SimpleNamespace(pid=7, answers=answers)):
        if hangs:
            assert ended.wait(60)
        else:
            assert all(asked.acquire(timeout=60) for _ in range(3))
    answer.set()
    assert ended.is_set() is hangs
