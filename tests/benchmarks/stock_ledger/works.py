"""The works that are compared: the engine by every method, the plain queue, just reading a CSV."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from stock_ledger import plain_queue
from xlinventory.core.ledger import METHODS, StockLedger, ValuedLedger, value_ledger

PERPETUAL = ("FIFO", "LIFO", "WAC")
FIGURES = ("quantity", "value", "cost_of_sales")
AGREEMENT = 1e-9
THREE_CALLS = "value_ledger three times: FIFO, LIFO, WAC"
ONCE = "StockLedger once, then FIFO, LIFO, WAC"
READY = "FIFO, LIFO, WAC of a StockLedger that is in order and linked"
QUEUE = "plain queue: FIFO, LIFO, moving average"
READ, READ_DATES = "pandas.read_csv", "pandas.read_csv with parse_dates"
Data = Mapping[str, Any]
Work = Callable[[], Any]


def save(movements: pd.DataFrame, folder: Path) -> None:
    """The movements as the works read them: columns, and a CSV."""
    movements.to_pickle(folder / "movements.pkl")
    movements.drop(columns="lot", errors="ignore").to_csv(folder / "movements.csv", index=False)


def columns(folder: Path) -> Data:
    """The columns as arrays of their own, texts unknown to anyone yet."""
    table = pd.read_pickle(folder / "movements.pkl")
    return {name: table[name].to_numpy() for name in table}


def prepared(name: str, folder: Path) -> Work:
    """A piece of work with its data at hand."""
    if name in READERS:
        return partial(READERS[name], folder / "movements.csv")
    data = columns(folder)
    if name == READY:
        ledger = in_order(data)
        return lambda: [ledger.value(method) for method in PERPETUAL]
    return partial(_WORKS[name], data) if name in _WORKS else partial(_queue, rows_of(data))


def arguments(data: Data) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of ``value_ledger``."""
    positional = tuple(data[name] for name in ("sku", "date", "quantity", "unit_cost"))
    return positional, {"kind": data["kind"], "reference": data["reference"]}


def by_method(method: str, data: Data) -> ValuedLedger:
    """The ledger by one method; STANDARD with standards revised half way, SPECIFIC with lots."""
    positional, named = arguments(data)
    if method == "STANDARD":
        named["standard_cost"] = standards(data)
    if method == "SPECIFIC":
        named["reference"] = data["lot"]
    return value_ledger(*positional, **named, method=method)


def standards(data: Data) -> Any:
    """The first cost of each item, a twentieth more from the middle day on."""
    cost = pd.Series(data["unit_cost"]).groupby(data["sku"]).transform("first").to_numpy()
    middle = data["date"].min() + (data["date"].max() - data["date"].min()) / 2
    return np.where(data["date"] < middle, cost, np.round(cost * 1.05, 4))


def rows_of(data: Data) -> list[plain_queue.Row]:
    """The rows as the plain queue gets them."""
    return list(zip(*(data[name].tolist() for name in plain_queue.COLUMNS), strict=True))


def disagreement(data: Data) -> float:
    """The largest relative difference between the engine and the plain queue, of any item and figure."""
    positional, named = arguments(data)
    ledger, rows = StockLedger(*positional, **named), rows_of(data)
    worst = 0.0
    for method in PERPETUAL:
        ours, theirs = ledger.value(method), plain_queue.METHODS[method](rows)
        for figure in FIGURES:
            mine = getattr(ours, figure)
            other = np.array([getattr(theirs, figure).get(sku, 0.0) for sku in ours.sku])
            worst = max(worst, float((np.abs(mine - other) / np.maximum(np.abs(mine), 1.0)).max()))
    return worst


def in_order(data: Data) -> StockLedger:
    """A ledger that was asked something before: its rows are checked, in order and linked."""
    positional, named = arguments(data)
    ledger = StockLedger(*positional, **named)
    ledger.shortages()
    return ledger


def _three_calls(data: Data) -> None:
    for method in PERPETUAL:
        by_method(method, data)


def _once(data: Data) -> None:
    positional, named = arguments(data)
    ledger = StockLedger(*positional, **named)
    for method in PERPETUAL:
        ledger.value(method)


def _queue(rows: list[plain_queue.Row]) -> None:
    for method in PERPETUAL:
        plain_queue.METHODS[method](rows)


READERS: Mapping[str, Callable[[Path], Any]] = {
    READ: pd.read_csv,
    READ_DATES: partial(pd.read_csv, parse_dates=["date"]),
}
_WORKS: Mapping[str, Callable[[Data], Any]] = {
    **{method: partial(by_method, method) for method in METHODS},
    THREE_CALLS: _three_calls,
    ONCE: _once,
}
NAMES = (*_WORKS, READY, QUEUE, *READERS)
