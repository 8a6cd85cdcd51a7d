"""A person's LibreOffice profile: where it is, whether LibreOffice is open on it, our extension in it.

All of it is read from files, so that nothing has to be started to be told.
"""

import ast
import os
import re
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from xlinventory.hosts.calc.addin import IDENTIFIER
from xlinventory.workbook import WorkbookError

PROFILES: Mapping[str, str] = {
    "linux": "{HOME}/.config/libreoffice/4",
    "darwin": "{HOME}/Library/Application Support/LibreOffice/4",
    "win32": "{APPDATA}/LibreOffice/4",
}
"""Where LibreOffice keeps what belongs to a person, by ``sys.platform``; any other system is like Linux."""
BRIDGES = ("libpyuno.so", "pyuno.pyd", "../Frameworks/libpyuno.dylib")
"""The library that LibreOffice's Python goes through, from the folder of its program."""
SWITCH = "-env:UserInstallation="
"""What tells LibreOffice which profile to use."""
_PYTHON = re.compile(rb"python(?:\.framework/Versions/)?(3)\.?(\d{1,2})", re.IGNORECASE)
_KNOWN = re.compile(re.escape(IDENTIFIER).encode() + rb"\s+(\S+?\.tmp)")
_FOLDERS = re.compile(r"^FOLDERS = (\[.*\])$", re.MULTILINE)


@dataclass(frozen=True)
class Profile:
    """A folder of settings that LibreOffice starts with; *given* when it is not the usual one."""

    folder: Path
    given: bool = False

    @property
    def switches(self) -> list[str]:
        """What tells LibreOffice to use it; nothing for the usual one."""
        return [SWITCH + self.folder.absolute().as_uri()] if self.given else []

    @property
    def lock(self) -> Path:
        """The file that is there while LibreOffice runs on it."""
        return self.folder / ".lock"

    def is_in_use(self) -> bool:
        """Whether LibreOffice is running on it; a lock left by one that was killed does not count."""
        try:
            lock = self.lock.read_text("utf-8", "replace")
        except OSError:
            return False
        return f"Host={socket.gethostname()}\n" not in lock or self._may_be_in_use_here()

    def _may_be_in_use_here(self) -> bool:
        """Whether a program of this computer has it; where none can be looked at, that may always be."""
        processes = Path("/proc")
        if not (processes / "self" / "cmdline").exists():
            return True
        return any(self._is_of(_read(words).split("\0")) for words in processes.glob("[0-9]*/cmdline"))

    def _is_of(self, command: list[str]) -> bool:
        """Whether a command line is that of LibreOffice on this profile."""
        if Path(command[0]).name != "soffice.bin":
            return False
        named = [word.removeprefix(SWITCH) for word in command if word.startswith(SWITCH)]
        if named:
            return named[-1].rstrip("/") == self.folder.absolute().as_uri()
        return self.folder.absolute() == profile().folder.absolute()

    def extension(self) -> list[Path] | None:
        """The folders that our extension in it looks for packages in; None when it is not installed."""
        cache = self.folder / "user" / "uno_packages" / "cache"
        try:
            found = _KNOWN.search((cache / "uno_packages.pmap").read_bytes())
        except OSError:
            return None
        if found is None:
            return None
        text = _read(
            next((cache / "uno_packages").glob(f"{found[1].decode()}_/*/xlinventory_component.py"), None)
        )
        folders = _FOLDERS.search(text)
        return [Path(folder) for folder in ast.literal_eval(folders[1])] if folders else []


def profile(folder: Path | None = None) -> Profile:
    """The profile in that folder, else the person's usual one."""
    if folder is not None:
        return Profile(folder.absolute(), given=True)
    try:
        return Profile(Path(PROFILES.get(sys.platform, PROFILES["linux"]).format_map(os.environ)))
    except KeyError as error:
        raise WorkbookError(f"{error.args[0]} is not set, so there is no LibreOffice profile") from error


def python_of(program: str) -> tuple[int, int] | None:
    """The version of the Python that a LibreOffice works with, from its bridge; None when it does not say."""
    home = Path(program).resolve().parent
    for name in BRIDGES:
        library = home / name
        if library.is_file() and (found := _PYTHON.search(library.read_bytes())):
            return int(found[1]), int(found[2])
    return None


def _read(path: Path | None) -> str:
    try:
        return path.read_text("utf-8", "replace") if path else ""
    except OSError:
        return ""
