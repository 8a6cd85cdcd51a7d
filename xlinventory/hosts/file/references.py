"""Addresses, tables and names as a formula sees them, translated to plain A1 for the calculation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries

from xlinventory.registry import find

ROW = "\x00"
"""Stands for the row number in a translated formula."""
MISSING = "\u241e omitted \u241e"
"""What an omitted argument of our own functions is written as, since the engine would pass 0."""

_STRUCTURED = re.compile(r"^(?P<table>[^\[\]!]*)\[(?P<inside>.*)\]$", re.S)
_ITEM = re.compile(r"\[((?:'.|[^\[\]'])*)\]")
_PLACE = re.compile(r"^\$?([A-Za-z]{1,3})\$?\d*(?::\$?([A-Za-z]{1,3})\$?\d*)?$")
_PREFIX = re.compile(r"_xlfn\.(_xlws\.)?|_xlws\.|_xlpm\.|_xldudf_")
"""What Excel writes before names in a file: of newer functions, of LAMBDA's arguments, of add-ins."""


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

    def without_totals(self) -> "TableArea":
        """The same table without its totals row, as its filter spans it."""
        return replace(self, bottom=self.last_row, totals=0)

    @property
    def ref(self) -> str:
        """Its address."""
        return f"{get_column_letter(self.left)}{self.top}:{get_column_letter(self.right)}{self.bottom}"


class Reach(NamedTuple):
    """Columns of a sheet that a formula refers to."""

    sheet: str
    first: int
    last: int


LAST_COLUMN, LAST_ROW = 16_384, 1_048_576
LONGEST_FORMULA, DEEPEST_NAMES = 1 << 16, 64
"""Characters with all names written out, and names within names: a few that each stand for two others would
else grow without end. What is beyond is not calculated, as is a formula that nobody can read."""


class _TooLongError(Exception):
    """A formula is too long with all its names written out."""


class Plain(NamedTuple):
    """A translated formula: A1 text with ROW for the row, and what it needs."""

    text: str
    functions: frozenset[str]
    reaches: "frozenset[Reach]"
    rows: tuple[tuple[int, int], ...]
    external: bool

    def at(self, row: int) -> str:
        """The formula in that row; a this-row reference beside its table is an error."""
        if any(not first <= row <= last for first, last in self.rows):
            return "=#VALUE!"
        return self.text.replace(ROW, str(row))


@dataclass
class _Found:
    """What was met while translating one formula."""

    functions: set[str] = field(default_factory=set)
    reaches: set[Reach] = field(default_factory=set)
    rows: set[tuple[int, int]] = field(default_factory=set)
    external: bool = False
    length: int = 0
    moves: bool = False
    """Whether it may read other columns of a sheet than those it names."""

    def all_reaches(self) -> frozenset[Reach]:
        """Columns it may read."""
        wide = (reach._replace(first=1, last=LAST_COLUMN) for reach in self.reaches)
        return frozenset(wide if self.moves else self.reaches)


