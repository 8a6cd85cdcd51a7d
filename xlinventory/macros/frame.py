"""The frame around every macro: checked reading, all-or-nothing writing, undo, log, one sentence.

A macro gets a ``Run``. What it writes is kept aside until it has finished; only then are the
before-images stored and the tables replaced. If anything fails, the workbook is as it was.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from xlinventory.archive.together import parts_beside, together, units_together
from xlinventory.arguments import serial
from xlinventory.core.errors import InventoryError
from xlinventory.macros import images
from xlinventory.macros.changes import Change, change_of, told
from xlinventory.macros.folders import save_files
from xlinventory.macros.lost import lost_column, read_there, refuse_renamed
from xlinventory.macros.read_settings import read_settings
from xlinventory.macros.rows import (
    any_filled,
    as_cells,
    differs,
    in_columns,
    no_rows,
    stored_columns,
    with_added_columns,
)
from xlinventory.sheets import COLUMNS_LATER, LATER, TABLES
from xlinventory.tables import BadRowsError, Table, Writer, read
from xlinventory.workbook import Workbook, WorkbookError

Body = Callable[["Run"], str]
ALL_MOVEMENTS = "Movements and MovementFiles"
"""What the movements of both are remembered by while a run reads."""


@dataclass(frozen=True, slots=True)
class Macro:
    """One verb: its name, the button's text, what it does, and whether it is logged and undoable."""

    name: str
    title: str
    help: str
    body: Body
    logged: bool


_macros: dict[str, Macro] = {}


def macro(name: str, title: str, *, logged: bool = True) -> Callable[[Body], Body]:
    """Record a macro under its verb; the docstring's first line is its help.

    A macro that is not *logged* leaves no line in Log and no before-image.
    """

    def record(body: Body) -> Body:
        _macros[name] = Macro(name, title, (body.__doc__ or "").splitlines()[0], body, logged)
        return body

    return record


def macros() -> Iterator[Macro]:
    """All macros."""
    return iter(_macros.values())


