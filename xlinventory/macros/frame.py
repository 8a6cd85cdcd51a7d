"""The frame around every macro: checked reading, all-or-nothing writing, undo, log, one sentence.

A macro gets a ``Run``. What it writes is kept aside until it has finished; only then are the
before-images stored and the tables replaced. If anything fails, the workbook is as it was.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from xlinventory.arguments import serial
from xlinventory.macros import images
from xlinventory.sheets import TABLES
from xlinventory.sheets.settings import SETTINGS
from xlinventory.tables import BadRowsError, Fault, Kind, read, read_column
from xlinventory.workbook import Workbook

Body = Callable[["Run"], str]


@dataclass(frozen=True, slots=True)
class Macro:
    """One verb: its name, the button's text, what it does, and whether it reads formulas."""

    name: str
    title: str
    help: str
    body: Body
    reads_formulas: bool
    logged: bool


_macros: dict[str, Macro] = {}


def macro(
    name: str, title: str, *, reads_formulas: bool = False, logged: bool = True
) -> Callable[[Body], Body]:
    """Record a macro under its verb; the docstring's first line is its help.

    A macro that is not *logged* leaves no line in Log and no before-image.
    """

    def record(body: Body) -> Body:
        _macros[name] = Macro(name, title, (body.__doc__ or "").splitlines()[0], body, reads_formulas, logged)
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
    written: dict[str, pd.DataFrame] = field(default_factory=dict)
    _read: dict[str, pd.DataFrame] = field(default_factory=dict)
    _cells: dict[str, pd.DataFrame] = field(default_factory=dict)
    _settings: dict[str, Any] | None = None

    def table(self, name: str) -> pd.DataFrame:
        """Rows of a table, typed and checked; raises BadRowsError with all faults."""
        if name in self.written:
            return read(TABLES[name], self.written[name])[0]
        if name not in self._read:
            rows, faults = read(TABLES[name], self.cells(name))
            if faults:
                raise BadRowsError(faults)
            self._read[name] = rows
        return self._read[name].copy()

    def cells(self, name: str) -> pd.DataFrame:
        """Rows of a table as the workbook holds them, unchecked."""
        if name not in self._cells:
            self._cells[name] = self.book.read_table(name)
        return self._cells[name]

    def setting(self, name: str) -> Any:
        """One setting, typed; raises BadRowsError naming its row when it breaks its rule."""
        if self._settings is None:
            self._settings = _read_settings(self.cells("Settings"))
        return self._settings[name]

    def write(self, name: str, rows: pd.DataFrame) -> None:
        """Replace a table's rows when the macro has finished; extra columns in *rows* are kept."""
        table = TABLES[name]
        calculated = [column.name for column in table.columns if column.formula]
        self.written[name] = as_cells(rows.drop(columns=calculated, errors="ignore").reset_index(drop=True))

    def set_setting(self, name: str, value: Any) -> None:
        """Change one setting when the macro has finished."""
        rows = self.written.get("Settings", self.cells("Settings")).copy()
        rows.loc[rows["setting"] == name, "value"] = value
        self.written["Settings"] = rows.reset_index(drop=True)
        self._settings = None

    def report(self, message: str, share: float | None = None) -> None:
        """Show progress."""
        self.book.report(message, share)


def run_macro(book: Workbook, name: str, **options: Any) -> str:
    """Run one macro on a workbook; returns its sentence, raises InventoryError with everything untouched."""
    chosen = _macros[name]
    started = time.perf_counter()
    if chosen.reads_formulas:
        book.report("Calculating")
        book.calculate()
    run = Run(book, options)
    sentence = chosen.body(run)
    changed = {table: rows for table, rows in run.written.items() if _differs(run.cells(table), rows)}
    if chosen.logged:
        changed |= _records(run, chosen, changed, sentence, time.perf_counter() - started)
    with _untouched_on_failure(book, {table: run.cells(table) for table in changed}):
        for table, rows in changed.items():
            book.write_table(table, rows)
    return sentence


def as_cells(rows: pd.DataFrame) -> pd.DataFrame:
    """A typed frame as cell values: yes/no words, blanks as None, plain floats."""
    out = {}
    for name in rows.columns:
        column = rows[name]
        if column.dtype == bool:
            out[name] = column.map({True: "yes", False: "no"}).astype(object)
        elif column.dtype.kind in "iuf":
            out[name] = column.astype(float).astype(object).where(column.notna(), None)
        else:
            out[name] = column.astype(object).map(_plain_cell)
    return pd.DataFrame(out, index=rows.index, dtype=object)


def _plain_cell(cell: Any) -> Any:
    if cell is None or cell == "" or (isinstance(cell, float) and np.isnan(cell)):
        return None
    if isinstance(cell, np.generic):
        return cell.item()
    return cell


def _read_settings(cells: pd.DataFrame) -> dict[str, Any]:
    """Typed settings; a setting that is not in the sheet has its first value."""
    known = {setting.name: setting for setting in SETTINGS}
    values: dict[str, Any] = {
        name: np.nan if setting.value is None and setting.kind is not Kind.TEXT else setting.value
        for name, setting in known.items()
    }
    faults: list[Fault] = []
    for row, name, value in zip(cells.index, cells["setting"], cells["value"], strict=True):
        if name not in known:
            continue
        typed, bad = read_column(known[name].as_column(), pd.Series([value], index=[row], dtype=object))
        faults += [Fault("Settings", int(row), str(name), value, rule) for _, rule in bad]
        values[name] = typed.iloc[0]
    if faults:
        raise BadRowsError(faults)
    return values


def _differs(before: pd.DataFrame, after: pd.DataFrame) -> bool:
    columns = [name for name in after.columns if name in before.columns]
    if len(before) != len(after) or len(columns) != len(after.columns):
        return True
    return not images.same_cells(before[columns], after)


def _records(
    run: Run, chosen: Macro, changed: Mapping[str, pd.DataFrame], sentence: str, seconds: float
) -> dict[str, pd.DataFrame]:
    """New rows of Log and _undo for a run that wrote *changed*."""
    log = run.cells("Log")
    number = 1.0 + max((float(n) for n in log["run"] if isinstance(n, float)), default=0.0)
    line = {
        "run": number,
        "when": round(serial(dt.datetime.now().replace(microsecond=0)), 9),
        "macro": chosen.name,
        "result": sentence,
        "tables": ", ".join(changed) or None,
        "seconds": round(seconds, 2),
        "undone": None,
    }
    records = {"Log": pd.DataFrame([*log.to_dict("records"), line], columns=log.columns, dtype=object)}
    if changed:
        before = {table: run.cells(table) for table in changed}
        records["_undo"] = images.remember(run.cells("_undo"), number, before, changed)
    return records


@contextmanager
def _untouched_on_failure(book: Workbook, before: Mapping[str, pd.DataFrame]) -> Iterator[None]:
    """Put every table back if writing any of them fails."""
    try:
        yield
    except BaseException:
        for name, rows in before.items():
            stored = [column for column in rows.columns if not _is_calculated(name, column)]
            book.write_table(name, rows[stored].reset_index(drop=True))
        raise


def _is_calculated(table: str, column: str) -> bool:
    return any(c.name == column and c.formula for c in TABLES[table].columns)


def stored_columns(table: str, columns: Sequence[str]) -> list[str]:
    """Those of *columns* that hold values rather than formulas."""
    return [column for column in columns if not _is_calculated(table, column)]
