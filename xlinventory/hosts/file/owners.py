"""Who has a workbook file open in a spreadsheet program: the locks beside it, and the names in them."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

LONGEST = 4_000
"""Bytes of a lock that are looked at; both kinds are much shorter."""
_SECOND_NAME = 55
"""Where Excel writes the name once more, in 16 bits a letter, after its length in two bytes."""
_NAME_SHOWN = 60


def locks(path: Path) -> Iterator[tuple[Path, str]]:
    """Where spreadsheet programs put a lock while they have the file open, and which one it is."""
    for file in {path, path.resolve()}:
        yield file.parent / f"~${file.name}", "Excel"
        yield file.parent / f".~lock.{file.name}#", "LibreOffice"


def owner(lock: Path, program: str) -> str:
    """The person a lock names, or nothing; Excel on Windows may keep others from reading it."""
    try:
        with lock.open("rb") as file:
            found = _READERS[program](file.read(LONGEST))
    except OSError:
        return ""
    return "".join(sign for sign in found if sign.isprintable()).strip()[:_NAME_SHOWN]


def _in_excels(note: bytes) -> str:
    """The user's name in an owner file of Excel: its length, the name in one byte a letter, both in two.

    Source: LibreOffice, svl/source/misc/msodocumentlockfile.cxx, which reads and writes such files too.
    """
    count = int.from_bytes(note[_SECOND_NAME : _SECOND_NAME + 2], "little")
    name = note[_SECOND_NAME + 2 :][: 2 * count].decode("utf-16-le", "ignore")
    return name if count and len(name) == count else ""


def _in_libreoffices(note: bytes) -> str:
    r"""The user's name, else the login and computer: fields with commas between, a backslash before others.

    >>> _in_libreoffices(b"Berg\\, Anna,anna,pc7,26.11.2026 10:03,file:///home/anna;")
    'Berg, Anna'
    >>> _in_libreoffices(b",anna,pc7,26.11.2026 10:03,file:///home/anna;")
    'anna on pc7'
    """
    fields = [
        re.sub(r"\\(.)", r"\1", field)
        for field in re.findall(r"((?:[^,;\\]|\\.)*)[,;]", note.decode("utf-8", "replace"))
    ]
    name, login, host = [*fields, "", "", ""][:3]
    return name or (f"{login} on {host}" if login and host else login)


_READERS: Mapping[str, Callable[[bytes], str]] = {"Excel": _in_excels, "LibreOffice": _in_libreoffices}
