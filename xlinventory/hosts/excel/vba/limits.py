"""What VBA can hold: refusals that name the module and the line, instead of a workbook that Excel repairs."""

import re
from collections.abc import Callable, Iterator, Sequence

LONGEST_NAME = 31
LONGEST_LINE = 1023
MOST_CONTINUATIONS = 24
PROCEDURE_LIMIT = 64 * 1024

_IDENTIFIER = re.compile(r"[^\W\d_]\w*")
_CONTINUED = re.compile(r"(?:^|\s)_\s*$")
_PROCEDURE = re.compile(
    r"\s*(?:(?:Public|Private|Friend)\s+)?(?:Static\s+)?(?:Sub|Function|Property\s+(?:Get|Let|Set))\s+(\w+)",
    re.IGNORECASE,
)
_PROCEDURE_END = re.compile(r"\s*End\s+(?:Sub|Function|Property)\b", re.IGNORECASE)

Rule = Callable[[Sequence[str]], Iterator[tuple[int, str]]]


def refuse_name(what: str, name: str) -> None:
    """Raise ValueError unless the name is a VBA identifier of at most 31 characters in code page 1252."""
    if not _IDENTIFIER.fullmatch(name) or _foreign(name):
        raise ValueError(
            f"{what} {name!r}: a name is a letter, then letters, digits and _, in code page 1252"
        )
    if len(name) > LONGEST_NAME:
        raise ValueError(f"{what} {name}: a name has at most {LONGEST_NAME} characters, got {len(name)}")


def refuse_lines(module: str, lines: Sequence[str]) -> None:
    """Raise ValueError with everything in the text that VBA cannot take; lines are counted from 1."""
    complaints = sorted(complaint for rule in RULES for complaint in rule(lines))
    if complaints:
        raise ValueError("\n".join(f"module {module}, line {line}: {text}" for line, text in complaints))


def _foreign(text: str) -> str:
    """The characters of a text that code page 1252 does not have, and the one that ends texts."""
    return "".join(c for c in text if c == "\0" or not c.encode("cp1252", "ignore"))


def _foreign_characters(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Lines with characters that the project's code page does not have."""
    for number, line in enumerate(lines, 1):
        if foreign := _foreign(line):
            yield number, f"{foreign[0]!r} (U+{ord(foreign[0]):04X}) is not in code page 1252"


def _long_lines(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Lines longer than the editor reads."""
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            yield number, f"a line has at most {LONGEST_LINE} characters, got {len(line)}"


def _long_statements(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Lines at which a statement is continued once too often."""
    continuations = 0
    for number, line in enumerate(lines, 1):
        continuations = continuations + 1 if _CONTINUED.search(line) else 0
        if continuations == MOST_CONTINUATIONS + 1:
            yield number, f"a statement has at most {MOST_CONTINUATIONS} line continuations"


def _large_procedures(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """First lines of procedures whose text alone is as large as a procedure may get."""
    name, start, size = "", 0, 0
    for number, line in enumerate(lines, 1):
        begun = _PROCEDURE.match(line)
        if begun and not name:
            name, start, size = begun[1], number, 0
        size += len(line) + len("\r\n")
        if name and _PROCEDURE_END.match(line):
            if size >= PROCEDURE_LIMIT:
                yield start, f"procedure {name} has {size:,} bytes, 64 KB are too many"
            name = ""


RULES: Sequence[Rule] = (_foreign_characters, _long_lines, _long_statements, _large_procedures)
