"""One sheet: its tables as columns, every other cell as it stands, and back to XML."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from html import unescape

from openpyxl.formula.translate import Translator as Shifter
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries

from xlinventory.hosts.file.body import Body
from xlinventory.hosts.file.cells import (
    OTHER_GROUP,
    ROW_GROUP,
    SCAN,
    Formula,
    Parsed,
    Strings,
    cell_xml,
    decode,
    other_cell,
    plain_number,
    plain_value,
    shared_number,
)
from xlinventory.hosts.file.references import LAST_COLUMN, LAST_ROW, TableArea
from xlinventory.hosts.file.rules import resized
from xlinventory.hosts.file.xml import split_sheet
from xlinventory.hosts.values import same_cell
from xlinventory.workbook import Cell, WorkbookError

_NUMBER = re.compile(r'(?<![\w:])r="(\d+)"')
_QUOTES = 2
"""Those of a row that says no more than its number."""
_SPANS = re.compile(r'(?<!\s)\s*(?<![\w:])(?:spans|r)="[^"]*"')
_BEYOND = 1 << 30
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")
_SHARED = re.compile(r'\bt="shared"')
_SI = re.compile(r'\bsi="(\d+)"')
_ARRAY = re.compile(r't="array"')
_ARRAY_REF = re.compile(r'(\bref=")([^"]*)(")')
_DIMENSION = re.compile(r'(<dimension\b[^>]*?\bref=")[^"]*(")')
_PROTECTED = re.compile(r'<sheetProtection\b[^>]*\ssheet="(?:1|true)"')
_HIDDEN = re.compile(r'(?<!\s)\s*(?<![\w:])hidden="[^"]*"')

ROWS_BETWEEN_REPORTS = 10_000

Spill = tuple[int, int, int, int]
"""First row, first column, last row, last column of an array formula."""
LARGEST_SPILL = 2_000_000
"""Cells; one that claims the whole sheet would have every cell of it made."""
letter = cache(get_column_letter)
index = cache(column_index_from_string)
text_of = lru_cache(10_000)(decode)
formula_of = lru_cache(10_000)(lambda text: Formula("", unescape(text)))


class Sheet:
    """A parsed sheet part."""

    def __init__(
        self,
        name: str,
        xml: str,
        strings: Strings,
        tables: Mapping[str, tuple[TableArea, tuple[str | None, ...]]],
        on_row: Callable[[int], None],
    ) -> None:
        self.name, self.changed = name, False
        self.bodies = {table: Body(area, formulas) for table, (area, formulas) in tables.items()}
        self.loose: dict[int, dict[int, Parsed]] = {}
        self.spills: dict[tuple[int, int], Spill] = {}
        self._row_attributes: dict[int, str] = {}
        self._odd: dict[tuple[int, int], str] = {}
        self._masters: dict[str, tuple[str, str]] = {}
        self._here: dict = {}
        self._alike = (0, 0)
        self._strings = strings
        self._head, inner, self._tail = split_sheet(xml, name)
        self._read(inner, on_row)
        if any(row > LAST_ROW or max(cells, default=0) > LAST_COLUMN for row, cells in self.loose.items()):
            raise ValueError("a cell stands outside the sheet")
        for body in self.bodies.values():
            body.settle()
        self._masters, self._here = {}, {}

    def replace_body(self, table: str, area: TableArea, columns: Sequence[list[Cell] | None]) -> None:
        """New rows for a table; refuses to run over cells below it."""
        body = self.bodies[table]
        old = body.area
        self._refuse_overrun(old, area)
        self._clear_below(old, area)
        body.replace(area, list(columns))
        for (row, column), _ in [*self._odd.items()]:
            if _inside(old, row, column) and not self._still_there(body, row, column):
                del self._odd[row, column]
        self._tail = resized(self._tail, old, area)
        self.changed = True

    @property
    def protected(self) -> bool:
        """Whether its cells may not be changed in a spreadsheet program."""
        return _PROTECTED.search(self._tail) is not None

    def show_rows(self, area: TableArea) -> None:
        """Show the body rows of a table that are hidden."""
        for row in range(area.first_row, area.last_row + 1):
            if row in self._row_attributes:
                self._row_attributes[row] = _HIDDEN.sub("", self._row_attributes[row]).strip()
        self._row_attributes = {row: text for row, text in self._row_attributes.items() if text}

    def to_xml(self) -> bytes:
        """The sheet part."""
        rows = "".join(self._rows())
        head = _DIMENSION.sub(rf"\g<1>{self._extent()}\g<2>", self._head)
        return f"{head}<sheetData>{rows}</sheetData>{self._tail}".encode()

    def formulas(self) -> Iterator[tuple[int, int, Formula]]:
        """(row, column, formula) of every formula cell."""
        for body in self.bodies.values():
            yield from body.formulas()
        for row, cells in self.loose.items():
            for column, cell in cells.items():
                if cell.formula is not None:
                    yield row, column, cell.formula

    def constants(self) -> Iterator[tuple[int, int, list[Cell]]]:
        """(first row, column, values) of vertical runs; values of formula cells are among them."""
        for body in self.bodies.values():
            for j, values in enumerate(body.values):
                yield body.area.first_row, body.area.left + j, values
        columns: dict[int, list[tuple[int, Cell]]] = {}
        for row, cells in self.loose.items():
            for column, cell in cells.items():
                columns.setdefault(column, []).append((row, cell.value))
        for column, places in columns.items():
            yield from _vertical_runs(column, sorted(places, key=lambda place: place[0]))

    def value(self, row: int, column: int) -> Cell:
        """The value shown at a place."""
        body = self._body_at(row, column)
        if body is not None:
            return body.values[column - body.area.left][row - body.area.first_row]
        cell = self.loose.get(row, {}).get(column)
        return None if cell is None else cell.value

    def show(self, row: int, column: int, value: Cell) -> None:
        """Put a calculated value in a place."""
        old = self.value(row, column)
        if type(old) is type(value) and old == value:
            return
        self.changed = True
        self._odd.pop((row, column), None)
        body = self._body_at(row, column)
        if body is not None:
            body.values[column - body.area.left][row - body.area.first_row] = value
            return
        cells = self.loose.setdefault(row, {})
        cells[column] = cells.get(column, Parsed("", None))._replace(value=value)

    def show_run(self, row: int, column: int, values: list[Cell]) -> None:
        """Put calculated values in places one below the other."""
        body, last = self._body_at(row, column), row + len(values) - 1
        if body is None or last > body.area.last_row or self._odd:
            for i, value in enumerate(values):
                self.show(row + i, column, value)
            return
        cells, start = body.values[column - body.area.left], row - body.area.first_row
        old = cells[start : start + len(values)]
        if old != values or list(map(type, old)) != list(map(type, values)):
            cells[start : start + len(values)] = values
            self.changed = True

    def show_spill(self, row: int, column: int, rows: list[list[Cell]]) -> None:
        """Put the values of an array formula in its places; a spilled one takes the size it has now."""
        top, left, bottom, right = self.spills[row, column]
        new = (top, left, top + len(rows) - 1, left + len(rows[0]) - 1)
        for r in range(top, max(bottom, new[2]) + 1):
            for c in range(left, max(right, new[3]) + 1):
                inside = r <= new[2] and c <= new[3]
                self.show(r, c, rows[r - top][c - left] if inside else None)
        if new != self.spills[row, column]:
            self.spills[row, column] = new
            cell = self.loose[row][column]
            first, last = f"{letter(left)}{top}", f"{letter(new[3])}{new[2]}"
            place = first if first == last else f"{first}:{last}"
            attributes = _ARRAY_REF.sub(rf"\g<1>{place}\g<3>", cell.formula.attributes)
            self.loose[row][column] = cell._replace(formula=cell.formula._replace(attributes=attributes))

    def is_dynamic(self, row: int, column: int) -> bool:
        """Whether an array formula takes the size of its result."""
        cell = self.loose.get(row, {}).get(column)  # a table's cell never does
        return cell is not None and bool(cell.metadata)

    def _read(self, inner: str, on_row: Callable[[int], None]) -> None:
        number = column = 0
        slots: dict = {}
        for match in SCAN.finditer(inner):
            kind = match.lastindex
            if kind == ROW_GROUP:
                number, column = self._row(match[1], number), 0
                slots = self._slots(number)
                if number % ROWS_BETWEEN_REPORTS == 0:
                    on_row(number)
            elif kind < OTHER_GROUP:
                column = self._plain(match, number, slots)
            else:
                column = self._other(match, number, column, slots)

    def _plain(self, match: re.Match[str], row: int, slots: dict) -> int:
        """Read a plain cell; its column."""
        _, name, style, kind, text, shown, written, _, _ = match.groups("")
        column = index(name)
        if not kind and shown:
            value = plain_number(shown)
        elif kind == "inlineStr":
            value = text_of(written)
        else:
            if kind == "s" and shared_number(shown) in self._strings.rich:
                self._odd[row, column] = match[0]
            value = plain_value(kind or None, match[6], self._strings)
        formula = formula_of(text) if match[5] is not None else None
        if column in slots:
            values, styles, formulas, first = slots[column]
            values[row - first], styles[row - first] = value, style
            if formula is not None:
                formulas[row - first] = formula
        else:
            self.loose.setdefault(row, {})[column] = Parsed(style, value, formula)
        return column

    def _other(self, match: re.Match[str], row: int, column: int, slots: dict) -> int:
        """Read a cell that is not plain; its column."""
        reference, cell, odd = other_cell(match[8], match[9] or "", self._strings)
        column = index(_REFERENCE.match(reference)[1]) if reference else column + 1
        if odd:
            self._odd[row, column] = match[0] if reference else f'<c r="{letter(column)}{row}"{match[0][2:]}'
        cell = self._written_out(cell, row, column)
        if cell.formula is not None and _ARRAY.search(cell.formula.attributes):
            self.spills[row, column] = _spill(_ARRAY_REF.search(cell.formula.attributes)[2], row, column)
        if column in slots:
            values, styles, formulas, first = slots[column]
            values[row - first], styles[row - first] = cell.value, cell.style
            if cell.formula is not None:
                formulas[row - first] = cell.formula
        else:
            self.loose.setdefault(row, {})[column] = cell
        return column

    def _row(self, opening: str, previous: int) -> int:
        if opening.startswith(' r="') and opening.endswith('"') and opening.count('"') == _QUOTES:
            return int(opening[4:-1])
        given = _NUMBER.search(opening)
        number = int(given.group(1)) if given else previous + 1
        attributes = _SPANS.sub("", opening).strip()
        if attributes:
            self._row_attributes[number] = attributes
        return number

    def _slots(self, row: int) -> dict:
        """Where the cells of a row that belong to tables go, by column."""
        if not self._alike[0] <= row < self._alike[1]:
            here = [b for b in self.bodies.values() if b.area.first_row <= row <= b.area.last_row]
            self._here = {column: slot for body in here for column, slot in body.slots().items()}
            self._alike = row, self._next_change(row)
        return self._here

    def _next_change(self, row: int) -> int:
        """The first row below at which a table begins or has ended."""
        ends = (end for b in self.bodies.values() for end in (b.area.first_row, b.area.last_row + 1))
        return min((end for end in ends if end > row), default=_BEYOND)

    def _written_out(self, cell: Parsed, row: int, column: int) -> Parsed:
        """A cell of a shared formula with the formula written out."""
        if cell.formula is None or not _SHARED.search(cell.formula.attributes):
            return cell
        key, here = _SI.search(cell.formula.attributes).group(1), f"{letter(column)}{row}"
        if cell.formula.text:
            self._masters[key] = (here, cell.formula.text)
            return cell._replace(formula=Formula("", cell.formula.text))
        origin, text = self._masters[key]
        shifted = Shifter("=" + text, origin).translate_formula(here)[1:]
        return cell._replace(formula=Formula("", shifted))

    def _body_at(self, row: int, column: int) -> Body | None:
        return next((body for body in self.bodies.values() if _inside(body.area, row, column)), None)

    def _rows(self) -> Iterator[str]:
        bodies = sorted(self.bodies.values(), key=lambda body: body.area.left)
        xml = [list(zip(*self._columns_xml(body), strict=True)) for body in bodies]
        numbers = set(self._row_attributes) | {row for row, cells in self.loose.items() if cells}
        numbers.update(*(range(b.area.first_row, b.area.last_row + 1) for b in bodies))
        for number in sorted(numbers):
            parts = list(self._loose_xml(number)) if number in self.loose else []
            for body, rows in zip(bodies, xml, strict=True):
                if body.area.first_row <= number <= body.area.last_row:
                    parts.append((body.area.left, "".join(rows[number - body.area.first_row])))
            inner = "".join(text for _, text in sorted(parts)) if len(parts) != 1 else parts[0][1]
            attributes = self._row_attributes.get(number, "")
            opening = f'<row r="{number}" {attributes}' if attributes else f'<row r="{number}"'
            if inner or attributes:
                yield f"{opening}>{inner}</row>" if inner else f"{opening}/>"

    def _columns_xml(self, body: Body) -> list[list[str]]:
        columns = [body.column_xml(j) for j in range(len(body.values))]
        for (row, column), xml in self._odd.items():
            if _inside(body.area, row, column):
                columns[column - body.area.left][row - body.area.first_row] = xml
        return columns

    def _loose_xml(self, row: int) -> Iterator[tuple[int, str]]:
        for c, cell in self.loose.get(row, {}).items():
            odd = self._odd.get((row, c))
            yield (
                c,
                odd or cell_xml(f"{letter(c)}{row}", cell.style, cell.value, cell.formula, cell.metadata),
            )

    def _extent(self) -> str:
        rows = [row for row, cells in self.loose.items() if cells]
        columns = [column for cells in self.loose.values() for column in cells]
        for body in self.bodies.values():
            rows += [body.area.top, body.area.bottom]
            columns += [body.area.left, body.area.right]
        if not rows:
            return "A1"
        return f"{letter(min(columns))}{min(rows)}:{letter(max(columns))}{max(rows)}"

    def _refuse_overrun(self, old: TableArea, new: TableArea) -> None:
        taken = [
            row
            for row, cells in self.loose.items()
            if old.bottom < row <= new.bottom
            and any(
                old.left <= column <= old.right and (cell.value is not None or cell.formula is not None)
                for column, cell in cells.items()
            )
        ]
        for other in (body.area for body in self.bodies.values()):
            beside = other.right < old.left or old.right < other.left
            if not beside and old.bottom < other.top <= new.bottom:
                taken.append(other.top)
        if taken:
            raise WorkbookError(
                f"{self.name}: table {old.name} needs row {min(taken)}, but there is something below it; "
                "move it beside the table and run this again"
            )

    def _clear_below(self, old: TableArea, new: TableArea) -> None:
        """Empty the places the table grows into, and move its totals row with its end."""
        totals = {}
        if old.totals:
            totals = {
                c: cell for c, cell in self.loose.get(old.bottom, {}).items() if old.left <= c <= old.right
            }
        for row, cells in self.loose.items():
            if not old.last_row < row <= max(old.bottom, new.bottom):
                continue
            for column in [c for c in cells if old.left <= c <= old.right]:
                del cells[column]
                self._odd.pop((row, column), None)
        if totals:
            self.loose.setdefault(new.bottom, {}).update(totals)

    def _still_there(self, body: Body, row: int, column: int) -> bool:
        """Whether the odd cell at a place still shows what its XML says."""
        if not _inside(body.area, row, column):
            return False
        match = SCAN.match(self._odd[row, column])
        if match.lastindex < OTHER_GROUP:
            old = plain_value(match[4], match[6], self._strings)
        else:
            old = other_cell(match[8], match[9] or "", self._strings)[1].value
        i, j = row - body.area.first_row, column - body.area.left
        return body.formula(i, j) is None and same_cell(old, body.values[j][i])


def _spill(reference: str, row: int, column: int) -> Spill:
    """Where an array formula in a cell stands; raises ValueError for an area it cannot fill."""
    left, top, right, bottom = range_boundaries(reference)
    if (top, left) != (row, column) or (bottom - top + 1) * (right - left + 1) > LARGEST_SPILL:
        raise ValueError(f"an array formula cannot fill {reference}")
    return top, left, bottom, right


def _inside(area: TableArea, row: int, column: int) -> bool:
    return area.first_row <= row <= area.last_row and area.left <= column <= area.right


def _vertical_runs(column: int, places: list[tuple[int, Cell]]) -> Iterator[tuple[int, int, list[Cell]]]:
    first, values = 0, []
    for row, value in places:
        if values and row != first + len(values):
            yield first, column, values
            values = []
        if not values:
            first = row
        values.append(value)
    if values:
        yield first, column, values
