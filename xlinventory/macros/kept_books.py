"""The books of a workbook: every movement up to a day, valued by each method; until macros.books has it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.ledger import StockLedger, ValuedLedger
from xlinventory.macros.books import METHODS, all_items
from xlinventory.macros.frame import Run
from xlinventory.macros.landed_costs import with_landed_costs
from xlinventory.workbook import WorkbookError


@dataclass(frozen=True, slots=True)
class Books:
    """A ledger, its items, and its values by method in a window."""

    ledger: StockLedger
    items: pd.DataFrame
    valued: Mapping[str, ValuedLedger]
    problems: Mapping[int, str]
    chosen: str
    from_date: float | None
    as_of: float
    prices: NDArray[np.float64]


def keep_books(run: Run, from_date: float | None, as_of: float) -> Books:
    """The books of a window."""
    movements = run.table("Movements")
    if movements.empty:
        raise WorkbookError("There are no movements to value; refresh from CSV first.")
    items = all_items(run.table("Items"), movements)
    kind = movements["kind"].to_numpy(dtype=object)
    item = pd.Index(items["sku"]).get_indexer(movements["sku"])
    known = items["unit_cost"].to_numpy(dtype=float)
    cost = movements["unit_cost"].to_numpy(dtype=float)
    bought = np.isin(kind.astype(str), ("OPENING", "RECEIPT", "SUPPLIER_RETURN"))
    back = (kind == "SUPPLIER_RETURN") & np.isnan(cost)
    ledger = StockLedger(
        movements["sku"], movements["date"], movements["quantity"],
        np.where(bought & np.isnan(cost) & ~back, known[item], cost), kind=kind,
        reference=movements["reference"], skus=items["sku"], last_cost=known,
        receipts_first=run.setting("same_day_order") != "entry",
    )  # fmt: skip
    ledger = with_landed_costs(run, ledger, items)
    valued: dict[str, ValuedLedger] = {}
    problems: dict[int, str] = {}
    for i, method in enumerate(METHODS):
        run.report(f"{method} of {len(movements):,} movements", 0.2 + 0.2 * i)
        valued[method] = ledger.value(
            method, from_date=from_date, as_of=as_of, negative=run.setting("negative_stock"),
            on_problem="leave_out",
        )  # fmt: skip
        problems |= {i: str(problem) for i, problem in valued[method].problems.items() if i not in problems}
    price = movements["unit_price"].to_numpy(dtype=float)
    price = np.where(np.isnan(price), items["sell_price"].to_numpy(dtype=float)[item], price)
    return Books(ledger, items, valued, problems, run.setting("valuation_method"), from_date, as_of, price)
