"""A workbook with a table or column deleted or renamed: every button does its work or refuses in a sentence.

The buttons are pressed one after the other on a small workbook, then each again on it with one thing lost. In
the gate each button is tried with a part of the columns, another part than its neighbour's; the search
profile tries all.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import xlinventory.macros  # noqa: F401 - importing it records the macros
from xlinventory.core.errors import InventoryError
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.frame import macros, run_macro
from xlinventory.macros.images import same_cells
from xlinventory.sheets import LATER, TABLES
from xlinventory.sheets.settings import SETTINGS

Tables = dict[str, pd.DataFrame]
TODAY = 40886.0  # Friday 9 December 2011
FORMULAS: Mapping[str, Any] = {
    "position": 4.0, "service_target": 0.95, "safety_stock": 5.0, "reorder_point": 60.0, "order_up_to": 90.0,
    "eoq": 30.0, "status": "REORDER", "days_cover": 3.0, "stockout_date": TODAY + 3, "stock_value": 40.0,
}  # fmt: skip
"""What formulas of Items show, which a book in memory has none of; no figure of it is looked at."""
PRESSED = (
    "refresh", "forecast", "plan", "reorder", "orders", "export", "overdue", "suppliers", "receive", "value",
    "turnover", "close", "check", "undo",
)  # fmt: skip
"""The buttons that read or write a table, in the order of a shop's day."""
TABLELESS = ("about", "selftest")
ALL = os.environ.get("HYPOTHESIS_PROFILE") == "search"
RENAMED, DELETED = (1, 1) if ALL else (16, 60)
"""Of so many columns one is renamed, or deleted, for each button."""


