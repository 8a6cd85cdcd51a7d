"""The workbook port over a file: tables by name, formulas calculated in place, saved all or nothing."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path

import pandas as pd
from openpyxl.utils import get_column_letter

from xlinventory.hosts.file import engine
from xlinventory.hosts.file.cells import Strings, plain_text
from xlinventory.hosts.file.contents import Contents, contents
from xlinventory.hosts.file.dependencies import formula_tasks, formulas_needed
from xlinventory.hosts.file.disk import refuse_if_open_elsewhere
from xlinventory.hosts.file.package import Package
from xlinventory.hosts.file.references import LAST_ROW, TableArea, Translator
from xlinventory.hosts.file.sheet import Sheet
from xlinventory.hosts.file.xml import is_plain, plain
from xlinventory.hosts.values import (
    as_cell,
    column_cells,
    filled_rows,
    refuse_long_text,
    refuse_unknown_columns,
    same_cell,
)
from xlinventory.workbook import Cell, WorkbookError

CALC_CHAIN = "xl/calcChain.xml"
FILTERS = re.compile(rb"<((?:\w+:)?)filterColumn(?=[\s/>])[^>]*[^/>]>.*?</\1filterColumn>", re.S)
"""What a table is filtered by; its buttons stay without it."""
_STRING_ITEM = re.compile(r"<si(?=[\s/>])[^>]*?(?:/>|>(.*?)</si>)", re.S)
Report = Callable[[str, float | None], None]


def _silent(_message: str, _share: float | None = None) -> None:
    """Show no progress."""


class FileWorkbook:
    """A workbook file, opened without a spreadsheet program."""

    def __init__(self, package: Package, on_report: Report) -> None:
        self._package, self._on_report = package, on_report
        self._contents: Contents = contents(package)
        self._tables = dict(self._contents.tables)
        self._sheets: dict[str, Sheet] = {}
        self._strings: Strings | None = None
        self._stale = True
        self.uncomputed: list[str] = []

    @classmethod
    def open(cls, path: str | Path, on_report: Report = _silent) -> "FileWorkbook":
        """Open a .xlsx or .xlsm file; raises WorkbookError when it is none."""
        return cls(Package(Path(path)), on_report)

    def path(self) -> Path | None:
        """Where the file is; see the port."""
        return self._package.path.absolute()

    def table_names(self) -> list[str]:
        """Names of all tables, in sheet order."""
        order = list(self._contents.sheets)
        areas = sorted(self._tables.values(), key=lambda a: (order.index(a.sheet), a.left, a.top))
        return [area.name for area in areas]

    def read_table(self, name: str) -> pd.DataFrame:
        """All rows and columns of a table as cells; see the port."""
        area = self._area(name)
        body = self._sheet(area.sheet).bodies[area.name]
        frame = pd.DataFrame(
            {
                column: pd.Series(values, dtype=object)
                for column, values in zip(area.columns, body.values, strict=True)
            }
        )
        frame.index = range(area.first_row, area.first_row + len(frame))
        stored = [j for j, formula in enumerate(body.calculated) if formula is None]
        return frame[filled_rows(frame.iloc[:, stored])]

    def write_table(self, name: str, rows: pd.DataFrame) -> None:
        """Replace all rows of a table; see the port.

        As in Excel, a protected sheet refuses what would change it.
        """
        area = self._area(name)
        if self._sheet(area.sheet).protected and not self._holds(area, rows):
            raise WorkbookError(
                f"sheet {area.sheet} of {self._package.path.name} is protected, so table {area.name} could "
                "not be changed and nothing was; unprotect it in Excel (Review > Unprotect Sheet), save, and "
                "run this again"
            )
        self.put_rows(name, rows)

    def put_rows(self, name: str, rows: pd.DataFrame) -> None:
        """Replace all rows of a table, also on a protected sheet: for a program that saw to that itself."""
        area = self._area(name)
        refuse_unknown_columns(area.name, rows, area.columns)
        self._lift_filter(area, rows)
        if area.top + len(rows) + area.totals > LAST_ROW:
            raise WorkbookError(
                f"table {area.name} cannot hold {len(rows):,} rows: a sheet ends at row {LAST_ROW:,}"
            )
        new = area.with_rows(len(rows))
        columns = [
            column_cells(area.name, rows[column], new.last_row - new.top) if column in rows else None
            for column in area.columns
        ]
        self._sheet(area.sheet).replace_body(area.name, new, columns)
        self._tables[area.name] = new
        self._stale = True

    def _holds(self, area: TableArea, rows: pd.DataFrame) -> bool:
        """Whether a table holds these very rows already, in this order."""
        body = self._sheet(area.sheet).bodies[area.name]
        if len(rows) > len(body):
            return False
        for column, values, form in zip(area.columns, body.values, body.calculated, strict=True):
            if form is None:
                given = rows[column] if column in rows else pd.Series(dtype=object, name=column)
                cells = column_cells(area.name, given, len(body))
                if not all(map(same_cell, cells, values)):
                    return False
        return True

    def _lift_filter(self, area: TableArea, rows: pd.DataFrame) -> None:
        """Show all rows of a table that is filtered and gets other ones: those hidden now are others then."""
        part = self._package.read(area.part)
        if FILTERS.search(part) and not self._holds(area, rows):
            self._package.write(area.part, FILTERS.sub(b"", part))
            self._sheet(area.sheet).show_rows(area)

    def calculate(self, *tables: str) -> None:
        """Bring all formulas, or those *tables* need, up to date; nothing if no cell was written since."""
        if not self._stale:
            return
        translator = Translator(self._tables, self._contents.names)
        names = list(self._contents.sheets)
        if tables:
            areas = [self._area(name) for name in tables]
            needed = formulas_needed(areas, names, self._formula_sheet, translator)
        else:
            sheets = [sheet for sheet in map(self._formula_sheet, names) if sheet]
            needed = {sheet.name: list(formula_tasks(sheet, translator)) for sheet in sheets}
        places = engine.calculate(needed, names, self._sheet)
        self.uncomputed = [f"{sheet}!{get_column_letter(column)}{row}" for sheet, row, column in places]
        self._stale = bool(tables)

    def _formula_sheet(self, name: str) -> Sheet | None:
        """A sheet, if it may have formulas."""
        return self._sheet(name) if self._may_have_formulas(name) else None

    def loose_cells(self, sheet: str) -> dict[tuple[int, int], bool]:
        """Cells of a sheet outside the rows of tables, by row and column: whether a formula fills it."""
        found = self._sheet(sheet)
        cells = {
            (r, c): cell.formula is not None for r, row in found.loose.items() for c, cell in row.items()
        }
        for top, left, bottom, right in found.spills.values():
            cells |= {(r, c): True for r in range(top, bottom + 1) for c in range(left, right + 1)}
        return cells

    def write_cells(self, sheet: str, cells: Mapping[tuple[int, int], Cell]) -> None:
        """Put constants in cells outside tables that hold no formula; their formats stay."""
        found = self._sheet(sheet)
        for (row, column), value in cells.items():
            refuse_long_text(value, f"{sheet}, {get_column_letter(column)}{row}")
            found.show(row, column, as_cell(value))
        self._stale = self._stale or bool(cells)

    def formula_values(self) -> Iterator[tuple[str, int, int, str, Cell]]:
        """(sheet, row, column, formula, value shown) of every formula cell."""
        for name in self._contents.sheets:
            if self._may_have_formulas(name):
                sheet = self._sheet(name)
                for row, column, formula in sheet.formulas():
                    yield name, row, column, formula.text, sheet.value(row, column)

    def stored_columns(self, table: str) -> list[str]:
        """The columns of a table that hold values rather than a calculated formula."""
        area = self._area(table)
        forms = self._sheet(area.sheet).bodies[area.name].calculated
        return [column for column, form in zip(area.columns, forms, strict=True) if form is None]

    def sheet_names(self) -> list[str]:
        """Names of all worksheets, in order."""
        return list(self._contents.sheets)

    def area(self, table: str) -> TableArea:
        """Where a table stands."""
        return self._area(table)

    def report(self, message: str, share: float | None = None) -> None:
        """Show a progress line."""
        self._on_report(message, share)

    def refuse_if_open_elsewhere(self) -> None:
        """Raise WorkbookError when the file could not be saved: open in a program, or read-only."""
        refuse_if_open_elsewhere(self._package.path)

    def keep(self) -> tuple[str, ...]:
        """Calculate and save; there is nothing to remark on."""
        self.calculate()
        self.save()
        return ()

    def save(self, path: str | Path | None = None, ours: Collection[Path] = ()) -> None:
        """Write the file, all or nothing; parts that did not change stay byte for byte.

        Locks of *ours* are those of a program that this is done for.
        """
        changed = [sheet for sheet in self._sheets.values() if sheet.changed]
        for sheet in changed:
            self.report(f"Saving {sheet.name}")
            self._package.write(self._contents.sheets[sheet.name], sheet.to_xml())
        for area in self._tables.values():
            self._rewrite(area.part, partial(_with_ref, area=area))
        if changed:
            self._forget_calculation_order()
        if not self._stale:
            self._rewrite("xl/workbook.xml", partial(re.sub, rb'\s+fullCalcOnLoad="[^"]*"', b""))
        self._package.save(Path(path) if path else self._package.path, ours)
        for sheet in changed:
            sheet.changed = False

    def _area(self, name: str) -> TableArea:
        for known, area in self._tables.items():
            if known.lower() == name.lower():
                return area
        names = self.table_names()
        raise WorkbookError(
            f"there is no table {name} in the workbook; it has {', '.join(names) if names else 'none'}"
        )

    def _may_have_formulas(self, name: str) -> bool:
        """Whether a sheet must be looked at for a calculation; most have no formula in them."""
        if name in self._sheets:
            return True
        xml = self._package.read(self._contents.sheets[name])
        return not is_plain(xml) or re.search(rb"<f[\s/>]", xml) is not None

    def _sheet(self, name: str) -> Sheet:
        if name not in self._sheets:
            part = self._contents.sheets[name]
            mine = {
                table: (area, self._contents.formulas[table])
                for table, area in self._tables.items()
                if area.sheet == name
            }
            xml = plain(self._package.read(part), part)
            try:
                self._sheets[name] = Sheet(name, xml, self._shared(), mine, self._reading(name))
            except (ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
                raise WorkbookError(f"{self._package.path.name} is damaged: {part} cannot be read") from error
        return self._sheets[name]

    def _reading(self, sheet: str) -> Callable[[int], None]:
        """What tells how far the reading of a long sheet is."""
        return lambda row: self.report(f"Reading {sheet}, row {row:,}")

    def _shared(self) -> Strings:
        if self._strings is None:
            part = self._contents.strings
            xml = plain(self._package.read(part), part) if part else ""
            items = _STRING_ITEM.findall(xml)
            rich = frozenset(i for i, item in enumerate(items) if "<r>" in item or "<rPh" in item)
            self._strings = Strings([plain_text(item) for item in items], rich)
        return self._strings

    def _forget_calculation_order(self) -> None:
        """Drop the calculation chain, which would name cells that moved."""
        if CALC_CHAIN not in self._package.names:
            return
        self._package.drop(CALC_CHAIN)
        for part, pattern in (
            ("[Content_Types].xml", rb'<Override[^>]*PartName="/xl/calcChain.xml"[^>]*/>'),
            ("xl/_rels/workbook.xml.rels", rb'<Relationship\b[^>]*Target="[^"]*calcChain.xml"[^>]*/>'),
        ):
            self._rewrite(part, partial(re.sub, pattern, b""))

    def _rewrite(self, part: str, change: Callable[[bytes], bytes]) -> None:
        """Change a part by searching it, in the plain form if it is in another; else it stays as it is."""
        data = self._package.read(part)
        old = data if is_plain(data) else plain(data, part).encode()
        new = change(old)
        if new != old:
            self._package.write(part, new)


def _with_ref(part: bytes, area: TableArea) -> bytes:
    """A table part with its address, and its filter's, brought up to date."""
    match = re.search(rb'<(?:\w+:)?table\b[^>]*?\sref="([^"]*)"', part)
    if match is None or match.group(1).decode() == area.ref:
        return part
    start, end = match.span(1)
    changed = part[:start] + area.ref.encode() + part[end:]
    last = area.ref if not area.totals else area.without_totals().ref
    changed = re.sub(rb"<sortState\b.*?</sortState>|<sortState\b[^>]*/>", b"", changed, flags=re.S)
    return re.sub(
        rb'(<(?:\w+:)?autoFilter\b[^>]*?\sref=")[^"]*(")',
        lambda m: m.group(1) + last.encode() + m.group(2),
        changed,
    )
