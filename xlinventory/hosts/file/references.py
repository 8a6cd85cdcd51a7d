"""Addresses, tables and names as a formula sees them, translated to plain A1 for the calculation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils import get_column_letter, range_boundaries

from xlinventory.registry import find

ROW = "\x00"
"""Stands for the row number in a translated formula."""
MISSING = "\u241e omitted \u241e"
"""What an omitted argument of our own functions is written as, since the engine would pass 0."""

_STRUCTURED = re.compile(r"^(?P<table>[^\[\]!]*)\[(?P<inside>.*)\]$", re.S)
_ITEM = re.compile(r"\[((?:'.|[^\[\]'])*)\]")
_PREFIX = re.compile(r"_xlfn\.(_xlws\.)?|_xlws\.|_xlpm\.")


@dataclass(frozen=True, slots=True)
class TableArea:
    """Where a table stands: its header row, body rows and columns (1-based, inclusive)."""

    name: str
    sheet: str
    part: str
    left: int
    top: int
    right: int
    bottom: int
    columns: tuple[str, ...]
    totals: int = 0

    @property
    def first_row(self) -> int:
        """First row of the body."""
        return self.top + 1

    @property
    def last_row(self) -> int:
        """Last row of the body."""
        return self.bottom - self.totals

    def with_rows(self, count: int) -> "TableArea":
        """The same table with that many body rows (at least one, as spreadsheets want it)."""
        return replace(self, bottom=self.top + max(count, 1) + self.totals)

    @property
    def ref(self) -> str:
        """Its address."""
        return f"{get_column_letter(self.left)}{self.top}:{get_column_letter(self.right)}{self.bottom}"


class Translator:
    """Formulas of one workbook as plain A1 text, with ROW for the row number of the formula's cell."""

    def __init__(self, tables: Mapping[str, TableArea], names: Mapping[str, str]) -> None:
        self._tables = {name.lower(): area for name, area in tables.items()}
        self._names = {name.lower(): text for name, text in names.items()}
        self._cache: dict[tuple[str, int, str], str] = {}

    def translate(self, formula: str, sheet: str, row: int, column: int) -> str:
        """The formula (without "=") of one cell, with "=" and its row filled in."""
        key = (sheet, column, formula)
        if key not in self._cache:
            self._cache[key] = "=" + self._plain(formula, sheet, row, column)
        return self._cache[key].replace(ROW, str(row))

    def _plain(self, formula: str, sheet: str, row: int, column: int, depth: int = 0) -> str:
        tokens = Tokenizer("=" + formula).items
        parts = [self._token(token, sheet, row, column, depth) for token in tokens]
        for i in _omitted(tokens):
            parts[i] = f'"{MISSING}"' + parts[i]
        return "".join(parts)

    def _token(self, token: Token, sheet: str, row: int, column: int, depth: int) -> str:
        if token.type == Token.FUNC:
            return _PREFIX.sub("", token.value)
        if token.type != Token.OPERAND or token.subtype != Token.RANGE:
            return token.value
        if "[" in token.value:
            return self._structured(token.value, sheet, row, column)
        text = self._names.get(token.value.lower())
        if text is not None and depth < 8:
            return (
                f"({self._plain(text, sheet, row, column, depth + 1)})"
                if _compound(text)
                else self._plain(text, sheet, row, column, depth + 1)
            )
        return token.value

    def _structured(self, operand: str, sheet: str, row: int, column: int) -> str:
        match = _STRUCTURED.match(operand)
        area = self._area(match["table"], sheet, row, column) if match else None
        if area is None:
            return operand
        this_row, part, columns = _specifier(match["inside"], area)
        left, right = (min(columns), max(columns)) if columns else (area.left, area.right)
        top, bottom = _rows(area, part)
        place = "" if area.sheet == sheet else "'" + area.sheet.replace("'", "''") + "'!"
        if this_row:
            top = bottom = ROW  # type: ignore[assignment]
        first = f"${get_column_letter(left)}{'' if this_row else '$'}{top}"
        last = f"${get_column_letter(right)}{'' if this_row else '$'}{bottom}"
        return place + (first if first == last else f"{first}:{last}")

    def _area(self, name: str, sheet: str, row: int, column: int) -> TableArea | None:
        if name:
            return self._tables.get(name.lower())
        around = (a for a in self._tables.values() if a.sheet == sheet and a.top <= row <= a.bottom)
        return next((a for a in around if a.left <= column <= a.right), None)


def table_area(
    name: str, sheet: str, part: str, ref: str, columns: tuple[str, ...], totals: int
) -> TableArea:
    """A table from its address."""
    left, top, right, bottom = range_boundaries(ref)
    return TableArea(name, sheet, part, left, top, right, bottom, columns, totals)


def _specifier(inside: str, area: TableArea) -> tuple[bool, str, list[int]]:
    """(this row?, #part, columns) of what stands between a structured reference's brackets."""
    this_row, part, columns = inside.startswith("@"), "#data", []
    bare = inside.removeprefix("@")
    items = _ITEM.findall(bare) if bare.startswith("[") else [bare]
    positions = {column.lower(): area.left + i for i, column in enumerate(area.columns)}
    for item in items:
        word = re.sub(r"'(.)", r"\1", item.strip()).lower()
        if word == "#this row":
            this_row = True
        elif word.startswith("#"):
            part = word
        elif word in positions:
            columns.append(positions[word])
    return this_row, part, columns


def _rows(area: TableArea, part: str) -> tuple[int, int]:
    spans = {
        "#data": (area.first_row, area.last_row),
        "#headers": (area.top, area.top),
        "#all": (area.top, area.bottom),
        "#totals": (area.bottom, area.bottom),
    }
    return spans.get(part, spans["#data"])


def _omitted(tokens: list[Token]) -> list[int]:
    """Positions of the tokens before which one of our functions has an argument left out."""
    found: list[int] = []
    ours: list[bool] = []
    previous: Token | None = None
    for i, token in enumerate(tokens):
        if token.type == Token.WSPACE:
            continue
        if ours and ours[-1] and _gap(previous, token):
            found.append(i)
        if token.subtype == Token.OPEN:
            name = _PREFIX.sub("", token.value).rstrip("(")
            ours.append(token.type == Token.FUNC and find(name) is not None)
        elif token.subtype == Token.CLOSE and ours:
            ours.pop()
        previous = token
    return found


def _gap(previous: Token | None, token: Token) -> bool:
    """Whether an argument is missing between two tokens; ``F()`` has none to miss."""
    if previous is None:
        return False
    if previous.type == Token.SEP:
        return token.type == Token.SEP or token.subtype == Token.CLOSE
    return previous.subtype == Token.OPEN and token.type == Token.SEP


def _compound(text: str) -> bool:
    return any(sign in text for sign in "+-*/^&=<> ") and not text.startswith("'")
