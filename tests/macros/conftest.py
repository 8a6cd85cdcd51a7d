"""A workbook in memory from a few rows of each table; what is not given is blank or has its first value."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import pytest

from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.sheets import TABLES
from xlinventory.sheets.settings import SETTINGS

Rows = Sequence[Mapping[str, Any]]
MakeBook = Callable[..., MemoryWorkbook]
TODAY = 40886.0  # Friday 9 December 2011


def filled(name: str, rows: Rows) -> pd.DataFrame:
    """Rows of a table as cells, blank where nothing is given."""
    frame = pd.DataFrame(list(rows), columns=TABLES[name].names, dtype=object)
    return frame.astype(object).where(frame.notna(), None)


def make_book(settings: Mapping[str, Any] | None = None, **tables: Rows) -> MemoryWorkbook:
    """``make_book({"as_of": 40886.0}, Items=[{"sku": "A"}])``."""
    values = {s.name: s.value for s in SETTINGS} | {"as_of": TODAY} | dict(settings or {})
    rows: dict[str, Rows] = {"Settings": [{"setting": n, "value": v} for n, v in values.items()]} | tables
    return MemoryWorkbook({name: filled(name, rows.get(name, [])) for name in TABLES})


def move(day: float, kind: str, quantity: float, cost: float | None = None, **more: Any) -> dict[str, Any]:
    """A movement of item A, on a day counted from TODAY."""
    return {"date": TODAY + day, "sku": "A", "kind": kind, "quantity": quantity, "unit_cost": cost} | more


EVERY_KIND = [
    move(-20, "OPENING", 10, 4),
    move(-19, "RECEIPT", 10, 6, reference="R1"),
    move(-18, "SALE", -12, unit_price=9, reference="S1"),
    move(-17, "CUSTOMER_RETURN", 2, unit_price=9, reference="S1"),
    move(-16, "SUPPLIER_RETURN", -3, reference="R1"),
    move(-15, "WRITE_OFF", -1),
    move(-14, "ADJUSTMENT", 2),
    move(-13, "TRANSFER", -5),
    move(1, "SALE", -1),
]
"""Figures of these are worked out by hand where they are tested."""


@pytest.fixture(name="make_book")
def _make_book() -> MakeBook:
    return make_book
