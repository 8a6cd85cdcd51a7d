"""The file that a copy in LibreOffice belongs to, and how what was done there gets into it."""

import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from xlinventory.hosts.calc.bridge import properties, url
from xlinventory.hosts.calc.files import parity
from xlinventory.hosts.calc.files.carrying import carry
from xlinventory.hosts.file import FileWorkbook, disk
from xlinventory.workbook import WorkbookError

Changes = Mapping[str, tuple[pd.DataFrame, pd.DataFrame]]
"""What LibreOffice read of a table, and what was written into it."""
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"


class Original(Protocol):
    """A workbook file that is open as a copy in LibreOffice."""

    def refuse_if_open_elsewhere(self) -> None:
        """Raise WorkbookError when it could not be saved: open in a program, or read-only."""

    def keep(self, document: Any, changes: Changes, scratch: Path) -> tuple[str, ...]:
        """Take the changes over; what there is to remark on."""

    @property
    def uncomputed(self) -> list[str]:
        """Formula cells that could not be calculated."""


class ExcelFile:
    """An Excel workbook: rows of tables go into its package, all else stays byte for byte."""

    def __init__(self, path: Path) -> None:
        self._file = FileWorkbook.open(path)
        self.refuse_if_open_elsewhere = self._file.refuse_if_open_elsewhere

    def keep(self, document: Any, changes: Changes, scratch: Path) -> tuple[str, ...]:  # noqa: ARG002 - see the protocol
        """Take the changes over; says where LibreOffice calculated something else than the file holds."""
        for table, (before, after) in changes.items():
            carry(self._file, table, before, after)
        self._file.calculate()
        remarks = parity.remarks(document, self._file)
        self._file.save()
        return remarks

    @property
    def uncomputed(self) -> list[str]:
        """Formula cells that could not be calculated."""
        return self._file.uncomputed


class OpenDocumentFile:
    """A workbook in LibreOffice's own format: LibreOffice writes it, we put it in place."""

    uncomputed: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        self._path = path
        _refuse_other_files(path)
        self._stamp = disk.stamp(path)

    def refuse_if_open_elsewhere(self) -> None:
        """Raise WorkbookError when it could not be saved: open in a program, or read-only."""
        disk.refuse_if_open_elsewhere(self._path)

    def keep(self, document: Any, changes: Changes, scratch: Path) -> tuple[str, ...]:
        """Save the whole workbook; nothing to remark on."""
        self.refuse_if_open_elsewhere()
        disk.refuse_if_changed(self._path, self._stamp)
        if changes:
            store(document, scratch / "new.ods")
            with (scratch / "new.ods").open("rb") as new:
                disk.write_over(self._path, self._path, lambda stream: shutil.copyfileobj(new, stream))
            self._stamp = disk.stamp(self._path)
        return ()


KINDS: Mapping[str, Callable[[Path], Original]] = {
    ".xlsx": ExcelFile,
    ".xlsm": ExcelFile,
    ".ods": OpenDocumentFile,
}
"""How a file is saved into, by its ending."""


def original(path: Path) -> Original:
    """The file at *path*; raises WorkbookError when it is no workbook."""
    ending = path.suffix.lower()
    if ending not in KINDS:
        raise WorkbookError(f"{path}: a workbook for LibreOffice is an .xlsx, .xlsm or .ods file")
    return KINDS[ending](path)


def store(document: Any, path: Path) -> None:
    """Write a document in LibreOffice's own format."""
    document.storeToURL(url(path), properties(FilterName="calc8", Overwrite=True))


def _refuse_other_files(path: Path) -> None:
    if not path.is_file():
        raise WorkbookError(f"{path}: there is no such workbook")
    try:
        with zipfile.ZipFile(path) as archive:
            kind = archive.read("mimetype")
    except (zipfile.BadZipFile, KeyError) as error:
        raise WorkbookError(f"{path.name} is not an OpenDocument workbook, or it is damaged") from error
    if kind.strip() != OPEN_DOCUMENT:
        raise WorkbookError(f"{path.name} is not an OpenDocument workbook")
