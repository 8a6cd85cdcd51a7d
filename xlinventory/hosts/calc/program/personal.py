"""Our extension in a person's own LibreOffice: installed, opened with a workbook, taken out.

A LibreOffice that the person has open is never touched: a second start would only hand over to it, and what
we then ended would be theirs.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xlinventory.hosts.calc.addin.component import our_folders
from xlinventory.hosts.calc.program import installation, systems
from xlinventory.hosts.calc.program.office import Office
from xlinventory.hosts.calc.program.profiles import Profile, python_of
from xlinventory.hosts.calc.program.watch import answering, watch
from xlinventory.workbook import WorkbookError

ENDINGS = (".xlsx", ".xlsm", ".ods")


def install(profile: Profile) -> str:
    """Put the extension into the person's LibreOffice; what was done and what comes next."""
    refuse_other_python(systems.find_program())
    with _office(profile) as office:
        was_there = installation.installed(office.context)
        installation.install(office.context)
    done = "Installed the extension anew" if was_there else "Installed the extension"
    return (
        f"{done} in {profile.folder}: start LibreOffice, or run: xlinventory calc open inventory.xlsm - "
        "the menu Inventory and the functions are there."
    )


def uninstall(profile: Profile) -> str:
    """Take the extension out of the person's LibreOffice; what was done."""
    if profile.extension() is None:
        return f"There is no extension of ours in {profile.folder}; nothing was changed."
    with _office(profile) as office:
        if installation.installed(office.context):
            installation.uninstall(office.context)
    return f"Took the extension out of {profile.folder}; workbooks stay as they are."


def open_book(profile: Profile, book: Path) -> str:
    """Show a workbook in the person's LibreOffice, with the extension, and leave it to them."""
    if book.suffix.lower() not in ENDINGS:
        raise WorkbookError(f"{book}: a workbook for LibreOffice is an .xlsx, .xlsm or .ods file")
    if not book.is_file():
        raise WorkbookError(f"{book}: there is no such workbook")
    command = systems.find_program()
    systems.require_screen()
    first = "" if profile.extension() == our_folders() else f"{install(profile).partition(':')[0]}. "
    subprocess.Popen(  # noqa: S603 - the program that was found, and a file as its argument
        [command, *profile.switches, "--calc", str(book.resolve())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=systems.environment(),
        start_new_session=True,  # it stays when this ends
    )
    return f"{first}LibreOffice opens {book.name}; its menu Inventory has the buttons."


def refuse_other_python(command: str) -> None:
    """Raise WorkbookError when LibreOffice works with another Python than this: packages would not load."""
    theirs = python_of(command)
    if theirs is not None and theirs != sys.version_info[:2]:
        name, mine = ("{}.{}".format(*version) for version in (theirs, sys.version_info))
        raise WorkbookError(
            f"this LibreOffice works with Python {name}, this is {mine}: "
            f"install xlinventory for Python {name} and run xlinventory calc install there"
        )


@contextmanager
def _office(profile: Profile) -> Iterator[Office]:
    """A LibreOffice without windows on the person's profile; refused while they have it open themselves."""
    if profile.is_in_use():
        raise WorkbookError(
            "LibreOffice is open; close all its windows and run this again "
            f"(if it is not open, delete {profile.lock})"
        )
    profile.folder.mkdir(parents=True, exist_ok=True)
    with watch() as started, Office(profile.folder, on_start=started) as office, answering(office):
        yield office