class Book(MemoryWorkbook):
    """A book in memory that shows figures where a workbook has formulas; notes which tables are asked for."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        super().__init__({})
        self.tables: Tables = dict(tables)
        self._tables = self.tables
        self.asked: dict[str, None] = {}

    def read_table(self, name: str) -> pd.DataFrame:
        self.asked[name] = None
        rows = super().read_table(name)
        if name == "Items":
            shown = {column: FORMULAS[column] for column in FORMULAS if column in rows}
            rows = rows.assign(
                **{
                    column: pd.Series([value] * len(rows), rows.index, object)
                    for column, value in shown.items()
                }
            )
        return rows

    def write_table(self, name: str, rows: pd.DataFrame) -> None:
        self.asked[name] = None
        super().write_table(name, rows)


def sales() -> Iterator[dict[str, Any]]:
    for day in range(1, 60, 4):
        yield {
            "date": TODAY - day,
            "sku": "A",
            "kind": "SALE",
            "quantity": -(day % 3 + 1.0),
            "unit_price": 9.0,
        }


ORDER = {"supplier": "Acme", "sku": "A", "unit_price": 4.0}
ROWS: Mapping[str, list[dict[str, Any]]] = {
    "Settings": [{"setting": s.name, "value": TODAY if s.name == "as_of" else s.value} for s in SETTINGS],
    "Items": [{"sku": "A", "name": "Anvil", "active": "yes", "unit_cost": 4.0, "on_hand": 10.0}],
    "Suppliers": [{"supplier": "Acme", "active": "yes", "promised_lead_days": 7.0}],
    "SupplierPrices": [{"supplier": "Acme", "sku": "A", "unit_price": 4.0, "break_qty": 1.0}],
    "Movements": [
        {"date": TODAY - 70, "sku": "A", "kind": "OPENING", "quantity": 200.0, "unit_cost": 4.0},
        {"date": TODAY - 61, "sku": "A", "kind": "RECEIPT", "quantity": 10.0, "unit_cost": 6.0}
        | {"reference": "PO-1"},
        *sales(),
    ],
    "PurchaseOrders": [
        ORDER | {"po": "PO-1", "quantity": 10.0, "order_date": TODAY - 70, "promised_date": TODAY - 60}
              | {"received": 10.0, "receipt_date": TODAY - 61},
        ORDER | {"po": "PO-2", "quantity": 5.0, "order_date": TODAY - 10, "promised_date": TODAY - 2},
    ],
}  # fmt: skip


def first_tables() -> Tables:
    book = MemoryWorkbook(
        {name: pd.DataFrame(ROWS.get(name, []), columns=TABLES[name].names, dtype=object) for name in TABLES}
    )
    return {name: book.read_table(name) for name in TABLES}


class Day:
    """The tables before each button, and which of them it asks for."""

    def __init__(self, tables: Tables, folder: Path) -> None:
        self.folder = folder
        (folder / "items.csv").write_text("sku,name,unit_cost\nA,Anvil,2\n")
        self.before: dict[str, Tables] = {}
        self.asked: dict[str, list[str]] = {}
        book = Book(tables)
        for name in PRESSED:
            if name == "orders":
                rows = book.read_table("Reorder")
                book.write_table("Reorder", rows.assign(take="yes", order_qty=5.0))
            self.before[name] = dict(book.tables)
            book.asked.clear()
            self.press(book, name)
            self.asked[name] = list(book.asked)

    def press(self, book: Book, name: str) -> str:
        out = self.folder if name == "refresh" else self.folder / "out"
        return run_macro(book, name, folder=str(out), beside=str(self.folder)).sentence


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    return Day(first_tables(), tmp_path_factory.mktemp("day"))


def unchanged(before: Tables, after: Tables) -> bool:
    return before.keys() == after.keys() and all(
        rows is after[name]
        or (
            list(rows.columns) == list(after[name].columns)
            and len(rows) == len(after[name])
            and same_cells(rows, after[name])
        )
        for name, rows in before.items()
    )


def pressed_without(day: Day, button: str, tables: Tables) -> str:
    """The sentence of a refusal, with everything as it was; nothing if it works, and then undo works too."""
    book = Book(tables)
    try:
        day.press(book, button)
    except InventoryError as error:
        told = str(error)
    else:
        told = ""
        if button != "undo" and not unchanged({"_undo": tables["_undo"]}, {"_undo": book.tables["_undo"]}):
            day.press(book, "undo")
        if button != "undo":
            book.tables |= {kept: tables[kept] for kept in ("Log", "_undo")}
    assert unchanged(tables, book.tables) or (button == "undo" and not told), told
    assert len(told.splitlines()) < 2
    return told


def test_every_button_is_pressed() -> None:
    """A button that is new must be put in its place here."""
    assert {*PRESSED, *TABLELESS} == {macro.name for macro in macros()}


@pytest.mark.parametrize("button", PRESSED)
def test_a_deleted_table_is_named_or_was_not_needed(day: Day, button: str) -> None:
    """Tables that older workbooks lack are done without; others are needed by whoever asks for them."""
    before = day.before[button]
    for name in tables(day, button)[:: 1 if ALL or button != "check" else 4]:
        told = pressed_without(day, button, {other: rows for other, rows in before.items() if other != name})
        if told or name not in LATER:
            assert name in told
            assert "hanged" in told or "Build a new one" in told, told


@pytest.mark.parametrize("button", PRESSED)
def test_a_renamed_column_is_named_with_its_new_name(day: Day, button: str) -> None:
    """Whatever stands in it would be passed over; a button that only looks at the table lets it be."""
    before = day.before[button]
    for name, column in chosen(day, button, RENAMED):
        rows = before[name]
        if rows[column].notna().any():
            told = pressed_without(day, button, before | {name: rows.rename(columns={column: "my own"})})
            assert not told or (name in told and (column in told or "changed by hand" in told)), told


@pytest.mark.parametrize("button", PRESSED)
def test_a_deleted_column_is_named_or_done_without(day: Day, button: str) -> None:
    before = day.before[button]
    for name, column in chosen(day, button, DELETED):
        told = pressed_without(day, button, before | {name: before[name].drop(columns=column)})
        assert not told or (name in told and (column in told or "changed by hand" in told)), told


def tables(day: Day, button: str) -> list[str]:
    """The tables a button asks for; in the gate without those that all write last in the same way."""
    same = () if ALL or button == "orders" else ("Log", "_undo")
    return [name for name in day.asked[button] if name not in same]


def chosen(day: Day, button: str, one_of: int) -> Iterator[tuple[str, str]]:
    """A part of the columns of all tables that a button asks for."""
    places = [(name, column) for name in tables(day, button) for column in day.before[button][name].columns]
    if button == "check" and not ALL:
        one_of *= 8  # it looks at all of them in the same way
    yield from places[PRESSED.index(button) % one_of :: one_of]


@pytest.mark.parametrize("table", ["Settings", "Log", "_undo"])
@pytest.mark.parametrize("button", ["orders", "undo"])
def test_columns_every_button_needs_are_named(day: Day, button: str, table: str) -> None:
    """Each of these was a KeyError once."""
    before = day.before[button]
    columns = (
        list(before[table].columns)[:2] if table == "Settings" else before[table].columns[:: 1 if ALL else 2]
    )
    for column in columns:
        told = pressed_without(
            day, button, before | {table: before[table].rename(columns={column: "my own"})}
        )
        if (table, button) == ("Settings", "undo") or ((table, button) == ("Log", "undo") and not told):
            continue  # undo needs no setting, and not every column of Log
        assert f"{table} has no column {column}" in told, told


@pytest.mark.parametrize(
    ("button", "column"), [("reorder", "reorder_point"), ("plan", "safety_stock"), ("suppliers", "eoq")]
)
def test_a_formula_that_is_gone_is_named(day: Day, button: str, column: str) -> None:
    """Blank it would count as an item without a level: nothing to order."""
    before = day.before[button]
    told = pressed_without(day, button, before | {"Items": before["Items"].drop(columns=column)})
    assert told.startswith(f"Items has no column {column}: it was renamed or deleted, so nothing was changed")


def test_check_lists_what_is_lost(day: Day) -> None:
    items = day.before["check"]["Items"]
    book = Book(
        day.before["check"] | {"Items": items.drop(columns="category").rename(columns={"name": "title"})}
    )
    found = run_macro(book, "check").findings
    assert "Items has no column category: it was deleted, and counts as blank" in found
    assert "Items has no column name: it seems to be called title now; give it its name again" in found


def test_a_column_of_the_users_own_beside_ours_is_no_renamed_one(day: Day) -> None:
    """Deleted columns are done without where nothing else stands in their place."""
    items = day.before["plan"]["Items"].drop(columns=["category", "moq"])
    items.insert(1, "mine", ["x"])
    assert pressed_without(day, "plan", day.before["plan"] | {"Items": items}) == ""


def test_a_blank_column_of_another_name_is_no_renamed_one(day: Day) -> None:
    items = day.before["plan"]["Items"]
    assert items["weight"].isna().all()
    assert (
        pressed_without(day, "plan", day.before["plan"] | {"Items": items.rename(columns={"weight": "mass"})})
        == ""
    )
