"""Macros over an open workbook as Lite shows it: asynchronous, writes queued, cells that are busy at first.

Expected is what the same macros leave in a workbook file.
"""

import asyncio
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from xlinventory.core.errors import CellError
from xlinventory.hosts.excel import template
from xlinventory.hosts.excel.live import lite, lite_tables
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES


class SheetOfOneTable:
    """A sheet with one table as Lite shows it: values by ``await``, writes that wait for a flush.

    Its calculation is the file host's: what is written goes into a workbook file's table, the calculated
    columns come back from there.
    """

    def __init__(self, book: "BookInLite", name: str) -> None:
        self.book, self.name = book, name
        self.tables = TablesOfSheet(TableInLite(self))
        frame = book.file.read_table(name)
        self.columns = list(frame.columns)
        self.grid: list[list[Any]] = [[_as_excel(v) for v in row] for row in frame.to_numpy(dtype=object)]
        self.grid = self.grid or [[None] * len(self.columns)]
        self.top = 5

    def range(self, first: tuple[int, int], last: tuple[int, int]) -> "RangeInLite":
        return RangeInLite(self, first, last)

    def formula(self, column: str) -> str:
        known = TABLES[self.name]
        return (
            known.formula_of(known.column(column))
            if column in known.names and column not in known.stored
            else ""
        )


class TablesOfSheet(list):
    def __init__(self, table: "TableInLite") -> None:
        super().__init__([table])

    def __getitem__(self, name: Any) -> Any:
        return super().__getitem__(0)


class TableInLite:
    def __init__(self, sheet: SheetOfOneTable) -> None:
        self.sheet, self.name = sheet, sheet.name

    @property
    def header_row_range(self) -> "RangeInLite":
        return self.sheet.range((self.sheet.top, 1), (self.sheet.top, len(self.sheet.columns)))

    @property
    def data_body_range(self) -> "RangeInLite":
        last = self.sheet.top + len(self.sheet.grid)
        return self.sheet.range((self.sheet.top + 1, 1), (last, len(self.sheet.columns)))

    def resize(self, place: "RangeInLite") -> None:
        height = place.last[0] - self.sheet.top

        def act() -> None:
            blank = [None] * len(self.sheet.columns)
            self.sheet.grid = (self.sheet.grid + [list(blank) for _ in range(height)])[:height]

        self.sheet.book.later(act)


class RangeInLite:
    def __init__(self, sheet: SheetOfOneTable, first: tuple[int, int], last: tuple[int, int]) -> None:
        self.sheet, self.first, self.last = sheet, first, last
        self.row, self.column = first
        self.shape = (last[0] - first[0] + 1, last[1] - first[1] + 1)

    def options(self, **_options: Any) -> "RangeInLite":
        return self

    async def get_value(self) -> list[list[Any]]:
        await self.sheet.book.flush()
        if self.row == self.sheet.top:
            return [self.sheet.columns]
        if self.sheet.book.busy and any(map(self.sheet.formula, self.sheet.columns)):
            self.sheet.book.busy -= 1
            own = [bool(self.sheet.formula(column)) for column in self.sheet.columns]
            return [["#BUSY!" if f else v for f, v in zip(own, row, strict=True)] for row in self.sheet.grid]
        return [self.sheet.grid[i][self._columns] for i in self._rows]

    async def get_formula(self) -> list[list[Any]]:
        await self.sheet.book.flush()
        formulas = [self.sheet.formula(column) for column in self.sheet.columns]
        return [
            [f or v for f, v in zip(formulas, self.sheet.grid[i], strict=True)][self._columns]
            for i in self._rows
        ]

    @property
    def _rows(self) -> range:
        return range(self.first[0] - self.sheet.top - 1, self.last[0] - self.sheet.top)

    @property
    def _columns(self) -> slice:
        return slice(self.first[1] - 1, self.last[1])

    def _set(self, rows: list[list[Any]]) -> None:
        def act() -> None:
            for i, row in zip(self._rows, rows, strict=True):
                for j, value in enumerate(row, self.first[1] - 1):
                    assert not self.sheet.formula(self.sheet.columns[j]) or value is None
                    self.sheet.grid[i][j] = _typed(value)

        self.sheet.book.later(act)

    value = property(None, lambda self, rows: self._set(rows))
    formula = property(None, lambda self, text: self.sheet.book.filled.append((self.sheet.name, text)))

    def clear_contents(self) -> None:
        self._set([[None] * self.shape[1]] * self.shape[0])


