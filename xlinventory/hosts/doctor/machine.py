"""The facts about a computer that the doctor looks at: values and questions, which a test gives itself."""

import importlib.metadata
import importlib.util
import os
import platform
import re
import shlex
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from xlinventory.hosts.calc.addin.component import our_folders
from xlinventory.hosts.calc.program import profiles, systems
from xlinventory.workbook import WorkbookError

WINDOWS, MAC = "win32", "darwin"
EXCEL_ON_MAC = Path("/Applications/Microsoft Excel.app")
APP_PATH = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\{}"
MAC_SCRIPTS = Path("Library/Application Scripts/com.microsoft.Excel")


@dataclass(frozen=True, slots=True)
class LibreOffice:
    """A LibreOffice: its program, its version and its Python (None when it does not say), and our extension.

    *folders* are where the extension looks for packages; None when it is not installed.
    """

    program: str
    version: str | None
    python: tuple[int, int] | None
    folders: tuple[Path, ...] | None


@dataclass(frozen=True)
class Machine:
    """A computer as the doctor sees it; *system* is that of ``sys.platform``."""

    system: str
    python: str
    bits: int
    executable: Path
    home: Path
    version_of: Callable[[str], str | None]
    can_import: Callable[[str], bool]
    exists: Callable[[Path], bool]
    which: Callable[[str], str | None]
    excel: Callable[[], str | None]
    zone: Callable[[Path], int | None]
    libreoffice: Callable[[], LibreOffice | None]
    folders: tuple[Path, ...]
    """Where this Python has our packages from."""


def this_machine() -> Machine:
    """The computer this runs on."""
    return Machine(
        system=sys.platform,
        python=platform.python_version(),
        bits=8 * struct.calcsize("P"),
        executable=Path(sys.executable),
        home=Path.home(),
        version_of=_version_of,
        can_import=_can_import,
        exists=lambda path: path.exists(),
        which=shutil.which,
        excel=_excel,
        zone=_zone,
        libreoffice=_libreoffice,
        folders=tuple(our_folders()),
    )


def word(path: Path, system: str) -> str:
    """A path as one word of a command, to be copied into a terminal of that system.

    >>> word(Path("my book.xlsm"), "win32"), word(Path("my book.xlsm"), "linux")
    ('"my book.xlsm"', "'my book.xlsm'")
    """
    return subprocess.list2cmdline([str(path)]) if system == WINDOWS else shlex.quote(str(path))


def _version_of(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _can_import(module: str) -> bool:
    """Whether a module is there and loads."""
    try:
        return importlib.import_module(module) is not None
    except Exception:  # noqa: BLE001 - whatever a broken installation raises, the answer is no
        return False


def _excel() -> str | None:
    """Where Excel is, on the systems it runs on."""
    if sys.platform == MAC:
        return str(EXCEL_ON_MAC) if EXCEL_ON_MAC.exists() else None
    return _app_path("excel.exe") if sys.platform == WINDOWS else None


def _app_path(program: str) -> str | None:
    """Where Windows starts a program from, as its installer has registered it."""
    import winreg  # noqa: PLC0415 - Windows only

    for hive in (winreg.HKEY_LOCAL_MACHINE, winreg.HKEY_CURRENT_USER):
        try:
            found = winreg.QueryValue(hive, APP_PATH.format(program))
        except OSError:
            continue
        if found:
            return found
    return None


def _libreoffice() -> LibreOffice | None:
    """The LibreOffice that would be started, and what the person's profile says of our extension."""
    try:
        found = systems.find_program()
        folders = profiles.profile().extension()
    except WorkbookError:
        return None
    known = None if folders is None else tuple(folders)
    return LibreOffice(found, _version_told_by(found), profiles.python_of(found), known)


def _version_told_by(office: str) -> str | None:
    """What LibreOffice says of its version; on Windows it says so in a window, so it is not asked."""
    if sys.platform == WINDOWS:
        return None
    told = subprocess.run(  # noqa: S603 - the program that was found
        [office, "--version"], check=False, capture_output=True, text=True, timeout=60
    )
    found = re.search(r"LibreOffice (\d+(?:\.\d+)+)", told.stdout)
    return found[1] if found else None


def _zone(path: Path) -> int | None:
    """The mark that Windows puts on a file from elsewhere: 3 the internet, 4 a place not trusted."""
    if os.name != "nt":
        return None
    try:
        text = Path(f"{path}:Zone.Identifier").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    number = text.partition("ZoneId=")[2][:1]
    return int(number) if number.isdigit() else None
