"""Letters of a PDF: the shipped font's, and for signs it has not, those of a font of this computer.

Noto Sans comes with this package and has every Latin, Greek and Cyrillic letter. For others, such as Chinese,
Japanese or Korean ones, the first font of this computer that has them is embedded. Scripts written from right
to left, and those whose letters change beside each other, need more than letters: their signs, and signs that
no font has, are printed as � and told, since an order that reads wrong is worse than one with a gap.
"""

import os
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from xlinventory.macros.order_document import NO_LETTER

SHIPPED = {"regular": "NotoSans-Regular.ttf", "bold": "NotoSans-Bold.ttf"}
PLACES = (
    "{REPORTLAB}/fonts/Vera.ttf",  # signs such as ≤ and ∞, on every computer
    "{WINDIR}/Fonts/msyh.ttc", "{WINDIR}/Fonts/simsun.ttc", "{WINDIR}/Fonts/YuGothR.ttc",
    "{WINDIR}/Fonts/msgothic.ttc", "{WINDIR}/Fonts/malgun.ttf", "{WINDIR}/Fonts/seguisym.ttf",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf", "/Library/Fonts/Arial Unicode.ttf",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
)  # fmt: skip
"""Where fonts with many letters stand: TrueType ones, since reportlab embeds no others."""
_FROM_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))
_JOINED = ((0x0900, 0x109F), (0x1780, 0x18AF), (0x1900, 0x1CFF), (0xA800, 0xABFF))
"""Scripts of South and South-East Asia, whose letters change beside each other."""


class Letters(NamedTuple):
    """A font that reportlab knows by *name*, and the signs it has."""

    name: str
    signs: frozenset[int]


def plain(text: str) -> str:
    r"""A text on one line, without signs that steer instead of being seen, accents joined to their letters.

    >>> plain(" Mu\u0308ller\t& \u202eSons\n ")
    'Müller & Sons'
    """
    seen = "".join(sign for sign in " ".join(text.split()) if unicodedata.category(sign) not in _UNSEEN)
    return unicodedata.normalize("NFC", seen)


def gaps(text: str) -> str:
    """The signs of a plain text that no letter is at hand for, each once."""
    return "".join(dict.fromkeys(sign for sign in text if _letters(sign, "regular") is None))


def markup(text: str, weight: str = "regular") -> str:
    """A plain text as reportlab's Paragraph takes it, each part in a font that has its letters."""
    parts = groupby(text, lambda sign: _letters(sign, weight))
    return "".join(
        _part("".join(signs) if letters else NO_LETTER * len(list(signs)), letters, weight)
        for letters, signs in parts
    )


@cache
def shipped(weight: str) -> Letters:
    """The font of this package, *regular* or *bold*."""
    data = (files("xlinventory") / "fonts" / SHIPPED[weight]).read_bytes()
    return _registered(f"xlinventory-{weight}", TTFont(f"xlinventory-{weight}", BytesIO(data)))


def _part(text: str, letters: Letters | None, weight: str) -> str:
    name = (letters or shipped(weight)).name
    return escape(text) if name == shipped(weight).name else f'<font name="{name}">{escape(text)}</font>'


def _letters(sign: str, weight: str) -> Letters | None:
    """The font to print a sign in, or None."""
    code = ord(sign)
    if code in shipped(weight).signs:
        return shipped(weight)
    if unicodedata.bidirectional(sign) in _FROM_RIGHT_TO_LEFT or _is_joined(code):
        return None
    return next((letters for letters in of_this_computer() if code in letters.signs), None)


def _is_joined(code: int) -> bool:
    return any(low <= code <= high for low, high in _JOINED)


def of_this_computer() -> tuple[Letters, ...]:
    """Fonts of this computer with more letters; they are looked for when a sign needs one."""
    return _found(PLACES)


@cache
def _found(places: Sequence[str]) -> tuple[Letters, ...]:
    return tuple(_readable(places))


def _readable(places: Sequence[str]) -> Iterator[Letters]:
    known = {"WINDIR": os.environ.get("WINDIR", "C:/Windows"), "REPORTLAB": Path(reportlab.__file__).parent}
    for number, place in enumerate(places):
        path = Path(place.format_map(known))
        try:
            yield _registered(f"computer-{number}", TTFont(f"computer-{number}", str(path)))
        except (TTFError, OSError):  # not on this computer, or of a kind that cannot be embedded
            continue


def _registered(name: str, font: TTFont) -> Letters:
    pdfmetrics.registerFont(font)
    return Letters(name, frozenset(font.face.charToGlyph))


_UNSEEN = frozenset(("Cc", "Cf", "Cs"))
