"""What Value stock writes: each item's figures of a period by three methods, and the totals by six.

Purchases are opening stock and receipts with their landed cost, less what suppliers took back, the same by
every method. Cost of sales is all else that went out, less what came back. Stock is carried at the lower of
cost and net realisable value: selling price less cost to sell. Source: IAS 2 Inventories, 9, 25 and 28 to 34.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.ledger import ValuedLedger
from xlinventory.core.net_realisable_value import change, write_downs
from xlinventory.imports.issues import counted
from xlinventory.macros.books import Books, among

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]

ROUNDING = 1e-9
"""Share of a cost up to which a write-down is rounding."""
SIDE_BY_SIDE = ("FIFO", "LIFO", "WAC")
LIFO_NOTE = "Not permitted under IFRS (IAS 2.25)"
NOTES = {
    "FIFO": "",
    "LIFO": LIFO_NOTE,
    "WAC": "Moving average",
    "FIFO_PERIODIC": "All receipts of the period before its issues",
    "LIFO_PERIODIC": f"All receipts of the period before its issues. {LIFO_NOTE}",
    "WAC_PERIODIC": "One average for the whole period",
}
"""What to know of each method, in the order of the lines of ValuationTotals."""


@dataclass(frozen=True, slots=True)
class Realisable:
    """Net realisable value of a unit of each item (NaN: not known), and what it is compared with cost by.

    *basis* is item, category or total; items that are not *valued* take no part.
    """

    of_unit: Numbers
    category: NDArray[np.object_]
    valued: Mask
    basis: str

    def write_down(self, ledger: ValuedLedger) -> Numbers:
        """Write-down of each item (n_skus,): stock below zero and items without a price stay at cost."""
        held = np.where(self.valued, np.nan_to_num(ledger.quantity), 0.0)
        cost = np.where(held > 0, np.nan_to_num(ledger.value), 0.0)
        worth = np.where(held > 0, held * self.of_unit, np.nan)
        labels: Mapping[str, NDArray[np.object_] | None] = {
            "item": None,
            "category": self.category,
            "total": np.full(len(cost), "", dtype=object),
        }
        down: Numbers = write_downs(cost, worth, labels[self.basis])
        return np.where(down > ROUNDING * cost, down, 0.0)


def realisable(books: Books, basis: str) -> Realisable:
    """Selling price less cost to sell, at least 0; an item without a cost to sell has none."""
    items = books.items
    selling = items["cost_to_sell"].fillna(0.0) if "cost_to_sell" in items else 0.0
    of_unit = (items["sell_price"] - selling).clip(lower=0.0).to_numpy(dtype=float)
    valued = ~among(books.problems, len(items))
    return Realisable(of_unit, _categories(items["category"]), valued, basis)


def _categories(named: pd.Series) -> NDArray[np.object_]:
    """A label for each item: its category whatever its case and spaces; one of its own where it has none."""
    known = named.fillna("").str.split().str.join(" ").str.casefold()
    alone = pd.Series([f"\n{place}" for place in range(len(known))], index=known.index)
    return known.mask(known.eq(""), alone).to_numpy(dtype=object)


def valuation_table(books: Books, worth: Realisable, before: pd.Series | None = None) -> pd.DataFrame:
    """One row an item: opening, purchases, cost of sales and stock by each method, and the write-down.

    *before* is the write-down by sku of the last closing; None where no period was closed.
    """
    chosen = books.valued[books.chosen]
    rows = books.items[["sku", "name", "category"]].reset_index(drop=True)
    rows["from_date"], rows["to_date"] = books.from_date, books.as_of
    rows["quantity"] = chosen.quantity
    for name, figure in (
        ("opening", "opening_value"),
        ("cost_of_sales", "cost_of_sales"),
        ("value", "value"),
    ):
        for method in SIDE_BY_SIDE:
            rows[f"{method.lower()}_{name}"] = getattr(books.valued[method], figure)
    rows["purchases"] = chosen.receipts_value
    rows["written_off"] = _written_off(books)
    rows["nrv"] = worth.of_unit
    down = worth.write_down(chosen)
    rows["write_down"] = np.where(np.isnan(worth.of_unit), np.nan, down)
    rows["write_down_change"] = np.nan
    if before is not None:
        rows["write_down_change"] = change(down, before.reindex(rows["sku"]).fillna(0.0))
    rows["carrying_value"] = chosen.value - down
    rows = without_figures(rows, ~worth.valued)
    rows["problem"] = [books.problems.get(item, "") for item in range(len(rows))]
    return rows


def totals_table(books: Books, valued: Mapping[str, ValuedLedger], worth: Realisable) -> pd.DataFrame:
    """One line a method: the sums over all items that have a value by each of the three side by side."""
    rows = pd.DataFrame([_totals(method, ledger, worth) for method, ledger in valued.items()])
    rows["from_date"], rows["to_date"] = books.from_date, books.as_of
    rows["chosen"] = np.where(rows["method"] == books.chosen, "yes", "")
    return rows


def without_figures(rows: pd.DataFrame, problem: Mask) -> pd.DataFrame:
    """No figure for an item with a problem."""
    told = ["sku", "name", "category", "from_date", "to_date", "nrv"]
    rows.loc[problem, rows.columns.difference(told)] = np.nan
    return rows


def _totals(method: str, ledger: ValuedLedger, worth: Realisable) -> dict[str, object]:
    """The sums over what can be valued by this method too, and a note when something is left out."""
    valued, down = worth.valued & ~among(ledger.problems, len(ledger.sku)), worth.write_down(ledger)
    out = int(np.count_nonzero(~valued))
    without = f"Without {counted(out, 'item')} that cannot be valued. " if out else ""
    sums = {
        "opening": ledger.opening_value,
        "purchases": ledger.receipts_value,
        "cost_of_sales": ledger.cost_of_sales,
        "closing": ledger.value,
        "write_down": down,
        "carrying_value": ledger.value - down,
    }
    figures = {name: float(column[valued].sum()) for name, column in sums.items()}
    return {"method": method, "note": f"{without}{NOTES[method]}".removesuffix(". "), **figures}


def _written_off(books: Books) -> Numbers:
    """What write-offs and stock-take differences took out of stock, less what stock takes found."""
    ledger, money = books.ledger, books.valued[books.chosen].by_row()
    other = ~(ledger.purchase | ledger.sale)
    lost = np.where(other, money.charged[: len(other)] - money.received[: len(other)], 0.0)
    sums: Numbers = np.bincount(ledger.item, lost, len(ledger.sku)).astype(float)
    return sums
