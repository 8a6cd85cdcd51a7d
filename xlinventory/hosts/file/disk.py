"""A workbook file on disk: whose lock it has, whether somebody wrote it, and written over all or nothing."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import IO

from xlinventory.workbook import WorkbookError

LEFTOVER_SECONDS = 3600
Stamp = tuple[int, int, int]
"""What changes when another program writes a file."""


def stamp(path: Path) -> Stamp:
    """What tells a file from the one another program may put in its place."""
    status = path.stat()
    return status.st_mtime_ns, status.st_size, status.st_ino


def refuse_if_changed(path: Path, known: Stamp) -> None:
    """Raise when another program wrote the file since it had the stamp *known*: its work must not be lost."""
    if not path.exists() or stamp(path) != known:
        raise WorkbookError(
            f"{path.name} was changed by another program meanwhile; nothing was written, run this again"
        )


def locks(path: Path) -> Iterator[tuple[Path, str]]:
    """Where spreadsheet programs put a lock while they have the file open, and which one it is."""
    for file in {path, path.resolve()}:
        yield file.parent / f"~${file.name}", "Excel"
        yield file.parent / f".~lock.{file.name}#", "LibreOffice"


def refuse_if_open_elsewhere(path: Path, ours: Collection[Path] = ()) -> None:
    """Raise when a spreadsheet program has the file open, or the file may not be written.

    A lock of *ours* is that of the program that we save for.
    """
    for lock, program in locks(path):
        if lock not in ours and lock.exists():
            raise WorkbookError(
                f"{path.name} is open in {program}; close it there and run this again "
                f"(if it is not open, delete {lock.name})"
            )
    if path.exists() and not (os.access(path, os.W_OK) and path.stat().st_mode & 0o222):
        raise WorkbookError(f"{path.name} is read-only; nothing was changed")


def write_over(path: Path, old: Path, write: Callable[[IO[bytes]], None]) -> None:
    """Put what *write* writes in the place of *path*: a temporary file beside it, flushed, then renamed.

    A new file gets the mode of *old*. A link stays a link: the file it leads to is replaced.
    """
    target = path.resolve()
    _remove_leftovers(target)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", suffix=".tmp", dir=target.parent)
    except OSError as error:
        raise WorkbookError(f"{path}: cannot write here ({error.strerror})") from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        _keep_mode(old, target, temporary)
        temporary.replace(target)
    except OSError as error:
        raise WorkbookError(f"{path}: could not be saved ({error.strerror}); it is as it was") from error
    finally:
        temporary.unlink(missing_ok=True)
    _flush_folder(target.parent)


def _remove_leftovers(path: Path) -> None:
    """Delete temporary files of saves that were killed; young ones may belong to a save under way."""
    for leftover in path.parent.glob(f".{_literal(path.name)}-*.tmp"):
        with contextlib.suppress(OSError):
            if time.time() - leftover.stat().st_mtime > LEFTOVER_SECONDS:
                leftover.unlink()


def _literal(name: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)


def _keep_mode(old: Path, new: Path, temporary: Path) -> None:
    if new.exists():
        shutil.copymode(new, temporary)
    else:
        temporary.chmod(old.stat().st_mode & 0o777 | 0o600)


def _flush_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