class BookInLite:
    """An open workbook: writes are queued, and Excel begins to calculate when they are flushed."""

    def __init__(self, path: Path) -> None:
        self.file = FileWorkbook.open(path)
        self.file.calculate()
        self.filled: list[tuple[str, str]] = []
        self.busy = 0
        self._queue: list[Any] = []
        self.sheets = SheetsInLite({name: SheetOfOneTable(self, name) for name in self.file.table_names()})

    def later(self, act: Any) -> None:
        self._queue.append(act)

    async def flush(self) -> None:
        if not self._queue:
            return
        for act in self._queue:
            act()
        self._queue = []
        for sheet in self.sheets:
            frame = pd.DataFrame(sheet.grid, columns=sheet.columns, dtype=object)
            frame = frame.map(lambda v: lite_tables.ERRORS.get(v, v) if isinstance(v, str) else v)
            self.file.write_table(sheet.name, frame)
        self.file.calculate()
        self.busy = 2
        for sheet in self.sheets:
            found = self.file.read_table(sheet.name)
            for column in filter(sheet.formula, sheet.columns):
                for row, value in zip(sheet.grid, found[column], strict=False):
                    row[sheet.columns.index(column)] = _as_excel(value)


class SheetsInLite(dict):
    def __iter__(self) -> Any:
        return iter(self.values())


def _as_excel(value: Any) -> Any:
    return str(value) if isinstance(value, CellError) else value


def _typed(value: Any) -> Any:
    """What Excel makes of a value put into a cell: after an apostrophe it is text for sure."""
    if not isinstance(value, str) or value in lite_tables.ERRORS:
        return value
    assert value.startswith("'"), f"Excel would read {value!r} its own way"
    return value[1:] or None


@pytest.fixture
def small_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A template and a folder of CSV files: two items, one with leading zeros and a name like a formula."""
    path, folder = tmp_path / "book.xlsx", tmp_path / "csv"
    monkeypatch.setattr(lite, "IMPORTED", str(folder))
    monkeypatch.setattr(lite_tables, "PAUSE", 0)
    template.build(path)
    folder.mkdir()
    (folder / "items.csv").write_text(
        "sku,name,unit_cost,preferred_supplier\n00123,=1+1,2.5,ACME\nB-2,Bolt,1,ACME\n"
    )
    (folder / "suppliers.csv").write_text("supplier,promised_lead_days\nACME,7\n")
    days = pd.date_range("2025-01-06", periods=84)
    lines = [
        f"{d:%Y-%m-%d},{s},SALE,-{q}"
        for i, d in enumerate(days)
        for s, q in (("00123", 1 + i % 3), ("B-2", 2))
    ]
    (folder / "movements.csv").write_text(
        "date,sku,kind,quantity\n2025-01-05,00123,OPENING,400\n2025-01-05,B-2,OPENING,100\n"
        + "\n".join(lines)
        + "\n"
    )
    return path, folder


STEPS = ("refresh", "forecast", "plan", "reorder", "orders", "value", "check", "undo")


@pytest.mark.nightly
def test_macros_leave_the_same_tables_and_sentences_as_on_a_file(small_job: tuple[Path, Path]) -> None:
    path, folder = small_job
    live, file = BookInLite(path), FileWorkbook.open(path)
    for step in STEPS:
        told: list[str] = []
        asyncio.run(lite.run(live, step, told.append))
        outcome = run_macro(file, step, **({"folder": str(folder)} if step == "refresh" else {}))
        file.calculate()
        assert told[-1] == outcome.sentence
        for name in file.table_names():
            pd.testing.assert_frame_equal(content(name, live.file), content(name, file))
    items = TABLES["Items"]
    assert {text for name, text in live.filled if name == "Items"} == {  # added rows got their formulas
        items.formula_of(column) for column in items.columns if column.formula
    }


def content(name: str, book: FileWorkbook) -> pd.DataFrame:
    """Cells of a table but for times of day and durations."""
    rows = book.read_table(name).reset_index(drop=True)
    rows = rows.drop(columns=["when", "seconds"], errors="ignore")
    return (
        rows.where(rows.ne(""), None)
        if name != "_undo"
        else rows.drop(columns=[c for c in rows if c != "run"])
    )


def test_a_failure_after_a_calculation_leaves_the_workbook_as_it_was(small_job: tuple[Path, Path]) -> None:
    live = BookInLite(small_job[0])
    asyncio.run(lite.run(live, "refresh", [].append))
    before = {name: live.file.read_table(name) for name in live.file.table_names()}
    told: list[str] = []
    asyncio.run(
        lite.run(live, "reorder", told.append)
    )  # there is no plan yet: it fails behind the calculation
    assert told[-1].startswith("No item has a reorder point yet")
    for name, rows in before.items():
        pd.testing.assert_frame_equal(live.file.read_table(name), rows)


def test_a_calculation_that_does_not_end_is_given_up_with_a_sentence(
    small_job: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    live, told = BookInLite(small_job[0]), []
    for step in ("refresh", "forecast"):
        asyncio.run(lite.run(live, step, told.append))
    before = live.file.read_table("Items")
    monkeypatch.setattr(lite_tables, "LONGEST_WAIT", 2)  # the book below shows #BUSY! twice
    asyncio.run(lite.run(live, "plan", told.append))
    assert "still calculating" in told[-1]
    pd.testing.assert_frame_equal(live.file.read_table("Items"), before)
