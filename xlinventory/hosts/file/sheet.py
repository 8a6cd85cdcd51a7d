"""One sheet: its table as columns, every other cell as it stands, and back to XML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from openpyxl.formula.translate import Translator as Shifter
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries

from xlinventory.hosts.file.cells import Formula, Parsed, cell_xml, cells_of_row
from xlinventory.hosts.file.references import TableArea
from xlinventory.workbook import Cell, WorkbookError

_ROW = re.compile(r"<row\b([^>]*?)(?:/>|>(.*?)</row>)", re.S)
_NUMBER = re.compile(r'\br="(\d+)"')
_SPANS = re.compile(r'\s*\b(?:spans|r)="[^"]*"')
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")
_SHARED = re.compile(r'\bt="shared"')
_SI = re.compile(r'\bsi="(\d+)"')
_SQREF = re.compile(r'(<(?:conditionalFormatting|dataValidation)\b[^>]*?\bsqref=")([^"]*)(")')
_EXTENDED_SQREF = re.compile(r"(<xm:sqref>)([^<]*)(</xm:sqref>)")
_DIMENSION = re.compile(r'(<dimension\b[^>]*?\bref=")[^"]*(")')


@dataclass
class Body:
    """The rows of a table by column: values, one style and at most one calculated formula a column."""

    values: list[list[Cell]]
    styles: list[str]
    calculated: list[str | None]
    own_styles: dict[tuple[int, int], str] = field(default_factory=dict)
    own_formulas: dict[tuple[int, int], Formula | None] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.values[0]) if self.values else 0

    def formula(self, i: int, j: int) -> Formula | None:
        """The formula of body row *i*, column *j*: its own, else the column's."""
        if (i, j) in self.own_formulas:
            return self.own_formulas[i, j]
        text = self.calculated[j]
        return None if text is None else Formula("", text)


