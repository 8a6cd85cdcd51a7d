"""A workbook file as a package of parts: read on demand, saved all or nothing, the rest left alone."""

import os
import shutil
import tempfile
import zipfile
from pathlib import Path

from xlinventory.workbook import WorkbookError

LARGEST_PART = 1 << 30
LARGEST_PACKAGE = 4 << 30
COMPOUND_FILE = b"\xd0\xcf\x11\xe0"


class Package:
    """The parts of one .xlsx or .xlsm file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._infos = _directory(path)
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
        with zipfile.ZipFile(self.path) as archive:
            data = archive.read(name)
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
        """Write the package: a temporary file beside *path*, flushed to disk, then renamed over it."""
        refuse_if_open_elsewhere(path)
        try:
            handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".tmp", dir=path.parent)
        except OSError as error:
            raise WorkbookError(f"{path}: cannot write here ({error.strerror})") from error
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                self._write_to(stream)
                stream.flush()
                os.fsync(stream.fileno())
            _keep_mode(self.path, path, temporary)
            temporary.replace(path)
        except OSError as error:
            raise WorkbookError(f"{path}: could not be saved ({error.strerror}); it is as it was") from error
        finally:
            temporary.unlink(missing_ok=True)
        _flush_folder(path.parent)
        self.path, self._infos, self._changed, self._dropped = path, _directory(path), {}, set()

    def _write_to(self, stream) -> None:
        with (
            zipfile.ZipFile(self.path) as source,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
        ):
            for name in self.names:
                data = self._changed.get(name)
                target.writestr(_like(self._infos[name]), source.read(name) if data is None else data)


def refuse_if_open_elsewhere(path: Path) -> None:
    """Raise when a spreadsheet program has the file open, or the file may not be written."""
    for lock, program in ((f"~${path.name}", "Excel"), (f".~lock.{path.name}#", "LibreOffice")):
        if (path.parent / lock).exists():
            raise WorkbookError(f"{path.name} is open in {program}; close it there and run this again")
    if path.exists() and not os.access(path, os.W_OK):
        raise WorkbookError(f"{path.name} is read-only; nothing was changed")


def _directory(path: Path) -> dict[str, zipfile.ZipInfo]:
    if not path.is_file():
        raise WorkbookError(f"{path}: there is no such workbook")
    with path.open("rb") as stream:
        if stream.read(4) == COMPOUND_FILE:
            raise WorkbookError(
                f"{path.name} is encrypted or an old .xls file; save it as .xlsx without a password"
            )
    try:
        with zipfile.ZipFile(path) as archive:
            infos = {info.filename: info for info in archive.infolist()}
    except (zipfile.BadZipFile, OSError) as error:
        raise WorkbookError(f"{path.name} is not a workbook file, or it is damaged") from error
    if "xl/workbook.xml" not in infos or "[Content_Types].xml" not in infos:
        raise WorkbookError(f"{path.name} is not an Excel workbook (.xlsx or .xlsm)")
    sizes = [info.file_size for info in infos.values()]
    if max(sizes) > LARGEST_PART or sum(sizes) > LARGEST_PACKAGE:
        raise WorkbookError(f"{path.name} would unpack to {sum(sizes):,} bytes, more than a workbook may")
    return infos


def _like(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """A directory entry with the same name, time and attributes."""
    entry = zipfile.ZipInfo(info.filename, info.date_time)
    entry.compress_type, entry.external_attr, entry.create_system = (
        info.compress_type,
        info.external_attr,
        info.create_system,
    )
    return entry


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