class Translator:
    """Formulas of one workbook as plain A1 text, with ROW for the row number of the formula's cell.

    *names* maps (sheet or None for the whole workbook, name) to what the name stands for.
    """

    def __init__(self, tables: Mapping[str, TableArea], names: Mapping[tuple[str | None, str], str]) -> None:
        self._tables = {name.lower(): area for name, area in tables.items()}
        self._names = {(sheet, name.lower()): text for (sheet, name), text in names.items()}
        self._on_sheet: dict[str, list[TableArea]] = {}
        for area in tables.values():
            self._on_sheet.setdefault(area.sheet, []).append(area)
        self._cache: dict[tuple[str, int, str, str | None], Plain] = {}

    def translate(self, formula: str, sheet: str, row: int, column: int) -> Plain:
        """The formula (without "=") of one cell."""
        home = self._home(sheet, row, column) if "[" in formula else None
        key = (sheet, column, formula, home and home.name)
        if key not in self._cache:
            found = _Found()
            try:
                text = "=" + self._plain(formula, sheet, home, found)
            except (TokenizerError, IndexError, _TooLongError):  # the second of a bracket that closes nothing
                text, found = "=#NAME?", _Found(external=True)
            self._cache[key] = Plain(
                text, frozenset(found.functions), found.all_reaches(), tuple(found.rows), found.external
            )
        return self._cache[key]

    def _plain(
        self, formula: str, sheet: str, home: TableArea | None, found: _Found, inside: tuple[str, ...] = ()
    ) -> str:
        found.length += len(formula)
        if found.length > LONGEST_FORMULA or len(inside) > DEEPEST_NAMES:
            raise _TooLongError
        tokens = Tokenizer("=" + formula).items
        parts = [self._token(token, sheet, home, found, inside) for token in tokens]
        for i in _omitted(tokens):
            parts[i] = f'"{MISSING}"' + parts[i]
        text = "".join(parts)
        return f"({text})" if inside and sum(token.type != Token.WSPACE for token in tokens) > 1 else text

    def _token(
        self, token: Token, sheet: str, home: TableArea | None, found: _Found, inside: tuple[str, ...]
    ) -> str:
        if token.type == Token.FUNC:
            text = _PREFIX.sub("", token.value)
            if token.subtype == Token.OPEN:
                self._opened(text.rstrip("("), sheet, found)
            return text
        if token.type != Token.OPERAND or token.subtype != Token.RANGE:
            return token.value
        value = token.value.strip()
        if "[" in value:
            return self._bracketed(value, sheet, home, found)
        return self._name_or_place(_PREFIX.sub("", value), sheet, home, found, inside)

    @staticmethod
    def _opened(text: str, sheet: str, found: _Found) -> None:
        """A function; of a range that ends in one, the tokenizer gives "Data!A1:INDEX" or ":INDEX"."""
        begin, colon, name = text.rpartition(":")
        found.functions.add(name.upper())
        found.moves |= bool(colon) or name.upper() == "OFFSET"
        place, _, address = begin.rpartition("!")
        if begin:
            found.reaches.add(Reach(place.strip("'").replace("''", "'") or sheet, *_columns(address)))

    def _name_or_place(
        self, value: str, sheet: str, home: TableArea | None, found: _Found, inside: tuple[str, ...]
    ) -> str:
        place, _, name = value.rpartition("!")
        scope = place.strip("'").replace("''", "'") if place else sheet
        known = next((k for k in ((scope, name.lower()), (None, name.lower())) if k in self._names), None)
        if known is not None and name.lower() not in inside:
            return self._plain(self._names[known], sheet, home, found, (*inside, name.lower()))
        area = None if place else self._tables.get(name.lower())
        if area is not None:
            return self._address(area, sheet, found, _WHOLE)
        found.reaches.add(Reach(scope, *_columns(name)))
        return value

    def _bracketed(self, value: str, sheet: str, home: TableArea | None, found: _Found) -> str:
        if not value.endswith("]") or "]!" in value or "]'!" in value:
            found.external = True
            return value
        match = _STRUCTURED.match(value)
        area = (self._tables.get(match["table"].lower()) if match["table"] else home) if match else None
        specifier = _specifier(match["inside"], area) if area is not None else None
        return "#REF!" if specifier is None else self._address(area, sheet, found, specifier)

    def _address(self, area: TableArea, sheet: str, found: _Found, specifier: "_Specifier") -> str:
        columns = specifier.columns or (area.left, area.right)
        left, right = get_column_letter(min(columns)), get_column_letter(max(columns))
        found.reaches.add(Reach(area.sheet, min(columns), max(columns)))
        place = "" if area.sheet == sheet else "'" + area.sheet.replace("'", "''") + "'!"
        if specifier.this_row:
            found.rows.add((area.first_row, area.last_row))
            return place + (f"${left}{ROW}" if left == right else f"${left}{ROW}:${right}{ROW}")
        spans = [_rows(area, part) for part in specifier.parts or ("#data",)]
        if None in spans:
            return "#REF!"
        top, bottom = min(span[0] for span in spans), max(span[1] for span in spans)
        first, last = f"${left}${top}", f"${right}${bottom}"
        return place + (first if first == last else f"{first}:{last}")

    def _home(self, sheet: str, row: int, column: int) -> TableArea | None:
        """The table a cell stands in."""
        around = (a for a in self._on_sheet.get(sheet, ()) if a.top <= row <= a.bottom)
        return next((a for a in around if a.left <= column <= a.right), None)


def _columns(place: str) -> tuple[int, int]:
    """First and last column of an address such as B2, $A$1:C9 or A:C; all where it is another word."""
    match = _PLACE.match(place)
    if match is None:
        return 1, LAST_COLUMN
    first, last = sorted(column_index_from_string(word) for word in (match[1], match[2] or match[1]))
    return first, last


def table_area(
    name: str, sheet: str, part: str, ref: str, columns: tuple[str, ...], totals: int
) -> TableArea:
    """A table from its address."""
    left, top, right, bottom = range_boundaries(ref)
    return TableArea(name, sheet, part, left, top, right, bottom, columns, totals)


class _Specifier(NamedTuple):
    """What stands between a structured reference's brackets."""

    this_row: bool
    parts: tuple[str, ...]
    columns: tuple[int, ...]


_WHOLE = _Specifier(this_row=False, parts=(), columns=())


def _specifier(inside: str, area: TableArea) -> _Specifier | None:
    """The parts and columns meant, or None when the table has no such column."""
    this_row, parts, columns = inside.startswith("@"), [], []
    bare = inside.removeprefix("@").strip()
    items = _ITEM.findall(bare) if bare.startswith("[") else [bare] if bare else []
    positions = {column.lower(): area.left + i for i, column in enumerate(area.columns)}
    for item in items:
        if item.startswith("#"):
            this_row = this_row or item.lower() == "#this row"
            parts.append(item.lower())
            continue
        place = positions.get(re.sub(r"'(.)", r"\1", item).lower())
        if place is None:
            return None
        columns.append(place)
    return _Specifier(this_row, tuple(parts), tuple(columns))


def _rows(area: TableArea, part: str) -> tuple[int, int] | None:
    spans = {
        "#data": (area.first_row, area.last_row),
        "#headers": (area.top, area.top),
        "#all": (area.top, area.bottom),
        "#totals": (area.bottom, area.bottom) if area.totals else None,
    }
    return spans.get(part)


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
