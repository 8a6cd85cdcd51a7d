"""What is right and what is not on this computer for Excel and LibreOffice, and what to do about it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PureWindowsPath

from xlinventory import __version__
from xlinventory.hosts.doctor.book_facts import INTERPRETERS, BookFacts, book_facts, set_interpreter
from xlinventory.hosts.doctor.machine import (
    MAC,
    MAC_SCRIPTS,
    WINDOWS,
    Machine,
    word,
)
from xlinventory.workbook import WorkbookError

OLDEST_PYTHON, OLDEST_XLWINGS, OLDEST_LIBREOFFICE = (3, 11), (0, 37, 6), (7, 4)
FROM_ELSEWHERE = 3
"""From this zone on Excel opens a file in Protected View and blocks its macros."""


class Verdict(Enum):
    """How a finding is: fine, worth a look, or in the way."""

    OK = "ok"
    LOOK = "look"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: what was looked at, what was found, how it is and what to do."""

    check: str
    found: str
    verdict: Verdict = Verdict.OK
    advice: str = ""


MachineCheck = Callable[[Machine], Finding | None]
BookCheck = Callable[[Machine, BookFacts], Finding | None]


def examine(machine: Machine, book: Path | None = None) -> Iterator[Finding]:
    """All findings about a machine and, if given, a workbook on it. Never raises over what it finds."""
    for check in MACHINE_CHECKS:
        finding = check(machine)
        if finding is not None:
            yield finding
    if book is None:
        return
    try:
        facts = book_facts(book)
    except WorkbookError as error:
        yield Finding(
            "workbook", str(error), Verdict.WRONG, "give the doctor an undamaged .xlsx, .xlsm or .xlam file"
        )
        return
    for of_book in BOOK_CHECKS:
        finding = of_book(machine, facts)
        if finding is not None:
            yield finding


def repair(machine: Machine, book: Path) -> str:
    """Let the workbook start the Python that runs this; returns what was done in one sentence."""
    facts = book_facts(book)
    if machine.system not in INTERPRETERS:
        raise WorkbookError("a workbook starts Python from Excel, on Windows or macOS; repair it there")
    mine = _own_interpreter(machine)
    if _interpreter(machine, facts) == mine:
        return f"{book.name} starts {mine} already; nothing was changed."
    set_interpreter(book, machine.system, mine)
    return f"{book.name} starts {mine} now."


def _python(machine: Machine) -> Finding:
    found = f"{machine.python}, {machine.bits} bit, {machine.executable}"
    if _numbers(machine.python) < OLDEST_PYTHON:
        return Finding("Python", found, Verdict.WRONG, "install Python 3.11 or newer from python.org")
    if machine.bits != 64:
        return Finding("Python", found, Verdict.LOOK, "a 64 bit Python has all packages ready to install")
    return Finding("Python", found)


def _package(_machine: Machine) -> Finding:
    return Finding("xlinventory", __version__)


def _xlwings(machine: Machine) -> Finding:
    found = machine.version_of("xlwings")
    if found is None or _numbers(found) < OLDEST_XLWINGS:
        return Finding("xlwings", found or "not found", Verdict.WRONG, "run: pip install --upgrade xlwings")
    return Finding("xlwings", found)


def _pywin32(machine: Machine) -> Finding | None:
    if machine.system != WINDOWS:
        return None
    if machine.can_import("win32com.client"):
        return Finding("pywin32", machine.version_of("pywin32") or "found")
    advice = "run: pip install --force-reinstall pywin32"
    return Finding("pywin32", "cannot be imported", Verdict.WRONG, advice)


def _library(machine: Machine) -> Finding | None:
    """The DLL by which a workbook's formulas reach Python: VBA looks beside it and one folder up."""
    if machine.system != WINDOWS:
        return None
    name = f"xlwings64-{machine.version_of('xlwings')}.dll"
    folder = machine.executable.parent
    for place in (folder, folder.parent):
        if machine.exists(place / name):
            return Finding("xlwings DLL", str(place / name))
    advice = (
        "run: pip install --force-reinstall xlwings - in a virtual environment where pip says that it "
        "installs for the user only"
    )
    return Finding("xlwings DLL", f"no {name} beside {machine.executable.name}", Verdict.WRONG, advice)


def _excel(machine: Machine) -> Finding:
    if machine.system not in INTERPRETERS:
        return Finding("Excel", "does not run on this system", advice="use the command line or LibreOffice")
    found = machine.excel()
    if found is None:
        return Finding("Excel", "not found", Verdict.LOOK, "install desktop Excel, or use LibreOffice")
    return Finding("Excel", found)


def _libreoffice(machine: Machine) -> Finding:
    office = machine.libreoffice()
    if office is None:
        return Finding("LibreOffice", "not found; not needed beside Excel")
    found = f"{office.version}, {office.program}" if office.version else office.program
    if office.version and _numbers(office.version) < OLDEST_LIBREOFFICE:
        return Finding("LibreOffice", found, Verdict.LOOK, "install LibreOffice 7.4 or newer")
    ours = _numbers(machine.python)[:2]
    if office.python in (None, ours):
        return Finding("LibreOffice", found)
    theirs = "{}.{}".format(*office.python)
    advice = f"for its menu and functions install xlinventory for Python {theirs} and run calc install there"
    return Finding("LibreOffice", f"{found}, with Python {theirs}", Verdict.LOOK, advice)


