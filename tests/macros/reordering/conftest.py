"""The list of a reorder run over a few items worked out by hand; formulas' results are given."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import pytest

from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.frame import Run
from xlinventory.macros.reorder import reorder_lines
from xlinventory.macros.stock import with_open_quantities
from xlinventory.sheets import TABLES

TODAY = 40886.0  # Friday 9 December 2011
Rows = Sequence[Mapping[str, Any]]


def table(name: str, rows: Rows) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=TABLES[name].names, dtype=object)


def item(sku: str, **changes: Any) -> dict[str, Any]:
    """20 units, 4 a day, 9 days to come: order at 46 up to 70 from Acme at 2.00."""
    planned = {
        "name": sku, "active": "yes", "preferred_supplier": "Acme", "unit_cost": 2.0, "sell_price": 5.0,
        "on_hand": 20.0, "on_order": 0.0, "committed": 0.0, "demand_avg": 4.0,
        "demand_sd": 2.0, "lead_time": 9.0, "lead_time_sd": 0.0, "service_target": 0.9, "reorder_point": 46.0,
        "order_up_to": 70.0, "pattern": "smooth", "status": "REORDER", "lead_time_receipts": 3.0,
    }  # fmt: skip
    row = {"sku": sku, **planned, **changes}
    return {"position": row["on_hand"] + row["on_order"] - row["committed"]} | row


def lines_of(
    *items: Mapping[str, Any],
    suppliers: Rows = ({"supplier": "Acme"},),
    prices: Rows = (),
    orders: Rows = (),
    before: Rows = (),
    forecast: Rows = (),
    **settings: Any,
) -> pd.DataFrame:
    values = {"as_of": TODAY, **settings}
    given = {"Items": items, "Suppliers": suppliers, "SupplierPrices": prices, "PurchaseOrders": orders}
    given |= {"Reorder": before, "Forecast": forecast}
    given["Settings"] = [{"setting": s, "value": v} for s, v in values.items()]
    run = Run(MemoryWorkbook({name: table(name, rows) for name, rows in given.items()}))
    standing = with_open_quantities(run.table("PurchaseOrders"), TODAY)
    return reorder_lines(run, run.table("Items"), standing, TODAY).set_index("sku")


@pytest.fixture(name="item", scope="session")
def _item() -> Callable[..., dict[str, Any]]:
    return item


@pytest.fixture(name="lines_of", scope="session")
def _lines_of() -> Callable[..., pd.DataFrame]:
    return lines_of


@pytest.fixture(scope="session")
def again() -> Callable[[pd.DataFrame], list[dict[str, Any]]]:
    """Lines of a run as they stand in the sheet before the next one, with what was changed there."""

    def rows(lines: pd.DataFrame, **changes: Mapping[str, Any]) -> list[dict[str, Any]]:
        kept = lines.assign(take=lines["take"].map({True: "yes", False: "no"})).reset_index()
        kept = kept.astype(object).where(kept.notna(), None)
        return [row | dict(changes.get(row["sku"], {})) for row in kept.to_dict("records")]

    return rows
