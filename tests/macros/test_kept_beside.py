"""Movements kept beside the workbook: every button comes to what it comes to with all on the sheet."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros import frame, kept_beside
from xlinventory.macros.frame import Run, preview, run_macro
from xlinventory.macros.kept_beside import oldest_days
from xlinventory.sheets import TABLES
from xlinventory.sheets.settings import SETTINGS
from xlinventory.tables import read
from xlinventory.workbook import WorkbookError

from .conftest import TODAY, filled

FEW, MANY = 20.0, 1_000_000.0
SKUS = [f"0{number}" for number in range(5)]


def history(seed: int = 7) -> pd.DataFrame:
    """Half a year of five items: opening stock, receipts of orders, sales, returns with a number or not."""
    draw = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = [
        {"date": TODAY - 180, "sku": sku, "kind": "OPENING", "quantity": 300, "unit_cost": 3 + i}
        for i, sku in enumerate(SKUS)
    ]
    for number in range(240):
        sku, day = str(draw.choice(SKUS)), TODAY - 179 + int(draw.integers(0, 179))
        sale = {"date": day, "sku": sku, "kind": "SALE", "unit_price": 9.99, "reference": f"S{number}"}
        rows += [
            sale | {"quantity": -float(units)} for units in draw.integers(1, 4, int(draw.integers(1, 3)))
        ]
        if number % 12 == 0:
            back = f"S{number}" if number % 24 else ""
            rows.append(sale | {"date": day + 1, "kind": "CUSTOMER_RETURN", "quantity": 1, "reference": back})
        if number % 20 == 0:
            came = {"date": day + 2, "sku": sku, "kind": "RECEIPT", "quantity": 25, "unit_cost": 4.5}
            rows.append(came | {"reference": f"PO{number}"})
    return filled("Movements", rows).sort_values("date", kind="stable", ignore_index=True)


def tables(most: float) -> dict[str, pd.DataFrame]:
    movements = history()
    came = movements[movements["kind"].eq("RECEIPT")]
    orders = [
        {"po": po, "supplier": "Acme", "sku": sku, "order_date": day - 9, "promised_date": day - 1,
         "quantity": 30, "unit_price": 4.5, "received": 27, "receipt_date": day + 3}
        for po, sku, day in came[["reference", "sku", "date"]].itertuples(index=False)
    ]  # fmt: skip
    values = {s.name: s.value for s in SETTINGS} | {"as_of": TODAY, "movement_rows": most}
    rows = {
        "Settings": [{"setting": name, "value": value} for name, value in values.items()],
        "Items": [{"sku": sku, "unit_cost": 4, "sell_price": 9, "active": "yes"} for sku in SKUS],
        "Suppliers": [{"supplier": "Acme", "active": "yes"}],
        "PurchaseOrders": orders,
        "LandedCosts": [{"reference": orders[0]["po"], "amount": 20}],
    }
    return {name: filled(name, rows.get(name, [])) for name in TABLES} | {"Movements": movements}


Content = dict[str, pd.DataFrame]
MakeBook = Callable[[float], MemoryWorkbook]


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[float, Content]]]:
    """A folder, and the tables of two workbooks in it whose movements were brought in two refreshes."""
    folder = tmp_path_factory.mktemp("brought")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame, "_macros", dict(frame._macros))

        @frame.macro("bring", "Bring")
        def bring(run: Run) -> str:
            """Bring movements as a refresh does."""
            rows = pd.concat([run.table("Movements"), run.options["rows"]], ignore_index=True)
            rows = rows.sort_values("date", kind="stable", ignore_index=True)
            run.write("Movements", kept_beside.kept_beside(run, rows))
            return "Brought."

        yield folder, {most: in_two_refreshes(most, place_of(folder, most)) for most in (FEW, MANY)}


def in_two_refreshes(most: float, path: Path) -> Content:
    content = tables(most)
    every = content["Movements"]
    book = MemoryWorkbook(content | {"Movements": every.iloc[:0]}, path)
    for rows in (every[::2], every[1::2]):
        run_macro(book, "bring", rows=typed(rows))
    return {name: book.read_table(name) for name in TABLES}


def typed(movements: pd.DataFrame) -> pd.DataFrame:
    return read(TABLES["Movements"], movements)[0]


def place_of(folder: Path, most: float) -> Path:
    return folder / f"book {most:.0f}.xlsx"


@pytest.fixture
def book(brought: tuple[Path, dict[float, Content]], tmp_path: Path) -> MakeBook:
    """Such a workbook by its setting movement_rows, in a folder of the test's own."""
    folder, contents = brought
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return lambda most: MemoryWorkbook(contents[most], place_of(tmp_path, most))


def same(one: MemoryWorkbook, other: MemoryWorkbook, *names: str) -> None:
    for name in names:
        mine, theirs = (read(TABLES[name], workbook.read_table(name))[0] for workbook in (one, other))
        assert len(mine)
        pd.testing.assert_frame_equal(mine, theirs, rtol=1e-9, atol=1e-9)


def pressed(one: MemoryWorkbook, other: MemoryWorkbook, name: str, **options: Any) -> None:
    """Press a button in both: it says the same and finds the same."""
    told = [run_macro(workbook, name, **options) for workbook in (one, other)]
    assert told[0].sentence == told[1].sentence
    assert told[0].findings == told[1].findings


