"""A workbook file as a package of parts: read on demand, saved all or nothing, the rest left alone."""

import contextlib
import os
import shutil
import tempfile
import time
import zipfile
import zlib
from pathlib import Path
from typing import IO

from xlinventory.workbook import WorkbookError

LARGEST_PART = 1 << 30
LARGEST_PACKAGE = 4 << 30
SUSPICIOUS_SIZE, SUSPICIOUS_RATIO = 16 << 20, 400
"""A part of that many bytes that was packed by more than that factor is no sheet but a trap."""
COMPOUND_FILE = b"\xd0\xcf\x11\xe0"
LEFTOVER_SECONDS = 3600
_UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, KeyError)


class Package:
    """The parts of one .xlsx or .xlsm file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._infos = _directory(path)
        self._stamp = _stamp(path)
        self._changed: dict[str, bytes] = {}
        self._dropped: set[str] = set()

    @property
    def names(self) -> list[str]:
        """Names of all parts, in file order."""
        return [name for name in self._infos if name not in self._dropped]

    def read(self, name: str) -> bytes:
        """One part; a document type definition in it is refused."""
        if name in self._changed:
            return self._changed[name]
        self._refuse_if_changed()
        try:
            with zipfile.ZipFile(self.path) as archive:
                data = archive.read(name)
        except _UNREADABLE as error:
            raise WorkbookError(f"{self.path.name} is damaged: {name} cannot be read") from error
        if name.endswith((".xml", ".rels", ".vml")) and b"<!DOCTYPE" in data:
            raise WorkbookError(
                f"{self.path.name} holds a document type definition in {name}, which is not allowed"
            )
        return data

    def write(self, name: str, data: bytes) -> None:
        """Replace one part when the package is saved; equal bytes change nothing."""
        if data != self.read(name):
            self._changed[name] = data

    def drop(self, name: str) -> None:
        """Leave one part out when the package is saved."""
        self._dropped.add(name)
        self._changed.pop(name, None)

    def save(self, path: Path) -> None:
        """Write the package: a temporary file beside *path*, flushed to disk, then renamed over it.

        Nothing is written when nothing changed. A link stays a link: the file it leads to is replaced.
        """
        refuse_if_open_elsewhere(path)
        self._refuse_if_changed()
        target = path.resolve()
        if target == self.path.resolve() and not self._changed and not self._dropped:
            return
        _remove_leftovers(target)
        try:
            handle, name = tempfile.mkstemp(prefix=f".{target.name}-", suffix=".tmp", dir=target.parent)
        except OSError as error:
            raise WorkbookError(f"{path}: cannot write here ({error.strerror})") from error
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                self._write_to(stream)
                stream.flush()
                os.fsync(stream.fileno())
            _keep_mode(self.path, target, temporary)
            temporary.replace(target)
        except OSError as error:
            raise WorkbookError(f"{path}: could not be saved ({error.strerror}); it is as it was") from error
        except _UNREADABLE as error:
            raise WorkbookError(f"{self.path.name} is damaged, so it could not be saved") from error
        finally:
            temporary.unlink(missing_ok=True)
        _flush_folder(target.parent)
        self.path, self._infos, self._stamp = path, _directory(path), _stamp(path)
        self._changed, self._dropped = {}, set()

    def _write_to(self, stream: IO[bytes]) -> None:
        with (
            zipfile.ZipFile(self.path) as source,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
        ):
            for name in self.names:
                data = self._changed.get(name)
                target.writestr(_like(self._infos[name]), source.read(name) if data is None else data)

    def _refuse_if_changed(self) -> None:
        """Raise when another program wrote the file since we opened it: its work must not be lost."""
        if not self.path.exists() or _stamp(self.path) != self._stamp:
            raise WorkbookError(
                f"{self.path.name} was changed by another program meanwhile; "
                "nothing was written, run this again"
            )


def refuse_if_open_elsewhere(path: Path) -> None:
    """Raise when a spreadsheet program has the file open, or the file may not be written."""
    for file in {path, path.resolve()}:
        for lock, program in ((f"~${file.name}", "Excel"), (f".~lock.{file.name}#", "LibreOffice")):
            if (file.parent / lock).exists():
                raise WorkbookError(
                    f"{path.name} is open in {program}; close it there and run this again "
                    f"(if it is not open, delete {lock})"
                )
    if path.exists() and not (os.access(path, os.W_OK) and path.stat().st_mode & 0o222):
        raise WorkbookError(f"{path.name} is read-only; nothing was changed")


def _directory(path: Path) -> dict[str, zipfile.ZipInfo]:
    if not path.is_file():
        raise WorkbookError(f"{path}: there is no such workbook")
    try:
        with path.open("rb") as stream:
            start = stream.read(4)
        if start == COMPOUND_FILE:
            raise WorkbookError(
                f"{path.name} is encrypted or an old .xls file; save it as .xlsx without a password"
            )
        with zipfile.ZipFile(path) as archive:
            infos = {info.filename: info for info in archive.infolist()}
    except OSError as error:
        raise WorkbookError(f"{path.name} cannot be read ({error.strerror})") from error
    except (*_UNREADABLE, ValueError) as error:
        raise WorkbookError(f"{path.name} is not a workbook file, or it is damaged") from error
    if "xl/workbook.xml" not in infos or "[Content_Types].xml" not in infos:
        raise WorkbookError(f"{path.name} is not an Excel workbook (.xlsx or .xlsm)")
    _refuse_bomb(path, list(infos.values()))
    return infos


def _refuse_bomb(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    total = sum(info.file_size for info in infos)
    trap = any(
        info.file_size > SUSPICIOUS_SIZE and info.file_size > SUSPICIOUS_RATIO * max(info.compress_size, 1)
        for info in infos
    )
    if trap or total > LARGEST_PACKAGE or max(info.file_size for info in infos) > LARGEST_PART:
        raise WorkbookError(f"{path.name} would unpack to {total:,} bytes, more than a workbook may")


def _like(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """A directory entry with the same name, time and attributes."""
    entry = zipfile.ZipInfo(info.filename, info.date_time)
    entry.compress_type, entry.external_attr, entry.create_system = (
        info.compress_type,
        info.external_attr,
        info.create_system,
    )
    return entry


def _stamp(path: Path) -> tuple[int, int, int]:
    """What changes when another program writes the file."""
    status = path.stat()
    return status.st_mtime_ns, status.st_size, status.st_ino


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
