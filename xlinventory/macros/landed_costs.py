"""Landed costs of the sheet LandedCosts: checked line by line, then shared over the receipts of the ledger."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from xlinventory.core.ledger import StockLedger
from xlinventory.imports.issues import some_of
from xlinventory.macros.frame import Run
from xlinventory.tables import BadRowsError, Fault

TABLE = "LandedCosts"
RECEIVED = ("OPENING", "RECEIPT")
DEFAULT = "value"
"""The basis of a line that names none."""
KEYS: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    "weight": lambda receipts: receipts["quantity"] * receipts["weight"],
    "quantity": lambda receipts: receipts["quantity"],
    "value": lambda receipts: receipts["quantity"] * receipts["unit_cost"],
}
"""What a receipt's part of a charge goes by, for each basis."""
MISSING = {
    "weight": "sharing by weight needs a weight in Items for {}",
    "value": "sharing by value needs a unit_cost in Movements or in Items for {}",
}


def with_landed_costs(run: Run, ledger: StockLedger, items: pd.DataFrame) -> StockLedger:
    """The ledger with every charge on its receipts; raises BadRowsError with all lines that cannot be shared.

    *items* has a row for each item of the ledger.
    """
    lines = run.table(TABLE)
    if lines.empty:
        return ledger
    faults = landed_cost_faults(lines, run.table("Movements"), items)
    if faults:
        raise BadRowsError(faults)
    basis, movements = _basis(lines), len(ledger.date)
    weight = items["weight"].to_numpy(dtype=float)[ledger.item]
    for name in KEYS:
        mine = lines[basis == name]
        if len(mine):
            ledger = ledger.with_charges(
                mine["reference"].to_numpy(dtype=object),
                mine["amount"].to_numpy(dtype=float),
                date=mine["date"].to_numpy(dtype=float),
                basis=name,
                weight=np.pad(weight, (0, len(ledger.date) - movements)) if name == "weight" else None,
            )
    return ledger


def landed_cost_faults(lines: pd.DataFrame, movements: pd.DataFrame, items: pd.DataFrame) -> list[Fault]:
    """What keeps a line of LandedCosts from being shared over receipts, each with its row and column."""
    filled = lines[lines["reference"].ne("") & lines["amount"].notna()]
    basis = _basis(filled)
    known = filled[basis.isin(list(KEYS))]
    receipts = dict(iter(_receipts(known, movements, items).groupby("reference")))
    found: list[Fault] = []
    for row, reference, name, amount in zip(
        known.index, known["reference"], basis[known.index], known["amount"], strict=True
    ):
        for column, value, rule in _broken(reference, name, amount, receipts.get(reference)):
            found.append(Fault(TABLE, int(row), column, value, rule))
    return found


def _broken(
    reference: str, basis: str, amount: float, receipts: pd.DataFrame | None
) -> Iterator[tuple[str, object, str]]:
    """Column, value and rule of what is wrong with a line; the first thing only."""
    if receipts is None:
        yield "reference", reference, "must be the reference of a RECEIPT in Movements"
        return
    keys = KEYS[basis](receipts)
    if keys.isna().any():
        yield "basis", basis, MISSING[basis].format(some_of(sorted(set(receipts.loc[keys.isna(), "sku"]))))
    elif not keys.sum() > 0:
        yield "basis", basis, f"there is no {basis} to share by: that of these receipts is 0"
    elif amount < 0 and -amount > KEYS["value"](receipts).sum():
        yield "amount", amount, "a credit must not be more than what its receipts cost"


def _basis(lines: pd.DataFrame) -> "pd.Series[str]":
    return lines["basis"].mask(lines["basis"].eq(""), DEFAULT)


def _receipts(lines: pd.DataFrame, movements: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """The receipts that lines refer to, with the cost and the weight of a unit."""
    named = movements["reference"].isin(set(lines["reference"]))
    came = movements[named & movements["kind"].isin(RECEIVED) & movements["quantity"].gt(0)]
    of_item = items.drop_duplicates("sku").set_index("sku")[["unit_cost", "weight"]].reindex(came["sku"])
    cost = came["unit_cost"].where(came["unit_cost"].notna(), of_item["unit_cost"].to_numpy())
    return came.assign(unit_cost=cost, weight=of_item["weight"].to_numpy())
