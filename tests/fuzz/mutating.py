"""What goes wrong with bytes and texts on their way: bits turn, pieces are lost or come twice."""

from collections.abc import Callable, Sequence
from random import Random

# fmt: off
ODD_TEXTS = (
    "", " ", "0", "-0", "1e309", "-1e308", "nan", "inf", "-", ".", ",", "1,234", "1.234,5", "(12)", "50%",
    "£3",
    "1.23E+11", "00123", "=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "'=1", '"',
    '""', '";"',
    "2011-12-31", "31/12/2011", "12/31/2011", "2011-02-30", "0000-00-00", "9999-12-31", "1900-01-00", "40886",
    "31.12.11", "Dec 31, 2011", "2011-12-31T25:61:61Z", "yes", "no", "TRUE", "Total", "Grand total:",
    "#N/A", "#REF!", "NULL",
    "None", "a" * 33_000, "é", "ß", "İ", "１２", "٣", "😀", "\ufeff", "\u202e", "\u2028", "\x85", "\x0b",
    "\x1c", "\x00", "_x000D_",
    "</c>", "<v>", "&amp;", "&#0;", "]]>", "../../x", "C:\\x", "CON", "{0}", "%s", "\\", "a;b", "a,b",
    "a\nb", "a\r\nb", "a|b",
)
# fmt: on


def some(chance: Random, most: int = 4) -> int:
    """A small number of things to do; one more often than many."""
    return min(chance.choices(range(1, most + 1), [most - i for i in range(most)])[0], most)


def span(chance: Random, size: int) -> tuple[int, int]:
    """Where a piece of something begins and ends."""
    start = chance.randrange(size + 1)
    return start, min(size, start + int(chance.expovariate(0.1)))


def spoilt_bytes(chance: Random, data: bytes) -> bytes:
    """The bytes after one mishap."""
    return chance.choice(_BYTES)(chance, data)


def odd_text(chance: Random) -> str:
    """A text that means trouble somewhere."""
    if chance.random() < 0.8:
        return chance.choice(ODD_TEXTS)
    return "".join(chr(chance.choice((chance.randrange(128), chance.randrange(0xD800)))) for _ in range(5))


def changed_one(chance: Random, items: Sequence[str], change: Callable[[str], str]) -> list[str]:
    """The items, one of them changed."""
    out = list(items)
    if out:
        place = chance.randrange(len(out))
        out[place] = change(out[place])
    return out


def _turned(chance: Random, data: bytes) -> bytes:
    if not data:
        return data
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]


def _cut(chance: Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _lost(chance: Random, data: bytes) -> bytes:
    start, end = span(chance, len(data))
    return data[:start] + data[end:]


def _twice(chance: Random, data: bytes) -> bytes:
    start, end = span(chance, len(data))
    return data[:end] + data[start:end] * some(chance) + data[end:]


def _put_in(chance: Random, data: bytes) -> bytes:
    place = chance.randrange(len(data) + 1)
    new = chance.choice(
        (b'"', b"\0", b"\xff\xfe", b"\r", b"\n", b"\x80", b"\xef\xbb\xbf", chance.randbytes(3))
    )
    return data[:place] + new * some(chance) + data[place:]


_BYTES = (_turned, _cut, _lost, _twice, _put_in)
