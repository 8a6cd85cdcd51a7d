"""The one Python file inside the extension: it says where our packages are and hands over to them."""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

PACKAGES = ("xlinventory", "numpy", "pandas", "scipy", "xlwings", "openpyxl")
"""What has to be found inside LibreOffice; the folders they are in hold all else that they need."""
_SOURCE = '''"""Made by "xlinventory calc install": lets LibreOffice find the Python packages of xlinventory."""

import sys

FOLDERS = {folders!r}

sys.path[:0] = [folder for folder in FOLDERS if folder not in sys.path]

from xlinventory.hosts.calc.inside import components

g_ImplementationHelper = components.register()
'''


def our_folders() -> list[Path]:
    """The folders that this Python has our packages from."""
    places = (Path(import_module(name).__file__).resolve().parents[1] for name in PACKAGES)
    return list(dict.fromkeys(places))


def source(folders: Iterable[Path]) -> str:
    """Text of the file."""
    return _SOURCE.format(folders=[str(folder) for folder in folders])
