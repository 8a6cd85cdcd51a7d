"""Tables of an open document as they stand: where, with which columns, rows and formulas."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import xlwings as xw

from xlinventory.hosts.calc.engine.formats import LOGICAL, kinds_of
from xlinventory.hosts.calc.files.comparing import Box, Spot, one_name
from xlinventory.hosts.excel.live.tables import Body, Place, body_of, place_of
from xlinventory.hosts.relative_formulas import relative
from xlinventory.workbook import WorkbookError


@dataclass
class TableState:
    """One table of one document."""

    place: Place

    @cached_property
    def body(self) -> Body:
        """Its values and formulas."""
        return body_of(self.place)

    def is_as(self, was: "TableState") -> bool:
        """Whether all its cells are as they were, told from both as LibreOffice has them: few are changed."""
        return self.box == was.box and self._cells() == was._cells()

    def _cells(self) -> tuple[Any, ...]:
        """Numbers and texts, formulas, and where a number is a truth value."""
        if not self.place.count:
            return ()
        area = self.place.cells(0, self.place.count - 1, 0, len(self.place.columns)).impl.api
        kinds = kinds_of(self.place.sheet.book.impl.document, area)
        truths = sorted(box for kind, box in kinds if kind & LOGICAL)
        return area.getDataArray(), area.getFormulaArray(), truths

    @property
    def sheet(self) -> str:
        """The name of its sheet."""
        return self.place.sheet.name

    @cached_property
    def box(self) -> Box:
        """Header, rows and totals row."""
        return Box(self.place.top, self.place.left, self.place.bottom, self.place.right)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Its rows by row number of the sheet, blank ones among them but not after the last."""
        columns = [pd.Series(values, dtype=object) for values in self.body.values]
        rows = pd.concat(columns, axis=1, keys=self.place.columns)
        rows.index = range(self.place.top + 1, self.place.top + 1 + len(rows))
        stored = rows.iloc[:, [j for j, form in enumerate(self.body.calculated) if form is None]]
        filled = (stored.notna() & stored.ne("")).any(axis=1)
        return rows.loc[: filled[filled].index.max()] if filled.any() else rows.iloc[:0]

    def other_formulas(self, was: "TableState") -> list[Spot]:
        """Cells whose formula, or whose column's formula, is another one than it was."""
        spots = []
        for j, texts in enumerate(self.body.formulas[: len(was.body.formulas)]):
            usual, own = was.body.calculated[j], was.body.formulas[j]
            for i, form in enumerate(self._forms(texts)):
                before = self._form(own[i], i) if i < len(own) else self._usual(usual)
                if form != before and form != self._usual(usual):
                    spots.append((self.place.top + 1 + i, self.place.left + j))
        return spots

    def _forms(self, texts: Sequence[str]) -> list[str]:
        return [self._form(text, i) for i, text in enumerate(texts[: len(self.frame)])]

    def _form(self, text: str, i: int) -> str:
        return one_name(relative(text, self.place.top + 1 + i))

    def _usual(self, form: str | None) -> str:
        return one_name(form or "")


def table_states(book: xw.Book) -> dict[str, TableState]:
    """All tables of a book by name."""
    places = (place_of(table) for sheet in book.sheets for table in sheet.tables)
    return {place.name: TableState(place) for place in places}


def refuse_other_shape(now: dict[str, TableState], was: dict[str, TableState]) -> None:
    """Raise WorkbookError when a table is gone, stands elsewhere or has other columns than it had."""
    for name, old in was.items():
        if name not in now:
            raise WorkbookError(f"table {name} is gone; nothing was saved")
        place = now[name].place
        if (now[name].sheet, place.top, place.left) != (old.sheet, old.place.top, old.place.left):
            raise WorkbookError(f"table {name} was moved to another place; nothing was saved")
        if place.columns != old.place.columns:
            raise WorkbookError(f"table {name} has other columns than in the file; nothing was saved")
