"""The workbook port over a file: tables by name, formulas calculated in place, saved all or nothing."""

import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pandas as pd
from lxml import etree

from xlinventory.hosts.file import engine
from xlinventory.hosts.file.cells import plain_text
from xlinventory.hosts.file.package import Package
from xlinventory.hosts.file.references import TableArea, Translator, table_area
from xlinventory.hosts.file.sheet import Sheet
from xlinventory.workbook import Cell, WorkbookError

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
CALC_CHAIN = "xl/calcChain.xml"
_STRING_ITEM = re.compile(r"<si\b[^>]*?(?:/>|>(.*?)</si>)", re.S)
Report = Callable[[str, float | None], None]


def _silent(_message: str, _share: float | None = None) -> None:
    """Show no progress."""


class FileWorkbook:
    """A workbook file, opened without a spreadsheet program."""

    def __init__(self, package: Package, on_report: Report) -> None:
        self._package, self._on_report = package, on_report
        book = _parse(package, "xl/workbook.xml")
        self._parts = _sheet_parts(package, book)
        self._names = {n.get("name"): n.text or "" for n in book.iter(f"{MAIN}definedName")}
        self._tables, self._formulas = _tables(package, self._parts)
        self._sheets: dict[str, Sheet] = {}
        self._touched: set[str] = set()
        self._strings: list[str] | None = None
        self._stale = True
        self.uncomputed: list[str] = []

    @classmethod
    def open(cls, path: str | Path, on_report: Report = _silent) -> "FileWorkbook":
        """Open a .xlsx or .xlsm file; raises WorkbookError when it is none."""
        return cls(Package(Path(path)), on_report)

    def table_names(self) -> list[str]:
        """Names of all tables, in sheet order."""
        order = list(self._parts)
        return sorted(
            self._tables, key=lambda name: (order.index(self._tables[name].sheet), self._tables[name].left)
        )

    def read_table(self, name: str) -> pd.DataFrame:
        """All rows and columns of a table as cells; see the port."""
        area = self._area(name)
        columns = self._columns(area)
        frame = pd.DataFrame(dict(zip(area.columns, columns, strict=True)), dtype=object)
        frame.index = range(area.first_row, area.first_row + len(frame))
        stored = [i for i, formula in enumerate(self._formulas[area.name]) if formula is None]
        filled = frame.iloc[:, stored].notna().any(axis=1)
        return frame[filled]

    def write_table(self, name: str, rows: pd.DataFrame) -> None:
        """Replace all rows of a table; see the port."""
        area = self._area(name)
        unknown = [column for column in rows.columns if column not in area.columns]
        if unknown:
            raise WorkbookError(
                f"table {area.name} has no column {unknown[0]}; it has {', '.join(area.columns)}"
            )
        count = max(len(rows), 1)
        blank: list[Cell] = [None] * count
        columns = [_cells(rows[column], count) if column in rows else list(blank) for column in area.columns]
        sheet = self._sheet(area.sheet)
        if sheet.area is None or sheet.area.name != area.name:
            raise WorkbookError(
                f"table {area.name} shares its sheet with a larger table; give it a sheet of its own"
            )
        new = area.with_rows(len(rows))
        sheet.replace_body(new, columns)
        self._tables[area.name] = new
        self._touched.add(area.sheet)
        self._stale = True

    def calculate(self) -> None:
        """Bring every formula up to date; does nothing if no cell was written since."""
        if not self._stale:
            return
        translator = Translator(self._tables, self._names)
        sheets = [self._sheet(name) for name in self._parts]
        places = engine.calculate(sheets, translator)
        self.uncomputed = [f"{sheet}!R{row}C{column}" for sheet, row, column in places]
        self._touched |= {sheet.name for sheet in sheets if next(sheet.formulas(), None) is not None}
        self._stale = False

    def report(self, message: str, share: float | None = None) -> None:
        """Show a progress line."""
        self._on_report(message, share)

    def save(self, path: str | Path | None = None) -> None:
        """Write the file, all or nothing; parts that did not change stay byte for byte."""
        for name in self._touched:
            self._package.write(self._parts[name], self._sheets[name].to_xml())
        for area in self._tables.values():
            self._package.write(area.part, _with_ref(self._package.read(area.part), area))
        if self._touched:
            self._forget_calculation_order()
        self._package.save(Path(path) if path else self._package.path)
        self._touched.clear()

    def _area(self, name: str) -> TableArea:
        for known, area in self._tables.items():
            if known.lower() == name.lower():
                return area
        raise WorkbookError(
            f"there is no table {name} in the workbook; it has {', '.join(self.table_names())}"
        )

    def _columns(self, area: TableArea) -> list[list[Cell]]:
        sheet = self._sheet(area.sheet)
        if sheet.area is not None and sheet.area.name == area.name:
            return sheet.body.values
        rows = range(area.first_row, area.last_row + 1)
        return [[sheet.value(row, column) for row in rows] for column in range(area.left, area.right + 1)]

    def _sheet(self, name: str) -> Sheet:
        if name not in self._sheets:
            mine = [area for area in self._tables.values() if area.sheet == name]
            area = max(mine, key=lambda a: len(a.columns) * (a.bottom - a.top), default=None)
            formulas = self._formulas[area.name] if area else ()
            self._sheets[name] = Sheet(
                name, self._package.read(self._parts[name]), self._shared(), area, formulas
            )
        return self._sheets[name]

    def _shared(self) -> list[str]:
        if self._strings is None:
            part = "xl/sharedStrings.xml"
            xml = self._package.read(part).decode("utf-8") if part in self._package.names else ""
            self._strings = [plain_text(item) for item in _STRING_ITEM.findall(xml)]
        return self._strings

    def _forget_calculation_order(self) -> None:
        """Drop the calculation chain, which would name cells that moved, and the wish to recalculate."""
        if CALC_CHAIN in self._package.names:
            self._package.drop(CALC_CHAIN)
            for part, pattern in (
                ("[Content_Types].xml", rb'<Override[^>]*PartName="/xl/calcChain.xml"[^>]*/>'),
                ("xl/_rels/workbook.xml.rels", rb'<Relationship\b[^>]*Target="[^"]*calcChain.xml"[^>]*/>'),
            ):
                self._package.write(part, re.sub(pattern, b"", self._package.read(part)))
        if not self._stale:
            book = self._package.read("xl/workbook.xml")
            self._package.write("xl/workbook.xml", re.sub(rb'\s+fullCalcOnLoad="[^"]*"', b"", book))


