"""Landed costs of the sheet LandedCosts: checked line by line, then shared over receipts of the ledger."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from xlinventory.core.ledger import StockLedger
from xlinventory.imports.issues import some_of
from xlinventory.macros.frame import Run
from xlinventory.tables import BadRowsError, Fault

TABLE = "LandedCosts"
PURCHASES = ("OPENING", "RECEIPT", "SUPPLIER_RETURN")
"""Kinds of movement that are receipts where their quantity is above 0."""
ROUNDING = 1e-9
"""Share of a cost below which what is left of it is rounding."""
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
    faults = landed_cost_faults(lines, run.movements(), items)
    if faults:
        raise BadRowsError(faults)
    return ledger.with_charges(
        lines["reference"].to_numpy(dtype=object),
        lines["amount"].to_numpy(dtype=float),
        date=lines["date"].to_numpy(dtype=float),
        basis=_basis(lines).to_numpy(dtype=object),
        weight=np.nan_to_num(items["weight"].to_numpy(dtype=float)[ledger.item]),
    )


def landed_cost_faults(lines: pd.DataFrame, movements: pd.DataFrame, items: pd.DataFrame) -> list[Fault]:
    """What keeps a line of LandedCosts from being shared over receipts, each with its row and column."""
    basis = _basis(lines)
    sound = lines[lines["reference"].ne("") & lines["amount"].notna() & basis.isin(list(KEYS))]
    parts = _receipts(sound, movements, items).groupby("reference")
    receipts = {str(reference): rows for reference, rows in parts}
    found: list[Fault] = []
    sound = sound.sort_values("amount", ascending=False, kind="stable")  # credits count with all charges
    for row, reference, amount in zip(sound.index, sound["reference"], sound["amount"], strict=True):
        try:
            _share(reference, basis[row], amount, receipts)
        except _Unshared as broken:
            found.append(Fault(TABLE, int(row), broken.column, broken.value, broken.rule))
    return sorted(found, key=lambda fault: fault.row)


class _Unshared(Exception):
    """A line that cannot be shared: its column, the value there, and the rule it breaks."""

    def __init__(self, column: str, value: object, rule: str) -> None:
        super().__init__(rule)
        self.column, self.value, self.rule = column, value, rule


def _share(reference: str, basis: str, amount: float, receipts: dict[str, pd.DataFrame]) -> None:
    """Put a line's shares on the cost of its receipts, so that credits count together."""
    if reference not in receipts:
        raise _Unshared("reference", reference, "must be the reference of a RECEIPT in Movements")
    mine = receipts[reference]
    keys = KEYS[basis](mine)
    if keys.isna().any():
        skus = some_of(sorted(set(mine.loc[keys.isna(), "sku"])))
        raise _Unshared("basis", basis, MISSING[basis].format(skus))
    if not keys.sum() > 0:
        raise _Unshared("basis", basis, f"there is no {basis} to share by: that of these receipts is 0")
    landed = mine["landed"] + amount * keys / keys.sum()
    if amount < 0 and (landed < -ROUNDING * KEYS["value"](mine)).any():
        raise _Unshared("amount", amount, "a credit must not be more than what its receipts cost")
    receipts[reference] = mine.assign(landed=landed)


def _basis(lines: pd.DataFrame) -> "pd.Series[str]":
    return lines["basis"].mask(lines["basis"].eq(""), DEFAULT)


def _receipts(lines: pd.DataFrame, movements: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """The receipts that lines refer to: cost and weight of a unit, and *landed*, what the row cost so far."""
    named = movements["reference"].isin(set(lines["reference"]))
    came = movements[named & movements["kind"].isin(PURCHASES) & movements["quantity"].gt(0)]
    of_item = items.drop_duplicates("sku").set_index("sku")[["unit_cost", "weight"]].reindex(came["sku"])
    cost = came["unit_cost"].where(came["unit_cost"].notna(), of_item["unit_cost"].to_numpy())
    receipts = came.assign(unit_cost=cost, weight=of_item["weight"].to_numpy())
    return receipts.assign(landed=KEYS["value"](receipts).fillna(0.0))
