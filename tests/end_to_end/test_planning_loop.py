"""The buttons pressed week after week in a simulated world, beside the loop of the planning benchmark.

The world (demand, lead times) and the loop are those of tests/benchmarks/planning_truth, whose policy "ours"
calls the core directly. Here the real buttons do it in a workbook: what sells is a movement, what comes is
typed into PurchaseOrders. Both must order the same on the same days, or the benchmark is not of this product.
"""

import importlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import openpyxl
import pandas as pd
import pytest

from xlinventory.hosts.excel import template
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
MONDAY = 43829.0  # 30 December 2019, day 0 of the world
ITEMS, WEEKS, WEEK, TARGET = 10, 5, 7, 0.97
KEPT = {
    "Settings", "Items", "Suppliers", "SupplierPrices", "Movements", "Demand", "Forecast", "PurchaseOrders",
    "Reorder", "Log", "_undo",
}  # fmt: skip
"""Sheets that these buttons need: without the others the formulas are calculated four times as fast."""
SUPPLIER = "S00000"
SKUS = np.array([f"I{number:02}" for number in range(ITEMS)], dtype=object)
BUTTONS = ("forecast", "plan", "reorder", "orders")


class Played(NamedTuple):
    """The benchmark's world and loop, and the workbook after the same weeks; stock of both after each."""

    world: Any
    loop: Any
    book: FileWorkbook
    on_hand: list[np.ndarray]
    net: list[np.ndarray]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(BENCHMARKS))
        loops, ours, worlds = (
            importlib.import_module(f"planning_truth.{name}") for name in ("loop", "ours", "world")
        )
    world = worlds.world(ITEMS, 1, 3, (worlds.Cell("normal", "10 d, 15 % late", "weekly"),))
    loop = loops.Loop(world, [ours.Ours(ours.Evening(), "cycle", TARGET)])
    book = opened(tmp_path_factory.mktemp("loop") / "loop.xlsx", world, loop.net[0])
    on_hand, net = [], []
    for week in range(WEEKS + 1):
        days = range(world.first_day + (week - 1) * WEEK, world.first_day + week * WEEK)
        if week:
            sell_and_receive(book, world, days)
            for day in days:
                loop.live(day)
        settings(book, as_of=MONDAY + days[-1])
        for button in BUTTONS:
            run_macro(book, button)
        on_hand.append(book.read_table("Items")["on_hand"].to_numpy(dtype=float))
        net.append(loop.net[0].copy())
    return Played(world, loop, book, on_hand, net)


def opened(path: Path, world: Any, stock: np.ndarray) -> FileWorkbook:
    """A workbook that knows the time before: a sale a week, and the receipts that lead times are known by."""
    template.build(path)
    sheets = openpyxl.load_workbook(path)
    for name in set(sheets.sheetnames) - KEPT:
        del sheets[name]
    sheets.save(path)
    book = FileWorkbook.open(path)
    lead = world.past_lead_days[0]
    skus = SKUS[np.arange(len(lead)) % ITEMS]
    came = MONDAY + world.first_day - 1 - WEEK * np.arange(len(lead))
    orders = {
        "po": [f"OLD-{number}" for number in range(len(lead))], "supplier": SUPPLIER, "sku": skus,
        "order_date": came - lead, "quantity": 1.0, "received": 1.0, "receipt_date": came,
        "status": "received",
    }  # fmt: skip
    receipts = {"date": came, "sku": skus, "kind": "RECEIPT", "quantity": 1.0, "reference": orders["po"]}
    weeks = world.weeks(world.first_day - 1)
    before = weeks.sum(axis=1) - pd.Series(skus).value_counts().reindex(SKUS).to_numpy()
    opening = {"date": MONDAY, "sku": SKUS, "kind": "OPENING", "quantity": stock + before}
    sales = {
        "date": MONDAY + WEEK * np.tile(np.arange(weeks.shape[1]), ITEMS),
        "sku": np.repeat(SKUS, weeks.shape[1]), "kind": "SALE", "quantity": -weeks.ravel(),
    }  # fmt: skip
    items = {"sku": SKUS, "active": "yes", "preferred_supplier": SUPPLIER, "unit_cost": world.unit_cost}
    put(book, "Items", items)
    put(book, "Suppliers", {"supplier": [SUPPLIER], "active": "yes", "promised_lead_days": 14.0})
    put(book, "PurchaseOrders", orders)
    put(book, "Movements", opening, receipts, sales)
    settings(book, service_level_A=TARGET, service_level_B=TARGET, service_level_C=TARGET)
    return book


