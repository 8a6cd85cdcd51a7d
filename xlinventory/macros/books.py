"""The books of every item: the movements of the workbook in a stock ledger, valued by FIFO, LIFO and average.

Purchases are opening stock and receipts with their landed cost, less what went back to suppliers, the same
for every method. Cost of sales is everything else that went out, less what came back: sales, write-offs and
stock-take differences, and the difference between what a supplier return took out of stock and its credit.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.archive.together import lines_of
from xlinventory.core.ledger import NegativeStock, Problem, StockLedger, ValuedLedger
from xlinventory.macros.frame import Run
from xlinventory.macros.landed_costs import with_landed_costs
from xlinventory.sheets import TABLES
from xlinventory.tables import day_text, read
from xlinventory.workbook import WorkbookError

AT_ITEMS_COST = ("OPENING", "RECEIPT")
"""Kinds of movement that take the item's unit cost where they have none of their own."""

NEEDED = {
    "Movements": ("kind", "unit_cost", "unit_price", "reference"),
    "Items": ("category", "unit_cost", "sell_price"),
    "LandedCosts": ("date", "basis"),
}
"""Columns whose cells may be blank: a renamed one would quietly give other figures."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Books:
    """A ledger, its items in the same order, and what they come to by some methods in a window.

    *chosen* is the method of the setting valuation_method; *from_date* of None is from the first movement.
    *prices* (n_rows,): the price of a unit of each movement, else of its item. *problems*: a sentence on why
    an item has no figures.
    """

    ledger: StockLedger
    items: pd.DataFrame
    valued: Mapping[str, ValuedLedger]
    problems: Mapping[int, str]
    chosen: str
    from_date: float | None
    as_of: float
    prices: Numbers


def keep_books(run: Run, from_date: float | None, as_of: float, methods: Sequence[str] = ()) -> Books:
    """The books by the method of Settings and by *methods*; raises WorkbookError when nothing moved."""
    for name, columns in NEEDED.items():
        run.require(name, *columns)
    movements = run.movements()
    if movements.empty:
        raise WorkbookError("There are no movements to value; refresh from CSV first.")
    run.report("Movements in order", 0.1)
    items, chosen = all_items(run), run.setting("valuation_method")
    ledger = stock_ledger(run, items)
    wanted = dict.fromkeys((chosen, *methods))
    valued: dict[str, ValuedLedger] = {}
    problems: dict[int, str] = {}
    for done, method in enumerate(wanted):
        run.report(f"{method} of {lines_of(movements).sum():,.0f} movements", 0.2 + 0.45 * done / len(wanted))
        valued[method] = ledger.value(
            method,
            from_date=from_date,
            as_of=as_of,
            negative=run.setting("negative_stock"),
            on_problem="leave_out",
        )
        found = valued[method].problems.items()
        problems = {item: problem_sentence(problem, movements) for item, problem in found} | problems
    prices = movements["unit_price"].to_numpy(dtype=float)
    prices = np.where(
        np.isnan(prices), items["sell_price"].to_numpy(dtype=float)[ledger.item[: len(prices)]], prices
    )
    return Books(ledger, items, valued, problems, chosen, from_date, as_of, prices)


def stock_ledger(run: Run, items: pd.DataFrame) -> StockLedger:
    """The movements of the workbook with their landed costs, not valued yet; *items*: all_items."""
    ledger = _ledger(run.movements(), items, run.setting("same_day_order"))
    return with_landed_costs(run, ledger, items)


def all_items(run: Run) -> pd.DataFrame:
    """Items, and a row for every sku that moved and is not among them."""
    items, movements = run.table("Items"), run.movements()
    strange = sorted(set(movements["sku"]) - set(items["sku"]))
    if not strange:
        return items.reset_index(drop=True)
    blank, _ = read(TABLES["Items"], pd.DataFrame({"sku": strange}, dtype=object))
    return pd.concat([items, blank], ignore_index=True) if len(items) else blank


def among(problems: Collection[int], count: int) -> NDArray[np.bool_]:
    """Marks the positions of *problems* among *count* items."""
    marked = np.zeros(count, dtype=bool)
    marked[list(problems)] = True
    return marked


def _ledger(movements: pd.DataFrame, items: pd.DataFrame, same_day_order: str) -> StockLedger:
    """Movements as a ledger: opening stock and receipts without a cost are at their item's."""
    known = items["unit_cost"].to_numpy(dtype=float)
    item = pd.Index(items["sku"]).get_indexer(movements["sku"])
    cost = movements["unit_cost"].to_numpy(dtype=float)
    blank = movements["kind"].isin(AT_ITEMS_COST).to_numpy() & np.isnan(cost)
    return StockLedger(
        movements["sku"].to_numpy(),
        movements["date"].to_numpy(dtype=float),
        movements["quantity"].to_numpy(dtype=float),
        np.where(blank, known[item], cost),
        kind=movements["kind"].to_numpy(),
        reference=movements["reference"].to_numpy(),
        receipts_first=same_day_order == "receipts first",
        skus=items["sku"].to_numpy(),
        last_cost=known,
    )


def problem_sentence(problem: Problem, movements: pd.DataFrame) -> str:
    """What is wrong with an item, on which day, and what to do."""
    day = day_text(float(movements["date"].iloc[problem.row]))
    if issubclass(problem.error, NegativeStock):
        return (
            f"On {day} {problem.quantity:g} units went out, {problem.missing:g} more than there were: "
            f"add what is missing to Movements, or set negative_stock to allow."
        )
    return (
        f"There is no cost for {problem.quantity:g} units of {day}: fill unit_cost in Movements or in Items."
    )
