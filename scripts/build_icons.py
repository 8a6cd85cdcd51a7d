"""The icons of LibreOffice's menu and toolbar, drawn from the glyphs of the ribbon's picture.

    PYTHONPATH=. python scripts/build_icons.py [FOLDER]

Writes xlinventory/hosts/calc/addin/pictures/<icon>_<size>.png, or into FOLDER. Needs Pillow.
"""

import sys
from pathlib import Path

import ribbon_glyphs
from PIL import Image

from xlinventory.hosts.calc.addin import icons, menu

SMOOTH = 8
"""How much finer an icon is drawn before it is made smaller."""


def drawn(icon: str, size: int) -> Image.Image:
    """One icon."""
    return ribbon_glyphs.draw(icon, size * SMOOTH).resize((size, size), Image.Resampling.LANCZOS)


def main() -> None:
    """Draw them all."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else icons.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for entry in menu.entries():
        for size in icons.SIZES:
            drawn(entry.icon, size).save(folder / icons.file_name(entry.icon, size), optimize=True)
    print(folder)


if __name__ == "__main__":
    main()
