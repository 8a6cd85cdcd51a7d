"""The one Python file inside the extension: it says where our packages are and hands over to them.

It must never disturb LibreOffice: where the folders are gone, or hold packages for another Python, it takes
back what was half imported, writes why into our log file, and the functions show #NAME?.
"""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from xlinventory.hosts.excel.live import log_file

PACKAGES = ("xlinventory", "numpy", "pandas", "scipy", "xlwings", "openpyxl")
"""What has to be found inside LibreOffice; the folders they are in hold all else that they need."""
_SOURCE = '''"""Made by "xlinventory calc install": lets LibreOffice find our Python packages."""

import os
import sys
import time

import unohelper

FOLDERS = {folders}
LOG = {log}


def register():
    """Our services; none when our packages cannot be imported."""
    places, known = list(sys.path), set(sys.modules)
    sys.path[:0] = [folder for folder in FOLDERS if folder not in sys.path and os.path.isdir(folder)]
    try:
        from xlinventory.hosts.calc.inside import components

        return components.register()
    except Exception as error:
        sys.path[:] = places
        for name in set(sys.modules) - known:
            root = name.partition(".")[0]
            if root == "xlinventory" or root not in sys.modules:
                sys.modules.pop(name, None)
        tell(error)
        return unohelper.ImplementationHelper()


def tell(error):
    """One line in the log that says what is wrong and what to do."""
    python = ".".join(map(str, sys.version_info[:3]))
    why = "%s: %s" % (type(error).__name__, " ".join(str(error).split()))
    gone = "".join("; there is no folder " + folder for folder in FOLDERS if not os.path.isdir(folder))
    line = "%s ERROR xlinventory.calc: LibreOffice's Python %s cannot load xlinventory (%s%s): %s\\n" % (
        time.strftime("%Y-%m-%d %H:%M:%S"), python, why, gone,
        "install it for this Python and run: xlinventory calc install")
    try:
        os.makedirs(os.path.dirname(LOG), exist_ok=True)
        with open(LOG, "a", encoding="utf-8", errors="replace") as log:
            log.write(line)
    except OSError:
        pass


g_ImplementationHelper = register()
'''


def our_folders() -> list[Path]:
    """The folders that this Python has our packages from."""
    places = (Path(import_module(name).__file__).resolve().parents[1] for name in PACKAGES)
    return list(dict.fromkeys(places))


def source(folders: Iterable[Path]) -> str:
    """Text of the file, in ASCII whatever the folders are called."""
    return _SOURCE.format(folders=ascii([str(folder) for folder in folders]), log=ascii(str(log_file.path())))
