"""The rows of one table in its sheet, by column: values, styles and formulas."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat

from openpyxl.utils import get_column_letter

from xlinventory.hosts.file.cells import Formula, cell_xml, column_xml, formula_xml, formulas_xml
from xlinventory.hosts.file.references import TableArea
from xlinventory.hosts.relative_formulas import at_row, relative
from xlinventory.hosts.values import same_cell
from xlinventory.workbook import Cell


@dataclass
class Body:
    """Body rows of a table: each column has its usual style and perhaps its formula; the rest is *own*."""

    area: TableArea
    declared: tuple[str | None, ...]
    values: list[list[Cell]] = field(init=False)
    calculated: list[str | None] = field(init=False)
    styles: list[str] = field(init=False)
    own_styles: list[dict[int, str]] = field(init=False)
    own_formulas: list[dict[int, Formula | None]] = field(init=False)
    _seen: list[list[str | None]] = field(init=False)

    def __post_init__(self) -> None:
        count, width = self.area.last_row - self.area.top, len(self.area.columns)
        self.values = [[None] * count for _ in range(width)]
        self._seen = [[None] * count for _ in range(width)]
        self.own_formulas = [{} for _ in range(width)]
        self.calculated, self.styles, self.own_styles = [None] * width, [""] * width, []

    def __len__(self) -> int:
        return len(self.values[0])

    def slots(self) -> dict[int, tuple[list[Cell], list[str | None], dict[int, Formula | None], int]]:
        """Where the reader puts cells: (values, styles, formulas, first row) by sheet column."""
        return {
            self.area.left + j: (self.values[j], self._seen[j], self.own_formulas[j], self.area.first_row)
            for j in range(len(self.values))
        }

    def settle(self) -> None:
        """After reading: find each column's usual style and its formula, keep what differs from them."""
        for j, seen in enumerate(self._seen):
            found = {*seen} - {None}
            if len(found) > 1:
                del (counts := Counter(seen))[None]
                usual = counts.most_common(1)[0][0]
                own = {i: style for i, style in enumerate(seen) if style not in (None, usual)}
            else:
                usual, own = next(iter(found), ""), {}
            self.styles[j] = usual
            self.own_styles.append(own)
            self._settle_formulas(j)
        self._seen = []

    def _settle_formulas(self, j: int) -> None:
        first, found = self.area.first_row, self.own_formulas[j]
        forms: dict[int, str] = {}
        fixed: dict[str, str] = {}
        for i, formula in found.items():
            if formula is not None and "t=" not in formula.attributes:
                text = formula.text
                forms[i] = fixed[text] if text in fixed else relative(text, first + i)
                if forms[i] == text:
                    fixed[text] = text
        self.calculated[j] = form = _common_form(self.declared[j], forms, first, len(self))
        if form is not None:
            others = {i: found.get(i) for i in range(len(self)) if forms.get(i) != form}
            self.own_formulas[j] = others

    def formula(self, i: int, j: int) -> Formula | None:
        """The formula of body row *i*, column *j*: its own, else the column's."""
        if i in self.own_formulas[j]:
            return self.own_formulas[j][i]
        form = self.calculated[j]
        return None if form is None else Formula("", at_row(form, self.area.first_row + i))

    def formulas(self) -> Iterator[tuple[int, int, Formula]]:
        """(row, column, formula) of every formula cell."""
        first, left = self.area.first_row, self.area.left
        for j, form in enumerate(self.calculated):
            for i in range(len(self)) if form is not None else sorted(self.own_formulas[j]):
                formula = self.formula(i, j)
                if formula is not None:
                    yield first + i, left + j, formula

    def replace(self, area: TableArea, columns: list[list[Cell] | None]) -> None:
        """New rows; None for a column that is not given. Formats stay in their places.

        A declared calculated column keeps its formula in every row. In any other column a formula stays
        where it shows the given value.
        """
        count = area.last_row - area.top
        for j, given in enumerate(columns):
            old, self.values[j] = self.values[j], given or [None] * count
            own = self.own_formulas[j]
            if self.calculated[j] is not None and (given is None or self.declared[j] is not None):
                self.own_formulas[j] = {}
                continue
            kept = {
                i: self.formula(i, j)
                for i in (range(min(count, len(old))) if self.calculated[j] is not None else own)
                if i < count and same_cell(old[i], self.values[j][i])
            }
            self._keep(j, kept, count)
        self.own_styles = [{i: s for i, s in own.items() if i < count} for own in self.own_styles]
        self.area = area

    def _keep(self, j: int, kept: dict[int, Formula | None], count: int) -> None:
        """Leave only these formulas in a column that was given constants."""
        if self.calculated[j] is not None:
            self.own_formulas[j] = {
                i: kept.get(i) for i in range(count) if i not in kept or i in self.own_formulas[j]
            }
        else:
            self.own_formulas[j] = {i: formula for i, formula in kept.items() if formula is not None}

    def column_xml(self, j: int) -> list[str]:
        """The XML of a column's cells."""
        letter, first, style = get_column_letter(self.area.left + j), self.area.first_row, self.styles[j]
        values, form = self.values[j], self.calculated[j]
        if form is None:
            out = column_xml(letter, first, style, values)
        else:
            out = formulas_xml(letter, first, style, values, self._forms_xml(form))
        for i in {*self.own_styles[j], *self.own_formulas[j]}:
            own = self.own_styles[j].get(i, style)
            out[i] = cell_xml(f"{letter}{first + i}", own, values[i], self.formula(i, j))
        return out

    def _forms_xml(self, form: str) -> Iterator[str]:
        if "\x01" not in form:
            return repeat(formula_xml(Formula("", form)), len(self))
        first = self.area.first_row
        return (formula_xml(Formula("", at_row(form, first + i))) for i in range(len(self)))


def _common_form(declared: str | None, forms: dict[int, str], first: int, count: int) -> str | None:
    """A column's formula: the declared one, unless most cells agree on another."""
    usual, times = Counter(forms.values()).most_common(1)[0] if forms else ("", 0)
    form = None if declared is None else relative(declared, first)
    return usual if 2 * times > count and form != usual else form