def beside(workbook: MemoryWorkbook) -> list[Path]:
    path = workbook.path()
    assert path is not None
    return sorted((path.parent / f"{path.stem} movements").glob("*"))


LATE = [
    {"date": TODAY - 150, "sku": "00", "kind": kind, "quantity": units, "unit_cost": cost, "reference": "L"}
    for kind, units, cost in [("RECEIPT", 40, 9), ("SALE", -3, None), ("CUSTOMER_RETURN", 1, None)]
]


def test_every_button_comes_to_the_same(book: MakeBook) -> None:
    few, many = book(FEW), book(MANY)
    assert len(few.read_table("Movements")) <= FEW < len(many.read_table("Movements"))
    assert len(few.read_table("MovementFiles")) == len(beside(few)) == 2
    assert beside(many) == []
    pressed(few, many, "close", to_date=TODAY - 60)
    pressed(few, many, "receive")
    pressed(few, many, "overdue")
    pressed(few, many, "suppliers")
    pressed(few, many, "forecast")
    pressed(few, many, "turnover")
    same(few, many, "Closings", "PurchaseOrders", "Overdue", "Items", "Suppliers", "SupplierScores", "Demand")
    same(few, many, "Forecast", "Turnover", "TurnoverGroups")
    for workbook in (few, many):  # entered late, for a day that is beside the workbook and closed
        run_macro(workbook, "bring", rows=typed(filled("Movements", LATE)))
    pressed(few, many, "value")
    same(few, many, "Valuation", "ValuationTotals", "Closings")
    pressed(few, many, "check")


@pytest.mark.parametrize(("method", "same_day"), [("LIFO", "entry"), ("WAC", "receipts first")])
def test_stock_is_worth_the_same(book: MakeBook, method: str, same_day: str) -> None:
    few, many = book(FEW), book(MANY)
    for workbook in (few, many):
        changed = workbook.read_table("Settings").set_index("setting")
        changed.loc[["valuation_method", "same_day_order"], "value"] = [method, same_day]
        workbook.write_table("Settings", changed.reset_index())
    pressed(few, many, "value", from_date=TODAY - 90, to_date=TODAY - 3)
    same(few, many, "Valuation", "ValuationTotals")


def test_a_dry_run_writes_no_file(book: MakeBook) -> None:
    workbook, more = book(MANY), typed(history(8))
    settings = workbook.read_table("Settings").set_index("setting")
    settings.loc["movement_rows", "value"] = FEW
    workbook.write_table("Settings", settings.reset_index())
    outcome = preview(workbook, "bring", rows=more)
    assert "1 file" in outcome.sentence
    assert beside(workbook) == []


def test_undo_leaves_the_files_and_check_tells_of_them(
    book: MakeBook,
) -> None:
    few, many = book(FEW), book(MANY)
    before = beside(few)
    for _ in range(2):
        run_macro(few, "undo")
    assert few.read_table("MovementFiles").empty
    assert few.read_table("Movements").empty
    assert beside(few) == before
    told = run_macro(few, "check").findings
    assert [
        line for line in told if "book 20 movements: 2 files are not named in MovementFiles, 0.0 MB" in line
    ]
    run_macro(few, "bring", rows=typed(many.read_table("Movements")))
    pressed(few, many, "value")


def test_a_missing_file_stops_every_reader_and_check_names_it(
    book: MakeBook,
) -> None:
    few = book(FEW)
    lost = beside(few)[0]
    content = lost.read_bytes()
    lost.unlink()
    with pytest.raises(WorkbookError, match=lost.name):
        run_macro(few, "value")
    assert [
        line for line in run_macro(few, "check").findings if f"{lost.name} is not beside book 20.xlsx" in line
    ]
    lost.write_bytes(content[:-1])
    assert [line for line in run_macro(few, "check").findings if f"{lost.name} is not the file" in line]


def test_a_book_in_no_folder_keeps_its_movements_on_the_sheet_while_they_fit(
    book: MakeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = MemoryWorkbook(tables(FEW))
    run_macro(nowhere, "bring", rows=typed(history(8)))
    assert nowhere.read_table("MovementFiles").empty
    monkeypatch.setattr(kept_beside, "LAST_ROW", 100)
    with pytest.raises(WorkbookError, match="save it in a folder of this computer"):
        run_macro(nowhere, "bring", rows=typed(history(9)))
    files = pd.DataFrame([{"file": "x movements/a.parquet", "lines": 1.0, "bytes": 1.0}], dtype=object)
    nowhere.write_table("MovementFiles", files)
    with pytest.raises(WorkbookError, match="saved in no folder of this computer"):
        run_macro(nowhere, "value")


def test_whole_days_go_the_oldest_first_and_days_with_a_time_stay() -> None:
    dates = np.array([1.0, 1.0, 2.0, 2.5, 3.0, 4.0, 4.0, 5.0])
    assert oldest_days(dates, 5).tolist() == [True, True, False, False, True, False, False, False]
    assert oldest_days(dates, 8).tolist() == [False] * 8
    assert oldest_days(dates, 0).tolist() == [True, True, False, False, True, True, True, True]
