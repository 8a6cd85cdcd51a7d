"""What the terminal shows of a plan: service against target by class, and the items that need a look."""

from collections.abc import Iterator

import pandas as pd
from rich.console import Group
from rich.markup import escape
from rich.table import Table as Grid

from xlinventory.cli.summary import new_grid, rows_of
from xlinventory.core.planning.check import MISSED
from xlinventory.workbook import Workbook

EACH = 5
"""Items named of each kind."""
CLASSES = ("A", "B", "C")


def picture(book: Workbook) -> Group:
    """Simulated service of each class beside its target; then the items moved most, and those below it."""
    items = rows_of(book, "Items")
    checked = items[items["simulated_service"].notna() & items["service_target"].notna()]
    checked = checked.assign(
        gap=checked["simulated_service"] - checked["service_target"],
        change=checked["simulated_change"].fillna(0.0),
    )
    return Group(*_by_class(checked), *_to_look_at(checked)) if len(checked) else Group()


def _by_class(checked: pd.DataFrame) -> Iterator[Grid]:
    grid = new_grid(
        "Service that the levels give in simulation",
        "class", "items", "target", "simulated", f"{100 * MISSED:g} points below", "moved", "stock kept",
    )  # fmt: skip
    groups = [(name, checked[checked["abc"] == name]) for name in CLASSES]
    for name, rows in [*groups, ("all", checked)]:
        if len(rows):
            kept = (rows["safety_stock"] * rows["unit_cost"]).sum()
            grid.add_row(
                name,
                f"{len(rows):,}",
                f"{rows['service_target'].mean():.1%}",
                f"{rows['simulated_service'].mean():.1%}",
                f"{int((rows['gap'] < -MISSED).sum()):,}",
                f"{int((rows['change'] != 0).sum()):,}",
                f"{kept:,.2f}",
            )
    yield grid


def _to_look_at(checked: pd.DataFrame) -> Iterator[Grid]:
    """Those moved most by what the units cost, and those that stay furthest below their target."""
    grid = new_grid("Look at these", "what", "sku", "name", "why")
    cost = checked["unit_cost"].fillna(checked["sell_price"]).fillna(0.0)
    moved = checked.assign(worth=(checked["change"] * cost).abs())[checked["change"] != 0]
    below = checked[checked["gap"] < -MISSED]
    kinds = {
        "moved most": moved.nlargest(EACH, "worth"),
        "below its target": below.nsmallest(EACH, "gap"),
    }
    for kind, rows in kinds.items():
        for sku, name, why in zip(rows["sku"], rows["name"], rows["check"], strict=True):
            grid.add_row(kind, *(escape(text) if isinstance(text, str) else "" for text in (sku, name, why)))
    if grid.row_count:
        yield grid