@dataclass
class Run:
    """What a macro works with: typed tables, settings, options, progress, and writes kept aside."""

    book: Workbook
    options: Mapping[str, Any] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    _before: dict[str, pd.DataFrame] = field(default_factory=dict)
    _after: dict[str, pd.DataFrame] = field(default_factory=dict)
    _pending: dict[str, pd.DataFrame] = field(default_factory=dict)
    _cells: dict[str, pd.DataFrame] = field(default_factory=dict)
    _read: dict[str, pd.DataFrame] = field(default_factory=dict)
    _files: dict[Path, bytes] = field(default_factory=dict)
    _settings: dict[str, Any] = field(default_factory=dict)
    _made: list[Path] = field(default_factory=list)

    def table(self, name: str) -> pd.DataFrame:
        """Rows of a table, typed and checked; raises BadRowsError with all faults."""
        if name not in self._read:
            self.require(name, *_needed(TABLES[name]))
            refuse_renamed(TABLES[name], self.cells(name))
            rows, faults = read(TABLES[name], self.cells(name))
            if faults:
                raise BadRowsError(faults)
            self._read[name] = rows
        return self._read[name].copy()

    def movements(self) -> pd.DataFrame:
        """All movements, on the sheet and in files beside the workbook, as of ``archive.together``.

        It is the table Movements itself where there are no such files.
        """
        files, sheet = self.table("MovementFiles"), self.table("Movements")
        if files.empty:
            return sheet
        if ALL_MOVEMENTS not in self._read:
            self._read[ALL_MOVEMENTS] = together(sheet, parts_beside(files, self.book.path()))
        return self._read[ALL_MOVEMENTS].copy(deep=False)

    def units_moved(self) -> pd.DataFrame:
        """``movements`` for stock and demand: without the money of those beside the workbook, and quicker."""
        files, sheet = self.table("MovementFiles"), self.table("Movements")
        return sheet if files.empty else units_together(sheet, parts_beside(files, self.book.path()))

    def has(self, name: str) -> bool:
        """Whether the workbook has a table; an older one lacks those made later, which count as empty."""
        return name not in LATER or name.lower() in (there.lower() for there in self.book.table_names())

    def require(self, name: str, *columns: str) -> None:
        """Raise WorkbookError when a table lacks one of these columns: blank is not what it counts as."""
        missing = [column for column in columns if column not in self.cells(name).columns]
        if missing:
            raise lost_column(name, missing[0])

    def cells(self, name: str) -> pd.DataFrame:
        """Rows of a table as this run leaves them so far, unchecked."""
        return self._pending.get(name, self._stored(name))

    def setting(self, name: str) -> Any:
        """One setting, typed; raises BadRowsError naming its row when it breaks its rule."""
        if not self._settings:
            self._settings = read_settings(self.cells("Settings"))
        return self._settings[name]

    def as_of(self) -> float:
        """The day every date counts from; raises WorkbookError when that setting is blank."""
        day: float = self.setting("as_of")
        if np.isnan(day):
            raise WorkbookError("The setting as_of is blank; refresh from CSV or type today's date there.")
        return day

    def move_as_of(self, days: pd.Series) -> float:
        """Move as_of on to the last of some *days* if that is later, but not past today; what it is then."""
        as_of: float = self.setting("as_of")
        whole = np.floor(days)
        last = float(whole[whole <= serial(dt.date.today())].max())
        if np.isnan(last) or last <= as_of:
            return as_of
        self.set_setting("as_of", last)
        return last

    def write(self, name: str, rows: pd.DataFrame) -> None:
        """Replace a table's rows when the macro has finished; columns a user added follow their key."""
        before = self.cells(name)
        stored = self._fitting(name, rows[stored_columns(name, rows.columns)], before)
        cells = as_cells(with_added_columns(TABLES[name], stored, before))
        fitted = in_columns(stored_columns(name, before.columns), cells)
        for column in fitted.columns.difference(before.columns, sort=False):
            raise lost_column(name, column)
        self._pending[name] = fitted.dropna(how="all").reset_index(drop=True)
        for read_of_it in (name, ALL_MOVEMENTS):
            self._read.pop(read_of_it, None)
        if name == "Settings":
            self._settings.clear()

    def set_setting(self, name: str, value: Any) -> None:
        """Change one setting when the macro has finished."""
        self.require("Settings", "setting", "value")
        rows = self.cells("Settings").reset_index(drop=True)
        mine = rows["setting"] == name
        if not mine.any():
            rows.loc[len(rows), "setting"] = name
            mine = rows["setting"] == name
        rows.loc[mine, "value"] = value
        self.write("Settings", rows)

    def save_file(self, path: Path, content: bytes) -> None:
        """Write a file outside the workbook when the macro has finished; a dry run writes none."""
        self._files[path] = content

    def made_file(self, path: Path) -> None:
        """Remember a file that this run made already: it goes again unless the run finishes."""
        self._made.append(path)

    def drop_file(self, path: Path) -> None:
        """Take away a file that this run made and that it needs no longer."""
        path.unlink(missing_ok=True)
        self._made.remove(path)

    @property
    def files(self) -> int:
        """How many files are to be written."""
        return len(self._files)

    def calculate(self, *tables: str) -> None:
        """Write what is pending, and bring all formulas, or those *tables* need, up to date."""
        self._apply()
        self.book.calculate(*tables)
        self._cells.clear()
        self._read.clear()
        self._settings.clear()

    def report(self, message: str, share: float | None = None) -> None:
        """Show progress."""
        self.book.report(message, share)

    def finish(self, chosen: Macro, sentence: str, seconds: float) -> None:
        """Write everything, with before-images and a line in Log; files last, when nothing else can fail."""
        self._apply()
        if chosen.logged:
            self.report("Keeping for undo what was there", 0.95)
            changed = {n: a for n, a in self._after.items() if differs(self._before[n], a)}
            self._record(chosen, changed, sentence, seconds)
            self._apply()
        save_files(self._files)

    def changes(self) -> tuple[Change, ...]:
        """What the run has changed so far, table by table, whether or not it is in the workbook yet."""
        after = self._after | self._pending
        before = {n: self._before[n] if n in self._before else self._stored(n) for n in after}
        found = (change_of(TABLES[name], before[name], rows) for name, rows in after.items())
        return tuple(change for change in found if change.rows)

    def restore(self) -> None:
        """Put every table back as it was before this run; raises only after all of them were tried."""
        failures = []
        for path in self._made:
            path.unlink(missing_ok=True)
        for name, rows in self._before.items():
            try:
                self.book.write_table(name, rows[stored_columns(name, rows.columns)].reset_index(drop=True))
            except InventoryError as error:
                if not self._is_as(name, rows):
                    failures.append(f"{name} could not be put back: {error}")
        if failures:
            raise WorkbookError("; ".join(failures))

    def _is_as(self, name: str, rows: pd.DataFrame) -> bool:
        """Whether a table holds these rows, as one does that could not be written in the first place."""
        columns = stored_columns(name, rows.columns)
        try:
            now = self.book.read_table(name)
        except InventoryError:
            return False
        return list(now.columns) == list(rows.columns) and not differs(rows[columns], now[columns])

    def put_back(self) -> None:
        """``restore``, and the formulas as they were too."""
        self.restore()
        if self._before:
            self.book.calculate()

    def _fitting(self, name: str, rows: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
        """The rows without columns an older workbook lacks; says so of what no button can make again."""
        lacking = [
            column for column in rows if column in COLUMNS_LATER.get(name, ()) and column not in before
        ]
        by_button = {column.name for column in TABLES[name].columns if column.writer is Writer.BUTTON}
        for column in lacking:
            told = f"{name} has no column {column}, newer than this workbook: not kept; add one to keep it"
            if column not in by_button and any_filled(rows[column]) and told not in self.findings:
                self.findings.append(told)
        return rows.drop(columns=lacking)

    def _stored(self, name: str) -> pd.DataFrame:
        if name not in self._cells:
            there = self.has(name)
            self._cells[name] = read_there(self.book, name) if there else as_cells(no_rows(name))
        return self._cells[name]

    def _apply(self) -> None:
        for name, rows in list(self._pending.items()):
            self._before.setdefault(name, self._stored(name))
            self.book.write_table(name, rows)
            self._after[name] = self._pending.pop(name)
            self._cells.pop(name, None)

    def _record(
        self, chosen: Macro, changed: Mapping[str, pd.DataFrame], sentence: str, seconds: float
    ) -> None:
        self.require("Log", *TABLES["Log"].names)
        self.require("_undo", *TABLES["_undo"].names)
        log = self.cells("Log")
        numbers = [*log["run"], *self.cells("_undo")["run"]]
        number = 1.0 + max((n for n in numbers if isinstance(n, float)), default=0.0)
        line = {
            "run": number,
            "when": round(serial(dt.datetime.now().replace(microsecond=0)), 9),
            "macro": chosen.name,
            "result": sentence,
            "tables": ", ".join(changed) or None,
            "seconds": round(seconds, 2),
        }
        self.write("Log", pd.DataFrame([*log.to_dict("records"), line], columns=log.columns, dtype=object))
        if changed:
            before = {table: self._before[table] for table in changed}
            self.write("_undo", images.remember(self.cells("_undo"), number, before, changed))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run has to say: one plain sentence, and findings line by line where it looked for some.

    A dry run also says what it would have *changed*.
    """

    sentence: str
    findings: tuple[str, ...] = ()
    changed: tuple[Change, ...] = ()


def run_macro(book: Workbook, name: str, **options: Any) -> Outcome:
    """Run one macro on a workbook; raises InventoryError with everything as it was."""
    chosen = _macros[name]
    started = time.perf_counter()
    run = Run(book, options)
    try:
        sentence = chosen.body(run)
        run.finish(chosen, sentence, time.perf_counter() - started)
    except BaseException:
        run.restore()
        raise
    return Outcome(sentence, tuple(run.findings))


def preview(book: Workbook, name: str, **options: Any) -> Outcome:
    """What one macro would do: how many rows of which tables, and its sentence; nothing stays or is logged.

    A macro that calculates half way writes into the workbook: that is put back and calculated again.
    """
    run = Run(book, options)
    try:
        sentence = _macros[name].body(run)
        changed = run.changes()
    finally:
        run.put_back()
    would = told(changed, run.files)
    return Outcome(f"Dry run: {would}. It would say: {sentence}", tuple(run.findings), changed)


def _needed(table: Table) -> Iterator[str]:
    """Columns without which the rows of a table are no rows of it."""
    return (column.name for column in table.columns if column.required or column.name in table.key)