def _extension(machine: Machine) -> Finding | None:
    """Our extension in LibreOffice: it knows the folders of the Python that installed it."""
    office, again = machine.libreoffice(), "run: xlinventory calc install"
    if office is None:
        return None
    if office.folders is None:
        return Finding("its extension", "not installed", advice=f"for its menu and functions {again}")
    gone = [folder for folder in office.folders if not machine.exists(folder)]
    if gone or not office.folders:
        told = f"there is no folder {gone[0]} any more" if gone else "it names no folders"
        return Finding("its extension", told, Verdict.WRONG, again)
    if office.folders != machine.folders:
        told = f"installed, with the packages in {office.folders[0]}"
        return Finding(
            "its extension", told, Verdict.LOOK, f"if that is another Python than you want, {again}"
        )
    return Finding("its extension", "installed, with the packages of this Python")


def _mac_script(machine: Machine) -> Finding | None:
    """The script by which Excel on a Mac may start Python; it bears xlwings' version."""
    if machine.system != MAC:
        return None
    script = machine.home / MAC_SCRIPTS / f"xlwings-{machine.version_of('xlwings')}.applescript"
    if machine.exists(script):
        return Finding("RunPython", script.name)
    return Finding("RunPython", f"no {script.name}", Verdict.WRONG, "run once: xlwings runpython install")


def _kind(_machine: Machine, book: BookFacts) -> Finding:
    if book.has_functions:
        return Finding("workbook", f"{book.path.name}, with macros")
    if book.for_lite:
        return Finding("workbook", f"{book.path.name}, for the add-in xlwings Lite")
    advice = "for formulas and buttons in Excel: xlinventory new inventory.xlsm"
    if book.has_project:
        return Finding("workbook", f"{book.path.name}, with other macros than ours", Verdict.LOOK, advice)
    return Finding("workbook", f"{book.path.name}, without macros", advice=advice)


def _module(machine: Machine, book: BookFacts) -> Finding | None:
    """The workbook's part of xlwings names the DLL, so it must be of the installed version."""
    if not book.has_project:
        return None
    installed, mine = machine.version_of("xlwings"), book.module_version
    if mine is None:
        advice = "build a new workbook: xlinventory new inventory.xlsm"
        return Finding("its xlwings", "not in its macros", Verdict.WRONG, advice)
    if mine == installed:
        return Finding("its xlwings", mine)
    advice = f"run: pip install xlwings=={mine}"
    if _numbers(mine) < OLDEST_XLWINGS:
        advice = "too old for this package; build a new workbook: xlinventory new inventory.xlsm"
    return Finding("its xlwings", f"{mine}, installed is {installed}", Verdict.WRONG, advice)


def _starts_python(machine: Machine, book: BookFacts) -> Finding | None:
    if not book.has_functions or machine.system not in INTERPRETERS:
        return None
    if INTERPRETERS[machine.system] not in book.settings:
        advice = "build a new workbook: xlinventory new inventory.xlsm"
        return Finding("it starts", "no sheet xlwings.conf says which Python", Verdict.WRONG, advice)
    found = _interpreter(machine, book)
    advice = f"run: xlinventory doctor {word(book.path, machine.system)} --repair"
    there = _started(machine, book)
    if there == Path(_own_interpreter(machine)):
        if not _is_bare(found):
            return Finding("it starts", found)
        told = f"{found}, by name alone: Excel may find another or none"
        return Finding("it starts", told, Verdict.LOOK, advice)
    if there is not None:
        told = f"{found}: another Python than this one"
        return Finding("it starts", told, Verdict.LOOK, f"if xlinventory is not installed there, {advice}")
    return Finding("it starts", f"{found or 'nothing'}: not on this computer", Verdict.WRONG, advice)


def _mark_of_the_web(machine: Machine, book: BookFacts) -> Finding | None:
    zone = machine.zone(book.path)
    if zone is None or zone < FROM_ELSEWHERE:
        return None
    advice = "right-click the file, Properties, Unblock - if you trust where it is from"
    return Finding("origin", "marked as from the internet: Excel blocks its macros", Verdict.WRONG, advice)


MACHINE_CHECKS: tuple[MachineCheck, ...] = (
    _python, _package, _xlwings, _pywin32, _library, _mac_script, _excel, _libreoffice, _extension,
)  # fmt: skip
BOOK_CHECKS: tuple[BookCheck, ...] = (_kind, _module, _starts_python, _mark_of_the_web)


def _interpreter(machine: Machine, book: BookFacts) -> str:
    """What the workbook starts: the setting of this system, or what xlwings takes without one."""
    default = "pythonw" if machine.system == WINDOWS else "python"
    return book.settings.get(INTERPRETERS[machine.system]) or default


def _started(machine: Machine, book: BookFacts) -> Path | None:
    """The program it starts, if it is there: a path, or a bare name that the system finds."""
    name = _interpreter(machine, book)
    if _is_bare(name):
        found = machine.which(name)
        return Path(found) if found else None
    return Path(name) if machine.exists(Path(name)) else None


def _is_bare(name: str) -> bool:
    """Whether it is searched for on the path, which is another in a terminal than for Excel."""
    return PureWindowsPath(name).name == name


def _own_interpreter(machine: Machine) -> str:
    """This Python; on Windows the one beside it that opens no console."""
    quiet = machine.executable.with_name("pythonw.exe")
    return str(quiet if machine.system == WINDOWS and machine.exists(quiet) else machine.executable)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
