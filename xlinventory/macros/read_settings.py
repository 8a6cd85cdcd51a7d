"""Settings as the sheet has them: typed, each with its rule, and its first value where it is not there."""

from typing import Any

import numpy as np
import pandas as pd

from xlinventory.macros.lost import lost_column
from xlinventory.sheets.settings import SETTINGS
from xlinventory.tables import BadRowsError, Fault, Kind, read_column


def read_settings(cells: pd.DataFrame) -> dict[str, Any]:
    """Typed settings by name, days without their time; one that is not in the sheet has its first value."""
    for column in ("setting", "value"):
        if column not in cells:
            raise lost_column("Settings", column)
    known = {setting.name: setting for setting in SETTINGS}
    values: dict[str, Any] = {
        name: np.nan if setting.value is None and setting.kind is not Kind.TEXT else setting.value
        for name, setting in known.items()
    }
    faults: list[Fault] = []
    for row, name, value in zip(cells.index, cells["setting"], cells["value"], strict=True):
        if name not in known:
            continue
        typed, bad = read_column(known[name].as_column(), pd.Series([value], index=[row], dtype=object))
        faults += [Fault("Settings", int(row), str(name), value, rule) for _, rule in bad]
        values[name] = np.floor(typed.iloc[0]) if known[name].kind is Kind.DATE else typed.iloc[0]
    if faults:
        raise BadRowsError(faults)
    return values