class Sheet:
    """A parsed sheet part."""

    def __init__(
        self,
        name: str,
        xml: bytes,
        shared: list[str],
        area: TableArea | None,
        formulas: tuple[str | None, ...],
    ) -> None:
        self.name, self.area = name, area
        self.head, inner, self.tail = _split(xml.decode("utf-8"), name)
        self.row_attributes: dict[int, str] = {}
        self.loose: dict[int, dict[int, Parsed]] = {}
        self.raw: dict[tuple[int, int], str] = {}
        self._masters: dict[str, tuple[str, str]] = {}
        self.body = _empty_body(area, formulas)
        self._read(inner, shared)

    def replace_body(self, area: TableArea, columns: list[list[Cell]]) -> None:
        """New rows for the table; refuses to run over cells below it."""
        old, count = self.area, len(columns[0])
        self._refuse_overrun(old, area)
        if old.totals and old.bottom != area.bottom and old.bottom in self.loose:
            self._move_row(old.bottom, area.bottom)
        kept = {
            (i, j): formula
            for (i, j), formula in self.body.own_formulas.items()
            if formula is not None and i < count and _alike(self.body.values[j][i], columns[j][i])
        }
        self.body.values, self.body.own_formulas, self.body.own_styles = columns, kept, {}
        self.tail = _resized(self.tail, old, area)
        self.area = area

    def to_xml(self) -> bytes:
        """The sheet part."""
        rows = "".join(self._rows())
        head = _DIMENSION.sub(rf"\g<1>{self._extent()}\g<2>", self.head)
        return f"{head}<sheetData>{rows}</sheetData>{self.tail}".encode()

    def formulas(self) -> Iterator[tuple[int, int, Formula]]:
        """(row, column, formula) of every formula cell."""
        if self.area is not None:
            for j in range(len(self.body.values)):
                for i in range(len(self.body)):
                    formula = self.body.formula(i, j)
                    if formula is not None:
                        yield self.area.first_row + i, self.area.left + j, formula
        for row, cells in self.loose.items():
            for column, cell in cells.items():
                if cell.formula is not None:
                    yield row, column, cell.formula

    def value(self, row: int, column: int) -> Cell:
        """The value shown at a place."""
        if self._in_body(row, column):
            return self.body.values[column - self.area.left][row - self.area.first_row]
        cell = self.loose.get(row, {}).get(column)
        return None if cell is None else cell.value

    def show(self, row: int, column: int, value: Cell) -> None:
        """Put a calculated value in a place."""
        if self._in_body(row, column):
            self.body.values[column - self.area.left][row - self.area.first_row] = value
            return
        cells = self.loose.setdefault(row, {})
        old = cells.get(column, Parsed("", None, None, ""))
        cells[column] = old._replace(value=value)
        self.raw.pop((row, column), None)

    def _read(self, inner: str, shared: list[str]) -> None:
        number = 0
        for match in _ROW.finditer(inner):
            given = _NUMBER.search(match.group(1))
            number = int(given.group(1)) if given else number + 1
            attributes = _SPANS.sub("", match.group(1)).strip()
            if attributes:
                self.row_attributes[number] = attributes
            column = 0
            for reference, cell in cells_of_row(match.group(2) or "", shared):
                column = _column(reference) if reference else column + 1
                self._put(number, column, self._plain(cell, number, column))

    def _put(self, row: int, column: int, cell: Parsed) -> None:
        if not self._in_body(row, column):
            self.loose.setdefault(row, {})[column] = cell
            return
        i, j = row - self.area.first_row, column - self.area.left
        self.body.values[j][i] = cell.value
        if i == 0:
            self.body.styles[j] = cell.style
            if self.body.calculated[j] is None and cell.formula is not None and not cell.formula.attributes:
                self.body.calculated[j] = None
        if cell.style != self.body.styles[j]:
            self.body.own_styles[i, j] = cell.style
        text = self.body.calculated[j]
        if cell.formula is None and text is not None:
            self.body.own_formulas[i, j] = None
        elif cell.formula is not None and cell.formula.text != text:
            self.body.own_formulas[i, j] = cell.formula

    def _plain(self, cell: Parsed, row: int, column: int) -> Parsed:
        """A cell of a shared formula with the formula written out."""
        if cell.formula is None or not _SHARED.search(cell.formula.attributes):
            return cell
        key, here = _SI.search(cell.formula.attributes).group(1), f"{get_column_letter(column)}{row}"
        if cell.formula.text:
            self._masters[key] = (here, cell.formula.text)
            return cell._replace(formula=Formula("", cell.formula.text))
        origin, text = self._masters[key]
        shifted = Shifter("=" + text, origin).translate_formula(here)[1:]
        return cell._replace(formula=Formula("", shifted))

    def _in_body(self, row: int, column: int) -> bool:
        area = self.area
        return (
            area is not None and area.first_row <= row <= area.last_row and area.left <= column <= area.right
        )

    def _rows(self) -> Iterator[str]:
        first, count = (self.area.first_row, len(self.body)) if self.area else (0, 0)
        columns = [self._column_xml(j) for j in range(len(self.body.values))] if self.area else []
        body = list(zip(*columns, strict=True))
        for number in sorted(set(self.loose) | set(self.row_attributes) | set(range(first, first + count))):
            loose = self.loose.get(number, {})
            in_body = first <= number < first + count
            left = {c: cell for c, cell in loose.items() if not in_body or c < self.area.left}
            right = {c: cell for c, cell in loose.items() if in_body and c > self.area.right}
            inner = "".join(
                (
                    *self._loose_xml(number, left),
                    *(body[number - first] if in_body else ()),
                    *self._loose_xml(number, right),
                )
            )
            attributes = self.row_attributes.get(number, "")
            opening = f'<row r="{number}" {attributes}' if attributes else f'<row r="{number}"'
            if inner or attributes:
                yield f"{opening}>{inner}</row>" if inner else f"{opening}/>"

    def _column_xml(self, j: int) -> list[str]:
        letter, first = get_column_letter(self.area.left + j), self.area.first_row
        style, body = self.body.styles[j], self.body
        text = body.calculated[j]
        shared = None if text is None else Formula("", text)
        special = {i for i, column in (*body.own_styles, *body.own_formulas) if column == j}
        out = [
            cell_xml(f"{letter}{first + i}", style, value, shared) for i, value in enumerate(body.values[j])
        ]
        for i in special:
            own = body.own_styles.get((i, j), style)
            out[i] = cell_xml(f"{letter}{first + i}", own, body.values[j][i], body.formula(i, j))
        return out

    def _loose_xml(self, row: int, cells: dict[int, Parsed]) -> list[str]:
        return [
            cell_xml(f"{get_column_letter(c)}{row}", cell.style, cell.value, cell.formula, cell.metadata)
            for c, cell in sorted(cells.items())
        ]

    def _extent(self) -> str:
        places = [(row, column) for row, cells in self.loose.items() for column in cells]
        if self.area is not None:
            places += [(self.area.top, self.area.left), (self.area.bottom, self.area.right)]
        if not places:
            return "A1"
        rows, columns = zip(*places, strict=True)
        return f"{get_column_letter(min(columns))}{min(rows)}:{get_column_letter(max(columns))}{max(rows)}"

    def _refuse_overrun(self, old: TableArea, new: TableArea) -> None:
        for row in range(old.bottom + 1, new.bottom + 1) if new.bottom > old.bottom else ():
            below = self.loose.get(row, {})
            if any(
                old.left <= column <= old.right and cell.value is not None for column, cell in below.items()
            ):
                raise WorkbookError(
                    f"{self.name}: table {old.name} needs row {row}, but there is something below it; "
                    "move it beside the table and run this again"
                )

    def _move_row(self, source: int, target: int) -> None:
        self.loose[target] = self.loose.pop(source) | self.loose.get(target, {})


