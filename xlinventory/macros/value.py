"""Value stock: what is in stock and what sales cost, by FIFO, LIFO and average side by side."""

import numpy as np
import pandas as pd

from xlinventory.core.net_realisable_value import lower_of_cost_nrv
from xlinventory.macros.books import METHODS, Ledger, among, keep_ledger, without_figures
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.turnover import turnover_table
from xlinventory.tables import day_text


@macro("value", "Value stock")
def value(run: Run) -> str:
    """Value stock and cost of sales by FIFO, LIFO and weighted average, and measure turnover and age."""
    ledger = keep_ledger(run)
    run.report("Turnover and age", 0.8)
    valued = valuation_table(ledger)
    run.write("Valuation", valued)
    run.write("Turnover", turnover_table(ledger))
    return _sentence(valued, ledger.as_of, run.setting("currency"))


def valuation_table(ledger: Ledger) -> pd.DataFrame:
    """One row an item: stock and cost of sales by each method, and the write-down of the chosen one."""
    moves, items, books, chosen = ledger.moves, ledger.items, ledger.books, ledger.chosen
    problems = ledger.problems
    paid = moves.quantity * moves.unit_cost
    credited = moves.sums(paid, moves.purchase & (moves.quantity < 0))
    rows = items[["sku", "name"]].copy()
    rows["purchases"] = moves.sums(paid, moves.purchase)
    for method, book in books.items():
        rows[f"{method.lower()}_value"] = book.values
        out, back = moves.sums(book.charged), moves.sums(book.received, ~moves.purchase)
        rows[f"{method.lower()}_cost_of_sales"] = out - back + credited
    quantity = np.array([stock.quantity for stock in books[chosen].stocks])
    rows["nrv"] = items["sell_price"]
    cost = rows[f"{chosen.lower()}_value"]
    saleable = (quantity > 0) & rows["nrv"].notna()
    worth = lower_of_cost_nrv(1.0, cost.where(saleable, 0.0), (quantity * rows["nrv"]).where(saleable, 0.0))
    rows["carrying_value"] = cost.where(~saleable, worth)
    rows["write_down"] = (cost - rows["carrying_value"]).where(rows["nrv"].notna())
    rows = without_figures(rows, problems)
    rows["quantity"] = np.where(among(problems, len(rows)), moves.sums(moves.quantity), quantity)
    rows["problem"] = [problems.get(item, "") for item in range(len(rows))]
    return rows


def _sentence(rows: pd.DataFrame, as_of: float, currency: str) -> str:
    valued = rows[rows["problem"].eq("")]
    written_down = valued["write_down"].sum()
    stock, sales = (
        ", ".join(f"{method} {valued[f'{method.lower()}_{what}'].sum():,.2f}" for method in METHODS)
        for what in ("value", "cost_of_sales")
    )
    without = len(rows) - len(valued)
    rest = f"; {without} items have no value, see the column problem" if without else ""
    return (
        f"Valued {len(valued)} items on {day_text(as_of)} in {currency}: stock {stock}; "
        f"cost of sales {sales}; written down by {written_down:,.2f}{rest}."
    )
