"""Files that a macro leaves in a folder: names that cannot lead out of it, each file written whole or not."""

import hashlib
import os
import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from xlinventory.workbook import WorkbookError

LONGEST_NAME = 80
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I)
"""Names that Windows keeps for devices, whatever ending they have."""
_MARKED = re.compile(r"-[0-9a-f]{12}$", re.I)


def known_folder(given: str) -> Path:
    """The folder that a user wrote; raises WorkbookError when no folder can have such a name."""
    try:
        folder = Path(given).expanduser()
        folder.stat()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return folder
    except (OSError, ValueError, RuntimeError) as error:  # too long, a zero byte, the home of nobody
        shown = re.sub(r"[^ -~\w]", "?", given[:LONGEST_NAME])
        raise WorkbookError(f"{shown} cannot be a folder here.") from error
    return folder


def chosen_folder(given: str, beside: str) -> Path:
    """The folder *given*, which begins in the folder *beside* if it is not absolute.

    Raises WorkbookError when there is no folder to make it in.
    """
    folder = known_folder(str(Path(beside) / known_folder(given)))
    if folder.exists() and not folder.is_dir():
        raise WorkbookError(f"{folder} is a file, not a folder.")
    if not folder.parent.is_dir():
        raise WorkbookError(f"There is no folder {folder.parent} to make {folder.name} in.")
    return folder


def file_names(names: Sequence[str]) -> dict[str, str]:
    """A file name, without an ending, for each of some names: all different, on every system, and plain.

    A name that is no plain file name, or that differs from another in nothing but capitals, gets a mark more,
    made from the name itself, so that it always has the same file; so does one that seems to have a mark.

    >>> file_names(["PO-7", "a/../b"])
    {'PO-7': 'PO-7', 'a/../b': 'a_.._b-900ea8b7e0d8'}
    """
    alike = Counter(map(_folded, set(names)))
    return {
        name: name if _is_plain(name) and alike[_folded(name)] == 1 else f"{_plain(name)}-{_mark(name)}"
        for name in names
    }


def save_files(files: Mapping[Path, bytes]) -> None:
    """Write each file over what was there, whole or not at all; none before all could be written."""
    drafts = {path: path.with_name(f".{secrets.token_hex(8)}.part") for path in files}
    try:
        for path, content in files.items():
            path.parent.mkdir(exist_ok=True)
            _write_new(drafts[path], content)
        for path, draft in drafts.items():
            draft.replace(path)
    except OSError as error:
        place = error.filename2 or error.filename
        raise WorkbookError(f"{place} could not be written: {error.strerror}.") from error
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)


def holds(path: Path, content: bytes) -> bool:
    """Whether there is a plain file with exactly this content."""
    try:
        return not path.is_symlink() and path.is_file() and path.read_bytes() == content
    except OSError:
        return False


def flush(path: Path) -> None:
    """Have a file on the disk before what names it."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _folded(name: str) -> str:
    """The name as a file system compares it that knows no capitals and one way to write an accent."""
    return unicodedata.normalize("NFKD", name).casefold()


def _is_plain(name: str) -> bool:
    return _plain(name) == name and not _MARKED.search(name)


def _plain(name: str) -> str:
    plain = re.sub(r"[^\w .-]", "_", name)[:LONGEST_NAME].strip(" .") or "_"
    return f"_{plain}" if _DEVICES.fullmatch(plain) else plain


def _mark(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _write_new(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
