"""A workbook open in LibreOffice, saved into its Excel file, of which everything else stays as it was.

LibreOffice's own way to save an Excel file would lose table styles, calculated columns and the signature of
its macros. So only values go over: rows of tables and cells outside them. What does not is told.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlwings as xw

from xlinventory.hosts.calc.bridge import properties, url
from xlinventory.hosts.calc.engine.books import NEVER_EXECUTE, Book
from xlinventory.hosts.calc.files import comparing, looks, parity, stamps
from xlinventory.hosts.calc.files.carrying import carry
from xlinventory.hosts.calc.files.comparing import SheetChanges, address
from xlinventory.hosts.calc.files.table_state import TableState, refuse_other_shape, table_states
from xlinventory.hosts.file import FileWorkbook, disk
from xlinventory.workbook import WorkbookError

ENDINGS = (".xlsx", ".xlsm")
AS_ODS = "File > Save As with the type ODF Spreadsheet keeps everything"
SHOWN = 4


@dataclass
class Sides:
    """The document as it is now and as it was opened, and the file that both belong to."""

    now: xw.Book
    was: xw.Book
    file: FileWorkbook


def save_into_original(book: xw.Book) -> str:
    """Save the values of an open book into its Excel file; what was saved and what was not, in a sentence.

    Raises WorkbookError with the file as it was: somebody else wrote or opened it, or cells were moved.
    """
    document = book.impl.document
    path = _file_of(document)
    ours = _own_locks(book, path)
    disk.refuse_if_open_elsewhere(path, ours)
    _refuse_if_written(document, path, ours)
    file = FileWorkbook.open(path)
    with _as_opened(book, path) as was:
        told, losses = _carry(Sides(book, was, file))
        if told:
            file.calculate()
            losses += [remark.rstrip(".") for remark in parity.remarks(document, file)]
            file.save(ours=ours)
    stamps.remember(document)
    if not losses:
        _nothing_to_save(document)
    return _sentence(path, told, losses)


def _carry(sides: Sides) -> tuple[list[str], list[str]]:
    """Write into the file what differs; what that was, and what could not be taken."""
    now, was = table_states(sides.now), table_states(sides.was)
    refuse_other_shape(now, was)
    outside = _cells_outside(sides, now, was)
    _refuse_if_moved(outside)
    changed = {name: state for name, state in was.items() if not now[name].is_as(state)}
    tables = [name for name, old in changed.items() if carry(sides.file, name, old.frame, now[name].frame)]
    cells = {name: found.constants for name, found in outside.items() if found.constants}
    for name, constants in cells.items():
        sides.file.write_cells(name, constants)
    told = [*tables, *(f"{name} ({_some(map(address, sorted(spots)))})" for name, spots in cells.items())]
    return told, [*_losses(sides, now, was), *_other_formulas(now, changed, outside)]


def _cells_outside(
    sides: Sides, now: dict[str, TableState], was: dict[str, TableState]
) -> dict[str, SheetChanges]:
    """What differs outside tables, by the name of the sheet; cells a formula of the file fills stay."""
    found = {}
    present = [sheet.name for sheet in sides.now.sheets]
    for name in sides.file.sheet_names():
        if name not in present:
            continue
        holes = [state.box for states in (now, was) for state in states.values() if state.sheet == name]
        new, old = (comparing.contents(book.sheets[name], holes) for book in (sides.now, sides.was))
        if new != old:
            found[name] = comparing.changes(new, old)
            filled = sides.file.loose_cells(name)
            found[name].constants = {s: v for s, v in found[name].constants.items() if not filled.get(s)}
    return found


def _refuse_if_moved(outside: dict[str, SheetChanges]) -> None:
    for name, found in outside.items():
        if found.moved:
            raise WorkbookError(
                f"cells of {name} were inserted, deleted or moved (see {address(found.formulas[0])}), "
                f"which the Excel file cannot take from here; nothing was saved. {AS_ODS}"
            )


def _other_formulas(
    now: dict[str, TableState], changed: dict[str, TableState], outside: dict[str, SheetChanges]
) -> Iterator[str]:
    """Formulas that the file was not given."""
    for name, found in outside.items():
        if found.formulas:
            yield f"{_formulas(len(found.formulas))} on {name} ({_some(map(address, found.formulas))})"
    for name, old in changed.items():
        spots = now[name].other_formulas(old)
        if spots:
            yield f"{_formulas(len(spots))} in {name} ({_some(map(address, spots))})"


def _losses(sides: Sides, now: dict[str, TableState], was: dict[str, TableState]) -> Iterator[str]:
    """What else the file was not given."""
    here, there = (list(book.impl.document.Sheets.ElementNames) for book in (sides.now, sides.was))
    yield from (f"the new sheet {name}" for name in here if name not in there)
    yield from (f"the removal of sheet {name}" for name in there if name not in here)
    yield from (f"the new table {name}" for name in now if name not in was)
    named, known = (set(book.impl.document.NamedRanges.ElementNames) for book in (sides.now, sides.was))
    yield from (f"the new name {name}" for name in sorted(named - known))
    yield from (f"the removal of name {name}" for name in sorted(known - named))
    resized = {state.sheet for name, state in was.items() if now[name].box != state.box}
    for name in there:
        if name in here:
            sheets = (book.impl.document.Sheets.getByName(name) for book in (sides.now, sides.was))
            found = looks.other_looks(*sheets, moved=name in resized)
            yield from (f"{what} on {name}" for what in found)


def _sentence(path: Path, told: list[str], losses: list[str]) -> str:
    saved = f"Saved {', '.join(told)} into {path.name}" if told else f"{path.name} holds all values already"
    if not losses:
        return f"{saved}."
    return f"{saved}; not saved: {'; '.join(losses)}. {AS_ODS}."


def _nothing_to_save(document: Any) -> None:
    """Let nobody be asked, on closing, to save once more: charts count as changed by themselves."""
    for sheet in document.Sheets:
        for chart in sheet.Charts:
            chart.EmbeddedObject.setModified(False)
    document.setModified(False)


def _formulas(count: int) -> str:
    return "1 formula" if count == 1 else f"{count:,} formulas"


def _some(words: Any) -> str:
    every = list(words)
    more = f" and {len(every) - SHOWN:,} more" if len(every) > SHOWN else ""
    return f"{', '.join(every[:SHOWN])}{more}"


def _file_of(document: Any) -> Path:
    """The Excel file of a document that can be saved into it."""
    path = stamps.file_of(document)
    if path is None:
        raise WorkbookError("this workbook has no file yet; use File > Save As first")
    if path.suffix.lower() not in ENDINGS:
        raise WorkbookError(f"{path.name} is no Excel workbook; use File > Save")
    if document.isReadonly():
        raise WorkbookError(f"{path.name} is open read-only; nothing was saved")
    return path


def _own_locks(book: xw.Book, path: Path) -> set[Path]:
    """Locks that this LibreOffice put beside the file: they name the profile that it runs on."""
    folders = book.app.impl.office.service("com.sun.star.util.PathSubstitution")
    profile = folders.getSubstituteVariableValue("$(user)").removesuffix("/user")
    return {
        lock
        for lock, program in disk.locks(path)
        if program == "LibreOffice" and lock.exists() and _profile_in(lock) == profile
    }


def _profile_in(lock: Path) -> str:
    """The profile a lock file names in its last field."""
    return lock.read_text("utf-8", "replace").rstrip("; \n").rpartition(",")[2]


def _refuse_if_written(document: Any, path: Path, ours: set[Path]) -> None:
    """Raise when another program wrote the file since it was opened here, or since we saved into it."""
    known = stamps.remembered(document)
    if known is not None:
        disk.refuse_if_changed(path, known)
        return
    opened = max((lock.stat().st_mtime_ns for lock in ours), default=None)
    if opened is not None and path.stat().st_mtime_ns > opened:
        raise WorkbookError(
            f"{path.name} was changed by another program since it was opened here; "
            f"nothing was saved. {AS_ODS}"
        )


@contextmanager
def _as_opened(book: xw.Book, path: Path) -> Iterator[xw.Book]:
    """The file opened once more, unseen: what LibreOffice makes of it without anything done to it."""
    with TemporaryDirectory(prefix="xlinventory-calc-", ignore_cleanup_errors=True) as folder:
        copy = shutil.copy(path, Path(folder) / f"as-opened{path.suffix}")
        given = properties(Hidden=True, MacroExecutionMode=NEVER_EXECUTE)  # a read-only one is not adopted
        desktop = book.app.impl.api
        document = desktop.loadComponentFromURL(url(copy), "_blank", 0, given)
        if document is None:
            raise WorkbookError(f"LibreOffice could not read {path.name} once more; nothing was saved")
        try:
            yield xw.Book(impl=Book(book.app.impl, document))
        finally:
            document.setModified(False)
            document.close(True)  # noqa: FBT003 - UNO takes no names
