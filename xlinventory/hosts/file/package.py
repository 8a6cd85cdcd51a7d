"""A workbook file as a package of parts: read on demand, saved all or nothing, the rest left alone."""

import zipfile
import zlib
from collections import Counter
from collections.abc import Collection
from itertools import pairwise
from pathlib import Path
from typing import IO

from xlinventory.hosts.file import disk
from xlinventory.hosts.file.turns import SECONDS_TO_SAVE, turn
from xlinventory.workbook import WorkbookError

LARGEST_PART = 1 << 30
LARGEST_PACKAGE = 4 << 30
SUSPICIOUS_SIZE, SUSPICIOUS_RATIO = 16 << 20, 400
"""A part of that many bytes that was packed by more than that factor is no sheet but a trap."""
MOST_PARTS = 20_000
LEAST_HEADER = 30
"""Bytes that stand before each part at least."""
COMPOUND_FILE = b"\xd0\xcf\x11\xe0"
_DEFINITIONS = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, KeyError)


class Package:
    """The parts of one .xlsx or .xlsm file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._infos = _directory(path)
        self._stamp = disk.stamp(path)
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
        except (*_UNREADABLE, ValueError) as error:
            raise WorkbookError(f"{self.path.name} is damaged: {name[:100]} cannot be read") from error
        except OSError as error:
            raise WorkbookError(
                f"{self.path.name} cannot be read any more ({error.strerror}), so nothing was changed; "
                "put that right and run this again"
            ) from error
        if name.endswith((".xml", ".rels", ".vml")) and any(mark in data for mark in _DEFINITIONS):
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

    def save(self, path: Path, ours: Collection[Path] = ()) -> None:
        """Write the package over *path*, all or nothing; a link stays a link.

        Nothing is written when nothing changed. Locks of *ours* are no reason to refuse.
        """
        disk.refuse_if_open_elsewhere(path, ours)
        self._refuse_if_changed()
        if path.resolve() == self.path.resolve() and not self._changed and not self._dropped:
            return
        with turn(path, seconds=SECONDS_TO_SAVE):
            self._save(path)

    def _save(self, path: Path) -> None:
        """Write it; nobody else may between the look at the file and its replacement."""
        self._refuse_if_changed()
        try:
            disk.write_over(path, self.path, self._write_to)
        except _UNREADABLE as error:
            raise WorkbookError(f"{self.path.name} is damaged, so it could not be saved") from error
        self._changed, self._dropped = {}, set()
        try:
            self.path, self._infos, self._stamp = path, _directory(path), disk.stamp(path)
        except (WorkbookError, OSError) as error:
            raise WorkbookError(f"{path.name} was saved, but cannot be read again: {error}") from error

    def _write_to(self, stream: IO[bytes]) -> None:
        with (
            zipfile.ZipFile(self.path) as source,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
        ):
            for name in self.names:
                data = self._changed.get(name)
                target.writestr(_like(self._infos[name]), source.read(name) if data is None else data)

    def _refuse_if_changed(self) -> None:
        disk.refuse_if_changed(self.path, self._stamp)


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
            listed = archive.infolist()
    except OSError as error:
        raise WorkbookError(f"{path.name} cannot be read ({error.strerror})") from error
    except (*_UNREADABLE, ValueError) as error:
        raise WorkbookError(f"{path.name} is not a workbook file, or it is damaged") from error
    infos = {info.filename: info for info in listed}
    _refuse_bomb(path, listed)
    _refuse_two_of_one(path, listed)
    if "xl/workbook.xml" not in infos or "[Content_Types].xml" not in infos:
        raise WorkbookError(f"{path.name} is not an Excel workbook (.xlsx or .xlsm)")
    return infos


def _refuse_two_of_one(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    """Raise when two programs could read two different workbooks in the file, or one part through another."""
    names = Counter(info.filename.lower() for info in infos)
    again = next((name for name, times in names.items() if times > 1), None)
    if again is not None:
        raise WorkbookError(f"{path.name} is damaged: it holds two parts that are called {again[:100]}")
    places = sorted((info.header_offset, info.compress_size) for info in infos)
    for (start, size), (following, _) in pairwise(places):
        if start + LEAST_HEADER + size > following:
            raise WorkbookError(f"{path.name} is damaged: one part of it lies over another")


def _refuse_bomb(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    total = sum(info.file_size for info in infos)
    trap = any(
        info.file_size > SUSPICIOUS_SIZE and info.file_size > SUSPICIOUS_RATIO * max(info.compress_size, 1)
        for info in infos
    )
    if len(infos) > MOST_PARTS:
        raise WorkbookError(f"{path.name} holds {len(infos):,} parts, more than a workbook may")
    if trap or total > LARGEST_PACKAGE or max((info.file_size for info in infos), default=0) > LARGEST_PART:
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
