"""A workbook file on disk: who has it open, whether somebody wrote it, and written over all or nothing."""

import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import IO

from xlinventory.hosts.file.owners import locks, owner
from xlinventory.workbook import WorkbookError

__all__ = ["Stamp", "locks", "refuse_if_changed", "refuse_if_open_elsewhere", "stamp", "write_over"]

PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between attempts to put a file in its place while another program holds the old one.

A virus scanner, an indexer or a cloud drive has a file open for moments after it was written, and Windows
refuses to replace it meanwhile. Who holds it longer than this has it open, and is told of.
"""
HELD = {errno.EBUSY, errno.ETXTBSY} | ({errno.EACCES, errno.EPERM} if os.name == "nt" else set())
NO_FLUSH = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EACCES, errno.EPERM, errno.EBADF}
"""What a file system says that cannot flush a folder: it has nothing to flush, or does so by itself."""
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
            f"{path.name} was changed by another program meanwhile, so nothing was written; run this again"
        )


def refuse_if_open_elsewhere(path: Path, ours: Collection[Path] = ()) -> None:
    """Raise when a spreadsheet program has the file open, or the file may not be written.

    A lock of *ours* is that of the program that we save for.
    """
    for lock, program in locks(path):
        if lock not in ours and lock.exists():
            who = owner(lock, program)
            raise WorkbookError(
                f"{path.name} is open in {program}{f' ({who})' if who else ''}, so nothing was changed; "
                f"close it there and run this again (if it is not open, delete {lock.name})"
            )
    if path.exists() and not (os.access(path, os.W_OK) and path.stat().st_mode & 0o222):
        raise WorkbookError(
            f"{path.name} is read-only, so nothing was changed; allow writing in its properties "
            "and run this again"
        )


def write_over(path: Path, old: Path, write: Callable[[IO[bytes]], None]) -> None:
    """Put what *write* writes in the place of *path*: a temporary file beside it, flushed, then renamed.

    A new file gets the mode of *old*. A link stays a link: the file it leads to is replaced. Whoever calls
    this has the turn, so that temporary files there are leftovers of saves that were killed.
    """
    target = path.resolve()
    _remove_leftovers(target)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", suffix=".tmp", dir=target.parent)
    except OSError as error:
        raise WorkbookError(
            f"{path}: cannot write here ({error.strerror}), so nothing was changed; make room there and "
            "allow writing, or save to another folder"
        ) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        _keep_mode(old, target, temporary)
        _put_in_place(temporary, target)
    except OSError as error:
        raise WorkbookError(
            f"{path}: could not be saved ({error.strerror}), so it is as it was; {_remedy(error)} "
            "and run this again"
        ) from error
    finally:
        _remove(temporary)
    _flush_folder(target)


def _put_in_place(temporary: Path, target: Path) -> None:
    """Rename; again after a moment while another program holds the old file."""
    for pause in PAUSES:
        try:
            temporary.replace(target)
        except OSError as error:
            if error.errno not in HELD:
                raise
            time.sleep(pause)
        else:
            return
    temporary.replace(target)


def _remedy(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "make room on the disk"
    if error.errno in HELD:
        return "close it in whatever program holds it"
    return "put that right"


def _remove_leftovers(path: Path) -> None:
    """Delete temporary files of saves that were killed; a folder that cannot be listed keeps them."""
    with contextlib.suppress(OSError):
        for leftover in path.parent.glob(f".{_literal(path.name)}-*.tmp"):
            _remove(leftover)


def _remove(file: Path) -> None:
    """Delete a file; that it cannot be is no reason to fail, and the next save tries again."""
    with contextlib.suppress(OSError):
        file.unlink()


def _literal(name: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)


def _keep_mode(old: Path, new: Path, temporary: Path) -> None:
    """The new file belongs to whom the old one belonged to, as far as we may give it away."""
    if not new.exists():
        temporary.chmod(old.stat().st_mode & 0o777 | 0o600)
        return
    if os.name == "posix":
        with contextlib.suppress(PermissionError):
            owned = new.stat()
            os.chown(temporary, owned.st_uid, owned.st_gid)
    shutil.copymode(new, temporary)


def _flush_folder(target: Path) -> None:
    """See that the new name outlives a power cut; raises WorkbookError when the disk fails at that."""
    if os.name != "posix":
        return
    try:
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in NO_FLUSH:
            raise WorkbookError(
                f"{target.name} was saved, but the disk could not make sure of it ({error.strerror}); "
                "look after the disk, then see whether the workbook is as you expect"
            ) from error
