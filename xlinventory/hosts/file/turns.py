"""Whose turn it is: one run at a time works in a workbook file, from reading it to the end of its save.

Two runs that read the same workbook would each save what they know, and the later one would undo the other.
A small file beside the workbook names the run that has the turn. What counts is the system's lock on that
file, which goes when its process ends, however it ends: a run that was killed keeps nobody waiting. Where a
file system has no such locks, the file itself counts until its process is gone.
"""

import contextlib
import datetime as dt
import getpass
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from xlinventory.workbook import WorkbookError

if os.name == "nt":
    import msvcrt
else:
    import fcntl

Report = Callable[[str, float | None], None]
SECONDS = 60.0
"""How long a run waits for another one: most are over by then, and nobody looks at a still screen longer."""
SECONDS_TO_SAVE = 5.0
"""How long a save waits that has no turn yet: only the save of another run can be in its way."""
PAUSE = 0.1
DAY_SECONDS = 86_400
"""Where there are no locks, what a computer that we cannot ask left behind counts no longer than that."""
FAR = 1 << 30
"""Where Windows locks a byte: what is locked there cannot be read, and the name of the holder must be."""
LONGEST = 1_000
_mine: set[Path] = set()
"""Workbooks this process has the turn of."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the turn: a person, a computer, a process, since when."""

    user: str
    host: str
    process: int
    since: str

    def __str__(self) -> str:
        return f"of {self.user} on {self.host}, since {self.since}"


def _silent(_message: str, _share: float | None = None) -> None:
    """Show no progress."""


@contextlib.contextmanager
def turn(path: Path, report: Report = _silent, seconds: float = SECONDS) -> Iterator[None]:
    """Have a workbook file to oneself; waits for another run, then raises WorkbookError that names it.

    A turn within a turn is the same turn. A file that is not there yet needs none.
    """
    target = path.resolve()
    if target in _mine or not target.exists():
        yield
        return
    lock = target.with_name(f".{target.name}.lock")
    handle = _waited_for(lock, path, report, seconds)
    _mine.add(target)
    try:
        yield
    finally:
        _mine.discard(target)
        _let_go(handle, lock)


def _waited_for(lock: Path, path: Path, report: Report, seconds: float) -> int:
    end = time.monotonic() + seconds
    while True:
        try:
            handle = _taken(lock)
        except OSError as error:
            raise WorkbookError(
                f"{path}: cannot write in its folder ({error.strerror}), so nothing was changed; "
                "allow that, or copy the workbook to a folder where you may write"
            ) from error
        if handle is not None:
            return handle
        who = _holder(lock)
        if time.monotonic() >= end:
            raise WorkbookError(_refusal(lock, path, who))
        report(f"Waiting for another run {who or ''}".rstrip(), None)
        time.sleep(PAUSE)


def _refusal(lock: Path, path: Path, who: Holder | None) -> str:
    told = f" {who} (process {who.process})" if who else ""
    return (
        f"{path.name} is in use by another run{told}, so nothing was changed; run this again when that has "
        f"ended (if there is none, delete {lock.name})"
    )


def _taken(lock: Path) -> int | None:
    """The open lock file if it is ours now; None while another run has it."""
    handle, created = _opened(lock)
    if handle is None:
        return None
    try:
        if _is_ours(handle, lock, created=created) and _signed(handle, lock):
            return handle
    except BaseException:
        os.close(handle)
        raise
    os.close(handle)
    return None


def _opened(lock: Path) -> tuple[int | None, bool]:
    """The lock file, opened, and whether it is new; a link in its place is not followed."""
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
    try:
        return os.open(lock, flags | os.O_CREAT | os.O_EXCL, 0o666), True
    except FileExistsError:
        pass
    except PermissionError:
        if os.name != "nt":
            raise
        return None, False  # there a file that is being deleted cannot be opened
    try:
        return os.open(lock, flags), False
    except FileNotFoundError:
        return None, False
    except PermissionError:  # of another user
        return (None if os.name == "nt" else os.open(lock, os.O_RDONLY | flags & ~os.O_RDWR)), False


def _is_ours(handle: int, lock: Path, *, created: bool) -> bool:
    """Whether we have the system's lock; without such locks, whether we made the file."""
    try:
        _lock(handle)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        if not created and _is_gone(lock):
            _put_away(lock)
        return created
    return _is_still(handle, lock)


def _lock(handle: int) -> None:
    """The system's lock; raises BlockingIOError or PermissionError when another process has it."""
    if os.name == "nt":
        os.lseek(handle, FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_still(handle: int, lock: Path) -> bool:
    """Whether the file we have open is the one that others would open: who had it may have deleted it."""
    try:
        return os.path.samestat(os.fstat(handle), lock.stat())
    except FileNotFoundError:
        return False


def _signed(handle: int, lock: Path) -> bool:
    """Write into the lock file who has the turn; one of another user is put away, to be made anew."""
    now = dt.datetime.now().strftime("%Y-%m-%d %H:%M")
    note = json.dumps(asdict(Holder(_user(), socket.gethostname(), os.getpid(), now))).encode()
    try:
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, note)
    except OSError:
        if not os.access(lock, os.W_OK):
            lock.unlink()
            return False
    return True  # on a full disk nobody can be told who has it; the save will tell what is wrong


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container may have a number for a user, and no name
        return "somebody"


def _holder(lock: Path) -> Holder | None:
    """Who the lock file names; None if it cannot be read."""
    try:
        with lock.open("rb") as file:
            found = json.loads(file.read(LONGEST))
        return Holder(
            _plain(found["user"]), _plain(found["host"]), int(found["process"]), _plain(found["since"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _plain(word: object) -> str:
    return "".join(sign for sign in str(word) if sign.isprintable())[:80]


def _is_gone(lock: Path) -> bool:
    """Whether who made the lock file is no more: its process on this computer, else for a day."""
    try:
        age = time.time() - lock.stat().st_mtime
    except FileNotFoundError:
        return False
    who = _holder(lock)
    if who is None or who.host != socket.gethostname() or os.name == "nt":
        return age > DAY_SECONDS
    try:
        os.kill(who.process, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


def _put_away(lock: Path) -> None:
    with contextlib.suppress(OSError):
        lock.unlink()


def _let_go(handle: int, lock: Path) -> None:
    """Delete the lock file while it is still ours; Windows deletes none that is open."""
    if os.name != "nt" and _is_still(handle, lock):
        _put_away(lock)
    with contextlib.suppress(OSError):
        os.close(handle)
    if os.name == "nt":
        _put_away(lock)
