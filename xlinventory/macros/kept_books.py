"""keep_books of the stock ledger's interface on the replay of single items, until the ledger itself is here."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.macros import books as old
from xlinventory.macros.frame import Run
from xlinventory.macros.movement_costs import Journal, Mask, Numbers, journal
from xlinventory.workbook import WorkbookError


@dataclass(frozen=True, slots=True)
class RowMoney:
    received: Numbers
    charged: Numbers


@dataclass(frozen=True, slots=True)
class Layers:
    item: NDArray[np.int_]
    date: Numbers
    quantity: Numbers
    unit_cost: Numbers


@dataclass(frozen=True, slots=True)
class Valued:
    quantity: Numbers
    value: Numbers
    opening_value: Numbers
    money: RowMoney
    lots: Layers

    def by_row(self) -> RowMoney:
        return self.money

    def layers(self) -> Layers:
        return self.lots


@dataclass(frozen=True, slots=True)
class StockLedger:
    sku: NDArray[np.object_]
    item: NDArray[np.int_]
    date: Numbers
    quantity: Numbers
    purchase: Mask
    sale: Mask


@dataclass(frozen=True, slots=True)
class Books:
    ledger: StockLedger
    items: pd.DataFrame
    valued: Mapping[str, Valued]
    problems: Mapping[int, str]
    chosen: str
    from_date: float
    as_of: float
    prices: Numbers


def keep_books(run: Run, from_date: float, as_of: float) -> Books:
    movements = run.table("Movements")
    if movements.empty:
        raise WorkbookError("There are no movements to value; refresh from CSV first.")
    items = old.all_items(run.table("Items"), movements)
    if "abc" not in items:
        more = run.table("Items").set_index("sku")[["category", "abc"]]
        items = items.join(more, on="sku").fillna({"category": "", "abc": ""})
    moves = journal(movements, items, as_of)
    problems = old.unknown_costs(moves)
    valued = {}
    for i, method in enumerate(old.METHODS):
        run.report(f"{method} of {len(moves.item)} movements", 0.2 + 0.2 * i)
        done = old.keep_books(moves, items, method, run.setting("negative_stock"), problems)
        valued[method] = _valued(done, moves, from_date)
    ledger = StockLedger(
        items["sku"].to_numpy(dtype=object),
        moves.item,
        moves.date,
        moves.quantity,
        moves.purchase,
        moves.sale,
    )
    chosen = run.setting("valuation_method")
    return Books(ledger, items, valued, problems, chosen, from_date, as_of, moves.unit_price)


def _valued(done: old.Books, moves: Journal, from_date: float) -> Valued:
    before = np.floor(moves.date) < from_date
    held = [(i, *layer[:3]) for i, stock in enumerate(done.stocks) for layer in stock.layers]
    columns = np.array(held, dtype=float).reshape(-1, 4).T
    money = RowMoney(np.where(before, 0.0, done.received), np.where(before, 0.0, done.charged))
    return Valued(
        np.array([stock.quantity for stock in done.stocks]),
        done.values,
        moves.sums(done.received - done.charged, before),
        money,
        Layers(columns[0].astype(int), *columns[1:]),
    )
