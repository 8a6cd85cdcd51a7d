"""Where LibreOffice is on each system, how its processes are ended, and which Python it speaks to."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from xlinventory.workbook import WorkbookError

INSTALL = (
    "install LibreOffice 7.4 or newer (on Debian and Ubuntu the packages libreoffice-calc and python3-uno)"
)

SYSTEM_PYTHON = Path("/usr/bin/python3")
"""The Python that Linux distributions' LibreOffice works with; a link to a name with the version."""


@dataclass(frozen=True, slots=True)
class System:
    """What differs between the systems that LibreOffice runs on."""

    programs: Sequence[str]
    """Places of the program when it is not on the path; ``{NAME}`` is a variable of the environment."""
    bridge: str
    """What to do when this Python has no bridge to LibreOffice."""
    screens: Sequence[str] = ()
    """Variables of the environment of which one is set where windows can be opened; none: always."""


_OWN_PYTHON = "use LibreOffice's own Python ({}), into which xlinventory has to be installed"
SYSTEMS: Mapping[str, System] = {
    "linux": System(
        ("/usr/lib/libreoffice/program/soffice", "/opt/libreoffice/program/soffice"),
        "install the package python3-uno, and use the system's own Python or another one of its version",
        ("DISPLAY", "WAYLAND_DISPLAY"),
    ),
    "darwin": System(
        ("/Applications/LibreOffice.app/Contents/MacOS/soffice",
         "{HOME}/Applications/LibreOffice.app/Contents/MacOS/soffice"),
        _OWN_PYTHON.format("/Applications/LibreOffice.app/Contents/Resources/python"),
    ),
    "win32": System(
        ("{ProgramFiles}/LibreOffice/program/soffice.exe",
         "{ProgramFiles(x86)}/LibreOffice/program/soffice.exe"),
        _OWN_PYTHON.format("python.exe in its folder program"),
    ),
}  # fmt: skip
"""By ``sys.platform``; any other system is like Linux."""


def system() -> System:
    """The system we are on."""
    return SYSTEMS.get(sys.platform, SYSTEMS["linux"])


def find_program() -> str:
    """The program soffice; raises WorkbookError where there is none."""
    on_path = shutil.which("soffice")
    if on_path is not None:
        return on_path
    for pattern in system().programs:
        with suppress(KeyError):
            place = Path(pattern.format_map(os.environ))
            if place.is_file():
                return str(place)
    raise WorkbookError("LibreOffice is not installed: " + INSTALL)


def require_screen() -> None:
    """Raise WorkbookError where no window can be opened."""
    names = system().screens
    if names and not any(os.environ.get(name) for name in names):
        raise WorkbookError("LibreOffice cannot open windows here: there is no screen")


def environment() -> dict[str, str]:
    """Our environment without what would mislead LibreOffice's own Python.

    It takes its library from beside the first ``python3`` on the path: in an active virtual environment, or
    with pyenv, that is the library of another build, and no extension can be installed.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    if SYSTEM_PYTHON.exists():
        kept["PATH"] = os.pathsep.join(filter(None, (str(SYSTEM_PYTHON.parent), kept.get("PATH"))))
    return kept


_FOREIGN = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}


def end_group(leader: int) -> None:
    """End a process that was started in a session of its own, and all that it started."""
    if sys.platform == "win32":
        subprocess.run(  # noqa: S603 - Windows' own program
            ["taskkill", "/F", "/T", "/PID", str(leader)],  # noqa: S607 - it is on every path
            check=False, capture_output=True,
        )  # fmt: skip
        return
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def without_windows() -> bool:
    """Whether the LibreOffice that this Python runs in was started without windows."""
    return any(word.lstrip("-") in _WINDOWLESS for word in _command_line())


_WINDOWLESS = {"headless", "convert-to", "print-to-file", "cat"}
"""LibreOffice's switches that keep every window and question away."""


def _command_line() -> list[str]:
    """The words this process was started with: a Python inside LibreOffice has no sys.argv of its own."""
    words = Path("/proc/self/cmdline")
    if words.is_file():
        return words.read_text("utf-8", "replace").split("\0")
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - windll is Windows' alone

        return ctypes.windll.kernel32.GetCommandLineW().split()
    shown = subprocess.run(  # noqa: S603 - the system's own program, our own number
        ["/bin/ps", "-o", "args=", "-p", str(os.getpid())], check=False, capture_output=True, text=True
    )
    return shown.stdout.split()
