"""The icons of menu and toolbar: our own drawings, in the two sizes that LibreOffice asks for.

They are drawn by scripts/build_icons.py and lie beside this module.
"""

from pathlib import Path

SIZES = (16, 26)
"""Dots across: in the menu and in a small toolbar; in a large one."""
FOLDER = Path(__file__).parent / "pictures"


def file_name(icon: str, size: int) -> str:
    """The file of an icon in one size."""
    return f"{icon}_{size}.png"


def inside(icon: str, size: int) -> str:
    """Where it is in the extension."""
    return f"icons/{file_name(icon, size)}"


def content(icon: str, size: int) -> bytes:
    """The picture."""
    return (FOLDER / file_name(icon, size)).read_bytes()
