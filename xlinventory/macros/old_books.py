"""keep_books as the interface has it, on the old engine; goes when the ledger comes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from xlinventory.core.cost_layers import COST_FLOWS, EMPTY, NegativeStock, Rows, Stock, replay
from xlinventory.core.errors import NotEnoughData
from xlinventory.macros import landed_costs
from xlinventory.macros.books import METHODS, _problem, all_items, unknown_costs
from xlinventory.macros.frame import Run
from xlinventory.macros.movement_costs import Journal, journal
from xlinventory.workbook import WorkbookError


@dataclass(frozen=True)
class ValuedLedger:
    method: str
    sku: Any
    quantity: Any
    value: Any
    cost_of_sales: Any
    opening_quantity: Any
    opening_value: Any
    receipts_value: Any
    check: Any
    problems: Mapping[int, Any]
    money: Any

    def by_row(self):
        return self.money


@dataclass(frozen=True)
class RowMoney:
    received: Any
    charged: Any


@dataclass(frozen=True)
class StockLedger:
    sku: Any
    item: Any
    date: Any
    quantity: Any
    purchase: Any
    sale: Any
    reference: Any
    moves: Any
    items: Any

    def with_charges(self, reference, amount, *, date=None, basis="value", weight=None):
        rows = self.moves.copy()
        cost = rows["unit_cost"].to_numpy(float).copy()
        known = self.items["unit_cost"].to_numpy(float)[self.item]
        cost = np.where(self.purchase & np.isnan(cost), known, cost)
        for ref, money in zip(reference, amount, strict=True):
            mine = (rows["reference"] == ref).to_numpy() & (rows["kind"] == "RECEIPT").to_numpy()
            keys = {
                "value": self.quantity * cost,
                "quantity": self.quantity,
                "weight": self.quantity * (np.nan if weight is None else weight),
            }[basis]
            share = np.where(mine, keys, 0.0)
            cost = np.where(mine, cost + money * share / share.sum() / np.where(mine, self.quantity, 1), cost)
        rows["unit_cost"] = cost
        return replace(self, moves=rows)

    def value(self, method="FIFO", *, from_date=None, as_of=None, negative="error", on_problem="raise"):
        entries: Journal = journal(self.moves, self.items, as_of)
        problems = dict(unknown_costs(entries))
        start, first = entries.start, -np.inf if from_date is None else from_date
        n, known = len(self.items), self.items["unit_cost"].to_numpy(float)
        figures = {name: np.zeros(n) for name in ("quantity", "value", "opening_quantity", "opening_value")}
        received, charged = np.zeros(len(entries.item)), np.zeros(len(entries.item))
        periodic = COST_FLOWS[method].periodic
        for item in range(n):
            span = slice(start[item], start[item + 1])
            if item in problems or span.start == span.stop:
                continue
            split = span.start + int((np.floor(entries.date[span]) < first).sum())
            parts = [(slice(span.start, split), 0), (slice(split, span.stop), split - span.start)]
            stock = Stock(last_received=known[item])
            try:
                opening = self._part(entries, parts[0], method, negative, stock)
                if periodic:
                    done = self._part(entries, parts[1], method, negative, opening.stock)
                    rec, cha = [*opening.received, *done.received], [*opening.charged, *done.charged]
                else:
                    done = self._part(entries, (span, 0), method, negative, stock)
                    rec, cha = done.received, done.charged
            except NegativeStock as error:
                problems[item] = _problem(error, entries, span.start)
                continue
            except NotEnoughData as error:
                problems[item] = _problem(error, entries, span.start)
                continue
            received[span], charged[span] = rec, cha
            figures["opening_quantity"][item], figures["opening_value"][item] = (
                opening.stock.quantity,
                opening.stock.value,
            )
            figures["quantity"][item], figures["value"][item] = done.stock.quantity, done.stock.value
        during = np.floor(entries.date) >= first
        received, charged = np.where(during, received, 0), np.where(during, charged, 0)
        paid = entries.quantity * entries.unit_cost
        purchases = entries.sums(paid, entries.purchase & during)
        credited = entries.sums(paid, entries.purchase & during & (entries.quantity < 0))
        cost = entries.sums(charged) - entries.sums(received, ~entries.purchase) + credited
        order = np.array([], int)
        kept = (
            (np.floor(self.moves["date"]) <= np.floor(as_of)) & self.moves["kind"].ne("TRANSFER")
        ).to_numpy()
        places = np.flatnonzero(kept)
        order = np.lexsort((np.floor(self.date[kept]), self.item[kept]))
        money = RowMoney(np.zeros(len(self.item)), np.zeros(len(self.item)))
        money.received[places[order]], money.charged[places[order]] = received, charged
        out = {"cost_of_sales": cost, "receipts_value": purchases, **figures}
        for each in out.values():
            each[list(problems)] = np.nan
        check = out["opening_value"] + purchases - cost - out["value"]
        return ValuedLedger(method, self.sku, check=check, problems=problems, money=money, **out)

    def _part(self, entries, part, method, negative, stock):
        span, before = part
        links = entries.link[span]
        links = np.where(links >= before, links - before, -1).tolist() if len(links) else []
        if not links or max(links) < 0:
            links = ()
        rows = Rows(
            entries.date[span].tolist(),
            entries.quantity[span].tolist(),
            entries.unit_cost[span].tolist(),
            links,
        )
        return replay(rows, COST_FLOWS[method], negative, stock)


@dataclass(frozen=True)
class Books:
    ledger: StockLedger
    items: pd.DataFrame
    valued: Mapping[str, ValuedLedger]
    problems: Mapping[int, str]
    chosen: str
    from_date: float | None
    as_of: float
    prices: Any


def keep_books(run: Run, from_date: float | None, as_of: float) -> Books:
    movements = run.table("Movements")
    if movements.empty:
        raise WorkbookError("There are no movements to value; refresh from CSV first.")
    items = all_items(run.table("Items"), movements)
    item = pd.Index(items["sku"]).get_indexer(movements["sku"])
    kind = movements["kind"]
    ledger = StockLedger(
        items["sku"].to_numpy(),
        item,
        movements["date"].to_numpy(float),
        movements["quantity"].to_numpy(float),
        kind.isin(["OPENING", "RECEIPT", "SUPPLIER_RETURN"]).to_numpy(),
        kind.isin(["SALE", "CUSTOMER_RETURN"]).to_numpy(),
        movements["reference"].to_numpy(),
        movements,
        items,
    )
    ledger = landed_costs.with_landed_costs(run, ledger, items)
    valued, problems = {}, {}
    for i, method in enumerate(METHODS):
        run.report(f"{method} of {len(movements):,} movements", 0.2 + 0.2 * i)
        valued[method] = ledger.value(
            method,
            from_date=from_date,
            as_of=as_of,
            negative=run.setting("negative_stock"),
            on_problem="leave_out",
        )
        problems = dict(valued[method].problems) | problems
    price = movements["unit_price"].to_numpy(float)
    price = np.where(np.isnan(price), items["sell_price"].to_numpy(float)[item], price)
    return Books(ledger, items, valued, problems, run.setting("valuation_method"), from_date, as_of, price)
