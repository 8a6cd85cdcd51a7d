"""What a workbook file holds, read from its parts: sheets, tables, names and the shared texts."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import PurePosixPath
from typing import NamedTuple

from xlinventory.hosts.file.cells import decode
from xlinventory.hosts.file.package import Package
from xlinventory.hosts.file.references import LAST_COLUMN, LAST_ROW, TableArea, table_area
from xlinventory.hosts.file.xml import MAIN, STRICT, parse
from xlinventory.workbook import WorkbookError

WORKBOOK = "xl/workbook.xml"
LONGEST_NAME, LONGEST_SHOWN = 255, 60
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Relation(NamedTuple):
    """A relationship of a part: its kind (the last word of its type) and the part it leads to."""

    kind: str
    part: str


class Contents(NamedTuple):
    """Parts of the worksheets by name in order, tables, their columns' formulas, defined names, texts."""

    sheets: dict[str, str]
    tables: dict[str, TableArea]
    formulas: dict[str, tuple[str | None, ...]]
    names: dict[tuple[str | None, str], str]
    strings: str | None


def contents(package: Package) -> Contents:
    """Read the workbook part and the table parts; raises WorkbookError for a workbook we cannot serve."""
    try:
        return _contents(package)
    except (KeyError, IndexError, ValueError, TypeError, AttributeError) as error:
        raise WorkbookError(f"{package.path.name} is damaged: its list of sheets cannot be read") from error


def _contents(package: Package) -> Contents:
    book = parse(package.read(WORKBOOK), WORKBOOK)
    if book.tag == f"{{{STRICT}}}workbook":
        raise WorkbookError(
            f"{package.path.name} is a Strict Open XML workbook; save it as Excel workbook (.xlsx) first"
        )
    if any(_true(p.get("date1904")) for p in book.iter(f"{{{MAIN}}}workbookPr")):
        raise WorkbookError(
            f"{package.path.name} counts dates from 1904; switch that off in Excel's options and save again"
        )
    relations = dict(_relations(package, WORKBOOK))
    listed = [(s.get("name"), relations[s.get(_RELATION)]) for s in book.iter(f"{{{MAIN}}}sheet")]
    _each_once("sheets", [name for name, _ in listed])
    sheets = {name: target.part for name, target in listed if target.kind == "worksheet"}
    found = [
        _table(package, sheet, table)
        for sheet, part in sheets.items()
        for table in dict.fromkeys(t.part for _, t in _relations(package, part) if t.kind == "table")
    ]
    _refuse_impossible([area for area, _ in found])
    tables = {area.name: area for area, _ in found}
    formulas = {area.name: of_columns for area, of_columns in found}
    names = {}
    for name in book.iter(f"{{{MAIN}}}definedName"):
        local = name.get("localSheetId")
        if name.get("name"):
            names[None if local is None else listed[int(local)][0], name.get("name")] = name.text or ""
    strings = next((t.part for t in relations.values() if t.kind == "sharedStrings"), None)
    return Contents(sheets, tables, formulas, names, strings if strings in package.names else None)


def _table(package: Package, sheet: str, part: str) -> tuple[TableArea, tuple[str | None, ...]]:
    xml = parse(package.read(part), part)
    name = xml.get("displayName") or xml.get("name")
    columns = list(xml.iter(f"{{{MAIN}}}tableColumn"))
    if xml.get("headerRowCount") == "0":
        raise WorkbookError(f"table {name} has no header row; switch it on in Excel (Table Design)")
    titles = tuple(decode(column.get("name")) for column in columns)
    totals = int(xml.get("totalsRowCount") or 0)
    formulas = tuple(
        None if c.find(f"{{{MAIN}}}calculatedColumnFormula") is None
        else c.findtext(f"{{{MAIN}}}calculatedColumnFormula") or None
        for c in columns
    )  # fmt: skip
    return table_area(name, sheet, part, xml.get("ref"), titles, totals), formulas


def _refuse_impossible(areas: Sequence[TableArea]) -> None:
    """Raise WorkbookError for tables that no spreadsheet has: what is written into them would be lost."""
    _each_once("tables", [area.name for area in areas])
    for area in areas:
        inside = min(area.left, area.top) >= 1 and area.right <= LAST_COLUMN and area.bottom <= LAST_ROW
        whole = area.right - area.left + 1 == len(area.columns) and area.first_row <= area.last_row
        if not inside or not whole or area.totals < 0:
            raise WorkbookError(f"table {shown(area.name)} is damaged: it is not where it says it is")
        _each_once(f"columns of table {shown(area.name)}", area.columns)
    for one, other in combinations(areas, 2):
        beside = one.right < other.left or other.right < one.left
        apart = one.bottom < other.top or other.bottom < one.top
        if one.sheet == other.sheet and not beside and not apart:
            raise WorkbookError(
                f"tables {shown(one.name)} and {shown(other.name)} are damaged: one lies over the other"
            )


def _each_once(what: str, names: Sequence[str]) -> None:
    """Raise WorkbookError when a name is blank, longer than any, or there twice, capitals or not."""
    known: set[str] = set()
    for name in names:
        if not name or name.lower() in known:
            raise WorkbookError(
                f"the workbook is damaged: among its {what}, two are called {shown(name or '')!r}"
            )
        if len(name) > LONGEST_NAME:
            raise WorkbookError(f"the workbook is damaged: among its {what}, one is called {shown(name)!r}")
        known.add(name.lower())


def shown(name: str) -> str:
    """A name as a sentence shows it: what is longer than any real one is cut."""
    return name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}..."


def _relations(package: Package, part: str) -> Iterator[tuple[str, Relation]]:
    """(id, relation) of each relationship of a part to another part."""
    folder, name = PurePosixPath(part).parent, PurePosixPath(part).name
    rels = f"{folder}/_rels/{name}.rels"
    if rels not in package.names:
        return
    for r in parse(package.read(rels), rels):
        if r.get("TargetMode") != "External":
            kind = r.get("Type", "").rpartition("/")[2]
            yield r.get("Id"), Relation(kind, _resolved(folder, r.get("Target")))


def _resolved(folder: PurePosixPath, target: str) -> str:
    path = PurePosixPath(target) if target.startswith("/") else PurePosixPath("/") / folder / target
    steps: list[str] = []
    for step in path.parts[1:]:
        if step == "..":
            steps.pop()
        else:
            steps.append(step)
    return "/".join(steps)


def _true(word: str | None) -> bool:
    return word in ("1", "true")
