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


def _filled(name: str, rows: Rows) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=TABLES[name].names, dtype=object)
    return frame.astype(object).where(frame.notna(), None)


def make_book(settings: Mapping[str, Any] | None = None, **tables: Rows) -> MemoryWorkbook:
    """``make_book({"as_of": 40886.0}, Items=[{"sku": "A"}])``."""
    values = {s.name: s.value for s in SETTINGS} | {"as_of": TODAY} | dict(settings or {})
    rows: dict[str, Rows] = {"Settings": [{"setting": n, "value": v} for n, v in values.items()]} | tables
    return MemoryWorkbook({name: _filled(name, rows.get(name, [])) for name in TABLES})


@pytest.fixture(name="make_book")
def _make_book() -> MakeBook:
    return make_book
