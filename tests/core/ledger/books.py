"""The ledger under test on the rows of a history, and whether it says what the slow ledger says."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from tests.core.ledger.histories import charge_columns, columns
from tests.core.ledger.slow_ledger import Account, Charge, Movement, Refused
from xlinventory.core.ledger import StockLedger, ValuedLedger

laws = settings(max_examples=15, deadline=None)
"""How many random books a law is held against in the gate."""


def kept(
    rows: Sequence[Movement],
    *,
    charges: Sequence[Charge] = (),
    receipts_first: bool = False,
    known: Mapping[str, Fraction] | None = None,
) -> StockLedger:
    """The ledger of the rows, their charges with it."""
    more: dict[str, Any] = {}
    if known is not None:
        more["skus"] = list(dict.fromkeys(m.sku for m in rows))
        more["last_cost"] = np.array([float(known.get(sku, np.nan)) for sku in more["skus"]])
    ledger = StockLedger(**columns(rows), receipts_first=receipts_first, **more)
    return ledger.with_charges(**charge_columns(charges, rows)) if charges else ledger


def near(value: Any) -> Any:
    return pytest.approx(np.asarray(value, dtype=float), rel=1e-9, abs=1e-9)


def close(value: Any) -> Any:
    """As near, for one number or a list of them."""
    return pytest.approx(value, rel=1e-9, abs=1e-9)


FIGURES = ("quantity", "value", "cost_of_sales", "opening_quantity", "opening_value", "receipts_value")


def figures(valued: ValuedLedger) -> dict[str, tuple[float, ...]]:
    """The figures of each item."""
    table = np.array([getattr(valued, name) for name in FIGURES])
    return {sku: tuple(table[:, i].tolist()) for i, sku in enumerate(valued.sku)}


def layers_of(valued: ValuedLedger) -> dict[str, list[tuple[float, float, float, int]]]:
    """Date, quantity, unit cost and row of the layers of each item."""
    found: dict[str, list[tuple[float, float, float, int]]] = {sku: [] for sku in valued.sku}
    layers = valued.layers()
    rows = zip(layers.item, layers.date, layers.quantity, layers.unit_cost, layers.row, strict=True)
    for item, *layer in rows:
        found[valued.sku[item]].append(tuple(float(x) for x in layer))
    return found


def assert_agrees(
    slow: Mapping[str, Account | Refused], valued: ValuedLedger, ledger: StockLedger, rows: Sequence[Movement]
) -> None:
    """Every figure, layer, row and refusal of the two."""
    assert list(valued.sku) == list(slow)
    assert {valued.sku[item] for item in valued.problems} == {
        sku for sku, account in slow.items() if isinstance(account, Refused)
    }
    for item, problem in valued.problems.items():
        refused = slow[valued.sku[item]]
        assert isinstance(refused, Refused)
        assert problem.row == refused.row
        if refused.missing is not None:
            assert (problem.quantity, problem.missing) == close(
                (float(refused.quantity), float(refused.missing))
            )
        assert all(np.isnan(getattr(valued, name)[item]) for name in FIGURES if "quantity" not in name)
    accounts = {sku: a for sku, a in slow.items() if isinstance(a, Account)}
    found = figures(valued)
    for sku, account in accounts.items():
        told = dict(zip(FIGURES, found[sku], strict=True))
        assert told == close({name: float(getattr(account, name)) for name in FIGURES}), sku
    fine = [item for item, sku in enumerate(valued.sku) if sku in accounts]
    assert valued.check[fine] == near(np.zeros(len(fine)))
    assert_layers_agree(accounts, valued)
    assert_rows_agree(accounts, valued, ledger, rows)
    assert_consumed_agrees(accounts, valued, rows)


def assert_layers_agree(accounts: Mapping[str, Account], valued: ValuedLedger) -> None:
    for sku, account in accounts.items():
        told = layers_of(valued)[sku]
        if valued.method == "STANDARD":
            assert sum(layer[1] for layer in told) == close(float(account.quantity))
            continue
        if valued.method.startswith("WAC"):
            assert len(told) == bool(account.layers)
            if told:
                assert told[0][1] == close(float(account.quantity))
                assert told[0][1] * told[0][2] == close(float(account.value))
            continue
        expected = [(lot.day // 1, float(lot.quantity), float(lot.cost), lot.row) for lot in account.layers]
        assert np.array(told) == near(expected), sku


def assert_rows_agree(
    accounts: Mapping[str, Account], valued: ValuedLedger, ledger: StockLedger, rows: Sequence[Movement]
) -> None:
    """Money in and out with each row; what the parts of a charge did in all."""
    money, count = valued.by_row(), len(rows)
    for sku, account in accounts.items():
        own = [row for row, move in enumerate(rows) if move.sku == sku]
        received = np.array([float(account.received.get(row, 0)) for row in own])
        charged = np.array([float(account.charged.get(row, 0)) for row in own])
        if valued.method == "STANDARD":
            assert money.received[own] - money.charged[own] == near(received - charged)
        else:
            assert money.received[own] == near(received)
            assert money.charged[own] == near(charged)
        parts = count + np.flatnonzero(ledger.item[count:] == list(valued.sku).index(sku))
        for told, expected in ((money.received, account.received), (money.charged, account.charged)):
            assert told[parts].sum() == close(
                float(sum(money for row, money in expected.items() if row >= count))
            )


def assert_consumed_agrees(
    accounts: Mapping[str, Account], valued: ValuedLedger, rows: Sequence[Movement]
) -> None:
    """Units and money that each issue took from each layer; an average has no layers to tell apart."""
    if valued.method == "STANDARD":
        return
    told, expected = Pieces(valued.method), Pieces(valued.method)
    for account in accounts.values():
        for row, layer_row, units, cost in account.taken:
            expected.add(row, layer_row, float(units), float(units * cost))
    taken = valued.consumed()
    columns = (
        taken.row.tolist(),
        taken.layer_row.tolist(),
        taken.quantity.tolist(),
        taken.unit_cost.tolist(),
    )
    for row, layer_row, units, unit_cost in zip(*columns, strict=True):
        if rows[row].sku in accounts:  # of items without figures nothing is promised
            told.add(row, layer_row, units, units * unit_cost)
    assert set(told.pieces) == set(expected.pieces)
    for key, pair in expected.pieces.items():
        assert told.pieces[key] == close(pair), key


class Pieces:
    """Units and money by issue and layer."""

    def __init__(self, method: str) -> None:
        self.averaged = method.startswith("WAC")
        self.pieces: dict[tuple[int, int], tuple[float, float]] = {}

    def add(self, row: int, layer_row: int, units: float, money: float) -> None:
        key = (row, -1 if self.averaged else layer_row)
        before = self.pieces.get(key, (0.0, 0.0))
        self.pieces[key] = (before[0] + units, before[1] + money)
