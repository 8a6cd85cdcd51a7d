"""From a file to its text: opened, unpacked and decoded, or a sentence that says why not."""

import codecs
import gzip
import io
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xlinventory.imports.text import NOT_IN_TEXT, RawTable, UnreadableFileError, plain_lines, table_of_text

MOST_BYTES = 1 << 28
"""A larger file is not read into memory, nor a compressed one unpacked to more: rows take ten times that."""
NEXT_TIME = "Left for the next refresh: nothing of it was taken. If it is complete, save it once more."
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_GZIP = b"\x1f\x8b"
_NO_CSV = {
    b"PK\x03\x04": "it is an Excel workbook or a zip file, not CSV",
    b"\xd0\xcf\x11\xe0": "it is an old Excel workbook, not CSV",
    b"%PDF": "it is a PDF, not CSV",
}
_SPLIT = "Nothing of the file was taken. Export it in parts, such as a file a year."
_PERMIT = "Nothing of the file was taken. Close it elsewhere, or permit reading it, then refresh again."
_SAMPLE = 2000
EITHER = "xlinventory.windows"


def raw_table(path: Path) -> RawTable:
    """The rows of a CSV file, plain or gzipped, below its first line; raises UnreadableFileError."""
    return table_of_text(text_of(path))


def text_of(path: Path) -> str:
    """The text of a file, plain or gzipped, with one kind of line end; raises UnreadableFileError."""
    check_place(path)
    data = _bytes(path)
    for mark, what in _NO_CSV.items():
        if data.startswith(mark):
            raise UnreadableFileError(what)
    return plain_lines(decoded(data))


def shown_name(path: Path) -> str:
    """The name of a file as a workbook can hold it."""
    return NOT_IN_TEXT.sub("\ufffd", path.name)


def check_place(path: Path) -> None:
    """Raise UnreadableFileError unless it is a plain file that lies in its folder, no link out of it."""
    if shown_name(path) != path.name:
        raise UnreadableFileError("its name has characters that no workbook can hold", "Not read. Rename it.")
    try:
        mode = path.stat().st_mode
        leads_out = path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve())
    except OSError as error:
        raise UnreadableFileError(f"the file cannot be opened ({error.strerror})") from error
    if leads_out:
        raise UnreadableFileError(
            "it is a link to another folder", "Not followed. Copy the file itself there."
        )
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "a device or a pipe"
        raise UnreadableFileError(f"it is {what}, not a file", "Not read. Give it another name or remove it.")


def size_of(path: Path) -> int:
    """Bytes of a file, those of a compressed one as it says they are when unpacked; raises OSError."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if file.read(2) != _GZIP or size < 18:  # the least that such a file can have
            return size
        file.seek(-4, os.SEEK_END)
        return max(size, int.from_bytes(file.read(4), "little"))


@contextmanager
def unchanged(path: Path) -> Iterator[None]:
    """Raise UnreadableFileError when the file is not where it seems, or is written while this lasts."""
    check_place(path)
    before = path.stat()
    yield
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UnreadableFileError("the file was being written while it was read", NEXT_TIME)


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8 or UTF-16 by its mark, else UTF-8, and Windows-1252 where that is not valid.

    Files that were put together may have both.

    >>> decoded("Größe".encode("cp1252")), decoded("Größe".encode("utf-16"))
    ('Größe', 'Größe')
    >>> decoded("Größe,".encode() + "Größe".encode("cp1252"))
    'Größe,Größe'
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace" if encoding == "utf-16" else EITHER)
    for encoding, zeros in (("utf-16-le", data[1:_SAMPLE:2]), ("utf-16-be", data[:_SAMPLE:2])):
        if 2 * zeros.count(0) > len(zeros):
            return data.decode(encoding, errors="replace")
    return data.decode("utf-8", errors=EITHER)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            if before.st_size > MOST_BYTES:
                raise UnreadableFileError("the file is larger than 256 MB", _SPLIT)
            data = file.read()
            after = os.fstat(file.fileno())
        if (before.st_size, before.st_mtime_ns) != (len(data), after.st_mtime_ns):
            raise UnreadableFileError("the file was being written while it was read", NEXT_TIME)
        return _unpacked(data) if data.startswith(_GZIP) else data
    except PermissionError as error:
        problem = "the file may not be read"
        raise UnreadableFileError(problem, _PERMIT) from error
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFileError(f"the file cannot be opened ({error})") from error


def _unpacked(data: bytes) -> bytes:
    with gzip.open(io.BytesIO(data)) as file:
        plain = file.read(MOST_BYTES + 1)
    if len(plain) > MOST_BYTES:
        raise UnreadableFileError("the file is larger than 256 MB when unpacked", _SPLIT)
    return plain


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """What bytes that are no UTF-8 are in Windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


codecs.register_error(EITHER, _as_windows)