def _split(xml: str, name: str) -> tuple[str, str, str]:
    empty = re.search(r"<sheetData\s*/>", xml)
    if empty:
        return xml[: empty.start()], "", xml[empty.end() :]
    opening, closing = re.search(r"<sheetData[^>]*>", xml), xml.rfind("</sheetData>")
    if opening is None or closing < 0:
        raise WorkbookError(f"sheet {name} cannot be read: it has no plain sheet data")
    return xml[: opening.start()], xml[opening.end() : closing], xml[closing + len("</sheetData>") :]


def _empty_body(area: TableArea | None, formulas: tuple[str | None, ...]) -> Body:
    if area is None:
        return Body([], [], [])
    rows = area.last_row - area.top
    return Body([[None] * rows for _ in area.columns], [""] * len(area.columns), list(formulas))


def _column(reference: str) -> int:
    match = _REFERENCE.match(reference)
    letters = match.group(1)
    return column_index_from_string(letters)


def _alike(one: Cell, other: Cell) -> bool:
    return one == other or (one in (None, "") and other in (None, ""))


def _resized(tail: str, old: TableArea, new: TableArea) -> str:
    """Ranges of validations and conditional formats that ended with the table end with it again."""

    def one(reference: str) -> str:
        try:
            left, top, right, bottom = range_boundaries(reference)
        except ValueError:
            return reference
        inside = old.left <= left and right <= old.right and top >= old.top
        if not inside or bottom != old.last_row:
            return reference
        first, last = get_column_letter(left), get_column_letter(right)
        return f"{first}{top}:{last}{max(top, new.last_row)}"

    def all_of(match: re.Match[str]) -> str:
        references = " ".join(one(reference) for reference in match.group(2).split())
        return f"{match.group(1)}{references}{match.group(3)}"

    return _EXTENDED_SQREF.sub(all_of, _SQREF.sub(all_of, tail))
