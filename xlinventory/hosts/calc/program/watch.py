"""A LibreOffice that neither outlives us nor holds us up for ever.

If we are killed, a waiting shell ends it and clears up. A call into a LibreOffice that hangs would never
come back, and Python heeds Ctrl+C only between calls: so a thread ends it then, or when it has not answered
for a minute, and the call comes back with an error.
"""

import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from xlinventory.hosts.calc.program import systems
from xlinventory.hosts.calc.program.office import Office

GRACE_SECONDS = 3.0
"""How long it may take to end in the usual way after Ctrl+C."""
ASKED_EVERY_SECONDS, PATIENCE_SECONDS = 5.0, 60.0
"""Whether it is there is asked of no thread that calculates: a long calculation answers all the same."""
_WAIT = """
while read -r number; do last=$number; done
[ -z "$last" ] || kill -s KILL -- "-$last" 2>/dev/null
[ -z "$1" ] || { sleep 1; rm -rf -- "$1"; }
"""
"""Reading ends when the other end of the pipe is closed, as the system does for a process that is gone."""
Started = Callable[[int], None]
"""Told the number of each LibreOffice as soon as it has one."""


@contextmanager
def watch(scratch: Path | None = None) -> Iterator[Started]:
    """End the LibreOffice that was started last, and remove *scratch*, should we be killed or stopped."""
    with ExitStack() as stack:
        watchers: list[Started] = []
        if os.name == "posix":
            watchers.append(stack.enter_context(_ended_with_us(scratch)))
        if threading.current_thread() is threading.main_thread():  # only there is Ctrl+C heard of
            watchers.append(stack.enter_context(_ended_by_ctrl_c()))

        def started(number: int) -> None:
            for tell in watchers:
                tell(number)

        yield started


@contextmanager
def answering(office: Office) -> Iterator[None]:
    """End a LibreOffice that has not answered for a minute."""
    over = threading.Event()
    asking = threading.Thread(target=_ask, args=(office, over), daemon=True)
    asking.start()
    try:
        yield
    finally:
        over.set()


def _ask(office: Office, over: threading.Event) -> None:
    while not over.wait(ASKED_EVERY_SECONDS):
        question = threading.Thread(target=office.answers, daemon=True)
        question.start()
        question.join(PATIENCE_SECONDS)
        if question.is_alive():
            if not over.is_set():
                systems.end_group(office.pid)
            return


@contextmanager
def _ended_with_us(scratch: Path | None) -> Iterator[Started]:
    watcher = subprocess.Popen(  # noqa: S603 - a fixed command; a folder of our own
        ["/bin/sh", "-c", _WAIT, "watch", str(scratch or "")],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        start_new_session=True,  # Ctrl+C in the terminal is not for it
    )
    try:
        yield lambda number: _write(watcher, number)
    finally:
        watcher.kill()
        watcher.stdin.close()
        watcher.wait()


def _write(watcher: "subprocess.Popen[bytes]", number: int) -> None:
    watcher.stdin.write(f"{number}\n".encode())


@contextmanager
def _ended_by_ctrl_c() -> Iterator[Started]:
    numbers: list[int] = []
    heard = threading.Event()
    hearing, telling = socket.socketpair()
    telling.settimeout(0)  # as Python demands it of what it tells of signals
    before = signal.set_wakeup_fd(telling.fileno(), warn_on_full_buffer=False)
    helper = threading.Thread(target=_end_at_ctrl_c, args=(hearing, numbers, heard), daemon=True)
    helper.start()
    try:
        yield numbers.append
    except Exception as error:
        if heard.is_set():  # the bridge makes an error of its own of Ctrl+C in the middle of a call
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.set_wakeup_fd(before)
        telling.close()
        helper.join()
        hearing.close()


def _end_at_ctrl_c(signals: socket.socket, numbers: list[int], heard: threading.Event) -> None:
    """Hear of signals until nobody tells any more; a second Ctrl+C does not wait."""
    while told := signals.recv(1):
        if told[0] != signal.SIGINT or not numbers:
            continue
        heard.set()
        signals.settimeout(GRACE_SECONDS)
        try:
            if not signals.recv(1):
                return
        except TimeoutError:
            pass
        signals.settimeout(None)
        systems.end_group(numbers[-1])