def sell_and_receive(book: FileWorkbook, world: Any, days: range) -> None:
    """A week's sales by day, and what came in it typed into the orders."""
    item, day = np.nonzero(world.sold.units[:, days.start : days.stop])
    sales = pd.DataFrame(
        {
            "date": MONDAY + days.start + day, "sku": SKUS[item], "kind": "SALE",
            "quantity": -world.sold.units[item, days.start + day],
        }
    )  # fmt: skip
    movements = book.read_table("Movements")
    book.write_table("Movements", pd.concat([movements, sales.astype(object)]))
    orders = book.read_table("PurchaseOrders")
    waits = world.lead_days[lines_of(orders, world)]
    due = orders["order_date"].astype(float) + waits
    came = orders["received"].isna() & (due <= MONDAY + days[-1])
    orders.loc[came, "received"] = orders.loc[came, "quantity"]
    orders.loc[came, "receipt_date"] = due[came]
    book.write_table("PurchaseOrders", orders)
    if came.any():
        run_macro(book, "receive")


def lines_of(orders: pd.DataFrame, world: Any) -> tuple[np.ndarray, np.ndarray]:
    """Item and day of each line, as the world counts them."""
    items = np.searchsorted(SKUS, orders["sku"].to_numpy(dtype=object))
    return items, (orders["order_date"].to_numpy(dtype=float) - MONDAY).astype(int)


def put(book: FileWorkbook, table: str, *parts: dict[str, Any]) -> None:
    rows = (
        pd.concat([pd.DataFrame(part) for part in parts]).reindex(columns=TABLES[table].names).astype(object)
    )
    book.write_table(table, rows.where(rows.notna(), None))


def settings(book: FileWorkbook, **values: float) -> None:
    table = book.read_table("Settings")
    table["value"] = (
        table["setting"].map(values).astype(object).where(table["setting"].isin(values), table["value"])
    )
    book.write_table("Settings", table)


def new_orders(played: Played) -> pd.DataFrame:
    orders = played.book.read_table("PurchaseOrders")
    return orders[orders["order_date"].ge(MONDAY + played.world.first_day - 1)]


def test_the_buttons_order_what_the_benchmark_orders_on_the_same_days(played: Played) -> None:
    orders, placed = new_orders(played), played.loop.placed[0]
    items, days = lines_of(orders, played.world)
    pressed = sorted(zip(days.tolist(), items.tolist(), orders["quantity"].tolist(), strict=True))
    parts = (np.concatenate(part).tolist() for part in (placed.ordered, placed.rows, placed.units))
    assert pressed == sorted(zip(*parts, strict=True))
    assert len(pressed) > ITEMS


def test_stock_is_what_there_was_and_came_less_what_was_sold(played: Played) -> None:
    """Counted from the world's sales and the orders' lead times, and as the benchmark keeps it."""
    orders, world = new_orders(played), played.world
    items, days = lines_of(orders, world)
    arrived = days + world.lead_days[items, days]
    for week, (on_hand, net) in enumerate(zip(played.on_hand, played.net, strict=True)):
        now = world.first_day + week * WEEK
        sold = world.sold.units[:, world.first_day : now].sum(axis=1)
        here = arrived < now
        came = np.bincount(items[here], orders["quantity"].astype(float)[here], ITEMS)
        np.testing.assert_allclose(on_hand, played.on_hand[0] + came - sold, atol=1e-6)
        np.testing.assert_allclose(on_hand, net, atol=1e-6)


def test_pressing_again_the_same_evening_orders_nothing_twice(played: Played) -> None:
    before = played.book.read_table("PurchaseOrders")
    for button in ("reorder", "orders"):
        run_macro(played.book, button)
    pd.testing.assert_frame_equal(played.book.read_table("PurchaseOrders"), before)


def test_almost_every_evening_there_is_stock(played: Played) -> None:
    """Of 60 evenings; cycles end well in 97 %, and on most evenings none ends."""
    assert np.mean(np.array(played.on_hand) > 0) >= 0.9