def _parse(package: Package, part: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        return etree.fromstring(package.read(part), parser)
    except etree.XMLSyntaxError as error:
        raise WorkbookError(f"{package.path.name} is damaged: {part} cannot be read") from error


def _relations(package: Package, part: str) -> dict[str, str]:
    """Target part of each relationship of a part."""
    folder, name = PurePosixPath(part).parent, PurePosixPath(part).name
    rels = f"{folder}/_rels/{name}.rels"
    if rels not in package.names:
        return {}
    return {
        r.get("Id"): _resolved(folder, r.get("Target"))
        for r in _parse(package, rels)
        if r.get("TargetMode") != "External"
    }


def _resolved(folder: PurePosixPath, target: str) -> str:
    path = PurePosixPath(target) if target.startswith("/") else PurePosixPath("/") / folder / target
    steps: list[str] = []
    for step in path.parts[1:]:
        if step == "..":
            steps.pop()
        else:
            steps.append(step)
    return "/".join(steps)


def _sheet_parts(package: Package, book: etree._Element) -> dict[str, str]:
    relations = _relations(package, "xl/workbook.xml")
    parts = {s.get("name"): relations[s.get(f"{RELATION}id")] for s in book.iter(f"{MAIN}sheet")}
    return {name: part for name, part in parts.items() if "/worksheets/" in f"/{part}"}


def _tables(
    package: Package, parts: dict[str, str]
) -> tuple[dict[str, TableArea], dict[str, tuple[str | None, ...]]]:
    """Areas of all tables, and for each the calculated formula of every column."""
    areas, formulas = {}, {}
    for sheet, part in parts.items():
        for target in _relations(package, part).values():
            if "/tables/" not in f"/{target}":
                continue
            xml = _parse(package, target)
            name = xml.get("displayName") or xml.get("name")
            columns = list(xml.iter(f"{MAIN}tableColumn"))
            totals = int(xml.get("totalsRowCount") or 0)
            titles = tuple(_title(column.get("name")) for column in columns)
            areas[name] = table_area(name, sheet, target, xml.get("ref"), titles, totals)
            formulas[name] = tuple(column.findtext(f"{MAIN}calculatedColumnFormula") for column in columns)
    return areas, formulas


def _title(name: str) -> str:
    return name.replace("_x000a_", "\n").replace("_x000A_", "\n")


def _with_ref(part: bytes, area: TableArea) -> bytes:
    """A table part with its address, and its filter's, brought up to date."""
    match = re.search(rb'<table\b[^>]*?\bref="([^"]*)"', part)
    if match is None or match.group(1).decode() == area.ref:
        return part
    start, end = match.span(1)
    changed = part[:start] + area.ref.encode() + part[end:]
    last = area.ref if not area.totals else area.with_rows(area.last_row - area.top).ref
    return re.sub(
        rb'(<autoFilter\b[^>]*?\bref=")[^"]*(")', lambda m: m.group(1) + last.encode() + m.group(2), changed
    )


def _cells(column: pd.Series, count: int) -> list[Cell]:
    """Plain cell values of a column: floats, text, truth, errors, None."""
    blank = column.isna().to_numpy()
    values = [
        None if missing else _cell(value) for value, missing in zip(column.tolist(), blank, strict=True)
    ]
    return values + [None] * (count - len(values))


def _cell(value: object) -> Cell:
    if isinstance(value, bool):
        return value
    return float(value) if isinstance(value, int) else value
