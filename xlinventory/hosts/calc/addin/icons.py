"""The icons of menu and toolbar: our own drawings, in the two sizes that LibreOffice asks for.

They are drawn by scripts/build_icons.py and lie beside this module.
"""

from collections.abc import Iterator
from pathlib import Path

SIZES = (16, 26)
"""Dots across: in the menu and in a small toolbar; in a large one."""
INSIDE = "icons"
"""Their folder in the extension."""
FOLDER = Path(__file__).parent / "pictures"


def file_name(icon: str, size: int) -> str:
    """The file of an icon in one size."""
    return f"{icon}_{size}.png"


def inside(icon: str, size: int) -> str:
    """Where it is in the extension."""
    return f"{INSIDE}/{file_name(icon, size)}"


def parts() -> Iterator[tuple[str, bytes]]:
    """Every picture by its place in the extension."""
    return ((f"{INSIDE}/{file.name}", file.read_bytes()) for file in sorted(FOLDER.glob("*.png")))
