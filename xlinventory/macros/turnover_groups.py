"""Turnover of all items together, of each ABC class and of each category: every ratio that of the totals."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.turnover import average_age
from xlinventory.macros.turnover_sums import Window, ratios
from xlinventory.sheets.turnover import AGES, TURNOVER_GROUPS

ALL, CLASS, CATEGORY = "all", "abc", "category"
NAMELESS = {CLASS: "no class", CATEGORY: "no category"}
"""What items are called that have none."""
ADDED = (
    "cost_of_sales", "average_inventory", "margin", "priced_inventory", "units_sold", "units_to_sell",
    "quantity", "stock_value", *AGES, "dead_stock_value",
)  # fmt: skip


def groups_table(
    items: pd.DataFrame, sums: pd.DataFrame, known: NDArray[np.bool_], window: Window
) -> pd.DataFrame:
    """One row for all items, for each class from A on, and for each category, the one of most stock first.

    Items that are not *known* to have figures are left out of every sum, and counted. Groupings in which no
    item has a name say nothing and are left out.
    """
    lines = [_lines(ALL, pd.Series("all items", index=items.index), sums, known)]
    for group, names in _named(items):
        found = _lines(group, names, sums, known)
        lines.append(
            found if group == CLASS else found.sort_values("stock_value", ascending=False, kind="stable")
        )
    rows = pd.concat(lines, ignore_index=True)
    for share, of in (("sales_share", "cost_of_sales"), ("stock_share", "stock_value")):
        money = rows[of].to_numpy(dtype=float)
        rows[share] = money / money[0] if money[0] > 0 else np.nan
    rows = rows.assign(from_date=window.first, to_date=window.last, **ratios(rows, window.days))
    return rows[TURNOVER_GROUPS.names]


def _named(items: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """The groupings that have names, with the group of each item."""
    for group, nameless in NAMELESS.items():
        if items[group].ne("").any():
            yield group, items[group].mask(items[group].eq(""), nameless)


def _lines(group: str, names: pd.Series, sums: pd.DataFrame, known: NDArray[np.bool_]) -> pd.DataFrame:
    """What adds up, one row a name; those without a name come last."""
    there = sorted(set(names), key=lambda name: (name == NAMELESS.get(group), name))
    code = pd.Index(there).get_indexer(pd.Index(names))
    added = sums.loc[known, list(ADDED)].groupby(code[known]).sum().reindex(range(len(there)), fill_value=0.0)
    aged, worth = (sums[name].to_numpy(dtype=float) for name in ("age_average", "owned_value"))
    held = known & np.isfinite(aged)
    age = average_age(aged[held], worth[held], item=code[held], items=len(there))
    counts = {
        name: np.bincount(code[which], minlength=len(there))
        for name, which in (("items", known), ("without_figures", ~known))
    }
    return added.assign(group=group, name=there, age_average=age, **counts)
