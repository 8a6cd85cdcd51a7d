"""A picture of the workbook open in LibreOffice Calc with our menu and toolbar, drawn by LibreOffice itself.

    PYTHONPATH=. python scripts/build_calc_picture.py demo/inventory.xlsm [FOLDER]

Writes docs/pictures/calc.png, or into FOLDER. Needs soffice, Xvfb, openbox, xdotool and ImageMagick's import
(Debian: libreoffice-calc, xvfb, openbox, xdotool, imagemagick). The screen is one that nobody sees, and the
profile a new one with our extension.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from xlinventory.hosts.calc import Office
from xlinventory.hosts.calc.bridge import properties, url
from xlinventory.hosts.calc.program.prepared import with_extension

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SIZE = (1360, 850)
SHEET = "Dashboard"
MENU_KEY = "alt+n"
COLOURS = 256
NEVER_EXECUTE = 0
"""com.sun.star.document.MacroExecMode: no question about the workbook's macros comes in between."""
SECONDS_TO_SETTLE = 4
"""What a window needs until all of it is drawn; there is nothing to ask for it."""


@contextmanager
def screen() -> Iterator[None]:
    """A display of its own with a window manager, for all that is started meanwhile."""
    reader, writer = os.pipe()
    width, height = SIZE
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        with os.fdopen(reader) as told:
            os.environ["DISPLAY"] = f":{told.readline().strip()}"
        os.environ["SAL_USE_VCLPLUGIN"] = "gen"
        with subprocess.Popen(["openbox"], stderr=subprocess.DEVNULL) as manager:
            try:
                yield
            finally:
                manager.terminate()
                server.terminate()


def press(key: str) -> None:
    """One key, and time for what it does."""
    subprocess.run(["xdotool", "key", key], check=True)
    time.sleep(SECONDS_TO_SETTLE)


def show(office: Office, book: Path) -> Any:
    """Open the workbook over the whole screen with a sheet in front."""
    given = properties(MacroExecutionMode=NEVER_EXECUTE)
    document = office.desktop.loadComponentFromURL(url(book), "_blank", 0, given)
    window = document.CurrentController.Frame.ContainerWindow
    window.setPosSize(0, 0, *SIZE, 15)
    window.IsMaximized = True
    document.CurrentController.setActiveSheet(document.Sheets.getByName(SHEET))
    helper = office.service("com.sun.star.frame.DispatchHelper")
    helper.executeDispatch(document.CurrentController.Frame, ".uno:Sidebar", "", 0, ())
    time.sleep(SECONDS_TO_SETTLE)
    return document


def take(target: Path) -> None:
    """The whole screen as a picture with no more colours than it needs."""
    subprocess.run(["import", "-window", "root", str(target)], check=True)
    with Image.open(target) as shot:
        small = shot.convert("RGB").quantize(COLOURS)
    small.save(target, optimize=True)


def main() -> None:
    """Install, open, press, take."""
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        book = Path(shutil.copy(sys.argv[1], scratch))
        profile = with_extension(scratch)
        stack.enter_context(screen())
        office = stack.enter_context(Office(profile, visible=True))
        show(office, book)
        press(MENU_KEY)
        take(folder / "calc.png")
        print(folder / "calc.png")


if __name__ == "__main__":
    main()
